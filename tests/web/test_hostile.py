"""Hostile text in every place where text of articles, of what is said about them, or of readers appears: it stays text, to the letter."""

import json
import re
from collections.abc import Callable, Sequence
from itertools import islice
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from index import Settings, rebuild, update
from index.readers.make import tidy
from qa.shown import shown
from qa.web.desk import Desk
from tests.qa.exporting import HOSTILE
from tests.web.steps import answered, ended, put, texts

Open = Callable[..., Page]
Serve = Callable[[Desk], str]
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

BRIDGES = ("Arumã", "Boreste", "Cidreira", "Damasco")
EVENTS = (
    "foi fechada por causa de rachaduras nos pilares",
    "reabriu depois de um reparo de emergência",
    "perdeu o guarda-corpo numa tempestade de granizo",
    "recebeu uma pintura vermelha dos moradores",
    "foi vistoriada por engenheiros da universidade",
    "caiu de madrugada sem ferir ninguém",
    "começou a ser reconstruída com aço galvanizado",
)
# Elements that the page itself never makes inside its parts: whatever of them is there came out of a text.
MADE = "#pc-app :is(img, iframe, script, form, object, embed, link, style, meta, base, svg:not(.pc-icon), animate, video, audio)"


def stories(edited: str = "") -> list[dict[str, object]]:
    """An article for each hostile text, in every field; those of one bridge are events of its story."""
    made: list[dict[str, object]] = []
    for n, evil in enumerate(HOSTILE):
        line = " ".join(evil.split())
        bridge, event = BRIDGES[n // len(EVENTS)], EVENTS[n % len(EVENTS)]
        made.append(
            {
                "id": f"n{n}",
                "title": f"Ponte {bridge}: {evil}",
                "outlet": f"Jornal {n} {evil}",
                "authors": [evil],
                "section": f"Seção {n} {evil}",
                "correction": f"Correção: {evil}",
                "rights": line[:80],
                "url": "javascript:window.__xss=1" if n % 2 else f"https://gazeta.example/{line}",
                "lang": "pt",
                "published": f"2025-03-{n + 1:02d}T10:00:00-03:00",
                "text": f"A ponte {bridge} de Lumiara {event}, diz a nota {line} da prefeitura.\n\n{evil}\n\nA prefeitura não comentou{edited}.",
            }
        )
    return made


def safe(page: Page, where: str) -> None:
    """Nothing ran, nothing was made of a text, and no link leads elsewhere than it says."""
    assert page.evaluate("window.__xss") is None, where
    assert page.locator(MADE).count() == 0, where
    links: list[str] = page.eval_on_selector_all("#pc-app a[href]", "all => all.map(one => one.href)")
    assert [link for link in links if not re.match(r"https://gazeta\.example/|http://127\.0\.0\.1", link)] == [], where
    assert page.evaluate("getComputedStyle(document.querySelector('#pc-app')).display") == "grid", where


def lines(sent: Sequence[str]) -> set[str]:
    return {" ".join(shown(one).split()) for one in sent}


def test_no_text_ever_becomes_markup_in_any_part_of_the_page(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    own = small({"ponte.jsonl": "\n".join(json.dumps(one) for one in stories())})
    rebuild(own)
    (own.corpus_dir / "ponte.jsonl").write_text("\n".join(json.dumps(one) for one in stories(" ontem")), encoding="utf-8")
    update(own)
    evil = " ".join(HOSTILE[:4])[:1_500]
    page = visit(serve(Desk(own)))
    page.click(".pc-filter-button")
    safe(page, "filters")
    page.locator("#pc-filters .pc-check").filter(has_text="Jornal 0").click()
    page.keyboard.press("Escape")
    safe(page, "chips")
    page.get_by_role("button", name="Remover o filtro").click()
    page.click(".pc-held")
    page.wait_for_selector("#pc-archive .pc-share")
    safe(page, "archive")
    page.keyboard.press("Escape")

    seen: list[str] = []
    for bridge in BRIDGES:
        answered(page, f"O que aconteceu com a ponte {bridge} de Lumiara?")
        last = page.locator(".pc-turn").last
        chips = last.locator(".pc-answer .pc-chip")
        assert chips.count() >= 4, bridge
        chips.first.hover()
        page.wait_for_selector("#pc-card:not([hidden])")
        safe(page, f"card of {bridge}")
        page.mouse.move(2, 2)
        for place in range(chips.count()):
            chips.nth(place).click()
            expect(page.locator(".pc-evidence .pc-mark.pc-on").first).to_be_visible()
        safe(page, f"sources of {bridge}")
        for details in page.locator(".pc-evidence .pc-rest > summary, .pc-over > details > summary").all():
            details.click()
        page.wait_for_selector(".pc-turn:last-child .pc-over .pc-share")
        safe(page, f"coverage of {bridge}")
        seen += texts(page, ".pc-passage h3") + texts(page, ".pc-passage .pc-correction")
        for opener in islice(page.locator(".pc-passage:visible").get_by_role("button", name="Artigo completo").all(), 2):
            opener.click()
            page.wait_for_selector("dialog .pc-whole")
            page.click(".pc-history summary")
            page.wait_for_selector(".pc-versions del, .pc-versions ins")
            seen += texts(page, "dialog .pc-whole")
            safe(page, f"articles of {bridge}")
            page.keyboard.press("Escape")
    whole = " ".join(" ".join(one.split()) for one in seen)
    missing = [one for one in lines([tidy(one) for one in HOSTILE]) if one not in whole]
    assert missing == [], "every hostile text was shown, to the letter"

    put(page, f"Quem caiu {evil}?")
    page.wait_for_function(f"document.querySelectorAll('.pc-turn').length === {len(BRIDGES) + 1}")
    ended(page)
    assert evil[:200] in texts(page, ".pc-turn:last-child h2")[0]
    page.locator(".pc-turn:last-child .pc-edit").first.click()
    safe(page, "question")
    page.keyboard.press("Escape")
    page.click("#pc-talks-button")
    safe(page, "conversations")
    page.keyboard.press("Escape")


def test_no_part_of_a_link_becomes_markup(visit: Open, plain_site: str) -> None:
    evil = quote("<img src=x onerror=window.__xss=1>{{7*7}}")
    page = visit(f"{plain_site}/?" + "&".join(f"{name}={evil}" for name in ("q", "outlet", "section", "from", "to", "dates", "lang", "article_lang")))
    page.wait_for_selector(".pc-turn[data-status=error]")
    safe(page, "link")
    page.goto(f"{plain_site}/?q={evil}")
    page.wait_for_selector(".pc-turn:not([data-status=answering])")
    safe(page, "question of a link")
