"""Split an article into passages: spans of whole sentences, none longer than the embedder reads well.

In: a text and a length in word pieces.  Out: spans in order that together hold every character but white space.
Never: a copied word; the splitter's pieces only say where to cut, and each is proved to be its slice.

    text ── sentences ──────────────────┬─ filled up to `pieces` ── found again in order ──► [(start, end), …]
              └ too long: (langchain) ──┘
                clauses, words, letters
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

from index.text import sentences

PIECE_CHARS = 32  # more characters are another piece, whatever the model says: to it a word of 200,000 letters is one, a run of spaces none
MARKED_CHARS = 16  # a letter with more marks than fit is cut among them
_JOINED = frozenset("\u200d\ufe0e\ufe0f🏻🏼🏽🏾🏿")  # belong to the sign before them, as combining marks do


def split(text: str, pieces: int, length: Callable[[str], int]) -> list[tuple[int, int]]:
    """Where each passage stands.

    Args:
        text: The article's text.
        pieces: Most word pieces in a passage; it has at most PIECE_CHARS times as many characters.
        length: Word pieces of a string.

    Returns:
        Half-open spans in code points, in order, without white space at their ends. A span ends where a sentence ends,
        unless a single sentence is longer than `pieces`; it ends inside a word only where the word alone is longer.

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


def marked(word: str) -> Iterator[str]:
    """The letters of a word, each with the marks that belong to it.

    >>> [len(one) for one in marked("ac\u0327a\u0303o")]
    [1, 2, 2, 1]
    """
    if word.isascii():
        yield from word
        return
    start = 0
    for at in range(1, len(word)):
        joined = word[at] in _JOINED or word[at - 1] == "\u200d" or unicodedata.category(word[at])[0] == "M"
        if not joined or at - start >= MARKED_CHARS:
            yield word[start:at]
            start = at
    yield word[start:]


def filled(parts: Iterable[str], most: int, length: Callable[[str], int]) -> Iterator[str]:
    """The parts of a text joined, as many at a time as have room together.

    >>> list(filled("A chuva parou ontem".split(), 10, len))
    ['Achuva', 'parouontem']
    """
    joined, total = "", 0
    for part in parts:
        size = length(part)
        if total + size > most and joined:
            yield joined
            joined, total = "", 0
        joined += part
        total += size
    yield joined


@lru_cache(maxsize=8)
def _splitter(pieces: int, length: Callable[[str], int]) -> Callable[[str], list[str]]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # slow to import

    known = cache(length)  # the same parts are asked for again and again

    def counted(part: str) -> int:
        """At least 1: the splitter repeats parts without length (a lone zero-width space) as if they were an overlap."""
        by_chars = -(-len(part) // PIECE_CHARS)
        return by_chars if by_chars > pieces else max(by_chars, 1, known(part)) if part else 0

    clauses = RecursiveCharacterTextSplitter(
        separators=["; ", ": ", ", ", " ", r"\s"],
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=pieces,
        chunk_overlap=0,
        length_function=counted,
        strip_whitespace=False,
    )

    def parts(text: str) -> Iterator[str]:
        """Sentences; one that is too long alone is cut at clauses, then words, then anywhere."""
        starts = [start for start, _ in sentences(text)] + [len(text)]
        for start, end in pairwise(starts):
            sentence = text[start:end]
            for part in [sentence] if counted(sentence) <= pieces else clauses.split_text(sentence):
                yield from [part] if counted(part) <= pieces else letters(part)

    def letters(word: str) -> Iterator[str]:
        """A word that is too long alone: cut where it has too many characters, and what still has too many pieces after each letter that fits."""
        for run in filled(marked(word), PIECE_CHARS * pieces, len):
            yield from [run] if counted(run) <= pieces else filled(marked(run), pieces, counted)

    def splitter(text: str) -> list[str]:
        try:
            return [words for joined in filled(parts(text), pieces, counted) if (words := joined.strip())]
        finally:
            known.cache_clear()

    return splitter
