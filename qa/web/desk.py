"""The library behind the page: lent for one question at a time, made warm before the first, replaced when a newer one is published.

    opening ──► ready ─► ready …      the models are loaded in the background; a question asked meanwhile waits
       │                              each look at the status looks for a newer generation; the one before serves until that is open
       └──────► missing | broken      looked at again whenever the page asks, at most every RETRY_S seconds

In: settings.  Out: the library for one question, and the state that the page shows.  Never: writes the index.
"""

import logging
import time
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock, Thread
from typing import Literal, NamedTuple, TypedDict

from index.errors import IndexMissing, QAError
from index.library import Library
from index.serving import Serving
from index.settings import Settings
from qa.answer import stream
from qa.web.examples import Example, answered, headlines, of_corpus
from qa.web.render import coverage, shown
from qa.web.views import CoverageView

logger = logging.getLogger(__name__)

RETRY_S = 2.0
EXAMPLES_S = 600.0  # the examples are chosen anew so often: an article may expire
WARM_UP = "Quem, quando e onde?"

State = Literal["opening", "ready", "missing", "broken"]


class Status(TypedDict):
    """What the page needs to know before a question is asked; a broken state without a message is one for the log."""

    state: State
    message: str
    generation: str  # the one that serves; empty when there is none
    notice: str  # why a newer one cannot be opened, in the program's own words; empty when all is well
    coverage: CoverageView | None
    outlets: list[str]
    languages: list[str]
    sections: list[str]
    examples: list[Example]
    made: str  # when the generation was made, as an ISO instant; empty when there is none
    model: str  # that finds by meaning


class _Held(NamedTuple):
    """What the page is told of one generation."""

    generation: str
    until: float  # when the examples are chosen anew, in seconds of the monotonic clock
    coverage: CoverageView | None
    outlets: list[str]
    languages: list[str]
    sections: list[str]
    examples: list[Example]
    made: str
    model: str


NOTHING = _Held("", 0.0, None, [], [], [], [], "", "")


class Desk:
    """Lends the library, or tells why there is none."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._serving = Serving(settings)
        self._held = NOTHING
        self._offered_until = NOTHING.until
        self._state: State = "opening"
        self._message = ""
        self._tried = float("-inf")
        self._trying = Lock()

    def lend(self) -> AbstractContextManager[Library]:
        """The library, for one question from its beginning to its end; opened by the first caller, the others wait.

        Raises:
            QAError: there is no index that these settings can use.
        """
        return self._serving.lend()

    def warm_up(self) -> None:
        """Start opening the library and loading its models in the background, unless that is done or under way."""
        if self._state == "ready" or time.monotonic() - self._tried < RETRY_S or not self._trying.acquire(blocking=False):
            return
        self._tried = time.monotonic()
        Thread(target=self._try, name="warm-up", daemon=True).start()

    def _try(self) -> None:
        try:
            with self.lend() as library:
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
        """What the page shows before the first question, and now; looks for a newer generation, or again when there was no index."""
        self.warm_up()
        held = self._look()
        self._offer(held)
        return {
            "state": self._state,
            "message": shown(self._message),
            "generation": held.generation,
            "notice": shown(self._serving.refusal) if held.generation else "",
            "coverage": held.coverage,
            "outlets": held.outlets,
            "languages": held.languages,
            "sections": held.sections,
            "examples": held.examples,
            "made": held.made,
            "model": held.model,
        }

    def _look(self) -> _Held:
        """What is told of the generation that serves; nothing while none is open, for a look must not wait for one."""
        if self._serving.library is None:
            return self._held
        try:
            with self._serving.lend() as library:
                now = time.monotonic()
                if library.manifest.generation != self._held.generation or now > self._held.until:
                    self._held = held(library, self.settings.corpus_dir, now + EXAMPLES_S)
        except QAError as error:
            logger.warning(f"what the index holds could not be looked up: {error}")
        return self._held

    def _offer(self, told: _Held) -> None:
        """Start putting questions that the archive answers in the place of headlines, in the background, once for what is told."""
        if self.warm and told.until != self._offered_until and any(one["headline"] for one in told.examples):
            self._offered_until = told.until
            Thread(target=self._find_examples, args=(told,), name="examples", daemon=True).start()

    def _find_examples(self, told: _Held) -> None:
        try:
            if self._serving.library is None:
                return
            with self._serving.lend() as library:
                better = told._replace(examples=answered(library, told.examples))
            if self._held is told:
                self._held = better
        except Exception:  # a thread has nobody to raise to: the log has the trace, the headlines stay
            logger.exception("no questions to begin with could be found")

    def close(self) -> None:
        """Close the library, if it was opened, as soon as no question needs it."""
        self._serving.close()


def held(library: Library, corpus_dir: Path, until: float) -> _Held:
    """What the page is told of a library."""
    return _Held(
        library.manifest.generation,
        until,
        coverage(library.coverage),
        list(library.outlets),
        list(library.languages),
        list(library.sections),
        of_corpus(corpus_dir) or headlines(library),
        library.manifest.created.isoformat(),
        library.manifest.settings["embedder"],
    )
