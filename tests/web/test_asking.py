"""What the page sent becomes turns, until the reader stops one."""

from typing import Any

import pytest

from index import Library, Settings
from qa import ask
from qa.records import Answer
from qa.web.asked import again, dates
from qa.web.asking import STOPS, Stopped, turns
from qa.web.desk import Desk
from qa.web.kept import Gone, Kept, recalled

QUESTION = "Que chips foram usados para treinar o GLM-Image?"


def test_a_stopped_turn_ends_before_its_next_sentence_and_no_other_does(settings: Settings) -> None:
    desk, stopped, kept = Desk(settings), Stopped(), Kept()
    running = turns(desk, {"id": "one", "question": QUESTION}, stopped, kept)
    assert next(running)["status"] == "answering"
    assert "claims" in next(running)
    stopped.add({"id": "one"})
    assert list(running) == []
    assert list(turns(desk, {"id": "one", "question": QUESTION}, stopped, kept)) == [], "stopped while it waited in line"
    assert list(turns(desk, {"id": "two", "question": QUESTION}, stopped, kept))[-1]["status"] == "answered"
    desk.close()


def test_only_names_of_turns_are_kept_and_the_oldest_are_forgotten() -> None:
    stopped = Stopped()
    for sent in (None, 5, "one", {}, {"id": None}, {"id": ["one"]}, {"id": "<b>"}, {"id": ""}):
        stopped.add(sent)
    assert "" not in stopped
    assert "one" not in stopped
    for number in range(STOPS + 1):
        stopped.add({"id": f"turn-{number}"})
    assert ("turn-0" in stopped, "turn-1" in stopped, f"turn-{STOPS}" in stopped) == (False, True, True)


def test_what_a_follow_up_may_point_back_to_comes_with_the_answer_and_goes_with_the_next_question(settings: Settings) -> None:
    desk = Desk(settings)
    *_, last = turns(desk, {"id": "one", "question": QUESTION}, Stopped(), Kept())
    past = last["past"]  # type: ignore[typeddict-item]
    assert past["headlines"]
    *_, after = turns(desk, {"id": "two", "question": "E quanto custa?", "past": [past]}, Stopped(), Kept())
    assert after.get("searched") == "E quanto custa? (GLM-Image)"
    *_, alone = turns(desk, {"id": "two", "question": "E quanto custa?"}, Stopped(), Kept())
    assert "GLM-Image" not in str(alone.get("searched"))
    desk.close()


@pytest.mark.parametrize(
    "past", ["a", [1], [{"question": 5}], [{}], [{"question": "a", "more": 1}], [{"question": "a" * 5_000}], [{"question": "a"}] * 11]
)
def test_a_conversation_that_makes_no_sense_is_refused(settings: Settings, past: object) -> None:
    desk = Desk(settings)
    (failed,) = turns(desk, {"id": "one", "question": QUESTION, "past": past}, Stopped(), Kept())
    assert (failed["status"], failed.get("error")) == ("error", "error_question")


def sent(answer: Answer, **changes: Any) -> dict[str, Any]:
    """An answer as the page names it when it wants more of it."""
    addresses = [answer.quotes[claim.quotes[0]].address for claim in answer.claims]
    return {"id": "one", "question": answer.question, "as_of": answer.as_of.isoformat(), "addresses": addresses} | changes


def test_an_answer_that_is_no_longer_kept_is_made_again_and_only_when_it_is_the_same(settings: Settings, library: Library) -> None:
    desk, kept = Desk(settings), Kept(most=1)
    answer = ask(QUESTION, library=library)
    kept.put("one", answer)
    assert recalled(desk, kept, again(sent(answer))) is answer
    kept.put("two", ask("Quem foi eleito papa em 2025?", library=library))
    assert kept.get("one") is None
    assert recalled(desk, kept, again(sent(answer))).claims == answer.claims
    with pytest.raises(Gone):
        recalled(desk, kept, again(sent(answer, addresses=["larkwater-suez-ship-aground@1:0-166"])))
    with pytest.raises(Gone):
        recalled(desk, kept, again(sent(answer, addresses=[])))
    desk.close()


def test_of_an_answer_that_was_stopped_only_what_was_shown_is_taken_along(settings: Settings, library: Library) -> None:
    desk, kept = Desk(settings), Kept()
    answer = ask(QUESTION, library=library)
    assert len(answer.claims) > 1
    kept.put("one", answer)
    shown = recalled(desk, kept, again(sent(answer, addresses=sent(answer)["addresses"][:1])))
    assert shown.claims == answer.claims[:1]
    assert Answer.model_validate_json(shown.model_dump_json()) == shown
    desk.close()


def test_dates_count_unless_the_reader_took_them_away() -> None:
    assert dates({"dates": False}) is False
    assert all(dates(sent) for sent in ({}, None, {"dates": True}, {"dates": 0}, {"dates": "false"}))
