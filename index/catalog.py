"""The catalog: one SQLite file that holds the truth. Everything else in the index can be made again from it.

    article   every version of every article that was ever read, text whole
    passage   row ↔ address; a row is never used for another address
    generation  the rows of each, so that it can be made again
    vector    by (hash of the embedded text, hash of the model): nothing is embedded twice

In: articles, spans, vectors.  Out: the same, checked.  Never: two writing connections (the caller holds the lock).
WAL with synchronous=FULL: a commit that returned survives a power cut.
"""

import hashlib
import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from index.errors import IndexDamaged
from index.protocols import Rows, Vectors
from index.records import Article, Manifest, Passage

FORMAT = 1
NAME = "catalog.db"
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS article (
    id TEXT NOT NULL, version INTEGER NOT NULL, sha256 TEXT NOT NULL, current INTEGER NOT NULL DEFAULT 0,
    fields TEXT NOT NULL, text TEXT NOT NULL, sum TEXT NOT NULL,
    PRIMARY KEY (id, version), UNIQUE (id, sha256)
) STRICT;
CREATE TABLE IF NOT EXISTS passage (
    row INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL, version INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL CHECK (start >= 0 AND start < "end"), embedded TEXT NOT NULL,
    UNIQUE (article, version, start, "end"), FOREIGN KEY (article, version) REFERENCES article (id, version)
) STRICT;
CREATE TABLE IF NOT EXISTS generation (name TEXT PRIMARY KEY, manifest TEXT NOT NULL, rows BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS vector (
    embedded TEXT NOT NULL, weights TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (embedded, weights)
) STRICT;
"""
_ARTICLE = "id, version, fields, text, sum"


def _sum(id_: str, version: int, fields: str, text: str) -> str:
    """SHA-256 over everything that an article's line holds."""
    return hashlib.sha256("\0".join([id_, str(version), fields, text]).encode()).hexdigest()


def _instant(fields: str, name: str) -> datetime:
    """One of the instants in an article's line."""
    try:
        return datetime.fromisoformat(json.loads(fields)[name])
    except (KeyError, TypeError, ValueError) as error:
        raise IndexDamaged("an article in the catalog is not what was written; move catalog.db away and run `python -m index rebuild`") from error


class Catalog:
    """An opened catalog: for one writer (who holds the index's lock), or for any number of reading threads."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self.path = path
        self._write = write
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        with self._errors():
            if self._write:
                self._db.executescript(SCHEMA)
                self._db.execute("INSERT OR IGNORE INTO meta VALUES ('format', ?)", (str(FORMAT),))
            found = self._db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        if found is None or found[0] != str(FORMAT):
            raise IndexDamaged(f"{self.path} has format {found and found[0]}, not {FORMAT}: move it away and run `python -m index rebuild`")

    @property
    def _db(self) -> sqlite3.Connection:
        """This thread's connection."""
        if (db := getattr(self._local, "db", None)) is None:
            mode = "rwc" if self._write else "ro"
            db = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False)
            with self._guard:  # kept at once: a damaged file fails at the first pragma, and is closed all the same
                self._open.append(db)
            for pragma in ("foreign_keys=ON", "trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "busy_timeout=5000"):
                db.execute(f"PRAGMA {pragma}")
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON") if self._write else ("query_only=ON",):
                db.execute(f"PRAGMA {pragma}")
            self._local.db = db
        return db

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the second when a damaged name stands in the first's message
            if self._write and isinstance(error, sqlite3.OperationalError) and re.search("disk|readonly|unable to open", str(error)):
                raise OSError(f"{self.path}: {error}") from error
            raise IndexDamaged(f"{self.path} cannot be read ({error}): move it away and run `python -m index rebuild`") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside, or none."""
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # on a full disk SQLite has rolled back by itself
                    self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every thread's connection."""
        with self._guard:
            for db in self._open:
                db.close()
            self._open.clear()
        self._local = threading.local()

    # ── articles ────────────────────────────────────────────────────────────────────────────────────────────────────

    def put(self, article: Article) -> Article:
        """Keep an article as read: under its known version when the text is known, else as the next version.

        Returns:
            The article with its true version, `first_seen` and `indexed`.
        """
        known = self._db.execute("SELECT version, fields, sha256 FROM article WHERE id = ? ORDER BY version", (article.id,)).fetchall()
        same = [line for line in known if line[2] == article.sha256]
        version = same[0][0] if same else (known[-1][0] + 1 if known else 1)
        instants = {"first_seen": _instant(known[0][1], "first_seen")} if known else {}
        if same:
            instants["indexed"] = _instant(same[0][1], "indexed")
        article = article.model_copy(update={"version": version, **instants})
        fields = article.model_dump_json(exclude={"text", "sha256", "id", "version"})
        self._db.execute(
            "INSERT INTO article (id, version, sha256, fields, text, sum) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id, version) DO UPDATE SET fields = excluded.fields, sum = excluded.sum",
            (article.id, version, article.sha256, fields, article.text, _sum(article.id, version, fields, article.text)),
        )
        return article

    def set_current(self, keys: Iterable[tuple[str, int]]) -> None:
        """Say which version of which articles the corpus now holds; all others stay readable, but answer no more."""
        self._db.execute("UPDATE article SET current = 0")
        self._db.executemany("UPDATE article SET current = 1 WHERE id = ? AND version = ?", keys)

    def keys(self, *, current: bool) -> list[tuple[str, int]]:
        """(id, version) of the articles that may be asked, or of every version ever read; ordered."""
        with self._errors():
            lines = self._db.execute(f"SELECT id, version FROM article {'WHERE current' if current else ''} ORDER BY id, version")
            return [(str(id_), int(version)) for id_, version in lines]

    def article(self, id_: str, version: int) -> Article:
        """One version of one article.

        Raises:
            KeyError: there is none.
            IndexDamaged: it is not what was written.
        """
        with self._errors():
            line = self._db.execute(f"SELECT {_ARTICLE} FROM article WHERE id = ? AND version = ?", (id_, version)).fetchone()
        if line is None:
            raise KeyError(f"{id_}@{version}")
        return self._article(line)

    def newest(self, id_: str) -> int | None:
        """The version of an article that answers now; None when the corpus no longer holds it."""
        with self._errors():
            line = self._db.execute("SELECT version FROM article WHERE id = ? AND current", (id_,)).fetchone()
        return int(line[0]) if line else None

    def _article(self, line: tuple[str, int, str, str, str]) -> Article:
        id_, version, fields, text, total = line
        try:
            if _sum(id_, version, fields, text) != total:
                raise ValueError("its checksum differs")
            return Article.model_validate({**json.loads(fields), "id": id_, "version": version, "text": text})
        except (ValidationError, ValueError) as error:
            raise IndexDamaged(
                f"{self.path}: article {id_}@{version} is not what was written; move the file away and run `python -m index rebuild`"
            ) from error

    # ── passages ────────────────────────────────────────────────────────────────────────────────────────────────────

    def put_passages(self, article: Article, spans: Sequence[tuple[int, int]], embedded: Sequence[str]) -> list[int]:
        """Keep an article's passages; each address keeps the row it once had.

        Args:
            article: The version that they are cut from.
            spans: Half-open, in code points.
            embedded: For each, the hash of the text that is embedded for it.

        Returns:
            Their rows, in the order of `spans`.
        """
        rows = []
        for (start, end), hashed in zip(spans, embedded, strict=True):
            line = self._db.execute(
                'INSERT INTO passage (article, version, start, "end", embedded) VALUES (?, ?, ?, ?, ?)'
                ' ON CONFLICT (article, version, start, "end") DO UPDATE SET embedded = excluded.embedded RETURNING row',
                (article.id, article.version, start, end, hashed),
            ).fetchone()
            rows.append(int(line[0]))
        return rows

    def passages(self, rows: Sequence[int], article: Callable[[str, int], Article] | None = None) -> list[Passage]:
        """The passages of these rows, in their order.

        Args:
            rows: Any rows.
            article: Looks an article up by id and version; the caller's cache, if it has one.

        Raises:
            IndexDamaged: a row has no passage.
        """
        found: dict[int, tuple[str, int, int, int]] = {}
        with self._errors():
            for part in range(0, len(rows), 500):
                some = [int(row) for row in rows[part : part + 500]]
                marks = ",".join("?" * len(some))
                for row, *address in self._db.execute(f'SELECT row, article, version, start, "end" FROM passage WHERE row IN ({marks})', some):
                    found[row] = tuple(address)
        if missing := [row for row in rows if int(row) not in found]:
            raise IndexDamaged(f"{self.path} has no passage for row {missing[0]}: run `python -m index rebuild`")
        article = article or lru_cache(maxsize=None)(self.article)
        return [Passage(article=article(*found[int(row)][:2]), start=found[int(row)][2], end=found[int(row)][3], row=int(row)) for row in rows]

    def about(self, rows: Rows) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """What filters look at: row, article's id and its fields but the text, for each of these rows, by row."""
        wanted = {int(row) for row in rows}
        seen: dict[tuple[str, int], dict[str, Any]] = {}
        query = "SELECT p.row, p.article, p.version FROM passage p ORDER BY p.row"
        with self._errors():
            for row, id_, version in self._db.execute(query):
                if row in wanted:
                    if (id_, version) not in seen:
                        line = self._db.execute("SELECT fields FROM article WHERE id = ? AND version = ?", (id_, version)).fetchone()
                        seen[id_, version] = json.loads(line[0])
                    yield row, id_, seen[id_, version]

    # ── generations ─────────────────────────────────────────────────────────────────────────────────────────────────

    def put_generation(self, manifest: Manifest, rows: Rows) -> None:
        """Remember what a generation holds, so that it can be made again when its files are damaged."""
        line = (manifest.generation, manifest.model_dump_json(), rows.astype("<i8").tobytes())
        self._db.execute("INSERT OR REPLACE INTO generation VALUES (?, ?, ?)", line)

    def generation(self, name: str) -> tuple[Manifest, Rows]:
        """What a generation held: its manifest (without checksums) and its rows.

        Raises:
            KeyError: the catalog knows of none by this name.
        """
        with self._errors():
            line = self._db.execute("SELECT manifest, rows FROM generation WHERE name = ?", (name,)).fetchone()
        if line is None:
            raise KeyError(name)
        try:
            return Manifest.model_validate_json(line[0]), np.frombuffer(line[1], "<i8").astype(np.int64)
        except ValueError as error:
            raise IndexDamaged(f"{self.path}: what it knows of {name} is not what was written; run `python -m index rebuild`") from error

    def last_generation(self) -> str | None:
        """Name of the generation that was made last; None when there is none."""
        with self._errors():
            line = self._db.execute("SELECT max(name) FROM generation").fetchone()
        return None if line[0] is None else str(line[0])

    # ── vectors ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def missing_vectors(self, embedded: Iterable[str], weights: str) -> set[str]:
        """Those hashes of embedded texts for which this model's vector is not kept yet."""
        with self._errors():
            have = {line[0] for line in self._db.execute("SELECT embedded FROM vector WHERE weights = ?", (weights,))}
        return set(embedded) - have

    def put_vectors(self, embedded: Sequence[str], weights: str, vectors: Vectors) -> None:
        """Keep vectors (n, dim) float32 under their texts' hashes."""
        lines = [(hashed, weights, vector.astype("<f4").tobytes()) for hashed, vector in zip(embedded, vectors, strict=True)]
        self._db.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", lines)

    def vectors(self, rows: Sequence[int], weights: str, dim: int) -> Vectors:
        """(n, dim) float32 for these rows, in their order.

        Raises:
            IndexDamaged: one is missing, has another length, or is not a unit vector.
        """
        vectors = np.empty((len(rows), dim), np.float32)
        query = "SELECT v.data FROM passage p JOIN vector v ON v.embedded = p.embedded AND v.weights = ? WHERE p.row = ?"
        with self._errors():
            for place, row in enumerate(rows):
                line = self._db.execute(query, (weights, int(row))).fetchone()
                if line is None or len(line[0]) != 4 * dim:
                    raise IndexDamaged(f"{self.path} lacks the vector of row {row}: run `python -m index rebuild`")
                vectors[place] = np.frombuffer(line[0], "<f4")
        if not np.isfinite(vectors).all() or (len(rows) and np.abs(np.linalg.norm(vectors, axis=1) - 1).max() > 1e-3):
            raise IndexDamaged(f"{self.path} holds a damaged vector: run `python -m index rebuild --fresh`")
        return vectors

    def forget_vectors(self) -> None:
        """Drop every kept vector, so that all is embedded anew."""
        self._db.execute("DELETE FROM vector")

    def integrity(self) -> list[str]:
        """What SQLite's own check finds wrong; empty when nothing is."""
        with self._errors():
            found = [line[0] for line in self._db.execute("PRAGMA integrity_check")]
        return [] if found == ["ok"] else found
