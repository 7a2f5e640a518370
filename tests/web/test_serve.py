"""The command: it says where the page is, refuses what it must, and stops when told to."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import gradio
import httpx
import pytest

from index import Settings
from qa.web import passwords
from qa.web.desk import Desk
from qa.web.serve import seclude, start

ROOT = Path(__file__).parent.parent.parent
APP = [sys.executable, str(ROOT / "app.py")]


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, app\ntry: app.main(['--help'])\nexcept SystemExit: pass\nprint(sorted({'gradio', 'torch', 'pydantic'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.endswith("[]\n")


def test_another_machine_is_refused_in_one_line() -> None:
    ended = subprocess.run([*APP, "--host", "0.0.0.0"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "this machine only" in ended.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_every_loopback_address_is_served_by_its_own_name(host: str, tmp_path: Path) -> None:
    if host == "::1" and not has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    seclude(os.environ)
    port = free_port()
    desk = Desk(Settings(index_dir=tmp_path / "none", corpus_dir=tmp_path))
    running = start(desk, host, port)
    site = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    with httpx.Client(base_url=site, trust_env=False) as client:
        assert client.get("/").status_code == 200
        assert f'"root":"{site}"' in client.get("/config").text
        assert client.get("/health", headers={"origin": "http://evil.example"}).status_code == 403
        assert client.get("/health", headers={"host": f"127.0.0.3:{port}"}).status_code == 421
    running.close()
    desk.close()
    assert not running.thread.is_alive()


def listening(process: int) -> set[str]:
    """The addresses on which a process listens, in Linux' own writing: 0100007F is 127.0.0.1."""
    held = {os.readlink(one) for one in Path(f"/proc/{process}/fd").iterdir() if one.is_symlink()}
    rows = [row.split() for name in ("tcp", "tcp6") for row in Path(f"/proc/{process}/net/{name}").read_text().splitlines()[1:]]
    return {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in held}


def hostile() -> dict[str, str]:
    """Every variable that the installed Gradio reads, with the worst that one could wish for, and those of uvicorn."""
    folder = Path(gradio.__file__).parent
    names = {name for path in folder.glob("*.py") for name in re.findall(r"GRADIO_[A-Z_]+[A-Z]", path.read_text(encoding="utf-8"))}
    assert len(names) > 20
    worst = {"GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_NODE_SERVER_NAME": "0.0.0.0", "GRADIO_ALLOWED_PATHS": "/", "GRADIO_ROOT_PATH": "//evil.example"}
    spaces = {"SYSTEM": "spaces", "SPACE_ID": "evil/page", "FORWARDED_ALLOW_IPS": "*", "WEB_CONCURRENCY": "4"}
    return dict.fromkeys(names - {"GRADIO_TEMP_DIR"}, "True") | {"GRADIO_SERVER_PORT": "1", "GRADIO_NUM_PORTS": "1"} | worst | spaces


def started(command: list[str], **more: str) -> tuple[subprocess.Popen[str], str]:
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | more)
    assert running.stdout is not None
    return running, running.stdout.readline().strip()


def test_it_says_its_address_once_listens_there_alone_asks_who_comes_and_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    port = free_port()
    passwords.add(tmp_path / "users", "ana", "a ponte caiu às 14h20")
    options = ["--index", str(tmp_path / "none"), "--corpus", str(tmp_path), "--auth-file", str(tmp_path / "users"), "--name", "noticias.example"]
    running, url = started([*APP, "--port", str(port), *options], **hostile())
    try:
        assert url == f"http://127.0.0.1:{port}"
        assert httpx.get(f"{url}/health", trust_env=False).json()["status"] in ("opening", "missing")
        assert httpx.get(f"{url}/config", trust_env=False).status_code == 401
        for host in (f"127.0.0.1:{port}", "noticias.example"):
            known = httpx.get(f"{url}/config", trust_env=False, auth=("ana", "a ponte caiu às 14h20"), headers={"host": host}, timeout=20)
            assert known.status_code == 200
            assert "evil.example" not in known.text
        if sys.platform == "linux":
            assert listening(running.pid) == {f"0100007F:{port:04X}"}
        busy = subprocess.run([*APP, "--port", str(port)], cwd=ROOT, capture_output=True, text=True, check=False)
        assert (busy.returncode, busy.stderr.count("\n")) == (1, 1)
        running.send_signal(signal.SIGTERM)
        rest, errors = running.communicate(timeout=20)
    finally:
        running.kill()
    assert (running.returncode, rest, errors) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_told_to_stop_while_it_answers_it_ends_within_five_seconds_and_says_so_to_all_who_wait(settings: Settings, number: int) -> None:
    command = [*APP, "--port", str(free_port()), "--index", str(settings.index_dir), "--corpus", str(settings.corpus_dir)]
    running, url = started(command)  # the model is being loaded yet: everybody waits
    asked: list[str] = []
    lines: list[socket.socket] = []
    try:
        with httpx.Client(base_url=url, trust_env=False, timeout=20) as client:
            for n in range(32):
                body = {"data": ["Que chips foram usados para treinar o GLM-Image?", "", "", [], [], True]}
                asked.append(client.post("/gradio_api/call/ask", json=body, headers={"x-forwarded-for": f"10.0.0.{n // 4}"}).json()["event_id"])
        for event in asked[-12:]:
            lines.append(socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=20))
            lines[-1].sendall(f"GET /gradio_api/call/ask/{event} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        time.sleep(0.3)
        begun = time.monotonic()
        running.send_signal(number)
        _, errors = running.communicate(timeout=20)
        took = time.monotonic() - begun
        told = [b"".join(iter(lambda one=one: one.recv(65_536), b"")).decode() for one in lines]  # type: ignore[misc]
    finally:
        running.kill()
        for one in lines:
            one.close()
    print(f"\nstopped after {took:.1f} s; {sum('event: error' in one for one in told)} of {len(told)} were still waiting")
    assert (running.returncode, errors) == (0, "")
    assert took < 5
    assert all(one.endswith("0\r\n\r\n") for one in told), "the answers are whole to HTTP"
    assert all("event: complete" in one or 'event: error\ndata: "the page was stopped"' in one for one in told)
    assert any("event: error" in one for one in told)
