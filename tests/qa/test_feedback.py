"""A reader's word on an answer: made of the answer itself, kept as addresses, changed into golden questions, and never looked at by what answers."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from index import Filter, Library, Settings, generation, rebuild, update
from index.catalog import NAME, Catalog
from index.errors import EvaluationError, FeedbackError
from index.feedback import Line, keep
from index.verify import verify
from qa import ask
from qa.__main__ import main
from qa.evaluation.cases import Written, write
from qa.evaluation.command import evaluate
from qa.evaluation.questions import read_questions
from qa.feedback import NOTE_CHARS, Feedback, Verdict, give, of, read, take_back
from qa.records import Answer
from tests.qa.own import NEWS, SURE, SURE_ANSWER, SURE_SENTENCE

AT = datetime(2026, 1, 20, 15, 0, tzinfo=UTC)
DAY = date(2026, 1, 20)
FOLLOW = "E quando foi lançado?"
UNKNOWN = "Quem é o primo do Zorblat?"


class Desk:
    """An index, and readers who say what they think of its answers."""

    def __init__(self, settings: Settings, library: Library) -> None:
        self.settings, self.library, self.given = settings, library, 0

    def ask(self, question: str, **more: Any) -> Answer:
        return ask(question, library=self.library, **({"as_of": DAY} | more))

    def says(self, verdict: Verdict, question: str, note: str = "", **more: Any) -> Feedback:
        """A reader asks, and says what the answer is worth."""
        self.given += 1
        at = AT + timedelta(minutes=self.given)
        said = of(self.ask(question, **more), verdict, note, f"turn-{self.given}", at, past=more.get("history", ()))
        give(self.settings, said)
        return said

    def read(self) -> list[Feedback]:
        with closing(Catalog(self.settings.index_dir / NAME)) as catalog:
            found, damaged, foreign = read(catalog)
        assert (damaged, foreign) == (0, 0)
        return list(found)

    def write(self, golden: Path, waiting: Path | None = None) -> Written:
        with closing(Catalog(self.settings.index_dir / NAME)) as catalog:
            return write(read(catalog).feedback, catalog, golden, waiting)


@pytest.fixture
def desk(small: Callable[..., Settings]) -> Iterator[Desk]:
    settings = small(NEWS)
    rebuild(settings)
    with Library.open(settings) as library:
        yield Desk(settings, library)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# ── the record ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_holds_addresses_and_no_word_of_an_article(desk: Desk) -> None:
    said = desk.says("right", SURE, "Confere.\x07")
    assert said.claims == (("glm@1:0-51",),)
    assert said.answers == ("glm@1:29-50",)
    assert (said.articles, said.note, said.as_of, said.refusal) == (("glm",), "Confere.", DAY, "")
    assert said.fingerprint == desk.library.manifest.fingerprint
    assert desk.read() == [said]
    told = said.model_dump_json()
    assert SURE_SENTENCE not in told
    assert SURE_ANSWER not in told


def test_another_verdict_replaces_the_first_and_taking_it_back_leaves_none(desk: Desk) -> None:
    answer = desk.ask(SURE)
    for verdict in ("right", "evidence"):
        give(desk.settings, of(answer, verdict, "", "turn-1", AT))
    assert [one.verdict for one in desk.read()] == ["evidence"]
    assert (take_back(desk.settings, "turn-1"), take_back(desk.settings, "turn-1"), desk.read()) == (1, 0, [])


def test_the_questions_before_are_kept_only_where_the_question_leans_on_them(desk: Desk) -> None:
    first = desk.ask("Quem lançou o GLM-Image?")
    assert desk.says("right", FOLLOW, history=[first]).past == ("Quem lançou o GLM-Image?",)
    assert desk.says("right", SURE, history=[first]).past == ()


@pytest.mark.parametrize(
    ("verdict", "question", "note", "turn"),
    [("right", SURE, "a" * (NOTE_CHARS + 1), "turn-1"), ("evidence", UNKNOWN, "", "turn-1"), ("right", SURE, "", ""), ("right", SURE, "", "../x")],
)
def test_what_cannot_be_said_of_an_answer_is_an_error_of_ours(desk: Desk, verdict: Verdict, question: str, note: str, turn: str) -> None:
    with pytest.raises(FeedbackError, match="this cannot be said of an answer"):
        of(desk.ask(question), verdict, note, turn, AT)


def test_a_note_of_any_text_comes_back_as_it_can_be_kept(desk: Desk) -> None:
    said = desk.says("wrong", SURE, "  linha um\r\nlinha \ud800 dois\x00 \u202e🌧️ ' ; DROP TABLE feedback; --\n")
    assert said.note == "linha um\nlinha ? dois \u202e🌧️ ' ; DROP TABLE feedback; --"
    assert desk.read() == [said]


# ── it changes no answer ────────────────────────────────────────────────────────────────────────────────────────────


def test_twenty_words_change_no_answer_and_nothing_of_the_index(desk: Desk) -> None:
    questions = [SURE, "Quanto custa o GLM-Image?", "When did the museum in Rio burn?", UNKNOWN]

    def told() -> list[str]:
        with Library.open(desk.settings) as opened:
            return [ask(one, as_of=DAY, library=opened).model_dump_json(exclude={"seconds"}) for one in questions]

    before, manifest = told(), generation.read_manifest(desk.settings, generation.current(desk.settings))
    verdicts: tuple[Verdict, ...] = ("wrong", "right")
    for number in range(20):
        desk.says(verdicts[number % 2], questions[number % 4], "Está tudo errado: foi em Xangai.")
    assert len(desk.read()) == 20
    assert told() == before
    assert generation.read_manifest(desk.settings, generation.current(desk.settings)) == manifest
    assert verify(desk.settings)[1] == []
    assert update(desk.settings).outcome == "unchanged"
    assert len(desk.read()) == 20


# ── golden questions ────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_called_right_becomes_cases_that_an_evaluation_asks_and_counts(desk: Desk, tmp_path: Path) -> None:
    desk.says("right", SURE)
    desk.says("right", FOLLOW, history=[desk.ask("Quem lançou o GLM-Image?")])
    desk.says("right", UNKNOWN)
    golden = tmp_path / "golden.jsonl"
    assert desk.write(golden) == Written(added=3, known=0, completed=0, opened=0, waiting=0, closed=0, left={})
    cases = {one.question: one for one in read_questions(golden).golden}
    fact = cases[SURE]
    assert (fact.kind, fact.answers, fact.articles, fact.asked, fact.lang) == ("fact", (SURE_ANSWER,), ("glm",), DAY, "pt")
    assert cases[FOLLOW].history == ("Quem lançou o GLM-Image?",)
    assert (cases[UNKNOWN].kind, cases[UNKNOWN].answers) == ("absent", ())
    done = evaluate(golden, desk.settings, build=False, out=tmp_path / "report")
    assert [one.right for one in done.report.outcomes] == [True, True, True]
    assert (done.code, list(done.report.made.warnings)) == (0, [])


def test_a_follow_up_whose_conversation_is_not_known_is_asked_as_it_was_searched(desk: Desk, tmp_path: Path) -> None:
    answer = desk.ask(FOLLOW, history=["Quem lançou o GLM-Image?"])
    give(desk.settings, of(answer, "right", "", "turn-1", AT))
    desk.write(tmp_path / "golden.jsonl")
    (case,) = read_questions(tmp_path / "golden.jsonl").golden
    assert (case.question, case.history, case.answers) == (answer.searched, (), (SURE_ANSWER,))


def test_a_second_run_adds_nothing_and_the_file_s_own_lines_stay_to_the_byte(desk: Desk, tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    own = '{"kind": "absent",  "id":"minha", "lang":"pt", "question":"Quem?"}'
    golden.write_text(own, encoding="utf-8")  # no line end behind it
    desk.says("right", SURE)
    assert desk.write(golden).added == 1
    before = golden.read_bytes()
    assert before.startswith(own.encode() + b"\n")
    desk.says("right", SURE)  # another reader, the same question and day
    assert (desk.write(golden).known, golden.read_bytes()) == (1, before)
    desk.says("right", SURE, as_of=date(2026, 1, 21))
    assert desk.write(golden).added == 1
    assert len(read_questions(golden).golden) == 3


def test_what_needs_a_gold_answer_waits_for_a_person_and_none_is_invented(desk: Desk, tmp_path: Path) -> None:
    golden, waiting = tmp_path / "golden.jsonl", tmp_path / "open.jsonl"
    desk.says("wrong", SURE, "Foi em 13 de janeiro.")
    desk.says("evidence", "Quanto custa o GLM-Image?", "A frase fala de outra coisa.")
    assert (desk.write(golden).closed, golden.exists()) == (2, False)
    assert desk.write(golden, waiting).opened == 2
    assert not golden.exists()
    first = next(one for one in lines(waiting) if one["question"] == SURE)
    assert (first["kind"], first["answers"], first["articles"], first["notes"]) == ("", [], [], ["Foi em 13 de janeiro."])
    assert (first["said"], first["verdicts"]) == ([SURE_SENTENCE], {"wrong": 1})
    completed = first | {"kind": "fact", "answers": ["13 de janeiro de 2026"]}
    other = next(line for line in waiting.read_text(encoding="utf-8").splitlines() if SURE not in line)
    edited = other.replace('"kind": ""', '"kind":  "fact"')  # begun, without an answer yet
    waiting.write_text(f"{json.dumps(completed)}\n{edited}\n", encoding="utf-8")
    told = desk.write(golden, waiting)
    assert (told.added, told.completed, told.waiting, told.opened) == (1, 1, 1, 0)
    (case,) = read_questions(golden).golden
    assert (case.id, case.answers) == (first["id"], ("13 de janeiro de 2026",))
    assert waiting.read_text(encoding="utf-8") == f"{edited}\n"
    again = desk.write(golden, waiting)
    assert (again.added, again.waiting, len(lines(waiting))) == (0, 1, 1)


def test_a_run_that_was_cut_off_between_the_files_is_finished_by_the_next(desk: Desk, tmp_path: Path) -> None:
    golden, waiting = tmp_path / "golden.jsonl", tmp_path / "open.jsonl"
    desk.says("wrong", UNKNOWN)
    desk.write(golden, waiting)
    waiting.write_text(json.dumps(lines(waiting)[0] | {"kind": "near_miss"}) + "\n", encoding="utf-8")
    before = waiting.read_bytes()
    desk.write(golden, waiting)
    waiting.write_bytes(before)  # as if it had been killed here
    assert (desk.write(golden, waiting).added, len(read_questions(golden).golden), waiting.read_bytes()) == (0, 1, b"")


def test_readers_who_differ_make_no_case_and_an_answer_without_marked_words_asks_for_them(desk: Desk, tmp_path: Path) -> None:
    golden, waiting = tmp_path / "golden.jsonl", tmp_path / "open.jsonl"
    desk.says("wrong", SURE)
    desk.says("right", SURE)  # the newest
    unmarked = of(desk.ask("Quanto custa o GLM-Image?"), "right", "", "unmarked", AT).model_copy(update={"answers": ()})
    give(desk.settings, unmarked)
    assert desk.write(golden, waiting).added == 0
    found = {one["question"]: one for one in lines(waiting)}
    assert found[SURE]["verdicts"] == {"right": 1, "wrong": 1}
    assert (found[unmarked.question]["kind"], found[unmarked.question]["articles"]) == ("fact", ["glm"])


def test_refusals_that_say_nothing_of_the_corpus_are_counted_with_their_reason(desk: Desk, tmp_path: Path) -> None:
    desk.says("right", "🙂")
    desk.says("right", SURE, where=Filter(languages=("en",)))
    told = desk.write(tmp_path / "golden.jsonl", tmp_path / "open.jsonl")
    assert (sum(told.left.values()), told.added, told.opened) == (2, 0, 0)
    assert not list(tmp_path.glob("*.jsonl"))


def test_words_that_are_gone_make_no_case(desk: Desk, tmp_path: Path) -> None:
    said = desk.says("right", SURE)
    with closing(Catalog(desk.settings.index_dir / NAME, write=True)) as catalog, catalog.transaction():
        catalog.forget("glm")  # without the feedback, as a repair may leave it
    assert desk.write(tmp_path / "golden.jsonl", tmp_path / "open.jsonl").opened == 1
    assert lines(tmp_path / "open.jsonl")[0]["said"] == [said.claims[0][0]]


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("golden.jsonl", "{", "golden.jsonl, line 1: this is not JSON"),
        ("open.jsonl", "\n{", "open.jsonl, line 2: this is not JSON"),
        ("open.jsonl", "[]", "open.jsonl, line 1: expected a JSON object with an id"),
        ("open.jsonl", '{"id": "a", "kind": "absent"}\n{"id": "a"}', "open.jsonl, line 2: expected a JSON object with an id of its own"),
        ("open.jsonl", '{"id": "a", "kind": "fato", "answers": ["1"]}', "'a' is not complete"),
    ],
)
def test_a_line_that_is_none_is_told_and_nothing_is_written(desk: Desk, tmp_path: Path, file: str, text: str, told: str) -> None:
    desk.says("right", SURE)
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=told):
        desk.write(tmp_path / "golden.jsonl", tmp_path / "open.jsonl")
    assert {path.name: path.read_text() for path in tmp_path.glob("*.jsonl")} == {file: text}


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Late(StringIO):
    """A terminal on which something happens once everything is written."""

    then: Callable[[], object]

    def flush(self) -> None:
        self.then()


class Done(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run `python -m qa feedback` in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, index: str = "index") -> Done:
        monkeypatch.setenv("QA_INDEX_DIR", index)
        try:
            code = main(["feedback", *arguments])
        except SystemExit as wrong_usage:
            code = int(str(wrong_usage.code))
        return Done(code, *capsys.readouterr())

    return command


def test_the_command_lists_makes_cases_deletes_and_clears(desk: Desk, run: Callable[..., Done]) -> None:
    desk.says("right", SURE)
    desk.says("wrong", UNKNOWN, "É o \x1b[31m Zé.\nNão Zorblat.")
    done = run()
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"2026-01-20 15:02  wrong     turn-2  {UNKNOWN} (2026-01-20)  refused: term_absent",
        "    É o [31m Zé.",
        "    Não Zorblat.",
        f"2026-01-20 15:01  right     turn-1  {SURE} (2026-01-20)",
    ]
    done = run("--to-golden", "golden.jsonl")
    assert done.out == "1 added to golden.jsonl, 0 of them completed by hand; 0 stood there already\n"
    assert done.err == "note: 1 need a gold answer: name a file for them with --open FILE\n"
    done = run("--to-golden", "golden.jsonl", "--open", "open.jsonl", "--json")
    told = json.loads(done.out)
    assert (told["known"], told["opened"], done.err) == (1, 1, "")
    wrong = run("--delete", "turn-2", "turn-9")
    assert (wrong.code, wrong.out, len(desk.read())) == (1, "", 2)
    assert wrong.err == "error: nothing was said of an answer named 'turn-9': run `python -m qa feedback` for a list\n"
    assert run("--delete", "turn-2").out == "removed 1\n"
    done = run("--clear", "--json")
    assert [Feedback.model_validate_json(line).turn for line in done.out.splitlines()] == ["turn-1"]
    assert (done.err, desk.read()) == ("note: removed 1\n", [])


def test_what_is_said_while_the_list_is_written_is_not_cleared(desk: Desk, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> None:
    answer, late = desk.ask(SURE), Late()
    late.then = lambda: give(desk.settings, of(answer, "wrong", "Pensei melhor.", "turn-1", AT + timedelta(hours=1)))
    desk.says("right", SURE)
    monkeypatch.setattr("sys.stdout", late)
    assert run("--clear").err == "note: removed 0\n"
    assert "right" in late.getvalue()
    assert [one.note for one in desk.read()] == ["Pensei melhor."]


def test_lines_that_cannot_be_read_are_told_and_stop_nothing(desk: Desk, run: Callable[..., Done]) -> None:
    desk.says("right", SURE)
    desk.says("wrong", SURE)
    keep(desk.settings, Line("newer", AT.isoformat(), (), '{"stars": 5}'), [])
    with closing(sqlite3.connect(desk.settings.index_dir / NAME)) as db, db:
        db.execute("UPDATE feedback SET given = '' WHERE turn = 'turn-2'")
    done = run()
    assert (done.code, done.out.count("\n")) == (0, 1)
    assert done.err.splitlines() == [
        "note: 1 lines of feedback are not what was written: run `python -m index repair`",
        "note: 1 lines of feedback were written by another version, and are passed over",
    ]


def test_wrong_usage_and_no_index_are_told_as_everywhere(run: Callable[..., Done]) -> None:
    assert run("--open", "open.jsonl").code == 2
    done = run(index="nothing-here")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "python -m index rebuild" in done.err
