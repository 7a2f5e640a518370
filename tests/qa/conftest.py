"""What the tests of answering share: own libraries, and the golden questions with their answers."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from index import Library, Settings, rebuild
from qa.answer import ask
from qa.records import Answer
from tests.conftest import ROOT
from tests.qa.own import NEWS

AS_OF = date(2027, 1, 1)  # long after the last article, so that the golden answers are the same on every day


class Golden(NamedTuple):
    """One question whose answer is known, and what was answered."""

    gold: dict[str, Any]
    answer: Answer


def golden_lines() -> list[dict[str, Any]]:
    """Every golden question, in order."""
    return [json.loads(line) for path in sorted(ROOT.glob("tests/golden/*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines() if line]


def asked_again(gold: dict[str, Any], library: Library) -> Answer:
    """What a golden question is answered."""
    return ask(gold["question"], history=gold.get("history", ()), as_of=AS_OF, library=library)


@pytest.fixture(scope="session")
def golden(library: Library) -> list[Golden]:
    """Each golden question asked once, after the earlier questions of its conversation."""
    return [Golden(gold, asked_again(gold, library)) for gold in golden_lines()]


@pytest.fixture(scope="session")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The small corpus of `own.NEWS`, built once without a model."""
    folder: Path = tmp_path_factory.mktemp("news")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in NEWS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    settings = Settings(corpus_dir=corpus, index_dir=folder / "index", embedder="hashing:256")
    rebuild(settings)
    with Library.open(settings) as opened:
        yield opened


@pytest.fixture
def own(small: Callable[..., Settings]) -> Iterator[Callable[..., Library]]:
    """Libraries of own texts, by file name; a text of None takes the file away. A second call is the next edition."""
    with ExitStack() as opened:

        def make(texts: dict[str, str | None], **changes: object) -> Library:
            settings = small({name: text for name, text in texts.items() if text is not None}, **changes)
            for name in (name for name, text in texts.items() if text is None):
                (settings.corpus_dir / name).unlink()
            rebuild(settings)
            return opened.enter_context(Library.open(settings))

        yield make
