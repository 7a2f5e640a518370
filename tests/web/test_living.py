"""The page in a real browser while its index changes: it notices by itself, and what was cited stays what it was."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from index import Library, Settings, rebuild, update
from qa.web.desk import Desk
from tests.web.steps import violations_in_both

Open = Callable[..., Page]
Serve = Callable[[Desk], str]
Own = Callable[..., Settings]
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

QUESTION = "Quando caiu a ponte velha de Lumiara?"
FIRST = (
    "A ponte velha de Lumiara caiu na terça-feira às 14h20, disse a Defesa Civil. Ninguém ficou ferido. A obra da ponte custou 3 milhões de reais."
)
THEN = "A ponte velha de Lumiara caiu na terça-feira às 15h40, disse a Defesa Civil. Ninguém ficou ferido. A obra da ponte custou 3 milhões de reais."
NOTE = "A ponte caiu às 15h40, e não às 14h20."
FAIR = {"id": "feira", "title": "Feira", "outlet": "Diário", "lang": "pt", "text": "A feira de sábado vendeu muito peixe e pouca fruta."}


def bridge(text: str = FIRST, **fields: Any) -> dict[str, Any]:
    return {"id": "ponte", "title": "Ponte cai", "outlet": "Gazeta", "lang": "pt", "published": "2025-03-04T18:00:00-03:00", "text": text} | fields


def written(settings: Settings, *articles: dict[str, Any]) -> None:
    (settings.corpus_dir / "a.json").write_text(json.dumps(articles, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def own(small: Own) -> Callable[..., Settings]:
    """An index of these articles."""

    def made(*articles: dict[str, Any]) -> Settings:
        settings = small({"a.json": json.dumps(articles, ensure_ascii=False)})
        rebuild(settings)
        return settings

    return made


def looked(page: Page, until: str, arg: Any = None) -> None:
    """Comes back to the page, as from another window, again and again until something is so there: it then looks at once."""
    page.wait_for_function(f"was => (window.dispatchEvent(new Event('focus')), {until})", arg=arg, timeout=15_000, polling=300)


def changed(page: Page, settings: Settings, *articles: dict[str, Any], alone: bool = False) -> None:
    """Publishes another generation, and waits until the page has noticed: when the reader comes back to it, or all by itself."""
    was = page.evaluate("presscite.state.status.generation")
    written(settings, *articles)
    update(settings)
    if alone:
        page.wait_for_function("was => presscite.state.status.generation !== was", arg=was, timeout=15_000)
    else:
        looked(page, "presscite.state.status.generation !== was", was)


def ready(page: Page) -> None:
    page.wait_for_function("presscite.state.status.state === 'ready'")


def put(page: Page, question: str = QUESTION, status: str = "answered") -> None:
    page.fill("#pc-question", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(f'.pc-turn:last-child[data-status="{status}"]')


def test_a_new_index_is_noticed_and_each_answer_keeps_its_own_version(visit: Open, serve: Serve, own: Own) -> None:
    settings = own(bridge(), FAIR)
    page = visit(serve(Desk(settings)))
    ready(page)
    put(page)
    expect(page.locator(".pc-since, .pc-flag")).to_have_count(0)
    page.focus(".pc-turn .pc-chip >> nth=0")
    circus = FAIR | {"id": "circo", "outlet": "Correio", "text": "O circo chegou a Lumiara com doze palhaços."}
    changed(page, settings, bridge(THEN), FAIR, circus, alone=True)
    expect(page.locator(".pc-held")).to_contain_text("3 artigos · 3 veículos")
    expect(page.locator(".pc-flag")).to_have_text("mudou desde então")
    assert page.evaluate("document.activeElement.matches('.pc-chip')"), "what the reader was at keeps the focus"
    put(page)
    first, last = page.locator(".pc-turn").first, page.locator(".pc-turn").last
    expect(first.locator(".pc-claim").first).to_contain_text("14h20")
    expect(last.locator(".pc-claim").first).to_contain_text("15h40")
    expect(last.locator(".pc-flag")).to_have_count(0)
    first.locator(".pc-flag").click()
    assert "14h20" in page.locator(".pc-evidence .pc-mark.pc-on").first.inner_text()
    expect(page.locator(".pc-passage.pc-on .pc-since")).to_contain_text("Este texto mudou desde então. As palavras citadas não estão mais nele.")
    page.click(".pc-passage.pc-on .pc-since button")
    expect(page.locator("dialog .pc-removed del")).to_contain_text("14h20")
    expect(page.locator("dialog .pc-added ins")).to_contain_text("15h40")
    expect(page.locator("dialog .pc-whole")).to_contain_text("14h20")
    page.click("dialog button:has-text('Abrir a versão atual')")
    expect(page.locator("dialog .pc-whole")).to_contain_text("15h40")
    page.click("dialog button:has-text('Voltar à versão citada')")
    expect(page.locator("dialog .pc-mark.pc-on").first).to_contain_text("14h20")


def test_words_that_still_stand_are_said_to(visit: Open, serve: Serve, own: Own) -> None:
    settings = own(bridge(), FAIR)
    page = visit(serve(Desk(settings)), locale="en-GB")
    ready(page)
    put(page)
    changed(page, settings, bridge(f"{FIRST} A prefeitura vai apurar a queda."), FAIR, FAIR | {"id": "circo", "text": "O circo chegou a Lumiara."})
    expect(page.locator(".pc-held")).to_contain_text("3 articles")
    expect(page.locator(".pc-passage .pc-since").first).to_contain_text("This text has changed since. The words cited still stand in it.")
    expect(page.locator(".pc-flag")).to_have_count(0)


class Paused(Desk):
    """A desk whose borrowers go on only when the test says so: the library is lent already."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.go, self.lent = Event(), Event()
        self.go.set()

    def lend(self) -> AbstractContextManager[Library]:
        @contextmanager
        def paused() -> Iterator[Library]:
            with super(Paused, self).lend() as library:
                self.lent.set()
                self.go.wait(20)
                yield library

        return paused()


def test_an_answer_under_way_while_the_index_is_renewed_ends_well_from_the_old_one(visit: Open, serve: Serve, own: Own) -> None:
    settings = own(bridge(), FAIR)
    desk = Paused(settings)
    page = visit(serve(desk))
    ready(page)
    desk.go.clear()
    desk.lent.clear()
    page.fill("#pc-question", QUESTION)
    page.keyboard.press("Enter")
    assert desk.lent.wait(20)
    changed(page, settings, bridge(THEN), FAIR, FAIR | {"id": "circo", "text": "O circo chegou a Lumiara."})
    expect(page.locator(".pc-held")).to_contain_text("3 artigos")
    desk.go.set()
    page.wait_for_selector('.pc-turn:last-child[data-status="answered"]')
    expect(page.locator(".pc-claim").first).to_contain_text("14h20")
    expect(page.locator(".pc-coverage")).to_contain_text("2 artigos")
    expect(page.locator(".pc-flag")).to_have_text("mudou desde então")
    put(page)
    expect(page.locator(".pc-turn:last-child .pc-claim").first).to_contain_text("15h40")


def test_a_withdrawn_article_is_shown_nowhere_any_more(visit: Open, serve: Serve, own: Own) -> None:
    settings = own(bridge(), FAIR)
    page = visit(serve(Desk(settings)))
    ready(page)
    put(page)
    assert "14h20" in page.inner_text("#pc-app")
    page.click(".pc-chip >> nth=0")
    changed(page, settings, bridge(status="canceled"), FAIR, FAIR | {"id": "circo", "text": "O circo chegou a Lumiara."})
    expect(page.locator(".pc-claim.pc-gone").first).to_contain_text("O veículo retirou este artigo")
    expect(page.locator(".pc-passage .pc-lost").first).to_contain_text("O veículo retirou este artigo")
    assert "14h20" not in page.evaluate("document.querySelector('#pc-app').textContent")
    page.hover(".pc-chip >> nth=0")
    expect(page.locator("#pc-card")).to_contain_text("O veículo retirou este artigo")
    assert "14h20" not in page.inner_text("#pc-card")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("button:has-text('Copiar com fontes')")
    expect(page.locator("button:has-text('Copiado')")).to_be_visible()
    assert "14h20" not in page.evaluate("navigator.clipboard.readText()")


def test_the_full_article_of_what_was_withdrawn_gives_the_reason(visit: Open, serve: Serve, own: Own) -> None:
    settings = own(bridge(), FAIR)
    page = visit(serve(Desk(settings)))
    ready(page)
    put(page)
    page.evaluate("presscite.fates.ask = async () => false")  # a page that has not noticed yet
    changed(page, settings, bridge(status="withheld"), FAIR, FAIR | {"id": "circo", "text": "O circo chegou a Lumiara."})
    page.click(".pc-passage button:has-text('Artigo completo') >> nth=0")
    expect(page.locator("dialog .pc-since")).to_contain_text("O veículo suspendeu este artigo; o texto não é mostrado.")
    expect(page.locator("dialog .pc-whole")).to_have_count(0)


def test_a_correction_stands_beside_each_sentence_in_its_source_and_in_the_copy(visit: Open, serve: Serve, own: Own) -> None:
    settings = own(bridge(THEN, correction=NOTE, free=False, rights="CC BY 4.0"), FAIR)
    page = visit(serve(Desk(settings)))
    ready(page)
    put(page)
    mark = page.locator(".pc-claim .pc-flag").first
    expect(mark).to_have_text("correção")
    expect(mark).to_have_attribute("aria-label", "Há uma correção: ver a fonte da citação 1")
    assert page.locator(".pc-claim .pc-flag").count() == page.locator(".pc-claim").count()
    mark.hover()
    expect(page.locator("#pc-card")).to_contain_text(NOTE)
    mark.click()
    expect(page.locator(".pc-passage.pc-on .pc-correction")).to_have_text(f"Correção: {NOTE}")
    expect(page.locator(".pc-passage.pc-on .pc-about")).to_contain_text("para assinantes · CC BY 4.0")
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("button:has-text('Copiar com fontes')")
    expect(page.locator("button:has-text('Copiado')")).to_be_visible()
    assert f"    Correção: {NOTE}" in page.evaluate("navigator.clipboard.readText()").split("\n")
    page.click(".pc-passage button:has-text('Artigo completo') >> nth=0")
    expect(page.locator("dialog .pc-correction")).to_have_text(f"Correção: {NOTE}")


def test_a_correction_that_came_later_is_told_beside_the_earlier_answer(visit: Open, serve: Serve, own: Own) -> None:
    settings = own(bridge(), FAIR)
    page = visit(serve(Desk(settings)))
    ready(page)
    put(page)
    changed(page, settings, bridge(THEN, correction=NOTE), FAIR, FAIR | {"id": "circo", "text": "O circo chegou a Lumiara."})
    expect(page.locator(".pc-held")).to_contain_text("3 artigos")
    expect(page.locator(".pc-claim").first.locator(".pc-flag")).to_have_text(["correção", "mudou desde então"])
    expect(page.locator(".pc-passage .pc-correction").first).to_have_text(f"Correção: {NOTE}")


LONG = (
    "A ponte velha de Lumiara caiu na terça-feira às 14h20, disse a Defesa Civil. Ninguém ficou ferido, porque o trânsito estava fechado desde "
    "a manhã por causa da chuva. A obra da ponte custou 3 milhões de reais e terminou em 1998, segundo os registros da câmara municipal. "
    "Engenheiros do estado vão examinar os pilares e apresentar um laudo em trinta dias, informou o secretário de obras."
)


def test_copies_are_named_beside_their_passage_and_count_as_one_origin(visit: Open, serve: Serve, own: Own) -> None:
    first = bridge(LONG, id="agencia", outlet="Agência Sul", title="Ponte velha cai", published="2025-03-04T15:00:00-03:00")
    copy = bridge(LONG, id="gazeta", outlet="Gazeta", published="2025-03-05T08:00:00-03:00")
    settings = own(first, copy, FAIR)
    page = visit(serve(Desk(settings)))
    ready(page)
    put(page)
    expect(page.locator(".pc-facts")).to_contain_text("Tudo vem de uma só origem")
    copies = page.locator(".pc-copies").first
    expect(copies).to_contain_text("Também em")
    expect(copies).to_contain_text("origem provável")
    copies.locator("button").first.click()
    expect(page.locator("dialog .pc-near-words").first).to_contain_text("14h20")
    expect(page.locator("dialog mark")).to_have_count(0)


def test_a_newer_index_that_cannot_be_opened_is_told_while_the_old_one_answers(visit: Open, serve: Serve, own: Own) -> None:
    settings = own(bridge(), FAIR)
    page = visit(serve(Desk(settings)))
    ready(page)
    rebuild(settings.replace(embedder="hashing:128"))
    looked(page, "document.querySelector('.pc-told summary')")
    expect(page.locator(".pc-told summary")).to_have_text("Há um índice mais novo que não pode ser aberto; o anterior continua respondendo.")
    page.click(".pc-told summary")
    expect(page.locator(".pc-told code")).to_contain_text("hashing:128")
    put(page)
    rebuild(settings)
    looked(page, "!document.querySelector('.pc-told summary')")


def test_filters_are_cleared_in_their_panel_and_the_panel_stays_when_the_index_is_renewed(visit: Open, serve: Serve, own: Own) -> None:
    settings = own(bridge(), FAIR)
    page = visit(serve(Desk(settings)))
    ready(page)
    page.click(".pc-filter-button")
    page.check(".pc-check:has-text('Gazeta') input")
    changed(page, settings, bridge(), FAIR, FAIR | {"id": "circo", "outlet": "Correio", "text": "O circo chegou a Lumiara."})
    expect(page.locator(".pc-held")).to_contain_text("3 artigos")
    assert page.evaluate("document.activeElement.value") == "Gazeta", "it is not drawn anew under the reader's hands"
    page.click("#pc-filters button:has-text('Limpar filtros')")
    expect(page.locator("#pc-filters input:checked, .pc-chip-filter")).to_have_count(0)
    expect(page.locator(".pc-check:has-text('Correio')")).to_have_count(1)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_what_changed_is_readable_for_everyone(visit: Open, serve: Serve, own: Own, scheme: str, width: int) -> None:
    settings = own(bridge(), FAIR)
    page = visit(serve(Desk(settings)), scheme=scheme, width=width)
    ready(page)
    put(page)
    changed(page, settings, bridge(THEN, correction=NOTE), FAIR, FAIR | {"id": "circo", "text": "O circo chegou a Lumiara."})
    expect(page.locator(".pc-held")).to_contain_text("3 artigos")
    page.click(".pc-flag >> nth=0")
    found = violations_in_both(page)
    page.click(".pc-passage.pc-on .pc-since button")
    page.wait_for_selector("dialog .pc-steps")
    found += violations_in_both(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("[...document.querySelectorAll('dialog, .pc-passages')].every(one => one.scrollWidth <= one.clientWidth)")
    assert found == []
