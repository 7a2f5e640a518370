"""What a generation says of its articles and passages: two sealed files, so that what serves never mixes with what comes next.

    articles.jsonl   a line an article: id, version, SHA-256 of its text, origin, what is said of it
    passages.bin     an entry a passage, article by article: row, place of its article in articles.jsonl, start, end

In: the catalog, or bytes whose checksum was proved.  Out: the same.  Never: a text; those are in the catalog alone.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index import files
from index.catalog import Catalog
from index.errors import IndexDamaged

ARTICLES, PASSAGES = "articles.jsonl", "passages.bin"
ENTRY = np.dtype([("row", "<i8"), ("article", "<i4"), ("start", "<i4"), ("end", "<i4")])
Entries = npt.NDArray[np.void]  # of ENTRY
PASSING = ("first_seen", "indexed")  # when this index read an article decides no answer


class Listed(NamedTuple):
    """One article of a generation."""

    id: str
    version: int
    sha256: str
    origin: str  # id of the article that it is likely a copy of; its own when of none
    fields: dict[str, Any]

    @property
    def key(self) -> tuple[str, int]:
        """(id, version)."""
        return self.id, self.version


class Line(NamedTuple):
    """An article and its passages."""

    article: Listed
    entries: Entries

    def encoded(self) -> bytes:
        """The article's line in the file."""
        return json.dumps(self.article, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Snapshot:
    """The articles and passages of a generation."""

    def __init__(self, articles: tuple[Listed, ...], entries: Entries) -> None:
        self.articles = articles
        self.entries = entries  # in the order of the file

    @cached_property
    def passages(self) -> Entries:
        """The entries by row."""
        return self.entries[np.argsort(self.entries["row"])]

    def lines(self) -> Iterator[Line]:
        """The articles with their passages, as `lines` gave them."""
        cuts = np.searchsorted(self.entries["article"], np.arange(len(self.articles) + 1))
        for place, one in enumerate(self.articles):
            yield Line(one, self.entries[cuts[place] : cuts[place + 1]])


def lines(catalog: Catalog, rule: str, origins: Mapping[str, str]) -> Iterator[Line]:
    """Each article that answers, by id, with its passages as a rule parts them."""
    for place, (id_, version, total, fields, rows) in enumerate(catalog.answering(rule)):
        spans = catalog.spans(id_, version)
        if missing := [row for row in rows.tolist() if row not in spans]:
            raise IndexDamaged(f"{catalog.path} has no passage for row {missing[0]}: run `python -m index repair`")
        entries = np.array([(row, place, *spans[row]) for row in rows.tolist()], ENTRY)
        with catalog.errors():
            said = json.loads(fields)
        yield Line(Listed(id_, version, total, origins.get(id_, id_), said), entries)


def parse(articles: bytes, passages: bytes) -> Snapshot:
    """A snapshot from its two files.

    Raises:
        IndexDamaged: they do not fit together.
    """
    try:
        listed = tuple(Listed(*json.loads(line)) for line in articles.split(b"\n") if line)
        entries = np.frombuffer(passages, ENTRY)
        places, rows = entries["article"], np.sort(entries["row"])
        sound = bool((np.diff(rows) > 0).all() and (np.diff(places) >= 0).all() and (entries["start"] < entries["end"]).all())
        if not sound or (len(entries) and (rows[0] < 0 or places[0] < 0 or places[-1] >= len(listed) or entries["start"].min() < 0)):
            raise ValueError("an entry cannot be")
    except (ValueError, TypeError, RecursionError) as error:
        raise IndexDamaged(f"the articles and passages of a generation do not fit together ({error}): run `python -m index repair`") from error
    return Snapshot(listed, entries)


def load(home: Path) -> Snapshot:
    """The snapshot in a generation's folder. The caller has proved the files' checksums."""
    return parse(files.read(home / ARTICLES), files.read(home / PASSAGES))


class Fingerprint:
    """SHA-256 of all that decides an answer: the settings, every passage's address, and what is said of each article."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._total = hashlib.sha256(repr(sorted(settings.items())).encode())

    def add(self, line: Line) -> None:
        """The next article, by id."""
        said = {name: value for name, value in line.article.fields.items() if name not in PASSING}
        self._total.update(json.dumps([*line.article[:4], said], sort_keys=True).encode())
        self._total.update(line.entries.tobytes())

    def hexdigest(self) -> str:
        """64 hexadecimal digits."""
        return self._total.hexdigest()
