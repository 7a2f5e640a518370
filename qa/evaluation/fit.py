"""Fit: the weights of weights.toml, from questions with answers.

    golden questions ── asked, step by step ──► examples ── learn ──► weights.toml
                                                   └─ proof ──► figures

In: questions, opened libraries.  Out: weights, and their file's text.  Never: prints, or writes.
Every fact is an example twice: as it is; and, with the articles that answer it taken out, as a question on which the
corpus has nothing. A question whose article is there and lacks the fact is one of the second sort of refusals.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.errors import EvaluationError
from index.library import Library
from index.settings import Settings
from qa.check import features
from qa.evaluation.command import index_of
from qa.evaluation.gold import holds
from qa.evaluation.learn import PASSAGE, PRIOR, SENTENCE, Example, ranking, trust
from qa.evaluation.proof import halves, proof
from qa.evaluation.questions import Golden, read_questions
from qa.evidence import judged
from qa.question import understand
from qa.records import Hit
from qa.retrieval import HITS_READ, find, read_passages, terms_of
from qa.weights import Weights, pair, weights
from qa.when import When

HITS = 12  # as many as `ask` looks at
QUOTE_CHARS = 400
WORK = Path(".eval")
ROUNDS = 2
FEWEST = 10  # questions of a sort


class Fitted(NamedTuple):
    """What a fit gives."""

    weights: Weights
    figures: dict[str, float]  # of its proof
    text: str  # of weights.toml
    examples: list[Example]


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
                features=features(terms, sentences, hits),
            )
        )
    return made


def _without(golden: Golden, hits: Sequence[Hit]) -> list[Hit]:
    """The hits without the articles that answer."""
    answering = {hit.passage.article.id for hit in hits if holds(hit.passage.text, golden.answers)} | set(golden.articles)
    return [hit for hit in hits if hit.passage.article.id not in answering]


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
    return Fitted(by, proof(given, by) | halves(given, by), toml(by, f"{counts} questions"), given)


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
