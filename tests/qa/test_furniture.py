"""Furniture: what a page says of itself is no evidence; what the news says of pages is."""

import json
from collections.abc import Callable

import pytest

from index import Library, Settings, rebuild
from qa import ask
from qa.furniture import is_furniture


@pytest.mark.parametrize(
    "text",
    [
        "Sign up here for the ‘Morning’ newsletter.",
        "SPORTS NEWSLETTER:Sign up now for daily updates sent to your inbox",
        "(You can get “Five Things” delivered to your inbox daily.",
        "Subscribe to the newsletter here or text messages here.",
        "Follow Ana Prado on Twitter: @anaprado.",
        "Contact her at ana@gazeta.example or follow her on Instagram.",
        "Read more about how the bridge was built here.",
        "► MORE: Mayor opens a second bridge",
        "JUST WATCHED Mayor on why the bridge fell Replay More Videos ...",
        "MUST WATCH Mayor: the bridge was old 02:46",
        "This story has been updated with a statement of the mayor.",
        "Ana Prado and The Lumiara Wire contributed to this report.",
        "Contributing: Ana Prado, Bruno Reis",
        "The views expressed in this commentary are her own.",
        "Purchases you make through our links may earn us a commission.",
        "Leia também: prefeito inaugura a segunda ponte",
        "Leia mais sobre a queda da ponte na edição de hoje.",
        "Leia e ouça trechos da gravação da reunião na prefeitura.",
        "Clique aqui para ver o mapa das obras da ponte.",
        "Siga a Gazeta de Lumiara no Instagram e no Facebook.",
        "Quer receber as notícias da ponte pelo WhatsApp?",
        "Receba notícias da Gazeta todos os dias no seu e-mail.",
        "Assine a Gazeta e tenha acesso a todas as reportagens.",
        "Conteúdo exclusivo para assinantes da Gazeta de Lumiara.",
        "Aqui estão as principais notícias para você terminar o dia bem-informado.",
        "Esta reportagem foi atualizada às 15h com a nota da prefeitura.",
        "Continua depois da publicidade no portal da Gazeta",
    ],
)
def test_what_a_page_says_of_itself_is_furniture(text: str) -> None:
    assert is_furniture(text)


@pytest.mark.parametrize(
    "text",
    [
        "More than 300 ships were waiting at the canal on Sunday.",
        "Register to vote by Friday, the mayor told the people of Lumiara.",
        "He signed up for the army at eighteen and left it at thirty.",
        "Subscribers of the newsletter rose to 40,000 after the bridge fell.",
        "Musk follows 112 accounts on Twitter and is followed by 100 million.",
        "The court will follow her case closely, her lawyer said on Monday.",
        "Related costs of the bridge rose to 3 million reais in March.",
        "Just watched closely by two engineers, the bridge fell within a minute.",
        "Support for the mayor fell to 30 percent after the bridge collapsed.",
        "The story was first told by a fisherman who saw the bridge fall.",
        "Get out of the house, the firefighters told everybody near the bridge.",
        "A newsletter sent to inboxes of all voters named the wrong day.",
        "Leia Organa é a personagem mais lembrada da atriz.",
        "Veja a revista publicou a entrevista do prefeito em 2019.",
        "O prefeito assinou o contrato da ponte na terça-feira.",
        "A Gazeta perdeu assinantes depois que a ponte caiu.",
        "O aplicativo da prefeitura foi baixado 40 mil vezes.",
        "Seguidores do prefeito no Instagram chegaram a 2 milhões.",
        "A reportagem foi premiada em Lisboa na segunda-feira.",
        "Confira a rota, disse o piloto ao copiloto antes da queda.",
    ],
)
def test_news_of_pages_and_their_readers_is_none(text: str) -> None:
    assert not is_furniture(text)


def test_no_answer_cites_it(small: Callable[..., Settings]) -> None:
    text = (
        "A ponte velha de Lumiara caiu na terça-feira às 14h20, disse a Defesa Civil.\n\n"
        "Leia também: quando a ponte velha de Lumiara caiu pela primeira vez\n\n"
        "Siga as notícias da ponte velha de Lumiara no Instagram da Gazeta."
    )
    settings = small({"a.json": json.dumps([{"id": "a", "title": "Ponte cai", "outlet": "Gazeta", "lang": "pt", "text": text}])})
    rebuild(settings)
    with Library.open(settings) as library:
        answer = ask("Quando caiu a ponte velha de Lumiara?", library=library)
    assert [claim.text for claim in answer.claims] == ["A ponte velha de Lumiara caiu na terça-feira às 14h20, disse a Defesa Civil."]
