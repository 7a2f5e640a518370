"""Any text is a question: it finds something, or it is refused politely; never an error of another kind."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from index import Library, Settings, rebuild
from index.errors import QuestionError
from index.search import search
from qa import ask, retrieve
from qa.records import Refusal

SYNTAX = [
    "NEAR(",
    "NEAR/3",
    '"',
    "'",
    "*",
    "col:",
    "terms:",
    "-",
    "^2",
    "~",
    "OR",
    "AND",
    "NOT",
    "--",
    ";",
    "(",
    ")",
    "[1]",
    "{",
    "/x/",
    "\\",
    "?",
    "chuva",
]
ANY = st.characters()  # with lone surrogates and NUL
QUESTIONS = st.one_of(
    st.text(ANY, max_size=300),
    st.lists(st.sampled_from(SYNTAX), max_size=20).map(" ".join),
    st.lists(st.one_of(st.sampled_from(SYNTAX), st.text(ANY, max_size=12)), max_size=12).map("".join),
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("questions")
    (home / "corpus").mkdir()
    for number in range(20):
        (home / "corpus" / f"{number}.txt").write_text(
            f"A chuva de número {number} parou no Recife. The rain stopped in Leeds. O rio baixou {number} metros."
        )
    made = Settings(corpus_dir=home / "corpus", index_dir=home / "index", embedder="hashing:256")
    rebuild(made)
    with Library.open(made) as library:
        yield library


def searched(library: Library, text: str) -> None:
    try:
        found = search(library, text, 5)
    except QuestionError as error:
        assert "\n" not in str(error)
        return
    for match in found:
        passage = match.passage
        assert passage.text == passage.article.text[passage.start : passage.end]


def asked(library: Library, text: str) -> None:
    answer = ask(text, library=library)
    assert bool(answer.claims) != bool(answer.refusal)
    for quote in answer.quotes:
        assert quote.text == quote.article.text[quote.start : quote.end]


@rules(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(text=QUESTIONS)
def test_any_text_can_be_searched_for_or_is_refused(opened: Library, text: str) -> None:
    searched(opened, text)


@rules(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(text=QUESTIONS)
def test_any_text_can_be_asked(opened: Library, text: str) -> None:
    asked(opened, text)


@pytest.mark.long
@rules(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(text=QUESTIONS)
def test_ten_thousand_texts_can_be_searched_for(opened: Library, text: str) -> None:
    searched(opened, text)


@pytest.mark.long
@rules(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(text=QUESTIONS)
def test_two_thousand_texts_can_be_asked(opened: Library, text: str) -> None:
    asked(opened, text)


@pytest.mark.release
@rules(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(text=QUESTIONS)
def test_ten_thousand_texts_can_be_asked(opened: Library, text: str) -> None:
    asked(opened, text)


def retrieved(library: Library, text: str) -> None:
    try:
        hits = retrieve(text, library=library)
    except QuestionError as error:
        assert "\n" not in str(error)
        return
    assert all(hit.passage.text for hit in hits)


WAYS = [searched, asked, retrieved]
AT_ONCE_S = 0.2  # of CPU: what else this machine does is no matter
ODD = {
    "nothing": "",
    "spaces": " \n\t",
    "signs": "🌧️🌊",
    "NUL": "\x00\x00",
    "half a character": "\ud800",
    "question marks": "?" * 50,
    "20,000 words": "chuva " * 20_000,
    "100 kB": "x" * 100_000,
    "20 MB": "chuva" * 4_000_000,
    "20 MB to be composed": "e\u0301\r" * 5_000_000,
    "as much as is searched": ("Quem disse onde a chuva parou em 2024? " * 60)[:2_000],
    "no text": None,
    "a number": 7,
    "bytes": b"chuva" * 4_000_000,
    "a list": ["chuva" * 4_000_000] * 2,
    "a long list": list(range(2_000_000)),
    "an object": {"text": "chuva" * 4_000_000},
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("way", WAYS)
def test_an_empty_an_endless_or_no_question_is_answered_at_once(opened: Library, what: str, way: Callable[[Library, Any], None]) -> None:
    way(opened, "Onde a chuva parou?")  # so that all is loaded
    begin, wall = time.process_time(), time.monotonic()
    way(opened, ODD[what])
    assert time.process_time() - begin < AT_ONCE_S
    assert time.monotonic() - wall < 30


@pytest.mark.parametrize("thing", [thing for thing in ODD.values() if not isinstance(thing, str)], ids=lambda thing: type(thing).__name__)
def test_what_is_no_text_is_told_so_politely_by_each_way_of_asking(opened: Library, thing: Any) -> None:
    for way in (search, lambda library, text: retrieve(text, library=library)):
        with pytest.raises(QuestionError, match=f"is text, not {type(thing).__name__}"):
            way(opened, thing)
    answer = ask(thing, library=opened)
    assert (answer.refusal, answer.question) == (Refusal.NOT_A_QUESTION, "")
    assert answer.reason == f"A question is text, not {type(thing).__name__}."


@pytest.mark.parametrize("turn", [None, 7, b"Quem?", ["Quem?"]], ids=repr)
def test_an_earlier_question_that_is_no_text_is_told_so_politely(opened: Library, turn: Any) -> None:
    answer = ask("E onde parou?", history=["Onde choveu?", turn], library=opened)
    assert answer.refusal is Refusal.NOT_A_QUESTION
    assert answer.reason == f"An earlier question is text, not {type(turn).__name__}."
    assert answer.question == "E onde parou?"
