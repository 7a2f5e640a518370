"""Coverage of a question: the articles that bear on it, by its words, its names and their translations; all of them, and no others."""

from collections.abc import Callable
from datetime import date

import pytest

from index import Library
from index.errors import QuestionError
from index.overview import Overview
from index.records import Filter
from qa.answer import ask
from qa.overview import for_question, over_time, subject
from qa.question import understand
from qa.retrieval import terms_of
from qa.when import When
from tests.qa.own import article

AS_OF = date(2026, 1, 20)
CANAL = ("2021-03-24", "2021-03-27", "2021-03-28", "2021-03-29", "2021-04-14", "2021-07-07")


def days(found: Overview) -> list[tuple[date, date]]:
    """First and last day of each bar that holds an article."""
    return [(bar.first, bar.last) for bar in found.bars if bar.articles]


def bear(library: Library, question: str, **given: object) -> Overview:
    return for_question(question, library=library, as_of=AS_OF, **given)  # type: ignore[arg-type]


def test_over_time_counts_all_that_may_answer(library: Library) -> None:
    found = over_time(library)
    assert found.articles == library.coverage.articles
    assert (found.bars[0].first, found.bars[-1].last) == (library.coverage.first, library.coverage.last)
    assert sum(bar.articles for bar in found.bars) + found.undated == found.articles


def test_a_filter_narrows_what_is_counted(library: Library) -> None:
    only = over_time(library, Filter(languages=("pt",)))
    assert [one.name for one in only.languages] == ["pt"]
    assert 0 < only.articles < over_time(library).articles


@pytest.mark.parametrize(
    "question",
    ["What is known about the Suez Canal blockage?", "O que se sabe sobre o bloqueio do canal de Suez?", "What happened to the Ever Given?"],
)
def test_every_article_of_a_story_bears_on_it_in_both_languages(library: Library, question: str) -> None:
    found = bear(library, question)
    assert found.articles == len(CANAL)
    assert [bar.first <= date.fromisoformat(day) <= bar.last for bar, day in ((found.bars[0], CANAL[0]), (found.bars[-1], CANAL[-1]))] == [True, True]


def test_days_that_the_question_names_leave_nothing_out(library: Library) -> None:
    assert bear(library, "What happened to the Ever Given in July 2021?").articles == len(CANAL)


def test_the_subject_of_a_question_is_no_day_and_no_word_of_asking(library: Library) -> None:
    for text, lang, stems in (
        ("What happened at Suez on 28 March 2021?", "en", ["suez"]),
        ("O que se sabe sobre Suez em março de 2021?", "pt", ["suez"]),
        ("What happened?", "en", ["happen"]),
    ):
        when = When.of(text, lang, AS_OF)
        assert list(subject(terms_of(understand(text), when, library), when)) == stems


def test_what_only_shares_a_common_word_does_not_bear(library: Library) -> None:
    assert bear(library, "Quanto caiu o desmatamento na Amazônia?").articles == 3
    assert bear(library, "Who painted the Mona Lisa of Ulan Bator?").articles == 0


def test_a_name_that_stands_nowhere_leaves_nothing(library: Library) -> None:
    assert bear(library, "Qual é a capital da Mongólia?") == Overview(articles=0, origins=0)


def test_no_word_to_search_for_bears_nothing(library: Library) -> None:
    assert bear(library, "?!").articles == 0


def test_a_filter_holds_for_a_question_too(library: Library) -> None:
    found = bear(library, "What happened to the Ever Given?", where=Filter(since=date(2021, 4, 1)))
    assert found.articles == 2
    assert all(first >= date(2021, 4, 1) for first, _ in days(found))


def test_a_follow_up_is_understood_from_the_answer_before_it(library: Library) -> None:
    before = ask("What happened to the Ever Given?", library=library, as_of=AS_OF)
    assert bear(library, "And who owns it?", history=[before]).articles > 0
    assert bear(library, "And who owns it?", history=["What happened to the Ever Given?"]) == bear(library, "And who owns it?", history=[before])


def test_too_long_a_question_is_an_error(library: Library) -> None:
    with pytest.raises(QuestionError):
        bear(library, "a" * 3000)


def test_a_word_of_the_headline_counts_for_every_passage(own: Callable[..., Library]) -> None:
    text = "As obras começam em março e custam trinta milhões de reais, disse ontem o secretário de transportes do estado."
    library = own({"a.md": article(text, title="Ponte de Olinda", lang="pt"), "b.md": article(text, title="Túnel de Natal", lang="pt")})
    assert bear(library, "Ponte de Olinda").articles == 1


def test_other_people_of_the_same_name_do_not_bear(own: Callable[..., Library]) -> None:
    library = own(
        {
            "a.md": article("Helena Prado venceu a corrida de São Silvestre na sexta-feira, com dois minutos de vantagem.", lang="pt"),
            "b.md": article("Helena Moura venceu a corrida de São Silvestre em 1998 e voltou ao pódio um ano depois.", lang="pt"),
            "c.md": article("O preço do café subiu pela terceira semana seguida nas feiras da capital.", lang="pt"),
        }
    )
    assert bear(library, "Quem é Helena Prado?").articles == 1


def test_copies_are_counted_and_their_origin_once(own: Callable[..., Library]) -> None:
    text = "Helena Prado disse que as obras da ponte de Olinda começam em março e custam trinta milhões de reais. " * 12
    library = own({f"{name}.md": article(text, title="Ponte", outlet=name, lang="pt") for name in ("Correio", "Diário")})
    found = bear(library, "Quanto custa a ponte de Olinda?")
    assert (found.articles, found.origins) == (2, 1)


def test_two_versions_are_one_article(library: Library) -> None:
    assert bear(library, "Chandrayaan-3 desce perto do polo sul da Lua").articles == 1
