"""tantivy: BM25 over our own terms.  The only file that imports tantivy.

The terms come folded and stemmed from index/text.py; tantivy only splits them at spaces again, so that a question and a
passage can never be treated differently.
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import tantivy

from index.errors import SettingsError
from index.protocols import Rows, Scores

HEAP_BYTES = 128_000_000
TIES = 32  # hits fetched beyond k, so that equal scores at the cut are ordered by row


def open_lexical(name: str, folder: Path | None = None) -> "TantivyStore":
    """The store kept in a folder, or a new one in memory. Known names: bm25."""
    if name != "bm25":
        raise SettingsError(f"QA_LEXICAL is 'tantivy:{name}', but tantivy knows only: tantivy:bm25")
    return TantivyStore(folder)


@contextmanager
def _disk_errors() -> Iterator[None]:
    """What tantivy tells of a disk (it knows only ValueError) becomes an OSError."""
    try:
        yield
    except ValueError as error:
        raise OSError(f"tantivy: {error}") from error


class TantivyStore:
    """Rows and their terms in one tantivy index."""

    def __init__(self, folder: Path | None = None) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("row", indexed=True, fast=True)
        builder.add_text_field("terms", tokenizer_name="spaces", index_option="freq")
        self._schema = builder.build()
        self._copy: TemporaryDirectory[str] | None = None
        try:
            self._open(folder)
        except OSError:
            if folder is None or os.access(folder, os.W_OK):
                raise
            self._copy = TemporaryDirectory(prefix="lexical-")  # even a reader makes a lock: on a disk that is only read, it reads a copy
            shutil.copytree(folder, self._copy.name, dirs_exist_ok=True)
            self._open(Path(self._copy.name))
        self._removed = False  # tantivy's own frequencies go on counting rows that were taken out

    def _open(self, folder: Path | None) -> None:
        with _disk_errors():
            self._index = tantivy.Index(self._schema, path=str(folder) if folder else None)
            self._index.register_tokenizer("spaces", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
            self._index.config_reader(reload_policy="Manual")
            self._searcher = self._index.searcher()

    def add(self, rows: Rows, terms: Sequence[Sequence[str]]) -> None:
        """Add rows with their terms; they can be found when this returns."""
        if len(rows) != len(terms):
            raise ValueError(f"{len(rows)} rows need as many lists of terms, not {len(terms)}")
        if self._holds(rows) or len(set(rows)) < len(rows):
            raise ValueError("a row is given twice, or in the store already")
        documents = []
        for row, of_row in zip(rows, terms, strict=True):
            document = tantivy.Document()
            document.add_unsigned("row", int(row))
            document.add_text("terms", " ".join(of_row))
            documents.append(document)
        with self._writer() as writer:
            for document in documents:
                writer.add_document(document)

    def remove(self, rows: Rows) -> int:
        """Take rows out; returns how many were there."""
        before, self._removed = len(self), True
        if len(rows):
            with self._writer() as writer:
                writer.delete_documents_by_query(tantivy.Query.term_set_query(self._schema, "row", [int(row) for row in rows]))
        return before - len(self)

    def search(self, terms: Mapping[str, float], k: int, allowed: Rows | None = None) -> tuple[Scores, Rows]:
        """The k best rows for weighted terms, among `allowed` only when given."""
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        matches = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, "terms", term, "freq"), weight))
            for term, weight in terms.items()
            if weight > 0
        ]
        if not matches or not len(self) or (allowed is not None and not len(allowed)):
            return np.empty(0, np.float32), np.empty(0, np.int64)
        query = tantivy.Query.boolean_query(matches)
        if allowed is not None:
            chosen = tantivy.Query.term_set_query(self._schema, "row", [int(row) for row in allowed])
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, query), (tantivy.Occur.Must, tantivy.Query.boost_query(tantivy.Query.const_score_query(chosen, 1.0), 0.0))]
            )
        most = k + TIES
        while len(hits := self._searcher.search(query, limit=most, count=False).hits) == most and hits[-1][0] == hits[k - 1][0]:
            most *= 2  # rows that tie with the k-th may still be missing
        scores = np.array([score for score, _ in hits], np.float32)
        rows = np.array(self._searcher.fast_field_values("row", [place for _, place in hits]), np.int64)
        order = np.lexsort((rows, -scores))[:k]
        return scores[order], rows[order]

    def frequency(self, term: str) -> int:
        """In how many rows the term stands."""
        if not self._removed:
            return int(self._searcher.doc_freq("terms", term))
        return int(self._searcher.search(tantivy.Query.term_query(self._schema, "terms", term, "freq"), limit=1, count=True).count)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def _holds(self, rows: Rows) -> bool:
        if not len(rows) or not len(self):
            return False
        query = tantivy.Query.term_set_query(self._schema, "row", [int(row) for row in rows])
        return bool(self._searcher.search(query, limit=1).hits)

    @contextmanager
    def _writer(self) -> Iterator[tantivy.IndexWriter]:
        with _disk_errors():
            writer = self._index.writer(heap_size=HEAP_BYTES, num_threads=1)
            yield writer
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
        self._searcher = self._index.searcher()
