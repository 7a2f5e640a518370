"""Ask: the whole way from a question to an answer, each step in its own file.

understand ─ find ─ quotes ─ (confident enough?) ─ write ─ check ─► Answer
"""

import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from index.errors import QuestionError
from index.records import Filter
from index.text import clean, language, term
from qa import check, evidence
from qa.protocols import Writer
from qa.question import MOST_CHARS, Question, understand
from qa.records import Answer, Claim, Hit, Quote, Refusal, Struck
from qa.retrieval import default_library, find, today
from qa.writers.quoting import QuotingWriter

if TYPE_CHECKING:
    from index.library import Library

HITS = 12


def ask(
    question: str,
    *,
    history: Sequence[str] = (),
    where: Filter | None = None,
    as_of: date | None = None,
    library: "Library | None" = None,
) -> Answer:
    """Answer a question from the corpus, every sentence with its source, or refuse and say why.

    Args:
        question: In Portuguese or English. Too long a question, or one without words, is refused and does not raise.
        history: Earlier questions of the conversation, oldest first.
        where: Which passages may answer.
        as_of: The day that the question is about; today when None.
        library: An opened one; the one that the environment names when None.

    Returns:
        One to three claims with their quotes, or a refusal with the nearest coverage. The same question on the same
        index gives the same answer.

    Raises:
        IndexMissing, IndexMismatch, IndexDamaged: there is no index that can be used.
    """
    *_, answer = stream(question, history=history, where=where, as_of=as_of, library=library)
    return answer


def stream(
    question: str,
    *,
    history: Sequence[str] = (),
    where: Filter | None = None,
    as_of: date | None = None,
    library: "Library | None" = None,
    writer: Writer | None = None,
) -> Iterator[Answer]:
    """The same as `ask`, sentence by sentence: each answer yielded has one more checked claim; the last is complete."""
    library = library or default_library()
    inquiry = _Inquiry(library, where or Filter(), as_of or today())
    try:
        understood = understand(question, history)
    except QuestionError as error:
        yield inquiry.too_long(question, str(error))
        return
    yield from inquiry.answer(understood, writer or QuotingWriter())


class _Inquiry:
    """One question on its way: what is fixed for all its answers."""

    def __init__(self, library: "Library", where: Filter, as_of: date) -> None:
        self.library, self.where, self.as_of = library, where, as_of
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def answer(self, question: Question, writer: Writer) -> Iterator[Answer]:
        """Answers with one claim, then two, …; or one refusal."""
        if not len(self.library):
            yield self._refuse(question, Refusal.CORPUS_EMPTY)
            return
        if not question.stems:
            yield self._refuse(question, Refusal.NOT_A_QUESTION)
            return
        hits, quotes, sure = self._look(question, self.where)
        if sure < check.ANSWERS_FROM:
            yield self._refuse_unsure(question, hits, sure)
            return
        claims: list[Claim] = []
        struck: list[Struck] = []
        told = 0
        for claim in writer.write(question.text, quotes):
            if why := check.check_claim(claim, quotes):
                struck.append(Struck(text=claim.text, reason=why))
            else:
                claims.append(claim)
                told = len(struck)
                yield self._complete(question, hits, quotes, claims, struck, sure)
        if claims and told < len(struck):
            yield self._complete(question, hits, quotes, claims, struck, sure)
        if not claims:
            yield self._refuse(question, Refusal.WEAK_MATCH, hits=tuple(hits), confidence=sure, struck=tuple(struck))

    def too_long(self, question: object, why: str) -> Answer:
        """Refuse what is no question at all, in the language of its beginning."""
        start = clean(str(question)[:MOST_CHARS])
        lang = language(start) or "en"
        words = (
            f"A pergunta é longa demais: no máximo {MOST_CHARS} caracteres podem ser buscados." if lang == "pt" else why[0].upper() + why[1:] + "."
        )
        return self._made(question=start, searched="", lang=lang, refusal=Refusal.NOT_A_QUESTION, reason=words, confidence=0.0)

    def _look(self, question: Question, where: Filter) -> tuple[list[Hit], list[Quote], float]:
        hits = find(question, HITS, where, self.as_of, self.library)
        self._lap("retrieve")
        weights = evidence.rarity(question.stems, lambda s: self.library.frequency(term(s, question.lang)), len(self.library))
        quotes = evidence.quotes(question, hits, weights)
        sure = check.confidence(question, hits, quotes, weights)
        self._lap("evidence")
        return hits, quotes, sure

    def _complete(
        self, question: Question, hits: Sequence[Hit], quotes: Sequence[Quote], claims: Sequence[Claim], struck: Sequence[Struck], sure: float
    ) -> Answer:
        """The answer so far; only quotes that a claim stands on are kept, numbered in the order of the claims."""
        self._lap("write")
        used = list(dict.fromkeys(place for claim in claims for place in claim.quotes))
        renumbered = tuple(claim.model_copy(update={"quotes": tuple(used.index(place) for place in claim.quotes)}) for claim in claims)
        kept = tuple(quotes[place] for place in used)
        return self._made(question, hits=tuple(hits), quotes=kept, claims=renumbered, struck=tuple(struck), confidence=sure)

    def _refuse_unsure(self, question: Question, hits: Sequence[Hit], sure: float) -> Answer:
        """Refuse for want of evidence; when filters keep it out, say how much lies outside them."""
        if self.where:
            wider, _, wider_sure = self._look(question, Filter())
            inside = {hit.passage.article.id for hit in hits} if sure >= check.WEAK_FROM else set()
            outside = len({hit.passage.article.id for hit in wider if hit.score >= wider[0].score / 2} - inside)
            if wider_sure >= check.ANSWERS_FROM and outside:
                return self._refuse(question, Refusal.OUTSIDE_FILTER, hits=tuple(hits), outside=outside, confidence=sure)
        code = Refusal.WEAK_MATCH if hits and sure >= check.WEAK_FROM else Refusal.NO_MATCH
        return self._refuse(question, code, hits=tuple(hits), confidence=sure)

    def _refuse(self, question: Question, code: Refusal, **fields: Any) -> Answer:
        words = check.reason(code, question.lang, fields.get("outside", 0))
        return self._made(question, refusal=code, reason=words, **{"confidence": 0.0, **fields})

    def _made(self, question: Question | str, **fields: Any) -> Answer:
        if isinstance(question, Question):
            fields |= {"question": question.asked, "searched": question.text, "lang": question.lang}
        else:
            fields["question"] = question
        return Answer(
            filter=self.where,
            as_of=self.as_of,
            coverage=self.library.coverage,
            fingerprint=self.library.manifest.fingerprint,
            seconds=dict(self.seconds),
            **fields,
        )

    def _lap(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = round(self.seconds.get(step, 0.0) + now - self._since, 6)
        self._since = now
