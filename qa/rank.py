"""Rank passages: fuse the dense and the lexical list.  To change the ranking, change this file.

    dense rows ──┐ scaled ┐
                 ├────────┴─ weighted by language ─ nearness in date ─ kind of answer ─ at most a few of one article ─ best k
    lexical rows ┘ scaled

Everything here is a pure function of row numbers and scores: nothing is read, embedded or opened.
The weights are those that were best on real news: BM25 leads, more so in Portuguese, since the default model was
trained on English; plain reciprocal rank fusion lost 14 points of the first place to them.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from math import exp

PER_ARTICLE = 5  # passages of one article among the hits; with 2, long Portuguese articles lost 11 points of A@5
DATE_SCALE_DAYS = 14.0
DATE_WEIGHT = 0.3
KIND_WEIGHT = 0.2  # of a passage that holds a candidate of the kind asked for
# (language of the question, language of the article) → share of the lexical score; the dense one has the rest
LEXICAL_SHARE = {("en", "en"): 0.6, ("pt", "pt"): 0.9}
LEXICAL_SHARE_ACROSS = 0.6


def scaled(scores: Mapping[int, float]) -> dict[int, float]:
    """Scores brought to [0, 1]: the best becomes 1, the worst 0; all 1 when they are equal.

    Source: min-max normalisation, as in Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval",
    ACM TOIS 2023, doi:10.1145/3596512.

    >>> scaled({7: 2.0, 8: 4.0, 9: 3.0})
    {7: 0.0, 8: 1.0, 9: 0.5}
    """
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {row: (score - low) / (high - low) if high > low else 1.0 for row, score in scores.items()}


def date_weight(day: date | None, as_of: date) -> float:
    """Nearness of two days: exp(-|days| / 14); 0 when the day is unknown.

    >>> round(date_weight(date(2026, 1, 1), date(2026, 1, 15)), 3)
    0.368
    """
    return exp(-abs((day - as_of).days) / DATE_SCALE_DAYS) if day else 0.0


def lexical_share(question: str, article: str) -> float:
    """Share of the lexical score for a question and an article of these languages."""
    if not article or question == article:
        return LEXICAL_SHARE.get((question, question), LEXICAL_SHARE_ACROSS)
    return LEXICAL_SHARE_ACROSS


def fuse(cosines: Mapping[int, float], bm25: Mapping[int, float], shares: Mapping[int, float], dates: Mapping[int, float]) -> list[tuple[int, float]]:
    """Merge the two lists into one.

    score = share · scaled BM25 + (1 - share) · scaled cosine + 0.3 · nearness in date

    Args:
        cosines: For every candidate row.
        bm25: For the rows in which a term stands; a row without one has 0.
        shares: For every candidate, the weight of BM25 in [0, 1].
        dates: For every candidate, its nearness in date in [0, 1].

    Returns:
        (row, score) best first; ties keep the smaller row first.

    >>> fuse({1: 0.2, 2: 0.4}, {1: 9.0}, {1: 0.6, 2: 0.6}, {1: 0.0, 2: 0.0})
    [(1, 0.6), (2, 0.4)]
    """
    dense, lexical = scaled(cosines), scaled({row: bm25.get(row, 0.0) for row in cosines}) if bm25 else {}
    scores = {row: shares[row] * lexical.get(row, 0.0) + (1 - shares[row]) * dense[row] + DATE_WEIGHT * dates[row] for row in cosines}
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def lift(ranked: Iterable[tuple[int, float]], holding: Collection[int]) -> list[tuple[int, float]]:
    """Rank again, with those rows raised that hold a candidate of the kind of answer asked for: score + 0.2.

    Returns:
        (row, score) best first; ties keep the smaller row first.

    >>> lift([(1, 0.9), (2, 0.8), (3, 0.75)], {3})
    [(3, 0.95), (1, 0.9), (2, 0.8)]
    """
    return sorted(((row, score + KIND_WEIGHT * (row in holding)) for row, score in ranked), key=lambda pair: (-pair[1], pair[0]))


def spread(ranked: Iterable[tuple[int, float]], group: Mapping[int, str], k: int, most: int = PER_ARTICLE) -> list[tuple[int, float]]:
    """The best k, with at most `most` of one group (an article).

    >>> spread([(1, 0.9), (2, 0.8), (3, 0.7)], {1: "a", 2: "a", 3: "b"}, k=2, most=1)
    [(1, 0.9), (3, 0.7)]
    """
    taken: dict[str, int] = {}
    kept = []
    for row, score in ranked:
        name = group[row]
        if taken.get(name, 0) < most:
            taken[name] = taken.get(name, 0) + 1
            kept.append((row, score))
        if len(kept) == k:
            break
    return kept
