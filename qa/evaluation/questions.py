"""Read golden questions: a JSONL file, or a folder of them, maybe with the articles that they are about.

    golden.jsonl                                  questions for the index that is there
    DATA/*.jsonl                                  the same, in several files
    DATA/questions.jsonl, DATA/articles.jsonl.gz  questions, and articles to build an index of (plain articles.jsonl too)

In: paths.  Out: frozen questions in the order of the files, and warnings.  Never: asks, or looks into the articles.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from index.errors import EvaluationError
from index.records import Record
from qa.question import MOST_CHARS

ARTICLES = ("articles.jsonl.gz", "articles.jsonl")
Kind = Literal["fact", "unsure", "near_miss", "absent"]


class Golden(Record):
    """One question of the newsroom's own, and what is known about its answer."""

    id: str = Field(min_length=1, description="Its name; different from every other one's.")
    lang: Literal["pt", "en"] = Field(description="Language of the question.")
    question: str = Field(min_length=1, max_length=MOST_CHARS)
    kind: Kind = Field(
        description="fact: an article answers it. unsure: it may, nobody checked; counted nowhere. "
        "near_miss: an article is about it, and lacks the fact. absent: no article is about it."
    )
    answers: tuple[str, ...] = Field(default=(), description="Gold strings, each of them right; at least one for fact and unsure.")
    articles: tuple[str, ...] = Field(default=(), description="Ids of the articles that answer; empty when not known.")
    asked: date | None = Field(default=None, description="The day that it is asked about; None for the day of the run.")
    history: tuple[str, ...] = Field(default=(), description="Earlier questions of the conversation, oldest first.")
    choices: tuple[str, ...] = Field(default=(), description="Of a multiple-choice question; else empty.")
    gold: tuple[int, ...] = Field(default=(), description="Places of the right choices, from 0.")

    @field_validator("answers", "articles", "history", "choices", "gold", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return () if value is None else value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind in ("fact", "unsure") and not any(answer.strip() for answer in self.answers):
            raise ValueError(f"a question of kind {self.kind} needs at least one answer")
        if bool(self.choices) is not bool(self.gold) or any(not 0 <= place < len(self.choices) for place in self.gold):
            raise ValueError(f"gold must name places of the {len(self.choices)} choices, from 0")
        return self


class Questions(NamedTuple):
    """What was read."""

    golden: tuple[Golden, ...]
    articles: Path | None  # articles to build an index of; None: ask the index that is there
    warnings: tuple[str, ...]


def read_questions(path: Path) -> Questions:
    """The questions of a file, or of every .jsonl file of a folder.

    Raises:
        EvaluationError: there is none, or one is not as it must be; the message names file, line and what is expected.
    """
    try:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        articles = next((one for one in inside if path.is_dir() and one.name in ARTICLES), None)
        files = [one for one in inside if not path.is_dir() or (one.suffix == ".jsonl" and one.name not in ARTICLES)]
        if not files:
            raise EvaluationError(f"{path} holds no .jsonl file of questions: expected questions.jsonl, one question a line")
        read = [found for file in files for found in _lines(file)]
    except OSError as error:
        raise EvaluationError(f"{error.filename or path} cannot be read ({error.strerror}): name a .jsonl file of questions, or a folder") from error
    if not read:
        raise EvaluationError(f"{path} holds no question: expected one JSON object a line, with id, lang, question, kind and answers")
    first: dict[str, str] = {}
    unread: dict[str, str] = {}
    for place, golden, others in read:
        if golden.id in first:
            raise EvaluationError(f"{place}: the id {golden.id!r} stands at {first[golden.id]} already: give each question its own")
        first[golden.id] = place
        for name in others:
            unread.setdefault(name, place)
    warnings = tuple(f"{place}: the field {name!r} is not known, and not read" for name, place in unread.items())
    return Questions(tuple(golden for _, golden, _ in read), articles, warnings)


def _lines(file: Path) -> Iterator[tuple[str, Golden, list[str]]]:
    """Each question of a file with its place and the names of its unknown fields."""
    for number, line in enumerate(file.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if line.strip():
            place = f"{file}, line {number}"
            known, others = _fields(line, place)
            try:
                yield place, Golden.model_validate(known), others
            except ValidationError as error:
                raise EvaluationError(f"{place}: {_wrong(error)}") from error


def _fields(line: bytes, place: str) -> tuple[dict[str, object], list[str]]:
    try:
        fields = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{place}: byte {error.start + 1} is not UTF-8: save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{place}: this is not JSON ({error}): expected one object a line") from error
    if not isinstance(fields, dict):
        raise EvaluationError(f"{place}: expected a JSON object with id, lang, question, kind and answers, not {type(fields).__name__}")
    known = {name: value for name, value in fields.items() if name in Golden.model_fields}
    return known, [name for name in fields if name not in known]


def _wrong(error: ValidationError) -> str:
    """What is wrong with a question, in one line."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return f"{name} is missing: expected id, lang, question, kind and answers"
    says = str(first["msg"]).removeprefix("Value error, ")
    return f"{name}: {says}, not {_short(first['input'])}" if name else says


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else shown[:77] + "..."
