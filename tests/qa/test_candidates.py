"""Candidates: the words inside a sentence that answer a question, and figures that only look as if they did."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qa.candidates import PATTERNS, answer_in
from qa.question import understand


def answered(question: str, sentence: str, article: str = "") -> str | None:
    """The words marked in a sentence that stands at the beginning of an article."""
    span = answer_in(understand(question), f"{sentence} {article}", 0, len(sentence))
    return span and sentence[slice(*span)]


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
        ("Em 2024, quando choveu?", "Choveu muito em 2024."),
        ("Quem é Elon Musk?", "Ele disse que Elon Musk comprou tudo."),
    ],
)
def test_where_no_candidate_stands_or_only_the_question_s_own_nothing_is_marked(question: str, sentence: str) -> None:
    assert answered(question, sentence) is None


@pytest.mark.parametrize("question", ["Por que a bolsa caiu?", "O que é o GLM-Image?", "Why did it burn?"])
def test_a_kind_without_candidates_marks_nothing(question: str) -> None:
    assert understand(question).kind not in PATTERNS
    assert answered(question, "A bolsa caiu 3% em 14 de janeiro, disse Wang Xiaochuan em Pequim.") is None


def test_of_two_candidates_the_one_nearest_to_the_question_s_words_answers() -> None:
    sentence = "Em 2019 a obra parou, mas o museu abriu em 2023."
    assert answered("Quando o museu abriu?", sentence) == "2023"
    assert answered("Quando a obra parou?", sentence) == "2019"


@given(
    some.sampled_from(["Quem?", "Onde foi?", "Quando?", "How many?", "Quanto custa?", "What percentage?"]),
    some.text(max_size=120),
    some.integers(0, 60),
)
def test_the_answer_lies_in_the_sentence_whatever_the_text(question: str, text: str, start: int) -> None:
    if start >= len(text):
        return
    span = answer_in(understand(question), text, start, len(text))
    assert span is None or start <= span[0] < span[1] <= len(text)


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("How many ships were waiting?", "The Ever Given, 400 metres long, ran aground on 23 March 2021.", None),
        ("How many ships were waiting?", "At five minutes past three on Monday, 7.40 a.m., it was free; the ships moved.", None),
        ("How many ships were waiting?", "By 27 March the waiting line had grown to 321 vessels.", "321"),
        ("How many ships were waiting?", "After 6 days and 12 tugs, 369 ships were waiting.", "369"),
        ("Quantos presos foram mortos?", "Uma rebelião na BR-174 (Manaus-Boa Vista) durou quase 17 horas e deixou presos mortos.", None),
        ("Quantos presos foram mortos?", "Um ano depois, 63 seguem foragidos; 56 presos foram mortos.", "56"),
        ("Quantas pessoas votaram?", "Na quarta-feira (30), 61% das pessoas votaram, segundo a 3ª zona, às 13h30.", None),
        ("Quantos livros ele vendeu?", "O livro de R$ 40 saiu em 2016.", None),
        ("Quantos anos durou a obra?", "A obra durou 12 anos e custou R$ 40 milhões.", "12"),
        ("How many days did it last?", "The strike of 4,000 workers lasted 18 days.", "18"),
        ("How many units were ordered?", "Orders for the H200 passed two million units.", "two million"),
        ("Quantos filmes competem?", "A 45a edição exibirá 44 filmes que competem.", "44"),
        ("Quanto subiram as ações?", "As ações subiram 80% desde a estreia.", "80%"),
        ("How much loan relief will some get?", "Some will get up to $20,000 in loan relief.", "$20,000"),
        ("How many phones were blocked?", "The phones blocked were 9.1 million, it said on sexta-feira, 8.", "9.1 million"),
        ("How tall is the tower?", "Opened in 1889, the tower is 330 metres tall.", "330"),
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
