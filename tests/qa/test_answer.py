"""Asking: the rules that every answer keeps, whatever is asked, however, and by how many at once."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from index import Filter, Library
from qa import ask, stream
from qa.question import MOST_CHARS
from qa.records import Answer, Refusal
from tests.qa.conftest import AS_OF, Golden
from tests.qa.own import SURE, SURE_ANSWER, SURE_EN, SURE_SENTENCE, article
from tests.qa.rules import always_true, as_bytes

NOWHERE = "Qual xícara o bispo de Wzyx quebrou em Qwfp?"


def test_every_golden_answer_keeps_the_rules(golden: list[Golden], library: Library) -> None:
    for gold, answer in golden:
        assert answer.question == answer.searched == gold["question"]
        assert answer.lang == gold["lang"]
        always_true(answer, library)


def test_every_golden_question_asked_again_gives_the_same_bytes(golden: list[Golden], library: Library) -> None:
    for gold, answer in golden:
        assert as_bytes(ask(gold["question"], as_of=AS_OF, library=library)) == as_bytes(answer)


def test_eight_threads_at_once_get_what_one_gets(golden: list[Golden], library: Library) -> None:
    some = golden[::5] * 3
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda one: ask(one.gold["question"], as_of=AS_OF, library=library), some))
    assert [as_bytes(answer) for answer in answers] == [as_bytes(one.answer) for one in some]


def test_an_answer_is_the_article_s_own_sentence_with_the_words_that_answer(news: Library) -> None:
    answer = ask(SURE, library=news)
    always_true(answer, news)
    assert answer.claims[0].text == SURE_SENTENCE
    assert answer.quotes[0].answer
    assert answer.quotes[0].article.text[slice(*answer.quotes[0].answer)] == SURE_ANSWER
    assert answer.as_of == datetime.now(UTC).date()
    assert set(answer.seconds) >= {"retrieve", "evidence", "write"}
    assert all(second >= 0 for second in answer.seconds.values())


def test_a_stream_grows_claim_by_claim_into_the_answer(golden: list[Golden], library: Library) -> None:
    longest = max(golden, key=lambda one: len(one.answer.claims))
    assert len(longest.answer.claims) > 1
    growing = list(stream(longest.gold["question"], as_of=AS_OF, library=library))
    assert [len(answer.claims) for answer in growing] == list(range(1, len(growing) + 1))
    for earlier, later in pairwise(growing):
        assert later.claims[: len(earlier.claims)] == earlier.claims
        assert later.quotes[: len(earlier.quotes)] == earlier.quotes
        always_true(earlier, library)
    assert as_bytes(growing[-1]) == as_bytes(longest.answer)


def test_a_refusal_streams_as_one_answer(news: Library) -> None:
    (answer,) = stream(NOWHERE, library=news)
    assert answer.refusal is Refusal.NO_MATCH


@pytest.mark.parametrize(
    "where",
    [Filter(languages=("en",)), Filter(outlets=("Diário de Vila Bruma",)), Filter(until=date(2025, 12, 31)), Filter(since=date(2026, 1, 15))],
    ids=str,
)
def test_when_the_filters_keep_the_answer_out_the_refusal_says_how_much(news: Library, where: Filter) -> None:
    answer = ask(SURE, where=where, library=news)
    always_true(answer, news)
    assert answer.refusal is Refusal.OUTSIDE_FILTER
    assert answer.filter == where
    assert answer.outside >= 1
    assert str(answer.outside) in answer.reason
    assert all(hit.passage.article.id != "glm" for hit in answer.hits)


def test_a_filter_that_lets_the_answer_in_changes_nothing_of_it(news: Library) -> None:
    where = Filter(since=date(2026, 1, 14), until=date(2026, 1, 14), languages=("pt",), outlets=("Gazeta de Lumiara",))
    assert ask(SURE, where=where, library=news).claims[0].text == SURE_SENTENCE


@pytest.mark.parametrize(
    "where", [None, Filter(languages=("fr",)), Filter(outlets=("O Jornal que Não Há",)), Filter(until=date(1900, 1, 1))], ids=str
)
def test_what_lies_nowhere_is_no_match_with_or_without_filters(news: Library, where: Filter | None) -> None:
    answer = ask(NOWHERE, where=where, library=news)
    always_true(answer, news)
    assert (answer.refusal, answer.outside) == (Refusal.NO_MATCH, 0)
    assert answer.lang == "pt"


@pytest.mark.parametrize(
    "text", ["", "   ", "🙂🙂", "?!…", "\x00", "\ud800", "a" * (MOST_CHARS + 1), "É " * 50_000, "👩‍👩‍👧 " * 3000], ids=lambda text: repr(text[:8])
)
def test_what_is_no_question_is_refused_and_does_not_raise(news: Library, text: str) -> None:
    answer = ask(text, library=news)
    always_true(answer, news)
    assert answer.refusal is Refusal.NOT_A_QUESTION
    assert len(answer.question) <= MOST_CHARS
    assert not answer.hits


def test_a_question_that_is_too_long_is_told_so_in_its_language(news: Library) -> None:
    assert "longa" in ask("Por que a ação não subiu? " * 4000, library=news).reason
    assert "characters" in ask("Why did the share not rise? " * 4000, library=news).reason


HOSTILE = [
    "NEAR(", '"', "a* OR (b", "title:x^2~", "') OR 1=1; DROP TABLE article; --", "%s {0} ${x}", "<script>alert(1)</script>", "../../etc/passwd",
    "\x1b[31mQuem?\x1b[0m", "Quem\x00 lançou\ud800 o GLM-Image?", "中国芯片是谁造的？", "من هو؟", "Z\u0335a\u0335l\u0335g\u0335o", "1" * 1999, "a " * 999,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:16]))
def test_hostile_text_is_only_text(news: Library, text: str) -> None:
    answer = ask(text, history=["Quem é \ud800\x00 Elon Musk?", text], library=news)
    always_true(answer, news)
    assert "\x00" not in answer.question + answer.searched


def test_a_surrogate_and_a_nul_do_not_keep_a_question_from_its_answer(news: Library) -> None:
    assert ask("\x00Quando a Z.AI lançou\ud800 o GLM-Image?", library=news).claims[0].text == SURE_SENTENCE


def test_a_follow_up_is_answered_about_the_subject_before_and_goes_to_json_whole(news: Library) -> None:
    answer = ask("E quando foi lançado?", history=["Quem lançou o GLM-Image?"], library=news)
    always_true(answer, news)
    assert answer.question == "E quando foi lançado?"
    assert answer.searched == "E quando foi lançado? (GLM-Image)"
    assert SURE_SENTENCE in {claim.text for claim in answer.claims}
    assert json.loads(answer.model_dump_json())["searched"] == answer.searched


def test_a_long_history_does_not_make_the_search_longer_than_a_question_may_be(news: Library) -> None:
    answer = ask("E quanto custa?", history=["Quem é " + "Ana Bela " * 5000 + "?"], library=news)
    assert len(answer.searched) <= MOST_CHARS


def test_an_english_question_gets_english_framing_and_its_own_article(news: Library) -> None:
    answer = ask(SURE_EN, library=news)
    assert answer.lang == "en"
    assert answer.quotes[0].article.id == "museum"


def test_copies_of_a_sentence_are_said_once(own: Callable[..., Library]) -> None:
    copies = {f"{n}.md": article(SURE_SENTENCE, id=f"copy{n}", lang="pt", outlet=f"Jornal {n}") for n in range(5)}
    answer = ask(SURE, library=own(copies))
    assert Counter(claim.text for claim in answer.claims) == {SURE_SENTENCE: 1}


def test_in_json_each_article_stands_once_with_its_correction(library: Library) -> None:
    answer = ask("Quando o módulo Vikram da missão Chandrayaan-3 tocou o solo lunar?", as_of=AS_OF, library=library)
    always_true(answer, library)
    written = json.loads(answer.model_dump_json())
    assert set(written["articles"]) == {hit["passage"]["article"] for hit in written["hits"]}
    assert answer.quotes[0].article.correction.startswith("Correção")
    assert Answer.model_validate(written) == answer
