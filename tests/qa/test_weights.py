"""The weights: the file is whole, every name in it is one that something knows, and nothing odd is taken in."""

import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from index import Library
from qa import check
from qa.check import WEAK_FROM
from qa.evaluation.learn import FACT, PAIRS, PASSAGE, SENTENCE, SUBJECT
from qa.evidence import judged
from qa.question import understand
from qa.retrieval import find, terms_of
from qa.weights import FILE, Weights, pair, weights
from qa.when import When
from tests.qa.conftest import AS_OF
from tests.qa.own import SURE


def test_they_are_those_of_the_file_and_read_once() -> None:
    assert weights() == Weights.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))
    assert weights() is weights()


def test_every_pair_of_languages_has_its_own() -> None:
    by = weights()
    assert set(by.passage.lexical) == set(by.subject) == set(PAIRS)
    assert {pair(question, article) for question in ("pt", "en") for article in ("pt", "en", "", "es")} == set(PAIRS)


def test_shares_are_shares_and_what_raises_a_sentence_adds_up_to_one() -> None:
    by = weights()
    assert all(0 <= share <= 1 for share in by.passage.lexical.values())
    assert WEAK_FROM < by.answers_from < 1
    assert sum(value for value in by.sentence.values() if value > 0) == pytest.approx(1, abs=0.0005 * len(SENTENCE))


def test_a_higher_probability_never_lowers_the_confidence() -> None:
    assert weights().confidence["subject"] >= 0
    assert weights().confidence["fact"] >= 0
    assert set(weights().confidence) == {"level", "subject", "fact"}


def test_every_name_is_one_that_is_counted(news: Library) -> None:
    by = weights()
    question = understand(SURE)
    when = When(as_of=AS_OF)
    terms = terms_of(question, when, news)
    hits = find(question, terms, 8, None, when, news)
    sentences = judged(question, terms, hits, when)
    assert set(by.sentence) == set(SENTENCE) <= set(sentences[0].parts)
    assert set(hits[0].parts) == set(PASSAGE)
    known = {"intercept", *check.features(terms, sentences, hits)}
    for slopes, names in [(by.fact, FACT), *((by.subject[name], SUBJECT) for name in PAIRS)]:
        assert set(slopes) == {"intercept", *names}
        assert set(slopes) <= known, "a name that nobody counts would be a second intercept"


@pytest.mark.parametrize(
    "change", [{"passage": {"lexical": {}, "date": -0.1, "kind": 0.1}}, {"more": 1}, {"fact": None}], ids=["below 0", "unknown", "none"]
)
def test_what_is_no_weight_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Weights.model_validate(weights().model_dump() | change)


def test_they_cannot_be_changed_in_passing() -> None:
    with pytest.raises(ValidationError):
        weights().passage.date = 1.0  # type: ignore[misc]
