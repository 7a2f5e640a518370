"""For everyone: no state breaks a rule of accessibility, in light or dark; every target fits a finger; nothing scrolls sideways; paper shows what matters."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from index import Settings, rebuild, update
from qa.web.desk import Desk
from tests.web.browsers import Faulty
from tests.web.steps import EM_PORTUGUES, OFF_TOPIC, answered, ended, put, settled, violations_in_both

Open = Callable[..., Page]
Serve = Callable[[Desk], str]
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

LONG = "Companhia Metropolitana de Investigação Jornalística e Comunicação Pública de Lumiara do Norte " * 2
BRIDGE = [
    {"id": "a", "title": "Ponte fechada", "lang": "pt", "outlet": "Gazeta", "published": "2025-02-03T10:00:00-03:00", "section": "Cidade",
     "text": "A ponte velha de Lumiara foi fechada na segunda-feira por causa de rachaduras nos pilares."},
    {"id": "b", "title": f"Ponte cai {LONG}", "lang": "pt", "outlet": LONG.strip(), "published": "2025-03-04T10:00:00-03:00", "url": "https://gazeta.example/ponte",
     "correction": "Correção: a ponte caiu às 14h20, e não às 15h.",
     "text": f"A ponte velha de Lumiara caiu na terça-feira às 14h20, disse a {LONG}, e {'muito' * 40} barulho se ouviu."},
]  # fmt: skip


def wide(page: Page) -> list[str]:
    """What can be scrolled sideways."""
    found: list[str] = page.evaluate(
        "[document.documentElement, ...document.querySelectorAll('#pc-thread, .pc-passages, dialog, .pc-panel-body, .pc-whole')]"
        ".filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 1).map(one => one.className || one.tagName)"
    )
    return found


SMALL = """least => [...document.querySelectorAll('#pc-app :is(button, a[href], summary, input, textarea, [role=menuitem])')]
  .filter(one => one.offsetParent && !one.disabled && getComputedStyle(one).visibility === 'visible' && !one.matches('.pc-skip, .pc-bar-one, .pc-flag'))
  .map(one => [one, (one.closest('label') || one).getBoundingClientRect(), getComputedStyle(one, '::after')])
  .filter(([one, at, after]) => at.height + (parseFloat(after.top) < 0 ? -2 * parseFloat(after.top) : 0) < least - .5 || at.width < 24)
  .map(([one, at]) => `${one.className} ${one.textContent.slice(0, 30)} ${Math.round(at.width)}x${Math.round(at.height)}`)"""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_no_state_breaks_a_rule(visit: Open, serve: Serve, small: Callable[..., Settings], scheme: str, width: int) -> None:
    own = small({"ponte.json": json.dumps(BRIDGE, ensure_ascii=False)})
    rebuild(own)
    changed = [BRIDGE[0], BRIDGE[1] | {"text": BRIDGE[1]["text"] + " A rua foi fechada."}]
    (own.corpus_dir / "ponte.json").write_text(json.dumps(changed, ensure_ascii=False), encoding="utf-8")
    update(own)
    desk = Faulty(own)
    page = visit(serve(desk), scheme=scheme, width=width, height=800, touch=width < 900)
    wrong: list[str] = []
    phone = width < 900

    def check(state: str) -> None:
        wrong.extend(f"{state}: {one}" for one in violations_in_both(page))
        wrong.extend(f"{state}: {one} scrolls sideways" for one in wide(page))
        if phone:
            wrong.extend(f"{state}: too small for a finger: {one}" for one in page.evaluate(SMALL, 44))

    expect(page.locator(".pc-held")).to_contain_text("2 artigos")
    check("empty")
    page.click(".pc-filter-button")
    page.locator(".pc-preset").first.click()
    check("filters")
    page.keyboard.press("Escape")
    page.locator(".pc-chip-filter").first.click()
    page.click(".pc-held")
    page.wait_for_selector("#pc-archive .pc-bar-one")
    check("archive")
    page.keyboard.press("Escape")

    desk.go.clear()
    put(page, "Quando caiu a ponte velha de Lumiara?")
    page.wait_for_selector(".pc-phase")
    check("waiting")
    page.click("#pc-ask.pc-stop")
    desk.go.set()
    settled(page, "stopped")
    check("stopped")
    answered(page, "Quando caiu a ponte velha de Lumiara?")
    page.click(".pc-over summary")
    page.wait_for_selector(".pc-over .pc-bars-facts")
    page.locator(".pc-turn:last-child .pc-verdict").nth(1).click()
    page.wait_for_selector(".pc-remark")
    check("answered")
    page.click(".pc-turn:last-child button[aria-haspopup=menu]")
    check("menu")
    page.keyboard.press("Escape")
    page.locator(".pc-turn:last-child .pc-edit").first.click()
    check("editing")
    page.keyboard.press("Escape")
    page.locator(".pc-turn:last-child .pc-chip").first.click()
    page.locator(".pc-passage .pc-why summary").first.click()
    check("source")
    page.locator(".pc-passage").filter(has_text="14h20").get_by_role("button", name="Artigo completo").first.click()
    page.click(".pc-history summary")
    page.wait_for_selector(".pc-versions > li")
    check("article")
    page.keyboard.press("Escape")
    if phone:
        page.click(".pc-close")
    answered(page, "O que aconteceu com a ponte velha de Lumiara entre janeiro e abril de 2025?")
    expect(page.locator(".pc-chip-dates")).to_be_visible()
    expect(page.locator(".pc-turn:last-child")).to_have_attribute("data-form", "timeline")
    check("timeline")
    put(page, OFF_TOPIC)
    page.wait_for_function("document.querySelectorAll('.pc-turn').length === 4")
    settled(page, "refused")
    check("refused")
    desk.breaks.set()
    put(page, "E a ponte?")
    page.wait_for_function("document.querySelectorAll('.pc-turn').length === 5")
    settled(page, "error")
    check("error")
    desk.breaks.clear()
    page.click("#pc-talks-button")
    check("conversations")
    assert "\n".join(wrong) == ""


def test_paper_shows_question_answer_and_sources_without_the_controls(visit: Open, site: str) -> None:
    page = visit(site, scheme="dark")
    answered(page, EM_PORTUGUES)
    page.emulate_media(media="print")
    for hidden in ("#pc-composer", ".pc-bar-end", ".pc-extras", ".pc-edit", ".pc-passage .pc-actions"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in (".pc-turn h2", ".pc-claim", ".pc-passage .pc-mark"):
        expect(page.locator(shown).first).to_be_visible()
    ink = page.evaluate(
        "[getComputedStyle(document.querySelector('.pc-claim')).color, getComputedStyle(document.querySelector('#pc-app')).backgroundColor]"
    )
    assert ink == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"], "no ink is spent on a dark page"
    assert page.evaluate(
        "document.querySelector('#pc-evidence').getBoundingClientRect().top >= document.querySelector('#pc-thread').getBoundingClientRect().bottom - 1"
    )


def test_whoever_wants_no_motion_gets_none(visit: Open, site: str) -> None:
    page = visit(site, width=390)
    put(page, EM_PORTUGUES)
    ended(page)
    moving = page.evaluate("document.getAnimations().filter(one => one.playState === 'running').length")
    assert moving == 0
