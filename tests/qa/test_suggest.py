"""What to ask next: questions that stand alone, that this library answers surely, with something that was not said yet."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import pytest

from index import Library
from index.records import Filter
from index.text import same_words
from qa.answer import ask
from qa.question import content_stems
from qa.records import SURE_FROM, Answer
from qa.suggest import Suggestion
from qa.suggest import suggest as within_a_time
from tests.qa.own import article

AS_OF = date(2026, 1, 20)
QUESTIONS = (
    "How much did Egypt demand for the Ever Given?",
    "Who runs the Suez Canal Authority?",
    "Quem lançou o GLM-Image?",
    "Quanto caiu o desmatamento na Amazônia em 2024?",
    "How many miners were rescued in Chile?",
    "Quantos funcionários tem a DeepSeek?",
    "How large is the diffusion half of GLM-Image, in parameters?",  # an older article would answer what happened after the newest
    "Who refereed the World Cup final between Argentina and France?",  # and one would be answered too unsurely
)
CANAL = {
    "a.md": article(
        "The Ever Given ran aground in the Suez Canal on Tuesday, and nothing has passed since. At least 321 vessels are waiting to pass through the"
        " Suez Canal. Osama Rabie, the chairman of the Suez Canal Authority, told reporters that strong winds had pushed the ship.",
        title="Ever Given blocks the Suez Canal",
        published="2021-03-24",
        lang="en",
    ),
    "b.md": article(
        "The Ever Given left the Suez Canal on Wednesday with a crew of eighteen. Its owners have settled with the Suez Canal Authority.",
        title="Ever Given leaves the Suez Canal",
        published="2021-07-07",
        lang="en",
    ),
    "c.md": article("Helena Prado venceu a corrida de São Silvestre na sexta-feira.", title="Prado vence corrida", published="2021-01-01", lang="pt"),
}


def asked(question: str, library: Library, history: Sequence[Answer] = (), where: Filter | None = None) -> Answer:
    return ask(question, history=history, where=where, as_of=AS_OF, library=library)


suggest = partial(within_a_time, within_s=600.0)  # on a slow machine too


def firsts(answer: Answer) -> set[str]:
    return {same_words(answer.quotes[claim.quotes[0]].text) for claim in answer.claims}


@pytest.fixture(scope="module")
def offered(library: Library) -> list[tuple[Answer, list[Suggestion]]]:
    answers = [asked(question, library) for question in QUESTIONS]
    return [(answer, suggest(answer, library)) for answer in answers]


def test_something_is_offered(offered: list[tuple[Answer, list[Suggestion]]]) -> None:
    assert sum(bool(found) for _, found in offered) >= 4
    assert all(len(found) <= 3 for _, found in offered)


def test_all_that_is_offered_is_answered_surely_with_something_new(library: Library, offered: list[tuple[Answer, list[Suggestion]]]) -> None:
    for answer, found in offered:
        for one in found:
            given = asked(one.text, library, history=[answer])
            assert given.claims
            assert given.confidence >= SURE_FROM
            assert given.searched == one.text  # it stands alone
            assert firsts(given) - {same_words(quote.text) for quote in answer.quotes}
            day = given.quotes[given.claims[0].quotes[0]].article.day
            assert not given.interval or (day and given.interval.since and day >= given.interval.since)  # what is asked after a day is told after it


def test_it_is_asked_in_the_language_of_the_question(offered: list[tuple[Answer, list[Suggestion]]]) -> None:
    for answer, found in offered:
        assert {one.lang for one in found} <= {answer.lang}
        assert all(one.text.endswith("?") for one in found)


def test_the_same_answer_gives_the_same_questions(library: Library, offered: list[tuple[Answer, list[Suggestion]]]) -> None:
    answer, found = offered[0]
    assert suggest(answer, library) == found


def test_fewer_are_offered_when_fewer_are_wanted(library: Library, offered: list[tuple[Answer, list[Suggestion]]]) -> None:
    answer, found = offered[0]
    assert suggest(answer, library, most=1) == found[:1]


def test_a_count_and_a_person_of_the_same_story_are_offered(own: Callable[..., Library]) -> None:
    library = own(CANAL)
    answer = asked("When did the Ever Given run aground?", library)
    assert answer.claims
    texts = [one.text for one in suggest(answer, library)]
    assert "How many vessels are waiting to pass through the Suez Canal?" in texts
    assert not [text for text in texts if "Prado" in text]


def test_nothing_that_was_asked_before_is_offered_again(own: Callable[..., Library]) -> None:
    library = own(CANAL)
    answer = asked("When did the Ever Given run aground?", library)
    before = suggest(answer, library)
    assert before
    for again in ([before[0].text], [asked(before[0].text, library)]):
        after = suggest(answer, library, history=again)
        stems = {frozenset(content_stems(one.text, one.lang)) for one in after}
        assert frozenset(content_stems(before[0].text, "en")) not in stems


def test_what_the_filters_keep_out_is_not_offered(own: Callable[..., Library]) -> None:
    library = own(CANAL)
    where = Filter(since=date(2021, 5, 1))
    answer = asked("When did the Ever Given leave the Suez Canal?", library, where=where)
    for one in suggest(answer, library, where=where):
        given = asked(one.text, library, history=[answer], where=where)
        assert all(quote.article.day and quote.article.day >= date(2021, 5, 1) for quote in given.quotes)
    assert "How many vessels are waiting to pass through the Suez Canal?" not in [one.text for one in suggest(answer, library)]


def test_what_happened_later_is_offered_where_newer_articles_tell_it(library: Library) -> None:
    answer = asked("Who runs the Suez Canal Authority?", library)
    last = max(quote.article.day for quote in answer.quotes if quote.article.day)
    later = [one for one in suggest(answer, library) if one.text.startswith("What happened to the Suez Canal Authority after")]
    assert len(later) == 1
    given = asked(later[0].text, library, history=[answer])
    first = given.quotes[given.claims[0].quotes[0]].article.day
    assert first
    assert first > last


def test_a_refusal_gets_questions_on_what_is_near(library: Library) -> None:
    answer = asked("Quanto Musk pagou pelo Twitter?", library)
    assert answer.refusal
    assert all("Musk" not in one.text or "Elon" in one.text for one in suggest(answer, library))


@pytest.mark.parametrize("question", ["?!", "Zorblat quux flimflam?", "a" * 3000])
def test_where_nothing_is_near_nothing_is_offered(library: Library, question: str) -> None:
    assert suggest(asked(question, library), library) == []


def test_hostile_text_breaks_no_rule(own: Callable[..., Library]) -> None:
    text = "Helena (Prado [*+ announced $&\\1 a {x} plan. {verb} Prado, the {o} chairman of \\d+, said (((. " * 30
    library = own({"a.md": article(text, title="Prado (((", lang="en")})
    answer = asked("What did Prado ((( announce?", library)
    assert isinstance(suggest(answer, library), list)


def test_when_the_time_is_over_no_question_is_tried(library: Library) -> None:
    answer = asked(QUESTIONS[0], library)
    assert suggest(answer, library)
    assert within_a_time(answer, library, within_s=0.0) == []
