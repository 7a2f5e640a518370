"""Follow-ups: a question that leans on the ones before it is completed from them, and one that stands alone is left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from index.text import LANGUAGES
from qa.followups import MOST_SUBJECTS, MOST_TURNS, Turn, standing_alone, subjects
from qa.question import MOST_CHARS, understand


def after(lang: str, *earlier: str | Turn, asked: str) -> str:
    """A question made to stand alone after others."""
    return standing_alone(asked, lang, [turn if isinstance(turn, Turn) else Turn(question=turn) for turn in earlier])


@pytest.mark.parametrize(
    ("lang", "earlier", "asked", "whole"),
    [
        ("pt", "Quem fundou a Baichuan?", "E a Huawei?", "Quem fundou a Huawei?"),
        ("pt", "Quantas medalhas o Brasil ganhou?", "E os Estados Unidos?", "Quantas medalhas os Estados Unidos ganhou?"),
        ("pt", "Qual é a população de Recife?", "E Olinda?", "Qual é a população de Olinda?"),
        ("pt", "Qual é a população de Recife?", "E a de Olinda?", "Qual é a população de Olinda?"),
        ("pt", "Qual é a população de Recife?", "E a população de Olinda?", "Qual é a população de Olinda?"),
        ("pt", "Quanto custou o IPO da Zhipu?", "E o da MiniMax?", "Quanto custou o IPO da MiniMax?"),
        ("pt", "Quem é o presidente da Argentina?", "E do Chile?", "Quem é o presidente do Chile?"),
        ("pt", "Quantas pessoas foram vacinadas no Brasil?", "E na Argentina?", "Quantas pessoas foram vacinadas na Argentina?"),
        ("pt", "Os EUA exportam chips H200 para a China?", "E para a Rússia?", "Os EUA exportam chips H200 para a Rússia?"),
        ("pt", "Quando Lula visitou a China?", "E Xi Jinping?", "Quando Xi Jinping visitou a China?"),
        ("pt", "Quando Lula visitou a China?", "E o Japão?", "Quando Lula visitou o Japão?"),
        ("pt", "Quantos morreram em Brumadinho?", "Mas e em Mariana?", "Quantos morreram em Mariana?"),
        ("en", "Who founded Baichuan?", "What about Nvidia?", "Who founded Nvidia?"),
        ("en", "Who founded Baichuan?", "And what about Nvidia?", "Who founded Nvidia?"),
        ("en", "Who founded Baichuan?", "How about Nvidia's?", "Who founded Nvidia?"),
        ("en", "Who runs CERN?", "And ATLAS?", "Who runs ATLAS?"),
        ("en", "Why did Silicon Valley Bank fail?", "And First Republic?", "Why did First Republic fail?"),
        ("en", "How many people live in Brazil?", "And in the United States?", "How many people live in the United States?"),
        ("en", "When did Lula visit China?", "And Xi Jinping?", "When did Xi Jinping visit China?"),
        ("en", "Does the U.S. Army buy chips from Nvidia?", "What about Nato?", "Does the Nato buy chips from Nvidia?"),
        ("en", "How much do Huawei chips cost?", "What about Nvidia chips?", "How much do Nvidia chips cost?"),
    ],
)
def test_what_about_another_asks_the_last_question_of_it(lang: str, earlier: str, asked: str, whole: str) -> None:
    assert after(lang, earlier, asked=asked) == whole


@pytest.mark.parametrize(
    ("lang", "earlier", "asked", "whole"),
    [
        ("pt", "Qual foi a inflação em 2023?", "E em 2024?", "Qual foi a inflação em 2024?"),
        ("pt", "Qual foi a inflação em maio?", "E em junho de 2024?", "Qual foi a inflação em junho de 2024?"),
        ("pt", "Qual foi a inflação?", "E em 2024?", "Qual foi a inflação? (2024)"),
        ("en", "Who won the 2022 World Cup?", "And in 2018?", "Who won the 2018 World Cup?"),
        ("en", "What was inflation in May 2023?", "What about June 2024?", "What was inflation in June 2024?"),
    ],
)
def test_what_about_another_moment_asks_the_last_question_of_that(lang: str, earlier: str, asked: str, whole: str) -> None:
    assert after(lang, earlier, asked=asked) == whole


@pytest.mark.parametrize(
    ("lang", "earlier", "asked", "named"),
    [
        ("pt", "Quem lançou o GLM-Image?", "E quanto custa?", "GLM-Image"),
        ("pt", "Quem lançou o GLM-Image?", "Quando foi criada?", "GLM-Image"),
        ("pt", "Quem é Elon Musk?", "E ele, o que disse?", "Elon Musk"),
        ("pt", "O que aconteceu no Museu Nacional?", "Mas quando foi isso?", "Museu Nacional"),
        ("pt", "O que aconteceu em Brumadinho?", "Quantos mortos?", "Brumadinho"),
        ("pt", "O que aconteceu em Brumadinho?", "Por quê?", "Brumadinho"),
        ("pt", "quanto vale a Z.AI?", "Quem fundou ela?", "Z.AI"),
        ("pt", "Quem fundou a Nvidia?", "E quando ela foi fundada?", "Nvidia"),
        ("pt", "Quem é o presidente da Argentina?", "E o vice?", "Argentina"),
        ("pt", "Quem comprou o Twitter?", "E no Brasil?", ""),
        ("pt", "Quem comprou o Twitter?", "Fale mais sobre isso.", "Twitter"),
        ("pt", "Quem comprou o Twitter?", "E o que é isso?", "Twitter"),
        ("pt", "O que é a dengue?", "Como ela se espalha?", "dengue"),
        ("en", "What is monkeypox?", "How does it spread?", "monkeypox"),
        ("pt", "Quem comprou o Twitter?", "Qual é a multa?", "Twitter"),
        ("pt", "Quem comprou o Twitter?", "O que é esperado?", "Twitter"),
        ("en", "Who bought Twitter?", "What is it?", "Twitter"),
        ("en", "Who bought Twitter?", "What is the price?", "Twitter"),
        ("en", "Who bought Twitter?", "What is happening?", "Twitter"),
        ("en", "Who bought Twitter?", "What was expected?", "Twitter"),
        ("en", "Who bought Twitter?", "And how much did it cost?", "Twitter"),
        ("en", "Who bought Twitter?", "Why?", "Twitter"),
        ("en", "Who bought Twitter?", "Tell me more about it.", "Twitter"),
        ("en", "Who is Rebeca Andrade?", "Why did she win?", "Rebeca Andrade"),
        ("en", "Is GLM-Image open source?", "How about its price?", "GLM-Image"),
        ("en", "Did Apple sue Samsung?", "Who won?", "Apple, Samsung"),
        ("en", "When did the Ever Given run aground?", "Where was that?", "Ever Given"),
        ("en", "What is the Suez Canal?", "Who owns this canal?", "Suez Canal"),
        ("en", "What is the Suez Canal?", "What happened there?", "Suez Canal"),
        ("en", "What is the Suez Canal?", "I think that it is old. Who built it?", "Suez Canal"),
        ("en", "Who founded Nvidia?", "And when?", "Nvidia"),
    ],
)
def test_a_question_that_points_back_takes_the_names_before_it(lang: str, earlier: str, asked: str, named: str) -> None:
    if named:
        assert after(lang, earlier, asked=asked) == f"{asked} ({named})"
    else:  # a place that the earlier question does not name is added to it
        assert after(lang, earlier, asked=asked) == f"{earlier} (Brasil)"


@pytest.mark.parametrize(
    ("lang", "earlier", "asked"),
    [
        ("pt", "Quem lançou o GLM-Image?", "E quem preside a Nvidia?"),
        ("pt", "Quem lançou o GLM-Image?", "Quantos habitantes tem o Brasil?"),
        ("pt", "Quem comprou o Twitter?", "E Musk vendeu ações?"),
        ("pt", "Quem comprou o Twitter?", "E o que disse Musk?"),
        ("pt", "Quem comprou o Twitter?", "É verdade que a gasolina subiu?"),
        ("pt", "Quem comprou o Twitter?", "E verdade que a gasolina subiu?"),
        ("pt", "Quem comprou o Twitter?", "Qual foi a inflação de março?"),
        ("pt", "Quem comprou o Twitter?", "Por que a Lua muda de forma?"),
        ("pt", "Quem comprou o Twitter?", "Quando os bancos fecham?"),
        ("pt", "Quem comprou o Twitter?", "Obrigado!"),
        ("pt", "Quem comprou o Twitter?", "O que é varíola?"),
        ("pt", "Quem comprou o Twitter?", "E o que é a dengue?"),
        ("en", "Who bought Twitter?", "What is monkeypox?"),
        ("en", "Who bought Twitter?", "And what’s a bot?"),
        ("en", "Who bought Twitter?", "When do banks close?"),
        ("en", "Who bought Twitter?", "And did Tesla shares fall?"),
        ("en", "Who bought Twitter?", "So Musk sold Tesla shares?"),
        ("en", "Who is Pelé?", "What did the BBC say about it?"),
        ("en", "Who bought Twitter?", "Is it true that prices rose?"),
        ("en", "Who bought Twitter?", "How many people said that prices rose?"),
        ("en", "Who bought Twitter?", "Is there a vaccine against malaria?"),
        ("en", "Who bought Twitter?", "Why is the sky blue?"),
        ("en", "Who bought Twitter?", "Who founded Baichuan?"),
        ("en", "Who bought Twitter?", "Thanks!"),
    ],
)
def test_a_question_with_a_subject_of_its_own_is_left_alone(lang: str, earlier: str, asked: str) -> None:
    assert after(lang, earlier, asked=asked) == asked


@pytest.mark.parametrize(
    ("lang", "asked"),
    [("pt", "E ele, o que disse?"), ("pt", "E a Huawei?"), ("pt", "E em 2024?"), ("en", "And how much did it cost?"), ("en", "What about Nvidia?")],
)
def test_without_anything_before_it_a_question_stays_as_it_is(lang: str, asked: str) -> None:
    assert after(lang, asked=asked) == asked


def test_the_name_is_found_however_many_questions_back_it_stands() -> None:
    assert after("en", "Who built the Panama Canal?", "when was it opened?", "how long is it?", asked="And how deep is it?").endswith(
        "(Panama Canal)"
    )
    assert after("pt", "Quem lançou o GLM-Image?", "e quanto custa?", "e onde roda?", asked="E quando saiu?") == "E quando saiu? (GLM-Image)"
    whole = ["Who built the Panama Canal?", "When was it opened? (Panama Canal)", "How long is it? (Panama Canal)"]
    assert after("en", *whole, asked="And how deep?") == "And how deep? (Panama Canal)"


def test_the_latest_name_is_the_one_meant() -> None:
    assert after("en", "Where is Notre-Dame?", "Who built the Panama Canal?", asked="How tall is it?") == "How tall is it? (Panama Canal)"


def test_a_name_further_back_than_is_looked_is_forgotten() -> None:
    small = ["e quanto custa?"] * (MOST_TURNS - 1)
    assert after("pt", "Quem lançou o GLM-Image?", *small, asked="E quando saiu?") == "E quando saiu? (GLM-Image)"
    assert after("pt", "Quem lançou o GLM-Image?", *small, "e onde?", asked="E quando saiu?") == "E quando saiu?"


@pytest.mark.parametrize(
    ("lang", "asked"), [("en", "When was he born?"), ("en", "What is her age?"), ("pt", "Quantos anos ele tem?"), ("pt", "E ela?")]
)
def test_he_and_she_are_first_of_all_whom_the_answer_marked(lang: str, asked: str) -> None:
    turn = Turn(question="Who bought Twitter?", answers=("Elon Musk", "X Holdings"), headlines=("Musk buys Twitter",))
    assert after(lang, turn, asked=asked) == f"{asked} (Elon Musk, Twitter)"


def test_it_is_no_person_and_a_marked_sum_is_no_name() -> None:
    turn = Turn(question="Who bought Twitter?", answers=("Elon Musk",))
    assert after("en", turn, asked="How much did it cost?") == "How much did it cost? (Twitter)"
    assert after("en", Turn(question="Who paid for Twitter?", answers=("the board",)), asked="When was he born?").endswith("(Twitter)")


def test_where_no_question_holds_a_name_the_headline_does() -> None:
    turn = Turn(question="o que houve com a bolsa?", headlines=("Ibovespa cai com guerra", "Dólar sobe"))
    assert after("pt", turn, asked="E por quê?") == "E por quê? (Ibovespa)"
    assert after("en", "how much did it cost?", asked="What about Nvidia?") == "how much did it cost? (Nvidia)"


def test_no_more_names_than_a_few_are_taken_over() -> None:
    earlier = "Quem é maior: Ana, Bia, Célia, Dora, Elis, Flora ou Gil?"
    assert MOST_SUBJECTS == 5
    assert after("pt", earlier, asked="E por quê?") == "E por quê? (Ana, Bia, Célia, Dora, Elis)"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Quem fundou a Z.AI em Pequim?", ["Z.AI", "Pequim"]),
        ("Who founded Baichuan?", ["Baichuan"]),
        ("O Rio de Janeiro sediou a COP30?", ["Rio de Janeiro", "COP30"]),
        ("Did the Bank of England raise rates in 2024?", ["Bank of England"]),
        ("Does the U.S. sell chips?", ["U.S."]),
        ("Thanks. Where is the Suez Canal?", ["Thanks", "Suez Canal"]),
        ("Is H200 a chip?", ["H200"]),
        ("Tell me about Lula.", ["Lula"]),
        ("Who runs the Bank of St. Louis?", ["Bank of St. Louis"]),
        ("Lula foi preso?", ["Lula"]),
        ("quem é pelé?", []),
        ("", []),
    ],
)
def test_names_are_runs_of_capitalised_words_but_for_a_first_one_that_only_begins(text: str, names: list[str]) -> None:
    assert subjects(text) == names


@pytest.mark.parametrize("unit", ["A ", "E a ", "and ", "A.", "E A de ", "in A ", "2024 ", "that ", "é ", "a ", "(", "What about ", "É. "])
def test_a_long_conversation_is_read_at_once_whatever_it_repeats(unit: str) -> None:
    text = (unit * MOST_CHARS)[:MOST_CHARS]
    since = time.perf_counter()
    for lang in LANGUAGES:
        standing_alone(text, lang, [Turn(question=text, answers=(text,), headlines=(text,))] * MOST_TURNS)
        standing_alone("E a Huawei?", lang, [Turn(question=text)])
    assert time.perf_counter() - since < 2


TEXT = some.text(some.characters(exclude_categories=()), max_size=100)


@given(
    TEXT,
    some.sampled_from(LANGUAGES),
    some.lists(some.builds(Turn, question=TEXT, answers=some.tuples(TEXT), headlines=some.tuples(TEXT)), max_size=3),
)
def test_any_conversation_at_all_gives_a_question_that_holds_what_was_asked_or_said(asked: str, lang: str, turns: list[Turn]) -> None:
    whole = standing_alone(asked, lang, turns)
    assert whole == standing_alone(asked, lang, turns)
    assert turns or whole == asked
    assert all(name.strip() for name in subjects(asked))


@pytest.mark.parametrize(
    ("history", "asked", "searched"),
    [
        (["Quem lançou o GLM-Image?", "E quanto custa?"], "E quando foi lançado?", "E quando foi lançado? (GLM-Image)"),
        (["Quem fundou a Baichuan?", "E a Huawei?"], "E a Nvidia?", "Quem fundou a Nvidia?"),
        ([Turn(question="Who founded Baichuan?")], "What about Nvidia?", "Who founded Nvidia?"),
    ],
)
def test_earlier_questions_are_themselves_completed_first(history: list[str | Turn], asked: str, searched: str) -> None:
    question = understand(asked, history)
    assert (question.asked, question.text) == (asked, searched)
