"""Conversations: follow-ups, questions asked anew, several side by side, kept only where the reader wants that."""

from collections.abc import Callable
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.web.steps import EM_PORTUGUES, IN_ENGLISH, answered, chosen, ended, focused, put, settled

Open = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

KEPT = """new Promise(done => {
  const asked = indexedDB.open('presscite', 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore('talks', {keyPath: 'id'});
  asked.onsuccess = () => {
    const all = asked.result.transaction('talks').objectStore('talks').getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result.length); };
  };
})"""


def kept(page: Page, n: int) -> None:
    """Wait until so many conversations are kept."""
    page.wait_for_function(f"{KEPT}.then(found => found === {n})")


def test_a_question_is_edited_and_asked_again_in_its_own_place_of_the_conversation(visit: Open, site: str) -> None:
    page = visit(site)
    answered(page, "Quando a Chandrayaan-3 pousou na Lua?")
    answered(page, "E quanto pesa o jipe?")
    answered(page, EM_PORTUGUES)
    page.locator(".pc-turn").nth(1).get_by_role("button", name="Mudar a pergunta").click()
    expect(page.locator(".pc-editor textarea")).to_have_value("E quanto pesa o jipe?")
    page.keyboard.press("Escape")
    assert focused(page, ".pc-edit"), "the pencil has the focus again"
    page.locator(".pc-turn").nth(1).get_by_role("button", name="Mudar a pergunta").click()
    page.fill(".pc-editor textarea", "E onde ela pousou?")
    page.keyboard.press("Enter")
    expect(page.locator(".pc-turn")).to_have_count(4)
    ended(page)
    expect(page.locator(".pc-turn:last-child .pc-searched")).to_contain_text("Chandrayaan")
    expect(page.locator(".pc-turn:last-child .pc-searched")).not_to_contain_text("GLM")
    page.locator(".pc-turn:last-child").get_by_role("button", name="Mudar como foi entendida").click()
    page.fill(".pc-editor textarea", "Onde pousou a Chandrayaan-3?")
    page.get_by_role("button", name="Perguntar de novo").click()
    settled(page, "answered")
    expect(page.locator(".pc-turn:last-child h2")).to_have_text("Onde pousou a Chandrayaan-3?")
    expect(page.locator(".pc-turn:last-child .pc-searched")).to_have_count(0)


def test_conversations_stand_side_by_side_and_are_gone_with_the_page_unless_they_are_kept(visit: Open, site: str) -> None:
    page = visit(site, locale="en-GB")
    answered(page, IN_ENGLISH)
    page.click("#pc-new")
    expect(page.locator(".pc-start h2")).to_be_visible()
    assert focused(page, "#pc-question")
    answered(page, EM_PORTUGUES)
    put(page, "E quem lançou?")
    ended(page)
    expect(page.locator(".pc-turn:last-child .pc-searched")).to_contain_text("GLM-Image")
    assert page.evaluate(KEPT) == 0, "nothing is kept unasked"

    page.click("#pc-talks-button")
    titles = page.locator(".pc-talk-title")
    expect(titles).to_have_text([EM_PORTUGUES, IN_ENGLISH])
    titles.nth(1).click()
    expect(page.locator(".pc-turn h2")).to_have_text([IN_ENGLISH])
    page.click(".pc-turn .pc-chip >> nth=0")
    expect(page.locator(".pc-evidence .pc-mark.pc-on").first).to_be_focused()

    page.click("#pc-talks-button")
    page.get_by_label("Keep conversations in this browser").check()
    expect(page.locator("#pc-talks [role=status]")).to_have_text("Conversations are kept from now on.")
    kept(page, 2)
    page.reload()
    page.wait_for_selector("#pc-ask")
    expect(page.locator(".pc-turn")).to_have_count(0)
    page.click("#pc-talks-button")
    expect(titles).to_have_text([EM_PORTUGUES, IN_ENGLISH])
    titles.nth(0).click()
    expect(page.locator(".pc-turn h2")).to_have_text([EM_PORTUGUES, "E quem lançou?"])
    put(page, "E quanto custa?")
    ended(page)
    expect(page.locator(".pc-turn:last-child .pc-searched")).to_contain_text("GLM-Image")

    page.click("#pc-talks-button")
    page.locator("#pc-talks").get_by_role("button", name="Delete the conversation “How many ships").click()
    expect(titles).to_have_count(2)
    page.locator("#pc-talks").get_by_role("button", name="Delete the conversation “How many ships").click()
    expect(titles).to_have_text([EM_PORTUGUES])
    kept(page, 1)
    page.get_by_label("Keep conversations in this browser").uncheck()
    kept(page, 0)
    page.get_by_role("button", name="Delete all conversations").click()
    page.get_by_role("button", name="Really delete all?").click()
    expect(page.locator(".pc-turn")).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage).filter(key => /history|run/.test(key))") == [], "nor does Gradio keep any"


def test_a_link_asks_its_question_under_its_filters_and_can_be_copied(visit: Open, site: str) -> None:
    page = visit(f"{site}/?q=Que+chips+treinaram+o+GLM-Image%3F&from=2026-01-01&outlet=Gazeta+de+Lumiara&lang=en&article_lang=pt")
    settled(page, "answered")
    expect(page.locator(".pc-turn h2")).to_have_text("Que chips treinaram o GLM-Image?")
    expect(page.locator(".pc-applied li")).to_have_text(["since 1 Jan 2026", "Gazeta de Lumiara", "Portuguese"])
    expect(page.locator(".pc-filter-chips")).to_contain_text("Gazeta de Lumiara")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chosen(page, "Export", "Copy the link to this question")
    expect(page.locator(".pc-extras [role=status]").first).to_have_text("Copied")
    query = parse_qs(urlsplit(page.evaluate("navigator.clipboard.readText()")).query)
    assert query == {
        "q": ["Que chips treinaram o GLM-Image?"],
        "from": ["2026-01-01"],
        "outlet": ["Gazeta de Lumiara"],
        "article_lang": ["pt"],
        "lang": ["en"],
    }


def test_a_link_with_filters_that_do_not_fit_is_told_and_not_passed_over(visit: Open, site: str) -> None:
    page = visit(f"{site}/?q=Que+chips+treinaram+o+GLM-Image%3F&outlet=Jornal+que+n%C3%A3o+h%C3%A1")
    settled(page, "error")
    expect(page.locator(".pc-failure")).to_contain_text("Um dos filtros não vale para este arquivo")


def test_what_one_answer_weighs_does_not_grow_with_the_conversation(visit: Open, site: str) -> None:
    page = visit(site)
    sizes: list[int] = []
    for _ in range(12):
        with page.expect_request("**/queue/join**") as sent:
            put(page, EM_PORTUGUES)
        sizes.append(len(sent.value.post_data or ""))
        settled(page, "answered")
        page.wait_for_function("!document.querySelector('.pc-stop')")
    grown = [after - before for before, after in pairwise(sizes)]
    assert max(grown) < 600, f"bytes sent for each question: {sizes}"  # what a follow-up may point back to, of ten turns at most
    assert sizes[-1] <= sizes[-2] + 50, f"bytes sent for each question: {sizes}"
    assert sizes[-1] < 8_000
    received = page.evaluate(
        "performance.getEntriesByType('resource').filter(one => one.name.includes('/queue/data')).map(one => one.decodedBodySize)"
    )
    streams = [size for size in received if size]
    assert streams
    assert max(streams[1:]) < 1.2 * streams[0], f"bytes received for each answer: {streams}"
