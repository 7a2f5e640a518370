"""An opened library finds what filters and publishers allow, the same for any number of threads, or says what is wrong."""

import random
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from index import Filter, Library, Settings, generation, rebuild
from index.catalog import NAME
from index.embedders import hashing
from index.errors import IndexMismatch, QAError, QuestionError
from index.search import search
from index.text import terms

Small = Callable[..., Settings]
ALL = "A chuva e o rio: the rain and the river, fim do artigo"


def found(library: Library, where: Filter | None = None, k: int = 100, words: str = ALL) -> set[str]:
    """Articles that either engine finds."""
    rows = [row for row, _ in library.dense(words, k, where)] + [row for row, _ in library.lexical(dict.fromkeys(terms(words), 1.0), k, where)]
    return {passage.article.id for passage in library.passages(rows)}


EVERY = {f"n{number}" for number in range(12)}


# ── filters ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Filter(), EVERY),
        (Filter(since=date(2024, 5, 10)), {"n9", "n10", "n11"}),
        (Filter(until=date(2024, 5, 2)), {"n0", "n1"}),
        (Filter(since=date(2024, 5, 3), until=date(2024, 5, 3)), {"n2"}),
        (Filter(languages=("en",), until=date(2024, 5, 4)), {"n1", "n3"}),
        (Filter(languages=("pt", "en")), EVERY),
        (Filter(outlets=("Folha de Cá",), sections=("S0",)), {"n0", "n6"}),
        (Filter(sections=("S1", "S2"), until=date(2024, 5, 3)), {"n1", "n2"}),
        (Filter(outlets=("folha de cá",)), set()),
        (Filter(languages=("fr",)), set()),
        (Filter(since=date(2030, 1, 1)), set()),
    ],
)
def test_a_filter_lets_through_what_it_says_by_the_outlet_s_own_calendar(built: Settings, where: Filter, expected: set[str]) -> None:
    with Library.open(built) as library:
        assert found(library, where) == expected


def test_filters_are_applied_inside_the_search_so_that_a_narrow_one_still_gives_k(small: Small) -> None:
    texts = {
        f"{n:03}.md": f"---\nid: a{n}\noutlet: {'Rara' if n % 50 == 49 else 'Comum'}\n---\n{'chuva ' * (1 + (n % 50 != 49) * 5)}rio {n}"
        for n in range(200)
    }
    made = small(texts)
    rebuild(made)
    with Library.open(made) as library:
        where = Filter(outlets=("Rara",))
        assert len(library.dense("chuva", 4, where)) == len(library.lexical({"pchuv": 1.0}, 4, where)) == 4
        assert found(library, where, 4, "chuva") == {"a49", "a99", "a149", "a199"}


def test_nothing_is_looked_up_when_every_row_may_answer(built: Settings) -> None:
    with Library.open(built) as library:
        assert library.allowed(None) is None
        assert library.allowed(Filter()) is None
        assert library.allowed(Filter(languages=("pt", "en"))) is None
        assert library.allowed(Filter(languages=("fr",))) is not None


def test_an_article_without_a_date_passes_no_filter_of_days(small: Small) -> None:
    made = small({"a.txt": "A chuva parou no Recife."})
    rebuild(made)
    with Library.open(made) as library:
        for where in (Filter(since=date(1, 1, 1)), Filter(until=date(9999, 12, 31))):
            assert found(library, where) == set()
        assert found(library) == {"a"}


# ── what a publisher allows ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("front", "answers"),
    [
        ("status: withheld", False),
        ("status: canceled", False),
        ("embargoed: 2099-01-01T00:00:00Z", False),
        ("status: embargoed", False),
        ("expires: 2001-01-01T00:00:00Z", False),
        ("expires: 2099-01-01T00:00:00Z", True),
        ("embargoed: 2001-01-01T00:00:00Z", True),
        ("status: usable", True),
    ],
)
@pytest.mark.parametrize("where", [None, Filter(languages=("pt",))])
def test_an_article_is_found_only_while_its_publisher_lets_it(small: Small, front: str, answers: bool, where: Filter | None) -> None:
    made = small({"a.md": f"---\nid: a\nlang: pt\n{front}\n---\nA chuva parou.", "b.md": "---\nid: b\nlang: pt\n---\nO rio baixou com a chuva."})
    rebuild(made)
    with Library.open(made) as library:
        assert found(library, where) == ({"a", "b"} if answers else {"b"})


# ── what a library tells ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_library_says_what_it_holds(built: Settings) -> None:
    with Library.open(built) as library:
        cover = library.coverage
        assert (cover.articles, cover.outlets, cover.first, cover.last) == (12, 2, date(2024, 5, 1), date(2024, 5, 12))
        assert (library.outlets, library.languages, library.sections) == (("Folha de Cá", "The Lantern"), ("en", "pt"), ("S0", "S1", "S2"))
        assert len(library) == library.manifest.passages == len(library.facts(row for row, _ in library.dense(ALL, 99)))


def test_facts_and_cosines_are_those_of_the_rows_asked(built: Settings) -> None:
    with Library.open(built) as library:
        dense = dict(library.dense("the river fell 3 metres", 100))
        some = list(dense)[1:4]
        assert library.cosines("the river fell 3 metres", some) == {row: dense[row] for row in sorted(some)}
        assert library.cosines("chuva", []) == library.facts([]) == {}
        for passage in library.passages(some):
            fact = library.facts([passage.row])[passage.row]
            assert (fact.article, fact.lang, fact.day) == (passage.article.id, passage.article.lang, passage.article.day)


def test_an_article_is_looked_up_by_its_key_or_its_newest_by_its_id(built: Settings) -> None:
    with Library.open(built) as library:
        assert library.article("n3") == library.article("n3@1")
        for key in ("n3@2", "nada", "@1", "", "n3@", "n3@x"):
            with pytest.raises(KeyError):
                library.article(key)


@pytest.mark.parametrize("text", ["", " ", "…", "🌧️", "*", '"', "x" * 2001])
def test_a_text_without_words_or_too_long_is_refused(built: Settings, text: str) -> None:
    with Library.open(built) as library, pytest.raises(QuestionError):
        search(library, text)


@pytest.mark.parametrize(
    "text", ["NEAR(chuva", "chuva AND", "-rio", "outlet:x", 'rio" OR 1=1 --', "chuva^2 rio~", "\ud800 chuva", "chuva\x00rio", "%s %n", "rio" * 500]
)
def test_query_syntax_is_words_like_any_other(built: Settings, text: str) -> None:
    with Library.open(built) as library:
        assert len(search(library, text, 3)) == 3


# ── settings ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("changes", [{"embedder": "hashing:128"}, {"store": "numpy:flat"}, {"passage_pieces": 64}])
def test_an_index_of_other_settings_is_refused_naming_both_and_the_command(built: Settings, changes: dict[str, object]) -> None:
    (name, value), old = next(iter(changes.items())), built.model_dump()
    with pytest.raises(IndexMismatch, match=f"{name} '{old[name]}', but the settings say '{value}': run `python -m index rebuild`"):
        Library.open(built.replace(**changes))


@pytest.mark.parametrize("name", ["splitter", "terms", "weights"])
def test_an_index_of_another_splitter_terms_or_weights_is_refused(built: Settings, name: str) -> None:
    manifest = generation.read_manifest(built, generation.current(built))
    generation.publish(built, manifest.model_copy(update={"settings": manifest.settings | {name: "another"}}))
    with pytest.raises(IndexMismatch, match=f"{name} 'another', but"):
        Library.open(built)


def test_canaries_catch_an_embedder_that_gives_other_vectors_under_the_same_name(built: Settings) -> None:
    class Turned(hashing.HashingEmbedder):
        def embed(self, texts, kind):  # type: ignore[no-untyped-def]
            return super().embed(texts, kind)[:, ::-1].copy()

    with Library.open(built) as library:
        library.embedder = Turned(256)
        for _ in range(2):
            with pytest.raises(IndexMismatch, match=r"hashing:256 \(other vectors\)"):
                library.dense("chuva", 3)
        assert library.lexical({"pchuv": 1.0}, 3)


# ── threads, and damage of the catalog ──────────────────────────────────────────────────────────────────────────────


def test_eight_threads_get_the_answers_that_one_gets(built: Settings, news: dict[str, str]) -> None:
    questions = [f"{word} {number}" for number in range(10) for word in ("chuva", "rain", "rio", "artigo", "metres")]

    def ask(library: Library) -> list[list[tuple[str, float, float]]]:
        return [[(m.passage.address, m.bm25, m.cosine) for m in search(library, text, 5, Filter(languages=("pt", "en")))] for text in questions]

    with Library.open(built) as alone:
        expected = ask(alone)
    start = threading.Barrier(8)
    with Library.open(built) as library, ThreadPoolExecutor(8) as threads:
        assert all(one == expected for one in threads.map(lambda _: (start.wait(), ask(library))[1], range(8)))


def test_readers_open_and_search_while_generation_after_generation_is_published(built: Settings) -> None:
    done = threading.Event()

    def read(_: int) -> int:
        opened = 0
        while not done.is_set() or not opened:
            with Library.open(built) as library:
                assert found(library) == EVERY
                assert library.notices == ()
            opened += 1
        return opened

    with ThreadPoolExecutor(2) as threads:
        readers = [threads.submit(read, number) for number in range(2)]
        try:
            for _ in range(8):
                rebuild(built)
        finally:
            done.set()
        assert all(reader.result() for reader in readers)


def test_any_flipped_byte_in_the_catalog_is_told_or_changes_no_word(built: Settings) -> None:
    with Library.open(built) as library:
        texts = {passage.article.id: passage.article.text for passage in library.passages([row for row, _ in library.dense(ALL, 99)])}
    path = built.index_dir / NAME
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    whole, chance = path.read_bytes(), random.Random(2024)
    told = sum(not unharmed(built, path, whole, texts, chance.randrange(len(whole)), 1 << chance.randrange(8)) for _ in range(100))
    assert told > 3


def unharmed(settings: Settings, path: Path, whole: bytes, texts: dict[str, str], place: int, bit: int) -> bool:
    """Whether all can be read after a flip: then every word must be right. Any other end than a QAError fails the test."""
    path.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    try:
        with Library.open(settings) as library:
            for passage in library.passages([row for row, _ in library.dense(ALL, 99)]):
                assert passage.article.text == texts[passage.article.id]
                assert passage.text == texts[passage.article.id][passage.start : passage.end]
        if place % 8 == 0:
            rebuild(settings)
    except QAError as error:
        assert "`python -m index re" in str(error)
        return False
    return True
