"""When: how the days that a question asks about bear on the ranking.

    question + as_of ──► an interval of days, or none ──► nearness of an article's day, in [0, 1]

News is asked about while it is new, so articles near the `as_of` day rank higher; a question that names other days moves
that point to them; one that asks about history switches it off. Which of these was done is always said.
"""

from datetime import date
from enum import StrEnum
from math import exp
from typing import Self

from pydantic import Field

from index.records import Record
from index.text import content, stem
from qa.dates import Interval, dated, history, interval

SCALE_DAYS = 14.0


class Prior(StrEnum):
    """Which articles are preferred for their date."""

    NEAR = "near"  # those near the as_of day
    INTERVAL = "interval"  # those of the days that the question names
    OFF = "off"  # none: it asks about history


class When(Record):
    """The days that a question asks about."""

    as_of: date = Field(description="The day that the question is asked on.")
    interval: Interval | None = Field(default=None, description="The days that the question names; None when it names none, or they were set aside.")
    prior: Prior = Prior.NEAR
    stems: frozenset[str] = Field(default=frozenset(), description="Of the question's words that name these days.")

    @classmethod
    def of(cls, text: str, lang: str, as_of: date, *, dates: bool = True) -> Self:
        """What a question says of time.

        Args:
            text: The question, standing alone.
            lang: Its language.
            as_of: The day that it is asked on.
            dates: Whether the days that it names count; False when the user took them away.

        >>> When.of("O que houve em março de 2025?", "pt", date(2026, 1, 20)).prior
        <Prior.INTERVAL: 'interval'>
        """
        found = [one for one in dated(text, lang, as_of) if not one.naming] if dates else []
        named = interval(found)
        stems = frozenset(stem(word, lang) for one in found for _, word in content(text[one.start : one.end], lang))
        if named and not _holds(named, as_of):
            return cls(as_of=as_of, interval=named, prior=Prior.INTERVAL, stems=stems)
        return cls(as_of=as_of, interval=named, stems=stems, prior=Prior.OFF if dates and not named and history(text, lang, as_of) else Prior.NEAR)

    def sets_aside(self, text: str, lang: str) -> bool:
        """Whether the question names days that are left out here, because the user took them away.

        >>> When(as_of=date(2026, 1, 20)).sets_aside("O que houve em março de 2025?", "pt")
        True
        """
        return self.interval is None and When.of(text, lang, self.as_of).interval is not None

    def nearness(self, day: date | None) -> float:
        """Nearness of an article's day to the days asked about: exp(-|days| / 14); 0 when it is unknown or the prior is off.

        >>> round(When(as_of=date(2026, 1, 15)).nearness(date(2026, 1, 1)), 3)
        0.368
        """
        if day is None or self.prior is Prior.OFF:
            return 0.0
        since, until = (self.interval.since, self.interval.until) if self.interval and self.prior is Prior.INTERVAL else (self.as_of, self.as_of)
        days = (since - day).days if since and day < since else (day - until).days if until and day > until else 0
        return exp(-days / SCALE_DAYS)


def _holds(named: Interval, day: date) -> bool:
    return (named.since is None or named.since <= day) and (named.until is None or day <= named.until)
