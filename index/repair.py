"""Repair: make whatever can be made again from what is left, without reading the corpus and without embedding anything.

    catalog damaged ─► its sound lines are copied into a new one; the old one goes into quarantine
    vectors damaged ─► dropped; `update` embeds those passages again
    feedback damaged ─► its sound lines stay
    generation damaged, pointer damaged ─► made again from the catalog
    half a generation, a temporary file ─► removed

In: the index folder.  Out: what was done, and what is lost.  Never: a damaged file deleted; it is moved to quarantine/.
"""

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index import feedback, files, generation, lost, making
from index.backends import shared_embedder
from index.build import Build
from index.catalog import NAME, Catalog
from index.errors import IndexDamaged, IndexMissing, QAError
from index.records import sha256
from index.salvage import copy
from index.schema import prepare, vector_sum
from index.settings import Settings
from index.turns import Turn
from index.verify import verify

VERSIONS_NAMED = 1000  # of one article that are named as lost, at most


class Repaired(NamedTuple):
    """What a repair did."""

    done: list[str]  # a line each
    lost: list[str]  # what could not be brought back, a line each
    next: str  # the command to run now; empty when the index is whole


def repair(settings: Settings) -> Repaired:
    """Mend the index.

    Raises:
        IndexMissing: there is no index, and nothing to mend.
        IndexBusy: somebody else is writing the index.
        IndexUnwritable: the folder cannot be written.
    """
    if not (settings.index_dir / NAME).exists() and not (settings.index_dir / "CURRENT").exists():
        raise IndexMissing(settings.index_dir)
    try:
        with files.writing(settings.index_dir):
            return _Repair(settings).run()
    except (OSError, sqlite3.OperationalError) as error:  # the second: what a disk says to SQLite
        raise generation.unwritable(settings, error, "`python -m index repair`") from error


class _Repair:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.path = settings.index_dir / NAME
        self.done: list[str] = []
        self.lost: list[str] = []
        self.next = ""

    def run(self) -> Repaired:
        if lost.finish(self.settings):
            self.done.append("put the catalog into its place that an earlier repair had salvaged")
        self._sweep()
        if not self.path.exists():
            self.lost.append(f"{self.path} is gone: every old version, every vector and all feedback with it")
            return Repaired(self.done, self.lost, "python -m index rebuild")
        if self._catalog_is_damaged():
            with closing(Turn(self.path)) as turn, turn.taken():  # a reader's word that came meanwhile would go into quarantine
                self._salvage()
        catalog = Catalog(self.path, write=True)
        try:
            self._restore_passages(catalog)
            self._cut_anew(catalog)
            self._drop_vectors(catalog)
            if self.lost or not self._generation(catalog):
                self._publish(catalog)
            if dropped := feedback.drop_damaged(catalog):
                self.lost.append(f"{dropped} lines of feedback: they are damaged")
        finally:
            catalog.close()
        if not self.next:
            _, wrong = verify(self.settings)
            self.lost += wrong
            self.next = "python -m index update" if wrong else ""
        return Repaired(self.done, self.lost, self.next)

    def _sweep(self) -> None:
        """Remove what a run that was cut off left behind."""
        keep = _published(self.settings)
        for path in sorted((self.settings.index_dir / "generations").glob("*")):
            if path.name not in keep and not (path / "manifest.json").exists():
                shutil.rmtree(path, ignore_errors=True)
                self.done.append(f"removed {path.name}, a generation that was never finished")
        for path in [*self.settings.index_dir.glob("*.new"), self.settings.index_dir / lost.SALVAGED]:
            if not path.exists():
                continue
            path.unlink()
            self.done.append(f"removed {path.name}, a file that was never finished")

    # ── the catalog ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _catalog_is_damaged(self) -> bool:
        if not self.path.stat().st_size:
            return True  # opening it for writing would make a new one of it
        try:
            catalog = Catalog(self.path, write=True)
            try:
                if catalog.integrity():
                    return True
                for key in catalog.keys(current=False):
                    catalog.article(*key)
            finally:
                catalog.close()
        except IndexDamaged as error:
            if " has format " in str(error):
                raise
            return True
        return False

    def _salvage(self) -> None:
        """A new catalog with every line of the old one that is sound."""
        fresh = self.path.with_name(NAME + ".new")
        fresh.unlink(missing_ok=True)
        new = sqlite3.connect(fresh, isolation_level=None)
        try:
            prepare(new)
            old = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
            try:
                kept = {table: copy(old, new, table) for (table,) in new.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
                self._say_what_nothing_names(old)
            finally:
                old.close()
            named = _named_elsewhere(new)
            self._drop_orphans(new)
            self._name_lost_versions(new, named)
            new.execute("DELETE FROM file")  # every file is read again, so that what was lost comes back where the corpus has it
            new.execute("UPDATE meta SET value = value + 1 WHERE key = 'state'")
        finally:
            new.close()
        files.sync(fresh)
        fresh.replace(self.path.with_name(lost.SALVAGED))
        files.sync(self.path.parent)
        aside = self._quarantine()
        lost.finish(self.settings)
        self.done.append(
            f"copied {kept.get('article', 0)} articles, {kept.get('passage', 0)} passages and {kept.get('vector', 0)} vectors into a new catalog;"
            f" the damaged one is in {aside}"
        )

    def _drop_orphans(self, new: sqlite3.Connection) -> None:
        """Drop what is not what was written, and what belongs to it."""
        catalog = Catalog.over(new, self.path)
        for id_, version in catalog.keys(current=False):
            try:
                catalog.article(id_, version)
            except IndexDamaged:
                new.execute("DELETE FROM article WHERE id = ? AND version = ?", (id_, version))
                self.lost.append(f"article {id_}@{version}: its text is damaged")
        for table in ("passage", "split", "sketch"):
            new.execute(f"DELETE FROM {table} WHERE (article, version) NOT IN (SELECT id, version FROM article)")
        new.execute("DELETE FROM pair")  # nothing says whether they are whole; they are found again where no sketch counts as compared
        new.execute("UPDATE sketch SET compared = 0")
        new.execute(f"DELETE FROM generation WHERE name NOT GLOB '{'[0-9]' * 8}T*Z'")  # lines of another table would pass for the newest
        new.execute("DELETE FROM item WHERE version IS NOT NULL AND (article, version) NOT IN (SELECT id, version FROM article)")

    def _say_what_nothing_names(self, old: sqlite3.Connection) -> None:
        """Of a table that cannot be read to its end, what may be lost without a trace of its name."""
        unnamed = {
            "article": "old versions of which nothing is left but the damage may be lost too: the table of articles cannot be read to its end",
            "reserved": "which versions were forgotten: an old address of a forgotten article may name other words once it is written again",
            "feedback": "feedback: its table cannot be read to its end",
        }
        for table, told in unnamed.items():
            if table == "feedback" and _has_none(old, table):
                continue
            try:
                for _ in old.execute(f"SELECT * FROM {table} NOT INDEXED"):
                    pass
            except (sqlite3.DatabaseError, UnicodeDecodeError):
                self.lost.append(told)

    def _name_lost_versions(self, new: sqlite3.Connection, elsewhere: set[tuple[str, int]]) -> None:
        """Name the versions that something still names and the new catalog lacks, and keep their numbers; a generation knows for which text."""
        catalog = Catalog.over(new, self.path)
        told = {line.split()[1].removesuffix(":") for line in self.lost}
        for id_, version, total, title in sorted(set(lost.named(self.settings))):
            if version not in catalog.versions(id_):
                catalog.reserve(id_, version, total)
                if f"{id_}@{version}" not in told:
                    told.add(f"{id_}@{version}")
                    self.lost.append(f"version {id_}@{version} ({title or 'without a headline'})")
        forgotten: dict[str, int] = dict(new.execute("SELECT article, max(version) FROM reserved WHERE sha256 = '' GROUP BY article").fetchall())
        for id_, version in sorted(elsewhere | _before_the_newest(new)):
            if version > forgotten.get(id_, 0) and version not in catalog.versions(id_):
                catalog.reserve(id_, version)
                if f"{id_}@{version}" not in told:
                    self.lost.append(f"version {id_}@{version}")

    def _restore_passages(self, catalog: Catalog) -> None:
        """Passages that the sealed generation names and the catalog lacks get back their rows; versions that it lacks are named, and keep their numbers."""
        try:
            snapshot = generation.load(self.settings, generation.current(self.settings)).snapshot
        except (IndexDamaged, IndexMissing):
            return
        back = 0
        for line in snapshot.lines():
            spans = catalog.spans(*line.article.key)
            if line.article.version in catalog.versions(line.article.id):
                missing = [entry for entry in line.entries.tolist() if entry[0] not in spans]
                with catalog.transaction():
                    for row, _, start, end in missing:
                        query = 'INSERT OR IGNORE INTO passage (row, article, version, start, "end", embedded) VALUES (?, ?, ?, ?, ?, ?)'
                        catalog.connection.execute(query, (row, *line.article.key, start, end, ""))  # hashed anew below
                back += len(missing)
            else:  # the catalog's log is lost, or an older catalog stands in its place
                with catalog.transaction():
                    catalog.reserve(*line.article.key, line.article.sha256)
                told = f"{line.article.id}@{line.article.version}"
                if not any(told in one.replace(":", " ").split() for one in self.lost):
                    self.lost.append(f"version {told} ({line.article.fields['title'] or 'without a headline'})")
        if back:
            self.done.append(f"gave {back} passages back to the catalog, as the generation names them")

    def _cut_anew(self, catalog: Catalog) -> None:
        """Passages that are not there, or that say they are embedded as another text than they hold, are parted and hashed anew."""
        wrong = 0
        for id_, version in catalog.keys(current=True):
            article = catalog.article(id_, version)
            found = catalog.connection.execute('SELECT row, start, "end", embedded FROM passage WHERE article = ? AND version = ?', (id_, version))
            hashes = {row: (embedded, start, end) for row, start, end, embedded in found}
            splits = catalog.connection.execute("SELECT rule, title, rows FROM split WHERE article = ? AND version = ?", (id_, version)).fetchall()
            for rule, title, rows in splits:
                of_split = np.frombuffer(rows, "<i8").tolist()
                good = all(
                    row in hashes and hashes[row][0] == sha256(generation.embedded_text(title, article.text[hashes[row][1] : hashes[row][2]]))
                    for row in of_split
                )
                if not good and title == article.title:
                    wrong += 1
                    with catalog.transaction():
                        catalog.connection.execute("DELETE FROM split WHERE article = ? AND version = ? AND rule = ?", (id_, version, rule))
                        catalog.advance()
        if wrong:
            self.done.append(f"dropped the passages of {wrong} articles that are not what was written")
            self.next = "python -m index update"

    def _quarantine(self) -> Path:
        aside = self.settings.index_dir / "quarantine" / datetime.now(UTC).strftime("catalog-%Y%m%dT%H%M%S.%fZ")
        aside.mkdir(mode=0o700, parents=True)
        for suffix in ("", "-wal", "-shm"):
            path = self.path.with_name(NAME + suffix)
            if path.exists():
                path.replace(aside / path.name)
        return aside

    def _drop_vectors(self, catalog: Catalog) -> None:
        bad = []
        for rowid, data, total in catalog.connection.execute("SELECT rowid, data, sum FROM vector"):
            if vector_sum(data) != total:
                bad.append((rowid,))
        if bad:
            with catalog.transaction():
                catalog.connection.executemany("DELETE FROM vector WHERE rowid = ?", bad)
                catalog.advance()
            self.done.append(f"dropped {len(bad)} damaged vectors")
            self.next = "python -m index update"

    # ── the generation ──────────────────────────────────────────────────────────────────────────────────────────────

    def _generation(self, catalog: Catalog) -> bool:
        """See to it that the generation that serves is whole; returns whether it is."""
        told = ""
        try:
            name = generation.current(self.settings)
            found = generation.damage(self.settings, generation.read_manifest(self.settings, name))
            told = found[0] if found else ""
        except (IndexDamaged, IndexMissing) as error:
            name, told = "", str(error).split(": run ")[0]
        if not told:
            return True
        embedder = shared_embedder(self.settings.embedder)
        for known in [name] if name else making.all_remembered(catalog):
            try:
                made = making.remake(self.settings, catalog, embedder, known)
            except (QAError, KeyError) as error:
                self.lost.append(f"the generation {known} cannot be made again: {error}")
            else:
                self.done.append(f"{told}; the generation was made again as {made.generation}, nothing was embedded")
                return True
        return False

    def _publish(self, catalog: Catalog) -> None:
        """A generation of all that is sound, so that what is lost is not asked for any more."""
        build = Build(self.settings, catalog, _silent)
        with build.reported("repair"):
            left = build.publish_sound()
        self.done.append(f"published {build.published} with every article that is whole")
        if left:
            self.lost.append(f"{left} articles wait until their passages are embedded again")
        self.next = "python -m index update"


def _named_elsewhere(new: sqlite3.Connection) -> set[tuple[str, int]]:
    """Versions that lines of at least two other tables name: a line of one may itself be damaged."""
    named: Counter[tuple[str, int]] = Counter()
    for table in ("passage", "split", "sketch", "item", "event"):
        query = f"SELECT DISTINCT article, version FROM {table} WHERE version BETWEEN 1 AND {VERSIONS_NAMED} AND article <> ''"
        named.update((id_, version) for id_, version in new.execute(query) if id_.isprintable())
    return {key for key, tables in named.items() if tables > 1}


def _before_the_newest(new: sqlite3.Connection) -> set[tuple[str, int]]:
    """Every version up to the newest that is there of each article: their numbers have no holes."""
    newest = new.execute("SELECT id, max(version) FROM article GROUP BY id").fetchall()
    return {(id_, version) for id_, last in newest for version in range(1, min(last, VERSIONS_NAMED))}


def _has_none(old: sqlite3.Connection, table: str) -> bool:
    """Whether a catalog is readable and was made before there was such a table."""
    try:
        names = {name for (name,) in old.execute("SELECT name FROM sqlite_master")}
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return False
    return "article" in names and table not in names


def _silent(step: str, done: int, total: int | None) -> None:
    """Shows nothing."""


def _published(settings: Settings) -> set[str]:
    try:
        return {generation.current(settings)}
    except (IndexMissing, IndexDamaged):
        return set()
