"""Changes: every word of both versions is accounted for once, what is called kept is the same, and a quote is found where it stands now."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.changes import Change, changes, where_now
from index.text import sentences

SAID = ["Chove no Recife.", "O rio subiu 3 metros.", "The bridge is closed.", "Ninguém se feriu.", "Sim.", "Não."]
NEWS = st.lists(st.sampled_from(SAID), max_size=14).flatmap(lambda said: st.sampled_from([" ", "\n", "\n\n", "  "]).map(lambda gap: gap.join(said)))
ANY = st.text(max_size=80) | NEWS


def told(old: str, new: str) -> list[str]:
    """The changes as a reader would see them: = kept, - removed, + added."""
    marks = {"kept": "=", "removed": "-", "added": "+"}
    return [marks[change.kind] + (new[slice(*change.new)] if change.new else old[slice(*(change.old or ()))]) for change in changes(old, new)]


def test_a_corrected_sentence_is_removed_and_added_in_its_place() -> None:
    old = "Choveu no Recife. Duas pontes caíram. Ninguém se feriu."
    new = "Choveu no Recife. Três pontes caíram. Ninguém se feriu. Correção: são três as pontes."
    assert told(old, new) == [
        "=Choveu no Recife.",
        "-Duas pontes caíram.",
        "+Três pontes caíram.",
        "=Ninguém se feriu.",
        "+Correção: são três as pontes.",
    ]


def test_a_sentence_that_moved_is_removed_and_added() -> None:
    assert told("The rain stopped. The river fell. Nobody was hurt.", "Nobody was hurt. The rain stopped. The river fell.") == [
        "+Nobody was hurt.",
        "=The rain stopped.",
        "=The river fell.",
        "-Nobody was hurt.",
    ]


def test_sentences_that_all_repeat_are_kept_in_their_order() -> None:
    assert told("Sim. Não. Não. Sim.", "Talvez. Sim. Não. Não. Sim. Talvez.") == ["+Talvez.", "=Sim.", "=Não.", "=Não.", "=Sim.", "+Talvez."]


def test_white_space_alone_is_no_change() -> None:
    old, new = (
        "A chuva parou no Recife depois de três dias e três noites\nde espera. Fim.",
        "A chuva parou no Recife depois de três dias e três noites de espera.\n\nFim.",
    )
    assert [change.kind for change in changes(old, new)] == ["kept", "kept"]


def test_a_changed_capital_accent_or_sign_is_a_change() -> None:
    for new in ("chove no Recife.", "Chove no Récife.", "Chove no Recife!"):
        assert [change.kind for change in changes("Chove no Recife.", new)] == ["removed", "added"]


@pytest.mark.parametrize(("old", "new", "kinds"), [("", "", []), ("Sim.", "", ["removed"]), (" \n", "Sim.", ["added"])])
def test_an_empty_text_keeps_nothing(old: str, new: str, kinds: list[str]) -> None:
    assert [change.kind for change in changes(old, new)] == kinds


def check(old: str, new: str) -> Sequence[Change]:
    found = changes(old, new)
    for text, places in ((old, [change.old for change in found if change.old]), (new, [change.new for change in found if change.new])):
        assert places == sentences(text), "each sentence once, in order: together they hold every character that is not white space"
    for kind, before, after in found:
        assert kind == ("removed" if after is None else "added" if before is None else "kept")
        assert kind != "kept" or old[slice(*before or ())].split() == new[slice(*after or ())].split()
    return found


@given(ANY, ANY)
def test_every_sentence_of_both_texts_has_exactly_one_place(old: str, new: str) -> None:
    check(old, new)


@given(NEWS)
def test_a_text_keeps_all_of_itself(text: str) -> None:
    assert {change.kind for change in check(text, text)} <= {"kept"}


@given(st.lists(st.sampled_from(SAID), max_size=10), st.integers(0, 10), st.sampled_from(SAID))
def test_one_sentence_more_is_one_sentence_added(said: list[str], place: int, more: str) -> None:
    old, new = " ".join(said), " ".join([*said[:place], more, *said[place:]])
    assert sorted(change.kind for change in check(old, new)) == ["added"] + ["kept"] * len(said)


# ── quotes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

OLD = "Choveu no Recife. O rio subiu 3 metros. A ponte caiu. Ninguém se feriu."


@pytest.mark.parametrize(
    ("quote", "new", "now"),
    [
        ("O rio subiu 3 metros.", OLD, "O rio subiu 3 metros."),
        ("rio subiu 3", "Atualizado às 9h. " + OLD, "rio subiu 3"),
        ("O rio subiu 3 metros. A ponte caiu.", "O rio subiu 3 metros.\n\nA ponte caiu.", "O rio subiu 3 metros.\n\nA ponte caiu."),
        ("metros. A", OLD.replace("Choveu", "Chove"), "metros. A"),
        (" A ponte caiu. ", OLD, "A ponte caiu."),
        ("O rio subiu 3 metros.", OLD.replace("3", "4"), None),
        ("rio", OLD.replace("3", "4"), None),  # the word is there, but its sentence says something else
        ("O rio subiu 3 metros. A ponte caiu.", OLD.replace("A ponte", "Era noite. A ponte"), None),
        ("A ponte caiu.", "Ninguém se feriu.", None),
        (" ", OLD, None),
    ],
)
def test_a_quote_is_found_where_its_sentence_was_kept(quote: str, new: str, now: str | None) -> None:
    start = OLD.index(quote)
    place = where_now(start, start + len(quote), OLD, new)
    assert (new[slice(*place)] if place else None) == now


def test_a_repeated_sentence_is_found_at_its_own_place() -> None:
    old, new = "Sim. Não. Sim.", "Talvez. Sim. Não. Sim."
    assert where_now(10, 14, old, new) == (18, 22)
    assert where_now(0, 4, old, new) == (8, 12)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 4), (0, 99)])
def test_a_quote_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="lies outside the text's 71 characters"):
        where_now(start, end, OLD, OLD)


@given(NEWS, NEWS, st.integers(0, 60), st.integers(1, 60))
@example("Sim.\nSim.", "Sim. Sim. Não.", 2, 5)
def test_a_quote_that_is_found_has_the_same_words(old: str, new: str, start: int, chars: int) -> None:
    if start + chars <= len(old) and (place := where_now(start, start + chars, old, new)):
        assert new[slice(*place)].split() == old[start : start + chars].split()


# ── long texts ──────────────────────────────────────────────────────────────────────────────────────────────────────

LONG = [f"A chuva de número {number} parou no Recife e o rio baixou {number * 7} metros." for number in range(15_000)]


@pytest.mark.parametrize(
    ("new", "kept"),
    [
        ([said if number % 2 else f"{said} Sim." for number, said in enumerate(LONG)], 15_000),
        ([said.replace("chuva", "chuva forte") for said in LONG], 0),
        (LONG[5_000:] + LONG[:5_000], 10_000),
        (LONG[:100] + LONG[200:9_000] + ["Só isto é novo."] + LONG[9_000:], 14_900),
    ],
    ids=["every second sentence is followed by another", "all are changed", "a third has moved", "a few are changed"],
)
def test_two_versions_of_a_megabyte_are_compared_in_two_seconds(new: list[str], kept: int) -> None:
    before = time.perf_counter()
    found = changes(" ".join(LONG), " ".join(new))
    assert time.perf_counter() - before < 2
    assert sum(change.kind == "kept" for change in found) == kept


def test_a_hostile_text_of_few_different_sentences_takes_seconds_too() -> None:
    old, new = ["Sim.", "Não.", "Não."] * 20_000, ["Não.", "Talvez.", "Sim.", "Sim."] * 15_000
    before = time.perf_counter()
    check(" ".join(old), " ".join(new))
    assert time.perf_counter() - before < 10
