"""Evidence: the sentences that bear on a question, and the words in them that answer it."""

from datetime import UTC, date, datetime
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as some

from index.records import Article, Passage
from qa.candidates import NEAR_CHARS, PROBABLE, Candidate
from qa.evidence import (
    AFTER,
    AGREED,
    BEFORE,
    LEAD_CHARS,
    REACH_CHARS,
    SENTENCES_FROM,
    TITLE,
    Judged,
    bearing,
    closeness,
    judged,
    leans,
    score,
    worth_reading,
)
from qa.question import Question, understand
from qa.records import Hit
from qa.terms import Place, Terms, strengths
from qa.weights import weights
from qa.when import When

NOW = datetime(2026, 1, 14, tzinfo=UTC)
WHEN = When(as_of=date(2026, 1, 14))


def made(text: str, title: str = "", lang: str = "pt", published: datetime | None = None) -> Article:
    return Article(id="a", text=text, title=title, lang=lang, published=published, first_seen=NOW, indexed=NOW)


def hit(article: Article, start: int = 0, end: int | None = None, score: float = 1.0) -> Hit:
    passage = Passage(article=article, start=start, end=end or len(article.text), row=start)
    return Hit(passage=passage, score=score, dense_place=1, lexical_place=1, cosine=0.5, bm25=3.0)


def even(question: Question) -> Terms:
    """Terms that are all as rare as each other."""
    return Terms(question, lambda _: 1, 10, [question.lang])


def found(asked: str, *hits: Hit) -> list[Judged]:
    """The judged sentences of hits, best first."""
    question = understand(asked)
    return judged(question, even(question), hits, WHEN)


def test_quotes_are_whole_sentences_of_the_hits_best_first() -> None:
    text = "A Z.AI fica em Pequim, na China. A Z.AI lançou o modelo em 14 de janeiro. O tempo em Recife segue bom hoje."
    quotes = [one.quote for one in found("Quando a Z.AI lançou o modelo?", hit(made(text)))]
    assert quotes[0].text == "A Z.AI lançou o modelo em 14 de janeiro."
    assert quotes[0].answer
    assert text[slice(*quotes[0].answer)] == "14 de janeiro"
    assert [quote.score for quote in quotes] == sorted((quote.score for quote in quotes), reverse=True)
    assert len(quotes) == 3


def test_offsets_count_from_the_article_s_beginning_and_not_from_the_passage_s() -> None:
    text = "😀 Ontem não houve nada de novo. A Z.AI lançou o modelo em 14 de janeiro."
    start = text.index("A Z.AI")
    (one,) = found("Quando a Z.AI lançou o modelo?", hit(made(text), start))
    assert (one.quote.start, one.quote.end) == (start, len(text))


def test_a_sentence_in_two_hits_is_one_quote_and_keeps_the_better_hit() -> None:
    article = made("A Z.AI lançou o modelo em 14 de janeiro.")
    (one,) = found("Quando a Z.AI lançou o modelo?", hit(article), hit(article, score=0.5))
    assert one.parts["passage"] == 1.0


def test_only_the_first_hits_are_read_sentence_by_sentence() -> None:
    sentence = "A Z.AI lançou o modelo em janeiro. "
    article = made(sentence * (SENTENCES_FROM + 2))
    hits = [hit(article, n * len(sentence), (n + 1) * len(sentence)) for n in range(SENTENCES_FROM + 2)]
    assert len(found("Quando a Z.AI lançou o modelo?", *hits)) == SENTENCES_FROM


def test_no_hit_has_no_sentence() -> None:
    assert found("Quando a Z.AI lançou o modelo?") == []


@pytest.mark.parametrize("text", ["Home | Esporte | Política", "Leia mais", "Leia também: fotos", "© 2026", "1 2 3 4 5 6 7 8 9 10 11 12 13 14"])
def test_navigation_is_never_quoted(text: str) -> None:
    assert not worth_reading(text)
    assert found("Leia também o esporte e a política?", hit(made(text))) == []


# ── what a sentence bears ───────────────────────────────────────────────────────────────────────────────────────────


def test_words_in_headline_and_neighbours_count_for_less_and_only_once() -> None:
    places = [Place(0, "model", 1.0), Place(40, "trein", 1.0), Place(80, "barat", 1.0), Place(90, "model", 1.0)]
    own, around = bearing(places, {"chin": TITLE, "barat": 0.1}, 30, 60)
    assert own == {"trein": 1.0}
    assert around == {"trein": 1.0, "model": max(BEFORE, AFTER), "chin": TITLE, "barat": AFTER}


def test_a_translation_beside_the_sentence_is_weighed_twice() -> None:
    assert bearing([Place(0, "juiz", 0.5)], {}, 30, 60) == ({}, {"juiz": BEFORE * 0.5})


def test_words_further_away_than_is_looked_do_not_count() -> None:
    start, end = 1000, 1050
    far = [Place(start - REACH_CHARS - 1, "a", 1.0), Place(start - REACH_CHARS, "b", 1.0), Place(end, "c", 1.0), Place(end + REACH_CHARS, "d", 1.0)]
    assert bearing(far, {}, start, end) == ({}, {"b": BEFORE, "c": AFTER})


def test_a_sentence_bears_the_share_of_the_question_that_stands_in_it_and_around_it() -> None:
    text = "Um modelo novo saiu em janeiro. A Huawei treinou tudo em Pequim."
    both = {one.quote.text: one.parts for one in found("Quem treinou o modelo chinês?", hit(made(text, title="Avanço chinês")))}
    parts = both["A Huawei treinou tudo em Pequim."]
    assert parts["own"] == pytest.approx(1 / 3)  # trein, of trein, model, chin
    assert parts["around"] == pytest.approx((1 + BEFORE + TITLE) / 3)


@given(
    some.lists(some.builds(Place, some.integers(0, 900), some.sampled_from("abc"), some.floats(0.01, 1)), max_size=8),
    some.dictionaries(some.sampled_from("abcd"), some.floats(0, TITLE)),
    some.integers(0, 800),
    some.integers(1, 200),
)
def test_nothing_is_borne_by_a_sentence_that_is_not_borne_with_what_is_around(
    places: list[Place], title: dict[str, float], start: int, length: int
) -> None:
    own, around = bearing(places, title, start, start + length)
    assert own == strengths(places, start, start + length)
    assert all(0 < own[stem] <= around[stem] <= 1 for stem in own)
    assert all(0 <= strength <= 1 for strength in around.values())


# ── scores ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("told", "lang"), [("A Z.AI lançou o modelo em janeiro", "pt"), ("The company launched the model in January", "en")])
def test_a_sentence_that_asks_ranks_below_the_same_one_that_tells(told: str, lang: str) -> None:
    asked = "Quando a Z.AI lançou o modelo?" if lang == "pt" else "When did the company launch the model?"
    (asks,), (tells,) = (found(asked, hit(made(told + end, lang=lang))) for end in "?.")
    assert (asks.parts["asks"], tells.parts["asks"]) == (1.0, 0.0)
    assert asks.quote.score < tells.quote.score


def test_own_words_beat_words_beside_and_a_candidate_beats_none() -> None:
    def best(text: str) -> float:
        return found("Quantos navios esperavam no canal?", hit(made(text)))[0].quote.score

    assert best("Esperavam 369 navios no canal.") > best("Esperavam navios no canal azul.") > best("Nada se sabe de outra coisa.")


def test_a_kind_without_candidates_neither_gains_nor_loses_by_them() -> None:
    (one,) = found("Como a bolsa caiu?", hit(made("A bolsa caiu 3% na quarta-feira, disse Ana Lima.")))
    assert (one.parts["kind"], one.parts["close"], one.parts["agreed"], one.quote.answer) == (0.5, 0.0, 0.0, None)


def test_an_article_s_nearness_in_time_is_a_part_of_the_score() -> None:
    article = made("A Z.AI lançou o modelo em janeiro.", published=datetime(2025, 12, 31, 12, tzinfo=UTC))
    (one,) = found("Quem lançou o modelo?", hit(article))
    assert one.parts["date"] == pytest.approx(exp(-14 / 14))


def test_a_candidate_far_from_the_question_s_words_is_told_from_a_close_one() -> None:
    asked = "Quanto custou treinar o modelo da Z.AI?"
    terms = even(understand(asked))
    assert set(terms.plain) == {"cust", "trein", "model"}
    places = [Place(0, "cust", 1.0), Place(6, "trein", 0.5), Place(200, "model", 1.0), Place(30, "z", 1.0)]
    fit = Candidate(start=40, end=50, grade=1.0, near=1.0)
    by_hand = (exp(-40 / NEAR_CHARS) + 0.5 * exp(-34 / NEAR_CHARS) + exp(-150 / NEAR_CHARS)) / 3
    assert closeness(fit, places, terms) == pytest.approx(by_hand)
    assert closeness(fit, [], terms) == 0.0
    near, far = (
        "Treinar o modelo custou US$ 5 milhões.",
        "Treinar o modelo custou caro, e a empresa, que estreou na bolsa em janeiro, levantou US$ 5 milhões.",
    )
    (close,), (apart,) = (found(asked, hit(made(text))) for text in (near, far))
    assert 0 < apart.parts["close"] < close.parts["close"] / 2
    assert apart.quote.score < close.quote.score


@given(some.lists(some.builds(Place, some.integers(0, 300), some.sampled_from(["cust", "trein", "model"]), some.floats(0.01, 1)), max_size=6))
def test_closeness_is_a_share(places: list[Place]) -> None:
    terms = even(understand("Quanto custou treinar o modelo?"))
    assert 0 <= closeness(Candidate(100, 110, 1.0, 1.0), places, terms) <= 1 + 1e-9


def of(id_: str, text: str) -> Hit:
    return hit(made(text).model_copy(update={"id": id_}))


def test_the_same_answer_in_other_articles_counts_and_in_the_same_one_does_not() -> None:
    asked, text = "Quem fundou a Baichuan?", "A Baichuan foi fundada por Wang Xiaochuan."
    alone = found(asked, of("a", f"{text} Foi {text}"))
    assert {one.parts["agreed"] for one in alone} == {0.0}
    first, *_ = found(
        asked, of("a", text), of("b", "Quem fundou a Baichuan foi Wang Xiaochuan, diz o jornal."), of("c", "A Baichuan, fundada por Ana Lima.")
    )
    assert first.parts["agreed"] > 0
    bears = even(understand(asked)).share(first.around)
    both = found(asked, of("a", text), of("b", text))
    assert [one.parts["agreed"] for one in both] == pytest.approx([PROBABLE * PROBABLE * bears / AGREED] * 2)


def test_what_the_hits_of_an_article_say_together_is_borne_by_each_of_its_sentences() -> None:
    filler = "O tempo em Recife segue bom hoje. " * 12
    text = f"A Z.AI fica em Pequim, na China. {filler}Um outro lançou o modelo ontem cedo."
    parts = {one.quote.text: one.parts for one in found("Quando a Z.AI lançou o modelo?", hit(made(text)))}
    assert parts["Um outro lançou o modelo ontem cedo."]["around"] == pytest.approx(2 / 4)
    assert [part["article"] for part in parts.values()] == pytest.approx([1.0] * len(parts))


def test_only_the_first_sentence_of_an_article_is_its_lead() -> None:
    text = "RECIFE (AGÊNCIA) – Ana Lima lançou o modelo novo. A Z.AI lançou o modelo em 14 de janeiro."
    leads = {one.quote.start: one.parts["lead"] for one in found("Quando a Z.AI lançou o modelo?", hit(made(text)))}
    assert leads == {start: float(start <= LEAD_CHARS) for start in leads}
    assert set(leads.values()) == {0.0, 1.0}


def test_a_score_is_the_weighed_sum_of_its_parts_kept_between_0_and_1() -> None:
    by = weights().model_copy(update={"sentence": {"own": 0.5, "around": 0.25, "asks": -0.5}})
    assert score({"own": 1.0, "around": 0.5, "unknown": 9.0}, by) == pytest.approx(0.5 + 0.125)
    assert score({"asks": 1.0}, by) == 0.0
    assert score({"own": 9.0}, by) == 1.0


def test_the_usual_weights_that_raise_a_score_add_up_to_one() -> None:
    assert sum(weight for weight in weights().sentence.values() if weight > 0) == pytest.approx(1, abs=0.01)


@given(
    some.text(max_size=200),
    some.text(max_size=60),
    some.sampled_from(["Quem treinou?", "How many ships?", "Quanto custa?", "Why?"]),
    some.floats(0, 9),
)
def test_whatever_the_article_quotes_lie_in_it_and_every_part_is_a_share(text: str, title: str, asked: str, worth: float) -> None:
    if not text:
        return
    for one in found(asked, hit(made(text, title, lang="en"), score=worth)):
        assert 0 <= one.quote.start < one.quote.end <= len(text)
        assert 0 <= one.quote.score <= 1
        assert all(0 <= part <= 1 + 1e-9 for part in one.parts.values())
        assert one.parts["own"] <= one.parts["around"] + 1e-9


# ── pronouns ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "Ela foi lançada em Pequim.",
        "Eles negaram tudo.",
        "Isso custa R$ 5.",
        "Essa empresa fica em Pequim.",
        "Mas ele negou.",
        "Segundo ela, nada mudou.",
        "“Ele vem”, disse.",
        "— Isso acabou.",
        "Já ele preferiu sair.",
        "O mesmo vale para a Huawei.",
        "But he denied it.",
        "It was sold for $2m.",
        "They left.",
        "However, she denied it.",
        "His wife said so.",
        "“It is over,” he said.",
        "This was new.",
    ],
)
def test_a_sentence_with_a_pronoun_for_its_subject_leans_on_the_one_before(text: str) -> None:
    assert leans(text)


@pytest.mark.parametrize(
    "text",
    [
        "A Z.AI lançou o modelo.",
        "Elefantes vivem na África.",
        "Estados Unidos e China assinaram.",
        "Esteves saiu.",
        "Segundo a polícia, ele negou.",
        "Já a Huawei ficou.",
        "E a Nvidia subiu.",
        "É verdade.",
        "The company said it would.",
        "Italy won.",
        "Hershey fell.",
        "Theseus sailed.",
        "But Musk denied it.",
        "",
    ],
)
def test_a_sentence_that_names_its_subject_leans_on_nothing(text: str) -> None:
    assert not leans(text)


@given(some.text(max_size=100))
def test_any_text_leans_or_does_not(text: str) -> None:
    assert leans(text) in (True, False)
    assert worth_reading(text) in (True, False)
