"""An article opens in the version that was cited, and says what became of it since."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from index import Settings, rebuild, update
from qa import ask, retrieval
from qa.web.asked import NAMES, names
from qa.web.asking import Stopped, turns
from qa.web.desk import Desk
from qa.web.kept import Kept
from qa.web.reading import MOST_STEPS, STEP_CHARS, article, fates

FIRST = "A ponte de Lumiara caiu às 14h20. Ninguém ficou ferido. A obra custou 3 milhões de reais."
THEN = "A ponte de Lumiara caiu às 15h40. Ninguém ficou ferido. A obra custou 3 milhões de reais. A prefeitura vai apurar."
FAIR = {"id": "feira", "title": "Feira", "lang": "pt", "text": "A feira de sábado vendeu muito peixe e pouca fruta."}


def eventually(told: Callable[[], object]) -> bool:
    """Whether it comes true within ten seconds: a newer generation is opened beside the one that serves."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if told():
            return True
        time.sleep(0.05)
    return False


def written(settings: Settings, *articles: dict[str, Any]) -> None:
    (settings.corpus_dir / "a.json").write_text(json.dumps(articles, ensure_ascii=False), encoding="utf-8")


def bridge(text: str = FIRST, **fields: Any) -> dict[str, Any]:
    return {"id": "ponte", "title": "Ponte cai", "outlet": "Gazeta", "lang": "pt", "text": text} | fields


@pytest.fixture
def own(small: Callable[..., Settings]) -> Settings:
    """A corpus of two articles, its index built."""
    settings = small({"a.json": json.dumps([bridge(), FAIR])})
    rebuild(settings)
    return settings


def place(words: str, n: int = 1, text: str = FIRST) -> dict[str, Any]:
    start = text.index(words)
    return {"n": n, "start": start, "end": start + len(words)}


def test_an_old_version_keeps_its_words_and_tells_what_changed(own: Settings) -> None:
    written(own, bridge(THEN, correction="A ponte caiu às 15h40, e não às 14h20."), FAIR)
    update(own)
    desk = Desk(own)
    kept, lost = place("A obra custou 3 milhões de reais.", 1), place("A ponte de Lumiara caiu às 14h20.", 2)
    shown = article(desk, {"article": "ponte@1", "marks": [kept, lost]})
    assert shown is not None
    assert "".join(part["text"] for part in shown["parts"]) == FIRST
    assert [part["text"] for part in shown["parts"] if 2 in part["quotes"]] == ["A ponte de Lumiara caiu às 14h20."]
    since = shown["since"]
    assert since is not None
    assert [(step["kind"], step["text"]) for step in since["steps"]] == [
        ("removed", "A ponte de Lumiara caiu às 14h20."),
        ("added", "A ponte de Lumiara caiu às 15h40."),
        ("added", "A prefeitura vai apurar."),
    ]
    assert (since["article"], since["gone"], since["correction"]) == ("ponte@2", [2], "A ponte caiu às 15h40, e não às 14h20.")
    newest = article(desk, {"article": since["article"], "marks": since["marks"]})
    assert newest is not None
    assert newest["since"] is None
    assert [part["text"] for part in newest["parts"] if 1 in part["quotes"]] == ["A obra custou 3 milhões de reais."]
    desk.close()


def test_an_address_opens_its_own_words(own: Settings) -> None:
    desk = Desk(own)
    where = place("Ninguém ficou ferido.")
    shown = article(desk, {"article": f"ponte@1:{where['start']}-{where['end']}"})
    assert shown is not None
    assert [part["text"] for part in shown["parts"] if part["quotes"]] == ["Ninguém ficou ferido."]
    assert article(desk, {"article": f"ponte@1:0-{len(FIRST) + 1}"}) is None
    assert article(desk, {"article": "ponte@7"}) is None
    desk.close()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "withheld"}, "withheld"),
        ({"status": "canceled"}, "canceled"),
        ({"embargoed": "2999-01-01T00:00:00Z"}, "embargoed"),
        ({"expires": "2001-01-01T00:00:00Z"}, "expired"),
    ],
)
@pytest.mark.parametrize("text", [FIRST, THEN], ids=["the same text", "another text"])
def test_what_its_publisher_took_back_is_not_shown_in_any_version(own: Settings, fields: dict[str, str], reason: str, text: str) -> None:
    written(own, bridge(text, **fields), FAIR)
    update(own)
    desk = Desk(own)
    shown = article(desk, {"article": "ponte@1", "marks": [place("Ninguém ficou ferido.")]})
    assert shown is not None
    assert (shown["silent"], shown["parts"], shown["since"]) == (reason, [], None)
    assert fates(desk, {"names": ["ponte@1", "feira@1"]})["ponte@1"]["silent"] == reason
    assert fates(desk, {"names": ["feira@1"]})["feira@1"]["silent"] == ""
    desk.close()


def test_a_version_that_was_withheld_stays_hidden_when_a_newer_one_answers(own: Settings) -> None:
    written(own, bridge(status="withheld"), FAIR)
    update(own)
    written(own, bridge(THEN), FAIR)
    update(own)
    desk = Desk(own)
    shown = article(desk, {"article": "ponte@1"})
    assert shown is not None
    assert (shown["silent"], shown["parts"]) == ("withheld", [])
    assert shown["since"] is not None
    assert (shown["since"]["article"], shown["since"]["steps"]) == ("ponte@2", [])
    desk.close()


def test_of_a_text_that_may_not_be_shown_no_doubt_quotes_a_word(own: Settings) -> None:
    for fields, kinds in (({}, ["garbled"]), ({"status": "withheld"}, [])):
        written(own, bridge(FIRST + " Choveu em SÃ£o João.", **fields), FAIR)
        update(own)
        desk = Desk(own)
        shown = article(desk, {"article": "ponte@2"})
        assert shown is not None
        assert [doubt["kind"] for doubt in shown["source"]["doubts"]] == kinds
        desk.close()


def test_what_left_the_corpus_is_still_shown_and_says_so(own: Settings) -> None:
    written(own, FAIR)
    update(own)
    desk = Desk(own)
    shown = article(desk, {"article": "ponte@1"})
    assert shown is not None
    assert (shown["silent"], "".join(part["text"] for part in shown["parts"])) == ("deleted", FIRST)
    assert fates(desk, {"names": ["ponte@1", "never@1"]}) == {
        "ponte@1": {"silent": "deleted", "changed": False, "stands": True, "correction": ""},
        "never@1": {"silent": "deleted", "changed": False, "stands": True, "correction": ""},
    }
    desk.close()


def test_fates_tell_each_quote_whether_its_words_still_stand(own: Settings) -> None:
    written(own, bridge(THEN), FAIR)
    update(own)
    desk = Desk(own)
    kept, lost = (f"ponte@1:{one['start']}-{one['end']}" for one in (place("Ninguém ficou ferido."), place("A ponte de Lumiara caiu às 14h20.")))
    told = fates(desk, {"names": [kept, lost, "feira@1"]})
    assert {name: (one["changed"], one["stands"]) for name, one in told.items()} == {
        kept: (True, True),
        lost: (True, False),
        "feira@1": (False, True),
    }
    desk.close()


def test_a_rewritten_article_does_not_flood_the_page(own: Settings) -> None:
    written(own, bridge(" ".join(f"A frase de número {n} é {'muito ' * 150}nova." for n in range(90))), FAIR)
    update(own)
    desk = Desk(own)
    shown = article(desk, {"article": "ponte@1"})
    assert shown is not None
    assert shown["since"] is not None
    steps = shown["since"]["steps"]
    assert (len(steps), shown["since"]["more"]) == (MOST_STEPS, 90 + 3 - MOST_STEPS)
    assert max(len(step["text"]) for step in steps) == STEP_CHARS
    desk.close()


@pytest.mark.parametrize("sent", [None, [], {}, {"names": "ponte@1"}, {"names": [5]}, {"names": ["a"]}, {"names": ["ponte@1"] * (NAMES + 1)}])
def test_a_malformed_list_of_names_is_empty(sent: object) -> None:
    assert names(sent) == []


def test_one_answer_is_of_one_generation_also_when_another_is_published_meanwhile(own: Settings) -> None:
    desk = Desk(own)
    question = {"id": "one", "question": "Quando caiu a ponte de Lumiara?"}
    running = turns(desk, question, Stopped(), Kept())
    next(running)
    first = next(running)
    written(own, bridge(THEN), FAIR)
    update(own)
    assert eventually(lambda: desk.status()["generation"] != first.get("generation"))
    last = list(running)[-1]
    assert first.get("generation") == last.get("generation")
    assert "14h20" in str(last.get("quotes"))
    *_, anew = turns(desk, question | {"id": "two"}, Stopped(), Kept())
    assert anew.get("generation") == desk.status()["generation"]
    assert "15h40" in str(anew.get("quotes"))
    desk.close()


def test_a_generation_of_another_model_is_told_and_the_one_before_goes_on(own: Settings) -> None:
    desk = Desk(own)
    with desk.lend():
        pass
    before = desk.status()["generation"]
    rebuild(own.replace(embedder="hashing:128"))
    assert eventually(lambda: "hashing:128" in desk.status()["notice"])
    assert desk.status()["generation"] == before
    shown = article(desk, {"article": "ponte@1"})
    assert shown is not None
    rebuild(own)
    assert eventually(lambda: desk.status()["generation"] != before)
    assert desk.status()["notice"] == ""
    desk.close()


def test_questions_without_a_library_of_their_own_get_the_newest_generation(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("corpus_dir", "index_dir", "embedder"):
        monkeypatch.setenv(f"QA_{name.upper()}", str(getattr(own, name)))
    monkeypatch.setattr(retrieval, "_default", {})
    first = retrieval.default_library()
    assert retrieval.default_library() is first
    assert "14h20" in ask("Quando caiu a ponte de Lumiara?").claims[0].text
    with retrieval.lent() as held:
        written(own, bridge(THEN), FAIR)
        update(own)
        assert "15h40" in ask("Quando caiu a ponte de Lumiara?").claims[0].text
        assert "14h20" in ask("Quando caiu a ponte de Lumiara?", library=held).claims[0].text
    with retrieval.lent(first) as given:
        assert given is first
    assert retrieval.default_library() is not first
    retrieval._default["serving"].close()
