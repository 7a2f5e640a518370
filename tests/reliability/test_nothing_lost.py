"""Nothing is lost and nothing answers wrongly: some of the trials at each commit, all of them in `make test-long`, most points in `make test-release`.

The trials themselves, and what each of them counts as wrong, are in benchmarks/trials; docs/reliability.md has the figures.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Reports = list[dict[str, Any]]
Trial = Callable[..., Reports]


@pytest.fixture(scope="module")
def quick(trial: Trial) -> Reports:
    return trial("quick", 10)


def of(reports: Reports, key: str) -> Reports:
    found = [report for report in reports if key in report]
    assert found, key
    return found


# ── each commit ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_killed_commands_lose_nothing_and_what_serves_goes_on_serving(quick: Reports) -> None:
    for report in of(quick, "command"):
        assert report["points"] > 0
        assert (report["lost"], report["what"]) == (0, [])
    assert sum(report["killed"] for report in of(quick, "killed") if report["command"] == "update") >= 10


def test_a_full_disk_is_told_and_changes_nothing(quick: Reports) -> None:
    (report,) = of(quick, "refused")
    assert report["refused"] > 1
    assert (report["silent"], report["lost"], report["what"]) == (0, 0, [])


def test_damaged_files_never_answer_wrongly_and_are_repaired(quick: Reports) -> None:
    (report,) = of(quick, "answered_wrongly")
    assert report["mended"] > 3
    assert report["cases"] == report["repaired"] == 10
    assert (report["answered_wrongly"], report.get("crash", 0), report["what"]) == (0, 0, [])


def test_readers_see_one_generation_at_a_time_and_none_fails(quick: Reports) -> None:
    (report,) = of(quick, "mixed")
    assert report["quotes_proved"] > report["questions"] > 5
    assert (report["failed"], report["mixed"], report["what"]) == (0, 0, [])


def test_a_second_builder_is_told_at_once_and_a_killed_one_keeps_nobody_waiting(quick: Reports) -> None:
    (report,) = of(quick, "stuck")
    assert (report["kills"], report["stuck"], report["what"]) == (2, 0, [])
    assert report["slowest_refusal_s"] < 1
    (report,) = of(quick, "both")
    assert report["got"] > 0 < report["busy"]
    assert report["both"] == 0


def test_the_command_tells_its_counts_in_words_and_refuses_what_it_does_not_know() -> None:
    root = Path(__file__).parent.parent.parent
    env = {key: value for key, value in os.environ.items() if not key.startswith("QA_")}
    done = subprocess.run(
        [sys.executable, "benchmarks/reliability.py", "nothing"], cwd=root, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "kills" in done.stderr


# ── minutes, and many minutes ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.long
@pytest.mark.parametrize("name", ["kills", "full", "damage", "readers"])
def test_more_of_every_trial_finds_nothing_wrong(trial: Trial, name: str) -> None:
    for report in trial(name, 10):
        assert report.get("wrong", 0) == 0, report


@pytest.mark.release
@pytest.mark.parametrize(("name", "count"), [("kills", 200), ("full", 100), ("damage", 100), ("readers", 1000)])
def test_most_of_every_trial_finds_nothing_wrong(trial: Trial, name: str, count: int) -> None:
    for report in trial(name, count, timeout_s=7200):
        assert report.get("wrong", 0) == 0, report
