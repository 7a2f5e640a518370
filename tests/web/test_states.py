"""The states of the page that come from the program behind it: a place in the line, an index that is renewed, a connection that is lost."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event

import httpx
import pytest
from playwright.sync_api import Page, expect

from index import Library, Settings, rebuild, update
from qa.web.desk import Desk
from qa.web.serve import seclude, start
from tests.web.conftest import free_port
from tests.web.steps import answered, put, settled

Open = Callable[..., Page]
Serve = Callable[[Desk], str]
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]
STORY = "---\ntitle: Ponte\nlang: pt\n---\nA ponte velha de Lumiara caiu na terça-feira.\n"


class Held(Desk):
    """A desk that lends no library before the test says so."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.until = Event()

    def lend(self) -> AbstractContextManager[Library]:
        self.until.wait(30)
        return super().lend()


def test_whoever_waits_is_told_how_many_are_before_them(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    own = small({"a.md": STORY})
    rebuild(own)
    desk = Held(own)
    site = serve(desk)
    page = visit(site, locale="en-GB")
    call = {"data": ["Quando caiu a ponte?", "", "", [], [], True, [], []]}
    with httpx.Client(base_url=site, trust_env=False) as client:
        for _ in range(3):  # two are worked on at once, the third waits
            client.post("/gradio_api/call/ask", json=call).raise_for_status()
    put(page, "Quando caiu a ponte?")
    expect(page.locator(".pc-phase").last).to_have_text("In line: 1 question before yours", timeout=5_000)
    desk.until.set()
    settled(page, "answered")


def test_an_index_that_is_renewed_is_told_and_an_earlier_answer_says_so(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    own = small({"a.md": STORY})
    rebuild(own)
    page = visit(serve(Desk(own)))
    answered(page, "Quando caiu a ponte velha?")
    (own.corpus_dir / "b.md").write_text("---\ntitle: Feira\nlang: pt\n---\nA feira vendeu peixe.\n", encoding="utf-8")
    update(own)
    look = "window.dispatchEvent(new Event('focus')), document.querySelector('.pc-told').childElementCount > 0"
    page.wait_for_function(f"() => ({look})", timeout=15_000, polling=300)
    expect(page.locator(".pc-told")).to_contain_text("O índice foi renovado em")
    expect(page.locator(".pc-told")).to_contain_text("2 artigos")
    expect(page.locator(".pc-aged")).to_contain_text("Respondida por um índice anterior")
    page.locator(".pc-aged button").click()
    expect(page.locator(".pc-turn")).to_have_count(2)
    settled(page, "answered")
    expect(page.locator(".pc-turn:last-child .pc-aged")).to_have_count(0)
    page.locator(".pc-told button").click()
    expect(page.locator(".pc-told")).to_be_empty()


def test_a_connection_that_is_lost_is_told_and_so_is_its_return(browse: Open, plain_site: str) -> None:
    page = browse(plain_site)
    answered(page, "Quando caiu a ponte velha?")
    page.context.set_offline(True)
    lost = "window.dispatchEvent(new Event('focus')), document.querySelector('.pc-lost-line') !== null"
    page.wait_for_function(f"() => ({lost})", polling=300)
    expect(page.locator(".pc-told")).to_have_text("Sem conexão com o programa. Tentando de novo…")
    expect(page.locator(".pc-claim")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator(".pc-told")).to_be_empty(timeout=10_000)
    answered(page, "Quando caiu a ponte velha?")


def test_a_program_that_was_renewed_asks_for_the_page_to_be_loaded_again(browse: Open, small: Callable[..., Settings]) -> None:
    own = small({"a.md": STORY})
    rebuild(own)
    seclude(os.environ)
    port = free_port()
    desk = Desk(own)
    running = start(desk, "127.0.0.1", port)
    page = browse(f"http://127.0.0.1:{port}")
    running.close()
    running = start(desk, "127.0.0.1", port)  # another page than before, to Gradio: its calls have other numbers
    try:
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(page.locator(".pc-told")).to_contain_text("O programa foi renovado", timeout=10_000)
        page.get_by_role("button", name="Recarregar a página").click()
        expect(page.locator(".pc-told")).to_be_empty()
        answered(page, "Quando caiu a ponte velha?")
    finally:
        running.close()
        desk.close()
