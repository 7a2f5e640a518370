"""Make a generation's files from the catalog; and make a damaged one again, word for word, from what the catalog knows of it.

    catalog ── lines (index/snapshot.py) ── write ──► articles.jsonl, passages.bin, vectors.f32, lexical/ ── remember ──► catalog
    damaged generation ── remembered ── remake ──► the same under a new name; the damaged one goes into quarantine

In: an open catalog.  Out: a folder that nothing points at yet, but for `remake`, which publishes.  Never: more than a batch of
passages in memory; anything embedded, but for the canaries of a model that has none yet.
"""

import zlib
from collections.abc import Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index import files
from index.backends import open_lexical
from index.catalog import Catalog
from index.errors import IndexDamaged
from index.generation import (
    BATCH,
    CANARIES,
    FORMAT,
    VECTORS,
    all_settings,
    discard,
    embedded_text,
    folder,
    new_name,
    publish,
    quarantine,
    refuse_other_settings,
)
from index.protocols import Embedder, Vectors
from index.records import Coverage, Manifest, sha256
from index.settings import Settings
from index.snapshot import ARTICLES, PASSAGES, Fingerprint, Line, Snapshot, parse
from index.text import terms

KNOWN = 3  # generations that the catalog can make again: the newest ones; two of them are on the disk


class Written(NamedTuple):
    """What was put into a generation."""

    passages: int
    coverage: Coverage
    fingerprint: str


def write(settings: Settings, name: str, catalog: Catalog, embedder: Embedder, lines: Iterable[Line]) -> Written:
    """Make the files of a generation from the catalog. Nothing points at it yet.

    Raises:
        IndexDamaged: a text or a vector is missing in the catalog, or is not what was written.
    """
    home = folder(settings, name)
    (home / "lexical").mkdir(parents=True)
    with (
        files.new(home / ARTICLES) as articles,
        files.new(home / PASSAGES) as passages,
        files.new(home / VECTORS) as vectors,
        ThreadPoolExecutor(1) as beside,
    ):
        writing = _Writing(settings, home, catalog, embedder, beside)
        for line in lines:
            articles.write(line.encoded())
            passages.write(line.entries.tobytes())
            writing.add(line)
            while (batch := writing.full(BATCH)) is not None:
                vectors.write(batch)
        while (batch := writing.full(1)) is not None:
            vectors.write(batch)
        writing.indexed.result()
    files.write(home / "canaries.bin", _canaries(catalog, embedder, writing.dim).astype("<f4").tobytes())
    return writing.written()


def _canaries(catalog: Catalog, embedder: Embedder, dim: int) -> Vectors:
    """The vectors of the three sentences, embedded once for a model."""
    hashes = [sha256(text) for text in CANARIES]
    try:
        return catalog.vectors(hashes, embedder.weights, dim)
    except IndexDamaged:  # not kept yet
        vectors = embedder.embed(CANARIES, "passage")
        with catalog.transaction():
            catalog.put_vectors(hashes, embedder.weights, vectors)
        return vectors


class _Writing:
    """A generation being written: passages wait until there are enough of them for the stores."""

    def __init__(self, settings: Settings, home: Path, catalog: Catalog, embedder: Embedder, beside: Executor) -> None:
        self.catalog, self.embedder, self.beside = catalog, embedder, beside
        self.lexical = open_lexical(settings.lexical, home / "lexical")
        self.indexed: Future[None] = beside.submit(lambda: None)  # the last batch that was handed to the lexical store
        told = all_settings(settings, catalog, embedder)
        self.total, self.dim = Fingerprint(told), int(told["dim"])
        self.rows: list[int] = []
        self.terms: list[list[str]] = []
        self.hashes: list[str] = []
        self.passages = self.articles = 0
        self.days: tuple[date | None, date | None] = (None, None)
        self.outlets: set[str] = set()

    def add(self, line: Line) -> None:
        one = line.article
        self.total.add(line)
        article = self.catalog.article(one.id, one.version)
        if article.sha256 != one.sha256:
            raise IndexDamaged(f"{self.catalog.path}: article {article.key} is not what was written: run `python -m index repair`")
        title = str(one.fields["title"])
        for row, _, start, end in line.entries.tolist():
            text = embedded_text(title, article.text[start:end])
            self.rows.append(row)
            self.terms.append(terms(text))
            self.hashes.append(sha256(text))
        self.articles += 1
        self.passages += len(line.entries)
        self.outlets |= {str(one.fields["outlet"])} - {""}
        if one.fields["published"]:
            day = datetime.fromisoformat(one.fields["published"]).date()
            self.days = (min(self.days[0] or day, day), max(self.days[1] or day, day))

    def full(self, size: int) -> bytes | None:
        """The vectors of the next batch, once so many passages wait; its terms go to the lexical store, beside what follows."""
        if len(self.rows) < size:
            return None
        rows, found, hashes = self.rows[:BATCH], self.terms[:BATCH], self.hashes[:BATCH]
        del self.rows[:BATCH], self.terms[:BATCH], self.hashes[:BATCH]
        self.indexed.result()
        self.indexed = self.beside.submit(self.lexical.add, np.array(rows, np.int64), found)
        return self.catalog.vectors(hashes, self.embedder.weights, self.dim).astype("<f4").tobytes()

    def written(self) -> Written:
        cover = Coverage(articles=self.articles, outlets=len(self.outlets), first=self.days[0], last=self.days[1])
        return Written(self.passages, cover, self.total.hexdigest())


def remember(settings: Settings, catalog: Catalog, manifest: Manifest) -> None:
    """Let the catalog know what a written generation holds, so that it can be made again; those no longer kept are forgotten."""
    home = folder(settings, manifest.generation)
    articles, passages = (_packed(home / name) for name in (ARTICLES, PASSAGES))
    with catalog.transaction():
        query = "INSERT OR REPLACE INTO generation (name, manifest, rows, articles, passages) VALUES (?, ?, x'', ?, ?)"
        catalog.connection.execute(query, (manifest.generation, manifest.model_dump_json(), articles, passages))
        catalog.connection.execute("DELETE FROM generation WHERE name NOT IN (SELECT name FROM generation ORDER BY name DESC LIMIT ?)", (KNOWN,))


def _packed(path: Path) -> bytes:
    packer, parts = zlib.compressobj(1), []
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            parts.append(packer.compress(part))
    return b"".join([*parts, packer.flush()])


def remembered(catalog: Catalog, name: str) -> tuple[Manifest, Snapshot]:
    """What a generation held, as the catalog knows it: its manifest (without checksums), articles and passages.

    Raises:
        KeyError: the catalog knows of none by this name.
        IndexDamaged: what it knows is not what was written.
    """
    with catalog.errors():
        line = catalog.connection.execute("SELECT manifest, articles, passages FROM generation WHERE name = ?", (name,)).fetchone()
    if line is None or line[1] is None:
        raise KeyError(name)
    try:
        manifest = Manifest.model_validate_json(line[0])
        snapshot = parse(zlib.decompress(line[1]), zlib.decompress(line[2]))
        total = Fingerprint(manifest.settings)
        for one in snapshot.lines():
            total.add(one)
        if total.hexdigest() != manifest.fingerprint:
            raise ValueError("its fingerprint differs")
    except (ValueError, TypeError, KeyError, zlib.error) as error:
        raise IndexDamaged(f"{catalog.path}: what it knows of {name} is not what was written: run `python -m index update`") from error
    return manifest, snapshot


def all_remembered(catalog: Catalog) -> list[str]:
    """Names of the generations that the catalog can make again, newest first."""
    with catalog.errors():
        return [str(name) for (name,) in catalog.connection.execute("SELECT name FROM generation WHERE articles IS NOT NULL ORDER BY name DESC")]


def remake(settings: Settings, catalog: Catalog, embedder: Embedder, name: str) -> Manifest:
    """Make a damaged generation again from the catalog, under a new name, and set the damaged one aside.

    Nothing is embedded but the canaries. The caller holds the index's lock.

    Raises:
        IndexDamaged: the catalog does not know what the generation held, or is damaged itself.
        IndexMismatch: the generation was made with other settings.
    """
    try:
        manifest, snapshot = remembered(catalog, name)
    except KeyError:
        raise IndexDamaged(f"the generation {name} is damaged and unknown to the catalog: run `python -m index rebuild`") from None
    refuse_other_settings(manifest, settings, embedder)
    again = new_name()
    manifest = manifest.model_copy(update={"generation": again, "format": FORMAT})
    try:
        write(settings, again, catalog, embedder, snapshot.lines())
        remember(settings, catalog, manifest)
        manifest = publish(settings, manifest)
    except BaseException:
        discard(settings, again)
        raise
    if folder(settings, name).is_dir():
        quarantine(settings, name)
    return manifest
