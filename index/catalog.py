"""The catalog: one SQLite file that holds the truth. Everything else in the index can be made again from it.

In: articles, spans, vectors.  Out: the same, checked.  Never: two that write at a time (the caller holds the lock; index/turns.py).
WAL with synchronous=FULL: a commit that returned survives a power cut.  Its tables are in index/schema.py.
"""

import hashlib
import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import ValidationError

from index.errors import IndexDamaged
from index.protocols import Rows, Vectors
from index.records import Article
from index.schema import FORMAT, found_format, prepare, vector_sum
from index.turns import Turn

NAME = "catalog.db"
ARTICLE_FIELDS = frozenset(Article.model_fields) - {"id", "version", "text", "sha256"}
SILENT = ("withheld", "canceled")  # statuses under which an article never answers


def _sum(id_: str, version: int, fields: str, text: str) -> str:
    """SHA-256 over everything that an article's line holds."""
    return hashlib.sha256("\0".join([id_, str(version), fields, text]).encode()).hexdigest()


def instant(fields: str, name: str) -> datetime:
    """One of the instants in an article's line."""
    try:
        return datetime.fromisoformat(json.loads(fields)[name])
    except (KeyError, TypeError, ValueError) as error:
        raise IndexDamaged("an article in the catalog is not what was written: run `python -m index repair`") from error


def fields_of(article: Article) -> str:
    """What is said of an article beside its text, as JSON."""
    return article.model_dump_json(include=set(ARTICLE_FIELDS))


class Unembedded(NamedTuple):
    """A passage without a vector."""

    row: int
    embedded: str  # hash of the text that is embedded for it
    article: str
    version: int
    start: int
    end: int


class Catalog:
    """An opened catalog: for one writer (who holds the index's lock), or for any number of reading threads."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self.path = path
        self._write = write
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._turn = Turn(path) if write else None
        try:
            with self.errors():
                if write:
                    with self.turn():
                        prepare(self.connection)
                found = found_format(self.connection)
            if found != str(FORMAT):
                mend = "run `python -m index rebuild`" if found in ("1", None) else "move it away and run `python -m index rebuild`"
                if found == "":
                    raise IndexDamaged(f"{self.path} does not say its format any more: run `python -m index repair`")
                raise IndexDamaged(f"{self.path} has format {found}, not {FORMAT}: {mend}")
        except BaseException:
            self.close()
            raise

    @classmethod
    def over(cls, db: sqlite3.Connection, path: Path) -> "Catalog":
        """A catalog over a connection that is open already; whoever opened it closes it."""
        catalog = cls.__new__(cls)
        catalog.path, catalog._write, catalog._open, catalog._guard = path, True, [], threading.Lock()
        catalog._local = threading.local()
        catalog._local.db, catalog._turn = db, None
        return catalog

    @property
    def connection(self) -> sqlite3.Connection:
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
    def errors(self) -> Iterator[None]:
        """What SQLite raises, in our own words: a disk that says no is an OSError, everything else damage."""
        try:
            yield
        except (sqlite3.DatabaseError, UnicodeDecodeError, json.JSONDecodeError) as error:  # the second: a damaged name stands in the first's message
            if self._write and isinstance(error, sqlite3.OperationalError) and re.search("disk|readonly|unable to open", str(error)):
                raise OSError(f"{self.path}: {error}") from error
            raise IndexDamaged(f"{self.path} cannot be read ({error}): run `python -m index repair`, or move it away and `rebuild`") from error

    def turn(self) -> AbstractContextManager[None]:
        """Nobody else writes meanwhile; `transaction` takes the turn by itself."""
        return self._turn.taken() if self._turn else nullcontext()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside, or none."""
        with self.turn(), self.errors():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # on a full disk SQLite has rolled back by itself
                    self.connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every thread's connection."""
        with self._guard:
            for db in self._open:
                db.close()
            self._open.clear()
        self._local = threading.local()
        if self._turn:
            self._turn.close()

    @property
    def state(self) -> int:
        """A number that grows whenever something changes that a generation is made of."""
        with self.errors():
            return int(self.connection.execute("SELECT value FROM meta WHERE key = 'state'").fetchone()[0])

    def advance(self) -> None:
        """Say that something changed that a generation is made of."""
        self.connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'state'")

    # ── articles ────────────────────────────────────────────────────────────────────────────────────────────────────

    def put(self, article: Article) -> Article:
        """Keep an article as read: under its known version when the text is known, else as the next version.

        What is said of a known version does not change here: see `describe`.

        Returns:
            The article with its true version, `first_seen` and `indexed`.
        """
        known = self.connection.execute("SELECT version, fields, sha256 FROM article WHERE id = ? ORDER BY version", (article.id,)).fetchall()
        same = [line for line in known if line[2] == article.sha256]
        version = same[0][0] if same else max(known[-1][0] + 1 if known else 1, self._first_version(article))
        instants = {"first_seen": instant(known[0][1], "first_seen")} if known else {}
        if same:
            instants["indexed"] = instant(same[0][1], "indexed")
        article = article.model_copy(update={"version": version, **instants})
        if not same:
            fields = fields_of(article)
            self.connection.execute(
                "INSERT INTO article (id, version, sha256, fields, text, sum) VALUES (?, ?, ?, ?, ?, ?)",
                (article.id, version, article.sha256, fields, article.text, _sum(article.id, version, fields, article.text)),
            )
        return article

    def _first_version(self, article: Article) -> int:
        """The version of an article that is not known: its old one when it once had this very text, else one that was never used."""
        lines = self.connection.execute("SELECT version, sha256 FROM reserved WHERE article = ?", (article.id,)).fetchall()
        return next((int(version) for version, total in lines if total == article.sha256), max((int(line[0]) for line in lines), default=0) + 1)

    def reserve(self, id_: str, version: int, total: str = "") -> None:
        """Keep a version's number for the text of this SHA-256, or for none."""
        self.connection.execute("INSERT OR IGNORE INTO reserved VALUES (?, ?, ?)", (id_, version, total))

    def forget(self, id_: str) -> None:
        """Take every version of an article out, with its passages and their vectors; its numbers are not used again."""
        db = self.connection
        db.execute("INSERT OR IGNORE INTO reserved SELECT id, max(version), '' FROM article WHERE id = ? GROUP BY id", (id_,))
        db.execute(
            "DELETE FROM vector WHERE embedded IN (SELECT embedded FROM passage WHERE article = ?)"
            " AND embedded NOT IN (SELECT embedded FROM passage WHERE article <> ?)",
            (id_, id_),
        )
        for table, column in (("split", "article"), ("sketch", "article"), ("passage", "article"), ("item", "article"), ("article", "id")):
            db.execute(f"DELETE FROM {table} WHERE {column} = ?", (id_,))
        db.execute("DELETE FROM pair WHERE first = ? OR second = ?", (id_, id_))
        self.advance()

    def described(self, id_: str, version: int) -> str:
        """What is said of a version, as JSON."""
        return str(self.connection.execute("SELECT fields FROM article WHERE id = ? AND version = ?", (id_, version)).fetchone()[0])

    def describe(self, id_: str, version: int, fields: str) -> bool:
        """Bring what is said of a version up to date; returns whether it was another."""
        line = self.connection.execute("SELECT fields, text FROM article WHERE id = ? AND version = ?", (id_, version)).fetchone()
        if line[0] == fields:
            return False
        self.connection.execute(
            "UPDATE article SET fields = ?, sum = ? WHERE id = ? AND version = ?", (fields, _sum(id_, version, fields, line[1]), id_, version)
        )
        return True

    def set_current(self, id_: str, version: int | None) -> bool:
        """Say which version of an article answers, None for no version; returns whether it was another. All stay readable."""
        before = [line[0] for line in self.connection.execute("SELECT version FROM article WHERE id = ? AND current", (id_,))]
        if before == ([] if version is None else [version]):
            return False
        self.connection.execute("UPDATE article SET current = (version IS ?) WHERE id = ?", (version, id_))
        return True

    def keys(self, *, current: bool) -> list[tuple[str, int]]:
        """(id, version) of the articles that may be asked, or of every version ever read; ordered."""
        with self.errors():
            lines = self.connection.execute(f"SELECT id, version FROM article {'WHERE current' if current else ''} ORDER BY id, version")
            return [(str(id_), int(version)) for id_, version in lines]

    def versions(self, id_: str) -> list[int]:
        """Numbers of the versions of an article that were ever read, oldest first."""
        with self.errors():
            lines = self.connection.execute("SELECT version FROM article WHERE id = ? ORDER BY version", (id_,))
            return [int(version) for (version,) in lines]

    def article(self, id_: str, version: int) -> Article:
        """One version of one article.

        Raises:
            KeyError: there is none.
            IndexDamaged: it is not what was written.
        """
        with self.errors():
            query = "SELECT id, version, fields, text, sum FROM article WHERE id = ? AND version = ?"
            line = self.connection.execute(query, (id_, version)).fetchone()
        if line is None:
            raise KeyError(f"{id_}@{version}")
        id_, version, fields, text, total = line
        try:
            if not isinstance(fields, str) or not isinstance(text, str) or _sum(id_, version, fields, text) != total:
                raise ValueError("its checksum differs")
            return Article.model_validate({**json.loads(fields), "id": id_, "version": version, "text": text})
        except (ValidationError, ValueError, UnicodeEncodeError) as error:
            raise IndexDamaged(f"{self.path}: article {id_}@{version} is not what was written: run `python -m index repair`") from error

    def newest(self, id_: str) -> int | None:
        """The version of an article that answers now; None when the corpus no longer holds it."""
        with self.errors():
            line = self.connection.execute("SELECT version FROM article WHERE id = ? AND current", (id_,)).fetchone()
        return int(line[0]) if line else None

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
            line = self.connection.execute(
                'INSERT INTO passage (article, version, start, "end", embedded) VALUES (?, ?, ?, ?, ?)'
                ' ON CONFLICT (article, version, start, "end") DO UPDATE SET embedded = excluded.embedded RETURNING row',
                (article.id, article.version, start, end, hashed),
            ).fetchone()
            rows.append(int(line[0]))
        return rows

    def put_split(self, article: Article, rule: str, rows: Sequence[int]) -> None:
        """Remember which rows an article's passages have when it is parted by a rule."""
        line = (article.id, article.version, rule, article.title, np.array(rows, "<i8").tobytes())
        self.connection.execute("INSERT OR REPLACE INTO split VALUES (?, ?, ?, ?, ?)", line)

    def unsplit(self, rule: str, most: int, after: str = "") -> list[tuple[str, int]]:
        """The first of the current articles, by id, that may answer and are not yet parted by a rule under their present headline."""
        with self.errors():
            lines = self.connection.execute(
                "SELECT a.id, a.version FROM article a LEFT JOIN split s ON s.article = a.id AND s.version = a.version AND s.rule = ?"
                " WHERE a.current AND a.id > ? AND json_extract(a.fields, '$.status') NOT IN (?, ?)"
                " AND (s.rows IS NULL OR s.title <> json_extract(a.fields, '$.title')) ORDER BY a.id LIMIT ?",
                (rule, after, *SILENT, most),
            ).fetchall()
        return [(str(id_), int(version)) for id_, version in lines]

    def answering(self, rule: str) -> Iterator[tuple[str, int, str, str, Rows]]:
        """Every current article that may answer: id, version, SHA-256, what is said of it, and the rows of its passages; by id."""
        with self.errors():
            lines = self.connection.execute(
                "SELECT a.id, a.version, a.sha256, a.fields, s.rows FROM article a"
                " JOIN split s ON s.article = a.id AND s.version = a.version AND s.rule = ?"
                " WHERE a.current AND json_extract(a.fields, '$.status') NOT IN (?, ?) ORDER BY a.id",
                (rule, *SILENT),
            )
            for id_, version, total, fields, rows in lines:
                yield str(id_), int(version), str(total), str(fields), np.frombuffer(rows, "<i8").astype(np.int64)

    def spans(self, id_: str, version: int) -> dict[int, tuple[int, int]]:
        """Row → (start, end) of every passage that a version was ever parted into."""
        with self.errors():
            lines = self.connection.execute('SELECT row, start, "end" FROM passage WHERE article = ? AND version = ?', (id_, version))
            return {int(row): (int(start), int(end)) for row, start, end in lines}

    # ── vectors ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def to_embed(self, rows: Sequence[int], weights: str) -> list["Unembedded"]:
        """Of these rows those for which this model's vector is not kept yet, by row; of passages with the same text only the first."""
        marks = ",".join("?" * len(rows))
        query = (
            'SELECT p.row, p.embedded, p.article, p.version, p.start, p."end" FROM passage p'
            f" LEFT JOIN vector v ON v.embedded = p.embedded AND v.weights = ? WHERE p.row IN ({marks}) AND v.data IS NULL ORDER BY p.row DESC"
        )
        with self.errors():
            found = {line[1]: Unembedded(*line) for line in self.connection.execute(query, (weights, *map(int, rows)))}
        return sorted(found.values())

    def put_vectors(self, embedded: Sequence[str], weights: str, vectors: Vectors) -> None:
        """Keep vectors (n, dim) float32 under their texts' hashes."""
        data = [vector.astype("<f4").tobytes() for vector in vectors]
        lines = [(hashed, weights, one, vector_sum(one)) for hashed, one in zip(embedded, data, strict=True)]
        self.connection.executemany("INSERT OR REPLACE INTO vector (embedded, weights, data, sum) VALUES (?, ?, ?, ?)", lines)

    def vectors(self, embedded: Sequence[str], weights: str, dim: int) -> Vectors:
        """(n, dim) float32 for the texts of these hashes, in their order.

        Raises:
            IndexDamaged: one is missing, or is not what was written.
        """
        vectors = np.empty((len(embedded), dim), np.float32)
        query = "SELECT data, sum FROM vector WHERE embedded = ? AND weights = ?"
        with self.errors():
            for place, hashed in enumerate(embedded):
                line = self.connection.execute(query, (hashed, weights)).fetchone()
                if line is None or len(line[0]) != 4 * dim:
                    raise IndexDamaged(f"{self.path} lacks the vector of a passage: run `python -m index update`")
                if vector_sum(line[0]) != line[1]:
                    raise IndexDamaged(f"{self.path} holds a damaged vector: run `python -m index repair`")
                vectors[place] = np.frombuffer(line[0], "<f4")
        if not np.isfinite(vectors).all() or (len(embedded) and np.abs(np.linalg.norm(vectors, axis=1) - 1).max() > 1e-3):
            raise IndexDamaged(f"{self.path} holds a vector that is not of length 1: run `python -m index rebuild --fresh`")
        return vectors

    def dim(self, weights: str) -> int | None:
        """Length of this model's vectors; None when none is kept."""
        with self.errors():
            line = self.connection.execute("SELECT length(data) FROM vector WHERE weights = ? LIMIT 1", (weights,)).fetchone()
        return line[0] // 4 if line else None

    def integrity(self) -> list[str]:
        """What SQLite's own check finds wrong; empty when nothing is."""
        with self.errors():
            found = [line[0] for line in self.connection.execute("PRAGMA integrity_check")]
        return [] if found == ["ok"] else found


def batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The items in lists of at most `size`."""
    part: list[Any] = []
    for item in items:
        part.append(item)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
