"""Proof: what fitted weights do with questions that they have not seen, and what is lost without a part.

In: examples and the weights to begin with.  Out: figures by name.  Questions of one article are never on both sides.
"""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from index.errors import EvaluationError
from qa.evaluation.learn import ANSWERED, PASSAGE, SENTENCE, Example, Floats, confidence_of, ranking, trust
from qa.evaluation.measures import auroc
from qa.weights import Weights

PARTS = 5  # of a cross-validation


def proof(given: Sequence[Example], by: Weights, parts: int = PARTS) -> dict[str, float]:
    """Figures of weights that have not seen the questions they are counted on: each part is left out in turn.

    Questions of one article are in one part.

    Args:
        given: Examples.
        by: Weights to begin with.
        parts: How many.

    Raises:
        EvaluationError: without one of the parts a sort of questions is missing.

    Returns:
        A@1, A@5, S@1, S@3 of the facts (in the passages and sentences read), AUROC of the facts' confidence against absent and against near
        misses, and the share of both answered where ANSWERED of the facts are.
    """
    part = np.array([sha256(one.group.encode()).digest()[0] % parts for one in given])
    sure, hits = np.zeros(len(given)), {"A@1": 0, "A@5": 0, "S@1": 0, "S@3": 0}
    for left_out in range(parts):
        seen, unseen = ([one for one, of in zip(given, part, strict=True) if bool(of == left_out) is side] for side in (False, True))
        if not unseen:
            continue
        if alone := {one.kind for one in given} - {one.kind for one in seen}:
            raise EvaluationError(f"the questions of kind {min(alone)} are about too few articles to prove weights on: add some about others")
        fitted = trust(seen, ranking(seen, by))
        sure[part == left_out] = confidence_of(unseen, fitted)
        for one in unseen:
            if one.kind == "fact" and one.ranks:
                share = fitted.passage.lexical[one.pair]
                best = np.argsort(-(one.passages @ np.array([share, 1 - share, fitted.passage.date, fitted.passage.kind])), kind="stable")
                said = np.argsort(-(one.sentences @ np.array([fitted.sentence[name] for name in SENTENCE])), kind="stable")
                for name, holding in (("A@1", one.passage_holds[best[:1]]), ("A@5", one.passage_holds[best[:5]])):
                    hits[name] += bool(holding.any())
                for name, holding in (("S@1", one.sentence_holds[said[:1]]), ("S@3", one.sentence_holds[said[:3]])):
                    hits[name] += bool(holding.any())
    kinds = np.array([one.kind for one in given])
    facts = sure[kinds == "fact"]
    from_ = float(np.quantile(facts, 1 - ANSWERED))
    figures = {name: count / sum(one.kind == "fact" and one.ranks for one in given) for name, count in hits.items()}
    for kind in ("absent", "near_miss"):
        if (kinds == kind).any():
            figures[f"AUROC {kind}"] = auroc(np.append(facts, sure[kinds == kind]), np.append(np.ones(len(facts)), np.zeros((kinds == kind).sum())))
            figures[f"answered {kind}"] = float((sure[kinds == kind] >= from_).mean())
    return figures


def halves(given: Sequence[Example], by: Weights) -> dict[str, float]:
    """AUROC of the facts against the near misses once more, by weights that saw only the other half of the articles."""
    return {"AUROC near_miss, halves": proof(given, by, 2)["AUROC near_miss"]}


def worth(given: Sequence[Example], by: Weights) -> dict[str, dict[str, float]]:
    """What is lost without each part: the proof's figures again with the part left out of passages, or of sentences.

    Returns:
        Name of the part → figure → its change, below 0 where the part was worth something.
    """
    whole = proof(given, by)
    changed = {}
    for place, name in enumerate(PASSAGE):
        figures = proof([one._replace(passages=_blank(one.passages, place)) for one in given], by)
        changed[f"passages: {name}"] = {figure: figures[figure] - whole[figure] for figure in ("A@1", "A@5")}
    for place, name in enumerate(SENTENCE):
        figures = proof([one._replace(sentences=_blank(one.sentences, place)) for one in given], by)
        changed[f"sentences: {name}"] = {figure: figures[figure] - whole[figure] for figure in ("S@1", "S@3")}
    return changed


def _blank(values: Floats, column: int) -> Floats:
    values = values.copy()
    values[:, column] = 0.0
    return values
