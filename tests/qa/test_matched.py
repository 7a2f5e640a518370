"""Why a passage: the question's words that stand in it or in its headline, with the article's word where that is another."""

from collections.abc import Callable
from datetime import date

from index import Library
from qa.answer import ask
from qa.records import Answer, Hit, Match
from qa.retrieval import retrieve
from tests.qa.own import article

AS_OF = date(2026, 1, 20)


def told(hits: list[Hit]) -> list[tuple[str, str]]:
    return [(one.word, one.found) for one in hits[0].matched]


def only(own: Callable[..., Library], text: str, question: str, **fields: str) -> list[tuple[str, str]]:
    return told(retrieve(question, 1, library=own({"a.md": article(text, **fields)}), as_of=AS_OF))


def test_the_questions_own_words_come_in_its_order(own: Callable[..., Library]) -> None:
    assert only(own, "O GLM-Image custa pouco, e a Z.AI o lançou ontem.", "Quando a Z.AI lançou o GLM-Image?", lang="pt") == [
        ("Z", ""), ("AI", ""), ("lançou", ""), ("GLM", ""), ("Image", "")
    ]  # fmt: skip


def test_another_form_of_a_word_is_told_as_it_stands(own: Callable[..., Library]) -> None:
    assert ("companies", "company") in only(own, "The company is based in Lumiara and sells bicycles.", "Which companies are in Lumiara?", lang="en")


def test_the_same_word_is_preferred_to_another_form_of_it(own: Callable[..., Library]) -> None:
    assert ("companies", "") in only(own, "The company met other companies in Lumiara.", "Which companies are in Lumiara?", lang="en")


def test_a_translation_is_told_with_the_articles_word(own: Callable[..., Library]) -> None:
    found = only(own, "The ship was stuck in the canal for six days.", "Quanto tempo o navio ficou preso no canal?", lang="en")
    assert ("navio", "ship") in found
    assert ("canal", "") in found


def test_a_word_of_the_headline_alone_is_told(own: Callable[..., Library]) -> None:
    assert ("Recife", "") in only(own, "As escolas fecharam por dois dias.", "Por que Recife fechou as escolas?", title="Chuva em Recife", lang="pt")


def test_a_word_that_stands_nowhere_in_it_is_not_told(own: Callable[..., Library]) -> None:
    assert "girafa" not in [word for word, _ in only(own, "As escolas fecharam por dois dias.", "A girafa fechou as escolas?", lang="pt")]


def test_every_word_told_stands_in_the_question_and_in_the_article(library: Library) -> None:
    for question in ("Quantos navios esperavam no canal de Suez?", "How much did deforestation in the Amazon fall?", "Which of the following?"):
        for hit in retrieve(question, 12, library=library, as_of=AS_OF):
            passage = f"{hit.passage.article.title}\n{hit.passage.text}"
            assert len({one.word for one in hit.matched}) == len(hit.matched)
            for one in hit.matched:
                assert one.word in question
                assert (one.found or one.word).lower() in passage.lower()


def test_an_answer_keeps_them_and_one_without_them_is_read(library: Library) -> None:
    answer = ask("Quem lançou o GLM-Image?", library=library, as_of=AS_OF)
    assert any(hit.matched for hit in answer.hits)
    data = answer.model_dump(mode="json")
    assert Answer.model_validate(data) == answer
    for hit in data["hits"]:
        del hit["matched"]
    assert all(hit.matched == () for hit in Answer.model_validate(data).hits)
    assert Match(word="navio").found == ""
