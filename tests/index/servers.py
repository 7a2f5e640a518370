"""A small internet on the loopback interface: real servers, and names and addresses that lead to them.

    web = Web()
    paper = web.site("paper.example", "93.184.0.7")        paper.pages["/a"] = reply("<p>…")
    with web.fetcher() as fetcher: fetcher.get("http://paper.example/a")

The fetcher's two seams are used: `resolve` answers from `web.names` (a host's answers in turn, the last for ever), `dial` connects
to the server that stands at an address. Both write down what they were asked, so that a test can say what was never reached.
"""

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from index.fetch import Fetcher, Limits

PUBLIC, OTHER = "93.184.0.7", "93.184.0.8"


class Asked(NamedTuple):
    """A request as a server saw it."""

    target: str
    headers: dict[str, str]


Answer = bytes | Callable[[Asked], Iterable[bytes]]


def reply(body: str | bytes = "", kind: str = "text/html; charset=utf-8", status: int = 200, length: int | None = None, **headers: str) -> bytes:
    """A whole answer; `length` is a false one, `_` in a header's name is `-`."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(data) if length is None else length}", "Connection: close"]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + data


def moved(to: str, status: int = 302) -> bytes:
    """A redirect."""
    return reply(status=status, Location=to)


class Site(socketserver.ThreadingTCPServer):
    """A server that answers from `pages`, by path and query; 404 for all others."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.connections = 0
        self._tls = tls
        super().__init__((host, 0), _Handler)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def targets(self) -> list[str]:
        """What was asked for, but for robots.txt."""
        return [asked.target for asked in self.asked if asked.target != "/robots.txt"]

    def get_request(self) -> Any:
        stream, address = super().get_request()
        self.connections += 1
        return (self._tls.wrap_socket(stream, server_side=True, do_handshake_on_connect=False) if self._tls else stream), address

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what many of the tests are about."""

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join()


class _Handler(socketserver.StreamRequestHandler):
    server: Site

    def handle(self) -> None:
        request = self.rfile.readline().decode("latin-1").split()
        if len(request) < 2:
            return
        lines = iter(lambda: self.rfile.readline().decode("latin-1").strip(), "")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        asked = Asked(request[1], headers)
        self.server.asked.append(asked)
        answer = self.server.pages.get(asked.target, reply("nothing here", status=404))
        for part in [answer] if isinstance(answer, bytes) else answer(asked):
            self.wfile.write(part)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()


class Web:
    """Names, addresses and servers of one test."""

    def __init__(self) -> None:
        self.names: dict[str, list[list[str]]] = {}
        self.machines: dict[tuple[str, int], Site] = {}
        self.sites: list[Site] = []
        self.looked_up: list[str] = []
        self.dialled: list[tuple[str, int]] = []
        self.slept: list[float] = []

    def site(self, name: str, address: str = PUBLIC, port: int = 80, tls: ssl.SSLContext | None = None) -> Site:
        """A new server that stands at an address and has a name."""
        made = Site(tls)
        self.sites.append(made)
        self.names[name] = [[address]]
        self.machines[address, port] = made
        return made

    def resolve(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        if host not in self.names:
            raise OSError(-2, "Name or service not known")
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def dial(self, address: str, port: int, timeout_s: float) -> Any:
        import httpcore

        self.dialled.append((address, port))
        if (address, port) not in self.machines:
            raise httpcore.ConnectError("Connection refused")
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self.machines[address, port].port, timeout_s)

    def fetcher(self, limits: Limits | None = None, **changes: Any) -> Fetcher:
        """A fetcher that sees nothing but this web, and does not wait."""
        return Fetcher(resolve=self.resolve, dial=self.dial, sleep=self.slept.append, limits=limits, **changes)

    def close(self) -> None:
        for site in self.sites:
            site.close()


def web() -> Iterator[Web]:
    """For a fixture."""
    made = Web()
    yield made
    made.close()
