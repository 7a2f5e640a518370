"""What a reader may want beyond an answer: questions to ask next, coverage over time, an export, a word on whether it was right.

In: untrusted JSON.  Out: plain JSON; `error`, a key of the words, where something cannot be done.  Never: raises, or changes an answer.
"""

import logging
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from index.errors import QAError
from qa import feedback
from qa.export.forms import export
from qa.overview import for_question, over_time
from qa.suggest import suggest
from qa.web import asked
from qa.web.asking import why
from qa.web.desk import Desk
from qa.web.kept import Gone, Kept, recalled
from qa.web.render import shown

logger = logging.getLogger(__name__)

_suggesting = Lock()  # suggestions ask questions of their own: one reader's at a time


def suggested(desk: Desk, kept: Kept, sent: object, *, busy: bool = False) -> list[dict[str, str]] | None:
    """Questions to ask next that the archive answers; None when there is no time for them now, for readers' own questions come first."""
    if busy or not _suggesting.acquire(blocking=False):
        return None
    try:
        wanted = asked.again(sent)
        answer = recalled(desk, kept, wanted)
        with desk.lend() as library:
            where = asked.filter_of(wanted.filter, library)
            return [{"text": shown(one.text), "lang": one.lang} for one in suggest(answer, library, history=wanted.past, where=where)]
    except (QAError, Gone, asked.Refused):
        return []  # they are a courtesy: nothing is said where there is none
    except Exception:  # a look has nobody to raise to: the log has the trace
        logger.exception("what to ask next could not be found")
        return []
    finally:
        _suggesting.release()


def exported(desk: Desk, kept: Kept, sent: object) -> dict[str, Any]:
    """A file of the answers shown: `name`, `type` and `text`; or `error`, with `turn`, the name of the answer that is the reason."""
    name = ""
    try:
        turns, form, lang = asked.exporting(sent)
        answers = []
        for one in turns:
            name = one.name
            answers.append(recalled(desk, kept, one))
        name = ""
        made = export(answers, form, at=datetime.now(UTC), lang=lang)
        return {"name": made.name, "type": made.media_type, "text": made.data.decode()}
    except Gone:
        return {"error": "error_gone", "detail": "", "turn": name}
    except Exception as error:  # noqa: BLE001 - the page has to say something whatever happens; what is not ours is logged
        return {**why(error), "turn": name}


def given(desk: Desk, kept: Kept, sent: object) -> dict[str, Any]:
    """Keep what a reader thinks of an answer, or take it back; `error` when that cannot be done, else nothing."""
    try:
        wanted, verdict, note = asked.again(sent), asked.verdict(sent), asked.note(sent)
        if not wanted.name:
            raise asked.Refused("error_question")
        if not verdict:
            feedback.take_back(desk.settings, wanted.name)
        else:
            answer = recalled(desk, kept, wanted)
            said = feedback.of(answer, verdict, note, wanted.name, datetime.now(UTC), past=wanted.past, generation=wanted.generation)
            feedback.give(desk.settings, said)
        return {}
    except Gone:
        return {"error": "error_gone", "detail": ""}
    except QAError as error:
        return {"error": "error_feedback", "detail": shown(str(error))}
    except Exception as error:  # noqa: BLE001 - as above
        return dict(why(error))


def overview(desk: Desk, sent: object) -> dict[str, Any]:
    """Articles over time and by outlet, of the archive or for a question, for the page; `error` when that cannot be told."""
    given = sent if isinstance(sent, dict) else {}
    return _overview(desk, given.get("question") or "", given.get("filter"), given)


def coverage_once(desk: Desk, question: str, filters: dict[str, Any]) -> dict[str, Any]:
    """The same for a program."""
    return _overview(desk, question, filters, {})


def _overview(desk: Desk, question: object, filters: object, conversation: dict[str, Any]) -> dict[str, Any]:
    try:
        text = asked.question(question) if question else ""
        past = asked.past(conversation)
        with desk.lend() as library:
            where = asked.filter_of(filters, library)
            found = for_question(text, history=past, where=where, library=library) if text else over_time(library, where)
            return found.model_dump(mode="json")
    except Exception as error:  # noqa: BLE001 - as above
        return dict(why(error))
