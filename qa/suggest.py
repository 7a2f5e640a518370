"""Suggest: an answer ─► questions that a reporter may ask next, and that this library answers.

    newer articles on the same name ─────────────┐
    articles that bear on it ─ sentences ─ leads ┴─ the best first ─► asked, each ─► kept: answered surely, to the point, with something new

In: an answer, its library, filters and conversation.  Out: questions that stand alone, in the language of the first.  Never: a question whose
answer was not seen; one that was asked before; one that only repeats what is on the page.  The same answer gives the same questions, unless the
machine is so slow that the time is over before.
"""

import re
import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field

from index.records import Article, Filter, Record
from index.text import LANGUAGES, content, fold, same_words, sentences, stem, term
from qa.answer import ask
from qa.evidence import REACH_CHARS
from qa.followups import Turn, subjects
from qa.leadforms import MONTHS, names_of
from qa.leads import Lead, leads, telling, whole, with_article
from qa.overview import bearing, subject
from qa.question import content_stems, understand
from qa.records import SURE_FROM, Answer, Quote, Refusal
from qa.retrieval import terms_of
from qa.terms import Place
from qa.when import When

if TYPE_CHECKING:
    from index.library import Library

MOST_ASKED = 8
MOST_S = 1.2
ARTICLES_READ = 6  # of the answer's hits, those cited first
CHARS_READ = 8_000  # of each
ON_IT_FROM = 0.4  # share of what the answer's question is on, that must stand in a sentence and REACH_CHARS around: a round-up tells of much else
WHOLE_FROM = 0.5  # share of an article's sentences, from which what they tell of is told of in all of it
KNOWN_FROM = 0.015  # share of the passages in which a name stands that nobody asks about: "Who is Donald Trump?"
KNOWN_PASSAGES = 12  # and as many at least
_STORY = {"en": "What happened to {x}?", "pt": "O que aconteceu com {x}?"}
STORY_TO = 0.05  # share of the passages up to which what happened to a name is one story
STORY_PASSAGES = 40  # and so it is up to as many
NEW_ROWS = 2  # of a timeline, from which it is worth offering
_LATEST = {"en": "What happened to {x} after {day}?", "pt": "O que aconteceu com {x} depois de {day}?"}
PLACE_FROM = 0.1  # share of a name's mentions behind "in" from which it is a place: what happened there is everything
_IN = {"en": r"(?:in|at|across)\s(?:the\s)?", "pt": r"(?:em|n[oa]s?)\s"}
_HEAD = r"(?:[Pp]resident[ea]?|[Pp]rime [Mm]inister|[Pp]rimeir[oa]-ministr[oa]|King|Queen|Pope|[Pp]apa)\s(?:[\w-]+\s){0,4}"
_SIDES = frozenset(["US", "U.S.", "USA", "UK", "U.K.", "EU", "EUA", "UE"])  # told about and told of in every article
_NOTHING_NEAR = (Refusal.NO_MATCH, Refusal.NOT_A_QUESTION, Refusal.CORPUS_EMPTY)


class Suggestion(Record):
    """A question to ask next."""

    text: str = Field(description="Standing alone; asked as it is, it is answered.")
    lang: str = Field(description="'pt' or 'en', as the answer's.")


class _Idea(NamedTuple):
    """A question that may be offered, and what the first claim of its answer must be."""

    text: str
    form: str
    about: str  # name that it turns on
    after: date | None = None  # published later than this day; when None, a sentence of which the same question could be made; of a story, a row


class _Ground:
    """What is near to an answer."""

    def __init__(self, answer: Answer, library: "Library", where: Filter) -> None:
        self.answer, self.library, self.where, self.lang = answer, library, where, answer.lang
        self.when = When(as_of=answer.as_of)
        self.terms = terms_of(understand(answer.searched), self.when, library)
        self.wanted = subject(self.terms, self.when)
        self.articles = self._near()
        self.text = "\n".join(article.text for article in self.articles)
        self.names = [name for name in subjects(answer.searched) if not self._is_place(name)]
        if not self.names and len(self.wanted) == 1:
            self.names = [written for written, _ in self.terms.written.values() if stem(fold(written), self.lang) in self.wanted]
        self._found: dict[str, list[Place]] = {}
        self._whole: dict[str, bool] = {}

    def _near(self) -> list[Article]:
        """Articles that bear on what was asked: the one cited first, then as the hits come. What an answer cites by mistake is not among them."""
        first = [self.answer.quotes[claim.quotes[0]].article for claim in self.answer.claims[:1]]
        bear = {self.library.id_at(place) for place in bearing(self.terms, self.when, self.library, self.where).tolist()}
        found = {article.key: article for article in (*first, *(hit.passage.article for hit in self.answer.hits)) if article.id in bear}
        return list(found.values())[:ARTICLES_READ]

    def _is_place(self, name: str) -> bool:
        """Whether a name often tells where; or stands only as a part of others."""
        mentions = len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w|\s[A-ZÀ-Þ])", self.text))
        placed = sum(len(re.findall(rf"(?<!\w){_IN[lang]}{re.escape(name)}(?!\w)", self.text)) for lang in _IN)
        return name in _SIDES or not mentions or placed >= PLACE_FROM * mentions

    def named(self, name: str) -> str:
        """A name, whole, with the article that the texts of the question's language mostly give it; "the DeepSeek rout" gives it none."""
        texts = "\n".join([self.answer.searched] * (self.lang == "pt") + [one.text for one in self.articles if one.lang == self.lang])
        found = next((one for one in (whole(name, article) for article in self.articles) if one != name), name)
        return found if found != name else with_article(name, texts, self.lang)

    def share(self, name: str) -> float:
        """Share of the library's passages in which a name stands."""
        last = name.split()[-1]
        often = max(self.library.frequency(term(stem(word, lang), lang)) for lang in LANGUAGES for _, word in content(last, lang))
        return often / len(self.library)

    def leads(self, article: Article, start: int, end: int) -> Iterator[Lead]:
        """Questions of a sentence, if it stands where the article tells of what was asked."""
        if self._on_it_whole(article) or self._on_it(article, start, end):
            topics = tuple(self.named(name) for name in self.names if name.split()[-1] in article.text[start:end])
            for lead in leads(article, start, end, self.lang, topics):
                if lead.form != "who" or not self._is_known(lead.subject, article):
                    yield lead

    def _on_it(self, article: Article, start: int, end: int) -> bool:
        """Whether much of the question stands in a sentence and a little around."""
        around = {place.stem for place in self._places(article) if start - REACH_CHARS <= place.at < end + REACH_CHARS}
        return sum(rare for source, rare in self.wanted.items() if source in around) >= ON_IT_FROM * sum(self.wanted.values())

    def _on_it_whole(self, article: Article) -> bool:
        """Whether that is so of much of the article, or one name of its headline comes again and again: it is no round-up."""
        if article.key not in self._whole:
            spans = sentences(article.text[:CHARS_READ])
            named = {name.split()[-1] for name in re.findall(names_of(article.lang), article.title)} if article.lang in LANGUAGES else set()
            found = [sum(name in article.text[max(0, start - REACH_CHARS) : end + REACH_CHARS] for start, end in spans) for name in named]
            found.append(sum(self._on_it(article, *span) for span in spans))
            self._whole[article.key] = max(found) >= WHOLE_FROM * len(spans)
        return self._whole[article.key]

    def _places(self, article: Article) -> list[Place]:
        if article.key not in self._found:
            self._found[article.key] = self.terms.places(article.text, article.lang)
        return self._found[article.key]

    def _is_known(self, name: str, article: Article) -> bool:
        """Whether nobody asks who that is: the question names the person, it heads a state, or much of the library names it."""
        last = name.split()[-1]
        if last in self.answer.searched or re.search(rf"{_HEAD}{re.escape(last)}(?!\w)", article.text):
            return True
        return self.share(name) > max(KNOWN_FROM, KNOWN_PASSAGES / len(self.library))


def suggest(
    answer: Answer,
    library: "Library",
    history: Sequence[str | Turn | Answer] = (),
    where: Filter | None = None,
    most: int = 3,
    within_s: float = MOST_S,
) -> list[Suggestion]:
    """Questions to ask next that this library answers, under the same filters and after the same conversation.

    Args:
        answer: The last one, or a refusal: then they are of the nearest coverage.
        library: That answered.
        history: The conversation before it, oldest first.
        where: The filters in force; the answer's own when None.
        most: At least 1.
        within_s: Seconds after which no further question is tried.

    Returns:
        The best first, at most so many; often fewer, and none where nothing is near.
    """
    if answer.refusal in _NOTHING_NEAR:
        return []
    past, where, begun = [*history, answer], answer.filter if where is None else where, time.monotonic()
    ground = _Ground(answer, library, where)
    told = {same_words(quote.text) for one in past if isinstance(one, Answer) for quote in one.quotes}
    kept: list[_Idea] = []
    asked = 0
    for idea in _ideas(ground, past, told):
        if len(kept) == most or asked == MOST_ASKED or time.monotonic() - begun > within_s:
            break
        if any(idea.form == one.form or idea.about == one.about for one in kept):
            continue
        asked += 1
        given = ask(idea.text, history=past, where=where, as_of=answer.as_of, library=library)
        if _tells(idea, given, told, ground):
            kept.append(idea)
            told.add(same_words(given.quotes[given.claims[0].quotes[0]].text))
    return [Suggestion(text=idea.text, lang=answer.lang) for idea in kept]


def _tells(idea: _Idea, given: Answer, told: set[str], ground: _Ground) -> bool:
    """Whether an answer is sure, and begins with what the question was made for and with something that was not said yet."""
    if given.confidence < SURE_FROM or not given.claims or given.searched != idea.text:
        return False
    firsts = [given.quotes[claim.quotes[0]] for claim in given.claims]
    first, new = firsts[0], [quote for quote in firsts if same_words(quote.text) not in told]
    if idea.form == "story":
        return given.form == "timeline" and sum(_names(quote, idea.about) for quote in new) >= NEW_ROWS
    if first not in new:
        return False
    if idea.after:
        return bool(_names(first, idea.about) and first.article.day and first.article.day > idea.after)
    same = (lead for lead in ground.leads(first.article, first.start, first.end) if lead.form == idea.form)
    return any(lead.subject.split()[-1] == idea.about.split()[-1] for lead in same)


def _names(quote: Quote, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", f"{quote.article.title}\n{quote.text}"))


def _ideas(ground: _Ground, past: Sequence[str | Turn | Answer], told: set[str]) -> Iterator[_Idea]:
    """Questions that may be offered, the best first, each once; none that was asked before, none of a sentence that was told."""
    seen = {frozenset(content_stems(_text(one), ground.lang)) for one in past}
    for idea in (*_latest(ground), *_of_sentences(ground, told)):
        stems = frozenset(content_stems(idea.text, ground.lang))
        if stems not in seen:
            seen.add(stems)
            yield idea


def _latest(ground: _Ground) -> Iterator[_Idea]:
    """What happened later to the first name of the question, where newer articles bear on it; else what happened to it, where several do."""
    last = max((quote.article.day for quote in ground.answer.quotes if quote.article.day), default=None)
    for name in ground.names[:1] if last else ():
        if ground.share(name) > max(STORY_TO, STORY_PASSAGES / len(ground.library)):
            return
        terms = terms_of(understand(f"{name}?"), ground.when, ground.library)
        places = bearing(terms, ground.when, ground.library, ground.where)
        if last and (ground.library.columns.days[places] > last.toordinal()).any():
            yield _Idea(_LATEST[ground.lang].format(x=ground.named(name), day=_written(last, ground.lang)), "latest", name, last)
        if len(places) > NEW_ROWS and ground.answer.form != "timeline":
            yield _Idea(_STORY[ground.lang].format(x=ground.named(name)), "story", name)


def _of_sentences(ground: _Ground, told: set[str]) -> list[_Idea]:
    """Questions that sentences of the articles answer, by what they ask, then as articles and sentences come."""
    found = [
        lead
        for article in ground.articles
        for start, end in sentences(article.text[:CHARS_READ])
        if same_words(article.text[start:end]) not in told
        for lead in ground.leads(article, start, end)
    ]
    return [_Idea(lead.text, lead.form, lead.subject) for lead in sorted(found, key=telling)]


def _text(one: str | Turn | Answer) -> str:
    return one if isinstance(one, str) else one.question if isinstance(one, Turn) else one.searched or one.question


def _written(day: date, lang: str) -> str:
    month = MONTHS[lang][day.month - 1]
    return f"{day.day}{'º' if day.day == 1 else ''} de {month} de {day.year}" if lang == "pt" else f"{day.day} {month} {day.year}"
