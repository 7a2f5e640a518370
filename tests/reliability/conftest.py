"""What the trials of reliability share: the command that runs them, as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
Reports = list[dict[str, Any]]


@pytest.fixture(scope="session")
def trial() -> Callable[..., Reports]:
    """Run `benchmarks/reliability.py` and give its reports; why a part was left out is printed."""

    def run(name: str, count: int, timeout_s: int = 600) -> Reports:
        command = [sys.executable, "benchmarks/reliability.py", name, "--count", str(count), "--json"]
        env = {key: value for key, value in os.environ.items() if not key.startswith("QA_")}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout_s, check=False)
        reports = [json.loads(line) for line in done.stdout.splitlines()]
        assert reports, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        for report in reports:
            if "skipped" in report:
                print(f"left out: {report}")
        assert done.returncode == any(report.get("wrong") for report in reports)
        return reports

    return run
