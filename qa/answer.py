"""Ask: the whole way from a question to an answer, each step in its own file.

understand ─ find ─ quotes ─ (confident enough?) ─ write ─ check ─► Answer
                 └─ what happened? reports in time order ─┘
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from index.errors import QuestionError
from index.records import Filter
from index.text import clean, language, stem, words
from qa import check
from qa.dates import dated
from qa.evidence import SENTENCES_FROM, Judged, judged
from qa.followups import Turn
from qa.kinds import Asked, asks_on, kind_of
from qa.protocols import Writer
from qa.question import MOST_CHARS, Question, understand
from qa.records import Answer, Claim, Hit, Quote, Refusal, Struck
from qa.retrieval import find, lent, terms_of, today
from qa.terms import Terms
from qa.weights import weights
from qa.when import When
from qa.writers.quoting import QuotingWriter
from qa.writers.timeline import FEWEST, TimelineWriter, of_days, of_subject, reports, undated, within

if TYPE_CHECKING:
    from index.library import Library

HITS = 12
NO_REPORT = 0.5  # of the confidence is left where no article of the days asked about makes its news of what happened
TIMELINE_HITS = 36  # looked at for a timeline, whose reports are of many articles; those that bear no row are not kept


def ask(
    question: str,
    *,
    history: Sequence[str | Turn | Answer] = (),
    where: Filter | None = None,
    as_of: date | None = None,
    dates: bool = True,
    library: "Library | None" = None,
) -> Answer:
    """Answer a question from the corpus, every sentence with its source, or refuse and say why.

    Args:
        question: In Portuguese or English. Too long a question, or one without words, is refused and does not raise.
        history: The conversation, oldest first: earlier questions, or better, their answers.
        where: Which passages may answer.
        as_of: The day that the question is asked on: nearer articles rank higher, unless it names other days. Today when None.
        dates: Whether days that the question names move that preference to them.
        library: An opened one; the one that the environment names when None.

    Returns:
        One to three claims with their quotes; up to eight in time order, where it asks what happened and there is more than one report; or a
        refusal with the nearest coverage. The same question on the same index gives the same answer.

    Raises:
        IndexMissing, IndexMismatch, IndexDamaged: there is no index that can be used.
    """
    *_, answer = stream(question, history=history, where=where, as_of=as_of, dates=dates, library=library)
    return answer


def stream(
    question: str,
    *,
    history: Sequence[str | Turn | Answer] = (),
    where: Filter | None = None,
    as_of: date | None = None,
    dates: bool = True,
    library: "Library | None" = None,
    writer: Writer | None = None,
) -> Iterator[Answer]:
    """The same as `ask`, sentence by sentence: each answer yielded has one more checked claim; the last is complete.

    A writer that is given writes whatever the question asks, also what happened.
    """
    with lent(library) as opened:
        inquiry = _Inquiry(opened, where or Filter(), as_of or today(), dates)
        try:
            understood = understand(question, [turn_of(one) if isinstance(one, Answer) else one for one in history])
        except QuestionError as error:
            yield inquiry.no_question(question, str(error))
            return
        yield from inquiry.answer(understood, writer, _last_told(history) if asks_on(understood.text, understood.lang) else None)


def turn_of(answer: Answer) -> Turn:
    """What a follow-up may point back to: the question, the words marked as answering it, and the headlines cited."""
    marked = [quote.article.text[slice(*quote.answer)] for quote in answer.quotes if quote.answer]
    headlines = dict.fromkeys(quote.article.title for quote in answer.quotes if quote.article.title)
    persons = kind_of(answer.searched, answer.lang) is Asked.WHO
    told = answer.quotes[answer.claims[-1 if answer.form == "timeline" else 0].quotes[0]].article.day if answer.claims else None
    return Turn(question=answer.searched or answer.question, answers=tuple(marked) if persons else (), headlines=tuple(headlines), told=told)


def _last_told(history: Sequence[str | Turn | Answer]) -> date | None:
    """The day of what the last answer told; None when that is not known."""
    last = history[-1] if history else None
    return (turn_of(last) if isinstance(last, Answer) else last).told if isinstance(last, Answer | Turn) else None


class _Ground(NamedTuple):
    """What an answer is written from."""

    hits: Sequence[Hit]
    quotes: Sequence[Quote]
    sure: float
    form: Literal["sentences", "timeline"] = "sentences"


class _Inquiry:
    """One question on its way: what is fixed for all its answers."""

    def __init__(self, library: "Library", where: Filter, as_of: date, dates: bool) -> None:
        self.library, self.where, self.as_of, self.dates = library, where, as_of, dates
        self.when = When(as_of=as_of)
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def answer(self, question: Question, writer: Writer | None, after: date | None) -> Iterator[Answer]:
        """Answers with one claim, then two, …; or one refusal."""
        if not len(self.library):
            yield self._refuse(question, Refusal.CORPUS_EMPTY)
            return
        if not question.stems:
            yield self._refuse(question, Refusal.NOT_A_QUESTION)
            return
        self.when, worth = When.of(question.text, question.lang, self.as_of, dates=self.dates), 1.0
        if (story := of_subject(question, self.as_of)) and (told := self._told(story)):
            if writer is None and (timeline := self._timeline(story, told, after)):
                yield from self._written(story, *timeline)
                return
            question, worth = self._of_few(question, story, told, after)
        terms = terms_of(question, self.when, self.library)
        hits, sentences, sure = self._look(question, terms, self.where)
        sure *= worth
        if sure < weights().answers_from:
            yield self._refuse_unsure(question, terms, hits, sentences, sure)
            return
        quotes = [one.quote for one in sentences]
        yield from self._written(question, _Ground(hits, quotes, sure), (writer or QuotingWriter()).write(question.text, quotes))

    def _told(self, question: Question) -> _Ground | None:
        """The reports of what happened to a subject, none perhaps that makes a row; None when no article is surely about it."""
        question = undated(question, self.as_of)
        terms = terms_of(question, self.when, self.library)
        hits = find(question, terms, TIMELINE_HITS, self.where, self.when, self.library)
        self._lap("retrieve")
        batches = [judged(question, terms, hits[start : start + SENTENCES_FROM], self.when) for start in range(0, len(hits), SENTENCES_FROM)]
        sure = check.confidence(terms, batches[0], hits[:HITS]) if batches else 0.0
        origins = {hit.passage.article.id: self.library.origin(hit.passage.article.id) for hit in hits}
        quotes = reports([one for batch in batches for one in batch], terms, origins)
        self._lap("evidence")
        return _Ground(hits, quotes, sure, "timeline") if sure >= weights().answers_from else None

    def _of_few(self, question: Question, story: Question, told: _Ground, after: date | None) -> tuple[Question, float]:
        """What is asked where there are too few rows, and how much the confidence in an answer to that is worth.

        Where there are articles of the days asked about, the words of these days are no evidence; where there are none, they must stand in the text.
        Without a report of these days it is worth less, however much the articles say of the subject.
        """
        worth = 1.0 if of_days(told.quotes, self.when, after) else NO_REPORT
        if not self.when.interval or any(within(hit.passage.article.day, self.when) for hit in _near(told.hits)):
            return undated(story, self.as_of), worth
        return story if told.quotes else question, worth

    def _timeline(self, question: Question, told: _Ground, after: date | None) -> tuple[_Ground, Sequence[Claim]] | None:
        """The rows of the days asked about, with the hits that they lie in and the best ones; None when they are too few."""
        quotes = of_days(told.quotes, self.when, after)
        claims = list(TimelineWriter().write(question.text, quotes))
        if len(claims) < FEWEST:
            return None
        used = [quotes[place] for claim in claims for place in (*claim.quotes, *claim.also)]
        kept = [hit for place, hit in enumerate(told.hits) if place < HITS or any(_holds(hit, quote) for quote in used)]
        return told._replace(hits=kept, quotes=quotes), claims

    def _written(self, question: Question, ground: _Ground, proposed: Iterable[Claim]) -> Iterator[Answer]:
        """Answers with one more of the claims each, as far as they stand; a refusal when none does."""
        claims: list[Claim] = []
        struck: list[Struck] = []
        told = 0
        for claim in proposed:
            if why := check.check_claim(claim, ground.quotes):
                struck.append(Struck(text=claim.text, reason=why))
            else:
                claims.append(claim)
                told = len(struck)
                yield self._complete(question, ground, claims, struck)
        if claims and told < len(struck):
            yield self._complete(question, ground, claims, struck)
        if not claims:
            yield self._refuse(question, Refusal.WEAK_MATCH, hits=tuple(ground.hits), confidence=ground.sure, struck=tuple(struck))

    def no_question(self, question: object, why: str) -> Answer:
        """Refuse what is no question at all, in the language of its beginning."""
        start = clean(question[:MOST_CHARS]) if isinstance(question, str) else ""
        lang = language(start) or "en"
        told = why[0].upper() + why[1:] + "."
        if lang == "pt" and isinstance(question, str) and len(question) > MOST_CHARS:
            told = f"A pergunta é longa demais: no máximo {MOST_CHARS} caracteres podem ser buscados."
        return self._made(question=start, searched="", lang=lang, refusal=Refusal.NOT_A_QUESTION, reason=told, confidence=0.0)

    def _look(self, question: Question, terms: Terms, where: Filter) -> tuple[list[Hit], list[Judged], float]:
        hits = find(question, terms, HITS, where, self.when, self.library)
        self._lap("retrieve")
        sentences = judged(question, terms, hits, self.when)
        sure = check.confidence(terms, sentences, hits)
        self._lap("evidence")
        return hits, sentences, sure

    def _complete(self, question: Question, ground: _Ground, claims: Sequence[Claim], struck: Sequence[Struck]) -> Answer:
        """The answer so far; only quotes that a claim names are kept, in the order of the claims, so that a place once given stays."""
        self._lap("write")
        used = list(dict.fromkeys(place for claim in claims for place in (*claim.quotes, *claim.also)))
        renumbered = tuple(
            claim.model_copy(update={name: tuple(used.index(place) for place in getattr(claim, name)) for name in ("quotes", "also")})
            for claim in claims
        )
        kept = tuple(ground.quotes[place] for place in used)
        origins = {quote.article.id: self.library.origin(quote.article.id) for quote in kept}
        told = {"form": ground.form, "claims": renumbered, "struck": tuple(struck), "confidence": ground.sure}
        return self._made(question, hits=tuple(ground.hits), quotes=kept, origins=origins, **told)

    def _refuse_unsure(self, question: Question, terms: Terms, hits: Sequence[Hit], sentences: Sequence[Judged], sure: float) -> Answer:
        """Refuse for want of evidence; when filters keep it out, say how much lies outside them."""
        if self.where:
            wider, _, wider_sure = self._look(question, terms, Filter())
            inside = {hit.passage.article.id for hit in hits} if sure >= check.WEAK_FROM else set()
            outside = len({hit.passage.article.id for hit in _near(wider)} - inside)
            if wider_sure >= weights().answers_from and outside:
                return self._refuse(question, Refusal.OUTSIDE_FILTER, hits=tuple(hits), outside=outside, confidence=sure)
        absent = _as_written(question, [one for one in terms.missing if one in question.names], self.as_of)
        code = check.why_refused(terms, sentences, hits, sure, absent)
        return self._refuse(question, code, hits=tuple(hits), confidence=sure, absent=absent)

    def _refuse(self, question: Question, code: Refusal, **fields: Any) -> Answer:
        told = check.reason(code, question.lang, fields.get("outside", 0), fields.get("absent", ()))
        return self._made(question, refusal=code, reason=told, **{"confidence": 0.0, **fields})

    def _made(self, question: Question | str, **fields: Any) -> Answer:
        if isinstance(question, Question):
            fields |= {"question": question.asked, "searched": question.text, "lang": question.lang}
        else:
            fields["question"] = question
        return Answer(
            filter=self.where,
            as_of=self.as_of,
            interval=self.when.interval,
            prior=self.when.prior,
            coverage=self.library.coverage,
            fingerprint=self.library.manifest.fingerprint,
            seconds=dict(self.seconds),
            **fields,
        )

    def _lap(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = round(self.seconds.get(step, 0.0) + now - self._since, 6)
        self._since = now


def _near(hits: Sequence[Hit]) -> Iterator[Hit]:
    """Those that are at least half as good as the best one."""
    return (hit for hit in hits if hit.score >= hits[0].score / 2)


def _holds(hit: Hit, quote: Quote) -> bool:
    return hit.passage.article.key == quote.article.key and hit.passage.start <= quote.start and quote.end <= hit.passage.end


def _as_written(question: Question, stems: Sequence[str], as_of: date) -> tuple[str, ...]:
    """The words of a question that have these stems, as they stand in it; not those of a date, which an article of that day need not say."""
    days = [(one.start, one.end) for one in dated(question.text, question.lang, as_of) if not one.naming]
    return tuple(
        dict.fromkeys(
            question.text[start:end]
            for start, end, word in words(question.text)
            if word and stem(word, question.lang) in stems and not any(since <= start < until for since, until in days)
        )
    )
