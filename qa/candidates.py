"""Candidates: the words inside a sentence that can answer the question: a figure, a date, a name.

kind of answer asked for ─► candidates of that kind ─► but the question's own words ─► the one that stands best

In: an understood question and a sentence by its offsets.  Out: a span inside it, or None.  Pure; words are only pointed at.
Where no candidate can be told from its likes, nothing is marked: a wrong mark misleads more than none.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import exp
from typing import NamedTuple

from index.text import LANGUAGES, STOPWORDS, fold, words
from qa.kinds import UNITS, Asked
from qa.question import Question
from qa.terms import Place

POSSIBLE, PROBABLE = 0.5, 0.8  # grades of a candidate that has nothing but its form, and of one built like what is asked for
BESIDE_CHARS = 30  # how far a noun may stand from what it names
NEAR_CHARS = 40.0
WRITTEN_SEEN = 100  # places of a name in its article, of which one shows whether it is written so inside a sentence
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
        r"|\b(?:segunda|terça|quarta|quinta|sexta)-feira\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b\d{1,2}(?::\d\d)?\s?(?:[ap]\.m\.|[ap]m\b)|\b\d{1,2}(?:h\d{0,2}|:\d\d)\b)"
    ),
    Asked.COUNT: re.compile(rf"(?<!\w)(?:{_NUMBER}|(?:{_WRITTEN})\b){_SCALE}(?!\w)", re.IGNORECASE),
    Asked.WHO: re.compile(_NAME),
    Asked.WHERE: re.compile(_NAME),
    Asked.WHICH: re.compile(rf"""[“"‘«](?P<title>[^”"’»]{{2,60}})[”"’»]|{_NAME}"""),
    Asked.WHY: re.compile(
        r"\b(?:because|due to|owing to|thanks to|as a result of|in order to|so that|porque|por causa d|devido a|em razão d|em função d|em virtude d|por conta d"
        r"|graças a|já que|uma vez que|para que|a fim de)[^.;]*[^.;\s\"”’]",
        re.IGNORECASE,
    ),
}
NAMED = frozenset({Asked.WHO, Asked.WHERE, Asked.WHICH})
ONE_OF_MANY = frozenset({Asked.WHERE, Asked.WHICH})  # kinds of which any name could be one
_HOW_MUCH = re.compile("|".join(PATTERNS[kind].pattern for kind in (Asked.MONEY, Asked.PERCENT, Asked.COUNT)), re.IGNORECASE)  # counts no things

# Figures that count nothing: codes (BR-174), money, days of a month, hours, shares, ordinals, years.
_BEFORE_NO_COUNT = re.compile(rf"(?:\w[-/]|[$€£¥]\s?|-feira,?\s\(?|\b(?:{_MONTHS})\s|\d[:.h])$")
_AFTER_NO_COUNT = re.compile(
    rf"\s?(?:%|por cento\b|per ?cent\b|pontos percentuais|percentage points|[:h]\d|h\b|[ºª°]|(?:st|nd|rd|th)\b|[ap]\.?m\b|(?:de |of )?(?:{_MONTHS})(?!\w)|[-/]\d"
    r"|(?:de )?(?:reais|dólares|euros|dollars|pounds)\b)"
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_BEFORE_YEAR = re.compile(
    rf"\b(?:em|in|desde|since|até|until|by|entre|between|durante|during|{_YEAR.pattern} (?:e|and|a|to|até|ou|or))\s$", re.IGNORECASE
)
_MEASURES = re.compile(
    r"\W?\s?(?:(?:milh\w+|mil|thousand|million|billion) )?(?:de )?"
    r"(?:years?|anos?|months?|m[eê]s(?:es)?|weeks?|semanas?|days?|dias?|hours?|horas?|minutes?|minutos?|seconds?|segundos?|met(?:re|er|ro)s?|km|kilomet\w+"
    r"|quil[oô]met\w+|miles?|milhas?|feet|pés|cm|mm|kg|kilograms?|quilos?|tonnes?|tons?|toneladas?|lit(?:re|er|ro)s?|degrees?|graus?|hectares?|°C)\b",
    re.IGNORECASE,
)
# "Serena Williams, 40, announced", "Delfim (96)", "at the age of 96", "aos 96".
_AGE = re.compile(r"(?:(?<=, )|(?<=\w \()|(?<=\baos ))\d{1,3}(?=[,.)](?!\d)|$)|(?:(?<=\baged )|(?<=\bage of ))\d{1,3}\b(?![.,]\d)")
# Two to five capitalised words, none of them an abbreviation or the name of a body: built like a person's name.
_BODIES = (
    "Conselho|Operação|Avenida|Rua|Praça|Região|Zona|Terminal|Arena|Festival|Sindicato|Federação|Confederação|Associação|Grupo|Companhia|Lava|Amazônia|Lei"
    "|Reserve|Federal|Act|Street|Avenue|Road|College|School|Center|Centre|Company|Corporation|Inc|Group|Association|Union|Airlines|Awards|Cup|League|Open"
    "|Instituto|Hospital|Palácio|Universidade|Ministério|Secretaria|Agência|Banco|Comitê|Comissão|Tribunal|Corte|Supremo|Justiça|Polícia|Partido|Câmara|Senado"
    "|Congresso|Prefeitura|Museu|Estádio|Parque|Rio|São|Santa|Nova|Estados|União|Copa|Guerra|Institute|University|Ministry|Department|Agency|Bank|Committee"
    "|Commission|Court|Justice|Police|Party|House|Senate|Congress|Council|Museum|Stadium|Park|Canal|Authority|Club|World|United|New|North|South|East|West|City"
)
_PERSON = re.compile(
    rf"(?!(?:.*\s)?(?:{_BODIES})\b)[A-ZÀ-Þ][^\W\d_]*[^\W\d_A-ZÀ-Þ][\w’'-]*(?:\s(?:d[aeo]s?\s|e\s|von\s|van\s|bin\s|al-?\s?)?[A-ZÀ-Þ][\w’'.-]*){{1,4}}"
)
_BEFORE_PLACE = re.compile(r"\b(?:in|at|near|inside|outside|em|n[oa]s?)\s(?:the\s)?$", re.IGNORECASE)
_WHEN_UNITS = {
    "year": re.compile(r"\d{4}"),
    "month": re.compile(rf"(?:{_MONTHS})", re.IGNORECASE),
    "day": re.compile(rf"\d{{1,2}}(?!\d)[^h]*$|day|feira|(?:{_MONTHS})\s\d", re.IGNORECASE),
    "hour": re.compile(r"\d{1,2}(?:h|:\d\d|\s?[ap]\.?m)", re.IGNORECASE),
}
_DAYS = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday segunda terca quarta quinta sexta sabado domingo january february march april
                may june july august september october november december""".split()
)
_OPENING_WORDS = frozenset(
    """the this that these those it its he she they we in on at but and for when while after before as an if since with by from
                there o os as um uma uns em no na nos nas ele ela eles elas mas para por com quando enquanto depois antes segundo ja isso
                esse essa este esta de da do apos entre sobre tambem ainda""".split()
)


class Candidate(NamedTuple):
    """Words of a sentence that are of the kind asked for."""

    start: int  # in the article, half-open
    end: int
    grade: float  # how surely it is of the kind asked for: POSSIBLE, PROBABLE or 1
    near: float  # nearness to the question's words in the sentence: exp(-characters / 40); 0 when none stands there


def answer_in(question: Question, found: Sequence[Candidate]) -> tuple[int, int] | None:
    """The words of a sentence that answer the question, when they can be told: the best candidate's, unless several are as good.

    Args:
        question: Understood.
        found: The sentence's candidates, the surest first.

    Returns:
        Half-open span in code points of the article; None when there is no candidate, or they cannot be told apart.
    """
    if not found or (question.kind in ONE_OF_MANY and found[0].grade == POSSIBLE and len(found) > 1):
        return None
    return found[0].start, found[0].end


def candidates(question: Question, places: Sequence[Place], text: str, start: int, end: int) -> list[Candidate]:
    """All words of the asked kind in a sentence that the question does not hold itself.

    Args:
        question: Understood.
        places: Of its terms in the article, at least those in the sentence.
        text: The article's text.
        start: Of the sentence.
        end: Of the sentence.

    Returns:
        The surest first; of those the nearest to the question's words; then the first.
    """
    if question.kind not in PATTERNS:
        return []
    sentence = _Sentence(question, text, start, end, [place for place in places if start <= place.at < end])
    if question.kind is Asked.WHY:
        found = [(match.start(), match.end(), 1.0) for match in PATTERNS[Asked.WHY].finditer(sentence.words)]
    elif question.kind in NAMED:
        found = list(_names(sentence))
    else:
        found = list(_figures(sentence))
    graded = [
        Candidate(start + left, start + right, grade, sentence.nearness(left, right))
        for left, right, grade in found
        if grade > POSSIBLE or sentence.places  # a figure or a name in a sentence without a word of the question could be anything
    ]
    return sorted(graded, key=lambda one: (-one.grade, -one.near, one.start))


def is_person(name: str) -> bool:
    """Whether a name is built like a person's: two words or more with capitals, none of them a body's.

    >>> is_person("Osama Rabie"), is_person("Suez Canal"), is_person("Musk")
    (True, False, False)
    """
    return bool(_PERSON.fullmatch(name))


def grade(question: Question, found: Sequence[Candidate]) -> float:
    """How surely a sentence with these candidates holds an answer of the asked kind, in [0, 1].

    POSSIBLE at least, where the kind has no candidates or can do without them: a reason needs no "because".
    """
    least = POSSIBLE if question.kind not in PATTERNS or question.kind is Asked.WHY else 0.0
    return max(least, max((one.grade for one in found), default=0.0))


class _Sentence:
    """A sentence with the question's words in it."""

    def __init__(self, question: Question, text: str, start: int, end: int, places: list[Place]) -> None:
        self.question, self.text, self.start, self.places = question, text, start, places
        self.words = text[start:end]
        self.at = {place.at - start for place in places}
        self.named = {place.at - start for place in places if place.stem in question.names}
        self.nouns = [place.at - start for place in places if place.stem in question.counted]

    def nearness(self, left: int, right: int) -> float:
        """exp(-characters / 40) to the nearest word of the question; 0 when there is none."""
        return exp(-min(max(left - at, at - right, 0) for at in self.at) / NEAR_CHARS) if self.at else 0.0

    def asked(self, left: int, right: int) -> list[bool]:
        """For each word of meaning between two places: whether the question holds it."""
        return [
            left + at in self.at or (word in STOPWORDS[self.question.lang])
            for at, _, word in words(self.words[left:right])
            if word and not any(word in STOPWORDS[lang] for lang in LANGUAGES)
        ]

    def ends_in_office(self, left: int, right: int) -> bool:
        """Whether the last word between two places is one of the question's, and no name there: "Britain's Prime Minister"."""
        *_, last = (left + at for at, _, word in words(self.words[left:right]) if word)
        return last in self.at - self.named

    def beside_noun(self, left: int, right: int) -> bool:
        """Whether the noun counted or chosen stands in the words or close to them."""
        return any(left - BESIDE_CHARS <= at <= right + BESIDE_CHARS for at in self.nouns)


def _names(sentence: _Sentence) -> Iterator[tuple[int, int, float]]:
    """Each name that the question does not hold whole: where it stands, and how surely it is one of a person, of a place, or of the noun asked for."""
    kind, text = sentence.question.kind, sentence.words
    for match in PATTERNS[kind].finditer(text):
        quoted = match.lastgroup is not None and match.group(match.lastgroup) is not None
        left, right = match.span(match.lastgroup) if quoted and match.lastgroup else match.span()
        if not quoted:
            right -= 2 * text[left:right].endswith(("'s", "’s"))
            left = _after_opening(sentence.text, text, left, right)
        asked = sentence.asked(left, right)
        if all(asked) or (not quoted and not text[left].isupper()) or _DAYS.issuperset(word for _, _, word in words(text[left:right])):
            continue
        beside = sentence.beside_noun(left, right)
        if kind is Asked.WHO:
            person = bool(_PERSON.fullmatch(text, left, right))
            if any(asked) and (not person or sentence.ends_in_office(left, right)):
                continue  # "Jurassic Park", when Jurassic World is asked about; "Britain's Prime Minister", when the British one is
            yield left, right, 1.0 if person and beside else PROBABLE if person else POSSIBLE
        elif kind is Asked.WHERE:  # some of the question's words in it: "Yellowstone National Park" when a national park is asked for
            within = any(asked) or bool(_BEFORE_PLACE.search(text[:left]))
            yield left, right, 1.0 if within and (beside or not sentence.question.counted) else PROBABLE if within else POSSIBLE
        else:
            yield left, right, 1.0 if beside else POSSIBLE


def _figures(sentence: _Sentence) -> Iterator[tuple[int, int, float]]:
    """Each figure or date that the question does not hold: where it stands, and how surely it counts the thing asked for."""
    question, text = sentence.question, sentence.words
    counts = question.kind is Asked.COUNT
    if question.unit and counts:
        for match in [*_with_unit(question.unit).finditer(text), *(_AGE.finditer(text) if question.unit == "age" else ())]:
            if not all(sentence.asked(*match.span())):
                yield *match.span(), 1.0
        return
    for match in (_HOW_MUCH if counts and not question.counted else PATTERNS[question.kind]).finditer(text):
        left, right = match.span()
        asked = sentence.asked(left, right)
        if not asked or any(asked):
            continue
        if not counts:
            yield left, right, 1.0 if not question.unit or _WHEN_UNITS[question.unit].search(match.group()) else POSSIBLE
        elif _is_figure(text, left, right):
            measure = _MEASURES.match(text[right : right + 40])  # "17 horas" count no prisoners, however near these are
            behind = measure.end() if measure else BESIDE_CHARS
            beside = any(right <= at <= right + behind for at in sentence.nouns)
            if beside or _counts(text, left, right, bool(question.counted)):
                yield left, right, 1.0 if beside or not question.counted else POSSIBLE


@lru_cache(maxsize=16)
def _with_unit(unit: str) -> re.Pattern[str]:
    """A number and a unit of the kind behind it: "18-foot", "três anos", "7,5 km"."""
    return re.compile(rf"(?<![\w.,])(?:{_NUMBER}|(?:{_WRITTEN})\b){_SCALE}[\s-]?(?:e meia |and a half |de )?(?:{UNITS[unit]})(?!\w)", re.IGNORECASE)


def _is_figure(sentence: str, left: int, right: int) -> bool:
    """Whether a number is no part of a date, an hour, a share, a sum of money, an ordinal or a code, and no year."""
    if _BEFORE_NO_COUNT.search(sentence[:left]) or _AFTER_NO_COUNT.match(sentence[right : right + 40]):
        return False
    return not (_YEAR.fullmatch(sentence[left:right]) and _BEFORE_YEAR.search(sentence[:left]))


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
    if not opens and (not first[1:].islower() or _written_inside(text, first)):
        return left
    return right


def _written_inside(text: str, name: str) -> bool:
    """Whether an article writes a name inside a sentence: after a small letter, a comma or a semicolon; its first WRITTEN_SEEN places are looked at."""
    end = 0
    for _ in range(WRITTEN_SEEN):
        if (at := text.find(f" {name}", end)) < 0:
            return False
        end = at + 1 + len(name)
        if at and (text[at - 1].islower() or text[at - 1] in ",;") and not text[end : end + 1].isalnum():
            return True
    return False
