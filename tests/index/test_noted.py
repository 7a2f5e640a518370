"""What was doubted is told once, by every command that reads; it stops no article, and an unknown date is never the latest."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest

from index import Library, Settings, rebuild, update
from index.catalog import NAME, Catalog, fields_of
from index.ledger import Ledger
from index.origins import Member, clusters
from index.records import Run
from index.reports import NOTED_TOLD, events, summary
from index.search import search
from index.versions import look_up

Small = Callable[..., Settings]
Command = Callable[..., subprocess.CompletedProcess[str]]
GARBLED = "A chuva em SÃ£o Paulo parou, e o rio baixou."
LINE = 'rio@1  (a.json): text: its letters look wrongly decoded, as in "SÃ£o"; published: "ontem" names no day for certain, so it is unknown'


def item(**fields: object) -> str:
    return json.dumps({"id": "rio", "title": "Rio", "text": GARBLED, "published": "ontem"} | fields, ensure_ascii=False)


def noted(run: Run) -> list[tuple[str, int | None, str]]:
    return [(event.article, event.version, event.reason) for event in run.events if event.state == "noted"]


def last(settings: Settings) -> Run:
    catalog = Catalog(settings.index_dir / NAME)
    try:
        return Ledger(catalog).run(Ledger(catalog).runs(1)[0].number)
    finally:
        catalog.close()


def test_an_article_with_doubts_is_told_when_it_is_new_and_when_it_changes_and_answers_all_the_same(small: Small) -> None:
    made = small({"a.json": item(), "b.txt": "Outra notícia do Recife."})
    first = update(made)
    assert [(article, version) for article, version, _ in noted(first)] == [("rio", 1)]
    assert first.counts.articles_noted == 1
    assert noted(update(made)) == []
    rebuild(made)
    assert noted(last(made)) == []
    (made.corpus_dir / "a.json").write_text(item(title="O rio"))
    assert [(article, version) for article, version, _ in noted(update(made))] == [("rio", 1)]
    (made.corpus_dir / "a.json").write_text(item(text="A chuva em São Paulo parou.", published="2026-01-14"))
    assert noted(update(made)) == []
    with Library.open(made) as library:
        assert [len(library.article(f"rio@{version}").doubts) for version in (1, 2)] == [2, 0]
        assert look_up(library, "rio@1").words == GARBLED


def test_a_doubtful_article_is_found_by_its_words_as_they_stand(small: Small) -> None:
    made = small({"a.json": item()})
    rebuild(made)
    with Library.open(made) as library:
        (match,) = search(library, "chuva SÃ£o Paulo", 5)
        assert match.passage.text == GARBLED
        assert [(doubt.kind, doubt.field) for doubt in match.passage.article.doubts] == [("garbled", "text"), ("unsure", "published")]


def test_every_command_tells_it(small: Small, run: Command) -> None:
    made = small({"a.json": item()})
    done = run(made, "index", "rebuild")
    assert f"? noted      {LINE}" in done.stderr.splitlines()
    assert "? noted" not in run(made, "index", "rebuild").stderr, "it is told once"
    assert f"? noted      {LINE}" in run(made, "index", "log", "1").stdout.splitlines()
    assert run(made, "index", "log").stdout.splitlines()[-1].count("1 noted") == 1
    (made.corpus_dir / "a.json").write_text(item(section="Cidades"))
    done = run(made, "index", "update")
    assert f"? noted      {LINE}" in done.stderr.splitlines()
    assert "0 skipped, 1 noted;" in done.stdout
    (made.corpus_dir / "a.json").write_text(item(section="Rio"))
    told = json.loads(run(made, "index", "update", "--json").stdout)
    assert [event["reason"] for event in told["events"] if event["state"] == "noted"] == [LINE.partition(": ")[2]]
    assert told["counts"]["articles_noted"] == 1
    shown = run(made, "index", "show", "rio").stdout
    assert '\ndoubt      text: its letters look wrongly decoded, as in "SÃ£o"\ndoubt      published: "ontem"' in shown
    assert [doubt["kind"] for doubt in json.loads(run(made, "index", "show", "rio", "--json").stdout)["article"]["doubts"]] == ["garbled", "unsure"]


def test_what_is_added_is_told_too(small: Small, run: Command, tmp_path: Path) -> None:
    (tmp_path / "fora.json").write_text(item())
    done = run(small({"b.txt": "Outra notícia do Recife."}), "index", "add", str(tmp_path / "fora.json"))
    assert [line for line in done.stderr.splitlines() if "noted" in line] == [f"? noted      {LINE.replace('a.json', 'added/fora.json')}"]


def test_a_first_report_stays_short_however_much_is_doubted(small: Small) -> None:
    made = small({"a.jsonl": "\n".join(item(id=f"rio{number:02}") for number in range(30)), "torto.json": "{"})
    done = update(made)
    told = list(events(done, whole=False))
    assert [line[:10] for line in told] == ["! failed  ", *["? noted   "] * (NOTED_TOLD + 1)]
    assert told[-1] == "? noted      and 25 more articles: run `python -m index log 1`"
    assert "1 failed, 0 skipped, 30 noted;" in summary(done)
    assert sum(line.startswith("? noted") for line in events(done)) == 30


def test_an_index_made_before_there_were_doubts_gets_them_with_the_next_update_and_only_where_there_are_any(small: Small) -> None:
    made = small({"a.json": item(), "b.txt": "Outra notícia do Recife."})
    rebuild(made)
    catalog = Catalog(made.index_dir / NAME, write=True)
    old = catalog.article("rio", 1).model_copy(update={"doubts": ()})
    with catalog.transaction():  # as the program before wrote it
        catalog.describe("rio", 1, fields_of(old))
        catalog.connection.execute("UPDATE file SET readers = '3 pt,en'")
    catalog.close()
    with Library.open(made) as library:
        assert look_up(library, "rio@1").words == GARBLED
    run = update(made)
    assert {(event.state, event.article) for event in run.events} == {("changed", "rio"), ("noted", "rio")}
    with Library.open(made) as library:
        assert len(library.article("rio").doubts) == 2


# ── an unknown date is never the latest ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("unknown", ["", "ontem", "03/04/2026"])
@pytest.mark.parametrize("names", list(permutations("abc")))
def test_of_one_article_in_several_files_one_without_a_date_never_answers_before_one_with(unknown: str, names: tuple[str, ...], small: Small) -> None:
    dates = ("2019-05-01", "2024-05-02", unknown)
    made = small({f"{name}.json": item(text=f"Escrito em {date}.", published=date) for name, date in zip(names, dates, strict=True)})
    rebuild(made)
    for expected, leaves in (("2024-05-02", names[1]), ("2019-05-01", names[0]), (unknown, "")):
        with Library.open(made) as library:
            assert library.article("rio").text == f"Escrito em {expected}."
        if leaves:
            (made.corpus_dir / f"{leaves}.json").unlink()
            update(made)


def test_of_two_without_a_date_the_one_that_was_read_later_answers(small: Small) -> None:
    made = small({"z.json": item(text="Primeiro.", published="")})
    rebuild(made)
    (made.corpus_dir / "a.json").write_text(item(text="Segundo.", published=""))
    update(made)
    with Library.open(made) as library:
        assert library.article("rio").text == "Segundo."


def test_a_notice_of_withdrawal_silences_an_article_without_a_date(small: Small) -> None:
    made = small(
        {"a.json": item(published=""), "b.txt": "Outra notícia do Recife.", "c.json": '{"id": "rio", "status": "canceled", "modified": "2019-05-01"}'}
    )
    rebuild(made)
    with Library.open(made) as library:
        assert look_up(library, "rio").silent == "canceled"


def test_a_copy_without_a_date_is_no_likelier_origin_than_one_with() -> None:
    seen = datetime(2020, 1, 1, tzinfo=UTC)
    undated = Member("a", "A", None, seen, 900)
    dated = Member("b", "B", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), 900)
    assert clusters([undated, dated], [("a", "b", 1.0)]) == {"a": "b", "b": "b"}
