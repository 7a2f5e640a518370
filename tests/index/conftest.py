"""What tests of the index share: hypothesis without a clock, articles of any text, and the commands as real processes."""

import builtins
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from index import rebuild
from index.records import Article
from index.settings import Settings

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)

hypothesis.settings.register_profile("index", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("index")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def make() -> Callable[..., Article]:
    """An article of a text; any field can be given."""

    def article(text: str, id: str = "folha/chuva", **fields: object) -> Article:
        return Article(**{"id": id, "text": text, "first_seen": NOW, "indexed": NOW} | fields)

    return article


@pytest.fixture(scope="session")
def news() -> dict[str, str]:
    """Twelve articles in two languages by their file names: outlets, sections and days that filters can tell apart."""
    outlets, found = ("Folha de Cá", "The Lantern"), {}
    for number in range(12):
        lang, outlet = ("pt", "en")[number % 2], outlets[number % 2]
        body = f"A chuva de número {number} parou no Recife. O rio baixou {number} metros. Ninguém se feriu."
        if lang == "en":
            body = f"The rain of number {number} stopped in Leeds. The river fell {number} metres. Nobody was hurt."
        front = f"id: n{number}\ntitle: Rio {number}\noutlet: {outlet}\nlang: {lang}\nsection: S{number % 3}\npublished: 2024-05-{number + 1:02}T23:30:00-03:00"
        found[f"{lang}/{number:02}.md"] = f"---\n{front}\n---\n\n{body}\n\n{'Recife ' * number}Fim do artigo {number}.\n"
    return found


@pytest.fixture(scope="session")
def first_build(news: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the corpus of `news` and its index, built once; nobody writes to it."""
    home = tmp_path_factory.mktemp("news")
    for name, text in news.items():
        path = home / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    rebuild(Settings(corpus_dir=home / "corpus", index_dir=home / "index", embedder="hashing:256"))
    return home


@pytest.fixture
def built(first_build: Path, tmp_path: Path) -> Settings:
    """Settings of one's own copy of the built corpus of `news`: an index may be moved and copied."""
    for name in ("corpus", "index"):
        shutil.copytree(first_build / name, tmp_path / name)
    return Settings(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index", embedder="hashing:256")


@pytest.fixture
def environment() -> Callable[[Settings], dict[str, str]]:
    """The environment in which a child process has these settings."""

    def variables(settings: Settings) -> dict[str, str]:
        given = {f"QA_{name.upper()}": str(value) for name, value in settings.model_dump().items()}
        return {**os.environ, **given, "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"}

    return variables


IN_TIME_S = 30


@pytest.fixture
def in_time() -> Iterator[None]:
    """Ends a test that hangs, by what no reader catches."""

    def stop(*_: object) -> None:
        pytest.fail(f"nothing after {IN_TIME_S} s")

    old = signal.signal(signal.SIGALRM, stop)
    signal.alarm(IN_TIME_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, old)


@pytest.fixture
def nothing_opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails the test when a file is opened or an address is asked for, also where a reader catches the error."""
    opened: list[object] = []

    def refuse(*given: object, **_: object) -> object:
        opened.append(given[0])
        raise PermissionError(f"opened {given[0]!r}")

    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(builtins, "open", refuse)
    monkeypatch.setattr(os, "open", refuse)
    yield
    assert not opened


def stoppable() -> None:
    """In a child before it starts: Ctrl-C reaches it, also where the tests themselves run in the background and are deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def run(environment: Callable[[Settings], dict[str, str]]) -> Run:
    """Run `python -m …` with settings as a process of its own, and see that it never ends in a traceback."""

    def process(settings: Settings, *command: str, options: Sequence[str] = ("-m",)) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, *options, *command], env=environment(settings), capture_output=True, text=True, timeout=60, cwd=ROOT, check=False
        )
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        return done

    return process
