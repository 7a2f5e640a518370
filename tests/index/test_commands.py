"""The commands as a user has them: results on stdout, one clear line on stderr, exit 0, 1 or 2, and never a traceback."""

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Settings, generation
from index.__main__ import main
from index.commandline import Bars
from tests.index.conftest import stoppable

Small = Callable[..., Settings]
Run = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def built(built: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The built corpus of `news`, and the environment that names it."""
    for name, value in built.model_dump().items():
        monkeypatch.setenv(f"QA_{name.upper()}", str(value))
    return built


Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """A command in this process: its exit code, stdout and stderr."""

    def one(*words: str) -> tuple[int, str, str]:
        try:
            code = main(words)
        except SystemExit as left:
            assert isinstance(left.code, int)
            code = left.code
        return code, *capsys.readouterr()

    return one


# ── as real processes ───────────────────────────────────────────────────────────────────────────────────────────────


def test_rebuild_status_verify_and_search_one_after_the_other(small: Small, news: dict[str, str], run: Run) -> None:
    made = small({**news, "x.xyz": "?"})
    for command in ("status", "verify"):
        done = run(made, "index", command)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"error: there is no index in {made.index_dir}: run `python -m index rebuild`\n"
    done = run(made, "index", "rebuild")
    assert done.returncode == 0
    assert done.stdout.startswith("12 articles in ")
    assert ", 1 skipped, " in done.stdout
    assert "skipped x.xyz: no reader for .xyz" in done.stderr
    done = run(made, "index", "search", "chuva de número 4 no Recife", "-k", "2", "--lang", "pt", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)[0]["address"].startswith("n4@1:")
    (made.index_dir / "CURRENT").write_text("nada")
    assert run(made, "index", "status").returncode == 1
    mended = run(made, "index", "search", "chuva")
    assert (mended.returncode, mended.stderr.count("was made again from the catalog"), mended.stderr.count("\n")) == (0, 1, 1)
    assert (run(made, "index", "status").returncode, run(made, "index", "search", "chuva").stderr) == (0, "")


def test_stopping_a_build_by_hand_says_so_and_leaves_the_index_as_it_was(built: Settings, environment: Callable[[Settings], dict[str, str]]) -> None:
    for number in range(200):
        (built.corpus_dir / f"mais-{number}.txt").write_text(f"Mais uma notícia {number}. " * 9)
    serving = generation.current(built)
    command = [sys.executable, "-m", "index", "rebuild"]
    child = subprocess.Popen(command, env=environment(built), stderr=subprocess.PIPE, text=True, preexec_fn=stoppable)
    assert child.stderr is not None
    child.stderr.read(1)
    child.send_signal(signal.SIGINT)
    told = child.stderr.read()
    child.stderr.close()
    assert child.wait() == 1
    assert told.endswith("stopped; the index is as it was before\n")
    assert "Traceback" not in told
    assert generation.current(built) == serving


HEAVY = ("numpy", "torch", "faiss", "tantivy", "gradio", "sqlite3", "pydantic", "yaml", "lxml", "sentence_transformers", "langchain_text_splitters")


@pytest.mark.parametrize("module", ["index", "qa"])
def test_help_takes_less_than_half_a_second_and_loads_nothing_heavy(module: str) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", module, "--help"], capture_output=True, text=True, timeout=60, cwd=ROOT, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert not loaded & set(HEAVY)
    assert f"usage: python -m {module}" in done.stdout


def test_words_that_are_no_utf_8_and_a_reader_that_leaves_early_are_no_traceback(built: Settings, run: Run) -> None:
    run(built, "index", "search", "chuva \udcff", "--outlet", "\udcff")
    command = f"{sys.executable} -m index search chuva --json | true"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)  # QA_* are set in this test
    assert done.stderr == ""


# ── in this process ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nada"],
        ["search"],
        ["search", "chuva", "--since", "ontem"],
        ["search", "chuva", "--since", "2024-13-01"],
        ["search", "chuva", "--until", "01/05/2024"],
        ["search", "chuva", "-k", "0"],
        ["search", "chuva", "-k", "-3"],
        ["search", "chuva", "-k", "três"],
        ["search", "chuva", "-k", "²"],
        ["search", "chuva", "rio"],
        ["rebuild", "--nada"],
        ["status", "--corpus", "x"],
    ],
)
def test_wrong_usage_exits_2_and_shows_how_it_is_used(call: Call, words: list[str]) -> None:
    code, out, told = call(*words)
    assert (code, out) == (2, "")
    assert "usage: python -m index" in told


@pytest.mark.parametrize(
    "words", ["NEAR(", "chuva AND", "chuva OR rio", "-chuva", "outlet:Folha", "chuva*", '"chuva', "'; DROP TABLE article; --", "ção"]
)
def test_query_syntax_is_searched_as_words(built: Settings, call: Call, words: str) -> None:
    code, out, told = call("search", "--json", "-k", "3", "--", words)
    assert (code, told, len(json.loads(out))) == (0, "", 3)


@pytest.mark.parametrize("words", ['"', "*", "", "   ", "()", "…", "🌧️", "x" * 2001])
def test_a_search_without_words_is_one_clear_line(built: Settings, call: Call, words: str) -> None:
    code, out, told = call("search", words)
    assert (code, out) == (1, "")
    assert told.startswith("error: the")
    assert told.count("\n") == 1


def test_a_filter_that_ends_before_it_starts_is_one_clear_line(built: Settings, call: Call) -> None:
    code, out, told = call("search", "chuva", "--since", "2024-05-03", "--until", "2024-05-01")
    assert (code, out, told) == (1, "", "error: the filter starts on 2024-05-03, after it ends on 2024-05-01\n")


def test_filters_of_the_command_line_are_those_of_the_library(built: Settings, call: Call) -> None:
    _, out, _ = call(
        "search", "rio", "--json", "-k", "99", "--since", "2024-05-03", "--until", "2024-05-06", "--outlet", "The Lantern", "--lang", "en"
    )
    assert {match["published"][:10] for match in json.loads(out)} == {"2024-05-04", "2024-05-06"}
    assert call("search", "rio", "--lang", "fr") == (0, "", "no passage matches\n")


def test_a_match_is_shown_with_its_source_its_words_and_its_address(built: Settings, call: Call) -> None:
    code, out, _ = call("search", "river fell 3 metres", "-k", "1")
    first, words, address = out.splitlines()
    assert code == 0
    assert first == "1. Rio 3 — The Lantern, 2024-05-04 (en)"
    assert "The river fell 3 metres." in words
    assert address.strip().startswith("n3@1:0-")


def test_status_and_verify_say_what_there_is(built: Settings, call: Call) -> None:
    code, out, _ = call("status")
    assert code == 0
    assert "12 articles of 2 outlets, 2024-05-01 to 2024-05-12" in out
    shown = json.loads(call("status", "--json")[1])
    assert shown["generation"] == generation.current(built)
    assert call("verify")[1].endswith(": nothing wrong\n")
    checked = json.loads(call("verify", "--json")[1])
    assert (checked["wrong"], checked["checked"]["articles"]) == ([], 12)


def test_verify_exits_1_and_names_the_damaged_file(built: Settings, call: Call) -> None:
    path = generation.folder(built, generation.current(built)) / "vectors.f32"
    path.write_bytes(b"x")
    code, out, _ = call("verify")
    assert (code, out.splitlines()[0]) == (1, f"{path} is not what was written")


@pytest.mark.parametrize("command", [["status"], ["verify"], ["search", "chuva"]])
def test_an_index_that_is_not_there_is_told_with_the_command_that_makes_it(call: Call, tmp_path: Path, command: list[str]) -> None:
    assert call(*command, "--index", str(tmp_path)) == (1, "", f"error: there is no index in {tmp_path}: run `python -m index rebuild`\n")


@pytest.mark.parametrize(
    ("name", "value"), [("QA_EMBEDDER", "nada:x"), ("QA_STORE", "nada"), ("QA_LEXICAL", "nada:x"), ("QA_PASSAGE_PIECES", "muitas")]
)
def test_a_setting_that_cannot_be_used_is_one_clear_line(built: Settings, call: Call, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    code, out, told = call("rebuild")
    assert (code, out) == (1, "")
    assert told.startswith(f"error: {name}")
    assert told.count("\n") == 1


def test_a_step_that_is_begun_anew_has_a_bar_and_a_total_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with Bars() as bars:
        for done, total in ((1, 2), (2, 2), (1, 3), (3, 3)):
            bars.show("ask", done, total)
    told = capsys.readouterr().err
    assert ("2/2" in told, "3/3" in told) == (True, True)
