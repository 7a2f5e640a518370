"""Looking instead of reading: coverage over time, why a passage was found, versions, timelines, filters that are set by a click."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from index import Library, Settings, rebuild, update
from qa import ask
from qa.web.desk import Desk
from tests.web.steps import EM_PORTUGUES, answered, ended, put, settled, texts

Open = Callable[..., Page]
Serve = Callable[[Desk], str]
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]


def story(name: str, day: str, text: str, **more: str) -> dict[str, str]:
    return {
        "id": name,
        "title": name.replace("-", " ").capitalize(),
        "lang": "pt",
        "outlet": "Gazeta",
        "published": f"{day}T10:00:00-03:00",
        "text": text,
    } | more


BRIDGE = [
    story(
        "ponte-fechada",
        "2025-02-03",
        "A ponte velha de Lumiara foi fechada nesta segunda-feira por causa de rachaduras nos pilares.",
        section="Cidade",
    ),
    story("ponte-cai", "2025-03-04", "A ponte velha de Lumiara caiu na madrugada desta terça-feira, e ninguém ficou ferido.", section="Cidade"),
    story(
        "ponte-nova", "2025-06-10", "A prefeitura contratou a Zeta Obras para erguer a ponte nova de Lumiara no lugar da que caiu.", outlet="Diário"
    ),
    story("feira", "2025-04-01", "A feira de sábado vendeu muito peixe e pouca fruta, disseram os feirantes."),
]


def archive(small: Callable[..., Settings], articles: list[dict[str, str]] = BRIDGE) -> Settings:
    own = small({"ponte.json": json.dumps(articles, ensure_ascii=False)})
    rebuild(own)
    return own


def test_what_the_archive_holds_is_drawn_and_a_click_filters(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    page = visit(serve(Desk(archive(small))))
    page.click(".pc-held")
    bars = page.locator("#pc-archive .pc-bar-one")
    expect(bars.first).to_have_attribute("aria-label", "3–9 fev. 2025: 1 artigo")
    expect(page.locator("#pc-archive")).to_contain_text("4 artigos")
    expect(page.locator("#pc-archive .pc-share").filter(has_text="Gazeta")).to_have_attribute("aria-label", "Gazeta: 3 artigos")
    bars.last.focus()
    page.keyboard.press("Home")
    expect(bars.first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#pc-archive")).to_have_count(0)
    expect(page.locator(".pc-chip-filter")).to_have_text("3–9 mar. 2025×")
    page.click(".pc-held")
    page.locator("#pc-archive .pc-share").filter(has_text="Cidade").click()
    expect(page.locator(".pc-chip-filter")).to_have_text(["3–9 mar. 2025×", "Cidade×"])
    put(page, "O que houve com a ponte velha?")
    ended(page)
    expect(page.locator(".pc-turn .pc-applied li")).to_have_text(["3–9 mar. 2025", "Cidade"])


def test_coverage_of_a_question_over_time_asks_it_again_for_the_days_of_a_bar(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    page = visit(serve(Desk(archive(small))), locale="en-GB")
    answered(page, "Quem vai erguer a ponte nova de Lumiara?")
    page.click(".pc-over summary")
    bars = page.locator(".pc-over .pc-bar-one")
    expect(bars.first).to_be_visible()
    assert "Feira" not in " ".join(texts(page, ".pc-over"))
    bars.last.click()
    expect(page.locator(".pc-turn")).to_have_count(2)
    ended(page)
    expect(page.locator(".pc-turn:last-child .pc-applied li")).to_have_text(["10 Jun 2025"])
    expect(page.locator(".pc-composer .pc-chip-filter")).to_have_text("10 Jun 2025×")


def test_what_happened_is_told_as_a_timeline(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    page = visit(serve(Desk(archive(small))))
    answered(page, "O que aconteceu com a ponte de Lumiara?")
    expect(page.locator(".pc-turn")).to_have_attribute("data-form", "timeline")
    days = page.eval_on_selector_all(".pc-when", "all => all.map(one => one.getAttribute('datetime'))")
    assert days == sorted(days)
    assert len(days) >= 2
    expect(page.locator(".pc-when").first).to_have_text("3 fev. 2025")
    page.locator(".pc-claim .pc-chip").first.click()
    assert "".join(texts(page, ".pc-evidence .pc-mark.pc-on")) == "".join(texts(page, ".pc-claim:first-child .pc-said"))


def test_a_passage_says_why_it_was_found(visit: Open, site: str, library: Library) -> None:
    parts = ask(EM_PORTUGUES, library=library).hits[0].parts
    page = visit(site)
    answered(page, EM_PORTUGUES)
    why = page.locator(".pc-passage .pc-why").first
    expect(why.locator("li").first).to_be_hidden()
    why.locator("summary").click()
    assert page.locator(".pc-rest").get_attribute("open") is None, "the passages not cited stay folded"
    expect(why.locator("li")).to_have_count(sum(value >= 0.005 or name == "date" for name, value in parts.items()))
    expect(why).to_contain_text("palavras da pergunta")
    expect(why).to_contain_text("Palavras encontradas:")
    expect(why.locator(".pc-match").first).to_be_visible()
    assert {"chips", "GLM"} <= set(texts(page, ".pc-passage:first-child .pc-match"))
    expect(why).to_contain_text("na busca por palavras")
    expect(why).to_contain_text("na busca por sentido")
    expect(why).to_contain_text("data próxima")
    expect(page.locator(".pc-passage .pc-about").first).to_contain_text("há ")


def test_periods_sections_and_languages_are_chosen_with_one_click(visit: Open, site: str) -> None:
    page = visit(site, locale="en-GB")
    page.click(".pc-filter-button")
    page.get_by_role("button", name="2021").click()
    expect(page.locator("#pc-since")).to_have_value("2021-01-01")
    expect(page.get_by_role("button", name="2021", exact=True)).to_be_focused()
    expect(page.locator(".pc-chip-filter")).to_have_text("2021×")
    page.get_by_role("button", name="Last 30 days of the archive").click()
    expect(page.locator("#pc-until")).to_have_value("2026-01-18")
    page.get_by_label("Portuguese").check()
    page.get_by_role("button", name="Done").click()
    put(page, EM_PORTUGUES)
    settled(page, "answered")
    expect(page.locator(".pc-turn .pc-applied li")).to_have_text(["20 Dec 2025 – 18 Jan 2026", "Portuguese"])


def test_every_version_of_an_article_can_be_opened_and_says_what_it_changed(visit: Open, serve: Serve, small: Callable[..., Settings]) -> None:
    own = archive(small)
    first = BRIDGE[1] | {"text": "A ponte velha de Lumiara caiu na madrugada desta terça-feira, e duas pessoas ficaram feridas."}
    (own.corpus_dir / "ponte.json").write_text(json.dumps([BRIDGE[0], first, *BRIDGE[2:]], ensure_ascii=False), encoding="utf-8")
    update(own)
    page = visit(serve(Desk(own)))
    answered(page, "Quando caiu a ponte velha de Lumiara?")
    page.locator(".pc-passage").filter(has_text="feridas").get_by_role("button", name="Artigo completo").click()
    page.click(".pc-history summary")
    expect(page.locator(".pc-versions > li")).to_have_count(2)
    expect(page.locator(".pc-versions del")).to_contain_text("ninguém ficou ferido")
    expect(page.locator(".pc-versions ins")).to_contain_text("duas pessoas ficaram feridas")
    page.locator(".pc-versions").get_by_role("button", name="abrir").click()
    expect(page.locator("dialog .pc-since")).to_contain_text("Esta é uma versão anterior.")
    expect(page.locator("dialog .pc-whole")).to_contain_text("ninguém ficou ferido")
    page.get_by_role("button", name="Voltar à versão citada").click()
    expect(page.locator("dialog .pc-whole")).to_contain_text("duas pessoas ficaram feridas")
