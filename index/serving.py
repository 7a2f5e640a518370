"""The library that serves, kept up to date: when a new generation is published, the next borrower gets it.

    lend() ──► the library          a question keeps the one it began with; an old one closes when its last borrower is done
       └─ the pointer moved? ──► open the new one, then swap one reference

In: settings.  Out: an open library for as long as a question takes.  Never: an answer made of two generations, or a question
that waits while another generation is opened (unless it asks to).
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Thread

from index import generation
from index.errors import IndexDamaged, IndexMissing, QAError
from index.library import Library
from index.settings import Settings

log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())
LOOK_S = 1.0  # the pointer is read at most this often


class _Lent:
    """An open library and how many are using it."""

    def __init__(self, library: Library) -> None:
        self.library, self.users, self.retired = library, 0, False


class Serving:
    """Lends the library of the generation that serves, to any number of threads."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._guard = Lock()  # held for moments only
        self._opening = Lock()  # held while a library is opened
        self._lent: _Lent | None = None
        self._looked = float("-inf")
        self._refused = ""  # a generation that could not be opened: tried and told once
        self.refusal = ""  # why the newest generation could not be opened; empty when it serves

    @contextmanager
    def lend(self, *, wait: bool = False) -> Iterator[Library]:
        """The library, for one question.

        Args:
            wait: When a newer generation was published, open it now; else it is opened beside, and the next borrower gets it.

        Raises:
            IndexMissing, IndexMismatch, IndexDamaged, EmbedderError: there is no library yet, and none can be opened.
        """
        self._look(wait=wait)
        with self._guard:
            lent = self._lent
            if lent:
                lent.users += 1
        if lent is None:
            lent = self._first()
        try:
            yield lent.library
        finally:
            self._give_back(lent)

    @property
    def library(self) -> Library | None:
        """The library that is lent now; None before the first. Only for what a moment takes: it may be closed at any time."""
        return self._lent.library if self._lent else None

    def close(self) -> None:
        """Close the library as soon as nobody uses it."""
        with self._guard:
            old, self._lent = self._lent, None
            if old:
                old.retired = True
            unused = old if old and not old.users else None
        if unused:
            unused.library.close()

    def _first(self) -> _Lent:
        with self._opening:
            with self._guard:
                if self._lent:
                    self._lent.users += 1
                    return self._lent
            lent = _Lent(self._open())
            lent.users = 1
            with self._guard:
                self._lent = lent
            return lent

    def _open(self) -> Library:
        library = Library.open(self._settings)
        for notice in library.notices:
            log.warning(notice)
        return library

    def _look(self, *, wait: bool) -> None:
        """Whether the pointer moved; if so, see to it that the new generation is opened."""
        now = time.monotonic()
        lent = self._lent
        if lent is None or (not wait and now - self._looked < LOOK_S):
            return
        self._looked = now
        try:
            name = generation.current(self._settings)
        except (IndexMissing, IndexDamaged):
            return  # what is open goes on serving
        if name in (lent.library.manifest.generation, self._refused):
            return
        if wait:
            self._renew(name)
        elif self._opening.acquire(blocking=False):
            self._opening.release()
            Thread(target=self._renew, args=(name,), name="renew", daemon=True).start()

    def _renew(self, name: str) -> None:
        """Open the newer generation and let it take the place of the one that is lent."""
        with self._opening:
            old = self._lent
            if old is None or old.library.manifest.generation == name:
                return
            try:
                new = _Lent(self._open())
            except (QAError, OSError) as error:
                self._refused, self.refusal = name, str(error)
                log.warning(f"the generation {name} cannot be opened, the one before goes on serving: {error}")
                return
            if new.library.manifest.generation == old.library.manifest.generation:
                new.library.close()
                return
            with self._guard:
                closed = self._lent is not old  # somebody closed it while the new one was opened
                if not closed:
                    self._lent, old.retired, self.refusal = new, True, ""
                unused = closed or not old.users
            if unused:
                (new if closed else old).library.close()

    def _give_back(self, lent: _Lent) -> None:
        with self._guard:
            lent.users -= 1
            unused = lent.retired and not lent.users
        if unused:
            lent.library.close()
