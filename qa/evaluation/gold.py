"""Gold strings: whether a text holds one, and which of several choices a list of texts bears out.

Pure functions of text.  To count other spellings as right, change `normal`.
"""

import re
from collections.abc import Sequence

from index.text import fold

_BETWEEN = re.compile(r"[^\w%$€£]+")
LOOKED_AT = 10  # texts that a choice is sought in


def normal(text: str) -> str:
    """Words in lower case without accents or punctuation, one space before, between and after them.

    >>> normal("São Paulo: US$ 1.195!")
    ' sao paulo us$ 1 195 '
    """
    return f" {_BETWEEN.sub(' ', fold(text)).strip()} "


def holds(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the gold strings stands in the text, as whole words.

    >>> holds("A taxa caiu para 15%.", ["15%"]), holds("Em 2015 choveu.", ["15"])
    (True, False)
    """
    within = normal(text)
    return any(gold in within for gold in map(normal, answers) if gold.strip())


def best_choice(choices: Sequence[str], texts: Sequence[str]) -> int:
    """Place of the choice that the best ten texts bear out most, from 0.

    A text at place p, from 1, counts 1 / (p + 1) when the whole choice stands in it, and half the square of the share of
    the choice's words that do. The first of equals wins.

    >>> best_choice(["Lima", "Rio de Janeiro"], ["O museu do Rio", "Fica no Rio de Janeiro"])
    1
    """
    scores = [0.0] * len(choices)
    for place, text in enumerate(texts[:LOOKED_AT], 1):
        within = normal(text)
        for number, choice in enumerate(map(normal, choices)):
            words = choice.split()
            share = sum(f" {word} " in within for word in words) / len(words) if words else 0.0
            whole = bool(words) and choice in within
            scores[number] += (whole + share * share / 2) / (place + 1)
    return max(range(len(choices)), key=lambda number: (scores[number], -number))
