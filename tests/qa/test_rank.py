"""Ranking, worked by hand: every expectation is arithmetic from the formulas' own named constants."""

from datetime import date, timedelta
from itertools import pairwise
from math import exp, inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qa import rank
from qa.rank import DATE_WEIGHT, KIND_WEIGHT, LEXICAL_SHARE, LEXICAL_SHARE_ACROSS, PER_ARTICLE, date_weight, fuse, lexical_share, lift, scaled, spread

DAY = date(2026, 1, 14)
ROWS = some.integers(0, 2**40)
UNIT = some.floats(0, 1)


def test_the_best_score_becomes_one_and_the_worst_zero() -> None:
    assert scaled({7: 2.0, 8: 4.0, 9: 3.0, 10: 2.5}) == {7: 0.0, 8: 1.0, 9: 0.5, 10: 0.25}
    assert scaled({1: -0.5, 2: 0.5, 3: 0.0}) == {1: 0.0, 2: 1.0, 3: 0.5}


def test_equal_scores_are_all_the_best() -> None:
    assert scaled({4: 0.3, 5: 0.3}) == {4: 1.0, 5: 1.0}
    assert scaled({4: 0.0}) == {4: 1.0}
    assert scaled({}) == {}


def test_a_day_s_nearness_falls_by_e_in_a_scale_of_days() -> None:
    assert date_weight(DAY, DAY) == 1.0
    scale = timedelta(days=rank.DATE_SCALE_DAYS)
    assert isclose(date_weight(DAY - scale, DAY), exp(-1))
    assert isclose(date_weight(DAY - 2 * scale, DAY), exp(-2))


def test_a_row_that_holds_the_kind_asked_for_is_raised_by_its_weight_and_no_more() -> None:
    ranked = [(1, 0.9), (3, 0.9 - KIND_WEIGHT), (2, 0.9 - 1.5 * KIND_WEIGHT), (4, 0.1)]
    assert lift(ranked, {2, 3}) == [(1, 0.9), (3, 0.9 - KIND_WEIGHT + KIND_WEIGHT), (2, 0.9 - 1.5 * KIND_WEIGHT + KIND_WEIGHT), (4, 0.1)]
    assert lift(ranked, ()) == ranked
    assert lift([], {1}) == []


def test_before_and_after_are_equally_near_and_an_unknown_day_is_not_near_at_all() -> None:
    assert date_weight(DAY - timedelta(days=5), DAY) == date_weight(DAY + timedelta(days=5), DAY)
    assert date_weight(None, DAY) == 0.0


def test_the_share_of_words_depends_on_both_languages() -> None:
    for lang in ("pt", "en"):
        assert lexical_share(lang, lang) == LEXICAL_SHARE[lang, lang]
        assert lexical_share(lang, "") == LEXICAL_SHARE[lang, lang]
    assert lexical_share("pt", "en") == lexical_share("en", "pt") == LEXICAL_SHARE_ACROSS
    assert all(0 <= share <= 1 for share in (*LEXICAL_SHARE.values(), LEXICAL_SHARE_ACROSS))


def test_a_score_is_the_shares_of_words_and_meaning_and_the_nearness_of_the_day() -> None:
    cosines = {1: 0.2, 2: 0.4, 3: 0.3}  # scaled: 0, 1, 1/2
    bm25 = {1: 8.0, 3: 2.0}  # row 2 has no term: 8, 0, 2 become 1, 0, 1/4
    shares = {1: 0.75, 2: 0.75, 3: 0.25}
    dates = {1: 0.0, 2: 0.5, 3: 1.0}
    by_hand = {
        1: 0.75 * 1 + 0.25 * 0 + DATE_WEIGHT * 0,
        2: 0.75 * 0 + 0.25 * 1 + DATE_WEIGHT * 0.5,
        3: 0.25 * 0.25 + 0.75 * 0.5 + DATE_WEIGHT * 1,
    }
    assert dict(fuse(cosines, bm25, shares, dates)) == pytest.approx(by_hand)


def test_without_a_word_in_common_only_meaning_and_day_count() -> None:
    assert fuse({1: 0.9, 2: 0.1}, {}, {1: 0.6, 2: 0.6}, {1: 0.0, 2: 0.0}) == [(1, pytest.approx(0.4)), (2, 0.0)]


def test_of_equal_scores_the_smaller_row_comes_first() -> None:
    same = dict.fromkeys((9, 3, 7), 0.5)
    assert [row for row, _ in fuse(same, {}, same, same)] == [3, 7, 9]
    assert [row for row, _ in fuse(same, dict.fromkeys(same, 2.0), same, same)] == [3, 7, 9]


def test_no_candidate_gives_no_list() -> None:
    assert fuse({}, {}, {}, {}) == []


@given(some.dictionaries(ROWS, some.tuples(some.floats(-1, 1), some.floats(0, 50), UNIT, UNIT, some.booleans()), max_size=40))
def test_every_candidate_comes_back_once_in_order(rows: dict[int, tuple[float, float, float, float, bool]]) -> None:
    cosines = {row: value[0] for row, value in rows.items()}
    bm25 = {row: value[1] for row, value in rows.items() if value[4]}
    ranked = fuse(cosines, bm25, {row: value[2] for row, value in rows.items()}, {row: value[3] for row, value in rows.items()})
    assert sorted(row for row, _ in ranked) == sorted(rows)
    assert ranked == sorted(ranked, key=lambda pair: (-pair[1], pair[0]))
    assert all(0 <= score < inf for _, score in ranked)


@given(some.dictionaries(ROWS, some.floats(-1, 1), min_size=1, max_size=40))
def test_scaling_keeps_the_order(scores: dict[int, float]) -> None:
    found = scaled(scores)
    assert max(found.values()) == 1.0
    assert all(0 <= value <= 1 for value in found.values())
    order = sorted(scores, key=lambda row: scores[row])
    assert all(found[low] <= found[high] for low, high in pairwise(order))


def test_one_article_takes_only_its_places() -> None:
    ranked = [(1, 0.9), (2, 0.8), (3, 0.7), (4, 0.6), (5, 0.5)]
    group = {1: "a", 2: "a", 3: "a", 4: "b", 5: "c"}
    assert spread(ranked, group, k=3, most=2) == [(1, 0.9), (2, 0.8), (4, 0.6)]
    assert spread(ranked, group, k=5, most=1) == [(1, 0.9), (4, 0.6), (5, 0.5)]
    assert spread([], {}, k=3) == []


@given(some.lists(some.sampled_from("abcdef"), max_size=40), some.integers(1, 50))
def test_spreading_keeps_the_order_and_leaves_out_no_more_than_it_must(names: list[str], k: int) -> None:
    ranked = [(row, 1 / (row + 1)) for row in range(len(names))]
    kept = spread(ranked, dict(enumerate(names)), k)
    assert [pair for pair in ranked if pair in kept] == kept
    assert len(kept) == min(k, sum(min(PER_ARTICLE, names.count(name)) for name in set(names)))
