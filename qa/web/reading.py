"""An article to read whole, in the version that was cited, and what became of it since.

    id@version ── look_up ──► its own text, the quotes cut out, and what changed up to the newest version
                   └────────► no text where its publisher took it back: then the reason

In: untrusted JSON.  Out: plain JSON; None or nothing for what makes no sense.  Never: the text of an article that may not answer now.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from index.changes import where_now
from index.errors import NoSuchArticle, QAError
from index.library import Library
from index.records import Article
from index.versions import Shown, look_up
from qa.web import asked
from qa.web.desk import Desk
from qa.web.render import cut, shown, source
from qa.web.views import FateView, Mark, Silence, SinceView, Whole

MOST_STEPS = 60
STEP_CHARS = 600
RIGHTS_CHARS = 2_000
TELLS: tuple[Silence, ...] = ("", "deleted")  # an article that left the corpus was not taken back by its publisher


def article(desk: Desk, sent: object) -> Whole | None:
    """A whole article in the version asked for, with its quotes; None when there is none, or nothing sensible was sent."""
    wanted = asked.wanted(sent)
    if wanted is None:
        return None
    try:
        with desk.lend() as library:
            found = look_up(library, wanted.article)
            return _whole(library, found, _marks(found, wanted))
    except (QAError, KeyError, ValueError):
        return None


def fates(desk: Desk, sent: object) -> dict[str, FateView]:
    """What became of articles since they were cited, by the names sent: addresses or keys."""
    try:
        with desk.lend() as library:
            return {name: fate(library, name) for name in asked.names(sent)}
    except (QAError, KeyError, ValueError):
        return {}


def fate(library: Library, name: str) -> FateView:
    """What became of an article, and whether the words cited still stand in it."""
    try:
        found = look_up(library, name)
    except NoSuchArticle:
        return {"silent": "deleted", "changed": False, "stands": True, "correction": ""}
    newest = _newest(library, found)
    return {
        "silent": silence(found),
        "changed": newest is not None,
        "stands": newest is None or bool(found.now),
        "correction": shown((newest or found.article).correction),
    }


def silence(found: Shown) -> Silence:
    """Why the text may not be shown, or that it left the corpus; of an earlier version, what its publisher said of that one counts too."""
    reason: Silence = found.silent  # one of the words of index.versions.silence
    if reason in TELLS and not found.article.usable(datetime.now(UTC)):
        own = found.article.status
        return "expired" if own == "expires" else "" if own == "usable" else own
    return reason


def _whole(library: Library, found: Shown, marks: list[Mark]) -> Whole:
    one, silent = found.article, silence(found)
    told = silent in TELLS
    newest = _newest(library, found) if found.silent == "" else None
    return {
        "source": source(one) if told else {**source(one), "doubts": []},  # they quote the text
        "rights": shown(one.rights[:RIGHTS_CHARS]),
        "silent": silent,
        "parts": cut(one.text, 0, len(one.text), marks) if told else [],
        "since": _since(found, newest, marks, told=told) if newest else None,
    }


def _newest(library: Library, found: Shown) -> Article | None:
    """The newest version, when it is another one."""
    if found.newest in (None, found.article.version):
        return None
    return library.article(f"{found.article.id}@{found.newest}")


def _since(found: Shown, newest: Article, marks: Sequence[Mark], *, told: bool) -> SinceView:
    """What changed; without the sentences when the text may not be shown."""
    old, new = found.article.text, newest.text
    moved: list[Mark] = []
    for mark in marks:
        if place := where_now(mark["start"], mark["end"], old, new):
            answer = where_now(*mark["answer"], old, new) if mark["answer"] else None
            moved.append({"n": mark["n"], "start": place[0], "end": place[1], "answer": answer})
    stand = {mark["n"] for mark in moved}
    steps = found.changed if told else ()
    return {
        "article": newest.key,
        "marks": moved,
        "gone": [mark["n"] for mark in marks if mark["n"] not in stand],
        "correction": shown(newest.correction),
        "steps": [{"kind": step.kind, "text": shown(_short(step.text))} for step in steps[:MOST_STEPS]],
        "more": max(0, len(steps) - MOST_STEPS),
    }


def _marks(found: Shown, wanted: asked.Wanted) -> list[Mark]:
    """The quotes to mark: those sent that lie in the text, or else the stretch that the address names."""
    size = len(found.article.text)
    marks: list[Mark] = [
        {"n": one.n, "start": one.start, "end": one.end, "answer": _inside(one)} for one in wanted.marks if one.start < one.end <= size
    ]
    if not marks and (found.start, found.end) != (0, size):
        marks = [{"n": 1, "start": found.start, "end": found.end, "answer": None}]
    return marks


def _inside(place: asked.Place) -> tuple[int, int] | None:
    """The answering words, when they lie in their quote."""
    answer = place.answer
    return answer if answer and place.start <= answer[0] < answer[1] <= place.end else None


def _short(text: str) -> str:
    return text if len(text) <= STEP_CHARS else text[: STEP_CHARS - 1].rstrip() + "…"
