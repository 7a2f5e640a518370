"""Terms: what a question looks for in a text, and how much each of its words tells.

    question's words ─┬─ themselves, stemmed ───────────────────────────────┐
                      └─ translations (glossary, cognates), each weighted ──┴─► found(text) → where which term stands

In: an understood question and how often a term stands in the corpus.  Out: rarities, search terms, matches.
A word and its translations are one term, not several: a text is no nearer for saying it in three ways, and the term is as
common as itself and its commonest translation. Source: Pirkola, "The Effects of Query Structure and Dictionary Setups in
Dictionary-Based Cross-Language Information Retrieval", SIGIR 1998, doi:10.1145/290941.290957.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from math import log
from typing import NamedTuple

from index.text import LANGUAGES, content, stem, term, words
from qa.glossary import glossary, other
from qa.question import Question

Frequency = Callable[[str], int]
DATE_WORTH = 0.25  # of a term's rarity when it stands in a date of the question
K1, B = 0.9, 0.4  # BM25


class Place(NamedTuple):
    """One word of a text that is, or says, a term of the question."""

    at: int  # offset in code points
    stem: str  # the question's
    weight: float  # 1 for the word itself, else how surely it is a translation


def rarity(n: int, passages: int) -> float:
    """How much a term tells that stands in n of so many passages: ln(1 + (N - n + 0.5) / (n + 0.5)), as BM25 weighs it.

    >>> round(rarity(1, 1), 4)
    0.2877
    """
    n = min(n, passages)
    return log(1 + (passages - n + 0.5) / (n + 0.5))


def strengths(places: Iterable[Place], start: int = 0, end: int | None = None) -> dict[str, float]:
    """How well each term is said between two offsets: 1 by the word itself, else the weight of its best translation.

    >>> strengths([Place(0, "chip", 1.0), Place(9, "cost", 0.5)], 5)
    {'cost': 0.5}
    """
    found: dict[str, float] = {}
    for at, source, weight in places:
        if start <= at and (end is None or at < end) and weight > found.get(source, 0.0):
            found[source] = weight
    return found


def borne(wanted: Mapping[str, float], found: Mapping[str, float]) -> float:
    """Share of some terms' weight that is found, in [0, 1]; 1 when there are none to be found.

    >>> borne({"chip": 1.0, "cost": 3.0}, {"cost": 0.5}), borne({}, {})
    (0.375, 1.0)
    """
    total = sum(wanted.values())
    return sum(weight * found.get(stem, 0.0) for stem, weight in wanted.items()) / total if total else 1.0


class Terms:
    """The terms of one question over one corpus."""

    def __init__(
        self,
        question: Question,
        frequency: Frequency,
        passages: int,
        languages: Iterable[str] = LANGUAGES,
        dates: Collection[str] = (),
    ) -> None:
        """Weigh the terms.

        Args:
            question: Understood.
            frequency: In how many passages a term of the lexical index stands.
            passages: How many there are.
            languages: Of the articles: into these the question is translated.
            dates: Stems of the days that it names; they tell less, since an article of those days need not repeat them.
        """
        self.question, self.lang, self.names = question, question.lang, question.names - frozenset(dates)
        self._translations = self._look_up(frequency) if other(self.lang) in languages else {}
        self._sources: dict[str, list[tuple[str, float]]] = {}
        self.rarity: dict[str, float] = {}
        self.seen: dict[str, int] = {}
        for source in question.stems:
            translations = self._translations.get(source, {})
            for target, weight in translations.items():
                self._sources.setdefault(target, []).append((source, weight))
            self.seen[source] = frequency(term(source, self.lang)) + max(
                (frequency(term(target, other(self.lang))) for target in translations), default=0
            )
            self.rarity[source] = rarity(self.seen[source], passages) * (DATE_WORTH if source in dates else 1.0)

    def _look_up(self, frequency: Frequency) -> dict[str, dict[str, float]]:
        """Translations that stand in the corpus, for each stem."""
        known = glossary().alternatives([word for _, word in content(self.question.text, self.lang)], self.lang)
        return {
            source: {target: weight for target, weight in translations.items() if frequency(term(target, other(self.lang)))}
            for source, translations in known.items()
        }

    @cached_property
    def search(self) -> dict[str, float]:
        """What the lexical index is asked for: terms and their weights."""
        own = {term(source, self.lang): 1.0 for source in self.question.stems}
        return {term(target, other(self.lang)): max(weight for _, weight in sources) for target, sources in self._sources.items()} | own

    def said_by(self, source: str) -> dict[str, float]:
        """Terms of the lexical index that say a stem of the question: itself, and its translations, each with its weight."""
        translations = self._translations.get(source, {})
        return {term(target, other(self.lang)): weight for target, weight in translations.items()} | {term(source, self.lang): 1.0}

    @cached_property
    def total(self) -> float:
        """Sum of all rarities; 1 when there is none, so that it divides."""
        return sum(self.rarity.values()) or 1.0

    @cached_property
    def written(self) -> dict[str, tuple[str, str]]:
        """Each stem's word in the question, as written and folded, in its order; of several the first that carries meaning."""
        text, lang = self.question.text, self.lang
        telling = {start for start, _ in content(text, lang)}
        found: dict[str, tuple[str, str]] = {}
        for start, end, word in sorted(words(text), key=lambda one: one[0] not in telling):
            if word:
                found.setdefault(stem(word, lang), (text[start:end], word))
        return {source: found[source] for source in self.question.stems}

    @cached_property
    def named(self) -> dict[str, float]:
        """Rarity of the stems that stand as a name or a figure."""
        return {stem: rare for stem, rare in self.rarity.items() if stem in self.names}

    @cached_property
    def plain(self) -> dict[str, float]:
        """Rarity of the stems that do not."""
        return {stem: rare for stem, rare in self.rarity.items() if stem not in self.names}

    @property
    def missing(self) -> tuple[str, ...]:
        """Stems that stand nowhere in the corpus, nor does a translation of them."""
        return tuple(source for source, n in self.seen.items() if not n)

    def places(self, text: str, lang: str, start: int = 0, end: int | None = None) -> list[Place]:
        """Where the terms stand in a text of a language, in reading order, between two offsets of it."""
        found = []
        translated = lang == other(self.lang)
        for at, _, word in words(text[start:end]):
            if not word:
                continue
            if (own := stem(word, self.lang)) in self.rarity:
                found.append(Place(start + at, own, 1.0))
            elif translated:
                found += [Place(start + at, source, weight) for source, weight in self._sources.get(stem(word, lang), ())]
        return found

    def share(self, found: Mapping[str, float]) -> float:
        """Share of the question's rarity that is found, in [0, 1]."""
        return sum(self.rarity[source] * strength for source, strength in found.items()) / self.total

    def bm25(self, places: Iterable[Place], length: int, mean_length: float) -> float:
        """BM25 of a text in which the terms stand at these places; a translation counts by its weight.

        sum over terms of rarity · tf · (k1 + 1) / (tf + k1 · (1 - b + b · length / mean length))

        Args:
            places: Of the terms in the text.
            length: Of the text, in code points.
            mean_length: Of the texts that it is compared with.

        Source: Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, doi:10.1561/1500000019.
        """
        counts: dict[str, float] = {}
        for _, source, weight in places:
            counts[source] = counts.get(source, 0.0) + weight
        damping = K1 * (1 - B + B * length / mean_length)
        return sum(self.rarity[source] * n * (K1 + 1) / (n + damping) for source, n in counts.items())
