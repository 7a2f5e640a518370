"""The JSON of the page: what one turn, one passage and one quote look like when they reach the browser.

In: nothing.  Out: types.  Texts are plain text, cut at code points; the page puts them into text nodes.
"""

from typing import Literal, TypedDict

from index.records import DoubtKind
from qa.shown import Link

Silence = Literal["", "withheld", "canceled", "embargoed", "expired", "deleted"]


class Part(TypedDict):
    """A stretch of text: the numbers of the quotes that it lies in, and whether it is among the words that answer."""

    text: str
    quotes: list[int]
    answer: bool


class Source(TypedDict):
    """What is said of an article beside its text. Dates are ISO days; unknown ones are empty."""

    article: str
    title: str
    outlet: str
    date: str
    updated: str
    lang: str
    authors: list[str]
    correction: str
    doubts: list["DoubtView"]
    free: bool | None  # whether anyone may read it without paying; None when unknown
    rights: str  # empty when unknown, or too long to stand beside a passage
    link: Link | None


class DoubtView(TypedDict):
    """What in an article's file cannot be taken at its word: of which kind, in which field, and the words in question."""

    kind: DoubtKind
    field: str
    given: str


class DatesView(TypedDict):
    """How dates were used. `since` and `until` are the days that the question names, both empty when it names none that count."""

    prior: Literal["near", "interval", "off"]
    as_of: str
    since: str
    until: str
    aside: bool  # whether the question names days that the reader took away


class QuoteView(TypedDict):
    """A numbered quote: its address, source and words."""

    n: int
    address: str
    start: int
    end: int
    answer: tuple[int, int] | None
    words: str
    source: Source


class ClaimView(TypedDict):
    """A sentence of the answer; `tail` is its last word, which never parts from its numbers."""

    head: list[Part]
    tail: list[Part]
    quotes: list[int]  # first what it says; in a verbatim one then the sentence before, where it leans on that
    also: list[int]  # where nearly the same is said elsewhere
    verbatim: bool
    lang: str


class WhyView(TypedDict):
    """A part of a passage's score: its name, its value, and how much of the best passage's score that is, in [0, 1]."""

    part: str
    value: float
    share: float


class MatchView(TypedDict):
    """A word of the question that stands in a passage or its headline, and the word that it was found as; empty when that is the same."""

    word: str
    found: str


class CopyView(TypedDict):
    """Another article in which a passage stands too: where it begins and ends there, and whether that article is likely the first of them."""

    article: str
    title: str
    outlet: str
    date: str
    lang: str
    start: int
    end: int
    origin: bool
    link: Link | None


class PassageView(TypedDict):
    """A passage that was found, cut at its quotes."""

    source: Source
    parts: list[Part]
    quotes: list[int]
    why: list[WhyView]
    matched: list[MatchView]
    lexical_place: int | None  # place in the list of the words, from 1
    dense_place: int | None  # place in the list of the meaning, from 1
    copies: int  # other passages that say the same
    also: list[CopyView]  # the other articles that these stand in, the likely origin first
    origin: bool  # whether those are likely copies of this one
    starts_article: bool
    ends_article: bool


class CoverageView(TypedDict):
    """The coverage line. Days are ISO, empty when unknown."""

    articles: int
    outlets: int
    first: str
    last: str


class FilterView(TypedDict):
    """The filters applied."""

    since: str
    until: str
    outlets: list[str]
    languages: list[str]
    sections: list[str]


class PastView(TypedDict):
    """What a follow-up may point back to; the page sends it with the next question."""

    question: str
    answers: list[str]
    headlines: list[str]
    told: str  # ISO day; empty when unknown


class Turn(TypedDict):
    """One question and its answer so far."""

    id: str
    question: str
    searched: str
    lang: str
    status: Literal["answering", "answered", "refused"]
    form: Literal["sentences", "timeline"]
    claims: list[ClaimView]
    quotes: list[QuoteView]
    passages: list[PassageView]
    reason: str
    outside: int
    doubt: str  # said above the sentences where they are likelier than not no answer, in the question's language; else empty
    filter: FilterView
    dates: DatesView | None  # None when nothing was searched for
    coverage: CoverageView
    articles: int  # different ones cited
    origins: int  # of these, how many are independent of each other
    generation: str  # the one that answered; empty when not told
    seconds: float
    past: PastView


class FateView(TypedDict):
    """What became of an article since it was cited."""

    silent: Silence  # why it does not answer now
    changed: bool  # whether its newest version is another one
    stands: bool  # whether the words cited stand in the newest version
    correction: str  # the note that the newest version carries


class StepView(TypedDict):
    """A sentence that an article lost or gained."""

    kind: str
    text: str


class VersionView(TypedDict):
    """A version of an article, and what it changed of the one before. Instants are ISO; an unknown one is empty."""

    article: str
    version: int
    title: str
    seen: str  # when this index first read it
    modified: str
    correction: str
    steps: list[StepView]
    more: int  # steps left out


class SinceView(TypedDict):
    """What changed between the version shown and the newest one."""

    article: str
    marks: list["Mark"]  # where quotes stand in the newest version
    gone: list[int]  # numbers of the quotes that do not
    correction: str
    steps: list[StepView]
    more: int  # steps left out


class Whole(TypedDict):
    """An article for reading it whole, in one version. `parts` is empty where the text may not be shown: `silent` says why."""

    source: Source
    rights: str
    silent: Silence
    parts: list[Part]
    versions: int  # that were ever read
    since: SinceView | None  # None when this is the newest version


class Mark(TypedDict):
    """A quote's place in its article, in code points, and that of the words in it that answer."""

    n: int
    start: int
    end: int
    answer: tuple[int, int] | None
