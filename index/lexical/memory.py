"""BM25 in plain Python: the oracle that the contract tests hold tantivy against; needs no native library.

score(q, d) = Σ w(t) · idf(t) · tf · (k1 + 1) / (tf + k1 · (1 - b + b · |d| / avgdl)),   idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5))

Source: Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, doi:10.1561/1500000019.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from pathlib import Path

import numpy as np

from index.errors import SettingsError
from index.protocols import Rows, Scores

K1, B = 1.2, 0.75  # as tantivy has them


def open_lexical(name: str, folder: Path | None = None) -> "MemoryStore":
    """A new store in memory. Known names: bm25."""
    if name != "bm25" or folder is not None:
        raise SettingsError("QA_LEXICAL 'memory:bm25' is for tests: it keeps nothing in a folder; use tantivy:bm25")
    return MemoryStore()


def bm25(tf: int, df: int, rows: int, length: int, mean_length: float) -> float:
    """What one term adds to one row's score.

    >>> round(bm25(tf=1, df=1, rows=1, length=3, mean_length=3.0), 4)
    0.2877
    """
    idf = log(1 + (rows - df + 0.5) / (df + 0.5))
    return idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / mean_length))


class MemoryStore:
    """Rows and their term counts in a dictionary."""

    def __init__(self) -> None:
        self._counts: dict[int, Counter[str]] = {}

    def add(self, rows: Rows, terms: Sequence[Sequence[str]]) -> None:
        """Add rows with their terms."""
        if len(rows) != len(terms):
            raise ValueError(f"{len(rows)} rows need as many lists of terms, not {len(terms)}")
        new = {int(row): Counter(of_row) for row, of_row in zip(rows, terms, strict=True)}
        if len(new) < len(rows) or new.keys() & self._counts.keys():
            raise ValueError("a row is given twice, or in the store already")
        self._counts |= new

    def remove(self, rows: Rows) -> int:
        """Take rows out; returns how many were there."""
        return sum(self._counts.pop(int(row), None) is not None for row in rows)

    def search(self, terms: Mapping[str, float], k: int, allowed: Rows | None = None) -> tuple[Scores, Rows]:
        """The k best rows for weighted terms, among `allowed` only when given."""
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        lengths = {row: counts.total() for row, counts in self._counts.items()}
        mean = sum(lengths.values()) / max(1, len(lengths))
        chosen = self._counts.keys() if allowed is None else self._counts.keys() & {int(row) for row in allowed}
        scores = {
            row: sum(
                weight * bm25(self._counts[row][term], self.frequency(term), len(self), lengths[row], mean)
                for term, weight in terms.items()
                if self._counts[row][term] and weight > 0
            )
            for row in chosen
        }
        best = sorted(((score, row) for row, score in scores.items() if score > 0), key=lambda pair: (-pair[0], pair[1]))[:k]
        return np.array([score for score, _ in best], np.float32), np.array([row for _, row in best], np.int64)

    def frequency(self, term: str) -> int:
        """In how many rows the term stands."""
        return sum(term in counts for counts in self._counts.values())

    def __len__(self) -> int:
        return len(self._counts)
