"""Split an article into passages: spans of whole sentences, none longer than the embedder reads well.

In: a text and a length in word pieces.  Out: spans in order that together hold every character but white space.
Never: a copied word; the splitter's pieces only say where to cut, and each is proved to be its slice.

    text ── sentences ── (langchain) merged up to `pieces` ── found again in order ──► [(start, end), …]
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any

from index.text import sentences


def split(text: str, pieces: int, length: Callable[[str], int]) -> list[tuple[int, int]]:
    """Where each passage stands.

    Args:
        text: The article's text.
        pieces: Most word pieces in a passage.
        length: Word pieces of a string.

    Returns:
        Half-open spans in code points, in order, without white space at their ends. A span ends where a sentence ends,
        unless a single sentence is longer than `pieces`.

    Raises:
        ValueError: if a piece is not where it must be, so that a wrong address can never be stored.

    >>> [("One two. Three. Four five six."[a:b]) for a, b in split("One two. Three. Four five six.", 3, lambda s: len(s.split()))]
    ['One two. Three.', 'Four five six.']
    """
    return place(text, _splitter(pieces, length)(text))


def place(text: str, parts: Iterable[str]) -> list[tuple[int, int]]:
    """Where the parts of a text stand in it, one after the other, with nothing but white space between them.

    Raises:
        ValueError: if a part is not where it must be, or something is left over.

    >>> place("Sim. Sim. Não.", ["Sim.", "Sim.", "Não."])
    [(0, 4), (5, 9), (10, 14)]
    """
    spans, at = [], 0
    for piece in parts:
        start = text.find(piece, at)
        end = start + len(piece)
        if start < 0 or text[at:start].strip() or text[start:end] != piece:
            raise ValueError(f"the splitter's piece {piece[:40]!r} does not follow character {at} of the text")
        spans.append((start, end))
        at = end
    if text[at:].strip():
        raise ValueError(f"the splitter left out everything after character {at} of the text")
    return spans


@lru_cache(maxsize=8)
def _splitter(pieces: int, length: Callable[[str], int]) -> Any:
    from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter  # slow to import

    def counted(part: str) -> int:
        """At least 1: the splitter repeats parts without length (a lone zero-width space) as if they were an overlap."""
        return max(1, length(part)) if part else 0

    class Sentences(TextSplitter):
        """Merges whole sentences; one that is too long alone is cut at clauses, then words, then anywhere."""

        def split_text(self, text: str) -> list[str]:
            starts = [start for start, _ in sentences(text)] + [len(text)]
            parts: list[str] = []
            for start, end in pairwise(starts):
                part = text[start:end]
                parts.extend([part] if length(part) <= pieces else clauses.split_text(part))
            return self._merge_splits(parts, "")

    clauses = RecursiveCharacterTextSplitter(
        separators=["; ", ": ", ", ", " ", ""],
        keep_separator="end",
        chunk_size=pieces,
        chunk_overlap=0,
        length_function=counted,
        strip_whitespace=False,
    )
    return Sentences(chunk_size=pieces, chunk_overlap=0, length_function=counted).split_text
