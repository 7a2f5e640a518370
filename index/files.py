"""Files that survive a crash: every byte is on the disk before a name points at it, and only one process writes.

In: bytes and paths.  Out: durable files, checksums, a lock.  Never: a file rewritten in place.
"""

import errno
import fcntl
import hashlib
import json
import os
import re
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from index.errors import IndexBusy
from index.records import FileSum


@contextmanager
def new(path: Path) -> Iterator[BinaryIO]:
    """A new file to write into; when the block ends it is on the disk."""
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def write(path: Path, data: bytes) -> None:
    """Write a new file and wait until it is on the disk."""
    with new(path) as file:
        file.write(data)


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace(path: Path, data: bytes) -> None:
    """Give a file new content in one step: whoever reads it sees the old bytes or the new, never a mixture."""
    temporary = path.with_name(path.name + ".new")
    write(temporary, data)
    temporary.replace(path)
    sync(path.parent)


def size_bytes(folder: Path) -> int:
    """Bytes of all files below a folder; 0 when there is none. What vanishes meanwhile counts nothing."""
    found = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            found += path.stat().st_size if path.is_file() else 0
    return found


def why(error: Exception, folder: Path, needed_bytes: int) -> str:
    """What a disk said; of one that is full, how many bytes are free now, and about how many are needed when those are too few.

    Args:
        error: What was raised.
        folder: On the disk in question; the nearest folder above it that exists is asked.
        needed_bytes: An estimate; 0 when nothing can be said.
    """
    told = str(error)
    if getattr(error, "errno", None) not in (errno.ENOSPC, errno.EDQUOT) and not re.search("No space left|is full", told):
        return told
    there = next((path for path in (folder, *folder.absolute().parents) if path.is_dir()), Path("/"))
    room = os.statvfs(there)
    free_bytes = room.f_bavail * room.f_frsize
    wanted = f", about {needed_bytes:,} are needed" if needed_bytes > free_bytes else ""
    return f"{told}; {free_bytes:,} bytes are free{wanted}"


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """A regular file, open for reading; never a link, and never a wait on a pipe.

    Raises:
        OSError: it is something else, or cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        yield file


def read(path: Path) -> bytes:
    """The bytes of a regular file."""
    with opened(path) as file:
        return file.read()


def checksum(path: Path) -> FileSum:
    """Size and SHA-256 of a file."""
    with opened(path) as file:
        digest = hashlib.file_digest(file, "sha256")
        return FileSum(size_bytes=file.tell(), sha256=digest.hexdigest())


def is_as(path: Path, expected: FileSum) -> bool:
    """Whether a file has this size and SHA-256; a file of another size is not read."""
    with opened(path) as file:
        if os.fstat(file.fileno()).st_size != expected.size_bytes:
            return False
        return hashlib.file_digest(file, "sha256").hexdigest() == expected.sha256


@contextmanager
def writing(index_dir: Path) -> Iterator[None]:
    """Hold the index's lock. The kernel frees it when the process ends, however it ends.

    Raises:
        IndexBusy: somebody else holds it; the message says who, and since when.
    """
    missing = [folder for folder in (index_dir, *index_dir.parents) if not folder.exists()]
    index_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in missing:
        sync(folder.parent)
    with (index_dir / "LOCK").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise IndexBusy(f"{index_dir} is being written by {lock.read().strip() or 'another process'}: try again when it has ended") from None
        lock.truncate(0)
        who = {"pid": os.getpid(), "host": socket.gethostname(), "command": " ".join(sys.argv)[:200]}
        lock.write(json.dumps(who | {"since": datetime.now(UTC).isoformat(timespec="seconds")}) + "\n")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)
