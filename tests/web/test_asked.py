"""What a browser sends is believed only after it was checked; the words are whole; the scripts make no markup."""

import re
import string
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import qa.web
from index.records import Filter
from qa.web.asked import QUESTION_CHARS, Refused, name, question, wanted, where
from qa.web.serve import SettingsError, check_address, seclude
from qa.web.words import WORDS, Text

FOLDER = Path(qa.web.__file__).parent
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js")}


@pytest.mark.parametrize(
    ("sent", "why"), [(None, "error_question"), (["a"], "error_question"), (" \n", "empty"), ("a" * (QUESTION_CHARS + 1), "too_long")]
)
def test_what_is_no_question_is_refused_with_its_reason(sent: object, why: str) -> None:
    with pytest.raises(Refused) as refused:
        question(sent)
    assert refused.value.why == why


def test_filters_become_a_filter() -> None:
    sent = {"since": "2024-01-31", "until": "", "outlets": ["Folha", "Folha"], "languages": ["pt"]}
    assert where(sent, {"Folha"}, {"pt"}) == Filter(since=date(2024, 1, 31), outlets=("Folha",), languages=("pt",))
    assert where({}, (), ()) is None
    assert where({"since": "", "outlets": []}, (), ()) is None


@pytest.mark.parametrize(
    "sent",
    [
        [],
        "x",
        {"since": "31/01/2024"},
        {"since": "2024-02-31"},
        {"since": 20240131},
        {"since": "2025-01-01", "until": "2024-01-01"},
        {"outlets": ["Another"]},
        {"outlets": "Folha"},
        {"outlets": [{"a": 1}]},
        {"languages": ["xx"]},
        {"sql": "1=1"},
    ],
)
def test_a_filter_that_does_not_fit_the_library_is_refused(sent: Any) -> None:
    with pytest.raises(Refused, match="error_filter"):
        where(sent, {"Folha"}, {"pt"})


@pytest.mark.parametrize(
    "sent", [None, {}, {"article": 5}, {"article": "a@1", "marks": [{"n": -1, "start": 0, "end": 1}]}, {"article": "a@1", "path": "/etc"}]
)
def test_a_malformed_request_for_an_article_is_nothing(sent: object) -> None:
    assert wanted(sent) is None


def test_a_turn_has_the_name_that_the_page_makes_or_none() -> None:
    assert name({"id": "t1a-0"}) == "t1a-0"
    assert name({"id": "<b>"}) == name([]) == name({"id": 5}) == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.com", "::", ""])
def test_the_page_is_not_served_to_other_machines(host: str) -> None:
    with pytest.raises(SettingsError, match="this machine only"):
        check_address(host, 7860)


def test_switches_of_the_environment_cannot_open_the_page() -> None:
    environment = {"GRADIO_SHARE": "True", "GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_ANALYTICS_ENABLED": "True", "PATH": "/bin"}
    seclude(environment)
    assert environment["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert "GRADIO_SHARE" not in environment
    assert "GRADIO_SERVER_NAME" not in environment
    assert environment["HF_HUB_OFFLINE"] == "1"


def fields(text: Text) -> list[set[str]]:
    return [{field for _, field, _, _ in string.Formatter().parse(one) if field} for one in (text if isinstance(text, tuple) else (text,))]


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_things(key: str) -> None:
    said = WORDS[key]
    assert fields(said.pt) == fields(said.en)
    assert all(said)


def test_every_word_is_used_and_every_used_word_is_there() -> None:
    code = "\n".join(SCRIPTS.values()) + "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py") if path.name != "words.py")
    used = set(re.findall(r'\bt\("(\w+)"', code))
    assert used <= set(WORDS)
    assert {key for key in WORDS if f'"{key}"' not in code} == set()
