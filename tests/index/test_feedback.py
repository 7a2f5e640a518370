"""What readers say is kept whoever writes meanwhile, outlives all that becomes of the index, and goes with an article that is forgotten."""

import json
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from index import Settings, generation, rebuild, update
from index.backups import backup
from index.catalog import NAME, Catalog
from index.errors import FeedbackError, IndexBusy, IndexMissing, IndexUnwritable
from index.feedback import ALWAYS, MOST, MOST_BYTES, Line, keep, lines, remove
from index.forgetting import forget
from index.repair import repair
from index.turns import NAME as TURN
from index.turns import Turn
from index.verify import verify
from tests.index.test_repair import overwrite


def line(turn: str = "a-1", note: str = "Está certo.", articles: tuple[str, ...] = ("n3",), day: int = 20) -> Line:
    return Line(turn, f"2026-01-{day}T12:00:00.000000+00:00", articles, json.dumps({"note": note}, ensure_ascii=False))


def kept(settings: Settings) -> list[Line]:
    with closing(Catalog(settings.index_dir / NAME)) as catalog:
        found, damaged = lines(catalog)
    assert not damaged
    return found


@contextmanager
def harmed(settings: Settings) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(settings.index_dir / NAME)) as db:
        yield db
        db.commit()


# ── kept and removed ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_is_kept_replaced_by_the_next_on_the_same_answer_and_removed(built: Settings) -> None:
    keep(built, line("a-1", day=10), [("n3", 1)])
    keep(built, line("b-2", day=12), [])
    keep(built, line("a-1", "Não, está errado.", day=11), [("n3", 1)])
    assert [(one.turn, json.loads(one.fields)["note"]) for one in kept(built)] == [("b-2", "Está certo."), ("a-1", "Não, está errado.")]
    assert remove(built, ["a-1", "never-given"]) == 1
    assert [one.turn for one in kept(built)] == ["b-2"]


def test_what_was_said_after_the_list_was_made_stays_when_the_list_is_removed(built: Settings) -> None:
    keep(built, line("a-1", day=10), [])
    listed = kept(built)[0].given
    keep(built, line("a-1", day=11), [])
    assert (remove(built, ["a-1"], listed), remove(built, ["a-1"], ALWAYS)) == (0, 1)


def test_twenty_threads_lose_no_line(built: Settings) -> None:
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda number: keep(built, line(f"a-{number}"), [("n3", 1)]), range(40)))
    assert {one.turn for one in kept(built)} == {f"a-{number}" for number in range(40)}


def test_nothing_that_a_generation_is_made_of_changes(built: Settings) -> None:
    home = generation.folder(built, generation.current(built))
    before = {path: path.read_bytes() for path in [built.index_dir / "CURRENT", *home.rglob("*")] if path.is_file()}
    with closing(Catalog(built.index_dir / NAME)) as catalog:
        state = catalog.state
        keep(built, line(), [("n3", 1)])
        assert catalog.state == state
    assert {path: path.read_bytes() for path in before} == before
    assert verify(built)[1] == []
    assert update(built).outcome == "unchanged"


def test_it_outlives_update_rebuild_and_backup(built: Settings, tmp_path: Path) -> None:
    keep(built, line(), [("n3", 1)])
    (built.corpus_dir / "pt/00.md").unlink()
    update(built)
    rebuild(built)
    rebuild(built, fresh=True)
    backup(built, tmp_path / "copy")
    copied = built.replace(index_dir=tmp_path / "copy")
    assert kept(built) == kept(copied) == [line()]
    keep(copied, line("b-2"), [("n3", 1)])  # nobody has opened the copy for writing before
    assert [one.turn for one in kept(copied)] == ["b-2", "a-1"]


def test_a_full_table_refuses_more_says_how_to_make_room_and_still_takes_another_word_on_the_same_answer(built: Settings) -> None:
    with harmed(built) as db:
        full = ((one.turn, one.given, json.dumps(one.articles), one.fields, one.sum) for one in (line(f"a-{number}") for number in range(MOST)))
        db.executemany("INSERT INTO feedback VALUES (?, ?, ?, ?, ?)", full)
    with pytest.raises(FeedbackError, match=re.escape("run `python -m qa feedback --json --clear > feedback.jsonl`")):
        keep(built, line("one-more"), [])
    keep(built, line("a-7", "Errado."), [])
    assert len(kept(built)) == MOST


def test_a_word_that_is_too_long_and_one_on_an_article_that_is_not_there_are_refused(built: Settings) -> None:
    with pytest.raises(FeedbackError, match="say it in fewer words"):
        keep(built, line(note="a" * MOST_BYTES), [])
    with pytest.raises(FeedbackError, match="no longer holds n3@2"):
        keep(built, line(), [("n3", 1), ("n3", 2)])
    assert kept(built) == []


# ── while others write ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reader_s_word_waits_for_the_turn_and_is_kept(built: Settings) -> None:
    with closing(Turn(built.index_dir / NAME)) as turn, ThreadPoolExecutor(1) as pool:
        with turn.taken():
            given = pool.submit(keep, built, line(), [])
            time.sleep(0.1)
            assert not given.done()
        given.result(timeout=5)
    assert kept(built) == [line()]


def test_whoever_waits_too_long_for_the_turn_is_told_to_try_again(tmp_path: Path) -> None:
    with closing(Turn(tmp_path / NAME)) as one, closing(Turn(tmp_path / NAME)) as other, one.taken():
        began = time.monotonic()
        with pytest.raises(IndexBusy, match="try again in a moment"):
            other.taken(patience_s=0.05).__enter__()
        assert time.monotonic() - began < 2


def test_a_build_that_writes_without_a_pause_lets_a_reader_s_word_in(built: Settings) -> None:
    stop = threading.Event()

    def write() -> None:
        with closing(Catalog(built.index_dir / NAME, write=True)) as catalog:
            while not stop.is_set():
                with catalog.transaction():
                    time.sleep(0.02)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            time.sleep(0.1)
            keep(built, line(), [])
            assert not writing.done()
        finally:
            stop.set()
        writing.result(timeout=5)


def test_a_disk_that_cannot_be_written_is_told_in_one_line(built: Settings) -> None:
    (built.index_dir / TURN).unlink()
    (built.index_dir / TURN).mkdir()
    with pytest.raises(IndexUnwritable, match="cannot be written") as told:
        keep(built, line(), [])
    assert "\n" not in str(told.value)
    assert kept(built) == []


def test_without_an_index_nothing_is_made(small: Callable[..., Settings]) -> None:
    settings = small({})
    with pytest.raises(IndexMissing):
        keep(settings, line(), [])
    settings.index_dir.mkdir()
    with pytest.raises(IndexMissing):
        keep(settings, line(), [])
    assert not (settings.index_dir / NAME).exists()


# ── an older catalog, and a damaged one ─────────────────────────────────────────────────────────────────────────────


def test_a_catalog_from_before_there_was_feedback_is_read_as_it_is_and_gets_the_table_with_the_first_line(built: Settings) -> None:
    with harmed(built) as db:
        db.execute("DROP TABLE feedback")
    assert kept(built) == []
    assert verify(built)[1] == []
    keep(built, line(), [("n3", 1)])
    assert kept(built) == [line()]


def test_a_salvage_of_an_older_catalog_misses_no_feedback(built: Settings) -> None:
    with harmed(built) as db:
        db.execute("DROP TABLE feedback")
    overwrite(built, "meta")  # so that opening it for writing does not come to make the table
    assert not [one for one in repair(built).lost if "feedback" in one]
    assert kept(built) == []


def test_feedback_is_salvaged_from_a_damaged_catalog(built: Settings) -> None:
    for number in range(50):
        keep(built, line(f"a-{number}", "Bom. " * 100), [("n3", 1)])
    overwrite(built, "sketch")
    assert not [one for one in repair(built).lost if "feedback" in one]
    assert len(kept(built)) == 50


def test_feedback_that_a_damaged_page_took_is_told_as_lost(built: Settings) -> None:
    keep(built, line(), [("n3", 1)])
    overwrite(built, "feedback")
    assert "feedback: its table cannot be read to its end" in repair(built).lost
    keep(built, line("b-2"), [("n3", 1)])
    assert [one.turn for one in kept(built)] == ["b-2"]


@pytest.mark.parametrize("harm", ["fields = replace(fields, 'certo', 'torto')", "given = '2020'", "articles = '['", "turn = CAST(x'ff41' AS TEXT)"])
def test_a_line_that_is_not_what_was_written_is_passed_over_told_and_dropped_by_a_repair(built: Settings, harm: str) -> None:
    keep(built, line("a-1"), [])
    keep(built, line("b-2"), [])
    with harmed(built) as db:
        db.execute(f"UPDATE feedback SET {harm} WHERE turn = 'a-1'")
    with closing(Catalog(built.index_dir / NAME)) as catalog:
        found, damaged = lines(catalog)
    assert ([one.turn for one in found], len(damaged)) == (["b-2"], 1)
    assert "of the feedback is not what was written: run `python -m index repair`" in verify(built)[1][0]
    assert "1 lines of feedback: they are damaged" in repair(built).lost
    assert verify(built)[1] == []
    assert kept(built) == [line("b-2")]


# ── forgetting ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_said_of_a_forgotten_article_leaves_no_word_and_can_be_said_no_more(built: Settings) -> None:
    keep(built, line("a-1", "Xilandro não mora lá.", ("n1", "n3")), [("n1", 1), ("n3", 1)])
    keep(built, line("b-2", "Sobre outra coisa.", ("n1",)), [("n1", 1)])
    keep(built, line("c-3", "Zarvoque"), [("n3", 1)])
    with harmed(built) as db:
        db.execute("UPDATE feedback SET articles = '[' WHERE turn = 'c-3'")  # of what it names nothing is known
    (built.corpus_dir / "en/03.md").unlink()
    update(built)
    forget(built, ["n3"])
    assert [one.turn for one in kept(built)] == ["b-2"]
    for path in built.index_dir.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [mark for mark in (b"Xilandro", b"Zarvoque") if mark in data], path
    with pytest.raises(FeedbackError, match="no longer holds n3@1"):
        keep(built, line(), [("n3", 1)])


def test_an_index_from_elsewhere_cannot_lead_the_turn_out_of_its_folder(built: Settings, tmp_path: Path) -> None:
    (built.index_dir / TURN).unlink()
    (built.index_dir / TURN).symlink_to(tmp_path / "outside")
    with pytest.raises(IndexUnwritable):
        keep(built, line(), [])
    assert not (tmp_path / "outside").exists()
