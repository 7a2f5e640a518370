"""Asking: the rules that every answer keeps, whatever is asked, however, and by how many at once."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from index import Filter, Library
from qa import ask, check, stream
from qa.answer import HITS
from qa.followups import Turn
from qa.question import MOST_CHARS
from qa.records import Answer, Refusal
from qa.when import Prior
from tests.qa.conftest import AS_OF, Golden, asked_again
from tests.qa.own import LUMIAR, NEWS, SURE, SURE_ANSWER, SURE_EN, SURE_SENTENCE, TWO_DATES, article
from tests.qa.rules import always_true, as_bytes

NOWHERE = "Qual xícara o bispo quebrou na catedral?"
NOBODY = "Qual xícara o bispo de Wzyx quebrou em Qwfp?"


def said(answer: Answer) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Each claim, with the addresses of what it stands on and of where it also stands."""
    return [
        (claim.text, *(tuple(answer.quotes[place].address for place in places) for places in (claim.quotes, claim.also))) for claim in answer.claims
    ]


def test_every_golden_answer_keeps_the_rules(golden: list[Golden], library: Library) -> None:
    for gold, answer in golden:
        assert answer.question == gold["question"]
        assert answer.searched == gold["question"] or gold.get("history"), "only a follow-up is searched in other words"
        assert answer.lang == gold["lang"]
        always_true(answer, library)


def test_every_golden_question_asked_again_gives_the_same_bytes(golden: list[Golden], library: Library) -> None:
    for gold, answer in golden:
        assert as_bytes(asked_again(gold, library)) == as_bytes(answer)


def test_eight_threads_at_once_get_what_one_gets(golden: list[Golden], library: Library) -> None:
    some = golden[::5] * 3
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda one: asked_again(one.gold, library), some))
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
    growing = list(stream(longest.gold["question"], history=longest.gold.get("history", ()), as_of=AS_OF, library=library))
    assert [len(answer.claims) for answer in growing] == list(range(1, len(growing) + 1))
    for earlier, later in pairwise(growing):
        assert later.claims[: len(earlier.claims)] == earlier.claims
        assert said(later)[: len(said(earlier))] == said(earlier)
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
    ("question", "absent", "reason"),
    [
        (NOBODY, ("Wzyx", "Qwfp"), "Em nenhum artigo do arquivo aparece “Wzyx” ou “Qwfp”."),
        ("Which cup did the bishop of Wzyx break?", ("Wzyx",), "No article in the archive mentions “Wzyx”."),
    ],
)
def test_a_name_that_stands_nowhere_is_told_as_it_was_written(news: Library, question: str, absent: tuple[str, ...], reason: str) -> None:
    answer = ask(question, library=news)
    always_true(answer, news)
    assert (answer.refusal, answer.absent, answer.reason) == (Refusal.TERM_ABSENT, absent, reason)


def test_the_words_of_a_date_are_not_told_as_absent(own: Callable[..., Library]) -> None:
    library = own(TWO_DATES)
    dated = ask("Em quanto fechou a inflação anual de Wzyx em 28 de janeiro de 2025?", as_of=date(2025, 10, 12), library=library)
    assert (dated.refusal, dated.absent) == (Refusal.TERM_ABSENT, ("Wzyx",))
    alone = ask("Quem aplaudiu o IBGE em 28 de janeiro de 2025?", as_of=date(2025, 10, 12), library=library)
    always_true(alone, library)
    assert alone.absent == ()


def test_an_article_on_the_subject_that_lacks_the_fact_is_told_from_none(library: Library, golden: list[Golden]) -> None:
    codes = Counter(one.answer.refusal for one in golden if one.answer.refusal)
    assert codes[Refusal.FACT_ABSENT] > 0
    for one in golden:
        if one.answer.refusal is Refusal.FACT_ABSENT:
            assert one.answer.hits, "the nearest coverage is shown"
            assert one.answer.reason == check.reason(Refusal.FACT_ABSENT, one.answer.lang)


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


@pytest.mark.parametrize("history", [["Quem criou a Fundação Lumiar?"], [Turn(question="Quem criou a Fundação Lumiar?")]], ids=["text", "turn"])
def test_after_a_question_alone_a_follow_up_is_about_its_subject(own: Callable[..., Library], history: list[str | Turn]) -> None:
    assert ask("Onde ela nasceu?", history=history, library=own({"lumiar.md": LUMIAR})).searched == "Onde ela nasceu? (Fundação Lumiar)"


def test_after_an_answer_a_follow_up_is_about_the_name_that_was_marked_in_it(own: Callable[..., Library]) -> None:
    library = own({"lumiar.md": LUMIAR, **NEWS})
    first = ask("Quem criou a Fundação Lumiar?", library=library)
    assert first.quotes[0].article.text[slice(*first.quotes[0].answer)] == "Helena Prado"
    then = ask("Onde ela nasceu?", history=[first], library=library)
    always_true(then, library)
    assert then.searched == "Onde ela nasceu? (Helena Prado, Fundação Lumiar)"
    assert then.claims[0].text == "Helena Prado nasceu em Olinda em 1961 e dirigiu o museu da cidade."
    again = ask("Onde ela nasceu?", history=[Answer.model_validate_json(first.model_dump_json())], library=library)
    assert as_bytes(again) == as_bytes(then), "an answer that went to JSON and back tells the same"


def test_without_a_word_a_question_is_no_follow_up(news: Library) -> None:
    for history in (["Quem lançou o GLM-Image?"], [ask(SURE, library=news)]):
        assert ask("🙂 …?", history=history, library=news).refusal is Refusal.NOT_A_QUESTION


JANUARY = "Em quanto fechou a inflação anual em janeiro?"


def test_of_two_articles_that_differ_in_date_the_one_of_the_days_named_answers(own: Callable[..., Library]) -> None:
    library, as_of = own(TWO_DATES), date(2025, 10, 12)
    plain = ask("Em quanto fechou a inflação anual?", as_of=as_of, library=library)
    named = ask(JANUARY, as_of=as_of, library=library)
    aside = ask(JANUARY, as_of=as_of, dates=False, library=library)
    for answer in (plain, named, aside):
        always_true(answer, library)
    assert [answer.quotes[0].article.id for answer in (plain, named, aside)] == ["october", "january", "october"]
    assert [answer.prior for answer in (plain, named, aside)] == [Prior.NEAR, Prior.INTERVAL, Prior.NEAR]
    assert (named.interval.since, named.interval.until) == (date(2025, 1, 1), date(2025, 1, 31))
    assert plain.interval is aside.interval is None


def test_a_question_of_history_prefers_no_date(own: Callable[..., Library]) -> None:
    text = "A fábrica de Olinda foi fundada em {} por duas irmãs."
    library = own(
        {
            f"{year}.md": article(text.format(year), id=f"in{year}", lang="pt", published=f"{year}-01-10T09:00:00-03:00", outlet=f"Jornal {year}")
            for year in (1998, 2025)
        }
    )
    answer = ask("Quando a fábrica de Olinda foi fundada?", as_of=date(2025, 1, 11), library=library)
    always_true(answer, library)
    assert answer.prior is Prior.OFF
    assert {hit.parts["date"] for hit in answer.hits} == {0.0}
    aside = ask("Quando a fábrica de Olinda foi fundada?", as_of=date(2025, 1, 11), dates=False, library=library)
    assert aside.prior is Prior.NEAR
    assert aside.hits[0].passage.article.id == "in2025"


@pytest.mark.parametrize(
    "where", [Filter(languages=("pt",)), Filter(languages=("en",)), Filter(since=date(2024, 1, 1)), Filter(sections=("Science",))], ids=str
)
def test_nothing_outside_the_filters_is_cited_shown_or_named_as_a_copy(library: Library, golden: list[Golden], where: Filter) -> None:
    for one in golden[::20]:
        answer = ask(one.gold["question"], where=where, as_of=AS_OF, library=library)
        always_true(answer, library)
        assert answer.filter == where
        assert len(answer.hits) == HITS or answer.refusal is Refusal.NOT_A_QUESTION
        for article_ in [quote.article for quote in answer.quotes] + [one.article for hit in answer.hits for one in (hit.passage, *hit.copies)]:
            assert not where.languages or article_.lang in where.languages
            assert not where.sections or article_.section in where.sections
            assert not where.since or article_.day >= where.since


def test_a_long_history_does_not_make_the_search_longer_than_a_question_may_be(news: Library) -> None:
    answer = ask("E quanto custa?", history=["Quem é " + "Ana Bela " * 5000 + "?"], library=news)
    assert len(answer.searched) <= MOST_CHARS


def test_an_english_question_gets_english_framing_and_its_own_article(news: Library) -> None:
    answer = ask(SURE_EN, library=news)
    assert answer.lang == "en"
    assert answer.quotes[0].article.id == "museum"


def test_copies_of_a_sentence_are_said_once_and_named(own: Callable[..., Library]) -> None:
    library = own({f"{n}.md": article(SURE_SENTENCE, id=f"copy{n}", lang="pt", outlet=f"Jornal {n}") for n in range(5)})
    answer = ask(SURE, library=library)
    always_true(answer, library)
    assert Counter(claim.text for claim in answer.claims) == {SURE_SENTENCE: 1}
    (hit,) = answer.hits
    assert {passage.article.id for passage in (hit.passage, *hit.copies)} == {f"copy{n}" for n in range(5)}
    written = json.loads(answer.model_dump_json())
    assert set(written["articles"]) == {f"copy{n}@1" for n in range(5)}
    assert written["hits"][0]["copies"][0]["article"] in written["articles"]


def test_where_another_article_says_nearly_the_same_it_is_named_beside_the_claim(own: Callable[..., Library]) -> None:
    nearly = f"{SURE_SENTENCE[:-1]}, numa quarta-feira."
    library = own({"glm.md": article(SURE_SENTENCE, id="glm", lang="pt"), "too.md": article(nearly, id="too", lang="pt")})
    answer = ask(SURE, library=library)
    always_true(answer, library)
    (claim,) = answer.claims
    assert (claim.quotes, claim.also) == ((0,), (1,))
    assert {quote.article.id for quote in answer.quotes} == {"glm", "too"}
    assert json.loads(answer.model_dump_json())["claims"][0]["also"] == [1]


def test_in_json_each_article_stands_once_with_its_correction(library: Library) -> None:
    answer = ask("Quando o módulo Vikram da missão Chandrayaan-3 tocou o solo lunar?", as_of=AS_OF, library=library)
    always_true(answer, library)
    written = json.loads(answer.model_dump_json())
    assert set(written["articles"]) == {one["article"] for hit in written["hits"] for one in (hit["passage"], *hit["copies"])}
    assert answer.quotes[0].article.correction.startswith("Correção")
    assert Answer.model_validate(written) == answer
