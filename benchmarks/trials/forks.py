"""Work done by a child process that may be killed: forked, so that hundreds of them start within milliseconds each.

In: a function.  Out: how the child ended, and what it returned.  Never: a child that outlives its time, or threads in the parent
(whoever forks never asks, builds or opens anything itself).
"""

import errno
import faulthandler
import json
import mmap
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

SHARED_BYTES = 32 << 20
ERROR, CRASH, STOPPED = 1, 70, 71  # exit codes of a child: a QAError, any other exception, KeyboardInterrupt
STRACE = shutil.which("strace")
Work = Callable[[], object]


class Ended(NamedTuple):
    """How a child ended."""

    code: int  # its exit code; below 0 the signal that killed it
    value: Any  # what it returned, or the error's message
    seconds: float
    hung: bool  # it had to be killed because its time was over

    @property
    def crashed(self) -> bool:
        """Whether it ended otherwise than by returning, by a QAError, or by a signal that was sent to it on purpose."""
        return self.hung or self.code in (CRASH, -signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL)


class Child:
    """A forked process."""

    def __init__(self, work: Work, *, gated: bool = False) -> None:
        """Start it; a gated one waits until `release`."""
        self._shared = mmap.mmap(-1, SHARED_BYTES)
        self._gate = os.pipe() if gated else None
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed in wait)
        self.begun = time.monotonic()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if not self.pid:
            self._run(work)
        self.group = self.pid

    def _run(self, work: Work) -> None:
        code = CRASH
        try:
            os.dup2(self.errors.fileno(), 1)
            os.dup2(self.errors.fileno(), 2)
            faulthandler.enable(self.errors)
            signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are deaf to it, and so are their children
            if self._gate:
                os.read(self._gate[0], 1)
            code, value = self._outcome(work)
            data = json.dumps(value).encode()
            self._shared[8 : 8 + len(data)] = data
            self._shared[:8] = len(data).to_bytes(8, "little")
        finally:
            os._exit(code)

    @staticmethod
    def _outcome(work: Work) -> tuple[int, object]:
        from index.errors import QAError

        try:
            return 0, work()
        except QAError as error:
            return ERROR, str(error)
        except KeyboardInterrupt:
            return STOPPED, "stopped"
        except BaseException:  # noqa: BLE001 (that is what is counted)
            return CRASH, traceback.format_exc()

    def release(self) -> None:
        """Let a gated child begin."""
        if self._gate:
            self.begun = time.monotonic()
            os.write(self._gate[1], b"x")

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to this child alone."""
        os.kill(self.pid, number)

    def wait(self, timeout_s: float = 60) -> Ended:
        """Wait until it ends; when its time is over it is killed."""
        hung, pause, last = False, 0.0005, self.begun + timeout_s
        while not (found := os.waitpid(self.pid, os.WNOHANG))[0]:
            if time.monotonic() > last and not hung:
                hung = True
                self.kill()
            time.sleep(pause)
            pause = min(0.01, pause * 1.5)
        size = int.from_bytes(self._shared[:8], "little")
        value = json.loads(self._shared[8 : 8 + size]) if size else None
        if value is None:
            self.errors.seek(0)
            value = self.errors.read()[-3000:].decode(errors="replace")
        for end in self._gate or ():
            os.close(end)
        self._shared.close()
        self.errors.close()
        return Ended(os.waitstatus_to_exitcode(found[1]), value, time.monotonic() - self.begun, hung)


def fork(work: Work, timeout_s: float = 60) -> Ended:
    """Do some work in a child and wait for it."""
    return Child(work).wait(timeout_s)


def done(work: Work, timeout_s: float = 120) -> Any:
    """What some work gives that must succeed."""
    ended = fork(work, timeout_s)
    if ended.code:
        raise RuntimeError(f"a step that the trial stands on ended with {ended.code}: {ended.value}")
    return ended.value


def traced(work: Work, inject: str, timeout_s: float = 60, log: Path | None = None) -> Ended:
    """Do some work in a child under strace, which injects a fault into its system calls.

    Args:
        work: What the child does; only this is traced, not the start of the interpreter.
        inject: As strace takes it: `fsync:signal=SIGKILL:when=3`.
        timeout_s: When it has not ended by then it is killed.
        log: Where strace writes what it saw; an injected fault is marked INJECTED there.
    """
    return under_strace(work, ["-e", f"trace={inject.partition(':')[0]}", "-e", f"inject={inject}"], log, timeout_s)


def calls(work: Work, names: tuple[str, ...], log: Path) -> dict[str, int]:
    """How often some work makes each system call: the most by one of its threads, as strace counts."""
    under_strace(work, ["-e", f"trace={','.join(names)}"], log, 60)
    made = Counter(re.findall(r"^(\d+) +(\w+)\(", log.read_text(errors="replace"), re.MULTILINE))
    return {name: max((number for (_, one), number in made.items() if one == name), default=0) for name in names}


def under_strace(work: Work, options: list[str], log: Path | None, timeout_s: float) -> Ended:
    child = Child(work, gated=True)
    command = [str(STRACE), "-f", "-qq", "-o", str(log or os.devnull), *options, "-p", str(child.pid)]
    tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _attached(child.pid, tracer.pid)
    child.release()
    ended = child.wait(timeout_s)
    try:
        tracer.wait(5)
    except subprocess.TimeoutExpired:
        tracer.kill()
        tracer.wait()
    return ended


def spread(total: int, count: int | None, last: int | None = None) -> list[int]:
    """So many of the numbers from 1 to `total`, evenly spread and the last one among them; of the last ones alone when that is given.

    >>> spread(10, 3), spread(10, None, last=2), spread(2, 9)
    ([4, 7, 10], [9, 10], [1, 2])
    """
    first = max(1, total - (last or total) + 1)
    size = total - first + 1
    wanted = size if count is None else min(size, count)
    return [total - size * place // wanted for place in range(wanted)][::-1]


def _attached(pid: int, tracer: int) -> None:
    status = Path(f"/proc/{pid}/status")
    for _ in range(2000):
        if f"TracerPid:\t{tracer}\n" in status.read_text():
            return
        time.sleep(0.002)
    raise RuntimeError("strace did not attach")


def traceable() -> str:
    """Why strace cannot be used here; empty when it can."""
    if not STRACE:
        return "strace is not installed"
    ended = traced(lambda: os.mkdir("/nonexistent/x"), "mkdir:error=ENOSPC:when=1")
    return "" if ended.code == CRASH and f"[Errno {errno.ENOSPC}]" in str(ended.value) else "strace may not trace here"
