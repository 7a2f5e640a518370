"""What the page sent → the turns to show, one for each checked sentence; whatever fails becomes a turn that says so.

In: untrusted JSON and the turns before.  Out: turns as JSON, and what a follow-up may point back to.  Never: raises, and never
shows a trace.
"""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from threading import Lock
from typing import Any, Literal, NamedTuple, TypedDict

from index.errors import FilterError, QAError, QuestionError
from index.library import Library
from index.records import Filter
from qa.answer import stream, turn_of
from qa.followups import Turn as Past
from qa.records import Answer
from qa.retrieval import retrieve
from qa.web import asked
from qa.web.desk import Desk
from qa.web.render import shown, source, turn
from qa.web.views import Turn

logger = logging.getLogger(__name__)

HITS = 50
STOPS = 1_000


class Waiting(TypedDict):
    """A question whose first sentence is not there yet; `phase` is a key of the words."""

    id: str
    question: str
    status: Literal["answering"]
    phase: str


class Failure(TypedDict):
    """A question that could not be answered: `error` is a key of the words, `detail` one line of the program's own."""

    id: str
    question: str
    status: Literal["error"]
    error: str
    detail: str


class Step(NamedTuple):
    """A turn to show, and what a follow-up may point back to; None when that is as before."""

    turn: Turn | Waiting | Failure
    past: Past | None


class Stopped:
    """Names of the turns that readers stopped, the newest STOPS of them; shared by all threads."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}
        self._lock = Lock()

    def add(self, sent: object) -> None:
        """Take in what a page sent; what names no turn is passed over."""
        if name := asked.name(sent):
            with self._lock:
                self._names[name] = None
                while len(self._names) > STOPS:
                    del self._names[next(iter(self._names))]

    def __contains__(self, name: str) -> bool:
        with self._lock:
            return name in self._names


def turns(desk: Desk, sent: object, history: Sequence[Past], stopped: Stopped) -> Iterator[Step]:
    """The turns of one question: first that it waits, then one for each sentence, the last one complete or a failure.

    They end without more once the reader stopped it.
    """
    with closing(_steps(desk, sent, history)) as steps:  # whatever ends them, the library is given back
        for step in steps:
            if step.turn["id"] in stopped:
                return
            yield step


def _steps(desk: Desk, sent: object, history: Sequence[Past]) -> Generator[Step, None, None]:
    """The same, whether it was stopped or not. One generation answers from beginning to end."""
    name = asked.name(sent)
    data = sent if isinstance(sent, dict) else {}
    shown_question = data["question"][: asked.QUESTION_CHARS] if isinstance(data.get("question"), str) else ""
    try:
        question = asked.question(data.get("question"))
        phase = "searching" if desk.warm else "loading"
        yield Step({"id": name, "question": question, "status": "answering", "phase": phase}, Past(question=question))
        with desk.lend() as library:
            where = asked.where(data.get("filter"), library.outlets, library.languages)
            last: Answer | None = None
            for answer in stream(question, history=history, where=where, dates=asked.dates(sent), library=library):
                last = answer
                yield Step(_turn(answer, name, library, complete=False), None)
            if last is not None:
                yield Step(_turn(last, name, library, complete=True), turn_of(last))
    except Exception as error:  # noqa: BLE001 - the page has to say something whatever happens; what is not ours is logged
        yield Step({"id": name, "question": shown_question, "status": "error", **_why(error)}, None)


def _turn(answer: Answer, name: str, library: Library, *, complete: bool) -> Turn:
    """The turn to show, with what the library knows of every article found."""
    found = {span.article.id for hit in answer.hits for span in (hit.passage, *hit.copies)}
    origins = {id_: library.origin(id_) for id_ in found}
    return turn(answer, name, complete=complete, generation=library.manifest.generation, origins=origins)


def ask_once(desk: Desk, question: str, filters: dict[str, Any], *, dates: bool) -> dict[str, Any]:
    """One question for a program: the whole Answer as JSON, or `error` and `detail`."""

    def answered(checked: str, where: Filter | None, library: Library) -> dict[str, Any]:
        *_, last = stream(checked, where=where, dates=bool(dates), library=library)
        return last.model_dump(mode="json")

    return _once(desk, question, filters, answered)


def retrieve_once(desk: Desk, question: str, k: int, filters: dict[str, Any]) -> dict[str, Any]:
    """The passages found for a program: `hits` best first, or `error` and `detail`."""

    def found(checked: str, where: Filter | None, library: Library) -> dict[str, Any]:
        hits = retrieve(checked, max(1, min(int(k), HITS)), where=where, library=library)
        shown_hits = [
            {"address": hit.passage.address, "text": hit.passage.text, "score": hit.score, "cosine": hit.cosine, **source(hit.passage.article)}
            for hit in hits
        ]
        return {"hits": shown_hits}

    return _once(desk, question, filters, found)


def _once(desk: Desk, question: str, filters: dict[str, Any], work: Callable[[str, Filter | None, Library], dict[str, Any]]) -> dict[str, Any]:
    """The work on a checked question; `error` and `detail` when it fails."""
    try:
        checked = asked.question(question)
        with desk.lend() as library:
            return work(checked, asked.where(filters, library.outlets, library.languages), library)
    except Exception as error:  # noqa: BLE001 - a program gets the reason and never a trace; what is not ours is logged
        return dict(_why(error))


class _Why(TypedDict):
    error: str
    detail: str


def _why(error: Exception) -> _Why:
    """The key of the words that tell a reader, and the program's own line where it helps."""
    match error:
        case asked.Refused():
            return {"error": error.why, "detail": ""}
        case QuestionError():
            return {"error": "error_question", "detail": shown(str(error))}
        case FilterError():
            return {"error": "error_filter", "detail": shown(str(error))}
        case QAError():
            return {"error": "error_index", "detail": shown(str(error))}
        case _:
            logger.error("a question could not be answered", exc_info=error)
            return {"error": "error_internal", "detail": ""}
