"""Kill -9 (and Ctrl-C, and SIGTERM) at any point of `update`, `rebuild` and the other commands: nothing is lost, and what serves goes on serving.

    a copy of the index ── the command, killed ──► opens, answers as before or as after, verifies
                                              └──► the next update finishes, answers as after; no version is gone; the lock is free

Where it is killed: at random moments; at each named point, which is each call out of Python that touches a file or the catalog (EVENTS:
every SQL statement, open, write, fsync, rename, unlink, mkdir, flock, tantivy's commit …); and, with strace, at each system call that writes.
"""

import os
import random
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from trials.commands import Others, command, crashed
from trials.damage import harm_catalog
from trials.forks import STOPPED, Child, Ended, calls, done, fork, spread, traceable, traced
from trials.world import Report, World, everything, strays, unversioned, update, versions

CALLS = ("write", "pwrite64", "fsync", "fdatasync", "openat", "rename", "unlink", "unlinkat", "mkdir", "rmdir", "ftruncate", "flock")
PUBLISHING = 60  # the last events of a command: sealing, the pointer, what is cleared away
EVENTS = frozenset(
    "execute executemany commit add_document wait_merging_threads fsync replace rename link mkdir unlink rmdir open flock truncate write flush".split()
)


class Tally:
    """Counts of what was tried, and every point at which something was wrong."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.counts = {"points": 0, "killed": 0, "served_as_before": 0, "served_as_after": 0, "lost": 0}
        self.wrong: list[str] = []
        self._clean = unversioned(world.clean)

    def add(self, settings: Any, point: str, ended: Ended, *, mended: bool = False) -> None:
        """Look at an index after a command was killed; then let the next update finish, and look again.

        Args:
            settings: Of the index.
            point: Where the command was killed.
            ended: How it ended.
            mended: Whether a notice that something was made again is all right, for the index was damaged to begin with.
        """
        self.counts["points"] += 1
        self.counts["killed"] += ended.code != 0
        wrong = [f"the command: {ended.value}"] if ended.crashed else []
        first = fork(lambda: look(settings))
        wrong += self._as_known(first, mended=mended)
        second = fork(lambda: look(settings, after_update=True))
        wrong += self._finished(second)
        self.counts["lost"] += any("lost" in line for line in wrong)
        self.wrong += [f"{point}: {line}"[:600] for line in wrong]
        shutil.rmtree(settings.index_dir)

    def _as_known(self, seen: Ended, *, mended: bool) -> list[str]:
        if seen.code:
            return [f"the library cannot be opened afterwards ({seen.code}): {seen.value}"]
        world, found, wrong = self.world, seen.value, []
        if found["found"] == world.before["found"]:
            self.counts["served_as_before"] += 1
        elif found["found"] == world.after["found"]:
            self.counts["served_as_after"] += 1
        else:
            wrong.append("it answers neither as before nor as after")
        if not mended:
            wrong += [f"notice: {line}" for line in found["notices"]] + [f"verify: {line}" for line in found["wrong"]]
        return wrong + [f"lost: {key}" for key in self.world.kept["before"] - set(found["versions"])]

    def _finished(self, seen: Ended) -> list[str]:
        if seen.code:
            return [f"the next update did not finish ({seen.code}): {seen.value}"]
        found = seen.value
        wrong = [] if unversioned(found) == self._clean else ["after the next update it does not answer like an index made from nothing"]
        wrong += (
            [] if found["found"] == self.world.after["found"] else ["after the next update it does not answer like an update that was not killed"]
        )
        wrong += [f"left behind: {name}" for name in found["strays"]] + [f"verify afterwards: {line}" for line in found["wrong"]]
        return wrong + [f"lost after the next update: {key}" for key in self.world.kept["after"] ^ set(found["versions"])]

    def report(self, **more: Any) -> Report:
        """Counts and what was wrong."""
        return {**more, **self.counts, "wrong": len(self.wrong), "what": self.wrong[:40]}


def look(settings: Any, *, after_update: bool = False) -> Report:
    """What an index answers, whether it is whole, and what it keeps."""
    from index.verify import verify

    if after_update:
        update(settings)
    seen = everything(settings)
    return {**seen, "wrong": verify(settings)[1], "versions": versions(settings), "strays": strays(settings)}


def at_random(world: World, name: str, count: int, chance: random.Random, number: int = signal.SIGKILL) -> Report:
    """Kill a command so many times at random moments; every fourth time the next run too, at another one."""
    tally = Tally(world)
    whole = min(fork(command(name, world.copy())).seconds for _ in range(3 if count > 9 else 1))
    turn = 0
    while tally.counts["killed"] < count and turn < 3 * count:  # those that ended before they were killed are looked at too
        turn += 1
        settings = world.copy()
        moments = [chance.uniform(0.001, whole) for _ in range(2 if turn % 4 == 0 and number == signal.SIGKILL else 1)]
        for moment in moments:
            ended = killed(command(name, settings), moment, number)
        told = f"{name}, signal {number} after {' and '.join(f'{moment * 1000:.1f} ms' for moment in moments)}"
        if number == signal.SIGINT and ended.code not in (0, STOPPED):
            tally.wrong.append(f"{told}: it ended with {ended.code}: {ended.value}"[:600])
        tally.add(settings, told, ended)
    return tally.report(command=name, where=f"{signal.Signals(number).name} at random moments of {whole * 1000:.0f} ms")


def killed(work: Callable[[], object], after_s: float, number: int) -> Ended:
    child = Child(work)
    time.sleep(after_s)
    child.kill(number)
    return child.wait()


def at_events(world: World, name: str, count: int | None = None, last: int | None = None) -> Report:
    """Kill a command at each of its events, or at so many of them."""
    tally = Tally(world)
    total, points = _points(world.copy(), name, count, last)
    for point in points:
        settings = world.copy()
        tally.add(settings, f"{name}, event {point} of {total}", fork(lambda at=point, of=settings: counted(of, name, at)))  # type: ignore[misc]
    return tally.report(command=name, where=f"of {total} calls that touch a file or the catalog" + _of(last))


def counted(settings: Any, name: str, fatal: int = 0, number: int = signal.SIGKILL) -> int:
    """Run a command in this process and count its events; kill it at the fatal one."""
    seen = [0]

    def profile(_: object, what: str, called: Any) -> None:
        if what == "c_call" and called.__name__ in EVENTS and not isinstance(called.__self__, str):
            seen[0] += 1
            if seen[0] == fatal:
                os.kill(os.getpid(), number)

    work = command(name, settings)
    threading.setprofile(profile)  # of threads that begin from now on: the lexical store works in one
    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return seen[0]


def _points(settings: Any, name: str, count: int | None, last: int | None) -> tuple[int, list[int]]:
    """How many events a command has, and those of them at which it is killed."""
    total = done(lambda: counted(settings, name))
    shutil.rmtree(settings.index_dir)
    return total, spread(total, count, last)


def stopped_at_events(world: World, name: str, count: int | None = None, last: int | None = None) -> Report:
    """Ctrl-C at each event of a command: it ends by itself, and everything holds as after a kill."""
    tally = Tally(world)
    total, points = _points(world.copy(), name, count, last)
    for point in points:
        settings = world.copy()
        ended = fork(lambda at=point, of=settings: counted(of, name, at, signal.SIGINT))  # type: ignore[misc]
        if ended.code not in (0, STOPPED):
            tally.wrong.append(f"{name}, Ctrl-C at event {point}: it ended with {ended.code}: {ended.value}"[-600:])
        tally.add(settings, f"{name}, Ctrl-C at event {point} of {total}", ended)
    return tally.report(command=name, where=f"Ctrl-C, of {total} calls that touch a file or the catalog" + _of(last))


def _of(last: int | None) -> str:
    return f", of the last {last}" if last else ""


def at_calls(world: World, name: str, count: int | None = None) -> Report:
    """Kill a command at each system call that writes, one kind at a time; or at so many of each kind."""
    if why := traceable():
        return {"command": name, "where": "system calls", "skipped": why}
    tally, settings = Tally(world), world.copy()
    made = calls(command(name, settings), CALLS, world.home / "calls")
    shutil.rmtree(settings.index_dir)
    for call, total in made.items():
        for point in spread(total, count):
            settings = world.copy()
            ended = traced(command(name, settings), f"{call}:signal=SIGKILL:when={point}")
            tally.add(settings, f"{name}, {call} {point} of {total}", ended)
    return tally.report(command=name, where=f"of {sum(made.values())} system calls that write", calls=made)


def of_repair(world: World, count: int | None = None, last: int | None = None) -> Report:
    """Kill a repair of a damaged catalog at each of its events, or at so many: a second repair still saves what the first would have."""
    counts: dict[str, int] = {"points": 0, "killed": 0, "lost": 0}
    wrong: list[str] = []
    damaged = world.home / "damaged"
    shutil.copytree(world.home / "after", damaged)
    done(lambda: harm_catalog(damaged))
    kept = set(done(lambda: _repaired(world.copy("damaged"))))
    total, points = _points(world.copy("damaged"), "repair", count, last)
    for point in points:
        settings = world.copy("damaged")
        ended = fork(lambda at=point, of=settings: counted(of, "repair", at))  # type: ignore[misc]
        again = fork(lambda of=settings: _repaired(of))  # type: ignore[misc]
        counts["points"] += 1
        counts["killed"] += ended.code == -signal.SIGKILL
        lost = sorted(kept - set(again.value)) if not again.code else [f"{again.code}: {again.value}"]
        counts["lost"] += bool(lost)
        wrong += [f"repair, event {point} of {total} (ended {ended.code}): lost {lost[:3]} of {len(kept)}"] if lost else []
        shutil.rmtree(settings.index_dir)
    return {
        "command": "repair",
        "where": f"of {total} calls that touch a file or the catalog" + _of(last),
        **counts,
        "wrong": len(wrong),
        "what": wrong[:40],
    }


def of_another(world: World, name: str, count: int | None = None, last: int | None = None) -> Report:
    """Kill a command that is neither update nor rebuild (commands.py) at each of its events, or at so many."""
    others = Others(world)
    counts, wrong = {"points": 0, "killed": 0, "lost": 0}, list[str]()
    settings = others.prepared(name)
    total = done(lambda: counted(settings, name))
    others.remove(settings)
    for point in spread(total, count, last):
        settings = others.prepared(name)
        ended = fork(lambda at=point, of=settings: counted(of, name, at))  # type: ignore[misc]
        found = crashed(ended) + others.wrong(name, settings, ended._replace(value={}, code=ended.code or 1))
        counts["points"] += 1
        counts["killed"] += ended.code == -signal.SIGKILL
        counts["lost"] += any("lost" in line for line in found)
        wrong += [f"{name}, event {point} of {total}: {line}"[:600] for line in found]
        others.remove(settings)
    where = f"of {total} calls that touch a file or the catalog" + _of(last)
    return {"command": name, "where": where, **counts, "wrong": len(wrong), "what": wrong[:40]}


def _repaired(settings: Any) -> list[str]:
    command("repair", settings)()
    return versions(settings)
