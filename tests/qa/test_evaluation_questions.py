"""Golden questions are read whole, or refused in one line that says where and what is expected; gold strings are found as words."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import EvaluationError
from qa.evaluation.gold import best_choice, holds, normal
from qa.evaluation.questions import Golden, read_questions
from tests.conftest import ROOT

FACT = {"id": "1", "lang": "pt", "question": "Quem lançou o GLM-Image?", "kind": "fact", "answers": ["Z.AI"]}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a golden file: records as JSON, anything else as it is."""

    def make(*lines: dict[str, Any] | bytes, name: str = "golden.jsonl") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines))
        return path

    return make


def test_a_question_is_read_with_all_that_is_known_about_it(write: Write) -> None:
    whole = FACT | {
        "articles": ["glm"],
        "asked": "2026-01-20",
        "history": ["O que é a Z.AI?"],
        "choices": ["Huawei", "Z.AI"],
        "gold": [1],
    }
    absent = {"id": "2", "lang": "en", "question": "Who won?", "kind": "absent", "answers": ["Ana"], "articles": None, "asked": None}
    read = read_questions(write(whole, b"", absent))
    first, second = read.golden
    assert (first.asked.isoformat(), first.history, first.gold) == ("2026-01-20", ("O que é a Z.AI?",), (1,))
    assert (second.articles, second.asked, second.answers) == ((), None, ("Ana",))
    assert (read.articles, read.warnings) == (None, ())
    assert Golden.model_validate_json(first.model_dump_json()) == first


def test_a_folder_is_all_its_files_of_questions_and_its_articles(write: Write, tmp_path: Path) -> None:
    write(FACT | {"id": "b"}, name="data/b.jsonl")
    write(FACT | {"id": "a"}, name="data/a.jsonl")
    write(b"{}", name="data/articles.jsonl.gz")
    write(b"notes", name="data/README.md")
    read = read_questions(tmp_path / "data")
    assert [one.id for one in read.golden] == ["a", "b"]
    assert read.articles == tmp_path / "data" / "articles.jsonl.gz"


def test_the_golden_questions_of_these_tests_are_read(tmp_path: Path) -> None:
    read = read_questions(ROOT / "tests" / "golden")
    assert len(read.golden) >= 40
    assert len(read.warnings) == 1
    assert "'cross'" in read.warnings[0]
    assert "a.jsonl, line " in read.warnings[0]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([FACT, b'{"id": "2",'], "line 2: this is not JSON"),
        ([FACT, b"[" * 100_000], "line 2: this is not JSON"),
        ([b"[1]"], "line 1: expected a JSON object with id, lang, question, kind and answers, not list"),
        ([FACT, b'{"id": "\xe3"}'], "line 2: byte 9 is not UTF-8: save the file as UTF-8"),
        ([{"id": "1", "lang": "pt", "question": "Quem?"}], "line 1: kind is missing: expected id, lang"),
        ([FACT | {"kind": "facts"}], "line 1: kind: Input should be 'fact', 'unsure', 'near_miss' or 'absent', not 'facts'"),
        ([FACT | {"lang": "es"}], "line 1: lang: Input should be 'pt' or 'en', not 'es'"),
        ([FACT | {"asked": "ontem"}], "line 1: asked: "),
        ([FACT | {"answers": "Z.AI"}], "line 1: answers: "),
        ([FACT | {"answers": []}], "line 1: a question of kind fact needs at least one answer"),
        ([FACT | {"answers": [" "]}], "line 1: a question of kind fact needs at least one answer"),
        ([FACT | {"id": 7}], "line 1: id: Input should be a valid string, not 7"),
        ([FACT | {"question": "?" * 2001}], "line 1: question: String should have at most 2000 characters"),
        ([FACT | {"choices": ["a", "b"], "gold": [2]}], "line 1: gold must name places of the 2 choices, from 0"),
        ([FACT | {"choices": ["a", "b"]}], "line 1: gold must name places of the 2 choices, from 0"),
        ([FACT, FACT], "line 2: the id '1' stands at "),
        ([b'{"id": "\\ud800"}'], "line 1: "),
        ([b"", b" "], "holds no question: expected one JSON object a line"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(write: Write, lines: list[dict[str, Any] | bytes], says: str) -> None:
    with pytest.raises(EvaluationError) as told:
        read_questions(write(*lines))
    assert says in str(told.value)
    assert "golden.jsonl" in str(told.value)
    assert "\n" not in str(told.value)


def test_a_path_without_questions_is_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"missing\.jsonl cannot be read \(No such file"):
        read_questions(tmp_path / "missing.jsonl")
    with pytest.raises(EvaluationError, match=r"holds no \.jsonl file of questions"):
        read_questions(tmp_path)


@settings(deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_questions_or_an_error_of_ours(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "golden.jsonl"
        path.write_bytes(data)
        with pytest.raises(EvaluationError):
            read_questions(path)


@pytest.mark.parametrize(
    ("text", "answers", "so"),
    [
        ("A taxa subiu para 15% em São Paulo.", ["15 %", "sao paulo"], True),
        ("A taxa subiu para 15% em São Paulo.", ["5%"], False),
        ("O Museu Nacional, no Rio", ["museu nacional no rio"], True),
        ("Cost US$ 1.195 million", ["us$ 1.195"], True),
        ("something", ["", "…"], False),
        ("something", [], False),
    ],
)
def test_a_gold_string_is_found_as_whole_words_without_case_accents_or_punctuation(text: str, answers: list[str], so: bool) -> None:
    assert holds(text, answers) is so


def test_the_choice_that_stands_higher_and_more_whole_is_borne_out_most() -> None:
    assert normal("“Squid Game”") == " squid game "
    texts = ["Breaking news", "The show Squid Game was renewed", "Breaking Bad ended long ago"]
    # Squid Game: (1 + 1/2) / 3 = .5; Breaking Bad: (1/2)² / 2 / 2 + (1 + 1/2) / 4 = .4375
    assert best_choice(["“Breaking Bad”", "“Squid Game”"], texts) == 1
    assert best_choice(["?", "x", "x"], texts) == 0, "of equals the first"
