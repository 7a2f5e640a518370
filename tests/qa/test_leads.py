"""Leads: questions made of sentences by rule, each as correct as its sentence; where a rule is in doubt, none."""

from datetime import UTC, datetime

import pytest

from index.records import Article
from index.text import sentences
from qa.leads import leads, whole, with_article

NOW = datetime(2026, 1, 20, tzinfo=UTC)


def asked(text: str, lang: str, to: str = "", topics: tuple[str, ...] = (), title: str = "") -> list[str]:
    """Every question of the first sentence of a text, to be asked in a language: the article's own when none is named."""
    article = Article(id="a", text=text, title=title, lang=lang, first_seen=NOW, indexed=NOW)
    start, end = sentences(text)[0]
    return [one.text for one in leads(article, start, end, to or lang, topics)]


@pytest.mark.parametrize(
    ("lang", "text", "question"),
    [
        ("pt", "A Embraer anunciou nesta quinta-feira um novo avião.", "O que a Embraer anunciou?"),
        ("en", "The National Park Service approved the plan in May.", "What did the National Park Service approve?"),
        ("en", "Theranos Inc raised $945 million from investors.", "How much did Theranos Inc raise?"),
        ("pt", "A Boeing Brasil pagará US$ 150 milhões à Embraer.", "Quanto a Boeing Brasil vai pagar?"),
        ("pt", "O desmatamento caiu 30,6% em um ano.", "Quanto caiu o desmatamento?"),
        ("en", "Treasury yields climbed to 1.78% from 1.72% late Friday.", "How much did treasury yields rise?"),
        ("pt", "A Fundação Lumiar foi fundada em 1998.", "Quando a Fundação Lumiar foi fundada?"),
        ("pt", "O Museu Lumiar foi fundado por Helena Prado.", "Quem fundou o Museu Lumiar?"),
        ("en", "Osama Rabie, the chairman of the canal, told reporters that it was late.", "Who is Osama Rabie?"),
        ("pt", "A ministra do Meio Ambiente, Helena Prado, assinou o pacto.", "Quem é Helena Prado?"),
        ("pt", "O presidente da Câmara recebeu o deputado Caio Fontes na terça.", "Quem é Caio Fontes?"),
        ("en", "SMACS Nine, a cluster of old galaxies, was seen on Monday.", "What is SMACS Nine?"),
        ("en", "At least 321 vessels are waiting to pass through the Suez Canal.", "How many vessels are waiting to pass through the Suez Canal?"),
        ("pt", "Cerca de 320 navios esperavam passagem pelo canal de Suez.", "Quantos navios esperavam passagem pelo canal de Suez?"),
        ("pt", "Mais de 200 pessoas dormiram no ginásio de Canoas.", "Quantas pessoas dormiram no ginásio de Canoas?"),
        ("pt", "O voo da Latam foi adiado por causa da neblina.", "Por que o voo da Latam foi adiado?"),
        ("en", "The Latam flight to Lisbon was delayed because of fog.", "Why was the Latam flight to Lisbon delayed?"),
        ("pt", "A missão Chandrayaan-3 partiu em 14 de julho de 2023.", "Quando a missão Chandrayaan-3 partiu?"),
        ("en", "Helena Prado won the Golden Boot with eight goals.", "Who won the Golden Boot with eight goals?"),
        ("pt", "Já são 107 mortes no Rio Grande do Sul.", "Quantas pessoas morreram no Rio Grande do Sul?"),
    ],
)
def test_a_sentence_gives_the_question_that_it_answers(lang: str, text: str, question: str) -> None:
    assert question in asked(text, lang)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Officials announced a new plan in the morning. The officials left."),  # a noun that only begins its sentence
        ("en", "She announced a new plan."),
        ("en", "Friends of Helena Prado's lawyer announced nothing. The friends left."),
        ("en", "Born in Olinda, she studied in the United States."),  # "studied" is not "died"
        ("en", "The plan was announced by Helena Prado."),
        ("en", "At least 1,000 deaths have been counted in Portugal and Spain."),  # not to be cut in two
        ("en", "The work was stopped because of rain."),  # which work?
        ("pt", "O trabalho parou por causa da chuva."),
        ("pt", "Só a cebola subiu 30% em março."),  # what rose was more
        ("pt", "Ele partiu de Olinda em 14 de julho de 2023."),
        ("pt", "Helena Prado avisou que Olinda vai parar, porque falta água."),  # the reason is of the stop, not of the warning
        ("pt", "Na quinta, dormiram em Olinda, a cidade toda parou, e nada mais."),
        ("fr", "Helena Prado announced a new plan."),
    ],
)
def test_where_a_rule_is_in_doubt_there_is_no_question(lang: str, text: str) -> None:
    assert asked(text, lang, "en" if lang == "fr" else "") == []


def test_what_somebody_said_is_asked_on_the_subject_and_never_on_the_speaker() -> None:
    text = "“The ship is free,” said Helena Prado."
    assert asked(text, "en", topics=("the Ever Given",)) == ["What did Helena Prado say about the Ever Given?"]
    assert asked(text, "en", topics=("Prado",)) == []
    assert asked(text, "en") == []


def test_across_languages_only_persons_are_asked_about() -> None:
    assert asked("Anna Kowalski, the chairman of the canal, spoke.", "en", "pt") == ["Quem é Anna Kowalski?"]
    assert asked("The Supreme Court announced a plan.", "en", "pt") == []
    assert asked("At least 321 vessels are waiting to pass through the Suez Canal.", "en", "pt") == []


def test_a_surname_is_asked_about_whole() -> None:
    assert asked("Prado signed the pact on Monday. Before that, Helena Prado had said no.", "en") == ["What did Helena Prado sign?"]
    article = Article(id="a", text="Mary Ann Lee met Lee.", lang="en", first_seen=NOW, indexed=NOW)
    assert (whole("Musk", article), whole("NASA", article)) == ("Musk", "NASA")


def test_a_name_gets_the_article_that_the_text_mostly_gives_it() -> None:
    assert with_article("Supreme Court", "The Supreme Court ruled. Before the Supreme Court, Supreme Court staff wait.", "en") == "the Supreme Court"
    assert with_article("Ever Given", "Navios cercam o Ever Given; donos do Ever Given pagam.", "pt") == "o Ever Given"
    assert with_article("Lula", "Lula vetou. Para Lula, basta.", "pt") == "Lula"
