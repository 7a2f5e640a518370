"""The records that flow through the index: articles, spans of them, filters, and the manifest of a build.

In: what readers and the catalog know.  Out: frozen, checked values.  Never: reading, opening or computing scores.

    Article ── Span ── Passage        a span is an address: [start, end) of one version of one article
    Filter                            which passages may answer
    Manifest                          what one generation was made of
"""

import hashlib
import operator
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Language = Annotated[str, StringConstraints(pattern=r"^([a-z]{2,3}|)$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
EventState = Literal["new", "changed", "deleted", "withdrawn", "noted", "skipped", "failed"]
DoubtKind = Literal["encoding", "garbled", "ambiguous", "unsure", "ahead", "mixed"]
Status = Literal["usable", "withheld", "canceled", "embargoed", "expires"]


def sha256(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, as 64 hexadecimal digits.

    >>> sha256("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()


class Record(BaseModel):
    """A frozen, closed record: no field can be changed, no unknown field is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")


DOUBTED: Mapping[DoubtKind, str] = {
    "encoding": "its encoding is stated nowhere; it was taken for Windows-1252",
    "garbled": 'its letters look wrongly decoded, as in "{given}"',
    "ambiguous": '"{given}" could be two days, so it is unknown',
    "unsure": '"{given}" names no day for certain, so it is unknown',
    "ahead": '"{given}" lies more than two days after it was read',
    "mixed": "{given} mixes Latin letters with others that only look so",
}


class Doubt(Record):
    """What in an article's file cannot be taken at its word. The article stays as it is, and answers."""

    kind: DoubtKind = Field(description="What is doubtful: DOUBTED says it in words.")
    field: str = Field(description="The article's field in question, by its name here.")
    given: str = Field(default="", description="The words in question as the file has them, what cannot be seen as an escape; empty for an encoding.")

    def __str__(self) -> str:
        """In one line.

        >>> str(Doubt(kind="ambiguous", field="published", given="03/04/2026"))
        'published: "03/04/2026" could be two days, so it is unknown'
        """
        return f"{self.field}: {DOUBTED[self.kind].format(given=self.given)}"


class Article(Record):
    """One version of one article, its text kept whole."""

    id: str = Field(min_length=1, max_length=500, description="Stable name: from the file's own id or guid, its canonical URL, or its path.")
    version: int = Field(default=1, ge=1, lt=2**31, description="1 for the first text seen under this id, then 2, 3, …")
    text: str = Field(min_length=1, description="The whole text in NFC, without the title. Every span counts its code points.")
    sha256: Sha256 = Field(default="", description="SHA-256 of the text in UTF-8; filled in when not given.")
    title: str = Field(default="", description="Headline; empty when unknown.")
    authors: tuple[str, ...] = Field(default=(), description="Bylines in order; empty when unknown.")
    outlet: str = Field(default="", description="Who published it; empty when unknown.")
    url: str = Field(default="", description="Canonical http(s) address; empty when unknown.")
    lang: Language = Field(default="", description="ISO 639 code; empty when unknown.")
    published: AwareDatetime | None = Field(default=None, description="When it was published, with its own offset; None when unknown.")
    modified: AwareDatetime | None = Field(default=None, description="When its publisher last changed it; None when unknown.")
    first_seen: AwareDatetime = Field(description="When this index first read any version of it.")
    indexed: AwareDatetime = Field(description="When this index first read this version.")
    section: str = Field(default="", description="Desk or section; empty when unknown.")
    rights: str = Field(default="", description="Licence or terms of use, in the publisher's words; empty when unknown.")
    status: Status = Field(default="usable", description="Whether it may answer; 'embargoed' and 'expires' go with status_at.")
    status_at: AwareDatetime | None = Field(default=None, description="Embargoed until, or expired after, this instant.")
    correction: str = Field(default="", description="The publisher's correction note; empty when there is none.")
    free: bool | None = Field(default=None, description="Whether anyone may read it without paying, as the publisher says; None when unknown.")
    doubts: tuple[Doubt, ...] = Field(
        default=(), exclude_if=operator.not_, description="What in its file cannot be taken at its word; left out of JSON when there is nothing."
    )

    @model_validator(mode="before")
    @classmethod
    def _hash(cls, data: object) -> object:
        if isinstance(data, dict) and not data.get("sha256") and isinstance(data.get("text"), str):
            return {**data, "sha256": sha256(data["text"])}
        return data

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.sha256 != sha256(self.text):
            raise ValueError(f"the text of {self.key} does not have the SHA-256 {self.sha256}")
        return self

    @property
    def key(self) -> str:
        """Identifier of this version: `id@version`."""
        return f"{self.id}@{self.version}"

    @property
    def day(self) -> date | None:
        """Day of publication, as the outlet's own clock had it; None when unknown."""
        return self.published.date() if self.published else None

    def usable(self, at: datetime) -> bool:
        """Whether the publisher lets it answer at this instant (aware)."""
        if self.status == "embargoed":
            return self.status_at is not None and at >= self.status_at
        if self.status == "expires":
            return self.status_at is None or at < self.status_at
        return self.status == "usable"


class Span(Record):
    """A stretch of an article: the address of a passage or of a quotation."""

    article: Article
    start: int = Field(ge=0, description="First character, in code points from 0.")
    end: int = Field(description="One past the last character.")

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if not self.start < self.end <= len(self.article.text):
            raise ValueError(f"{self.address} lies outside the article's {len(self.article.text)} characters")
        return self

    @property
    def text(self) -> str:
        """The words themselves, cut from the article."""
        return self.article.text[self.start : self.end]

    @property
    def address(self) -> str:
        """Where the words stand, for ever: `id@version:start-end`."""
        return f"{self.article.key}:{self.start}-{self.end}"


class Passage(Span):
    """A span that is embedded and indexed; it ends where a sentence ends."""

    row: int = Field(ge=0, description="Its number in every store (int64); never used again for another passage.")


class Filter(Record):
    """Which passages may answer. Empty fields let everything pass."""

    since: date | None = Field(default=None, description="First day of publication, inclusive.")
    until: date | None = Field(default=None, description="Last day of publication, inclusive.")
    languages: tuple[str, ...] = Field(default=(), description="Languages of the articles (ISO 639), any of them.")
    outlets: tuple[str, ...] = Field(default=(), description="Outlets by their exact names, any of them.")
    sections: tuple[str, ...] = Field(default=(), description="Sections by their exact names, any of them.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"the filter starts on {self.since}, after it ends on {self.until}")
        return self

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.languages or self.outlets or self.sections)


class Skipped(Record):
    """A file, or an item of a file, that is no article, and why. Nothing is skipped without one."""

    path: str = Field(description="Path inside the corpus folder; `:n` names the n-th item of a file that holds many.")
    reason: str = Field(description="What is wrong with it, in one line.")
    failed: bool = Field(default=True, description="True: it should have been read and could not; False: it was passed over on purpose.")


class Withdrawal(Record):
    """A publisher's notice, without a text, that an article may no longer answer (a kill, a withholding)."""

    id: str = Field(min_length=1, max_length=500, description="The article's id.")
    status: Literal["withheld", "canceled"]
    modified: AwareDatetime | None = Field(default=None, description="When the notice was given; None when unknown.")
    path: str = Field(description="Where it stands in the corpus folder, as in Skipped.")


class Event(Record):
    """One line of a run's report: what became of a file, or of an article."""

    path: str = Field(description="Path inside the corpus folder; `:n` names the n-th item; empty for an article that no file holds any more.")
    state: EventState = Field(description="What became of it; withdrawn: its publisher took it back; noted: it has doubts.")
    article: str = Field(default="", description="The article's id; empty for a line on a file.")
    version: int | None = Field(default=None, description="The version that answers now, or that did before it was deleted.")
    reason: str = Field(default="", description="Why it was skipped or failed, or what was noted.")


class Counts(Record):
    """What a run found: files, and the articles in them."""

    files_new: int = Field(default=0, ge=0)
    files_changed: int = Field(default=0, ge=0)
    files_unchanged: int = Field(default=0, ge=0)
    files_deleted: int = Field(default=0, ge=0)
    skipped: int = Field(default=0, ge=0, description="Files and items passed over on purpose, now in the corpus.")
    failed: int = Field(default=0, ge=0, description="Files and items that could not be read, now in the corpus.")
    articles_new: int = Field(default=0, ge=0)
    articles_changed: int = Field(default=0, ge=0)
    articles_deleted: int = Field(default=0, ge=0)
    articles_withdrawn: int = Field(default=0, ge=0)
    articles_noted: int = Field(default=0, ge=0, description="New and changed articles in whose files something cannot be taken at its word.")
    embedded: int = Field(default=0, ge=0, description="Passages that were embedded.")


class Run(Record):
    """One run of a command that writes the index."""

    number: int
    command: str
    began: AwareDatetime
    ended: AwareDatetime | None = Field(description="None when it was cut off or still runs.")
    outcome: Literal["running", "done", "unchanged", "failed", "cut off"]
    error: str = ""
    generation: str = Field(default="", description="The generation that it published; empty when it published none.")
    counts: Counts = Counts()
    events: tuple[Event, ...] = ()
    untold: int = Field(default=0, ge=0, description="Events beyond the ten thousand that an update tells; the log has them all.")


class Coverage(Record):
    """What a library holds: the line under every answer."""

    articles: int = Field(ge=0, description="Articles (not versions).")
    outlets: int = Field(ge=0, description="Different outlets named by them.")
    first: date | None = Field(description="Earliest day of publication; None when none is known.")
    last: date | None = Field(description="Latest day of publication; None when none is known.")


class FileSum(Record):
    """Size and checksum of one file of a generation."""

    size_bytes: int = Field(ge=0)
    sha256: Sha256


class Manifest(Record):
    """What one generation was made of. Written last, and never changed."""

    format: int = Field(description="Version of the files' layout.")
    generation: str = Field(description="Name of its folder.")
    created: AwareDatetime
    fingerprint: Sha256 = Field(description="SHA-256 of the settings and of every passage's address: equal fingerprints answer alike.")
    settings: dict[str, str] = Field(description="What decides the content: embedder, its weights' hash, dimension, splitter, terms, store, lexical.")
    counts: dict[str, int] = Field(description="articles, passages, embedded, reused, skipped, failed.")
    coverage: Coverage
    files: dict[str, FileSum] = Field(description="Each file of the generation but this one, by path inside it.")
    state: int = Field(default=0, ge=0, description="The catalog's state that it holds: it grows with every change.")
    skipped: tuple[Skipped, ...] = Field(default=(), description="What could not be read: the first hundred.")
    seconds: dict[str, float] = Field(default_factory=dict, description="Wall time per step of the build, in seconds.")

    @cached_property
    def passages(self) -> int:
        """Number of passages in the stores."""
        return self.counts["passages"]
