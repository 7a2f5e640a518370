"""Verify an exported answer: does each of its citations still stand in the index, to the letter?

same      the address still holds these very words, and they are the article's newest text
changed   other words stand there, its source line is another, or the article has a newer version
gone      the index knows no such version
"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from index.errors import AnswerError
from index.records import Record
from qa.records import Answer, Quote

if TYPE_CHECKING:
    from index.library import Library

SHOWN = ("title", "outlet", "authors", "url", "published", "modified", "lang", "correction")  # what a source line says of an article
MOST_BYTES = 64 * 1024 * 1024


class State(StrEnum):
    """What became of a citation."""

    SAME = "same"
    CHANGED = "changed"
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


def verify(answer: Answer, library: "Library") -> list[Finding]:
    """One finding for each quote, in their order."""
    return [_find(quote, library) for quote in answer.quotes]


def _find(quote: Quote, library: "Library") -> Finding:
    article = quote.article
    try:
        kept = library.article(article.key)
    except KeyError:
        return Finding(address=quote.address, state=State.GONE, reason=f"the index has no {article.key}")
    if kept.sha256 != article.sha256 or kept.text[quote.start : quote.end] != quote.text:
        return Finding(address=quote.address, state=State.CHANGED, reason="other words stand at this address")
    if other := [name for name in SHOWN if getattr(kept, name) != getattr(article, name)]:
        return Finding(address=quote.address, state=State.CHANGED, reason=f"the words are the same, but not: {', '.join(other)}")
    newest = library.newest(article.id)
    if newest is None:
        return Finding(address=quote.address, state=State.CHANGED, reason="the corpus no longer holds this article; its text is kept")
    if newest != article.version:
        return Finding(address=quote.address, state=State.CHANGED, reason=f"the article has a newer version, {newest}")
    return Finding(address=quote.address, state=State.SAME, reason="")
