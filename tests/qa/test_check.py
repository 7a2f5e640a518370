"""Checking: a claim is kept only when it is its quote to the letter, whatever a writer says; and refusals say why."""

from collections.abc import Callable, Iterator, Sequence
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as some

from index import Library
from qa import check
from qa.answer import stream
from qa.check import check_claim, confidence, reason
from qa.protocols import Writer
from qa.question import understand
from qa.records import Answer, Claim, Quote, Refusal
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


@pytest.mark.parametrize(("lang", "kind"), [("pt", "same"), ("", "same"), ("en", "across")])
def test_confidence_is_the_logistic_of_its_weighted_features(lang: str, kind: str) -> None:
    question = understand("Quando a Z.AI lançou o modelo?")
    weights = dict.fromkeys(question.stems, 2.0)
    found = hit(made("A Z.AI lançou o modelo em 14 de janeiro.", lang=lang))
    quotes = [Quote(article=found.passage.article, start=0, end=len(found.passage.text), score=1.0)]
    # every word of the question stands in the sentence; hit() has cosine 0.5 and BM25 3
    by_hand = (1.0, 0.5, 3.0 / (2.0 * len(question.stems)))
    assert check.features(question, [found], quotes, weights) == pytest.approx(by_hand)
    intercept, covered, cosine, bm25 = check.WEIGHTS[kind]
    told = intercept + covered * by_hand[0] + cosine * by_hand[1] + bm25 * by_hand[2]
    assert confidence(question, [found], quotes, weights) == pytest.approx(1 / (1 + exp(-told)))


def test_without_a_quote_there_is_no_confidence() -> None:
    assert confidence(understand("Choveu?"), [hit(made("Sol."))], [], {"chov": 1.0}) == 0.0
    assert 0 < check.WEAK_FROM < check.ANSWERS_FROM < 1
