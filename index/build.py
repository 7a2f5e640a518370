"""Corpus → new generation.  The old one serves until the pointer is moved, and stays when anything fails.

    read ── every article and version into the catalog ─┐ committed in parts: a run that is cut off loses nothing
    split ─ passages of the current versions            │
    embed ─ only texts without a vector of this model ──┘
    write ─ stores, checksums, manifest, pointer

In: the corpus folder and the settings.  Out: the manifest.  Never: a change to a generation that serves.
"""

import hashlib
import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TypeVar

import numpy as np

from index import files, generation
from index.backends import open_embedder, open_lexical, open_store
from index.catalog import NAME, Catalog
from index.errors import CorpusError, IndexUnwritable
from index.passages import split
from index.protocols import Embedder, Rows
from index.readers import read_corpus
from index.records import Article, Coverage, Manifest, Skipped, sha256
from index.settings import Settings

T = TypeVar("T")
Progress = Callable[[str, int, int | None], None]  # step, how many are done, of how many (None: not known yet)
READ_BATCH = 200  # articles a transaction
EMBED_BATCH = 512  # texts a transaction, embedded in order of length


def rebuild(settings: Settings | None = None, *, fresh: bool = False, progress: Progress | None = None) -> Manifest:
    """Read the whole corpus and publish a new generation.

    Texts that this model embedded before are not embedded again; rows and versions keep their numbers.

    Args:
        settings: Where the corpus and the index are; from the environment when None.
        fresh: Embed everything again.
        progress: Called as each step advances.

    Returns:
        The manifest of the new generation, with what was skipped and why.

    Raises:
        CorpusError: the folder is missing or holds no article; an index that was there still serves.
        IndexBusy: somebody else is writing the index.
        IndexUnwritable: the disk is full or the folder cannot be written; an index that was there still serves.
    """
    settings = settings or Settings()
    if not settings.corpus_dir.is_dir():
        raise CorpusError(f"the corpus folder {settings.corpus_dir} does not exist: run `python -m index rebuild --corpus DIR` with yours")
    try:
        with files.writing(settings.index_dir):
            catalog = Catalog(settings.index_dir / NAME, write=True)
            try:
                return _Build(settings, catalog, progress or _silent).run(fresh=fresh)
            finally:
                catalog.close()
    except OSError as error:
        raise IndexUnwritable(
            f"{settings.index_dir} cannot be written ({error}): make room or give rights, then run `python -m index rebuild` again"
        ) from error


def _silent(step: str, done: int, total: int | None) -> None:
    """Shows nothing."""


class _Build:
    """One run: what the steps hand to each other."""

    def __init__(self, settings: Settings, catalog: Catalog, progress: Progress) -> None:
        self.settings, self.catalog, self.progress = settings, catalog, progress
        self.embedder: Embedder = open_embedder(settings.embedder)
        open_store(settings.store, 1), open_lexical(settings.lexical)  # a wrong name is told before anything is read or embedded
        self.now = datetime.now(UTC)
        self.skipped: list[Skipped] = []
        self.seconds: dict[str, float] = {}

    def run(self, *, fresh: bool) -> Manifest:
        if fresh:
            with self.catalog.transaction():
                self.catalog.forget_vectors()
        with self._timed("read"):
            self._read()
        with self._timed("split"):
            rows, missing, coverage = self._split()
        with self._timed("embed"):
            self._embed(missing)
        name = generation.new_name()
        try:
            with self._timed("write"):
                self.progress("write", 0, None)
                generation.write(self.settings, name, self.catalog, self.embedder, rows)
            manifest = self._manifest(name, rows, len(missing), coverage)
            with self.catalog.transaction():
                self.catalog.put_generation(manifest, rows)
            return generation.publish(self.settings, manifest)
        except BaseException:
            generation.discard(self.settings, name)
            raise

    def _read(self) -> None:
        """Every article into the catalog; of several with one id, the one with the latest date is the one that answers."""
        newest: dict[str, tuple[datetime, int, int]] = {}
        read = 0
        items = read_corpus(self.settings.corpus_dir, self.now)
        while batch := list(itertools.islice(items, READ_BATCH)):
            with self.catalog.transaction():
                for item in batch:
                    if isinstance(item, Skipped):
                        self.skipped.append(item)
                        continue
                    article = self.catalog.put(item)
                    read += 1
                    when = (article.modified or article.published or self.now, read, article.version)
                    newest[article.id] = max(when, newest.get(article.id, when))
            self.progress("read", read, None)
        if not newest:
            why = "".join(f"\n  {skipped.path}: {skipped.reason}" for skipped in self.skipped[:5])
            raise CorpusError(f"there is no article in {self.settings.corpus_dir}: put some there, then run `python -m index rebuild`{why}")
        with self.catalog.transaction():
            self.catalog.set_current((id_, version) for id_, (_, _, version) in newest.items())

    def _split(self) -> tuple[Rows, dict[str, int], Coverage]:
        """Rows of the current articles' passages; for each text without a vector, a row that holds it; what they cover."""
        hashes: dict[int, str] = {}
        days: list[date] = []
        outlets: set[str] = set()
        count = 0
        for keys in _batched(self.catalog.keys(current=True), READ_BATCH):
            with self.catalog.transaction():
                for key in keys:
                    article = self.catalog.article(*key)
                    if article.status in ("withheld", "canceled"):
                        continue
                    hashes |= self._split_one(article)
                    days += [article.day] if article.day else []
                    outlets |= {article.outlet} - {""}
                    count += 1
            self.progress("split", count, None)
        rows = np.array(sorted(hashes), np.int64)
        wanted = self.catalog.missing_vectors(hashes.values(), self.embedder.weights)
        missing = {hashed: row for row, hashed in hashes.items() if hashed in wanted}
        coverage = Coverage(articles=count, outlets=len(outlets), first=min(days, default=None), last=max(days, default=None))
        return rows, missing, coverage

    def _split_one(self, article: Article) -> dict[int, str]:
        spans = split(article.text, self.settings.passage_pieces, self.embedder.pieces)
        hashed = [sha256(generation.embedded_text(article.title, article.text[start:end])) for start, end in spans]
        return dict(zip(self.catalog.put_passages(article, spans, hashed), hashed, strict=True))

    def _embed(self, missing: dict[str, int]) -> None:
        """Vectors for texts that have none, shorter texts first within a batch's reach so that little is padded."""
        done = 0
        self.progress("embed", 0, len(missing))
        for part in _batched(missing.items(), EMBED_BATCH):
            passages = self.catalog.passages([row for _, row in part])
            texts = [generation.embedded_text(passage.article.title, passage.text) for passage in passages]
            vectors = self.embedder.embed(texts, "passage")
            with self.catalog.transaction():
                self.catalog.put_vectors([hashed for hashed, _ in part], self.embedder.weights, vectors)
            done += len(part)
            self.progress("embed", done, len(missing))

    def _manifest(self, name: str, rows: Rows, embedded: int, coverage: Coverage) -> Manifest:
        settings = generation.content_settings(self.settings, self.embedder) | {"dim": str(self.embedder.dim)}
        total = hashlib.sha256(repr(sorted(settings.items())).encode())
        for part in _batched(rows.tolist(), EMBED_BATCH):
            for passage in self.catalog.passages(part):
                total.update(f"{passage.row} {passage.address} {passage.article.sha256}\n".encode())
        counts = {
            "articles": coverage.articles,
            "passages": len(rows),
            "embedded": embedded,
            "reused": len(rows) - embedded,
            "skipped": len(self.skipped),
        }
        return Manifest(
            format=generation.FORMAT,
            generation=name,
            created=self.now,
            fingerprint=total.hexdigest(),
            settings=settings,
            counts=counts,
            coverage=coverage,
            files={},
            skipped=tuple(self.skipped),
            seconds=self.seconds,
        )

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self.seconds[step] = round(time.perf_counter() - begin, 3)


def _batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while part := list(itertools.islice(source, size)):
        yield part
