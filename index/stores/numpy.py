"""Brute force in NumPy: the oracle that the contract tests hold every other store against; needs no native library."""

import io

import numpy as np

from index.errors import SettingsError
from index.protocols import Rows, Scores, Vectors
from index.stores.checks import check_new, check_queries, ordered


def open_store(name: str, dim: int, data: bytes | None = None) -> "NumpyStore":
    """An empty store, or the one that was dumped. Known names: flat."""
    if name != "flat":
        raise SettingsError(f"QA_STORE is 'numpy:{name}', but numpy knows only: numpy:flat")
    return NumpyStore(dim, data)


class NumpyStore:
    """Two arrays and a matrix product."""

    def __init__(self, dim: int, data: bytes | None = None) -> None:
        self._dim = dim
        self._kept: Rows = np.empty(0, np.int64)
        self._vectors: Vectors = np.empty((0, dim), np.float32)
        if data is not None:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                self.add(arrays["rows"], arrays["vectors"])

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

    def dump(self) -> bytes:
        """Both arrays as an uncompressed .npz."""
        buffer = io.BytesIO()
        np.savez(buffer, rows=self._kept, vectors=self._vectors)
        return buffer.getvalue()
