"""The default writer: the answer is made of the articles' own sentences. No model, no network."""

from collections.abc import Iterator, Sequence

from qa.evidence import stems_of
from qa.records import Claim, Quote

MOST = 3  # claims in an answer
NEAR_BEST = 0.6  # a further claim scores at least this share of the first one
ALIKE = 0.6  # share of stems in common from which two sentences say the same


class QuotingWriter:
    """Says the best quotes, each as it stands."""

    name = "quoting"

    def write(self, question: str, quotes: Sequence[Quote]) -> Iterator[Claim]:  # noqa: ARG002
        """One to three claims, best first; near-repeats are left out."""
        said: list[Quote] = []
        for place, quote in enumerate(quotes):
            if len(said) == MOST or (said and quote.score < NEAR_BEST * said[0].score):
                return
            if any(alike(quote.text, earlier.text) >= ALIKE for earlier in said):
                continue
            said.append(quote)
            yield Claim(text=quote.text, quotes=(place,), verbatim=True)


def alike(one: str, other: str) -> float:
    """Share of stems that two sentences have in common, of the shorter one's (containment); 1 for a copy.

    >>> alike("A Huawei lançou chips.", "A Huawei lançou chips novos ontem.")
    1.0
    """
    a, b = stems_of(one, "pt"), stems_of(other, "pt")
    return len(a & b) / max(1, min(len(a), len(b)))
