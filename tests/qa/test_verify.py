"""Verifying: an exported answer's citations against the index of today, and answer files that somebody changed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index import Library
from index.errors import AnswerError
from qa import ask
from qa.records import Answer
from qa.verify import MOST_BYTES, State, read_answer, verify
from tests.qa.own import GLM, NEWS, SURE, SURE_SENTENCE
from tests.qa.rules import always_true

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def exported(news: Library, tmp_path: Path) -> Path:
    """An answer to a question that the corpus surely answers, in a file."""
    answer = ask(SURE, library=news)
    always_true(answer, news)
    path = tmp_path / "answer.json"
    path.write_text(answer.model_dump_json(indent=1), encoding="utf-8")
    return path


def changed(path: Path, change: Change) -> Path:
    """The file again, with something changed."""
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def glm(data: dict[str, Any]) -> dict[str, Any]:
    return data["articles"]["glm@1"]


def states(path: Path, library: Library) -> set[State]:
    findings = verify(read_answer(path), library)
    assert findings
    assert all(bool(finding.reason) is (finding.state is not State.SAME) for finding in findings)
    return {finding.state for finding in findings}


def test_an_answer_verifies_as_the_same_against_the_index_that_gave_it(exported: Path, news: Library) -> None:
    answer = read_answer(exported)
    assert [finding.address for finding in verify(answer, news)] == [quote.address for quote in answer.quotes]
    assert states(exported, news) == {State.SAME}


def test_it_still_does_after_other_articles_came_and_went(exported: Path, own: Callable[..., Library]) -> None:
    own(NEWS)
    assert states(exported, own({"glm.md": GLM, "museum.md": None})) == {State.SAME}


def test_an_article_rewritten_since_is_changed_and_the_old_words_still_stand(exported: Path, own: Callable[..., Library]) -> None:
    own(NEWS)
    edited = own({"glm.md": GLM.replace("14 de janeiro", "15 de janeiro")})
    assert states(exported, edited) == {State.CHANGED}
    (finding,) = {finding.reason for finding in verify(read_answer(exported), edited)}
    assert "2" in finding
    assert SURE_SENTENCE in edited.article("glm@1").text
    assert ask(SURE, library=edited).quotes[0].article.version == 2


def test_an_article_that_came_back_as_it_was_is_the_same_again(exported: Path, own: Callable[..., Library]) -> None:
    own(NEWS)
    own({"glm.md": GLM.replace("14 de janeiro", "15 de janeiro")})
    assert states(exported, own({"glm.md": GLM})) == {State.SAME}


def test_an_article_taken_away_is_changed_and_its_text_is_kept(exported: Path, own: Callable[..., Library]) -> None:
    own(NEWS)
    library = own({"glm.md": None, "rain.md": NEWS["rain.md"]})
    assert states(exported, library) == {State.CHANGED}
    assert SURE_SENTENCE in library.article("glm@1").text
    assert "glm" not in {hit.passage.article.id for hit in ask(SURE, library=library).hits}


@pytest.mark.parametrize(("field", "value"), [("version", 99), ("id", "another")])
def test_a_version_that_the_index_never_saw_is_gone(exported: Path, news: Library, field: str, value: object) -> None:
    assert State.GONE in states(changed(exported, lambda data: glm(data).update({field: value})), news)


def test_a_refusal_cites_nothing(news: Library) -> None:
    assert verify(ask("🙂", library=news), news) == []


def one_character(data: dict[str, Any]) -> None:
    glm(data)["text"] = glm(data)["text"].replace("14", "15", 1)


TAMPERED: dict[str, Change] = {
    "one character of an article": one_character,
    "one character less": lambda data: glm(data).update(text=glm(data)["text"][:-1]),
    "another checksum": lambda data: glm(data).update(sha256="0" * 64),
    "an end past the article": lambda data: data["quotes"][0].update(end=10**6),
    "a start before it": lambda data: data["quotes"][0].update(start=-1),
    "an empty quote": lambda data: data["quotes"][0].update(end=data["quotes"][0]["start"]),
    "an answer outside its quote": lambda data: data["quotes"][0].update(answer=[0, 10**6]),
    "a quote outside every hit": lambda data: data.update(hits=[hit for hit in data["hits"] if hit["passage"]["article"] != "glm@1"]),
    "an article that it does not hold": lambda data: data["quotes"][0].update(article="nobody@1"),
    "no articles": lambda data: data.pop("articles"),
    "a claim without a quote": lambda data: data["claims"][0].update(quotes=[]),
    "a claim with a quote that is not there": lambda data: data["claims"][0].update(quotes=[7]),
    "a claim that also stands in a quote that is not there": lambda data: data["claims"][0].update(also=[7]),
    "a copy of an article that it does not hold": lambda data: data["hits"][0].update(copies=[data["hits"][0]["passage"] | {"article": "nobody@1"}]),
    "an interval that ends before it begins": lambda data: data.update(interval={"since": "2026-01-02", "until": "2026-01-01"}),
    "a prior that is none": lambda data: data.update(prior="far"),
    "a refusal beside its claims": lambda data: data.update(refusal="no_match"),
    "no claims and no refusal": lambda data: data.update(claims=[]),
    "a field that nobody knows": lambda data: data.update(extra=1),
    "a confidence of two": lambda data: data.update(confidence=2),
    "an article that is null": lambda data: data["articles"].update({"glm@1": None}),
}


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_a_file_that_does_not_hold_together_is_refused_in_one_line(exported: Path, change: Change) -> None:
    with pytest.raises(AnswerError, match=r"answer\.json") as told:
        read_answer(changed(exported, change))
    assert "\n" not in str(told.value)


def test_a_changed_text_under_a_checksum_made_anew_is_never_the_same(exported: Path, news: Library) -> None:
    def change(data: dict[str, Any]) -> None:
        one_character(data)
        glm(data)["sha256"] = ""
        for claim in data["claims"]:
            claim["text"] = claim["text"].replace("14 de janeiro", "15 de janeiro")

    assert states(changed(exported, change), news) == {State.CHANGED}


SHAPES: dict[str, Change] = {
    "articles that are a list": lambda data: data.update(articles=[]),
    "articles that are null": lambda data: data.update(articles=None),
    "quotes that are null": lambda data: data.update(quotes=None),
    "a quote that is a word": lambda data: data.update(quotes=["glm"]),
    "a hit that is empty": lambda data: data.update(hits=[{}]),
    "copies that are null": lambda data: data["hits"][0].update(copies=None),
    "a copy that is a word": lambda data: data["hits"][0].update(copies=["glm"]),
    "a hit that is a number": lambda data: data.update(hits=[3]),
    "an article's name that is an object": lambda data: data["quotes"][0].update(article={}),
}


@pytest.mark.parametrize("change", SHAPES.values(), ids=SHAPES)
def test_a_file_of_another_shape_is_refused_in_one_line(exported: Path, change: Change) -> None:
    with pytest.raises(AnswerError, match=r"answer\.json"):
        read_answer(changed(exported, change))


@pytest.mark.parametrize(
    "change",
    [lambda data: data["claims"][0].update(text="A Z.AI faliu ontem."), lambda data: data["quotes"][0].update(start=data["quotes"][0]["start"] + 2)],
    ids=["other words", "a shifted quote"],
)
def test_a_claim_in_other_words_than_its_quote_is_refused(exported: Path, change: Change) -> None:
    with pytest.raises(AnswerError):
        read_answer(changed(exported, change))


@pytest.mark.parametrize(
    ("field", "value"), [("title", "Z.AI faliu"), ("outlet", "Outro Jornal"), ("published", "2020-01-01T00:00:00Z"), ("url", "https://x.example/")]
)
def test_an_article_under_another_headline_or_date_is_not_the_same(exported: Path, news: Library, field: str, value: str) -> None:
    assert states(changed(exported, lambda data: glm(data).update({field: value})), news) != {State.SAME}


def test_a_version_beyond_every_count_is_refused(exported: Path, news: Library) -> None:
    with pytest.raises(AnswerError, match="version"):
        read_answer(changed(exported, lambda data: glm(data).update(version=10**30)))
    with pytest.raises(KeyError):
        news.article(f"glm@{10**30}")


RAW = {
    "empty": b"",
    "no object": b"[]",
    "null": b"null",
    "a number": b"7",
    "no text": b"\xff\xfe",
    "an empty object": b"{}",
    "deep": b'{"articles":' + b"[" * 100_000,
}


@pytest.mark.parametrize("data", RAW.values(), ids=RAW)
def test_what_is_no_answer_at_all_is_refused_in_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(data)
    with pytest.raises(AnswerError, match=r"x\.json") as told:
        read_answer(path)
    assert "\n" not in str(told.value)


def test_a_missing_file_a_folder_and_a_giant_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "giant.json").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    for name in ("none.json", ".", "giant.json"):
        with pytest.raises(AnswerError):
            read_answer(tmp_path / name)


def test_an_answer_with_surrogates_cannot_be_smuggled_in(exported: Path) -> None:
    exported.write_text(exported.read_text(encoding="utf-8").replace("Gazeta", "\\ud800"), encoding="utf-8")
    with pytest.raises(AnswerError):
        read_answer(exported)


def test_reading_and_writing_again_changes_no_byte(exported: Path) -> None:
    assert read_answer(exported).model_dump_json(indent=1) == exported.read_text(encoding="utf-8")
    assert Answer.model_validate_json(exported.read_bytes()) == read_answer(exported)
