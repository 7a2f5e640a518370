"""Rank passages: fuse the dense and the lexical list.  To change the ranking, change this file; its weights are in weights.toml.

    cosines ──┐ scaled ┐
              ├────────┴─ by language ─ nearness in date ─ kind of answer ─ copies folded ─ a few of one origin ─ best k
    BM25 ─────┘ scaled

Everything here is a pure function of row numbers and scores: nothing is read, embedded or opened.
BM25 leads, more so in Portuguese, since the default model was trained on English; plain reciprocal rank fusion lost 14
points of the first place to it.
"""

from collections.abc import Callable, Iterable, Mapping

from qa.weights import PassageWeights

# Passages of one article among the hits, by its language: a Portuguese passage is short, and with 2 long articles lost their answer.
PER_ARTICLE, PER_ARTICLE_IN = 3, {"pt": 5}


def per_article(lang: str) -> int:
    """How many passages of an article of this language may be hits.

    >>> per_article("en"), per_article("pt")
    (3, 5)
    """
    return PER_ARTICLE_IN.get(lang, PER_ARTICLE)


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


def values(cosines: Mapping[int, float], bm25: Mapping[int, float], others: Mapping[int, Mapping[str, float]]) -> dict[int, dict[str, float]]:
    """What is known of every candidate, each in [0, 1]: its scaled scores and further values by name.

    Args:
        cosines: For every candidate row.
        bm25: For the rows in which a term stands; a row without one has 0.
        others: For every candidate, its further values.

    >>> values({1: 0.2, 2: 0.4}, {1: 9.0}, {1: {"date": 0.5}, 2: {}})
    {1: {'lexical': 1.0, 'dense': 0.0, 'date': 0.5}, 2: {'lexical': 0.0, 'dense': 1.0}}
    """
    dense, lexical = scaled(cosines), scaled({row: bm25.get(row, 0.0) for row in cosines}) if any(bm25.values()) else {}
    return {row: {"lexical": lexical.get(row, 0.0), "dense": dense[row], **others[row]} for row in cosines}


def weighed(values: Mapping[int, Mapping[str, float]], pairs: Mapping[int, str], by: PassageWeights) -> dict[int, dict[str, float]]:
    """The parts of every candidate's score, which add up to it.

    score = share · lexical + (1 - share) · dense + date · nearness in date + kind · grade of the best candidate for the answer

    Args:
        values: By row and name, in [0, 1].
        pairs: For every row, the languages of question and article.
        by: What the parts are worth.
    """
    parts = {}
    for row, known in values.items():
        share = by.lexical[pairs[row]]
        worth = {"lexical": share, "dense": 1 - share, "date": by.date, "kind": by.kind}
        parts[row] = {name: worth[name] * value for name, value in known.items()}
    return parts


def ranked(parts: Mapping[int, Mapping[str, float]]) -> list[tuple[int, float]]:
    """(row, score) best first; ties keep the smaller row first.

    >>> ranked({2: {"lexical": 0.5}, 1: {"lexical": 0.25, "date": 0.25}, 3: {"lexical": 0.9}})
    [(3, 0.9), (1, 0.5), (2, 0.5)]
    """
    return sorted(((row, sum(part.values())) for row, part in parts.items()), key=lambda pair: (-pair[1], pair[0]))


def spread(ranked: Iterable[tuple[int, float]], group: Mapping[int, str], k: int, most: Mapping[int, int]) -> list[tuple[int, float]]:
    """The best k, with at most so many of one group (an article and its copies).

    Args:
        ranked: (row, score), best first.
        group: For every row, the article that it is of, or that this is a copy of.
        k: Most rows.
        most: For every row, how many of its group may stand up to and with it.

    >>> spread([(1, 0.9), (2, 0.8), (3, 0.7)], {1: "a", 2: "a", 3: "b"}, 2, {1: 1, 2: 1, 3: 1})
    [(1, 0.9), (3, 0.7)]
    """
    taken: dict[str, int] = {}
    kept = []
    for row, score in ranked:
        name = group[row]
        if taken.get(name, 0) < most[row]:
            taken[name] = taken.get(name, 0) + 1
            kept.append((row, score))
        if len(kept) == k:
            break
    return kept


def fold_copies(ranked: Iterable[tuple[int, float]], words: Mapping[int, str]) -> tuple[list[tuple[int, float]], dict[int, list[int]]]:
    """Leave out rows that say word for word what a better one says.

    Args:
        ranked: Best first.
        words: For every row, its words in a form in which copies are equal.

    Returns:
        The rows that stay, and for each of them that has copies, those rows in order.

    >>> fold_copies([(1, 0.9), (2, 0.8), (3, 0.7)], {1: "a", 2: "b", 3: "a"})
    ([(1, 0.9), (2, 0.8)], {1: [3]})
    """
    first: dict[str, int] = {}
    kept: list[tuple[int, float]] = []
    copies: dict[int, list[int]] = {}
    for row, score in ranked:
        original = first.setdefault(words[row], row)
        if original == row:
            kept.append((row, score))
        else:
            copies.setdefault(original, []).append(row)
    return kept, copies


def fold_near(
    ranked: Iterable[tuple[int, float]], origins: Mapping[int, str], alike: Callable[[int, int], bool]
) -> tuple[list[tuple[int, float]], dict[int, list[int]]]:
    """Leave out rows that nearly say what a better one of the same origin says.

    Args:
        ranked: Best first.
        origins: For every row, the article that its article is likely a copy of.
        alike: Whether two rows nearly say the same; asked only of rows of one origin.

    Returns:
        As for `fold_copies`.

    >>> fold_near([(1, 0.9), (2, 0.8), (3, 0.7)], {1: "a", 2: "b", 3: "a"}, lambda one, other: True)
    ([(1, 0.9), (2, 0.8)], {1: [3]})
    """
    of_origin: dict[str, list[int]] = {}
    kept: list[tuple[int, float]] = []
    copies: dict[int, list[int]] = {}
    for row, score in ranked:
        better = of_origin.setdefault(origins[row], [])
        like = next((one for one in better if alike(one, row)), None)
        if like is None:
            better.append(row)
            kept.append((row, score))
        else:
            copies.setdefault(like, []).append(row)
    return kept, copies
