"""Try to lose something: kill, refuse the disk, damage files, ask while generations are published; and count.

    .venv/bin/python benchmarks/reliability.py kills|full|damage|readers|quick|all [--count N] [--seed S] [--json|--markdown]

Every run makes its own small corpus and indexes in a temporary folder (hashed embedder, real SQLite, FAISS and tantivy, real processes).
The greater N, the more points are tried; --count 0 tries every one. Exit 1 when anything was wrong.
"""

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from trials import damage, faults, kills, readers  # noqa: E402
from trials.commands import OTHERS  # noqa: E402
from trials.world import Report, World, preload  # noqa: E402


def killed(world: World, count: int, seed: int) -> Iterator[Report]:
    """Kills: at random, at named points, at system calls."""
    chance, points = random.Random(seed), count or None
    times = count or 300
    for name in ("update", "rebuild"):
        yield kills.at_random(world, name, times, chance)
        yield kills.at_events(world, name, points)
        yield kills.at_events(world, name, points, last=kills.PUBLISHING)
        yield kills.at_calls(world, name, count // 8 + 1 if count else None)
    yield kills.at_random(world, "rebuild --fresh", -(-times // 4), chance)
    yield kills.at_random(world, "update", -(-times // 4), chance, signal.SIGTERM)
    yield kills.at_random(world, "update", -(-times // 4), chance, signal.SIGINT)
    yield kills.stopped_at_events(world, "update", points)
    yield kills.stopped_at_events(world, "update", points, last=kills.PUBLISHING)
    yield kills.of_repair(world, points)
    for name in ("forget", "backup", "add"):
        yield kills.of_another(world, name, points)
    yield readers.while_killed(world, times, 3, seed)


def full(world: World, count: int, seed: int) -> Iterator[Report]:  # noqa: ARG001
    """Disks that say no."""
    few = count // 8 + 1 if count else None
    yield faults.at_calls(world, "update", few)
    yield faults.at_calls(world, "update", few, stays=True)
    yield faults.at_calls(world, "rebuild", few)
    for name in OTHERS:
        yield faults.of_another(world, name, count // 25 + 1 if count else None)
    yield faults.by_size(world, step=faults.BLOCK * max(1, 200 // count if count else 1))
    yield faults.full_disk(world, step=max(1, 200 // count if count else 1))
    yield faults.read_only(world)


def damaged(world: World, count: int, seed: int) -> Iterator[Report]:
    """Damaged files."""
    yield damage.run(world, count * 10 if count else 6000, seed)


def asked(world: World, count: int, seed: int) -> Iterator[Report]:
    """Many at once."""
    times = count or 300
    yield readers.while_published(times, 8 if times < 500 else 4, seed, world.home)
    yield readers.many_threads(world, 64, times, seed)
    yield readers.many_threads(world, 64, -(-min(times * 100, 10_000) // 64), seed, retrieving=True)
    yield readers.two_builders(world, min(times, 300))
    yield readers.exclusion(world, 4, times * 4)


def quick(world: World, count: int, seed: int) -> Iterator[Report]:
    """A little of everything, for every commit."""
    chance = random.Random(seed)
    yield kills.at_random(world, "update", 2, chance)
    yield kills.at_events(world, "update", 4)
    yield kills.at_events(world, "update", 4, last=kills.PUBLISHING)
    yield kills.stopped_at_events(world, "update", 1, last=12)
    yield faults.by_size(world, step=90 * faults.BLOCK)
    yield damage.run(world, count, seed)
    yield readers.while_published(3, 2, seed, world.home)
    yield readers.two_builders(world, 2)
    yield readers.exclusion(world, 4, 50)


RUNS: dict[str, Callable[[World, int, int], Iterator[Report]]] = {"kills": killed, "full": full, "damage": damaged, "readers": asked}


def main() -> int:
    """Do one kind of run, or all."""
    parser = argparse.ArgumentParser(description="Try to lose something, and count.")
    parser.add_argument("run", choices=[*RUNS, "quick", "all"])
    parser.add_argument("--count", type=int, default=20, metavar="N", help="how many points of a kind are tried; 0: all (default: 20)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of what is left to chance (default: 1)")
    parser.add_argument("--markdown", action="store_true", help="print a line of a table for each report, as in docs/reliability.md")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    args = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is deaf to it; this one can be stopped all the same
    preload()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="reliability-") as home:
        world = World(Path(home))
        for name in RUNS if args.run == "all" else [args.run]:
            begin = time.monotonic()
            for report in ({**RUNS, "quick": quick})[name](world, args.count, args.seed):
                told = {"run": name, **report, "took_s": round(time.monotonic() - begin, 1)}
                begin = time.monotonic()
                wrong += told.get("wrong", 0)
                print(json.dumps(told, ensure_ascii=False) if args.json else _rows(told) if args.markdown else _told(told), flush=True)
                if args.markdown:
                    print("\n".join(told.get("what", [])), file=sys.stderr, end="\n" if told.get("what") else "", flush=True)
    return 1 if wrong else 0


def _rows(report: Report) -> str:
    """A report as a line of a table, and a line for each kind of file that was damaged."""
    files = [_row({"run": report["run"], "command": name, **tally}) for name, tally in report.get("files", {}).items()]
    return "\n".join([_row(report), *files])


def _row(report: Report) -> str:
    """A report as a line of a table: what was done, how often, what was seen, what was wrong."""
    apart = {"run", "command", "where", "points", "cases", "questions", "kills", "starts", "wrong", "lost", "what", "files", "took_s", "seed"}
    seen = ", ".join(f"{key.replace('_', ' ')} {value:,}" for key, value in report.items() if key not in apart and isinstance(value, int | float))
    tried = next((report[key] for key in ("points", "cases", "questions", "kills", "starts") if key in report), 0)
    what = ", ".join(str(report[key]) for key in ("command", "where") if key in report) or next(
        (name for name in ("cases", "questions") if name in report), "builders"
    )
    return f"| {report['run']} | {what} | {tried:,} | {seen or report.get('skipped', '')} | {report.get('lost', '–')} | {report.get('wrong', '–')} |"


def _told(report: Report) -> str:
    """A report on a few lines."""
    plain = ", ".join(f"{key} {value}" for key, value in report.items() if isinstance(value, int | float | str) and key != "run")
    more = [f"    {line}" for line in report.get("what", [])]
    more += [f"    {name}: {tally}" for name, tally in report.get("files", {}).items()]
    return "\n".join([f"{report['run']}: {plain}", *more])


if __name__ == "__main__":
    sys.exit(main())
