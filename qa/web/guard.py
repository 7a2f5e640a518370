"""The walls before Gradio: who may call, what may come in, how much at once, what a browser may do with the page.

    request ─ Host known? ─ same site? ─ route open? ─ who? ─ room? ─ body ≤ BODY_BYTES? ─ its shape? ─► Gradio ─► response + headers

Pure ASGI, and the outermost layer: nothing answers before it, and every answer leaves through it.  Nothing is buffered on the way out, so
answers still stream.  Texts are put into text nodes only (first wall); the Content-Security-Policy is the second: it stops remote images,
forms and connections, not inline script, which Gradio itself needs.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web import login as door
from qa.web import plain
from qa.web.calls import FOR_PROGRAMS, HASH, Call, Calls, Crowded, Malformed, client_of
from qa.web.login import Login
from qa.web.plain import Answer, Gone, Refused

BODY_BYTES = 64_000
# Requests in work at once, of one client (but this machine) and of all; looks and passwords take threads
MOST = {"look": (8, 32), "password": (4, 32), "other": (64, 512)}
_HOST = re.compile(r"(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9.-]{1,253}))(?::[0-9]{1,5})?", re.IGNORECASE)
_NAMES = "|".join(FOR_PROGRAMS)
OPEN = {
    "page": ("GET", re.compile(r"/|/health|/favicon\.ico|/theme\.css|/(?:assets|static)/[A-Za-z0-9_-][A-Za-z0-9._/-]*")),
    "about": ("GET", re.compile(r"/config|/gradio_api/info")),
    "stream": ("GET", re.compile(rf"/gradio_api/(?:heartbeat/{HASH}|queue/data|call/(?:{_NAMES})/[0-9a-f]{{32}})")),
    "call": ("POST", re.compile(rf"/gradio_api/call/({_NAMES})/?")),
    "join": ("POST", re.compile(r"/gradio_api/queue/join")),
    "look": ("POST", re.compile(r"/gradio_api/component_server/?")),
    "session": ("GET", re.compile(r"/session")),
    "form": ("GET", re.compile(r"/login")),
    "enter": ("POST", re.compile(r"/login")),
    "leave": ("POST", re.compile(r"/logout")),
}
READ = ("page", "session", "form")  # for HEAD too
STOPPED = "the page was stopped"


class Asked(NamedTuple):
    """What a request is, once it may be looked at."""

    kind: str  # a key of OPEN
    name: str  # of the call, where the path says it
    client: str


class Guard:
    """The walls round an application."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], calls: Calls, login: Login | None = None) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._calls = calls
        self._login = login
        self._here: Counter[tuple[str, str]] = Counter()  # requests in work, by kind and client
        self._entering: Counter[str] = Counter()  # questions on their way into the queue, by client
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End all streams with an event that says so; called in the loop that serves."""
        self._stopping.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a short refusal."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        if scope["type"] != "http":
            return
        try:
            asked = self._known(scope)
            if told := await self._at_the_door(asked, scope, receive):
                await plain.say(send, told)
            else:
                await self._let_in(asked, self._without_secrets(scope), receive, send)
        except Refused as refused:
            await plain.refuse(send, refused)
        except Gone:
            pass

    def _known(self, scope: Scope) -> Asked:
        """What is asked, of this host, by this site, of what is open."""
        headers = plain.headers(scope)
        if len(headers.get("host", ())) != 1 or _name(headers["host"][0]) not in self._hosts:
            raise Refused(421, "this host is not served here")
        if _foreign(scope, headers):
            raise Refused(403, "other sites may not call")
        if "upgrade" in headers:
            raise Refused(400, "nothing but HTTP is spoken here")
        there = [(kind, method, found) for kind, (method, path) in OPEN.items() if (found := path.fullmatch(scope["path"]))]
        if not there or ".." in scope["path"] or (there[0][0] in ("form", "enter", "leave") and not self._login):
            raise Refused(404, "there is no such thing")
        for kind, method, found in there:
            if scope["method"] == method or (kind in READ and scope["method"] == "HEAD"):
                return Asked(kind, found[1] if found.re.groups else "", client_of(scope))
        raise Refused(405, f"only {' and '.join(method for _, method, _ in there)}")

    async def _at_the_door(self, asked: Asked, scope: Scope, receive: Receive) -> Answer | None:
        """What the login answers; None for whoever may go on.

        Raises:
            Refused: there is a login, and nobody is known.
        """
        login = self._login
        if asked.kind == "session":
            return door.session(login, scope)
        if login is None or scope["path"] == "/health":
            return None
        match asked.kind:
            case "form":
                return login.form(scope)
            case "leave":
                return login.leave(scope)
            case "enter":
                return await self._enter(login, asked, scope, receive)
        if login.user(scope):
            return None
        if answer := login.outside(scope):
            return answer
        with self._counted("password", asked.client):
            await login.program(scope, asked.client)
        return None

    async def _enter(self, login: Login, asked: Asked, scope: Scope, receive: Receive) -> Answer:
        name, password = await door.fields(scope, receive)
        try:
            with self._counted("password", asked.client):
                return await login.enter(scope, asked.client, name, password)
        except Refused as refused:
            return login.crowded(scope, refused)

    def _without_secrets(self, scope: Scope) -> Scope:
        """The request as Gradio gets it: without the login's secrets, and without what another machine says about a proxy that it is not."""
        dropped = (b"forwarded", b"x-forwarded-") if not plain.from_here(scope) else ()
        own = (b"authorization", b"cookie") if self._login else ()
        return {**scope, "headers": [one for one in scope["headers"] if not one[0].startswith(dropped) and one[0] not in own]}

    async def _let_in(self, asked: Asked, scope: Scope, receive: Receive, send: Send) -> None:
        match asked.kind:
            case "call" | "join" | "look":
                await self._post(asked, scope, receive, send)
            case "stream":
                with self._counted("other", asked.client):
                    await self._stream(scope, receive, send)
            case _:
                kept = self._login is None or (asked.kind == "page" and scope["path"] != "/")
                with self._counted("other", asked.client):
                    await self._app(scope, receive, plain.guarded(send, *(() if kept else (plain.UNKEPT,))))

    @contextmanager
    def _counted(self, group: str, client: str) -> Iterator[None]:
        """Counts a request while it is worked on; refuses one too many. One whose body is still coming costs nothing yet, and does not count."""
        of_one, of_all = MOST[group]
        if client and self._here[group, client] >= of_one:
            raise Refused(429, "too many requests of yours at once")
        if sum(n for (kind, _), n in self._here.items() if kind == group) >= of_all:
            raise Refused(503, "too many requests at once")
        self._here[group, client] += 1
        try:
            yield
        finally:
            self._here[group, client] -= 1
            if not self._here[group, client]:
                del self._here[group, client]

    async def _post(self, asked: Asked, scope: Scope, receive: Receive, send: Send) -> None:
        """A call: a program's is refused before it is read where there is no room; then it is read, and let in if it fits."""
        if plain.content_type(scope) != "application/json":
            raise Refused(415, "only application/json")
        try:
            if asked.kind == "call":
                self._calls.room(asked.client, self._entering)
            body = await plain.body(receive, BODY_BYTES)
            call = self._calls.look(body) if asked.kind == "look" else self._calls.checked(asked.name, body)
            if call.asks:
                self._calls.room(asked.client, self._entering)
                self._calls.sweep(call.session)
        except Malformed as error:
            raise Refused(422, str(error)) from error
        except Crowded as error:
            raise Refused(error.status, "too many questions at once") from error
        with self._counted("look" if asked.kind == "look" else "other", asked.client), self._on_its_way(asked.client, call):
            await self._app(scope, plain.again(call.body, receive), plain.guarded(send))

    @contextmanager
    def _on_its_way(self, client: str, call: Call) -> Iterator[None]:
        """Counts a question until it is in the queue, where it is counted by Calls."""
        self._entering[client] += call.asks
        try:
            yield
        finally:
            self._entering[client] -= call.asks
            if not self._entering[client]:
                del self._entering[client]

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Events until they end, the client leaves or the page is stopped: then one last event that says so, and a clean end."""
        started = False

        async def sent(message: Message) -> None:
            nonlocal started
            if not self._stopping.is_set():  # what Gradio says of a task that was cancelled is for nobody
                started = True
                await send(message)

        work = asyncio.ensure_future(self._app(scope, receive, plain.guarded(sent)))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            broken = not work.done() or bool(work.cancelled() or work.exception())
            work.cancel()
        if not broken:
            return
        with suppress(asyncio.CancelledError, HTTPException, RuntimeError):  # RuntimeError: an HTTPException after the response started
            await work
        if not started:
            raise Refused(503, STOPPED)
        await send({"type": "http.response.body", "body": _last(scope["path"]) if self._stopping.is_set() else b"", "more_body": False})


def _last(path: str) -> bytes:
    """The event that ends a stream when the page is stopped, in the form that its reader knows."""
    if path.startswith("/gradio_api/call/"):
        return f'event: error\ndata: "{STOPPED}"\n\n'.encode()
    return f'data: {{"msg": "unexpected_error", "message": "{STOPPED}", "success": false, "session_not_found": false}}\n\n'.encode()


def _name(host: str) -> str:
    """The host of a Host header, without the port; empty when it is none.

    >>> _name("127.0.0.1:7860"), _name("[::1]"), _name("me@127.0.0.1"), _name("localhost.")
    ('127.0.0.1', '::1', '', 'localhost.')
    """
    found = _HOST.fullmatch(host)
    return (found[1] or found[2]).lower() if found else ""


def _foreign(scope: Scope, headers: dict[str, list[str]]) -> bool:
    """Whether another site calls. A link of another site may lead to the page; its scripts, forms and frames may reach nothing."""
    host = headers["host"][0].lower()
    if any(origin.lower() not in (f"http://{host}", f"https://{host}") for origin in headers.get("origin", ())):
        return True
    if set(headers.get("sec-fetch-site", ())) <= {"same-origin", "none"}:
        return False
    leads = headers.get("sec-fetch-mode") == ["navigate"] and headers.get("sec-fetch-dest") == ["document"]
    return not (leads and scope["method"] == "GET" and scope["path"] == "/")
