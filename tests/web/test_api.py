"""The calls for programs: every example of docs/api.md is run against a real server, and what it promises is so."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client

from index import Library
from qa import ask, retrieve
from qa.overview import for_question
from qa.records import Answer

pytestmark = [pytest.mark.filterwarnings("default")]
PAGE = Path(__file__).parents[2].joinpath("docs", "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(python|bash)\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TABLE = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", PAGE, re.MULTILINE))


def test_every_example_runs(site: str) -> None:
    assert len(EXAMPLES) >= 5
    environment = os.environ | {"no_proxy": "*", "NO_PROXY": "*", "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for kind, text in EXAMPLES:
        program = [sys.executable, "-c"] if kind == "python" else ["bash", "-euc"]
        run = subprocess.run([*program, text.replace("http://127.0.0.1:7860", site)], capture_output=True, text=True, timeout=120, env=environment)
        assert run.returncode == 0, f"{text}\n{run.stderr}"
        assert run.stdout.strip() or "assert" in text, text


@pytest.fixture(scope="module")
def client(site: str) -> Client:
    return Client(site, verbose=False)


def test_the_calls_say_their_values_and_the_table_names_them_in_their_order(client: Client) -> None:
    told: dict[str, Any] = client.view_api(return_format="dict", print_info=False)["named_endpoints"]  # type: ignore[assignment]
    named = {name.removeprefix("/"): [one["parameter_name"] for one in call["parameters"]] for name, call in told.items()}
    assert set(named) == {"ask", "retrieve", "article", "coverage"} == set(TABLE)
    for name, parameters in named.items():
        told_in_table = re.findall(
            r"\b(?:question|since|until|outlets|languages|dates|sections|history|k|name)\b", re.sub(r"\(.*?\)", "", TABLE[name])
        )
        assert told_in_table == parameters, name


def test_they_give_what_the_functions_give(client: Client, library: Library) -> None:
    question = "Que chips foram usados para treinar o GLM-Image?"
    answer = Answer.model_validate(client.predict(question, api_name="/ask"))
    assert answer.claims == ask(question, library=library).claims
    found = client.predict(question, k=3, api_name="/retrieve")
    assert [hit["address"] for hit in found["hits"]] == [hit.passage.address for hit in retrieve(question, k=3, library=library)]
    quote = answer.quotes[0]
    opened = client.predict(quote.address, api_name="/article")
    assert (opened["words"], opened["article"]["text"], opened["newest"]) == (quote.text, quote.article.text, quote.article.version)
    held = client.predict(question, api_name="/coverage")
    assert held == for_question(question, library=library).model_dump(mode="json")
    whole = client.predict(api_name="/coverage")
    assert whole["articles"] == library.coverage.articles
    leaning = client.predict("E quanto custa?", history=[question], api_name="/ask")
    assert "GLM-Image" in leaning["searched"]


def test_what_cannot_be_done_is_told(client: Client) -> None:
    assert client.predict("no-such-article@1", api_name="/article")["error"] == "error_article"
    assert client.predict("a@1:5-2", api_name="/article")["error"] == "error_article"
    assert client.predict("x", sections=["None such"], api_name="/coverage")["error"] == "error_filter"
    assert client.predict("x" * 2_001, api_name="/coverage")["error"] == "too_long"
    assert client.predict("x", history=["a"] * 11, api_name="/ask")["error"] == "error_question"


def test_health_is_open_and_says_the_state(site: str) -> None:
    reply = httpx.get(f"{site}/health", trust_env=False)
    assert (reply.status_code, reply.json()) == (200, {"status": "ready"})
