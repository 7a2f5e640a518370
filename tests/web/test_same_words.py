"""What the page shows is what the catalog holds, to the letter, on the project's own questions."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from index import Library
from qa.web.render import shown

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.filterwarnings("default")]

GOLDEN = Path(__file__).parent.parent / "golden"
HEARD = "() => { window.newest = null; presscite.on('turn', ({data}) => { window.newest = data; }); }"
SEEN = """n => { const all = [...document.querySelectorAll(`.pc-evidence .pc-mark[data-quotes~="${n}"]`)];
  return [all.map(one => one.textContent).join(''), all.map(one => one.innerText).join('')]; }"""


def questions() -> list[str]:
    """Every other question, so that each file is among them."""
    lines = [line for path in sorted(GOLDEN.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [json.loads(line)["question"] for line in lines][::2]


def test_the_words_of_each_quote_on_the_page_are_the_catalog_s(visit: Callable[..., Page], site: str, library: Library) -> None:
    page = visit(site)
    page.wait_for_function("presscite.state.status.state === 'ready'")
    page.evaluate(HEARD)
    quotes, answered = 0, 0
    for question in questions():
        page.fill("#pc-question", question)
        page.keyboard.press("Enter")
        page.wait_for_selector(".pc-turn:last-child:is([data-status=answered], [data-status=refused])", timeout=90_000)
        turn = page.evaluate("window.newest")
        answered += turn["status"] == "answered"
        for quote in turn["quotes"] if turn["status"] == "answered" else ():
            key, _, span = quote["address"].rpartition(":")
            start, end = map(int, span.split("-"))
            stored = shown(library.article(key).text[start:end])
            page.click(f'.pc-turn:last-child .pc-chip[data-quote="{quote["n"]}"] >> nth=0')
            written, seen = page.evaluate(SEEN, quote["n"])
            assert written == stored, question
            assert seen.split() == stored.split(), question
            quotes += 1
        page.evaluate("presscite.emit('begin')")
        page.wait_for_function("!document.querySelector('.pc-turn')")
    print(f"\n{quotes} quotes of {answered} answers to {len(questions())} questions, shown to the letter")
    assert quotes > 100
