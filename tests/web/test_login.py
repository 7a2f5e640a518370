"""The login: who comes in, who does not, and what it costs to guess."""

import asyncio
import base64
import os
import pty
import re
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import pytest
from argon2 import PasswordHasher
from gradio_client import Client
from playwright.sync_api import Browser, expect
from starlette.routing import Mount
from starlette.types import Message, Receive, Scope, Send

from index import Settings, rebuild
from index.errors import SettingsError
from qa.web import guard, login, passwords, throttle
from qa.web.calls import client_of
from qa.web.desk import Desk
from qa.web.guard import Guard
from qa.web.login import Login
from qa.web.passes import Passes
from qa.web.passwords import Users
from qa.web.serve import Running, check_address, seclude, start
from qa.web.throttle import Throttle, TooMany, wait_s
from tests.web.steps import violations

pytestmark = pytest.mark.filterwarnings("default")

ROOT = Path(__file__).parent.parent.parent
APP = [sys.executable, str(ROOT / "app.py")]
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ANA, RUI = "a ponte caiu às 14h20", "correct horse battery"
QUESTION = "Quando caiu a ponte velha de Lumiara?"
FORM = "application/x-www-form-urlencoded"
Say = Callable[..., Any]


class Door(NamedTuple):
    """A page with a login, served."""

    site: str
    port: int
    running: Running
    login: Login

    def client(self, address: str = "", **more: str) -> httpx.Client:
        """A browser of its own behind a proxy that names its address."""
        headers = ({"x-forwarded-for": address} if address else {}) | {name.replace("_", "-"): value for name, value in more.items()}
        return httpx.Client(base_url=self.site, trust_env=False, headers=headers, timeout=15)

    @property
    def cookie(self) -> str:
        return f"presscite-{self.port}"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "ponte.md").write_text("# Ponte cai\n\nA ponte velha de Lumiara caiu na terça-feira às 14h20.", encoding="utf-8")
    settings = Settings(corpus_dir=folder / "corpus", index_dir=folder / "index", embedder="hashing:256")
    rebuild(settings)
    seclude(os.environ)
    port, desk = free_port(), Desk(settings)
    made = Login(Users({"ana": CHEAP.hash(ANA), "rui": CHEAP.hash(RUI)}), port)
    running = start(desk, "127.0.0.1", port, made, ["noticias.example"])
    yield Door(f"http://127.0.0.1:{port}", port, running, made)
    running.close()
    desk.close()


@pytest.fixture(scope="module")
def free_port() -> Callable[[], int]:
    def found() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            return port

    return found


def enter(client: httpx.Client, name: str = "ana", password: str = ANA, query: str = "", **headers: str) -> httpx.Response:
    return client.post(f"/login{query}", data={"name": name, "password": password}, headers=headers)


def cookies(reply: httpx.Response) -> dict[str, Any]:
    return {name: value for line in reply.headers.get_list("set-cookie") for name, value in SimpleCookie(line).items()}


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


# ── what is closed ──

FILLED = {"api_name": "ask", "event_id": "0123456789abcdef" * 2, "session_hash": "abc123", "path:path": "a.js"}


def routes(app: Any) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        if inner := route.app if isinstance(route, Mount) else getattr(route, "original_router", None):
            yield from routes(inner)
        else:
            for method in getattr(route, "methods", None) or {"GET"}:
                yield method, re.sub(r"\{([^}]+)\}", lambda found: FILLED.get(found[1], "a"), route.path)


def test_without_a_session_nothing_is_open_but_health_and_the_login(door: Door) -> None:
    served = set(routes(door.running.server._page._app))  # type: ignore[attr-defined]
    assert len(served) > 60
    open_ = set()
    with door.client() as client:
        for method, path in sorted(served | {("GET", "/"), ("GET", "/session"), ("HEAD", "/"), ("POST", "/logout"), ("GET", "/login")}):
            body = {"content": b"{}", "headers": {"content-type": "application/json"}} if method == "POST" else {}
            with client.stream(method, path, **body) as reply:  # type: ignore[arg-type]
                assert reply.status_code in (200, 303, 401, 404, 405, 415), (method, path)
            if reply.status_code not in (401, 404, 405):
                open_.add(f"{method} {path} {reply.status_code}")
    assert open_ == {"GET /health 200", "GET /session 200", "GET /login 200", "POST /logout 303", "POST /login 415"}


def test_every_kind_of_request_of_the_page_needs_a_session(door: Door) -> None:
    asked = {
        "page": ("/", "/theme.css", "/static/a.png", "/assets/a.js", "/favicon.ico"),
        "about": ("/config", "/gradio_api/info"),
        "stream": ("/gradio_api/heartbeat/abc", "/gradio_api/queue/data?session_hash=abc", f"/gradio_api/call/ask/{FILLED['event_id']}"),
        "call": ("/gradio_api/call/ask", "/gradio_api/call/coverage/"),
        "join": ("/gradio_api/queue/join",),
        "look": ("/gradio_api/component_server",),
    }
    assert set(asked) == set(guard.OPEN) - {"session", "form", "enter", "leave"}
    with door.client() as client:
        for kind, paths in asked.items():
            for path in paths:
                with client.stream(guard.OPEN[kind][0], path, headers={"content-type": "application/json"}) as reply:
                    assert reply.status_code == 401, path
                assert reply.headers["www-authenticate"] == 'Session realm="Presscite"', "a browser asks with no window of its own"


def test_a_browser_is_led_to_the_login_and_back_to_its_question(door: Door) -> None:
    with door.client("198.51.100.1", accept="text/html,*/*;q=0.8") as browser:
        led = browser.get("/?q=Quando+caiu%3F&from=2026-01-01")
        assert (led.status_code, led.headers["cache-control"]) == (303, "no-store")
        page = browser.get(led.headers["location"])
        assert page.status_code == 200
        action = re.search(r'action="([^"]+)"', page.text)
        assert action
        back = browser.post(action[1].replace("&amp;", "&"), data={"name": "ana", "password": ANA})
        assert (back.status_code, back.headers["location"]) == (303, "/?q=Quando+caiu%3F&from=2026-01-01")
        shown = browser.get(back.headers["location"])
        assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
        assert browser.get("/login?next=/%3Fq%3Da").headers["location"] == "/?q=a", "whoever is in goes on"
        assert browser.get("/session").json() == {"login": True, "user": "ana"}


def test_a_page_without_a_login_says_so_and_has_no_such_addresses(plain_site: str) -> None:
    with httpx.Client(base_url=plain_site, trust_env=False) as client:
        assert client.get("/session").json() == {"login": False, "user": ""}
        for method, path in (("GET", "/login"), ("POST", "/login"), ("POST", "/logout")):
            assert client.request(method, path).status_code == 404


# ── sessions ──


def test_the_cookie_is_for_the_page_alone_and_over_tls_for_tls_alone(door: Door) -> None:
    with door.client("198.51.100.2") as one, door.client("198.51.100.2") as other:
        plainly, safely = cookies(enter(one)), cookies(enter(other, **{"x-forwarded-proto": "https"}))
    assert set(plainly) == {door.cookie, f"presscite-browser-{door.port}"}
    assert set(safely) == {f"__Host-{door.cookie}", f"presscite-browser-{door.port}"}
    for name, one in (plainly | safely).items():
        secure = name.startswith("__Host-") or (name.startswith("presscite-browser") and one is safely[name])
        assert (one["httponly"], one["samesite"], bool(one["secure"]), one["domain"]) == (True, "Strict", secure, "")
        assert one["path"] == ("/login" if name.startswith("presscite-browser") else "/")
    assert int(plainly[door.cookie]["max-age"]) == login.LIFE_S
    assert len(plainly[door.cookie].value) == 43
    for name, one, status in ((door.cookie, plainly[door.cookie], 401), (f"__Host-{door.cookie}", safely[f"__Host-{door.cookie}"], 200)):
        headers = {"cookie": f"{name}={one.value}", "x-forwarded-proto": "https"}
        assert httpx.get(f"{door.site}/config", headers=headers, trust_env=False).status_code == status


def test_a_form_that_was_sent_over_tls_makes_a_secure_session_although_the_proxy_does_not_say(door: Door) -> None:
    with door.client("198.51.100.2", host="noticias.example", origin="https://noticias.example") as client:
        assert set(cookies(enter(client))) >= {f"__Host-{door.cookie}"}


def test_a_session_that_somebody_chose_is_never_taken_and_the_one_before_ends(door: Door) -> None:
    chosen = "A" * 43
    with door.client("198.51.100.3") as client:
        client.cookies.set(door.cookie, chosen)
        first = cookies(enter(client))[door.cookie].value
        client.cookies.clear()
        client.cookies.set(door.cookie, first)
        second = cookies(enter(client))[door.cookie].value
    assert len({chosen, first, second}) == 3
    for token, status in ((chosen, 401), (first, 401), (second, 200)):
        assert httpx.get(f"{door.site}/config", headers={"cookie": f"{door.cookie}={token}"}, trust_env=False).status_code == status


def test_after_signing_out_the_cookie_is_worth_nothing(door: Door) -> None:
    with door.client("198.51.100.4") as client:
        token = cookies(enter(client))[door.cookie].value
        assert client.get("/config").status_code == 200
        out = client.post("/logout")
        assert (out.status_code, out.headers["location"]) == (303, "/login")
        assert {name: int(one["max-age"]) for name, one in cookies(out).items()} == {door.cookie: 0, f"__Host-{door.cookie}": 0}
        assert client.get("/session").json() == {"login": True, "user": ""}
        client.cookies.set(door.cookie, token)
        assert client.get("/config").status_code == 401


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_session_ends_after_twelve_hours_however_much_it_is_used() -> None:
    clock = Clock()
    passes = Passes(login.LIFE_S, 10, 10, clock)
    passes.give("um segredo", "ana")
    for _ in range(12):
        assert passes.whose("um segredo") == "ana"
        clock.now += 3_600
    assert passes.whose("um segredo") == ""
    passes.give("outro", "ana")
    assert len(passes) == 1, "what has ended is not kept"
    assert b"outro" not in b"".join(passes._held)


def test_of_many_sessions_the_oldest_go_and_one_user_throws_out_no_other() -> None:
    passes = Passes(60, most=6, of_one=3, clock=Clock())
    for n in range(3):
        passes.give(f"rui {n}", "rui")
    for n in range(50):
        passes.give(f"ana {n}", "ana")
    assert [passes.whose(f"rui {n}") for n in range(3)] == ["rui"] * 3
    assert [passes.whose(f"ana {n}") for n in (46, 47, 48, 49)] == ["", "ana", "ana", "ana"]
    passes.give("eva", "eva")
    assert (len(passes), passes.whose("rui 0"), passes.whose("eva")) == (6, "", "eva")


# ── guessing ──


def test_the_sixth_wrong_password_has_to_wait_and_others_do_not(door: Door) -> None:
    with door.client("203.0.113.1") as guesser, door.client("203.0.113.2") as other:
        first = [enter(guesser, password=f"errada {n}").status_code for n in range(5)]
        locked = enter(guesser)
        assert first == [401] * 5
        assert (locked.status_code, 0 < int(locked.headers["retry-after"]) <= 15) == (429, True)
        assert "set-cookie" not in locked.headers
        program = guesser.get("/config", headers={"authorization": basic("ana", ANA)})
        assert (program.status_code, 0 < int(program.headers["retry-after"]) <= 15) == (429, True)
        assert enter(guesser, "rui", RUI).status_code == 303, "another user behind the same address"
        assert enter(other).status_code == 303, "the same user elsewhere"


def test_a_browser_that_the_user_came_in_with_is_not_kept_out_by_its_neighbours(door: Door) -> None:
    with door.client("203.0.113.3") as own, door.client("203.0.113.3") as neighbour:
        assert enter(own).status_code == 303
        own.post("/logout")
        assert [enter(neighbour, password=f"errada {n}").status_code for n in range(6)][-1] == 429
        assert enter(own).status_code == 303
        assert enter(own, "rui", "errada").status_code == 401, "it is known for ana alone"
        neighbour.cookies.set(f"presscite-browser-{door.port}", "forjado." + "0" * 64)
        assert enter(neighbour).status_code == 429
        for n in range(5):
            enter(own, password=f"errada {n}")
        assert enter(own).status_code == 429, "and has to wait for its own mistakes"


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(door: Door) -> None:
    def guess(n: int) -> int:
        with door.client("203.0.113.4") as client:
            return enter(client, "rui", f"errada {n}").status_code

    with ThreadPoolExecutor(12) as pool:
        count = Counter(pool.map(guess, range(24)))
    assert set(count) == {401, 429}
    assert count[401] <= throttle.FREE["user"]


@pytest.mark.parametrize("names", [["ana"], ["ana", "rui"], [f"ninguem{n}" for n in range(100)], ["<script>", "a\nb", "é", "\x00", "x" * 200]])
def test_a_thousand_wrong_passwords_from_one_address_are_a_handful_of_attempts(names: list[str]) -> None:
    clock = Clock()
    door = Login(Users({"ana": CHEAP.hash(ANA)}), 1, clock)

    async def guess() -> int:
        looked_at = 0
        for n in range(1_000):
            clock.now += 0.1
            if looked_at > 50:
                break
            try:
                looked_at += not await door._right(names[n % len(names)], f"errada {n}", door._keys(names[n % len(names)], "203.0.113.9"))
            except TooMany as error:
                assert 0 < error.left_s <= throttle.LONGEST_S
        return looked_at

    with ThreadPoolExecutor(1) as beside:
        looked_at = beside.submit(asyncio.run, guess()).result()
    assert 5 <= looked_at <= throttle.FREE["client"] + 4


def test_waits_grow_are_bounded_and_are_forgotten() -> None:
    clock = Clock()
    counted = Throttle(clock)
    key = [("user", "ana", "203.0.113.1")]
    waits = []
    for _ in range(12):
        try:
            counted.charge(key)
        except TooMany as error:
            waits.append(error.left_s)
            clock.now += error.left_s
            counted.charge(key)
    assert waits == [15, 30, 60, 120, 240, 300, 300]
    clock.now += throttle.LONGEST_S + throttle.WINDOW_S + 1
    counted.charge(key)
    counted.charge(key)
    assert wait_s("user", 2) == 0


def test_one_s_own_password_does_not_wipe_out_the_guesses_at_others() -> None:
    counted = Throttle(Clock())
    for n in range(throttle.FREE["client"]):
        counted.charge([("user", f"u{n}", "x"), ("client", "x")])
        own = [("user", "eu", "x"), ("client", "x")]
        if n < throttle.FREE["client"] - 1:
            counted.charge(own)
            counted.passed(own)
    with pytest.raises(TooMany):
        counted.charge([("user", "eu", "x"), ("client", "x")])


def test_counts_are_bounded_in_memory_and_many_addresses_slow_all_down_but_lock_out_none() -> None:
    clock = Clock()
    counted = Throttle(clock)
    for n in range(throttle.KEYS + 500):
        counted.charge([("user", "ana", f"c{n}")])
        counted.failed()
    assert len(counted) == throttle.KEYS
    assert counted.besieged
    counted.charge([("user", "ana", "198.51.100.77")])
    clock.now += throttle.WINDOW_S
    assert not counted.besieged


def test_an_unknown_name_takes_as_long_as_a_wrong_password(tmp_path: Path) -> None:
    file = tmp_path / "users"
    passwords.add(file, "ana", ANA)
    door = Login(passwords.read(file), 1)

    async def seconds(name: str) -> float:
        begun = time.perf_counter()
        assert not await door._right(name, "errada errada", door._keys(name, ""))
        return time.perf_counter() - begun

    async def both() -> list[tuple[float, float]]:
        return [(await seconds("ana"), await seconds("ninguem")) for _ in range(4)]

    with ThreadPoolExecutor(1) as beside:
        took = beside.submit(asyncio.run, both()).result()
    known, unknown = (statistics.median(one) for one in zip(*took, strict=True))
    print(f"\nknown {known:.3f} s, unknown {unknown:.3f} s")
    assert 0.4 < unknown / known < 2.5
    assert known > 0.01


def test_what_is_told_of_an_unknown_name_is_what_is_told_of_a_wrong_password(door: Door) -> None:
    with door.client("203.0.113.6") as client:
        known, unknown = enter(client, "ana", "errada"), enter(client, "eva", "errada")
    assert known.status_code == unknown.status_code == 401
    assert known.text.replace("ana", "eva") == unknown.text
    assert set(known.headers) == set(unknown.headers)


# ── links, forms and bytes of strangers ──

ELSEWHERE = (
    "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/%2f/evil.example/../", "javascript:alert(1)", "/config",
    "/?q=a\r\nSet-Cookie: a=b", "/?\x00", "/?q=é", "evil.example", " /", "/;//evil.example", "/?" + "a" * 30_000, "/#//evil.example",
)  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_nobody_is_led_elsewhere_after_the_login(door: Door, wanted: str) -> None:
    with door.client("198.51.100.5") as client:
        query = f"?next={quote(wanted, safe='')}"
        page = client.get(f"/login{query}")
        assert "evil" not in page.text
        reply = enter(client, query=query)
        assert (reply.status_code, reply.headers["location"]) == (303, "/")
        assert "a=b" not in str(reply.headers)
        client.cookies.clear()


def test_the_way_back_leads_to_the_page_whatever_the_question_says(door: Door, say: Say) -> None:
    for query in ("q=//evil.example", "q=https://evil.example/", 'q="><script>', "q=a%0d%0aSet-Cookie:%20a=b", "q=\xe9", "next=//evil.example"):
        reply = say(door.site, f"GET /?{query} HTTP/1.1\nHost: 127.0.0.1\nAccept: text/html\nConnection: close\n\n")
        if reply.status == 400:
            continue  # uvicorn heard no address in it
        location = reply.all("location")[0]
        assert location.startswith("/login?next=%2F%3F")
        assert re.fullmatch(r"[!-~]+", location)
        assert reply.all("set-cookie") == []


@pytest.mark.parametrize("stranger", ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site"])
@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_a_form_of_another_site_neither_signs_in_nor_out(door: Door, say: Say, stranger: str, path: str) -> None:
    with door.client("198.51.100.6") as client:
        token = cookies(enter(client, "rui", RUI))[door.cookie].value
    body = f"name=ana&password={quote(ANA)}"
    head = f"POST {path} HTTP/1.1\nHost: 127.0.0.1:{door.port}\nConnection: close\nContent-Type: {FORM}\nContent-Length: {len(body)}"
    reply = say(door.site, f"{head}\nCookie: {door.cookie}={token}\n{stranger}\n\n{body}")
    assert (reply.status, reply.all("set-cookie")) == (403, [])
    assert httpx.get(f"{door.site}/session", headers={"cookie": f"{door.cookie}={token}"}, trust_env=False).json()["user"] == "rui"


def test_a_link_of_another_site_goes_on_by_itself_so_that_the_session_is_seen(door: Door, say: Say) -> None:
    leads = "Accept: text/html\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document"
    reply = say(door.site, f"GET /?q=a&b='\"> HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n{leads}\n\n".replace('"', "%22"))
    assert reply.status == 200
    assert 'content="0;url=/login?next=%2F%3Fq%3Da%26b%3D%27%2522%3E"' in reply.body or "next=%2F%3Fq%3Da%26b%3D%27%2522%253E" in reply.body
    assert "script" not in reply.body


NAMES = ['"><script>alert(1)</script>', "ana\r\nSet-Cookie: a=b", "ana\x00", "../../etc/passwd", "ана", "\u202eana", "a" * 3_000, "", "ANA", "ana "]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_hostile_name_is_a_wrong_one_and_nothing_else(door: Door, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    with door.client(f"198.51.100.{10 + NAMES.index(name)}") as client:
        form, program = enter(client, name), client.get("/config", headers={"authorization": basic(name, ANA)})
    assert (form.status_code, program.status_code) == (401, 401)
    for reply in (form, program):
        assert "set-cookie" not in reply.headers
        assert "<script" not in reply.text
        assert ANA not in reply.text
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b'{"name":"ana"}', 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        (FORM, b"a=" + b"b" * 4_000, 413),
        (FORM, b"", 422),
        (FORM, b"name=ana", 422),
        (FORM, b"name=ana&password=%ff", 422),
        (FORM, b"\xff\xfe", 422),
        (FORM, b"&".join([b"a=1"] * 50), 422),
    ],
)
def test_what_is_no_login_form_is_refused_before_any_password_is_looked_at(door: Door, kind: str, body: bytes, status: int) -> None:
    reply = httpx.post(f"{door.site}/login", content=body, headers={"content-type": kind}, trust_env=False)
    assert (reply.status_code, reply.text.count("\n")) == (status, 1)


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Basic " + "QQ==", "Bearer abc", "Basic " + "A" * 8_000, "Digest username=ana", "basic Og=="]
)
def test_an_authorization_that_is_none_is_told_what_to_do(door: Door, header: str) -> None:
    reply = httpx.get(f"{door.site}/config", headers={"authorization": header}, trust_env=False)
    assert (reply.status_code, reply.text) == (401, "refused: sign in at /login, or send a name and a password as HTTP Basic authorization\n")


def test_the_login_s_own_pages_allow_no_script_and_are_never_kept(door: Door) -> None:
    with door.client("203.0.113.7") as client:
        for reply in (client.get("/login"), enter(client, password="errada")):
            assert "default-src 'none'" in reply.headers["content-security-policy"]
            assert (reply.headers["cache-control"], reply.headers["referrer-policy"]) == ("no-store", "same-origin")
            assert reply.headers["x-frame-options"] == "DENY"
            assert len(reply.headers.get_list("content-security-policy")) == 1
            assert "<script" not in reply.text


def test_the_login_speaks_the_browser_s_language_or_the_chosen_one(door: Door) -> None:
    with door.client("203.0.113.8") as client:
        assert "<title>Entrar – Presscite" in client.get("/login", headers={"accept-language": "pt-BR,pt;q=0.9,en;q=0.8"}).text
        assert "<title>Sign in – Presscite" in client.get("/login", headers={"accept-language": "en,pt;q=0.5"}).text
        assert 'lang="pt-BR"' in client.get("/login?lang=pt", headers={"accept-language": "en"}).text
        wrong = enter(client, password="errada", query="?lang=pt").text
        assert '<p id="error" role="alert">O nome ou a senha não confere.</p>' in wrong


# ── programs ──


def test_programs_send_name_and_password_with_each_call_and_gradio_s_own_client_too(door: Door) -> None:
    client = Client(door.site, verbose=False, analytics_enabled=False, headers={"authorization": basic("ana", ANA)})
    assert client.predict(QUESTION, 3, api_name="/retrieve")["hits"]
    client.close()
    with door.client("198.51.100.30") as plain:
        plain.auth = ("rui", RUI)
        event = plain.post("/gradio_api/call/retrieve", json={"data": [QUESTION, 3, "", "", [], [], []]}).json()["event_id"]
        assert plain.get(f"/gradio_api/call/retrieve/{event}").text.startswith("event: complete")
        assert plain.get("/session").json() == {"login": True, "user": "rui"}


def test_a_right_password_is_remembered_for_five_minutes_and_no_other_passes_for_it() -> None:
    clock = Clock()
    door = Login(Users({"rui": CHEAP.hash(RUI)}), 1, clock)

    def sent(password: str) -> Scope:
        return {"headers": [(b"authorization", basic("rui", password).encode())], "path": "/config"}

    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, door.program(sent(RUI), "")).result()
    assert [door.user(sent(password)) for password in (RUI, RUI + "x", "")] == ["rui", "", ""]
    clock.now += login.FRESH_S
    assert door.user(sent(RUI)) == ""


def test_gradio_gets_neither_passwords_nor_sessions_and_believes_no_other_machine_s_proxy(door: Door) -> None:
    got: list[dict[bytes, bytes]] = []
    page = door.running.server._page

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        got.append(dict(scope["headers"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        pass

    async def pass_through(client: str) -> None:
        walls = Guard(behind, ("127.0.0.1",), page._calls, Login(Users({"ana": CHEAP.hash(ANA)}), 1))
        sent = {"host": "127.0.0.1", "authorization": basic("ana", ANA), "cookie": "a=b", "x-forwarded-host": "evil.example", "accept": "*/*"}
        headers = [(name.encode(), value.encode()) for name, value in sent.items()]
        scope = {"type": "http", "method": "GET", "path": "/config", "query_string": b"", "headers": headers, "client": (client, 1)}
        await walls(scope, receive, send)

    with ThreadPoolExecutor(1) as beside:
        for client in ("192.0.2.7", "127.0.0.1"):
            beside.submit(asyncio.run, pass_through(client)).result()
    assert [set(one) for one in got] == [{b"host", b"accept"}, {b"host", b"accept", b"x-forwarded-host"}]


# ── where it may be served, and to whom ──


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", "", ""),
        ("::1", "", ""),
        ("127.0.0.1", "203.0.113.1, 198.51.100.2", "198.51.100.2"),
        ("::ffff:127.0.0.1", "198.51.100.2", "198.51.100.2"),
        ("192.0.2.9", "198.51.100.2", "192.0.2.9"),
        ("192.0.2.9", "", "192.0.2.9"),
        ("::ffff:192.0.2.9", "127.0.0.1", "192.0.2.9"),
        ("2001:db8:1:2:3:4:5:6", "127.0.0.1", "2001:db8:1:2::"),
        ("127.0.0.1", "2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("127.0.0.1", "unknown", "unknown"),
    ],
)
def test_a_client_is_known_by_its_own_address_or_by_the_word_of_a_proxy_of_this_machine(peer: str, forwarded: str, client: str) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    assert client_of({"client": (peer, 5_000), "headers": headers}) == client


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "news.example", ""])
def test_beyond_this_machine_a_login_is_needed_or_a_plain_word(host: str) -> None:
    with pytest.raises(SettingsError, match=r"--auth-file FILE, or --no-login if anyone who reaches the address may ask"):
        check_address(host, 7860)


@pytest.mark.parametrize(
    ("host", "names", "told"),
    [
        ("0.0.0.0", [], "--name news.example.org"),
        ("::", [], "--name news.example.org"),
        ("news.example", [], "no address"),
        ("192.0.2.1", ["http://news.example"], "no host"),
        ("192.0.2.1", ["news.example:443"], "no host"),
        ("192.0.2.1", ["*"], "no host"),
        ("192.0.2.1", ["0.0.0.0"], "no host"),
        ("127.0.0.1", [""], "no host"),
        ("127.0.0.1", ["a b"], "no host"),
        ("192.0.2.1", ["news.example"], "assign requested|choose another port"),  # all is well but that this machine has another address
    ],
)
@pytest.mark.parametrize("way", [{"login": True}, {"to_all": True}])
def test_with_a_login_the_address_and_the_names_must_be_such(host: str, names: list[str], told: str, way: dict[str, bool], free_port: Any) -> None:
    with pytest.raises(SettingsError, match=told):
        check_address(host, free_port(), names, **way)


def test_the_page_has_the_names_that_were_given_and_no_others(door: Door, say: Say) -> None:
    for host, status in (("noticias.example", 200), ("NOTICIAS.example:8443", 200), ("127.0.0.1", 200), ("outras.example", 421), ("0.0.0.0", 421)):
        assert say(door.site, f"GET /health HTTP/1.1\nHost: {host}\nConnection: close\n\n").status == status
    own = "GET /session HTTP/1.1\nHost: noticias.example\nOrigin: https://noticias.example\nSec-Fetch-Site: same-origin\nConnection: close\n\n"
    assert say(door.site, own).status == 200


# ── the file of users ──


def run(*arguments: str, told: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([*APP, *arguments], cwd=ROOT, input=told, capture_output=True, text=True, check=False, timeout=60)


def test_the_command_writes_users_that_can_come_in(tmp_path: Path) -> None:
    file = tmp_path / "users"
    file.write_text("# equipe da noite\nrui:" + CHEAP.hash(RUI) + "\n", encoding="utf-8")
    file.chmod(0o600)
    first = run("--add-user", "ana", "--auth-file", str(file), told="primeira senha\n")
    second = run("--add-user", "ana", "--auth-file", str(file), told=f"{ANA}\r\n")
    assert (first.returncode, first.stdout, first.stderr) == (0, "ana was added; start the page again to use it\n", "")
    assert second.stdout == "ana has a new password; start the page again to use it\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [line.partition(":")[0] for line in file.read_text(encoding="utf-8").splitlines()] == ["# equipe da noite", "rui", "ana"]
    users = passwords.read(file)
    assert (users.right("ana", ANA), users.right("ana", "primeira senha"), users.right("rui", RUI)) == (True, False, True)
    assert users.right("ana", "a ponte caiu a\u0300s 14h20"), "the same letters, written as two characters"
    assert [path.name for path in tmp_path.iterdir()] == ["users"]


def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "users"
    for again, status in (("outra coisa", 1), (RUI, 0)):
        ours, theirs = pty.openpty()
        running = subprocess.Popen([*APP, "--add-user", "rui", "--auth-file", str(file)], cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)  # fmt: skip
        os.close(theirs)
        shown = b""
        for wanted, typed in ((b"Password of rui: ", RUI), (b"Once more: ", again)):
            while wanted not in shown:
                shown += os.read(ours, 4_096)
            os.write(ours, typed.encode() + b"\n")
        assert running.wait(30) == status
        shown += os.read(ours, 4_096)
        os.close(ours)
        assert RUI.encode() not in shown
        assert file.exists() == (status == 0)
    assert file.stat().st_mode & 0o777 == 0o600
    assert passwords.read(file).right("rui", RUI)


GOOD = "ana:" + CHEAP.hash(ANA)
BAD = {
    "nothing": ("", 0o600, "names no user"),
    "comments alone": ("# ana\n\n", 0o600, "names no user"),
    "open to the group": (GOOD, 0o640, "chmod 600"),
    "open to all": (GOOD, 0o604, "chmod 600"),
    "a password in clear": (f"{GOOD}\nrui:{RUI}\n", 0o600, ":2: the line is no `name:hash`"),
    "another scheme": ("rui:$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234", 0o600, ":1: the line is no `name:hash`"),
    "another kind of Argon2": (GOOD.replace("argon2id", "argon2i"), 0o600, ":1: the line"),
    "a cost that nobody can pay": (GOOD.replace("m=8,", "m=9999999,"), 0o600, ":1: the line"),
    "a cost that is none": (GOOD.replace("m=8,", "m=0,"), 0o600, ":1: the line"),
    "a name that is none": (GOOD.replace("ana:", "a b:"), 0o600, ":1: the line"),
    "no name": (GOOD.replace("ana:", ":"), 0o600, ":1: the line"),
    "a hash cut off": (GOOD[:-30], 0o600, ":1: the line"),
    "one user twice": (f"{GOOD}\n\n{GOOD}", 0o600, ":3: ana stands there twice"),
    "bytes": ("\xff\xfe", 0o600, "not text"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_of_users_that_cannot_be_trusted_is_refused_in_one_line_without_a_secret(what: str, tmp_path: Path) -> None:
    content, mode, told = BAD[what]
    file = tmp_path / "users"
    file.write_bytes(content.encode("latin-1"))
    file.chmod(mode)
    with pytest.raises(SettingsError) as caught:
        passwords.read(file)
    assert told in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not re.search(r"\$argon2|\$2b|horse", str(caught.value))


def test_what_is_no_file_of_users_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path, tmp_path / "none", tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(SettingsError, match="--add-user NAME"):
            passwords.read(path)


@pytest.mark.parametrize(
    ("name", "password"),
    [("a b", ANA), ("", ANA), ("a:b", ANA), ("a" * 65, ANA), ("ana\n", ANA), ("ána", ANA), ("ana", "curta"), ("ana", ""), ("ana", "x" * 257), ("ana", "\udcff" * 9)],
)  # fmt: skip
def test_a_name_or_a_password_that_cannot_be_used_writes_nothing(name: str, password: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--add-user"):
        passwords.add(tmp_path / "users", name, password)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be written"):
        passwords.add(tmp_path / "none" / "users", "ana", ANA)


def test_options_that_contradict_each_other_are_usage_errors_and_a_bad_file_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    both, alone = run("--auth-file", "users", "--no-login"), run("--add-user", "ana")
    assert (both.returncode, alone.returncode) == (2, 2)
    begun = time.monotonic()
    bad = run("--auth-file", str(tmp_path / "none"))
    assert (bad.returncode, bad.stderr.count("\n")) == (1, 1)
    assert time.monotonic() - begun < 5


def test_no_login_on_this_machine_alone_changes_nothing(free_port: Callable[[], int]) -> None:
    check_address("127.0.0.1", free_port(), to_all=True)
    check_address("127.0.0.1", free_port())


# ── in a browser ──


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_violates_the_accessibility_rules_at_the_login(door: Door, chromium: Browser, scheme: Any) -> None:
    context = chromium.new_context(locale="pt-BR", color_scheme=scheme, viewport={"width": 320, "height": 640}, extra_http_headers={"x-forwarded-for": "203.0.113.20"})  # fmt: skip
    page = context.new_page()
    page.goto(f"{door.site}/login")
    found = [violations(page)]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("[...document.querySelectorAll('input, button')].every(one => one.getBoundingClientRect().height >= 44)")
    page.fill("#name", "ana")
    page.fill("#password", "errada")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("O nome ou a senha não confere.")
    assert page.evaluate("document.activeElement.id") == "password"
    found.append(violations(page))
    assert found == ["", ""]
    context.close()


@pytest.mark.browser
def test_a_reporter_signs_in_asks_follows_a_link_and_signs_out(door: Door, chromium: Browser) -> None:
    context = chromium.new_context(locale="pt-BR")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(f"{door.site}/?lang=pt")
    page.get_by_label("Nome").fill("ana")
    page.get_by_label("Senha").fill(ANA)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_selector("#pc-ask")
    assert page.url == f"{door.site}/?lang=pt"
    page.fill("#pc-question", QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".pc-turn:last-child")).to_have_attribute("data-status", "answered")
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("fetch('/session').then(told => told.json())") == {"login": True, "user": "ana"}
    page.goto(door.site.replace("127.0.0.1", "localhost") + "/login")  # another site to the browser
    page.evaluate("address => { location.href = address; }", f"{door.site}/?lang=en")
    page.wait_for_selector("#pc-ask")
    assert page.url == f"{door.site}/?lang=en", "a link of another site finds the session"
    page.evaluate("fetch('/logout', {method: 'POST'}).then(() => { location.href = '/'; })")
    page.wait_for_selector("#password")
    assert context.request.get(f"{door.site}/config").status == 401
    assert [one for one in wrong if "401" not in one] == []
    context.close()
