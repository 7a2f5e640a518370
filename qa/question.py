"""Understand the question: its language, its terms, what kind of answer it asks for, and what it refers back to.

In: the question as asked and the turns before it.  Out: a question that stands alone.
Pure functions; nothing is read or searched.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from pydantic import Field

from index.errors import QuestionError
from index.records import Record
from index.text import clean, content, language, sentences, stem, words
from qa.followups import MOST_TURNS, Turn, standing_alone
from qa.glossary import glossary
from qa.kinds import Asked, counted, happening_in, is_only_asking, kind_of, unit_asked

MOST_CHARS = 2000


class Question(Record):
    """A question that stands alone."""

    asked: str = Field(description="As asked, cleaned.")
    text: str = Field(description="As searched.")
    lang: str = Field(description="'pt' or 'en'.")
    kind: Asked
    stems: tuple[str, ...] = Field(description="Stems of its content words, each once, in order; empty when there is no word to search for.")
    names: frozenset[str] = Field(default=frozenset(), description="Those of the stems that stand as a name or a figure.")
    counted: tuple[str, ...] = Field(default=(), description="Stems of the thing counted, or of the noun after 'which'; empty when it does not say.")
    unit: str = Field(default="", description="What the number asked for is measured in, a key of qa.kinds.UNITS; empty when it does not say.")


def understand(asked: str, history: Sequence[str | Turn] = ()) -> Question:
    """What a question asks, on its own or after others.

    Args:
        asked: As typed.
        history: The conversation, oldest first: earlier questions, or turns that also tell what was answered and cited.

    Returns:
        The question as it is to be searched; `stems` is empty when there is no word in it.

    Raises:
        QuestionError: it is longer than MOST_CHARS, or no text at all; or an earlier question is no text.

    >>> understand("E quanto custa?", ["Quem lançou o GLM-Image?"]).text
    'E quanto custa? (GLM-Image)'
    """
    if not isinstance(asked, str):
        raise QuestionError(f"a question is text, not {type(asked).__name__}")
    if len(asked) > MOST_CHARS:
        raise QuestionError(f"the question has {len(asked)} characters, but at most {MOST_CHARS} can be searched: ask it in fewer words")
    asked = " ".join(clean(asked).split())
    turns: list[Turn] = []
    for turn in history[-MOST_TURNS:]:
        if not isinstance(turn, str | Turn):
            raise QuestionError(f"an earlier question is text, not {type(turn).__name__}")
        turns.append(turn if isinstance(turn, Turn) else Turn(question=standing_alone(turn[:MOST_CHARS], language(turn) or "en", turns)))
    lang = language(asked) or happening_in(asked) or next(filter(None, (language(turn.question) for turn in reversed(turns))), "") or "en"
    text = standing_alone(asked, lang, turns)[:MOST_CHARS]
    kind = kind_of(text, lang)
    return Question(
        asked=asked,
        text=text,
        lang=lang,
        kind=kind,
        stems=content_stems(text, lang),
        names=name_stems(text, lang),
        counted=counted(text, lang, kind),
        unit=unit_asked(text, lang, kind),
    )


_OF_THESE = re.compile(r"\b(?:of the|d[ao]s) (?:following|seguintes)\b", re.IGNORECASE)


def content_stems(text: str, lang: str) -> tuple[str, ...]:
    """Stems of the words that carry meaning, each once, in order; of all words when every one is a stop word.

    >>> content_stems("Quem treinou o modelo?", "pt")
    ('trein', 'model')
    """
    return tuple(dict.fromkeys(stem(word, lang) for _, word in content(_OF_THESE.sub("", text), lang)))


def name_stems(text: str, lang: str) -> frozenset[str]:
    """Stems of the words with a capital or a figure, but for a sentence's first word whose capital may only be the sentence's.

    >>> sorted(name_stems("Quando a Huawei vendeu o chip H200?", "pt")), sorted(name_stems("Rising prices worry France.", "en"))
    (['h200', 'huaw'], ['franc'])
    """
    opening = {next((start + at for at, _, word in words(text[start:end]) if word), -1) for start, end in sentences(text)}
    found = content(text, lang)
    followers = {start: text[after].isupper() for (start, _), (after, _) in pairwise(found)}
    return frozenset(
        stem(word, lang)
        for start, word in found
        if any(c.isdigit() for c in word)
        or (text[start].isupper() and not (start in opening and _only_opens(word, followers.get(start, False), lang)))
    )


def _only_opens(word: str, before_name: bool, lang: str) -> bool:
    """Whether a sentence's first word needs its capital for nothing else: it asks, or is a common word that no name follows."""
    return is_only_asking(word) or (not before_name and glossary().common(word, lang))
