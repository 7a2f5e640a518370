"""The seams: what an embedder, a vector store and a lexical store must do.

Two implementations or a contract test stand behind each.  Stores get rows, vectors and terms: never strings of
the user's, never models, never a filter language (the catalog turns dates and outlets into allowed rows).
"""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float32]
Kind = Literal["query", "passage"]


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into unit vectors."""

    name: str
    dim: int

    @property
    def weights(self) -> str:
        """SHA-256 over the model's files: vectors of other weights are never mixed."""
        ...

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """(n, dim) float32, C order, each row of length 1; n may be 0. Equal texts give equal rows up to 1e-5.

        Raises:
            EmbedderError: the model cannot be loaded or gave a vector that is not finite.
        """
        ...

    def pieces(self, text: str) -> int:
        """Number of the model's word pieces in the text, without the marks at both ends."""
        ...


@runtime_checkable
class VectorStore(Protocol):
    """Finds the rows whose vectors have the largest inner product with a query."""

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add (n,) rows with (n, dim) unit vectors. Raises ValueError on other shapes or a row already there."""
        ...

    def remove(self, rows: Rows) -> int:
        """Take rows out; returns how many were there."""
        ...

    def search(self, queries: Vectors, k: int, allowed: Rows | None = None) -> tuple[Scores, Rows]:
        """The k best rows for each of (q, dim) queries, among `allowed` only when given.

        Returns:
            (q, k) scores, best first, and (q, k) rows. Ties keep the smaller row first. Padded with -inf and -1.
        """
        ...

    def __len__(self) -> int: ...


@runtime_checkable
class LexicalStore(Protocol):
    """Finds the rows whose terms match, by BM25."""

    def add(self, rows: Rows, terms: Sequence[Sequence[str]]) -> None:
        """Add (n,) rows with their terms, in order and with repeats."""
        ...

    def remove(self, rows: Rows) -> int:
        """Take rows out; returns how many were there."""
        ...

    def search(self, terms: Mapping[str, float], k: int, allowed: Rows | None = None) -> tuple[Scores, Rows]:
        """The k best rows for weighted terms, any of them, among `allowed` only when given.

        Returns:
            Scores above 0, best first, and their rows, both (m,) with m <= k. Ties keep the smaller row first.
        """
        ...

    def frequency(self, term: str) -> int:
        """In how many rows the term stands."""
        ...

    def __len__(self) -> int: ...
