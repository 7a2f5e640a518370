"""Evidence: hits → the sentences that bear on the question, best first, with the words in them that answer it.

In: an understood question, its terms, its hits.  Out: quotes, cut by offsets, each with the parts of its score.
Pure functions; what the parts are worth is in weights.toml.

A sentence is judged with its headline and its neighbours, because the name that a question asks about often stands there
("the company", "o modelo"): on real news, headline and neighbours lifted the best card from .54 to .74.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.text import sentences, words
from qa.candidates import answer_in, candidates, grade
from qa.question import Question
from qa.records import Hit, Quote
from qa.terms import Place, Terms, strengths
from qa.weights import Weights, weights
from qa.when import When

# How much a question's word counts when it stands beside the sentence and not inside it.
TITLE, BEFORE, AFTER = 0.7, 0.6, 0.3
REACH_CHARS = 300  # how far beside it is looked
SHORTEST_CHARS, LONGEST_CHARS = 25, 400
SENTENCES_FROM = 12  # hits whose sentences are judged


class Judged(NamedTuple):
    """A sentence, what it bears of the question, and the parts of its score."""

    quote: Quote
    own: dict[str, float]  # stem of the question → how well the sentence itself says it, in [0, 1]
    around: dict[str, float]  # the same with headline and neighbours, never less
    parts: dict[str, float]  # name → value in [0, 1], before it is weighed
    hit: Hit


def judged(question: Question, terms: Terms, hits: Sequence[Hit], when: When, by: Weights | None = None) -> list[Judged]:
    """The sentences of the best hits, best first.

    Args:
        question: Understood.
        terms: Of the question, over this corpus.
        hits: Best first.
        when: The days asked about.
        by: What the parts are worth; the usual weights when None.

    Returns:
        One for each sentence that lies whole in a hit; ties keep the order of the hits. Scores are in [0, 1].
    """
    by = by or weights()
    found: dict[str, Judged] = {}
    best = max((hit.score for hit in hits), default=0.0) or 1.0
    for hit in hits[:SENTENCES_FROM]:
        article, base = hit.passage.article, hit.passage.start
        title = {stem: TITLE * strength for stem, strength in strengths(terms.places(article.title, article.lang)).items()}
        reach = max(0, base - REACH_CHARS)
        places = terms.places(article.text, article.lang, reach, hit.passage.end + REACH_CHARS)
        shared = {"passage": min(1.0, hit.score / best), "date": when.nearness(article.day)}
        for left, right in sentences(hit.passage.text):
            start, end = base + left, base + right
            quote = Quote(article=article, start=start, end=end, score=0.0, answer=None)
            if quote.address in found or not worth_reading(quote.text):
                continue
            own, around = bearing(places, title, start, end)
            of_kind = candidates(question, places, article.text, start, end)[:1]
            answer = answer_in(question, places, article.text, start, end) if of_kind else None
            parts = {
                "own": terms.share(own),
                "around": terms.share(around),
                "kind": grade(question, of_kind),
                "near": max((one.grade * one.near for one in of_kind), default=0.0),
                "asks": float(article.text[end - 1] == "?"),
                "long": float(end - start > LONGEST_CHARS),
                **shared,
            }
            quote = quote.model_copy(update={"score": score(parts, by), "answer": answer})
            found[quote.address] = Judged(quote, own, around, parts, hit)
    return sorted(found.values(), key=lambda one: -one.quote.score)


def score(parts: dict[str, float], by: Weights) -> float:
    """Score of a sentence: its parts, each weighed, in [0, 1].

    >>> round(score({"own": 1.0, "around": 1.0}, weights()), 3) == round(weights().sentence["own"] + weights().sentence["around"], 3)
    True
    """
    return min(1.0, max(0.0, sum(by.sentence.get(name, 0.0) * value for name, value in parts.items())))


def bearing(places: Sequence[Place], title: dict[str, float], start: int, end: int) -> tuple[dict[str, float], dict[str, float]]:
    """How well each term is said by a sentence itself, and with headline and neighbours.

    Args:
        places: Of the terms in the article, at least from REACH_CHARS before the sentence to as much behind it.
        title: How well the headline says each term, weighed already.
        start: Of the sentence.
        end: Of the sentence.

    Returns:
        (own, around): stem → strength in [0, 1], own never above around.
    """
    own = strengths(places, start, end)
    around = dict(title)
    for worth, found in (
        (BEFORE, strengths(places, start - REACH_CHARS, start)),
        (AFTER, strengths(places, end, end + REACH_CHARS)),
        (1.0, own),
    ):
        for stem, strength in found.items():
            around[stem] = max(around.get(stem, 0.0), worth * strength)
    return own, around


def worth_reading(text: str) -> bool:
    """Whether a sentence says something by itself: long enough, with words, and no list of links or labels.

    >>> worth_reading("Leia mais"), worth_reading("A Z.AI lançou o modelo na quarta-feira.")
    (False, True)
    """
    letters = sum(c.isalpha() for c in text)
    return len(text) >= SHORTEST_CHARS and letters >= 0.5 * len(text.replace(" ", "")) and sum(1 for _ in words(text)) >= 5


_LEANS = re.compile(
    r"""^["“'‘(\[—–\s-]*(?:(?:mas|e|já|então|também|porém|segundo|but|and|so|then|also|however|later)[\s,]+)?
    (?:el[ea]s?|iss[oa]|ess[ea]s?|est[ea]s?|aquel[ea]s?|(?:o|a)\s(?:mesm[oa]|seguinte)|he|she|it|they|this|that|these|those|both|its|his|her|their)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def leans(text: str) -> bool:
    """Whether a sentence's subject is a pronoun, so that it says whom it means only with the sentence before.

    >>> leans("Ela foi lançada em Pequim."), leans("But he denied it."), leans("A Z.AI lançou o modelo.")
    (True, True, False)
    """
    return bool(_LEANS.match(text))
