"""Exported pages in a real browser: opened from a file, printed, and attacked."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from index.records import Doubt
from qa.export.forms import export
from qa.export.sheet import line
from qa.records import Answer, Claim, Refusal
from tests.qa.exporting import AT, HOSTILE, answered, article, attacked, quoted, refused
from tests.web.steps import violations

Look = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]
A4_POINTS = (595, 842)


@pytest.fixture
def look(chromium: Browser, tmp_path: Path) -> Iterator[Look]:
    """Opens an export as a file; at the end, nothing may have run in it, or have been asked for."""
    wrong: list[str] = []
    asked: list[str] = []
    context = chromium.new_context(viewport={"width": 900, "height": 800})
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(f"error in the page: {error}"))
    page.on("console", lambda said: wrong.append(f"console: {said.text}"))
    page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}") or dialog.dismiss())
    page.on("request", lambda sent: asked.append(sent.url))

    def looked(*answers: Answer, scheme: Any = "light", width: int = 900, **changes: Any) -> Page:
        path = tmp_path / "export.html"
        path.write_bytes(export(answers, "html", at=AT, **changes).data)
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.goto(path.as_uri())
        return page

    yield looked
    assert [url for url in asked if url.partition("#")[0] != page.url.partition("#")[0]] == []
    assert page.url.startswith(tmp_path.as_uri())
    context.close()
    assert not wrong


def everything() -> list[Answer]:
    """A conversation in which every part of an export appears."""
    told = {"correction": "Eram 14h30.", "rights": "CC0", "free": False, "doubts": (Doubt(kind="garbled", field="title", given="Ã£"),)}
    own, other = article(**told), article("The bridge fell at 14:20.", id="en", lang="en", outlet="The Courier", url="")
    first, second = quoted(own, "A ponte caiu às 14h20."), quoted(own, "Ninguém ficou ferido.")
    claims = [Claim(text=second.text, quotes=(1, 0), also=(2,), verbatim=True), Claim(text="A ponte caiu.", quotes=(0,), verbatim=False)]
    unsure = answered(first, second, quoted(other), claims=claims, copies=[other], origins={"ponte": "en"}, confidence=0.3, searched="E a ponte?")
    return [unsure, refused(Refusal.FACT_ABSENT, hits=unsure.hits, filter={"outlets": ["A"]}), answered(quoted(other), question="What?", lang="en")]


def test_hostile_text_stays_text_in_an_exported_page(look: Look) -> None:
    usual = look(*[attacked(f"x{n}") for n in range(len(HOSTILE))]).evaluate("document.querySelectorAll('*').length")
    page = look(*map(attacked, HOSTILE))
    assert page.locator("h2[id^=q-]").all_text_contents() == [f"{n}. Q {line(text)}".strip() for n, text in enumerate(HOSTILE, start=1)]
    assert page.evaluate("document.querySelectorAll('*').length") == usual
    assert page.locator("script, img, iframe, svg, form, input, object, embed, base, link, main style, main meta").count() == 0
    assert page.locator("a:not([href^='#'])").count() == 0
    moved = "one => ['display', 'position'].some(name => ['none', 'fixed', 'absolute'].includes(getComputedStyle(one)[name]))"
    assert page.evaluate(f"[...document.querySelectorAll('main, main *')].filter({moved}).length") == 0
    assert page.evaluate("window.__xss") is None


@pytest.mark.parametrize(("scheme", "lang", "paper"), [("light", "pt", "rgb(255, 255, 255)"), ("dark", "en", "rgb(22, 21, 15)")])
def test_an_exported_page_violates_no_accessibility_rule(look: Look, scheme: str, lang: str, paper: str) -> None:
    page = look(*everything(), scheme=scheme, lang=lang)
    assert violations(page) == ""
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper


def test_a_number_leads_to_its_words_and_back(look: Look) -> None:
    page = look(*everything())
    page.click("#s-1-1 a >> nth=0")
    assert page.evaluate("document.querySelector(':target').id") == "ref-1"
    assert page.locator(":target blockquote").text_content() == page.locator("#s-1-1 .said").text_content() == "Ninguém ficou ferido."
    page.click(":target .uses a")
    assert page.evaluate("document.querySelector(':target').id") == "s-1-1"


def test_an_exported_page_fits_a_phone(look: Look) -> None:
    long = article("A" * 300 + " caiu.", title="B" * 300, url="https://a.example/" + "c" * 300)
    page = look(*everything(), answered(quoted(long)), width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_it_prints_on_a4_in_ink_with_the_addresses(look: Look) -> None:
    page = look(
        *everything(), *[answered(quoted(article(f"A ponte {n} caiu.", id=f"p{n}", url=f"https://a.example/{n}"))) for n in range(40)], scheme="dark"
    )
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    assert (round(printed.pages[0].mediabox.width), round(printed.pages[0].mediabox.height)) == A4_POINTS
    texts = [sheet.extract_text() for sheet in printed.pages]
    assert len(texts) > 2
    assert all(f"https://a.example/{n}" in "".join(texts) for n in range(40))
    for lines in (text.splitlines() for text in texts):
        begun, ended = (sum(bool(re.match(start, one)) for one in lines) for start in (r"\[\d+\] Ponte cai", "Citada em"))
        assert begun == ended, "a reference is not torn in two"
        assert not re.match(r"\d+\. |Perguntado em|Datas", lines[-1]), "a question is not torn from its answer"
