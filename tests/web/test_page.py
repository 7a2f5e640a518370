"""The page in a real browser, over real libraries: asked, read, checked, and attacked."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from index import Library, Settings, rebuild
from qa import ask
from qa.records import Answer
from qa.web.desk import Desk
from tests.web.steps import EM_PORTUGUES, IN_ENGLISH, OFF_TOPIC, ended, focused, put, settled, texts

Open = Callable[..., Page]
Serve = Callable[[Desk], str]
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]


def sentences(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        ".pc-claim", "all => all.map(p => [...p.querySelectorAll('.pc-said')].map(s => s.textContent).join(''))"
    )
    return found


def expected_numbers(answer: Answer) -> dict[int, str]:
    """The words behind each number: quotes by their first naming."""
    cited = dict.fromkeys(answer.quotes[n].address for claim in answer.claims for n in (*claim.quotes, *claim.also))
    words = {quote.address: quote.text for quote in answer.quotes}
    return {n: words[address] for n, address in enumerate(cited, start=1)}


WATCH = """() => { window.seen = []; new MutationObserver(() => { const turn = document.querySelector('.pc-turn:last-child');
  if (turn) window.seen.push([turn.dataset.status, turn.querySelectorAll('.pc-claim').length]); }).observe(document.body, {subtree: true, childList: true, attributes: true}); }"""


@pytest.mark.parametrize(("locale", "question"), [("pt-BR", EM_PORTUGUES), ("en-GB", IN_ENGLISH)])
def test_each_number_opens_exactly_its_words(visit: Open, site: str, library: Library, locale: str, question: str) -> None:
    answer = ask(question, library=library)
    page = visit(site, locale=locale)
    page.evaluate(WATCH)
    put(page, question)
    settled(page, "answered")
    assert sentences(page) == [claim.text for claim in answer.claims]
    seen = [tuple(pair) for pair in page.evaluate("window.seen")]
    assert any(status == "answering" and claims for status, claims in seen), "the sentences came all at once"
    for n, words in expected_numbers(answer).items():
        page.click(f'.pc-chip[data-quote="{n}"]')
        marked = page.locator(".pc-evidence .pc-mark.pc-on")
        assert "".join(marked.all_text_contents()) == words
        expect(marked.first).to_be_in_viewport()
        expect(marked.first).to_be_focused()
    assert ("artigos" if locale == "pt-BR" else "articles") in texts(page, ".pc-coverage")[0]


def test_the_whole_way_by_keyboard(visit: Open, site: str) -> None:
    page = visit(site)
    page.keyboard.type(EM_PORTUGUES)
    page.keyboard.press("Enter")
    settled(page, "answered")
    expect(page.locator("#pc-status")).to_contain_text("Resposta pronta")
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if focused(page, ".pc-chip"):
            break
    number = page.evaluate("document.activeElement.dataset.quote")
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("Enter")
    assert focused(page, f'.pc-mark.pc-on[data-quotes~="{number}"]')
    page.keyboard.press("Escape")
    assert focused(page, f'.pc-chip[data-quote="{number}"]')
    expect(page.get_by_role("tooltip")).to_be_hidden()


def test_the_full_article_shows_the_sentence_and_gives_the_focus_back(visit: Open, site: str, library: Library) -> None:
    answer = ask(EM_PORTUGUES, library=library)
    page = visit(site)
    put(page, EM_PORTUGUES)
    settled(page, "answered")
    page.click('.pc-chip[data-quote="1"]')
    page.click(".pc-passage.pc-on button:has-text('Artigo completo')")
    page.wait_for_selector("dialog .pc-mark.pc-on")
    assert "".join(texts(page, "dialog .pc-mark.pc-on")) == expected_numbers(answer)[1]
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    assert focused(page, ".pc-passage button")


def test_the_newest_question_stands_at_the_top_whatever_its_answer_s_length(visit: Open, site: str) -> None:
    page = visit(site)
    for question, status in ((EM_PORTUGUES, "answered"), (OFF_TOPIC, "refused"), (IN_ENGLISH, "answered")):
        put(page, question)
        settled(page, status)
        gap = "document.querySelector('.pc-turn:last-child').getBoundingClientRect().top - document.querySelector('#pc-thread').getBoundingClientRect().top"
        page.wait_for_function(f"Math.abs({gap}) < 2")
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('#pc-thread').getBoundingClientRect().height") > 600, "all turns are printed"


def test_a_follow_up_is_understood_and_a_new_conversation_forgets(visit: Open, site: str) -> None:
    page = visit(site)
    put(page, "Quando a Chandrayaan-3 pousou na Lua?")
    settled(page, "answered")
    put(page, "E quanto pesa o jipe?")
    settled(page, "answered")
    expect(page.locator(".pc-turn:last-child .pc-searched")).to_contain_text("Chandrayaan")
    page.click("#pc-new")
    expect(page.locator(".pc-turn")).to_have_count(0)
    expect(page.locator(".pc-start h2")).to_be_visible()
    put(page, "E quanto pesa o jipe?")
    page.wait_for_selector(".pc-turn:not([data-status=answering])")
    expect(page.locator(".pc-searched")).to_have_count(0)


def test_a_follow_up_knows_whom_the_answer_before_named(visit: Open, site: str, library: Library) -> None:
    first, then = "Quem recebeu a primeira dose de vacina contra a covid-19 no Brasil?", "E onde ela trabalhava?"
    searched = ask(then, history=[ask(first, library=library)], library=library).searched
    assert "Mônica Calazans" in searched
    page = visit(site)
    put(page, first)
    settled(page, "answered")
    put(page, then)
    ended(page)
    expect(page.locator(".pc-turn:last-child .pc-searched")).to_have_text(f"Entendida como: {searched}")


def test_days_that_a_question_names_are_said_and_taken_away_by_keyboard(visit: Open, site: str) -> None:
    asked = "Que chips foram usados para treinar o GLM-Image entre 1 e 15 de janeiro de 2026?"
    page = visit(site)
    put(page, asked)
    ended(page)
    chip = page.get_by_role("button", name="tirar as datas")
    expect(chip).to_have_text("Pergunta sobre 1–15 jan. 2026×")
    page.click(".pc-lang[lang=en]")
    expect(page.get_by_role("button", name="Asked about 1–15 Jan 2026 – take the dates away")).to_be_visible()
    page.click(".pc-lang[lang=pt-BR]")
    page.focus("#pc-question")
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if focused(page, ".pc-chip-dates"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".pc-turn")).to_have_count(2)
    ended(page)
    expect(page.locator(".pc-turn:last-child h2")).to_have_text(asked)
    expect(page.locator(".pc-turn:last-child h2")).to_be_focused()
    expect(page.locator(".pc-turn:last-child .pc-used")).to_contain_text("Datas da pergunta deixadas de lado: primeiro os artigos próximos de ")
    expect(page.locator(".pc-turn:last-child .pc-chip-dates")).to_have_count(0)
    expect(page.locator(".pc-turn:first-child .pc-chip-dates")).to_have_count(1)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many ships were waiting in the Suez Canal?", r"^Articles near \d+ \w+ \d{4} first$"),
        ("How many ships waited in March 2021?", r"^Asked about March 2021×$"),
        ("How many ships waited in 2021?", r"^Asked about 2021×$"),
        ("How many ships waited until 5 March 2021?", r"^Asked about the time up to 5 Mar 2021×$"),
        ("How many ships have waited since March 2021?", r"^Asked about the time since 1 Mar 2021: articles near .* first$"),
        ("Who founded the oldest museum in history?", "^All dates alike: a question about history$"),
    ],
)
def test_how_dates_were_used_is_always_said(visit: Open, site: str, question: str, said: str) -> None:
    page = visit(site, locale="en-GB")
    put(page, question)
    ended(page)
    expect(page.locator(".pc-used")).to_have_text(re.compile(said))


BRIDGE = [
    {
        "title": "Ponte nova de Lumiara é entregue",
        "outlet": "Gazeta",
        "lang": "pt",
        "text": "A Zeta Obras terminou ontem a ponte nova de Lumiara. Ela custou 3 milhões de reais aos moradores de Lumiara, segundo a prefeitura.",
    },
    {
        "title": "Feira e obras",
        "outlet": "Diário",
        "lang": "pt",
        "text": "A obra custou 3 milhões de reais aos moradores de Lumiara, segundo a prefeitura da cidade. A feira abriu cedo e vendeu peixe.",
    },
    {"title": "Feira", "lang": "pt", "text": "A feira de sábado vendeu muito peixe e pouca fruta, disseram os feirantes."},
]


def test_a_leaning_sentence_shows_the_one_before_and_where_it_also_stands(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    own = small({"bridge.json": json.dumps(BRIDGE, ensure_ascii=False)})
    rebuild(own)
    page = visit(serve(Desk(own)))
    put(page, "Quanto custou a ponte nova de Lumiara?")
    settled(page, "answered")
    claim = page.locator(".pc-claim").first
    expect(claim.locator(".pc-said").first).to_contain_text("Ela custou")
    expect(claim.locator(".pc-tail .pc-chip")).to_have_text(["1", "2"])
    expect(claim.locator(".pc-also")).to_have_text("também em3")
    before = page.get_by_role("button", name="Citação 2, a frase anterior: Ponte nova de Lumiara é entregue")
    before.first.hover()
    expect(page.locator("#pc-card")).to_contain_text("a frase anterior")
    expect(page.locator("#pc-card blockquote")).to_have_text("A Zeta Obras terminou ontem a ponte nova de Lumiara.")
    claim.locator(".pc-also .pc-chip").click()
    assert "".join(texts(page, ".pc-evidence .pc-mark.pc-on")).startswith("A obra custou 3 milhões de reais")
    expect(page.locator(".pc-passage.pc-on h3")).to_contain_text("Feira e obras")
    page.keyboard.press("Escape")
    expect(claim.locator(".pc-also .pc-chip")).to_be_focused()


def test_a_name_that_stands_nowhere_is_named_with_the_nearest_coverage(visit: Open, site: str) -> None:
    page = visit(site, locale="en-GB")
    put(page, "Who is the cousin of Zorblat <b>Quux</b>?")
    settled(page, "refused")
    expect(page.locator(".pc-refusal p")).to_have_text(re.compile("No article in the archive mentions .*“Zorblat”"))
    expect(page.locator(".pc-near").first).to_be_visible()
    expect(page.locator(".pc-used")).to_contain_text("Articles near")
    expect(page.locator(".pc-mark, .pc-chip, .pc-claim")).to_have_count(0)


def test_a_subject_without_the_fact_is_refused_as_such(visit: Open, site: str) -> None:
    page = visit(site, locale="en-GB")
    put(page, "Who coaches Noah Lyles?")
    settled(page, "refused")
    expect(page.locator(".pc-refusal p")).to_have_text("The archive covers the subject, but no passage tells what is asked.")
    titles = page.locator(".pc-near-title").all_text_contents()
    assert 1 < len(titles) == len(set(titles)), "each article once"


def test_an_answer_that_may_be_none_says_so_first(visit: Open, site: str) -> None:
    page = visit(site)
    put(page, "Quanto a Z.AI gastou para treinar o GLM-Image?")
    settled(page, "answered")
    expect(page.locator(".pc-doubt")).to_have_text("Incerto: estas frases são do assunto, mas podem não dizer o que se pergunta.")
    assert page.locator(".pc-doubt").evaluate(
        "note => note.compareDocumentPosition(document.querySelector('.pc-claim')) & Node.DOCUMENT_POSITION_FOLLOWING"
    )
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("button:has-text('Copiar com fontes')")
    expect(page.locator("button:has-text('Copiado')")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").split("\n")[2].startswith("Incerto: ")
    put(page, EM_PORTUGUES)
    expect(page.locator(".pc-turn")).to_have_count(2)
    settled(page, "answered")
    expect(page.locator(".pc-turn:last-child .pc-doubt")).to_have_count(0)


def test_a_refusal_says_why_and_marks_nothing_yellow(visit: Open, site: str) -> None:
    page = visit(site)
    put(page, OFF_TOPIC)
    settled(page, "refused")
    expect(page.locator("#pc-status")).to_contain_text("O arquivo não responde a esta pergunta")
    expect(page.locator(".pc-refusal p")).not_to_be_empty()
    expect(page.locator(".pc-mark, .pc-chip, .pc-claim")).to_have_count(0)
    expect(page.locator(".pc-coverage")).to_contain_text("artigos")


def test_a_filter_that_keeps_the_answer_out_can_be_dropped_with_one_click(visit: Open, site: str) -> None:
    page = visit(site, locale="en-GB")
    page.click(".pc-filter-button")
    page.fill("#pc-since", "2025-12-01")
    page.keyboard.press("Escape")
    assert focused(page, ".pc-filter-button")
    expect(page.locator(".pc-chip-filter")).to_have_text("since 1 Dec 2025×")
    put(page, IN_ENGLISH)
    settled(page, "refused")
    page.click("button:has-text('Search without the filters')")
    settled(page, "answered")
    expect(page.locator(".pc-chip-filter")).to_have_count(0)


def test_the_language_of_the_page_is_switched_in_place(visit: Open, site: str) -> None:
    page = visit(site, locale="fr-FR")
    expect(page.locator("#pc-ask")).to_have_attribute("aria-label", "Ask")
    put(page, OFF_TOPIC)
    settled(page, "refused")
    page.click(".pc-lang[lang=pt-BR]")
    expect(page.locator(".pc-refusal h3")).to_have_text("O arquivo não responde a esta pergunta")
    assert page.evaluate("document.documentElement.lang") == "pt-BR"
    page.reload()
    expect(page.locator("#pc-ask")).to_have_attribute("aria-label", "Perguntar")


XSS = """<img src=x onerror="window.__xss=1"><script>window.__xss=1</script><iframe srcdoc="<script>parent.__xss=1</script>"></iframe>${window.__xss=1} {{value}}"""


def test_hostile_text_stays_text(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    head = {
        "title": f"Ponte {XSS}",
        "outlet": f"Jornal {XSS}",
        "url": "javascript:window.__xss=1",
        "lang": "pt",
        "published": "2025-03-04T10:00:00-03:00",
    }
    text = f"A ponte velha de Lumiara caiu na terça-feira às 14h20 {XSS} disse a prefeitura. Ninguém ficou ferido na queda da ponte."
    other = {"title": "Feira", "lang": "pt", "text": "A feira abriu cedo e vendeu muito peixe."}
    own = small({"ponte.json": json.dumps([head | {"text": text}, other], ensure_ascii=False)})
    rebuild(own)
    page = visit(serve(Desk(own)))
    put(page, f"Quando caiu a ponte velha de Lumiara? {XSS}")
    settled(page, "answered")
    page.hover(".pc-chip >> nth=0")
    page.wait_for_selector("#pc-card:not([hidden])")
    page.click(".pc-chip >> nth=0")
    assert XSS in sentences(page)[0]
    assert XSS in "".join(texts(page, ".pc-evidence .pc-mark.pc-on"))
    for place in (".pc-turn h2", ".pc-passage h3", ".pc-about", ".pc-text"):
        assert any(XSS[:28] in text for text in texts(page, place)), place
    page.click(".pc-passage button:has-text('Artigo completo')")
    page.wait_for_selector("dialog .pc-whole")
    assert XSS in texts(page, "dialog .pc-whole")[0]
    assert page.evaluate("window.__xss") is None
    assert page.locator("#pc-app :is(img, iframe, script, form, object, embed)").count() == 0
    assert page.locator(".pc-passage a").count() == 0


def test_without_an_index_the_page_says_the_command_and_notices_when_it_is_there(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    own = small({"a.md": "---\ntitle: Ponte\nlang: pt\n---\nA ponte caiu na terça-feira.\n"})
    page = visit(serve(Desk(own)))
    expect(page.locator(".pc-start pre")).to_have_text("python -m index rebuild")
    expect(page.locator("#pc-question")).to_be_disabled()
    rebuild(own)
    expect(page.locator("#pc-question")).to_be_enabled(timeout=15_000)
    expect(page.locator(".pc-held")).to_contain_text("1 artigo")


class Slow(Desk):
    """A desk whose library is ready only when the test says so."""

    def __init__(self, settings: Settings, until: Event) -> None:
        super().__init__(settings)
        self._until = until

    def lend(self) -> AbstractContextManager[Library]:
        self._until.wait(20)
        return super().lend()


def test_stopping_is_said_and_the_next_question_works(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    own = small({"a.md": "---\ntitle: Ponte\nlang: pt\n---\nA ponte caiu na terça-feira.\n"})
    rebuild(own)
    until = Event()
    page = visit(serve(Slow(own, until)))
    put(page, "Quando caiu a ponte?")
    expect(page.locator(".pc-phase").last).to_contain_text("Preparando o modelo")
    page.click("#pc-ask.pc-stop")
    settled(page, "stopped")
    put(page, "E a ponte?")  # at once: stopping the first must not stop the second
    until.set()
    page.wait_for_selector(".pc-turn:last-child:is([data-status=answered], [data-status=refused])")
    expect(page.locator(".pc-turn").first).to_have_attribute("data-status", "stopped")


class Broken(Desk):
    """A desk that breaks in a way that nobody foresaw, as soon as the test says so."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.breaks = Event()

    def lend(self) -> AbstractContextManager[Library]:
        if self.breaks.is_set():
            raise RuntimeError("secret inner state")
        return super().lend()


def test_an_unforeseen_failure_is_told_in_plain_words_and_can_be_tried_again(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    own = small({"a.md": "---\ntitle: Ponte\nlang: pt\n---\nA ponte caiu na terça-feira.\n"})
    rebuild(own)
    desk = Broken(own)
    page = visit(serve(desk))
    expect(page.locator(".pc-held")).to_contain_text("1 artigo")
    desk.breaks.set()
    put(page, "Quando caiu a ponte?")
    settled(page, "error")
    expect(page.locator(".pc-failure")).to_contain_text("Algo falhou no programa")
    assert not re.search("secret|Traceback|RuntimeError", page.inner_text("body"))
    desk.breaks.clear()
    page.click("button:has-text('Tentar de novo')")
    settled(page, "answered")


def test_a_library_that_cannot_be_opened_is_told_in_plain_words(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    desk = Broken(small({}))
    desk.breaks.set()
    page = visit(serve(desk))
    expect(page.locator(".pc-start pre")).to_contain_text("Algo falhou no programa")
    expect(page.locator("#pc-question")).to_be_disabled()
    assert not re.search("secret|Traceback|RuntimeError", page.inner_text("body"))


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_shows_the_sources_in_a_sheet_and_never_scrolls_sideways(visit: Open, site: str, width: int) -> None:
    page = visit(site, width=width, height=720)
    put(page, EM_PORTUGUES)
    settled(page, "answered")
    expect(page.locator(".pc-evidence")).to_be_hidden()
    page.click(".pc-chip >> nth=0")
    expect(page.locator(".pc-mark.pc-on").first).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("[...document.querySelectorAll('#pc-thread, .pc-passages')].every(one => one.scrollWidth <= one.clientWidth)")
    page.click(".pc-close")
    expect(page.locator(".pc-evidence")).to_be_hidden()
    assert focused(page, ".pc-chip")
