"""Candidates: the words inside a sentence that can answer the question: a figure, a date, a name.

kind of answer asked for ─► candidates of that kind ─► but the question's own words ─► the one that stands best

In: an understood question and a sentence by its offsets.  Out: a span inside it, or None.  Pure; words are only pointed at.
Where no candidate can be told from its likes, nothing is marked: a wrong mark misleads more than none.
"""

import re
from collections.abc import Iterator
from itertools import islice

from index.records import Span
from index.text import LANGUAGES, STOPWORDS, fold, sentences, stem, words
from qa.question import Asked, Question

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
PATTERNS: dict[Asked, re.Pattern[str]] = {
    Asked.MONEY: re.compile(
        rf"(?:US\$|R\$|HK\$|C\$|A\$|\$|€|£|¥)\s?{_NUMBER}{_SCALE}|{_NUMBER}{_SCALE}(?:\s(?:de\s)?(?:reais|dólares|euros|libras|ienes|yuans?|dollars|pounds|yen))"
    ),
    Asked.PERCENT: re.compile(rf"{_NUMBER}\s?(?:%|por cento|per ?cent|pontos percentuais|percentage points)"),
    Asked.WHEN: re.compile(
        rf"(?:\d{{1,2}}[ºo]?\s(?:de\s|of\s)?(?:{_MONTHS})(?:,?\s(?:de\s)?\d{{4}})?|(?:{_MONTHS})(?:\s\d{{1,2}})?(?:,?\s(?:de\s)?\d{{4}})?|\b(?:1[5-9]|20)\d\d\b"
        r"|\b(?:segunda|terça|quarta|quinta|sexta)-feira\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b\d{1,2}h\d{0,2}\b)"
    ),
    Asked.COUNT: re.compile(rf"(?<!\w)(?:{_NUMBER}|(?:{_WRITTEN})\b){_SCALE}(?!\w)", re.IGNORECASE),
    Asked.WHO: re.compile(_NAME),
    Asked.WHERE: re.compile(_NAME),
}
_HOW_MUCH = re.compile("|".join(PATTERNS[kind].pattern for kind in (Asked.MONEY, Asked.PERCENT, Asked.COUNT)), re.IGNORECASE)  # counts no things

# Figures that count nothing: codes (BR-174), money, days of a month, hours, shares, ordinals, years.
_BEFORE_NO_COUNT = re.compile(rf"(?:\w[-/]|[$€£¥]\s?|-feira,?\s\(?|\b(?:{_MONTHS})\s|\d[:.h])$")
_AFTER_NO_COUNT = re.compile(
    rf"\s?(?:%|por cento\b|per ?cent\b|pontos percentuais|percentage points|[:h]\d|h\b|[ºª°]|(?:st|nd|rd|th)\b|[ap]\.?m\b|(?:de |of )?(?:{_MONTHS})(?!\w)|[-/]\d"
    r"|(?:de )?(?:reais|dólares|euros|dollars|pounds)\b)"
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_COUNTED = re.compile(r"\b(?:how many|quant[oa]s)((?:\W+\w+){1,2})")
_MEASURES = re.compile(
    r"\W?\s?(?:(?:milh\w+|mil|thousand|million|billion) )?(?:de )?"
    r"(?:years?|anos?|months?|m[eê]s(?:es)?|weeks?|semanas?|days?|dias?|hours?|horas?|minutes?|minutos?|seconds?|segundos?|met(?:re|er|ro)s?|km|kilomet\w+"
    r"|quil[oô]met\w+|miles?|milhas?|feet|pés|cm|mm|kg|kilograms?|quilos?|tonnes?|tons?|toneladas?|lit(?:re|er|ro)s?|degrees?|graus?|hectares?|°C)\b",
    re.IGNORECASE,
)
# Two to five capitalised words, none of them an abbreviation or the name of a body: built like a person's name.
_BODIES = (
    "Instituto|Hospital|Palácio|Universidade|Ministério|Secretaria|Agência|Banco|Comitê|Comissão|Tribunal|Corte|Supremo|Justiça|Polícia|Partido|Câmara|Senado"
    "|Congresso|Prefeitura|Museu|Estádio|Parque|Rio|São|Santa|Nova|Estados|União|Copa|Guerra|Institute|University|Ministry|Department|Agency|Bank|Committee"
    "|Commission|Court|Justice|Police|Party|House|Senate|Congress|Council|Museum|Stadium|Park|Canal|Authority|Club|World|United|New|North|South|East|West|City"
)
_PERSON = re.compile(
    rf"(?!(?:.*\s)?(?:{_BODIES})\b)[A-ZÀ-Þ][^\W\d_]*[^\W\d_A-ZÀ-Þ][\w’'-]*(?:\s(?:d[aeo]s?\s|e\s|von\s|van\s|bin\s|al-?\s?)?[A-ZÀ-Þ][\w’'.-]*){{1,4}}"
)
_BEFORE_PLACE = re.compile(r"\b(?:in|at|near|inside|outside|em|n[oa]s?)\s(?:the\s)?$", re.IGNORECASE)
_DAYS = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday segunda terca quarta quinta sexta sabado domingo january february march april
                may june july august september october november december""".split()
)
_OPENING_WORDS = frozenset(
    """the this that these those it its he she they we in on at but and for when while after before as an if since with by from
                there o os as um uma uns em no na nos nas ele ela eles elas mas para por com quando enquanto depois antes segundo ja isso
                esse essa este esta de da do apos entre sobre tambem ainda""".split()
)


def held_by(question: Question, passage: Span) -> bool:
    """Whether a candidate stands in any sentence of a passage."""
    return any(answer_in(question, passage.article.text, passage.start + start, passage.start + end) for start, end in sentences(passage.text))


def answer_in(question: Question, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The words inside a sentence that answer the question, when they can be told.

    Of the candidates of the asked kind that the question does not hold itself, the likeliest comes first: a figure beside the
    thing counted, a name that is built like a person's, a place after "in" or "em" or of the kind asked for; then the one
    nearest to the question's words; then the first. Of several names without such a sign none is taken for the place.

    Args:
        question: Understood.
        text: The article's text.
        start: Of the sentence.
        end: Of the sentence.

    Returns:
        Half-open span in code points of the article; None when the kind has no candidates or none is there.
    """
    if question.kind not in PATTERNS:
        return None
    sentence = text[start:end]
    asked = set(question.stems)
    places = [at for at, _, word in words(sentence) if stem(word, question.lang) in asked]
    found = []
    for left, right, likely in _names(question, text, sentence) if question.kind in (Asked.WHO, Asked.WHERE) else _figures(question, sentence):
        if likely or places:  # a figure or a name in a sentence without a word of the question could be anything
            distance = min((abs(left - at) for at in places), default=0)
            found.append((not likely, distance, left, right))
    if not found:
        return None
    unlikely, _, left, right = min(found)
    if question.kind is Asked.WHERE and unlikely and len(found) > 1:
        return None
    return start + left, start + right


def _names(question: Question, text: str, sentence: str) -> Iterator[tuple[int, int, bool]]:
    """Each name that the question does not hold whole: where it stands, and whether it is likely one of a person, or of a place."""
    asked = set(question.stems)
    for match in PATTERNS[question.kind].finditer(sentence):
        right = match.end() - 2 * match.group().endswith(("'s", "’s"))
        left = _after_opening(text, sentence, match.start(), right)
        found = [word for _, _, word in words(sentence[left:right])]
        inside = {stem(word, question.lang) for word in found} - {stem(word, question.lang) for word in STOPWORDS[question.lang]}
        if not inside - asked or not sentence[left].isupper() or _DAYS.issuperset(found):
            continue
        if question.kind is Asked.WHO:
            yield left, right, bool(_PERSON.fullmatch(sentence, left, right))
        else:  # some of the question's words in it: "Yellowstone National Park" when a national park is asked for
            yield left, right, bool(inside & asked or _BEFORE_PLACE.search(sentence[:left]))


def _figures(question: Question, sentence: str) -> Iterator[tuple[int, int, bool]]:
    """Each figure or date that the question does not hold: where it stands, and whether it stands beside the thing counted."""
    asked, things = set(question.stems), _things_counted(question)
    counts = question.kind is Asked.COUNT
    for match in (_HOW_MUCH if counts and not things else PATTERNS[question.kind]).finditer(sentence):
        left, right = match.span()
        inside = [stem(word, question.lang) for _, _, word in words(match.group())]
        if not inside or any(s in asked for s in inside):
            continue
        beside = any(stem(word, question.lang) in things for _, _, word in islice(words(sentence[right : right + 60]), 3))
        if not counts or (_is_figure(sentence, left, right) and (beside or _counts(sentence, left, right, bool(things)))):
            yield left, right, beside


def _things_counted(question: Question) -> frozenset[str]:
    """Stems of the words right after "how many": what the question counts; empty when it does not say."""
    if question.kind is not Asked.COUNT or not (match := _COUNTED.search(fold(question.text))):
        return frozenset()
    return frozenset(stem(word, question.lang) for _, _, word in words(match[1]) if word not in STOPWORDS[question.lang])


def _is_figure(sentence: str, left: int, right: int) -> bool:
    """Whether a number is no part of a date, an hour, a share, a sum of money, an ordinal or a code."""
    return not _BEFORE_NO_COUNT.search(sentence[:left]) and not _AFTER_NO_COUNT.match(sentence[right : right + 40])


def _counts(sentence: str, left: int, right: int, things: bool) -> bool:
    """Whether a figure away from the thing counted can still be its count: no year, and no length or age when things are counted."""
    after = sentence[right : right + 40]
    if _YEAR.fullmatch(sentence[left:right]) or (things and _MEASURES.match(after)):
        return False
    following = next(iter(words(after)), None)
    return any(c.isdigit() for c in sentence[left:right]) or (
        following is not None and not any(following[2] in STOPWORDS[lang] for lang in LANGUAGES)
    )


def _after_opening(text: str, sentence: str, left: int, right: int) -> int:
    """Where a name begins, when its capital may only be that of the sentence: 'The Ever Given' is a name from its second word.

    A first word alone is a name where it has another capital or figure, or where the article writes it so inside a sentence.
    """
    if any(c.isalnum() for c in sentence[:left]):
        return left
    first, _, rest = sentence[left:right].partition(" ")
    opens = fold(first) in _OPENING_WORDS or any(fold(first) in STOPWORDS[lang] for lang in LANGUAGES)
    if rest:
        return right - len(rest.lstrip()) if opens else left
    if not opens and (not first[1:].islower() or re.search(rf"(?<=[a-zß-ÿ,;] ){re.escape(first)}\b", text)):
        return left
    return right
