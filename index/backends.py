"""Open backends by their address, `kind:name`.  A new backend is one new file and one line in a table here.

open_embedder("sentence-transformers:all-MiniLM-L6-v2")
open_store("faiss:flat", dim=384)           empty
open_lexical("tantivy:bm25", folder)        in a folder, or in memory
"""

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from index.errors import SettingsError
from index.protocols import Embedder, LexicalStore, VectorStore

EMBEDDERS = {"sentence-transformers": "index.embedders.sentence_transformers", "hashing": "index.embedders.hashing"}
STORES = {"faiss": "index.stores.faiss", "numpy": "index.stores.numpy"}
LEXICAL = {"tantivy": "index.lexical.tantivy", "memory": "index.lexical.memory"}


def _find(setting: str, table: dict[str, str], address: str) -> tuple[Any, str]:
    kind, _, name = address.partition(":")
    if kind not in table:
        known = ", ".join(f"{k}:…" for k in table)
        raise SettingsError(f"QA_{setting} is {address!r}, but only these are known: {known}")
    return import_module(table[kind]), name


def open_embedder(address: str) -> Embedder:
    """The embedder at an address. Its model is loaded when first needed."""
    module, name = _find("EMBEDDER", EMBEDDERS, address)
    embedder: Embedder = module.open_embedder(name)
    return embedder


@lru_cache(maxsize=4)
def shared_embedder(address: str) -> Embedder:
    """The embedder at an address, the same one for a whole process, so that its model is loaded once."""
    return open_embedder(address)


def open_store(address: str, dim: int) -> VectorStore:
    """An empty vector store."""
    module, name = _find("STORE", STORES, address)
    store: VectorStore = module.open_store(name, dim)
    return store


def open_lexical(address: str, folder: Path | None = None) -> LexicalStore:
    """The lexical store kept in a folder (new when the folder is empty), or a new one in memory."""
    module, name = _find("LEXICAL", LEXICAL, address)
    lexical: LexicalStore = module.open_lexical(name, folder)
    return lexical
