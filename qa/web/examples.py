"""Examples: questions to offer before the first one is asked.

    the corpus' questions.txt, if there is one ──────────────────────────► its lines
    else the newest articles ─┬─ headlines, at once                      ► "What is known about …?"
                              └─ questions that they answer, a little later; headlines where these are few

In: a library, the folder of the corpus.  Out: what to offer.  Never: raises for want of a file.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

import numpy as np

from index.library import Library
from index.text import language
from qa.openers import openers
from qa.shown import shown

EXAMPLES = 8
NEWEST = 250  # articles of which questions are made
OPENERS_S = 5.0
QUESTIONS_BYTES = 64_000


class Example(TypedDict):
    """A question to offer, or the headline that one is made of."""

    text: str
    lang: str
    headline: bool


def of_corpus(corpus_dir: Path) -> list[Example]:
    """The lines of its questions.txt; none when there is none that can be read."""
    try:
        with (corpus_dir / "questions.txt").open("rb") as file:
            text = file.read(QUESTIONS_BYTES).decode("utf-8-sig", errors="replace")
    except OSError:  # no such file, or no right to read it: examples are no reason to stop
        return []
    lines = [shown(line.strip()) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [{"text": line, "lang": language(line), "headline": False} for line in lines]


def headlines(library: Library) -> list[Example]:
    """Those of the newest articles."""
    articles = [library.article(name) for name in newest(library, EXAMPLES)]
    return [{"text": shown(article.title), "lang": article.lang, "headline": True} for article in articles if article.title]


def answered(library: Library, offered: Sequence[Example]) -> list[Example]:
    """Questions that the newest articles answer, each tried, then as many of those offered as there is room for; takes some seconds."""
    found = openers(library, newest(library, NEWEST), most=EXAMPLES, within_s=OPENERS_S)
    made: list[Example] = [{"text": shown(one.text), "lang": one.lang, "headline": False} for one in found]
    return [*made, *offered][:EXAMPLES]


def newest(library: Library, most: int) -> list[str]:
    """Ids of the newest articles that may answer, newest first, those of one day by id; without those whose day is not known."""
    places = library.answering()
    days = library.columns.days[places]
    least = max([1, *np.sort(days)[-most:][:1].tolist()])  # the day of the last one that there is room for; 0 is none
    found = [(-int(day), library.id_at(place)) for day, place in zip(days, places.tolist(), strict=True) if day >= least]
    return [id_ for _, id_ in sorted(found)[:most]]
