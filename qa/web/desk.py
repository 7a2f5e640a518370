"""The library behind the page: opened once, shared by every thread, made warm before the first question.

    opening ──► ready                 the models are loaded in the background; a question asked meanwhile waits
       └──────► missing | broken      looked at again whenever the page asks, at most every RETRY_S seconds

In: settings.  Out: the library, and the state that the page shows.  Never: writes the index.
"""

import logging
import time
from datetime import date, timedelta
from pathlib import Path
from threading import Lock, Thread
from typing import Literal, TypedDict

from index.errors import IndexMissing, QAError
from index.library import Library
from index.records import Filter
from index.settings import Settings
from index.text import language
from qa.answer import stream
from qa.web.render import coverage, shown
from qa.web.views import CoverageView

logger = logging.getLogger(__name__)

RETRY_S = 2.0
EXAMPLES = 8
QUESTIONS_BYTES = 64_000
WARM_UP = "Quem, quando e onde?"

State = Literal["opening", "ready", "missing", "broken"]


class Example(TypedDict):
    """A question to offer, or the headline that one is made of."""

    text: str
    lang: str
    headline: bool


class Status(TypedDict):
    """What the page needs to know before a question is asked; a broken state without a message is one for the log."""

    state: State
    message: str
    coverage: CoverageView | None
    outlets: list[str]
    languages: list[str]
    examples: list[Example]


class Desk:
    """Holds the library, or the reason why there is none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opening = Lock()
        self._library: Library | None = None
        self._examples: list[Example] = []
        self._state: State = "opening"
        self._message = ""
        self._tried = float("-inf")
        self._trying = Lock()

    def library(self) -> Library:
        """The library, opened by the first caller; the others wait.

        Raises:
            QAError: there is no index that these settings can use.
        """
        with self._opening:
            if self._library is None:
                opened = Library.open(self._settings)
                for notice in opened.notices:
                    logger.warning(notice)
                self._examples = examples(self._settings.corpus_dir, opened)
                self._library = opened
            return self._library

    def warm_up(self) -> None:
        """Start opening the library and loading its models in the background, unless that is done or under way."""
        if self._state == "ready" or time.monotonic() - self._tried < RETRY_S or not self._trying.acquire(blocking=False):
            return
        self._tried = time.monotonic()
        Thread(target=self._try, name="warm-up", daemon=True).start()

    def _try(self) -> None:
        try:
            library = self.library()
            for _ in stream(WARM_UP, library=library):
                pass
            self._state, self._message = "ready", ""
        except IndexMissing as error:
            self._state, self._message = "missing", str(error)
        except QAError as error:
            self._state, self._message = "broken", str(error)
        except Exception:  # a thread has nobody to raise to: the log has the trace, the page says where to look
            logger.exception("the library could not be opened")
            self._state, self._message = "broken", ""
        finally:
            self._tried = time.monotonic()
            self._trying.release()

    @property
    def warm(self) -> bool:
        """Whether the models are loaded."""
        return self._state == "ready"

    def status(self) -> Status:
        """What the page shows before the first question; looks again when there was no index."""
        self.warm_up()
        library = self._library
        return {
            "state": self._state,
            "message": shown(self._message),
            "coverage": coverage(library.coverage) if library else None,
            "outlets": list(library.outlets) if library else [],
            "languages": list(library.languages) if library else [],
            "examples": self._examples,
        }

    def close(self) -> None:
        """Close the library, if it was opened."""
        with self._opening:
            if self._library is not None:
                self._library.close()
                self._library = None


def examples(corpus_dir: Path, library: Library) -> list[Example]:
    """Questions to offer: lines of the corpus' questions.txt, or else the newest headlines."""
    lines = _lines(corpus_dir / "questions.txt")
    if lines:
        return [{"text": line, "lang": language(line), "headline": False} for line in lines]
    articles = [library.article(name) for name in _newest(library)]
    return [{"text": shown(article.title), "lang": article.lang, "headline": True} for article in articles if article.title]


def _newest(library: Library) -> list[str]:
    """Ids of the newest articles, newest first; days are looked through from the last one backwards, more at each step."""
    last = library.coverage.last
    if last is None:
        return []
    found: dict[str, date] = {}
    for days in (1, 7, 31, 366, 3_660):
        rows = library.allowed(Filter(since=max(last - timedelta(days=days - 1), date.min)))
        facts = library.facts(rows.tolist()).values() if rows is not None else ()
        found |= {fact.article: fact.day for fact in facts if fact.day}
        if len(found) >= EXAMPLES:
            break
    return sorted(found, key=lambda name: (-found[name].toordinal(), name))[:EXAMPLES]


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            text = file.read(QUESTIONS_BYTES).decode("utf-8-sig", errors="replace")
    except OSError:  # no such file, or no right to read it: examples are no reason to stop
        return []
    return [shown(line.strip()) for line in text.splitlines() if line.strip() and not line.startswith("#")]
