"""Turns: one connection writes the catalog at a time, although two processes may: a builder, and a page that keeps a reader's word.

    builder     takes the turn for each transaction, and leaves it free for a moment every second
    page        waits for the turn, at most PATIENCE_S, writes a line, gives it back

SQLite's own lock is not enough. Up to 3.51.2 it can lose a log in which two connections write and checkpoint at the same instant;
and who waits for it asks ten times a second, but between two transactions of a build it is free for some millionths of one.

In: the catalog's path.  Out: the turn, for a while; the kernel frees it when a process ends.  Never: a wait without an end.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import IndexBusy

NAME = "TURN"
PATIENCE_S = 5.0
ASKED_S = 0.001  # between two looks whether it is free
ROUND_S, FREE_S = 1.0, 0.01  # so often, and so long, whoever writes much leaves it free


class Turn:
    """The turn to write a catalog, asked for by one writer."""

    def __init__(self, catalog: Path) -> None:
        self._path = catalog.with_name(NAME)
        self._file = -1
        self._left_free = time.monotonic()

    @contextmanager
    def taken(self, patience_s: float = PATIENCE_S) -> Iterator[None]:
        """Hold the turn; others write before or after.

        Raises:
            IndexBusy: another process has held it all that time.
            OSError: the folder cannot be written.
        """
        if self._file < 0:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        if time.monotonic() - self._left_free > ROUND_S:
            time.sleep(FREE_S)
            self._left_free = time.monotonic()
        self._take(time.monotonic() + patience_s)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _take(self, until: float) -> None:
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            if time.monotonic() > until:
                raise IndexBusy(f"the catalog in {self._path.parent} is being written just now: try again in a moment")
            time.sleep(ASKED_S)

    def close(self) -> None:
        """Give back what is open."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
