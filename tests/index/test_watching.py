"""Watching: whatever happens to the files of the corpus is answered within seconds, and an error does not end it."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread

import pytest

from index import Library, Settings
from index.errors import CorpusError, QAError
from index.files import writing
from index.records import Run
from index.search import search
from index.watching import watch
from tests.index.conftest import stoppable

Small = Callable[..., Settings]
SECONDS = 15  # on a machine that is busy with other things


class Watched:
    """A watch in a thread, and what it reported."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.stop, self.told = settings, Event(), Queue[Run | QAError]()
        self.thread = Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        for outcome in watch(self.settings, stop=self.stop):
            self.told.put(outcome)

    def run(self) -> Run:
        """The next report."""
        outcome = self.told.get(timeout=SECONDS)
        assert isinstance(outcome, Run), outcome
        return outcome

    def error(self) -> QAError:
        """The next error; reports of runs that found nothing are passed over."""
        while isinstance(outcome := self.told.get(timeout=SECONDS), Run):
            assert outcome.outcome == "unchanged"
        return outcome

    def until(self, words: str, found: set[str]) -> None:
        """Wait until a search finds the texts that it should."""
        end = time.monotonic() + SECONDS
        while (seen := texts(self.settings, words)) != found and time.monotonic() < end:
            time.sleep(0.05)
        assert seen == found

    def quiet(self) -> None:
        """Forget what was reported."""
        while True:
            try:
                self.told.get_nowait()
            except Empty:
                return


def texts(settings: Settings, words: str) -> set[str]:
    with Library.open(settings) as library:
        return {match.passage.text for match in search(library, words, 20)}


@pytest.fixture
def watched(small: Small) -> Iterator[Watched]:
    one = Watched(small({"a.txt": "A chuva parou no Recife."}))
    assert one.run().outcome == "done"
    yield one
    one.stop.set()
    one.thread.join(SECONDS)
    assert not one.thread.is_alive()


def test_a_new_an_edited_a_moved_and_a_deleted_file_answer_within_seconds(watched: Watched) -> None:
    corpus = watched.settings.corpus_dir
    begin = time.monotonic()
    (corpus / "b.txt").write_text("A chuva voltou a Olinda.")
    assert watched.run().counts.files_new == 1
    assert time.monotonic() - begin < 10
    watched.until("chuva", {"A chuva parou no Recife.", "A chuva voltou a Olinda."})
    (corpus / "b.txt").write_text("A chuva foi embora.")
    watched.until("chuva", {"A chuva parou no Recife.", "A chuva foi embora."})
    (corpus / "novos").mkdir()
    (corpus / "b.txt").rename(corpus / "novos" / "b.txt")
    (corpus / "a.txt").unlink()
    watched.until("chuva", {"A chuva foi embora."})


def test_a_corpus_that_vanishes_is_told_nothing_is_taken_away_and_the_watching_goes_on(watched: Watched) -> None:
    corpus = watched.settings.corpus_dir
    (corpus / "a.txt").rename(corpus.parent / "a.txt")
    assert "there is no article in" in str(watched.error())
    assert texts(watched.settings, "chuva") == {"A chuva parou no Recife."}
    (corpus / "c.txt").write_text("A chuva caiu no mar.")
    watched.until("chuva", {"A chuva caiu no mar."})


@pytest.mark.long
def test_a_folder_that_is_moved_away_and_comes_back_is_told_and_read_again(watched: Watched) -> None:
    corpus = watched.settings.corpus_dir
    (corpus / "b.txt").write_text("A chuva voltou a Olinda.")
    corpus.rename(corpus.with_name("fora"))
    end = time.monotonic() + 4
    while watched.thread.is_alive() and time.monotonic() < end:
        time.sleep(0.1)
    corpus.with_name("fora").rename(corpus)
    (corpus / "c.txt").write_text("A chuva caiu no mar.")
    watched.until("chuva", {"A chuva parou no Recife.", "A chuva voltou a Olinda.", "A chuva caiu no mar."})


@pytest.mark.long
def test_while_somebody_else_writes_it_waits_and_then_does_what_is_left(watched: Watched) -> None:
    with writing(watched.settings.index_dir):
        (watched.settings.corpus_dir / "b.txt").write_text("A chuva voltou a Olinda.")
        with pytest.raises(Empty):
            watched.told.get(timeout=2.5)
    assert watched.run().counts.files_new == 1


def test_no_corpus_at_the_beginning_is_told_with_the_option_that_names_another(small: Small, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="--corpus DIR"):
        next(iter(watch(small({}, corpus_dir=tmp_path / "nada"))))


def test_stop_ends_it_soon(watched: Watched) -> None:
    begin = time.monotonic()
    watched.stop.set()
    watched.thread.join(SECONDS)
    assert not watched.thread.is_alive()
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), pytest.param(signal.SIGTERM, -signal.SIGTERM, marks=pytest.mark.long)])
def test_the_command_ends_by_ctrl_c_and_by_a_polite_kill(
    small: Small, environment: Callable[[Settings], dict[str, str]], number: int, code: int
) -> None:
    made = small({"a.txt": "A chuva parou no Recife."})
    command = [sys.executable, "-m", "index", "watch"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment(made), preexec_fn=stoppable, **pipes) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("articles: 1 new")
            process.send_signal(number)
            _, told = process.communicate(timeout=SECONDS)
        finally:
            process.kill()
    assert process.returncode == code
    assert "Traceback" not in told
    assert texts(made, "chuva") == {"A chuva parou no Recife."}
