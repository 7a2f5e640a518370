"""A disk that says no, at any point of a command: one clear line, exit 1, the old generation goes on serving, and nothing is left lying about.

    strace     each system call that writes or opens fails once, or from then on, with ENOSPC, EIO, EACCES, EMFILE; once with EINTR
    RLIMIT     no file may grow beyond so many bytes
    tmpfs      a disk with so many free blocks

A file of the corpus that cannot be read is no error of the index: the run then says so, and the article before it still answers.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trials.commands import Others, command, crashed
from trials.forks import ERROR, Ended, calls, fork, spread, traceable, traced
from trials.kills import Tally, look
from trials.world import Report, World, unversioned

BLOCK = 4096
# The lock's own file is truncated in an exit path and `unlink` and `rmdir` only clear away: their failures are no failures of the run.
ERRORS = {
    "write": ("ENOSPC", "EIO", "EINTR"),
    "pwrite64": ("ENOSPC", "EIO", "EINTR"),
    "fsync": ("EIO", "ENOSPC", "EINTR"),
    "fdatasync": ("EIO", "EINTR"),
    "openat": ("EACCES", "EMFILE", "ENOSPC", "EIO", "EINTR"),
    "rename": ("EIO", "ENOSPC"),
    "mkdir": ("ENOSPC", "EACCES"),
    "ftruncate": ("EIO", "ENOSPC"),
    "unlink": ("EIO",),
    "flock": ("ENOLCK", "EINTR"),
    "read": ("EIO", "EINTR"),
    "pread64": ("EIO", "EINTR"),
}


class Refusals:
    """Counts of what was tried and how it ended."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.counts = {"points": 0, "refused": 0, "done_all_the_same": 0, "silent": 0, "lost": 0}
        self.wrong: list[str] = []
        self.messages: dict[str, int] = {}
        self.told_room = self.told_needed = 0  # refusals that said how many bytes are free; and how many are needed
        self._tally = Tally(world)

    def add(self, settings: Any, point: str, ended: Ended) -> None:
        """How a command ended whose disk said no, and what the index answers then."""
        self.counts["points"] += 1
        wrong: list[str] = []
        if ended.crashed or ended.code < 0:
            wrong.append(f"it ended with {ended.code}{' (hung)' if ended.hung else ''}: {str(ended.value)[-400:]}")
        elif ended.code == ERROR:
            self.counts["refused"] += 1
            told = str(ended.value)
            wrong += [f"the error is no clear line: {told[:300]}"] if "\n" in told or "run " not in told else []
            self.told_room += "bytes are free" in told
            self.told_needed += "are needed" in told
            key = told.split("(", 1)[0].replace(str(settings.index_dir), "INDEX")[:60]
            self.messages[key] = self.messages.get(key, 0) + 1
        else:
            self.counts["done_all_the_same"] += 1
            wrong += self._success(settings, ended.value)
        self.counts["silent"] += any("without a word" in line for line in wrong)
        self.wrong += [f"{point}: {line}"[:700] for line in wrong]
        before = len(self._tally.wrong)
        self._tally.add(settings, point, ended._replace(code=ERROR))
        found = [line for line in self._tally.wrong[before:] if not (ended.code == 0 and "neither as before" in line)]
        self.wrong += found
        self.counts["lost"] += any("lost" in line for line in found)

    def _success(self, settings: Any, report: Report) -> list[str]:
        """What says that it succeeded must have, but for files of the corpus that it says it could not read."""
        seen = fork(lambda: look(settings))
        if seen.code:
            return []  # told by the tally
        if report["failed"] > 1 or unversioned(seen.value) == unversioned(self.world.after):
            return []
        return ["it says that all went well, without a word of what did not"]

    def report(self, **more: Any) -> Report:
        """Counts and what was wrong."""
        return {**more, **self.counts, "wrong": len(self.wrong), "messages": self.messages, "what": self.wrong[:40]}


def at_calls(world: World, name: str = "update", count: int | None = None, *, stays: bool = False) -> Report:
    """Let each system call fail, one kind and one error at a time, or so many of each; `stays`: and all of its kind after it."""
    told = {"command": name, "where": "system calls that fail" + (" from then on" if stays else " once")}
    if why := traceable():
        return {**told, "skipped": why}
    found = Refusals(world)
    made = _failing(name, count, world.copy, lambda settings: shutil.rmtree(settings.index_dir), found.add, world.home / "calls", stays=stays)
    return found.report(**told, calls=made)


def _failing(
    name: str,
    count: int | None,
    prepared: Callable[[], Any],
    removed: Callable[[Any], object],
    judged: Callable[[Any, str, Ended], None],
    log: Path,
    *,
    stays: bool = False,
) -> dict[str, int]:
    """Do a command again and again, another of its system calls failing each time; returns how many of each kind it makes."""
    settings = prepared()
    made = calls(command(name, settings), tuple(ERRORS), log)
    removed(settings)
    for call, total in made.items():
        for error in ERRORS[call]:
            if stays and error == "EINTR":  # whoever is interrupted tries again: for ever
                continue
            for point in spread(total, count):
                settings, when = prepared(), f"{point}+" if stays else str(point)
                ended = traced(command(name, settings), f"{call}:error={error}:when={when}", log=log)
                if "INJECTED" in log.read_text(errors="replace"):
                    judged(settings, f"{call} {when} of {total}: {error}", ended)
                else:
                    removed(settings)
    return made


def of_another(world: World, name: str, count: int | None = None) -> Report:
    """The same for a command that is neither update nor rebuild (commands.py)."""
    told = {"command": name, "where": "system calls that fail once"}
    if why := traceable():
        return {**told, "skipped": why}
    others = Others(world)
    counts, found = {"points": 0, "refused": 0, "done_all_the_same": 0, "silent": 0, "lost": 0}, list[str]()

    def judged(settings: Any, point: str, ended: Ended) -> None:
        wrong = crashed(ended) or others.wrong(name, settings, ended)
        said = str(ended.value)
        if ended.code == ERROR and ("\n" in said or "run " not in said):
            wrong.append(f"the error is no clear line: {said[:300]}")
        counts["points"] += 1
        counts["refused" if ended.code == ERROR else "done_all_the_same"] += 1
        counts["silent"] += any("without a word" in line for line in wrong)
        counts["lost"] += any("lost" in line for line in wrong)
        found.extend(f"{name}, {point} (ended {ended.code}): {line}"[:700] for line in wrong)
        others.remove(settings)

    made = _failing(name, count, lambda: others.prepared(name), others.remove, judged, world.home / "calls")
    return {**told, **counts, "calls": made, "wrong": len(found), "what": found[:40]}


def by_size(world: World, step: int = BLOCK) -> Report:
    """No file may grow beyond a size, in steps up to the size that is enough."""
    found, size = Refusals(world), 0
    while True:
        settings = world.copy()
        ended = fork(_limited(command("update", settings), size))
        found.add(settings, f"RLIMIT_FSIZE {size}", ended)
        if not ended.code or size > 4 << 20:
            return found.report(where=f"RLIMIT_FSIZE from 0 to {size} bytes by {step}")
        size += step


def _limited(work: Callable[[], object], size: int) -> Callable[[], object]:
    def limited() -> object:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        return work()

    return limited


@contextmanager
def disk(folder: Path, options: str) -> Iterator[str]:
    """A small disk of its own; yields why there is none, or nothing."""
    folder.mkdir(exist_ok=True)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False)
    try:
        yield made.stderr.strip()
    finally:
        if not made.returncode:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def full_disk(world: World, step: int = 1) -> Report:
    """A disk with 0, 1, 2, … free blocks of 4 KiB (or every n-th), up to the number that is enough."""
    folder = world.home / "disk"
    with disk(folder, "size=16m,mode=700") as why:
        if why:
            return {"where": "tmpfs", "skipped": why}
        found, free = Refusals(world), 0
        while True:
            settings = world.copy(parent=folder)
            _fill(folder / "filler", free)
            ended = fork(command("update", settings))
            (folder / "filler").unlink()
            found.add(settings, f"{free} free blocks", ended)
            if not ended.code or free > 2000:
                if found.told_room < found.counts["refused"]:
                    found.wrong.append(f"only {found.told_room} of the refusals say how many bytes are free")
                where = f"tmpfs with 0 to {free} free blocks of 4 KiB by {step}"
                return found.report(where=where, said_how_many_are_needed=found.told_needed)
            free += step


def _fill(path: Path, free: int) -> None:
    """Fill a disk but for so many blocks."""
    with path.open("wb", buffering=0) as file:
        room = os.statvfs(path).f_bavail - free
        for _ in range(room):
            file.write(bytes(BLOCK))


def read_only(world: World) -> Report:
    """A disk that may only be read: updates are refused, questions answered."""
    folder = world.home / "disk"
    with disk(folder, "size=16m,mode=700") as why:
        if why:
            return {"where": "read-only disk", "skipped": why}
        found, settings = Refusals(world), world.copy(parent=folder)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        asked = fork(lambda: look(settings))
        ended = fork(command("update", settings))
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
        if asked.code or asked.value["found"] != world.before["found"] or asked.value["notices"]:
            found.wrong.append(f"read-only disk: it does not answer ({asked.code}): {str(asked.value)[:300]}")
        if ended.code != ERROR:
            found.wrong.append(f"read-only disk: the update ended with {ended.code}")
        found.add(settings, "read-only disk", ended)
        return found.report(where="read-only disk")
