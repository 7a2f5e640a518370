"""Verify exported answers: does each of their citations still stand in the index, to the letter, and may it still be quoted?

same        the address still holds these very words, and they are the article's newest text
changed     other words stand there, its source line is another, or the article has a newer version or is no longer in the corpus
withdrawn   its publisher took the article back: canceled, withheld, embargoed or expired
gone        the index knows no such version
"""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from index.errors import AnswerError
from index.records import Record
from index.versions import look_up, silence
from qa.records import Answer, Quote

if TYPE_CHECKING:
    from index.library import Library

SHOWN = ("title", "outlet", "authors", "url", "published", "modified", "lang", "correction")  # what a source line says of an article
MOST_BYTES = 64 * 1024 * 1024


class State(StrEnum):
    """What became of a citation."""

    SAME = "same"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    GONE = "gone"


class Finding(Record):
    """One citation and what became of it."""

    address: str
    state: State
    reason: str


def read_answer(path: Path) -> Answer:
    """The answer in a file.

    Raises:
        AnswerError: it cannot be read, or is no answer that holds together.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise AnswerError(f"{path} is larger than {MOST_BYTES} bytes: it is no answer of ours")
        return Answer.model_validate_json(path.read_bytes())
    except OSError as error:
        raise AnswerError(f'{path} cannot be read ({error.strerror}): export one with `python -m qa --json "question" > answer.json`') from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise AnswerError(f"{path} is no answer that holds together: {where}: {first['msg']}") from error


def read_answers(path: Path) -> Iterator[tuple[str, Answer | AnswerError]]:
    """Every answer in a file, or in a folder of them, with the name of its place: each .json file, each line of a .jsonl file.

    Raises:
        AnswerError: there is no such file or folder, or a file that was named by itself cannot be read.
    """
    if path.is_dir():
        found = sorted(one for one in path.rglob("*.json*") if one.suffix in (".json", ".jsonl") and one.is_file() and not one.is_symlink())
        if not found:
            raise AnswerError(f'{path} holds no answer: export one with `python -m qa --json "question" > {path / "answer.json"}`')
        for one in found:
            try:
                yield from read_answers(one)
            except AnswerError as error:
                yield str(one), error
    elif path.suffix == ".jsonl":
        yield from _read_lines(path)
    else:
        yield str(path), read_answer(path)


def _read_lines(path: Path) -> Iterator[tuple[str, Answer | AnswerError]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        yield f"{path}:{number}", Answer.model_validate_json(line)
                    except ValidationError as error:
                        yield f"{path}:{number}", AnswerError(f"{path}:{number} is no answer that holds together: {error.errors()[0]['msg']}")
    except OSError as error:
        raise AnswerError(f"{path} cannot be read ({error.strerror})") from error


def verify(answer: Answer, library: "Library") -> list[Finding]:
    """One finding for each quote, in their order."""
    return [_find(quote, library) for quote in answer.quotes]


def _find(quote: Quote, library: "Library") -> Finding:
    article = quote.article
    why = silence(library, article.id)
    if why not in ("", "deleted"):
        return Finding(address=quote.address, state=State.WITHDRAWN, reason=f"the article may not be quoted now: it is {why}")
    try:
        kept = library.article(article.key)
    except KeyError:
        return Finding(address=quote.address, state=State.GONE, reason=f"the index has no {article.key}")
    if kept.sha256 != article.sha256 or kept.text[quote.start : quote.end] != quote.text:
        return Finding(address=quote.address, state=State.CHANGED, reason="other words stand at this address")
    if other := [name for name in SHOWN if getattr(kept, name) != getattr(article, name)]:
        return Finding(address=quote.address, state=State.CHANGED, reason=f"the words are the same, but not: {', '.join(other)}")
    if why:
        return Finding(address=quote.address, state=State.CHANGED, reason="the corpus no longer holds this article; its text is kept")
    found = look_up(library, quote.address)
    if found.newest != article.version:
        words = f"these words stand in it at {found.now}" if found.now else "these words no longer stand in it"
        return Finding(address=quote.address, state=State.CHANGED, reason=f"the article has a newer version, {found.newest}: {words}")
    return Finding(address=quote.address, state=State.SAME, reason="")
