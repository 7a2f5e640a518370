"""Evidence: hits → the sentences that bear on the question, best first, with the words in them that answer it.

In: an understood question, its hits, and how rare each of its words is.  Out: quotes, cut by offsets.
Pure functions; the only thing asked of the library is in how many passages a term stands.

A sentence is judged with its headline and its neighbours, because the name that a question asks about often stands there
("the company", "o modelo"): on real news, headline and neighbours lifted the best card from .54 to .74.
"""

from collections.abc import Callable, Mapping, Sequence
from math import log

from index.records import Article
from index.text import sentences, stem, words
from qa.candidates import PATTERNS, answer_in
from qa.question import Question
from qa.records import Hit, Quote

# What the parts of a sentence's score are worth; they add up to 1.
OWN, AROUND, PASSAGE, CUE = 0.30, 0.30, 0.15, 0.25
# How much a question's word counts when it stands beside the sentence and not inside it.
TITLE, BEFORE, AFTER = 0.7, 0.6, 0.3
SHORTEST_CHARS, LONGEST_CHARS = 25, 600
SENTENCES_FROM = 12  # hits whose sentences are judged

Frequency = Callable[[str], int]


def rarity(stems: Sequence[str], frequency: Frequency, passages: int) -> dict[str, float]:
    """How much each stem tells: ln(1 + (N - n + 0.5) / (n + 0.5)), as BM25 weighs it.

    Args:
        stems: Of the question.
        frequency: In how many passages a stem stands.
        passages: How many there are.

    >>> round(rarity(["chip"], lambda stem: 1, 1)["chip"], 4)
    0.2877
    """
    return {s: log(1 + (passages - n + 0.5) / (n + 0.5)) for s in stems for n in [min(frequency(s), passages)]}


def quotes(question: Question, hits: Sequence[Hit], weights: Mapping[str, float]) -> list[Quote]:
    """The sentences of the best hits, best first.

    Args:
        question: Understood.
        hits: Best first.
        weights: Rarity of each of the question's stems.

    Returns:
        One quote for each sentence that lies whole in a hit; ties keep the order of the hits. Scores are in [0, 1].
    """
    found: dict[str, Quote] = {}
    best = max((hit.score for hit in hits), default=0.0) or 1.0
    for hit in hits[:SENTENCES_FROM]:
        article, base = hit.passage.article, hit.passage.start
        spans = [(base + start, base + end) for start, end in sentences(hit.passage.text)]
        for start, end in spans:
            quote = Quote(article=article, start=start, end=end, score=0.0)
            if quote.address in found or not worth_reading(quote.text):
                continue
            score = judge(question, article, start, end, weights, hit.score / best)
            found[quote.address] = quote.model_copy(update={"score": score, "answer": answer_in(question, article.text, start, end)})
    return sorted(found.values(), key=lambda quote: -quote.score)


def judge(question: Question, article: Article, start: int, end: int, weights: Mapping[str, float], passage: float) -> float:
    """Score of one sentence, in [0, 1]: own words, words around it, its passage, and a candidate of the asked kind.

    Args:
        question: Understood.
        article: In which it stands.
        start: Of the sentence.
        end: Of the sentence.
        weights: Rarity of each of the question's stems.
        passage: Score of its passage, the best being 1.
    """
    own, around = coverage(question, article, start, end, weights)
    cue = 0.5 if question.kind not in PATTERNS else 1.0 if answer_in(question, article.text, start, end) else 0.0
    score = OWN * own + AROUND * around + PASSAGE * passage + CUE * cue
    if article.text[end - 1] == "?" or end - start > LONGEST_CHARS:
        score *= 0.6
    return min(1.0, max(0.0, score))


def coverage(question: Question, article: Article, start: int, end: int, weights: Mapping[str, float]) -> tuple[float, float]:
    """Share of the question's rarity that a sentence bears: by its own words, and with headline and neighbours.

    Returns:
        (own, around), both in [0, 1], own <= around.
    """
    total = sum(weights.values())
    if not total:
        return 0.0, 0.0
    lang = question.lang
    own = stems_of(article.text[start:end], lang)
    before, after = neighbours(article.text, start, end)
    around = [
        (TITLE, stems_of(article.title, lang)),
        (BEFORE, stems_of(article.text[before:start], lang)),
        (AFTER, stems_of(article.text[end:after], lang)),
    ]
    near = {s: 1.0 if s in own else max((worth for worth, where in around if s in where), default=0.0) for s in weights}
    return (
        sum(weight for s, weight in weights.items() if s in own) / total,
        sum(weight * near[s] for s, weight in weights.items()) / total,
    )


def neighbours(text: str, start: int, end: int, reach_chars: int = 300) -> tuple[int, int]:
    """Where the text around a sentence begins and ends: up to `reach_chars` on both sides."""
    return max(0, start - reach_chars), min(len(text), end + reach_chars)


def stems_of(text: str, lang: str) -> frozenset[str]:
    """The different stems of a text."""
    return frozenset(stem(word, lang) for _, _, word in words(text) if word)


def worth_reading(text: str) -> bool:
    """Whether a sentence says something by itself: long enough, with words, and no list of links or labels.

    >>> worth_reading("Leia mais"), worth_reading("A Z.AI lançou o modelo na quarta-feira.")
    (False, True)
    """
    letters = sum(c.isalpha() for c in text)
    return len(text) >= SHORTEST_CHARS and letters >= 0.5 * len(text.replace(" ", "")) and sum(1 for _ in words(text)) >= 5
