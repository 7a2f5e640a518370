"""Every backend in the tables of index/backends.py keeps its contract; a new one is picked up here by itself."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from index.backends import LEXICAL, STORES, open_store
from index.protocols import Rows, Vectors, VectorStore

STORE_NAMES = {"faiss": "flat", "numpy": "flat"}  # a new kind needs a name here to be tested
LEXICAL_NAMES = {"tantivy": "bm25", "memory": "bm25"}
DIM = 8


def test_every_backend_in_the_tables_is_tested_here() -> None:
    assert (set(STORES), set(LEXICAL)) == (set(STORE_NAMES), set(LEXICAL_NAMES))


def unit(n: int, seed: int, dim: int = DIM) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def axes(*places: int) -> Vectors:
    """Vectors along the axes: their products are exact, so that ties are ties."""
    return np.eye(DIM, dtype=np.float32)[list(places)]


def rows(*numbers: int) -> Rows:
    return np.array(numbers, np.int64)


# ── vector stores ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=sorted(STORES))
def address(request: pytest.FixtureRequest) -> str:
    return f"{request.param}:{STORE_NAMES[request.param]}"


@pytest.fixture
def store(address: str) -> VectorStore:
    return open_store(address, DIM)


def test_a_store_is_one_and_answers_in_the_shapes_it_promises(store: VectorStore) -> None:
    assert isinstance(store, VectorStore)
    store.add(np.arange(20), unit(20, 0))
    scores, found = store.search(unit(3, 1), 5)
    assert (scores.shape, found.shape, scores.dtype, found.dtype) == ((3, 5), (3, 5), np.float32, np.int64)
    assert len(store) == 20


def test_an_empty_store_finds_nothing(store: VectorStore) -> None:
    scores, found = store.search(unit(2, 1), 3)
    assert scores.tolist() == [[-np.inf] * 3] * 2
    assert found.tolist() == [[-1] * 3] * 2


def test_no_query_gives_no_line_and_no_row_is_no_mistake(store: VectorStore) -> None:
    store.add(rows(), unit(0, 0))
    assert store.search(unit(0, 1), 3)[1].shape == (0, 3)
    assert store.remove(rows()) == 0


def test_what_is_missing_up_to_k_is_padded(store: VectorStore) -> None:
    store.add(rows(7, 3), axes(0, 1))
    scores, found = store.search(axes(1), 4)
    assert found.tolist() == [[3, 7, -1, -1]]
    assert scores.tolist() == [[1.0, 0.0, -np.inf, -np.inf]]


@pytest.mark.parametrize("allowed", [(4, 8, 15), (4, 8, 15, 999), (99,), (999,), ()])
def test_only_allowed_rows_are_found(store: VectorStore, allowed: tuple[int, ...]) -> None:
    store.add(np.arange(100), unit(100, 0))
    found = store.search(unit(3, 1), 5, rows(*allowed))[1]
    for line in found.tolist():
        assert sorted(line, reverse=True)[: len(set(allowed) - {999})] == sorted(set(allowed) - {999}, reverse=True)
        assert line.count(-1) == 5 - len(set(allowed) - {999})


@pytest.mark.parametrize("order", [range(200), range(199, -1, -1)])
@pytest.mark.parametrize("allowed", [None, range(0, 200, 2)])
def test_of_equal_scores_the_smaller_rows_are_found_however_many_tie(store: VectorStore, order: Sequence[int], allowed: Sequence[int] | None) -> None:
    store.add(np.array(order), axes(*[0] * 200))
    store.add(rows(999), axes(1))
    chosen = None if allowed is None else np.array(allowed)
    assert store.search(axes(0), 5, chosen)[1].tolist() == [list(range(5)) if allowed is None else [0, 2, 4, 6, 8]]


@pytest.mark.parametrize("new", [rows(1), rows(5, 5), rows(-1), rows(2, 3, 1)])
def test_a_row_that_is_there_given_twice_or_negative_is_refused(store: VectorStore, new: Rows) -> None:
    store.add(rows(1), axes(0))
    with pytest.raises(ValueError, match="row"):
        store.add(new, unit(len(new), 0))
    assert len(store) == 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_is_refused_as_vector_and_as_query(store: VectorStore, bad: float) -> None:
    vectors = axes(0, 1)
    vectors[1, 3] = bad
    with pytest.raises(ValueError, match="finite"):
        store.add(rows(1, 2), vectors)
    assert len(store) == 0
    with pytest.raises(ValueError, match="finite"):
        store.search(vectors, 1)


@pytest.mark.parametrize("vectors", [unit(2, 0, DIM + 1), unit(2, 0, DIM - 1), unit(3, 0), unit(2, 0).ravel(), unit(2, 0)[None]])
def test_vectors_of_another_shape_are_refused(store: VectorStore, vectors: Vectors) -> None:
    with pytest.raises(ValueError, match="shape"):
        store.add(rows(1, 2), vectors)


@pytest.mark.parametrize("queries", [unit(1, 0, DIM + 1), unit(1, 0)[0]])
def test_queries_of_another_shape_are_refused(store: VectorStore, queries: Vectors) -> None:
    with pytest.raises(ValueError, match="shape"):
        store.search(queries, 3)


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_is_refused(store: VectorStore, k: int) -> None:
    with pytest.raises(ValueError, match="k must be"):
        store.search(unit(1, 0), k)


def test_a_row_taken_out_is_no_longer_found_and_can_come_back(store: VectorStore) -> None:
    store.add(rows(1, 2, 3), axes(0, 0, 1))
    assert (store.remove(rows(1, 1, 77)), len(store)) == (1, 2)
    assert store.search(axes(0), 3)[1].tolist() == [[2, 3, -1]]
    store.add(rows(1), axes(0))
    assert store.search(axes(0), 3)[1].tolist() == [[1, 2, 3]]


def test_rows_may_be_as_large_as_63_bits(store: VectorStore) -> None:
    store.add(rows(2**62, 2**40), axes(0, 1))
    assert store.search(axes(0), 2)[1].tolist() == [[2**62, 2**40]]


def test_a_store_answers_the_same_whatever_the_order_and_the_parts_in_which_it_was_filled(store: VectorStore, address: str) -> None:
    names, vectors = np.arange(300) * 3, unit(300, 0)
    store.add(names, vectors)
    again = open_store(address, DIM)
    for part in np.array_split(np.random.default_rng(5).permutation(300), 7):
        again.add(names[part], vectors[part])
    (scores, found), (scores_again, found_again) = store.search(unit(9, 1), 20), again.search(unit(9, 1), 20)
    assert np.array_equal(found, found_again)
    assert np.allclose(scores, scores_again, atol=1e-6)


@pytest.mark.parametrize(("seed", "size", "k"), [(0, 1000, 10), (1, 1000, 1), (2, 37, 50), (3, 2000, 100)])
@pytest.mark.parametrize("filtered", [False, True])
def test_random_vectors_are_found_in_the_order_of_brute_force(store: VectorStore, seed: int, size: int, k: int, filtered: bool) -> None:
    vectors, queries = unit(size, seed), unit(25, seed + 100)
    names = np.random.default_rng(seed).permutation(size * 2)[:size].astype(np.int64)
    allowed = names[: size // 3] if filtered else None
    store.add(names, vectors)
    scores, found = store.search(queries, k, allowed)
    every = queries.astype(np.float64) @ vectors.T.astype(np.float64)
    if allowed is not None:
        every[:, ~np.isin(names, allowed)] = -np.inf
    order = np.argsort(-every, axis=1)[:, :k]
    best = np.take_along_axis(every, order, 1)
    real = min(k, int(np.isfinite(every[0]).sum()))
    assert np.allclose(scores[:, :real], best[:, :real], atol=1e-6)
    assert (found[:, real:] == -1).all()
    assert (found[:, :real] == names[order][:, :real]).mean() > 0.999  # two scores may be closer than float32 tells


@pytest.mark.parametrize("name", sorted(STORES))
@given(
    vectors=arrays.arrays(np.float32, st.tuples(st.integers(0, 30), st.just(DIM)), elements=st.sampled_from([-1, 0, 0.5, 1])),
    k=st.integers(1, 40),
    allowed=st.none() | st.sets(st.integers(0, 40)),
)
def test_any_small_store_agrees_with_the_definition(name: str, vectors: Vectors, k: int, allowed: set[int] | None) -> None:
    store = open_store(f"{name}:{STORE_NAMES[name]}", DIM)
    store.add(np.arange(len(vectors))[::-1].copy(), vectors[::-1])
    query = np.ones((1, DIM), np.float32)
    scores, found = store.search(query, k, None if allowed is None else np.array(sorted(allowed), np.int64))
    expected = sorted((-float(vector.sum()), row) for row, vector in enumerate(vectors) if allowed is None or row in allowed)[:k]
    assert [row for row in found[0].tolist() if row >= 0] == [row for _, row in expected]
    assert [score for score in scores[0].tolist() if np.isfinite(score)] == [-score for score, _ in expected]
