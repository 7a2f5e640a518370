"""Every lexical store in index/backends.py finds by BM25, as worked out by hand and as the memory store has it."""

from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.backends import LEXICAL, open_lexical
from index.protocols import LexicalStore, Rows

NAMES = {"tantivy": "bm25", "memory": "bm25"}  # a new kind needs a name here to be tested
VOCABULARY = [f"p{letter}" for letter in "abcdefghijklmnop"]
Found = list[tuple[int, float]]


def test_every_lexical_store_in_the_table_is_tested_here() -> None:
    assert set(LEXICAL) == set(NAMES)


@pytest.fixture(params=sorted(LEXICAL))
def store(request: pytest.FixtureRequest) -> LexicalStore:
    return open_lexical(f"{request.param}:{NAMES[request.param]}")


def rows(*numbers: int) -> Rows:
    return np.array(numbers, np.int64)


def pairs(found: tuple[np.ndarray, np.ndarray]) -> Found:
    scores, numbers = found
    assert (scores.dtype, numbers.dtype, scores.shape) == (np.float32, np.int64, numbers.shape)
    return list(zip(numbers.tolist(), scores.tolist(), strict=True))


def texts(count: int, seed: int) -> list[list[str]]:
    """Texts of at most 40 terms, up to where tantivy keeps lengths exactly; rare and common terms."""
    random = np.random.default_rng(seed)
    weights = 1 / np.arange(1, len(VOCABULARY) + 1)
    return [random.choice(VOCABULARY, size=random.integers(1, 40), p=weights / weights.sum()).tolist() for _ in range(count)]


def test_a_store_is_one_and_knows_its_length(store: LexicalStore) -> None:
    assert isinstance(store, LexicalStore)
    store.add(rows(3, 5), [["pchuva"], ["psol"]])
    assert len(store) == 2


def test_scores_are_the_formula_worked_by_hand(store: LexicalStore) -> None:
    # Three rows of 4, 2 and 3 terms: the mean is 3. "pchuva" stands in two of them, "precif" in one.
    store.add(rows(10, 20, 30), [["pchuva", "pchuva", "pem", "precif"], ["psol", "pforte"], ["pchuva", "pem", "pcano"]])
    chuva, recife = log(1 + (3 - 2 + 0.5) / (2 + 0.5)), log(1 + (3 - 1 + 0.5) / (1 + 0.5))  # idf: 0.4700, 0.9808
    long, mean = 1.2 * (1 - 0.75 + 0.75 * 4 / 3), 1.2  # k1 · (1 - b + b · |d| / avgdl) of rows 10 and 30: 1.5, 1.2
    expected = [(10, chuva * 2 * 2.2 / (2 + long) + recife * 1 * 2.2 / (1 + long)), (30, chuva * 1 * 2.2 / (1 + mean))]
    found = pairs(store.search({"pchuva": 1.0, "precif": 1.0}, 10))
    assert [row for row, _ in found] == [row for row, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-4)
    assert [score for _, score in found] == pytest.approx([1.4540, 0.4700], abs=1e-4)


def test_a_weight_multiplies_what_its_term_adds(store: LexicalStore) -> None:
    store.add(rows(1, 2), [["pa", "pb"], ["pa", "pc"]])
    (_, alone), (_, half) = pairs(store.search({"pb": 1.0}, 1))[0], pairs(store.search({"pb": 0.5}, 1))[0]
    assert half == pytest.approx(alone / 2, abs=1e-5)
    assert [row for row, _ in pairs(store.search({"pb": 1.0, "pc": 3.0}, 2))] == [2, 1]
    assert pairs(store.search({"pb": 0.0}, 2)) == []


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("filtered", [False, True])
def test_random_texts_are_found_as_the_memory_store_finds_them(store: LexicalStore, seed: int, filtered: bool) -> None:
    oracle, names = open_lexical("memory:bm25"), np.random.default_rng(seed).permutation(900)[:300].astype(np.int64)
    for one in (store, oracle):
        for part in (slice(0, 120), slice(120, 300)):  # in two goes, as large corpora come
            one.add(names[part], texts(300, seed)[part])
    allowed = names[:70] if filtered else None
    for terms in ({"pa": 1.0}, {"pp": 1.0, "po": 0.3}, {"pa": 0.2, "pf": 2.0, "pnever": 1.0}, dict.fromkeys(VOCABULARY, 1.0)):
        found, expected = pairs(store.search(terms, 25, allowed)), pairs(oracle.search(terms, 25, allowed))
        assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=1e-4)
        for (row, _), (other, score) in zip(found, expected, strict=True):
            assert row == other or near(oracle, terms, row, allowed) == pytest.approx(score, rel=1e-5)


def near(oracle: LexicalStore, terms: dict[str, float], row: int, allowed: Rows | None) -> float:
    return dict(pairs(oracle.search(terms, 1000, allowed)))[row]


@pytest.mark.parametrize("allowed", [(2, 3), (2, 3, 777), (777,), ()])
def test_only_allowed_rows_are_found_and_their_scores_stay(store: LexicalStore, allowed: tuple[int, ...]) -> None:
    store.add(rows(1, 2, 3, 4), [["pa"], ["pa", "pb"], ["pa", "pb", "pc"], ["pd"]])
    everywhere = dict(pairs(store.search({"pa": 1.0}, 10)))
    assert dict(pairs(store.search({"pa": 1.0}, 10, rows(*allowed)))) == {row: everywhere[row] for row in allowed if row in everywhere}


@pytest.mark.parametrize("order", [range(200), range(199, -1, -1)])
def test_of_equal_scores_the_smaller_rows_are_found_however_many_tie(store: LexicalStore, order: Sequence[int]) -> None:
    store.add(np.array(order), [["pchuva", "precif"]] * 200)
    store.add(rows(999), [["psol", "pforte"]])
    assert [row for row, _ in pairs(store.search({"pchuva": 1.0}, 5))] == [0, 1, 2, 3, 4]


def test_an_empty_store_finds_nothing(store: LexicalStore) -> None:
    assert pairs(store.search({"pa": 1.0}, 3)) == []
    assert (len(store), store.frequency("pa"), store.remove(rows(1))) == (0, 0, 0)


def test_no_term_or_an_unknown_term_finds_nothing(store: LexicalStore) -> None:
    store.add(rows(1), [["pa"]])
    assert pairs(store.search({}, 3)) == pairs(store.search({"pz": 1.0}, 3)) == []


def test_a_row_without_terms_counts_but_is_never_found(store: LexicalStore) -> None:
    store.add(rows(1, 2), [[], ["pa"]])
    assert len(store) == 2
    assert [row for row, _ in pairs(store.search({"pa": 1.0}, 3))] == [2]


def test_frequency_counts_rows_not_repeats_and_forgets_rows_taken_out(store: LexicalStore) -> None:
    store.add(rows(1, 2, 3), [["pa", "pa", "pa"], ["pa", "pb"], ["pc"]])
    assert [store.frequency(term) for term in ("pa", "pb", "pz")] == [2, 1, 0]
    assert (store.remove(rows(1, 1, 77)), len(store)) == (1, 2)
    assert [store.frequency(term) for term in ("pa", "pb", "pz")] == [1, 1, 0]
    assert [row for row, _ in pairs(store.search({"pa": 1.0}, 3))] == [2]


@pytest.mark.parametrize("new", [(1,), (5, 5)])
def test_a_row_that_is_there_or_given_twice_is_refused(store: LexicalStore, new: tuple[int, ...]) -> None:
    store.add(rows(1), [["pa"]])
    with pytest.raises(ValueError, match="row"):
        store.add(rows(*new), [["pb"]] * len(new))
    assert len(store) == 1


def test_rows_need_as_many_texts(store: LexicalStore) -> None:
    with pytest.raises(ValueError, match="2 rows need"):
        store.add(rows(1, 2), [["pa"]])


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_is_refused(store: LexicalStore, k: int) -> None:
    with pytest.raises(ValueError, match="k must be"):
        store.search({"pa": 1.0}, k)


@pytest.mark.parametrize("term", ["pNEAR(", 'p"', "p*", "pAND", "p:", "p\\", "pção", "p🌧️", "p" + "x" * 70_000, "p٣", "p^2", "p-"])
def test_a_term_is_never_read_as_a_query(store: LexicalStore, term: str) -> None:
    store.add(rows(1), [["pa", "pand"]])
    assert pairs(store.search({term: 1.0}, 3)) == []


def test_terms_of_any_letters_are_found_as_they_are(store: LexicalStore) -> None:
    odd = ["pßen", "p東京", "pдождь", "pमौसम", "p1195.50", "eʼn"]
    store.add(np.arange(len(odd)), [[term] for term in odd])
    assert [pairs(store.search({term: 1.0}, 3))[0][0] for term in odd] == list(range(len(odd)))


@pytest.mark.parametrize("name", sorted(set(LEXICAL) - {"memory"}))
def test_a_store_kept_in_a_folder_answers_the_same_when_opened_again(name: str, tmp_path: Path) -> None:
    store = open_lexical(f"{name}:{NAMES[name]}", tmp_path)
    store.add(np.arange(100), texts(100, 0))
    again = open_lexical(f"{name}:{NAMES[name]}", tmp_path)
    assert len(again) == 100
    assert pairs(again.search({"pc": 1.0, "pk": 2.0}, 30)) == pairs(store.search({"pc": 1.0, "pk": 2.0}, 30))


@pytest.mark.parametrize("name", sorted(set(LEXICAL) - {"memory"}))
@given(
    kept=st.lists(st.lists(st.sampled_from(VOCABULARY[:5]), max_size=8), min_size=1, max_size=12),
    terms=st.dictionaries(st.sampled_from(VOCABULARY[:6]), st.sampled_from([0.0, 0.5, 1.0, 2.0]), max_size=4),
    k=st.integers(1, 15),
    allowed=st.none() | st.sets(st.integers(0, 15)),
)
def test_any_small_store_agrees_with_the_memory_store(
    name: str, kept: list[list[str]], terms: dict[str, float], k: int, allowed: set[int] | None
) -> None:
    store, oracle = open_lexical(f"{name}:{NAMES[name]}"), open_lexical("memory:bm25")
    for one in (store, oracle):
        one.add(np.arange(len(kept)), kept)
    chosen = None if allowed is None else np.array(sorted(allowed), np.int64)
    found, expected = pairs(store.search(terms, k, chosen)), pairs(oracle.search(terms, k, chosen))
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=1e-4)
    assert all(store.frequency(term) == oracle.frequency(term) for term in VOCABULARY[:6])
