"""Copy a damaged SQLite table as far as its lines can be read.

In: a connection to the damaged file, one to a new catalog.  Out: the lines that are sound.  Never: a write to the damaged file.
"""

import sqlite3
from collections.abc import Iterator


def copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> int:
    """Copy a table line by line, from both ends towards a damaged place; returns how many lines arrived."""
    try:
        columns = [line[1] for line in old.execute(f"PRAGMA table_info({table})")]
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # the second: a damaged name stands in the first's message
        return 0
    known = [line[1] for line in new.execute(f"PRAGMA table_info({table})") if line[1] in columns]
    if not known:
        return 0
    names, marks = ", ".join(f'"{name}"' for name in known), ", ".join("?" * len(known))
    insert = f"INSERT OR {'REPLACE' if table in ('meta', 'sqlite_sequence') else 'IGNORE'} INTO {table} ({names}) VALUES ({marks})"
    if table == "sqlite_sequence":
        new.execute("DELETE FROM sqlite_sequence")
    for direction in ("ASC", "DESC"):
        new.execute("BEGIN")
        for line in _lines(old, table, names, direction):
            try:
                new.execute(insert, line)
            except sqlite3.IntegrityError:  # a line that breaks a rule of the table is a damaged one
                continue
        new.execute("COMMIT")
    return int(new.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _lines(old: sqlite3.Connection, table: str, names: str, direction: str) -> Iterator[tuple[object, ...]]:
    """The lines of a table up to the first that cannot be read."""
    try:
        order = f"ORDER BY 1 {direction}" if _without_rowid(old, table) else f"ORDER BY rowid {direction}"
        yield from old.execute(f"SELECT {names} FROM {table} {order}")
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return


def _without_rowid(old: sqlite3.Connection, table: str) -> bool:
    line = old.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    return line is not None and "WITHOUT ROWID" in str(line[0])
