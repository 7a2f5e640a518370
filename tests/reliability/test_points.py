"""Single points at which something was once lost, each on its own, so that what fails here names the fault."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Library, Settings, generation, rebuild, update
from index.errors import QAError
from index.search import search
from index.verify import verify

ROOT = Path(__file__).parent.parent.parent
Small = Callable[..., Settings]


def texts(settings: Settings) -> set[str]:
    with Library.open(settings) as library:
        assert library.notices == ()
        return {match.passage.article.text for match in search(library, "chuva", 50)}


def child(settings: Settings, code: str, *arguments: str, timeout_s: int = 60) -> subprocess.CompletedProcess[str]:
    """Some code as a process of its own, with these settings in its environment."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"}
    env |= {f"QA_{name.upper()}": str(value) for name, value in settings.model_dump().items()}
    return subprocess.run([sys.executable, "-c", code, *arguments], env=env, capture_output=True, text=True, timeout=timeout_s, check=False)


@pytest.fixture
def rain(small: Small) -> Settings:
    made = small({"a.txt": "A chuva parou no Recife.", "b.txt": "A chuva voltou a Olinda."})
    rebuild(made)
    return made


# ── the moment after the pointer was moved ──────────────────────────────────────────────────────────────────────────

AFTER_THE_POINTER = """
import os, sys
from pathlib import Path
from index import update
from index.errors import QAError
moved = False
def profile(frame, what, called):
    global moved
    if what == "c_return" and called in (os.replace, os.rename):
        moved = True
    elif moved and what == "c_call" and called.__name__ == sys.argv[1]:
        moved = False
        raise KeyboardInterrupt if sys.argv[2] == "stop" else OSError(5, "Input/output error")
sys.setprofile(profile)
try:
    update()
except (QAError, KeyboardInterrupt) as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


@pytest.mark.parametrize(("call", "how"), [("open", "stop"), ("fsync", "error"), ("scandir", "stop")])
def test_once_the_pointer_names_a_generation_nothing_removes_it(rain: Settings, call: str, how: str) -> None:
    before = texts(rain)
    (rain.corpus_dir / "c.txt").write_text("A chuva caiu no mar.")
    child(rain, AFTER_THE_POINTER, call, how)
    assert texts(rain) in (before, before | {"A chuva caiu no mar."})
    assert verify(rain)[1] == []
    update(rain)
    assert texts(rain) == before | {"A chuva caiu no mar."}


# ── a file that can be opened once, and then not ────────────────────────────────────────────────────────────────────

ONLY_ONCE = """
import os, sys
from index import update
seen = 0
def hook(what, given):
    global seen
    if what == "open" and str(given[0]).endswith(sys.argv[1]):
        seen += 1
        if seen == 2:
            raise OSError(int(sys.argv[2]), os.strerror(int(sys.argv[2])))
sys.addaudithook(hook)
run = update()
print(run.counts.failed, seen)
"""


@pytest.mark.parametrize("number", [errno.EIO, errno.EMFILE])
def test_a_new_file_that_cannot_be_opened_just_when_it_is_read_is_read_by_the_next_update(rain: Settings, number: int) -> None:
    before = texts(rain)
    (rain.corpus_dir / "c.txt").write_text("A chuva caiu no mar.")
    done = child(rain, ONLY_ONCE, "c.txt", str(number))
    assert (done.returncode, done.stdout) == (0, "1 2\n"), done.stderr
    assert texts(rain) == before
    update(rain)
    assert texts(rain) == before | {"A chuva caiu no mar."}


@pytest.mark.parametrize("number", [errno.EIO])
def test_an_edited_file_that_cannot_be_opened_just_when_it_is_read_answers_as_before_until_it_can(rain: Settings, number: int) -> None:
    before = texts(rain)
    (rain.corpus_dir / "b.txt").write_text("A chuva caiu no mar.")
    done = child(rain, ONLY_ONCE, "b.txt", str(number))
    assert (done.returncode, done.stdout) == (0, "1 2\n"), done.stderr
    assert texts(rain) == before
    update(rain)
    assert texts(rain) == {"A chuva parou no Recife.", "A chuva caiu no mar."}


# ── an index that somebody else made ────────────────────────────────────────────────────────────────────────────────

OPEN = """
import sys
from index import Library, Settings
from index.errors import QAError
from index.search import search
try:
    with Library.open() as library:
        print(len(search(library, "chuva", 9)), *library.notices)
except QAError as error:
    sys.exit(f"error: {error}")
"""


def resealed(settings: Settings, files: dict[str, object]) -> None:
    """Put other files into the manifest, and seal it as if they had always been there."""
    import hashlib

    path = generation.folder(settings, generation.current(settings)) / "manifest.json"
    body = json.loads(json.loads(path.read_bytes())["manifest"])
    body["files"] |= files
    text = json.dumps(body)
    path.write_text(json.dumps({"sha256": hashlib.sha256(text.encode()).hexdigest(), "manifest": text}))


@pytest.mark.parametrize("name", ["/dev/zero", "lexical/../../../../../../../../../../../dev/zero"])
def test_a_manifest_that_names_files_outside_its_generation_reads_none_of_them(rain: Settings, name: str) -> None:
    resealed(rain, {name: {"size_bytes": 10, "sha256": "0" * 64}})
    done = child(rain, OPEN, timeout_s=10)
    assert "Traceback" not in done.stderr
    assert done.returncode == 1 or done.stdout.startswith("2 ")


@pytest.mark.parametrize("name", ["vectors.f32", "manifest.json"])
def test_a_pipe_in_the_place_of_a_file_keeps_nobody_waiting(rain: Settings, name: str) -> None:
    path = generation.folder(rain, generation.current(rain)) / name
    path.unlink()
    os.mkfifo(path)
    done = child(rain, OPEN, timeout_s=10)
    assert "Traceback" not in done.stderr
    assert done.returncode == 1 or done.stdout.startswith("2 ")


def test_files_that_could_run_code_are_never_opened(rain: Settings) -> None:
    home = generation.folder(rain, generation.current(rain))
    for folder in (rain.index_dir, home, home / "lexical"):
        for name in ("index.pkl", "index.faiss", "catalog.pickle", "sitecustomize.py", "model.bin"):
            (folder / name).write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    watch = "import sys\nsys.addaudithook(lambda what, given: what == 'open' and print('opened', given[0]))\n"
    done = child(rain, watch + OPEN)
    opened = {Path(line.removeprefix("opened ")).name for line in done.stdout.splitlines() if line.startswith("opened ")}
    assert done.returncode == 0, done.stderr
    assert "vectors.f32" in opened
    assert not opened & {"index.pkl", "index.faiss", "catalog.pickle", "model.bin"}
    assert str(rain.index_dir / "sitecustomize.py") not in done.stdout


@pytest.mark.parametrize("change", [{"embedder": "hashing:128"}, {"passage_pieces": 64}])
def test_other_settings_are_refused_without_asserts_too(rain: Settings, change: dict[str, object]) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT)} | {f"QA_{name.upper()}": str(value) for name, value in rain.replace(**change).model_dump().items()}
    done = subprocess.run([sys.executable, "-O", "-c", OPEN], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    (name,) = change
    assert done.stderr.startswith(f"error: the index was built with {name} ")
    assert "run `python -m index rebuild`" in done.stderr


# ── a disk that may only be read ────────────────────────────────────────────────────────────────────────────────────


def test_an_index_on_a_disk_that_may_only_be_read_answers_or_says_in_one_line_why_not(rain: Settings, tmp_path: Path) -> None:
    before, disk = texts(rain), tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        subprocess.run(["cp", "-r", str(rain.index_dir), str(disk / "index")], check=True)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        made = rain.replace(index_dir=disk / "index")
        done = child(made, OPEN)
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == 1 or done.stdout.startswith(f"{len(before)}"), done
        with pytest.raises(QAError, match=r"cannot be written .*make room or give rights"):
            update(made)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)
