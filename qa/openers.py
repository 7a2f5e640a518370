"""Openers: the newest articles of a library ─► questions to begin with, each of which it answers.

    newest articles ─ sentences ─ leads, the most telling first ─► asked, each ─► kept: answered surely, first of all with the sentence itself

In: a library, and ids of articles.  Out: questions that stand alone, in the languages of their articles.  Never: a question whose answer was not
seen.  The same library gives the same questions, unless the machine is so slow that the time is over before.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from index.records import Article
from index.text import LANGUAGES, sentences
from qa.answer import ask
from qa.evidence import worth_reading
from qa.leads import Lead, leads, telling
from qa.records import SURE_FROM, Answer
from qa.suggest import Suggestion

if TYPE_CHECKING:
    from index.library import Library

CHARS_READ = 2_500  # of each article: what it is on stands at its beginning
TRIED = 3  # questions of one article
OF_FORM = 2  # of one form are kept: eight that ask who somebody is say little of an archive


def openers(library: "Library", articles: Sequence[str], *, most: int, within_s: float, as_of: date | None = None) -> list[Suggestion]:
    """Questions that articles answer, at most one of each.

    Args:
        library: An opened one.
        articles: Ids, those to ask about first.
        most: At least 1.
        within_s: Seconds after which no further question is tried.
        as_of: The day that they are asked on. Today when None.

    Returns:
        Those that tell the most first, then in the order of the articles; fewer where there are no more, or the time is over.
    """
    kept: list[Suggestion] = []
    forms: Counter[str] = Counter()
    used: set[str] = set()
    begun = time.monotonic()
    found = [lead for name in articles for lead in _leads(library.article(name))]
    for lead in sorted(found, key=telling):
        if len(kept) == most or time.monotonic() - begun > within_s:
            break
        if {lead.article.id, lead.subject} & used or forms[lead.form] == OF_FORM:
            continue
        if _tells(lead, ask(lead.text, as_of=as_of, library=library)):
            kept.append(Suggestion(text=lead.text, lang=lead.article.lang))
            forms[lead.form] += 1
            used |= {lead.article.id, lead.subject}
    return kept


def _leads(article: Article) -> Iterator[Lead]:
    """Questions of the beginning of an article, a few, the most telling first."""
    if article.lang in LANGUAGES:
        spans = [(start, end) for start, end in sentences(article.text[:CHARS_READ]) if worth_reading(article.text[start:end])]
        found = [lead for start, end in spans for lead in leads(article, start, end, article.lang)]
        yield from sorted({lead.text: lead for lead in found}.values(), key=telling)[:TRIED]


def _tells(lead: Lead, given: Answer) -> bool:
    """Whether an answer is sure, and begins with the sentence that the question was made of."""
    if given.confidence < SURE_FROM or not given.claims or given.searched != lead.text:
        return False
    first = given.quotes[given.claims[0].quotes[0]]
    return (first.article.key, first.start) == (lead.article.key, lead.start)
