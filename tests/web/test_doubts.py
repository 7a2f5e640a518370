"""What cannot be taken at its word in an article's file stands beside its facts on the page, in both languages."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from index import Settings, rebuild
from qa.web.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]
BRIDGE = {
    "title": "<b>Ponte</b> caiu em SÃ£o João",
    "outlet": "Gаzeta",  # the second letter is Cyrillic
    "lang": "pt",
    "published": "03/04/2026",
    "text": "A ponte velha de Lumiara caiu na terça-feira às 14h20, disse a Defesa Civil. Ninguém ficou ferido.",
}
SAID = {
    "pt-BR": [
        "Título: letras trocadas já no arquivo, como em “SÃ£o”.",
        "Veículo: Gаzeta (U+0430) mistura letras latinas com outras que só se parecem com elas.",
        "Data de publicação: “03/04/2026” pode ser dois dias, e fica sem data.",
    ],
    "en": [
        "Headline: letters garbled in the file itself, as in “SÃ£o”.",
        "Outlet: Gаzeta (U+0430) mixes Latin letters with others that only look so.",
        "Date of publication: “03/04/2026” could be two days, so none is taken.",
    ],
}


@pytest.mark.parametrize("locale", SAID)
def test_doubts_stand_beside_the_source_and_in_the_whole_article(
    locale: str, visit: Callable[..., Page], serve: Callable[[Desk], str], small: Callable[..., Settings]
) -> None:
    settings = small({"a.json": json.dumps(BRIDGE, ensure_ascii=False)})
    rebuild(settings)
    page = visit(serve(Desk(settings)), locale=locale)
    page.wait_for_function("presscite.state.status.state === 'ready'")
    page.fill("#pc-question", "Quando caiu a ponte velha de Lumiara?")
    page.keyboard.press("Enter")
    page.wait_for_selector('.pc-turn:last-child[data-status="answered"]')
    expect(page.locator(".pc-passage .pc-doubts li")).to_have_text(SAID[locale])
    page.locator(".pc-passage .pc-actions .pc-link").first.click()
    expect(page.locator("dialog .pc-doubts li")).to_have_text(SAID[locale])
    expect(page.locator("dialog h2")).to_have_text(BRIDGE["title"])
