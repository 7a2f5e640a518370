"""Single points at which something was once lost, each on its own, so that what fails here names the fault."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import Library, Settings, files, generation, rebuild, update
from index.backups import backup
from index.errors import BackupError, IndexUnwritable, QAError
from index.search import search
from index.verify import verify

ROOT = Path(__file__).parent.parent.parent
Small = Callable[..., Settings]


def texts(settings: Settings) -> set[str]:
    with Library.open(settings) as library:
        assert library.notices == ()
        return {match.passage.article.text for match in search(library, "chuva", 50)}


def child(settings: Settings, code: str, *arguments: str, timeout_s: int = 60, options: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Some code as a process of its own, with these settings in its environment."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"}
    env |= {f"QA_{name.upper()}": str(value) for name, value in settings.model_dump().items()}
    return subprocess.run([sys.executable, *options, "-c", code, *arguments], env=env, capture_output=True, text=True, timeout=timeout_s, check=False)


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


REFUSED = """
from index import Library, Settings, generation, rebuild, update
from index.embedders.hashing import HashingEmbedder
from index.errors import IndexMismatch
made = Settings()
def refused(name, work):
    try:
        work()
    except IndexMismatch as error:
        print(name, error)
for name, other in (("embedder", "hashing:128"), ("store", "numpy:flat"), ("lexical", "memory:bm25"), ("passage_pieces", 64)):
    refused(name, lambda: Library.open(made.replace(**{name: other})))
    refused(name, lambda: update(made.replace(**{name: other})))
with Library.open() as library:
    library.embedder = HashingEmbedder(128)
    refused("dim", lambda: library.dense("chuva", 3))
for name in ("weights", "splitter", "terms"):
    rebuild()
    manifest = generation.read_manifest(made, generation.current(made))
    generation.publish(made, manifest.model_copy(update={"settings": manifest.settings | {name: "another"}}))
    refused(name, Library.open)
    refused(name, update)
print(*sorted(manifest.settings))
"""


def test_other_settings_of_every_kind_are_refused_without_asserts_too(rain: Settings) -> None:
    done = child(rain, REFUSED, options=("-O",))
    *lines, kinds = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert {line.split()[0] for line in lines} == set(kinds.split())
    assert len(lines) == 15, "both opening and updating refuse, but for the dimension, which a question tells"
    for line in lines:
        name, told = line.split(maxsplit=1)
        assert told.startswith(f"the index was built with {name} ")
        assert ", but the settings say " in told
        assert told.endswith("run `python -m index rebuild`, or set the old value again")


# ── a disk that is full ─────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def small_disk(at: Path, size: str) -> Iterator[None]:
    """A disk of its own, where this machine lets one be mounted."""
    at.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(at)], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(at)], check=False)


def fill(disk: Path, but_bytes: int) -> None:
    """Leave so many bytes free."""
    room = os.statvfs(disk)
    with (disk / "filler").open("wb", buffering=0) as file:
        for _ in range(room.f_bavail - but_bytes // room.f_frsize):
            file.write(bytes(room.f_frsize))


ROOM = r"; (?P<free>[\d,]+) bytes are free, about (?P<needed>[\d,]+) are needed\)"


def test_a_full_disk_is_told_with_what_is_free_and_what_is_needed(rain: Settings, tmp_path: Path) -> None:
    before, disk = texts(rain), tmp_path / "disk"
    with small_disk(disk, "4m"):
        shutil.copytree(rain.index_dir, disk / "index")
        made = rain.replace(index_dir=disk / "index")
        (rain.corpus_dir / "c.txt").write_text("A chuva caiu no mar.")
        fill(disk, 12288)
        with pytest.raises(IndexUnwritable, match="cannot be written") as refused:
            update(made)
        with pytest.raises(BackupError, match="cannot be written") as unsaved:
            backup(made, disk / "copy")
        for error in (refused, unsaved):
            told = re.search(ROOM, str(error.value))
            assert told, error.value
            assert "\n" not in str(error.value)
            free, needed = (int(told[name].replace(",", "")) for name in ("free", "needed"))
            assert free <= 65536 < needed < 10 * files.size_bytes(made.index_dir)
        assert texts(made) == before


def test_only_a_full_disk_is_told_with_its_room(tmp_path: Path) -> None:
    missing = tmp_path / "not" / "yet"
    assert files.why(PermissionError(errno.EACCES, "Permission denied"), missing, 99) == "[Errno 13] Permission denied"
    for error in (OSError(errno.ENOSPC, "No space left on device"), OSError("catalog.db: database or disk is full")):
        assert re.fullmatch(r".*; [\d,]+ bytes are free", files.why(error, missing, 99))
        assert re.fullmatch(r".*; [\d,]+ bytes are free, about [\d,]+ are needed", files.why(error, missing, 1 << 80))


# ── a disk that may only be read ────────────────────────────────────────────────────────────────────────────────────


def test_an_index_on_a_disk_that_may_only_be_read_answers_or_says_in_one_line_why_not(rain: Settings, tmp_path: Path) -> None:
    before, disk = texts(rain), tmp_path / "disk"
    with small_disk(disk, "8m"):
        shutil.copytree(rain.index_dir, disk / "index")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        made = rain.replace(index_dir=disk / "index")
        done = child(made, OPEN)
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == 1 or done.stdout.startswith(f"{len(before)}"), done
        with pytest.raises(QAError, match=r"cannot be written .*make room or give rights"):
            update(made)
