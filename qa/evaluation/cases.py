"""Feedback → golden questions: what readers called right becomes a case, what needs a gold answer waits for a person.

    feedback ─┬─ right, its words marked ──────► fact                    ┐
              ├─ a refusal that is right ──────► absent, near_miss       ├─► FILE, to be asked by `python -m qa eval FILE`
              └─ wrong, evidence, none marked ─► OPEN ── completed by hand ┘

In: feedback, and the catalog that its addresses are cut from.  Out: lines for two files.  Never: a gold answer that nobody gave; a line
of a file lost. A question that one reader calls right and another wrong waits too; what nobody can complete is counted with its reason.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from index import files
from index.catalog import Catalog
from index.errors import EvaluationError
from qa.evaluation.questions import Golden, Kind, read_questions
from qa.feedback import Feedback, words
from qa.question import understand
from qa.records import Refusal

# What a refusal that is right says of the corpus; the others say nothing of it.
REFUSED: dict[Refusal, Kind] = {
    Refusal.NO_MATCH: "absent",
    Refusal.WEAK_MATCH: "absent",
    Refusal.TERM_ABSENT: "absent",
    Refusal.FACT_ABSENT: "near_miss",
}


class Written(NamedTuple):
    """What became of the feedback."""

    added: int  # cases that are new in the file
    known: int  # that stood there already, or in the other file
    completed: int  # of those added, by hand
    opened: int  # questions that now wait for a gold answer
    waiting: int  # that waited before, and still do
    closed: int  # that need one, and were written nowhere
    left: dict[str, int]  # reason → how many can be no case


class Sorted(NamedTuple):
    """Feedback by what can be made of it."""

    cases: tuple[Golden, ...]
    open: tuple[dict[str, Any], ...]  # lines to be completed
    left: dict[str, int]  # reason → how many


def write(feedback: Sequence[Feedback], catalog: Catalog, golden: Path, waiting: Path | None = None) -> Written:
    """Add to a file of golden questions what is not in it yet; each line that was there stays as it is.

    Args:
        feedback: Newest first.
        catalog: That the addresses are cut from.
        golden: A .jsonl file of golden questions; made when there is something to write.
        waiting: One of questions to be completed by hand: those that were are moved to the first, those that stand there otherwise by now are
            taken out, the others stay as they are, new ones follow.

    Raises:
        EvaluationError: a file cannot be read or written, or holds a line that is none; nothing was written then.
    """
    found = sort(feedback, catalog)
    known = _known(golden)
    before = _waiting(waiting) if waiting else {}
    completed = [_golden(line, waiting) for line, _ in before.values() if _is_complete(line)]
    if taken := [one.id for one in completed if known.get(one.id, one) != one]:
        raise EvaluationError(f"{waiting}: the question {taken[0]!r} stands in {golden} otherwise: give it another id, or take it out")
    done = {one.id for one in completed}
    fresh = [one for one in (*completed, *(case for case in found.cases if case.id not in done)) if one.id not in known]
    settled = known.keys() | {one.id for one in fresh}
    still = {id_: text for id_, (_, text) in before.items() if id_ not in settled}
    new = [line for line in found.open if line["id"] not in settled | still.keys()]
    if fresh:
        _write(golden, _bytes(golden), [one.model_dump_json(exclude_defaults=True) for one in fresh])
    if waiting and (before or new):
        _write(waiting, b"", [*still.values(), *(json.dumps(line, ensure_ascii=False) for line in new)])
    return Written(
        added=len(fresh),
        known=len(found.cases) + len(found.open) - sum(one.id not in done for one in fresh) - len(new),
        completed=sum(one.id in done for one in fresh),
        opened=len(new) if waiting else 0,
        waiting=len(still),
        closed=0 if waiting else len(new),
        left=found.left,
    )


def sort(feedback: Iterable[Feedback], catalog: Catalog) -> Sorted:
    """What can be made of feedback: one case, or one line to be completed, for each question and day.

    Args:
        feedback: Newest first; of several that agree the newest counts.
        catalog: That the addresses are cut from.
    """
    groups: dict[str, list[Feedback]] = {}
    left: Counter[str] = Counter()
    for one in feedback:
        if one.refusal in (Refusal.NOT_A_QUESTION, Refusal.CORPUS_EMPTY):
            left["nothing was asked, or there was nothing to search"] += 1
        elif one.refusal and one.filter and one.verdict == "right":
            left["refused under filters, which a golden question cannot have"] += 1
        else:
            groups.setdefault(name(one), []).append(one)
    cases, waiting = [], []
    for id_, group in groups.items():
        case = None if any(one.verdict != "right" for one in group) else _case(id_, group[0], catalog)
        if case:
            cases.append(case)
        else:
            waiting.append(_to_complete(id_, group, catalog))
    return Sorted(tuple(cases), tuple(waiting), dict(left))


def name(feedback: Feedback) -> str:
    """The id of a case: the same for the same question, asked about the same day after the same ones.

    Twelve hexadecimal digits: among 10,000 questions two meet by chance once in five million times.
    """
    question, past = standing(feedback)
    told = json.dumps([question, list(past), feedback.as_of.isoformat()], ensure_ascii=False)
    return f"feedback-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def standing(feedback: Feedback) -> tuple[str, tuple[str, ...]]:
    """The question, and those before it where they alone make it what was searched; else the question as searched, which stands alone."""
    if feedback.past and understand(feedback.question, feedback.past).text == feedback.searched:
        return feedback.question, feedback.past
    return feedback.searched or feedback.question, ()


def _case(id_: str, one: Feedback, catalog: Catalog) -> Golden | None:
    """The case that an answer called right makes; None when it takes a person.

    Of several words marked only the first ones count: all are shown as answering, but a reader who calls the answer right vouches for what it leads with.
    """
    question, past = standing(one)
    kind = REFUSED.get(one.refusal) if one.refusal else "fact"
    if kind is None or one.form == "timeline":
        return None
    answers: tuple[str, ...] = ()
    if kind == "fact":
        try:
            answers = tuple(words(catalog, address) for address in one.answers[:1])
        except KeyError:
            return None
        if not any(answer.strip() for answer in answers):
            return None
    return Golden(id=id_, lang=one.lang, question=question, kind=kind, answers=answers, articles=one.articles, asked=one.as_of, history=past)


def _to_complete(id_: str, group: Sequence[Feedback], catalog: Catalog) -> dict[str, Any]:
    """A line for a person: the fields of a golden question, those that nobody knows empty, and what the readers said."""
    newest = group[0]
    question, past = standing(newest)
    right = all(one.verdict == "right" for one in group)
    return {
        "id": id_,
        "lang": newest.lang,
        "question": question,
        "kind": "fact" if right and newest.claims else "",
        "answers": [],
        "articles": list(newest.articles) if right else [],
        "asked": newest.as_of.isoformat(),
        "history": list(past),
        "said": [" ".join(_cut(address, catalog).split()) for address in dict.fromkeys(claim[0] for claim in newest.claims)],
        "refusal": newest.refusal.value,
        "verdicts": dict(Counter(one.verdict for one in group)),
        "notes": [one.note for one in group if one.note],
    }


def _cut(address: str, catalog: Catalog) -> str:
    try:
        return words(catalog, address)
    except KeyError:
        return address


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _known(path: Path) -> dict[str, Golden]:
    """The questions in a file of golden ones, by id; none when it is missing or empty."""
    return {one.id: one for one in read_questions(path).golden} if _bytes(path).strip() else {}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read ({error.strerror}): name a .jsonl file") from error


def _waiting(path: Path) -> dict[str, tuple[dict[str, Any], str]]:
    """The lines of a file to be completed by their ids, each with its text."""
    found: dict[str, tuple[dict[str, Any], str]] = {}
    for number, line in enumerate(_bytes(path).removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if line.strip():
            try:
                text = line.decode()
                fields = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise EvaluationError(f"{path}, line {number}: this is not JSON ({error}): mend the line, or take it out") from error
            id_ = fields.get("id") if isinstance(fields, dict) else None
            if not isinstance(id_, str) or not id_ or id_ in found:
                raise EvaluationError(f"{path}, line {number}: expected a JSON object with an id of its own: mend the line, or take it out")
            found[id_] = fields, text
    return found


def _is_complete(line: dict[str, Any]) -> bool:
    """Whether a person has said what the corpus answers."""
    answers = line.get("answers")
    return bool(line.get("kind")) and (line["kind"] in ("absent", "near_miss") or not isinstance(answers, list) or any(answers))


def _golden(line: dict[str, Any], path: Path | None) -> Golden:
    try:
        return Golden.model_validate({field: value for field, value in line.items() if field in Golden.model_fields})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise EvaluationError(f"{path}: the question {line.get('id')!r} is not complete: {where}: {first['msg']}") from error


def _write(path: Path, before: bytes, lines: Sequence[str]) -> None:
    """Add lines to what a file holds, in one step."""
    gap = b"" if not before or before.endswith(b"\n") else b"\n"
    try:
        files.replace(path.resolve(), before + gap + "".join(f"{line}\n" for line in lines).encode())
    except OSError as error:
        raise EvaluationError(f"{path} cannot be written ({error.strerror}): name another file") from error
