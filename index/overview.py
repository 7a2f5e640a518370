"""Overview: which articles there are over time, by outlet, language and section.

places of articles in a library's columns ──► bars from the first day to the last, and shares

In: a library and places of articles in it.  Out: numbers of articles, never of passages.  Never: reads an article; it counts columns.
A bar holds its first and last day, and so is a filter: asked for these days, the library answers from the articles that the bar counts.
"""

from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from index.library import Column, Library, Places
from index.records import Record

MOST_BARS = 60  # as many days, or else weeks, months, quarters, years, …: the smallest unit of which no more are needed
WEEK_DAYS = 7
UNIX = date(1970, 1, 1).toordinal()  # from it numpy counts its days
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
Unit = Literal["day", "week", "month", "quarter", "year", "decade", "century"]
UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year", "decade", "century")
Ints = npt.NDArray[np.int64]


class Bar(Record):
    """Articles of some days."""

    first: date = Field(description="First day, inclusive: the first bar begins on the day of the earliest article.")
    last: date = Field(description="Last day, inclusive: the last bar ends on the day of the latest article.")
    articles: int = Field(ge=0)


class Share(Record):
    """Articles of one outlet, language or section."""

    name: str = Field(min_length=1)
    articles: int = Field(ge=1)


class Overview(Record):
    """How many articles there are, and where they lie."""

    articles: int = Field(ge=0, description="In all.")
    origins: int = Field(ge=0, description="The same when copies of one article count once.")
    undated: int = Field(default=0, ge=0, description="Of them, those whose day is not known: they stand in no bar.")
    unit: Unit = Field(default="day", description="What a bar spans; weeks begin on Monday.")
    bars: tuple[Bar, ...] = Field(default=(), description="In order, without a gap; a bar may hold no article. Empty when no day is known.")
    outlets: tuple[Share, ...] = Field(default=(), description="Those that are named, the largest first; of equal ones by name.")
    languages: tuple[Share, ...] = Field(default=(), description="In the same order.")
    sections: tuple[Share, ...] = Field(default=(), description="In the same order.")


def overview(library: Library, places: Places) -> Overview:
    """Count articles of a library.

    Args:
        library: An opened one.
        places: Of the articles in `library.columns`, each once.
    """
    columns = library.columns
    days = columns.days[places].astype(np.int64)
    unit, bars = bars_of(days[days > 0])
    return Overview(
        articles=len(places),
        origins=int(np.count_nonzero(_counts(columns.origin, places))),
        undated=int(np.count_nonzero(days == 0)),
        unit=unit,
        bars=bars,
        outlets=_shares(columns.outlet, places),
        languages=_shares(columns.lang, places),
        sections=_shares(columns.section, places),
    )


def bars_of(days: Ints) -> tuple[Unit, tuple[Bar, ...]]:
    """Days, as ordinals in any order and with repeats, counted in bars of the smallest unit of which at most MOST_BARS are needed.

    >>> unit, bars = bars_of(np.array([date(2026, 1, day).toordinal() for day in (5, 7, 7)]))
    >>> unit, [(bar.first.day, bar.articles) for bar in bars]
    ('day', [(5, 1), (6, 0), (7, 2)])
    """
    if not len(days):
        return "day", ()
    first, last = int(days.min()), int(days.max())
    unit = next((unit for unit in UNITS if np.ptp(_numbers(np.array([first, last]), unit)) < MOST_BARS), UNITS[-1])
    numbers = _numbers(days, unit)
    counts = np.bincount(numbers - numbers.min())
    begins = _begins(np.arange(numbers.min(), numbers.min() + len(counts) + 1), unit)
    begins[0], begins[-1] = first, last + 1  # no bar reaches beyond the days counted, so that its days are no wider filter
    return unit, tuple(
        Bar(first=date.fromordinal(begin), last=date.fromordinal(end - 1), articles=articles)
        for begin, end, articles in zip(begins[:-1].tolist(), begins[1:].tolist(), counts.tolist(), strict=True)
    )


def _numbers(days: Ints, unit: Unit) -> Ints:
    """The number of the unit that each day lies in; units that follow on one another have numbers that do."""
    if unit == "day":
        return days
    if unit == "week":
        return (days - 1) // WEEK_DAYS  # day 1 of the calendar was a Monday
    months = (days - UNIX).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months // MONTHS[unit]


def _begins(numbers: Ints, unit: Unit) -> Ints:
    """The first day of the units of these numbers: `_numbers` turned round."""
    if unit == "day":
        return numbers
    if unit == "week":
        return numbers * WEEK_DAYS + 1
    months = (numbers * MONTHS[unit] - 1970 * 12).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64) + UNIX


def _counts(column: Column, places: Places) -> Ints:
    """How many of these articles have each code of a column."""
    return np.bincount(column.codes[places], minlength=len(column.names))


def _shares(column: Column, places: Places) -> tuple[Share, ...]:
    counts = _counts(column, places).tolist()
    found = [Share(name=name, articles=counts[code]) for name, code in column.names.items() if name and counts[code]]
    return tuple(sorted(found, key=lambda one: (-one.articles, one.name)))
