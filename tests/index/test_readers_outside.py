"""Reading never leaves the corpus folder and never waits: links swapped while it reads, devices, hard links, files that may not be read or that change.

A hard link is an ordinary file: whoever may put one into the corpus could have put a copy there.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index import Library, Settings, rebuild, update
from index.readers import read_corpus
from index.records import Article, Skipped, Withdrawal

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
NEWS, SECRET = "A chuva parou no Recife.", "Um segredo que não é notícia."
SWAP = """
import os, sys
corpus, outside = sys.argv[1:]
os.chdir(corpus)
def link(to, name):
    os.symlink(to, name + ".new")
    os.replace(name + ".new", name)
def write(name, text):
    with open(name + ".new", "w") as file:
        file.write(text)
    os.replace(name + ".new", name)
while True:
    for name in ("a.txt", "c.jsonl"):
        link(outside + "/secret." + name.partition(".")[2], name)
    os.rename("folder", ".away")
    os.symlink(outside, "folder")
    write("a.txt", "A chuva parou no Recife.")
    write("c.jsonl", '{"text": "A chuva parou no Recife."}')
    os.unlink("folder")
    os.rename(".away", "folder")
"""


def read(corpus: Path) -> list[Article | Skipped | Withdrawal]:
    return list(read_corpus(corpus, NOW))


def reasons(corpus: Path) -> dict[str, str]:
    return {item.path: item.reason for item in read(corpus) if isinstance(item, Skipped)}


def swapped(home: Path, for_s: float) -> tuple[int, int, int]:
    """Read a corpus many times in which real files and a real folder change places with links: how often, articles, and links found."""
    corpus, outside = home / "corpus", home / "outside"
    for folder in (corpus / "folder", outside):
        folder.mkdir(parents=True)
    for ending in ("txt", "jsonl"):
        (outside / f"secret.{ending}").write_text(SECRET if ending == "txt" else json.dumps({"text": SECRET}))
        (outside / f"b.{ending}").write_text((outside / f"secret.{ending}").read_text())
        (corpus / "folder" / f"b.{ending}").write_text(NEWS if ending == "txt" else json.dumps({"text": NEWS}))
    times = articles = links = 0
    with subprocess.Popen([sys.executable, "-c", SWAP, str(corpus), str(outside)]) as swapping:
        try:
            end = time.monotonic() + for_s
            while time.monotonic() < end or not (articles and links):
                for item in read(corpus):
                    assert not isinstance(item, Article) or item.text == NEWS
                    articles += isinstance(item, Article)
                    links += isinstance(item, Skipped) and "link" in item.reason
                times += 1
                assert swapping.poll() is None
        finally:
            swapping.kill()
    return times, articles, links


@pytest.mark.usefixtures("in_time")
def test_nothing_outside_is_read_where_files_and_folders_become_links_meanwhile(tmp_path: Path) -> None:
    swapped(tmp_path, 1)


@pytest.mark.long
def test_nothing_outside_is_read_in_a_minute_of_swapping(tmp_path: Path) -> None:
    times, articles, links = swapped(tmp_path, 60)
    print(f"read {times} times: {articles} articles, {links} links, none followed")
    assert min(times, articles, links) > 100


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("ending", [".txt", ".jsonl", ".csv", ".pdf", ".txt.gz", ".zip", ".eml", ".rss", "", ".csv.toml"])
def test_a_device_is_refused_at_once(ending: str, tmp_path: Path) -> None:
    try:
        os.mknod(tmp_path / f"zeros{ending}", 0o20666, os.makedev(1, 5))
    except OSError as error:
        pytest.skip(f"no device can be made here: {error.strerror}")
    (tmp_path / "zeros.csv" if ending == ".csv.toml" else tmp_path / "a.csv").write_text("text\nA chuva parou no Recife.\n")
    told = reasons(tmp_path)
    if ending == ".csv.toml":
        assert list(told) == ["zeros.csv"]
    else:
        assert list(told) == [f"zeros{ending}"]
        assert "device" in told[f"zeros{ending}"] or ending == ""


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("name", ["fields.toml", "a.csv.toml"])
def test_a_pipe_in_the_place_of_a_field_map_keeps_nobody_waiting(name: str, tmp_path: Path) -> None:
    (tmp_path / "corpus" / "in").mkdir(parents=True)
    (tmp_path / "corpus" / "in" / "a.csv").write_text("text\nA chuva parou no Recife.\n")
    (tmp_path / "corpus" / "b.txt").write_text("O rio baixou.")
    os.mkfifo(tmp_path / "corpus" / "in" / name)
    made = Settings(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index", embedder="hashing:256")
    (skipped,) = rebuild(made).skipped
    assert skipped.path == "in/a.csv"
    assert name in skipped.reason


def test_a_hard_link_is_an_ordinary_file(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text(NEWS)
    (tmp_path / "elsewhere.txt").write_text("O rio baixou.")
    os.link(corpus / "a.txt", corpus / "b.txt")
    os.link(tmp_path / "elsewhere.txt", corpus / "c.txt")
    assert {item.id: item.text for item in read(corpus) if isinstance(item, Article)} == {"a": NEWS, "b": NEWS, "c": "O rio baixou."}
    assert reasons(corpus) == {}


@contextmanager
def nobody() -> Iterator[None]:
    """Without the rights of root, to whom nothing is forbidden."""
    if os.geteuid():
        yield
        return
    try:
        os.seteuid(65534)
    except OSError as error:
        pytest.skip(f"rights cannot be given up here: {error.strerror}")
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_home() -> Iterator[Path]:
    """A folder that everybody may enter."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


def test_what_may_not_be_read_is_listed_and_the_rest_is_read(open_home: Path) -> None:
    (open_home / "shut").mkdir()
    for name in ("a.txt", "b.txt", "c.jsonl", "d.csv", "shut/e.txt"):
        (open_home / name).write_text(NEWS)
        (open_home / name).chmod(0o644 if name == "a.txt" else 0)
    (open_home / "shut").chmod(0)
    with nobody():
        found, told = read(open_home), reasons(open_home)
    (open_home / "shut").chmod(0o700)
    assert [item.id for item in found if isinstance(item, Article)] == ["a"]
    assert told == {
        **dict.fromkeys(("b.txt", "c.jsonl", "d.csv"), "it cannot be opened: Permission denied"),
        "shut/": "the folder cannot be listed: Permission denied",
    }


GROW = """
import sys, time
number = 0
while True:
    number += 1
    for name in sys.argv[1:]:
        text = f"A chuva de número {number} parou no Recife. " * (1 + number % 7 * 400)
        with open(name, "w") as file:
            file.write(text if name.endswith(".txt") else '{"text": "' + text + '"}\\n')
"""


@pytest.mark.usefixtures("in_time")
def test_of_a_file_that_changes_while_it_is_read_the_index_has_what_it_says_once_it_rests(tmp_path: Path) -> None:
    made = Settings(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index", embedder="hashing:256")
    made.corpus_dir.mkdir()
    (made.corpus_dir / "still.txt").write_text("O rio baixou.")
    names = [made.corpus_dir / "a.txt", made.corpus_dir / "b.jsonl"]
    with subprocess.Popen([sys.executable, "-c", GROW, *map(str, names)]) as growing:
        try:
            for _ in range(3):
                assert "still" in {item.id for item in read(made.corpus_dir) if isinstance(item, Article)}
                update(made)
        finally:
            growing.kill()
    names[0].write_text("A chuva enfim parou.")
    names[1].write_text(json.dumps({"id": "b", "text": "O rio enfim baixou."}))
    update(made)
    with Library.open(made) as library:
        held = {library.article(passage.article.id).text for passage in library.passages([row for row, _ in library.dense("rio", 99)])}
    assert held == {"O rio baixou.", "A chuva enfim parou.", "O rio enfim baixou."}
