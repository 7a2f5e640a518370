"""The formulas of the evaluation: worked by hand, true for any numbers, and the same as other people's programs compute."""

import math

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, Success
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score

from qa.evaluation.measures import (
    Interval,
    RiskPoint,
    auroc,
    bootstrap,
    calibration,
    calibration_error,
    false_answers_at,
    hit_at,
    reciprocal_rank,
    risk_coverage,
    risk_coverage_area,
    wilson,
)

steady = settings(deadline=None, derandomize=True, database=None, max_examples=100)
LISTS = st.lists(st.lists(st.booleans(), max_size=25), min_size=1, max_size=12)  # for each question, which passages are right
JUDGED = st.lists(st.tuples(st.integers(0, 20).map(lambda n: n / 20), st.sampled_from([0.0, 1.0])), min_size=1, max_size=40)


def columns(pairs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(pairs, np.float64)
    return table[:, 0], table[:, 1]


# ── by hand ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hit_counts_up_to_its_place_and_not_before() -> None:
    assert [hit_at([6, 4], k) for k in (1, 3, 4, 5)] == [False, False, True, True]


def test_the_reciprocal_rank_is_that_of_the_first_right_passage() -> None:
    assert reciprocal_rank([5, 4, 20]) == 1 / 4
    assert reciprocal_rank([]) == 0


def test_auroc_counts_pairs_and_halves_ties() -> None:
    scores, labels = columns([(0.8, 1), (0.3, 1), (0.3, 0), (0.1, 0), (0.9, 0)])
    # 0.8 beats 0.3 and 0.1; 0.3 beats 0.1 and ties with 0.3: 2 + 1.5 of 6 pairs
    assert auroc(scores, labels) == 3.5 / 6
    assert math.isnan(auroc(scores, np.ones(5)))


def test_false_answers_are_counted_at_the_threshold_that_nine_of_ten_facts_pass() -> None:
    facts = [(n / 10, 1.0) for n in range(1, 11)]  # 0.1 … 1.0: nine of them are at least 0.2
    others = [(0.2, 0.0), (0.15, 0.0), (0.05, 0.0), (0.7, 0.0)]  # 0.2 is let through, 0.15 is not
    assert false_answers_at(*columns(facts + others)) == 2 / 4
    assert false_answers_at(*columns(facts + others), share=1.0) == 3 / 4


def test_calibration_is_the_gap_of_each_bin_weighed_by_its_questions() -> None:
    confidences, labels = columns([(0.1, 0), (0.15, 1), (0.9, 1), (1.0, 1), (0.95, 0)])
    low, high = calibration(confidences, labels)
    assert (round(low.confidence, 9), low.share, low.size) == (0.125, 1 / 2, 2)
    assert (round(high.confidence, 9), high.share, high.size) == (0.95, 2 / 3, 3)
    assert calibration_error(confidences, labels) == pytest.approx((2 * (0.5 - 0.125) + 3 * (0.95 - 2 / 3)) / 5)


def test_risk_grows_with_coverage_and_equal_confidences_come_in_together() -> None:
    confidences, wrong = columns([(0.5, 1), (0.9, 0), (0.7, 0), (0.7, 1)])
    assert risk_coverage(confidences, wrong, asked=8) == [
        RiskPoint(0.9, 1 / 8, 0),
        RiskPoint(0.7, 3 / 8, 1 / 3),
        RiskPoint(0.5, 4 / 8, 2 / 4),
    ]
    # one answer at risk 0, two at 1/3, one at 1/2
    assert risk_coverage_area(confidences, wrong) == pytest.approx((0 + 1 / 3 + 1 / 3 + 1 / 2) / 4)


def test_the_interval_of_a_share_is_wilsons() -> None:
    # 8 of 10 with z = 1.96: (0.8 + 0.19208 ± 1.96 √(0.016 + 0.0096)) / 1.38416, for instance in Newcombe 1998
    low, high = wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert wilson(0, 5).low == pytest.approx(0)
    assert wilson(5, 5).high == pytest.approx(1)


def test_the_bootstrap_is_seeded_and_pairs_what_stands_in_one_row() -> None:
    values = np.arange(20.0)
    assert bootstrap(np.mean, values) == bootstrap(np.mean, values)
    assert bootstrap(np.mean, values) != bootstrap(np.mean, values, seed=1)
    always_one_better = np.stack([values, values + 1], axis=1)
    assert bootstrap(lambda drawn: float((drawn[:, 1] - drawn[:, 0]).mean()), always_one_better) == Interval(1.0, 1.0)


def test_nothing_is_not_zero() -> None:
    none = np.zeros(0)
    assert risk_coverage(none, none) == calibration(none, none) == []
    figures = [auroc(none, none), false_answers_at(none, none), calibration_error(none, none), risk_coverage_area(none, none)]
    assert all(math.isnan(one) for one in [*figures, *wilson(0, 0), *bootstrap(np.mean, none)])


# ── for any numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────


@steady
@given(JUDGED)
def test_every_figure_stays_in_its_range_and_turns_with_its_labels(pairs: list[tuple[float, float]]) -> None:
    scores, labels = columns(pairs)
    for figure in (auroc, false_answers_at, calibration_error, risk_coverage_area):
        assert math.isnan(found := figure(scores, labels)) or -1e-12 <= found <= 1 + 1e-12
    if 0 < labels.sum() < len(labels):
        assert auroc(scores, 1 - labels) == pytest.approx(1 - auroc(scores, labels))
        assert auroc(scores / 2, labels) == auroc(scores, labels)


@steady
@given(JUDGED, st.randoms(use_true_random=False))
def test_the_order_of_the_questions_does_not_matter(pairs: list[tuple[float, float]], shuffle: object) -> None:
    mixed = list(pairs)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    for figure in (auroc, false_answers_at, calibration_error, risk_coverage_area):
        assert figure(*columns(mixed)) == pytest.approx(figure(*columns(pairs)), nan_ok=True)


@steady
@given(JUDGED)
def test_the_curve_rises_in_coverage_and_ends_at_the_risk_of_answering_everything(pairs: list[tuple[float, float]]) -> None:
    confidences, wrong = columns(pairs)
    points = risk_coverage(confidences, wrong)
    assert [point.coverage for point in points] == sorted({point.coverage for point in points})
    assert points[-1] == (confidences.min(), 1.0, wrong.mean())
    assert sum(one.size for one in calibration(confidences, wrong)) == len(pairs)


@steady
@given(st.integers(1, 400).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_an_interval_holds_its_share_and_is_what_scipy_computes(counted: tuple[int, int]) -> None:
    low, high = wilson(*counted)
    theirs = stats.binomtest(*counted).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert 0 <= low <= counted[0] / counted[1] + 1e-12
    assert counted[0] / counted[1] - 1e-12 <= high <= 1


# ── against other people's programs ─────────────────────────────────────────────────────────────────────────────────────


@steady
@given(LISTS)
def test_success_and_reciprocal_rank_are_those_of_ir_measures(lists: list[list[bool]]) -> None:
    qrels = [ir_measures.Qrel(f"q{q}", "elsewhere", 1) for q in range(len(lists))]  # a question counts though nothing right was found
    run = [ir_measures.ScoredDoc(f"q{q}", "nothing", -1.0) for q in range(len(lists))]
    for q, passages in enumerate(lists):
        qrels += [ir_measures.Qrel(f"q{q}", f"p{place}", int(right)) for place, right in enumerate(passages, 1)]
        run += [ir_measures.ScoredDoc(f"q{q}", f"p{place}", 1 / place) for place in range(1, len(passages) + 1)]
    places = [[place for place, right in enumerate(passages, 1) if right] for passages in lists]
    theirs = ir_measures.calc_aggregate([Success @ 1, Success @ 5, Success @ 20, RR], qrels, run)
    for k in (1, 5, 20):
        assert np.mean([hit_at(one, k) for one in places]) == pytest.approx(theirs[Success @ k])
    assert np.mean([reciprocal_rank(one) for one in places]) == pytest.approx(theirs[RR])


@steady
@given(JUDGED.filter(lambda pairs: len({label for _, label in pairs}) == 2))
def test_auroc_and_calibration_are_those_of_scikit_learn(pairs: list[tuple[float, float]]) -> None:
    scores, labels = columns(pairs)
    assert auroc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))
    inside = scores * 0.98 + 0.003  # off the edges of the bins, which they close on the other side
    theirs = calibration_curve(labels, inside, n_bins=10)
    assert [(one.share, one.confidence) for one in calibration(inside, labels)] == [pytest.approx(bin_) for bin_ in zip(*theirs, strict=True)]


def test_the_bootstrap_is_about_that_of_scipy() -> None:
    values = np.random.default_rng(5).random(80)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=4000, method="percentile", rng=6).confidence_interval
    assert bootstrap(np.mean, values, resamples=4000) == pytest.approx((theirs.low, theirs.high), abs=0.005)
