"""A script that runs before Gradio's own: put into the page's HTML as it leaves Gradio, for what Gradio is given of a head comes after its scripts.

In: an ASGI application that serves the page at `/`.  Out: the same, its HTML begun with the script.  Every other answer passes as it is.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD = b"<head>"


class Early:
    """Puts a script first in the page's head."""

    def __init__(self, app: ASGIApp, script: str) -> None:
        self._app = app
        self._begun = HEAD + f"<script>{script}</script>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; the page's HTML is held back until it is whole."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        begun: list[Message] = []
        body = bytearray()

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            whole = bytes(body).replace(HEAD, self._begun, 1)
            headers = [(name, value) for name, value in begun[0]["headers"] if name.lower() != b"content-length"]
            await send({**begun[0], "headers": [*headers, (b"content-length", str(len(whole)).encode())]})
            await send({"type": "http.response.body", "body": whole})

        await self._app(scope, receive, sent)
