"""Feed the readers broken and hostile files for as long as you like, and tell which of their promises did not hold.

    .venv/bin/python benchmarks/fuzz.py FORMAT [--seconds 600] [--seed N] [--seeds DIR] [--keep DIR] [--engine own] [--json]

    docs/formats.md, DIR ─ seeds ─► mutated ─► a file ─ index.readers.read, twice ─► judged ─► findings
                             ▲                                                          │
                             └────────── a file that led somewhere new is a seed too ◄──┘

A finding: an exception, more than 5 s of work for a file of at most 1 MB (and 10 ms for each thing in it), memory that piles up, an
article that breaks a promise of its record or cannot be split, two readings that differ, a connection made or a program started.

With `pip install atheris` a file led somewhere new when it reached other code, without it when something else came out.  What the
tests write is more seeds: `pytest tests/index --basetemp DIR`.  Reading goes on in a process of its own, which is replaced when a
file kills or stops it.  Findings are kept as small as they can be made.  Exit 1: there are some.
"""

import argparse
import faulthandler
import hashlib
import importlib.util
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from fuzzing.formats import FORMATS, seeds, write  # noqa: E402 - found only now
from fuzzing.judging import LIMIT_S, Judge, Verdict, load  # noqa: E402
from fuzzing.mutations import MAX_BYTES, Chooser, mutated  # noqa: E402

STUCK_S = 4 * LIMIT_S  # of work on one file: the process says where it is, and is ended
SILENT_S = 120  # without a file done, whatever the work: the same
MEMORY_BYTES = 6 * 1024**3  # of addresses; beyond them is a MemoryError
MAX_GROWTH_MIB = 600  # of a process between a fifth of its time and the end; atheris keeps what it found in memory
MAX_STARTS = 20
PILES_UP = "memory piles up"
MAX_POOL = 3_000
MAX_SEED_BYTES = 50_000
MAX_SHRINKS = 400  # tries to make a finding smaller
OTHER_VARIANT = 0.05
INSTRUMENTED = "index trafilatura htmldate courlan justext feedparser defusedxml pypdf email csv json yaml tomllib zipfile".split()
MOST = ("slowest_s", "rss_mib_early", "rss_mib")  # of several processes the most counts; of other figures the sum


class Worker:
    """Reads one file after the other, and writes down what it finds."""

    def __init__(self, format_: str, folder: Path, seconds: float, seed: int, more: Path | None = None) -> None:
        self.format, self.folder, self.seconds = format_, folder, seconds
        self.judge = Judge(format_, folder / "now")
        self.chance = random.Random(seed)
        self.pool = seeds(format_, more)
        self.counts: dict[str, float] = dict.fromkeys(("inputs", "articles", "skipped", *MOST), 0)
        self._known: set[str] = set()
        self._outcomes: set[str] = set()
        self._began = self._told = time.monotonic()

    def explore(self) -> None:
        """Seeds, then what becomes of them, until the time is over."""
        waiting = list(self.pool)
        while time.monotonic() < self._began + self.seconds:
            self.step(waiting.pop() if waiting else None)

    def step(self, raw: bytes | None = None) -> Verdict:
        """Read a file, or one mutated from the pool; it joins the pool when what came out is new."""
        raw = self.mutate(self.chance.choice(self.pool), self.chance) if raw is None else raw
        verdict = self.one(raw)
        if verdict.outcome not in self._outcomes and len(raw) < MAX_SEED_BYTES and len(self.pool) < MAX_POOL:
            self._outcomes.add(verdict.outcome)
            self.pool.append(raw)
        return verdict

    def mutate(self, raw: bytes, chance: random.Random) -> bytes:
        """Other content in the same variant of the format, seldom in another."""
        variant = raw[:1] if chance.random() > OTHER_VARIANT else bytes([chance.randrange(256)])
        return variant + mutated(raw[1:], Chooser(chance, self.pool, FORMATS[self.format].tokens))

    def guided(self) -> None:
        """The same, led by atheris. Never comes back."""
        import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]

        inputs = self.folder / "inputs"
        inputs.mkdir(exist_ok=True)
        for raw in self.pool:
            (inputs / hashlib.sha256(raw).hexdigest()[:16]).write_bytes(raw)

        def change(data: bytes, most: int, seed: int) -> bytes:
            chance = random.Random(seed)
            return bytes(atheris.Mutate(data, most) if chance.random() < 0.3 else self.mutate(data, chance))[:most]

        options: dict[str, int | str] = {
            "max_total_time": int(self.seconds),
            "seed": self.chance.randrange(1, 2**31),
            "max_len": MAX_BYTES,
            "len_control": 0,
        }
        options |= {"timeout": 3_600, "report_slow_units": 3_600, "rss_limit_mb": 0, "verbosity": 0, "detect_leaks": 0}
        options |= {"artifact_prefix": f"{self.folder}/"}
        given = [sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(inputs)]
        atheris.Setup(given, lambda data: self.one(data) and None, custom_mutator=change)
        atheris.Fuzz()

    def one(self, raw: bytes) -> Verdict:
        """Read one file; a finding of a new kind is made small and kept."""
        verdict = self._judged(raw)
        self.counts["inputs"] += 1
        self.counts["articles"] += verdict.articles
        self.counts["skipped"] += verdict.skipped
        if verdict.seconds > self.counts["slowest_s"]:
            self.counts["slowest_s"] = verdict.seconds
            write(self.format, raw, self.folder / "slowest")
        for key, told in verdict.faults.items():
            if key not in self._known:
                self._known.add(key)
                self._keep(raw if key.startswith(("slow", "heavy")) else self._smaller(raw, key), key, told)
        if time.monotonic() - self._told > 1:
            self.tell()
        return verdict

    def tell(self) -> None:
        """Write the counts."""
        self._told = time.monotonic()
        self.counts["rss_mib"] = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1024**2
        if not self.counts["rss_mib_early"] and self._told - self._began > self.seconds / 5:
            self.counts["rss_mib_early"] = self.counts["rss_mib"]
        (self.folder / "counts.new").write_text(json.dumps(self.counts))
        (self.folder / "counts.new").replace(self.folder / "counts.json")

    def _judged(self, raw: bytes) -> Verdict:
        (self.folder / "input").write_bytes(raw)
        signal.setitimer(signal.ITIMER_PROF, STUCK_S)
        try:
            return self.judge.judge(raw)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _smaller(self, raw: bytes, key: str) -> bytes:
        """The same finding in fewer bytes: stretches are left out, ever shorter ones."""
        length, tries = len(raw) // 2, 0
        while length and tries < MAX_SHRINKS:
            place = 1
            while place < len(raw) and tries < MAX_SHRINKS:
                tries += 1
                less = raw[:place] + raw[place + length :]
                if key in self._judged(less).faults:
                    raw = less
                else:
                    place += length
            length //= 2
        return raw

    def _keep(self, raw: bytes, key: str, told: str) -> None:
        place = _place(self.folder, key)
        write(self.format, raw, place)
        (place / "input").write_bytes(raw)
        (place / "finding.json").write_text(json.dumps({"key": key, "told": told[-8_000:]}))


def _place(folder: Path, key: str) -> Path:
    return folder / "found" / hashlib.sha256(key.encode()).hexdigest()[:12]


def work(args: argparse.Namespace) -> None:
    """What the process of its own does."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    faulthandler.enable()
    faulthandler.register(signal.SIGPROF, chain=True)  # says where it is, then ends
    if args.engine == "atheris":
        import atheris

        with atheris.instrument_imports(include=INSTRUMENTED):
            load(args.format)
    worker = Worker(args.format, args.worker, args.seconds, args.seed, args.seeds)
    if args.only:
        worker.one(args.only.read_bytes())
        return
    if args.engine == "atheris":
        worker.guided()
    worker.explore()
    worker.tell()


def supervise(args: argparse.Namespace, folder: Path) -> dict[str, float]:
    """Let processes work until the time is over; what ended one before is a finding too.

    Returns:
        Their figures together.
    """
    end, figures, number = time.monotonic() + args.seconds, dict[str, float](), 0
    while (left := end - time.monotonic()) > 1:
        command = [
            sys.executable,
            __file__,
            args.format,
            f"--worker={folder}",
            f"--seconds={left}",
            f"--seed={args.seed + number}",
            f"--engine={args.engine}",
        ]
        number += 1
        with (folder / "errors").open("wb") as errors:
            child = subprocess.Popen([*command, f"--seeds={args.seeds}"] if args.seeds else command, stdout=errors, stderr=errors)
            _wait(child, folder / "counts.json", end + STUCK_S)
        told = (folder / "errors").read_bytes()[-8_000:].decode("utf-8", "replace")
        counts = json.loads((folder / "counts.json").read_text()) if (folder / "counts.json").exists() else {}
        (folder / "counts.json").unlink(missing_ok=True)
        for name, value in counts.items():
            figures[name] = max(value, figures.get(name, 0)) if name in MOST else value + figures.get(name, 0)
        if child.returncode and not (child.returncode == -signal.SIGKILL and time.monotonic() > end + STUCK_S):
            line = next((line.strip() for line in told.splitlines() if "/readers/" in line or "site-packages" in line), told[-200:].strip())
            _died(folder, f"the process ended by {child.returncode}: {line}", told)
        if not counts and number > MAX_STARTS:
            break  # it cannot even begin
        if counts and counts["rss_mib_early"] and counts["rss_mib"] - counts["rss_mib_early"] > MAX_GROWTH_MIB:
            _died(folder, PILES_UP, f"from {counts['rss_mib_early']:.0f} to {counts['rss_mib']:.0f} MiB")
    return {**figures, "processes": number}


def confirmed(args: argparse.Namespace, place: Path) -> bool:
    """Whether a finding of too much time or memory is one without atheris, which makes Python some times slower."""
    key = json.loads((place / "finding.json").read_text())["key"]
    if args.engine != "atheris" or key == PILES_UP or not (place / "input").exists():
        return True
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        command = [sys.executable, __file__, args.format, f"--worker={folder}", "--engine=own", f"--only={place / 'input'}"]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return done.returncode != 0 or any(Path(folder).glob("found/*"))


def _wait(child: "subprocess.Popen[bytes]", counts: Path, end: float) -> None:
    """Until the process ends; one that is silent, or works beyond its time, is ended."""
    last, seen = time.monotonic(), 0.0
    while child.poll() is None:
        time.sleep(0.2)
        changed = counts.stat().st_mtime if counts.exists() else 0.0
        last, seen = (time.monotonic(), changed) if changed != seen else (last, seen)
        if time.monotonic() > end:
            child.kill()
        elif time.monotonic() - last > SILENT_S:
            child.send_signal(signal.SIGPROF)
            last = time.monotonic()


def _died(folder: Path, key: str, told: str) -> None:
    """Keep the file that a process was at when it ended."""
    place = _place(folder, key)
    if not place.exists():
        shutil.copytree(folder / "now", place) if (folder / "now").exists() else place.mkdir(parents=True)
        shutil.copy(folder / "input", place) if (folder / "input").exists() else None
        (place / "finding.json").write_text(json.dumps({"key": key, "told": told}))


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures and the findings."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("format", choices=FORMATS)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seeds", type=Path, help="folder with more seeds, by their endings")
    parser.add_argument("--keep", type=Path, help="folder for the files that are findings, and the slowest")
    parser.add_argument("--engine", choices=("atheris", "own"), default="atheris" if importlib.util.find_spec("atheris") else "own")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.worker:
        work(args)
        return 0
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        figures = supervise(args, Path(folder))
        for place in Path(folder).glob("found/*"):
            if not confirmed(args, place):
                shutil.rmtree(place)
        findings = [json.loads(file.read_text()) for file in sorted(Path(folder).glob("found/*/finding.json"))]
        for name in ("found", "slowest"):
            if args.keep and Path(folder, name).exists():
                shutil.copytree(Path(folder, name), args.keep / args.format / name, dirs_exist_ok=True)
    run = {"format": args.format, "engine": args.engine, "seconds": args.seconds, "seed": args.seed}
    run |= {name: round(value, 3) for name, value in figures.items()}
    if args.json:
        print(json.dumps({**run, "findings": findings}, indent=1))
    else:
        print("\n".join([*(f"{name:<15} {value}" for name, value in run.items()), f"{'findings':<15} {len(findings)}"]))
        for finding in findings:
            print(f"\n{finding['key']}\n{finding['told']}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
