"""Retrieve: question → hits, dense and lexical fused, filters inside the search.

question ─┬─ dense   100 rows, cosine ─┐
└─ lexical 100 rows, BM25 ───┴─ rank ─ the best read for the kind of answer asked for ─ k hits
"""

import threading
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from index.errors import QuestionError
from index.records import Filter
from qa import rank
from qa.candidates import PATTERNS, held_by
from qa.question import Question, understand
from qa.records import Hit

if TYPE_CHECKING:
    from index.library import Library

CANDIDATES = 100  # rows taken from each list
READ = 60  # rows of the fused list that are read for candidates of the kind asked for
_default: dict[str, "Library"] = {}
_opening = threading.Lock()


def default_library() -> "Library":
    """The library that the environment names (QA_INDEX_DIR, …), opened once in a process."""
    from index.library import Library

    with _opening:
        if "library" not in _default:
            _default["library"] = Library.open()
        return _default["library"]


def today() -> date:
    """The day it is, in UTC."""
    return datetime.now(UTC).date()


def retrieve(question: str, k: int = 8, *, where: Filter | None = None, as_of: date | None = None, library: "Library | None" = None) -> list[Hit]:
    """The passages that bear on a question.

    Args:
        question: In Portuguese or English, at most 2,000 characters.
        k: Most hits, at least 1.
        where: Which passages may answer; applied inside the search, so up to k are found whenever there are k.
        as_of: The day that the question is about: nearer articles rank higher. Today when None.
        library: An opened one; the one that the environment names when None.

    Returns:
        Hits, best first, at most five of one article; empty when there is no word to search for or nothing is allowed.

    Raises:
        QuestionError: the question is too long, or k is below 1.
        IndexMissing, IndexMismatch, IndexDamaged: there is no index that can be used.
    """
    if k < 1:
        raise QuestionError(f"k must be at least 1, not {k}")
    return find(understand(question), k, where, as_of or today(), library or default_library())


def find(question: Question, k: int, where: Filter | None, as_of: date, library: "Library") -> list[Hit]:
    """The hits for a question that is understood already."""
    if not question.stems:
        return []
    depth = max(CANDIDATES, 3 * k)
    while True:
        hits, complete = _find(question, k, depth, where, as_of, library)
        if len(hits) == k or complete:
            return hits
        depth *= 4  # a few long articles filled both lists


def _find(question: Question, k: int, depth: int, where: Filter | None, as_of: date, library: "Library") -> tuple[list[Hit], bool]:
    """The same from the best `depth` rows of each list, and whether these are all the rows that may answer."""
    dense = library.dense(question.text, depth, where)
    lexical = library.lexical(question.terms, depth, where)
    cosines, bm25 = dict(dense), dict(lexical)
    cosines |= library.cosines(question.text, bm25.keys() - cosines.keys())
    if not cosines:
        return [], True
    facts = library.facts(cosines)
    shares = {row: rank.lexical_share(question.lang, fact.lang) for row, fact in facts.items()}
    dates = {row: rank.date_weight(fact.day, as_of) for row, fact in facts.items()}
    fused = rank.fuse(cosines, bm25, shares, dates)
    read = library.passages([row for row, _ in fused[:READ]]) if question.kind in PATTERNS else []
    holds = {passage.row: held_by(question, passage) for passage in read}
    lifted = rank.lift(fused, {row for row, so in holds.items() if so})
    ranked = rank.spread(lifted, {row: fact.article for row, fact in facts.items()}, k)
    passages = library.passages([row for row, _ in ranked])
    dense_place = {row: place for place, (row, _) in enumerate(dense, 1)}
    lexical_place = {row: place for place, (row, _) in enumerate(lexical, 1)}
    hits = [
        Hit(
            passage=passage,
            score=max(0.0, score),
            dense_place=dense_place.get(row),
            lexical_place=lexical_place.get(row),
            cosine=cosines[row],
            bm25=bm25.get(row, 0.0),
            date_weight=dates[row],
            holds_kind=holds.get(row),
        )
        for passage, (row, score) in zip(passages, ranked, strict=True)
    ]
    return hits, len(dense) < depth
