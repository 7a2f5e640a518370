"""Evidence: the sentences that bear on a question, and the words in them that answer it."""

from datetime import UTC, datetime
from math import log

import pytest

from index.records import Article, Passage
from qa import evidence
from qa.evidence import AFTER, BEFORE, TITLE, coverage, judge, quotes, rarity
from qa.question import Asked, understand
from qa.records import Hit

NOW = datetime(2026, 1, 14, tzinfo=UTC)


def made(text: str, title: str = "", lang: str = "pt") -> Article:
    return Article(id="a", text=text, title=title, lang=lang, first_seen=NOW, indexed=NOW)


def hit(article: Article, start: int = 0, end: int | None = None, score: float = 1.0) -> Hit:
    passage = Passage(article=article, start=start, end=end or len(article.text), row=start)
    return Hit(passage=passage, score=score, dense_place=1, lexical_place=1, cosine=0.5, bm25=3.0, date_weight=0.0)


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    weights = rarity(["rara", "comum", "nova"], {"rara": 1, "comum": 9, "nova": 0}.__getitem__, 10)
    assert weights == pytest.approx({"rara": log(1 + 9.5 / 1.5), "comum": log(1 + 1.5 / 9.5), "nova": log(1 + 10.5 / 0.5)})
    assert all(weight > 0 for weight in weights.values())


def test_a_sentence_bears_the_share_of_the_question_s_rarity_that_stands_in_it() -> None:
    question = understand("Quem treinou o modelo chinês?")
    weights = dict(zip(question.stems, (3.0, 2.0, 5.0), strict=True))  # trein, model, chin
    text = "A Huawei treinou o modelo."
    assert coverage(question, made(text), 0, len(text), weights) == (pytest.approx(0.5), pytest.approx(0.5))


def test_words_in_headline_and_neighbours_count_for_less_and_only_once() -> None:
    question = understand("Quem treinou o modelo chinês barato?")
    trein, model, chin, barat = question.stems
    weights = {trein: 1.0, model: 2.0, chin: 3.0, barat: 4.0}
    before, own, after = "Um modelo novo saiu. ", "A Huawei treinou tudo.", " Ele é barato, um modelo."
    article, start = made(before + own + after, title="Avanço chinês"), len(before)
    by_hand = (1.0 * 1 + 2.0 * max(BEFORE, AFTER) + 3.0 * TITLE + 4.0 * AFTER) / 10
    assert coverage(question, article, start, start + len(own), weights) == (pytest.approx(0.1), pytest.approx(by_hand))


def test_a_question_without_weight_is_borne_by_nothing() -> None:
    assert coverage(understand("Quem?"), made("Alguém falou."), 0, 5, {}) == (0.0, 0.0)


def test_quotes_are_whole_sentences_of_the_hits_best_first() -> None:
    text = "A Z.AI fica em Pequim, na China. A Z.AI lançou o modelo em 14 de janeiro. O tempo em Recife segue bom hoje."
    question = understand("Quando a Z.AI lançou o modelo?")
    found = quotes(question, [hit(made(text))], dict.fromkeys(question.stems, 1.0))
    assert found[0].text == "A Z.AI lançou o modelo em 14 de janeiro."
    assert found[0].answer
    assert text[slice(*found[0].answer)] == "14 de janeiro"
    assert [quote.score for quote in found] == sorted((quote.score for quote in found), reverse=True)
    assert all(0 <= quote.score <= 1 for quote in found)


def test_offsets_count_from_the_article_s_beginning_and_not_from_the_passage_s() -> None:
    text = "😀 Ontem não houve nada de novo. A Z.AI lançou o modelo em 14 de janeiro."
    start = text.index("A Z.AI")
    question = understand("Quando a Z.AI lançou o modelo?")
    (quote,) = quotes(question, [hit(made(text), start)], dict.fromkeys(question.stems, 1.0))
    assert (quote.start, quote.end) == (start, len(text))


def test_a_sentence_in_two_hits_is_one_quote() -> None:
    article = made("A Z.AI lançou o modelo em 14 de janeiro.")
    question = understand("Quando a Z.AI lançou o modelo?")
    assert len(quotes(question, [hit(article), hit(article, score=0.5)], dict.fromkeys(question.stems, 1.0))) == 1


@pytest.mark.parametrize("text", ["Home | Esporte | Política", "Leia mais", "Leia também: fotos", "© 2026", "1 2 3 4 5 6 7 8 9 10 11 12 13 14"])
def test_navigation_is_never_quoted(text: str) -> None:
    question = understand("Leia também o esporte e a política?")
    assert quotes(question, [hit(made(text))], dict.fromkeys(question.stems, 1.0)) == []


@pytest.mark.parametrize(("told", "lang"), [("A Z.AI lançou o modelo em janeiro", "pt"), ("The company launched the model in January", "en")])
def test_a_sentence_that_asks_ranks_below_the_same_one_that_tells(told: str, lang: str) -> None:
    question = understand("Quando a Z.AI lançou o modelo?" if lang == "pt" else "When did the company launch the model?")
    weights = dict.fromkeys(question.stems, 1.0)
    assert judge(question, made(told + "?"), 0, len(told) + 1, weights, 1.0) < judge(question, made(told + "."), 0, len(told) + 1, weights, 1.0)


def test_own_words_beat_words_beside_and_a_candidate_beats_none() -> None:
    question = understand("Quantos navios esperavam no canal?")
    weights = dict.fromkeys(question.stems, 1.0)

    def score(text: str) -> float:
        return judge(question, made(text), 0, len(text), weights, 1.0)

    assert question.kind is Asked.COUNT
    assert score("Esperavam 369 navios no canal.") > score("Esperavam navios no canal azul.") > score("Nada se sabe de outra coisa.")
    assert sum((evidence.OWN, evidence.AROUND, evidence.PASSAGE, evidence.CUE)) == pytest.approx(1)
