"""Timeline: what happened, a row for each event, each a sentence of an article with the day of its report.

    judged sentences ── reports ──► the sentence of each article that best tells its news ── TimelineWriter ──► claims in time order

In: a question that asks what happened, and the sentences found.  Out: quotes and claims.  A row's day is the day on which its article came out:
that of the report, which need not be that of the event.  Never a row: an article that names the subject only in passing, or has no day.
Pure functions.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from math import exp, inf
from typing import NamedTuple

from index.records import Article
from index.text import STOPWORDS, stem, words
from qa.evidence import Judged, leans
from qa.kinds import Asked, happening
from qa.question import Question
from qa.records import Claim, Quote
from qa.terms import Terms, borne, strengths
from qa.when import When
from qa.writers.quoting import MOST_ALSO, sentence_before

ROWS = 8  # most of them
FEWEST = 2  # one alone is no timeline
NEXT_DAY = 1  # days after those asked about on which what happened in them may still be told
# An article about the subject: headline and beginning name so much of it, and the row is not far from there; or a round-up, whose headline names
# several things, at least so much of the subject among them, and whose beginning is about another.
ON_IT_FROM, LEAD_CHARS, ROW_CHARS = 0.7, 300, 1200
LISTED, HEADED_FROM, BEGUN_BELOW = 2, 0.4, 0.3
MENTIONED_CHARS, READ_CHARS = 2500, 6000  # its rarest word stands in the headline, or once in so many characters of the first so many
# A row: so much of the subject, of its names, and of the subject together with the headline; so many words.
OWN_FROM, NAMED_FROM, TOLD_FROM = 0.35, 0.45, 0.7
FEWEST_WORDS = 8
# Its score: its own share of the subject, its headline's, and how early it stands, e^(-characters before it / 250).
OWN, HEADED, EARLY, EARLY_CHARS = 0.25, 0.25, 0.5, 250.0
ROUNDED_EARLY = 0.5  # instead of that in a round-up
WEAKER = 0.6  # of it is left to a sentence that points back, or is somebody's words
ROW_FROM = 0.5
NEAR_CHARS = 35  # from "the order", "o texto", in which the subject says which one
# Two rows are one event: so many of the shorter one's words in common, but for the subject's; so few days apart, or else that many.
ALIKE, NEWS_DAYS, COPIED = 0.5, 3, 0.8
CROWDED, CROWD_DAYS = 0.5, 7  # share of an event's score that it loses beside one of the same days, falling off by e in so many days
LEAST_WORDS = 3  # of the shorter one are counted

_GOES_ON = re.compile(
    r"\W*(?:but|and|so|or|however|meanwhile|also|still|then|yet|at the same time|in addition|for example|mas|e|ou|porém|contudo|no entanto|já|também|ainda"
    r"|assim|por isso|por exemplo|além disso|ao mesmo tempo|enquanto isso)\b|[+>•*|]",
    re.IGNORECASE,
)
_DEFINITE = {"pt": re.compile(r"[OA]s?\s+[a-zà-ÿ]"), "en": re.compile(r"The\s+[a-z]")}
_LISTS = re.compile(r"[,;]|\b(?:and|e)\b", re.IGNORECASE)
_NO_NEWS = re.compile(
    r"\W*(?:opini(?:on|ão)|editorial|analysis|análise|review|resenha|fact[ -]check|checagem|photos|fotos)\b\W*[:|–—-]", re.IGNORECASE
)
_SPOKEN = ('"', "“", "‘", "'", "«")
_ENDS = re.compile(r"""(?<![.…])[.!]["'”’»)\]]*$""")  # a headline, a caption or a cut sentence does not


class _About(NamedTuple):
    """How far an article is about the subject."""

    title: dict[str, float]  # how well its headline says each term
    headed: float  # share of the subject in the headline
    begun: float  # in the beginning
    both: float  # in headline and beginning together
    lists: bool  # whether the headline names several things
    often: bool  # whether the subject's rarest word stands in the headline, or again and again
    news: bool  # not an opinion, a review, pictures, as its headline says

    @property
    def rounds_up(self) -> bool:
        """Whether it tells several news, and this is one of them."""
        return self.lists and self.headed >= HEADED_FROM and self.begun < BEGUN_BELOW


def of_subject(question: Question, as_of: date) -> Question | None:
    """The question without the words that only ask what happened; None when it asks something else, or names nothing but days.

    No report says "happened" or "timeline": such words must not count among those that are looked for.
    """
    if not (asks := happening(question.text, question.lang)):
        return None
    stems = tuple(one for one in question.stems if one not in asks)
    story = question.model_copy(update={"stems": stems, "kind": Asked.OTHER, "counted": (), "unit": ""})
    return story if undated(story, as_of).stems else None


def undated(question: Question, as_of: date) -> Question:
    """The question without the words of the days that it names: a report of these days need not say them, and one of others is no row."""
    days = When.of(question.text, question.lang, as_of).stems
    return question.model_copy(update={"stems": tuple(one for one in question.stems if one not in days)})


def reports(sentences: Sequence[Judged], terms: Terms, origins: Mapping[str, str]) -> list[Quote]:
    """The sentence of each article that best tells its news of the subject.

    Args:
        sentences: Those of all hits.
        terms: Of the question's subject, over this corpus.
        origins: Id of each article → id of the article that it is likely a copy of; its own when of none.

    Returns:
        One quote for each article and its copies together, scored in (0, 1], best first; then, scored 0, the sentences before those that lean
        on them.
    """
    every = [one.quote for one in sentences]
    about: dict[str, _About] = {}
    best: dict[str, Quote] = {}
    for one in sentences:
        article = one.quote.article
        if article.key not in about:
            about[article.key] = _about(article, terms)
        quote = one.quote.model_copy(update={"score": _telling(one, terms, about[article.key]), "answer": None})
        name = origins.get(article.id, article.id)
        if quote.score < ROW_FROM or (name in best and _order(best[name]) <= _order(quote)):
            continue
        if not leans(quote.text) or sentence_before(quote, every) is not None:
            best[name] = quote
    rows = sorted(best.values(), key=_order)
    before = [place for row in rows if leans(row.text) and (place := sentence_before(row, every)) is not None]
    return rows + [every[place].model_copy(update={"score": 0.0, "answer": None}) for place in before]


def _order(quote: Quote) -> tuple[float, date, str, int]:
    """Best first; of equal ones the earlier report."""
    return -quote.score, _day(quote), quote.article.key, quote.start


def of_days(quotes: Sequence[Quote], when: When, after: date | None) -> list[Quote]:
    """The quotes of articles of the days asked about, in the same order.

    Args:
        quotes: In any order.
        when: The days asked about.
        after: The day that all must come after; None when any may.
    """
    return [quote for quote in quotes if (day := quote.article.day) and within(day, when) and not (after and day <= after)]


def within(day: date | None, when: When) -> bool:
    """Whether an article's day is one of those asked about, or the day after them, on which what happened may still be told; an unknown one is not."""
    if day is None:
        return False
    since, until = (when.interval.since, when.interval.until) if when.interval else (None, None)
    return not (since and day < since) and not (until and (day - until).days > NEXT_DAY)


def _about(article: Article, terms: Terms) -> _About:
    title = strengths(terms.places(article.title, article.lang))
    places = terms.places(article.text, article.lang, 0, READ_CHARS)
    beginning = strengths(places, 0, LEAD_CHARS)
    lists = len(_LISTS.findall(article.title)) >= LISTED
    news = not _NO_NEWS.match(article.title)
    rarest = max(terms.rarity, key=lambda stem: terms.rarity[stem])
    often = rarest in title or sum(place.stem == rarest for place in places) >= min(READ_CHARS, len(article.text)) / MENTIONED_CHARS
    return _About(title, terms.share(title), terms.share(beginning), terms.share(_either(title, beginning)), lists, often, news)


def _either(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {stem: max(one.get(stem, 0.0), other.get(stem, 0.0)) for stem in {*one, *other}}


def _telling(one: Judged, terms: Terms, about: _About) -> float:
    """How well a sentence tells its article's news of the subject, in [0, 1]; 0 when it is no row."""
    text, start, own = one.quote.text.strip(), one.quote.start, terms.share(one.own)
    if not (about.news and about.often) or not (about.rounds_up or (about.both >= ON_IT_FROM and start <= ROW_CHARS)):
        return 0.0
    if own < OWN_FROM or borne(terms.named, one.own) < NAMED_FROM or terms.share(_either(about.title, one.own)) < TOLD_FROM:
        return 0.0
    if not _ENDS.search(text) or _GOES_ON.match(text) or sum(1 for _ in words(text)) < FEWEST_WORDS:
        return 0.0
    early = ROUNDED_EARLY if about.rounds_up else exp(-start / EARLY_CHARS)
    told = OWN * own + HEADED * about.headed + EARLY * early
    return told * (WEAKER if leans(text) or text.startswith(_SPOKEN) or _points_back(one, terms) else 1.0)


def _points_back(one: Judged, terms: Terms) -> bool:
    """Whether it begins with "the order", "o texto", and names nothing of the subject near by: it says which only with the sentence before."""
    article, start = one.quote.article, one.quote.start
    definite = _DEFINITE.get(article.lang)
    if one.parts["lead"] or not definite or not definite.match(one.quote.text):
        return False
    return not any(place.at - start < NEAR_CHARS for place in terms.places(article.text, article.lang, start, one.quote.end))


class TimelineWriter:
    """Says one sentence of each report in time order, an event once; what is scored 0 only bears out a sentence that leans on it."""

    name = "timeline"

    def write(self, question: str, quotes: Sequence[Quote]) -> Iterator[Claim]:
        """At most eight claims, none older than the one before it; later reports of one event are named as places where it also stands."""
        left_out = _telling_stems(question)
        told = [_telling_stems(quote.text) - left_out for quote in quotes]
        places = sorted((place for place, quote in enumerate(quotes) if quote.score and quote.article.day), key=lambda place: _in_time(quotes[place]))
        for place, *others in _chosen(_events(places, told, quotes), quotes):
            quote = quotes[place]
            before = sentence_before(quote, quotes) if leans(quote.text) else None
            also = [other for other in others if overlap(told[place], told[other]) >= ALIKE]
            yield Claim(text=quote.text, quotes=(place,) if before is None else (place, before), also=tuple(also[:MOST_ALSO]), verbatim=True)


def _day(quote: Quote) -> date:
    return quote.article.day or date.max


def _in_time(quote: Quote) -> tuple[date, float, float]:
    """By day, as the outlets' own clocks had it; then by the instant; of one instant the better first."""
    published = quote.article.published
    return _day(quote), published.timestamp() if published else 0.0, -quote.score


def _events(places: Sequence[int], told: Sequence[Set[str]], quotes: Sequence[Quote]) -> list[list[int]]:
    """Reports in time order, those of one event together: the first one, then those that tell it, or one of the others, again."""

    def again(place: int, earlier: int) -> bool:
        near = (_day(quotes[place]) - _day(quotes[earlier])).days <= NEWS_DAYS
        return overlap(told[earlier], told[place]) >= (ALIKE if near else COPIED)

    events: list[list[int]] = []
    for place in places:
        known = next((event for event in events if any(again(place, earlier) for earlier in event)), None)
        if known:
            known.append(place)
        else:
            events.append([place])
    return events


def _chosen(events: Sequence[list[int]], quotes: Sequence[Quote]) -> list[list[int]]:
    """In time order the best told event of each day; of many days the best ones that do not crowd together."""
    score = {event[0]: max(quotes[place].score for place in event) for event in events}
    firsts: dict[date, list[int]] = {}
    for event in sorted(events, key=lambda event: -score[event[0]]):
        firsts.setdefault(_day(quotes[event[0]]), event)
    chosen: dict[date, list[int]] = {}
    while firsts and len(chosen) < ROWS:
        day = max(firsts, key=lambda day: score[firsts[day][0]] * (1 - CROWDED * exp(-_gap(day, chosen) / CROWD_DAYS)))
        chosen[day] = firsts.pop(day)
    return [chosen[day] for day in sorted(chosen)]


def _gap(day: date, others: Iterable[date]) -> float:
    """Days to the nearest of other days; infinite when there is none."""
    return min((abs((day - other).days) for other in others), default=inf)


def overlap(one: Set[str], other: Set[str]) -> float:
    """Share of the smaller one's words that the other has too; of fewer than 3 too little is known for a share of 1.

    >>> overlap({"ship", "afloat", "bank", "tug"}, {"ship", "afloat", "bank", "monday", "tide"})
    0.75
    """
    return len(one & other) / max(LEAST_WORDS, min(len(one), len(other)))


def _telling_stems(text: str) -> frozenset[str]:
    """Stems of its words that tell something in any language."""
    return frozenset(stem(word, "pt") for _, _, word in words(text) if word and not any(word in little for little in STOPWORDS.values()))
