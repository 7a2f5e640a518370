"""What the page sent becomes turns, until the reader stops one."""

from index import Settings
from qa.followups import Turn
from qa.web.asked import dates
from qa.web.asking import STOPS, Stopped, turns
from qa.web.desk import Desk

QUESTION = "Que chips foram usados para treinar o GLM-Image?"


def test_a_stopped_turn_ends_before_its_next_sentence_and_no_other_does(settings: Settings) -> None:
    desk, stopped = Desk(settings), Stopped()
    running = turns(desk, {"id": "one", "question": QUESTION}, [], stopped)
    assert next(running).turn["status"] == "answering"
    assert "claims" in next(running).turn
    stopped.add({"id": "one"})
    assert list(running) == []
    assert list(turns(desk, {"id": "one", "question": QUESTION}, [], stopped)) == [], "stopped while it waited in line"
    assert list(turns(desk, {"id": "two", "question": QUESTION}, [], stopped))[-1].turn["status"] == "answered"
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


def test_what_a_follow_up_may_point_back_to_is_the_answer_and_before_it_came_the_question(settings: Settings) -> None:
    desk = Desk(settings)
    steps = list(turns(desk, {"id": "one", "question": QUESTION}, [], Stopped()))
    first, last = steps[0].past, steps[-1].past
    assert first == Turn(question=QUESTION)
    assert last is not None
    assert last.headlines
    assert {step.past for step in steps[1:-1]} == {None}
    *_, after = turns(desk, {"id": "two", "question": "E quanto custa?"}, [last], Stopped())
    assert after.turn.get("searched") == "E quanto custa? (GLM-Image)"
    desk.close()


def test_dates_count_unless_the_reader_took_them_away() -> None:
    assert dates({"dates": False}) is False
    assert all(dates(sent) for sent in ({}, None, {"dates": True}, {"dates": 0}, {"dates": "false"}))
