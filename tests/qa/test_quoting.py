"""The quoting writer: the articles' own sentences, each once, with the one before where a pronoun points to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from index.records import Article
from qa.check import check_claim
from qa.protocols import Writer
from qa.records import Claim, Quote
from qa.writers.quoting import ALIKE, MOST, MOST_ALSO, NEAR_BEST, QuotingWriter, alike, sentence_before
from tests.qa.test_evidence import NOW


def article(text: str, name: str = "a") -> Article:
    return Article(id=name, text=text, lang="pt", first_seen=NOW, indexed=NOW)


def quote(one: Article, words: str, score: float = 1.0) -> Quote:
    """A sentence of an article."""
    start = one.text.index(words)
    return Quote(article=one, start=start, end=start + len(words), score=score)


def said(*quotes: Quote) -> list[Claim]:
    return list(QuotingWriter().write("Quem?", quotes))


OWN = ["Choveu em Recife na quinta-feira.", "A Nvidia vendeu chips novos.", "O museu reabriu com festa.", "Lula viajou para Pequim."]


def test_it_says_the_best_quotes_as_they_stand_and_no_more_than_a_few() -> None:
    news = article(" ".join(OWN))
    claims = said(*(quote(news, words) for words in OWN))
    assert isinstance(QuotingWriter(), Writer)
    assert MOST == 3
    assert [claim.text for claim in claims] == OWN[:3]
    assert [claim.quotes for claim in claims] == [(0,), (1,), (2,)]
    assert all(claim.verbatim and not claim.also for claim in claims)


def test_it_stops_where_the_quotes_fall_off_from_the_best() -> None:
    news = article(" ".join(OWN))
    near, off = 0.5 * NEAR_BEST, 0.5 * NEAR_BEST - 0.01
    assert len(said(*(quote(news, words, score) for words, score in zip(OWN, (0.5, near, off), strict=False)))) == 2
    assert len(said(quote(news, OWN[0], 0.0), quote(news, OWN[1], 0.0))) == 2


def test_without_quotes_it_says_nothing() -> None:
    assert said() == []


# ── pronouns ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sentence_that_begins_with_a_pronoun_is_cited_with_the_one_before() -> None:
    news = article("A Z.AI fica em Pequim. Ela lançou o modelo.\n\nO tempo segue bom.")
    (claim,) = said(quote(news, "Ela lançou o modelo."), quote(news, "A Z.AI fica em Pequim.", 0.1))
    assert claim.text == "Ela lançou o modelo."
    assert claim.quotes == (0, 1)


def test_the_sentence_before_is_of_the_same_article_and_touches_it() -> None:
    news = article("A Z.AI fica em Pequim. Nada mais se sabe. Ela lançou o modelo.")
    other = article("A Huawei fica em Xangai.", "b")
    leaning = quote(news, "Ela lançou o modelo.")
    assert said(leaning, quote(news, "A Z.AI fica em Pequim.", 0.1), quote(other, other.text, 0.1))[0].quotes == (0,)
    assert sentence_before(leaning, [leaning, quote(news, "Nada mais se sabe.")]) == 1
    assert sentence_before(leaning, [leaning]) is None


def test_a_sentence_that_names_its_subject_is_cited_alone() -> None:
    news = article("A Z.AI fica em Pequim. A empresa lançou o modelo.")
    (claim, _) = said(quote(news, "A empresa lançou o modelo."), quote(news, "A Z.AI fica em Pequim."))
    assert claim.quotes == (0,)


# ── near-repeats ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_near_repeat_is_not_said_again_but_named_as_where_it_also_stands() -> None:
    one, two = article("A Huawei treinou o modelo."), article("A Huawei treinou o modelo em Pequim, diz o jornal.", "b")
    (claim,) = said(quote(one, one.text), quote(two, two.text, 0.9))
    assert (claim.text, claim.quotes, claim.also) == (one.text, (0,), (1,))


def test_a_repeat_in_the_same_article_is_no_other_place() -> None:
    news = article("A Huawei treinou o modelo. A Huawei treinou o modelo em Pequim.")
    (claim,) = said(quote(news, "A Huawei treinou o modelo."), quote(news, "A Huawei treinou o modelo em Pequim."))
    assert claim.also == ()


def test_of_each_other_article_one_place_is_named_and_of_many_articles_a_few() -> None:
    first = article("A Huawei treinou o modelo.")
    again = article("A Huawei treinou o modelo. A Huawei treinou o modelo.", "b")
    others = [article(first.text, name) for name in "cdef"]
    twice = Quote(article=again, start=27, end=53, score=0.8)
    quotes = [quote(first, first.text), quote(again, first.text, 0.9), twice, *(quote(one, one.text, 0.7) for one in others)]
    (claim,) = said(*quotes)
    assert MOST_ALSO == 3
    assert claim.also == (1, 3, 4)


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("Choveu em Recife.", "Choveu em Recife.", 1.0),
        ("Choveu em Recife.", "CHOVEU, em recife!", 1.0),
        ("Choveu em Recife.", "Choveu ontem em Recife, e em Natal fez sol.", 1.0),
        ("Choveu em Recife.", "Nevou em Natal.", 1 / 3),
        ("Choveu em Recife.", "O museu reabriu.", 0.0),
        ("Choveu.", "…", 0.0),
        ("", "", 0.0),
    ],
)
def test_likeness_is_the_share_of_the_shorter_sentence_s_words(one: str, other: str, share: float) -> None:
    assert alike(one, other) == alike(other, one) == pytest.approx(share)


def test_sentences_as_alike_as_the_bound_say_the_same() -> None:
    assert ALIKE == 0.6
    news = article("Ana Bia Caio Davi Elis. Ana Bia Caio Hugo Igor. Ana Bia Jonas Karla Lia.")
    sentences = ["Ana Bia Caio Davi Elis.", "Ana Bia Caio Hugo Igor.", "Ana Bia Jonas Karla Lia."]  # 3 of 5 in common, then 2 of 5
    assert [claim.text for claim in said(*(quote(news, one) for one in sentences))] == [sentences[0], sentences[2]]


@given(some.lists(some.tuples(some.sampled_from("abc"), some.sampled_from([*OWN, "Ela saiu.", "Isso mudou."]), some.floats(0, 1)), max_size=8))
def test_whatever_the_quotes_every_claim_stands(found: list[tuple[str, str, float]]) -> None:
    text = " ".join([*OWN, "Ela saiu.", "Isso mudou."])
    quotes = sorted((quote(article(text, name), words, score) for name, words, score in found), key=lambda one: -one.score)
    claims = said(*quotes)
    assert len(claims) <= MOST
    assert bool(claims) is bool(quotes)
    for claim in claims:
        assert check_claim(claim, quotes) == ""
        assert len(claim.also) <= MOST_ALSO
        assert not set(claim.also) & set(claim.quotes)
