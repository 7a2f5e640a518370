"""Settings come from arguments, then the environment, then defaults; what cannot be used is told by its name."""

from pathlib import Path

import pytest

from index.backends import open_embedder, open_lexical, open_store
from index.errors import QAError, SettingsError
from index.settings import Settings


def test_an_argument_wins_over_the_environment_and_the_environment_over_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_INDEX_DIR", "/dados/índice")
    monkeypatch.setenv("QA_PASSAGE_PIECES", "64")
    made = Settings(passage_pieces=32)
    assert (made.index_dir, made.passage_pieces, made.corpus_dir) == (Path("/dados/índice"), 32, Path("corpus"))


def test_replacing_with_none_changes_nothing() -> None:
    assert Settings(passage_pieces=64).replace(passage_pieces=None, index_dir=Path("x")) == Settings(passage_pieces=64, index_dir=Path("x"))


@pytest.mark.parametrize(("name", "value"), [("QA_PASSAGE_PIECES", "muitas"), ("QA_PASSAGE_PIECES", "15"), ("QA_PASSAGE_PIECES", "513")])
def test_a_value_that_cannot_be_used_is_named_with_what_was_given(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"{name}: .*'{value}'"):
        Settings()


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(SettingsError, match="QA_CHUNK_SIZE"):
        Settings(chunk_size=3)


@pytest.mark.parametrize("address", ["faisss:flat", "faiss:ivf", "numpy:hnsw", "", ":", "flat"])
def test_an_unknown_store_is_refused_with_the_known_ones(address: str) -> None:
    with pytest.raises(SettingsError, match=r"faiss:(…|flat)|numpy:flat"):
        open_store(address, 4)


@pytest.mark.parametrize("address", ["lucene:bm25", "tantivy:tfidf", "memory:tfidf", ""])
def test_an_unknown_lexical_store_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="QA_LEXICAL"):
        open_lexical(address)


@pytest.mark.parametrize("address", ["word2vec:x", "hashing:", "hashing:7", "hashing:5000", "hashing:-8", "hashing:²", "hashing:oito"])
def test_an_unknown_embedder_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="QA_EMBEDDER"):
        open_embedder(address)


@pytest.mark.parametrize("name", ["a-model-that-nobody-has", "nobody/has-this", "no/such/folder", "x" * 300])
def test_a_model_that_is_not_on_this_machine_is_one_clear_error(name: str) -> None:
    with pytest.raises(QAError, match="neither a folder nor in the local cache"):
        _ = open_embedder(f"sentence-transformers:{name}").weights
