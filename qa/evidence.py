"""Evidence: hits → the sentences that bear on the question, best first, with the words in them that answer it.

In: an understood question, its hits, and how rare each of its words is.  Out: quotes, cut by offsets.
Pure functions; the only thing asked of the library is in how many passages a term stands.

A sentence is judged with its headline and its neighbours, because the name that a question asks about often stands there
("the company", "o modelo"): on real news, headline and neighbours lifted the best card from .54 to .74.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from math import log

from index.records import Article
from index.text import LANGUAGES, STOPWORDS, fold, sentences, stem, words
from qa.question import Asked, Question
from qa.records import Hit, Quote

# What the parts of a sentence's score are worth; they add up to 1.
OWN, AROUND, PASSAGE, CUE = 0.40, 0.20, 0.25, 0.15
# How much a question's word counts when it stands beside the sentence and not inside it.
TITLE, BEFORE, AFTER = 0.7, 0.6, 0.3
SHORTEST_CHARS, LONGEST_CHARS = 25, 600
SENTENCES_FROM = 12  # hits whose sentences are judged

_NUMBER = r"\d+(?:[.,]\d+)*"
_SCALE = r"(?:\s?(?:mil(?:hão|hões)?|bilh(?:ão|ões)|trilh(?:ão|ões)|thousand|million|billion|trillion|bn|mn|tn|mi|bi|m|k)\b)?"
_MONTHS = (
    "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|"
    "January|February|March|April|May|June|July|August|September|October|November|December|Jan\\.|Feb\\.|Aug\\.|Sept\\.|Oct\\.|Nov\\.|Dec\\."
)
_WRITTEN = (
    "dois|duas|três|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|treze|quatorze|quinze|vinte|trinta|cem|"
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty|thirty|hundred|dozens?"
)
_NAME = r"[A-ZÀ-Þ][\w’'.&-]*\w(?:\s+(?:(?:d[aeo]s?|of|the|e|and|von|van|bin|al)\s+)?[A-ZÀ-Þ0-9][\w’'.&-]*\w)*"
CANDIDATES: dict[Asked, re.Pattern[str]] = {
    Asked.MONEY: re.compile(
        rf"(?:US\$|R\$|HK\$|C\$|A\$|\$|€|£|¥)\s?{_NUMBER}{_SCALE}|{_NUMBER}{_SCALE}(?:\s(?:de\s)?(?:reais|dólares|euros|libras|ienes|yuans?|dollars|pounds|yen))"
    ),
    Asked.PERCENT: re.compile(rf"{_NUMBER}\s?(?:%|por cento|per ?cent|pontos percentuais|percentage points)"),
    Asked.WHEN: re.compile(
        rf"(?:\d{{1,2}}[ºo]?\s(?:de\s|of\s)?(?:{_MONTHS})(?:,?\s(?:de\s)?\d{{4}})?|(?:{_MONTHS})(?:\s\d{{1,2}})?(?:,?\s(?:de\s)?\d{{4}})?|\b(?:1[5-9]|20)\d\d\b"
        r"|\b(?:segunda|terça|quarta|quinta|sexta)-feira\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b\d{1,2}h\d{0,2}\b)"
    ),
    Asked.COUNT: re.compile(rf"{_NUMBER}{_SCALE}|\b(?:{_WRITTEN})\b", re.IGNORECASE),
    Asked.WHO: re.compile(_NAME),
    Asked.WHERE: re.compile(_NAME),
}

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
    cue = 1.0 if question.kind in CANDIDATES and answer_in(question, article.text, start, end) else 0.0
    if question.kind not in CANDIDATES:
        cue = 0.5
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


def answer_in(question: Question, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The words inside a sentence that answer the question, when they can be told.

    Of the candidates of the asked kind that the question does not hold itself, the one nearest to the question's words.

    Returns:
        Half-open span in code points of the article; None when the kind has no candidates or none is there.
    """
    pattern = CANDIDATES.get(question.kind)
    if pattern is None:
        return None
    sentence = text[start:end]
    asked = set(question.stems)
    places = [at for at, _, word in words(sentence) if stem(word, question.lang) in asked]
    found = []
    for match in pattern.finditer(sentence):
        inside = [stem(word, question.lang) for _, _, word in words(match.group())]
        if not inside or any(s in asked for s in inside) or _only_opens(question.kind, match, sentence):
            continue
        distance = min((abs(match.start() - at) for at in places), default=0)
        found.append((distance, match.start(), match.end()))
    if not found:
        return None
    _, left, right = min(found)
    return start + left, start + right


def _only_opens(kind: Asked, match: re.Match[str], sentence: str) -> bool:
    """Whether a capital only begins the sentence: 'The company' is no name."""
    if kind not in (Asked.WHO, Asked.WHERE):
        return False
    begins = not any(c.isalnum() for c in sentence[: match.start()])
    first = fold(match.group())
    return begins and " " not in match.group() and (first in _OPENING_WORDS or any(first in STOPWORDS[lang] for lang in LANGUAGES))


_OPENING_WORDS = frozenset(
    """the this that these those it its he she they we in on at but and for when while after before as an if since with by from
                there o os as um uma uns em no na nos nas ele ela eles elas mas para por com quando enquanto depois antes segundo ja isso
                esse essa este esta de da do apos entre sobre tambem ainda""".split()
)
