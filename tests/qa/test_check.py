"""Checking: a claim is kept only when it is its quote to the letter, whatever a writer says; and refusals say why."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as some

from index import Library
from qa.answer import stream
from qa.check import LOOKED_AT, ON_IT_FROM, WEAK_FROM, check_claim, confidence, features, logistic, reason, regression, why_refused
from qa.evidence import Judged, judged
from qa.protocols import Writer
from qa.question import understand
from qa.records import Answer, Claim, Hit, Quote, Refusal
from qa.terms import Terms
from qa.weights import Weights, weights
from qa.when import When
from tests.qa.own import SURE, SURE_SENTENCE
from tests.qa.rules import always_true
from tests.qa.test_evidence import hit, made

Says = Callable[[Sequence[Quote]], list[Claim]]


class Saying:
    """A writer that says what it is told to."""

    name = "saying"

    def __init__(self, says: Says) -> None:
        self.says = says

    def write(self, question: str, quotes: Sequence[Quote]) -> Iterator[Claim]:
        yield from self.says(quotes)


def good(quotes: Sequence[Quote]) -> Claim:
    return Claim(text=quotes[0].text, quotes=(0,), verbatim=True)


LIES: dict[str, Callable[[Sequence[Quote]], Claim]] = {
    "one character changed": lambda q: Claim(text=q[0].text.replace("14", "15"), quotes=(0,), verbatim=True),
    "one character more": lambda q: Claim(text=q[0].text + " ", quotes=(0,), verbatim=True),
    "one character less": lambda q: Claim(text=q[0].text[:-1], quotes=(0,), verbatim=True),
    "another case": lambda q: Claim(text=q[0].text.lower(), quotes=(0,), verbatim=True),
    "the words of another quote": lambda q: Claim(text=q[1].text, quotes=(0,), verbatim=True),
    "a quote that is not there": lambda q: Claim(text=q[0].text, quotes=(len(q),), verbatim=True),
    "a quote before the first": lambda q: Claim(text=q[0].text, quotes=(-1,), verbatim=True),
    "a second quote that is not there": lambda q: Claim(text=q[0].text, quotes=(0, 10_000), verbatim=True),
    "another place of its words that is not there": lambda q: Claim(text=q[0].text, quotes=(0,), also=(10_000,), verbatim=True),
    "not marked as the article's words": lambda q: Claim(text=q[0].text, quotes=(0,), verbatim=False),
    "words of its own": lambda q: Claim(text="A Z.AI faliu ontem.", quotes=(0,), verbatim=False),
}


@pytest.fixture
def told(news: Library) -> Callable[[Says], list[Answer]]:
    """Every answer that a writer's words become, each of which keeps the rules."""

    def ask(says: Says) -> list[Answer]:
        writer = Saying(says)
        assert isinstance(writer, Writer)
        answers = list(stream(SURE, library=news, writer=writer))
        for answer in answers:
            always_true(answer, news)
        return answers

    return ask


def test_a_claim_in_the_article_s_own_words_is_kept(told: Callable[[Says], list[Answer]]) -> None:
    (answer,) = told(lambda quotes: [good(quotes)])
    assert [claim.text for claim in answer.claims] == [SURE_SENTENCE]
    assert not answer.struck


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_alone_is_struck_with_a_reason_and_nothing_is_said(told: Callable[[Says], list[Answer]], lie: str) -> None:
    (answer,) = told(lambda quotes: [LIES[lie](quotes)])
    assert answer.refusal is Refusal.WEAK_MATCH
    assert not answer.claims
    assert not answer.quotes
    assert len(answer.struck) == 1
    assert answer.struck[0].reason
    assert "\n" not in answer.struck[0].reason


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_before_the_truth_is_struck_and_the_truth_kept(told: Callable[[Says], list[Answer]], lie: str) -> None:
    answer = told(lambda quotes: [LIES[lie](quotes), good(quotes)])[-1]
    assert [claim.text for claim in answer.claims] == [SURE_SENTENCE]
    assert len(answer.struck) == 1


@pytest.mark.parametrize("lie", ["one character changed", "a quote that is not there"])
def test_a_lie_after_the_truth_is_struck_and_listed_too(told: Callable[[Says], list[Answer]], lie: str) -> None:
    answer = told(lambda quotes: [good(quotes), LIES[lie](quotes)])[-1]
    assert [claim.text for claim in answer.claims] == [SURE_SENTENCE]
    assert len(answer.struck) == 1


def test_a_writer_that_says_nothing_is_a_refusal(told: Callable[[Says], list[Answer]]) -> None:
    (answer,) = told(lambda quotes: [])
    assert answer.refusal is Refusal.WEAK_MATCH
    assert answer.hits


def test_quotes_are_numbered_in_the_order_in_which_they_are_said(told: Callable[[Says], list[Answer]]) -> None:
    answers = told(lambda quotes: [Claim(text=quotes[place].text, quotes=(place,), verbatim=True) for place in (2, 0)])
    assert [claim.quotes for claim in answers[-1].claims] == [(0,), (1,)]
    assert answers[-1].quotes[1].text == SURE_SENTENCE
    assert [len(answer.quotes) for answer in answers] == [1, 2]


def test_different_faults_have_different_reasons() -> None:
    article = made("Choveu em Recife. Fez sol em Natal.")
    quotes = [Quote(article=article, start=0, end=17, score=1.0)]
    stands = Claim(text="Choveu em Recife.", quotes=(0,), verbatim=True)
    assert check_claim(stands, quotes) == ""
    faults = [stands.model_copy(update=change) for change in ({"text": "Choveu em Natal."}, {"quotes": (1,)}, {"verbatim": False})]
    assert check_claim(stands.model_copy(update={"also": (1,)}), quotes) == check_claim(faults[1], quotes)
    assert len({check_claim(fault, quotes) for fault in faults} - {""}) == 3


@given(some.text(min_size=1, max_size=40), some.integers(-3, 3), some.booleans())
def test_only_the_very_words_ever_pass(text: str, place: int, verbatim: bool) -> None:
    article = made("Choveu em Recife. Fez sol em Natal.")
    quotes = [Quote(article=article, start=0, end=17, score=1.0), Quote(article=article, start=18, end=35, score=0.5)]
    claim = Claim(text=text, quotes=(place,), verbatim=verbatim)
    passes = 0 <= place < 2 and text == quotes[place].text and verbatim
    assert (check_claim(claim, quotes) == "") is passes


@pytest.mark.parametrize("lang", ["pt", "en"])
@pytest.mark.parametrize("refusal", [code for code in Refusal if code])
def test_every_refusal_has_its_words_in_both_languages(refusal: Refusal, lang: str) -> None:
    words = reason(refusal, lang, 3)
    assert words.endswith(".")
    assert "{" not in words
    assert words not in [reason(other, lang, 3) for other in Refusal if other and other is not refusal]
    assert words != reason(refusal, "en" if lang == "pt" else "pt", 3)


@pytest.mark.parametrize(
    ("lang", "outside", "counted"),
    [
        ("pt", 1, "há 1 artigo que corresponde."),
        ("pt", 2, "há 2 artigos que correspondem."),
        ("en", 1, "1 article matches."),
        ("en", 2, "2 articles match."),
    ],
)
def test_one_article_and_many_are_counted_as_people_count(lang: str, outside: int, counted: str) -> None:
    assert reason(Refusal.OUTSIDE_FILTER, lang, outside).endswith(counted)


@pytest.mark.parametrize(("lang", "told"), [("pt", "“Zorblat” ou “Quux”"), ("en", "“Zorblat” or “Quux”")])
def test_words_that_stand_nowhere_are_named(lang: str, told: str) -> None:
    assert told in reason(Refusal.TERM_ABSENT, lang, absent=["Zorblat", "Quux"])


# ── confidence ──────────────────────────────────────────────────────────────────────────────────────────────────────


ASKED = "Quando a Z.AI lançou o modelo?"
SENTENCE = "A Z.AI lançou o modelo em 14 de janeiro."


def looked_at(asked: str, text: str, lang: str = "pt", title: str = "") -> tuple[Terms, list[Judged], list[Hit]]:
    """The words of a question, all as rare as each other, and the sentences of one article."""
    question = understand(asked)
    terms = Terms(question, lambda _: 1, 10, [question.lang])
    hits = [hit(made(text, title, lang))]  # cosine 0.5, BM25 3
    return terms, judged(question, terms, hits, When(as_of=date(2026, 1, 14))), hits


OF_WORDS = ("around", "names", "rest", "own_rest", "told", "kind_around", "whole", "deed")


def test_the_features_of_a_sentence_that_says_all_that_is_asked() -> None:
    terms, sentences, hits = looked_at(ASKED, SENTENCE)
    found = features(terms, sentences, hits)
    assert terms.question.stems == ("z", "ai", "lanc", "model")
    assert terms.question.names == {"z", "ai"}
    assert {name: found[name] for name in OF_WORDS} == dict.fromkeys(OF_WORDS, pytest.approx(1))
    assert found["cosine"] == 0.5
    assert found["bm25"] == pytest.approx(3.0 / terms.total)
    assert found["close"] == sentences[0].parts["close"]


def test_a_fact_that_is_not_told_shows_in_its_features() -> None:
    told = features(*looked_at(ASKED, SENTENCE))
    untold = features(*looked_at(ASKED, "A Z.AI fica em Pequim, na China."))
    assert untold["names"] == pytest.approx(1)
    assert [untold[name] for name in ("rest", "own_rest", "told", "close", "whole", "deed", "kind_around")] == [0.0] * 7
    assert untold["around"] == pytest.approx(2 / 4)
    assert untold["around"] < told["around"]


def test_each_feature_is_the_best_of_the_sentences_that_may_be_said() -> None:
    names, rest = "A Z.AI fica em Pequim, na China.", "Um outro lançou o modelo em Xangai."
    filler = "O tempo em Recife segue bom hoje. " * 12  # so that neither stands beside the other
    found = features(*looked_at(ASKED, f"{names} {filler}{rest}"))
    assert found["around"] == pytest.approx(2 / 4)
    assert (found["names"], found["rest"]) == (pytest.approx(1), pytest.approx(1))
    assert LOOKED_AT >= 2


def test_names_rest_and_candidate_apart_make_no_whole() -> None:
    """The hard case: the article has every word, and no sentence that tells the fact."""
    filler = "O tempo em Recife segue bom hoje. " * 12
    apart = features(
        *looked_at(ASKED, f"A Z.AI fica em Pequim. {filler}Um outro lançou o modelo ontem cedo. {filler}Foi em 14 de janeiro, e choveu na Z.AI.")
    )
    assert (apart["names"], apart["rest"], apart["own_rest"], apart["told"]) == tuple([pytest.approx(1)] * 4)
    assert apart["whole"] == 0.0
    assert features(*looked_at(ASKED, SENTENCE))["whole"] == pytest.approx(1)


def test_what_is_told_of_the_thing_counted_is_a_feature_of_its_own() -> None:
    asked = "Quantos navios esperavam no canal?"
    told = features(*looked_at(asked, "No canal, dizem, esperavam 321 barcos."))
    assert (told["deed"], told["whole"]) == (pytest.approx(0.5), pytest.approx(0.5 * 2 / 3))  # a figure away from its noun is only possible


@pytest.mark.parametrize("lang", ["pt", "en", ""])
def test_confidence_is_made_of_both_regressions_by_the_languages_of_question_and_article(lang: str) -> None:
    terms, sentences, hits = looked_at(ASKED, SENTENCE, lang)
    by, found = weights(), features(terms, sentences, hits)
    slopes = by.subject["across" if lang == "en" else "pt"]

    def by_hand(slopes: dict[str, float]) -> float:
        return 1 / (1 + exp(-sum(slope * found.get(name, 1.0) for name, slope in slopes.items())))

    odds = by.confidence["level"] + by.confidence["subject"] * log(by_hand(slopes)) + by.confidence["fact"] * log(by_hand(by.fact))
    assert confidence(terms, sentences, hits) == pytest.approx(1 / (1 + exp(-odds)))


def test_confidence_with_weights_of_one_s_own_as_by_hand() -> None:
    by = weights().model_copy(
        update={
            "subject": {"pt": {"intercept": 0.0, "cosine": 2.0}},  # 1 / (1 + e^-1)
            "fact": {"intercept": -1.0, "around": 1.0},  # 1 / 2
            "confidence": {"level": 0.5, "subject": 1.0, "fact": 2.0},
        }
    )
    assert isinstance(by, Weights)
    odds = 0.5 - log(1 + exp(-1)) - 2 * log(2)
    assert confidence(*looked_at(ASKED, SENTENCE), by) == pytest.approx(1 / (1 + exp(-odds)))


def test_the_more_of_the_question_is_told_the_surer_it_is() -> None:
    told, near, far = (
        confidence(*looked_at(ASKED, text)) for text in (SENTENCE, "A Z.AI fica em Pequim, na China.", "O tempo em Recife segue bom hoje.")
    )
    assert 0 < far < near < told < 1


def test_without_a_sentence_or_a_word_there_is_no_confidence() -> None:
    terms, sentences, hits = looked_at(ASKED, SENTENCE)
    assert confidence(terms, [], hits) == 0.0
    empty = understand("?!")
    assert confidence(Terms(empty, lambda _: 1, 10), sentences, hits) == 0.0


@given(some.dictionaries(some.text(max_size=9), some.floats(-1e6, 1e6)), some.dictionaries(some.text(max_size=9), some.floats(-10, 10)))
def test_a_regression_is_a_probability_whatever_its_slopes(slopes: dict[str, float], found: dict[str, float]) -> None:
    assert 0 < regression(slopes, found) < 1


@given(some.floats(-1e9, 1e9))
def test_the_logistic_never_overflows_and_is_symmetric(x: float) -> None:
    assert 0 <= logistic(x) <= 1
    assert logistic(x) + logistic(-x) == pytest.approx(1)


# ── refusals ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_name_that_stands_nowhere_is_the_first_reason() -> None:
    terms, sentences, hits = looked_at(ASKED, SENTENCE)
    assert why_refused(terms, sentences, hits, 0.9, ["Zorblat"]) is Refusal.TERM_ABSENT


def test_a_subject_without_the_fact_is_told_from_something_that_is_only_near() -> None:
    terms, sentences, hits = looked_at(ASKED, "A Z.AI fica em Pequim, na China.")
    assert terms.share(sentences[0].around) == pytest.approx(ON_IT_FROM) == pytest.approx(2 / 4)
    assert why_refused(terms, sentences, hits, 0.0, []) is Refusal.FACT_ABSENT
    terms, sentences, hits = looked_at(ASKED, "O modelo não agradou aos críticos de Pequim.")
    assert why_refused(terms, sentences, hits, WEAK_FROM, []) is Refusal.WEAK_MATCH
    assert why_refused(terms, sentences, hits, WEAK_FROM - 0.01, []) is Refusal.NO_MATCH
    assert why_refused(terms, [], [], 0.9, []) is Refusal.NO_MATCH


def test_only_sentences_that_could_have_been_said_put_an_article_on_the_subject() -> None:
    terms, sentences, hits = looked_at(ASKED, "A Z.AI fica em Pequim, na China.")
    (_, (other,), _) = looked_at(ASKED, "O tempo em Recife segue bom hoje.")
    assert why_refused(terms, [other] * LOOKED_AT + sentences, hits, 0.9, []) is Refusal.WEAK_MATCH
    assert why_refused(terms, [other] * (LOOKED_AT - 1) + sentences, hits, 0.9, []) is Refusal.FACT_ABSENT


def test_news_of_one_event_comes_together() -> None:
    def dated(id_: str, day: int | None) -> Hit:
        return hit(made(SENTENCE, published=day and datetime(2026, 1, day, tzinfo=UTC)).model_copy(update={"id": id_}))

    terms, sentences, _ = looked_at(ASKED, SENTENCE)
    hits = [dated("a", 1), dated("b", 15), dated("a", 1), dated("c", 1), dated("d", None)]
    found = features(terms, sentences, hits)
    assert found["together"] == pytest.approx((exp(-14 / 14) + 1 + 0) / 3)
    assert found["same"] == pytest.approx(2 / 5)
    assert features(terms, sentences, hits[:1])["together"] == 0.0
