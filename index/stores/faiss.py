"""FAISS: exact inner products, rows kept by an id map.  The only file that imports faiss.

A store is filled from vectors whose checksum was proved. FAISS's own files are never read: it loads damaged ones without a word.
"""

from typing import Any

import faiss
import numpy as np

from index.errors import SettingsError
from index.protocols import Rows, Scores, Vectors
from index.stores.checks import check_new, check_queries, ordered

TIES = 32  # rows fetched beyond k, so that equal scores at the cut are ordered by row


def open_store(name: str, dim: int) -> "FlatStore":
    """An empty store. Known names: flat."""
    if name != "flat":
        raise SettingsError(f"QA_STORE is 'faiss:{name}', but faiss knows only: faiss:flat")
    return FlatStore(dim)


class FlatStore:
    """`IndexIDMap2` over a flat inner-product index: exact, 4 bytes a number."""

    def __init__(self, dim: int) -> None:
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dim))
        self._dim = dim

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add rows with their unit vectors."""
        rows, vectors = check_new(rows, vectors, self._dim, self._rows())
        if len(rows):
            self._index.add_with_ids(vectors, rows)

    def remove(self, rows: Rows) -> int:
        """Take rows out; returns how many were there."""
        return int(self._index.remove_ids(np.ascontiguousarray(rows, dtype=np.int64)))

    def search(self, queries: Vectors, k: int, allowed: Rows | None = None) -> tuple[Scores, Rows]:
        """The k best rows for each query, among `allowed` only when given."""
        queries = check_queries(queries, self._dim, k)
        available = len(self) if allowed is None else len(allowed)
        if not available or not len(queries):
            return np.full((len(queries), k), -np.inf, np.float32), np.full((len(queries), k), -1, np.int64)
        chosen = None if allowed is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(np.ascontiguousarray(allowed, dtype=np.int64)))  # type: ignore[call-arg]
        most = min(k + TIES, available)
        while True:
            scores, rows = self._index.search(queries, most, params=chosen)
            if most == available or ((rows[:, -1] < 0) | (scores[:, -1] < scores[:, k - 1])).all():
                break
            most = min(2 * most, available)  # rows that tie with the k-th may still be missing
        return ordered(scores, rows, k)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def _rows(self) -> Rows:
        return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)
