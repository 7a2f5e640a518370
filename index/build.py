"""Corpus → new generation.  The old one serves until the pointer is moved, and stays when anything fails.

    take in ─ every file (rebuild), or those that changed (update) ─┐
    split ─── passages of the versions that answer                  │ committed in parts: a run that is cut off loses nothing,
    embed ─── only texts without a vector of this model             │ and the next one goes on where it ended
    compare ─ copies and their likely origin ───────────────────────┘
    write ─── stores, checksums, manifest, pointer

In: the corpus folder and the settings.  Out: the manifest, or the report of the run.  Never: a change to a generation that serves;
more than a batch of articles in memory.
"""

import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice

from index import files, generation, lost, making
from index.backends import open_lexical, open_store, shared_embedder
from index.catalog import NAME, Catalog, batched
from index.compare import compare
from index.errors import CorpusError, IndexDamaged, IndexMissing, QAError
from index.intake import take_in
from index.ledger import Ledger
from index.passages import split
from index.protocols import Embedder
from index.records import Counts, Manifest, Run, sha256
from index.settings import Settings
from index.snapshot import Line, lines

Progress = Callable[[str, int, int | None], None]  # step, how many are done, of how many (None: not known yet)
SPLIT_BATCH = 200  # articles a transaction
EMBED_BATCH = 512  # texts a transaction, embedded in order of length
SKIPPED_TOLD = 100  # lines in the manifest; the run's report has them all
EVENTS_TOLD = 10_000  # of a run, so that a first update of a million articles does not hold them all; the log does


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
    settings = _with_corpus(settings or Settings())
    with writing(settings) as catalog:
        build = Build(settings, catalog, progress or _silent)
        with build.reported("rebuild --fresh" if fresh else "rebuild"):
            build.counts = take_in(settings, catalog, build.run, build.now, every=True, told=build.progress)
            build.publish(fresh=fresh)
        return generation.read_manifest(settings, build.published)


def update(settings: Settings | None = None, *, progress: Progress | None = None) -> Run:
    """Read what changed in the corpus since the last time, and publish a new generation if anything did.

    An update gives what a rebuild would give. Files that look as before (size, times, inode) are not opened; files with
    the same bytes are not read. Without an index it makes one.

    Args:
        settings: Where the corpus and the index are; from the environment when None.
        progress: Called as each step advances.

    Returns:
        The report: what was new, changed, deleted, withdrawn, skipped, failed; outcome "unchanged" when nothing was to be done.

    Raises:
        IndexMismatch: the index was built with other settings.
        CorpusError, IndexBusy, IndexUnwritable: as for `rebuild`.
    """
    settings = _with_corpus(settings or Settings())
    with writing(settings) as catalog:
        build = Build(settings, catalog, progress or _silent)
        serving = _serving(settings, build.embedder)
        with build.reported("update"):
            build.counts = take_in(settings, catalog, build.run, build.now, every=False, told=build.progress)
            known = serving is not None and serving.generation in making.all_remembered(catalog)
            if serving is None or not known or serving.state != catalog.state:
                build.publish(fresh=False)
        return Ledger(catalog).run(build.run, EVENTS_TOLD)


def _with_corpus(settings: Settings) -> Settings:
    if not settings.corpus_dir.is_dir():
        raise CorpusError(f"the corpus folder {settings.corpus_dir} does not exist: run `python -m index rebuild --corpus DIR` with yours")
    return settings


def _serving(settings: Settings, embedder: Embedder) -> Manifest | None:
    """The manifest of the generation that serves, made with these settings; None when there is none that is whole."""
    try:
        manifest = generation.read_manifest(settings, generation.current(settings))
    except (IndexMissing, IndexDamaged):
        return None
    generation.refuse_other_settings(manifest, settings, embedder)
    return manifest


@contextmanager
def writing(settings: Settings) -> Iterator[Catalog]:
    """The catalog, open for writing, while the index's lock is held; a disk that says no becomes IndexUnwritable."""
    try:
        with files.writing(settings.index_dir):
            lost.finish(settings)
            place = settings.index_dir / NAME
            new = not place.exists() or not place.stat().st_size
            catalog = Catalog(settings.index_dir / NAME, write=True)
            try:
                if new:
                    lost.reserve(settings, catalog)
                yield catalog
            finally:
                catalog.close()
    except OSError as error:
        raise generation.unwritable(settings, error, "`python -m index rebuild`") from error


def _silent(step: str, done: int, total: int | None) -> None:
    """Shows nothing."""


class Build:
    """One run that writes: what its steps hand to each other. The caller holds the index's lock."""

    def __init__(self, settings: Settings, catalog: Catalog, progress: Progress) -> None:
        self.settings, self.catalog, self.progress = settings, catalog, progress
        self.embedder: Embedder = shared_embedder(settings.embedder)
        open_store(settings.store, 1), open_lexical(settings.lexical)  # a wrong name is told before anything is read or embedded
        self.rule = generation.split_rule(settings, self.embedder)
        self.ledger = Ledger(catalog)
        self.now = datetime.now(UTC)
        self.run = 0
        self.counts = Counts()
        self.published = ""
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    @contextmanager
    def reported(self, command: str) -> Iterator[None]:
        """The run stands in the log from its beginning, and with its end, whatever that is."""
        with self.catalog.transaction():
            self.run = self.ledger.begin_run(command)
        try:
            yield
        except QAError as error:
            with self.catalog.transaction():
                self.ledger.end_run(self.run, "failed", error=str(error), counts=self.counts)
            raise
        with self.catalog.transaction():
            outcome = "done" if self.published else "unchanged"
            self.ledger.end_run(self.run, outcome, generation=self.published, counts=self.counts)

    def publish(self, *, fresh: bool) -> None:
        """Make a generation of what the catalog now says, and let it serve."""
        self._lap("read")
        self._split()
        self._lap("split")
        embedded = self._embed(self._rows(), fresh=fresh)
        self.counts = self.counts.model_copy(update={"embedded": embedded})
        self._lap("embed")
        likely = compare(self.catalog, self.progress)
        self._lap("compare")
        self._write(lines(self.catalog, self.rule, likely), embedded)

    def publish_sound(self) -> int:
        """Make a generation of those articles whose passages have their vectors, embedding nothing; returns how many were left out."""
        left = 0

        def sound() -> Iterator[Line]:
            nonlocal left
            place = 0
            for line in lines(self.catalog, self.rule, compare(self.catalog, self.progress)):
                if self.catalog.to_embed(line.entries["row"].tolist(), self.embedder.weights):
                    left += 1
                    continue
                line.entries["article"] = place
                place += 1
                yield line

        self._write(sound(), 0, state=0)  # no state of the catalog: the next update goes on
        return left

    def _split(self) -> None:
        """Passages for the articles that answer and have none yet."""
        done, last = 0, ""
        while keys := self.catalog.unsplit(self.rule, SPLIT_BATCH, last):
            with self.catalog.transaction():
                for key in keys:
                    article = self.catalog.article(*key)
                    spans = split(article.text, self.settings.passage_pieces, self.embedder.pieces)
                    hashed = [sha256(generation.embedded_text(article.title, article.text[start:end])) for start, end in spans]
                    self.catalog.put_split(article, self.rule, self.catalog.put_passages(article, spans, hashed))
                self.catalog.advance()
            done, last = done + len(keys), keys[-1][0]
            self.progress("split", done, None)

    def _rows(self) -> "array[int]":
        """The rows of all passages that answer."""
        rows = array("q")
        for *_, of_article in self.catalog.answering(self.rule):
            rows.extend(of_article.tolist())
        return rows

    def _embed(self, rows: "array[int]", *, fresh: bool) -> int:
        """Vectors for the texts that have none, or for all; returns how many they were. An old vector stays until the new one is there."""
        known = "" if fresh else self.embedder.weights
        wanted = array("q")
        for part in batched(rows, EMBED_BATCH):
            wanted.extend(one.row for one in self.catalog.to_embed(part, known))
        self.progress("embed", 0, len(wanted))
        done = told = 0
        for part in batched(wanted, EMBED_BATCH):
            missing = self.catalog.to_embed(part, known)
            article = lru_cache(maxsize=64)(self.catalog.article)
            texts = []
            for one in missing:
                whole = article(one.article, one.version)
                texts.append(generation.embedded_text(whole.title, whole.text[one.start : one.end]))
            vectors = self.embedder.embed(texts, "passage")
            with self.catalog.transaction():
                self.catalog.put_vectors([one.embedded for one in missing], self.embedder.weights, vectors)
            done, told = done + len(missing), told + len(part)
            self.progress("embed", told, len(wanted))
        return done

    def _write(self, found: Iterator[Line], embedded: int, state: int | None = None) -> None:
        name = generation.new_name()
        state = self.catalog.state if state is None else state
        self.progress("write", 0, None)
        try:
            written = making.write(self.settings, name, self.catalog, self.embedder, found)
            self._lap("write")
            manifest = Manifest(
                format=generation.FORMAT,
                generation=name,
                created=self.now,
                fingerprint=written.fingerprint,
                settings=generation.all_settings(self.settings, self.catalog, self.embedder),
                counts={
                    "articles": written.coverage.articles,
                    "passages": written.passages,
                    "embedded": embedded,
                    "reused": written.passages - embedded,
                    "skipped": self.counts.skipped + self.counts.failed,
                    "failed": self.counts.failed,
                },
                coverage=written.coverage,
                files={},
                state=state,
                skipped=tuple(islice(self.ledger.standing(), SKIPPED_TOLD)),
                seconds=self.seconds,
            )
            making.remember(self.settings, self.catalog, manifest)
            generation.publish(self.settings, manifest)
        except BaseException:
            generation.discard(self.settings, name)
            raise
        self.published = name

    def _lap(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = round(now - self._since, 3)
        self._since = now
