"""Requests and answers as bytes: what the walls and the login read, and what they say themselves, without Gradio.

In: an ASGI scope, a body.  Out: headers by name, the body, a short answer.  Never: a secret in an answer's words, or anything of a request
in an answer's headers.
"""

import ipaddress
from collections.abc import Iterable
from typing import NamedTuple

from starlette.types import Message, Receive, Scope, Send

Header = tuple[bytes, bytes]

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'self'; object-src 'none'"
)
HEADERS: tuple[Header, ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
UNKEPT: Header = (b"cache-control", b"no-store")
AGAIN_S = {429: 1, 503: 2}  # seconds after which to try again, where the refusal does not say


class Refused(Exception):
    """The request is answered with `status` and one line."""

    def __init__(self, status: int, why: str, again_s: int = 0, headers: Iterable[Header] = ()) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.again_s = again_s or AGAIN_S.get(status, 0)
        self.headers = tuple(headers)


class Gone(Exception):
    """The client went away before its request was whole: there is nobody to answer."""


class Answer(NamedTuple):
    """What is answered without Gradio."""

    status: int
    body: bytes
    kind: bytes = b"text/plain; charset=utf-8"
    headers: tuple[Header, ...] = ()


def headers(scope: Scope) -> dict[str, list[str]]:
    """The values of each header, by its name in small letters."""
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def content_type(scope: Scope) -> str:
    """The kind of a body, without its parameters; empty when it is not said."""
    return headers(scope).get("content-type", [""])[0].partition(";")[0].strip().lower()


def from_here(scope: Scope) -> bool:
    """Whether a program of this machine is at the other end: the browser itself, or a proxy."""
    peer = scope.get("client")
    return not peer or is_loopback(peer[0])


def is_loopback(host: str) -> bool:
    """Whether an address leads to this machine and no other can use it.

    >>> [is_loopback(one) for one in ("127.0.0.2", "::1", "::ffff:127.0.0.1", "localhost", "0.0.0.0", "192.168.1.5", "news.example")]
    [True, True, True, True, False, False, False]
    """
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


async def body(receive: Receive, most_bytes: int) -> bytes:
    """The whole body; the limit holds for chunked bodies too.

    Raises:
        Refused: it is longer.
        Gone: nobody is there any more.
    """
    taken = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        taken += message.get("body", b"")
        if len(taken) > most_bytes:
            raise Refused(413, f"more than {most_bytes} bytes")
        if not message.get("more_body"):
            return bytes(taken)


def again(taken: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was already read, and then what comes after it."""
    left = [taken]

    async def replay() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return replay


def guarded(send: Send, *more: Header) -> Send:
    """A `send` that adds the page's headers, and lets none through that invites other sites."""
    ours = {name for name, _ in more}

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [
                (name, value)
                for name, value in message.get("headers", ())
                if not name.lower().startswith(b"access-control-") and name.lower() not in ours
            ]
            message = {**message, "headers": [*own, *HEADERS, *more]}
        await send(message)

    return sent


async def say(send: Send, answer: Answer) -> None:
    """Give an answer with the page's headers; what it sets itself counts before those."""
    own = {name for name, _ in answer.headers}
    sent = [(b"content-type", answer.kind), *(one for one in HEADERS if one[0] not in own), *answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": sent})
    await send({"type": "http.response.body", "body": answer.body})


async def refuse(send: Send, refused: Refused) -> None:
    """Say no, in one line."""
    wait = [(b"retry-after", b"%d" % refused.again_s)] if refused.again_s else []
    await say(send, Answer(refused.status, f"refused: {refused.why}\n".encode(), headers=(*wait, *refused.headers)))
