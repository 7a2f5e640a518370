"""Leads: a sentence of an article ─► a question that it answers.

    "A Embraer anunciou nesta quinta…"           ─► "O que a Embraer anunciou?"
    "Osama Rabie, the chairman of the canal…"    ─► "Who is Osama Rabie?"
    "“We are late,” said Marco Rossi."           ─► "What did Marco Rossi say about the Suez Canal?"

In: a sentence by its offsets, the language to ask in.  Out: questions, each with the name that it turns on.  Pure; whether the library answers
one is found out by asking it, in suggest.py.  By rule: subject and verb are the sentence's own, so that a question is as correct as its sentence;
where a rule is in doubt, there is no question. Across languages only names of persons, which are written alike, are used.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from index.records import Article
from index.text import STOPWORDS, content, fold, words
from qa.candidates import PATTERNS, is_person
from qa.clauses import NO_NAMES, POINTS, TITLES, Asking, clauses, inside, is_name
from qa.glossary import COGNATE, glossary
from qa.kinds import Asked
from qa.leadforms import ASIDE, Form, adverb, apposed, forms, names_of, office, role, says

LONGEST_CHARS = 60  # of a subject
_BEGINS = r"(?:^[\"“'‘]?|(?<=[,;:—–”\"] )|(?<=\bthat )|(?<=\bwhen )|(?<=\bafter )|(?<=\bbut )|(?<=\bque )|(?<=\bquando )|(?<=\bmas ))"
_PEOPLE = re.compile(r"(?:an?|s|ese|ish|ians?)$")  # "the Jamaican", "the Republicans": no name by itself
_KILLED = {
    "en": r"(?:people\s|others\s|civilians\s)?(?:were\s|have\s|had\s)?(?:killed|dead|died)\b[^.;,]{0,30}?\s(?P<where>in\s(?:the\s)?",
    "pt": r"(?:pessoas\s)?(?:morreram|mort[oe]s|mortes)\b[^.;,]{0,30}?\s(?P<where>(?:em|n[oa]s?)\s",
}
# What is offered first; a form that is not named stands between.
_FIRST = ("why", "count", "deaths", "change", "pay", "cost", "raise", "lose", "sold", "say")
_LAST = ("who", "what", "doer")
_WHO = {"en": "Who is {x}?", "pt": "Quem é {x}?"}
_WHAT = {"en": "What is {x}?", "pt": "O que é {x}?"}
_SAID = {"en": "What did {x} say about {y}?", "pt": "O que {x} disse sobre {y}?"}
_DIED = {"en": "How many people died {where}?", "pt": "Quantas pessoas morreram {where}?"}


class Lead(NamedTuple):
    """A question, and the sentence that it was made of."""

    text: str
    form: str  # what is asked: leads of one form are much alike
    subject: str  # the name that it turns on, without article or office
    article: Article
    start: int  # of the sentence
    end: int


def leads(article: Article, start: int, end: int, lang: str, topics: tuple[str, ...] = ()) -> Iterator[Lead]:
    """Questions that a sentence answers.

    Args:
        article: In Portuguese or English; of another language there are none.
        start: Of the sentence.
        end: Of the sentence.
        lang: To ask in, "pt" or "en".
        topics: What the sentence is on, as it stands behind "about" or "sobre": the first is asked of one who says something.
    """
    if article.lang not in STOPWORDS:
        return
    text = article.text[start:end]
    found = [*_deeds(text, article, lang), *_statements(text, article, lang, topics), *_offices(text, article, lang)]
    if article.lang == lang:
        found += [*clauses(text, article), *_deaths(text, lang), *_things(text, article)]
    for one in found:
        yield Lead(*one, article, start, end)


def telling(lead: Lead) -> int:
    """A place by what a lead asks: the smaller, the more its answer tells."""
    return 0 if lead.form in _FIRST else 2 if lead.form in _LAST else 1


def with_article(name: str, text: str, lang: str) -> str:
    """A name with the article that a text mostly gives it: "the Supreme Court", "a Embraer"; as it is where it mostly has none.

    >>> with_article("Embraer", "A Embraer caiu. Ações da Embraer subiram.", "pt"), with_article("Lula", "Lula vetou.", "pt")
    ('a Embraer', 'Lula')
    """
    before = [match[1] or "" for match in re.finditer(rf"(?<!\w)(?:(\w+)\s)?{re.escape(name)}(?!\w|\s[A-ZÀ-Þ])", text)]
    if lang == "en":
        return f"the {name}" if 2 * sum(fold(word) == "the" for word in before) > len(before) else name
    found = [match[1] for word in before if (match := re.fullmatch(r"(?:[dn]|pel|a)?([oa]s?)", fold(word)))]
    return name if 2 * len(found) <= len(before) else f"{max(sorted(set(found)), key=found.count)} {name}"


def whole(name: str, article: Article) -> str:
    """A surname with the first name that the article gives it first: "Musk" → "Elon Musk"."""
    if " " in name or name.isupper():
        return name
    first = rf"(?<![\w.])(?:[A-ZÀ-Þ][a-zà-ÿ]+\s)(?:d[aeo]s?\s)?{re.escape(name)}(?!\w|\s[A-ZÀ-Þ])"
    found = match.group() if (match := re.search(first, f"{article.title}\n{article.text}")) else ""
    return found if is_person(found) and fold(found.split()[0]) not in TITLES | NO_NAMES and is_name(found, article) else name


def _deeds(text: str, article: Article, lang: str) -> Iterator[Asking]:
    """From “X announced …” “What did X announce?”, and whatever else leadforms.py knows."""
    verbs, known = _verbs(article.lang)
    for verb in verbs.finditer(text):
        form = known[verb.lastgroup or ""]
        if form.needs and not PATTERNS[form.needs].search(text, verb.end()):
            continue
        subject = (_noun if form.common else _subject)(article.lang).search(text[: verb.start()])
        if subject and (x := (_common if form.common else _named)(subject, article, lang)):
            asks = form.asks[lang]
            if article.lang == lang or not re.search(r"\{(?:o|verb)\}", asks):  # another language does not tell the ending
                ending = re.search(r"[oa]\b", verb.group().split(maxsplit=1)[-1])
                yield Asking(asks.format(x=x, verb=verb.group().strip(), o=ending.group() if ending else ""), form.name, subject["name"])


@lru_cache(maxsize=2)
def _verbs(lang: str) -> tuple[re.Pattern[str], dict[str, Form]]:
    """All verbs of the forms in one pattern, and the form of each group of it."""
    known = {f"f{place}": form for place, form in enumerate(forms())}
    return re.compile("|".join(rf"(?P<{group}>(?<= ){form.says[lang]})" for group, form in known.items())), known


@lru_cache(maxsize=2)
def _subject(lang: str) -> re.Pattern[str]:
    return re.compile(rf"{_BEGINS}(?P<x>{role(lang)}(?P<name>{names_of(lang)})){ASIDE}\s{adverb(lang)}$")


@lru_cache(maxsize=2)
def _noun(lang: str) -> re.Pattern[str]:
    return re.compile(rf"^(?P<x>(?:The\s|[OA]s?\s)?(?P<name>[^\W\d][\w-]+(?:\s[\w-]+){{0,4}}))\s{adverb(lang)}$")


def _deaths(text: str, lang: str) -> Iterator[Asking]:
    """From “Já são 107 mortes no Rio Grande do Sul” “Quantas pessoas morreram no Rio Grande do Sul?”."""
    if match := _died(lang).search(text):
        yield Asking(_DIED[lang].format(where=match["where"]), "deaths", match["name"])


@lru_cache(maxsize=2)
def _died(lang: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{PATTERNS[Asked.COUNT].pattern})\s{_KILLED[lang]}(?P<name>{names_of(lang)}))")


def _statements(text: str, article: Article, lang: str, topics: tuple[str, ...]) -> Iterator[Asking]:
    """From “…, said X” “What did X say about …?”, where it is on something else than X."""
    for pattern in _said(article.lang) if topics else ():
        match = pattern.search(text)
        x = _named(match, article, lang) if match else ""
        topic = next((one for one in topics if match and not set(one.split()) & set(match["name"].split())), "")
        if match and x and topic and " " in x:  # one word may be half a name
            yield Asking(_SAID[lang].format(x=x, y=topic), "say", match["name"])


@lru_cache(maxsize=2)
def _said(lang: str) -> tuple[re.Pattern[str], ...]:
    """Who says something, before the verb and behind it."""
    x = rf"(?P<x>{role(lang)}(?P<name>{names_of(lang)}))"
    return re.compile(rf"{_BEGINS}{x}{ASIDE}\s{adverb(lang)}{says(lang)}\b"), re.compile(rf"[,”\"]\s{says(lang)}\s{x}(?=[.,]|$)")


def _offices(text: str, article: Article, lang: str) -> Iterator[Asking]:
    """From “X, the chairman of …” “Who is X?”."""
    for match in office(article.lang).finditer(text):
        name = next(filter(None, match.groups()))
        if is_person(name) and is_name(name, article) and fold(name.split()[0]) not in TITLES and _crosses(name, article, lang):
            yield Asking(_WHO[lang].format(x=name), "who", name)


def _things(text: str, article: Article) -> Iterator[Asking]:
    """From “Y, a ring of 27 kilometres, …” “What is Y?”, where Y is no person's name, nor a part of one."""
    match = apposed(article.lang).match(text)
    if match and is_name(match["name"], article) and not is_person(name := match["name"]):
        part = rf"(?<!\w){re.escape(name)}\s[A-ZÀ-Þ]|[A-ZÀ-Þ][a-zà-ÿ]+\s(?:[A-Z]\.\s)?{re.escape(name)}(?!\w)"
        if not re.search(part, article.text):
            yield Asking(_WHAT[article.lang].format(x=with_article(name, article.text, article.lang)), "what", name)


def _named(match: re.Match[str], article: Article, lang: str) -> str:
    """The subject as it stands inside a question; empty when it is no name, or none that crosses languages."""
    name, x = match["name"], match["x"]
    people = x != name and " " not in name and _PEOPLE.search(name)
    if len(x) > LONGEST_CHARS or people or not is_name(name, article) or not _crosses(name, article, lang):
        return ""
    full = whole(name, article)
    if article.lang != lang:
        return full
    before = x[: len(x) - len(name)]
    return before[:1].lower() + before[1:] + full


def _common(match: re.Match[str], article: Article, lang: str) -> str:
    """A subject that begins its sentence and may be no name; empty across languages and for what points elsewhere."""
    x, said = match["x"], [word for _, _, word in words(match["x"])]
    points = POINTS.search(x) or re.search(r"\d", x) or said[-1] in STOPWORDS[article.lang]
    if article.lang != lang or len(x) > LONGEST_CHARS or not content(x, lang) or points:
        return ""
    return inside(x, article)


def _crosses(name: str, article: Article, lang: str) -> bool:
    """Whether a name is a person's, written alike in both languages, where article and question are of two."""
    if article.lang == lang:
        return True
    found = glossary().alternatives([word for _, word in content(name, article.lang)], article.lang)
    return is_person(name) and not any(weight != COGNATE for translations in found.values() for weight in translations.values())
