"""Glossary: the words of one language that say what a word of the other says.

    glossary.txt ── pairs ──┐
                            ├─► alternatives: stem of the question → stems of the other language, each with a weight
    endings of cognates ────┘

In: a question's words.  Out: weighted stems.  Names and figures need no entry: the lexical index keeps every word under
both languages, so that they meet by themselves.

A pair weighs less the more readings it has: a word with four translations says little by any one of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from index.errors import GlossaryError
from index.text import LANGUAGES, STOPWORDS, content, fold, stem, words

FILE = Path(__file__).with_name("glossary.txt")
COGNATE = 0.5  # weight of a word that is only built like the other
LONGEST = 4  # words of a term that are looked up together
FURTHER = 0.8  # what each further translation of a line weighs, of the one before
SHORTEST_COGNATE = 5  # letters from which endings are trusted


class Pair(NamedTuple):
    """One line's Portuguese term with one of its translations."""

    line: int
    pt: str
    en: str
    place: int  # of the translation in its line, from 0: the first is the best


def read(text: str) -> Iterator[Pair]:
    r"""The pairs of a glossary: `português = english, other english`; lines with # are headings.

    Raises:
        GlossaryError: naming the line that is no pair, or says again what an earlier one said.

    >>> [(pair.pt, pair.en) for pair in read("# law\njuiz = judge, magistrate")]
    [('juiz', 'judge'), ('juiz', 'magistrate')]
    """
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        left, equals, right = line.partition(" = ")
        translations = [term.strip() for term in right.split(",")]
        if not equals or not left.strip() or not all(translations) or "=" in right:
            raise GlossaryError(f"{FILE.name}, line {number}: {line.strip()[:60]!r} is not `português = english, other english`")
        if left.strip() in seen:
            raise GlossaryError(
                f"{FILE.name}, line {number}: {left.strip()!r} stands in line {seen[left.strip()]} already: put all translations there"
            )
        if len(set(translations)) < len(translations):
            raise GlossaryError(f"{FILE.name}, line {number}: a translation of {left.strip()!r} stands there twice")
        seen[left.strip()] = number
        for place, translation in enumerate(translations):
            yield Pair(number, left.strip(), translation, place)


def stems_of_term(term: str, lang: str) -> tuple[str, ...]:
    """Stems of a term's words, without stop words unless there are no others.

    >>> stems_of_term("taxa de juros", "pt")
    ('tax', 'jur')
    """
    return tuple(stem(word, lang) for _, word in content(term, lang))


class Glossary:
    """Translations of stems in both directions."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._terms: dict[str, dict[tuple[str, ...], dict[tuple[str, ...], float]]] = {lang: defaultdict(dict) for lang in LANGUAGES}
        self._common = {lang: _small(pairs, lang, True) - _small(pairs, lang, False) for lang in LANGUAGES}
        for pair in pairs:
            sides = {"pt": stems_of_term(pair.pt, "pt"), "en": stems_of_term(pair.en, "en")}
            if not all(sides.values()):
                continue
            weight = FURTHER**pair.place
            for lang, other in (("pt", "en"), ("en", "pt")):
                known = self._terms[lang][sides[lang]]
                known[sides[other]] = max(weight, known.get(sides[other], 0.0))

    def __len__(self) -> int:
        """How many different pairs of stems it holds."""
        return sum(len(translations) for translations in self._terms["pt"].values())

    def common(self, word: str, lang: str) -> bool:
        """Whether a word is one that it writes with a small letter, and never with a capital: no name by itself.

        >>> glossary().common("rising", "en"), glossary().common("China", "en")
        (True, False)
        """
        return stem(fold(word), lang) in self._common[lang]

    def alternatives(self, found: Sequence[str], lang: str) -> dict[str, dict[str, float]]:
        """For each stem of a question, the stems of the other language that say the same.

        Args:
            found: The question's words of meaning, folded, in order.
            lang: Their language.

        Returns:
            Stem → {stem of the other language: weight in (0, 1]}. A term of several words is looked up whole before its words are.
        """
        stems = [stem(word, lang) for word in found]
        known = self._terms[lang]
        result: dict[str, dict[str, float]] = {}
        for s, word in zip(stems, found, strict=True):
            single = {side[0]: weight for side, weight in known.get((s,), {}).items() if len(side) == 1}
            several = {t: weight for side, weight in known.get((s,), {}).items() if len(side) > 1 for t in side}
            share = max(1, len(known.get((s,), ()))) ** -0.5
            result[s] = {t: weight * share for t, weight in (several | single).items()}
            if not result[s]:
                result[s] = {stem(guess, other(lang)): COGNATE for guess in cognates(word, lang)}
        start = 0
        while start < len(stems):
            size = next((n for n in range(min(LONGEST, len(stems) - start), 1, -1) if tuple(stems[start : start + n]) in known), 1)
            if size > 1:
                self._take_whole(tuple(stems[start : start + size]), lang, result)
            start += size
        return result

    def _take_whole(self, term: tuple[str, ...], lang: str, result: dict[str, dict[str, float]]) -> None:
        """Give the words of a term of several words the words of its translations, each the one that is its own where one is known."""
        for side, weight in self._terms[lang][term].items():
            own = {s: [t for t in side if t in result[s]] for s in term}
            left = [t for t in side if not any(t in taken for taken in own.values())]
            for s in term:
                for t in own[s] or left or side:
                    result[s][t] = max(weight, result[s].get(t, 0.0))


def _small(pairs: Sequence[Pair], lang: str, so: bool) -> frozenset[str]:
    """Stems of the terms of a language that are written with small letters alone, or of those that are not."""
    return frozenset(found for pair in pairs if getattr(pair, lang).islower() is so for found in stems_of_term(getattr(pair, lang), lang))


def other(lang: str) -> str:
    """The language that a language is translated into.

    >>> other("pt")
    'en'
    """
    return "en" if lang == "pt" else "pt"


# Endings of Portuguese words, folded, and of the English words of the same origin.
ENDINGS = (
    ("cao", "tion"), ("coes", "tions"), ("sao", "sion"), ("ssao", "ssion"), ("dade", "ty"), ("idade", "ity"), ("encia", "ence"), ("encia", "ency"),
    ("ancia", "ance"), ("ancia", "ancy"), ("ista", "ist"), ("ismo", "ism"), ("ico", "ic"), ("ica", "ic"), ("ica", "ics"), ("ico", "ical"), ("ica", "ical"),
    ("oso", "ous"), ("osa", "ous"), ("ivo", "ive"), ("iva", "ive"), ("avel", "able"), ("ivel", "ible"), ("mento", "ment"), ("logia", "logy"),
    ("grafia", "graphy"), ("ario", "ary"), ("aria", "ary"), ("orio", "ory"), ("oria", "ory"), ("ia", "y"), ("ura", "ure"), ("nte", "nt"), ("or", "or"),
    ("ador", "ator"), ("al", "al"), ("ano", "an"), ("ana", "an"), ("ina", "ine"), ("ino", "ine"), ("ato", "ate"), ("ado", "ate"), ("ar", "ate"),
    ("izar", "ize"), ("izar", "ise"), ("ificar", "ify"), ("ido", "id"), ("ida", "id"), ("ude", "ude"), ("ma", "m"), ("ema", "em"), ("o", ""), ("a", ""), ("e", ""),
)  # fmt: skip
# Spellings inside a word: Portuguese, English.
_SPELLINGS = (
    ("f", "ph"),
    ("t", "th"),
    ("c", "ch"),
    ("i", "y"),
    ("qu", "ch"),
    ("t", "ct"),
    ("c", "cc"),
    ("s", "ss"),
    ("l", "ll"),
    ("m", "mm"),
    ("n", "nn"),
    ("p", "pp"),
)


@lru_cache(maxsize=10_000)
def cognates(word: str, lang: str) -> tuple[str, ...]:
    """Words of the other language that a folded word would be if the two had grown from one.

    They are guesses, to be looked for in the index: most do not exist, and cost nothing.

    >>> "nacao" in cognates("nation", "en"), "university" in cognates("universidade", "pt"), "fotografia" in cognates("photography", "en")
    (True, True, True)
    """
    if len(word) < SHORTEST_COGNATE or not word.isalpha():
        return ()
    mine, its = (0, 1) if lang == "pt" else (1, 0)
    guesses = dict.fromkeys(word[: len(word) - len(ending[mine])] + ending[its] for ending in ENDINGS if word.endswith(ending[mine]))
    once = [guess.replace(one[mine], one[its]) for guess in guesses for one in _SPELLINGS if one[mine] in guess]
    twice = [guess.replace(one[mine], one[its]) for guess in once for one in _SPELLINGS if one[mine] in guess]
    return tuple(dict.fromkeys([*guesses, *once, *twice]))[:60]  # likeliest first


def faults(pairs: Sequence[Pair]) -> Iterator[str]:
    """What reads as a pair and cannot be one, one line each.

    >>> list(faults([Pair(3, "juiz", "juiz2", 0), Pair(4, "de", "of", 0)]))
    ["line 3: 'juiz2' holds a figure", "line 4: 'de' is a stop word and would be looked up nowhere"]
    """
    for pair in pairs:
        for lang, side in (("pt", pair.pt), ("en", pair.en)):
            if any(c.isdigit() for c in side):
                yield f"line {pair.line}: {side!r} holds a figure"
            elif not any(word for _, _, word in words(side)):
                yield f"line {pair.line}: {side!r} has no word"
            elif not side.isupper() and all(word in STOPWORDS[lang] for _, _, word in words(side)):
                yield f"line {pair.line}: {side!r} is a stop word and would be looked up nowhere"
                break


@lru_cache(maxsize=1)
def glossary() -> Glossary:
    """The project's own, read once.

    Raises:
        GlossaryError: a line is no pair.
    """
    return Glossary(list(read(FILE.read_text(encoding="utf-8"))))
