"""Candidates: the words inside a sentence that answer a question, how surely they do, and figures that only look as if they did."""

import time
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qa.candidates import PATTERNS, POSSIBLE, PROBABLE, Candidate, answer_in, candidates
from qa.kinds import Asked
from qa.question import Question, understand
from qa.terms import Place, Terms


def placed(question: str, text: str) -> tuple[Question, list[Place]]:
    """A question, and where its own words stand in a text of its language."""
    understood = understand(question)
    return understood, Terms(understood, lambda _: 1, 10).places(text, understood.lang)


def answered(question: str, sentence: str, article: str = "") -> str | None:
    """The words marked in a sentence that stands at the beginning of an article."""
    text = f"{sentence} {article}"
    understood, places = placed(question, text)
    span = answer_in(understood, candidates(understood, places, text, 0, len(sentence)))
    return span and sentence[slice(*span)]


def graded(question: str, sentence: str) -> dict[str, Candidate]:
    """Each candidate's words in a sentence, best first."""
    understood, places = placed(question, sentence)
    return {sentence[one.start : one.end]: one for one in candidates(understood, places, sentence, 0, len(sentence))}


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("Quanto custou o quadro?", "O quadro custou US$ 450,3 milhões em Nova York em 2017.", "US$ 450,3 milhões"),
        ("Quanto custa o modelo?", "Cada imagem do modelo custa R$ 0,07.", "R$ 0,07"),
        ("Qual é o preço da ação?", "O preço da ação chegou a 116,20 dólares na estreia.", "116,20 dólares"),
        ("How much did the painting cost?", "The painting cost $450.3 million at auction in 2017.", "$450.3 million"),
        ("What price did the house fetch?", "The house fetched a price of £2m on 3 May.", "£2m"),
        ("Qual o percentual de desmatamento?", "O desmatamento caiu 30,6% em 2024, para 6.288 km².", "30,6%"),
        ("Que parcela da população votou?", "Votaram 79 por cento da população no domingo.", "79 por cento"),
        ("What percentage of voters stayed at home?", "Some 21 per cent of voters stayed at home in 2024.", "21 per cent"),
        ("Quando a Z.AI lançou o modelo?", "A Z.AI lançou o modelo em 14 de janeiro de 2026.", "14 de janeiro de 2026"),
        ("Quando a lei entra em vigor?", "A lei entra em vigor em 2033.", "2033"),
        ("When was the treaty signed?", "The treaty was signed on 15 January 2025 by 12 states.", "15 January 2025"),
        ("When did the ship leave?", "The ship left on Tuesday with 20 men.", "Tuesday"),
        ("Quantas pessoas morreram?", "Morreram 183 pessoas na enchente.", "183"),
        ("Quantos votos ele teve?", "Ele venceu com cinco votos a favor.", "cinco"),
        ("How many ships were waiting?", "Officials said 369 ships were waiting outside.", "369"),
        ("How many rounds were needed?", "It took four rounds to choose him.", "four"),
        ("Quem fundou a Baichuan?", "A Baichuan foi fundada por Wang Xiaochuan.", "Wang Xiaochuan"),
        ("Quem ganhou a prova?", "A campeã da prova foi Rebeca Andrade.", "Rebeca Andrade"),
        ("Quem ganhou a prova?", "Quem ganhou a prova foi Rebeca Andrade.", "Rebeca Andrade"),
        ("Who bought Twitter?", "The buyer of Twitter was Elon Musk.", "Elon Musk"),
        ("Who replaced the British prime minister?", "Britain's Prime Minister was followed by Liz Truss.", "Liz Truss"),
        ("Who is Musk's father?", "The father, Errol Musk, was born in Pretoria.", "Errol Musk"),
        ("Where was the summit held?", "The summit was held in Rio de Janeiro.", "Rio de Janeiro"),
        ("Onde fica a sede da empresa?", "A sede da empresa fica em Pequim.", "Pequim"),
    ],
)
def test_the_words_that_answer_are_found(question: str, sentence: str, answer: str) -> None:
    assert answered(question, sentence) == answer


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Quanto custou o quadro?", "O quadro foi vendido ontem por muito."),
        ("Quando caiu o avião?", "O avião caiu perto da costa."),
        ("How many ships were waiting?", "The ships were waiting outside."),
        ("Who bought Twitter?", "The company bought it, and Twitter changed."),
        ("Who replaced the British prime minister?", "Britain's Prime Minister left office."),
        ("Em 2024, quando choveu?", "Choveu muito em 2024."),
        ("Quem é Elon Musk?", "Ele disse que Elon Musk comprou tudo."),
    ],
)
def test_where_no_candidate_stands_or_only_the_question_s_own_nothing_is_marked(question: str, sentence: str) -> None:
    assert answered(question, sentence) is None


@pytest.mark.parametrize("question", ["Como a bolsa caiu?", "O que é o GLM-Image?", "Did the market fall?", "How does it work?"])
def test_a_kind_without_candidates_marks_nothing(question: str) -> None:
    assert understand(question).kind not in PATTERNS
    assert answered(question, "A bolsa caiu 3% em 14 de janeiro, disse Wang Xiaochuan em Pequim.") is None


def test_of_two_candidates_the_one_nearest_to_the_question_s_words_answers() -> None:
    sentence = "Em 2019 a obra parou, mas o museu abriu em 2023."
    assert answered("Quando o museu abriu?", sentence) == "2023"
    assert answered("Quando a obra parou?", sentence) == "2019"


@given(
    some.sampled_from(
        ["Quem?", "Onde foi?", "Quando?", "How many?", "Quanto custa?", "What percentage?", "Which airline?", "Why?", "How old is he?", "Em que ano?"]
    ),
    some.text(max_size=120)
    | some.lists(some.sampled_from(["Ana ", "“Z”", " 40, ", "US$ 2", " mil", "em ", "1889", "porque ", "%", ". "])).map("".join),
    some.integers(0, 60),
)
def test_every_candidate_lies_in_the_sentence_whatever_the_text(question: str, text: str, start: int) -> None:
    if start >= len(text):
        return
    understood, places = placed(question, text)
    found = candidates(understood, places, text, start, len(text))
    assert all(start <= one.start < one.end <= len(text) for one in found)
    assert all(one.grade in (POSSIBLE, PROBABLE, 1.0) and 0 <= one.near <= 1 for one in found)
    assert found == sorted(found, key=lambda one: (-one.grade, -one.near, one.start))
    span = answer_in(understood, found)
    assert span is None or span in [(one.start, one.end) for one in found]


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("How many ships were waiting?", "The Ever Given, 400 metres long, ran aground on 23 March 2021.", None),
        ("How many ships were waiting?", "At five minutes past three on Monday, 7.40 a.m., it was free; the ships moved.", None),
        ("Qual é a população do Brasil?", "Entre 2010 e 2022, a população do Brasil aumentou.", None),
        ("How many people live there?", "In 2022 people who live there left.", None),
        ("How many people came?", "Some 2000 people came.", "2000"),
        ("How many ships were waiting?", "By 27 March the waiting line had grown to 321 vessels.", "321"),
        ("How many ships were waiting?", "After 6 days and 12 tugs, 369 ships were waiting.", "369"),
        ("How many ships were waiting?", "Some 321 vessels were waiting, four days after the ship ran aground.", "321"),
        ("Quantos presos foram mortos?", "Uma rebelião na BR-174 (Manaus-Boa Vista) durou quase 17 horas e deixou presos mortos.", None),
        ("Quantos presos foram mortos?", "Um ano depois, 63 seguem foragidos; 56 presos foram mortos.", "56"),
        ("Quantas pessoas votaram?", "Na quarta-feira (30), 61% das pessoas votaram, segundo a 3ª zona, às 13h30.", None),
        ("Quantos livros ele vendeu?", "O livro de R$ 40 saiu em 2016.", None),
        ("Quantos anos durou a obra?", "A obra durou 12 anos e custou R$ 40 milhões.", "12 anos"),
        ("How many days did it last?", "The strike of 4,000 workers lasted 18 days.", "18 days"),
        ("How many units were ordered?", "Orders for the H200 passed two million units.", "two million"),
        ("Quantos filmes competem?", "A 45a edição exibirá 44 filmes que competem.", "44"),
        ("Quanto subiram as ações?", "As ações subiram 80% desde a estreia.", "80%"),
        ("How much loan relief will some get?", "Some will get up to $20,000 in loan relief.", "$20,000"),
        ("How many phones were blocked?", "The phones blocked were 9.1 million, it said on sexta-feira, 8.", "9.1 million"),
        ("How tall is the tower?", "Opened in 1889, the tower is 330 metres tall.", "330 metres"),
    ],
)
def test_a_figure_that_counts_something_else_is_not_marked(question: str, sentence: str, answer: str | None) -> None:
    assert answered(question, sentence) == answer


def test_a_capital_that_only_opens_the_sentence_makes_no_name() -> None:
    assert answered("Quem morreu no acidente?", "Eletricista morreu no acidente.", "Um eletricista.") is None
    assert answered("Quem venceu a prova?", "Bolt venceu a prova.", "Ao lado de Bolt correram outros.") == "Bolt"
    assert answered("Who won the race?", "The Ever Given won the race.") == "Ever Given"
    assert answered("Who won the cup?", "With 172 goals in 64 matches, no cup has seen more.") is None
    assert answered("Who won the cup?", "It was Brazil's cup.") == "Brazil"
    assert answered("Quem decidiu?", "TRF2 decidiu ontem.") == "TRF2"
    assert answered("Quem é o dono?", "Segundo a polícia, o dono é Carlos Antônio Rocha.") == "Carlos Antônio Rocha"


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        (
            "Quem recebeu a primeira dose?",
            "Mônica Calazans, de 54 anos, enfermeira da UTI do Instituto Emílio Ribas, recebeu a primeira dose.",
            "Mônica Calazans",
        ),
        ("Quem autorizou a obra?", "O Tribunal de Contas ouviu Ana Lúcia de Sá, que autorizou a obra.", "Ana Lúcia de Sá"),
        ("Quem treinou o modelo?", "O modelo foi treinado pela Huawei em Pequim.", "Huawei"),
        ("Who opened the museum?", "At the British Museum, Mary Beard opened the museum.", "Mary Beard"),
        ("Onde foi a cúpula?", "O G20 de Lula fez a cúpula no Rio de Janeiro.", "Rio de Janeiro"),
        ("Where did the probe land?", "Engineers of the European Space Agency said that it landed in Abydos.", "Abydos"),
        ("Which national park was closed?", "Yellowstone National Park was closed on Monday after floods in Wyoming.", "Yellowstone National Park"),
        ("Qual país foi o quarto a pousar na Lua?", "O país foi o quarto, depois de União Soviética, Estados Unidos e China.", None),
    ],
)
def test_a_person_answers_who_and_a_place_answers_where(question: str, sentence: str, answer: str | None) -> None:
    assert answered(question, sentence) == answer


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("How old is Serena Williams?", "Serena Williams, 40, announced her retirement.", "40"),
        ("How old was the senator?", "The senator died at the age of 92.", "92"),
        ("How old was the senator?", "The senator, aged 92, died on 3 May.", "92"),
        ("How old is the whale?", "The whale is a 12-year-old female.", "12-year-old"),
        ("How old is the president?", "The president is 78 years old and has 3 dogs.", "78 years old"),
        ("Quantos anos tinha Delfim Netto?", "Delfim Netto (96) morreu em São Paulo.", "96"),
        ("Com que idade morreu Delfim Netto?", "Delfim Netto morreu aos 96, em São Paulo.", "96"),
        ("Quantos anos tem a enfermeira?", "Mônica Calazans, enfermeira de 54 anos, recebeu 2 doses.", "54 anos"),
        ("How old is the company?", "The company rose, 40.5 points up.", None),
        ("How old is the company?", "The company was founded on May 5, 1976, in Ohio.", None),
        ("How far is the village?", "The village lies 7.5 km from 3 farms.", "7.5 km"),
        ("Qual a altura da estátua?", "A estátua tem 38 metros e pesa 1.145 toneladas.", "38 metros"),
        ("Quanto pesa a estátua?", "A estátua tem 38 metros e pesa 1.145 toneladas.", "1.145 toneladas"),
        ("A que velocidade ia o trem?", "O trem ia a 120 km/h com 40 passageiros.", "120 km/h"),
        ("How fast was the train going?", "The train with 40 people was going at 75 miles per hour.", "75 miles per hour"),
        ("How hot was it in Paris?", "In Paris 30 schools closed as it reached 42.6°C.", "42.6°C"),
        ("Quantos hectares queimaram?", "Queimaram 5 mil hectares em 3 dias.", "5 mil hectares"),
        ("How long was the fish?", "It took three weeks and 2 men.", "three weeks"),
    ],
)
def test_a_figure_in_the_unit_asked_for_answers(question: str, sentence: str, answer: str | None) -> None:
    assert answered(question, sentence) == answer


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("Em que ano a Z.AI abriu o capital?", "A Z.AI abriu o capital em Hong Kong em 2026, na quinta-feira.", "2026"),
        ("In what month did inflation peak?", "Inflation, first seen in 2021, did peak in June.", "June"),
        ("A que horas começa o jogo?", "O jogo começa no domingo, às 16h30.", "16h30"),
        ("What time does the match start?", "The match starts on Sunday at 4:30 p.m.", "4:30 p.m."),
    ],
)
def test_a_moment_is_told_as_it_is_asked_for(question: str, sentence: str, answer: str) -> None:
    assert answered(question, sentence) == answer


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("Which film won the prize?", "The prize went to the film “Parasite” from Seoul.", "Parasite"),
        ("Qual livro venceu o prêmio?", "O prêmio foi para o livro «Torto Arado», de Salvador.", "Torto Arado"),
        ("Which airline bought Spirit?", "Spirit was bought by the airline JetBlue in July.", "JetBlue"),
        ("Qual empresa comprou o Twitter?", "O Twitter foi comprado em abril pela empresa Meta Brasil.", "Meta Brasil"),
        ("Which airline bought Spirit?", "In July JetBlue, and later Delta, wanted Spirit.", None),
        ("Why was the match called off?", "The match was called off because of heavy rain in Recife.", "because of heavy rain in Recife"),
        ("Por que a bolsa caiu?", "A bolsa caiu por causa da guerra; o dólar subiu.", "por causa da guerra"),
        ("Por que a bolsa caiu?", "A bolsa caiu 3% em 14 de janeiro.", None),
    ],
)
def test_a_title_a_thing_of_the_kind_and_a_reason_answer(question: str, sentence: str, answer: str | None) -> None:
    assert answered(question, sentence) == answer


def test_the_more_a_name_is_built_like_what_is_asked_for_the_surer_it_is() -> None:
    captain = graded(
        "What is the name of the captain?", "Nvidia says captain Edward John Smith left Hampshire, and Mary Ann Beard of the band stayed on."
    )
    assert captain["Edward John Smith"].grade == 1.0
    assert captain["Mary Ann Beard"].grade == PROBABLE
    assert captain["Hampshire"].grade == POSSIBLE
    assert next(iter(captain)) == "Edward John Smith"
    place = graded("Where did the probe land?", "Its maker, Airbus, said that the probe did land in Abydos.")
    assert (place["Abydos"].grade, place["Airbus"].grade) == (1.0, POSSIBLE)


def test_nearness_falls_by_a_factor_of_e_every_forty_characters_from_the_nearest_word() -> None:
    sentence = "O museu, como se sabe, foi fechado em 1998."
    found = graded("Quando o museu reabriu?", sentence)["1998"]
    away = sentence.index("1998") - sentence.index("museu")
    assert found.near == pytest.approx(exp(-away / 40))


def test_a_mere_figure_or_name_in_a_sentence_without_the_question_s_words_is_no_candidate() -> None:
    assert graded("Which airline bought Spirit?", "In July Delta flew to Ohio.") == {}
    assert list(graded("When was the treaty signed?", "In 1998 it was over.")) == ["1998"]


@pytest.mark.parametrize(
    "unit",
    ["A", "A ", "A.", "A e ", "1", "1,", "1.000 ", "US$ 1", "1 mil ", "“", "“a", "porque ", "because of ", "é ", ", 40", "dois ", "May ", "3 de "],
)
def test_a_long_sentence_is_searched_at_once_whatever_it_repeats(unit: str) -> None:
    text = (unit * 2000)[:2000]
    questions = "Quem?|Onde?|Quando?|Quantos?|Quanto custa?|Qual o percentual?|Qual empresa?|Por quê?|Quantos anos tem?|Qual a altura?".split("|")
    assert {understand(question).kind for question in questions} == set(PATTERNS)
    since = time.perf_counter()
    for question in questions:
        understood, places = placed(question, text)
        candidates(understood, places, text, 0, len(text))
    assert time.perf_counter() - since < 5


def test_every_kind_that_marks_words_has_a_pattern() -> None:
    assert set(Asked) - set(PATTERNS) == {Asked.HOW, Asked.YES_NO, Asked.OTHER}
