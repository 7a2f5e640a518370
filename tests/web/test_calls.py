"""Calls from programs, and from whoever should not call."""

import json

import httpx
import pytest

from index import Library
from qa import ask
from qa.records import Answer

pytestmark = [pytest.mark.filterwarnings("default")]

EM_PORTUGUES = "Que chips foram usados para treinar o GLM-Image?"


def test_the_walls_stand(site: str) -> None:
    with httpx.Client(base_url=site, trust_env=False) as client:
        assert "connect-src 'self'" in client.get("/").headers["content-security-policy"]
        assert client.get("/", headers={"host": "evil.example"}).status_code == 421
        assert client.post("/gradio_api/call/ask", json={"data": ["a"]}, headers={"origin": "http://evil.example"}).status_code == 403
        assert client.post("/gradio_api/call/ask", json={"data": ["a"]}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
        assert client.post("/gradio_api/call/ask", json={"data": ["a" * 70_000]}).status_code == 413
        assert client.post("/gradio_api/call/ask", content=iter([b"x" * 40_000] * 2), headers={"content-type": "application/json"}).status_code == 413
        assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 404
        assert client.get("/gradio_api/file=/etc/passwd").status_code == 404
        assert client.get("/health").json()["status"] in ("opening", "ready")


def call(site: str, name: str, *data: object) -> dict[str, object]:
    """A call as a program makes it: the event first, then its result."""
    with httpx.Client(base_url=site, trust_env=False, timeout=30) as client:
        event = client.post(f"/gradio_api/call/{name}", json={"data": data}).json()["event_id"]
        last = client.get(f"/gradio_api/call/{name}/{event}").text.split("data: ")[-1]
        result: dict[str, object] = json.loads(last)[0]
        return result


def test_programs_get_the_whole_answer_and_a_plain_refusal_of_nonsense(site: str, library: Library) -> None:
    answer = Answer.model_validate(call(site, "ask", EM_PORTUGUES, "", "", [], [], True))
    assert answer.claims == ask(EM_PORTUGUES, library=library).claims
    named = "O que houve com a Selic em março de 2021?"
    with_days, without = (Answer.model_validate(call(site, "ask", named, "", "", [], [], dates, [], [])) for dates in (True, False))
    assert (with_days.interval is None, without.interval is None) == (False, True)
    assert call(site, "ask", "a" * 2_001, "", "", [], [], True)["error"] == "too_long"
    assert call(site, "ask", EM_PORTUGUES, "", "", ["No such outlet"], [], True, [], [])["error"] == "error_filter"
    assert len(call(site, "retrieve", EM_PORTUGUES, 3, "", "", [], [], [])["hits"]) == 3  # type: ignore[arg-type]
