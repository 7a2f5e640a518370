"""What each way of writing a date means: the match of its rule and the words around it → days, or None.

None says that it is no date after all, and then nothing inside it is one either: 31 de fevereiro is not February.  Pure.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import NamedTuple

from qa.dateasked import Asked, capital
from qa.datewords import (
    BEFORE_MONTH,
    BEFORE_WEEKDAY,
    BEFORE_WEEKEND,
    BEFORE_YEAR,
    COLOURS,
    DAY_WORDS,
    DAYTIMES,
    EVENTS,
    EVERY,
    FEASTS,
    FROM_MONDAY,
    LASTING,
    MODES,
    MONTH_NAMES,
    MONTHS,
    MONTHS_AFTER,
    MONTHS_BEFORE,
    MORE_THAN,
    NEAR_CHARS,
    NOT_BEFORE_DAY,
    NOT_BEFORE_WEEKDAY,
    NUMBERED,
    NUMBERS,
    OF,
    ORDINAL_DAYS,
    ORDINALS,
    POSSESSIVE,
    SHIFT,
    STREETS,
    TO_WEEKEND,
    UNITS,
    WEEKDAYS,
)
from qa.days import UNIT_MONTHS, Pair, in_month, in_week, in_year, month_of, moved, nearest, period, plus, week_of


class Means(NamedTuple):
    """The days that an expression means; `around` finds them anew near another day, when the words leave the year or week open."""

    since: date | None
    until: date | None
    naming: bool = False
    around: Callable[[date, str], Pair | None] | None = None


def _open(asked: Asked, span: Callable[[int], Pair | None], count: Callable[[date], int], mode: str = "", naming: bool = False) -> Means | None:
    """What an expression that leaves its year, month or week open means."""
    around = partial(nearest, span, count)
    pair = around(asked.as_of, mode)
    return Means(*pair, naming=naming, around=None if mode else around) if pair else None


def _by_year(asked: Asked, match: re.Match[str], span: Callable[[int], Pair | None], mode: str = "", naming: bool = False) -> Means | None:
    """What days of a year mean, the year being named, told from today's ("do ano passado"), or left open."""
    year, other = _group(match, "year"), _mode(_group(match, "of"))
    if year or other:
        pair = span(_full(year) if year else asked.as_of.year + SHIFT[other])
        return Means(*pair) if pair else None
    return _open(asked, span, lambda day: day.year, mode, naming)


def _group(match: re.Match[str], name: str) -> str:
    return match.groupdict().get(name) or ""


def _mode(words: str) -> str:
    """Which of its kind is meant: the last, this or the next one."""
    return next((mode for mode, sign in MODES if re.search(sign, words)), "") if words else ""


def _full(year: str) -> int:
    return int(year) + 2000 * (len(year) == 2)


def numeric(asked: Asked, match: re.Match[str]) -> Means | None:
    """7/1/2026, day first in Portuguese and month first in English unless that is no date; 2026-01-07."""
    day, month, year = int(match["day"]), int(match["month"]), _full(match["year"])
    if asked.lang == "en" and match.start("day") < match.start("month"):
        day, month = month, day
    if month > 12 and match.start("day") < match.start("year"):
        day, month = month, day
    pair = in_year(month, day, day, 0, year)
    return Means(*pair) if pair else None


def day_and_month(asked: Asked, match: re.Match[str]) -> Means | None:
    """7 de janeiro de 2026, 1º a 7 de maio; January 7, 7th of January. Streets and stadiums are called like days too."""
    before, earlier = asked.before(match.start())
    after = asked.after(match.end())
    if match.start() == match.start("day") and (before.text in STREETS or (asked.lang == "pt" and before.text in ("na", "da", "pela"))):
        return None
    if not _group(match, "year") and not _group(match, "of") and asked.text[match.start("month") : match.end("month")] in ("may", "march"):
        day_first = match.start("day") < match.start("month")
        if asked.content(after) or (day_first and before.text != "on" and " of " not in match.group()):
            return None
    first = 1 if match["day"] == "primeiro" else int(match["day"])
    days = partial(in_year, MONTHS[match["month"][:3]], first, int(_group(match, "last") or first), 0)
    event = after.text in EVENTS or before.text in EVENTS or (before.text in OF and earlier.text in EVENTS)
    mode = _mode(_group(match, "mode"))
    return _by_year(asked, match, _falling(match, days), mode, event) or _by_year(asked, match, days, mode, event)


def month(asked: Asked, match: re.Match[str]) -> Means | None:
    """Em março, março de 2025, agosto do ano passado; in March, last August."""
    written, mode = asked.text[match.start("month") : match.end("month")], _group(match, "mode") or _group(match, "tail")
    year = bool(_group(match, "year") or _group(match, "of"))
    short = match["month"] not in MONTH_NAMES[asked.lang]
    if (short and not year) or not (_month_pt if asked.lang == "pt" else _month_en)(asked, match, written, mode, year):
        return None
    return _by_year(asked, match, partial(in_year, MONTHS[match["month"][:3]], 1, 0, 1), _mode(mode))


def _month_pt(asked: Asked, match: re.Match[str], written: str, mode: str, year: bool) -> bool:
    """Whether a Portuguese month is meant: not Rio de Janeiro, Outubro Rosa, a landmark (marco), a Marco or a maiô."""
    if written in ("maiô", "Marco") or asked.after(match.end()).text in COLOURS:
        return False
    preposition = asked.before(match.start())[0].text in BEFORE_MONTH["pt"] or bool(mode) or match.group().startswith("mes")
    return preposition or (written != "marco" and (year or (not written[0].isupper() and written != "maio")))


def _month_en(asked: Asked, match: re.Match[str], written: str, mode: str, year: bool) -> bool:
    """Whether an English month is meant: not the verb or the name May, a march, April or the October Revolution."""
    (before, _), after, verb = asked.before(match.start()), asked.after(match.end()), written in ("may", "march")
    if (
        year
        or MONTHS_AFTER.match(asked.folded, match.end())
        or MONTHS_BEFORE.search(asked.folded[max(0, match.start() - NEAR_CHARS) : match.start()])
    ):
        return True
    if mode:
        return not verb or (mode != "this" and before.text != "the")
    if verb or before.text in BEFORE_MONTH["en"]:
        return before.text in (("in", "since", "until", "by") if verb else BEFORE_MONTH["en"])
    if match["month"] in ("march", "april", "may", "june", "august"):
        return before.text == "the" and written[0].isupper() and asked.content(after) and not after.capital
    return not after.capital and not asked.name(before)


def day_slash_month(asked: Asked, match: re.Match[str]) -> Means | None:
    """Em 7/1, in Portuguese only: elsewhere it is a fraction or a score."""
    if asked.before(match.start())[0].text not in ("em", "dia", "desde", "ate") or asked.after(match.end()).text in OF:
        return None
    return _open(asked, partial(in_year, int(match["month"]), int(match["day"]), int(match["day"]), 0), lambda day: day.year)


def day_alone(asked: Asked, match: re.Match[str]) -> Means | None:
    """No dia 13."""
    vague = asked.before(match.start())[0].text in EVERY or asked.content(asked.after(match.end()))
    return None if vague else day_of_month(asked, match)


def day_of_month(asked: Asked, match: re.Match[str]) -> Means | None:
    """Nesta quarta-feira (14)."""
    days = partial(in_month, int(match["day"]))
    return _open(asked, _falling(match, days), month_of) or _open(asked, days, month_of)


def _falling(match: re.Match[str], span: Callable[[int], Pair | None]) -> Callable[[int], Pair | None]:
    """The days of a span, only where they begin on the weekday that is named with them: it tells the year or the month."""
    if not (name := _group(match, "on")):
        return span

    def days(turn: int) -> Pair | None:
        pair = span(turn)
        return pair if pair and pair[0].weekday() == WEEKDAYS[name[:3]] else None

    return days


def part_of_year(asked: Asked, match: re.Match[str]) -> Means | None:
    """Terceiro trimestre de 2025, 3T25, primeiro semestre; Q3 2025, first half of 2025."""
    which, half = ORDINALS[match["which"][:3]], match["part"][0] in "smh"
    before = asked.before(match.start())[0]
    if which > (2 if half else 4) or asked.name(before):
        return None
    if match["part"] == "q" and not _group(match, "year") and not _group(match, "of") and before.text not in BEFORE_MONTH["en"]:
        return None
    months = 6 if half else 3
    which = which or 12 // months
    return _by_year(asked, match, partial(in_year, (which - 1) * months + 1, 1, 0, months))


def decade(_: Asked, match: re.Match[str]) -> Means | None:
    """Anos 1990, década de 80, the 1990s, the '90s: 10 and 20 are of this century, 30 to 90 of the last."""
    decade = int(match["decade"])
    if decade < 100:
        decade += 2000 if decade < 30 else 1900
    return Means(date(decade, 1, 1), date(decade + 9, 12, 31))


def years(asked: Asked, match: re.Match[str]) -> Means | None:
    """2019-2021, 2024/25. Anything else that is joined to a year by a hyphen is a code."""
    first, last = int(match["first"]), match["until"]
    until = int(str(first)[: 4 - len(last)] + last)
    return Means(date(first, 1, 1), date(until, 12, 31), naming=_naming(asked, match)) if first < until else None


def year(asked: Asked, match: re.Match[str]) -> Means | None:
    """A year, unless the number counts something: never before a plural of things, after a quantity or a bare verb."""
    (before, earlier), after = asked.before(match.start()), asked.after(match.end())
    placed = before.text in BEFORE_YEAR[asked.lang] or before.text in EVENTS or before.text.endswith(POSSESSIVE)
    loose = not before.text or asked.name(before) or (before.capital and before.opens and int(match["year"]) % 100 != 0)
    small = bool(before.text) and not asked.content(before)
    if asked.content(after) and not after.capital:
        things = after.text.endswith("s") and not re.search(r"ss$|[ai]d[oa]s$", after.text) and after.text not in EVENTS
        weak = before.text in OF or before.text == "a"
        fits = (placed and not (weak and things)) or after.text in EVENTS or asked.name(before)
    else:
        fits = placed or loose or small or int(match["year"]) % 100 != 0
    many = f"{earlier.text} {before.text}" in MORE_THAN or before.text in MORE_THAN
    if not fits or many or NUMBERED.search(asked.folded[max(0, match.start() - NEAR_CHARS) : match.start()]):
        return None
    year = int(match["year"])
    return Means(date(year, 1, 1), date(year, 12, 31), naming=_naming(asked, match))


def _naming(asked: Asked, match: re.Match[str]) -> bool:
    """Whether a year belongs to a name: Copa de 2022, Eleições 2018, the 2022 World Cup."""
    (before, earlier), after = asked.before(match.start()), asked.after(match.end())
    if before.text in OF:
        return asked.name(earlier) or earlier.text in EVENTS or (asked.lang == "en" and after.capital)
    if before.text in EVENTS or asked.name(before) or (before.capital and before.opens and asked.content(before)):
        return True
    return asked.lang == "en" and before.text not in BEFORE_MONTH["en"] and (after.capital or after.text in EVENTS)


def day_word(asked: Asked, match: re.Match[str]) -> Means | None:
    """Hoje, ontem, anteontem, esta noite; today, the day before yesterday, last night. Not "Jornal Hoje", "o amanhã"."""
    before, earlier = asked.before(match.start())
    if _title(asked, match) or before.text in NOT_BEFORE_DAY[asked.lang] or earlier.text == "dias":
        return None
    day = plus(asked.as_of, DAY_WORDS.get(" ".join(match.group().split()), 0))
    return Means(day, day)


def _title(asked: Asked, match: re.Match[str]) -> bool:
    """Whether capitals tell that it is a title: Last Week Tonight, USA Today."""
    if not capital(asked.text[match.start() : match.end()].split()[-1]):
        return False
    before = asked.before(match.start())[0]
    return " " in match.group() or (before.capital and asked.content(before)) or (match.start() > 0 and asked.after(match.end()).capital)


def _unit(match: re.Match[str]) -> str:
    return UNITS[re.sub(r"\W+", " ", match["unit"])]


def calendar(asked: Asked, match: re.Match[str]) -> Means | None:
    """Esta semana, mês passado, no próximo ano, no último mês; this week, last year, the past month, the weekend."""
    words, unit, today = _group(match, "mode") or _group(match, "tail"), _unit(match), asked.as_of
    mode = _mode(words) or ("this" if _group(match, "this") else "")
    before = asked.before(match.start())[0].text
    if _title(asked, match) or (not mode and before not in BEFORE_WEEKEND):
        return None
    if unit == "weekend":
        return _open(asked, partial(in_week, 5, 6), week_of, mode)
    if words.endswith("past") or (mode == "last" and before == "the") or (unit == "decade" and mode == "last"):
        return Means(moved(today, -1, unit), today)
    since, until = period(moved(today.replace(day=1) if unit in UNIT_MONTHS else today, SHIFT[mode] * (1 + words.startswith("re")), unit), unit)
    return Means(since, today if words.startswith("ultim") and unit in ("week", "month", "year") else until)


def rolling(asked: Asked, match: re.Match[str]) -> Means | None:
    """Nos últimos 3 dias, in the past two weeks, next ten days: up to today, or from today on."""
    unit, number = _unit(match), _number(match)
    if unit == "hour":
        unit, number = "day", -(-number // 24)
    day = asked.as_of
    return Means(day, moved(day, number, unit)) if _mode(match["mode"]) == "next" else Means(moved(day, -number, unit), day)


def ago(asked: Asked, match: re.Match[str]) -> Means | None:
    """Há dois dias, três meses atrás, two years ago: the day, or the calendar period."""
    before, earlier = asked.before(match.start())
    if f"{earlier.text} {before.text}" in MORE_THAN or before.text in MORE_THAN or re.match(LASTING, before.text):
        return None
    unit = _unit(match)
    return Means(*period(moved(asked.as_of, -_number(match), unit), unit))


def _number(match: re.Match[str]) -> int:
    number = match["number"]
    return int(number) if number.isdigit() else NUMBERS[number]


def weekday(asked: Asked, match: re.Match[str]) -> Means | None:
    """Na segunda-feira, sexta passada, nesta terça; last Tuesday, on Friday. Not every Sunday, Black Friday, Monday to Friday, "a segunda maior"."""
    (before, _), after, start, end = asked.before(match.start()), asked.after(match.end()), match.start("weekday"), match.end()
    tail, day = _group(match, "tail"), WEEKDAYS[match["weekday"][:3]]
    mode = _group(match, "mode") or tail
    workdays = TO_WEEKEND.match(asked.folded, end) if day == 0 else day >= 4 and FROM_MONDAY.search(asked.folded[max(0, start - NEAR_CHARS) : start])
    if workdays or before.text in NOT_BEFORE_WEEKDAY or FEASTS.match(asked.folded, end):
        return None
    if match["weekday"] in ORDINAL_DAYS:
        alone = tail or DAYTIMES.match(asked.folded, end) or not (asked.content(after) or after.text in OF | {"e", "ou"})
        if not alone or not (mode or before.text in ("na", "ate", "desde")) or asked.ordinals:
            return None
    named = asked.text[start].isupper() and (after.capital or asked.name(before) or (asked.lang == "pt" and day >= 5))
    if named and match["weekday"] not in ORDINAL_DAYS and not mode and before.text not in BEFORE_WEEKDAY:
        return None
    this = asked.lang == "pt" and _mode(mode) == "this"  # "nesta quarta" is how news in Portuguese tells of the latest one
    return _open(asked, partial(in_week, day, day), week_of, "" if this else _mode(mode))
