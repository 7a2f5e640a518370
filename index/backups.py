"""Back up: a copy of the index that is whole, taken while it is read and even while it is written.

    the generation that serves ── copied, checksums proved ──┐
    catalog ── SQLite's own backup ──────────────────────────┴─► a folder that is an index itself, checked before it is called done

In: settings and a folder that is empty or missing.  Out: how much was checked.  Never: a copy of files that are being written:
`cp catalog.db` without its -wal loses what was written last.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index import files, generation
from index.catalog import NAME, Catalog
from index.errors import BackupError, IndexDamaged
from index.settings import Settings
from index.verify import verify

TRIES = 20  # a builder may replace the generation while it is copied


def backup(settings: Settings, to: Path) -> dict[str, int]:
    """Copy the index.

    Args:
        settings: Which index.
        to: Folder for the copy; to restore, set QA_INDEX_DIR to it, or move it where the index was.

    Returns:
        How many files, articles and passages of the copy were checked.

    Raises:
        BackupError: the folder is not empty, cannot be written, or the copy does not verify.
        IndexMissing, IndexDamaged: there is no index, or what serves is damaged.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise BackupError(f"{to} is not empty: name a new folder for the backup")
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = _copy_generation(settings, to)
        _copy_catalog(settings, to)
        files.replace(to / "CURRENT", (name + "\n").encode())
    except OSError as error:
        told = files.why(error, to, files.size_bytes(settings.index_dir))
        raise BackupError(f"the backup in {to} cannot be written ({told}): make room or give rights, then run it again into a new folder") from error
    checked, wrong = verify(settings.replace(index_dir=to))
    if wrong:
        raise BackupError(f"the backup in {to} is not whole ({wrong[0]}): delete it and run `python -m index verify`")
    return checked


def _copy_generation(settings: Settings, to: Path) -> str:
    """Copy the generation that serves; anew when it is replaced meanwhile."""
    (to / "generations").mkdir()
    for _ in range(TRIES):
        name = generation.current(settings)
        copy = to / "generations" / name
        try:
            shutil.copytree(generation.folder(settings, name), copy)
        except (OSError, shutil.Error) as error:
            shutil.rmtree(copy, ignore_errors=True)
            if generation.current(settings) != name:
                continue
            raise OSError(str(error)) from error
        for path in copy.rglob("*"):
            files.sync(path)
        return name
    raise IndexDamaged("the generation is replaced faster than it can be copied: run the backup again")


def _copy_catalog(settings: Settings, to: Path) -> None:
    catalog = Catalog(settings.index_dir / NAME)
    try:
        with catalog.errors(), _refused_by_the_disk():
            copy = sqlite3.connect(to / NAME, isolation_level=None)
            try:
                catalog.connection.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
            finally:
                copy.close()
    finally:
        catalog.close()
    files.sync(to / NAME)


@contextmanager
def _refused_by_the_disk() -> Iterator[None]:
    """What the copy's disk said to SQLite is no damage of the catalog that is copied."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if re.search("disk|readonly|unable to open", str(error)):
            raise OSError(str(error)) from error
        raise
