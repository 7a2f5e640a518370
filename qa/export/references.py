"""Answers → the one list of what they rest on, numbered from 1 through the whole conversation.

    claims ── references ──► Reference …   each stretch of text once, with every sentence that stands on it
    Reference … ─ cited ───► Cited …       each article once, with its key for citing

A stretch is known by its address and the checksum of its article: two indexes may give one address to different words.
Pure: nothing is opened, nothing is searched for in a text.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from index.records import Article
from qa.records import Answer, Claim, Quote

Role = Literal["verbatim", "written", "before", "also"]  # its words are the sentence; gave it; stand before it; say nearly the same
Place = tuple[str, str]
SLUG_CHARS = 32


class Use(NamedTuple):
    """A sentence that stands on a stretch: of which answer, which of its sentences (both from 1), and in what way."""

    answer: int
    claim: int
    role: Role


class Copy(NamedTuple):
    """Another article in which the passage stands too, and whether it is the likely origin."""

    article: Article
    origin: bool


class Reference(NamedTuple):
    """One entry of the list."""

    number: int
    quote: Quote
    uses: tuple[Use, ...]
    copies: tuple[Copy, ...]


class Cited(NamedTuple):
    """One article, its key for citing, and the addresses of the words that are cited from it."""

    key: str
    article: Article
    addresses: tuple[str, ...]


def place(quote: Quote) -> Place:
    """What makes two quotes the same entry."""
    return quote.address, quote.article.sha256


def references(answers: Sequence[Answer]) -> list[Reference]:
    """Every quote that a claim names, in the order of their first naming; what the last answer knows of an article is what is told of it."""
    quotes: dict[Place, Quote] = {}
    uses: dict[Place, dict[Use, None]] = {}
    copies: dict[Place, dict[str, Copy]] = {}
    for number, answer in enumerate(answers, start=1):
        for at, claim in enumerate(answer.claims, start=1):
            for n, role in _roles(claim):
                key = place(answer.quotes[n])
                quotes[key] = answer.quotes[n]
                uses.setdefault(key, {})[Use(number, at, role)] = None
        for n in {n for claim in answer.claims for n, _ in _roles(claim)}:
            copies.setdefault(place(answer.quotes[n]), {}).update(_copies(answer, answer.quotes[n]))
    return [Reference(number, quote, tuple(uses[key]), _ordered(copies[key])) for number, (key, quote) in enumerate(quotes.items(), start=1)]


def cited(found: Sequence[Reference]) -> list[Cited]:
    """The articles of a list, each version once, in the order of their first number. No two keys are alike."""
    articles: dict[Place, Article] = {}
    addresses: dict[Place, list[str]] = {}
    for one in found:
        key = (one.quote.article.key, one.quote.article.sha256)
        articles[key] = one.quote.article
        addresses.setdefault(key, []).append(one.quote.address)
    keys: list[str] = []
    for article in articles.values():
        name, again = _key(article), 1
        while (unique := name if again == 1 else f"{name}-{again}") in keys:
            again += 1
        keys.append(unique)
    return [Cited(name, articles[at], tuple(addresses[at])) for name, at in zip(keys, articles, strict=True)]


def slug(text: str, most_chars: int = SLUG_CHARS) -> str:
    """Small letters, digits and hyphens that remind of a text; empty when it has none that fit.

    >>> slug("Diário de Vila Bruma"), slug("新华社")
    ('diario-de-vila-bruma', '')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:most_chars].strip("-")


def _key(article: Article) -> str:
    """Outlet, year, and what tells this text from every other."""
    told = hashlib.sha256(f"{article.key}\n{article.sha256}".encode("utf-8", "replace")).hexdigest()[:8]
    return "-".join([slug(article.outlet) or "article", *([str(article.day.year)] if article.day else []), told])


def _roles(claim: Claim) -> Iterator[tuple[int, Role]]:
    """Each quote of a claim, in order, and what it does for it."""
    for at, n in enumerate(claim.quotes):
        yield n, "written" if not claim.verbatim else "before" if at else "verbatim"
    for n in claim.also:
        yield n, "also"


def _copies(answer: Answer, quote: Quote) -> dict[str, Copy]:
    """The other articles that hold a copy of the passage which a quote was cut from, by id."""
    own = quote.article
    hits = [hit for hit in answer.hits if hit.passage.article.key == own.key and hit.passage.start <= quote.start and quote.end <= hit.passage.end]
    origin = answer.origins.get(own.id)
    articles = {copy.article.id: copy.article for hit in hits for copy in hit.copies if copy.article.id != own.id}
    return {id_: Copy(article, id_ == origin) for id_, article in articles.items()}


def _ordered(copies: dict[str, Copy]) -> tuple[Copy, ...]:
    """The likely origin first, then by day, unknown days last, then by outlet and id."""

    def key(copy: Copy) -> tuple[bool, bool, str, str, str]:
        day = copy.article.day
        return not copy.origin, day is None, day.isoformat() if day else "", copy.article.outlet, copy.article.id

    return tuple(sorted(copies.values(), key=key))
