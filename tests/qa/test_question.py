"""A question is understood: its language, the kind of answer, what it refers back to, and its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from index.errors import QAError, QuestionError
from qa.followups import Turn
from qa.kinds import Asked
from qa.question import MOST_CHARS, Question, understand


@pytest.mark.parametrize(
    ("text", "lang", "kind", "counted", "unit"),
    [
        ("Quem lançou o GLM-Image?", "pt", Asked.WHO, (), ""),
        ("Quantos chips H200 a China pediu?", "pt", Asked.COUNT, ("chip", "h200"), ""),
        ("Qual é a altura da torre?", "pt", Asked.COUNT, ("altur", "torr"), "length"),
        ("Em que ano foi fundada a Z.AI?", "pt", Asked.WHEN, (), "year"),
        ("Which airline bought Spirit?", "en", Asked.WHICH, ("airlin", "bought"), ""),
        ("How old is the president?", "en", Asked.COUNT, (), "age"),
        ("Did the company say sorry?", "en", Asked.YES_NO, (), ""),
    ],
)
def test_a_question_tells_its_language_its_kind_its_noun_and_its_unit(text: str, lang: str, kind: Asked, counted: tuple[str, ...], unit: str) -> None:
    question = understand(text)
    assert (question.lang, question.kind, question.counted, question.unit) == (lang, kind, counted, unit)
    assert question.asked == question.text == text


def test_what_a_follow_up_takes_over_is_searched_for_and_what_was_asked_is_kept() -> None:
    question = understand("E quanto custa?", ["Quem lançou o GLM-Image?"])
    assert (question.asked, question.text) == ("E quanto custa?", "E quanto custa? (GLM-Image)")
    assert question.kind is Asked.MONEY
    assert question.names == {"glm", "imag"}
    assert {"cust", "glm", "imag"} == set(question.stems)


def test_a_follow_up_has_the_kind_and_the_unit_of_the_question_that_it_repeats() -> None:
    question = understand("What about Nvidia?", [Turn(question="Who founded Baichuan?")])
    assert (question.text, question.kind) == ("Who founded Nvidia?", Asked.WHO)
    taller = understand("And the Eiffel Tower?", ["How tall is the Shard?"])
    assert (taller.kind, taller.unit) == (Asked.COUNT, "length")


def test_a_text_and_a_turn_of_the_same_question_are_the_same_history() -> None:
    assert understand("E ela?", ["Quem fundou a Nvidia?"]) == understand("E ela?", [Turn(question="Quem fundou a Nvidia?")])


def test_a_follow_up_never_grows_past_what_can_be_searched() -> None:
    long = understand("And what about this? " * 90, [Turn(question="N" * 1900)])
    assert len(long.text) <= MOST_CHARS


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
    assert understand(text).names == frozenset()


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("NEAR(", ("near",)),
        ("title:foo^2", ("titl", "foo", "2")),
        ('"chips" AND -Huawei OR (Nvidia*)', ("chip", "and", "huawei", "or", "nvidia")),
        ("SELECT * FROM article; --", ("select", "from", "articl")),
        ("body:[a TO z}", ("bodi", "to", "z")),
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


def test_what_only_says_that_there_is_a_choice_is_not_searched() -> None:
    assert understand("Which of the following countries won?").stems == understand("Which countries won?").stems
    assert understand("Qual dos seguintes países venceu?").stems == understand("Qual país venceu?").stems
    assert "follow" in understand("Who is following the news?").stems


def test_a_question_of_stop_words_alone_is_searched_with_all_of_them() -> None:
    assert understand("Who is he?").stems == ("who", "is", "he")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Quando a Huawei vendeu o chip H200?", {"huaw", "h200"}),
        ("Quem lançou o GLM-Image em 2026?", {"glm", "imag", "2026"}),
        ("Who founded Baichuan?", {"baichuan"}),
        ("Lula foi a Pequim?", {"lul", "pequim"}),
        ("Which airline bought Spirit?", {"spirit"}),
        ("Did the US ask?", {"us"}),
        ("quem treinou o modelo?", set()),
        ("Historicamente, quem governou o Acre?", {"acre"}),
        ("Rising prices worry France.", {"franc"}),
        ("Ford recalled cars. Prices fell. Which city is it in?", {"ford"}),
        ("China bought what?", {"china"}),
        ("Prime Minister Modi said what?", {"prime", "minist", "modi"}),
    ],
)
def test_words_with_a_capital_or_a_figure_are_names_but_for_a_first_one_that_only_opens(text: str, names: set[str]) -> None:
    question = understand(text)
    assert question.names == names
    assert question.names <= set(question.stems)


def test_white_space_is_one_space_and_accents_meet_in_nfc() -> None:
    assert understand("  Quem\n\t é  Pele\u0301? ").asked == "Quem é Pelé?"


@given(some.text(max_size=300), some.lists(some.text(max_size=60) | some.builds(Turn, question=some.text(max_size=60)), max_size=3))
def test_any_text_at_all_is_understood_the_same_way_twice(text: str, history: list[str | Turn]) -> None:
    question = understand(text, history)
    assert question == understand(text, history)
    assert question.lang in ("pt", "en")
    assert len(set(question.stems)) == len(question.stems)
    assert all(question.stems)
    assert question.names <= set(question.stems)
    assert Question.model_validate_json(question.model_dump_json()) == question
