"""Repair makes again what can be made again, embeds nothing, says what is lost, and never loses more than the damage did."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index import Library, Settings, generation, rebuild, update
from index.backends import shared_embedder
from index.catalog import NAME, Catalog
from index.errors import IndexBusy, IndexDamaged, IndexMissing
from index.files import replace, writing
from index.forgetting import forget
from index.repair import repair
from index.search import search
from index.verify import verify

Small = Callable[..., Settings]
Environment = Callable[[Settings], dict[str, str]]
Run = Callable[..., subprocess.CompletedProcess[str]]
QUESTIONS = ("chuva no Recife", "the river fell 3 metres", "Fim do artigo 7")


def answers(settings: Settings) -> list[tuple[str, str, float, float]]:
    with Library.open(settings) as library:
        assert library.notices == ()
        return [(m.passage.address, m.passage.text, m.bm25, m.cosine) for text in QUESTIONS for m in search(library, text, 50)]


def home(settings: Settings) -> Path:
    return generation.folder(settings, generation.current(settings))


def keys(settings: Settings) -> set[tuple[str, int]]:
    catalog = Catalog(settings.index_dir / NAME)
    try:
        return set(catalog.keys(current=False))
    finally:
        catalog.close()


@contextmanager
def opened(settings: Settings) -> Iterator[sqlite3.Connection]:
    """The catalog's file, to be harmed; afterwards it has no log."""
    db = sqlite3.connect(settings.index_dir / NAME)
    try:
        yield db
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()


def overwrite(settings: Settings, table: str) -> None:
    """Fill the first page of a table with nonsense."""
    with opened(settings) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    path = settings.index_dir / NAME
    data = bytearray(path.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    replace(path, bytes(data))


def edit(settings: Settings, name: str, old: str, new: str) -> None:
    path = settings.corpus_dir / name
    path.write_text(path.read_text().replace(old, new))


def cut(path: Path) -> None:
    replace(path, path.read_bytes()[:-1])


@pytest.fixture
def embedded() -> Iterator[list[str]]:
    """Every passage that this process embeds from now on, in order; sentences that prove the weights are none."""
    embedder: Any = shared_embedder("hashing:256")
    texts: list[str] = []

    def embed(given: Any, kind: str) -> Any:
        texts.extend(text for text in given if kind == "passage" and text not in generation.CANARIES)
        return type(embedder).embed(embedder, given, kind)

    embedder.embed = embed
    yield texts
    del embedder.embed


# ── nothing to do ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_whole_index_is_left_alone(built: Settings) -> None:
    before, names = answers(built), sorted(built.index_dir.rglob("*"))
    assert repair(built) == ([], [], "")
    assert sorted(built.index_dir.rglob("*")) == names
    assert answers(built) == before


def test_without_an_index_there_is_nothing_to_mend(small: Small) -> None:
    with pytest.raises(IndexMissing, match="rebuild"):
        repair(small({"a.txt": "A chuva parou."}))


def test_while_somebody_writes_nothing_is_repaired(built: Settings) -> None:
    with writing(built.index_dir), pytest.raises(IndexBusy, match="is being written by"):
        repair(built)


def test_what_a_run_left_behind_is_removed_and_told(built: Settings) -> None:
    (built.index_dir / "generations" / "20990101T000000.000000Z" / "lexical").mkdir(parents=True)
    (built.index_dir / "CURRENT.new").write_text("half")
    done, lost, then = repair(built)
    assert {line.split(",")[0] for line in done} == {"removed 20990101T000000.000000Z", "removed CURRENT.new"}
    assert (lost, then, verify(built)[1]) == ([], "", [])
    assert not (built.index_dir / "CURRENT.new").exists()


# ── derived files ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("vectors.f32", cut),
        ("passages.bin", Path.unlink),
        ("articles.jsonl", cut),
        ("canaries.bin", Path.unlink),
        ("manifest.json", cut),
        ("lexical/meta.json", cut),
    ],
)
def test_a_damaged_derived_file_is_made_again_without_embedding(
    built: Settings, embedded: list[str], name: str, harm: Callable[[Path], None]
) -> None:
    before, damaged = answers(built), home(built)
    harm(damaged / name)
    done, lost, then = repair(built)
    assert (embedded, lost, then) == ([], [], "")
    assert f"the generation was made again as {generation.current(built)}, nothing was embedded" in done[0]
    assert name in done[0]
    assert answers(built) == before
    assert (built.index_dir / "quarantine" / damaged.name).is_dir()
    assert verify(built)[1] == []


def test_a_damaged_pointer_and_a_lost_folder_are_mended_without_embedding(built: Settings, embedded: list[str]) -> None:
    before = answers(built)
    for harm in (lambda: (built.index_dir / "CURRENT").write_bytes(b"\xff"), lambda: shutil.rmtree(built.index_dir / "generations")):
        harm()
        assert repair(built)[1:] == ([], "")
        assert answers(built) == before
    assert embedded == []


# ── the catalog's lines ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_damaged_vector_is_dropped_and_it_alone_is_embedded_again(built: Settings, embedded: list[str]) -> None:
    before = answers(built)
    with opened(built) as db:
        db.execute("UPDATE vector SET data = zeroblob(1024) WHERE embedded = (SELECT embedded FROM passage WHERE row = 5)")
    done, _, then = repair(built)
    assert (done, embedded, then) == (["dropped 1 damaged vectors"], [], "python -m index update")
    assert answers(built) == before  # the sealed generation still has it
    update(built)
    assert (len(embedded), repair(built), answers(built)) == (1, ([], [], ""), before)


def test_a_damaged_article_is_named_and_comes_back_from_the_corpus_in_its_version(built: Settings) -> None:
    edit(built, "pt/00.md", "Ninguém se feriu", "Duas pessoas se feriram")
    update(built)
    before, known = answers(built), keys(built)
    with opened(built) as db:
        db.execute("UPDATE article SET text = replace(text, 'Duas', 'Cem') WHERE id = 'n0' AND version = 2")
    with Library.open(built) as library, pytest.raises(IndexDamaged, match="n0@2 is not what was written: run `python -m index repair`"):
        search(library, "Duas pessoas se feriram", 50)
    _, lost, then = repair(built)
    assert "article n0@2: its text is damaged" in lost
    assert then == "python -m index update"
    with Library.open(built) as library:  # what is lost is asked for no more, all else answers
        assert {m.passage.article.id for m in search(library, "chuva no Recife rio", 50)} == {f"n{n}" for n in range(1, 12)}
    update(built)
    assert repair(built) == ([], [], "")
    assert (keys(built), answers(built)) == (known, before)


def test_a_damaged_old_version_is_named_as_lost_and_all_else_stays(built: Settings) -> None:
    edit(built, "pt/00.md", "Ninguém se feriu", "Duas pessoas se feriram")
    update(built)
    before, known = answers(built), keys(built)
    with opened(built) as db:
        db.execute("UPDATE article SET text = 'outra coisa' WHERE id = 'n0' AND version = 1")
    assert "article n0@1: its text is damaged" in repair(built).lost
    update(built)
    assert repair(built) == ([], [], "")
    assert (keys(built), answers(built)) == (known - {("n0", 1)}, before)


def test_a_passage_that_is_not_what_was_written_is_cut_anew(built: Settings) -> None:
    before = answers(built)
    with opened(built) as db:
        db.execute("UPDATE passage SET embedded = 'x' WHERE row = 4")
        db.execute("DELETE FROM passage WHERE row = 7")
    overwrite(built, "sketch")  # so that the catalog is salvaged
    found = repair(built)
    assert found.next in ("", "python -m index update")
    update(built)
    assert repair(built) == ([], [], "")
    assert [(address, text) for address, text, *_ in answers(built)] == [(address, text) for address, text, *_ in before]


# ── the catalog's file ──────────────────────────────────────────────────────────────────────────────────────────────


TABLES = "article passage split vector sketch pair item file touched generation run event reserved fetched feedback meta".split()


@pytest.mark.parametrize("table", TABLES)
def test_a_catalog_with_a_damaged_page_is_salvaged_and_answers_as_before(built: Settings, table: str) -> None:
    before, known = answers(built), keys(built)
    overwrite(built, table)
    done, lost, _ = repair(built.replace(corpus_dir=built.corpus_dir / "nowhere"))
    assert any("into a new catalog; the damaged one is in" in line for line in done)
    (aside,) = (built.index_dir / "quarantine").glob("catalog-*")
    assert (aside / NAME).is_file()
    if table == "article":
        assert any("n0@1" in line for line in lost), lost
    update(built)
    assert repair(built) == ([], [], "")
    assert keys(built) == known
    assert answers(built) == before


def test_copies_are_still_known_as_such_after_the_pairs_were_damaged(built: Settings) -> None:
    copied = (built.corpus_dir / "pt/04.md").read_text().replace("id: n4", "id: outra").replace("Folha de Cá", "Outro").replace("2024-05", "2024-06")
    (built.corpus_dir / "outra.md").write_text(copied)
    update(built)
    overwrite(built, "pair")
    repair(built)
    rebuild(built)
    with Library.open(built) as library:
        assert library.origin("outra") == "n4"


def test_lines_of_another_table_do_not_pass_for_the_newest_generation(built: Settings) -> None:
    with opened(built) as db:
        db.executemany("INSERT INTO generation VALUES (?, '', x'', x'', x'')", [(letter * 64,) for letter in "cdef"])
    overwrite(built, "sketch")
    repair(built)
    update(built)
    assert repair(built) == ([], [], "")


def test_every_table_of_the_catalog_is_among_those_that_were_damaged(built: Settings) -> None:
    with opened(built) as db:
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")}
    assert names == set(TABLES)


def test_without_the_corpus_a_repair_names_every_version_that_is_lost_and_the_others_answer(built: Settings) -> None:
    edit(built, "pt/00.md", "Ninguém se feriu", "Duas pessoas se feriram")
    update(built)
    update(built)
    with opened(built) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("DELETE FROM article WHERE id = 'n0' AND version = 1")  # older than what serves: only its passages still name it
        db.execute("DELETE FROM article WHERE id = 'n3'")
    shutil.rmtree(generation.folder(built, min(path.name for path in (built.index_dir / "generations").iterdir())))
    overwrite(built, "sketch")
    _, lost, then = repair(built.replace(corpus_dir=built.corpus_dir / "nowhere"))
    assert {line.split()[1] for line in lost if line.startswith("version ")} == {"n0@1", "n3@1"}
    assert then == "python -m index update"
    with Library.open(built) as library:
        assert {m.passage.article.id for m in search(library, "chuva no Recife rio river", 50)} == {f"n{n}" for n in range(12) if n != 3}
    update(built)
    assert keys(built) == {("n0", 2), *((f"n{n}", 1) for n in range(1, 12))}, "n3 comes back in its version, for the generation knew its text"


def test_what_was_forgotten_is_not_named_as_lost(built: Settings) -> None:
    (built.corpus_dir / "en/03.md").unlink()
    update(built)
    forget(built, ["n3"])
    overwrite(built, "sketch")
    assert repair(built).lost == []


def test_a_table_of_articles_that_cannot_be_read_to_its_end_is_told(built: Settings) -> None:
    overwrite(built, "article")
    assert any("old versions of which nothing is left" in line for line in repair(built).lost)


@pytest.mark.parametrize("data", [b"", b"no database at all " * 500, None])
def test_a_catalog_that_is_lost_whole_is_told_as_such(built: Settings, data: bytes | None) -> None:
    path = built.index_dir / NAME
    before = answers(built)
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    found = repair(built)
    assert any("version" in line for line in found.lost), found
    assert found.next in ("python -m index rebuild", "python -m index update")
    (rebuild if "rebuild" in found.next else update)(built)
    assert repair(built) == ([], [], "")
    assert answers(built) == before


def test_a_catalog_of_another_format_is_refused_and_left_as_it_is(built: Settings) -> None:
    with opened(built) as db:
        db.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    data = (built.index_dir / NAME).read_bytes()
    with pytest.raises(IndexDamaged, match="has format 99"):
        repair(built)
    assert (built.index_dir / NAME).read_bytes() == data


def test_a_catalog_set_back_to_an_earlier_hour_learns_what_came_since(built: Settings) -> None:
    shutil.copy(built.index_dir / NAME, built.index_dir / "earlier")
    edit(built, "pt/00.md", "Ninguém se feriu", "Duas pessoas se feriram")
    update(built)
    before, known = answers(built), keys(built)
    (built.index_dir / "earlier").replace(built.index_dir / NAME)
    _, lost, then = repair(built.replace(corpus_dir=built.corpus_dir / "nowhere"))
    assert ("version n0@2 (Rio 0)" in lost, then) == (True, "python -m index update")
    with Library.open(built) as library:  # as in that hour
        assert library.article("n0").version == 1
        assert {m.passage.article.id for m in search(library, "chuva no Recife rio river", 50)} == {f"n{n}" for n in range(12)}
    update(built)
    assert repair(built) == ([], [], "")
    assert (keys(built), answers(built)) == (known, before)


def test_a_generation_that_the_catalog_forgot_is_made_known_again_by_an_update(built: Settings) -> None:
    before = answers(built)
    with opened(built) as db:
        db.execute("DELETE FROM generation")
    assert "does not know the generation" in verify(built)[1][0]
    repair(built)
    update(built)
    assert (verify(built)[1], answers(built)) == ([], before)


# ── a repair that is cut off ────────────────────────────────────────────────────────────────────────────────────────

CUT_OFF = """
import os, signal, sys
from index.repair import repair
from index.settings import Settings
seen = 0
def profile(frame, what, called):
    global seen
    if what == "c_call" and called in (os.replace, os.rename, os.link, os.unlink):
        seen += 1
        if seen == int(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(profile)
repair(Settings())
"""


def test_a_repair_that_is_killed_while_it_moves_files_loses_nothing_to_the_next_one(
    built: Settings, environment: Environment, tmp_path: Path
) -> None:
    edit(built, "pt/00.md", "Ninguém se feriu", "Duas pessoas se feriram")
    update(built)
    before, known = answers(built), keys(built)
    overwrite(built, "split")
    point = killed = 0
    while killed == point:
        point += 1
        copy = built.replace(index_dir=tmp_path / f"copy-{point}")
        shutil.copytree(built.index_dir, copy.index_dir)
        done = subprocess.run([sys.executable, "-c", CUT_OFF, str(point)], env=environment(copy), capture_output=True, text=True, check=False)
        killed += done.returncode == -9
        repair(copy)
        update(copy)
        assert (point, keys(copy), answers(copy)) == (point, known, before)
    assert killed > 3


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_says_what_it_did_what_is_lost_and_what_to_run(built: Settings, run: Run) -> None:
    done = run(built, "index", "repair")
    assert (done.returncode, done.stdout, done.stderr) == (0, "the index is whole\n", "")
    (home(built) / "vectors.f32").unlink()
    done = run(built, "index", "repair")
    assert (done.returncode, done.stdout.splitlines()[1:]) == (0, ["the index is whole"])
    assert done.stdout.startswith("done: ")
    with opened(built) as db:
        db.execute("UPDATE article SET text = 'x' WHERE id = 'n0'")
    done = run(built, "index", "repair", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["next"] == "python -m index update"
    assert run(built, "index", "update").returncode == 0
    assert run(built, "index", "verify").returncode == 0
