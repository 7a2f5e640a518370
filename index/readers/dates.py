"""The dates of articles: a strict parser.  Unknown stays unknown.

    ISO 8601      2026-01-14   2026-01-14T18:30:00-03:00   2026-01-14 18:30Z   20260114   20260114T183000Z
    RFC 2822      Wed, 14 Jan 2026 18:30:00 -0300
    Unix epoch    1768426200 or 1768426200000, only when it comes as a number
    as stated     03/04/2026 by "%d/%m/%Y", only when whoever keeps the file says so

Pure functions.  Never: a guess.  A day without a time is midnight, a time without a zone is UTC unless another is stated;
whatever can be read in two ways (03/04/2026, an hour that the clocks of its zone had twice or never), is in words,
contradicts itself or lies outside the years 1700 to 2100 is None.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

UNSURE = " (no sure date by the field map)"  # stands behind a date that does not fit what its field map says, so that nothing reads it otherwise
YEARS = range(1700, 2101)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:(?:[Tt]|\s)(?P<time>(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)(?:(?<=:\d\d:\d\d)[.,]\d+)?\s?(?P<zone>[Zz]|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?)?",
    re.ASCII,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[Tt]?([01]\d|2[0-3])([0-5]\d)([0-5]\d)([Zz]|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?", re.ASCII)
_RFC = re.compile(
    r"(?:(?P<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun),\s*)?\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+\d{4}"
    r"\s+(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s+(?:[+-](?:0\d|1[0-4])[0-5]\d|UTC?|GMT|Z|[ECMP][SD]T))?",
    re.ASCII | re.IGNORECASE,
)

_EITHER = re.compile(r"\s*(0?[1-9]|1[0-2])([/.-])(0?[1-9]|1[0-2])\2(?:\d{4}|\d\d)\b", re.ASCII)


def parse(value: object, zone: tzinfo = UTC, formats: Sequence[str] = ()) -> datetime | None:
    """The instant that a metadata field names; None when it names none for certain.

    Args:
        value: Text, or a number as JSON has it. Anything else is None.
        zone: Where the clock hung that a time without a zone was read from.
        formats: How the dates are written, in the signs of strptime; when any is given, what fits none of them is None.

    Returns:
        An aware datetime in the field's own offset, in whole minutes from UTC.

    >>> parse("2026-01-14T18:30:00-03:00").isoformat(), parse("2026-01-14").isoformat()
    ('2026-01-14T18:30:00-03:00', '2026-01-14T00:00:00+00:00')
    >>> parse("Wed, 14 Jan 2026 18:30:00 GMT") == parse(1768415400) == parse("20260114T183000Z")
    True
    >>> parse("03/04/2026"), parse("ontem"), parse("May"), parse("12"), parse("2026-02-30")
    (None, None, None, None, None)
    >>> parse("03/04/2026 9:05", formats=["%d/%m/%Y %H:%M"]).isoformat()
    '2026-04-03T09:05:00+00:00'
    """
    if formats and isinstance(value, str | int) and not isinstance(value, bool):
        found = _as_stated(" ".join(str(value).split()), formats) if isinstance(value, int) or len(value) <= 100 else None
    elif formats:
        found = None
    elif isinstance(value, str):
        found = _text(" ".join(value.split())) if len(value) <= 100 else None
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = _number(value)
    else:
        found = None
    if found is None or found.year not in YEARS:
        return None
    return _placed(found, zone)


def ambiguous(text: str) -> bool:
    """Whether a date in figures could be two days: which is the month is not said.

    >>> ambiguous("03/04/2026 9:05"), ambiguous("13/04/2026"), ambiguous("04.04.2026"), ambiguous("ontem")
    (True, False, False, False)
    """
    parts = _EITHER.match(text)
    return parts is not None and parts[1].lstrip("0") != parts[3].lstrip("0")


def _placed(found: datetime, zone: tzinfo) -> datetime | None:
    """The instant with its offset; None for an hour that its zone had twice or never. Midnight stands for a day, which was once."""
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
        if (found.hour or found.minute) and found.utcoffset() != found.replace(fold=1).utcoffset():
            return None
    offset = found.utcoffset() or timedelta()
    return found.astimezone(timezone(timedelta(minutes=-(-offset // timedelta(minutes=1)))))


def _as_stated(text: str, formats: Sequence[str]) -> datetime | None:
    """What the first format says that fits."""
    for form in formats:
        try:
            return datetime.strptime(text, form).replace(microsecond=0)  # noqa: DTZ007 - its zone is given after
        except (ValueError, OverflowError):  # it does not fit
            continue
    return None


def _text(text: str) -> datetime | None:
    try:
        if match := _ISO.fullmatch(text):
            zone = (match["zone"] or "").upper()
            zone = "+00:00" if zone in ("Z", "UTC", "GMT") else zone
            return datetime.fromisoformat(match["day"] + ("T" + match["time"] + zone if match["time"] else ""))
        if match := _COMPACT.fullmatch(text):
            year, month, day, hour, minute, second, zone = match.groups()
            return datetime.fromisoformat(f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{(zone or '').upper()}")
        if match := _RFC.fullmatch(text):
            found = parsedate_to_datetime(text)
            weekday = match["weekday"]
            found = found.replace(tzinfo=UTC) if text.endswith("-0000") else found
            return found if not weekday or _WEEKDAYS[found.weekday()] == weekday.title() else None
    except (ValueError, OverflowError):  # 30 February
        return None
    return None


def _number(value: int | float) -> datetime | None:
    """Epoch seconds (9 or 10 digits) or milliseconds (12 or 13); eight digits are a day, as in 20260114."""
    if not 0 < value < 1e15:  # also what is no number
        return None
    whole = str(int(value))
    if len(whole) == 8:
        return _text(whole) if value == int(value) else None
    if len(whole) not in (9, 10, 12, 13) or _reads_as_clock(whole):
        return None
    return datetime.fromtimestamp(value if len(whole) <= 10 else value / 1000, UTC)


def _reads_as_clock(digits: str) -> bool:
    """Whether the digits could also be YYYYMMDDHH or YYYYMMDDHHMM since 1970.

    >>> _reads_as_clock("2026011418"), _reads_as_clock("1768415400")
    (True, False)
    """
    form = {10: "%Y%m%d%H", 12: "%Y%m%d%H%M"}.get(len(digits))
    try:
        return form is not None and 1970 <= datetime.strptime(digits, form).year <= YEARS[-1]  # noqa: DTZ007 - only its year is used
    except ValueError:
        return False
