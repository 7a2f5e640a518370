"""Start and stop the page: environment, checks, launch, signals.

In: where to listen, who may come in, and the settings.  Out: a running page.  Nothing outside this machine is called; none may call without a
login, unless told plainly.
"""

import asyncio
import ipaddress
import os
import re
import signal
import socket
from collections.abc import Callable, MutableMapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from index.errors import SettingsError
from index.settings import Settings
from qa.web.plain import is_loopback

if TYPE_CHECKING:
    from qa.web.desk import Desk
    from qa.web.guard import Guard
    from qa.web.login import Login
    from qa.web.wire import Server

WAITING = 64
STOP_S = 2  # what is in work when the page is stopped may take so long to end
DROPPED = ("SPACE_ID", "SYSTEM", "SPACE_AUTHOR_NAME", "SPACE_REPO_NAME")  # by these Gradio would believe to be on another's servers
KEPT = ("GRADIO_TEMP_DIR",)
_NAME = re.compile(r"[0-9a-f:.]{2,45}|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.IGNORECASE)


def serve(
    settings: Settings,
    host: str,
    port: int,
    ready: Callable[[str], None],
    *,
    auth_file: Path | None = None,
    names: Sequence[str] = (),
    to_all: bool = False,
) -> None:
    """Serve the page until SIGINT or SIGTERM.

    Args:
        settings: Where the corpus and the index are.
        host: An address of this machine; one that others reach needs auth_file or to_all.
        port: From 1 to 65535, and free.
        ready: Called once with the page's address, when it can be opened.
        auth_file: Users and their passwords (qa/web/passwords.py); without it there is no login.
        names: Hosts under which browsers may reach the page, besides its own address.
        to_all: Whoever reaches the address may ask.

    Raises:
        SettingsError: the address cannot be listened on, or the file of users cannot be used.
    """
    check_address(host, port, names, login=auth_file is not None, to_all=to_all)
    login = None if auth_file is None else _login(auth_file, port)
    seclude(os.environ)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    from qa.web.desk import Desk

    desk = Desk(settings)
    try:
        running = start(desk, host, port, login, names)
    except OSError as error:
        raise SettingsError(f"the page cannot listen on {host}:{port}: {error}") from error
    shown = names[0] if _is_every(host) else host
    ready(f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}")
    stop.wait()
    running.close()
    desk.close()


@dataclass(frozen=True)
class Running:
    """A page that is being served, in a thread of its own."""

    server: "Server"
    thread: Thread

    def close(self) -> None:
        """Stop: streams end with an event that says so, and what is in work has STOP_S seconds."""
        self.server.should_exit = True
        self.thread.join(timeout=2 * STOP_S)


def _login(auth_file: Path, port: int) -> "Login":
    from qa.web.login import Login
    from qa.web.passwords import read

    return Login(read(auth_file), port)


def start(desk: "Desk", host: str, port: int, login: "Login | None" = None, names: Sequence[str] = ()) -> Running:
    """Serve the page over a desk, behind a login if there is one, and begin to warm it up.

    Raises:
        OSError: the address cannot be listened on.
    """
    from qa.web.wire import Server

    listening = _listening(host, port)
    desk.warm_up()
    begun: Future[Server] = Future()

    async def run() -> None:
        try:  # all in the loop that serves: outside of one, Gradio makes loops that it never closes
            await Server(guarded(desk, host, port, login, names), STOP_S, begun.set_result).serve(sockets=[listening])
        except BaseException as error:
            if begun.done():
                raise
            begun.set_exception(error)
        finally:
            listening.close()

    thread = Thread(target=lambda: asyncio.run(run()), name="page", daemon=True)
    thread.start()
    return Running(begun.result(), thread)


def guarded(desk: "Desk", host: str, port: int, login: "Login | None" = None, names: Sequence[str] = ()) -> "Guard":
    """The page behind its Guard: an ASGI application."""
    from qa.web.calls import Calls
    from qa.web.guard import Guard

    app, page = application(desk, host, port)
    own = () if _is_every(host) else (host,)  # a browser takes 0.0.0.0 for this machine: it is an address, and no name
    return Guard(app, ("127.0.0.1", "localhost", "::1", *own, *(name.lower() for name in names)), Calls(page), login)


def application(desk: "Desk", host: str, port: int) -> tuple[Any, Any]:
    """The page without its Guard, and its Blocks: never to be served as it is."""
    import gradio as gr
    from fastapi import FastAPI

    from qa.web.calls import SESSIONS
    from qa.web.early import Early
    from qa.web.page import build, head, script

    page = build(desk).queue(max_size=WAITING, default_concurrency_limit=2)
    page.state_session_capacity = SESSIONS
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": desk.status()["state"]}

    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name=host,
        server_port=port,
        footer_links=[],
        run_history=False,
        app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
        root_path="",
        allowed_paths=[],
        blocked_paths=[],
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        head=head(),
    )
    app.add_middleware(Early, script=script("early.js"))
    page.is_running = True  # or Gradio sends no sign of life to whoever waits in the queue
    return app, page


def _listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address. `localhost` is 127.0.0.1, whatever a table of names may say."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(("127.0.0.1" if host == "localhost" else host, port))
    except OSError:
        made.close()
        raise
    return made


def check_address(host: str, port: int, names: Sequence[str] = (), *, login: bool = False, to_all: bool = False) -> None:
    """Refuse an address that other machines could reach without a login, names that are none, or a port that is taken.

    Args:
        host: Where to listen.
        port: The port there.
        names: Hosts under which browsers may reach the page.
        login: Whether there is one.
        to_all: Whether whoever reaches the address may ask.

    Raises:
        SettingsError: with one line that says what to do.
    """
    if not (is_loopback(host) or login or to_all):
        raise SettingsError(
            f"--host {host}: without a login the page is served to this machine only: give --auth-file FILE, "
            "or --no-login if anyone who reaches the address may ask"
        )
    if not (is_loopback(host) or _is_address(host)):
        raise SettingsError(f"--host {host}: that is no address: give one of this machine's, and --name {host} if browsers say so")
    for name in names:
        if not _NAME.fullmatch(name) or _is_every(name):
            raise SettingsError(f"--name {name}: that is no host: give it as browsers say it, without http:// and port, for example news.example.org")
    if _is_every(host) and not names:
        raise SettingsError(f"--host {host}: browsers can reach it under many names: give each that may be used, for example --name news.example.org")
    if not 1 <= port <= 65_535:
        raise SettingsError(f"--port {port}: a port is a number from 1 to 65535")
    try:
        _listening(host, port).close()
    except OSError as error:
        raise SettingsError(f"--port {port}: {error.strerror or error}; choose another port, for example --port {port % 65_535 + 1}") from error


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_every(host: str) -> bool:
    """Whether it means every address of this machine."""
    return _is_address(host) and ipaddress.ip_address(host).is_unspecified


def seclude(environment: MutableMapping[str, str]) -> None:
    """Take every GRADIO_* switch out of the environment and turn off what calls out; before gradio is imported."""
    for name in [name for name in environment if (name.startswith("GRADIO_") and name not in KEPT) or name in DROPPED]:
        del environment[name]
    environment["GRADIO_ANALYTICS_ENABLED"] = "False"
    environment["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"  # or Gradio keeps 10,000 calls in memory, and reckons on all of them after each
    environment["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"
    environment["HF_HUB_OFFLINE"] = "1"
