"""On a machine without any network everything works, and nothing so much as tries to reach another machine."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

# What runs on that machine: the index is built, the page served, and questions are asked at both doors.
DAY = """
import json, subprocess, sys, time, urllib.request
run = lambda *words: subprocess.run([sys.executable, *words], check=True, capture_output=True, text=True).stdout
run("-m", "index", "rebuild")
run("-m", "index", "update")
run("-m", "index", "verify")
page = subprocess.Popen([sys.executable, "app.py", "--port", "7861"], stdout=subprocess.PIPE, text=True)
url = page.stdout.readline().strip()
urllib.request.urlopen(url + "/").read()
questions = json.loads(sys.argv[1])
told = 0
for question in questions:
    sent = json.dumps({"data": [question, "", "", [], [], True]}).encode()
    asked = urllib.request.Request(url + "/gradio_api/call/ask", sent, {"content-type": "application/json"})
    event = json.load(urllib.request.urlopen(asked))["event_id"]
    told += b"event: complete" in urllib.request.urlopen(url + "/gradio_api/call/ask/" + event).read()
print(bool(json.loads(run("-m", "qa", questions[0], "--json"))["claims"]))
page.terminate()
print(told, page.wait(20))
"""
QUESTIONS = [
    "Que chips foram usados para treinar o GLM-Image?",
    "How many ships were waiting while the Ever Given blocked the Suez Canal?",
    "Qual é a receita de bolo de cenoura?",
    "Quem é www.example.com?",
]


def alone() -> list[str]:
    """The words before a command that give it a network of its own, with nothing but its own loopback; a skip where that is not allowed."""
    for words in (["unshare", "-rn"], ["unshare", "-n"]):
        tried = ["true"] if not shutil.which(words[0]) else [*words, "sh", "-c", "ip link set lo up"]
        if shutil.which(words[0]) and subprocess.run(tried, check=False, capture_output=True).returncode == 0:
            return [*words, "sh", "-c", 'ip link set lo up && exec "$@"', "alone"]
    pytest.skip("this user may not make a network of its own (unshare -rn, ip link set lo up): run as root, or allow user namespaces")


def outside(trace: str) -> list[str]:
    """Lines that name an address which is no loopback, or the port of name servers."""
    named = [line for line in trace.splitlines() if "sin_addr" in line or "sin6_addr" in line]
    return [line for line in named if not re.search(r'"127\.|"::1"|"::ffff:127\.', line) or "htons(53)" in line]


@pytest.mark.long
def test_a_day_without_a_network_in_which_nothing_is_looked_for_outside(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    watch = (
        ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(trace)] if shutil.which("strace") else []
    )
    command = [*alone(), *watch, sys.executable, "-c", DAY, json.dumps(QUESTIONS)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GRADIO_", "HF_", "QA_"))}
    environment = clean | {"QA_INDEX_DIR": str(tmp_path / "index"), "QA_CORPUS_DIR": str(ROOT / "corpus")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert done.stdout.split() == ["True", str(len(QUESTIONS)), "0"]
    if not watch:
        pytest.skip("everything worked without a network; what was tried could not be watched: there is no strace")
    told = trace.read_text(errors="replace")
    assert "7861" in told, "the watch saw the questions"
    assert outside(told) == []
