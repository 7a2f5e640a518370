"""The JSON of the page: what one turn, one passage and one quote look like when they reach the browser.

In: nothing.  Out: types.  Texts are plain text, cut at code points; the page puts them into text nodes.
"""

from typing import Literal, TypedDict


class Part(TypedDict):
    """A stretch of text: the numbers of the quotes that it lies in, and whether it is among the words that answer."""

    text: str
    quotes: list[int]
    answer: bool


class Link(TypedDict):
    """A checked http(s) address, and the host to show for it."""

    href: str
    host: str


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
    link: Link | None


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
    quotes: list[int]
    verbatim: bool
    lang: str


class PassageView(TypedDict):
    """A passage that was found, cut at its quotes."""

    source: Source
    parts: list[Part]
    quotes: list[int]
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


class Turn(TypedDict):
    """One question and its answer so far."""

    id: str
    question: str
    searched: str
    lang: str
    status: Literal["answering", "answered", "refused"]
    claims: list[ClaimView]
    quotes: list[QuoteView]
    passages: list[PassageView]
    reason: str
    outside: int
    filter: FilterView
    coverage: CoverageView
    seconds: float


class Mark(TypedDict):
    """A quote's place in its article, in code points, and that of the words in it that answer."""

    n: int
    start: int
    end: int
    answer: tuple[int, int] | None
