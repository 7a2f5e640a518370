"""Clauses: a sentence that needs little more than a word of asking before it to be a question.

    "At least 321 vessels are waiting to pass through the Suez Canal"   ─► "How many vessels are waiting to pass through the Suez Canal?"
    "A Z.AI lançou o GLM-Image em 14 de janeiro"                        ─► "Quando a Z.AI lançou o GLM-Image?"
    "O voo da Latam foi adiado por causa da neblina"                    ─► "Por que o voo da Latam foi adiado?"

In: a sentence.  Out: questions in its own language, each with the name that it turns on.  Pure.  What points elsewhere ("it", "ele", "that day")
is left alone, and so is a clause without a name: of what, only the sentences before would tell.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from index.records import Article
from index.text import STOPWORDS, fold, words
from qa.candidates import PATTERNS, is_person
from qa.kinds import Asked
from qa.leadforms import ASIDE, adverb, names_of, reasons, role

FEWEST, MOST = 4, 13  # words of a clause
SUBJECT_WORDS = 6  # most of a subject, in which there must be a name, and behind which in English the verb is found
ARTICLES = frozenset(["the", "o", "a", "os", "as"])
TITLES = frozenset(
    "president presidente prime minister ministro ministra sen senator rep gov governor king queen pope papa dr mr mrs ms sir judge justice sgt gen col lt professor prof".split()
)
NO_NAMES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december
    segunda terca quarta quinta sexta sabado domingo janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro
    i we you he she they it there here photo photos video watch read more related opinion fact update updates cnn breaking editor editors key live""".split()
)
POINTS = re.compile(  # at what stands elsewhere; or joins what is more than one clause
    r"\b(?:he|she|it|they|his|her|its|their|him|them|this|that|these|those|we|our|us|i|my|you|your|el[ea]s?|su[ao]s?|seus?|isto|isso|ess[ea]s?|est[ea]s?|aquel[ea]s?"
    r"|del[ea]s?|nel[ea]s?|ness[ea]s?|dess[ea]s?|nest[ea]s?|dest[ea]s?|which|who|whose|cuj[oa]s?|there|here|not|não|que|onde|where|when|quando|says?|said|diz|disse"
    r"|then|now|today|yesterday|agora|hoje|ontem|only|even|só|apenas|others?|another|such|same|mesm[oa]s?|outr[oa]s?|also|também|however|but|mas|lá|ali)\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"hours?|days?|weeks?|months?|years?|minutes?|far|horas?|dias?|semanas?|mes|meses|anos?|minutos?"
)  # "hours" of "hours after the deal"
_MARKS = re.compile(r"[,;:—–\"“”()►|/]")
_ABOUT = {
    "en": r"(?:(?:At least|More than|About|Some|Nearly|Almost|Around|Over|Up to|Fewer than|As many as)\s)?",
    "pt": r"(?:(?:Pelo menos|Ao menos|Mais de|Cerca de|Quase|Menos de)\s)?",
}
_NUMBER = {
    "en": r"(?:\d[\d.,]*\d|\d)(?:\s(?:hundred|thousand|million|billion))?",
    "pt": r"(?:\d[\d.,]*\d|\d)(?:\s(?:mil|milhão|milhões|bilhão|bilhões)(?:\sde)?)?",
}
_COUNTED = {
    "en": r"(?:[a-z]+\s)?(?:people|men|women|children|[a-z]{2,}[^su\W]s)\s(?:have|has|had|were|are|was|will|did|could|died|took|fled|voted|[a-z]+ed)\s.+",
    "pt": r"[a-zà-ÿ]+(?P<o>[oa])s\s(?:[a-zà-ÿ]+s\s)?[a-zà-ÿ]+(?:am|ão)\s.+",
}
_ENDS = {
    "en": re.compile(r",|;|\s(?:and|after|while|as|because|before|but|since|until|including|according|despite|amid)\b|[.!:]\W*$"),
    "pt": re.compile(r",|;|\s(?:e|depois|após|enquanto|porque|antes|desde|até|incluindo|segundo|apesar|para)\b|[.!:]\W*$"),
}
_DONE = {
    "en": r"(?P<rest>(?:won|beat|led|wrote|made|took|sold|bought|built|broke|paid|founded|gave|sent|shot|lost|struck|set|[a-z]{2,}ed)\s.+)",
    "pt": r"(?P<rest>[a-zà-ÿ]{2,}(?:ou|eu|iu)\s.+)",
}
_BINDS = {"en": r"\s(?:on|in)\s", "pt": r"\s(?:em|n[oa])\s(?:dia\s)?"}
_MANY = {"en": "How many {clause}?", "pt": "Quant{o}s {clause}?"}
_WHO = {"en": "Who {clause}?", "pt": "Quem {clause}?"}
_WHY = {"en": "Why", "pt": "Por que"}
_WHEN = {"en": "When", "pt": "Quando"}


class Asking(NamedTuple):
    """A question made of a sentence."""

    text: str
    form: str  # what it asks
    subject: str  # the name that it turns on


def clauses(text: str, article: Article) -> Iterator[Asking]:
    """Questions of whole clauses of a sentence, in the article's language, which is "pt" or "en"."""
    for made in (_count, _reason, _moment, _doer):
        if found := made(text, article, article.lang):
            yield found


def is_name(name: str, article: Article) -> bool:
    """Whether capitalised words are a name: no pronoun, day or title, the first not written small in the article, and none that only begins a sentence."""
    said = [word for _, _, word in words(name)]
    if not said or {said[0], said[-1]} & NO_NAMES or any(said[0] in stopwords for stopwords in STOPWORDS.values()) or said[-1] in TITLES:
        return False
    first = re.escape(name.split()[0])
    if re.search(rf"(?<!\w){first.lower()}(?!\w)", article.text):
        return False
    return " " in name or not name[1:].islower() or bool(re.search(rf"(?:[a-zà-ÿ,]|\b[OA]s?|\bThe)\s{first}(?!\w)", article.text))


def inside(text: str, article: Article) -> str:
    """The words that begin a sentence, as they stand inside one: small, unless they are a name."""
    first = text.split()[0]
    return text[0].lower() + text[1:] if first.lower() in ARTICLES or not is_name(first, article) else text


def _count(text: str, _: Article, lang: str) -> Asking | None:
    match = re.match(rf"{_ABOUT[lang]}{_NUMBER[lang]}\s(?P<rest>{_COUNTED[lang]})", text)
    clause = _clause(match["rest"], lang) if match else ""
    name = _name(clause, lang)
    return Asking(_MANY[lang].format(clause=clause, o=match.groupdict().get("o")), "count", name) if match and name else None


def _reason(text: str, article: Article, lang: str) -> Asking | None:
    match = reasons(lang).search(text)
    return _before(text[: match.start()], article, lang, _WHY[lang], "why") if match else None


def _moment(text: str, article: Article, lang: str) -> Asking | None:
    match = _moments(lang).search(text)
    return _before(text[: match.start()], article, lang, _WHEN[lang], "when") if match else None


def _doer(text: str, article: Article, lang: str) -> Asking | None:
    match = _doers(lang).match(text)
    clause = _clause(match["rest"], lang) if match else ""
    if not match or not _name(clause, lang) or not (is_person(match["name"]) and is_name(match["name"], article)):
        return None
    return Asking(_WHO[lang].format(clause=clause), "doer", match["name"])


@lru_cache(maxsize=2)
def _moments(lang: str) -> re.Pattern[str]:
    """A day, with what binds it to the clause before it."""
    return re.compile(rf"{_BINDS[lang]}(?=\d{{1,2}}[º\s]|[a-zA-Z]+\s(?:de\s)?\d)(?:{PATTERNS[Asked.WHEN].pattern})")


@lru_cache(maxsize=2)
def _doers(lang: str) -> re.Pattern[str]:
    return re.compile(rf"{role(lang)}(?P<name>{names_of(lang)}){ASIDE}\s{adverb(lang)}{_DONE[lang]}")


def _before(text: str, article: Article, lang: str, asks: str, form: str) -> Asking | None:
    """A clause with a word of asking before it; in English only where the verb stands apart, so that it can be moved."""
    text = text.rstrip(" ,")
    clause = _clause(text, lang)
    name = _name(f" {' '.join(clause.split()[:SUBJECT_WORDS])}", lang)  # "o papel" alone is of what was told before
    if not name or clause != text:
        return None
    placed = inside(clause, article)
    if fold(clause.split()[0]) not in ARTICLES and placed != clause:
        return None
    if lang == "pt":
        return Asking(f"{asks} {placed}?", form, name)
    moved = re.fullmatch(r"(?P<x>.*?) (?P<aux>was|were|is|are|will) (?P<rest>.+)", placed)
    if not moved or len(moved["x"].split()) > SUBJECT_WORDS:
        return None
    return Asking(f"{asks} {moved['aux']} {moved['x']} {moved['rest']}?", form, name)


def _clause(text: str, lang: str) -> str:
    """The words up to where a clause may end; empty when they are too few or too many, point elsewhere, or end in the middle."""
    end = _ENDS[lang].search(text)
    clause = text[: end.start()] if end else text
    said = clause.split()
    if not FEWEST <= len(said) <= MOST or POINTS.search(clause) or _MARKS.search(clause):
        return ""
    last = next((word for _, _, word in words(said[-1])), "")
    listed = end and re.match(r"\s(?:and|e)\s(?:the\s|[oa]s?\s)?[A-ZÀ-Þ\d]", text[end.start() :])  # "in Portugal and Spain" may not be cut in two
    return "" if not last or listed or last in STOPWORDS[lang] or last in NO_NAMES or _SPAN.fullmatch(last) else clause


def _name(clause: str, lang: str) -> str:
    """The first name in a clause, behind a space; empty when there is none but days."""
    found = re.findall(rf"(?<=\s){names_of(lang)}", clause)
    return next((name for name in found if fold(name) not in ARTICLES and not {word for _, _, word in words(name)} & NO_NAMES), "")
