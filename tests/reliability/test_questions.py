"""Any text is a question: it finds something, or it is refused politely; never an error of another kind."""

import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from index import Library, Settings, rebuild
from index.errors import QuestionError
from index.search import search
from qa import ask

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


@pytest.mark.parametrize("text", ["", " \n\t", "🌧️🌊", "\x00\x00", "\ud800", "?" * 50, "chuva " * 20_000, "x" * 100_000, "chuva" * 4_000_000], ids=len)
@pytest.mark.parametrize("way", [searched, asked])
def test_an_empty_or_an_endless_question_is_answered_at_once(opened: Library, text: str, way: Callable[[Library, str], None]) -> None:
    begin = time.monotonic()
    way(opened, text)
    assert time.monotonic() - begin < 3
