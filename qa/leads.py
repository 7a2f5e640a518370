"""Leads: a sentence of an article ─► a question that it answers.

    "A Embraer anunciou nesta quinta…"           ─► "O que a Embraer anunciou?"
    "O voo foi adiado por causa da neblina…"     ─► "Por que o voo foi adiado?"
    "Osama Rabie, the chairman of the canal…"    ─► "Who is Osama Rabie?"

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
from qa.glossary import COGNATE, glossary
from qa.kinds import Asked
from qa.leadforms import ASIDE, Form, adverb, apposed, forms, names_of, office, reasons, role, says

LONGEST_CHARS = 60  # of a subject
CLAUSE_WORDS = (3, 14)  # fewest and most of a clause that is asked for a reason
SUBJECT_WORDS = 6  # most of its subject in English, behind which the verb is found


class Lead(NamedTuple):
    """A question, and the sentence that it was made of."""

    text: str
    form: str  # what is asked: leads of one form are much alike
    subject: str  # the name that it turns on, without article or office
    article: Article
    start: int  # of the sentence
    end: int


_BEGINS = r"(?:^[\"“'‘]?|(?<=[,;:—–”\"] )|(?<=\bthat )|(?<=\bwhen )|(?<=\bafter )|(?<=\bbut )|(?<=\bque )|(?<=\bquando )|(?<=\bmas ))"
_TITLES = frozenset(
    "president presidente prime minister ministro ministra sen senator rep gov governor king queen pope papa dr mr mrs ms sir judge justice".split()
)
_NO_NAMES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december
    segunda terca quarta quinta sexta sabado domingo janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro
    i we you he she they it there here photo photos video watch read more related opinion fact update updates cnn breaking editor editors key live""".split()
)
_PEOPLE = re.compile(r"(?:an?|s|ese|ish|ians?)$")  # "the Jamaican", "the Republicans": no name by itself
_POINTS = re.compile(
    r"\b(?:he|she|it|they|his|her|its|their|him|them|this|that|these|those|we|our|i|my|you|your|el[ea]s?|su[ao]s?|seus?|iss?to|isso|ess[ea]s?|est[ea]s?|aquel[ea]s?"
    r"|del[ea]s?|nel[ea]s?|ness[ea]s?|dess[ea]s?|nest[ea]s?|dest[ea]s?|which|who|cuj[oa]s?|there|not|não|que|and|e|says?|said|diz|disse)\b",
    re.IGNORECASE,
)
_WHO = {"en": "Who is {x}?", "pt": "Quem é {x}?"}
_WHAT = {"en": "What is {x}?", "pt": "O que é {x}?"}
_SAID = {"en": "What did {x} say about {y}?", "pt": "O que {x} disse sobre {y}?"}
_DIED = {"en": "How many people died {where}?", "pt": "Quantas pessoas morreram {where}?"}


def leads(article: Article, start: int, end: int, lang: str, topics: tuple[str, ...] = ()) -> Iterator[Lead]:
    """Questions that a sentence answers.

    Args:
        article: In Portuguese or English; of another language there are none.
        start: Of the sentence.
        end: Of the sentence.
        lang: To ask in, "pt" or "en".
        topics: What may be asked of one who says something, as it stands behind "about" or "sobre"; the first that sentence or headline names is taken.
    """
    if article.lang not in STOPWORDS:
        return
    text = article.text[start:end]

    def made(found: Iterator[tuple[str, str, str]]) -> Iterator[Lead]:
        return (Lead(question, form, name, article, start, end) for question, form, name in found)

    yield from made(_deeds(text, article, lang))
    yield from made(_reasons(text, article, lang))
    yield from made(_deaths(text, article, lang))
    yield from made(_statements(text, article, lang, topics))
    yield from made(_offices(text, article, lang))


def with_article(name: str, text: str, lang: str) -> str:
    """A name with the article that a text mostly gives it: "the Supreme Court", "a Embraer"; as it is where it mostly has none.

    >>> with_article("Embraer", "A Embraer caiu. Ações da Embraer subiram.", "pt"), with_article("Lula", "Lula vetou.", "pt")
    ('a Embraer', 'Lula')
    """
    before = [match[1] or "" for match in re.finditer(rf"(?<!\w)(?:(\w+)\s)?{re.escape(name)}(?!\w)", text)]
    if lang == "en":
        return f"the {name}" if 2 * sum(fold(word) == "the" for word in before) > len(before) else name
    found = [match[1] for word in before if (match := re.fullmatch(r"(?:[dn]|pel|a)?([oa]s?)", fold(word)))]
    return name if 2 * len(found) <= len(before) else f"{max(sorted(set(found)), key=found.count)} {name}"


def _deeds(text: str, article: Article, lang: str) -> Iterator[tuple[str, str, str]]:
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
                yield asks.format(x=x, verb=verb.group().strip(), o=ending.group() if ending else ""), form.name, subject["name"]


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


def _reasons(text: str, article: Article, lang: str) -> Iterator[tuple[str, str, str]]:
    """From “O voo foi adiado por causa da neblina” “Por que o voo foi adiado?”: in English only where the verb stands apart to be moved."""
    match = reasons(article.lang).search(text)
    if not match or article.lang != lang:
        return
    clause = text[: match.start()].rstrip(" ,")
    size = len(clause.split())
    if not CLAUSE_WORDS[0] <= size <= CLAUSE_WORDS[1] or _POINTS.search(clause) or re.search(r"[,;:—–\"“”()]", clause):
        return
    name = next(iter(re.findall(names_of(lang), clause[1:])), "")
    if not name:
        return  # of what, only the sentences before tell
    first = clause.split()[0]
    subject = clause if _is_name(first, article) and first.lower() not in ("the", "o", "a", "os", "as") else clause[0].lower() + clause[1:]
    if lang == "pt" and re.match(r"(?:[oa]s? |[A-ZÀ-Þ])", subject):
        yield f"Por que {subject}?", "why", name
    moved = re.fullmatch(r"(?P<x>(?:the |[A-Z])[^.]*?) (?P<aux>was|were|is|are|has|have|had|will|could|can) (?P<rest>.+)", subject)
    if lang == "en" and moved and len(moved["x"].split()) <= SUBJECT_WORDS:
        yield f"Why {moved['aux']} {moved['x']} {moved['rest']}?", "why", name


def _deaths(text: str, article: Article, lang: str) -> Iterator[tuple[str, str, str]]:
    """From “Já são 107 mortes no Rio Grande do Sul” “Quantas pessoas morreram no Rio Grande do Sul?”."""
    if article.lang == lang and (match := _died(lang).search(text)):
        yield _DIED[lang].format(where=match["where"]), "deaths", match["name"]


@lru_cache(maxsize=2)
def _died(lang: str) -> re.Pattern[str]:
    count = PATTERNS[Asked.COUNT].pattern
    if lang == "en":
        return re.compile(
            rf"(?:{count})\s(?:people\s|others\s|civilians\s)?(?:were\s|have\s|had\s)?(?:killed|dead|died)\b[^.;,]{{0,30}}?\s(?P<where>in\s(?:the\s)?(?P<name>{names_of(lang)}))"
        )
    return re.compile(
        rf"(?:{count})\s(?:pessoas\s)?(?:morreram|mort[oe]s|mortes)\b[^.;,]{{0,30}}?\s(?P<where>(?:em|n[oa]s?)\s(?P<name>{names_of(lang)}))"
    )


def _statements(text: str, article: Article, lang: str, topics: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """From “…, said X” “What did X say about …?”, where the sentence names the topic."""
    for pattern in _said(article.lang) if topics else ():
        match = pattern.search(text)
        x = _named(match, article, lang) if match else ""
        topic = (
            next((one for one in topics if _bare(one) in f"{article.title}\n{text}" and not set(_bare(one).split()) & set(match["name"].split())), "")
            if match
            else ""
        )
        if match and x and topic:
            yield _SAID[lang].format(x=x, y=topic), "say", match["name"]


@lru_cache(maxsize=2)
def _said(lang: str) -> tuple[re.Pattern[str], ...]:
    """Who says something, before the verb and behind it."""
    x = rf"(?P<x>{role(lang)}(?P<name>{names_of(lang)}))"
    return re.compile(rf"{_BEGINS}{x}{ASIDE}\s{adverb(lang)}{says(lang)}\b"), re.compile(rf"[,”\"]\s{says(lang)}\s{x}(?=[.,]|$)")


def _offices(text: str, article: Article, lang: str) -> Iterator[tuple[str, str, str]]:
    """From “X, the chairman of …” “Who is X?”, and from “Y, a ring of 27 kilometres” “What is Y?”."""
    for match in office(article.lang).finditer(text):
        name = match["name"] or match.groupdict().get("name2") or ""
        if is_person(name) and _is_name(name, article) and fold(name.split()[0]) not in _TITLES and _crosses(name, article, lang):
            yield _WHO[lang].format(x=name), "who", name
    for match in apposed(article.lang).finditer(text) if article.lang == lang else ():
        name = match["name"]
        if _is_name(name, article) and not is_person(name):
            yield _WHAT[lang].format(x=with_article(name, article.text, lang)), "what", name


def _bare(name: str) -> str:
    return re.sub(r"^(?:the|[oa]s?)\s", "", name)


def _named(match: re.Match[str], article: Article, lang: str) -> str:
    """The subject as it stands inside a question; empty when it is no name, or none that crosses languages."""
    name, x = match["name"], match["x"]
    if (
        len(x) > LONGEST_CHARS
        or not _is_name(name, article)
        or not _crosses(name, article, lang)
        or (x != name and " " not in name and _PEOPLE.search(name))
    ):
        return ""
    name = _whole(name, article)
    if article.lang != lang:
        return name
    before = x[: len(x) - len(match["name"])]
    return before[:1].lower() + before[1:] + name


def _whole(name: str, article: Article) -> str:
    """A surname with the first name that the article gives it first: "Musk" → "Elon Musk"."""
    if " " in name or name.isupper():
        return name
    found = re.search(rf"(?<![\w.])(?:[A-ZÀ-Þ][a-zà-ÿ]+\s)(?:d[aeo]s?\s)?{re.escape(name)}(?!\w|\s[A-ZÀ-Þ])", f"{article.title}\n{article.text}")
    if found and is_person(found.group()) and fold(found.group().split()[0]) not in _TITLES | _NO_NAMES and _is_name(found.group(), article):
        return found.group()
    return name


def _common(match: re.Match[str], article: Article, lang: str) -> str:
    """A subject that begins its sentence and may be no name, small unless it is one; empty across languages and for what points elsewhere."""
    x, said = match["x"], [word for _, _, word in words(match["x"])]
    if (
        article.lang != lang
        or len(x) > LONGEST_CHARS
        or not content(x, lang)
        or said[-1] in STOPWORDS[lang]
        or _POINTS.search(x)
        or re.search(r"\d", x)
    ):
        return ""
    return x if _is_name(x.split()[0], article) and " " in x[:5] + " " and said[0] not in STOPWORDS[lang] else x[0].lower() + x[1:]


def _is_name(name: str, article: Article) -> bool:
    """Whether capitalised words are a name: no pronoun or day, the first not written small in the article, and no single word that only begins a sentence."""
    said = [word for _, _, word in words(name)]
    if not said or {said[0], said[-1]} & _NO_NAMES or any(said[0] in stopwords for stopwords in STOPWORDS.values()):
        return False
    first = re.escape(name.split()[0])
    if re.search(rf"(?<!\w){first.lower()}(?!\w)", article.text):
        return False
    return " " in name or not name[1:].islower() or bool(re.search(rf"[a-zà-ÿ,]\s{first}(?!\w)", f"{article.text}"))


def _crosses(name: str, article: Article, lang: str) -> bool:
    """Whether a name is a person's, written alike in both languages, where article and question are of two."""
    if article.lang == lang:
        return True
    found = glossary().alternatives([word for _, word in content(name, article.lang)], article.lang)
    return is_person(name) and not any(weight != COGNATE for translations in found.values() for weight in translations.values())
