"""An opened library: one generation, loaded once, that any number of threads may ask at the same time.

    Library.open(settings)
      .dense(question, k, where)      rows and cosines
      .lexical(terms, k, where)       rows and BM25
      .passages(rows) .article(key)   cut from the catalog
      .answering(where) .columns      its articles, as numbers to count
      .coverage .outlets .languages   what it holds

What it serves never changes; a new generation is a new Library.  A damaged derived file does not stop it: the generation
is made again from the catalog, and `notices` says so.
"""

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from index import files, generation, making
from index.backends import shared_embedder
from index.catalog import NAME, Catalog
from index.errors import IndexBusy, IndexDamaged, IndexMismatch, IndexMissing
from index.protocols import Embedder, Rows, Scores
from index.records import Article, Coverage, Filter, Passage
from index.settings import Settings

log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())  # whoever opens a library says its notices
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
TRIES = 20  # a builder may replace the generation while it is being opened
SAME_WEIGHTS = 0.9999  # cosine of a canary with its own older vector; batches alone change 1e-7
ARTICLES_KEPT = 1024
QUESTIONS_KEPT = 256


class RowFacts(NamedTuple):
    """What ranking looks at without reading the article."""

    article: str
    lang: str
    day: date | None
    origin: str  # id of the article that it is likely a copy of; its own when of none


class Column(NamedTuple):
    """One thing that is said of every article, by its place."""

    names: dict[str, int]  # value → code; the empty value means that nothing is said
    codes: npt.NDArray[np.int32]  # (articles,)


class Columns(NamedTuple):
    """What filters and counts look at, by the place of the article."""

    days: npt.NDArray[np.int32]  # (articles,): ordinals of the day of publication; 0 when unknown
    lang: Column
    outlet: Column
    section: Column
    origin: Column  # id of the article that it is likely a copy of; its own when of none


class Library:
    """An opened generation. Use as a context manager, or call `close`."""

    def __init__(self, settings: Settings, catalog: Catalog, embedder: Embedder, stores: generation.Stores, notices: tuple[str, ...] = ()) -> None:
        self.settings, self.embedder, self.notices = settings, embedder, notices
        self.manifest, self._snapshot, self._vectors, self._terms, self._canaries = stores
        self._listed = {one.id: one for one in self._snapshot.articles}
        self._entries = self._snapshot.passages
        self._rows: Rows = self._entries["row"].astype(np.int64)
        self._catalog = catalog
        self._proved = threading.Lock()
        self._is_proved = False
        self._article = lru_cache(maxsize=ARTICLES_KEPT)(self._read_article)
        self._question_vector = lru_cache(maxsize=QUESTIONS_KEPT)(self._embed_question)
        try:
            self._read_fields()
        except (KeyError, TypeError, ValueError) as error:
            raise IndexDamaged(
                f"what the generation {self.manifest.generation} says of an article cannot be: run `python -m index repair`"
            ) from error

    @classmethod
    def open(cls, settings: Settings | None = None) -> Self:
        """Open the generation that serves.

        Raises:
            IndexMissing: there is no index yet.
            IndexMismatch: it was built with other settings.
            IndexDamaged: it is damaged and could not be made again from the catalog.
            EmbedderError: the embedding model is missing.
        """
        settings = settings or Settings()
        told = None
        try:
            name = generation.current(settings)
        except IndexDamaged as error:
            told = error
        if not (settings.index_dir / NAME).is_file():
            raise IndexDamaged(f"{settings.index_dir / NAME} is gone: run `python -m index rebuild`")
        catalog = Catalog(settings.index_dir / NAME)
        try:
            embedder = shared_embedder(settings.embedder)
            if told is None:
                _same_settings(settings, embedder, generation_name=name)
                stores, notices = _load(settings, embedder, name)
            else:  # the pointer is damaged, but the catalog knows what was made last
                if not (known := making.all_remembered(catalog)):
                    raise told
                stores, notices = _mend(settings, embedder, known[0], told)
            return cls(settings, catalog, embedder, stores, notices)
        except BaseException:
            catalog.close()
            raise

    def close(self) -> None:
        """Give back what is open."""
        self._catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def coverage(self) -> Coverage:
        """Articles, outlets and days that it holds."""
        return self.manifest.coverage

    # ── search ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def dense(self, question: str, k: int, where: Filter | None = None) -> list[tuple[int, float]]:
        """The k passages most like the question: (row, cosine), best first, smaller rows first in a tie."""
        allowed = self.allowed(where)
        if not len(self) or (allowed is not None and not len(allowed)):
            return []
        scores, rows = self._vectors.search(self._embed(question), k, allowed)
        return _pairs(rows[0], scores[0])

    def cosines(self, question: str, rows: Iterable[int]) -> dict[int, float]:
        """Cosine of the question with each of these rows."""
        wanted = np.array(sorted(rows), np.int64)
        if not len(wanted):
            return {}
        scores, found = self._vectors.search(self._embed(question), len(wanted), wanted)
        return dict(_pairs(found[0], scores[0]))

    def lexical(self, terms: Mapping[str, float], k: int, where: Filter | None = None) -> list[tuple[int, float]]:
        """The k passages in which weighted terms stand: (row, BM25), best first, smaller rows first in a tie."""
        scores, rows = self._terms.search(terms, k, self.allowed(where))
        return _pairs(rows, scores)

    def holding(self, term: str, most: int, among: Rows | None = None) -> Rows:
        """Rows in which a term stands, whoever may answer; of more than `most` those with the best BM25."""
        return self._terms.search({term: 1.0}, most, among)[1]

    def frequency(self, term: str) -> int:
        """In how many passages a term stands."""
        return self._terms.frequency(term)

    def allowed(self, where: Filter | None) -> Rows | None:
        """Rows that may answer now under a filter; None when all may."""
        mask = self._mask(where or Filter())
        return None if mask[self._told].all() else self._rows[mask[self._entries["article"]]]

    def answering(self, where: Filter | None = None) -> Places:
        """Places in `columns` of the articles that may answer now under a filter, in order."""
        return np.flatnonzero(self._mask(where or Filter()) & self._told)

    def places(self, rows: Rows) -> Places:
        """Place in `columns` of the article of each of these rows, which must be of this generation."""
        return self._entries["article"][np.searchsorted(self._rows, rows)].astype(np.int64)

    def id_at(self, place: int) -> str:
        """Id of the article at a place in `columns`."""
        return self._snapshot.articles[place].id

    def _mask(self, where: Filter) -> Mask:
        """Which articles may answer now, by place."""
        now = datetime.now(UTC).timestamp()
        mask: Mask = (self._usable_from <= now) & (now < self._usable_until)
        days, lang, outlet, section, _ = self.columns
        if where.since:
            mask &= days >= where.since.toordinal()
        if where.until:
            mask &= (days <= where.until.toordinal()) & (days > 0)
        for wanted, (names, codes) in ((where.languages, lang), (where.outlets, outlet), (where.sections, section)):
            if wanted:
                mask &= np.isin(codes, [names[name] for name in wanted if name in names])
        return mask

    # ── look up ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of these rows, in their order.

        Raises:
            IndexDamaged: a row is none of this generation.
        """
        wanted = np.array(rows, np.int64)
        places = np.minimum(np.searchsorted(self._rows, wanted), max(0, len(self) - 1))
        if len(wanted) and (not len(self) or (self._rows[places] != wanted).any()):
            raise IndexDamaged(f"the generation {self.manifest.generation} has no passage for some of the rows {rows}: run `python -m index repair`")
        found = []
        for row, place, start, end in self._entries[places].tolist() if len(wanted) else ():
            one = self._snapshot.articles[place]
            found.append(Passage(article=self._article(one.id, one.version), start=start, end=end, row=row))
        return found

    def article(self, key: str) -> Article:
        """An article by `id@version`, or its newest version by `id` alone.

        Raises:
            KeyError: there is none.
        """
        id_, at, version = key.rpartition("@")
        if at and version.isascii() and version.isdigit() and len(version) < 10:
            return self._article(id_, int(version))
        newest = self.newest(key)
        if newest is None:
            raise KeyError(key)
        return self._article(key, newest)

    def newest(self, id_: str) -> int | None:
        """The version of an article that answers now, or that would if its publisher let it; None when the corpus no longer holds it."""
        return self._listed[id_].version if id_ in self._listed else self._catalog.newest(id_)

    def versions(self, id_: str) -> tuple[int, ...]:
        """Numbers of the versions of an article that were ever read, oldest first; empty for an unknown one."""
        return tuple(self._catalog.versions(id_))

    def origin(self, id_: str) -> str:
        """Id of the article that an article is likely a copy of; its own when of none."""
        return self._listed[id_].origin if id_ in self._listed else id_

    def _read_article(self, id_: str, version: int) -> Article:
        """A version from the catalog; of one that answers, what is said of it is what this generation says."""
        listed = self._listed.get(id_)
        if listed is None or listed.version != version:
            return self._catalog.article(id_, version)
        try:
            article = self._catalog.article(id_, version)
        except KeyError as error:
            raise IndexDamaged(f"{self._catalog.path} lacks the article {id_}@{version}: run `python -m index repair`") from error
        if listed.sha256 != article.sha256:
            raise IndexDamaged(f"{self._catalog.path}: article {article.key} is not what was written: run `python -m index repair`")
        return Article.model_validate({**listed.fields, "id": id_, "version": version, "text": article.text, "sha256": article.sha256})

    @property
    def outlets(self) -> tuple[str, ...]:
        """Names of the outlets, sorted."""
        return tuple(sorted(name for name in self.columns.outlet.names if name))

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the articles, sorted."""
        return tuple(sorted(name for name in self.columns.lang.names if name))

    @property
    def sections(self) -> tuple[str, ...]:
        """Names of the sections, sorted."""
        return tuple(sorted(name for name in self.columns.section.names if name))

    def facts(self, rows: Iterable[int]) -> dict[int, RowFacts]:
        """Article, language and day of each of these rows, from memory."""
        wanted = np.array(sorted(rows), np.int64)
        names = tuple(self.columns.lang.names)
        found = {}
        for row, place in zip(wanted.tolist(), self.places(wanted).tolist(), strict=True):
            one, day = self._snapshot.articles[place], int(self.columns.days[place])
            found[row] = RowFacts(one.id, names[self.columns.lang.codes[place]], date.fromordinal(day) if day else None, one.origin)
        return found

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _read_fields(self) -> None:
        """What filters look at, by the place of the article."""
        articles = self._snapshot.articles
        size = len(articles)
        days, self._usable_from, self._usable_until = np.zeros(size, np.int32), np.full(size, -np.inf), np.full(size, np.inf)
        columns = {name: Column({}, np.zeros(size, np.int32)) for name in ("lang", "outlet", "section", "origin")}
        for place, one in enumerate(articles):
            fields = one.fields
            if fields["published"]:
                days[place] = datetime.fromisoformat(fields["published"]).toordinal()
            for name, (names, codes) in columns.items():
                value = one.origin if name == "origin" else fields[name]
                codes[place] = names.setdefault(value, len(names))
            self._usable_from[place], self._usable_until[place] = _usable_between(fields)
        self.columns = Columns(days, **columns)
        self._told = np.zeros(size, bool)  # which have a passage
        self._told[self._entries["article"]] = True

    def _embed(self, question: str) -> npt.NDArray[np.float32]:
        with self._proved:
            if not self._is_proved:
                self._prove_weights()
                self._is_proved = True
        return self._question_vector(question)

    def _embed_question(self, question: str) -> npt.NDArray[np.float32]:
        return self.embedder.embed([question], "query")

    def _prove_weights(self) -> None:
        """Three sentences must get the vectors that they had when the index was built."""
        built = np.frombuffer(self._canaries, "<f4").reshape(len(generation.CANARIES), -1)
        found = self.embedder.embed(generation.CANARIES, "passage")
        if built.shape != found.shape:
            raise IndexMismatch("dim", built.shape[1], found.shape[1])
        if (built * found).sum(axis=1).min() < SAME_WEIGHTS:
            raise IndexMismatch("embedder", f"{self.manifest.settings['embedder']} (other vectors)", self.settings.embedder)


def _pairs(rows: Rows, scores: Scores) -> list[tuple[int, float]]:
    return [(int(row), float(score)) for row, score in zip(rows, scores, strict=True) if row >= 0]


def _usable_between(fields: dict[str, Any]) -> tuple[float, float]:
    """First and last instant (seconds since 1970) at which an article may answer."""
    status, at = fields["status"], fields["status_at"]
    instant = datetime.fromisoformat(at).timestamp() if at else None
    if status == "embargoed":
        return (np.inf if instant is None else instant), np.inf
    if status == "expires":
        return -np.inf, np.inf if instant is None else instant
    return (-np.inf, np.inf) if status == "usable" else (np.inf, np.inf)


def _same_settings(settings: Settings, embedder: Embedder, generation_name: str) -> None:
    """Refuse an index that was built with other settings than the ones in force."""
    try:
        manifest = generation.read_manifest(settings, generation_name)
    except IndexDamaged:
        return  # told, and mended, when it is loaded
    generation.refuse_other_settings(manifest, settings, embedder)


def _load(settings: Settings, embedder: Embedder, name: str) -> tuple[generation.Stores, tuple[str, ...]]:
    """The stores of the generation that serves; made again from the catalog when a file is damaged."""
    for _ in range(TRIES):
        try:
            return generation.load(settings, name), ()
        except IndexDamaged as error:
            if (newer := generation.current(settings)) != name:
                name = newer
                continue
            return _mend(settings, embedder, name, error)
    raise IndexMissing(settings.index_dir)


def _mend(settings: Settings, embedder: Embedder, name: str, told: IndexDamaged) -> tuple[generation.Stores, tuple[str, ...]]:
    """A damaged generation, made again from the catalog, and the notice that says so."""
    try:
        with files.writing(settings.index_dir):
            writer = Catalog(settings.index_dir / NAME, write=True)
            try:
                again = making.remake(settings, writer, embedder, name)
            finally:
                writer.close()
    except (IndexBusy, OSError) as error:
        raise IndexDamaged(f"{told} (it could not be mended now: {error})") from error
    notice = f"{str(told).split(': run ')[0]}; the generation was made again from the catalog as {again.generation}, the damaged one is in quarantine"
    log.warning(notice)
    return generation.load(settings, again.generation), (notice,)
