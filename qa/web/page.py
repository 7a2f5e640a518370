"""The page's four parts and the events between them; what they look like is in the scripts and the style beside.

    bar ─────────────────────────────┐
    thread ──────────┬─ evidence     │   each part is an empty element that its script fills with text nodes;
    composer + filters               │   data goes in as JSON, never as markup
                     └───────────────┘

In: a desk.  Out: Blocks, not yet launched.  To change the page's parts, change this file.
"""

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import gradio as gr

from qa.followups import MOST_TURNS, Turn
from qa.web.asked import QUESTION_CHARS
from qa.web.asking import Stopped, ask_once, retrieve_once, turns
from qa.web.desk import Desk
from qa.web.reading import article, fates
from qa.web.words import table

SCRIPTS = ("core.js", "fates.js", "bar.js", "filters.js", "composer.js", "card.js", "turn.js", "thread.js", "article.js", "evidence.js")
ANSWERING = {"concurrency_limit": 2, "concurrency_id": "answer"}
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(desk: Desk) -> gr.Blocks:
    """The page over a desk."""
    stopped = Stopped()
    with gr.Blocks(title="Presscite", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        history = gr.State([], time_to_live=24 * 3600)
        with gr.Column(elem_id="pc-app"):
            _part("bar")
            thread = _part("thread", ("ask", "fresh"), _status(desk), _stop(stopped), _since(desk))
            _part("composer")
            _part("evidence", (), _article(desk))
        _wire(desk, thread, history, stopped)
        _programs(desk)
    return page


def head() -> str:
    """The style and the scripts, for the page's head."""
    style = _read("style.css")
    words = json.dumps({"words": table(), "limit": QUESTION_CHARS}, ensure_ascii=False).replace("<", "\\u003c")
    scripts = "\n".join(_read(name) for name in SCRIPTS)
    return f"<style>{style}</style>\n<script>{scripts}\npresscite.settle({words});</script>"


def _read(name: str) -> str:
    return files("qa.web").joinpath(name).read_text(encoding="utf-8")


def _part(name: str, events: tuple[str, ...] = (), *serves: Callable[[Any], Any]) -> gr.HTML:
    """An empty element and the script that fills it. The template is constant: Gradio never evaluates data in it."""
    return gr.HTML(
        value={},
        html_template=f'<div class="pc-{name}"></div>',
        js_on_load=f"presscite.start('{name}', {{element, props, trigger, watch, server}}, {json.dumps(events)});",
        server_functions=list(serves) or None,
        apply_default_css=False,
        elem_id=f"pc-{name}",
    )


def _status(desk: Desk) -> Callable[[Any], Any]:
    def status(_: Any = None) -> Any:
        return desk.status()

    return status


def _stop(stopped: Stopped) -> Callable[[Any], Any]:
    """Ends one turn by its name. Gradio's own `cancels` ends whichever was asked last: also the next question, asked at once."""

    def stop(sent: Any = None) -> None:
        stopped.add(sent)

    return stop


def _since(desk: Desk) -> Callable[[Any], Any]:
    def since(sent: Any = None) -> Any:
        return fates(desk, sent)

    return since


def _article(desk: Desk) -> Callable[[Any], Any]:
    def whole(sent: Any = None) -> Any:
        return article(desk, sent)

    return whole


def _wire(desk: Desk, thread: gr.HTML, history: gr.State, stopped: Stopped) -> None:
    """Ask, and begin anew. Only the turn that changes travels; the page keeps the others."""

    def ask(earlier: list[Turn], event: gr.EventData) -> Iterator[tuple[Any, Any]]:
        for shown, past in turns(desk, event._data, earlier, stopped):
            yield {"turn": shown}, [*earlier, past][-MOST_TURNS:] if past else gr.skip()

    thread.ask(ask, inputs=[history], outputs=[thread, history], api_name="page_ask", trigger_mode="multiple", **ANSWERING, **QUIET)
    thread.fresh(list, api_name="page_fresh", outputs=[history], queue=False, **QUIET)


def _programs(desk: Desk) -> None:
    """The two calls for programs, typed by their signatures."""

    def ask(
        question: str,
        since: str = "",
        until: str = "",
        outlets: list[str] | None = None,
        languages: list[str] | None = None,
        dates: bool = True,
    ) -> dict[str, Any]:
        """Ask the archive: the whole answer with its quotes, or the refusal and its reason. `dates`: days that the question names count."""
        return ask_once(desk, question, {"since": since, "until": until, "outlets": outlets, "languages": languages}, dates=dates)

    def retrieve(
        question: str, k: int = 8, since: str = "", until: str = "", outlets: list[str] | None = None, languages: list[str] | None = None
    ) -> dict[str, Any]:
        """Find passages: address, text, scores and source of each."""
        return retrieve_once(desk, question, k, {"since": since, "until": until, "outlets": outlets, "languages": languages})

    gr.api(ask, api_name="ask", **ANSWERING)
    gr.api(retrieve, api_name="retrieve", **ANSWERING)
