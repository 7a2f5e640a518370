"""The page under too much: whoever comes too often is refused at once, whoever dawdles is cut off, and everyone else is answered."""

import asyncio
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from index import Library, Settings, rebuild
from qa import ask
from qa.records import Answer
from qa.web.calls import OF_ALL
from qa.web.desk import Desk

pytestmark = pytest.mark.filterwarnings("default")

ROOT = Path(__file__).parent.parent.parent
QUESTION = "Quando caiu a ponte velha de Lumiara?"
CHIPS = "Que chips foram usados para treinar o GLM-Image?"
T = TypeVar("T")
MARGIN = 3.0  # a test machine has other things to do


def body(question: str = QUESTION) -> bytes:
    return json.dumps({"data": [question, "", "", [], [], True]}).encode()


@asynccontextmanager
async def line(site: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    parts = urlsplit(site)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**22)
    try:
        yield reader, writer
    finally:
        writer.close()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs it in another thread: Playwright keeps a loop of its own in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


async def asked(site: str, client: str = "", content: bytes = b"", path: str = "call/ask") -> tuple[int, float, str]:
    """The status of one question, the seconds until it was there, and the rest of the answer."""
    content = content or body()
    begun = time.perf_counter()
    async with line(site) as (reader, writer):
        proxy = f"X-Forwarded-For: {client}\r\n" if client else ""
        head = f"POST /gradio_api/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n{proxy}"
        writer.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        said = (await reader.read()).decode()
    return int(said.split()[1]), time.perf_counter() - begun, said


async def fetched(site: str, event: str) -> str:
    async with line(site) as (reader, writer):
        writer.write(f"GET /gradio_api/call/ask/{event} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        return (await reader.read()).decode()


async def calm(site: str) -> float:
    """Seconds until a question is let in again."""
    begun = time.perf_counter()
    while (await asked(site, "198.51.100.99"))[0] != 200:
        await asyncio.sleep(0.05)
    return time.perf_counter() - begun


def test_one_client_may_have_four_questions_open_and_others_are_not_kept_out(plain_site: str) -> None:
    async def crowd() -> tuple[list[tuple[int, float, str]], tuple[int, float, str], float]:
        many = asyncio.gather(*(asked(plain_site, "198.51.100.7") for _ in range(60)))
        other = await asked(plain_site, "198.51.100.8")
        return await many, other, await calm(plain_site)

    many, other, after = run(crowd())
    refused = [one for one in many if one[0] != 200]
    assert {status for status, _, _ in many} == {200, 429}
    assert len(refused) >= 30
    assert all("\r\nretry-after: 1\r\n" in said for _, _, said in refused)
    assert statistics.median(seconds for _, seconds, _ in refused) < 1 * MARGIN
    assert other[0] == 200
    assert after < 5


def test_a_crowd_is_refused_in_all_and_let_in_again_at_once(plain_site: str) -> None:
    async def crowd() -> tuple[list[tuple[int, float, str]], float]:
        return await asyncio.gather(*(asked(plain_site, f"203.0.113.{n % 250}") for n in range(200))), await calm(plain_site)

    many, after = run(crowd())
    count = Counter(status for status, _, _ in many)
    assert set(count) <= {200, 503}
    assert count[503] > 50
    assert statistics.median(seconds for status, seconds, _ in many if status == 503) < 1 * MARGIN
    assert after < 5


def test_looks_at_the_archive_are_bounded_too(plain_site: str) -> None:
    numbers = re.findall(r'"id":(\d+),"type":"html"', httpx.get(f"{plain_site}/config", trust_env=False).text)
    sent = [json.dumps({"component_id": int(n), "fn_name": "status", "data": {}, "session_hash": "a"}).encode() for n in numbers]

    async def looked() -> list[int]:
        return [status for status, _, _ in await asyncio.gather(*(asked(plain_site, "", one, "component_server/") for one in sent * 40))]

    count = Counter(run(looked()))
    assert count[200] >= 1
    assert set(count) <= {200, 422, 503}


def test_half_sent_requests_are_cut_off_and_others_are_answered_meanwhile(plain_site: str) -> None:
    posted = b"POST /gradio_api/call/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"
    halves = (b"", b"GET / HT", b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ", posted)

    async def half(start: bytes) -> float:
        begun = time.perf_counter()
        async with line(plain_site) as (reader, writer):
            writer.write(start)
            end = asyncio.ensure_future(reader.read())
            while not end.done() and time.perf_counter() - begun < 30:
                await asyncio.wait({end}, timeout=1)
                if start and not end.done():
                    writer.write(b"x")
            end.cancel()
        return time.perf_counter() - begun

    async def others(until: asyncio.Future[Any]) -> list[float]:
        took = []
        while not until.done():
            status, seconds, _ = await asked(plain_site)
            assert status == 200, "the same machine, but another socket"
            took.append(seconds)
            await asyncio.sleep(0.1)
        return sorted(took)

    async def siege() -> tuple[list[float], list[float]]:
        slow = asyncio.gather(*(half(halves[n % 4]) for n in range(200)))
        return await others(slow), await slow

    took, held = run(siege())
    assert max(held) < 15
    assert took[int(len(took) * 0.99)] < 2


class Held(Desk):
    """A desk that lends nothing until the test says so."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.go = Event()

    def lend(self) -> AbstractContextManager[Library]:
        self.go.wait(30)
        return super().lend()


@pytest.mark.browser
def test_a_refusal_is_shown_at_once_and_the_question_can_be_asked_again(chromium: Browser, serve: Callable[[Desk], str], small: Any) -> None:
    settings = small({"ponte.md": "# Ponte cai\n\nA ponte velha de Lumiara caiu na terça-feira às 14h20."})
    rebuild(settings)
    desk = Held(settings)
    site = serve(desk)
    page = chromium.new_page()
    page.goto(site)
    page.wait_for_selector("#pc-ask")

    async def crowd() -> list[int]:
        return [status for status, _, _ in [await asked(site) for _ in range(OF_ALL + 1)]]

    assert run(crowd()) == [200] * OF_ALL + [503], "this machine itself has as much room as all clients together"
    page.fill("#pc-question", QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".pc-turn:last-child")).to_have_attribute("data-status", "error")
    desk.go.set()
    run(calm(site))
    page.fill("#pc-question", QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".pc-turn:last-child")).to_have_attribute("data-status", "answered")
    page.close()


@pytest.fixture
def alone(settings: Settings, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """The page over the sample corpus in a process of its own: its address, and the number of the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "app.py", "--port", str(port), "--index", str(settings.index_dir), "--corpus", str(settings.corpus_dir)]
    with (tmp_path / "errors").open("w") as errors:
        running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors)
    site = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                if httpx.get(f"{site}/health", trust_env=False).json()["status"] == "ready":
                    break
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        yield site, running.pid
    finally:
        running.terminate()
        running.wait(20)
    assert (tmp_path / "errors").read_text() == ""


def resident_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="there is no /proc on this system to read memory from")


@pytest.mark.long
@needs_proc
def test_ten_thousand_questions_a_thousand_at_once_are_answered_rightly_or_refused_and_memory_stays(alone: tuple[str, int], library: Library) -> None:
    site, process = alone
    run(asked(site, content=body(CHIPS)))
    time.sleep(2)
    before = resident_mb(process)
    count: Counter[int] = Counter()
    refused: list[float] = []
    recovered: list[float] = []
    events: list[str] = []

    async def wave(number: int) -> None:
        many = await asyncio.gather(*(asked(site, f"10.{number}.{n // 250}.{n % 250}", body(CHIPS)) for n in range(1_000)))
        count.update(status for status, _, _ in many)
        refused.extend(seconds for status, seconds, _ in many if status in (429, 503))
        told = [json.loads(said[said.index('{"event_id"') :].split("}")[0] + "}")["event_id"] for status, _, said in many if status == 200]
        events.extend(await asyncio.gather(*(fetched(site, one) for one in told[:8])))
        recovered.append(await calm(site))

    for number in range(10):
        run(wave(number))
    wanted = ask(CHIPS, library=library).claims
    right = [Answer.model_validate(json.loads(told.partition("event: complete\ndata: ")[2].split("\n")[0])[0]).claims == wanted for told in events]
    grown = resident_mb(process) - before
    print(f"\n{dict(count)}; refused after {statistics.median(refused):.2f} s (median), {max(refused):.2f} s (worst)")
    print(
        f"let in again after {max(recovered):.2f} s (worst); {grown:+.0f} MB; {sum(right)} of {len(right)} answers that were read are the library's"
    )
    assert set(count) <= {200, 429, 503}
    assert all(right)
    assert right
    assert statistics.median(refused) < 1 * MARGIN
    assert max(recovered) < 5
    assert grown < 50


@pytest.mark.long
@needs_proc
def test_results_that_nobody_fetches_are_forgotten(alone: tuple[str, int]) -> None:
    site, process = alone

    async def left(many: int) -> None:
        for n in range(many):
            content = body(CHIPS) if n % 5 == 0 else body("a" * 20_000)
            while (await asked(site, content=content))[0] != 200:
                await asyncio.sleep(0.02)

    run(left(200))
    before = resident_mb(process)
    run(left(1_500))
    grown = resident_mb(process) - before
    print(f"\n1,500 results left: {grown:+.1f} MB")
    assert grown < 10
