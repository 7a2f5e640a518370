"""The login: who calls, and the three addresses at which somebody comes in, goes, or asks who is in.

    a browser ─ POST /login ─► right? ─► a session in a cookie, LIFE_S long             wrong: the same page, and in the end a wait
    a program ─ Authorization: Basic ─► right? ─► remembered for FRESH_S               wrong: 401, and in the end 429
    anything else ─────────────────► 401; a browser that wants the page is led to /login and from there to its question

In: requests that the Guard let through its first walls.  Out: the user's name, or a refusal.  Never: a password, a token or their sums on the
disk, in a log, in an address or in what Gradio is given.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

from starlette.types import Receive, Scope

from qa.web import plain, signin
from qa.web.passes import Passes
from qa.web.passwords import NAME, Users
from qa.web.plain import Answer, Header, Refused
from qa.web.throttle import Key, Throttle, TooMany

LIFE_S = 12 * 3_600
SESSIONS, OF_ONE = 1_000, 50  # of all users, and of one
FRESH_S, PROGRAMS = 300, 256  # how long the password of a program is taken for right, and of how many
BROWSER_S = 30 * 86_400
FORM_BYTES = 4_000
AT_ONCE = 2  # passwords that are looked at at once: each takes 64 MiB
SIEGE_S = 1.0  # by which each takes longer under attack
ASKING = (b"www-authenticate", b'Session realm="Presscite"')  # named Basic, browsers would ask with a window of their own
CLOSED = "sign in at /login, or send a name and a password as HTTP Basic authorization"


class Login:
    """The users of one page, and who of them is in."""

    def __init__(self, users: Users, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`port`: names the cookies, so that two pages on one host have two. `clock`: seconds that only grow."""
        self._users = users
        self._names = (f"__Host-presscite-{port}", f"presscite-{port}")  # over TLS, and without
        self._browser = f"presscite-browser-{port}"
        self._key = secrets.token_bytes(32)
        self._sessions = Passes(LIFE_S, SESSIONS, OF_ONE, clock)
        self._fresh = Passes(FRESH_S, PROGRAMS, PROGRAMS, clock)
        self._throttle = Throttle(clock)
        self._looking = asyncio.Semaphore(AT_ONCE)

    def user(self, scope: Scope) -> str:
        """Who is in by a session, or by a password that was right a moment ago; empty when nobody is known."""
        for token in self._tokens(scope):
            if user := self._sessions.whose(token):
                return user
        sent = plain.headers(scope).get("authorization", [])
        return self._fresh.whose(sent[0]) if len(sent) == 1 else ""

    async def program(self, scope: Scope, client: str) -> None:
        """Let a program in by its name and password.

        Raises:
            Refused: they are wrong, there are none, or it must wait.
        """
        sent = plain.headers(scope).get("authorization", [])
        name, password = _basic(sent[0]) if len(sent) == 1 else ("", "")
        if not name and not password:
            raise Refused(401, CLOSED, headers=(ASKING, plain.UNKEPT))
        try:
            right = await self._right(name, password, self._keys(name, client))
        except TooMany as error:
            raise Refused(429, "too many wrong passwords", error.left_s) from error
        if not right:
            raise Refused(401, "the name or the password is not right", headers=(ASKING, plain.UNKEPT))
        self._fresh.give(sent[0], name)

    def outside(self, scope: Scope) -> Answer | None:
        """What a browser is told that wants the page and has no session: to the login. None for everything else."""
        sent = plain.headers(scope)
        if scope["path"] != "/" or "authorization" in sent or "text/html" not in ",".join(sent.get("accept", ())):
            return None
        address = signin.door(scope["query_string"])
        if set(sent.get("sec-fetch-site", ())) & {"cross-site", "same-site"}:
            return _html(200, signin.onward(address))
        return Answer(303, b"", headers=((b"location", address.encode()), plain.UNKEPT))

    def form(self, scope: Scope) -> Answer:
        """GET /login: the page; whoever is in already goes on."""
        lang, wanted = _place(scope)
        if self.user(scope):
            return Answer(303, b"", headers=((b"location", wanted.encode()), plain.UNKEPT))
        return _html(200, signin.page(lang, wanted))

    def crowded(self, scope: Scope, refused: Refused) -> Answer:
        """POST /login when there is no room to look at the password."""
        return _html(refused.status, signin.page(*_place(scope), told="busy", wait_s=refused.again_s), (b"retry-after", b"%d" % refused.again_s))

    async def enter(self, scope: Scope, client: str, name: str, password: str) -> Answer:
        """POST /login: in, with a new session and never an old one; or the page again."""
        lang, wanted = _place(scope)
        known = self._known(scope, name)
        keys: tuple[Key, ...] = (("browser", name, known),) if known else self._keys(name, client)
        try:
            right = await self._right(name, password, keys)
        except TooMany as error:
            again = (b"retry-after", b"%d" % error.left_s)
            return _html(429, signin.page(lang, wanted, told="wait", wait_s=error.left_s, name=name[:64]), again)
        if not right:
            return _html(401, signin.page(lang, wanted, told="wrong", name=name[:64]), ASKING)
        self._end(scope)
        token = secrets.token_urlsafe(32)
        self._sessions.give(token, name)
        secure = _secure(scope)
        nonce = known or secrets.token_urlsafe(16)
        return Answer(
            303,
            b"",
            headers=(
                (b"location", wanted.encode()),
                plain.UNKEPT,
                _cookie(self._names[not secure], token, LIFE_S, secure),
                _cookie(self._browser, f"{nonce}.{self._mark(nonce, name)}", BROWSER_S, secure, path="/login"),
            ),
        )

    def leave(self, scope: Scope) -> Answer:
        """POST /logout: the session ends here, whatever the browser keeps."""
        self._end(scope)
        gone = (_cookie(name, "", 0, secure) for name, secure in zip(self._names, (True, False), strict=True))
        return Answer(303, b"", headers=((b"location", b"/login"), plain.UNKEPT, *gone))

    async def _right(self, name: str, password: str, keys: tuple[Key, ...]) -> bool:
        """Whether it is the password; looked at in a thread, AT_ONCE at a time, and for whoever need not wait.

        Raises:
            TooMany: somebody must wait.
        """
        self._throttle.charge(keys)
        async with self._looking:
            if self._throttle.besieged:
                await asyncio.sleep(SIEGE_S)
            right = await asyncio.to_thread(self._users.right, name, password)
        if right:
            self._throttle.passed(keys)
        else:
            self._throttle.failed()
        return right

    def _keys(self, name: str, client: str) -> tuple[Key, ...]:
        """What an attempt is counted by; a name that cannot be one has the place of all such."""
        return ("user", name if NAME.fullmatch(name) else "", client), ("client", client)

    def _known(self, scope: Scope, name: str) -> str:
        """The mark of a browser that this very user came in with before; empty when it has none."""
        for value in _cookies(scope).get(self._browser, ())[:4]:
            nonce, _, sum_ = value.partition(".")
            if hmac.compare_digest(sum_.encode("latin-1"), self._mark(nonce, name).encode()):
                return nonce
        return ""

    def _mark(self, nonce: str, name: str) -> str:
        return hmac.new(self._key, f"{nonce}.{name}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def _tokens(self, scope: Scope) -> list[str]:
        """Sessions that the browser names; over TLS those alone that were set over TLS."""
        found = _cookies(scope)
        return [token for name in self._names[: 1 if _secure(scope) else 2] for token in found.get(name, ())[:4]]

    def _end(self, scope: Scope) -> None:
        for token in self._tokens(scope):
            self._sessions.end(token)


def session(login: Login | None, scope: Scope) -> Answer:
    """GET /session: whether there is a login, and who is in."""
    told = {"login": login is not None, "user": login.user(scope) if login else ""}
    return Answer(200, json.dumps(told).encode(), b"application/json", (plain.UNKEPT,))


def _html(status: int, body: bytes, *more: Header) -> Answer:
    """A page of the login. A form's origin is told to its own site alone: under `no-referrer` it would be told as null, which the walls refuse."""
    return Answer(
        status,
        body,
        b"text/html; charset=utf-8",
        ((b"content-security-policy", signin.POLICY), (b"referrer-policy", b"same-origin"), plain.UNKEPT, *more),
    )


def _place(scope: Scope) -> tuple[str, str]:
    """The language of the login, and where to go afterwards."""
    asked = _read(scope["query_string"])
    accepted = ",".join(plain.headers(scope).get("accept-language", ()))
    return signin.language(accepted, asked.get("lang", "")), signin.inside(asked.get("next", ""))


def _read(sent: bytes) -> Mapping[str, str]:
    """The first value of each field of a form or a query; none of what is none."""
    try:
        found = parse_qs(sent.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


async def fields(scope: Scope, receive: Receive) -> tuple[str, str]:
    """The name and the password of a form that is sent.

    Raises:
        Refused: it is no such form.
        Gone: nobody is there any more.
    """
    if plain.content_type(scope) != "application/x-www-form-urlencoded":
        raise Refused(415, "only application/x-www-form-urlencoded")
    sent = _read(await plain.body(receive, FORM_BYTES))
    if not {"name", "password"} <= set(sent):
        raise Refused(422, "the body is no such form")
    return sent["name"], sent["password"]


def _basic(header: str) -> tuple[str, str]:
    """The name and the password of an Authorization header; two empty texts when it has none."""
    scheme, _, value = header.partition(" ")
    try:
        name, colon, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return (name, password) if scheme.lower() == "basic" and colon and len(value) < FORM_BYTES else ("", "")


def _cookies(scope: Scope) -> dict[str, list[str]]:
    """The values of each cookie that the browser sends."""
    found: dict[str, list[str]] = {}
    for line in plain.headers(scope).get("cookie", ()):
        for one in line.split(";"):
            name, _, value = one.strip().partition("=")
            found.setdefault(name, []).append(value)
    return found


def _secure(scope: Scope) -> bool:
    """Whether the browser speaks TLS: by the connection, by a proxy of this machine, or by what the browser says where its form came from."""
    sent = plain.headers(scope)
    told = plain.from_here(scope) and sent.get("x-forwarded-proto", [""])[-1].rpartition(",")[2].strip().lower() == "https"
    return scope.get("scheme") == "https" or told or sent.get("origin", [""])[0].lower().startswith("https://")


def _cookie(name: str, value: str, life_s: int, secure: bool, path: str = "/") -> Header:
    marks = "; Secure" if secure else ""
    return b"set-cookie", f"{name}={value}; Path={path}; Max-Age={life_s}; HttpOnly; SameSite=Strict{marks}".encode()
