"""Which articles of the catalog are copies of each other, and which was likely first.

    articles without a sketch ── shingled ──► sketches ── candidates ── copied, on the whole texts ──► pairs ── clusters ──► origins

In: the catalog, open for writing.  Out: article → origin, for those that are copies.  Never: an article compared twice that did not
change: its pairs are kept.  How likeness is measured is in index/copies.py, which copy was first in index/origins.py.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

import numpy as np

from index import copies
from index.catalog import SILENT, Catalog, batched
from index.origins import Member, clusters, credited

BATCH = 200  # articles, or pairs, a transaction
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
        " WHERE a.current AND s.hashes IS NULL AND json_extract(a.fields, '$.status') NOT IN (?, ?) LIMIT ?"
    )
    done = 0
    while True:
        with catalog.transaction():
            found = catalog.connection.execute(query, (*SILENT, BATCH)).fetchall()
            for id_, version, text in found:
                hashes = copies.sketch(copies.shingles(text)).astype("<u8").tobytes()
                catalog.connection.execute("INSERT OR REPLACE INTO sketch (article, version, hashes) VALUES (?, ?, ?)", (id_, version, hashes))
        if not found:
            return
        done += len(found)
        told("compare", done, None)


def _confirm(catalog: Catalog) -> None:
    """The pairs of every article that was not compared yet, or whose hashes became common or no longer are."""
    names: list[tuple[str, int]] = []
    parts, new = [], []
    with catalog.errors():
        for id_, version, hashes, compared in catalog.connection.execute("SELECT article, version, hashes, compared FROM sketch ORDER BY article"):
            new += [] if compared else [len(names)]
            names.append((id_, version))
            parts.append(np.frombuffer(hashes, "<u8"))
        before = catalog.connection.execute("SELECT value FROM meta WHERE key = 'common'").fetchone()
        common_before = json.loads(before[0]) if before else []
    hashes = np.concatenate([np.empty(0, "<u8"), *parts])
    numbers = np.repeat(np.arange(len(names)), [len(part) for part in parts])
    common = copies.common(hashes)
    known = np.array(common_before, np.uint64)
    asked = np.union1d(np.array(new, np.int64), copies.unsettled(known, common, hashes, numbers))
    if not len(asked) and np.array_equal(known, common):
        return
    shingled = lru_cache(maxsize=TEXTS_KEPT)(lambda key: copies.shingled(catalog.article(*key).text))
    confirmed = []
    for one, other in copies.candidates(hashes, numbers, asked).tolist():
        if share := copies.copied(shingled(names[one]), shingled(names[other])):
            confirmed.append((names[one][0], names[other][0], share))
    with catalog.transaction():
        db = catalog.connection
        for part in batched([names[number][0] for number in asked.tolist()], BATCH):
            marks = ",".join("?" * len(part))
            db.execute(f"DELETE FROM pair WHERE first IN ({marks}) OR second IN ({marks})", [*part, *part])
            db.execute(f"UPDATE sketch SET compared = 1 WHERE article IN ({marks})", part)
        db.executemany("INSERT OR REPLACE INTO pair VALUES (?, ?, ?)", confirmed)
        db.execute("INSERT OR REPLACE INTO meta VALUES ('common', ?)", (json.dumps(common.tolist()),))


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
