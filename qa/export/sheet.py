"""Answers → a sheet: everything that an export says, in words and in order, still without any markup.

    Answer … ── sheet ──► Sheet    a section a question, then the numbered list

In: records, and the instant of the export.  Out: plain text, in which what hides or reorders text is visible. The
formats only lay it out, so that they cannot say different things.  Pure: no clock is read, nothing is opened.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote as percent

from index.records import Article, Filter
from qa.check import DOUBT, reason
from qa.export.references import Copy, Place, Reference, Use, place, references
from qa.export.words import WORDS, counted, written_day, written_instant
from qa.records import Answer, Claim, Refusal
from qa.shown import link, shown
from qa.when import Prior, When

NEAREST = 4
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_URL_KEEPS = "%/:?#[]@!$&'()*+,;=~"  # what an address may hold as it is, beside letters and digits


class Fact(NamedTuple):
    """A name and what it is."""

    name: str
    value: str


class Source(NamedTuple):
    """An article as a list of sources names it; what is unknown is empty, but for the headline."""

    title: str
    about: tuple[str, ...]  # outlet, authors, days
    url: str  # in ASCII letters, so that what is read is what is opened
    host: str
    lang: str
    address: str


class Sentence(NamedTuple):
    """One sentence of an answer, and the numbers that it stands on."""

    anchor: str
    day: str  # of a timeline's row: when its article came out
    text: str
    lang: str
    numbers: tuple[int, ...]
    before: tuple[int, ...]
    also: tuple[int, ...]
    verbatim: bool


class Section(NamedTuple):
    """One question and what came of it."""

    number: int  # in its conversation, from 1; 0 for an answer alone
    heading: str  # the question; empty when the sheet's title is it
    lang: str  # of the question
    facts: tuple[Fact, ...]
    doubt: str
    sentences: tuple[Sentence, ...]
    refusal: tuple[str, ...]
    nearest: tuple[Source, ...]
    closing: tuple[str, ...]


class Back(NamedTuple):
    """Where a reference is used, in words, and the sentence's anchor."""

    anchor: str
    words: str


class Entry(NamedTuple):
    """One numbered reference."""

    number: int
    source: Source
    text: str
    facts: tuple[Fact, ...]
    uses: tuple[Back, ...]


class Sheet(NamedTuple):
    """The whole export."""

    lang: str
    title: str
    made: str
    sections: tuple[Section, ...]
    entries: tuple[Entry, ...]


def sheet(answers: Sequence[Answer], lang: str, at: datetime, title: str = "") -> Sheet:
    """Everything that is said of some answers.

    Args:
        answers: One, or the turns of a conversation in order.
        lang: 'pt' or 'en', of the words around the articles' own.
        at: When the export is made; aware.
        title: The question, or words for a conversation, when empty.
    """
    words = WORDS[lang]
    alone = len(answers) == 1
    found = references(answers)
    numbers = {place(one.quote): one.number for one in found}
    usual = (line(answers[0].question) or words["answer"]) if alone else words["conversation"]
    headed = bool(line(title)) or not alone
    return Sheet(
        lang=lang,
        title=line(title) or usual,
        made=words["made"].format(at=written_instant(at, lang)),
        sections=tuple(_section(answers, at_, lang, numbers, headed=headed) for at_ in range(len(answers))),
        entries=tuple(_entry(one, lang, alone=alone) for one in found),
    )


def spoken(answer: Answer) -> str:
    """The language of a question, among those that an export can be written in."""
    return answer.lang if answer.lang in WORDS else "en"


def visible(text: str) -> str:
    """The text, with what hides, reorders or steers made visible; only line ends and tabs stay.

    >>> visible("a" + chr(0x202E) + chr(27))
    'a␣U+202E␣U+001B'
    """
    return _CONTROL.sub(lambda found: f"␣U+{ord(found[0]):04X}", shown(text))


def line(text: str) -> str:
    """The same in one line."""
    return visible(" ".join(text.split()))


def address_of(url: str) -> tuple[str, str]:
    """An article's web address in ASCII letters and its host; both empty when it may not be opened."""
    found = link(url)
    return (percent(found["href"], safe=_URL_KEEPS), found["host"]) if found else ("", "")


def notes(article: Article, lang: str) -> Iterator[Fact]:
    """What must be known of an article beside its words: corrections, doubts, terms."""
    words = WORDS[lang]
    if article.correction:
        yield Fact(words["correction"], line(article.correction))
    for doubt in article.doubts:
        field = words.get(f"field_{doubt.field}", doubt.field)
        yield Fact(words["doubt"], words[f"doubt_{doubt.kind}"].format(field=field, given=line(doubt.given)))
    if article.free is False:
        yield Fact(words["access"], words["subscribers"])
    if article.rights:
        yield Fact(words["rights"], line(article.rights))


def _section(answers: Sequence[Answer], at: int, lang: str, numbers: dict[Place, int], *, headed: bool) -> Section:
    answer, words, alone = answers[at], WORDS[lang], len(answers) == 1
    sentences = tuple(_sentence(answer, claim, (at + 1, n), lang, numbers) for n, claim in enumerate(answer.claims, start=1))
    written = not all(claim.verbatim for claim in answer.claims)
    return Section(
        number=0 if alone else at + 1,
        heading=line(answer.question) if headed else "",
        lang=spoken(answer),
        facts=tuple(_facts(answer, answers[at - 1] if at else None, lang)),
        doubt=DOUBT[lang] if answer.unsure else "",
        sentences=sentences,
        refusal=tuple(_refusal(answer, lang)),
        nearest=tuple(_nearest(answer, lang)),
        closing=(words["some_written" if written else "verbatim"], counted(answer.independent, "origins", lang)) if sentences else (),
    )


def _sentence(answer: Answer, claim: Claim, at: tuple[int, int], lang: str, numbers: dict[Place, int]) -> Sentence:
    article = answer.quotes[claim.quotes[0]].article
    quotes = [numbers[place(answer.quotes[one])] for one in claim.quotes]
    own = quotes[:1] if claim.verbatim else quotes
    return Sentence(
        anchor=f"s-{at[0]}-{at[1]}",
        day=written_day(article.day, lang) if answer.form == "timeline" and article.day else "",
        text=visible(claim.text),
        lang=article.lang,
        numbers=tuple(dict.fromkeys(own)),
        before=tuple(dict.fromkeys(quotes[len(own) :])),
        also=tuple(dict.fromkeys(numbers[place(answer.quotes[one])] for one in claim.also)),
        verbatim=claim.verbatim,
    )


def _facts(answer: Answer, last: Answer | None, lang: str) -> Iterator[Fact]:
    """How it was asked; and of which archive, where that is another than the answer before had."""
    words = WORDS[lang]
    yield Fact(words["asked"], written_day(answer.as_of, lang))
    if answer.searched.strip() not in ("", answer.question.strip()):
        yield Fact(words["searched"], line(answer.searched))
    if answer.filter:
        yield Fact(words["filters"], "; ".join(_filters(answer.filter, lang)))
    if answer.refusal not in (Refusal.CORPUS_EMPTY, Refusal.NOT_A_QUESTION):
        yield Fact(words["dates"], _dates(answer, lang))
    if last is None or (last.fingerprint, last.coverage) != (answer.fingerprint, answer.coverage):
        held = answer.coverage
        counts = ", ".join((counted(held.articles, "articles", lang), counted(held.outlets, "outlets", lang)))
        days = (
            held.first
            and held.last
            and words["archive_days"].format(held=counts, first=written_day(held.first, lang), last=written_day(held.last, lang))
        )
        yield Fact(words["archive"], days or counts)
        yield Fact(words["index"], line(answer.fingerprint))


def _filters(where: Filter, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    if where.since:
        yield words["published_since"].format(day=written_day(where.since, lang))
    if where.until:
        yield words["published_until"].format(day=written_day(where.until, lang))
    if where.outlets:
        yield words["outlets"].format(names=", ".join(map(line, where.outlets)))
    if where.languages:
        yield words["languages"].format(names=", ".join(words[one] if one in WORDS else line(one) for one in where.languages))
    if where.sections:
        yield words["sections"].format(names=", ".join(map(line, where.sections)))


def _dates(answer: Answer, lang: str) -> str:
    """How dates were used."""
    words, days, as_of = WORDS[lang], answer.interval, written_day(answer.as_of, lang)
    since, until = (written_day(day, lang) if day else "" for day in (days.since, days.until)) if days else ("", "")
    named = since if since == until else words["from_to" if since and until else "since" if since else "until"].format(since=since, until=until)
    aside = When(as_of=answer.as_of, interval=days, prior=answer.prior).sets_aside(answer.searched, spoken(answer))
    key = "aside" if aside else "now" if days and answer.prior is Prior.NEAR else answer.prior.value
    return words[key].format(days=named, as_of=as_of)


def _refusal(answer: Answer, lang: str) -> Iterator[str]:
    """Why nothing is said: in the language of the export where the reason is one of the usual ones, else as it was told."""
    if answer.refusal:
        usual = [reason(answer.refusal, one, answer.outside, answer.absent) for one in (spoken(answer), lang)]
        yield visible(usual[1] if answer.reason == usual[0] else answer.reason)
        if answer.outside and answer.refusal is not Refusal.OUTSIDE_FILTER:
            yield counted(answer.outside, "outside", lang)


def _nearest(answer: Answer, lang: str) -> Iterator[Source]:
    """Of a refusal, the best passage of each article that was found."""
    if answer.refusal:
        best = {hit.passage.article.key: hit.passage for hit in reversed(answer.hits)}
        for key in list(dict.fromkeys(hit.passage.article.key for hit in answer.hits))[:NEAREST]:
            yield _source(best[key].article, best[key].address, lang)


def _source(article: Article, address: str, lang: str) -> Source:
    words = WORDS[lang]
    updated = article.modified.date() if article.modified else None
    day = written_day(article.day, lang) if article.day else words["no_date"]
    if updated and (not article.day or updated > article.day):
        day = words["updated"].format(day=day, updated=written_day(updated, lang))
    authors = ", ".join(filter(None, map(line, article.authors)))
    url, host = address_of(article.url)
    return Source(
        title=line(article.title) or words["no_title"],
        about=tuple(filter(None, (line(article.outlet) or words["no_outlet"], authors, day))),
        url=url,
        host=host,
        lang=article.lang,
        address=line(address),
    )


def _entry(one: Reference, lang: str, *, alone: bool) -> Entry:
    words, article = WORDS[lang], one.quote.article
    source = _source(article, one.quote.address, lang)
    copies = [Fact(words["copies"], "; ".join(_copy(copy, lang) for copy in one.copies))] if one.copies else []
    return Entry(
        number=one.number,
        source=source,
        text=visible(one.quote.text),
        facts=(*copies, *notes(article, lang)),
        uses=tuple(_use(use, lang, alone=alone) for use in one.uses),
    )


def _use(use: Use, lang: str, *, alone: bool) -> Back:
    label = str(use.claim) if alone else f"{use.answer}.{use.claim}"
    return Back(f"s-{use.answer}-{use.claim}", WORDS[lang][f"use_{use.role}"].format(label=label))


def _copy(copy: Copy, lang: str) -> str:
    """Outlet, day and name of a copy, the likely origin named as such."""
    words, article = WORDS[lang], copy.article
    day = written_day(article.day, lang) if article.day else words["no_date"]
    told = f"{line(article.outlet) or words['no_outlet']}, {day}, {line(article.key)}"
    return f"{told} ({words['origin']})" if copy.origin else told
