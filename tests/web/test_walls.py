"""Who may call the page, what is open, and what may come in: nothing reaches Gradio that the page does not need."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from starlette.routing import Mount
from starlette.types import Message, Receive, Scope, Send

from index import Settings
from qa.web.calls import Calls
from qa.web.desk import Desk
from qa.web.guard import Guard
from qa.web.plain import HEADERS
from qa.web.serve import application

pytestmark = pytest.mark.filterwarnings("default")

Say = Callable[..., Any]
WORD = "segredo-do-leitor"
EVENT = "0123456789abcdef" * 2
ASK = {"data": [WORD, "", "", [], [], True]}


def host(site: str) -> str:
    return site.removeprefix("http://")


def head(site: str, *more: str, path: str = "/health", method: str = "GET") -> str:
    return "\n".join([f"{method} {path} HTTP/1.1", f"Host: {host(site)}", "Connection: close", *more, "", ""])


def asking(site: str, *more: str) -> str:
    body = json.dumps(ASK)
    return head(site, "Content-Type: application/json", f"Content-Length: {len(body)}", *more, path="/gradio_api/call/ask", method="POST") + body


# ── which host, and which site ──


@pytest.mark.parametrize(
    "name",
    ["evil.example", "127.0.0.1.evil.example", "evil-127.0.0.1", "me@127.0.0.1", "127.0.0.1.", "localhost.", "127.1", "0x7f.1", "[::2]", "", "127.0.0.1:x", "127.0.0.1 x"],
)  # fmt: skip
def test_another_name_of_this_machine_is_no_name_of_the_page(plain_site: str, say: Say, name: str) -> None:
    reply = say(plain_site, f"GET /health HTTP/1.1\nHost: {name}\nConnection: close\n\n")
    assert reply.status in (400, 421)
    assert "opening" not in reply.body
    assert "ready" not in reply.body


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost:1234", "LOCALHOST", "[::1]:7860", "127.0.0.1:7860"])
def test_the_page_s_own_names_are_heard_at_any_port_because_a_tunnel_may_change_it(plain_site: str, say: Say, name: str) -> None:
    assert say(plain_site, f"GET /health HTTP/1.1\nHost: {name}\nConnection: close\n\n").status == 200


@pytest.mark.parametrize(
    "text",
    ["GET /health HTTP/1.0\n\n", "GET /health HTTP/1.1\n\n", "GET /health HTTP/1.1\nHost: 127.0.0.1\nHost: evil.example\n\n", "nonsense\n\n"],
)
def test_no_host_two_hosts_and_nonsense_are_refused(plain_site: str, say: Say, text: str) -> None:
    assert say(plain_site, text).status in (400, 421)


STRANGERS = (
    "Origin: null",
    "Origin: http://evil.example",
    "Origin: http://127.0.0.1:1",
    "Origin: http://127.0.0.1",
    "Origin: http://{host}.evil.example",
    "Origin: http://{host}@evil.example",
    "Origin: http://me@{host}",
    "Origin: file://",
    "Origin: ftp://{host}",
    "Origin: http://{host}\nOrigin: http://evil.example",
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Site: same-site",
    "Sec-Fetch-Site: same-origin\nOrigin: http://evil.example",
    "Sec-Fetch-Site: cross-site\nOrigin: http://{host}",
)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_other_sites_may_neither_ask_nor_read_nor_inquire(plain_site: str, say: Say, stranger: str) -> None:
    own = stranger.replace("{host}", host(plain_site))
    wish = f"{own}\nAccess-Control-Request-Method: POST\nAccess-Control-Request-Headers: content-type\nCookie: a=b"
    asked = [asking(plain_site, own), *(head(plain_site, own, path=path) for path in ("/config", "/gradio_api/info", "/health"))]
    for text in [*asked, head(plain_site, wish, path="/gradio_api/call/ask", method="OPTIONS")]:
        reply = say(plain_site, text)
        assert reply.status == 403
        assert [name for name, _ in reply.headers if name.startswith("access-control") or name == "set-cookie"] == []


@pytest.mark.parametrize(
    "more", ["Content-Type: text/plain", "Content-Type: application/x-www-form-urlencoded", "Content-Type: multipart/form-data; boundary=x", ""]
)
def test_what_a_form_of_another_site_could_send_is_not_read(plain_site: str, say: Say, more: str) -> None:
    text = asking(plain_site).replace("Content-Type: application/json\n", f"{more}\n" if more else "")
    assert say(plain_site, text).status == 415


def test_the_page_s_own_origin_may_ask_and_gets_no_permission_for_others(plain_site: str, say: Say) -> None:
    reply = say(plain_site, asking(plain_site, f"Origin: {plain_site}", "Sec-Fetch-Site: same-origin"))
    assert reply.status == 200
    assert [name for name, _ in reply.headers if name.startswith("access-control")] == []


def test_a_link_of_another_site_may_open_the_page_and_nothing_else(plain_site: str, say: Say) -> None:
    leads = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
    assert say(plain_site, head(plain_site, *leads, path="/")).status == 200
    assert say(plain_site, head(plain_site, *leads, path="/config")).status == 403
    framed = (*leads[:2], "Sec-Fetch-Dest: iframe")
    assert say(plain_site, head(plain_site, *framed, path="/")).status == 403


def test_a_websocket_is_refused(plain_site: str, say: Say) -> None:
    wish = ("Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13")
    text = head(plain_site, *wish, path="/gradio_api/queue/join").replace("Connection: close", "Connection: Upgrade, close")
    assert say(plain_site, text).status == 400


@pytest.mark.parametrize("path", ["/", "/health", "/theme.css", "/gradio_api/upload", "/no-such-thing"])
def test_every_answer_tells_the_browser_what_it_may_not_do(plain_site: str, say: Say, path: str) -> None:
    for more in ("Accept: */*", "Origin: http://evil.example"):
        reply = say(plain_site, head(plain_site, more, path=path))
        for name, value in HEADERS:
            assert reply.all(name.decode()) == [value.decode()]
        assert reply.all("server") == []
    policy = dict(part.strip().split(" ", 1) for part in reply.all("content-security-policy")[0].split(";"))
    assert policy["default-src"] == policy["connect-src"] == policy["form-action"] == policy["base-uri"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert [source for sources in policy.values() for source in sources.split() if source not in KNOWN_SOURCES] == []


KNOWN_SOURCES = {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}


# ── what is open ──

OPEN = """
    GET  /
    HEAD /
    GET  /assets/{path:path}
    GET  /config
    GET  /favicon.ico
    POST /gradio_api/call/{api_name}
    POST /gradio_api/call/{api_name}/
    GET  /gradio_api/call/{api_name}/{event_id}
    POST /gradio_api/component_server
    POST /gradio_api/component_server/
    GET  /gradio_api/heartbeat/{session_hash}
    GET  /gradio_api/info
    POST /gradio_api/queue/join
    GET  /gradio_api/queue/data
    GET  /health
    GET  /static/{path:path}
    GET  /theme.css
"""
FILLED = {"api_name": "ask", "event_id": EVENT, "session_hash": "abc123", "path:path": "a.js"}


def routes(app: Any) -> Iterator[tuple[str, str]]:
    """Every method and path that Gradio answers."""
    for route in app.routes:
        if inner := route.app if isinstance(route, Mount) else getattr(route, "original_router", None):
            yield from routes(inner)
        else:
            for method in getattr(route, "methods", None) or {"GET"}:
                yield method, route.path


def test_of_all_that_gradio_serves_only_this_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(Settings(index_dir=tmp_path, corpus_dir=tmp_path))
    reached: list[str] = []
    loops: list[asyncio.AbstractEventLoop] = []
    new_loop = asyncio.new_event_loop

    def kept() -> asyncio.AbstractEventLoop:
        loops.append(new_loop())
        return loops[-1]

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def status(method: str, path: str) -> int:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request", "body": b"{}"}

        headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
        await Guard(behind, ("127.0.0.1",), Calls(page))(
            {"type": "http", "method": method, "path": path, "headers": headers, "client": ("127.0.0.1", 1)}, receive, send
        )
        return int(sent[0]["status"])

    with ThreadPoolExecutor(1) as beside:  # Playwright keeps a loop of its own in this thread
        monkeypatch.setattr(asyncio, "new_event_loop", kept)  # Gradio makes one for every lock and leaves it open
        app, page = beside.submit(application, desk, "127.0.0.1", 7860).result()
        served = sorted(set(routes(app)))
        assert len(served) > 60
        for method, path in served:
            filled = re.sub(r"\{([^}]+)\}", lambda found: FILLED.get(found[1], "a"), path)
            if beside.submit(asyncio.run, status(method, filled)).result() not in (404, 405):
                reached.append(f"{method} {path}")
    assert sorted(reached) == sorted(" ".join(line.split()) for line in OPEN.strip().splitlines())
    desk.close()
    for loop in loops:
        loop.close()


@pytest.mark.parametrize(
    "path",
    "/assets/../config /assets/..%2f..%2fetc/passwd /static//etc/passwd /assets/a%00 /gradio_api/file=/etc/passwd /gradio_api/call/page_ask "
    "/GRADIO_API/upload //evil.example/ /gradio_api/heartbeat/a/b /health/".split(),
)
def test_an_address_in_disguise_opens_nothing(plain_site: str, say: Say, path: str) -> None:
    assert say(plain_site, head(plain_site, path=path)).status in (404, 405)


# ── what may come in ──


def post(site: str, path: str, content: bytes) -> httpx.Response:
    return httpx.post(f"{site}/gradio_api/{path}", content=content, headers={"content-type": "application/json"}, trust_env=False, timeout=15)


def joined(number: object, data: object, **more: object) -> dict[str, object]:
    return {"fn_index": number, "data": data, "session_hash": "abc123"} | more


def looked(component: object, name: object, **more: object) -> dict[str, object]:
    return {"component_id": component, "fn_name": name, "data": {}, "session_hash": "abc123"} | more


ODD: list[tuple[str, object]] = [
    *[("call/ask", body) for body in ([], "x", None, 5, {}, {"data": WORD}, {"data": {}}, {"data": []}, {"data": [*ASK["data"], None, None, 1]})],
    *[
        ("call/ask", {"data": [WORD, *rest]})
        for rest in ([1, "", [], [], True], ["", "", "x", [], True], ["", "", [1], [], True], ["", "", [], [], "yes"])
    ],
    *[("call/ask", {"data": [question, "", "", [], [], True]}) for question in (None, 5, [WORD], {WORD: WORD}, "\ud800")],
    ("call/ask", ASK | {"session_hash": "../etc"}),
    *[("call/retrieve", {"data": [WORD, k, "", "", [], []]}) for k in (WORD, None, 1.5, True, [3])],
    *[("call/article", {"data": data}) for data in ([], [None], [WORD, 1])],
    *[("call/coverage", {"data": data}) for data in ([None], [WORD, 5], [WORD, "", "", "x"], ["", "", "", [], [], [], 1])],
    *[("queue/join", joined(number, [])) for number in (99, -1, "0", None, 1.5, [0])],
    *[("queue/join", joined(0, data)) for data in ([WORD], [None, None], WORD, None)],
    ("queue/join", joined(0, [], session_hash=5)),
    ("queue/join", joined(0, [], session_hash="a" * 41)),
    ("queue/join", {"fn_index": 0, "data": []}),
    *[
        ("component_server", looked(*one))
        for one in ((99, "status"), (3, "__class__"), (3, "whole"), (5, "status"), ("3", "status"), (3, None), (3, "load_fn"))
    ],
    ("component_server", looked(3, "status", session_hash="")),
    ("component_server", WORD),
]
BROKEN = [b"", b"{", b"\xff\xfe", b'{"data":' + b"[" * 20_000, b'{"data":[NaN]}', b'{"data":["\\ud800","","",[],[],true]}', b"{" + b'"a":{' * 9_000]


def test_a_call_that_does_not_fit_is_refused_in_one_line_and_leaves_no_trace(plain_site: str, capfd: pytest.CaptureFixture[str]) -> None:
    sent = [
        *((path, json.dumps(body).encode()) for path, body in ODD),
        *((path, body) for path in ("call/ask", "queue/join", "component_server") for body in BROKEN),
    ]
    for path, content in sent:
        reply = post(plain_site, path, content)
        assert reply.status_code == 422, (path, content[:80], reply.text)
        assert (reply.text.count("\n"), WORD in reply.text) == (1, False)
    said = capfd.readouterr()
    assert said.out == said.err == ""


@pytest.mark.parametrize(
    "path",
    [
        "call/no_such",
        "call/page_ask",
        "call/v2/ask",
        "run/ask",
        "run/page_ask",
        "run/predict",
        "api/ask",
        "api/no_such",
        "cancel",
        "reset",
        "vibe-edit",
    ],
)
def test_calls_by_other_ways_and_names_are_not_there(plain_site: str, path: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert post(plain_site, path, json.dumps(ASK).encode()).status_code == 404
    assert capfd.readouterr().err == ""


def test_an_unknown_event_is_told_so_and_ends(plain_site: str, capfd: pytest.CaptureFixture[str]) -> None:
    for path in (f"call/ask/{EVENT}", "queue/data?session_hash=nobody"):
        reply = httpx.get(f"{plain_site}/gradio_api/{path}", trust_env=False, timeout=15)
        assert "404" in reply.text
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "question", [WORD, "\0", "\x1b[31m", "é" * 1_999, "👩‍👩‍👧" * 300, "'; DROP TABLE articles; --", "NEAR(a b)", "\u202e" + WORD]
)
def test_an_odd_question_is_answered_or_refused_and_never_written_down(plain_site: str, question: str, capfd: pytest.CaptureFixture[str]) -> None:
    event = post(plain_site, "call/ask", json.dumps({"data": [question, "", "", [], [], True]}).encode()).json()["event_id"]
    told = httpx.get(f"{plain_site}/gradio_api/call/ask/{event}", trust_env=False, timeout=15).text
    assert told.startswith("event: complete")
    assert capfd.readouterr().err == ""


def test_gradio_s_own_client_may_call(plain_site: str) -> None:
    client = Client(plain_site, verbose=False, analytics_enabled=False)
    assert client.predict("Quando caiu a ponte de Lumiara?", 3, api_name="/retrieve")["hits"]
    client.close()
