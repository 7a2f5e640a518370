"""Brute force in NumPy: the oracle that the contract tests hold every other store against; needs no native library."""

import numpy as np

from index.errors import SettingsError
from index.protocols import Rows, Scores, Vectors
from index.stores.checks import check_new, check_queries, ordered


def open_store(name: str, dim: int) -> "NumpyStore":
    """An empty store. Known names: flat."""
    if name != "flat":
        raise SettingsError(f"QA_STORE is 'numpy:{name}', but numpy knows only: numpy:flat")
    return NumpyStore(dim)


class NumpyStore:
    """Two arrays and a matrix product."""

    def __init__(self, dim: int) -> None:
        self._dim = dim
        self._kept: Rows = np.empty(0, np.int64)
        self._vectors: Vectors = np.empty((0, dim), np.float32)

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add rows with their unit vectors."""
        rows, vectors = check_new(rows, vectors, self._dim, self._kept)
        self._kept, self._vectors = np.concatenate([self._kept, rows]), np.concatenate([self._vectors, vectors])

    def remove(self, rows: Rows) -> int:
        """Take rows out; returns how many were there."""
        stays = ~np.isin(self._kept, rows)
        self._kept, self._vectors = self._kept[stays], self._vectors[stays]
        return int((~stays).sum())

    def search(self, queries: Vectors, k: int, allowed: Rows | None = None) -> tuple[Scores, Rows]:
        """The k best rows for each query, among `allowed` only when given."""
        queries = check_queries(queries, self._dim, k)
        scores = queries @ self._vectors.T
        rows = np.broadcast_to(self._kept, scores.shape)
        return ordered(scores, rows if allowed is None else np.where(np.isin(rows, allowed), rows, -1), k)

    def __len__(self) -> int:
        return len(self._kept)
