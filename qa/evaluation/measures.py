"""The formulas of an evaluation.  Each is one function with its source; to measure something else, add one here.

    places ─────────────── hit_at, reciprocal_rank          where in a ranked list the right thing stood, from 1
    confidences + labels ─ auroc, false_answers_at,         how far a confidence can be trusted
                           calibration, calibration_error,
                           risk_coverage, risk_coverage_area
    successes, values ──── wilson, bootstrap                how far a figure can be trusted

Pure functions of numbers: nothing is read, asked or drawn.  A figure of nothing is not a number (NaN), never 0.
"""

from collections.abc import Callable, Sequence
from math import nan, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Z95 = 1.959963984540054  # two-sided 95 % of the normal distribution
LEVEL = 0.95
RESAMPLES = 1000


class Interval(NamedTuple):
    """Where the figure would lie for other questions of the same kind, in 95 of 100 cases."""

    low: float
    high: float


class Bin(NamedTuple):
    """Questions of about the same confidence."""

    confidence: float  # mean of their confidences
    share: float  # share of them that the corpus answers
    size: int  # how many they are, at least 1


class RiskPoint(NamedTuple):
    """What happens if only questions of at least this confidence are answered."""

    confidence: float
    coverage: float  # share of all questions that are answered then, in (0, 1]
    risk: float  # share of these answers that are wrong


def hit_at(places: Sequence[int], k: int) -> bool:
    """Whether the right thing stands among the first k: Success@k.

    Args:
        places: Places of everything right in the list, from 1; empty when nothing is.
        k: At least 1.

    Source: https://ir-measur.es/en/latest/measures.html#success

    >>> hit_at([3, 7], 3), hit_at([3, 7], 2), hit_at([], 20)
    (True, False, False)
    """
    return any(place <= k for place in places)


def reciprocal_rank(places: Sequence[int]) -> float:
    """One over the place of the first right thing; 0 when there is none.

    Source: Voorhees, "The TREC-8 Question Answering Track Report", TREC 1999.

    >>> reciprocal_rank([4, 2]), reciprocal_rank([])
    (0.5, 0.0)
    """
    return 1 / min(places) if places else 0.0


def auroc(scores: Values, labels: Values) -> float:
    """How often a positive scores above a negative, ties counting half: the area under the ROC curve.

    Args:
        scores: (n,) any finite numbers.
        labels: (n,) 1 for a positive, 0 for a negative.

    Returns:
        In [0, 1], 0.5 by chance; NaN without both a positive and a negative.

    Source: Hanley, McNeil, "The meaning and use of the area under a ROC curve", Radiology 1982, doi:10.1148/radiology.143.1.7063747.

    >>> auroc(np.array([0.9, 0.4, 0.4, 0.1]), np.array([1, 1, 0, 0]))
    0.875
    """
    positive, negative = scores[labels == 1], np.sort(scores[labels == 0])
    if not len(positive) or not len(negative):
        return nan
    below, up_to = np.searchsorted(negative, positive, "left"), np.searchsorted(negative, positive, "right")
    return float((below + up_to).sum() / 2 / (len(positive) * len(negative)))


def false_answers_at(scores: Values, labels: Values, share: float = 0.9) -> float:
    """Share of the negatives that are answered when the threshold lets at least this share of the positives through.

    The threshold is the highest that does; whoever has exactly this score is answered.

    Args:
        scores: (n,) confidences.
        labels: (n,) 1 for a question that the corpus answers, 0 for another.
        share: Of the positives, above 0, at most 1.

    Returns:
        In [0, 1], lower is better; NaN without both a positive and a negative.

    Source: the false positive rate at a fixed true positive rate, as in Liang, Li, Srikant, "Enhancing the reliability of
        out-of-distribution image detection", ICLR 2018, arXiv:1706.02690, section 4.2 (there at 95 %).

    >>> false_answers_at(np.array([0.9, 0.5, 0.6, 0.1]), np.array([1, 1, 0, 0]))
    0.5
    """
    positive, negative = np.sort(scores[labels == 1])[::-1], scores[labels == 0]
    if not len(positive) or not len(negative):
        return nan
    needed = int(np.ceil(share * len(positive) - 1e-9))  # 0.9 of 10 is 9, whatever the floating point says
    return float((negative >= positive[needed - 1]).mean())


def calibration(confidences: Values, labels: Values, bins: int = 10) -> list[Bin]:
    """Questions put together by confidence, in bins of equal width [low, high); the last holds 1 too.

    Returns:
        The bins that are not empty, lowest first.

    Source: DeGroot, Fienberg, "The comparison and evaluation of forecasters", The Statistician 1983, doi:10.2307/2987588.

    >>> calibration(np.array([0.05, 0.91, 0.99]), np.array([0, 1, 0]))[1]
    Bin(confidence=0.95, share=0.5, size=2)
    """
    place = np.minimum((confidences * bins).astype(np.int64), bins - 1)
    members = [place == number for number in np.unique(place)]
    return [Bin(float(confidences[at].mean()), float(labels[at].mean()), int(at.sum())) for at in members]


def calibration_error(confidences: Values, labels: Values, bins: int = 10) -> float:
    """Expected calibration error: how far share and confidence lie apart, averaged over the questions.

    Returns:
        In [0, 1], lower is better; NaN of nothing.

    Source: Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015,
        doi:10.1609/aaai.v29i1.9602.

    >>> round(calibration_error(np.array([0.05, 0.91, 0.99]), np.array([0, 1, 0])), 4)
    0.3167
    """
    found = calibration(confidences, labels, bins)
    return sum(one.size * abs(one.share - one.confidence) for one in found) / len(confidences) if found else nan


def risk_coverage(confidences: Values, wrong: Values, asked: int | None = None) -> list[RiskPoint]:
    """How many answers are wrong, when the surest are given first.

    Questions of one confidence come in together, since no threshold parts them.

    Args:
        confidences: (n,) of the questions that were answered.
        wrong: (n,) 1 for a wrong answer, 0 for a right one.
        asked: All the questions, those that were refused too; n when None.

    Returns:
        One point for each different confidence, surest first.

    Source: El-Yaniv, Wiener, "On the foundations of noise-free selective classification", JMLR 11, 2010.

    >>> risk_coverage(np.array([0.9, 0.5, 0.5]), np.array([0, 1, 0]), asked=6)[-1]
    RiskPoint(confidence=0.5, coverage=0.5, risk=0.3333333333333333)
    """
    order = np.argsort(-confidences, kind="stable")
    sure, mistakes = confidences[order], np.cumsum(wrong[order])
    ends = [place for place in range(len(sure)) if place + 1 == len(sure) or sure[place + 1] != sure[place]]
    return [RiskPoint(float(sure[end]), (end + 1) / (asked or len(sure)), float(mistakes[end] / (end + 1))) for end in ends]


def risk_coverage_area(confidences: Values, wrong: Values) -> float:
    """Area under the risk-coverage curve: the mean, over the answered questions, of the risk at their confidence.

    Returns:
        In [0, 1], lower is better; NaN of nothing.

    Source: Geifman, Uziel, El-Yaniv, "Bias-reduced uncertainty estimation for deep neural classifiers", ICLR 2019, arXiv:1805.08206.

    >>> risk_coverage_area(np.array([0.9, 0.8, 0.7, 0.6]), np.array([0, 0, 0, 1]))
    0.0625
    """
    points = risk_coverage(confidences, wrong)
    before = [0.0, *(point.coverage for point in points)]
    return sum(point.risk * (point.coverage - start) for point, start in zip(points, before, strict=False)) if points else nan


def wilson(successes: int, count: int) -> Interval:
    """95 % interval of a share. It stays inside [0, 1], and is right for small counts and for shares near 0 or 1.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927,
        doi:10.1080/01621459.1927.10502953.

    >>> [round(end, 3) for end in wilson(9, 10)], wilson(0, 0)
    ([0.596, 0.982], Interval(low=nan, high=nan))
    """
    if not count:
        return Interval(nan, nan)
    share, square = successes / count, Z95 * Z95
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = Z95 * sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def bootstrap(statistic: Callable[[Values], float], values: Values, seed: int = 0, resamples: int = RESAMPLES) -> Interval:
    """95 % percentile interval of a figure: questions are drawn again, with replacement, and the figure is taken of each draw.

    For a difference between two runs, a row holds both runs' values of one question, so that the draw is paired.

    Args:
        statistic: Figure of an array like `values`; a draw for which it is NaN is left out.
        values: (n, …) one row for each question.
        seed: The same seed gives the same interval.
        resamples: Number of draws, at least 1.

    Returns:
        NaN at both ends when there is no row, or no draw with a figure.

    Source: Efron, Tibshirani, "An Introduction to the Bootstrap", Chapman & Hall 1993, chapter 13.

    >>> bootstrap(np.mean, np.array([1.0, 1.0, 1.0]))
    Interval(low=1.0, high=1.0)
    """
    if not len(values):
        return Interval(nan, nan)
    draw = np.random.default_rng(seed)
    figures = np.array([statistic(values[draw.integers(0, len(values), len(values))]) for _ in range(resamples)], np.float64)
    figures = figures[~np.isnan(figures)]
    if not len(figures):
        return Interval(nan, nan)
    low, high = np.quantile(figures, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))
