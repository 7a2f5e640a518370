"""What a reader says of an answer: right, wrong, or that the evidence does not bear it; kept beside the archive, for evaluation alone.

    Answer, verdict, note ── of ──► Feedback ── give ──► a line in the catalog ◄── read
                                                take_back ──► no line

In: answers as they were given, never as somebody says they were.  Out: frozen records that hold addresses, not words of articles.
Never: read by anything that finds, ranks, judges or answers.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AwareDatetime, Field, StringConstraints, ValidationError, model_validator

from index import feedback as kept
from index.catalog import Catalog
from index.errors import FeedbackError
from index.records import Filter, Record
from index.settings import Settings
from index.text import clean
from qa.followups import MOST_TURNS, Turn
from qa.question import MOST_CHARS
from qa.records import Answer, Refusal

NOTE_CHARS = 2_000
Verdict = Literal["right", "wrong", "evidence"]
Address = Annotated[str, StringConstraints(pattern=r"(?s)^.+@\d{1,9}:\d{1,9}-\d{1,9}$")]
_ADDRESS = re.compile(r"(.+)@(\d+):(\d+)-(\d+)", re.DOTALL)


class Feedback(Record):
    """What one reader said of one answer."""

    turn: str = Field(pattern=r"^[a-z0-9-]{1,40}$", description="Name of the answer: another word on it takes this one's place.")
    given: AwareDatetime = Field(description="When it was said.")
    verdict: Verdict = Field(description="right; wrong: the answer, or the refusal; evidence: what is cited does not bear what is said.")
    note: str = Field(default="", max_length=NOTE_CHARS, description="In the reader's own words; empty when there are none.")
    question: str = Field(max_length=MOST_CHARS, description="As asked.")
    searched: str = Field(max_length=MOST_CHARS, description="As searched: standing alone.")
    past: tuple[str, ...] = Field(
        default=(), max_length=MOST_TURNS, description="Questions before it, oldest first; empty when it stands alone, or when they are not known."
    )
    lang: Literal["pt", "en"] = Field(description="Language of the question.")
    filter: Filter = Field(default_factory=Filter, description="The filters applied.")
    as_of: date = Field(description="The day that the question was asked about.")
    form: Literal["sentences", "timeline"] = Field(default="sentences", description="As in the answer.")
    claims: tuple[tuple[Address, ...], ...] = Field(default=(), description="For each sentence of the answer the addresses of its quotes.")
    answers: tuple[Address, ...] = Field(
        default=(), description="Where the words stand that were marked as answering, in the order of the sentences."
    )
    refusal: Refusal = Field(default=Refusal.NONE, description="Empty exactly when there are claims.")
    fingerprint: str = Field(description="Fingerprint of the index that answered.")
    generation: str = Field(default="", description="Name of its generation; empty when not known.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.claims) is bool(self.refusal):
            raise ValueError("an answer has claims, or a refusal, and never both")
        if self.refusal and self.verdict == "evidence":
            raise ValueError("a refusal cites nothing, so its evidence cannot be wrong")
        return self

    @property
    def articles(self) -> tuple[str, ...]:
        """Ids of the articles cited, each once, in the order of the sentences."""
        return tuple(dict.fromkeys(place(address)[0] for claim in self.claims for address in claim))


class Read(NamedTuple):
    """What a catalog holds of it."""

    feedback: tuple[Feedback, ...]  # newest first
    damaged: int  # lines that are not what was written
    foreign: int  # lines that another version wrote, in a form that this one does not know


def place(address: str) -> tuple[str, int, int, int]:
    """Article, version, start and end of an address.

    >>> place("mail@home@2:10-17")
    ('mail@home', 2, 10, 17)
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(f"{address!r} is no address")
    return found[1], int(found[2]), int(found[3]), int(found[4])


def of(
    answer: Answer,
    verdict: Verdict,
    note: str,
    turn: str,
    at: datetime,
    *,
    past: Sequence[str | Turn | Answer] = (),
    generation: str = "",
) -> Feedback:
    """What a reader says of an answer.

    Args:
        answer: As it was given.
        verdict: What the reader thinks of it.
        note: The reader's own words; control characters are taken out.
        turn: Name of the answer, of up to 40 small letters, digits and hyphens.
        at: When it is said (aware).
        past: The conversation before it, oldest first, where it is known.
        generation: Name of the generation that answered, where it is known.

    Raises:
        FeedbackError: the note is too long, the turn has no such name, or the evidence of a refusal is called wrong.
    """
    asked = [one if isinstance(one, str) else one.question for one in past][-MOST_TURNS:]
    marked = [answer.quotes[number] for claim in answer.claims for number in claim.quotes]
    try:
        return Feedback(
            turn=turn,
            given=at,
            verdict=verdict,
            note=clean(note).strip(),
            question=answer.question,
            searched=answer.searched,
            past=tuple(one[:MOST_CHARS] for one in asked) if answer.searched != answer.question else (),
            lang="pt" if answer.lang == "pt" else "en",
            filter=answer.filter,
            as_of=answer.as_of,
            form=answer.form,
            claims=tuple(tuple(answer.quotes[number].address for number in claim.quotes) for claim in answer.claims),
            answers=tuple(dict.fromkeys(f"{quote.article.key}:{quote.answer[0]}-{quote.answer[1]}" for quote in marked if quote.answer)),
            refusal=answer.refusal,
            fingerprint=answer.fingerprint,
            generation=generation,
        )
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise FeedbackError(
            f"this cannot be said of an answer: {where + ': ' if where else ''}{first['msg'].removeprefix('Value error, ')}"
        ) from error


def give(settings: Settings, feedback: Feedback) -> None:
    """Keep it, in the place of what was said of the same answer before; from any thread, also while the index is being written.

    Raises:
        FeedbackError: there is no room for more, or an article that the answer cites was forgotten meanwhile.
        IndexBusy: a build has held the catalog for five seconds; nothing was kept.
        IndexMissing, IndexDamaged, IndexUnwritable: there is no catalog that can be written.
    """
    cited = {place(address)[:2] for claim in feedback.claims for address in claim}
    line = kept.Line(
        feedback.turn,
        _utc(feedback.given),
        feedback.articles,
        feedback.model_dump_json(exclude_defaults=True),
    )
    kept.keep(settings, line, sorted(cited))


def take_back(settings: Settings, turn: str | Sequence[str], *, until: datetime | None = None) -> int:
    """Remove what was said of an answer, or of several; returns how many of them something was said of.

    Args:
        settings: Which index.
        turn: Names of the answers; unknown ones are passed over.
        until: What was said later stays.

    Raises:
        IndexBusy, IndexMissing, IndexDamaged, IndexUnwritable: as for `give`.
    """
    return kept.remove(settings, [turn] if isinstance(turn, str) else turn, _utc(until) if until else kept.ALWAYS)


def read(catalog: Catalog) -> Read:
    """All feedback, as far as it can be read."""
    lines, damaged = kept.lines(catalog)
    found, foreign = [], 0
    for line in lines:
        try:
            found.append(Feedback.model_validate_json(line.fields))
        except ValidationError:
            foreign += 1
    return Read(tuple(found), len(damaged), foreign)


def words(catalog: Catalog, address: str) -> str:
    """The words at an address, cut from their article.

    Raises:
        KeyError: the catalog no longer holds them.
        IndexDamaged: the article is not what was written.
    """
    id_, version, start, end = place(address)
    text = catalog.article(id_, version).text
    if not start < end <= len(text):
        raise KeyError(address)
    return text[start:end]


def _utc(at: datetime) -> str:
    """An instant as text that sorts."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
