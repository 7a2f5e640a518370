"""What the page sent becomes turns, until the reader stops one."""

from index import Settings
from qa.web.asking import STOPS, Stopped, turns
from qa.web.desk import Desk

QUESTION = "Que chips foram usados para treinar o GLM-Image?"


def test_a_stopped_turn_ends_before_its_next_sentence_and_no_other_does(settings: Settings) -> None:
    desk, stopped = Desk(settings), Stopped()
    running = turns(desk, {"id": "one", "question": QUESTION}, [], stopped)
    assert next(running)["status"] == "answering"
    assert "claims" in next(running)
    stopped.add({"id": "one"})
    assert list(running) == []
    assert list(turns(desk, {"id": "one", "question": QUESTION}, [], stopped)) == [], "stopped while it waited in line"
    assert list(turns(desk, {"id": "two", "question": QUESTION}, [], stopped))[-1]["status"] == "answered"
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
