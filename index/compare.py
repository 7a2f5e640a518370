"""Which articles of the catalog are copies of each other, and which was likely first.

    articles without a sketch ── shingled ──► sketches ── candidates ── copied, on the whole texts ──► pairs ── clusters ──► origins

In: the catalog, open for writing.  Out: article → origin, for those that are copies.  Never: an article compared twice that did not
change: its pairs are kept.  How likeness is measured is in index/copies.py, which copy was first in index/origins.py.
"""

import hashlib
import json
from array import array
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache, partial

import numpy as np

from index import copies
from index.catalog import SILENT, Catalog, batched
from index.errors import IndexDamaged
from index.origins import Member, clusters, credited

BATCH = 200  # articles, or pairs, a transaction
SKETCHES = 2_000  # read at a time
TEXTS_KEPT = 256  # texts whose shingles are kept while pairs are confirmed
Told = Callable[[str, int, int | None], None]


def compare(catalog: Catalog, told: Told) -> dict[str, str]:
    """Bring the pairs up to date, and find the origin of each copy.

    Returns:
        Id of each article that is a copy → id of its likely origin.
    """
    _sketch(catalog, told)
    _confirm(catalog)
    return _origins(catalog)


def _sketch(catalog: Catalog, told: Told) -> None:
    """A sketch for every article that answers and has none; its pairs are then still to be found."""
    query = (
        "SELECT a.id, a.version, a.text FROM article a LEFT JOIN sketch s ON s.article = a.id AND s.version = a.version"
        " WHERE a.current AND a.id > ? AND s.hashes IS NULL AND json_extract(a.fields, '$.status') NOT IN (?, ?) ORDER BY a.id LIMIT ?"
    )
    done, last = 0, ""
    while True:
        with catalog.transaction():
            found = catalog.connection.execute(query, (last, *SILENT, BATCH)).fetchall()
            for id_, version, text in found:
                hashes = copies.sketch(copies.shingles(text)).astype("<u8").tobytes()
                catalog.connection.execute("INSERT OR REPLACE INTO sketch (article, version, hashes) VALUES (?, ?, ?)", (id_, version, hashes))
        if not found:
            return
        done, last = done + len(found), found[-1][0]
        told("compare", done, None)


def _confirm(catalog: Catalog) -> None:
    """The pairs of every article that was not compared yet, or whose hashes became common or no longer are."""
    db = catalog.connection
    sketches = partial(_sketches, catalog)
    with catalog.errors():
        joined = "FROM sketch s JOIN article a ON a.id = s.article AND a.version = s.version"
        new = array("q", (number for (number,) in db.execute(f"SELECT a.rowid {joined} WHERE NOT s.compared")))
        before = db.execute("SELECT value FROM meta WHERE key = 'common'").fetchone()
        known = np.array(json.loads(before[0]) if before else [], np.uint64)
    common = copies.common(sketches)
    asked = np.union1d(np.array(new, np.int64), copies.unsettled(known, common, sketches))
    if not len(asked) and np.array_equal(known, common):
        return
    shingled = lru_cache(maxsize=TEXTS_KEPT)(lambda key: copies.shingled(catalog.article(*key).text))
    with catalog.transaction():
        for part in batched(asked.tolist(), BATCH):
            named = f"(SELECT id FROM article WHERE rowid IN ({','.join('?' * len(part))}))"
            db.execute(f"DELETE FROM pair WHERE first IN {named} OR second IN {named}", [*part, *part])
        for found in copies.candidates(sketches, asked, common):
            for one, other in found.tolist():
                keys = sorted(db.execute("SELECT id, version FROM article WHERE rowid IN (?, ?)", (one, other)))
                if share := copies.copied(*map(shingled, keys)):
                    db.execute("INSERT OR REPLACE INTO pair VALUES (?, ?, ?)", (keys[0][0], keys[1][0], share))
        for part in batched(asked.tolist(), BATCH):
            db.execute(f"UPDATE sketch SET compared = 1 WHERE article IN (SELECT id FROM article WHERE rowid IN ({','.join('?' * len(part))}))", part)
        db.execute("INSERT OR REPLACE INTO meta VALUES ('common', ?)", (json.dumps(common.tolist()),))


def _sketches(catalog: Catalog) -> Iterator[tuple[copies.Hashes, copies.Numbers]]:
    """All sketches in parts: the hashes, and for each the rowid of its article's version."""
    with catalog.errors():
        found = catalog.connection.execute(
            "SELECT a.rowid, s.hashes FROM sketch s JOIN article a ON a.id = s.article AND a.version = s.version ORDER BY s.article"
        )
        while lines := found.fetchmany(SKETCHES):
            numbers, sizes = [number for number, _ in lines], [len(hashes) for _, hashes in lines]
            if any(size % 8 for size in sizes):
                raise IndexDamaged(f"{catalog.path} holds a damaged sketch of an article: run `python -m index repair`")
            yield np.frombuffer(b"".join(hashes for _, hashes in lines), "<u8"), np.repeat(np.array(numbers, np.int64), np.array(sizes) // 8)


def _origins(catalog: Catalog) -> dict[str, str]:
    with catalog.errors():
        pairs = catalog.connection.execute("SELECT first, second, containment FROM pair").fetchall()
    paired = sorted({id_ for one, other, _ in pairs for id_ in (one, other)})
    with catalog.errors():
        query = "SELECT DISTINCT json_extract(fields, '$.outlet') FROM article WHERE current"
        outlets = frozenset(outlet for (outlet,) in catalog.connection.execute(query) if outlet)
    mark = hashlib.sha256("\0".join(sorted(outlets)).encode()).hexdigest()
    with catalog.transaction():
        members = [_member(catalog, id_, outlets, mark) for id_ in paired]
    return {id_: origin for id_, origin in clusters(members, pairs).items() if id_ != origin}


def _member(catalog: Catalog, id_: str, outlets: frozenset[str], mark: str) -> Member:
    """What the search for an origin needs of an article; whom it credits is kept until another outlet comes."""
    query = (
        "SELECT a.version, a.fields, length(a.text), s.credits, s.outlets FROM article a"
        " JOIN sketch s ON s.article = a.id AND s.version = a.version WHERE a.id = ? AND a.current"
    )
    version, fields, chars, credits_, known = catalog.connection.execute(query, (id_,)).fetchone()
    said = json.loads(fields)
    if known != mark:
        article = catalog.article(id_, version)
        credits_ = json.dumps(sorted(credited(article.text, article.authors, outlets)))
        catalog.connection.execute("UPDATE sketch SET credits = ?, outlets = ? WHERE article = ? AND version = ?", (credits_, mark, id_, version))
    published = datetime.fromisoformat(said["published"]) if said["published"] else None
    return Member(id_, said["outlet"], published, datetime.fromisoformat(said["first_seen"]), chars, frozenset(json.loads(credits_)))
