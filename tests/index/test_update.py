"""An update reads only what changed, gives what a rebuild would give, and never loses an article by accident."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as rules
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from index import Library, Settings, generation, rebuild, update
from index.catalog import NAME, Catalog
from index.errors import CorpusError, IndexMismatch, NoSuchArticle, StillInCorpus
from index.forgetting import forget
from index.ledger import Ledger
from index.records import Run
from index.search import search
from index.versions import look_up

Small = Callable[..., Settings]
WORDS = "A chuva e o rio: the rain and the river, fim do artigo"


def found(settings: Settings, k: int = 200) -> list[tuple[str, str, float, float]]:
    """Every passage with its scores, for two searches."""
    with Library.open(settings) as library:
        assert library.notices == ()
        return [
            (m.passage.address, m.passage.article.title, round(m.bm25, 4), round(m.cosine, 5))
            for text in (WORDS, "chuva no Recife")
            for m in search(library, text, k)
        ]


def edit(settings: Settings, name: str, old: str, new: str) -> None:
    path = settings.corpus_dir / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def states(run: Run) -> set[tuple[str, str]]:
    return {(event.state, f"{event.article}@{event.version}" if event.article else event.path) for event in run.events}


def log(settings: Settings) -> list[Run]:
    catalog = Catalog(settings.index_dir / NAME)
    try:
        return Ledger(catalog).runs(100)
    finally:
        catalog.close()


# ── what is read ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_update_without_a_change_publishes_nothing(built: Settings) -> None:
    serving = generation.current(built)
    for _ in range(2):
        run = update(built)
        assert (run.outcome, run.generation, run.events, run.counts.files_unchanged) == ("unchanged", "", (), 12)
    assert generation.current(built) == serving


def test_files_that_look_as_before_are_not_opened(built: Settings) -> None:
    old = time.time() - 9
    for path in built.corpus_dir.rglob("*.md"):
        os.utime(path, (old, old))
    time.sleep(2.1)  # a file that changed a moment ago is looked into once more
    update(built)
    for path in built.corpus_dir.rglob("*.md"):
        path.chmod(0)
    try:
        assert update(built).counts.failed == (0 if os.geteuid() == 0 else 12)  # the rights are part of how a file looks
    finally:
        for path in built.corpus_dir.rglob("*.md"):
            path.chmod(0o600)


def test_a_file_with_the_same_bytes_and_other_times_is_not_read_again(built: Settings) -> None:
    for path in built.corpus_dir.rglob("*.md"):
        path.write_bytes(path.read_bytes())
    run = update(built)
    assert (run.outcome, run.counts.files_unchanged, run.events) == ("unchanged", 12, ())


def test_an_edit_that_keeps_size_and_time_is_seen(built: Settings) -> None:
    path = built.corpus_dir / "pt/00.md"
    before = path.stat()
    edit(built, "pt/00.md", "baixou 0 metros", "subiu! 0 metros")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert states(update(built)) == {("changed", "pt/00.md"), ("changed", "n0@2")}


def test_new_changed_and_deleted_files_are_told_one_by_one(built: Settings) -> None:
    edit(built, "pt/00.md", "Ninguém se feriu", "Duas pessoas se feriram")
    (built.corpus_dir / "pt/02.md").unlink()
    (built.corpus_dir / "novo.txt").write_text("Nova ponte\n\nA ponte nova abre amanhã no Recife.")
    (built.corpus_dir / "torto.json").write_text("{")
    (built.corpus_dir / "foto.xyz").write_text("?")
    run = update(built)
    assert states(run) == {
        ("changed", "pt/00.md"), ("changed", "n0@2"), ("deleted", "pt/02.md"), ("deleted", "n2@1"), ("new", "novo.txt"), ("new", "novo@1"),
        ("new", "torto.json"), ("failed", "torto.json"), ("new", "foto.xyz"), ("skipped", "foto.xyz"),
    }  # fmt: skip
    count = run.counts
    assert (count.files_new, count.files_changed, count.files_deleted, count.files_unchanged) == (3, 1, 1, 10)
    assert (count.articles_new, count.articles_changed, count.articles_deleted, count.failed, count.skipped, count.embedded) == (1, 1, 1, 1, 1, 2)
    assert all(event.reason for event in run.events if event.state in ("failed", "skipped"))
    again = update(built)
    assert (again.outcome, again.counts.failed, again.counts.skipped) == ("unchanged", 1, 1), "what cannot be read stays told"


def test_an_update_without_an_index_makes_one(small: Small) -> None:
    made = small({"a.txt": "A chuva parou no Recife."})
    assert update(made).outcome == "done"
    assert [address for address, *_ in found(made)][:1] == ["a@1:0-24"]


def test_an_update_with_other_settings_is_refused_and_changes_nothing(built: Settings) -> None:
    before = found(built)
    with pytest.raises(IndexMismatch, match="passage_pieces"):
        update(built.replace(passage_pieces=32))
    assert found(built) == before


def test_other_languages_in_use_have_every_file_read_again(built: Settings) -> None:
    (built.corpus_dir / "es.txt").write_text(
        "El gobierno anunció ayer que las lluvias dejaron muchas calles cerradas y pidió que la gente se quede en casa."
    )
    update(built)
    with Library.open(built) as library:
        assert library.article("es").lang != "es"
    run = update(built.replace(languages="pt,en,es"))
    assert ("changed", "es@1") in states(run)
    with Library.open(built.replace(languages="pt,en,es")) as library:
        assert library.article("es").lang == "es"


# ── nothing is lost by accident ─────────────────────────────────────────────────────────────────────────────────────


def test_a_corpus_that_is_suddenly_empty_takes_nothing_away(built: Settings) -> None:
    before = found(built)
    kept = built.corpus_dir.with_name("kept")
    built.corpus_dir.rename(kept)
    with pytest.raises(CorpusError, match="does not exist"):
        update(built)
    built.corpus_dir.mkdir()
    with pytest.raises(CorpusError, match=r"\(12 files that were there are gone\)"):
        update(built)
    assert found(built) == before
    assert log(built)[0].outcome == "failed"
    shutil.rmtree(built.corpus_dir)
    kept.rename(built.corpus_dir)
    assert update(built).counts.articles_deleted == 0
    assert found(built) == before


def test_a_file_that_becomes_a_link_is_deleted_news_and_not_followed(built: Settings, tmp_path: Path) -> None:
    (tmp_path / "fora.md").write_text("---\nid: n0\n---\nSegredo de fora.")
    (built.corpus_dir / "pt/00.md").unlink()
    (built.corpus_dir / "pt/00.md").symlink_to(tmp_path / "fora.md")
    assert {("deleted", "n0@1"), ("skipped", "pt/00.md")} <= states(update(built))
    assert not any("Segredo" in title + address for address, title, *_ in found(built))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_listed_keeps_its_articles(built: Settings) -> None:
    before = found(built)
    (built.corpus_dir / "en").chmod(0)
    try:
        assert update(built).counts.articles_deleted == 0
    finally:
        (built.corpus_dir / "en").chmod(0o700)
    assert found(built) == before


# ── one article in many places ──────────────────────────────────────────────────────────────────────────────────────


def test_of_several_files_with_one_article_the_latest_answers_and_the_others_wait(small: Small) -> None:
    def item(day: int, text: str) -> str:
        return json.dumps({"id": "rio", "title": f"Dia {day}", "text": text, "published": f"2024-05-{day:02}"})

    made = small({"b.json": item(2, "O rio subiu."), "a.json": item(3, "O rio baixou."), "z.txt": "Outra notícia do Recife."})
    rebuild(made)
    with Library.open(made) as library:
        assert library.article("rio").text == "O rio baixou."
    (made.corpus_dir / "a.json").unlink()
    assert states(update(made)) == {("deleted", "a.json"), ("changed", f"rio@{2 if look(made, 'rio@2') == 'O rio subiu.' else 1}")}
    with Library.open(made) as library:
        assert (library.article("rio").text, library.article("rio").title) == ("O rio subiu.", "Dia 2")


def look(settings: Settings, name: str) -> str:
    with Library.open(settings) as library:
        try:
            return look_up(library, name).words
        except NoSuchArticle:
            return ""


def test_an_old_address_opens_its_own_words_and_tells_what_changed_since(built: Settings) -> None:
    with Library.open(built) as library:
        passage = search(library, "Ninguém se feriu número 0", 1)[0].passage
    edit(built, "pt/00.md", "Ninguém se feriu.", "Duas pessoas se feriram.")
    update(built)
    with Library.open(built) as library:
        shown = look_up(library, passage.address)
        assert (shown.words, shown.article.version, shown.newest, shown.versions) == (passage.text, 1, 2, (1, 2))
        assert [(step.kind, step.text) for step in shown.changed] == [("removed", "Ninguém se feriu."), ("added", "Duas pessoas se feriram.")]
        start = shown.article.text.index("O rio")
        kept = look_up(library, f"n0@1:{start}-{start + 21}")
        assert kept.words == look_up(library, kept.now).words == "O rio baixou 0 metros."[:21]
        for name in ("n0@3", "n0@1:0-99999", "nada", "n0@1:9-9", ""):
            with pytest.raises(NoSuchArticle):
                look_up(library, name)


# ── an update is a rebuild ──────────────────────────────────────────────────────────────────────────────────────────


def test_after_an_update_every_passage_and_score_is_that_of_a_fresh_rebuild(built: Settings, tmp_path: Path) -> None:
    edit(built, "pt/00.md", "Ninguém se feriu", "Duas pessoas se feriram")
    edit(built, "en/01.md", "title: Rio 1", "title: The bridge fell")
    (built.corpus_dir / "pt/02.md").unlink()
    (built.corpus_dir / "novo.txt").write_text("Nova ponte\n\nA ponte nova abre amanhã no Recife.")
    update(built)
    updated = found(built)
    manifest = rebuild(built, fresh=True)
    assert manifest.counts["embedded"] == manifest.passages
    assert found(built) == updated
    elsewhere = built.replace(index_dir=tmp_path / "elsewhere")
    rebuild(elsewhere)
    assert sorted((address.replace("n0@2", "n0@1"), *rest) for address, *rest in updated) == sorted(found(elsewhere))  # its first version there


class Desk(RuleBasedStateMachine):
    """A newsroom at work: whatever is done to the corpus, an update leaves the index as a rebuild would."""

    home: Path
    steps = 0
    killed = 0
    killer: Callable[[Settings, int], int]  # begins an update and kills it at one of its calls; returns how it ended

    @initialize()
    def begin(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        self.settings = Settings(corpus_dir=self.home / "corpus", index_dir=self.home / "index", embedder="hashing:64")
        self.settings.corpus_dir.mkdir(parents=True)
        self.write("fica", 0, 0, "x")
        update(self.settings)

    def write(self, id_: str, text: int, day: int, name: str) -> None:
        said = f"---\nid: {id_}\ntitle: T{text % 3}\npublished: 2024-05-{day + 1:02}\n---\nA chuva de número {text} parou no Recife. Fim {id_}."
        (self.settings.corpus_dir / f"{name}.md").write_text(said)

    @rule(id_=st.sampled_from("abc"), text=st.integers(0, 4), day=st.integers(0, 3), name=st.sampled_from(["a", "b", "c", "d"]))
    def put(self, id_: str, text: int, day: int, name: str) -> None:
        self.write(id_, text, day, name)

    @rule(name=st.sampled_from(["a", "b", "c", "d"]))
    def delete(self, name: str) -> None:
        (self.settings.corpus_dir / f"{name}.md").unlink(missing_ok=True)

    @rule(old=st.sampled_from(["a", "b"]), new=st.sampled_from(["c", "d"]))
    def rename(self, old: str, new: str) -> None:
        path = self.settings.corpus_dir / f"{old}.md"
        if path.exists():
            path.rename(path.with_name(f"{new}.md"))

    @rule(id_=st.sampled_from("abc"), status=st.sampled_from(["canceled", "withheld"]))
    def kill(self, id_: str, status: str) -> None:
        (self.settings.corpus_dir / "kill.json").write_text(json.dumps({"id": id_, "status": status, "modified": "2024-05-03"}))

    @rule(id_=st.sampled_from("abc"))
    def forget(self, id_: str) -> None:
        update(self.settings)
        try:
            forget(self.settings, [id_])
        except (NoSuchArticle, StillInCorpus):
            return
        with Library.open(self.settings) as library:
            assert library.versions(id_) == ()

    @rule(at=st.integers(1, 700), id_=st.sampled_from("abc"), text=st.integers(5, 9))
    def cut_off(self, at: int, id_: str, text: int) -> None:
        self.write(id_, text, 3, "e")
        known = found(self.settings, 50)
        ended = type(self).killer(self.settings, at)
        assert ended in (0, -signal.SIGKILL)
        if ended:
            type(self).killed += 1
            with Library.open(self.settings) as library:
                assert library.notices == ()
            assert found(self.settings, 50) == known or update(self.settings).outcome == "unchanged", "as before, or all was done"

    @rule()
    def rebuild(self) -> None:
        rebuild(self.settings)

    @invariant()
    def an_update_is_a_rebuild(self) -> None:
        if not hasattr(self, "settings"):
            return
        type(self).steps += 1
        update(self.settings)
        updated, print_ = found(self.settings, 50), generation.read_manifest(self.settings, generation.current(self.settings)).fingerprint
        assert update(self.settings).outcome == "unchanged"
        assert rebuild(self.settings).fingerprint == print_
        assert found(self.settings, 50) == updated


# It forks a child for each update that is to be killed, which takes milliseconds; the tests' own process has threads and may not fork.
KILLER = """
import sys
from pathlib import Path
sys.path[:0] = [str(Path("benchmarks").resolve())]
from trials.forks import fork
from trials.kills import counted
from trials.world import preload
from index import Settings
preload()
print("ready", flush=True)
for line in sys.stdin:
    home, at = line.rstrip("\\n").rsplit("\\t", 1)
    made = Settings(corpus_dir=Path(home) / "corpus", index_dir=Path(home) / "index", embedder="hashing:64")
    print(fork(lambda: counted(made, "update", int(at))).code, flush=True)
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[type[Desk]]:
    """A newsroom in a folder of its own, and a process that begins its updates and kills them."""
    root = Path(__file__).parent.parent.parent
    env = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen([sys.executable, "-c", KILLER], cwd=root, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        told, asked = process.stdout, process.stdin
        assert told is not None
        assert asked is not None
        assert told.readline() == "ready\n"

        def kill(settings: Settings, at: int) -> int:
            asked.write(f"{settings.index_dir.parent}\t{at}\n")
            asked.flush()
            return int(told.readline())

        yield type("Desk", (Desk,), {"home": tmp_path / "desk", "killer": staticmethod(kill)})
        asked.close()


def work(desk: type[Desk], examples: int, steps: int, **more: bool) -> None:
    """So many newsrooms, with so many steps each at most."""
    health = list(HealthCheck)
    run_state_machine_as_test(
        desk, settings=rules(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=health, **more)
    )
    print(f"{desk.steps} steps, {desk.killed} updates killed")


def test_whatever_a_newsroom_does_an_update_is_a_rebuild(desk: type[Desk]) -> None:
    work(desk, 4, 8, derandomize=True)
    assert desk.killed > 0


@pytest.mark.long
def test_whatever_a_newsroom_does_for_long_an_update_is_a_rebuild(desk: type[Desk]) -> None:
    work(desk, 40, 30)
    assert desk.killed > 20


@pytest.mark.release
def test_whatever_a_newsroom_does_in_ten_thousand_steps_an_update_is_a_rebuild(desk: type[Desk]) -> None:
    while desk.steps < 10_000:
        work(desk, 50, 50)
    assert desk.killed > 500


# ── withdrawals ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_a_status_that_silences_an_article_is_told_once_as_its_withdrawal(small: Small, status: str) -> None:
    made = small({"rio.md": "O rio subiu no Recife.", "b.txt": "Outra notícia do Recife."})
    rebuild(made)
    (made.corpus_dir / "rio.md").write_text(f"---\nstatus: {status}\n---\nO rio subiu no Recife.")
    run = update(made)
    assert {(event.state, event.article) for event in run.events} == {("changed", ""), ("withdrawn", "rio")}
    assert (run.counts.articles_withdrawn, run.counts.articles_changed) == (1, 0)
    (made.corpus_dir / "rio.md").write_text(f"---\nstatus: {status}\nsection: Cidades\n---\nO rio subiu no Recife.")
    assert update(made).counts.articles_changed == 1
    (made.corpus_dir / "rio.md").write_text("O rio subiu no Recife.")
    assert update(made).counts.articles_changed == 1
    (made.corpus_dir / "c.md").write_text(f"---\nstatus: {status}\n---\nNunca foi publicada.")
    assert update(made).counts.articles_new == 1


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_a_notice_of_withdrawal_silences_an_article_and_its_deletion_lets_it_speak_again(small: Small, status: str) -> None:
    front = "---\nid: rio\npublished: 2024-05-01\n---\n"
    made = small({"rio.md": front + "O rio subiu no Recife.", "b.txt": "Outra notícia do Recife."})
    rebuild(made)
    (made.corpus_dir / "aviso.json").write_text(json.dumps({"id": "rio", "status": status, "modified": "2024-05-02T10:00:00Z"}))
    assert states(update(made)) == {("new", "aviso.json"), ("withdrawn", "rio@1")}
    assert {address.split("@")[0] for address, *_ in found(made)} == {"b"}
    with Library.open(made) as library:
        assert (look_up(library, "rio").silent, look_up(library, "rio@1").words) == (status, "O rio subiu no Recife.")
    (made.corpus_dir / "aviso.json").unlink()
    update(made)
    assert {address.split("@")[0] for address, *_ in found(made)} == {"b", "rio"}


def test_a_notice_that_is_older_than_the_article_does_not_silence_it(small: Small) -> None:
    made = small(
        {
            "rio.md": "---\nid: rio\npublished: 2024-05-03\n---\nO rio subiu.",
            "aviso.json": '{"id": "rio", "status": "canceled", "modified": "2024-05-02"}',
        }
    )
    rebuild(made)
    assert {address for address, *_ in found(made)} == {"rio@1:0-12"}


def test_a_notice_for_an_article_that_comes_later_still_counts(small: Small) -> None:
    made = small({"aviso.json": '{"id": "rio", "status": "canceled", "modified": "2024-05-09"}', "b.txt": "Outra notícia do Recife."})
    rebuild(made)
    (made.corpus_dir / "rio.md").write_text("---\nid: rio\npublished: 2024-05-01\n---\nO rio subiu.")
    update(made)
    assert {address.split("@")[0] for address, *_ in found(made)} == {"b"}


# ── the log ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_run_stands_in_the_log_with_its_end(built: Settings) -> None:
    update(built)
    rebuild(built, fresh=True)
    runs = log(built)
    assert [(run.command, run.outcome) for run in runs] == [("rebuild --fresh", "done"), ("update", "unchanged"), ("rebuild", "done")]
    assert runs[0].generation == generation.current(built)
    assert all(run.ended and run.ended >= run.began for run in runs)
