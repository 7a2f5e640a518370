"""The tables of the catalog, and how a catalog of an older format becomes one of this.

    article     every version of every article that was ever read, text whole; `current` marks the one that answers
    passage     row ↔ address; a row is never used for another address
    split       the rows of an article's passages, by the rule that parted it
    vector      by (hash of the embedded text, hash of the model): nothing is embedded twice
    sketch      a few shingles of each article that answers; pair: two of them of which one holds much of the other
    generation  what each one held, so that it can be made again
    file, item  what each file of the corpus looked like when it was read, and what it gave
    touched     articles whose files changed and for which it is not settled yet which version answers
    run, event  every run of a command, and what it found
    reserved    versions that once were, of articles forgotten or lost: their numbers never name other words
    fetched     pages and feeds that were fetched, and how to ask whether they changed
    feedback    what readers said of answers; no generation is made of it (index/feedback.py)

In: an open connection.  Out: a catalog of FORMAT.  Never: a table dropped or a line lost.
"""

import hashlib
import sqlite3

FORMAT = 2
FEEDBACK = """
CREATE TABLE IF NOT EXISTS feedback (
    turn TEXT PRIMARY KEY, given TEXT NOT NULL, articles TEXT NOT NULL, fields TEXT NOT NULL, sum TEXT NOT NULL
) STRICT"""
TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS article (
    id TEXT NOT NULL, version INTEGER NOT NULL, sha256 TEXT NOT NULL, current INTEGER NOT NULL DEFAULT 0,
    fields TEXT NOT NULL, text TEXT NOT NULL, sum TEXT NOT NULL,
    PRIMARY KEY (id, version), UNIQUE (id, sha256)
) STRICT;
CREATE INDEX IF NOT EXISTS article_current ON article (id, version) WHERE current;
CREATE TABLE IF NOT EXISTS passage (
    row INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL, version INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL CHECK (start >= 0 AND start < "end"), embedded TEXT NOT NULL,
    UNIQUE (article, version, start, "end"), FOREIGN KEY (article, version) REFERENCES article (id, version)
) STRICT;
CREATE TABLE IF NOT EXISTS split (
    article TEXT NOT NULL, version INTEGER NOT NULL, rule TEXT NOT NULL, title TEXT NOT NULL, rows BLOB NOT NULL,
    PRIMARY KEY (article, version, rule), FOREIGN KEY (article, version) REFERENCES article (id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vector (
    embedded TEXT NOT NULL, weights TEXT NOT NULL, data BLOB NOT NULL, sum BLOB, PRIMARY KEY (embedded, weights)
) STRICT;
CREATE TABLE IF NOT EXISTS sketch (
    article TEXT NOT NULL, version INTEGER NOT NULL, hashes BLOB NOT NULL, compared INTEGER NOT NULL DEFAULT 0,
    credits TEXT NOT NULL DEFAULT '[]', outlets TEXT NOT NULL DEFAULT '', PRIMARY KEY (article, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pair (
    first TEXT NOT NULL, second TEXT NOT NULL, containment REAL NOT NULL, PRIMARY KEY (first, second)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pair_second ON pair (second);
CREATE TABLE IF NOT EXISTS generation (
    name TEXT PRIMARY KEY, manifest TEXT NOT NULL, rows BLOB NOT NULL, articles BLOB, passages BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS file (
    path TEXT PRIMARY KEY, stat TEXT NOT NULL, sha256 TEXT NOT NULL, readers TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS item (
    path TEXT NOT NULL, number INTEGER NOT NULL, label TEXT NOT NULL, article TEXT, version INTEGER, at TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '', failed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (path, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS item_article ON item (article, at, path, number) WHERE article IS NOT NULL;
CREATE TABLE IF NOT EXISTS touched (article TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY AUTOINCREMENT, command TEXT NOT NULL, began TEXT NOT NULL, ended TEXT, outcome TEXT NOT NULL,
    error TEXT NOT NULL DEFAULT '', generation TEXT NOT NULL DEFAULT '', counts TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE TABLE IF NOT EXISTS event (
    run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE, path TEXT NOT NULL, state TEXT NOT NULL, article TEXT NOT NULL DEFAULT '',
    version INTEGER, reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS event_run ON event (run);
CREATE TABLE IF NOT EXISTS reserved (
    article TEXT NOT NULL, version INTEGER NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (article, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fetched (source TEXT PRIMARY KEY, known TEXT NOT NULL) STRICT;
"""


def vector_sum(data: bytes) -> bytes:
    """The checksum kept beside a vector: eight bytes are enough against damage by chance."""
    return hashlib.blake2b(data, digest_size=8).digest()


def found_format(db: sqlite3.Connection) -> str | None:
    """The format that a catalog says it has; None when it is empty."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
        return None
    line = db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    return str(line[0]) if line else ""


def prepare(db: sqlite3.Connection) -> None:
    """Make the tables of a new catalog, or bring one of format 1 to this format, in one transaction."""
    found = found_format(db)
    if found not in (None, "1", str(FORMAT)):
        return  # refused by whoever opens it
    db.execute("BEGIN IMMEDIATE")
    try:
        if found == "1":
            db.execute("ALTER TABLE vector ADD COLUMN sum BLOB")
            db.execute("ALTER TABLE generation ADD COLUMN articles BLOB")
            db.execute("ALTER TABLE generation ADD COLUMN passages BLOB")
        for statement in [*TABLES.split(";\n"), FEEDBACK]:
            if statement.strip():
                db.execute(statement)
        if found == "1":
            keys = db.execute("SELECT rowid, data FROM vector").fetchall()
            db.executemany("UPDATE vector SET sum = ? WHERE rowid = ?", ((vector_sum(data), row) for row, data in keys))
        db.execute("INSERT OR REPLACE INTO meta VALUES ('format', ?)", (str(FORMAT),))
        db.execute("INSERT OR IGNORE INTO meta VALUES ('state', '0')")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
