"""Start and stop the page: environment, checks, launch, signals.

In: where to listen and the settings.  Out: a running page.  Nothing outside this machine is called, or may call.
"""

import ipaddress
import os
import signal
import socket
from collections.abc import Callable, MutableMapping
from threading import Event
from typing import TYPE_CHECKING, Any

from index.errors import SettingsError
from index.settings import Settings

if TYPE_CHECKING:
    from qa.web.desk import Desk

WAITING = 64
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
        page = start(desk, host, port)
    except OSError as error:
        raise SettingsError(f"the page cannot listen on {host}:{port}: {error}") from error
    ready(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
    stop.wait()
    page.close(verbose=False)
    desk.close()


def start(desk: "Desk", host: str, port: int) -> Any:
    """Launch the page over a desk and begin to warm it up; returns the running Blocks."""
    import gradio as gr
    from starlette.middleware import Middleware

    from qa.web.guard import Guard
    from qa.web.page import build, head

    desk.warm_up()
    page = build(desk).queue(max_size=WAITING, default_concurrency_limit=2)
    app, _, _ = page.launch(
        server_name=host,
        server_port=port,
        share=False,
        inbrowser=False,
        quiet=True,
        show_error=False,
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        strict_cors=True,
        allowed_paths=[],
        blocked_paths=[],
        root_path="",
        max_file_size=1,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        head=head(),
        app_kwargs={"middleware": [Middleware(Guard, hosts=("127.0.0.1", "localhost", "::1", host))], "openapi_url": None},
        prevent_thread_lock=True,
    )

    def health() -> dict[str, str]:
        return {"status": desk.status()["state"]}

    app.add_api_route("/health", health)
    return page


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
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(f"--port {port}: {error.strerror or error}; choose another port, for example --port {port % 65_535 + 1}") from error


def seclude(environment: MutableMapping[str, str]) -> None:
    """Take every GRADIO_* switch out of the environment and turn off what calls out; before gradio is imported."""
    for name in [name for name in environment if name.startswith("GRADIO_") and name not in KEPT]:
        del environment[name]
    environment["GRADIO_ANALYTICS_ENABLED"] = "False"
    environment["HF_HUB_OFFLINE"] = "1"
    for name in ("NO_PROXY", "no_proxy"):  # Gradio looks at its own address before it says that it is ready
        environment[name] = ",".join(filter(None, (environment.get(name), "127.0.0.1,localhost,::1")))
