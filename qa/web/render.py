"""Answer → what the page shows of it.

    Answer ── turn ──► Turn     sentences with the numbers of their quotes · passages cut at the quotes' offsets
    Article ─ cut ───► Part …   text between offsets, each stretch with the quotes that it belongs to

In: records.  Out: plain JSON.  Pure: nothing is searched for in a text, nothing is opened, and no word of the
page is written here.  A quote is numbered by its own address: two sentences that cite different stretches of one
passage have two numbers.  The page puts every text into text nodes; no markup is made anywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from index.records import Article, Coverage, Filter
from qa.answer import turn_of
from qa.check import DOUBT
from qa.records import Answer, Claim, Hit, Quote, Refusal
from qa.shown import link as link
from qa.shown import shown as shown
from qa.web.views import (
    ClaimView,
    CopyView,
    CoverageView,
    DatesView,
    FilterView,
    Mark,
    Part,
    PassageView,
    PastView,
    QuoteView,
    Source,
    Turn,
    WhyView,
)
from qa.when import When

TAIL_CHARS = 30
NEAREST = 4
RIGHTS_CHARS = 90  # longest terms of use that stand beside a passage
EARLIER, EARLIER_CHARS = 12, 400  # names and headlines of an answer that a follow-up may point back to
LEAST_PART = 0.005  # what would be shown as 0.00


def turn(answer: Answer, name: str, *, complete: bool, generation: str = "", origins: Mapping[str, str] | None = None) -> Turn:
    """The turn to show for an answer.

    Args:
        answer: The answer so far.
        name: The turn's name on the page.
        complete: Whether no further claim will come.
        generation: The generation that answered.
        origins: Id of each article found → id of the one that it is likely a copy of; the answer's own, of those cited, when None.
    """
    numbered = _numbered(answer)
    quotes = [_quote(n, quote) for n, quote in enumerate(numbered, start=1)]
    return {
        "id": name,
        "question": answer.question,
        "searched": "" if answer.searched.strip() == answer.question.strip() else shown(answer.searched),
        "lang": answer.lang,
        "status": "refused" if answer.refusal else "answered" if complete else "answering",
        "form": answer.form,
        "claims": [_claim(claim, answer.quotes, numbered) for claim in answer.claims],
        "quotes": quotes,
        "passages": _passages(answer, numbered, answer.origins if origins is None else origins),
        "reason": shown(answer.reason),
        "outside": answer.outside,
        "doubt": DOUBT[answer.lang] if answer.unsure else "",
        "filter": applied(answer.filter),
        "dates": _dates(answer),
        "coverage": coverage(answer.coverage),
        "articles": len({quote.article.id for quote in numbered}) if answer.claims else 0,
        "origins": answer.independent,
        "generation": generation,
        "seconds": round(sum(answer.seconds.values()), 1),
        "past": _past(answer),
    }


def coverage(held: Coverage) -> CoverageView:
    """What a library holds, for the coverage line."""
    return {"articles": held.articles, "outlets": held.outlets, "first": _day(held.first), "last": _day(held.last)}


def applied(where: Filter) -> FilterView:
    """The filters, for the chips under a question."""
    return {
        "since": _day(where.since),
        "until": _day(where.until),
        "outlets": list(where.outlets),
        "languages": list(where.languages),
        "sections": list(where.sections),
    }


def source(article: Article) -> Source:
    """What is said of an article beside its text."""
    updated = article.modified.date() if article.modified else None
    return {
        "article": article.key,
        "title": shown(article.title),
        "outlet": shown(article.outlet),
        "date": _day(article.day),
        "updated": _day(updated) if updated and article.day and updated > article.day else "",
        "lang": article.lang,
        "authors": [shown(author) for author in article.authors],
        "correction": shown(article.correction),
        "doubts": [{"kind": doubt.kind, "field": doubt.field, "given": shown(doubt.given)} for doubt in article.doubts],
        "free": article.free,
        "rights": shown(article.rights) if len(article.rights) <= RIGHTS_CHARS else "",
        "link": link(article.url),
    }


def cut(text: str, start: int, end: int, marks: Sequence[Mark]) -> list[Part]:
    """The text from start to end, cut wherever a quote or its answer begins or ends.

    The parts joined are text[start:end] again. Marks may overlap, and are clipped to the stretch.

    >>> [part["text"] for part in cut("One. Two. Three.", 0, 16, [{"n": 1, "start": 5, "end": 9, "answer": (5, 8)}])]
    ['One. ', 'Two', '.', ' Three.']
    """
    places = {start, end}
    for mark in marks:
        places |= {place for place in (mark["start"], mark["end"], *(mark["answer"] or ())) if start < place < end}
    return [
        {
            "text": shown(text[low:high]),
            "quotes": [mark["n"] for mark in marks if mark["start"] <= low and high <= mark["end"]],
            "answer": any(mark["answer"] and mark["answer"][0] <= low and high <= mark["answer"][1] for mark in marks),
        }
        for low, high in pairwise(sorted(places))
    ]


def _numbered(answer: Answer) -> list[Quote]:
    """The quotes named by claims in the order of their first naming, each address once; for a refusal, all quotes.

    What a further claim names comes after, so a number that the page shows already never changes.
    """
    cited: Iterable[int] = (n for claim in answer.claims for n in (*claim.quotes, *claim.also)) if answer.claims else range(len(answer.quotes))
    return list({answer.quotes[n].address: answer.quotes[n] for n in cited}.values())


def _quote(n: int, quote: Quote) -> QuoteView:
    return {
        "n": n,
        "address": quote.address,
        "start": quote.start,
        "end": quote.end,
        "answer": quote.answer,
        "words": shown(quote.text),
        "source": source(quote.article),
    }


def _claim(claim: Claim, quotes: Sequence[Quote], numbered: Sequence[Quote]) -> ClaimView:
    """One sentence, cut before its last word; the answering words are known by offset only where it is verbatim."""
    first = quotes[claim.quotes[0]]
    answer = (first.answer[0] - first.start, first.answer[1] - first.start) if first.answer and claim.verbatim else None
    mark: Mark = {"n": 0, "start": 0, "end": len(claim.text), "answer": answer}
    text = claim.text.rstrip()
    tail = max(text.rfind(" "), text.rfind("\n"), text.rfind("\u00a0")) + 1
    tail = max(tail, len(text) - TAIL_CHARS)
    places = {quote.address: n for n, quote in enumerate(numbered, start=1)}
    return {
        "head": cut(text, 0, tail, [mark]) if tail else [],
        "tail": cut(text, tail, len(text), [mark]),
        "quotes": list(dict.fromkeys(places[quotes[n].address] for n in claim.quotes)),
        "also": list(dict.fromkeys(places[quotes[n].address] for n in claim.also)),
        "verbatim": claim.verbatim,
        "lang": first.article.lang,
    }


def _passages(answer: Answer, numbered: Sequence[Quote], origins: Mapping[str, str]) -> list[PassageView]:
    """Cited passages in the order of their numbers, then the others as found. A quote is shown in its best passage.

    A refusal names each article once: its best passage stands for it.
    """
    held: dict[int, list[Mark]] = {}
    for n, quote in enumerate(numbered, start=1):
        for place, hit in enumerate(answer.hits):
            passage = hit.passage
            if passage.article.key == quote.article.key and passage.start <= quote.start and quote.end <= passage.end:
                held.setdefault(place, []).append({"n": n, "start": quote.start, "end": quote.end, "answer": quote.answer})
                break
    rest = [place for place in range(len(answer.hits)) if place not in held]
    if answer.refusal:
        best = {answer.hits[place].passage.article.key: place for place in reversed(rest)}
        rest = sorted(best.values())[:NEAREST]
    return [_passage(answer, place, held.get(place, []), origins) for place in (*held, *rest)]


def _passage(answer: Answer, place: int, marks: list[Mark], origins: Mapping[str, str]) -> PassageView:
    hit = answer.hits[place]
    passage, article = hit.passage, hit.passage.article
    return {
        "source": source(article),
        "parts": cut(article.text, passage.start, passage.end, marks),
        "quotes": [mark["n"] for mark in marks],
        "why": _why(hit, max(one.score for one in answer.hits)),
        "matched": [{"word": shown(one.word), "found": shown(one.found)} for one in hit.matched],
        "lexical_place": hit.lexical_place,
        "dense_place": hit.dense_place,
        "copies": len(hit.copies),
        "also": _also(hit, origins),
        "origin": any(origins.get(copy.article.id) == article.id for copy in hit.copies if copy.article.id != article.id),
        "starts_article": passage.start == 0,
        "ends_article": passage.end == len(article.text),
    }


def _also(hit: Hit, origins: Mapping[str, str]) -> list[CopyView]:
    """The other articles in which a passage stands too, each once: the likely origin first, then by day, unknown days last."""
    own = hit.passage.article
    others = {copy.article.id: copy for copy in reversed(hit.copies) if copy.article.id != own.id}
    found: list[CopyView] = [
        {
            "article": copy.article.key,
            "title": shown(copy.article.title),
            "outlet": shown(copy.article.outlet),
            "date": _day(copy.article.day),
            "lang": copy.article.lang,
            "start": copy.start,
            "end": copy.end,
            "origin": origins.get(own.id) == copy.article.id,
            "link": link(copy.article.url),
        }
        for copy in others.values()
    ]
    return sorted(found, key=lambda one: (not one["origin"], not one["date"], one["date"], one["outlet"], one["article"]))


def _why(hit: Hit, best: float) -> list[WhyView]:
    """What the score is made of, the largest part first; parts that add nothing are left out, but for the date: that it weighs nothing tells something."""
    parts = sorted(((name, value) for name, value in hit.parts.items() if value >= LEAST_PART or name == "date"), key=lambda one: (-one[1], one[0]))
    return [{"part": name, "value": round(value, 2), "share": round(min(1.0, value / best), 3) if best > 0 else 0.0} for name, value in parts]


def _dates(answer: Answer) -> DatesView | None:
    """How dates were used; None when there was nothing to search in or for."""
    if answer.refusal in (Refusal.CORPUS_EMPTY, Refusal.NOT_A_QUESTION):
        return None
    when = When(as_of=answer.as_of, interval=answer.interval, prior=answer.prior)
    return {
        "prior": answer.prior.value,
        "as_of": _day(answer.as_of),
        "since": _day(answer.interval.since if answer.interval else None),
        "until": _day(answer.interval.until if answer.interval else None),
        "aside": when.sets_aside(answer.searched, answer.lang),
    }


def _past(answer: Answer) -> PastView:
    """What a follow-up may point back to, within the bounds in which the page sends it again."""
    turn = turn_of(answer)
    return {
        "question": turn.question,
        "answers": [one[:EARLIER_CHARS] for one in turn.answers[:EARLIER]],
        "headlines": [one[:EARLIER_CHARS] for one in turn.headlines[:EARLIER]],
        "told": _day(turn.told),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
