"""When: the days a question asks about, and how near to them an article is, by hand."""

from datetime import date, timedelta
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qa.dates import Interval
from qa.when import SCALE_DAYS, Prior, When

AS_OF = date(2026, 1, 20)
MARCH = Interval(since=date(2025, 3, 1), until=date(2025, 3, 31))
IN_MARCH = When(as_of=AS_OF, interval=MARCH, prior=Prior.INTERVAL)
DAYS = some.dates(date(1900, 1, 1), date(2100, 1, 1))


def test_nearness_falls_by_e_in_a_scale_of_days() -> None:
    when, scale = When(as_of=AS_OF), timedelta(days=SCALE_DAYS)
    assert when.nearness(AS_OF) == 1.0
    assert when.nearness(AS_OF - scale) == pytest.approx(exp(-1))
    assert when.nearness(AS_OF - 2 * scale) == pytest.approx(exp(-2))


def test_before_and_after_are_equally_near_and_an_unknown_day_is_not_near_at_all() -> None:
    when = When(as_of=AS_OF)
    assert when.nearness(AS_OF - timedelta(days=5)) == when.nearness(AS_OF + timedelta(days=5)) == pytest.approx(exp(-5 / SCALE_DAYS))
    assert when.nearness(None) == IN_MARCH.nearness(None) == 0.0


def test_every_day_of_the_interval_is_as_near_and_others_by_the_days_to_its_edge() -> None:
    assert {IN_MARCH.nearness(date(2025, 3, day)) for day in range(1, 32)} == {1.0}
    assert IN_MARCH.nearness(date(2025, 2, 22)) == IN_MARCH.nearness(date(2025, 4, 7)) == pytest.approx(exp(-7 / SCALE_DAYS))


def test_an_open_end_goes_on_for_ever() -> None:
    since = When(as_of=AS_OF, interval=Interval(since=date(2027, 1, 1), until=None), prior=Prior.INTERVAL)
    until = When(as_of=AS_OF, interval=Interval(since=None, until=date(2020, 1, 1)), prior=Prior.INTERVAL)
    assert since.nearness(date.max) == until.nearness(date.min) == 1.0
    assert since.nearness(date(2026, 12, 30)) == until.nearness(date(2020, 1, 3)) == pytest.approx(exp(-2 / SCALE_DAYS))


def test_for_history_no_day_is_near() -> None:
    assert When(as_of=AS_OF, prior=Prior.OFF).nearness(AS_OF) == 0.0


@given(DAYS, DAYS, DAYS, DAYS, some.sampled_from(Prior))
def test_nearness_is_a_share_whatever_the_days(as_of: date, one: date, other: date, day: date, prior: Prior) -> None:
    assert 0 <= When(as_of=as_of, interval=Interval(since=min(one, other), until=max(one, other)), prior=prior).nearness(day) <= 1


@pytest.mark.parametrize(
    ("text", "lang", "prior", "since", "until"),
    [
        ("O que houve em março de 2025?", "pt", Prior.INTERVAL, date(2025, 3, 1), date(2025, 3, 31)),
        ("What did the court say on 5 June 2025?", "en", Prior.INTERVAL, date(2025, 6, 5), date(2025, 6, 5)),
        ("O que houve em 2026?", "pt", Prior.NEAR, date(2026, 1, 1), date(2026, 12, 31)),  # holds today: near today is within it
        ("Quem treinou o modelo?", "pt", Prior.NEAR, None, None),
        ("When was Nvidia founded?", "en", Prior.OFF, None, None),
        ("Quando a fábrica foi fundada?", "pt", Prior.OFF, None, None),
        ("Quem venceu a Copa de 2022?", "pt", Prior.OFF, None, None),  # the year is part of the name
    ],
)
def test_what_a_question_says_of_time(text: str, lang: str, prior: Prior, since: date | None, until: date | None) -> None:
    when = When.of(text, lang, AS_OF)
    assert when.as_of == AS_OF
    assert when.prior is prior
    assert (when.interval.since, when.interval.until) == (since, until) if when.interval else since is until is None


@pytest.mark.parametrize("text", ["O que houve em março de 2025?", "Quando a fábrica foi fundada?", "Quem venceu a Copa de 2022?"])
def test_dates_set_aside_leave_the_day_of_asking(text: str) -> None:
    assert When.of(text, "pt", AS_OF, dates=False) == When(as_of=AS_OF)
