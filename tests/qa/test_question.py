"""A question is understood: its language, the kind of answer, what it refers back to, and its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from index.errors import QAError, QuestionError
from qa.question import MOST_CHARS, Asked, Question, understand

KINDS = {
    Asked.WHO: {
        "pt": ["Quem lançou o GLM-Image?", "Como se chama o presidente da Huawei?", "Qual ministro assinou a portaria?"],
        "en": ["Who trained the model?", "Which senator voted against the bill?", "What is the name of the captain?"],
    },
    Asked.WHERE: {
        "pt": ["Onde caiu o avião?", "Em que cidade foi a final da Copa?", "Qual país pousou na Lua em 2023?"],
        "en": ["Where did the ship run aground?", "Which city hosted the Olympic Games?", "In what country was the vaccine made?"],
    },
    Asked.WHEN: {
        "pt": ["Quando o museu pegou fogo?", "Em que ano foi fundada a Z.AI?", "Em que dia a sonda saiu da heliosfera?"],
        "en": ["When was the canal opened?", "In which year did the bank fail?", "What date was the treaty signed?"],
    },
    Asked.COUNT: {
        "pt": ["Quantas pessoas moram no Brasil?", "Quantos chips a China pediu à Nvidia?", "Qual foi o placar da final?"],
        "en": ["How many ships were waiting?", "How old is the president?", "What was the score of the match?"],
    },
    Asked.MONEY: {
        "pt": ["Quanto custa o GLM-Image?", "Qual é o preço da ação?", "Por quanto o quadro foi vendido?"],
        "en": ["How much did the cathedral cost?", "What price did the painting fetch?", "For how much was the company sold?"],
    },
    Asked.PERCENT: {
        "pt": ["Qual o percentual de desmatamento em 2024?", "Que parcela da população foi vacinada?"],
        "en": ["What percentage of voters stayed at home?", "By how many per cent did prices rise?"],
    },
    Asked.WHY: {
        "pt": ["Por que a bolsa caiu?", "Qual foi o motivo da greve?"],
        "en": ["Why did the museum burn?", "What was the reason for the delay?"],
    },
    Asked.OTHER: {
        "pt": ["O que é o GLM-Image?", "Fale sobre a reforma tributária."],
        "en": ["What is a leap second?", "Tell me about the Suez Canal."],
    },
}
ASKED = [(kind, lang, text) for kind, by_lang in KINDS.items() for lang, texts in by_lang.items() for text in texts]


@pytest.mark.parametrize(("kind", "lang", "text"), ASKED, ids=[text for _, _, text in ASKED])
def test_a_question_tells_its_language_and_the_kind_of_its_answer(kind: Asked, lang: str, text: str) -> None:
    assert len(ASKED) >= 30
    question = understand(text)
    assert (question.lang, question.kind) == (lang, kind)
    assert question.asked == question.text == text


@pytest.mark.parametrize(
    ("earlier", "text", "searched"),
    [
        ("Quem lançou o GLM-Image?", "E quanto custa?", "E quanto custa? (GLM-Image)"),
        ("Quem é Elon Musk?", "E ele, o que disse?", "E ele, o que disse? (Elon Musk)"),
        ("O que aconteceu no Museu Nacional?", "Mas quando foi isso?", "Mas quando foi isso? (Museu Nacional)"),
        ("quanto vale a Z.AI?", "Quem fundou ela?", "Quem fundou ela? (Z.AI)"),
        ("Who bought Twitter?", "And how much did it cost?", "And how much did it cost? (Twitter)"),
        ("Who is Rebeca Andrade?", "Why did she win?", "Why did she win? (Rebeca Andrade)"),
        ("Is GLM-Image open source?", "How about its price?", "How about its price? (GLM-Image)"),
    ],
)
def test_a_question_that_points_back_gets_the_subject_before_it(earlier: str, text: str, searched: str) -> None:
    question = understand(text, [earlier])
    assert question.text == searched
    assert question.asked == text


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        ("Quem fundou a Baichuan?", "E a Huawei?"),
        ("Quem lançou o GLM-Image?", "E quem preside a Nvidia?"),
        ("Who founded Baichuan?", "What about Nvidia?"),
        ("Who is Pelé?", "What did the BBC say about it?"),
    ],
)
def test_a_question_that_names_its_own_subject_is_left_alone(earlier: str, text: str) -> None:
    assert understand(text, [earlier]).text == text


@pytest.mark.parametrize(
    ("earlier", "text"), [("Quem lançou o GLM-Image?", "Quantos habitantes tem o Brasil?"), ("Who bought Twitter?", "When do banks close?")]
)
def test_a_question_that_points_nowhere_is_left_alone(earlier: str, text: str) -> None:
    assert understand(text, [earlier]).text == text


@pytest.mark.parametrize("text", ["E ele, o que disse?", "And how much did it cost?", "E quanto custa?"])
def test_without_history_a_question_stays_as_it_is(text: str) -> None:
    assert understand(text).text == text
    assert understand(text, ["o que houve?"]).text == text


def test_the_latest_subject_is_the_one_meant() -> None:
    assert understand("How tall is it?", ["Where is Notre-Dame?", "Who built the Panama Canal?"]).text == "How tall is it? (Panama Canal)"
    assert understand("E quando foi lançado?", ["Quem lançou o GLM-Image?", "E quanto custa?"]).text == "E quando foi lançado? (GLM-Image)"


def test_a_question_without_a_language_of_its_own_takes_the_conversation_s() -> None:
    assert understand("GLM-Image?", ["Quem treinou o modelo?"]).lang == "pt"
    assert understand("GLM-Image?", ["Who trained the model?"]).lang == "en"
    assert understand("GLM-Image?").lang == "en"


def test_the_longest_question_is_understood_and_one_more_character_is_refused_in_one_line() -> None:
    assert understand("a" * MOST_CHARS).stems
    with pytest.raises(QuestionError, match=str(MOST_CHARS)) as told:
        understand("a" * (MOST_CHARS + 1))
    assert isinstance(told.value, QAError)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("thing", [None, 7, b"Quem?", ["Quem?"]])
def test_what_is_no_text_is_no_question(thing: object) -> None:
    with pytest.raises(QuestionError, match=type(thing).__name__):
        understand(thing)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂🙂", "?!…", "— – -", "\x00", "\ud800", "_ _", "()[]{}", "'s"])
def test_without_a_word_there_is_nothing_to_search_for(text: str) -> None:
    assert understand(text).stems == ()
    assert understand(text).terms == {}


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("NEAR(", ("near",)),
        ("title:foo^2", ("titl", "foo", "2")),
        ('"chips" AND -Huawei OR (Nvidia*)', ("chip", "huawei", "nvidia")),
        ("SELECT * FROM article; --", ("select", "articl")),
        ("body:[a TO z}", ("bodi", "z")),
    ],
)
def test_the_syntax_of_a_query_is_only_words(text: str, stems: tuple[str, ...]) -> None:
    assert understand(text).stems == stems


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("Quem treinou o modelo?", ("trein", "model")),
        ("Quem lançou os chips, e que chips são?", ("lanc", "chip")),
        ("Who trained the models of the model?", ("train", "model")),
        ("Quanto são 1.195,5 dólares?", ("1195.5", "dol")),
    ],
)
def test_only_words_that_carry_meaning_are_searched_each_once(text: str, stems: tuple[str, ...]) -> None:
    assert understand(text).stems == stems


def test_a_question_of_stop_words_alone_is_searched_with_all_of_them() -> None:
    assert understand("Who is he?").stems == ("who", "is", "he")


def test_each_term_carries_its_language_and_weighs_the_same() -> None:
    assert understand("Quem treinou o modelo?").terms == {"ptrein": 1.0, "pmodel": 1.0}
    assert understand("Who trained the model?").terms == {"etrain": 1.0, "emodel": 1.0}


def test_white_space_is_one_space_and_accents_meet_in_nfc() -> None:
    assert understand("  Quem\n\t é  Pele\u0301? ").asked == "Quem é Pelé?"


@given(some.text(max_size=300), some.lists(some.text(max_size=60), max_size=3))
def test_any_text_at_all_is_understood_the_same_way_twice(text: str, history: list[str]) -> None:
    question = understand(text, history)
    assert question == understand(text, history)
    assert question.lang in ("pt", "en")
    assert len(set(question.stems)) == len(question.stems)
    assert all(question.stems)
    assert Question.model_validate_json(question.model_dump_json()) == question
