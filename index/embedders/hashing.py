"""Hashed bags of words: a small embedder without a model, for tests and for trying the product where no model can be had.

Each stem adds ±1 to one of `dim` places, by its hash; the vector is scaled to length 1. It knows words, not meaning.

Source: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009, doi:10.1145/1553374.1553516.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from index.errors import SettingsError
from index.protocols import Kind, Vectors
from index.text import tokens


def open_embedder(name: str) -> "HashingEmbedder":
    """The embedder with as many dimensions as its name says: hashing:256."""
    if not (name.isascii() and name.isdigit()) or not 8 <= int(name) <= 4096:
        raise SettingsError(f"QA_EMBEDDER is 'hashing:{name}', but after the colon stands a dimension from 8 to 4096")
    return HashingEmbedder(int(name))


class HashingEmbedder:
    """Feature hashing of stems."""

    def __init__(self, dim: int) -> None:
        self.name = f"hashing:{dim}"
        self.dim = dim

    @property
    def weights(self) -> str:
        """SHA-256 of the name: there are no files."""
        return hashlib.sha256(self.name.encode()).hexdigest()

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:  # noqa: ARG002
        """(n, dim) float32, unit rows; a text without words points along the first axis."""
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in tokens(text, "en"):
                code = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
                vector[code % self.dim] += 1 if code >> 63 else -1
            if not vector.any():
                vector[0] = 1
            vector /= np.linalg.norm(vector)
        return vectors

    def pieces(self, text: str) -> int:
        """Number of words."""
        return len(text.split())
