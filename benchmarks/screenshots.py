"""Pictures of every state of the page, made from the sample corpus: `python benchmarks/screenshots.py [--out docs/images]`, or `make screenshots`.

Nothing is drawn by hand: each picture is a real page in a real browser, brought into its state as a reader, or a fault, would bring it there.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from index import Settings, rebuild, update  # noqa: E402
from qa.web.desk import Desk  # noqa: E402
from qa.web.serve import Running, seclude, start  # noqa: E402
from tests.web.browsers import FLAGS, Faulty, program  # noqa: E402

CHIPS = "Que chips foram usados para treinar o GLM-Image?"
SHIPS = "How many ships were waiting while the Ever Given blocked the Suez Canal?"
HAPPENED = "O que aconteceu no Canal de Suez em março de 2021?"
COLOURS = 160


class Camera:
    """Takes pictures into a folder."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser, self._folder = browser, folder

    @contextmanager
    def page(self, url: str, *, lang: str = "pt-BR", scheme: str = "light", size: tuple[int, int] = (1280, 800)) -> Iterator[Page]:
        """A page in a browser of its own."""
        context = self._browser.new_context(
            locale=lang,
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            viewport={"width": size[0], "height": size[1]},
        )
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector("#pc-ask, #presscite-login")
        yield page
        context.close()

    def take(self, page: Page, name: str) -> None:
        """A picture of what is seen now, in few colours."""
        page.wait_for_timeout(400)
        path = self._folder / f"{name}.png"
        page.screenshot(path=path)
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path} {path.stat().st_size // 1000} kB")


def asked(page: Page, question: str, status: str = "answered") -> None:
    """Ask, and wait until the answer, or what else is expected, is there."""
    page.fill("#pc-question", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(f".pc-turn:last-child[data-status={status}]")


def desktop(camera: Camera, url: str) -> None:
    """Reading and checking, in a window."""
    with camera.page(url) as page:
        page.wait_for_selector(".pc-held:not([disabled])")
        camera.take(page, "start")
        page.click(".pc-held")
        page.wait_for_selector("#pc-archive .pc-bar-one")
        camera.take(page, "archive")
        page.keyboard.press("Escape")
        page.click(".pc-filter-button")
        camera.take(page, "filters")
        page.keyboard.press("Escape")
        asked(page, CHIPS)
        page.click(".pc-chip >> nth=0")
        camera.take(page, "answer")
        page.click(".pc-passage .pc-why summary >> nth=0")
        camera.take(page, "why")
        page.click("button[aria-haspopup=menu]")
        camera.take(page, "export")
        page.keyboard.press("Escape")
        page.click(".pc-turn .pc-edit >> nth=0")
        camera.take(page, "edit")
        page.keyboard.press("Escape")
        page.click(".pc-passage.pc-on button:has-text('Artigo completo')")
        page.wait_for_selector("dialog .pc-mark.pc-on")
        camera.take(page, "article")
        page.keyboard.press("Escape")
        asked(page, HAPPENED)
        camera.take(page, "timeline")
        asked(page, "Qual é a receita de bolo de cenoura?", "refused")
        camera.take(page, "refused")
        page.click("#pc-talks-button")
        camera.take(page, "conversations")
    with camera.page(url, lang="en-GB", scheme="dark") as page:
        asked(page, SHIPS)
        page.hover(".pc-chip >> nth=0")
        page.wait_for_selector("#pc-card:not([hidden])")
        camera.take(page, "card-dark")
        page.mouse.move(5, 5)
        page.click(".pc-over summary")
        page.wait_for_selector(".pc-over .pc-bar-one")
        page.click(".pc-verdict >> nth=0")
        page.wait_for_selector(".pc-remark")
        camera.take(page, "coverage-dark")
    with camera.page(f"{url}/?q=How+many+ships+were+waiting+in+the+Suez+Canal%3F&from=2025-12-01&lang=en") as page:
        page.wait_for_selector(".pc-turn[data-status=refused]")
        camera.take(page, "outside-the-filters")


def phone(camera: Camera, url: str) -> None:
    """The same in a hand."""
    with camera.page(url, size=(390, 844)) as page:
        asked(page, CHIPS)
        camera.take(page, "phone")
        page.click(".pc-chip >> nth=0")
        camera.take(page, "phone-source")
    with camera.page(url, size=(390, 844), scheme="dark", lang="en-GB") as page:
        asked(page, SHIPS)
        page.click(".pc-chip >> nth=0")
        camera.take(page, "phone-source-dark")


def faults(camera: Camera, home: Path, ports: Iterator[int]) -> None:
    """States that come from waiting, faults, and an index that changes."""
    shutil.copytree(ROOT / "corpus", home / "corpus")
    own = Settings(corpus_dir=home / "corpus", index_dir=home / "own")
    desk = Faulty(own)
    running, url = served(desk, next(ports))
    with camera.page(url) as page:
        page.wait_for_selector(".pc-start pre")
        camera.take(page, "no-index")
        rebuild(own)
        page.wait_for_selector(".pc-held:not([disabled])", timeout=60_000)
        asked(page, CHIPS)
        story = own.corpus_dir / "a-01-lumiara-glm-image-lancamento.md"
        story.write_text(story.read_text(encoding="utf-8").replace("quarta-feira", "terça-feira"), encoding="utf-8")
        update(own)
        look = "() => (window.dispatchEvent(new Event('focus')), document.querySelector('.pc-aged') !== null)"
        page.wait_for_function(look, timeout=60_000, polling=500)
        camera.take(page, "renewed")
        page.click(".pc-chip >> nth=0")
        page.click(".pc-passage.pc-on button:has-text('Artigo completo')")
        page.click(".pc-history summary")
        page.wait_for_selector(".pc-versions > li")
        camera.take(page, "versions")
        page.keyboard.press("Escape")
        desk.go.clear()
        asked(page, CHIPS, "answering")
        camera.take(page, "waiting")
        page.click("#pc-ask.pc-stop")
        desk.go.set()
        camera.take(page, "stopped")
        desk.breaks.set()
        asked(page, CHIPS, "error")
        camera.take(page, "error")
        desk.breaks.clear()
        page.context.set_offline(True)
        page.wait_for_function("() => (window.dispatchEvent(new Event('focus')), document.querySelector('.pc-lost-line') !== null)", polling=300)
        camera.take(page, "connection-lost")
    running.close()
    desk.close()


def served(desk: Desk, port: int) -> tuple[Running, str]:
    """The page over a desk, and its address."""
    return start(desk, "127.0.0.1", port), f"http://127.0.0.1:{port}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--port", type=int, default=7960, help="first of the ports to use")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    seclude(os.environ)
    ports = iter(range(given.port, given.port + 10))
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        settings = Settings(corpus_dir=ROOT / "corpus", index_dir=Path(home) / "index")
        rebuild(settings)
        browser = playwright.chromium.launch(executable_path=program(), args=[*FLAGS, "--force-device-scale-factor=1"])
        camera = Camera(browser, given.out)
        desk = Desk(settings)
        running, url = served(desk, next(ports))
        desktop(camera, url)
        phone(camera, url)
        running.close()
        desk.close()
        faults(camera, Path(home), ports)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
