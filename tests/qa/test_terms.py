"""Terms: what a question looks for, how much each of its words tells, and where a text says it, in either language."""

from collections.abc import Iterable
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as some

from index.text import LANGUAGES
from qa.question import understand
from qa.terms import K1, B, Place, Terms, rarity, strengths

PASSAGES = 10


def terms_of(question: str, counts: dict[str, int] | None = None, languages: Iterable[str] = LANGUAGES) -> Terms:
    """Terms of a question over ten passages; a term of which no count is told stands in one of them."""
    known = counts or {}
    return Terms(understand(question), lambda one: known.get(one, 1), PASSAGES, languages)


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    assert rarity(1, 10) == pytest.approx(log(1 + 9.5 / 1.5))
    assert rarity(9, 10) == pytest.approx(log(1 + 1.5 / 9.5))
    assert rarity(0, 10) == pytest.approx(log(1 + 10.5 / 0.5))
    assert rarity(0, 10) > rarity(1, 10) > rarity(9, 10) > rarity(10, 10) > 0


def test_a_word_and_its_translations_can_stand_in_more_passages_than_there_are() -> None:
    assert rarity(13, 10) == rarity(10, 10) > 0


def test_a_term_is_as_common_as_itself_and_its_commonest_translation_together() -> None:
    counts = {"pjuiz": 2, "ejudg": 5, "emagistr": 3}  # juiz = judge, magistrate, …
    terms = terms_of("Quem é o juiz?", {**dict.fromkeys(terms_of("Quem é o juiz?").search, 0), **counts})
    assert terms.seen == {"juiz": 2 + 5}
    assert terms.rarity == {"juiz": pytest.approx(log(1 + 3.5 / 7.5))}


def test_a_corpus_of_one_language_needs_no_translation() -> None:
    assert terms_of("Quem é o juiz?", languages=("pt",)).search == {"pjuiz": 1.0}
    assert terms_of("Who is the judge?", languages=("en",)).search == {"ejudg": 1.0}


def test_the_index_is_asked_for_the_words_themselves_and_more_lightly_for_translations() -> None:
    search = terms_of("Quem é o juiz?").search
    assert search["pjuiz"] == 1.0
    assert 0 < search["ejudg"] <= 1
    assert set(search) > {"pjuiz", "ejudg"}
    assert terms_of("Who is the judge?").search["pjuiz"] > 0


def test_a_translation_that_stands_nowhere_is_not_searched() -> None:
    assert terms_of("Quem é o juiz?", {"ejudg": 0}).search.get("ejudg") is None


def test_a_word_counts_as_missing_only_where_no_translation_of_it_stands_either() -> None:
    everything = dict.fromkeys(terms_of("O juiz Zorblat?").search, 0)
    assert terms_of("O juiz Zorblat?", everything).missing == ("juiz", "zorblat")
    assert terms_of("O juiz Zorblat?", {**everything, "ejudg": 3}).missing == ("zorblat",)
    assert terms_of("O juiz Zorblat?").missing == ()


@pytest.mark.parametrize(
    ("question", "lang", "text", "found"),
    [
        ("Quem é o juiz?", "pt", "Os juízes viram o juiz.", [(3, "juiz"), (18, "juiz")]),
        ("Quem é o juiz?", "en", "The judge ruled.", [(4, "juiz")]),
        ("Who is the judge?", "pt", "O juiz decidiu.", [(2, "judg")]),
        ("Who is the judge?", "en", "😀 Judges rule.", [(2, "judg")]),
        ("O que disse Lula?", "en", "Lula said so.", [(0, "lul")]),
        ("Quem é o juiz?", "pt", "The judge ruled.", []),
        ("Quem é o juiz?", "en", "", []),
    ],
)
def test_a_text_is_searched_for_the_words_and_where_it_is_of_the_other_language_for_translations(
    question: str, lang: str, text: str, found: list[tuple[int, str]]
) -> None:
    assert [(place.at, place.stem) for place in terms_of(question).places(text, lang)] == found


def test_a_word_itself_weighs_one_and_a_translation_less_or_as_much() -> None:
    terms = terms_of("O que disse o juiz Lula?")
    weights = {place.stem: place.weight for place in terms.places("Judge Lula spoke", "en")}
    assert weights["lul"] == 1.0
    assert weights["juiz"] == terms.search["ejudg"] <= 1


@pytest.mark.parametrize(
    ("asked", "told"), [("1.195 casos", "1,195 cases"), ("3,5 pontos", "3.5 points"), ("US$ 1.200.000", "US$1,200,000"), ("2024", "in 2024")]
)
def test_figures_meet_in_both_conventions(asked: str, told: str) -> None:
    terms = terms_of(f"Houve {asked}?")
    figure = next(stem for stem in terms.rarity if stem[0].isdigit())
    assert figure in strengths(terms.places(told, "en"))


def test_places_lie_between_the_offsets_that_are_asked_about() -> None:
    terms = terms_of("Quem é o juiz?")
    text = "juiz juiz juiz"
    assert [place.at for place in terms.places(text, "pt", 5)] == [5, 10]
    assert [place.at for place in terms.places(text, "pt", 5, 9)] == [5]


def test_of_several_ways_in_which_a_term_is_said_the_best_counts() -> None:
    places = [Place(0, "juiz", 0.5), Place(9, "juiz", 0.8), Place(20, "juiz", 1.0), Place(30, "chip", 1.0)]
    assert strengths(places) == {"juiz": 1.0, "chip": 1.0}
    assert strengths(places, 0, 20) == {"juiz": 0.8}
    assert strengths(places, 31) == {}


def test_the_share_of_a_question_is_that_of_its_rarity() -> None:
    terms = terms_of("Quem treinou o modelo?", {"ptrein": 0, "pmodel": 3}, ["pt"])
    rare, common = log(1 + 10.5 / 0.5), log(1 + 7.5 / 3.5)
    assert terms.total == pytest.approx(rare + common)
    assert terms.share({"trein": 1.0}) == pytest.approx(rare / (rare + common))
    assert terms.share({"trein": 0.5, "model": 1.0}) == pytest.approx((0.5 * rare + common) / (rare + common))
    assert terms.share({"trein": 1.0, "model": 1.0}) == pytest.approx(1)
    assert terms.share({}) == 0


def test_a_question_without_a_word_has_no_terms_and_divides_by_nothing() -> None:
    terms = terms_of("?!")
    assert (terms.rarity, terms.search, terms.missing, terms.total) == ({}, {}, (), 1.0)
    assert terms.share({}) == terms.bm25([], 100, 100) == 0


def test_bm25_as_by_hand() -> None:
    terms = terms_of("Quem treinou o modelo?", {"ptrein": 1, "pmodel": 4}, ["pt"])
    assert (K1, B) == (0.9, 0.4)
    trein, model = log(1 + 9.5 / 1.5), log(1 + 6.5 / 4.5)
    twice_and_once = [Place(0, "trein", 1.0), Place(9, "trein", 1.0), Place(20, "model", 1.0)]
    # as long as the mean: k1 alone damps
    assert terms.bm25(twice_and_once, 100, 100) == pytest.approx(trein * 2 * 1.9 / 2.9 + model * 1.9 / 1.9)
    # twice as long: 0.9 · (1 - 0.4 + 0.4 · 2) = 1.26
    assert terms.bm25(twice_and_once, 200, 100) == pytest.approx(trein * 2 * 1.9 / 3.26 + model * 1.9 / 2.26)
    # a translation counts by its weight
    assert terms.bm25([Place(0, "trein", 0.5)], 100, 100) == pytest.approx(trein * 0.5 * 1.9 / 1.4)
    assert terms.bm25([], 100, 100) == 0


def test_a_text_that_says_a_term_in_three_ways_is_no_nearer_than_one_that_says_it_so_often_in_one() -> None:
    terms = terms_of("Quem é o juiz?")
    three_ways = [Place(0, "juiz", 0.6), Place(9, "juiz", 0.2), Place(20, "juiz", 0.2)]
    assert terms.bm25(three_ways, 100, 100) == pytest.approx(terms.bm25([Place(0, "juiz", 1.0)], 100, 100))


@given(some.text(max_size=80), some.text(max_size=120), some.sampled_from([*LANGUAGES, ""]), some.integers(0, 40), some.integers(0, 120))
def test_whatever_the_question_and_the_text_places_lie_inside_and_shares_are_shares(
    question: str, text: str, lang: str, start: int, end: int
) -> None:
    terms = terms_of(question)
    places = terms.places(text, lang, start, end)
    assert all(start <= place.at < end and 0 < place.weight <= 1 and place.stem in terms.rarity for place in places)
    assert 0 <= terms.share(strengths(places)) <= 1 + 1e-9
    assert terms.bm25(places, len(text), 100) >= 0
    assert set(terms.missing) <= set(terms.rarity) == set(terms.question.stems)
