"""What the page sent → the turns to show, one for each checked sentence; whatever fails becomes a turn that says so.

In: untrusted JSON; the conversation before the question comes with it, so that nothing of one reader is kept for another.
Out: turns as JSON.  Never: raises, and never shows a trace.
"""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from threading import Lock
from typing import Any, Literal, TypedDict

from index.errors import FilterError, NoSuchArticle, QAError, QuestionError
from index.library import Library
from index.records import Filter
from qa.answer import stream
from qa.records import Answer
from qa.retrieval import retrieve
from qa.web import asked
from qa.web.desk import Desk
from qa.web.kept import Kept
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


def turns(desk: Desk, sent: object, stopped: Stopped, kept: Kept) -> Iterator[Turn | Waiting | Failure]:
    """The turns of one question: first that it waits, then one for each sentence, the last one complete or a failure.

    They end without more once the reader stopped it. What they show is kept, for whoever wants more of it.
    """
    with closing(_turns(desk, sent, kept)) as steps:  # whatever ends them, the library is given back
        for step in steps:
            if step["id"] in stopped:
                return
            yield step


def _turns(desk: Desk, sent: object, kept: Kept) -> Generator[Turn | Waiting | Failure, None, None]:
    """The same, whether it was stopped or not. One generation answers from beginning to end."""
    name = asked.name(sent)
    data = sent if isinstance(sent, dict) else {}
    shown_question = data["question"][: asked.QUESTION_CHARS] if isinstance(data.get("question"), str) else ""
    try:
        question, past = asked.question(data.get("question")), asked.past(data)
        yield {"id": name, "question": question, "status": "answering", "phase": "searching" if desk.warm else "loading"}
        with desk.lend() as library:
            where = asked.filter_of(data.get("filter"), library)
            last: Answer | None = None
            for answer in stream(question, history=past, where=where, dates=asked.dates(sent), library=library):
                last = answer
                kept.put(name, answer)
                yield _turn(answer, name, library, complete=False)
            if last is not None:
                yield _turn(last, name, library, complete=True)
    except Exception as error:  # noqa: BLE001 - the page has to say something whatever happens; what is not ours is logged
        yield {"id": name, "question": shown_question, "status": "error", **why(error)}


def _turn(answer: Answer, name: str, library: Library, *, complete: bool) -> Turn:
    """The turn to show, with what the library knows of every article found."""
    found = {span.article.id for hit in answer.hits for span in (hit.passage, *hit.copies)}
    origins = {id_: library.origin(id_) for id_ in found}
    return turn(answer, name, complete=complete, generation=library.manifest.generation, origins=origins)


def ask_once(desk: Desk, question: str, filters: dict[str, Any], *, dates: bool, history: Sequence[str] = ()) -> dict[str, Any]:
    """One question for a program: the whole Answer as JSON, or `error` and `detail`."""

    def answered(checked: str, where: Filter | None, library: Library) -> dict[str, Any]:
        past = asked.past({"past": [{"question": earlier} for earlier in history]})
        *_, last = stream(checked, history=past, where=where, dates=bool(dates), library=library)
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
            return work(checked, asked.filter_of(filters, library), library)
    except Exception as error:  # noqa: BLE001 - a program gets the reason and never a trace; what is not ours is logged
        return dict(why(error))


class Why(TypedDict):
    """Why something could not be done: a key of the words, and the program's own line or nothing."""

    error: str
    detail: str


def why(error: Exception) -> Why:
    """The key of the words that tell a reader, and the program's own line where it helps."""
    match error:
        case asked.Refused():
            return {"error": error.why, "detail": ""}
        case QuestionError():
            return {"error": "error_question", "detail": shown(str(error))}
        case FilterError():
            return {"error": "error_filter", "detail": shown(str(error))}
        case NoSuchArticle():
            return {"error": "error_article", "detail": shown(str(error))}
        case QAError():
            return {"error": "error_index", "detail": shown(str(error))}
        case _:
            logger.error("a question could not be answered", exc_info=error)
            return {"error": "error_internal", "detail": ""}
