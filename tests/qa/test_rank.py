"""Ranking, worked by hand: every expectation is arithmetic; what parts are worth is given, or read from weights.toml."""

from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qa.rank import PER_ARTICLE, fold_copies, ranked, scaled, spread, values, weighed
from qa.weights import PassageWeights, weights

BY = PassageWeights(lexical={"en": 0.5, "pt": 0.75, "across": 0.25}, date=0.2, kind=0.4)
ROWS = some.integers(0, 2**40)
UNIT = some.floats(0, 1)
PAIR = some.sampled_from(["en", "pt", "across"])


def test_the_best_score_becomes_one_and_the_worst_zero() -> None:
    assert scaled({7: 2.0, 8: 4.0, 9: 3.0, 10: 2.5}) == {7: 0.0, 8: 1.0, 9: 0.5, 10: 0.25}
    assert scaled({1: -0.5, 2: 0.5, 3: 0.0}) == {1: 0.0, 2: 1.0, 3: 0.5}


def test_equal_scores_are_all_the_best() -> None:
    assert scaled({4: 0.3, 5: 0.3}) == {4: 1.0, 5: 1.0}
    assert scaled({4: 0.0}) == {4: 1.0}
    assert scaled({}) == {}


@given(some.dictionaries(ROWS, some.floats(-1, 1), min_size=1, max_size=40))
def test_scaling_keeps_the_order(scores: dict[int, float]) -> None:
    found = scaled(scores)
    assert max(found.values()) == 1.0
    assert all(0 <= value <= 1 for value in found.values())
    order = sorted(scores, key=lambda row: scores[row])
    assert all(found[low] <= found[high] for low, high in pairwise(order))


def test_a_row_without_a_term_counts_as_the_worst_of_the_lexical_list() -> None:
    known = values({1: 0.2, 2: 0.4, 3: 0.3}, {1: 8.0, 3: 2.0}, {1: {"date": 1.0}, 2: {}, 3: {"date": 0.0, "kind": 0.5}})
    assert known == {
        1: {"lexical": 1.0, "dense": 0.0, "date": 1.0},
        2: {"lexical": 0.0, "dense": 1.0},
        3: {"lexical": 0.25, "dense": pytest.approx(0.5), "date": 0.0, "kind": 0.5},
    }


def test_without_a_word_in_common_no_row_is_better_for_its_words() -> None:
    for bm25 in ({}, {1: 0.0, 2: 0.0}):
        assert values({1: 0.9, 2: 0.1}, bm25, {1: {}, 2: {}}) == {1: {"lexical": 0.0, "dense": 1.0}, 2: {"lexical": 0.0, "dense": 0.0}}


def test_the_parts_of_a_score_are_what_each_value_is_worth_between_two_languages() -> None:
    known = {row: {"lexical": 1.0, "dense": 0.5, "date": 0.5, "kind": 0.25} for row in (1, 2, 3)}
    assert weighed(known, {1: "pt", 2: "en", 3: "across"}, BY) == {
        1: {"lexical": 0.75, "dense": 0.25 * 0.5, "date": 0.2 * 0.5, "kind": 0.4 * 0.25},
        2: {"lexical": 0.5, "dense": 0.5 * 0.5, "date": 0.2 * 0.5, "kind": 0.4 * 0.25},
        3: {"lexical": 0.25, "dense": 0.75 * 0.5, "date": 0.2 * 0.5, "kind": 0.4 * 0.25},
    }


def test_what_was_not_looked_at_is_no_part_of_the_score() -> None:
    assert weighed({1: {"lexical": 1.0, "dense": 0.0}}, {1: "en"}, BY) == {1: {"lexical": 0.5, "dense": 0.0}}


def test_a_score_is_the_sum_of_its_parts_and_of_equal_ones_the_smaller_row_comes_first() -> None:
    parts = {9: {"lexical": 0.5}, 3: {"lexical": 0.25, "date": 0.25}, 7: {"dense": 0.5}, 4: {"kind": 0.75}}
    assert ranked(parts) == [(4, 0.75), (3, 0.5), (7, 0.5), (9, 0.5)]
    assert ranked({}) == []


@given(some.dictionaries(ROWS, some.tuples(some.floats(-1, 1), some.floats(0, 50), UNIT, UNIT, some.booleans(), PAIR), max_size=40))
def test_every_candidate_comes_back_once_in_order_with_parts_that_add_up(rows: dict[int, tuple[float, float, float, float, bool, str]]) -> None:
    cosines = {row: one[0] for row, one in rows.items()}
    bm25 = {row: one[1] for row, one in rows.items() if one[4]}
    known = values(cosines, bm25, {row: {"date": one[2], "kind": one[3]} for row, one in rows.items()})
    parts = weighed(known, {row: one[5] for row, one in rows.items()}, weights().passage)
    found = ranked(parts)
    assert sorted(row for row, _ in found) == sorted(rows)
    assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
    assert all(0 <= score < inf and score == sum(parts[row].values()) for row, score in found)


@given(UNIT, UNIT, some.floats(0, 0.5), PAIR)
def test_more_of_anything_never_makes_a_score_less(lexical: float, dense: float, more: float, pair: str) -> None:
    for name in ("lexical", "dense", "date", "kind"):
        less = {"lexical": lexical, "dense": dense, "date": 0.5, "kind": 0.5}
        scores = dict(ranked(weighed({1: less, 2: less | {name: less[name] + more}}, {1: pair, 2: pair}, weights().passage)))
        assert scores[2] >= scores[1]


def test_one_article_takes_only_its_places() -> None:
    best = [(1, 0.9), (2, 0.8), (3, 0.7), (4, 0.6), (5, 0.5)]
    group = {1: "a", 2: "a", 3: "a", 4: "b", 5: "c"}
    assert spread(best, group, 3, dict.fromkeys(group, 2)) == [(1, 0.9), (2, 0.8), (4, 0.6)]
    assert spread(best, group, 5, dict.fromkeys(group, 1)) == [(1, 0.9), (4, 0.6), (5, 0.5)]
    assert spread([], {}, 3, {}) == []


@given(some.lists(some.sampled_from("abcdef"), max_size=40), some.integers(1, 50))
def test_spreading_keeps_the_order_and_leaves_out_no_more_than_it_must(names: list[str], k: int) -> None:
    best = [(row, 1 / (row + 1)) for row in range(len(names))]
    kept = spread(best, dict(enumerate(names)), k, dict.fromkeys(range(len(names)), PER_ARTICLE))
    assert [pair for pair in best if pair in kept] == kept
    assert len(kept) == min(k, sum(min(PER_ARTICLE, names.count(name)) for name in set(names)))


def test_copies_are_folded_into_the_best_of_them_in_order() -> None:
    best = [(5, 0.9), (2, 0.8), (7, 0.7), (1, 0.6), (3, 0.5)]
    said = {5: "o dólar caiu", 2: "choveu", 7: "o dólar caiu", 1: "choveu", 3: "o dólar caiu"}
    assert fold_copies(best, said) == ([(5, 0.9), (2, 0.8)], {5: [7, 3], 2: [1]})
    assert fold_copies([], {}) == ([], {})


@given(some.lists(some.sampled_from("abc"), max_size=20))
def test_folding_loses_no_row_and_keeps_one_of_each(said: list[str]) -> None:
    best = [(row, -float(row)) for row in range(len(said))]
    kept, copies = fold_copies(best, dict(enumerate(said)))
    assert sorted([row for row, _ in kept] + [row for rows in copies.values() for row in rows]) == list(range(len(said)))
    assert [said[row] for row, _ in kept] == list(dict.fromkeys(said))
    assert all(said[row] == said[first] and row > first for first, rows in copies.items() for row in rows)
