"""Start and stop the page: environment, checks, launch, signals.

In: where to listen and the settings.  Out: a running page.  Nothing outside this machine is called, or may call.
"""

import asyncio
import ipaddress
import os
import signal
import socket
from collections.abc import Callable, MutableMapping
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from index.errors import SettingsError
from index.settings import Settings

if TYPE_CHECKING:
    from qa.web.desk import Desk
    from qa.web.guard import Guard
    from qa.web.wire import Server

WAITING = 64
STOP_S = 2  # what is in work when the page is stopped may take so long to end
DROPPED = ("SPACE_ID", "SYSTEM", "SPACE_AUTHOR_NAME", "SPACE_REPO_NAME")  # by these Gradio would believe to be on another's servers
KEPT = ("GRADIO_TEMP_DIR",)


def serve(settings: Settings, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the page until SIGINT or SIGTERM.

    Args:
        settings: Where the corpus and the index are.
        host: A loopback address.
        port: From 1 to 65535, and free.
        ready: Called once with the page's address, when it can be opened.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    check_address(host, port)
    seclude(os.environ)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    from qa.web.desk import Desk

    desk = Desk(settings)
    try:
        running = start(desk, host, port)
    except OSError as error:
        raise SettingsError(f"the page cannot listen on {host}:{port}: {error}") from error
    ready(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
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


def start(desk: "Desk", host: str, port: int) -> Running:
    """Serve the page over a desk and begin to warm it up.

    Raises:
        OSError: the address cannot be listened on.
    """
    from qa.web.wire import Server

    listening = _listening(host, port)
    desk.warm_up()
    begun: Future[Server] = Future()

    async def run() -> None:
        try:  # all in the loop that serves: outside of one, Gradio makes loops that it never closes
            await Server(guarded(desk, host, port), STOP_S, begun.set_result).serve(sockets=[listening])
        except BaseException as error:
            if begun.done():
                raise
            begun.set_exception(error)
        finally:
            listening.close()

    thread = Thread(target=lambda: asyncio.run(run()), name="page", daemon=True)
    thread.start()
    return Running(begun.result(), thread)


def guarded(desk: "Desk", host: str, port: int) -> "Guard":
    """The page behind its Guard: an ASGI application."""
    from qa.web.calls import Calls
    from qa.web.guard import Guard

    app, page = application(desk, host, port)
    return Guard(app, ("127.0.0.1", "localhost", "::1", host), Calls(page))


def application(desk: "Desk", host: str, port: int) -> tuple[Any, Any]:
    """The page without its Guard, and its Blocks: never to be served as it is."""
    import gradio as gr
    from fastapi import FastAPI

    from qa.web.calls import SESSIONS
    from qa.web.page import build, head

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


def check_address(host: str, port: int) -> None:
    """Refuse an address that other machines could reach, or a port that is taken.

    Raises:
        SettingsError: with one line that says what to do.
    """
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise SettingsError(
            f"--host {host}: the page has no login, so it is served to this machine only; use 127.0.0.1, behind a proxy of yours if need be"
        )
    if not 1 <= port <= 65_535:
        raise SettingsError(f"--port {port}: a port is a number from 1 to 65535")
    try:
        _listening(host, port).close()
    except OSError as error:
        raise SettingsError(f"--port {port}: {error.strerror or error}; choose another port, for example --port {port % 65_535 + 1}") from error


def seclude(environment: MutableMapping[str, str]) -> None:
    """Take every GRADIO_* switch out of the environment and turn off what calls out; before gradio is imported."""
    for name in [name for name in environment if (name.startswith("GRADIO_") and name not in KEPT) or name in DROPPED]:
        del environment[name]
    environment["GRADIO_ANALYTICS_ENABLED"] = "False"
    environment["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"  # or Gradio keeps 10,000 calls in memory, and reckons on all of them after each
    environment["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"
    environment["HF_HUB_OFFLINE"] = "1"
