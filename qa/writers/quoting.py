"""The default writer: the answer is made of the articles' own sentences. No model, no network."""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from index.text import STOPWORDS, stem, words
from qa.evidence import leans
from qa.records import Claim, Quote

MOST = 3  # claims in an answer
NEAR_BEST = 0.6  # a further claim scores at least this share of the first one
ALIKE = 0.6  # share of stems in common from which two sentences say the same
MOST_ALSO = 3  # other places of the same words that are named


class QuotingWriter:
    """Says the best quotes, each as it stands, with the sentence before where a pronoun points to it."""

    name = "quoting"

    def write(self, question: str, quotes: Sequence[Quote]) -> Iterator[Claim]:  # noqa: ARG002
        """One to three claims, best first; near-repeats are named as places where it also stands."""
        said: list[Quote] = []
        for place, quote in enumerate(quotes):
            if len(said) == MOST or (said and quote.score < NEAR_BEST * said[0].score):
                return
            if any(alike(quote.text, earlier.text) >= ALIKE for earlier in said):
                continue
            said.append(quote)
            before = sentence_before(quote, quotes) if leans(quote.text) else None
            yield Claim(text=quote.text, quotes=(place,) if before is None else (place, before), also=self._also(quote, quotes), verbatim=True)

    def _also(self, quote: Quote, quotes: Sequence[Quote]) -> tuple[int, ...]:
        """Places of quotes of other articles that say nearly all of it, one of each."""
        found: dict[str, int] = {}
        for place, one in enumerate(quotes):
            if one.article.id != quote.article.id and one.article.id not in found and told_again(quote.text, one.text) >= ALIKE:
                found[one.article.id] = place
        return tuple(found.values())[:MOST_ALSO]


def sentence_before(quote: Quote, quotes: Sequence[Quote]) -> int | None:
    """Place of the quote that stands right before another in its article; None when it was not found."""
    for place, one in enumerate(quotes):
        if one.article.key == quote.article.key and one.end <= quote.start and not quote.article.text[one.end : quote.start].strip():
            return place
    return None


def alike(one: str, other: str) -> float:
    """Share of stems that two sentences have in common, of the shorter one's (containment); 1 for a copy.

    >>> alike("A Huawei lançou chips.", "A Huawei lançou chips novos ontem.")
    1.0
    """
    a, b = _stems(one), _stems(other)
    return len(a & b) / max(1, min(len(a), len(b)))


def told_again(said: str, other: str) -> float:
    """Share of a sentence's stems, stop words left out, that another sentence has too.

    Only the words of the first count: a short sentence of little words tells nothing again.

    >>> told_again("At least 321 ships wait at the canal.", "It is at the canal.")
    0.25
    """
    wanted = _stems(said) - _little()
    return len(wanted & _stems(other)) / max(1, len(wanted))


@cache
def _little() -> frozenset[str]:
    return frozenset(stem(word, "pt") for stopwords in STOPWORDS.values() for word in stopwords)


@lru_cache(maxsize=2048)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word, "pt") for _, _, word in words(text) if word)
