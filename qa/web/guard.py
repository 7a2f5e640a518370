"""Three walls before Gradio: who may call, what may come in, what a browser may do with the page.

    request ─ Host known? ─ same site? ─ route open? ─ body ≤ BODY_BYTES? ─► Gradio ─► response + headers

Pure ASGI: nothing is buffered on the way out, so answers still stream.  Texts are put into text nodes only (first
wall); the Content-Security-Policy is the second: it stops remote images, forms and connections, not inline script,
which Gradio itself needs.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES = 64_000
CLOSED = (
    "/gradio_api/upload",
    "/gradio_api/file",
    "/gradio_api/proxy",
    "/gradio_api/stream",
    "/gradio_api/deep_link",
    "/gradio_api/process_recording",
    "/gradio_api/custom_component",
    "/gradio_api/run-history",
    "/gradio_api/runs",
    "/gradio_api/vibe",
    "/gradio_api/undo-vibe",
    "/gradio_api/token",
    "/monitoring",
)
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'self'; object-src 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class Guard:
    """The three walls round an application."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a short refusal."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        status = self._refusal(scope)
        if status:
            await _refuse(send, status)
            return
        body = await _body(receive) if scope["method"] not in ("GET", "HEAD") else b""
        if body is None:
            await _refuse(send, 413)
            return
        await self._app(scope, _again(body, receive) if body else receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> int:
        """The status to refuse a request with; 0 lets it through. Other sites may neither call nor name this host."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        if _name(host) not in self._hosts:
            return 421
        origin = headers.get(b"origin", "")
        foreign = headers.get(b"sec-fetch-site", "same-origin") not in ("same-origin", "none")
        if scope["method"] not in ("GET", "HEAD") and (foreign or (origin and urlsplit(origin).netloc != host)):
            return 403
        return 404 if scope["path"].startswith(CLOSED) else 0


def _name(host: str) -> str:
    """The host name of a Host header, without the port; empty when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


async def _body(receive: Receive) -> bytes | None:
    """The whole body, or None when it is over BODY_BYTES: the limit holds for chunked bodies too."""
    taken = bytearray()
    while True:
        message = await receive()
        taken += message.get("body", b"")
        if len(taken) > BODY_BYTES:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(taken)


def _again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was already read, and then what comes after it."""
    left = [body]

    async def replay() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return replay


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
        await send(message)

    return sent


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain"), *HEADERS]})
    await send({"type": "http.response.body", "body": b"refused\n"})
