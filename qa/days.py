"""Days: calendar periods, moves and turns that never leave the calendar.  What "the week", "three months on" and "the nearest Friday" are.

In: days, units and numbers.  Out: days, or the first and the last of some in a row.  Pure; no word of any language is known here.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

UNIT_DAYS = {"day": 1, "week": 7}
UNIT_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120}

Pair = tuple[date, date]  # the first and the last of some days in a row


def plus(day: date, days: int) -> date:
    """A day moved, but never out of the calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def months_on(day: date, months: int) -> date:
    """The same day some months on, or the last day of that month; never out of the calendar."""
    year, month = divmod(month_of(day) + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if months < 0 else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def moved(day: date, by: int, unit: str) -> date:
    """A day moved by a number of units."""
    return months_on(day, by * UNIT_MONTHS[unit]) if unit in UNIT_MONTHS else plus(day, by * UNIT_DAYS[unit])


def period(day: date, unit: str) -> Pair:
    """The day, or the calendar week, month, quarter, half, year or decade that holds it.

    >>> period(date(2026, 1, 20), "week") == (date(2026, 1, 19), date(2026, 1, 25))
    True
    """
    if unit in UNIT_DAYS:
        first = plus(day, -day.weekday() if unit == "week" else 0)
        return first, plus(first, UNIT_DAYS[unit] - 1)
    months = UNIT_MONTHS[unit]
    first = months_on(day.replace(day=1), -(month_of(day) % months))
    return first, plus(months_on(first, months), -1)


def in_year(month: int, first: int, last: int, months: int, year: int) -> Pair | None:
    """Days of a month in a year, or some whole months when `last` is 0; None when there are no such days.

    >>> in_year(1, 7, 9, 0, 2026) == (date(2026, 1, 7), date(2026, 1, 9)), in_year(2, 31, 31, 0, 2026)
    (True, None)
    >>> in_year(7, 1, 0, 3, 2025) == (date(2025, 7, 1), date(2025, 9, 30))
    True
    """
    try:
        since = date(year, month, first)
        until = date(year, month, last) if last else plus(months_on(since, months), -1)
    except ValueError:
        return None
    return (since, until) if since <= until else None


def in_month(day: int, month: int) -> Pair | None:
    """A day of a month; months are counted from January of the year 0."""
    return in_year(month % 12 + 1, day, day, 0, month // 12)


def in_week(first: int, last: int, week: int) -> Pair | None:
    """Days of a week, 0 being Monday; weeks are counted from that of 1 January of the year 1, a Monday."""
    try:
        return date.fromordinal(week * 7 + first + 1), date.fromordinal(week * 7 + last + 1)
    except (ValueError, OverflowError):
        return None


def nearest(span: Callable[[int], Pair | None], count: Callable[[date], int], day: date, mode: str) -> Pair | None:
    """Of the days that a span takes in each year, month or week, those that a mode means, seen from a day.

    Args:
        span: The days in a year, month or week of that number; None when there are none.
        count: The number of the year, month or week that holds a day.
        day: From where it is looked.
        mode: "last" is over, "next" has not begun, "this" is of the same number, "near" lies nearest on either side (the
            earlier of two), "" has begun.

    Returns:
        None when there are no such days within eight turns, which are enough for 29 February.

    >>> nearest(lambda week: in_week(4, 4, week), week_of, date(2026, 1, 20), "near") == (date(2026, 1, 23), date(2026, 1, 23))
    True
    """
    here = count(day)
    if mode == "this":
        return span(here)
    found = [pair for turn in range(here - 8, here + 9) if (pair := span(turn))]
    if mode == "next":
        return next((pair for pair in found if pair[0] > day), None)
    if mode == "near":
        return min(found, key=lambda pair: max(pair[0] - day, day - pair[1], timedelta(0)), default=None)
    return next((pair for pair in reversed(found) if (pair[1] < day if mode == "last" else pair[0] <= day)), None)


def week_of(day: date) -> int:
    """The number of the week that holds a day, as `in_week` counts them."""
    return (day.toordinal() - 1) // 7


def month_of(day: date) -> int:
    """The number of the month that holds a day, as `in_month` counts them."""
    return day.year * 12 + day.month - 1
