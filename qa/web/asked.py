"""What a browser or a client sent → a question that may be asked, or the reason why not.

In: untrusted JSON.  Out: frozen records.  Pure: the library's outlets and languages are given, nothing is opened.
"""

import re
from collections.abc import Collection
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from index.records import Filter, Record

QUESTION_CHARS = 2_000
CHOICES = 200
NAMES = 60
Why = Literal["empty", "too_long", "error_question", "error_filter"]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TURN = re.compile(r"[a-z0-9-]{1,40}")


class Refused(Exception):
    """What was sent cannot be asked; `why` is a key of the words."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


Name = Annotated[str, StringConstraints(min_length=3, max_length=560)]  # an article's key, or an address in it
_NAMES = TypeAdapter(Annotated[list[Name], Field(max_length=NAMES)])


class Place(Record):
    """A quote's place in an article that the page wants to show whole."""

    n: int = Field(ge=1, le=1_000)
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    answer: tuple[int, int] | None = None


class Wanted(Record):
    """A request for a whole article."""

    article: Name
    marks: tuple[Place, ...] = Field(default=(), max_length=100)


def name(sent: object) -> str:
    """The turn's name on the page; empty when it is none that the page makes."""
    value = sent.get("id") if isinstance(sent, dict) else None
    return value if isinstance(value, str) and _TURN.fullmatch(value) else ""


def question(sent: object) -> str:
    """The question, trimmed.

    Raises:
        Refused: it is no text, has no word, or is longer than QUESTION_CHARS characters.
    """
    if not isinstance(sent, str):
        raise Refused("error_question")
    text = sent.strip()
    if not text:
        raise Refused("empty")
    if len(text) > QUESTION_CHARS:
        raise Refused("too_long")
    return text


def where(sent: object, outlets: Collection[str], languages: Collection[str]) -> Filter | None:
    """The filters, checked against what the library holds; None when nothing is filtered.

    Raises:
        Refused: a value has the wrong type, is no day, or names nothing that the library holds.
    """
    if sent is None or sent == {}:
        return None
    if not isinstance(sent, dict) or not set(sent) <= {"since", "until", "outlets", "languages"}:
        raise Refused("error_filter")
    try:
        made = Filter(
            since=_day(sent.get("since")),
            until=_day(sent.get("until")),
            outlets=_chosen(sent.get("outlets"), outlets),
            languages=_chosen(sent.get("languages"), languages),
        )
    except ValidationError as error:
        raise Refused("error_filter") from error
    return made or None


def dates(sent: object) -> bool:
    """Whether the days that the question names count; they do unless the page says that the reader took them away."""
    return not (isinstance(sent, dict) and sent.get("dates") is False)


def wanted(sent: object) -> Wanted | None:
    """The request for a whole article; None when it is malformed."""
    try:
        return Wanted.model_validate(sent)
    except ValidationError:
        return None


def names(sent: object) -> list[str]:
    """The names of articles that the page asks about, each once; none when the list is malformed."""
    try:
        return list(dict.fromkeys(_NAMES.validate_python(sent.get("names"), strict=True))) if isinstance(sent, dict) else []
    except ValidationError:
        return []


def _day(sent: object) -> date | None:
    if sent is None or sent == "":
        return None
    if not isinstance(sent, str) or not _DAY.fullmatch(sent):
        raise Refused("error_filter")
    try:
        return date.fromisoformat(sent)
    except ValueError as error:
        raise Refused("error_filter") from error


def _chosen(sent: Any, known: Collection[str]) -> tuple[str, ...]:
    if sent is None:
        return ()
    if not isinstance(sent, list) or len(sent) > CHOICES or not all(isinstance(one, str) and one in known for one in sent):
        raise Refused("error_filter")
    return tuple(dict.fromkeys(sent))
