"""Corpus folder → catalog: reads the files that changed, and settles which version of each article answers.

    walk ─┬─ looks as before ─────────────────────────────► unchanged   (size, times, inode; so neither opened nor read)
          ├─ same bytes (SHA-256) ─────────────────────────► unchanged
          └─ read ── items ── put ─┐
    files no longer there ─────────┴─ touched articles ── settle ──► events

In: the corpus folder, an open catalog.  Out: counts and events.  Never: an article lost because its file cannot be opened just
now, because a folder cannot be listed, or because the run was cut off; nothing is embedded here.
"""

import hashlib
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from index.catalog import Catalog
from index.errors import CorpusError, NotRead, ReadError
from index.ledger import Known, Ledger
from index.readers import READERS, read, walk
from index.readers.mapping import map_bytes
from index.readers.source import Source, opened
from index.records import Article, Counts, Event, EventState, Skipped, Withdrawal
from index.settings import Settings

Told = Callable[[str, int, int | None], None]
READ_BATCH = 200  # items, or settled articles, a transaction
HASH_BYTES = 1 << 20
YOUNG_NS = 2_000_000_000  # a file that changed less than this before it was read may change again within one tick of the clock
UNREAD = Known("", "not read", "")


class Look(NamedTuple):
    """What a file looks like now: from its directory entry, without opening it."""

    stat: str
    young: bool


def take_in(settings: Settings, catalog: Catalog, run: int, now: datetime, *, every: bool, told: Told) -> Counts:
    """Bring the catalog up to date with the corpus folder.

    Args:
        settings: Where the corpus is, and the languages in use.
        catalog: Open for writing.
        run: The run whose report gets the events.
        now: When this reading began (aware).
        every: Read every file, also those that look as they did.
        told: Called as the reading advances.

    Returns:
        What was found, `embedded` not yet counted.

    Raises:
        CorpusError: there is no such folder, or not one article in it; the catalog is as it was.
    """
    return _Intake(settings, catalog, run, now, every=every, told=told).run()


class _Intake:
    def __init__(self, settings: Settings, catalog: Catalog, run: int, now: datetime, *, every: bool, told: Told) -> None:
        self.settings, self.catalog, self.number, self.now, self.every, self.told = settings, catalog, run, now, every, told
        self.ledger = Ledger(catalog)
        self.counts: Counter[str] = Counter()
        self.done = 0
        self.first_reasons: list[Skipped] = []
        self.readers = f"{READERS} {settings.languages}"

    def run(self) -> Counts:
        db = self.catalog.connection
        with self.catalog.errors():
            db.execute("PRAGMA temp_store = FILE")
            db.execute("DROP TABLE IF EXISTS temp.seen")
            db.execute("CREATE TEMP TABLE seen (path TEXT PRIMARY KEY) WITHOUT ROWID")
        for found in walk(self.settings.corpus_dir, self.now, self.settings.codes):
            self._one(db, found)
        with self.catalog.errors():
            gone = self.ledger.gone("temp.seen")
            self._refuse_nothing(gone)
        for path in gone:
            with self.catalog.transaction():
                self.ledger.begin(path)
                self._tell(Event(path=path, state="deleted"), "files_deleted")
        self._settle()
        for skipped in self.ledger.standing():
            self.counts["failed" if skipped.failed else "skipped"] += 1
        return Counts(**self.counts)

    def _one(self, db: sqlite3.Connection, found: Source | Skipped) -> None:
        """One entry of the walk."""
        with self.catalog.errors():
            db.execute("INSERT OR IGNORE INTO temp.seen VALUES (?)", (found.path,))
        if isinstance(found, Skipped):
            if found.path.endswith("/"):  # a folder that cannot be listed now: what it held before still counts
                with self.catalog.errors():
                    db.execute("INSERT OR IGNORE INTO temp.seen SELECT path FROM file WHERE substr(path, 1, ?) = ?", (len(found.path), found.path))
            if self.ledger.known(found.path) != Known("", found.reason, ""):
                self._put_whole(found.path, Known("", found.reason, ""), iter([found]), "")
            return
        known = self.ledger.known(found.path)
        look = _look(found)
        if known and not self.every and known.readers == self.readers and look and known.stat == look.stat:
            self.counts["files_unchanged"] += 1
            return
        try:
            total = content_hash(found)
        except (ReadError, OSError) as error:
            self._unreadable(found, known, str(error))
            return
        same = known is not None and known.sha256 == total
        state = "" if same else "files_changed" if known else "files_new"
        mark = "" if look is None or look.young else look.stat  # a young file is looked into once more next time
        if known and same and not self.every and known.readers == self.readers:
            if mark != known.stat:
                with self.catalog.transaction():
                    self.ledger.keep(found.path, Known(mark, total, self.readers))
            self.counts["files_unchanged"] += 1
            return
        self.counts[state or "files_unchanged"] += 1
        event: dict[str, EventState] = {"files_new": "new", "files_changed": "changed"}
        try:
            self._put_whole(found.path, Known(mark, total, self.readers), read(found), event.get(state, ""))
        except NotRead as error:  # it could be opened a moment ago
            self.counts[state or "files_unchanged"] -= 1
            self._unreadable(found, known, str(error))

    def _put_whole(self, path: str, known: Known, items: Iterator[Article | Skipped | Withdrawal], state: EventState | str) -> None:
        """All items of a file, committed in parts; the file counts as read only with the last of them."""
        number, more = 0, True
        while more:
            begun = number
            with self._whole(path, begun), self.catalog.transaction():
                if not number:
                    self.ledger.begin(path)
                    if state:
                        self._tell(Event.model_validate({"path": path, "state": state}))
                for _ in range(READ_BATCH):
                    item = next(items, None)
                    if item is None:
                        self.ledger.keep(path, known)
                        more = False
                        break
                    number += 1
                    self._put(path, number, item)
            self.told("read", self.done, None)

    @contextmanager
    def _whole(self, path: str, begun: int) -> Iterator[None]:
        """A file that fails in its first part is as if it had not been touched; later the run ends, before anything is settled."""
        try:
            yield
        except NotRead as error:
            if begun:
                raise CorpusError(f"{path} could be read only in part ({error}): run `python -m index update` again") from error
            raise

    def _put(self, path: str, number: int, item: Article | Skipped | Withdrawal) -> None:
        if isinstance(item, Article):
            item = self.catalog.put(item)
            self.done += 1
        elif isinstance(item, Skipped):
            self._tell(Event(path=item.path, state="failed" if item.failed else "skipped", reason=item.reason))
            self.first_reasons += [item] if len(self.first_reasons) < 5 else []
        self.ledger.put(path, number, item)

    def _unreadable(self, source: Source, known: Known | None, reason: str) -> None:
        """A file that cannot be opened now: what it gave before still counts, and it is tried again next time."""
        if known is None or known == UNREAD:
            self._put_whole(source.path, UNREAD, iter([Skipped(path=source.path, reason=reason)]), "")
            return
        with self.catalog.transaction():
            self._tell(Event(path=source.path, state="failed", reason=reason + "; what it held before still answers"))
        self.counts["failed"] += 1

    def _refuse_nothing(self, gone: list[str]) -> None:
        """A corpus without one article is a mistake, such as a disk that is not mounted: nothing is taken away because of it."""
        marks = "SELECT 1 FROM item WHERE article IS NOT NULL AND path IN (SELECT path FROM temp.seen) LIMIT 1"
        if self.catalog.connection.execute(marks).fetchone() is None:
            why = "".join(f"\n  {skipped.path}: {skipped.reason}" for skipped in self.first_reasons)
            left = f" ({len(gone):,} files that were there are gone)" if gone else ""
            raise CorpusError(f"there is no article in {self.settings.corpus_dir}{left}: put some there, then run `python -m index rebuild`{why}")

    def _settle(self) -> None:
        while True:
            with self.catalog.transaction():
                names = self.ledger.touched(READ_BATCH)
                for name in names:
                    event = self.ledger.settle(name)
                    if event:
                        self._tell(event, f"articles_{event.state}")
                        self._note(event)
            if not names:
                return

    def _note(self, event: Event) -> None:
        """What cannot be taken at its word in the file of an article that is new or changed."""
        if event.version and (doubts := self.ledger.doubts(event.article, event.version)) and event.state in ("new", "changed"):
            reason = "; ".join(map(str, doubts))
            self._tell(event.model_copy(update={"state": "noted", "reason": reason}), "articles_noted")

    def _tell(self, event: Event, count: str = "") -> None:
        self.ledger.record(self.number, event)
        if count:
            self.counts[count] += 1


def _look(source: Source) -> Look | None:
    """What a file and the file of its fields look like now; None when that cannot be told."""
    try:
        found = [os.stat(path, follow_symlinks=False) for path in (source.file, source.fields) if path]
    except OSError:
        return None
    young = any(source.now.timestamp() * 1e9 - max(one.st_mtime_ns, one.st_ctime_ns) < YOUNG_NS for one in found)
    return Look(" ".join(f"{one.st_size}:{one.st_mtime_ns}:{one.st_ctime_ns}:{one.st_ino}" for one in found), young)


def content_hash(source: Source) -> str:
    """SHA-256 over a file's bytes, and over those of the file that says how its fields are named.

    Raises:
        ReadError: one of them cannot be opened, or is no regular file.
    """
    total = hashlib.sha256()
    with opened(source) as stream:
        while part := stream.read(HASH_BYTES):
            total.update(part)
    if source.fields:
        total.update(b"\0" + hashlib.sha256(map_bytes(source.fields)).digest())
    return total.hexdigest()
