"""The command: it says where the page is, refuses what it must, and stops when told to."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

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


@pytest.mark.browser
def test_it_says_its_address_once_and_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*APP, "--port", str(port), "--index", str(tmp_path / "none"), "--corpus", str(tmp_path)]
    environment = os.environ | {"GRADIO_SHARE": "True", "GRADIO_SERVER_NAME": "0.0.0.0"}
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert running.stdout is not None
        url = running.stdout.readline().strip()
        assert url == f"http://127.0.0.1:{port}"
        assert httpx.get(f"{url}/health", trust_env=False).json()["status"] in ("opening", "missing")
        busy = subprocess.run([*APP, "--port", str(port)], cwd=ROOT, capture_output=True, text=True, check=False)
        assert (busy.returncode, busy.stderr.count("\n")) == (1, 1)
        running.send_signal(signal.SIGTERM)
        rest, errors = running.communicate(timeout=20)
    finally:
        running.kill()
    assert (running.returncode, rest) == (0, "")
    assert "Traceback" not in errors
