"""An article to read whole, in the version that was cited, and what became of it since.

    id@version ── look_up ──► its own text, the quotes cut out, and what changed up to the newest version
                   └────────► no text where its publisher took it back: then the reason

In: untrusted JSON.  Out: plain JSON; None or nothing for what makes no sense.  Never: the text of an article that may not answer now.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from index.changes import where_now
from index.errors import NoSuchArticle, QAError
from index.library import Library
from index.records import Article
from index.versions import Shown, look_up, stepped
from qa.web import asked
from qa.web.asking import why
from qa.web.desk import Desk
from qa.web.render import cut, shown, source
from qa.web.views import FateView, Mark, Silence, SinceView, VersionView, Whole

MOST_STEPS = 60
MOST_VERSIONS = 50
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


def versions(desk: Desk, sent: object) -> list[VersionView]:
    """Every version of an article that was ever read, newest first, each with what it changed of the one before; nothing when there is none.

    Without sentences where the text may not be shown.
    """
    try:
        with desk.lend() as library:
            found = look_up(library, (asked.names(sent) or [""])[0])
            told = silence(found) in TELLS
            read = [library.article(f"{found.article.id}@{number}") for number in found.versions[-MOST_VERSIONS:]]
            return [_version(one, before if told else None) for one, before in zip(reversed(read), [*reversed(read[:-1]), None], strict=True)]
    except (QAError, KeyError, ValueError):
        return []


def _version(one: Article, before: Article | None) -> VersionView:
    steps = stepped(before.text, one.text) if before else ()
    return {
        "article": one.key,
        "version": one.version,
        "title": shown(one.title),
        "seen": one.indexed.isoformat(),
        "modified": one.modified.isoformat() if one.modified else "",
        "correction": shown(one.correction),
        "steps": [{"kind": step.kind, "text": shown(_short(step.text))} for step in steps[:MOST_STEPS]],
        "more": max(0, len(steps) - MOST_STEPS),
    }


def article_once(desk: Desk, name: str) -> dict[str, Any]:
    """An article for a program: its record, its versions and what became of it, or `error` and `detail`; without a text that may not be shown."""
    try:
        with desk.lend() as library:
            found = look_up(library, name)
            silent = silence(found)
            record = found.article.model_dump(mode="json")
            return {
                "article": record if silent in TELLS else record | {"text": ""},
                "start": found.start,
                "end": found.end,
                "words": found.words if silent in TELLS else "",
                "versions": list(found.versions),
                "newest": found.newest,
                "silent": silent,
                "now": found.now,
                "origin": found.origin,
            }
    except Exception as error:  # noqa: BLE001 - a program gets the reason and never a trace; what is not ours is logged
        return dict(why(error))


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
        "versions": len(found.versions),
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
