"""Broken and hostile files break no promise of the readers: a few hundred a format at each commit, a minute a format at leisure.

In: files mutated from the examples of docs/formats.md, the same at each run; `benchmarks/fuzz.py` goes on for as long as one likes.
Each defect that it found has its own test, by a file that shows it.
"""

import gzip
import json
import logging
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.fuzz import FORMATS, Chooser, Judge, Worker, mutated, seeds, write
from index.errors import ReadError
from index.readers import Source
from index.records import Article, Skipped

ROOT = Path(__file__).parents[2]
INPUTS = {"html": 100, "feed": 120, "mbox": 120}
LONG_S = 60
PDF_DOC = seeds("pdf")[0][1:].decode()


@pytest.fixture
def in_time() -> Iterator[None]:
    """A file on which a reader works too long fails the test, by what no reader catches."""

    def late(*_: object) -> None:
        pytest.fail("a reader works too long")

    before = signal.signal(signal.SIGPROF, late)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("name", FORMATS)
def test_mutated_files_break_no_promise(name: str, tmp_path: Path) -> None:
    worker = Worker(name, tmp_path, seconds=0, seed=1)
    for raw in list(worker.pool):
        assert worker.step(raw).faults == {}
    for _ in range(INPUTS.get(name, 200)):
        worker.step()
    found = [json.loads(file.read_text()) for file in tmp_path.glob("found/*/finding.json")]
    assert not found, found
    assert min(worker.counts["articles"], worker.counts["skipped"]) > 10


SENTENCE = "<p>O governo anunciou nesta terça-feira um plano de doze bilhões para as ferrovias do país, segundo nota do ministério.</p>"
MESSAGE = "From a@b Wed Jan 14 21:30:00 2026\nSubject: Chuva\nFrom: %s\n\nA chuva parou na quarta-feira.\n\n"
FOUND: dict[str, tuple[str, str]] = {  # each took 7 s or more, and four to eight times that for its double
    "a tag without an end, of a long name": ("feed", f"<rss><channel><item><{'publ' * 6_000}"),
    "a tag of an attribute without a value, of a long name": ("feed", f"<rss><channel><item a {'publ' * 6_000}>x</channel></rss>"),
    "a page of thousands of headings behind a thing embedded": (
        "html",
        f"<html><body>{SENTENCE}<embed>{'<h1>Governo anuncia plano</h1>' * 14_000}</body></html>",
    ),
    "a meta tag full of comments without an end": (
        "html",
        f'<html><head><meta name="a" content="{"<!--" * 30_000}"></head><body>{SENTENCE}</body></html>',
    ),
    "messages from nobody, with much white space": ("mbox", MESSAGE % ("Ana" + "\r" * 2_000 + "x") * 4),
    "a fence of code that is none": ("markdown", f"Choveu.\n\n{'~' * 80_000}`"),
    "an author of spaces": ("pdf", PDF_DOC.replace("(Jo March)", f"({' ' * 60_000}Ana)")),
}


@pytest.mark.parametrize("what", FOUND)
def test_what_was_found_to_take_for_ever_does_not(what: str, tmp_path: Path) -> None:
    name, text = FOUND[what]
    verdict = Judge(name, tmp_path).judge(b"\x00" + text.encode())
    assert verdict.faults == {}
    assert verdict.articles + verdict.skipped > 0


def test_a_broken_file_is_refused_for_the_same_reason_each_time(tmp_path: Path) -> None:
    circle = b"%PDF-1 0 obj<<///Pages 2 0 R\nendobj2 0 objstrailer<</Size 7/Root 1 0 R/\nstartxref\n0\n%"
    verdict = Judge("pdf", tmp_path).judge(b"\x00" + circle)
    assert (verdict.faults, verdict.skipped) == ({}, 1)


def test_what_a_library_logs_piles_up_no_handlers(tmp_path: Path) -> None:
    judge, logger = Judge("pdf", tmp_path), logging.getLogger("pypdf")
    before = len(logger.handlers)
    for _ in range(3):
        assert judge.judge(b"\x00" + PDF_DOC.encode()).articles == 1
    assert len(logger.handlers) == before


@pytest.mark.long
@pytest.mark.parametrize("name", FORMATS)
def test_a_minute_of_mutated_files_breaks_no_promise(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "benchmarks/fuzz.py", name, f"--seconds={LONG_S}", f"--keep={tmp_path}", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3 * LONG_S, check=False)
    told = json.loads(done.stdout)
    assert (done.returncode, told["findings"]) == (0, []), done.stderr
    assert told["inputs"] > 100
    assert told["articles"] > 100


@pytest.mark.parametrize("name", FORMATS)
def test_every_variant_of_a_format_begins_with_files_that_give_articles(name: str, tmp_path: Path) -> None:
    judge, given = Judge(name, tmp_path), seeds(name)
    found = {raw[0] for raw in given if judge.judge(raw).articles}
    assert found == set(range(len(FORMATS[name].names)))


def article(**fields: object) -> Article:
    now = Source(path="a", file=Path("/a"), now="2026-01-20T12:00:00Z").now
    return Article(**{"id": "a", "text": "Choveu.", "first_seen": now, "indexed": now} | fields)


def raises(source: Source) -> Iterator[Article]:
    raise LookupError("um leitor quebrado")


def stops(source: Source) -> Iterator[Article]:
    raise SystemExit


def rings(source: Source) -> Iterator[Skipped]:
    with socket.socket() as caller:
        caller.connect_ex(("127.0.0.1", 9))
    yield Skipped(path=source.path, reason="x")


BROKEN: dict[str, tuple[Callable[[Source], Iterator[object]], str]] = {
    "an exception": (raises, "LookupError in"),
    "an exit": (stops, "SystemExit in"),
    "a connection": (rings, "touched socket.connect"),
    "no reason": (lambda source: iter([Skipped(path=source.path, reason="")]), "without a reason"),
    "another place": (lambda source: iter([Skipped(path="b", reason="x")]), "without a reason or a place"),
    "nothing": (lambda source: iter(()), "nothing came out"),
    "letters and accents apart": (lambda source: iter([article(title="Sa\u0303o")]), "title is not in NFC"),
    "NUL bytes": (lambda source: iter([article(text="a\x00b")]), "text has control characters"),
    "lines in a title": (lambda source: iter([article(title="a\nb")]), "title has control characters"),
    "white ends": (lambda source: iter([article(text=" a")]), "text is blank, or white"),
    "another author": (lambda source: iter([article(authors=("Ana ",))]), "authors has white space"),
    "chance": (lambda source: iter([article(title=random.choice("abcdefgh") * random.randrange(1, 400))]), "two readings differ"),
    "a text that was changed after its hash was taken": (
        lambda source: iter([article().model_copy(update={"text": "Parou."})]),
        "ValidationError in",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_reader_that_breaks_a_promise_is_found_out(what: str, tmp_path: Path) -> None:
    read, told = BROKEN[what]
    faults = Judge("json", tmp_path, read).judge(b"\x00{}").faults
    assert [key for key in faults if told in key], faults


def test_a_reader_that_keeps_its_promises_is_not_accused(tmp_path: Path) -> None:
    def good(source: Source) -> Iterator[object]:
        yield article(title="Chuva", authors=("Ana",))
        yield Skipped(path=f"{source.path}:2", reason=str(ReadError("it has no text")))

    verdict = Judge("json", tmp_path, good).judge(b"\x00{}")
    assert (verdict.faults, verdict.articles, verdict.skipped) == ({}, 1, 1)


def test_a_finding_is_made_small_and_kept_as_the_file_that_shows_it(tmp_path: Path) -> None:
    def fails(source: Source) -> Iterator[object]:
        if b"ponte" in source.file.read_bytes():
            raise LookupError
        yield article()

    worker = Worker("json", tmp_path, seconds=0, seed=1)
    worker.judge = Judge("json", tmp_path / "now", fails)
    worker.step(b"\x00" + b'{"text": "' + b"A chuva parou. " * 50 + b'A ponte abriu."}')
    (place,) = tmp_path.glob("found/*")
    assert (place / "a.json").read_bytes() == b"ponte"
    assert "LookupError" in json.loads((place / "finding.json").read_text())["key"]


def test_the_same_chance_makes_the_same_files() -> None:
    made = []
    for _ in range(2):
        chance, pool = random.Random(3), seeds("html")
        chooser = Chooser(chance, pool, FORMATS["html"].tokens)
        made.append([mutated(chance.choice(pool), chooser) for _ in range(200)])
    assert made[0] == made[1]
    assert len(set(made[0])) > 150


def test_a_field_map_and_packed_data_are_written_as_a_reader_finds_them(tmp_path: Path) -> None:
    file, fields = write("json", b'\x02id = "n"\n%%%\n{"n": 1}', tmp_path)
    assert (file.name, file.read_bytes()) == ("a.json", b'{"n": 1}')
    assert fields is not None
    assert (fields.name, fields.read_bytes()) == ("a.json.toml", b'id = "n"')
    file, _ = write("packed", b"\x02{}", tmp_path)
    assert (file.name, gzip.decompress(file.read_bytes())) == ("a.jsonl.gz", b"{}")


def test_the_command_says_what_it_did_and_exits_0_without_findings(tmp_path: Path) -> None:
    command = [sys.executable, "benchmarks/fuzz.py", "markdown", "--seconds=2", "--engine=own", f"--keep={tmp_path}", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, env=os.environ | {"TMPDIR": str(tmp_path)})
    told = json.loads(done.stdout)
    assert (done.returncode, told["format"], told["engine"], told["findings"]) == (0, "markdown", "own", [])
    assert told["inputs"] > 0
    assert (tmp_path / "markdown" / "slowest").is_dir()
