"""`python -m qa eval` as a person runs it: real processes, real streams, exit codes; never a traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Settings, rebuild
from qa.evaluation.report import Report
from tests.conftest import ROOT
from tests.qa.own import NEWS
from tests.qa.test_evaluation import QUESTIONS, articles, lines

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def golden(small: Callable[..., Settings], tmp_path: Path) -> Path:
    """A golden file beside an index that can be asked."""
    rebuild(small(NEWS))
    path = tmp_path / "desk.jsonl"
    path.write_text(lines(*QUESTIONS), encoding="utf-8")
    return path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command in a folder of its own, on an index of small texts embedded without a model."""

    def command(*arguments: str, path: str = str(ROOT)) -> subprocess.CompletedProcess[str]:
        told = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
        told |= {"QA_EMBEDDER": "hashing:256", "QA_INDEX_DIR": str(tmp_path / "index"), "PYTHONPATH": path, "PYTHONWARNINGS": ""}
        told |= {"PYTHONIOENCODING": "utf-8"}
        call = [sys.executable, "-m", "qa", "eval", *arguments]
        done = subprocess.run(call, cwd=tmp_path, env=told, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return command


def test_the_table_goes_to_stdout_and_progress_to_stderr(golden: Path, run: Run, tmp_path: Path) -> None:
    done = run(str(golden))
    assert done.returncode == 0
    assert done.stdout.startswith("desk: 4 questions (3 fact, 1 absent), index ")
    assert "all valid" in done.stdout
    assert done.stdout.endswith("report.html\n")
    assert "Asking" in done.stderr
    assert "note: question rain: the index holds no article 'no'" in done.stderr
    folder = tmp_path / ".eval" / "desk"
    assert {path.name for path in folder.iterdir()} == {"report.json", "report.html", "calibration.svg", "risk-coverage.svg"}


def test_as_json_it_is_the_report_and_a_second_run_is_compared(golden: Path, run: Run, tmp_path: Path) -> None:
    first = run(str(golden), "--json", "--limit", "2", "--out", str(tmp_path / "out"))
    second = run(str(golden), "--json", "--out", str(tmp_path / "out"))
    one, two = (Report.model_validate_json(done.stdout) for done in (first, second))
    assert (len(one.outcomes), len(two.outcomes), two.difference.common) == (2, 4, 2)
    assert json.loads((tmp_path / "out" / "last.json").read_text(encoding="utf-8")) == json.loads(first.stdout)


def test_a_folder_of_articles_is_indexed_first(run: Run, tmp_path: Path) -> None:
    done = run(str(articles(tmp_path / "pt", "A Z.AI lançou o GLM-Image em 14 de janeiro de 2026.")), "--limit", "1")
    assert done.returncode == 0
    assert done.stdout.startswith("pt: 1 questions (1 fact)")
    assert "Embedding" in done.stderr
    assert (tmp_path / ".eval" / "pt" / "index" / "CURRENT").exists()
    assert not (tmp_path / "index").exists()


def test_without_matplotlib_the_report_is_made_and_the_remedy_told(golden: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow" / "matplotlib.py").write_text("raise ImportError('not installed')")
    done = run(str(golden), "--limit", "1", path=f"{tmp_path / 'shadow'}:{ROOT}")
    assert done.returncode == 0
    assert "note: the plots are left out, because matplotlib is not installed: run `pip install 'presscite[eval]'`\n" in done.stderr
    assert {path.name for path in (tmp_path / ".eval" / "desk").iterdir()} == {"report.json", "report.html"}


def test_no_escape_sequence_of_a_question_reaches_the_terminal(golden: Path, run: Run) -> None:
    golden.write_text(lines(QUESTIONS[0] | {"id": "a\x1b[31m", "articles": ["\x1b]0;x\x07"]}), encoding="utf-8")
    done = run(str(golden))
    assert done.returncode == 0
    assert "\x1b[31m" not in done.stdout + done.stderr
    assert "\x1b]0" not in done.stdout + done.stderr


@pytest.mark.parametrize(("line", "says"), [('{"id": "1"}', "line 1: lang is missing"), ("", "holds no question")])
def test_bad_questions_are_told_in_one_line(golden: Path, run: Run, line: str, says: str) -> None:
    golden.write_text(line, encoding="utf-8")
    done = run(str(golden))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_an_index_the_command_that_makes_one_is_named(golden: Path, run: Run, tmp_path: Path) -> None:
    done = run(str(golden), "--index", str(tmp_path / "nothing"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "python -m index rebuild" in done.stderr
    assert not (tmp_path / ".eval").exists()


@pytest.mark.parametrize("arguments", [[], ["x.jsonl", "--limit", "0"], ["x.jsonl", "--no-such-option"]], ids=" ".join)
def test_wrong_usage_exits_2(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: python -m qa eval")
