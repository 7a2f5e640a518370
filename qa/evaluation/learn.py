"""Learn: from examples, what the parts of a score are worth.

    examples ─┬─ listwise: passages, sentences ────────┐
              └─ logistic: subject, fact, level ───────┴─► Weights

Pure functions of arrays: no question is asked, and nothing is read.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.errors import EvaluationError
from qa.check import regression
from qa.weights import PassageWeights, Weights

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
PASSAGE = ("lexical", "dense", "date", "kind")
SENTENCE = ("own", "around", "article", "passage", "kind", "close", "agreed", "lead", "date", "asks")
SUBJECT = ("around", "cosine", "bm25", "together", "same")
FACT = ("names", "rest", "around", "kind_around", "told", "close", "own_rest", "whole", "deed")
PAIRS = ("en", "pt", "across")
ANSWERED = 0.965  # share of the facts that is to be answered
PRIOR = {"fact": 3.0, "absent": 2.0, "near_miss": 0.7}  # how often each sort is asked, one against the others
SMOOTHING = 1.0  # L2 penalty of the listwise fits; the same as one example's pull
INVERSE_PENALTY = 0.1  # of the logistic fits over standardised features


class Example(NamedTuple):
    """What is known of one question before anything is weighed."""

    group: str  # questions of one article are kept together
    kind: str  # fact, near_miss, absent
    pair: str
    passages: Floats  # (n, 4) by PASSAGE
    passage_holds: Bools  # (n,)
    sentences: Floats  # (m, 10) by SENTENCE
    sentence_holds: Bools  # (m,)
    features: dict[str, float]
    ranks: bool = True  # whether the weights of ranking are fitted to it, or only those of confidence


def listwise(groups: Iterable[tuple[Floats, Bools]], smoothing: float = SMOOTHING) -> Floats:
    """Weights under which, in each group, a row that holds the answer is drawn most likely.

    maximises sum over groups of log(sum of e^(w·x) over rows that hold / sum over all rows) - smoothing · |w|² / 2

    Args:
        groups: (n, f) values and (n,) whether the row holds an answer; groups in which all or none do tell nothing.
        smoothing: Above 0.

    Raises:
        EvaluationError: no group tells anything.

    Source: Cao, Qin, Liu, Tsai, Li, "Learning to Rank: From Pairwise Approach to Listwise Approach", ICML 2007,
    doi:10.1145/1273496.1273513 (its top-one probability, with several rows that are right).

    >>> bool(listwise([(np.array([[1.0], [0.0]]), np.array([True, False]))])[0] > 0)
    True
    """
    from scipy.optimize import minimize

    told = [(x, y) for x, y in groups if y.any() and not y.all()]
    if not told:
        raise EvaluationError(
            "no question has, among what was found for it, both what holds an answer and what holds none: add questions of kind fact"
        )

    def loss(w: Floats) -> tuple[float, Floats]:
        total, slope = smoothing * float(w @ w) / 2, smoothing * w
        for x, y in told:
            s = x @ w
            e = np.exp(s - s.max())
            total -= float(np.log(e[y].sum() / e.sum()))
            slope = slope + x.T @ (e / e.sum() - np.where(y, e, 0.0) / e[y].sum())
        return total, slope

    return np.asarray(minimize(loss, np.zeros(told[0][0].shape[1]), jac=True, method="L-BFGS-B").x)


def logistic_fit(x: Floats, y: Bools, share: Floats) -> Floats:
    """Intercept and slopes of a logistic regression, L2-smoothed over standardised features.

    Args:
        x: (n, f) features.
        y: (n,) outcomes.
        share: (n,) how much each example counts.
    """
    from sklearn.linear_model import LogisticRegression

    mean, scale = x.mean(0), x.std(0) + 1e-9
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=5000).fit((x - mean) / scale, y, sample_weight=share)
    slopes = model.coef_[0] / scale
    return np.concatenate([[model.intercept_[0] - slopes @ mean], slopes])


def ranking(given: Sequence[Example], by: Weights) -> Weights:
    """The weights of passages and sentences, all others as they were."""
    facts = [one for one in given if one.kind == "fact" and one.ranks]
    columns = [np.column_stack([one.passages, *(one.passages[:, :2] * (one.pair == name) for name in PAIRS)]) for one in facts]
    w = listwise((x, one.passage_holds) for x, one in zip(columns, facts, strict=True))
    both = {name: w[:2] + w[4 + 2 * place : 6 + 2 * place] for place, name in enumerate(PAIRS)}
    mean = float(np.mean([max(1e-6, one.sum()) for one in both.values()]))
    passage = PassageWeights(
        lexical={name: _share(float(one[0]), float(one[1])) for name, one in both.items()},
        date=round(max(0.0, float(w[2])) / mean, 3),
        kind=round(max(0.0, float(w[3])) / mean, 3),
    )
    v = listwise((one.sentences, one.sentence_holds) for one in facts)
    above = float(v[v > 0].sum())
    return by.model_copy(
        update={"passage": passage, "sentence": {name: round(float(value) / above, 3) for name, value in zip(SENTENCE, v, strict=True)}}
    )


def _share(lexical: float, dense: float) -> float:
    lexical, dense = max(0.0, lexical), max(0.0, dense)
    return round(lexical / max(1e-6, lexical + dense), 3)


def trust(given: Sequence[Example], by: Weights) -> Weights:
    """The weights of confidence, and from where it answers, all others as they were."""
    subject = {name: _slopes([one for one in given if one.kind != "near_miss"], SUBJECT, lambda one, name=name: one.pair == name) for name in PAIRS}  # type: ignore[misc]
    fact = _slopes([one for one in given if one.kind != "absent"], FACT, lambda _: True)
    logs = np.array([[np.log(_probability(subject[one.pair], one)), np.log(_probability(fact, one))] for one in given])
    outcome = np.array([one.kind == "fact" for one in given])
    level = logistic_fit(logs, outcome, _shares(given))
    confidence = 1 / (1 + np.exp(-(level[0] + logs @ np.maximum(level[1:], 0.0))))
    return by.model_copy(
        update={
            "subject": subject,
            "fact": fact,
            "confidence": {
                "level": round(float(level[0]), 3),
                "subject": round(max(0.0, float(level[1])), 3),
                "fact": round(max(0.0, float(level[2])), 3),
            },
            "answers_from": round(float(np.quantile(confidence[outcome], 1 - ANSWERED)), 3),
        }
    )


def _slopes(given: Sequence[Example], names: Sequence[str], own: Callable[[Example], bool]) -> dict[str, float]:
    """Slopes by feature; examples that are not its own count a tenth, so that few of its own are not alone."""
    x = np.array([[one.features[name] for name in names] for one in given])
    y = np.array([one.kind == "fact" for one in given])
    share = np.where([own(one) for one in given], 1.0, 0.1)
    share = np.where(y, share / share[y].sum(), share / share[~y].sum()) * len(given) / 2
    w = logistic_fit(x, y, share)
    return {name: round(float(value), 3) for name, value in zip(("intercept", *names), w, strict=True)}


def confidence_of(given: Sequence[Example], by: Weights) -> Floats:
    """(n,) confidence in each example by these weights."""
    logs = np.array([[np.log(_probability(by.subject[one.pair], one)), np.log(_probability(by.fact, one))] for one in given])
    return 1 / (1 + np.exp(-(by.confidence["level"] + by.confidence["subject"] * logs[:, 0] + by.confidence["fact"] * logs[:, 1])))


def _probability(slopes: dict[str, float], one: Example) -> float:
    return regression(slopes, one.features)


def _shares(given: Sequence[Example]) -> Floats:
    """How much each example counts, so that each sort counts as often as it is asked."""
    counts = {kind: sum(one.kind == kind for one in given) for kind in PRIOR}
    return np.array([PRIOR[one.kind] / max(1, counts[one.kind]) for one in given]) * len(given) / sum(PRIOR.values())
