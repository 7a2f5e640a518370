"""How fast the page feels, in a real browser on loopback: `python benchmarks/page.py [--browsers 20 --questions 200]`.

Opens the page of the sample corpus (or of --corpus, indexed anew), and measures
  start    from the program's start to its address, and from opening that to a page that can be used
  first    from Enter to the first sentence on the page, one reader, the models loaded
  crowd    the same with many browsers at once; every answer is compared with what the library gives, every conversation with what was asked in it
"""

import argparse
import asyncio
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from index import Library, Settings, rebuild  # noqa: E402
from qa import ask  # noqa: E402
from qa.records import Answer  # noqa: E402
from tests.web.browsers import FLAGS, program  # noqa: E402

ANSWER_S = 120_000
# Sets window.first to the milliseconds from Enter to the first sentence, or to the end of a question that is refused.
WATCH = """() => { addEventListener('keydown', event => { if (event.key === 'Enter') { window.entered = performance.now(); window.first = null; } }, true);
  new MutationObserver(() => { const turn = document.querySelector('.pc-turn:last-child');
    if (window.first === null && turn && (turn.querySelector('.pc-claim') || turn.dataset.status === 'refused')) window.first = performance.now() - window.entered;
  }).observe(document.body, {subtree: true, childList: true, attributes: true, attributeFilter: ['data-status']}); }"""
SAID = "turn => [...turn.querySelectorAll('.pc-claim')].map(one => [...one.querySelectorAll('.pc-said')].map(part => part.textContent).join(''))"


class Reply(NamedTuple):
    """One answer as a browser saw it."""

    first_ms: float  # infinite when none came
    right: bool


@contextmanager
def served(settings: Settings) -> Iterator[tuple[str, float]]:
    """The page as `app.py` serves it: its address, and the seconds until it was printed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(ROOT / "app.py"), "--port", str(port), "--index", str(settings.index_dir), "--corpus", str(settings.corpus_dir)]
    since = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as program:
        try:
            assert program.stdout
            url = program.stdout.readline().strip()
            if not url:
                raise SystemExit("the page did not start")
            yield url, time.perf_counter() - since
        finally:
            program.send_signal(signal.SIGTERM)
            program.wait(30)


async def opened(browser: Browser, url: str) -> tuple[Page, float]:
    """A page in a browser of its own, and the seconds until a question can be typed."""
    page = await (await browser.new_context(locale="pt-BR", reduced_motion="reduce")).new_page()
    since = time.perf_counter()
    await page.goto(url)
    await page.wait_for_selector("#pc-question:not([disabled])")
    took = time.perf_counter() - since
    await page.evaluate(WATCH)
    return page, took


async def asked(page: Page, question: str, expected: list[str]) -> Reply:
    """Ask as a reader does, wait for the end, and compare."""
    turns = await page.locator(".pc-turn").count()
    await page.fill("#pc-question", question)
    await page.keyboard.press("Enter")
    await page.wait_for_function(f"document.querySelectorAll('.pc-turn').length === {turns + 1}")
    last = page.locator(".pc-turn:last-child:not([data-status=answering])")
    await last.wait_for(timeout=ANSWER_S)
    shown = await last.locator("h2").text_content()
    said: list[str] = await last.evaluate(SAID)
    first = await page.evaluate("window.first")
    if shown == question and said == expected:
        return Reply(first, right=True)
    status = await last.get_attribute("data-status")
    print(f"wrong    {question!r} shown as {shown!r}, {status}: {said}, not {expected}")
    return Reply(float("inf") if first is None else first, right=False)


def expected(library: Library, share: Sequence[str]) -> list[list[str]]:
    """The sentences that each question of a conversation is answered with."""
    history: list[Answer] = []
    for question in share:
        history.append(ask(question, history=history, library=library))
    return [[claim.text for claim in answer.claims] for answer in history]


async def crowd(browser: Browser, url: str, shares: Sequence[Sequence[str]], answers: Sequence[list[list[str]]]) -> list[Reply]:
    """Every browser asks its share, one question after the other; all browsers at once."""
    pages = [(await opened(browser, url))[0] for _ in shares]

    async def reader(page: Page, share: Sequence[str], own: list[list[str]]) -> list[Reply]:
        replies = [await asked(page, question, said) for question, said in zip(share, own, strict=True)]
        held = await page.locator(".pc-turn h2").all_text_contents()
        if held != list(share):
            raise SystemExit(f"a conversation holds what was not asked in it: {held}")
        return replies

    found = await asyncio.gather(*(reader(*one) for one in zip(pages, shares, answers, strict=True)))
    return [reply for replies in found for reply in replies]


def questions(settings: Settings, n: int) -> list[str]:
    """So many questions that stand alone: those that the corpus offers, or its headlines as questions; again and again when there are fewer."""
    listed = settings.corpus_dir / "questions.txt"
    with Library.open(settings) as library:
        titles = [library.article(f"{place.id}").title for place in library._snapshot.articles]
    own = [line for line in listed.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")] if listed.exists() else []
    every = [*own, *(f"O que se sabe sobre “{title}”?" for title in titles)]
    return [every[place % len(every)] for place in range(n)]


def told(name: str, replies: Sequence[Reply]) -> str:
    """Median and slowest time to the first sentence, and what went wrong."""
    times = sorted(reply.first_ms for reply in replies)
    wrong = sum(not reply.right for reply in replies)
    late = times[max(0, round(0.95 * len(times)) - 1)]
    return f"{name:8} {len(times)} questions: first sentence median {statistics.median(times):.0f} ms, p95 {late:.0f} ms, slowest {times[-1]:.0f} ms; wrong or failed {wrong}"


async def measure(settings: Settings, browsers: int, n: int) -> bool:
    """Print the figures; whether nothing went wrong."""
    wanted = questions(settings, n)
    with Library.open(settings) as library:
        shares = [wanted[place::browsers] for place in range(browsers)]
        answers = [expected(library, share) for share in shares]
        alone = expected(library, wanted[:21])
    with served(settings) as (url, start_s):
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program(), args=FLAGS)
            page, usable_s = await opened(browser, url)
            print(
                f"start    address after {start_s:.2f} s; page usable {usable_s:.2f} s after it is opened, {start_s + usable_s:.2f} s after the start"
            )
            again = [(await opened(browser, url))[1] for _ in range(5)]
            print(f"open     usable after {statistics.median(again):.2f} s (median of 5), slowest {max(again):.2f} s")
            single = [await asked(page, one, said) for one, said in zip(wanted[:21], alone, strict=True)][1:]
            print(told("first", single))
            many = await crowd(browser, url, shares, answers)
            print(told("crowd", many))
            await browser.close()
    return all(reply.right for reply in (*single, *many))


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--browsers", type=int, default=20)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--index", type=Path, help="an index of that corpus (default: one is made)")
    given: Any = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(corpus_dir=given.corpus, index_dir=given.index or Path(home) / "index")
        if given.index is None:
            rebuild(settings)
        return 0 if asyncio.run(measure(settings, given.browsers, given.questions)) else 1


if __name__ == "__main__":
    sys.exit(main())
