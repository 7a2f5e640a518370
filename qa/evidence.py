"""Evidence: hits → the sentences that bear on the question, best first, with the words in them that answer it.

In: an understood question, its terms, its hits.  Out: quotes, cut by offsets, each with the parts of its score.
Pure functions; what the parts are worth is in weights.toml.

A sentence is judged with its headline and its neighbours, because the name that a question asks about often stands there
("the company", "o modelo"): on real news, headline and neighbours lifted the best card from .54 to .74.
"""

import re
from collections.abc import Mapping, Sequence
from math import exp
from typing import NamedTuple

from index.text import fold, sentences, words
from qa.candidates import NEAR_CHARS, Candidate, answer_in, candidates, grade
from qa.furniture import is_furniture
from qa.question import Question
from qa.records import Hit, Quote
from qa.terms import Place, Terms, borne, strengths
from qa.weights import Weights, weights
from qa.when import When

# How much a question's word counts when it stands beside the sentence and not inside it.
TITLE, BEFORE, AFTER = 0.7, 0.6, 0.3
REACH_CHARS = 300  # how far beside it is looked
SHORTEST_CHARS = 25
SENTENCES_FROM = 12  # hits whose sentences are judged
LEAD_CHARS = 30  # before the first sentence of an article at most: a place and an agency
CANDIDATES_COMPARED = 4  # of a sentence, the surest, that other articles may agree with
AGREED = 2.0  # other articles, each counted by how well it bears the question, from which more add nothing


class Judged(NamedTuple):
    """A sentence, what it bears of the question, and the parts of its score."""

    quote: Quote
    own: dict[str, float]  # stem of the question → how well the sentence itself says it, in [0, 1]
    around: dict[str, float]  # the same with headline and neighbours, never less
    parts: dict[str, float]  # name → value in [0, 1], before it is weighed
    candidates: tuple[Candidate, ...]  # for the answer, the surest first
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
    found = _read(question, terms, hits[:SENTENCES_FROM], when)
    whole = _by_article(found)
    weighed = []
    for one, agreed in zip(found, agreement(found, terms), strict=True):
        parts = one.parts | {"article": terms.share(whole[one.quote.article.id]), "agreed": agreed}
        weighed.append(one._replace(quote=one.quote.model_copy(update={"score": score(parts, by)}), parts=parts))
    return sorted(weighed, key=lambda one: -one.quote.score)


def _read(question: Question, terms: Terms, hits: Sequence[Hit], when: When) -> list[Judged]:
    """Each sentence of the hits once, in their order, with the parts that it has by itself."""
    found: dict[str, Judged] = {}
    best = max((hit.score for hit in hits), default=0.0) or 1.0
    for hit in hits:
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
            fit = candidates(question, places, article.text, start, end)
            inside = [place for place in places if start <= place.at < end]
            parts = {
                "own": terms.share(own),
                "around": terms.share(around),
                "kind": grade(question, fit),
                "close": max((one.grade * closeness(one, inside, terms) for one in fit), default=0.0),
                "lead": float(start <= LEAD_CHARS),
                "asks": float(article.text[end - 1] == "?"),
                **shared,
            }
            found[quote.address] = Judged(quote.model_copy(update={"answer": answer_in(question, fit)}), own, around, parts, tuple(fit), hit)
    return list(found.values())


def _by_article(found: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """How well all the sentences of an article say each term together: by article, and stem."""
    whole: dict[str, dict[str, float]] = {}
    for one in found:
        said = whole.setdefault(one.quote.article.id, {})
        for stem, strength in one.around.items():
            said[stem] = max(said.get(stem, 0.0), strength)
    return whole


def closeness(candidate: Candidate, places: Sequence[Place], terms: Terms) -> float:
    """How much of the question, but for its names, is said close to a candidate, in [0, 1].

    A word of the question counts its rarity · exp(-characters between it and the candidate / 40).

    Args:
        candidate: Of a sentence.
        places: Of the question's terms in that sentence.
        terms: Of the question.
    """
    near: dict[str, float] = {}
    for at, stem, weight in places:
        apart = max(candidate.start - at, at - candidate.end, 0)
        near[stem] = max(near.get(stem, 0.0), weight * exp(-apart / NEAR_CHARS))
    return borne(terms.plain, near)


def agreement(found: Sequence[Judged], terms: Terms) -> list[float]:
    """For each sentence, how far other articles bear out its best candidate: the same words are a candidate there, in [0, 1].

    Several articles with the same answer are a better sign than one. Source: Clarke, Cormack, Lynam, "Exploiting Redundancy in
    Question Answering", SIGIR 2001, doi:10.1145/383952.384024.
    """
    told: dict[str, dict[str, float]] = {}  # words → article → how well its best sentence with them bears the question
    for one in found:
        for name, fit in _compared(one):
            by_article = told.setdefault(name, {})
            bears = fit.grade * terms.share(one.around)
            by_article[one.quote.article.id] = max(by_article.get(one.quote.article.id, 0.0), bears)
    return [max((fit.grade * _others(told[name], one.quote.article.id) for name, fit in _compared(one)), default=0.0) for one in found]


def _compared(one: Judged) -> list[tuple[str, Candidate]]:
    """The surest candidates of a sentence, each with its words in a form in which equal ones are equal."""
    text = one.quote.article.text
    return [(fold(text[fit.start : fit.end]).strip(" .,"), fit) for fit in one.candidates[:CANDIDATES_COMPARED]]


def _others(by_article: Mapping[str, float], article: str) -> float:
    return min(AGREED, sum(bears for other, bears in by_article.items() if other != article)) / AGREED


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
    """Whether a sentence says something by itself: long enough, with words, no list of links or labels, and not of the page instead of the news.

    >>> worth_reading("Leia mais"), worth_reading("A Z.AI lançou o modelo na quarta-feira.")
    (False, True)
    """
    letters = sum(c.isalpha() for c in text)
    return len(text) >= SHORTEST_CHARS and letters >= 0.5 * len(text.replace(" ", "")) and sum(1 for _ in words(text)) >= 5 and not is_furniture(text)


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
