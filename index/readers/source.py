"""Where a file comes from, and the only way that readers open one.

In: a path found in the corpus folder.  Out: its bytes, or a ReadError.  Never: following a link, waiting on a pipe,
or taking more than the caps below into memory.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pydantic import AwareDatetime, Field

from index.errors import ReadError
from index.records import Article, Record, Skipped, Withdrawal

MAX_FILE_BYTES = 64 * 1024 * 1024
BUFFER_BYTES = 64 * 1024

Items = Iterator[Article | Skipped | Withdrawal]


class Source(Record):
    """One file of the corpus."""

    path: str = Field(description="Path inside the corpus folder, with `/`; bytes that are no UTF-8 and control characters are written as escapes.")
    file: Path = Field(description="Absolute path, as the system has it.")
    now: AwareDatetime = Field(description="When this reading of the corpus began.")
    languages: tuple[str, ...] = Field(default=("pt", "en"), description="Languages in use: one of them is an article's that does not state its own.")
    fields: Path | None = Field(default=None, description="The small file beside it that says under which names its articles keep their fields, if any.")


def _descriptor(source: Source) -> int:
    """An open descriptor of the file, reached from the corpus folder without passing any link.

    Each folder on the way is opened on its own, so that one that becomes a link meanwhile is refused too.
    """
    depth = source.path.count("/")
    names = source.file.parts[len(source.file.parts) - depth - 1 :]
    folder = os.open(source.file.parents[depth], os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in names[:-1]:
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(names[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """The file, open for reading bytes.

    Raises:
        ReadError: if it is a link, a pipe, a device or anything else than a regular file, or cannot be opened.
    """
    try:
        descriptor = _descriptor(source)
    except OSError as error:
        raise ReadError(why(error)) from error
    with os.fdopen(descriptor, "rb", buffering=BUFFER_BYTES) as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ReadError("it is a pipe, a device or a socket, not a regular file")
        yield stream


def read_bytes(source: Source, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """The whole file, for formats that hold one article or must be parsed at once.

    Raises:
        ReadError: if it is empty, larger than `max_bytes`, changed while it was read, or cannot be opened.
    """
    with opened(source) as stream:
        before = os.fstat(stream.fileno())
        if before.st_size > max_bytes:
            raise ReadError(f"it has {before.st_size:,} bytes; at most {max_bytes:,} are read")
        data = stream.read(max_bytes + 1)
        after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise ReadError("it changed while it was read: run `python -m index rebuild` again")
    if not data:
        raise ReadError("it is empty")
    return data


def why(error: OSError) -> str:
    """The reason in an OSError, in words and without the path."""
    if error.errno == errno.ELOOP:
        return "it is a symbolic link, and links are never followed"
    return f"it cannot be opened: {error.strerror or error}"
