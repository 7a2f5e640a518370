"""Retrieve: question → hits, dense and lexical fused, filters inside the search.

question ─┬─ dense   100 rows, cosine ─┐
└─ lexical 100 rows, BM25 ───┴─ the best 60 read: terms, translations, kind of answer ─ rank ─ k hits
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from index.copies import containment, shingles
from index.errors import QuestionError
from index.records import Filter, Passage
from index.text import same_words, sentences
from qa import rank
from qa.candidates import PATTERNS, candidates, grade
from qa.kinds import Asked
from qa.matched import matched
from qa.question import Question, understand
from qa.records import Hit
from qa.terms import Place, Terms
from qa.weights import Weights, pair, weights
from qa.when import When

if TYPE_CHECKING:
    from index.library import Library
    from index.serving import Serving

CANDIDATES = 100  # rows taken from each list
ALIKE = 0.5  # containment of passages of two copies from which one is folded into the other: their ends seldom fall on the same word
HITS_READ = 60  # rows, the best of both lists, that are read: their terms counted again, and candidates of the kind asked for looked for
READ_OF_ONE = 30  # of them of one article and its copies, or of one score, when longer lists are needed: an article of 1 MB has thousands
READ_MOST = 500  # of them in all, unless more hits than a third of it are asked for: no index makes an answer take long
_default: dict[str, "Serving"] = {}
_opening = threading.Lock()


def default_library() -> "Library":
    """The library that the environment names (QA_INDEX_DIR, …), in its newest generation at each call; the environment is read once.

    It is closed some time after a newer generation took its place: whoever needs it longer than for a moment takes `lent`.
    """
    with _default_serving().lend(wait=True) as library:
        return library


@contextmanager
def lent(library: "Library | None" = None) -> Iterator["Library"]:
    """A library for one question: the one given, or the one of `default_library`, which is not closed before the question is done."""
    if library is not None:
        yield library
        return
    with _default_serving().lend(wait=True) as newest:
        yield newest


def _default_serving() -> "Serving":
    from index.serving import Serving

    with _opening:
        if "serving" not in _default:
            _default["serving"] = Serving()
        return _default["serving"]


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
        Hits, best first, at most three of one article and its copies together (five in Portuguese); empty when there is no word to search for
        or nothing is allowed.

    Raises:
        QuestionError: the question is too long, or k is below 1.
        IndexMissing, IndexMismatch, IndexDamaged: there is no index that can be used.
    """
    if k < 1:
        raise QuestionError(f"k must be at least 1, not {k}")
    with lent(library) as opened:
        understood = understand(question)
        when = When.of(understood.text, understood.lang, as_of or today())
        return find(understood, terms_of(understood, when, opened), k, where, when, opened)


def terms_of(question: Question, when: When, library: "Library") -> Terms:
    """What a question looks for in a library."""
    return Terms(question, library.frequency, len(library), library.languages, when.stems)


def find(question: Question, terms: Terms, k: int, where: Filter | None, when: When, library: "Library", by: Weights | None = None) -> list[Hit]:
    """The hits for a question that is understood already; by other weights than the usual ones when they are given."""
    if not question.stems:
        return []
    by = by or weights()
    depth = max(CANDIDATES, 3 * k)
    most = max(READ_MOST, depth)
    known: dict[int, tuple[Passage, list[Place]]] = {}
    while True:
        read = read_passages(question, terms, depth, where, when, library, by, most, known)
        hits = _hits(question, terms, read, k, by)
        if len(hits) == k or read.complete:
            return hits
        depth *= 4  # a few long articles filled both lists


class Read(NamedTuple):
    """Passages that were read for a question, and what is known of each, by row."""

    passages: dict[int, Passage]
    places: dict[int, list[Place]]  # of the question's terms in each
    values: dict[int, dict[str, float]]  # the parts of the score before they are weighed, in [0, 1]
    cosines: dict[int, float]
    bm25: dict[int, float]
    dense: list[int]  # rows of the dense list, best first
    lexical: list[int]  # rows of the lexical list, best first
    complete: bool  # whether these are all the rows that may answer
    origins: dict[int, str]  # the article that each row's article is likely a copy of; its own when of none


def read_passages(
    question: Question,
    terms: Terms,
    depth: int,
    where: Filter | None,
    when: When,
    library: "Library",
    by: Weights,
    most: int = READ_MOST,
    known: dict[int, tuple[Passage, list[Place]]] | None = None,
) -> Read:
    """Read the passages that are best by the lists of both indexes, each `depth` rows long; at most so many.

    What is `known` of a row, from shorter lists for the same question, is not read again; what is read is added to it.
    """
    known = {} if known is None else known
    dense = library.dense(question.text, depth, where)
    lexical = library.lexical(terms.search, depth, where)
    cosines = dict(dense)
    cosines |= library.cosines(question.text, dict(lexical).keys() - cosines.keys())
    facts = library.facts(cosines)
    dates = {row: {"date": when.nearness(fact.day)} for row, fact in facts.items()}
    pairs = {row: pair(question.lang, fact.lang) for row, fact in facts.items()}
    complete = len(dense) < depth
    ranked = rank.ranked(rank.weighed(rank.values(cosines, dict(lexical), dates), pairs, by.passage))
    origins = {row: fact.origin for row, fact in facts.items()}
    nearest = _worth_reading(ranked if complete else ranked[: max(HITS_READ, depth // 2)], origins)
    for one in library.passages([row for row in nearest[:most] if row not in known]):
        known[one.row] = one, terms.places(one.article.text, one.article.lang, one.start, one.end)
    passages = {row: known[row][0] for row in nearest[:most]}
    places = {row: known[row][1] for row in passages}
    bm25 = _bm25(terms, passages, places)  # the engine's own list only chooses rows: here a word and its translations are one term
    if question.kind in PATTERNS and question.kind is not Asked.WHICH:  # of a "which" any name could be one: that tells no passage from another
        for row, passage in passages.items():
            dates[row]["kind"] = _grade(question, places[row], passage)
    cosines = {row: cosines[row] for row in passages}
    values = rank.values(cosines, bm25, {row: dates[row] for row in passages})
    return Read(passages, places, values, cosines, bm25, [row for row, _ in dense], [row for row, _ in lexical], complete, origins)


def _worth_reading(ranked: Sequence[tuple[int, float]], origins: Mapping[int, str]) -> list[int]:
    """The first CANDIDATES rows; behind these, no more than could ever be hits of one article and its copies, or of one score: they say the same."""
    seen: Counter[str | float] = Counter()
    kept = []
    for place, (row, score) in enumerate(ranked):
        alike = origins[row], round(score, 6)
        seen.update(alike)
        if place < CANDIDATES or max(seen[one] for one in alike) <= READ_OF_ONE:
            kept.append(row)
    return kept


def _hits(question: Question, terms: Terms, read: Read, k: int, by: Weights) -> list[Hit]:
    """The best k of the passages that were read."""
    pairs = {row: pair(question.lang, passage.article.lang) for row, passage in read.passages.items()}
    parts = rank.weighed(read.values, pairs, by.passage)
    kept, copies = rank.fold_copies(rank.ranked(parts), {row: same_words(passage.text) or passage.text for row, passage in read.passages.items()})
    kept, near = rank.fold_near(kept, read.origins, _alike(read))
    copies = {
        row: [*copies.get(row, ()), *(one for copy in near.get(row, ()) for one in (copy, *copies.get(copy, ())))] for row in {**copies, **near}
    }
    most = {row: rank.per_article(passage.article.lang) for row, passage in read.passages.items()}
    dense_place = {row: place for place, row in enumerate(read.dense, 1)}
    lexical_place = {row: place for place, row in enumerate(read.lexical, 1)}
    return [
        Hit(
            passage=read.passages[row],
            score=max(0.0, score),
            parts=parts[row],
            dense_place=dense_place.get(row),
            lexical_place=lexical_place.get(row),
            cosine=read.cosines[row],
            bm25=read.bm25[row],
            kind=read.values[row].get("kind"),
            matched=matched(terms, read.passages[row].article, read.places[row]),
            copies=tuple(read.passages[copy] for copy in copies.get(row, ())),
        )
        for row, score in rank.spread(kept, read.origins, k, most)
    ]


def _alike(read: Read) -> Callable[[int, int], bool]:
    """Whether two passages of different articles say the same: most of the shorter one's runs of words stand in the other."""
    shingled = cache(lambda row: shingles(read.passages[row].text))

    def alike(one: int, other: int) -> bool:
        if read.passages[one].article.id == read.passages[other].article.id:
            return False
        return containment(shingled(one), shingled(other)) >= ALIKE

    return alike


def _bm25(terms: Terms, passages: dict[int, Passage], places: dict[int, list[Place]]) -> dict[int, float]:
    """BM25 of each passage with its article's headline, over these passages' mean length."""
    lengths = {row: len(passage.article.title) + passage.end - passage.start for row, passage in passages.items()}
    mean = sum(lengths.values()) / max(1, len(lengths))
    titles = {passage.article.key: terms.places(passage.article.title, passage.article.lang) for passage in passages.values()}
    return {row: terms.bm25([*places[row], *titles[passage.article.key]], lengths[row], mean) for row, passage in passages.items()}


def _grade(question: Question, places: list[Place], passage: Passage) -> float:
    """The best grade of a candidate of the kind asked for in any sentence of a passage; 0 when there is none."""
    spans = [(passage.start + start, passage.start + end) for start, end in sentences(passage.text)]
    return max((grade(question, candidates(question, places, passage.article.text, *span)) for span in spans), default=0.0)
