"""Dates in questions: which days a question asks about, in Portuguese and English.

    question ── rules ──► expressions, longest first ── "from … to", "since", "until" ──► Dated, in reading order ── interval ──► one, or None

In: a question in NFC, its language, the day it is asked on.  Out: spans of it, in code points, and the days they mean.  Pure; nothing is read.

What a question leaves open is taken so:
- a day, month, quarter or weekday without a year is the latest that has begun, today's own too; after "last" or "passado" the latest that
  is over; after "next" or "próximo" the first to begin; after "until", "by" or "before" the nearest on either side; "this Friday" is that of
  this week, but "nesta sexta" the latest one, as news in Portuguese has it;
- a weekday named with a day tells its year: "segunda-feira, 18 de novembro", asked in 2026, is of 2024;
- "last week", "last month", "last year" are calendar periods, weeks begin on Monday; "na última semana" may mean that or the seven days up
  to today, so it holds both; "the past week" and "the last 3 weeks" go back from today and hold it;
- "two days ago" is a day, "há dois meses" a calendar month, "two years ago" a calendar year;
- two digits after "anos" or "the" name a decade of the last century from 30 on, before that of this one;
- "after" and "before" leave out the days that they name; "since", "until" and "by" hold them;
- a word that could as well be a name, a verb, an ordinal or a count gives nothing: a wrong date hides more articles than none.
Seasons, holidays and centuries are not read; a year beside one is.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from index.records import Record
from qa.dateasked import Asked, fold
from qa.datemeanings import Means
from qa.daterules import RULES
from qa.datewords import NEAR_CHARS, spaced
from qa.days import plus

HISTORY_DAYS = 365  # a day, month or quarter that ended longer ago is history


class Interval(Record):
    """Days in a row; one end may be open."""

    since: date | None = Field(description="First day; None when every day up to `until` is meant.")
    until: date | None = Field(description="Last day, included; None when every day from `since` on is meant.")
    naming: bool = Field(default=False, description="Whether it is part of a name (Copa de 2022): it tells which event, not when articles came out.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not (self.since or self.until) or (self.since or date.min) > (self.until or date.max):
            raise ValueError(f"{self.since} to {self.until} is no interval")
        return self


class Dated(Interval):
    """A date expression of a question."""

    start: int = Field(ge=0, description="First code point of its words.")
    end: int = Field(description="One past the last.")


def dated(text: str, lang: str, as_of: date) -> tuple[Dated, ...]:
    """Every date expression of a question.

    Args:
        text: The question, in NFC; accents and capitals may be missing.
        lang: "pt" or "en"; anything else is read as English.
        as_of: The day that the question is asked on.

    Returns:
        In reading order, none overlapping another; where two could stand, the longer one does.

    >>> [found] = dated("O que houve entre 1 e 15 de janeiro?", "pt", date(2026, 1, 20))
    >>> f"{found.since} {found.until}"
    '2026-01-01 2026-01-15'
    >>> [str(found.since) for found in dated("Who may march on Friday?", "en", date(2026, 1, 20))]
    ['2026-01-16']
    """
    asked = Asked(text, lang, as_of)
    return tuple(
        Dated(start=start, end=end, since=means.since, until=means.until, naming=means.naming)
        for start, end, means in _bounded(asked, _paired(asked, _longest(asked)))
        if (means.since or date.min) <= (means.until or date.max)
    )


def interval(found: Iterable[Interval]) -> Interval | None:
    """The one interval that a question with some date expressions asks about.

    Years that are part of a name count only when there is nothing else, and then the interval is `naming` too. Where all the
    expressions share days, those are meant ("ontem, em janeiro"); otherwise all from the first to the last ("2024 or 2026").

    Returns:
        None when there is no expression, or when together they leave out no day.

    >>> str(interval(dated("Compare 2024 com 2026", "pt", date(2026, 1, 20))).until)
    '2026-12-31'
    """
    found = list(found)
    meant = [one for one in found if not one.naming] or found
    starts, ends = [one.since for one in meant if one.since], [one.until for one in meant if one.until]
    since, until = max(starts, default=None), min(ends, default=None)
    if since and until and since > until:
        since = min(starts) if len(starts) == len(meant) else None
        until = max(ends) if len(ends) == len(meant) else None
    return Interval(since=since, until=until, naming=meant[0].naming) if since or until else None


_HISTORY = {
    "pt": r"\b(?:fundad[oa]s?|fundou|fundaram|inventad[oa]s?|inventou|historicamente|originalmente|antigamente|seculos?|(?:na|da) historia)\b",
    "en": r"\b(?:founded|invented|historically|originally|century|centuries|first[ -]ever|history of|throughout history)\b"
    r"|\bin (?:[\w'’]+ ){0,4}history\b",
}


def history(text: str, lang: str, as_of: date) -> bool:
    """Whether a question asks about history rather than the news of the day.

    It does when it says so ("na história", "século", "founded", "first ever"); when it asks about whole years that are all before
    the year of `as_of` ("em 2024", "Copa de 2022", "the 1990s", "last year"); or about days or months that ended more than
    HISTORY_DAYS before it. "Since 2020" goes on to today and "em dezembro" is not long ago: both are news. "Make history" and
    "a história do filme" are news too.

    >>> history("Quando a empresa foi fundada?", "pt", date(2026, 1, 20)), history("O que houve em dezembro?", "pt", date(2026, 1, 20))
    (True, False)
    """
    if re.search(_HISTORY[lang if lang in _HISTORY else "en"], fold(" ".join(text.split()))):
        return True
    return any(
        (as_of - one.until).days > HISTORY_DAYS or (one.since is not None and (one.until - one.since).days >= 364 and one.until.year < as_of.year)
        for one in dated(text, lang, as_of)
        if one.until
    )


class _Found(NamedTuple):
    start: int
    end: int
    means: Means


def _longest(asked: Asked) -> list[_Found]:
    """What the rules find, longest first, nothing twice; then in reading order."""
    matches = [(match, means) for pattern, means in RULES[asked.lang] for match in pattern.finditer(asked.folded)]
    taken, found = bytearray(len(asked.text)), []
    for match, rule in sorted(matches, key=lambda one: (one[0].start() - one[0].end(), one[0].start())):
        start, end = match.span()
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            if means := rule(asked, match):
                found.append(_Found(start, end, means))
    return sorted(found, key=lambda one: one.start)


_FROM = re.compile(spaced(r"\b(?:(?P<both>entre|between)|de|desde|from|since)(?: (?:o|a|os|as|the))?(?: dia| dias)? $"))
_LINK = re.compile(spaced(r" (?:(?P<both>e|and)|a|ao|ate|to|until|till|through|thru)(?: (?:o|a|os|as|the))?(?: dia)? | ?[-–—] ?"))
_BOUND = {
    "pt": r"\b(?:(?P<since>desde|a partir d[aeo]s?)|(?P<until>ate)|(?P<before>antes d[aeo]s?)|(?P<after>depois d[aeo]s?|apos))",
    "en": r"\b(?:(?P<since>since|starting(?: in| on)?)|(?P<until>until|till|by|through|up to)|(?P<before>before|prior to)|(?P<after>after))",
}
_PART = r"(?: (?P<the>o|a|os|as|the))?(?: (?P<part>(?:inicio|comeco|fim|final|meados) d[aeo]s?|(?:start|beginning|middle|end) of|early|mid|late)(?: the)?)?"
_BOUNDS = {lang: re.compile(spaced(words + _PART + "(?: (?:dia|mes de|ano de|year))? $")) for lang, words in _BOUND.items()}
_ONWARDS = re.compile(spaced(r"(?: em diante| para ca| onwards?)\b"))


def _paired(asked: Asked, found: list[_Found]) -> list[_Found]:
    """Joins what stands on both sides of "entre … e …", "from … to …", "–"."""
    done: list[_Found] = []
    for second in found:
        pair = _pair(asked, done[-1], second) if done else None
        done[-1:] = [pair] if pair else [*done[-1:], second]
    return done


def _pair(asked: Asked, first: _Found, second: _Found) -> _Found | None:
    """Days from one expression to another; the one that leaves its year open takes it from the other."""
    link = _LINK.fullmatch(asked.folded, first.end, second.start)
    near = max(0, first.start - NEAR_CHARS)
    opening = _FROM.search(asked.folded[near : first.start])
    if not link or (link["both"] and not (opening and opening["both"])):
        return None
    one, two = first.means, second.means
    since, until = one.since, two.until
    if one.around and two.since and (found := one.around(two.since, "")):
        since = found[0]
    elif two.around and one.since and (found := two.around(plus(one.since, -1), "next")):
        until = found[1]
    if since is None or until is None or since > until:
        return None
    return _Found(near + opening.start() if opening else first.start, second.end, Means(since, until, one.naming and two.naming))


def _bounded(asked: Asked, found: list[_Found]) -> Iterator[_Found]:
    """Opens one end of what stands after "since", "until", "before", "after", or before "onwards"."""
    for last, one in zip([0, *(one.end for one in found)], found, strict=False):
        near = max(last, one.start - NEAR_CHARS)
        bound = _BOUNDS[asked.lang].search(asked.folded[near : one.start])
        onwards = _ONWARDS.match(asked.folded, one.end)
        if onwards:
            yield _Found(one.start, onwards.end(), one.means._replace(until=None))
        elif bound and not (one.means.naming and bound["the"]):
            yield _Found(near + bound.start(), one.end, _opened(asked, one.means, bound))
        else:
            yield one


def _opened(asked: Asked, means: Means, bound: re.Match[str]) -> Means:
    since, until = means.since or date.min, means.until or date.max
    if bound["since"] or bound["after"]:
        return means._replace(since=since if bound["since"] or bound["part"] else plus(until, 1), until=None)
    if means.around and (near := means.around(asked.as_of, "near")):
        since, until = near
    return means._replace(since=None, until=until if bound["until"] or bound["part"] else plus(since, -1))
