"""What a browser or a client sent → a question that may be asked, or the reason why not.

In: untrusted JSON.  Out: frozen records.  Pure: the library's outlets and languages are given, nothing is opened.
"""

import re
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from index.records import Filter, Record
from qa.followups import MOST_TURNS, Turn

if TYPE_CHECKING:
    from index.library import Library

QUESTION_CHARS = 2_000
CHOICES = 200
NAMES = 60
NOTE_CHARS = 2_000
MOST_EXPORTED = 60  # answers of a conversation that are exported at once
Why = Literal["empty", "too_long", "error_question", "error_filter", "error_note"]
Form = Literal["md", "html", "json", "csl", "bib"]
Verdict = Literal["right", "wrong", "evidence"]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TURN = re.compile(r"[a-z0-9-]{1,40}")


class Refused(Exception):
    """What was sent cannot be asked; `why` is a key of the words."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


Name = Annotated[str, StringConstraints(min_length=3, max_length=560)]  # an article's key, or an address in it
_NAMES = TypeAdapter(Annotated[list[Name], Field(max_length=NAMES)])
_Said = Annotated[str, StringConstraints(max_length=2 * QUESTION_CHARS)]


class Earlier(Record):
    """A turn of the conversation as the page sends it back: what `qa.followups.Turn` holds, with bounds."""

    question: _Said
    answers: tuple[_Said, ...] = Field(default=(), max_length=20)
    headlines: tuple[_Said, ...] = Field(default=(), max_length=20)
    told: str = Field(default="", max_length=10)


class _Exporting(Record):
    """A request for a file of answers."""

    turns: list[dict[str, Any]] = Field(min_length=1, max_length=MOST_EXPORTED)
    form: Form
    lang: Literal["pt", "en"]


_PAST = TypeAdapter(Annotated[list[Earlier], Field(max_length=MOST_TURNS)])
_ADDRESSES = TypeAdapter(Annotated[list[Name], Field(max_length=NAMES)])


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


class Again(Record):
    """An answer that the page shows, and how it was asked for: so that it can be found, or made, again."""

    name: str
    question: str
    past: tuple[Turn, ...]
    filter: dict[str, Any]
    dates: bool
    as_of: date | None
    generation: str = Field(max_length=100, description="The one that answered, as the page was told; empty when it was not.")
    addresses: tuple[str, ...] = Field(description="Of the first quote of each sentence shown, in their order; empty for a refusal.")


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


def where(sent: object, outlets: Collection[str], languages: Collection[str], sections: Collection[str] = ()) -> Filter | None:
    """The filters, checked against what the library holds; None when nothing is filtered.

    Raises:
        Refused: a value has the wrong type, is no day, or names nothing that the library holds.
    """
    if sent is None or sent == {}:
        return None
    if not isinstance(sent, dict) or not set(sent) <= {"since", "until", "outlets", "languages", "sections"}:
        raise Refused("error_filter")
    try:
        made = Filter(
            since=_day(sent.get("since")),
            until=_day(sent.get("until")),
            outlets=_chosen(sent.get("outlets"), outlets),
            languages=_chosen(sent.get("languages"), languages),
            sections=_chosen(sent.get("sections"), sections),
        )
    except ValidationError as error:
        raise Refused("error_filter") from error
    return made or None


def filter_of(sent: object, library: "Library") -> Filter | None:
    """The filters that were sent, checked against what a library holds.

    Raises:
        Refused: they do not fit it.
    """
    return where(sent, library.outlets, library.languages, library.sections)


def dates(sent: object) -> bool:
    """Whether the days that the question names count; they do unless the page says that the reader took them away."""
    return not (isinstance(sent, dict) and sent.get("dates") is False)


def past(sent: object) -> tuple[Turn, ...]:
    """The conversation before a question, oldest first.

    Raises:
        Refused: it has another shape, or is longer than is ever looked at.
    """
    try:
        found = _PAST.validate_python(sent.get("past", []) if isinstance(sent, dict) else [])
    except ValidationError as error:
        raise Refused("error_question") from error
    return tuple(Turn(question=one.question, answers=one.answers, headlines=one.headlines, told=_day(one.told)) for one in found)


def again(sent: object) -> Again:
    """An answer that the page shows.

    Raises:
        Refused: what was sent names none.
    """
    given = sent if isinstance(sent, dict) else {}
    filters = given.get("filter") or {}
    try:
        addresses = _ADDRESSES.validate_python(given.get("addresses", []), strict=True)
    except ValidationError as error:
        raise Refused("error_question") from error
    if not isinstance(filters, dict):
        raise Refused("error_filter")
    return Again(
        name=name(given),
        question=question(given.get("question")),
        past=past(given),
        filter=filters,
        dates=dates(given),
        as_of=_day(given.get("as_of")),
        generation=made if isinstance(made := given.get("generation"), str) and len(made) <= 100 else "",
        addresses=tuple(addresses),
    )


def exporting(sent: object) -> tuple[list[Again], Form, Literal["pt", "en"]]:
    """Answers to export, oldest first; in which form; and in which language the words around them are.

    Raises:
        Refused: what was sent names none, too many, or no form that there is.
    """
    try:
        given = _Exporting.model_validate({**sent} if isinstance(sent, dict) else None)
    except ValidationError as error:
        raise Refused("error_question") from error
    return [again(one) for one in given.turns], given.form, given.lang


def verdict(sent: object) -> Verdict | None:
    """What a reader thinks of an answer; None when it is taken back.

    Raises:
        Refused: it is none that there is.
    """
    value = sent.get("verdict") if isinstance(sent, dict) else None
    if value not in (None, *get_args(Verdict)):
        raise Refused("error_question")
    return value


def note(sent: object) -> str:
    """What a reader remarks on an answer; empty when nothing.

    Raises:
        Refused: it is no text, or longer than NOTE_CHARS characters.
    """
    text = sent.get("note", "") if isinstance(sent, dict) else ""
    if not isinstance(text, str) or len(text) > NOTE_CHARS:
        raise Refused("error_note")
    return text.strip()


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
