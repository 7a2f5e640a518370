"""Every embedder in index/backends.py gives finite unit vectors that do not depend on what stands beside a text."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from index import Settings
from index.backends import EMBEDDERS, open_embedder
from index.embedders.sentence_transformers import BUNDLED_SHA256
from index.errors import EmbedderError
from index.protocols import Embedder, Kind

NAMES = {"sentence-transformers": "all-MiniLM-L6-v2", "hashing": "256"}  # a new kind needs a name here to be tested
TEXTS = ["A chuva deixou três bairros do Recife sem energia.", "The council voted on Tuesday to reopen the ferry line.", "GLM-Image 1.195,50"]
ODD = ["", " ", "🌧️", "\n\n", "...", "a" * 10_000, "\x00", "東京で雨が降った", "e\u0301", "\u200b", "pchuva", "[CLS] [SEP] [PAD]"]
KINDS: list[Kind] = ["query", "passage"]


def test_every_embedder_in_the_table_is_tested_here() -> None:
    assert set(EMBEDDERS) == set(NAMES)


@pytest.fixture(scope="module", params=sorted(EMBEDDERS))
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    yield open_embedder(f"{request.param}:{NAMES[request.param]}")


def unit(vectors: np.ndarray) -> bool:
    return bool(np.isfinite(vectors).all() and np.abs(np.linalg.norm(vectors.astype(np.float64), axis=1) - 1).max() < 1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_each_text_gets_one_unit_row(embedder: Embedder, kind: Kind) -> None:
    vectors = embedder.embed(TEXTS, kind)
    assert isinstance(embedder, Embedder)
    assert (vectors.shape, vectors.dtype, vectors.flags.c_contiguous) == ((3, embedder.dim), np.float32, True)
    assert unit(vectors)


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_gives_no_row(embedder: Embedder, kind: Kind) -> None:
    vectors = embedder.embed([], kind)
    assert (vectors.shape, vectors.dtype) == ((0, embedder.dim), np.float32)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_an_odd_text_gets_a_unit_row_and_pieces_that_are_not_negative(embedder: Embedder, text: str) -> None:
    assert unit(embedder.embed([text], "passage"))
    assert unit(embedder.embed([text], "query"))
    assert embedder.pieces(text) >= (1 if any(char.isalnum() for char in text) else 0)


def test_a_vector_does_not_depend_on_the_texts_beside_it(embedder: Embedder) -> None:
    texts = TEXTS + ODD[:6]
    together = embedder.embed(texts, "passage")
    alone = np.concatenate([embedder.embed([text], "passage") for text in texts])
    backwards = embedder.embed(texts[::-1], "passage")[::-1]
    assert np.abs(together - alone).max() < 1e-5
    assert np.abs(together - backwards).max() < 1e-5


def test_equal_texts_get_equal_rows_and_other_texts_other_rows(embedder: Embedder) -> None:
    first, other, again = embedder.embed([TEXTS[0], TEXTS[1], TEXTS[0]], "passage")
    assert np.abs(first - again).max() < 1e-5
    assert float(first @ other) < 0.9


def test_words_that_a_question_shares_with_a_text_bring_them_nearer(embedder: Embedder) -> None:
    question = embedder.embed(["Quantos bairros do Recife ficaram sem energia com a chuva?"], "query")[0]
    near, far, _ = embedder.embed(TEXTS, "passage") @ question
    assert near > far


def test_longer_texts_have_more_pieces(embedder: Embedder) -> None:
    assert embedder.pieces("chuva") >= 1
    assert embedder.pieces("a chuva parou no Recife " * 50) >= 50 * embedder.pieces("chuva") > 0


def test_to_count_pieces_changes_no_vector_and_no_count(embedder: Embedder) -> None:
    long = "A chuva parou no Recife, e o rio baixou em Olinda. " * 100
    before, count = embedder.embed([long, "chuva"], "passage"), embedder.pieces(long)
    assert embedder.pieces("chuva") < 10 < count
    assert np.abs(embedder.embed([long, "chuva"], "passage") - before).max() < 1e-5
    assert embedder.pieces(long) == count >= 1000


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
@trying(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gets_a_unit_row(embedder: Embedder, texts: list[str]) -> None:
    assert unit(embedder.embed(texts, "passage"))


def test_two_openings_of_an_embedder_agree_on_the_hash_of_its_weights(embedder: Embedder) -> None:
    assert len(embedder.weights) == 64
    kind = embedder.name.split(":")[0]
    assert open_embedder(f"{kind}:{NAMES[kind]}").weights == embedder.weights


def test_another_dimension_is_another_model() -> None:
    assert open_embedder("hashing:256").weights != open_embedder("hashing:128").weights


def test_the_default_model_is_the_one_whose_hash_is_published() -> None:
    assert Settings().embedder == "sentence-transformers:all-MiniLM-L6-v2"
    assert BUNDLED_SHA256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def test_a_model_may_be_a_folder_and_its_weights_are_told_by_their_bytes(tmp_path: Path) -> None:
    bundled = open_embedder("sentence-transformers:all-MiniLM-L6-v2")
    shutil.copytree(bundled._folder, tmp_path / "modelo")  # type: ignore[attr-defined]
    copied = open_embedder(f"sentence-transformers:{tmp_path / 'modelo'}")
    assert copied.weights == bundled.weights
    changed = tmp_path / "modelo" / "config.json"
    os.chmod(changed, 0o644)
    changed.write_text(changed.read_text() + " ")
    assert open_embedder(f"sentence-transformers:{tmp_path / 'modelo'}").weights != bundled.weights


def test_a_folder_that_holds_no_model_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EmbedderError, match="cannot be loaded"):
        open_embedder(f"sentence-transformers:{tmp_path}").embed(["chuva"], "query")


# ── how the default model is loaded ─────────────────────────────────────────────────────────────────────────────────


def test_what_no_model_needs_is_not_loaded_and_is_there_for_whoever_asks() -> None:
    told = """
import sys
from index.backends import open_embedder
open_embedder("sentence-transformers:all-MiniLM-L6-v2").embed(["chuva", "rain"], "passage")
print("sklearn" in sys.modules, "sklearn.metrics" in sys.modules)
from sentence_transformers.util import similarity
print(similarity.pairwise_distances([[1.0, 1.0]], [[3.0, 4.0]], metric="manhattan")[0, 0], "sklearn" in sys.modules)
from sklearn.metrics import accuracy_score
print(accuracy_score([1], [1]))
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "5.0", "True", "1.0"]
