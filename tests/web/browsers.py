"""The browser that is driven, and a desk that has faults on purpose: for the tests of the page and for the benchmarks that open it."""

import os
import shutil
from contextlib import AbstractContextManager
from threading import Event

from index import Library, Settings
from qa.web.desk import Desk

# Two parts of the browser's own window that nobody sees here: each is a page by itself, made anew for each window. They take longer than ours does.
WINDOW = "WebUIOmniboxPopup,WebUIOmniboxAimPopup"
OTHERS = (
    "AimEnabled,AvoidUnnecessaryBeforeUnloadCheckSync,HttpsUpgrades,PaintHolding"  # what Playwright leaves out too, which this takes the place of
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={WINDOW},{OTHERS}",
]


def program() -> str | None:
    """Path of the Chromium that is there; None when there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Faulty(Desk):
    """A desk that waits, or fails, when it is told so."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.go, self.breaks = Event(), Event()
        self.go.set()

    def lend(self) -> AbstractContextManager[Library]:
        self.go.wait(30)
        if self.breaks.is_set():
            raise RuntimeError("broken on purpose")
        return super().lend()
