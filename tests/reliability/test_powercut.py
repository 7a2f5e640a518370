"""A power cut at any moment of a command leaves an index that answers as before or as after: tried in `make test-long`; the model itself at each commit.

What a disk may hold after a cut is in benchmarks/disk.py, what is counted as wrong in benchmarks/powercut.py.
"""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
Reports = list[dict[str, Any]]
FIRST = ("first rebuild", "posix")
BAD = ("unusable", "silently_wrong", "unsound", "lost", "mended")
sys.path.insert(0, str(ROOT / "benchmarks"))
try:
    import disk
finally:
    sys.path.remove(str(ROOT / "benchmarks"))


def powercut(*arguments: str, timeout_s: int = 300) -> Reports:
    """The reports of the command; why it could not run is printed."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("QA_")}
    command = [sys.executable, "benchmarks/powercut.py", "--json", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout_s, check=False)
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert reports, done.stderr
    if "skipped" in reports[0]:
        print(f"left out: {reports[0]['skipped']}")
        pytest.skip(reports[0]["skipped"])
    assert done.returncode == any(report["wrong"] for report in reports if not report["dropped"]), done.stderr
    return reports


def of(reports: Reports, dropped: str = "") -> Reports:
    return [report for report in reports if report["dropped"] == dropped]


def total(reports: Reports) -> Counter[str]:
    """The counts of all commands and models together."""
    found: Counter[str] = Counter()
    for report in reports:
        found.update({key: value for key, value in report.items() if isinstance(value, int)})
    return found


def sound(reports: Reports) -> None:
    """Every state answers as before or as after; nothing is wrong, and nothing had to be made again."""
    found = total(reports)
    assert [report["what"] for report in reports if report["wrong"]] == []
    assert found["as_before"] > 0 < found["as_after"]
    assert found["as_before"] + found["as_after"] == found["states"]
    assert found["acknowledged"] > 0
    assert {key: found[key] for key in BAD} == dict.fromkeys(BAD, 0)


@pytest.fixture(scope="module")
def quick() -> Reports:
    return powercut("--states", "60", "--drop", ".")


@pytest.fixture(scope="module")
def many() -> Reports:
    return powercut("--states", "1000", "--seed", "2", "--drop", ".", "--drop", "catalog", "--drop", "generations", timeout_s=3600)


@pytest.mark.long
def test_after_a_power_cut_the_index_answers_as_before_or_as_after(quick: Reports) -> None:
    assert total(of(quick))["states"] == 60
    sound([report for report in of(quick) if (report["command"], report["model"]) != FIRST])


@pytest.mark.long
def test_after_a_power_cut_the_first_index_is_there_or_not_yet(quick: Reports) -> None:
    sound([report for report in of(quick) if (report["command"], report["model"]) == FIRST])


@pytest.mark.long
def test_after_a_power_cut_of_the_other_commands_nothing_is_lost() -> None:
    found = powercut("--states", "60", "--command", "rebuild --fresh", "--command", "forget", "--command", "repair", timeout_s=900)
    assert [report["what"] for report in found if report["wrong"]] == []
    assert {report["command"] for report in found} == {"rebuild --fresh", "forget", "repair"}


@pytest.mark.long
def test_the_model_accuses_a_protocol_that_never_waits_for_the_disk(quick: Reports) -> None:
    found = total(of(quick, "."))
    assert found["states"] > 10
    assert found["wrong"] > found["states"] / 5
    assert found["unusable"] > 0 < found["lost"]


@pytest.mark.long
def test_a_thousand_power_cuts_lose_nothing(many: Reports) -> None:
    assert total(of(many))["states"] > 950
    sound([report for report in of(many) if (report["command"], report["model"]) != FIRST])


@pytest.mark.long
def test_many_power_cuts_do_not_lose_the_first_index(many: Reports) -> None:
    sound([report for report in of(many) if (report["command"], report["model"]) == FIRST])


@pytest.mark.long
def test_without_its_syncs_the_catalog_is_lost_but_what_is_derived_from_it_is_made_again(many: Reports) -> None:
    catalog, generations = (
        total([report for report in of(many, name) if report["command"] != "first rebuild"]) for name in ("catalog", "generations")
    )
    assert catalog["unusable"] > 0
    assert (generations["wrong"], generations["mended"] > 0) == (0, True)


# ── the model itself ────────────────────────────────────────────────────────────────────────────────────────────────


def drawn(node: disk.Node, cut: int) -> Iterator[bytes]:
    for seed in range(400):
        yield node.torn(cut, random.Random(seed))


def test_what_was_synced_is_there_and_of_what_was_written_since_each_page_may_be() -> None:
    node = disk.Node(b"a" * 8192)
    node.change(disk.Change(1, 0, b"b" * 8192))
    node.syncs.append(disk.Sync(1, 2, "fdatasync", "x"))
    node.change(disk.Change(3, 0, b"c" * 8192))
    assert set(drawn(node, 1)) == {one * 4096 + two * 4096 for one in (b"a", b"b") for two in (b"a", b"b")}
    assert set(drawn(node, 2)) == {b"b" * 8192}
    assert set(drawn(node, 3)) == {one * 4096 + two * 4096 for one in (b"b", b"c") for two in (b"b", b"c")}


def test_a_file_is_never_shorter_than_it_was_when_synced_and_a_page_that_did_not_arrive_is_zeros() -> None:
    node = disk.Node(b"")
    node.change(disk.Change(1, 0, b"a" * 10))
    node.syncs.append(disk.Sync(1, 2, "fsync", "x"))
    node.change(disk.Change(3, 4096, b"b" * 10))
    assert set(drawn(node, 3)) == {b"a" * 10, (b"a" * 10).ljust(4106, b"\0"), (b"a" * 10).ljust(4096, b"\0") + b"b" * 10}
    node.change(disk.Change(4, 0, None))
    assert b"" in set(drawn(node, 4))


def test_a_cut_takes_bytes_and_length_away_together() -> None:
    node = disk.Node(b"a" * 8192)
    node.change(disk.Change(1, 0, None))
    assert set(drawn(node, 1)) == {b"a" * 8192, b""}


def test_a_write_that_was_made_while_the_sync_ran_may_be_missing() -> None:
    node = disk.Node(b"old")
    node.change(disk.Change(5, 0, b"new"))
    node.syncs.append(disk.Sync(4, 6, "fsync", "x"))
    assert set(drawn(node, 6)) == {b"old", b"new"}


@pytest.fixture
def renamed(tmp_path: Path) -> disk.Recording:
    """A file written, synced and renamed into a folder; then another file synced."""
    base, home, log = (tmp_path / name for name in ("base", "home", "log"))
    for folder in (base, home):
        (folder / "a").mkdir(parents=True)
    (home / "a" / "CURRENT").write_bytes(b"two\n")
    (home / "other").write_bytes(b"")

    def text(path: str) -> str:
        return "".join(f"\\x{byte:02x}" for byte in f"{home}/{path}".encode())

    new, current, other = text("a/CURRENT.new"), text("a/CURRENT"), text("other")
    lines = [
        f'1 openat(AT_FDCWD, "{new}", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3<{new}>',
        f'1 write(3<{new}>, "\\x74\\x77\\x6f\\x0a", 4) = 4',
        f"1 fsync(3<{new}>) = 0",
        f'2 openat(AT_FDCWD, "{other}", O_WRONLY|O_CREAT, 0666 <unfinished ...>',
        f'1 rename("{new}", "{current}") = 0',
        f"2 <... openat resumed>) = 4<{other}>",
        f"2 fsync(4<{other}>) = 0",
    ]
    log.write_text("\n".join(lines) + "\n")
    return disk.Recording(base, home, log)


def names(recording: disk.Recording, model: str) -> set[tuple[str, ...]]:
    return {tuple(sorted(recording.state(recording.now, model, random.Random(seed)))) for seed in range(200)}


def test_a_name_is_there_once_its_folder_was_synced_or_in_the_ordered_model_anything(renamed: disk.Recording) -> None:
    folders = [("a",), ("a", "a/CURRENT.new"), ("a", "a/CURRENT")]
    assert names(renamed, "ordered") == {("a", "a/CURRENT", "other")}
    assert names(renamed, "posix") == {(*some, *more) for some in folders for more in ((), ("other",))}
    assert all(data in (None, b"", b"two\n") for data in renamed.tree().values())


def test_a_recording_that_does_not_end_in_what_stands_there_is_refused(renamed: disk.Recording, tmp_path: Path) -> None:
    (tmp_path / "home" / "a" / "CURRENT").write_bytes(b"ten\n")
    with pytest.raises(RuntimeError, match="does not know all calls"):
        disk.Recording(tmp_path / "base", tmp_path / "home", tmp_path / "log")
