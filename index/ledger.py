"""The ledger: what each file of the corpus looked like and gave, which version of each article answers, and every run.

    file ── its items ── touched articles ── settle ──► the current version of each, and what is said of it

Of several items with one id the one with the latest date answers (its own date of change, else of publication); an unknown date is never
the latest: those without one come behind, by when this index first read that text.  Then the later path: whatever order they came in,
the same one does.

In: what readers give.  Out: the catalog's current versions, and events.  Never: reads a file or embeds anything.
The caller holds a transaction open around every change.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from index.catalog import SILENT, Catalog, fields_of
from index.records import Article, Counts, Doubt, Event, EventState, Run, Skipped, Withdrawal

RUNS_KEPT = 200
BEHIND = "0 "  # before an instant, it sorts before every year


class Known(NamedTuple):
    """What a file looked like when it was read."""

    stat: str
    sha256: str
    readers: str


class Ledger:
    """Files, items and runs in the catalog's file."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    # ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def known(self, path: str) -> Known | None:
        """What a file looked like when it was read; None when it never was."""
        with self._catalog.errors():
            line = self._catalog.connection.execute("SELECT stat, sha256, readers FROM file WHERE path = ?", (path,)).fetchone()
        return Known(*line) if line else None

    def keep(self, path: str, known: Known) -> None:
        """A file was read whole."""
        self._catalog.connection.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", (path, *known))

    def begin(self, path: str) -> None:
        """A file is about to be read again: what it gave before no longer counts."""
        db = self._catalog.connection
        db.execute("DELETE FROM file WHERE path = ?", (path,))  # a run that is cut off reads it again
        db.execute("INSERT OR IGNORE INTO touched SELECT DISTINCT article FROM item WHERE path = ? AND article IS NOT NULL", (path,))
        db.execute("DELETE FROM item WHERE path = ?", (path,))

    def put(self, path: str, number: int, item: Article | Skipped | Withdrawal) -> None:
        """The n-th item of a file, from 1; an article as the catalog gave it back."""
        db = self._catalog.connection
        line: tuple[object, ...]
        if isinstance(item, Skipped):
            line = (path, number, item.path, None, None, "", "", item.reason, int(item.failed))
        elif isinstance(item, Withdrawal):
            at = (item.modified or datetime.now(UTC)).astimezone(UTC).isoformat()
            line = (path, number, item.path, item.id, None, at, json.dumps({"status": item.status}), "", 0)
        else:
            dated = item.modified or item.published
            at = ("" if dated else BEHIND) + (dated or item.indexed).astimezone(UTC).isoformat()
            line = (path, number, path if number == 1 else f"{path}:{number}", item.id, item.version, at, fields_of(item), "", 0)
        db.execute("INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", line)
        if not isinstance(item, Skipped):
            db.execute("INSERT OR IGNORE INTO touched VALUES (?)", (item.id,))

    def gone(self, seen: str) -> list[str]:
        """Paths of files that were read once and are not named in the temporary table `seen`."""
        return [path for (path,) in self._catalog.connection.execute(f"SELECT path FROM file WHERE path NOT IN (SELECT path FROM {seen})")]

    def paths(self, article: str) -> list[str]:
        """Files of the corpus that hold an article."""
        with self._catalog.errors():
            lines = self._catalog.connection.execute("SELECT DISTINCT path FROM item WHERE article = ? ORDER BY path", (article,))
            return [path for (path,) in lines]

    def standing(self) -> Iterator[Skipped]:
        """Everything in the corpus that is no article now, with its reason, by path."""
        with self._catalog.errors():
            query = "SELECT label, reason, failed FROM item WHERE reason <> '' ORDER BY path, number"
            for label, reason, failed in self._catalog.connection.execute(query):
                yield Skipped(path=label, reason=reason, failed=bool(failed))

    # ── which version answers ───────────────────────────────────────────────────────────────────────────────────────

    def touched(self, most: int) -> list[str]:
        """Some of the articles for which it is not settled which version answers."""
        return [id_ for (id_,) in self._catalog.connection.execute("SELECT article FROM touched ORDER BY article LIMIT ?", (most,))]

    def settle(self, id_: str) -> Event | None:
        """Let the right version of an article answer; returns what changed by it, None when nothing did."""
        db, catalog = self._catalog.connection, self._catalog
        db.execute("DELETE FROM touched WHERE article = ?", (id_,))
        query = "SELECT version, fields, label FROM item WHERE article = ? ORDER BY at DESC, path DESC, number DESC LIMIT 1"
        best = db.execute(query, (id_,)).fetchone()
        before = catalog.newest(id_)
        if best is None:
            changed = catalog.set_current(id_, None)
            return self._changed("", "deleted", id_, before) if changed else None
        version, fields, label = best
        withdrawn = version is None
        if withdrawn:
            silenced = self._silenced(id_, before)
            if silenced is None:
                return None  # told when it was read; it counts as soon as the article comes
            version, old = silenced
            fields = json.dumps(json.loads(old) | json.loads(fields) | {"status_at": None}, ensure_ascii=False, separators=(",", ":"))
        withdrawn = withdrawn or (before is not None and _silent(fields) and not _silent(catalog.described(id_, before)))
        described, moved = catalog.describe(id_, version, fields), catalog.set_current(id_, version)
        if not described and not moved:
            return None
        state: EventState = "withdrawn" if withdrawn else "new" if before is None else "changed"
        return self._changed(label, state, id_, version)

    def doubts(self, id_: str, version: int) -> tuple[Doubt, ...]:
        """What in the file of a version cannot be taken at its word."""
        query = "SELECT json_extract(fields, '$.doubts') FROM article WHERE id = ? AND version = ?"
        (line,) = self._catalog.connection.execute(query, (id_, version)).fetchone()
        return tuple(Doubt.model_validate(one) for one in json.loads(line or "[]"))

    def _silenced(self, id_: str, before: int | None) -> tuple[int, str] | None:
        """The version that a withdrawal silences, and what is said of it: what the corpus holds, else what answered, else the last."""
        db = self._catalog.connection
        query = "SELECT version, fields FROM item WHERE article = ? AND version IS NOT NULL ORDER BY at DESC, path DESC, number DESC LIMIT 1"
        if line := db.execute(query, (id_,)).fetchone():
            return int(line[0]), str(line[1])
        if not (versions := self._catalog.versions(id_)):
            return None
        version = before or versions[-1]
        return version, self._catalog.described(id_, version)

    def _changed(self, path: str, state: EventState, id_: str, version: int | None) -> Event:
        self._catalog.advance()
        db = self._catalog.connection
        db.execute("DELETE FROM sketch WHERE article = ?", (id_,))
        db.execute("DELETE FROM pair WHERE first = ? OR second = ?", (id_, id_))
        return Event(path=path, state=state, article=id_, version=version)

    # ── runs ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin_run(self, command: str) -> int:
        """A command begins; returns the number of its run. Runs that never ended were cut off."""
        db = self._catalog.connection
        db.execute("UPDATE run SET outcome = 'cut off' WHERE outcome = 'running'")
        db.execute("DELETE FROM run WHERE number <= (SELECT max(number) FROM run) - ?", (RUNS_KEPT,))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        line = db.execute("INSERT INTO run (command, began, outcome) VALUES (?, ?, 'running') RETURNING number", (command, now)).fetchone()
        return int(line[0])

    def record(self, run: int, event: Event) -> None:
        """One line of a run's report."""
        line = (run, event.path, event.state, event.article, event.version, event.reason)
        self._catalog.connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", line)

    def end_run(self, run: int, outcome: str, *, generation: str = "", error: str = "", counts: Counts | None = None) -> None:
        """A command has ended."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        told = (counts or Counts()).model_dump_json()
        query = "UPDATE run SET ended = ?, outcome = ?, generation = ?, error = ?, counts = ? WHERE number = ?"
        self._catalog.connection.execute(query, (now, outcome, generation, error, told, run))

    def runs(self, most: int) -> list[Run]:
        """The last runs, newest first, without their events."""
        with self._catalog.errors():
            query = "SELECT number, command, began, ended, outcome, error, generation, counts FROM run ORDER BY number DESC LIMIT ?"
            return [_run(line) for line in self._catalog.connection.execute(query, (most,))]

    def run(self, number: int, most: int = -1) -> Run:
        """One run with its events, in the order of the run.

        Args:
            number: Of the run.
            most: How many events are told at most; those that need a look before those of articles that are new or changed. -1: all.

        Raises:
            KeyError: there is none of this number, or it was long ago.
        """
        with self._catalog.errors():
            query = "SELECT number, command, began, ended, outcome, error, generation, counts FROM run WHERE number = ?"
            line = self._catalog.connection.execute(query, (number,)).fetchone()
            if line is None:
                raise KeyError(number)
            (whole,) = self._catalog.connection.execute("SELECT count(*) FROM event WHERE run = ?", (number,)).fetchone()
            query = (
                "SELECT path, state, article, version, reason FROM event WHERE rowid IN"
                " (SELECT rowid FROM event WHERE run = ? ORDER BY state IN ('new', 'changed'), rowid LIMIT ?) ORDER BY rowid"
            )
            events = self._catalog.connection.execute(query, (number, most))
            found = tuple(Event(path=path, state=state, article=id_, version=version, reason=reason) for path, state, id_, version, reason in events)
        return _run(line).model_copy(update={"events": found, "untold": whole - len(found)})

    # ── what was fetched ────────────────────────────────────────────────────────────────────────────────────────────

    def fetched(self) -> dict[str, str]:
        """Source → what is known of it, as JSON."""
        with self._catalog.errors():
            return dict(self._catalog.connection.execute("SELECT source, known FROM fetched").fetchall())

    def put_fetched(self, source: str, known: str) -> None:
        """Remember a source."""
        self._catalog.connection.execute("INSERT OR REPLACE INTO fetched VALUES (?, ?)", (source, known))


def _silent(fields: str) -> bool:
    """Whether an article of which this is said never answers."""
    return json.loads(fields)["status"] in SILENT


def _run(line: Sequence[object]) -> Run:
    number, command, began, ended, outcome, error, generation, counts = line
    return Run.model_validate(
        {
            "number": number,
            "command": command,
            "began": began,
            "ended": ended,
            "outcome": outcome,
            "error": error,
            "generation": generation,
            "counts": Counts.model_validate_json(str(counts)),
        }
    )
