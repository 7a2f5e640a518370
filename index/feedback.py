"""What readers said of answers, line by line in a table of the catalog: kept by the page while it serves, whoever builds meanwhile.

    keep, remove ── a turn, a connection of their own, one transaction ──► on the disk when they return
    lines ◄── any reading catalog; one without the table, or a line that is not what was written, stops nothing

In: lines whose fields are JSON of qa/feedback.py.  Out: the same, checked.  Never: a change to anything that a generation is made of;
a line dropped to make room.
"""

import json
import re
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from index.catalog import NAME, Catalog
from index.errors import FeedbackError, IndexBusy, IndexDamaged, IndexMissing
from index.generation import unwritable
from index.records import sha256
from index.schema import FEEDBACK, FORMAT, found_format
from index.settings import Settings
from index.turns import Turn

MOST = 10_000  # lines
MOST_BYTES = 32_000  # of a line's fields
ALWAYS = "9999"  # comes after every instant
AGAIN = "`python -m qa feedback`, or give the feedback,"


class Line(NamedTuple):
    """One reader's word on one answer."""

    turn: str  # name of the answer; a line replaces the one of the same name
    given: str  # instant in UTC, ISO
    articles: tuple[str, ...]  # ids of those that the answer cites
    fields: str  # JSON

    @property
    def sum(self) -> str:
        """SHA-256 over everything that the line holds."""
        return sha256("\0".join([self.turn, self.given, json.dumps(self.articles), self.fields]))


def keep(settings: Settings, line: Line, cited: Collection[tuple[str, int]]) -> None:
    """Keep a line, in the place of an earlier one on the same answer.

    Args:
        settings: Which index.
        line: What is kept.
        cited: Id and version of each article that it names: they must still be there.

    Raises:
        FeedbackError: it is too long, there is no room for more, or an article that it names was forgotten.
        IndexBusy: a build has held the catalog for five seconds.
        IndexMissing, IndexDamaged, IndexUnwritable: there is no catalog that can be written.
    """
    if len(line.fields.encode()) > MOST_BYTES:
        raise FeedbackError(f"what is said of an answer may take {MOST_BYTES} bytes, not {len(line.fields.encode())}: say it in fewer words")
    with _writing(settings) as db:
        if not db.execute("SELECT 1 FROM feedback WHERE turn = ?", (line.turn,)).fetchone() and _count(db) >= MOST:
            raise FeedbackError(
                f"there are {MOST} lines of feedback, and no room for more: "
                "run `python -m qa feedback --json --clear > feedback.jsonl`, which writes them out and then removes them"
            )
        for id_, version in cited:
            if not db.execute("SELECT 1 FROM article WHERE id = ? AND version = ?", (id_, version)).fetchone():
                raise FeedbackError(f"the index no longer holds {id_}@{version}, which the answer cites: ask again")
        db.execute(
            "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?)", (line.turn, line.given, json.dumps(line.articles), line.fields, line.sum)
        )


def remove(settings: Settings, turns: Collection[str], until: str = ALWAYS) -> int:
    """Remove the lines on these answers, but for those given after an instant; returns how many there were.

    Raises:
        IndexBusy, IndexMissing, IndexDamaged, IndexUnwritable: as for `keep`.
    """
    with _writing(settings) as db:
        return sum(db.execute("DELETE FROM feedback WHERE turn = ? AND given <= ?", (turn, until)).rowcount for turn in turns)


def lines(catalog: Catalog) -> tuple[list[Line], list[int]]:
    """All lines, newest first; and the numbers of those that are not what was written."""
    found: list[tuple[Line, int]] = []
    damaged: list[int] = []
    with catalog.errors():
        if not catalog.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'feedback'").fetchone():
            return [], []
        blobs = ", ".join(f"CAST({name} AS BLOB)" for name in ("turn", "given", "articles", "fields", "sum"))
        for number, *columns in catalog.connection.execute(f"SELECT rowid, {blobs} FROM feedback"):
            try:
                turn, given, articles, fields, total = (one.decode() for one in columns)
                line = Line(turn, given, tuple(json.loads(articles)), fields)
                if line.sum != total:
                    raise ValueError("its checksum differs")
                found.append((line, number))
            except (ValueError, TypeError, AttributeError):
                damaged.append(number)
    return [line for line, _ in sorted(found, key=lambda one: (one[0].given, one[1]), reverse=True)], damaged


def forget(catalog: Catalog, id_: str) -> None:
    """Remove the lines that name an article, and those of which that cannot be told; the caller holds a transaction open."""
    named = "CASE WHEN json_valid(articles) THEN EXISTS (SELECT 1 FROM json_each(articles) WHERE value = ?) ELSE 1 END"
    catalog.connection.execute(f"DELETE FROM feedback WHERE {named}", (id_,))


def drop_damaged(catalog: Catalog) -> int:
    """Remove the lines that are not what was written; returns how many they were."""
    _, damaged = lines(catalog)
    if damaged:
        with catalog.transaction():
            catalog.connection.executemany("DELETE FROM feedback WHERE rowid = ?", ((number,) for number in damaged))
    return len(damaged)


def _count(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM feedback").fetchone()[0])


@contextmanager
def _writing(settings: Settings) -> Iterator[sqlite3.Connection]:
    """A transaction of its own; the catalog is opened only once it is our turn, for a repair may put another in its place."""
    path = settings.index_dir / NAME
    if not settings.index_dir.is_dir():
        raise IndexMissing(settings.index_dir)
    try:
        turn = Turn(path)
        with closing(turn), turn.taken():
            if not path.is_file():
                raise IndexMissing(settings.index_dir)
            with closing(_opened(path)) as db:
                db.execute("BEGIN IMMEDIATE")
                db.execute(FEEDBACK)
                yield db
                db.execute("COMMIT")
    except OSError as error:
        raise unwritable(settings, error, AGAIN) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            if re.search("locked|busy", str(error)):
                raise IndexBusy(f"{path} is being written just now: try again in a moment") from error
            if re.search("disk|readonly|unable to open", str(error)):
                raise unwritable(settings, error, AGAIN) from error
        raise IndexDamaged(f"{path} cannot be written ({error}): run `python -m index repair`") from error


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
    try:
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL"):
            db.execute(f"PRAGMA {pragma}")
        db.execute("PRAGMA secure_delete=ON")
        if (found := found_format(db)) != str(FORMAT):
            raise IndexDamaged(f"{path} has format {found}, not {FORMAT}: run `python -m index rebuild`")
    except BaseException:
        db.close()
        raise
    return db
