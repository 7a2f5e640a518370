"""The golden questions: how many facts are answered rightly, and how many questions without an answer are refused.

The floors lie a little below what was measured; a change that falls through one makes answers worse.
"""

from collections import defaultdict
from typing import Any

import pytest

from index import Library
from index.text import fold
from tests.conftest import CORPUS
from tests.qa.conftest import Golden, golden_lines

LINES = golden_lines()
SURROUNDINGS_CHARS = 300
CITED, FOUND = 3, 5  # quotes looked at; hits looked at
# Least number of questions of a group, by what is counted; behind it what was measured with the weights of weights.toml.
FLOORS = {
    ("pt fact", "right"): 24,  # 26 of 39
    ("en fact", "right"): 22,  # 23 of 38
    ("cross fact", "right"): 35,  # 37 of 44
    ("pt fact", "found"): 37,  # 38 of 39
    ("en fact", "found"): 35,  # 36 of 38
    ("cross fact", "found"): 40,  # 41 of 44
    ("follow-up", "right"): 32,  # 32 of 41
    ("follow-up", "found"): 37,  # 38 of 41
    ("near_miss", "refused"): 14,  # 16 of 46
    ("near_miss", "doubted"): 29,  # 31 of 46
    ("absent", "refused"): 13,  # 14 of 16
    ("absent", "doubted"): 15,  # 16 of 16
}


def group(gold: dict[str, Any]) -> str:
    """The group that a question counts in; a fact asked after earlier questions is a follow-up, across languages or not."""
    if gold["kind"] != "fact":
        return str(gold["kind"])
    if "history" in gold:
        return "follow-up"
    return "cross fact" if gold.get("cross") else f"{gold['lang']} fact"


def right(one: Golden) -> bool:
    """Whether a gold string stands in one of the first quotes that a claim stands on, its surroundings or its headline."""
    cited = dict.fromkeys(place for claim in one.answer.claims for place in claim.quotes)
    for quote in [one.answer.quotes[place] for place in cited][:CITED]:
        text = quote.article.text
        around = fold(f"{quote.article.title}\n{text[max(0, quote.start - SURROUNDINGS_CHARS) : quote.end + SURROUNDINGS_CHARS]}")
        if any(fold(answer) in around for answer in one.gold["answers"]):
            return True
    return False


def found(one: Golden) -> bool:
    """Whether one of the first hits is of an article that answers."""
    return any(hit.passage.article.id in one.gold["articles"] for hit in one.answer.hits[:FOUND])


@pytest.fixture(scope="module")
def counted(golden: list[Golden]) -> dict[tuple[str, str], list[tuple[bool, Golden]]]:
    """For each group and each thing counted, whether it is so, question by question; misses are printed."""
    table: dict[tuple[str, str], list[tuple[bool, Golden]]] = defaultdict(list)
    for one in golden:
        name = group(one.gold)
        if one.gold["kind"] == "fact":
            table[name, "right"].append((right(one), one))
            table[name, "found"].append((found(one), one))
        else:
            table[name, "refused"].append((bool(one.answer.refusal), one))
            table[name, "doubted"].append((bool(one.answer.refusal) or one.answer.unsure, one))  # refused, or marked as unsure
    return table


@pytest.mark.parametrize(("name", "what"), FLOORS, ids=[" ".join(key) for key in FLOORS])
def test_no_group_falls_below_its_floor(counted: dict[tuple[str, str], list[tuple[bool, Golden]]], name: str, what: str) -> None:
    cases = counted[name, what]
    reached = sum(so for so, _ in cases)
    print(f"{name} {what}: {reached} of {len(cases)}")
    for so, one in cases:
        if not so:
            said = " / ".join(claim.text[:60] for claim in one.answer.claims) or one.answer.refusal
            asked = " | ".join([*one.gold.get("history", ()), one.gold["question"]])
            print(f"  {one.gold['id']}  {one.answer.confidence:.2f}  {asked}  →  {said}  (gold: {one.gold['answers']})")
    assert reached >= FLOORS[name, what]


def test_every_group_has_a_floor() -> None:
    assert {group(gold) for gold in LINES} == {name for name, _ in FLOORS}


def test_there_are_enough_questions_of_every_sort_in_both_languages() -> None:
    assert len(LINES) >= 150
    assert sum(gold["kind"] != "fact" for gold in LINES) >= 50
    assert sum(group(gold) == "cross fact" for gold in LINES) >= 30
    assert sum(group(gold) == "follow-up" for gold in LINES) >= 20
    assert {gold["lang"] for gold in LINES} == {"pt", "en"}
    assert len({gold["id"] for gold in LINES}) == len({gold["question"] for gold in LINES}) == len(LINES)


@pytest.mark.parametrize("gold", LINES, ids=[gold["id"] for gold in LINES])
def test_gold_is_what_the_corpus_says(library: Library, gold: dict[str, Any]) -> None:
    assert set(gold) - {"cross", "history"} == {"id", "lang", "question", "answers", "kind", "articles"}
    assert "history" not in gold or (1 <= len(gold["history"]) <= 3 and all(gold["history"]) and gold["question"] not in gold["history"])
    texts = [library.article(id_) for id_ in gold["articles"]]
    if gold["kind"] == "fact":
        assert texts
        assert gold["answers"]
        assert all(any(answer in article.text for article in texts) for answer in gold["answers"])
        assert all(any(answer in article.text for answer in gold["answers"]) for article in texts), "each article named answers"
        assert all((article.lang != gold["lang"]) is bool(gold.get("cross")) for article in texts)
    else:
        assert not gold["answers"]
        assert bool(texts) is (gold["kind"] == "near_miss")


def test_the_sample_corpus_is_read_whole(library: Library) -> None:
    assert not library.manifest.skipped
    assert library.coverage.articles == len({path.name.rpartition("-v")[0] or path.name for path in CORPUS.glob("?-*.md")})
