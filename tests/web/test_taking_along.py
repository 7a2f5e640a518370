"""What a reader takes along or leaves behind: exports, a word on whether the answer is right, the next question."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from index import Library, Settings
from index.catalog import NAME, Catalog
from qa import ask
from qa.feedback import Feedback, read
from qa.records import Answer
from qa.suggest import suggest
from qa.verify import State, read_answers, verify
from qa.web.desk import Desk
from tests.web.steps import EM_PORTUGUES, IN_ENGLISH, OFF_TOPIC, answered, chosen, put, settled

Open = Callable[..., Page]
Serve = Callable[[Desk], str]
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]


def said(settings: Settings) -> list[Feedback]:
    """What readers said of answers, newest first."""
    catalog = Catalog(settings.index_dir / NAME)
    try:
        return list(read(catalog)[0])
    finally:
        catalog.close()


def downloaded(page: Page, menu: str, entry: str, folder: Path) -> Path:
    with page.expect_download() as download:
        chosen(page, menu, entry)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_an_answer_and_a_conversation_are_exported_in_every_form(visit: Open, site: str, library: Library, tmp_path: Path) -> None:
    page = visit(site)
    answered(page, EM_PORTUGUES)
    sentences = [claim.text for claim in ask(EM_PORTUGUES, library=library).claims]
    exported = {form: downloaded(page, "Exportar", form, tmp_path) for form in ("Markdown", "HTML", "JSON", "CSL", "BibTeX")}
    assert {path.suffix for path in exported.values()} == {".md", ".html", ".json", ".bib"}
    assert all(sentence in exported["HTML"].read_text(encoding="utf-8") for sentence in sentences)
    assert "## Fontes" in exported["Markdown"].read_text(encoding="utf-8")
    assert {entry["type"] for entry in json.loads(exported["CSL"].read_bytes())} <= {"article-newspaper", "webpage", "article"}
    ((_, one),) = read_answers(exported["JSON"])
    assert isinstance(one, Answer)
    assert [finding.state for finding in verify(one, library)] == [State.SAME] * len(one.quotes)

    put(page, OFF_TOPIC)
    settled(page, "refused")
    page.click("#pc-talks-button")
    whole = downloaded(page, "Exportar esta conversa", "JSON", tmp_path)
    answers = [found for _, found in read_answers(whole)]
    assert [found.question for found in answers if isinstance(found, Answer)] == [EM_PORTUGUES, OFF_TOPIC]


def test_what_a_reader_thinks_is_kept_in_the_catalog_and_can_be_taken_back(visit: Open, own_site: tuple[str, Settings]) -> None:
    url, own = own_site
    page = visit(url, locale="en-GB")
    answered(page, "Quando caiu a ponte velha de Lumiara?")
    page.get_by_role("button", name="Wrong").click()
    expect(page.get_by_role("button", name="Wrong")).to_have_attribute("aria-pressed", "true")
    page.fill(".pc-remark textarea", "It was in the morning.")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".pc-voice [role=status]")).to_have_text("Note kept.")
    (kept,) = said(own)
    assert (kept.verdict, kept.note, kept.question) == ("wrong", "It was in the morning.", "Quando caiu a ponte velha de Lumiara?")
    page.get_by_role("button", name="Right", exact=True).click()
    expect(page.get_by_role("button", name="Right", exact=True)).to_have_attribute("aria-pressed", "true")
    assert [one.verdict for one in said(own)] == ["right"]
    page.get_by_role("button", name="Right", exact=True).click()
    expect(page.get_by_role("button", name="Right", exact=True)).to_have_attribute("aria-pressed", "false")
    assert said(own) == []


def test_what_to_ask_next_can_be_answered_and_is_asked_with_one_click(visit: Open, site: str, library: Library) -> None:
    expected = [one.text for one in suggest(ask(IN_ENGLISH, library=library), library)]
    assert expected
    page = visit(site, locale="en-GB")
    answered(page, IN_ENGLISH)
    expect(page.locator(".pc-next .pc-example")).to_have_text(expected)
    page.click(".pc-next .pc-example >> nth=0")
    page.wait_for_selector(".pc-turn:nth-child(2)[data-status=answered]")
    expect(page.locator(".pc-turn:last-child h2")).to_have_text(expected[0])
