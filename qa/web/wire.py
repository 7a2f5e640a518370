"""Connections that may not dawdle: what stands still for too long is cut off, and nobody else waits for it.

    first byte ── WHOLE_S ──► the request is whole          or the connection ends; so it does when none comes
    a full buffer ─ TAKEN_S ─► some of the answer is taken  or the connection ends

In: bytes from a socket.  Out: uvicorn's own HTTP/1.1, with two clocks beside it, and a server that ends its streams before it ends.
"""

import asyncio
import socket
from collections.abc import Callable

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from qa.web.guard import Guard

WHOLE_S = 5.0
TAKEN_S = 20.0
BACKLOG = 1_024


class Punctual(H11Protocol):
    """HTTP/1.1 that ends what is sent, or taken, too slowly."""

    _due: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request is due."""
        super().connection_made(transport)
        self._due = self.loop.call_later(WHOLE_S, transport.abort)

    def data_received(self, data: bytes) -> None:
        """A request that is whole is no longer due; the next one is, from its first byte on."""
        super().data_received(data)
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            _stop(self._due)
            self._due = None
        elif self._due is None:
            self._due = self.loop.call_later(WHOLE_S, self.transport.abort)

    def pause_writing(self) -> None:
        """The other side takes nothing for now."""
        super().pause_writing()
        self._stuck = self.loop.call_later(TAKEN_S, self.transport.abort)

    def resume_writing(self) -> None:
        """It took something."""
        _stop(self._stuck)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is due any more."""
        _stop(self._due)
        _stop(self._stuck)
        super().connection_lost(exc)


def _stop(clock: asyncio.TimerHandle | None) -> None:
    if clock is not None:
        clock.cancel()


class Server(uvicorn.Server):
    """Serves a page; says when it has begun, and tells the page when it ends."""

    def __init__(self, page: Guard, stop_s: int, begun: "Callable[[Server], None]") -> None:
        """`stop_s`: seconds that what is in work may take to end."""
        self._page = page
        self._begun = begun
        super().__init__(
            uvicorn.Config(
                page,
                http=Punctual,
                ws="none",
                log_level="error",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=BACKLOG,
                timeout_graceful_shutdown=stop_s,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that it has begun, once it listens."""
        await super().startup(sockets)
        self._begun(self)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams first: nothing waits for them then."""
        self._page.stop()
        await super().shutdown(sockets)
