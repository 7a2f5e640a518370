"""A real Chromium and a real page, served from this process on a free loopback port."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from index import Settings, rebuild
from qa.web.desk import Desk
from qa.web.serve import seclude, start
from tests.web.browsers import FLAGS, program

Serve = Callable[[Desk], str]
Open = Callable[..., Page]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not (found := program()):
        pytest.fail("there is no Chromium: run `apt-get install chromium`, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Serves a desk, and gives its address."""
    seclude(os.environ)
    with ExitStack() as running:

        def served(desk: Desk) -> str:
            port = free_port()
            page = start(desk, "127.0.0.1", port)
            running.callback(desk.close)
            running.callback(page.close)
            return f"http://127.0.0.1:{port}"

        yield served


@pytest.fixture(scope="session")
def site(settings: Settings, serve: Serve) -> str:
    """The page over the sample corpus."""
    return serve(Desk(settings))


@pytest.fixture(scope="session")
def plain_site(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page over one article, embedded without a model."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "ponte.md").write_text("# Ponte cai\n\nA ponte velha de Lumiara caiu na terça-feira às 14h20.", encoding="utf-8")
    made = Settings(corpus_dir=folder / "corpus", index_dir=folder / "index", embedder="hashing:256")
    rebuild(made)
    return serve(Desk(made))


class Reply(NamedTuple):
    """An answer as it came over the socket; no header is left out or put together."""

    status: int  # 0 when the connection ended without one
    headers: list[tuple[str, str]]
    body: str

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for found, value in self.headers if found == name]


Say = Callable[..., Reply]


@pytest.fixture(scope="session")
def say() -> Say:
    """Says bytes to a site, lines ended as HTTP wants them, and reads until the other side ends; what no well-made client would say too."""

    def said(site: str, text: str, *, timeout_s: float = 15.0) -> Reply:
        parts = urlsplit(site)
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=timeout_s) as line:
            line.sendall(text.replace("\n", "\r\n").encode("latin-1"))
            taken = b""
            with suppress(ConnectionResetError):
                while piece := line.recv(65_536):
                    taken += piece
        head, _, body = taken.decode("utf-8", errors="replace").partition("\r\n\r\n")
        first, *rest = head.split("\r\n")
        headers = [(name.lower(), value.strip()) for name, _, value in (one.partition(":") for one in rest)]
        return Reply(int(first.split()[1]) if first else 0, headers, body)

    return said


@pytest.fixture
def own_site(serve: Serve, small: Callable[..., Settings]) -> tuple[str, Settings]:
    """The page over one article of its own, and its settings: what is written into its catalog disturbs no other test."""
    own = small({"ponte.md": "---\ntitle: Ponte cai\nlang: pt\n---\nA ponte velha de Lumiara caiu na terça-feira às 14h20.\n"})
    rebuild(own)
    return serve(Desk(own)), own


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Open]:
    """Opens a page; at the end, nothing may have gone wrong in it or have called another machine."""
    wrong: list[str] = []
    with ExitStack() as opened:
        yield _opener(chromium, opened, wrong)
    assert not wrong


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Open]:
    """The same for a page whose program ends meanwhile: the browser may complain of that, and of nothing else."""
    wrong: list[str] = []
    with ExitStack() as opened:
        yield _opener(chromium, opened, wrong)
    expected = (
        "ERR_CONNECTION_REFUSED",
        "ERR_INCOMPLETE_CHUNKED",
        "ERR_INTERNET_DISCONNECTED",
        "ERR_NETWORK_CHANGED",
        "status of 422",
        "status of 404",
    )
    assert not [one for one in wrong if not any(fault in one for fault in expected)]


def _opener(chromium: Browser, opened: ExitStack, wrong: list[str]) -> Open:
    def visited(url: str, *, locale: str = "pt-BR", scheme: Any = "light", width: int = 1280, height: int = 800, touch: bool = False) -> Page:
        context = chromium.new_context(
            locale=locale, color_scheme=scheme, reduced_motion="reduce", viewport={"width": width, "height": height}, has_touch=touch
        )
        opened.callback(context.close)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"error in the page: {error}"))
        page.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None)
        page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}") or dialog.dismiss())
        page.on("request", lambda sent: wrong.append(f"called {sent.url}") if _away(sent.url) else None)
        page.goto(url)
        page.wait_for_selector("#pc-ask")
        return page

    return visited


def _away(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1"
