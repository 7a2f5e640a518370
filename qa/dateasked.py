"""A question as its dates are read: folded letter by letter, and the words beside a place of it.  Pure."""

import re
from bisect import bisect_left
from datetime import date
from typing import NamedTuple
from unicodedata import combining, normalize

from index.text import LANGUAGES, STOPWORDS
from qa.datewords import MONTHS, POSSESSIVE, SENTENCE_END, SMALL, WEEKDAYS, WORD


class Word(NamedTuple):
    """A word beside an expression; empty when punctuation or nothing stands there."""

    text: str = ""  # folded
    capital: bool = False  # Like this, not LIKE THIS
    opens: bool = False  # first of a sentence, where a capital tells nothing


class Asked:
    """A question and the words around a place of it."""

    def __init__(self, text: str, lang: str, as_of: date) -> None:
        self.text, self.as_of = text, as_of
        self.lang = lang if lang in LANGUAGES else "en"
        self.folded = fold(text)
        self.ordinals = bool(re.search(r"\b(?:primeir|terceir)[oa]", self.folded))  # then "na segunda" is no Monday either
        self._words = [match.span() for match in WORD.finditer(text)]

    def before(self, at: int) -> tuple[Word, Word]:
        """The word before a place, and the one before that."""
        i = bisect_left(self._words, (at, 0)) - 1
        word = self._word(i, i >= 0 and self.text[self._words[i][1] : at].isspace())
        return word, self._word(i - 1, bool(word.text) and i > 0 and self.text[self._words[i - 1][1] : self._words[i][0]].isspace())

    def after(self, at: int) -> Word:
        """The word after a place."""
        i = bisect_left(self._words, (at, 0))
        return self._word(i, i < len(self._words) and self.text[at : self._words[i][0]].isspace())

    def _word(self, i: int, adjacent: bool) -> Word:
        if not adjacent:
            return Word()
        start, end = self._words[i]
        opens = i == 0 or not SENTENCE_END.isdisjoint(self.text[self._words[i - 1][1] : start])
        return Word(self.folded[start:end], capital(self.text[start:end]), opens)

    def content(self, word: Word) -> bool:
        """Whether a word carries meaning of its own."""
        return bool(word.text) and word.text not in STOPWORDS[self.lang] and word.text not in SMALL

    def name(self, word: Word) -> bool:
        """Whether a word looks like part of a name."""
        return (
            word.capital and not word.opens and self.content(word) and not word.text.endswith(POSSESSIVE) and word.text[:3] not in MONTHS | WEEKDAYS
        )


def capital(word: str) -> bool:
    """Whether a word begins with a capital and is not all capitals: Like this, not LIKE THIS."""
    return word[:1].isupper() and not (len(word) > 1 and word.isupper())


def fold(text: str) -> str:
    """Lower case without accents, as long as the text: every character keeps its place.

    >>> fold("MARÇO, 1º"), len(fold("ﬁm"))
    ('marco, 1o', 2)
    """
    return text.lower() if text.isascii() else "".join(map(_fold, text))


def _fold(char: str) -> str:
    """A character in lower case and without accents, when that is one character; digits and signs stay what they are."""
    if char.isascii() or not char.isalpha():
        return char.lower() if char.isascii() else char
    folded = "".join(c for c in normalize("NFKD", char).lower() if not combining(c))
    return folded if len(folded) == 1 else char
