"""Ask every golden question as anybody would, and write down what happened.

    Golden ─┬─ ask ─────── what was said, on which quotes, or why nothing ─┐
            └─ retrieve ── what was found ─────────────────────────────────┴─► Outcome, one a question

In: golden questions and an opened library.  Out: frozen outcomes.  Never: a figure over several questions.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from index.records import Record, Span
from qa.answer import ask
from qa.evaluation.gold import best_choice, holds
from qa.evaluation.questions import Golden
from qa.question import MOST_CHARS
from qa.records import Answer, Quote, Refusal
from qa.retrieval import retrieve

if TYPE_CHECKING:
    from index.library import Library

FOUND = 20  # hits asked for
SHOWN = 5  # of them kept to be read
QUOTE_CHARS = 400  # of a quote that count: a quote is a sentence, not a passage
AROUND_CHARS = 300  # read around a quote, on each side, with the headline: what a card shows
CARDS = 3  # cards in which the answer must stand for a fact to be answered rightly


class Found(Record):
    """A passage or a quote as the report shows it. The words are a copy, for readers without the index."""

    address: str
    title: str
    outlet: str
    day: date | None
    url: str = Field(description="Empty when unknown.")
    text: str
    holds: bool = Field(description="Whether a gold string stands in it.")


class Outcome(Record):
    """What became of one golden question."""

    golden: Golden
    as_of: date = Field(description="The day that it was asked about.")
    searched: str = Field(description="As searched: standing alone.")
    refusal: str = Field(description="Code of the refusal; empty when it was answered.")
    reason: str = Field(description="The refusal in words; empty when it was answered.")
    confidence: float = Field(ge=0, le=1, description="That the corpus answers it.")
    unsure: bool = Field(default=False, description="Whether it was answered with the mark that this may be no answer.")
    said: tuple[str, ...] = Field(description="The sentences of the answer.")
    quotes: tuple[Found, ...] = Field(description="The quotes that they stand on, in the order of the sentences.")
    hits: tuple[Found, ...] = Field(description="The first five passages that retrieval alone finds.")
    hit_places: tuple[int, ...] = Field(description="Places of hits that hold a gold string, from 1, of the first 20.")
    article_places: tuple[int, ...] = Field(description="Places of hits of the question's own articles, from 1, of the first 20.")
    quote_places: tuple[int, ...] = Field(description="Places of quotes that hold a gold string in their first 400 characters, from 1.")
    card_places: tuple[int, ...] = Field(description="The same, read with the headline and 300 characters around the quote.")
    choice: int | None = Field(description="The choice that the hits bear out most, from 0; None when there are no choices.")
    invalid: tuple[str, ...] = Field(description="Addresses of citations at which the index holds other words; empty, or something is broken.")
    seconds: float = Field(ge=0, description="Wall time of asking, in seconds; the one value that differs between equal runs.")

    @property
    def right(self) -> bool | None:
        """Whether it went as it should: a fact answered, anything else refused. None for unsure."""
        if self.golden.kind == "unsure":
            return None
        if self.golden.kind == "fact":
            return any(place <= CARDS for place in self.card_places)
        return bool(self.refusal)


def run(golden: Sequence[Golden], library: "Library", progress: Callable[[str, int, int | None], None] | None = None) -> Iterator[Outcome]:
    """Ask each question; outcomes come in their order.

    Raises:
        IndexDamaged: an article is not what was written.
    """
    retrieve("notícias news", 1, library=library)  # the model loads now, and not on the first question's time
    for done, one in enumerate(golden, 1):
        yield outcome(one, library)
        if progress:
            progress("ask", done, len(golden))


def outcome(golden: Golden, library: "Library") -> Outcome:
    """What becomes of one question."""
    begin = time.perf_counter()
    answer = ask(golden.question, history=golden.history, as_of=golden.asked, library=library)
    seconds = time.perf_counter() - begin
    searched = answer.searched if golden.history and answer.searched else golden.question
    asks = answer.refusal is not Refusal.NOT_A_QUESTION
    hits = [hit.passage for hit in retrieve(searched[:MOST_CHARS], FOUND, as_of=answer.as_of, library=library)] if asks else []
    quotes = [answer.quotes[place] for place in dict.fromkeys(place for claim in answer.claims for place in claim.quotes)]
    found = tuple(_found(hit, golden) for hit in hits)
    return Outcome(
        golden=golden,
        as_of=answer.as_of,
        searched=searched,
        refusal=answer.refusal.value,
        reason=answer.reason,
        confidence=answer.confidence,
        unsure=answer.unsure,
        said=tuple(claim.text for claim in answer.claims),
        quotes=tuple(_found(quote, golden) for quote in quotes),
        hits=found[:SHOWN],
        hit_places=_places(one.holds for one in found),
        article_places=_places(hit.article.id in golden.articles for hit in hits),
        quote_places=_places(holds(quote.text[:QUOTE_CHARS], golden.answers) for quote in quotes),
        card_places=_places(holds(_card(quote), golden.answers) for quote in quotes),
        choice=best_choice(golden.choices, [hit.text for hit in hits]) if golden.choices else None,
        invalid=invalid(answer, library),
        seconds=round(seconds, 4),
    )


def invalid(answer: Answer, library: "Library") -> tuple[str, ...]:
    """Addresses of the citations at which the library does not hold, to the letter, the words that the answer shows."""
    wrong = {quote.address: None for quote in answer.quotes if not _stands(quote, quote.text, library)}
    for claim in answer.claims:
        first = answer.quotes[claim.quotes[0]]
        if claim.verbatim and not _stands(first, claim.text, library):
            wrong[first.address] = None
    return tuple(wrong)


def _stands(quote: Quote, words: str, library: "Library") -> bool:
    try:
        return library.article(quote.article.key).text[quote.start : quote.end] == words
    except KeyError:
        return False


def _card(quote: Quote) -> str:
    """What a reader has before their eyes: headline, sentence, and what stands around it."""
    text = quote.article.text
    return f"{quote.article.title}\n{text[max(0, quote.start - AROUND_CHARS) : quote.end + AROUND_CHARS]}"


def _found(span: Span, golden: Golden) -> Found:
    article = span.article
    return Found(
        address=span.address,
        title=article.title,
        outlet=article.outlet,
        day=article.day,
        url=article.url,
        text=span.text,
        holds=holds(span.text, golden.answers),
    )


def _places(so: Iterator[bool]) -> tuple[int, ...]:
    """Places, from 1, at which it is so."""
    return tuple(place for place, is_so in enumerate(so, 1) if is_so)
