"""Checks that every vector store makes before a native library sees the numbers (asserts vanish under -O)."""

import numpy as np

from index.protocols import Rows, Scores, Vectors


def check_new(rows: Rows, vectors: Vectors, dim: int, known: Rows) -> tuple[Rows, Vectors]:
    """Rows and vectors fit to be added: (n,) int64, new and not negative; (n, dim) float32, finite.

    Raises:
        ValueError: naming what is wrong.
    """
    rows = np.ascontiguousarray(rows, dtype=np.int64)
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if rows.ndim != 1 or vectors.shape != (len(rows), dim):
        raise ValueError(f"{rows.shape} rows need vectors of shape ({len(rows)}, {dim}), not {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds a number that is not finite")
    if len(rows) and (rows.min() < 0 or len(np.unique(rows)) < len(rows) or np.isin(rows, known).any()):
        raise ValueError("a row is negative, given twice, or in the store already")
    return rows, vectors


def check_queries(queries: Vectors, dim: int, k: int) -> Vectors:
    """Queries fit to be searched: (q, dim) float32, finite; k at least 1.

    Raises:
        ValueError: naming what is wrong.
    """
    queries = np.ascontiguousarray(queries, dtype=np.float32)
    if queries.ndim != 2 or queries.shape[1] != dim:
        raise ValueError(f"queries need the shape (q, {dim}), not {queries.shape}")
    if not np.isfinite(queries).all():
        raise ValueError("a query holds a number that is not finite")
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    return queries


def ordered(scores: Scores, rows: Rows, k: int) -> tuple[Scores, Rows]:
    """Each line cut to its k best: higher scores first, then smaller rows; padded with -inf and -1.

    Args:
        scores: (q, m) float32.
        rows: (q, m) int64; -1 marks no row.
        k: Length of the lines returned.

    >>> s, r = ordered(np.array([[1.0, 2.0, 1.0]], np.float32), np.array([[9, 4, 7]]), 2)
    >>> r.tolist()
    [[4, 7]]
    """
    scores = np.where(rows < 0, -np.inf, scores).astype(np.float32)
    order = np.lexsort((rows, -scores), axis=-1)[:, :k]
    best, found = np.take_along_axis(scores, order, 1), np.take_along_axis(rows, order, 1).astype(np.int64)
    if (missing := k - best.shape[1]) > 0:
        best = np.pad(best, ((0, 0), (0, missing)), constant_values=-np.inf)
        found = np.pad(found, ((0, 0), (0, missing)), constant_values=-1)
    return best, found
