"""Articles over time: every one counted once, every day in one bar, and a bar's days are a filter that finds what it counts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Library, Settings, rebuild
from index.overview import MOST_BARS, Overview, bars_of, overview
from index.records import Filter

Small = Callable[..., Settings]
DAYS = st.dates(date(1875, 1, 4), date(2026, 12, 31))


def story(day: str = "", **fields: str) -> str:
    """A Markdown file of an article of a day."""
    given = {"published": day, **fields}
    lines = "".join(f"{name}: {value}\n" for name, value in given.items() if value)
    return f"---\n{lines}---\nA chuva voltou a cair sobre Vila Bruma, {day} {fields.get('title', '')}.\n"


@contextmanager
def opened(settings: Settings) -> Iterator[Library]:
    rebuild(settings)
    with Library.open(settings) as library:
        yield library


def counted(library: Library, where: Filter | None = None) -> Overview:
    return overview(library, library.answering(where))


@given(days=st.lists(DAYS, min_size=1, max_size=40))
def test_every_day_lies_in_one_bar_and_no_day_between_is_left_out(days: list[date]) -> None:
    _, bars = bars_of(np.array([day.toordinal() for day in days]))
    assert (bars[0].first, bars[-1].last) == (min(days), max(days))
    assert all(after.first - before.last == timedelta(days=1) for before, after in pairwise(bars))
    assert [bar.articles for bar in bars] == [sum(bar.first <= day <= bar.last for day in days) for bar in bars]


@given(days=st.lists(DAYS, min_size=1, max_size=5))
def test_there_are_never_more_bars_than_a_page_can_show(days: list[date]) -> None:
    assert 1 <= len(bars_of(np.array([day.toordinal() for day in days]))[1]) <= MOST_BARS


@pytest.mark.parametrize(
    ("first", "last", "unit", "bars"),
    [
        (date(2026, 1, 1), date(2026, 3, 1), "day", 60),
        (date(2026, 1, 1), date(2026, 3, 2), "week", 10),  # from the Monday before 1 January to Monday 2 March
        (date(2025, 1, 6), date(2026, 2, 28), "week", 60),
        (date(2025, 1, 6), date(2026, 3, 2), "month", 15),
        (date(2021, 1, 1), date(2026, 1, 1), "quarter", 21),
        (date(2011, 1, 1), date(2026, 1, 1), "year", 16),
        (date(1967, 1, 1), date(2026, 12, 31), "year", 60),
        (date(1966, 12, 31), date(2026, 1, 1), "decade", 7),
    ],
)
def test_a_bar_spans_the_smallest_unit_of_which_sixty_are_enough(first: date, last: date, unit: str, bars: int) -> None:
    found, made = bars_of(np.array([first.toordinal(), last.toordinal()]))
    assert (found, len(made)) == (unit, bars)


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    _, weeks = bars_of(np.array([date(2026, 1, 1).toordinal(), date(2026, 3, 20).toordinal()]))
    assert {bar.first.weekday() for bar in weeks[1:]} == {0}
    _, months = bars_of(np.array([date(2024, 1, 15).toordinal(), date(2026, 3, 20).toordinal()]))
    assert {bar.first.day for bar in months[1:]} == {1}


def test_articles_are_counted_and_not_their_passages(small: Small) -> None:
    long = story("2026-01-05", title="Longa") + "\n".join(f"No bairro {n}, a água subiu {n} metros em uma noite." for n in range(300))
    with opened(small({"a.md": long, "b.md": story("2026-01-07", title="Curta")})) as library:
        assert len(library) > 3
        found = counted(library)
        assert found.articles == 2
        assert [(bar.first.day, bar.articles) for bar in found.bars] == [(5, 1), (6, 0), (7, 1)]


def test_an_article_without_a_day_stands_in_no_bar_and_is_told_apart(small: Small) -> None:
    with opened(small({"a.md": story("2026-01-05", title="A"), "b.md": story(title="B")})) as library:
        found = counted(library)
        assert (found.articles, found.undated, sum(bar.articles for bar in found.bars)) == (2, 1, 1)


def test_the_largest_comes_first_and_of_equal_ones_the_first_by_name(small: Small) -> None:
    outlets = ["Correio", "Zênite", "Zênite", "Agência", ""]
    texts = {
        f"{n}.md": story(f"2026-01-0{n + 1}", title=f"Número {n}", outlet=name, section="Brasil", lang="pt" if n else "en")
        for n, name in enumerate(outlets)
    }
    with opened(small(texts)) as library:
        found = counted(library)
        assert [(one.name, one.articles) for one in found.outlets] == [("Zênite", 2), ("Agência", 1), ("Correio", 1)]
        assert [(one.name, one.articles) for one in found.languages] == [("pt", 4), ("en", 1)]
        assert [(one.name, one.articles) for one in found.sections] == [("Brasil", 5)]


def test_copies_of_one_article_are_one_origin(small: Small) -> None:
    text = "O governador disse que as obras da ponte começam em março e custam 30 milhões de reais. " * 12
    head = "---\npublished: 2026-01-0{n}\ntitle: Ponte\noutlet: Jornal {n}\n---\n"
    with opened(small({f"{n}.md": head.format(n=n) + text for n in (1, 2, 3)})) as library:
        found = counted(library)
        assert (found.articles, found.origins) == (3, 1)


def test_what_may_not_answer_is_not_counted(small: Small) -> None:
    texts = {"a.md": story("2026-01-05", title="A"), "b.md": story("2026-01-06", title="B", status="withheld")}
    with opened(small(texts)) as library:
        assert counted(library).articles == 1
        assert counted(library, Filter(until=date(2026, 1, 4))) == Overview(articles=0, origins=0)


def test_an_empty_library_has_no_bars(small: Small) -> None:
    settings = small({"a.md": story("2026-01-05")})
    with opened(settings) as library:
        assert counted(library, Filter(outlets=("Nenhum",))).bars == ()


def test_a_bar_is_a_filter_that_finds_what_it_counts(library: Library) -> None:
    found = counted(library)
    assert len(found.bars) > 10
    for bar in found.bars:
        assert counted(library, Filter(since=bar.first, until=bar.last)).articles == bar.articles
    for one in found.outlets:
        assert counted(library, Filter(outlets=(one.name,))).articles == one.articles


def test_an_overview_goes_to_json_and_back(library: Library) -> None:
    found = counted(library)
    assert Overview.model_validate_json(found.model_dump_json()) == found
