"""Check: every claim against its quotes, and every answer against its question.

    Claim + its quotes ───────► kept, or struck with a reason
    sentences + hits ─────────► features ── logistic regression ──► confidence that the corpus tells the fact
    too low a confidence ─────► refusal, and why

Pure functions.  What cannot be checked is not said.
"""

from collections.abc import Mapping, Sequence
from math import exp, log

from qa.evidence import Judged
from qa.records import Claim, Hit, Quote, Refusal
from qa.terms import Terms, borne
from qa.weights import Weights, pair, weights
from qa.when import SCALE_DAYS

WEAK_FROM = 0.1  # confidence below which nothing in the corpus is even near
ON_IT_FROM = 0.5  # share of the question's rarity around one sentence from which an article is on what is asked
ONE_EVENT = 5  # hits, or articles, that tell whether the best ones are about one event
LOOKED_AT = 3  # sentences whose evidence counts: as many as an answer has

REASONS: dict[str, dict[Refusal, str]] = {
    "pt": {
        Refusal.NO_MATCH: "O arquivo não trata disso: nenhum trecho corresponde à pergunta.",
        Refusal.WEAK_MATCH: "O arquivo tem trechos próximos, mas nenhum sustenta uma resposta.",
        Refusal.FACT_ABSENT: "O arquivo trata do assunto, mas nenhum trecho diz o que se pergunta.",
        Refusal.TERM_ABSENT: "Em nenhum artigo do arquivo aparece {absent}.",
        Refusal.OUTSIDE_FILTER: "Nada dentro dos filtros responde. Fora deles, {outside}.",
        Refusal.CORPUS_EMPTY: "O índice não contém nenhum artigo.",
        Refusal.NOT_A_QUESTION: "Não há nessa pergunta nenhuma palavra que se possa buscar.",
    },
    "en": {
        Refusal.NO_MATCH: "The archive does not cover this: no passage matches the question.",
        Refusal.WEAK_MATCH: "The archive has passages that come near, but none that bears out an answer.",
        Refusal.FACT_ABSENT: "The archive covers the subject, but no passage tells what is asked.",
        Refusal.TERM_ABSENT: "No article in the archive mentions {absent}.",
        Refusal.OUTSIDE_FILTER: "Nothing within the filters answers. Outside them, {outside}.",
        Refusal.CORPUS_EMPTY: "The index holds no article.",
        Refusal.NOT_A_QUESTION: "There is no word in this question that can be searched for.",
    },
}


DOUBT = {  # said above an answer that is unsure
    "pt": "Incerto: estas frases são do assunto, mas podem não dizer o que se pergunta.",
    "en": "Not sure: these sentences are on the subject, but may not tell what is asked.",
}


def reason(refusal: Refusal, lang: str, outside: int = 0, absent: Sequence[str] = ()) -> str:
    """The refusal in plain words of a language.

    >>> reason(Refusal.TERM_ABSENT, "en", absent=["Zorblat", "Quux"])
    'No article in the archive mentions “Zorblat” or “Quux”.'
    """
    if lang == "pt":
        counted = "há 1 artigo que corresponde" if outside == 1 else f"há {outside} artigos que correspondem"
    else:
        counted = "1 article matches" if outside == 1 else f"{outside} articles match"
    words = (" ou " if lang == "pt" else " or ").join(f"“{word}”" for word in absent)
    return REASONS[lang][refusal].format(outside=counted, absent=words)


def check_claim(claim: Claim, quotes: Sequence[Quote]) -> str:
    """Why a claim must be struck; empty when it stands.

    A verbatim claim is its first quote, to the letter. No other kind of claim can be checked yet.
    """
    if any(not 0 <= place < len(quotes) for place in (*claim.quotes, *claim.also)):
        return "it names a quote that is not there"
    quote = quotes[claim.quotes[0]]
    if quote.article.text[quote.start : quote.end] != claim.text:
        return "its words are not those of its quote"
    if not claim.verbatim:
        return "it is not marked as the article's own words"
    return ""


def confidence(terms: Terms, sentences: Sequence[Judged], hits: Sequence[Hit], by: Weights | None = None) -> float:
    """Probability that the corpus tells what is asked, in [0, 1].

    odds = e^level · P(an article is on it)^subject · P(it tells the fact)^fact

    Both are logistic regressions: the first, by the languages of question and article, knows questions whose articles were taken
    out of the corpus; the second knows questions whose article is there and lacks the fact.

    Args:
        terms: Of the question, over this corpus.
        sentences: Best first.
        hits: Best first.
        by: The usual weights when None.
    """
    if not sentences or not terms.rarity:
        return 0.0
    by = by or weights()
    found = features(terms, sentences, hits)
    subject = regression(by.subject[pair(terms.lang, hits[0].passage.article.lang)], found)
    fact = regression(by.fact, found)
    return logistic(by.confidence["level"] + by.confidence["subject"] * log(subject) + by.confidence["fact"] * log(fact))


def regression(slopes: Mapping[str, float], found: Mapping[str, float]) -> float:
    """Logistic regression over named features, kept off 0 and 1 by a millionth.

    >>> regression({"intercept": 1.0, "around": 2.0}, {"around": -0.5})
    0.5
    """
    return min(1 - 1e-6, max(1e-6, logistic(sum(slope * found.get(name, 1.0) for name, slope in slopes.items()))))


def logistic(x: float) -> float:
    """1 / (1 + e^-x).

    >>> logistic(0.0)
    0.5
    """
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def features(terms: Terms, sentences: Sequence[Judged], hits: Sequence[Hit]) -> dict[str, float]:
    """What confidence looks at, by name; all but bm25 (0 to about 2) in [0, 1].

    The question's words are its names, and the rest; of these some name what is counted, and the others what is told of it.

        around          how much of the question stands around one of the first three sentences
        kind_around     the same, by how surely a candidate for the answer stands in it
        told            whether any of the three has a candidate
        close           how close the rest stands to a candidate in one of the three
        names, rest     how much of the names, of the rest, stands around one of the three
        own_rest        how much of the rest one sentence says itself
        whole, deed     the same, of the rest or of what is told, by how surely it has a candidate and has the names around it
        cosine, bm25    of the best hits
        together, same  whether the hits are of one event, of one article
    """
    looked = sentences[:LOOKED_AT]
    deed = {stem: rare for stem, rare in terms.plain.items() if stem not in terms.question.counted}
    fit = [(one, one.parts["kind"] * borne(terms.named, one.around)) for one in sentences]
    return {
        "around": max(terms.share(one.around) for one in looked),
        "kind_around": max(one.parts["kind"] * terms.share(one.around) for one in looked),
        "told": float(any(one.candidates for one in looked)),
        "close": max(one.parts["close"] for one in looked),
        "names": max(borne(terms.named, one.around) for one in looked),
        "rest": max(borne(terms.plain, one.around) for one in looked),
        "own_rest": max(borne(terms.plain, one.own) for one in sentences),
        "whole": max(of_kind * borne(terms.plain, one.own) for one, of_kind in fit),
        "deed": max(of_kind * borne(deed, one.own) for one, of_kind in fit),
        "cosine": max(hit.cosine for hit in hits),
        "bm25": max(hit.bm25 for hit in hits) / terms.total,
        "together": _together(hits),
        "same": sum(hit.passage.article.id == hits[0].passage.article.id for hit in hits[:ONE_EVENT]) / ONE_EVENT,
    }


def why_refused(terms: Terms, sentences: Sequence[Judged], hits: Sequence[Hit], sure: float, absent: Sequence[str]) -> Refusal:
    """The reason that says most: a name that stands nowhere, a subject without the fact, something near, or nothing.

    Args:
        terms: Of the question, over this corpus.
        sentences: Best first.
        hits: Best first.
        sure: The confidence, too low to answer.
        absent: Names of the question that stand nowhere in the corpus.
    """
    if absent:
        return Refusal.TERM_ABSENT
    if any(terms.share(one.around) >= ON_IT_FROM for one in sentences[:LOOKED_AT]):
        return Refusal.FACT_ABSENT
    return Refusal.WEAK_MATCH if hits and sure >= WEAK_FROM else Refusal.NO_MATCH


def _together(hits: Sequence[Hit]) -> float:
    """How near in date the next articles found lie to the first: the mean of exp(-days / 14); news of one event comes together.

    0 when nothing else is found; an article without a date counts 0.
    """
    first = hits[0].passage.article
    others = {hit.passage.article.id: hit.passage.article.day for hit in hits[1:] if hit.passage.article.id != first.id}
    days = list(others.values())[: ONE_EVENT - 1]
    return sum(exp(-abs((day - first.day).days) / SCALE_DAYS) for day in days if day and first.day) / max(1, len(days))
