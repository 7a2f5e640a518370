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

ANSWERS_FROM = 0.5  # least confidence at which something is said
WEAK_FROM = 0.15  # below it, nothing in the corpus is even near
# Logistic regression on real news questions (facts against questions whose articles are not in the corpus).
INTERCEPT, COVERED, RAREST, COSINE = -6.0, 5.0, 2.0, 4.0
RAREST_STEMS = 3
SCALE_ACROSS = 0.45  # question and article in different languages share names at most, so less coverage is asked for

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
    covered, rarest, cosine = features(question, hits, quotes, weights)
    return 1 / (1 + exp(-(INTERCEPT + COVERED * covered + RAREST * rarest + COSINE * cosine)))


def features(question: Question, hits: Sequence[Hit], quotes: Sequence[Quote], weights: Mapping[str, float]) -> tuple[float, float, float]:
    """What confidence looks at.

    Returns:
        Share of the question's rarity borne around the best three quotes (the largest); the same for its three rarest
        words; and the best cosine. The first two are scaled up across languages.
    """
    rarest = dict(sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:RAREST_STEMS])
    covered, covered_rarest = 0.0, 0.0
    for quote in quotes[:3]:
        scale = 1.0 if quote.article.lang in (question.lang, "") else SCALE_ACROSS
        place = (question, quote.article, quote.start, quote.end)
        covered = max(covered, min(1.0, coverage(*place, weights)[1] / scale))
        covered_rarest = max(covered_rarest, min(1.0, coverage(*place, rarest)[1] / scale))
    return covered, covered_rarest, max(hit.cosine for hit in hits)
