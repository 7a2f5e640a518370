"""Retrieval: filters act inside the search, hits are spread over articles, and every score can be explained."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest

from index import Filter, Library
from index.errors import QuestionError
from qa import rank, retrieve
from qa.question import understand
from qa.retrieval import CANDIDATES, READ_OF_ONE, find, read_passages, terms_of
from qa.weights import pair, weights
from qa.when import Prior, When
from tests.qa.conftest import AS_OF
from tests.qa.own import NEWS, SURE, TWO_DATES, article

PT, EN = "Quantas doses da vacina contra a malária uma criança recebe?", "How many ships waited at the Suez Canal?"


@pytest.mark.parametrize("question", [PT, EN])
@pytest.mark.parametrize("k", [1, 3, 8, 20])
def test_finds_k_hits_best_first_with_at_most_a_few_of_one_article(library: Library, question: str, k: int) -> None:
    hits = retrieve(question, k, as_of=AS_OF, library=library)
    assert len(hits) == k
    assert all(one.score >= other.score for one, other in pairwise(hits))
    articles = {hit.passage.article.id: hit.passage.article for hit in hits}
    assert all(n <= rank.per_article(articles[id_].lang) for id_, n in Counter(hit.passage.article.id for hit in hits).items())
    assert len({hit.passage.row for hit in hits}) == k


def test_fewer_hits_are_the_head_of_more(library: Library) -> None:
    assert retrieve(EN, 3, as_of=AS_OF, library=library) == retrieve(EN, 8, as_of=AS_OF, library=library)[:3]


@pytest.mark.parametrize("outlet", ["Gazeta de Lumiara", "The Larkwater Courier"])
def test_an_outlet_that_the_question_is_not_about_still_gives_k_hits(library: Library, outlet: str) -> None:
    hits = retrieve("Quem ganhou o sudoku?", 8, where=Filter(outlets=(outlet,)), library=library)
    assert [hit.passage.article.outlet for hit in hits] == [outlet] * 8


def test_languages_and_sections_are_kept_to(library: Library) -> None:
    assert {hit.passage.article.lang for hit in retrieve(EN, where=Filter(languages=("pt",)), library=library)} == {"pt"}
    assert {hit.passage.article.section for hit in retrieve(PT, where=Filter(sections=("Science",)), library=library)} == {"Science"}
    both = Filter(languages=("en",), outlets=("Gazeta de Lumiara", "Lantern Wire"))
    assert {hit.passage.article.outlet for hit in retrieve(EN, where=both, library=library)} == {"Lantern Wire"}


def test_since_and_until_take_their_own_days_in(library: Library) -> None:
    day = date(2026, 1, 14)
    found = {hit.passage.article.day for hit in retrieve("GLM-Image", where=Filter(since=day, until=day), library=library)}
    assert found == {day}
    before = retrieve("GLM-Image", where=Filter(until=day - timedelta(days=1)), library=library)
    after = retrieve("GLM-Image", where=Filter(since=day + timedelta(days=1)), library=library)
    assert all(hit.passage.article.day < day for hit in before if hit.passage.article.day)
    assert all(hit.passage.article.day > day for hit in after if hit.passage.article.day)
    assert before
    assert after


def test_an_article_without_a_date_passes_no_filter_of_dates(own: Callable[..., Library]) -> None:
    with_and_without = own({"a.md": article("O rio subiu em Manaus na segunda-feira.", id="a", lang="pt"), **NEWS})
    assert "a" in {hit.passage.article.id for hit in retrieve("rio Manaus", library=with_and_without)}
    for where in (Filter(since=date(1, 1, 1)), Filter(until=date(9999, 12, 31))):
        assert "a" not in {hit.passage.article.id for hit in retrieve("rio Manaus", where=where, library=with_and_without)}


def test_what_nobody_published_leaves_nothing(library: Library) -> None:
    for where in (
        Filter(outlets=("O Jornal que Não Há",)),
        Filter(languages=("fr",)),
        Filter(since=date(2100, 1, 1)),
        Filter(sections=("' OR 1=1 --",)),
    ):
        assert retrieve(PT, where=where, library=library) == []


def test_an_article_nearer_to_the_asked_day_comes_first(own: Callable[..., Library]) -> None:
    text = "A inflação anual fechou em {} por cento, informou o IBGE na sexta-feira."
    library = own(
        {
            "old.md": article(text.format("4,31"), id="old", lang="pt", published="2020-01-10T09:00:00-03:00"),
            "new.md": article(text.format("4,83"), id="new", lang="pt", published="2025-01-10T09:00:00-03:00"),
        }
    )
    for as_of, first in ((date(2020, 1, 12), "old"), (date(2025, 1, 8), "new")):
        hits = retrieve("Em quanto fechou a inflação anual?", as_of=as_of, library=library)
        assert hits[0].passage.article.id == first
        near = When(as_of=as_of)
        assert [hit.parts["date"] for hit in hits] == [weights().passage.date * near.nearness(hit.passage.article.day) for hit in hits]
        assert hits[0].parts["date"] > hits[1].parts["date"]


def test_the_days_that_a_question_names_count_instead_of_the_day_of_asking(own: Callable[..., Library]) -> None:
    library = own(TWO_DATES)
    as_of = date(2025, 10, 12)
    assert retrieve("Em quanto fechou a inflação anual?", as_of=as_of, library=library)[0].passage.article.id == "october"
    assert retrieve("Em quanto fechou a inflação anual em janeiro?", as_of=as_of, library=library)[0].passage.article.id == "january"


def test_by_other_weights_the_order_is_another(own: Callable[..., Library]) -> None:
    library = own(
        {
            "old.md": article("O rio Negro subiu em Manaus, e o rio encheu.", id="old", lang="pt", published="2020-01-10T09:00:00-03:00"),
            "new.md": article("Em Manaus o porto reabriu.", id="new", lang="pt", published="2025-01-10T09:00:00-03:00"),
        }
    )
    question = understand("O rio Negro em Manaus")
    terms, when = terms_of(question, When(as_of=AS_OF), library), When(as_of=date(2025, 1, 10))
    for worth, first in ((0.0, "old"), (9.0, "new")):
        by = weights().model_copy(update={"passage": weights().passage.model_copy(update={"date": worth})})
        assert find(question, terms, 2, None, when, library, by)[0].passage.article.id == first
    off = find(question, terms, 2, None, When(as_of=date(2025, 1, 10), prior=Prior.OFF), library)
    assert [hit.parts["date"] for hit in off] == [0, 0]


def test_copies_are_folded_into_the_best_and_named(own: Callable[..., Library]) -> None:
    text = "O navio encalhou no canal na terça-feira, disse a autoridade."
    library = own(
        {f"{n}.md": article(text, id=f"copy{n}", lang="pt", outlet=f"Jornal {n}") for n in range(3)}
        | {"typed.md": article(text.replace(", disse", " — disse"), id="typed", lang="pt"), "other.md": NEWS["rain.md"]}
    )
    hits = retrieve("Quando o navio encalhou no canal?", library=library)
    assert sorted(passage.article.id for passage in (hits[0].passage, *hits[0].copies)) == ["copy0", "copy1", "copy2", "typed"]
    assert [hit.passage.article.id for hit in hits[1:]] == ["rain"]
    assert hits[1].copies == ()


def test_passages_without_a_word_are_copies_only_when_they_are_the_same(own: Callable[..., Library]) -> None:
    library = own({name: article(text, id=name, lang="pt") for name, text in {"a.md": "★ ★ ★", "b.md": "☂ ☂ ☂", "c.md": "★ ★ ★"}.items()})
    assert {hit.passage.text: len(hit.copies) for hit in retrieve("chuva", library=library)} == {"★ ★ ★": 1, "☂ ☂ ☂": 0}


def test_a_copy_outside_the_filter_is_not_named(own: Callable[..., Library]) -> None:
    text = "O navio encalhou no canal na terça-feira, disse a autoridade."
    library = own({f"{n}.md": article(text, id=f"copy{n}", lang="pt", outlet=f"Jornal {n}") for n in range(3)})
    hits = retrieve("Quando o navio encalhou?", where=Filter(outlets=("Jornal 0", "Jornal 2")), library=library)
    assert sorted(passage.article.id for hit in hits for passage in (hit.passage, *hit.copies)) == ["copy0", "copy2"]


@pytest.mark.parametrize("question", [PT, EN])
def test_every_part_of_a_score_can_be_explained(library: Library, question: str) -> None:
    understood = understand(question)
    hits = retrieve(question, 8, as_of=AS_OF, library=library)
    dense = [row for row, _ in library.dense(question, 100)]
    lexical = [row for row, _ in library.lexical(terms_of(understood, When(as_of=AS_OF), library).search, 100)]
    cosines = library.cosines(question, [hit.passage.row for hit in hits])
    by, when = weights().passage, When.of(question, understood.lang, AS_OF)
    for hit in hits:
        row, article_ = hit.passage.row, hit.passage.article
        assert hit.dense_place == (dense.index(row) + 1 if row in dense else None)
        assert hit.lexical_place == (lexical.index(row) + 1 if row in lexical else None)
        assert hit.dense_place or hit.lexical_place
        assert hit.cosine == pytest.approx(cosines[row], abs=1e-6)
        assert hit.score == pytest.approx(sum(hit.parts.values()), abs=1e-9)
        assert hit.parts["date"] == by.date * when.nearness(article_.day)
        assert hit.parts["kind"] == by.kind * hit.kind
        share = by.lexical[pair(understood.lang, article_.lang)]
        assert 0 <= hit.parts["lexical"] <= share + 1e-9
        assert 0 <= hit.parts["dense"] <= 1 - share + 1e-9
    assert max(hits, key=lambda hit: hit.bm25).parts["lexical"] == max(
        hit.parts["lexical"] for hit in hits if hit.passage.article.lang == understood.lang
    )


def test_a_passage_with_a_figure_comes_first_when_a_figure_is_asked_for(own: Callable[..., Library]) -> None:
    library = own(
        {
            "a.md": article("Os navios que esperavam no canal eram vistos de longe por todos.", id="none", lang="pt"),
            "b.md": article("Eram 369 os navios que esperavam no canal, vistos por todos.", id="figure", lang="pt"),
        }
    )
    assert retrieve("Quantos navios esperavam no canal?", 1, library=library)[0].passage.article.id == "figure"
    hits = retrieve("Quantos navios esperavam no canal?", 2, library=library)
    assert hits[0].kind > hits[1].kind == 0
    for text in ("O que esperava no canal?", "Qual canal esperava os navios?"):
        assert {hit.kind for hit in retrieve(text, library=library)} == {None}, "of such a question any passage could hold an answer"


def test_a_word_that_stands_in_one_article_only_finds_it(library: Library) -> None:
    assert retrieve("Mosquirix", 1, as_of=AS_OF, library=library)[0].passage.article.id == "bruma-vacina-malaria"
    assert retrieve("Sèvres kilogram", 1, as_of=AS_OF, library=library)[0].passage.article.id == "larkwater-kilogram-redefinition"


def test_one_long_article_does_not_keep_the_others_out(own: Callable[..., Library]) -> None:
    long = " ".join(f"A inflação da cidade subiu {n} vezes no ano, repetiu o prefeito na {n}ª semana de inflação." for n in range(900))
    short = {
        f"{n}.md": article(f"Na {n}ª padaria o pão subiu outra vez, e a freguesia reclama da inflação e da chuva.", id=f"s{n}", lang="pt")
        for n in range(4)
    }
    library = own({"long.md": article(long, id="long", lang="pt"), **short})
    assert len(library) > 100 + len(short)
    assert len(retrieve("Quantas vezes a inflação da cidade subiu?", 6, library=library)) == 6


def test_of_a_long_article_no_more_passages_are_read_than_could_be_hits(own: Callable[..., Library]) -> None:
    said = {"a": "A inflação da cidade subiu {n} vezes, disse o prefeito.", "b": "Na {n}ª semana de chuva o pão subiu de preço nas padarias."}
    long = {f"{name}.md": article(" ".join(text.format(n=n) for n in range(1500)), id=name, lang="pt") for name, text in said.items()}
    library = own(long)
    question, when = understand("Quantas vezes a inflação da cidade subiu?"), When(as_of=AS_OF)
    read = read_passages(question, terms_of(question, when, library), len(library), None, when, library, weights())
    assert len(library) > CANDIDATES + 3 * READ_OF_ONE
    assert CANDIDATES <= len(read.passages) <= CANDIDATES + 2 * READ_OF_ONE
    assert {hit.passage.article.id for hit in retrieve("Quantas vezes a inflação da cidade subiu?", 9, library=library)} == {"a", "b"}


def test_the_same_question_finds_the_same(library: Library) -> None:
    assert retrieve(PT, as_of=AS_OF, library=library) == retrieve(PT, as_of=AS_OF, library=library)


@pytest.mark.parametrize("text", ["", "🙂", "…?!", "\x00\ud800"])
def test_without_a_word_nothing_is_found(library: Library, text: str) -> None:
    assert retrieve(text, library=library) == []


@pytest.mark.parametrize("text", ["NEAR(", '"', "a* OR b", "title:x", "^~{}[]\\", "SELECT 1; --", "%s %d {0}"])
def test_the_syntax_of_a_query_does_no_harm(library: Library, text: str) -> None:
    assert isinstance(retrieve(text, library=library), list)


@pytest.mark.parametrize("k", [0, -1])
def test_no_hit_at_all_cannot_be_asked_for(news: Library, k: int) -> None:
    with pytest.raises(QuestionError, match=str(k)):
        retrieve(SURE, k, library=news)


def test_too_long_a_question_is_an_error_and_more_hits_than_there_are_is_none(news: Library) -> None:
    with pytest.raises(QuestionError):
        retrieve("chuva " * 1000, library=news)
    assert len(retrieve(SURE, 10_000, library=news)) == len(news)


@pytest.mark.parametrize("where", [Filter(), Filter(languages=("en",)), Filter(outlets=("Lantern Wire",)), Filter(since=date(2024, 1, 1))], ids=str)
def test_nothing_that_is_allowed_is_lost_but_for_the_places_of_one_origin(library: Library, where: Filter) -> None:
    question = understand(EN)
    hits = find(question, terms_of(question, When(as_of=AS_OF), library), len(library), where, When(as_of=AS_OF), library)
    shown = {passage.row for hit in hits for passage in (hit.passage, *hit.copies)}
    places = Counter(library.origin(hit.passage.article.id) for hit in hits)
    for passage in library.passages([row for row, _ in library.dense(EN, len(library), where)]):
        full = places[library.origin(passage.article.id)] >= rank.per_article(passage.article.lang)
        assert passage.row in shown or full, passage.address
    assert max(places.values()) <= max(rank.per_article(lang) for lang in ("pt", "en"))
