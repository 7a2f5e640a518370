"""The commands of a living index, as a newsroom types them: update, add, log, show, forget, backup, repair."""

import inspect
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Library, Settings, generation, rebuild, update
from index.catalog import NAME, Catalog
from index.errors import BackupError, NoSuchArticle, StillInCorpus
from index.forgetting import forget
from index.search import search

Run = Callable[..., subprocess.CompletedProcess[str]]
Small = Callable[..., Settings]


def edit(settings: Settings, name: str, old: str, new: str) -> None:
    path = settings.corpus_dir / name
    path.write_text(path.read_text().replace(old, new))


def test_an_update_reports_what_changed_and_the_log_keeps_it(built: Settings, run: Run) -> None:
    edit(built, "pt/00.md", "Ninguém se feriu", "Duas pessoas se feriram")
    (built.corpus_dir / "pt/02.md").unlink()
    (built.corpus_dir / "torto.json").write_text("{")
    done = run(built, "index", "update")
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert done.stdout.startswith(
        "articles: 1 changed, 1 deleted; files: 1 new, 1 changed, 1 deleted, 10 unchanged; 1 failed, 0 skipped; 1 passage embedded"
    )
    for line in ("~ changed    n0@2  (pt/00.md)", "- deleted    n2@1", "! failed     torto.json: it is not JSON"):
        assert line in done.stderr
    assert run(built, "index", "update").stdout.startswith("nothing changed: ")
    listed = run(built, "index", "log").stdout.splitlines()
    assert [line.split()[3] for line in listed] == ["update", "update", "rebuild"]
    told = run(built, "index", "log", "2").stdout
    assert "~ changed    n0@2  (pt/00.md)" in told
    run2 = json.loads(run(built, "index", "log", "2", "--json").stdout)
    assert {event["state"] for event in run2["events"]} == {"new", "changed", "deleted", "failed"}
    assert run(built, "index", "log", "--failed").stdout.startswith("failed  torto.json: it is not JSON")
    wrong = run(built, "index", "log", "99")
    assert (wrong.returncode, wrong.stderr) == (1, "error: the log has no run 99: run `python -m index log` for a list\n")


def test_an_update_as_json_is_one_run(built: Settings, run: Run) -> None:
    edit(built, "pt/00.md", "Ninguém se feriu", "Duas pessoas se feriram")
    told = json.loads(run(built, "index", "update", "--json").stdout)
    assert (told["outcome"], told["counts"]["articles_changed"], told["counts"]["embedded"]) == ("done", 1, 1)
    assert {"state": "changed", "article": "n0", "version": 2, "path": "pt/00.md", "reason": ""} in told["events"]


def test_files_and_folders_are_added_and_answer_at_once(built: Settings, run: Run, tmp_path: Path) -> None:
    (tmp_path / "fora").mkdir()
    (tmp_path / "fora" / "ponte.txt").write_text("Ponte nova\n\nA ponte nova do Recife abre amanhã para pedestres.")
    done = run(built, "index", "add", str(tmp_path / "fora"), str(tmp_path / "nada.txt"))
    assert done.returncode == 1, "one source failed"
    assert "failed" in done.stderr
    assert "articles: 1 new" in done.stdout
    assert (built.corpus_dir / "added" / "fora" / "ponte.txt").is_file()
    with Library.open(built) as library:
        assert search(library, "ponte nova pedestres", 1)[0].passage.text.startswith("A ponte nova")
    again = run(built, "index", "add", str(tmp_path / "fora"), "--json")
    told = json.loads(again.stdout)
    assert (again.returncode, [one["state"] for one in told["sources"]], told["run"]["outcome"]) == (0, ["unchanged"], "unchanged")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/a", "http://169.254.169.254/latest", "http://[::1]/", "http://2130706433/", "file:///etc/passwd"]
)
def test_a_private_address_is_refused_in_one_line(built: Settings, run: Run, address: str) -> None:
    done = run(built, "index", "add", address)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("! failed")
    assert done.stderr.count("\n") == 1


def test_an_old_address_is_shown_with_what_changed_since(built: Settings, run: Run) -> None:
    edit(built, "pt/00.md", "Ninguém se feriu.", "Duas pessoas se feriram.")
    run(built, "index", "update")
    told = run(built, "index", "show", "n0@1").stdout
    for line in ("versions   1, 2 (answers now)", "since then, up to version 2:", "- Ninguém se feriu.", "+ Duas pessoas se feriram."):
        assert line in told
    shown = json.loads(run(built, "index", "show", "n0@1:0-36", "--json").stdout)
    assert (shown["start"], shown["end"], shown["newest"], shown["now"]) == (0, 36, 2, "n0@2:0-36")
    wrong = run(built, "index", "show", "nada@1")
    assert (wrong.returncode, wrong.stderr) == (1, "error: the index has no article 'nada@1': run `python -m index search` with words of it\n")


# ── forget ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_forgotten_article_leaves_no_word_in_any_file_of_the_index(small: Small, run: Run) -> None:
    made = small(
        {"a.txt": "A chuva parou no Recife.", "b.md": "---\nid: caso\ntitle: Zarvoque\n---\nO réu Xilandro Quevesto morava na rua Pitamburi."}
    )
    rebuild(made)
    (made.corpus_dir / "b.md").write_text("---\nid: caso\ntitle: Zarvoque\n---\nO réu Xilandro Quevesto mudou-se da rua Pitamburi para longe.")
    rebuild(made)
    refused = run(made, "index", "forget", "caso")
    assert (refused.returncode, "b.md" in refused.stderr) == (1, True)
    (made.corpus_dir / "b.md").unlink()
    run(made, "index", "update")
    (made.index_dir / "quarantine").mkdir(exist_ok=True)
    (made.index_dir / "quarantine" / "velho").write_text("Xilandro")
    assert run(made, "index", "forget", "caso").stdout.startswith("forgotten: caso")
    marks = [mark for word in ("Xilandro", "Quevesto", "Pitamburi", "Zarvoque") for mark in (word, word.lower(), word.lower()[:6])]
    for path in made.index_dir.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [mark for mark in marks if mark.encode() in data], path
    with Library.open(made) as library:
        assert library.versions("caso") == ()
    (made.corpus_dir / "b.md").write_text("---\nid: caso\n---\nOutras palavras sob o mesmo nome.")
    run(made, "index", "update")
    with Library.open(made) as library:
        assert library.versions("caso") == (3,), "no old address ever names other words"


def test_forgetting_once_more_finishes_what_was_cut_off(built: Settings) -> None:
    (built.corpus_dir / "en/03.md").unlink()
    update(built)
    forget(built, ["n3"])
    aside = built.index_dir / "quarantine"
    aside.mkdir()
    (aside / "left").write_text("The rain of number 3")
    forget(built, ["n3"])
    assert not aside.exists()


def test_what_cannot_be_forgotten_is_told_and_stays(built: Settings) -> None:
    with pytest.raises(NoSuchArticle):
        forget(built, ["nada"])
    with pytest.raises(StillInCorpus, match=r"pt/00\.md: delete it there"):
        forget(built, ["n0"])
    with Library.open(built) as library:
        assert library.versions("n0") == (1,)


# ── backup ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_backup_is_an_index_that_answers_the_same(built: Settings, run: Run, tmp_path: Path) -> None:
    done = run(built, "index", "backup", str(tmp_path / "copy"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "12 articles" in done.stdout
    found = []
    for settings in (built, built.replace(index_dir=tmp_path / "copy")):
        with Library.open(settings) as library:
            found.append([(m.passage.address, m.bm25, m.cosine) for m in search(library, "chuva no Recife", 30)])
    assert found[0] == found[1]
    again = run(built, "index", "backup", str(tmp_path / "copy"))
    assert (again.returncode, again.stderr.count("\n"), "is not empty" in again.stderr) == (1, 1, True)


def test_a_backup_of_a_damaged_index_is_not_called_one(built: Settings, tmp_path: Path) -> None:
    from index.backups import backup

    (generation.folder(built, generation.current(built)) / "vectors.f32").write_bytes(b"x")
    with pytest.raises(BackupError, match="is not whole"):
        backup(built, tmp_path / "copy")


def answered(settings: Settings) -> tuple[str, list[list[object]]]:
    """The generation that serves, and every passage with its words and scores for two searches."""
    with Library.open(settings) as library:
        if library.notices:
            raise RuntimeError(library.notices)
        found = [
            [m.passage.address, m.passage.text, m.passage.article.title, m.bm25, m.cosine]
            for text in ("A chuva e o rio no Recife, edição", "the rain and the river")
            for m in search(library, text, 200)
        ]
        return library.manifest.generation, found


WRITING = (
    "import json, sys\nfrom pathlib import Path\nfrom index import Library, Settings, update\nfrom index.search import search\n"
    + inspect.getsource(answered)
    + """
settings, out = Settings(), Path(sys.argv[1])
with out.open("a") as states:
    number = 0
    while not out.with_name("over").exists():
        (settings.corpus_dir / "pt/00.md").write_text(f"---\\nid: n0\\n---\\nEdição número {number}. " + "Mais uma frase. " * (number % 7))
        (settings.corpus_dir / "novo.txt").write_text(f"A chuva da edição {number} parou no Recife.")
        update()
        print(json.dumps(answered(settings)), file=states, flush=True)
        number += 1
"""
)


def backed_up_while_written(built: Settings, environment: Callable[[Settings], dict[str, str]], home: Path, times: int) -> None:
    """A process writes without a pause; each backup answers, word for word and score for score, as the index once did."""
    from index.backups import backup

    states, first, copies = home / "states", answered(built), []
    with subprocess.Popen([sys.executable, "-c", WRITING, str(states)], env=environment(built), stderr=subprocess.PIPE, text=True) as writer:
        try:
            while writer.poll() is None and not (states.exists() and states.stat().st_size):
                time.sleep(0.01)
            for number in range(times):
                backup(built, home / "copy")
                copies.append(answered(built.replace(index_dir=home / "copy")))
                (home / "copy").rename(home / f"copy-{number}")
                if number > 3:
                    shutil.rmtree(home / f"copy-{number}")
        finally:
            (home / "over").touch()
        assert writer.wait(60) == 0, writer.stderr and writer.stderr.read()
    known = dict([first, *(json.loads(line) for line in states.read_text().splitlines())])
    assert len(known) > 3
    assert len({name for name, _ in copies}) > 1
    for name, found in copies:
        assert found == known[name]


def test_backups_taken_while_a_process_writes_answer_as_the_index_once_did(
    built: Settings, environment: Callable[[Settings], dict[str, str]], tmp_path: Path
) -> None:
    backed_up_while_written(built, environment, tmp_path, 5)


@pytest.mark.long
def test_a_hundred_backups_taken_while_a_process_writes_answer_as_the_index_once_did(
    built: Settings, environment: Callable[[Settings], dict[str, str]], tmp_path: Path
) -> None:
    backed_up_while_written(built, environment, tmp_path, 100)


# ── older formats ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_catalog_of_format_1_is_brought_to_this_one_and_nothing_is_embedded_again(built: Settings) -> None:
    catalog = Catalog(built.index_dir / NAME, write=True)
    db = catalog.connection
    for table in ("split", "sketch", "pair", "file", "item", "touched", "event", "run", "fetched", "reserved"):
        db.execute(f"DROP TABLE {table}")
    db.execute("ALTER TABLE vector DROP COLUMN sum")
    db.execute("ALTER TABLE generation DROP COLUMN articles")
    db.execute("ALTER TABLE generation DROP COLUMN passages")
    db.execute("UPDATE meta SET value = '1' WHERE key = 'format'")
    db.execute("DELETE FROM meta WHERE key <> 'format'")
    catalog.close()
    manifest = rebuild(built)
    assert (manifest.counts["embedded"], manifest.counts["articles"]) == (0, 12)
    with Library.open(built) as library:
        assert search(library, "chuva no Recife", 1)
