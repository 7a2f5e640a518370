"""What serves lends one library at a time: a newer generation takes its place without disturbing the questions under way."""

import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest

from index import Library, Settings, generation, rebuild
from index.errors import IndexMissing
from index.search import search
from index.serving import Serving

Small = Callable[..., Settings]


def words(library: Library) -> set[str]:
    return {match.passage.article.text.split()[-1] for match in search(library, "chuva no Recife", 50)}


def edition(settings: Settings, number: int) -> str:
    """Publish a generation whose every article ends with a number; returns its name."""
    for name in ("a", "b", "c"):
        (settings.corpus_dir / f"{name}.txt").write_text(f"A chuva parou no Recife, na rua {name}. Edição {number}")
    return rebuild(settings).generation


@pytest.fixture
def first(small: Small) -> Settings:
    made = small({f"{name}.txt": "" for name in "abc"})
    edition(made, 0)
    return made


def descriptors(settings: Settings) -> int:
    """How often this process has the catalog open."""
    path, found = str(settings.index_dir / "catalog.db"), 0
    for one in Path("/proc/self/fd").iterdir():
        try:
            found += os.readlink(one) == path
        except FileNotFoundError:  # the one that listed them
            continue
    return found


def test_every_borrower_gets_the_same_library_until_a_newer_generation_is_published(first: Settings) -> None:
    serving = Serving(first)
    assert serving.library is None
    with serving.lend() as one, serving.lend(wait=True) as other:
        assert one is other is serving.library
    name = edition(first, 1)
    with serving.lend(wait=True) as library:
        assert library is not one
        assert (library.manifest.generation, words(library)) == (name, {"1"})
    serving.close()


def test_a_question_keeps_the_generation_that_it_began_with_and_the_last_borrower_closes_it(first: Settings) -> None:
    serving = Serving(first)
    with serving.lend() as old:
        assert words(old) == {"0"}
        for number in (1, 2, 3):  # by now the folder of its generation is gone
            edition(first, number)
        with serving.lend(wait=True) as new:
            assert (words(new), words(old)) == ({"3"}, {"0"})
    assert not generation.folder(first, old.manifest.generation).exists()
    serving.close()
    assert descriptors(first) == 0


def test_generation_after_generation_what_is_open_does_not_grow(first: Settings) -> None:
    serving, held = Serving(first), []
    for number in range(1, 7):
        with serving.lend(wait=True) as library:
            edition(first, number)
            words(library)
            held.append(len(list(Path("/proc/self/fd").iterdir())))
    assert max(held[2:]) <= held[1] + 1  # SQLite keeps the descriptor of a closed connection for the next one
    serving.close()


def test_who_does_not_wait_is_served_at_once_and_a_later_one_gets_the_newer_generation(first: Settings) -> None:
    serving = Serving(first)
    with serving.lend():
        pass
    name, end = edition(first, 1), time.monotonic() + 20
    seen = []
    while name not in seen and time.monotonic() < end:
        with serving.lend() as library:
            seen.append(library.manifest.generation)
            assert words(library) == ({"1"} if seen[-1] == name else {"0"})
        time.sleep(0.02)
    assert seen == sorted(seen)
    assert (len(set(seen)), seen[-1]) == (2, name)
    serving.close()


def test_a_generation_that_cannot_be_opened_is_told_once_and_the_one_before_goes_on(first: Settings, caplog: pytest.LogCaptureFixture) -> None:
    serving = Serving(first)
    with serving.lend() as old:
        pass
    other = rebuild(first.replace(passage_pieces=16)).generation
    with caplog.at_level(logging.WARNING, "index.serving"):
        for _ in range(3):
            with serving.lend(wait=True) as library:
                assert library is old
                assert words(library) == {"0"}
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith(f"the generation {other} cannot be opened, the one before goes on serving: the index was built with passage_pieces '16'")
    name = edition(first, 1)
    with serving.lend(wait=True) as library:
        assert library.manifest.generation == name
    serving.close()


@pytest.mark.parametrize("pointer", [b"", b"no-such-generation\n", None])
def test_a_pointer_that_names_nothing_does_not_disturb_what_is_open(first: Settings, pointer: bytes | None) -> None:
    serving = Serving(first)
    with serving.lend() as old:
        pass
    path = first.index_dir / "CURRENT"
    path.write_bytes(pointer) if pointer is not None else path.unlink()
    with serving.lend(wait=True) as library:
        assert library is old
        assert words(library) == {"0"}
    serving.close()


def test_before_there_is_an_index_the_command_is_told_and_afterwards_it_serves(small: Small) -> None:
    made = small({"a.txt": "A chuva parou no Recife. Edição 0"})
    serving = Serving(made)
    for _ in range(2):
        with pytest.raises(IndexMissing, match="rebuild"), serving.lend():
            pass
    rebuild(made)
    with serving.lend() as library:
        assert words(library) == {"0"}
    serving.close()


def test_a_question_that_fails_gives_its_library_back(first: Settings) -> None:
    serving = Serving(first)
    with pytest.raises(ZeroDivisionError), serving.lend():
        _ = 1 / 0
    serving.close()
    assert descriptors(first) == 0


def test_closing_waits_for_the_last_borrower_and_lending_opens_again(first: Settings) -> None:
    serving = Serving(first)
    serving.close()
    with serving.lend() as library:
        serving.close()
        assert serving.library is None
        assert words(library) == {"0"}
        assert descriptors(first) == 1
    assert descriptors(first) == 0
    with serving.lend() as again:
        assert again is not library
        assert words(again) == {"0"}
    serving.close()


def test_many_first_borrowers_open_one_library(first: Settings) -> None:
    serving, start = Serving(first), Barrier(16)

    def borrow(_: int) -> int:
        start.wait()
        with serving.lend() as library:
            assert words(library) == {"0"}
            return id(library)

    with ThreadPoolExecutor(16) as threads:
        assert len(set(threads.map(borrow, range(16)))) == 1
    serving.close()
    assert descriptors(first) == 0


def test_threads_never_get_an_answer_of_two_generations_and_nothing_stays_open(first: Settings) -> None:
    serving, over = Serving(first), Event()
    editions = {generation.current(first): "0"}

    def ask(number: int) -> set[tuple[str, tuple[str, ...]]]:
        seen = set()
        while not over.is_set():
            with serving.lend(wait=number % 2 == 0) as library:
                seen.add((library.manifest.generation, tuple(sorted(words(library)))))
        return seen

    with ThreadPoolExecutor(8) as threads:
        asking = [threads.submit(ask, number) for number in range(8)]
        try:
            for number in range(1, 4):
                editions[edition(first, number)] = str(number)
                time.sleep(0.05)
        finally:
            over.set()
        seen = set().union(*(one.result() for one in asking))
    assert {(name, (editions[name],)) for name, _ in seen} == seen
    assert len(seen) > 1
    serving.close()
    assert descriptors(first) == 0
