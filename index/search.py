"""Search words without asking a question: what each engine finds, merged by rank alone.

In: a library, words, a filter.  Out: passages with their scores.  The ranking of answers is another one: qa/rank.py.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from index.errors import QuestionError
from index.library import Library
from index.records import Filter, Passage
from index.text import LANGUAGES, clean, language, stem, term, words

RRF_K = 60
DEPTH = 100  # rows taken from each engine
MOST_CHARS = 2000


class Match(NamedTuple):
    """A passage and what both engines say of it; 0 where one did not find it."""

    passage: Passage
    bm25: float
    cosine: float

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        article = self.passage.article
        return {
            "address": self.passage.address,
            "text": self.passage.text,
            "title": article.title,
            "outlet": article.outlet,
            "published": article.published and article.published.isoformat(),
            "lang": article.lang,
            "url": article.url,
            "bm25": round(self.bm25, 4),
            "cosine": round(self.cosine, 4),
        }


def fuse(lists: Iterable[Sequence[int]], k: int = RRF_K) -> list[tuple[int, float]]:
    """Merge ranked lists by reciprocal rank fusion: a row at 0-based position p earns 1 / (k + p + 1) in each list.

    Args:
        lists: Rows best first, one list an engine.
        k: Damping in ranks, above 0.

    Returns:
        (row, score) best first; ties keep the smaller row first.

    Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet", SIGIR 2009, doi:10.1145/1571941.1572114.

    >>> [row for row, _ in fuse([[7, 8, 9], [8, 5]])]
    [8, 7, 5, 9]
    """
    scores: dict[int, float] = {}
    for ranked in lists:
        for position, row in enumerate(ranked):
            scores[row] = scores.get(row, 0.0) + 1 / (k + position + 1)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def search(library: Library, text: str, k: int = 8, where: Filter | None = None) -> list[Match]:
    """The k passages that match some words best.

    Raises:
        QuestionError: there is no word in the text, it is longer than MOST_CHARS, or no text at all.
    """
    if not isinstance(text, str):
        raise QuestionError(f"what is searched for is text, not {type(text).__name__}")
    if len(text) > MOST_CHARS:  # measured as given: to clean 20 MB takes seconds
        raise QuestionError(f"the text to search for has {len(text)} characters, but at most {MOST_CHARS} can be searched")
    text = clean(text)
    found = [word for _, _, word in words(text)]
    if not found:
        raise QuestionError("there is no word in the text to search for")
    langs = [lang] if (lang := language(text)) else LANGUAGES
    bm25 = dict(library.lexical({term(stem(word, lang), lang): 1.0 for lang in langs for word in found}, DEPTH, where))
    cosines = dict(library.dense(text, DEPTH, where))
    best = [row for row, _ in fuse([list(bm25), list(cosines)])[:k]]
    passages = library.passages(best)
    return [Match(passage, bm25.get(passage.row, 0.0), cosines.get(passage.row, 0.0)) for passage in passages]
