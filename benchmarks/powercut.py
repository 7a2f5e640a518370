"""Cut the power at any moment of a command, in a model of the disk; and count what is lost.

    .venv/bin/python benchmarks/powercut.py [--states N] [--seed S] [--command NAME]... [--drop REGEX]... [--json]

    a command under strace ─► benchmarks/disk.py: a state that may be on the disk after a cut ─► a folder
    the folder: opens? answers as before, or as after? verifies? once the command had succeeded: as after?  the next update: as after?
    of `forget`: once it had succeeded, or is done once more, no word of the article is left
    of `repair`: what a cut leaves may still be damaged; repaired once more, no version is lost that the repair had saved

--drop judges a third as many states of a worse protocol too, one without any fsync of a path in which REGEX is found: if nothing is
wrong or had to be mended there, the model cannot accuse.  Exit 1 then, and when anything is wrong with the true protocol.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter, deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from disk import MODELS, OPTIONS, Recording, Tree, plain  # noqa: E402
from trials.commands import Others, command, words  # noqa: E402
from trials.forks import Child, done, traceable, under_strace  # noqa: E402
from trials.world import GONE, Report, World, everything, preload, strays, update, versions  # noqa: E402

BATCH = 15  # states a process, at most
CORES = os.cpu_count() or 1
STATE_S = 20
COMMANDS = ("update", "rebuild", "first rebuild")  # unless others are named
MORE = ("rebuild --fresh", "forget", "repair")
BAD = ("unusable", "silently_wrong", "unsound", "lost")
OLD = "20000101T000000.000000Z"  # a generation older than all, which publishing removes


class Traced(NamedTuple):
    """A command that was done under strace, and what an index may answer after a cut."""

    name: str
    recording: Recording
    before: Report | None  # what each passage answered; None when there was no index
    after: Report
    kept_before: set[str]  # versions in the catalog, none of which may be lost
    kept_after: set[str]  # those that are there after the next update, and no others


class State(NamedTuple):
    """One state of the disk: how it is drawn."""

    cut: int
    model: str
    seed: str


def record(world: World, name: str) -> Traced:
    """Do a command under strace."""
    folder = world.home / name.replace(" ", "-")
    base, home, log = (folder / part for part in ("base", "home", "log"))
    base.mkdir(parents=True)
    first, other, others = name.startswith("first"), name in ("forget", "repair"), Others(world)
    if other:
        prepared = others.prepared(name)
        prepared.index_dir.rename(base / "index")
        others.remove(prepared)
    elif not first:
        shutil.copytree(world.home / "before", base / "index")
        (serving,) = (base / "index" / "generations").iterdir()
        shutil.copytree(serving, serving.with_name(OLD))
    shutil.copytree(base, home)
    settings = world.settings("before").replace(index_dir=home / "index")
    ended = under_strace(command("rebuild" if first else name, settings), OPTIONS, log, 120)
    if ended.code:
        raise RuntimeError(f"{name} ended with {ended.code}: {ended.value}")
    recording = Recording(base, home, log)
    if first:
        return Traced(name, recording, None, world.clean["found"], set(), set(done(partial(versions, world.settings("clean")))))
    if other:
        kept = others.saved if name == "repair" else {key for key in world.kept["after"] if not key.startswith(f"n{GONE}@")}
        return Traced(name, recording, world.after["found"], world.after["found"], kept, kept)
    return Traced(name, recording, world.before["found"], world.after["found"], world.kept["before"], world.kept["after"])


def states(recording: Recording, model: str, count: int, seed: str) -> Iterator[State]:
    """States of the disk, no two of which hold the same; fewer than wanted when there are not so many."""
    seen: set[tuple[str, bool]] = set()
    for turn in range(20 * count):
        chance = random.Random(f"{seed} {turn}")
        state = State(recording.cut(chance), model, f"{seed} {turn}")
        found = plain(_drawn(recording, state))
        digest = hashlib.sha256()
        for path in sorted(found):
            digest.update(f"{path}\0{found[path] is None}\0{len(found[path] or b'')}\0".encode() + (found[path] or b""))
        key = digest.hexdigest(), state.cut == recording.now
        if key not in seen:
            seen.add(key)
            yield state
        if len(seen) == count:
            return


def _drawn(recording: Recording, state: State) -> Tree:
    return recording.state(state.cut, state.model, random.Random(state.seed))


def judged(world: World, traced: Traced, todo: list[State]) -> list[Report]:
    """What becomes of an index in each of these states; as many processes at a time as there are processors."""
    size = min(BATCH, -(-len(todo) // CORES))
    waiting = deque(todo[at : at + size] for at in range(0, len(todo), size))
    running: deque[tuple[list[State], Child]] = deque()
    found: list[Report] = []
    while waiting or running:
        while waiting and len(running) < CORES:
            batch = waiting.popleft()
            running.append((batch, Child(partial(_batch, world, traced, batch))))
        batch, child = running.popleft()
        ended = child.wait(STATE_S * len(batch))
        if not ended.code:
            found += ended.value
        elif len(batch) > 1:  # one of them killed the process: each on its own
            waiting.extend([state] for state in batch)
        else:
            found.append({"unusable": [f"{batch[0]}: the process ended with {ended.code}: {ended.value}"]})
    return found


def _batch(world: World, traced: Traced, batch: list[State]) -> list[Report]:
    found = []
    for state in batch:
        with tempfile.TemporaryDirectory(dir=world.home, prefix="cut-") as work:
            for path, data in _drawn(traced.recording, state).items():
                if data is None:
                    (Path(work) / path).mkdir()
                else:
                    (Path(work) / path).write_bytes(data)
            settings = world.settings("before").replace(index_dir=Path(work) / "index")
            found.append(_judged(settings, traced, state, acknowledged=state.cut == traced.recording.now))
    return found


def _judged(settings: Any, traced: Traced, state: State, *, acknowledged: bool) -> Report:
    """What is said of one state: keys of BAD hold what is wrong, all others are counted."""
    from index.errors import QAError

    seen: Report = {"acknowledged": acknowledged} | {kind: [] for kind in BAD}
    for step, work in (("opened", partial(_opened, settings, traced, seen, acknowledged)), ("updated", partial(_updated, settings, traced, seen))):
        try:
            work()
        except QAError as error:
            seen["unusable"].append(f"{step}: {error}")
        except Exception:  # noqa: BLE001 (that is what is counted)
            seen["unusable"].append(f"{step}: {traceback.format_exc(limit=-3)}")
    return seen | {kind: [f"{state}: {line}"[:600] for line in seen[kind]] for kind in BAD}


def _opened(settings: Any, traced: Traced, seen: Report, acknowledged: bool) -> None:
    from index.errors import IndexMissing
    from index.repair import repair
    from index.verify import verify

    if traced.name == "repair":
        repaired = repair(settings)
        seen["mended"] = bool(repaired.done) and acknowledged
        seen["lost"] += ["what the repair had done is to be done again"] if seen["mended"] else []
    if traced.name == "forget":
        seen["lost"] += words(settings) if acknowledged else []  # that is: the order to forget
    try:
        answers = everything(settings)
    except IndexMissing:
        if traced.before is not None:
            raise
        seen["as_before"] = True
        seen["lost"] += ["there is no index, though the command had succeeded"] if acknowledged else []
        return
    seen["mended"] = bool(answers["notices"])
    seen["as_before"], seen["as_after"] = answers["found"] == traced.before, answers["found"] == traced.after
    known = {key: said[:2] for key, said in traced.after.items()}
    some = traced.name == "repair" and all(known.get(key) == said[:2] for key, said in answers["found"].items())
    if not seen["as_before"] and not seen["as_after"] and not some:
        seen["silently_wrong"].append("it answers neither as before nor as after")
    if acknowledged and seen["as_before"] and not seen["as_after"]:
        seen["lost"].append("it answers as before, though the command had succeeded")
    seen["lost"] += [f"the version {key}" for key in sorted(traced.kept_before - set(versions(settings)))]
    seen["unsound"] += verify(settings)[1] if traced.name != "repair" else []


def _updated(settings: Any, traced: Traced, seen: Report) -> None:
    from index.verify import verify

    if traced.name == "forget":
        command("forget", settings)()
        seen["unsound"] += words(settings)
    update(settings)
    answers = everything(settings)
    if answers["found"] != traced.after:
        seen["silently_wrong"].append("after the next update it does not answer like an index made from nothing")
    seen["unsound"] += [f"after the next update: {line}" for line in [*answers["notices"], *verify(settings)[1]]]
    found = set(versions(settings))
    lost = traced.kept_after - found if traced.name == "repair" else traced.kept_after ^ found
    seen["lost"] += [f"after the next update: the version {key}" for key in sorted(lost)]
    seen["left_behind"] = bool(strays(settings))


def trial(world: World, traced: Traced, model: str, count: int, seed: int, drop: str = "") -> Report:
    """Judge so many states of a command."""
    begin = time.monotonic()
    if drop:
        traced = traced._replace(recording=traced.recording.without(drop))
    todo = list(states(traced.recording, model, count, f"{seed} {traced.name}"))
    found = judged(world, traced, todo)
    counts = {key: sum(bool(one.get(key)) for one in found) for key in ("acknowledged", "as_before", "as_after", "mended", "left_behind", *BAD)}
    bad = sum(any(one.get(kind) for kind in BAD) for one in found)
    what = [f"{kind}: {line}" for one in found for kind in BAD for line in one.get(kind, [])]
    told = {"command": traced.name, "model": model, "dropped": drop, "calls": traced.recording.now, "states": len(found), **counts}
    return {**told, "wrong": bad, "what": what[:40], "took_s": round(time.monotonic() - begin, 1)}


def main() -> int:
    """Record the commands, judge states of each in each model, and print the counts."""
    parser = argparse.ArgumentParser(description="Cut the power in a model of the disk, and count what is lost.")
    parser.add_argument(
        "--states", type=int, default=600, metavar="N", help="how many states are judged, over all commands and models (default: 600)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of what is left to chance (default: 1)")
    told = f"cut this command, may be repeated (default: {', '.join(COMMANDS)}; others: {', '.join(MORE)}; all: all of them)"
    parser.add_argument("--command", action="append", default=[], choices=[*COMMANDS, *MORE, "all"], metavar="NAME", help=told)
    parser.add_argument("--drop", action="append", default=[], metavar="REGEX", help="judge the protocol without these fsyncs too; `.`: all")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    args = parser.parse_args()
    if reason := traceable():
        print(json.dumps({"skipped": reason}) if args.json else f"left out: {reason}")
        return 0
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as many processes as processors are at work already
    preload()
    shared = Path("/dev/shm")
    names = (*COMMANDS, *MORE) if "all" in args.command else tuple(dict.fromkeys(args.command)) or COMMANDS
    share, failed = -(-args.states // (len(names) * len(MODELS))), False
    with tempfile.TemporaryDirectory(prefix="powercut-", dir=shared if os.access(shared, os.W_OK) else None) as home:
        world = World(Path(home))
        traced = [record(world, name) for name in names]
        for drop in ("", *args.drop):
            wrong: Counter[str] = Counter()
            for one in traced:
                for model in MODELS:
                    report = trial(world, one, model, -(-share // 3) if drop else share, args.seed, drop)
                    wrong.update({key: value for key, value in report.items() if isinstance(value, int)})
                    print(json.dumps(report, ensure_ascii=False) if args.json else _told(report), flush=True)
            failed |= not wrong["wrong"] + wrong["mended"] if drop else bool(wrong["wrong"])
            if not args.json:
                print(f"in all{f' without fsync of {drop!r}' if drop else ''}: " + _counts(wrong) + "\n", flush=True)
    return int(failed)


def _counts(report: Report) -> str:
    keys = ("states", "acknowledged", "as_before", "as_after", "mended", "left_behind", *BAD, "wrong")
    return ", ".join(f"{key.replace('_', ' ')} {report[key]:,}" for key in keys)


def _told(report: Report) -> str:
    """A report on a few lines."""
    return "\n    ".join(
        [f"{report['command']} ({report['model']}, {report['calls']} calls, {report['took_s']} s): {_counts(report)}", *report["what"]]
    )


if __name__ == "__main__":
    sys.exit(main())
