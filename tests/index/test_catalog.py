"""The catalog keeps every version, never uses a row twice, and says when a line is not what was written."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from index.catalog import Catalog, fields_of
from index.errors import IndexDamaged, QAError
from index.ledger import Ledger
from index.records import Article, Counts, Event, EventState, sha256
from index.reports import events

FIRST, LATER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC)
CHUVA = "A chuva parou. O rio baixou."
WEIGHTS = "w" * 64
Make = Callable[..., Article]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db"


@pytest.fixture
def catalog(path: Path) -> Iterator[Catalog]:
    opened = Catalog(path, write=True)
    yield opened
    opened.close()


def put(catalog: Catalog, article: Article) -> Article:
    with catalog.transaction():
        return catalog.put(article)


# ── versions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_text_keeps_its_version_and_a_changed_one_gets_the_next(catalog: Catalog, make: Make) -> None:
    assert [put(catalog, make(text)).version for text in (CHUVA, CHUVA, "O rio subiu.", "O rio subiu de novo.")] == [1, 1, 2, 3]


def test_a_text_that_comes_back_is_its_old_version_again(catalog: Catalog, make: Make) -> None:
    assert [put(catalog, make(text)).version for text in (CHUVA, "O rio subiu.", CHUVA)] == [1, 2, 1]


def test_every_version_stays_readable_word_for_word(catalog: Catalog, make: Make) -> None:
    for text in (CHUVA, "O rio subiu.\n\nMuito. 🌧️"):
        put(catalog, make(text, title="Chuva", authors=("Ana Sá",), published=FIRST))
    assert [catalog.article("folha/chuva", version).text for version in (1, 2)] == [CHUVA, "O rio subiu.\n\nMuito. 🌧️"]
    assert catalog.article("folha/chuva", 2).authors == ("Ana Sá",)


def test_versions_of_different_articles_are_counted_apart(catalog: Catalog, make: Make) -> None:
    assert [put(catalog, make(CHUVA, id=id_)).version for id_ in ("folha/a", "folha/b")] == [1, 1]


def test_the_day_an_article_was_first_seen_stays_and_each_version_keeps_when_it_was_read(catalog: Catalog, make: Make) -> None:
    put(catalog, make(CHUVA, first_seen=FIRST, indexed=FIRST))
    newer = put(catalog, make("O rio subiu.", first_seen=LATER, indexed=LATER))
    again = put(catalog, make(CHUVA, first_seen=LATER, indexed=LATER))
    assert (newer.first_seen, newer.indexed) == (FIRST, LATER)
    assert (again.first_seen, again.indexed) == (FIRST, FIRST)
    assert catalog.article("folha/chuva", 1).indexed == FIRST


def test_other_fields_of_a_known_text_are_brought_up_to_date(catalog: Catalog, make: Make) -> None:
    first = put(catalog, make(CHUVA, title="Chuva"))
    again = put(catalog, make(CHUVA, title="Chuva forte", correction="O título foi corrigido."))
    assert (first.version, again.version, catalog.article("folha/chuva", 1).title) == (1, 1, "Chuva")
    with catalog.transaction():
        assert [catalog.describe("folha/chuva", 1, fields_of(again)) for _ in range(2)] == [True, False]
    assert catalog.article("folha/chuva", 1).correction == "O título foi corrigido."


def test_only_current_versions_answer_but_all_can_be_listed(catalog: Catalog, make: Make) -> None:
    for text in (CHUVA, "O rio subiu."):
        put(catalog, make(text))
    put(catalog, make(CHUVA, id="folha/b"))
    with catalog.transaction():
        assert [catalog.set_current("folha/chuva", version) for version in (2, 2, 1, None, None, 2)] == [True, False, True, True, False, True]
    assert catalog.keys(current=True) == [("folha/chuva", 2)]
    assert catalog.keys(current=False) == [("folha/b", 1), ("folha/chuva", 1), ("folha/chuva", 2)]
    assert (catalog.newest("folha/chuva"), catalog.newest("folha/b")) == (2, None)


def test_an_unknown_article_is_a_key_error(catalog: Catalog) -> None:
    with pytest.raises(KeyError, match="folha/nada@1"):
        catalog.article("folha/nada", 1)


# ── passages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def spans(catalog: Catalog, article: Article, *ends: tuple[int, int]) -> list[int]:
    with catalog.transaction():
        return catalog.put_passages(article, ends, [sha256(article.text[start:end]) for start, end in ends])


def test_an_address_keeps_its_row_and_a_row_is_never_used_again(catalog: Catalog, path: Path, make: Make) -> None:
    article = put(catalog, make(CHUVA))
    first = spans(catalog, article, (0, 14), (15, 28))
    assert spans(catalog, article, (15, 28), (0, 14)) == first[::-1]
    catalog.close()
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM passage")
    db.close()
    again = Catalog(path, write=True)
    assert min(spans(again, article, (0, 14), (15, 28))) > max(first)
    again.close()


def test_a_split_names_the_rows_of_each_article_that_answers(catalog: Catalog, make: Make) -> None:
    old, new = put(catalog, make(CHUVA)), put(catalog, make("O rio subiu."))
    rows = {article.version: spans(catalog, article, (0, 12)) for article in (old, new)}
    assert catalog.unsplit("regra", 9) == []
    with catalog.transaction():
        catalog.set_current("folha/chuva", 2)
    assert catalog.unsplit("regra", 9) == [("folha/chuva", 2)]
    with catalog.transaction():
        catalog.put_split(new, "regra", rows[2])
    assert catalog.unsplit("regra", 9) == []
    assert catalog.unsplit("outra", 9) == [("folha/chuva", 2)]
    ((id_, version, _, _, found),) = catalog.answering("regra")
    assert (id_, version, found.tolist()) == ("folha/chuva", 2, rows[2])
    assert catalog.spans("folha/chuva", 2) == {rows[2][0]: (0, 12)}


def test_another_headline_or_a_status_that_silences_is_seen_by_the_split(catalog: Catalog, make: Make) -> None:
    article = put(catalog, make(CHUVA, title="Chuva"))
    rows = spans(catalog, article, (0, 14))
    with catalog.transaction():
        catalog.set_current("folha/chuva", 1)
        catalog.put_split(article, "regra", rows)
        catalog.describe("folha/chuva", 1, fields_of(make(CHUVA, title="Sol")))
    assert catalog.unsplit("regra", 9) == [("folha/chuva", 1)]
    with catalog.transaction():
        catalog.describe("folha/chuva", 1, fields_of(make(CHUVA, title="Sol", status="canceled")))
    assert catalog.unsplit("regra", 9) == list(catalog.answering("regra")) == []


# ── vectors ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_vector_is_kept_by_its_text_and_its_model(catalog: Catalog, make: Make) -> None:
    rows = spans(catalog, put(catalog, make(CHUVA)), (0, 14), (15, 28))
    hashes = [sha256("A chuva parou."), sha256("O rio baixou.")]
    vectors = np.eye(4, dtype=np.float32)[:2]
    assert [one.row for one in catalog.to_embed(rows, WEIGHTS)] == rows
    with catalog.transaction():
        catalog.put_vectors(hashes, WEIGHTS, vectors)
    assert catalog.to_embed(rows, WEIGHTS) == []
    assert [(one.embedded, one.article, one.version, one.start, one.end) for one in catalog.to_embed(rows, "x" * 64)] == [
        (hashes[0], "folha/chuva", 1, 0, 14), (hashes[1], "folha/chuva", 1, 15, 28)
    ]  # fmt: skip
    assert np.array_equal(catalog.vectors(hashes[::-1], WEIGHTS, 4), vectors[::-1])
    for wanted, weights, dim in ((hashes, WEIGHTS, 5), (hashes, "x" * 64, 4), ([*hashes, "y"], WEIGHTS, 4)):
        with pytest.raises(IndexDamaged, match="lacks the vector"):
            catalog.vectors(wanted, weights, dim)


def test_of_passages_with_the_same_text_only_one_is_embedded(catalog: Catalog, make: Make) -> None:
    rows = spans(catalog, put(catalog, make("Não. " * 3)), (0, 4), (5, 9), (10, 14))
    assert [one.row for one in catalog.to_embed(rows, WEIGHTS)] == rows[:1]


@pytest.mark.parametrize("bad", [[np.nan, 0, 0, 0], [3, 0, 0, 0], [0, 0, 0, 0]])
def test_a_vector_that_is_not_of_length_one_is_damage(catalog: Catalog, bad: list[float]) -> None:
    with catalog.transaction():
        catalog.put_vectors(["h"], WEIGHTS, np.array([bad], np.float32))
    with pytest.raises(IndexDamaged, match="not of length 1"):
        catalog.vectors(["h"], WEIGHTS, 4)


@pytest.mark.parametrize("bit", range(0, 128, 9))
def test_one_changed_bit_of_a_vector_is_damage(catalog: Catalog, bit: int) -> None:
    with catalog.transaction():
        catalog.put_vectors(["h"], WEIGHTS, np.array([[0.6, 0.8, 0, 0]], np.float32))
        data = bytearray(catalog.connection.execute("SELECT data FROM vector").fetchone()[0])
        data[bit // 8] ^= 1 << bit % 8
        catalog.connection.execute("UPDATE vector SET data = ?", (bytes(data),))
    with pytest.raises(IndexDamaged, match="damaged vector: run `python -m index repair`"):
        catalog.vectors(["h"], WEIGHTS, 4)


# ── transactions, damage, threads ───────────────────────────────────────────────────────────────────────────────────


def test_a_transaction_that_fails_leaves_nothing_behind(catalog: Catalog, make: Make) -> None:
    put(catalog, make(CHUVA))
    with pytest.raises(RuntimeError), catalog.transaction():
        catalog.put(make("O rio subiu."))
        raise RuntimeError
    assert catalog.keys(current=False) == [("folha/chuva", 1)]
    assert put(catalog, make("O rio desceu.")).version == 2


def test_a_change_that_breaks_a_rule_is_undone_with_its_whole_transaction(catalog: Catalog, make: Make) -> None:
    article = put(catalog, make(CHUVA))
    with pytest.raises(IndexDamaged), catalog.transaction():
        catalog.put(make(CHUVA, id="folha/b"))
        catalog.put_passages(article, [(5, 5)], ["x"])
    assert catalog.keys(current=False) == [("folha/chuva", 1)]


def test_a_reader_sees_nothing_of_a_transaction_until_it_is_done(catalog: Catalog, path: Path, make: Make) -> None:
    put(catalog, make(CHUVA))
    reader = Catalog(path)
    with catalog.transaction():
        catalog.put(make(CHUVA, id="folha/b"))
        assert len(reader.keys(current=False)) == 1
    assert len(reader.keys(current=False)) == 2
    reader.close()


def test_a_reader_cannot_write(catalog: Catalog, path: Path, make: Make) -> None:
    reader = Catalog(path)
    with pytest.raises(QAError), reader.transaction():
        reader.put(make(CHUVA))
    reader.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE article SET text = replace(text, 'parou', 'caiu')",
        "UPDATE article SET fields = replace(fields, 'Chuva', 'Sol')",
        "UPDATE article SET fields = '{'",
        "UPDATE article SET id = 'folha/outra'",
        "UPDATE article SET version = 7",
        "UPDATE article SET sum = 'x'",
    ],
)
def test_an_article_that_was_changed_in_the_file_is_never_shown(catalog: Catalog, path: Path, make: Make, change: str) -> None:
    put(catalog, make(CHUVA, title="Chuva"))
    catalog.close()
    with sqlite3.connect(path) as db:
        db.execute(change)
    db.close()
    reader = Catalog(path)
    with pytest.raises(IndexDamaged, match="is not what was written: run `python -m index repair`"):
        reader.article(*reader.keys(current=False)[0])
    reader.close()


def test_a_catalog_of_another_format_is_refused_with_the_command(catalog: Catalog, path: Path) -> None:
    catalog.close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    db.close()
    for write in (False, True):
        with pytest.raises(IndexDamaged, match=r"format 99, not 2: .*rebuild"):
            Catalog(path, write=write)


def test_many_threads_read_the_same_articles_at_the_same_time(catalog: Catalog, path: Path, make: Make) -> None:
    with catalog.transaction():
        for number in range(40):
            catalog.put(make(f"{CHUVA} {number}", id=f"folha/{number}"))
    reader, start = Catalog(path), threading.Barrier(8)

    def read(_: int) -> list[str]:
        start.wait()
        return [reader.article(f"folha/{number}", 1).text for number in range(40)]

    with ThreadPoolExecutor(8) as threads:
        assert set(map(tuple, threads.map(read, range(8)))) == {tuple(f"{CHUVA} {number}" for number in range(40))}
    reader.close()


# ── runs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_of_a_long_run_what_needs_a_look_is_told_before_what_is_new(catalog: Catalog) -> None:
    ledger = Ledger(catalog)
    states: list[EventState] = ["new", "failed", "new", "changed", "deleted", "new"]
    with catalog.transaction():
        number = ledger.begin_run("update")
        for place, state in enumerate(states):
            ledger.record(number, Event(path=f"{place}.md", state=state))
    told = ledger.run(number, 3)
    assert [event.path for event in told.events] == ["0.md", "1.md", "4.md"]
    assert told.untold == 3
    whole = ledger.run(number)
    assert [event.state for event in whole.events] == states
    assert whole.untold == 0
    run = told.model_copy(update={"counts": Counts(files_changed=1)})
    assert list(events(run))[-1] == f"and 3 more: run `python -m index log {number}`"
