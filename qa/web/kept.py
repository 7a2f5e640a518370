"""The answers that were shown last, by the names of their turns: for exports, feedback and suggestions, which need more than the page holds.

    ask ── put ──► the newest KEPT answers ── get ──► the answer as it was shown
                                              └─────► asked again, when it fell out; refused, when the archive answers otherwise now

In: answers.  Out: the same.  Never: an answer that a browser claims to have had. Names are made at random by the page, so nobody
comes upon another reader's.
"""

from collections import OrderedDict
from threading import Lock

from qa.answer import ask
from qa.records import Answer
from qa.web.asked import Again, filter_of
from qa.web.desk import Desk

KEPT = 256


class Gone(Exception):
    """The answer was given by an earlier index, and is no longer here: it can only be asked for anew."""


class Kept:
    """The newest answers; shared by all threads."""

    def __init__(self, most: int = KEPT) -> None:
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._most = most
        self._lock = Lock()

    def put(self, name: str, answer: Answer) -> None:
        """Keep an answer under its turn's name, in the place of what it was before it was complete; one without a name is not kept."""
        if not name:
            return
        with self._lock:
            self._answers[name] = answer
            self._answers.move_to_end(name)
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)

    def get(self, name: str) -> Answer | None:
        """The answer of a turn; None when it is no longer kept."""
        with self._lock:
            return self._answers.get(name)


def recalled(desk: Desk, kept: Kept, wanted: Again) -> Answer:
    """The answer that a page shows, as far as it shows it.

    Raises:
        Gone: it is no longer kept, and the archive now answers otherwise.
        Refused: its filters do not fit the archive.
        QAError: there is no index that can be used.
    """
    answer = kept.get(wanted.name)
    if answer is None or not _shows(answer, wanted):
        with desk.lend() as library:
            where = filter_of(wanted.filter, library)
            answer = ask(wanted.question, history=wanted.past, where=where, as_of=wanted.as_of, dates=wanted.dates, library=library)
    if not _shows(answer, wanted):
        raise Gone
    return _first(answer, len(wanted.addresses))


def _shows(answer: Answer, wanted: Again) -> bool:
    """Whether an answer is the one that is meant: the sentences shown are its first ones."""
    own = tuple(answer.quotes[claim.quotes[0]].address for claim in answer.claims)
    return answer.question == wanted.question and own[: len(wanted.addresses)] == wanted.addresses and bool(own) == bool(wanted.addresses)


def _first(answer: Answer, n: int) -> Answer:
    """The answer with its first n sentences: one that was stopped shows no more."""
    if n == len(answer.claims):
        return answer
    claims = answer.claims[:n]
    used = 1 + max(place for claim in claims for place in (*claim.quotes, *claim.also))
    quotes = answer.quotes[:used]
    cited = {quote.article.id for quote in quotes}
    origins = {id_: origin for id_, origin in answer.origins.items() if id_ in cited}
    return answer.model_copy(update={"claims": claims, "quotes": quotes, "origins": origins})
