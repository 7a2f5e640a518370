"""The seam of a writer: what turns quotes into the sentences of an answer."""

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from qa.records import Claim, Quote


@runtime_checkable
class Writer(Protocol):
    """Writes claims from quotes, one at a time; none is shown before it is checked."""

    name: str

    def write(self, question: str, quotes: Sequence[Quote]) -> Iterator[Claim]:
        """Whole claims, best first; each names the places of its quotes in `quotes`."""
        ...
