"""Weights: what each part of a score is worth, read from weights.toml.  That file is made by a command, from questions with answers.

passages    lexical, dense (by the languages of question and article), date, kind
sentences   own words, words around, article, passage, kind, close, agreed, lead, date, and what lowers: that it asks
subject     logistic regression that an article is on what is asked, by the languages of question and article
fact        logistic regression that it also tells the fact
"""

import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from index.records import Record

FILE = Path(__file__).with_name("weights.toml")


class PassageWeights(Record):
    """What the parts of a passage's score are worth."""

    lexical: dict[str, float] = Field(description="Share of BM25 by `pair`; the cosine has the rest up to 1.")
    date: float = Field(ge=0, description="Of nearness in date.")
    kind: float = Field(ge=0, description="Of holding a candidate of the kind asked for.")


class Weights(Record):
    """All weights."""

    passage: PassageWeights
    sentence: dict[str, float] = Field(description="By the name of the part; those above 0 add up to 1.")
    subject: dict[str, dict[str, float]] = Field(description="That an article is on it: by `pair`, slopes by feature, `intercept` among them.")
    fact: dict[str, float] = Field(description="That it tells the fact: slopes by feature, `intercept` among them.")
    confidence: dict[str, float] = Field(description="How both make the confidence: `level`, `subject`, `fact`.")
    answers_from: float = Field(ge=0, le=1, description="Least confidence with which something is said.")


@lru_cache(maxsize=1)
def weights() -> Weights:
    """Those of weights.toml, read once."""
    return Weights.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))


def pair(question: str, article: str) -> str:
    """Which weights belong to the languages of a question and an article: 'pt', 'en' or 'across'.

    >>> pair("en", "en"), pair("en", "pt"), pair("pt", "")
    ('en', 'across', 'pt')
    """
    return question if article in (question, "") else "across"
