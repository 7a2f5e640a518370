"""The figures of a report: which questions count in each, with what value.  To report another one, add a line to a table here.

    outcomes ── rows ──► (n, 2) value and label, NaN where a question does not count ── statistic ──► Measured, with its interval

Pure functions of outcomes: nothing is asked, read or drawn.
"""

from collections.abc import Callable, Sequence
from math import isnan, nan
from typing import NamedTuple

import numpy as np
from pydantic import Field

from index.records import Record
from qa.evaluation import measures
from qa.evaluation.measures import Values
from qa.evaluation.run import Outcome

Row = tuple[float, float]
NOTHING: Row = (nan, nan)


class Measured(Record):
    """One figure of one group of questions."""

    group: str = Field(description="'all', a language, or a kind.")
    figure: str
    value: float
    low: float = Field(description="Lower end of the 95 % interval.")
    high: float = Field(description="Upper end of it.")
    count: int = Field(ge=1, description="Questions that count in it.")


def _mean(table: Values) -> float:
    return float(table[:, 0].mean())


class Figure(NamedTuple):
    """How one figure is made."""

    name: str
    says: str
    row: Callable[[Outcome], Row]
    statistic: Callable[[Values], float] = _mean  # of the (n, 2) rows that count, n at least 1
    share: bool = True  # of questions: its interval is Wilson's; else it is a percentile bootstrap
    higher_is_better: bool = True


def rows(figure: Figure, outcomes: Sequence[Outcome]) -> Values:
    """(n, 2) value and label of each question; NaN where it does not count."""
    return np.array([figure.row(outcome) for outcome in outcomes], np.float64).reshape(len(outcomes), 2)


def value(figure: Figure, table: Values) -> float:
    """The figure of these rows; NaN when none counts."""
    counting = table[~np.isnan(table[:, 0])]
    return figure.statistic(counting) if len(counting) else nan


def measure(figure: Figure, group: str, outcomes: Sequence[Outcome]) -> Measured | None:
    """The figure of a group with its 95 % interval; None when it says nothing of these questions."""
    table = rows(figure, outcomes)
    counting = table[~np.isnan(table[:, 0])]
    found = value(figure, table)
    if isnan(found):
        return None
    ends = measures.wilson(int(counting[:, 0].sum()), len(counting)) if figure.share else measures.bootstrap(figure.statistic, counting)
    return Measured(group=group, figure=figure.name, value=found, low=ends.low, high=ends.high, count=len(counting))


def _of(function: Callable[[Values, Values], float]) -> Callable[[Values], float]:
    return lambda table: function(table[:, 0], table[:, 1])


def _fact(take: Callable[[Outcome], float]) -> Callable[[Outcome], Row]:
    return lambda one: (float(take(one)), nan) if one.golden.kind == "fact" else NOTHING


def _passage(k: int) -> Callable[[Outcome], Row]:
    return _fact(lambda one: measures.hit_at(one.hit_places, k))


def _sentence(k: int) -> Callable[[Outcome], Row]:
    return lambda one: (float(measures.hit_at(one.quote_places, k)), nan) if one.golden.kind == "fact" and not one.refusal else NOTHING


def _card(k: int) -> Callable[[Outcome], Row]:
    return lambda one: (float(measures.hit_at(one.card_places, k)), nan) if one.golden.kind == "fact" and not one.refusal else NOTHING


def _own_article(k: int) -> Callable[[Outcome], Row]:
    return lambda one: (float(measures.hit_at(one.article_places, k)), nan) if one.golden.kind == "fact" and one.golden.articles else NOTHING


def _choice(one: Outcome) -> Row:
    return (float(one.choice in one.golden.gold), nan) if one.golden.kind == "fact" and one.golden.choices else NOTHING


def _false(kind: str) -> Callable[[Outcome], Row]:
    return lambda one: (float(not one.refusal), nan) if one.golden.kind == kind else NOTHING


def _plainly(kind: str) -> Callable[[Outcome], Row]:
    return lambda one: (float(not one.refusal and not one.unsure), nan) if one.golden.kind == kind else NOTHING


def _sure(*against: str) -> Callable[[Outcome], Row]:
    """Confidence, and whether the corpus answers."""
    return lambda one: (one.confidence, float(one.golden.kind == "fact")) if one.golden.kind in ("fact", *against) else NOTHING


def answered_wrong(one: Outcome) -> Row:
    """Confidence of an answer, and whether it is wrong; questions that are refused, or unsure, do not count."""
    return (one.confidence, float(not one.right)) if not one.refusal and one.right is not None else NOTHING


def _valid(one: Outcome) -> Row:
    return (float(not one.invalid), nan) if one.quotes else NOTHING


def _right(one: Outcome) -> Row:
    return NOTHING if one.right is None else (float(one.right), nan)


def _gold(k: int) -> Callable[[Outcome], Row]:
    return lambda one: (float(measures.hit_at(one.hit_places, k)), nan) if one.golden.kind in ("fact", "unsure") else NOTHING


def _first(k: int, what: str) -> str:
    return f"the first {k} {what}s" if k > 1 else f"the first {what}"


sure_of_all = _sure("absent", "near_miss")

FIGURES: tuple[Figure, ...] = (
    *(Figure(f"A@{k}", f"facts with a gold string in {_first(k, 'passage')}", _passage(k)) for k in (1, 5, 10, 20)),
    Figure(
        "RR", "facts: one over the place of the first such passage, mean", _fact(lambda one: measures.reciprocal_rank(one.hit_places)), share=False
    ),
    *(Figure(f"E@{k}", f"facts with their own article in {_first(k, 'passage')}", _own_article(k)) for k in (1, 5, 10)),
    Figure("choice", "multiple-choice facts whose right choice the passages bear out most", _choice),
    *(Figure(f"S@{k}", f"answered facts with a gold string in {_first(k, 'quote')}", _sentence(k)) for k in (1, 2, 3)),
    *(Figure(f"card@{k}", f"the same in {_first(k, 'card')}: headline, quote and 300 characters around", _card(k)) for k in (1, 3)),
    Figure("said", "facts that were answered", _fact(lambda one: not one.refusal)),
    Figure("said plainly", "facts that were answered, and not marked as unsure", _plainly("fact")),
    Figure("right", "facts answered with a gold string in the first 3 cards", _fact(lambda one: bool(one.right))),
    Figure("false absent", "absent questions that were answered", _false("absent"), higher_is_better=False),
    Figure("false near miss", "near misses that were answered", _false("near_miss"), higher_is_better=False),
    Figure("plainly absent", "absent questions that were answered, and not marked as unsure", _plainly("absent"), higher_is_better=False),
    Figure("plainly near miss", "near misses that were answered, and not marked as unsure", _plainly("near_miss"), higher_is_better=False),
    Figure("AUROC absent", "how well confidence parts facts from absent questions", _sure("absent"), _of(measures.auroc), share=False),
    Figure("AUROC near miss", "how well it parts facts from near misses", _sure("near_miss"), _of(measures.auroc), share=False),
    Figure(
        "false@90 absent",
        "absent answered, if 90 % of facts were",
        _sure("absent"),
        _of(measures.false_answers_at),
        share=False,
        higher_is_better=False,
    ),
    Figure(
        "false@90 near miss",
        "near misses answered, if 90 % of facts were",
        _sure("near_miss"),
        _of(measures.false_answers_at),
        share=False,
        higher_is_better=False,
    ),
    Figure(
        "calibration error",
        "how far confidence lies from the share that the corpus answers",
        sure_of_all,
        _of(measures.calibration_error),
        share=False,
        higher_is_better=False,
    ),
    Figure(
        "risk area",
        "wrong answers, the surest given first, mean over coverage",
        answered_wrong,
        _of(measures.risk_coverage_area),
        share=False,
        higher_is_better=False,
    ),
    Figure("citations", "answers whose every citation stands in the index to the letter", _valid),
)

KIND_FIGURES: tuple[Figure, ...] = (
    Figure("answered", "questions that were answered", lambda one: (float(not one.refusal), nan)),
    Figure("A@5", "with a gold string in the first 5 passages", _gold(5)),
    Figure("right", "facts answered with a gold string in the first 3 cards, others refused", _right),
    Figure("confidence", "mean confidence that the corpus answers", lambda one: (one.confidence, nan), share=False),
    Figure("citations", "answers whose every citation stands in the index to the letter", _valid),
)
