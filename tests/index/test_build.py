"""Building: nothing is embedded twice, nothing is lost, and what serves goes on serving whatever happens to a build."""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Filter, Library, Settings, generation, rebuild
from index.catalog import NAME, Catalog
from index.errors import CorpusError, IndexBusy, IndexUnwritable
from index.search import search
from index.verify import verify

Small = Callable[..., Settings]
Environment = Callable[[Settings], dict[str, str]]
Run = Callable[..., subprocess.CompletedProcess[str]]


def answers(settings: Settings) -> list[tuple[str, str, float, float]]:
    with Library.open(settings) as library:
        assert library.notices == ()
        return [(m.passage.address, m.passage.text, m.bm25, m.cosine) for text in ("chuva no Recife", "the river") for m in search(library, text, 9)]


def edit(settings: Settings, name: str, old: str, new: str) -> None:
    path = settings.corpus_dir / name
    path.write_text(path.read_text().replace(old, new))


# ── what is embedded ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_second_build_embeds_nothing_and_a_fresh_one_everything(built: Settings) -> None:
    counts = [rebuild(built, fresh=fresh).counts for fresh in (False, True, False)]
    size = counts[0]["passages"]
    assert [(count["embedded"], count["reused"]) for count in counts] == [(0, size), (size, 0), (0, size)]


def test_a_changed_article_alone_is_embedded_again(built: Settings) -> None:
    edit(built, "pt/00.md", "Ninguém se feriu", "Duas pessoas se feriram")
    assert rebuild(built).counts["embedded"] == 1


def test_another_passage_length_makes_other_passages_and_going_back_embeds_nothing(built: Settings) -> None:
    long = rebuild(built).counts["passages"]
    short = built.replace(passage_pieces=16)
    assert rebuild(short).counts["passages"] > long
    with Library.open(short) as library:
        assert all(library.embedder.pieces(m.passage.text) <= 16 for m in search(library, "chuva", 50))
    assert rebuild(built).counts["embedded"] == 0


def test_progress_names_each_step_and_never_goes_back(built: Settings) -> None:
    seen: list[tuple[str, int, int | None]] = []
    rebuild(built, fresh=True, progress=lambda *told: seen.append(told))
    assert list(dict.fromkeys(step for step, _, _ in seen)) == ["read", "embed", "write"]
    for step in ("read", "split", "embed"):
        done = [count for name, count, _ in seen if name == step]
        assert done == sorted(done)
    assert next(count for name, count, of in reversed(seen) if name == "embed" and of == count) > 0


# ── versions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edited_article_answers_with_its_new_version_and_the_old_one_stays_readable(built: Settings) -> None:
    with Library.open(built) as library:
        old = search(library, "Ninguém se feriu número 0", 1)[0].passage
    edit(built, "pt/00.md", "Ninguém se feriu", "Duas pessoas se feriram")
    rebuild(built)
    with Library.open(built) as library:
        assert (library.newest("n0"), library.article("n0").version) == (2, 2)
        assert {m.passage.article.key for m in search(library, "pessoas feriram número 0", 50) if m.passage.article.id == "n0"} == {"n0@2"}
        assert library.article("n0@1").text[old.start : old.end] == old.text
        assert "Ninguém se feriu" in old.text


def test_a_removed_article_is_no_longer_found_but_its_words_are_kept(built: Settings) -> None:
    (built.corpus_dir / "pt/04.md").unlink()
    assert rebuild(built).counts["articles"] == 11
    with Library.open(built) as library:
        assert "n4" not in {m.passage.article.id for m in search(library, "chuva de número 4", 100)}
        assert library.newest("n4") is None
        assert "número 4" in library.article("n4@1").text
        with pytest.raises(KeyError):
            library.article("n4")


def test_an_article_that_comes_back_has_its_old_version_and_rows(built: Settings) -> None:
    path = built.corpus_dir / "pt/04.md"
    before, text = answers(built), path.read_text()
    path.unlink()
    rebuild(built)
    path.write_text(text)
    assert rebuild(built).counts["embedded"] == 0
    assert answers(built) == before


@pytest.mark.parametrize("names", [("a.md", "z.md"), ("z.md", "a.md")])
def test_of_two_files_with_one_id_the_later_date_answers_and_both_are_kept(small: Small, names: tuple[str, str]) -> None:
    old = "---\nid: rio\npublished: 2024-05-01T10:00:00Z\n---\nO rio subiu."
    new = "---\nid: rio\npublished: 2024-05-01T10:00:00Z\nmodified: 2024-05-02T10:00:00Z\n---\nO rio baixou."
    made = small({names[0]: old, names[1]: new})
    assert rebuild(made).counts["articles"] == 1
    with Library.open(made) as library:
        assert [m.passage.text for m in search(library, "rio", 9)] == ["O rio baixou."]
        assert {library.article(f"rio@{version}").text for version in (1, 2)} == {"O rio subiu.", "O rio baixou."}


def test_a_headline_that_changes_is_searched_though_the_text_is_the_same(built: Settings) -> None:
    edit(built, "en/01.md", "title: Rio 1", "title: Ponte caiu")
    assert rebuild(built).counts["embedded"] > 0
    with Library.open(built) as library:
        found = search(library, "ponte", 1)[0].passage.article
        assert (found.id, found.version, found.title) == ("n1", 1, "Ponte caiu")


# ── the corpus ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("left", [{}, {"a.pdf": "%PDF", "b.md": "", "c.json": "{"}, {"README.md": "Sobre o acervo."}])
def test_a_corpus_without_one_article_is_refused_and_the_old_index_serves(built: Settings, left: dict[str, str]) -> None:
    before = answers(built)
    for path in sorted(built.corpus_dir.rglob("*.md")):
        path.unlink()
    for name, text in left.items():
        (built.corpus_dir / name).write_text(text)
    with pytest.raises(CorpusError, match=r"there is no article in .*: put some there, then run") as told:
        rebuild(built)
    assert all(name in str(told.value) for name in left if name != "README.md")
    assert answers(built) == before


def test_a_corpus_that_is_missing_or_a_file_is_refused_with_the_option_that_names_another(built: Settings, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("A chuva parou.")
    before = answers(built)
    for folder in (tmp_path / "nada", tmp_path / "file.txt"):
        with pytest.raises(CorpusError, match="--corpus DIR"):
            rebuild(built.replace(corpus_dir=folder))
    assert answers(built) == before


def test_what_cannot_be_read_is_listed_with_its_reason_and_stops_nothing(small: Small) -> None:
    made = small(
        {"a.md": "A chuva parou.", "b.pdf": "%PDF-1.4", "c.json": "{", "d/e.md": " ", "f.jsonl": '{"text": "O rio baixou."}\n{"title": "só"}\n'}
    )
    manifest = rebuild(made)
    assert {skipped.path for skipped in manifest.skipped} == {"b.pdf", "c.json", "d/e.md", "f.jsonl:2"}
    assert all(skipped.reason for skipped in manifest.skipped)
    assert (manifest.counts["articles"], manifest.counts["skipped"]) == (2, 4)


def test_a_corpus_whose_every_article_is_withheld_can_be_opened_and_finds_nothing(small: Small) -> None:
    made = small({"a.md": "---\nstatus: withheld\n---\nA chuva parou."})
    assert rebuild(made).counts["passages"] == 0
    with Library.open(made) as library:
        assert search(library, "chuva", 5) == []
        assert library.dense("chuva", 5, Filter(languages=("pt",))) == []


# ── one writer, and a disk that says no ─────────────────────────────────────────────────────────────────────────────

HOLD = "import sys; from pathlib import Path; from index.files import writing\nwith writing(Path(sys.argv[1])): print('held', flush=True); input()"


def test_a_second_builder_is_told_who_writes_and_since_when(built: Settings, environment: Environment) -> None:
    command = [sys.executable, "-c", HOLD, str(built.index_dir)]
    with subprocess.Popen(command, env=environment(built), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(IndexBusy, match=rf'is being written by .*"pid": {holder.pid}.*"since": "20'):
            rebuild(built)
        assert answers(built)
        holder.kill()
    assert rebuild(built).counts["embedded"] == 0


def test_an_index_folder_that_cannot_be_is_one_clear_line(small: Small, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for folder in (tmp_path / "file", tmp_path / "file" / "index"):
        with pytest.raises(IndexUnwritable, match=r"cannot be written .*make room or give rights"):
            rebuild(small({"a.txt": "A chuva parou."}, index_dir=folder))


FULL = """
import resource, sys
from index import rebuild
from index.errors import QAError
def full(step, done, total):
    if step == sys.argv[1]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    rebuild(progress=full)
except QAError as error:
    sys.exit(f"error: {error}")
"""


@pytest.mark.parametrize(("step", "size"), [("read", 100), ("embed", 9000), ("write", 0), ("write", 900), ("write", 20_000)])
def test_a_full_disk_is_one_clear_line_and_the_old_index_serves(built: Settings, run: Run, step: str, size: int) -> None:
    before, serving = answers(built), generation.current(built)
    for number in range(60):
        (built.corpus_dir / f"mais-{number}.txt").write_text(f"Mais uma notícia {number} sobre a chuva. " * 9)
    done = run(built, FULL, step, str(size), options=["-c"])
    (line,) = done.stderr.strip().splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert line.startswith(f"error: {built.index_dir} cannot be written (")
    assert line.endswith("make room or give rights, then run `python -m index rebuild` again")
    assert generation.current(built) == serving
    assert [path.name for path in (built.index_dir / "generations").iterdir()] == [serving]
    assert answers(built) == before
    assert rebuild(built).counts["articles"] == 72


# ── kill -9 ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_build_killed_at_any_moment_leaves_the_old_index_serving_and_the_next_one_finishes(built: Settings, environment: Environment) -> None:
    for number in range(150):
        (built.corpus_dir / f"mais-{number}.txt").write_text(f"Mais uma notícia {number} sobre a ponte. " * 5)
    before, serving, chance, killed = answers(built), generation.current(built), random.Random(9), 0
    edit(built, "pt/00.md", "Ninguém se feriu", "Duas pessoas se feriram")
    for _ in range(5):
        child = subprocess.Popen([sys.executable, "-m", "index", "rebuild", "--fresh"], env=environment(built), stderr=subprocess.PIPE, text=True)
        assert child.stderr is not None
        child.stderr.read(1)  # the first progress: it has begun
        time.sleep(chance.random() * 0.6)
        child.send_signal(signal.SIGKILL)
        child.stderr.close()
        killed += child.wait() == -signal.SIGKILL
        if generation.current(built) != serving:  # it was killed after it had published
            before, serving = answers(built), generation.current(built)
        assert answers(built) == before
    assert killed
    manifest = rebuild(built)
    assert (manifest.counts["articles"], verify(built)[1]) == (162, [])
    assert (built.index_dir / "LOCK").read_text() == ""
    catalog = Catalog(built.index_dir / NAME)
    assert (
        json.dumps([catalog.article(*key).text for key in catalog.keys(current=False) if key[0] == "n0"], ensure_ascii=False).count("número 0") == 2
    )
    catalog.close()
