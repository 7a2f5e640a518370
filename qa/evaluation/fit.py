"""Fit: the weights of weights.toml, from questions with answers.

    golden questions ── asked, step by step ──► examples ─┬─ listwise: passages, sentences
                                                          └─ logistic: subject, fact, level ──► weights.toml

In: questions, opened libraries.  Out: weights, and their file's text.  Never: prints, or writes.
Every fact is an example three times: as it is; and, with the articles that answer it taken out, as a question on which the
corpus has nothing. A question whose article is there and lacks the fact is one of the second sort of refusals.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.errors import EvaluationError
from index.library import Library
from index.settings import Settings
from qa.check import features, regression
from qa.evaluation.command import index_of
from qa.evaluation.gold import holds
from qa.evaluation.measures import auroc
from qa.evaluation.questions import Golden, read_questions
from qa.evidence import judged
from qa.question import understand
from qa.retrieval import HITS_READ, find, read_passages, terms_of
from qa.weights import PassageWeights, Weights, pair, weights
from qa.when import When

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
PASSAGE = ("lexical", "dense", "date", "kind")
SENTENCE = ("own", "around", "passage", "kind", "date", "asks", "long")
SUBJECT = ("around", "cosine", "bm25", "together", "same")
FACT = ("names", "rest", "rarest", "counted", "kind", "kind_around", "kind_rest", "near_around", "near_own", "around", "union")
PAIRS = ("en", "pt", "across")
HITS = 12  # as many as `ask` looks at
QUOTE_CHARS = 400
ANSWERED = 0.965  # share of the facts that is to be answered
PRIOR = {"fact": 3.0, "absent": 2.0, "near_miss": 0.5}  # how often each sort is asked, one against the others
WORK = Path(".eval")
ROUNDS = 2
FEWEST = 10  # questions of a sort
PARTS = 5  # of a cross-validation
SMOOTHING = 1.0  # L2 penalty of the listwise fits; the same as one example's pull
INVERSE_PENALTY = 0.1  # of the logistic fits over standardised features


class Example(NamedTuple):
    """What is known of one question before anything is weighed."""

    group: str  # questions of one article are kept together
    kind: str  # fact, near_miss, absent
    pair: str
    passages: Floats  # (n, 4) by PASSAGE
    passage_holds: Bools  # (n,)
    sentences: Floats  # (m, 7) by SENTENCE
    sentence_holds: Bools  # (m,)
    features: dict[str, float]
    ranks: bool = True  # whether the weights of ranking are fitted to it, or only those of confidence


class Fitted(NamedTuple):
    """What a fit gives."""

    weights: Weights
    figures: dict[str, float]  # of its proof
    text: str  # of weights.toml
    examples: list[Example]


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


def examples(
    golden: Sequence[Golden], library: Library, by: Weights, progress: Callable[[str, int, int | None], None] | None = None
) -> list[Example]:
    """Each question as examples, its steps weighed by the weights so far."""
    found = []
    for done, one in enumerate(golden, 1):
        if one.kind != "unsure":
            found += _examples(one, library, by)
        if progress:
            progress("ask", done, len(golden))
    return found


def _examples(golden: Golden, library: Library, by: Weights) -> list[Example]:
    question = understand(golden.question, golden.history)
    if not question.stems:
        return []
    when = When.of(question.text, question.lang, golden.asked or datetime.now(UTC).date())
    terms = terms_of(question, when, library)
    group = (golden.articles or (golden.id,))[0]
    read = read_passages(question, terms, HITS_READ, None, when, library, by)
    values = np.array([[read.values[row].get(name, 0.5) for name in PASSAGE] for row in read.passages])
    right = np.array([holds(passage.text, golden.answers) for passage in read.passages.values()], bool)
    every = find(question, terms, 4 * HITS, None, when, library, by)
    made = []
    for kind, hits in [(golden.kind, every[:HITS])] + ([("absent", _without(golden, every)[:HITS])] if golden.kind == "fact" else []):
        sentences = judged(question, terms, hits, when, by)
        if not sentences:
            continue
        made.append(
            Example(
                group=group,
                kind=kind,
                pair=pair(question.lang, hits[0].passage.article.lang),
                passages=values,
                passage_holds=right if kind == "fact" else np.zeros(len(right), bool),
                sentences=np.array([[one.parts[name] for name in SENTENCE] for one in sentences]),
                sentence_holds=np.array([kind == "fact" and holds(one.quote.text[:QUOTE_CHARS], golden.answers) for one in sentences], bool),
                features=features(question, terms, sentences, hits),
            )
        )
    return made


def _without(golden: Golden, hits: Sequence) -> list:  # type: ignore[type-arg]
    """The hits without the articles that answer."""
    answering = {hit.passage.article.id for hit in hits if holds(hit.passage.text, golden.answers)} | set(golden.articles)
    return [hit for hit in hits if hit.passage.article.id not in answering]


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


def proof(given: Sequence[Example], by: Weights) -> dict[str, float]:
    """Figures of weights that have not seen the questions they are counted on: each of five parts is left out in turn.

    Questions of one article are in one part.

    Raises:
        EvaluationError: without one of the parts a sort of questions is missing.

    Returns:
        A@1, A@5, S@1, S@3 of the facts (in the passages and sentences read), AUROC of the facts' confidence against absent and against near
        misses, and the share of both answered where ANSWERED of the facts are.
    """
    part = np.array([sha256(one.group.encode()).digest()[0] % PARTS for one in given])
    sure, hits = np.zeros(len(given)), {"A@1": 0, "A@5": 0, "S@1": 0, "S@3": 0}
    for left_out in range(PARTS):
        seen, unseen = ([one for one, of in zip(given, part, strict=True) if bool(of == left_out) is side] for side in (False, True))
        if not unseen:
            continue
        if alone := {one.kind for one in given} - {one.kind for one in seen}:
            raise EvaluationError(f"the questions of kind {min(alone)} are about too few articles to prove weights on: add some about others")
        fitted = trust(seen, ranking(seen, by))
        sure[part == left_out] = confidence_of(unseen, fitted)
        for one in unseen:
            if one.kind == "fact" and one.ranks:
                worth = np.array([[fitted.passage.lexical[one.pair], 1 - fitted.passage.lexical[one.pair], fitted.passage.date, fitted.passage.kind]])
                best = np.argsort(-(one.passages @ worth[0]), kind="stable")
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


def _probability(slopes: dict[str, float], one: Example) -> float:
    return regression(slopes, one.features)


def _shares(given: Sequence[Example]) -> Floats:
    """How much each example counts, so that each sort counts as often as it is asked."""
    counts = {kind: sum(one.kind == kind for one in given) for kind in PRIOR}
    return np.array([PRIOR[one.kind] / max(1, counts[one.kind]) for one in given]) * len(given) / sum(PRIOR.values())


def fit(paths: Sequence[Path], settings: Settings, *, work: Path = WORK, progress: Callable[[str, int, int | None], None] | None = None) -> Fitted:
    """Fit all weights to golden questions.

    Args:
        paths: Files or folders of questions, as `python -m qa eval` takes them; of a folder with articles an index is built in `work`. Where
            some have articles, the questions of the others are only for confidence, which must hold for small archives too.
        settings: Of the index that questions without articles are asked to.
        work: Where indexes are built.
        progress: Called as each step advances.

    Raises:
        EvaluationError: the questions cannot be read, or there are too few of a sort.
        QAError: an index cannot be built or used.
    """
    by = weights()
    read = [(path, read_questions(path)) for path in paths]
    built = [_name(path) for path, questions in read if questions.articles]
    if twice := [name for name in built if built.count(name) > 1]:
        raise EvaluationError(f"two of the folders are called {twice[0]}, and their indexes would be one: rename one of them")
    ready = [index_of(questions.articles, work / _name(path), settings, progress) for path, questions in read]
    given: list[Example] = []
    for _ in range(ROUNDS):  # the best sentences stand in the passages that are best by the weights of the round before
        given = []
        for (_, questions), of in zip(read, ready, strict=True):
            with Library.open(of) as library:
                found = examples(questions.golden, library, by, progress)
            given += [one._replace(ranks=bool(questions.articles or not built)) for one in found]
        if missing := [kind for kind in PRIOR if sum(one.kind == kind for one in given) < FEWEST]:
            raise EvaluationError(f"there are fewer than {FEWEST} questions of kind {missing[0]} to fit weights to: add some, or name more files")
        by = trust(given, ranking(given, by))
    counts = ", ".join(f"{sum(one.kind == kind for one in given)} {kind}" for kind in PRIOR)
    return Fitted(by, proof(given, by), toml(by, f"{counts} questions"), given)


def _name(path: Path) -> str:
    """What the folder of a path's index is called."""
    return path.resolve().stem if path.is_file() else path.resolve().name


def toml(by: Weights, made_of: str) -> str:
    """The file's text."""
    lines = [
        f"# What the parts of a score are worth; docs/architecture.md tells how they are used. Made by `python -m qa fit`, from {made_of}.",
        f"answers_from = {by.answers_from}",
        "",
        "[passage]",
        f"lexical = {_inline(by.passage.lexical)}",
        f"date = {by.passage.date}",
        f"kind = {by.passage.kind}",
        *_table("sentence", by.sentence),
        *(line for name, slopes in by.subject.items() for line in _table(f"subject.{name}", slopes)),
        *_table("fact", by.fact),
        *_table("confidence", by.confidence),
    ]
    return "\n".join(lines) + "\n"


def _inline(values: dict[str, float]) -> str:
    return "{ " + ", ".join(f"{name} = {value}" for name, value in values.items()) + " }"


def _table(name: str, values: dict[str, float]) -> list[str]:
    return ["", f"[{name}]", *(f"{key} = {value}" for key, value in values.items())]
