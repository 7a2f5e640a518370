"""Check: every claim against its quotes, and every answer against its question.

    Claim + its quotes ──► kept, or struck with a reason
    quotes + hits ───────► confidence that the corpus answers, and a refusal when it is too low

Pure functions.  What cannot be checked is not said.
"""

from collections.abc import Mapping, Sequence
from math import exp

from qa.evidence import coverage
from qa.question import Question
from qa.records import Claim, Hit, Quote, Refusal

ANSWERS_FROM = 0.3  # least confidence at which something is said: nine of ten questions that news answers lie above it
WEAK_FROM = 0.1  # below it, nothing in the corpus is even near
# Logistic regression on news questions: those that the corpus answers against those whose articles were taken out,
# both kinds weighted alike. Question and article in one language, and across languages.
WEIGHTS = {"same": (-4.1, 1.6, 2.3, 3.7), "across": (-2.9, 1.7, 3.4, 3.0)}  # intercept, coverage, cosine, BM25 per rarity

REASONS: dict[str, dict[Refusal, str]] = {
    "pt": {
        Refusal.NO_MATCH: "O arquivo não trata disso: nenhum trecho corresponde à pergunta.",
        Refusal.WEAK_MATCH: "O arquivo tem trechos próximos, mas nenhum sustenta uma resposta.",
        Refusal.OUTSIDE_FILTER: "Nada dentro dos filtros responde. Fora deles, {outside}.",
        Refusal.CORPUS_EMPTY: "O índice não contém nenhum artigo.",
        Refusal.NOT_A_QUESTION: "Não há nessa pergunta nenhuma palavra que se possa buscar.",
    },
    "en": {
        Refusal.NO_MATCH: "The archive does not cover this: no passage matches the question.",
        Refusal.WEAK_MATCH: "The archive has passages that come near, but none that bears out an answer.",
        Refusal.OUTSIDE_FILTER: "Nothing within the filters answers. Outside them, {outside}.",
        Refusal.CORPUS_EMPTY: "The index holds no article.",
        Refusal.NOT_A_QUESTION: "There is no word in this question that can be searched for.",
    },
}


def reason(refusal: Refusal, lang: str, outside: int = 0) -> str:
    """The refusal in plain words of a language."""
    if lang == "pt":
        counted = "há 1 artigo que corresponde" if outside == 1 else f"há {outside} artigos que correspondem"
    else:
        counted = "1 article matches" if outside == 1 else f"{outside} articles match"
    return REASONS[lang][refusal].format(outside=counted)


def check_claim(claim: Claim, quotes: Sequence[Quote]) -> str:
    """Why a claim must be struck; empty when it stands.

    A verbatim claim is its first quote, to the letter. No other kind of claim can be checked yet.
    """
    if any(not 0 <= place < len(quotes) for place in claim.quotes):
        return "it names a quote that is not there"
    quote = quotes[claim.quotes[0]]
    if quote.article.text[quote.start : quote.end] != claim.text:
        return "its words are not those of its quote"
    if not claim.verbatim:
        return "it is not marked as the article's own words"
    return ""


def confidence(question: Question, hits: Sequence[Hit], quotes: Sequence[Quote], weights: Mapping[str, float]) -> float:
    """Probability that the corpus answers the question, in [0, 1].

    Args:
        question: Understood.
        hits: Best first.
        quotes: Best first.
        weights: Rarity of each of the question's stems.
    """
    if not quotes or not weights:
        return 0.0
    intercept, *slopes = WEIGHTS["same" if hits[0].passage.article.lang in (question.lang, "") else "across"]
    return 1 / (1 + exp(-(intercept + sum(slope * value for slope, value in zip(slopes, features(question, hits, quotes, weights), strict=True)))))


def features(question: Question, hits: Sequence[Hit], quotes: Sequence[Quote], weights: Mapping[str, float]) -> tuple[float, float, float]:
    """What confidence looks at.

    Returns:
        Share of the question's rarity borne around the best three quotes (the largest, in [0, 1]); the best cosine; and the
        best BM25 score divided by the question's rarity (0 to about 2).
    """
    covered = max(coverage(question, quote.article, quote.start, quote.end, weights)[1] for quote in quotes[:3])
    return covered, max(hit.cosine for hit in hits), max(hit.bm25 for hit in hits) / sum(weights.values())
