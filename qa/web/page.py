"""The page's four parts and the events between them; what they look like is in the scripts and the style beside.

    bar ─────────────────────────────┐
    thread ──────────┬─ evidence     │   each part is an empty element that its script fills with text nodes;
    composer + filters               │   data goes in as JSON, never as markup
                     └───────────────┘

In: a desk.  Out: Blocks, not yet launched.  To change the page's parts, change this file.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.resources import files
from typing import Any

import gradio as gr

from qa.followups import MOST_TURNS
from qa.web import more
from qa.web.asked import MOST_EXPORTED, NOTE_CHARS, QUESTION_CHARS
from qa.web.asking import Stopped, ask_once, retrieve_once, turns
from qa.web.calls import ahead, asking
from qa.web.desk import Desk
from qa.web.kept import Kept
from qa.web.more import coverage_once
from qa.web.reading import article, article_once, fates, versions
from qa.web.words import table

SCRIPTS = tuple(
    f"{name}.js"
    for name in "core shelf fates bars bar archive talks filters composer card extras turn thread article evidence".split()  # in this order
)
ANSWERING = {"concurrency_limit": 2, "concurrency_id": "answer"}
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(desk: Desk) -> gr.Blocks:
    """The page over a desk."""
    stopped, kept = Stopped(), Kept()
    with gr.Blocks(title="Presscite", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:

        def place(sent: object) -> int | None:
            return ahead(page, sent)

        def suggest(sent: object) -> Any:
            return more.suggested(desk, kept, sent, busy=asking(page))

        looks: dict[str, Callable[[Any], Any]] = {
            "suggest": suggest,
            "export": partial(more.exported, desk, kept),
            "feedback": partial(more.given, desk, kept),
            "status": lambda _: desk.status(),
            "stop": stopped.add,
            "place": place,
            "since": partial(fates, desk),
            "overview": partial(more.overview, desk),
        }
        with gr.Column(elem_id="pc-app"):
            _part("bar")
            thread = _part("thread", ("ask",), looks)
            _part("composer")
            _part("evidence", (), {"whole": partial(article, desk), "versions": partial(versions, desk)})
        _wire(desk, thread, stopped, kept)
        _programs(desk)
    return page


def head() -> str:
    """The style and the scripts, for the page's head."""
    style = script("style.css")
    words = json.dumps(
        {"words": table(), "limit": QUESTION_CHARS, "note": NOTE_CHARS, "past": MOST_TURNS, "exported": MOST_EXPORTED}, ensure_ascii=False
    ).replace("<", "\\u003c")
    scripts = "\n".join(script(name) for name in SCRIPTS)
    return f"<style>{style}</style>\n<script>{scripts}\npresscite.settle({words});</script>"


def script(name: str) -> str:
    """The text of a script, or of the style, that lies beside."""
    return files("qa.web").joinpath(name).read_text(encoding="utf-8")


def _part(name: str, events: tuple[str, ...] = (), looks: Mapping[str, Callable[[Any], Any]] | None = None) -> gr.HTML:
    """An empty element and the script that fills it, with what that may ask for by name. The template is constant: Gradio never evaluates data in it."""
    return gr.HTML(
        value={},
        html_template=f'<div class="pc-{name}"></div>',
        js_on_load=f"presscite.start('{name}', {{element, props, trigger, watch, server}}, {json.dumps(events)});",
        server_functions=[_named(look, work) for look, work in (looks or {}).items()] or None,
        apply_default_css=False,
        elem_id=f"pc-{name}",
    )


def _named(name: str, work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The work under the name by which the script calls it."""

    def look(sent: Any = None) -> Any:
        return work(sent)

    look.__name__ = name
    return look


def _wire(desk: Desk, thread: gr.HTML, stopped: Stopped, kept: Kept) -> None:
    """Ask. Only the turn that changes travels; the page keeps the others, and sends of the earlier ones what a follow-up may point back to."""

    def ask(event: gr.EventData) -> Iterator[Any]:
        for shown in turns(desk, event._data, stopped, kept):
            yield {"turn": json.dumps(shown, ensure_ascii=False)}  # as one text: Gradio watches every part of what is no text, which takes long

    thread.ask(ask, outputs=[thread], api_name="page_ask", trigger_mode="multiple", **ANSWERING, **QUIET)


def _programs(desk: Desk) -> None:
    """The calls for programs, typed by their signatures; docs/api.md shows each."""

    def ask(
        question: str,
        since: str = "",
        until: str = "",
        outlets: list[str] | None = None,
        languages: list[str] | None = None,
        dates: bool = True,
        sections: list[str] | None = None,
        history: list[str] | None = None,
    ) -> dict[str, Any]:
        """Ask the archive: the whole answer with its quotes, or the refusal and its reason.

        `dates`: days that the question names count. `history`: earlier questions of the conversation, oldest first.
        """
        return ask_once(desk, question, _filter(since, until, outlets, languages, sections), dates=dates, history=history or ())

    def retrieve(
        question: str,
        k: int = 8,
        since: str = "",
        until: str = "",
        outlets: list[str] | None = None,
        languages: list[str] | None = None,
        sections: list[str] | None = None,
    ) -> dict[str, Any]:
        """Find passages: address, text, scores and source of each."""
        return retrieve_once(desk, question, k, _filter(since, until, outlets, languages, sections))

    def article(name: str) -> dict[str, Any]:
        """Open an article by `id`, `id@version` or an address: its text, and what became of it since."""
        return article_once(desk, name)

    def coverage(
        question: str = "",
        since: str = "",
        until: str = "",
        outlets: list[str] | None = None,
        languages: list[str] | None = None,
        sections: list[str] | None = None,
    ) -> dict[str, Any]:
        """Articles over time and by outlet: of the whole archive, or of those that bear on a question."""
        return coverage_once(desk, question, _filter(since, until, outlets, languages, sections))

    for call in (ask, retrieve, article, coverage):
        gr.api(call, api_name=call.__name__, **ANSWERING)


def _filter(since: str, until: str, outlets: list[str] | None, languages: list[str] | None, sections: list[str] | None) -> dict[str, Any]:
    return {"since": since, "until": until, "outlets": outlets, "languages": languages, "sections": sections}
