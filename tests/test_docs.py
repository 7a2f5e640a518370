"""The docs say what is true: their examples run, their settings and commands exist."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from index import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "QA_INDEX_DIR": str(settings.index_dir), "QA_CORPUS_DIR": str(settings.corpus_dir), "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("code", blocks("python"))
def test_the_readme_s_python_runs(code: str, settings: Settings, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment(settings), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ascend" in done.stdout
    assert "ships" in done.stdout or "vessels" in done.stdout


def test_the_readme_s_commands_run(settings: Settings, tmp_path: Path) -> None:
    env = environment(settings) | {
        "QA_INDEX_DIR": str(tmp_path / "index"),
        "QA_EMBEDDER": "hashing:512",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    for line in "\n".join(blocks("bash")).splitlines():
        done = subprocess.run(["bash", "-c", line], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    assert len(README.splitlines()) < 150
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_every_command_of_the_readme_is_one_of_the_makefile() -> None:
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for line in README.splitlines():
        if line.startswith("make "):
            assert shlex.split(line, comments=True)[1] in targets
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
