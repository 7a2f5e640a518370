"""Files put into the corpus folder: written in one step, and reached without passing any link.

In: paths inside the folder, and bytes.  Out: files that are on the disk before their name points at them.  Never: a link
followed, a wait on a pipe, or a step out of the folder.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from index.addresses import told
from index.errors import CorpusError, QAError, ReadError

CHUNK_BYTES = 1024 * 1024


class Folder:
    """The corpus folder, reached anew for each file and without passing any link below it."""

    def __init__(self, root: Path) -> None:
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CorpusError(f"the corpus folder {root} cannot be made: {error.strerror or error}") from error
        self.root = root.resolve()

    @contextmanager
    def _at(self, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        """A descriptor of the folder that a path lies in, and the path's last name."""
        *folders, name = path.split("/")
        if not {"", ".", ".."}.isdisjoint((*folders, name)):
            raise ReadError(f"{told(path)} is no path inside the corpus folder")
        here = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for folder in folders:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(folder, dir_fd=here)
                        os.fsync(here)
                try:
                    inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
                except NotADirectoryError as error:
                    raise ReadError(f"{told(folder)} in the corpus folder is a link or no folder, and is not passed: move it away") from error
                os.close(here)
                here = inner
            yield here, name
        finally:
            os.close(here)

    def has(self, path: str) -> bool:
        """Whether there is a regular file."""
        try:
            with self._at(path) as (here, name):
                return stat.S_ISREG(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode)
        except (ReadError, OSError, ValueError):
            return False

    def digest(self, path: str) -> str:
        """SHA-256 of a file; "" when there is none, "?" when it is none that can be read."""
        found = hashlib.sha256()
        try:
            with self._at(path) as (here, name), opened(name, here) as stream:
                for _ in chunks(stream, found):
                    pass
        except FileNotFoundError:
            return ""
        except (QAError, OSError):
            return "?"
        return found.hexdigest()

    def save(self, path: str, data: Iterable[bytes]) -> None:
        """Write a file in one step: every byte is on the disk before the name points at it."""
        with self._at(path, make=True) as (here, name):
            with suppress(FileNotFoundError):
                if not stat.S_ISREG(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode):
                    raise ReadError(f"{path} in the corpus is a link or a folder, and is not written over: move it away")
            temporary = f".adding-{os.getpid()}"
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=here)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666, dir_fd=here)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.writelines(data)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, name, src_dir_fd=here, dst_dir_fd=here)
            except BaseException:
                os.unlink(temporary, dir_fd=here)
                raise
            os.fsync(here)


@contextmanager
def opened(file: Path | str, folder: int | None = None) -> Iterator[BinaryIO]:
    """A regular file, open for reading; never a link, and never a wait on a pipe."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ReadError("it is a folder, a pipe, a device or a socket, not a regular file")
    with os.fdopen(descriptor, "rb") as stream:
        yield stream


def chunks(stream: BinaryIO, digest: "hashlib._Hash") -> Iterator[bytes]:
    """The rest of a file piece by piece, each added to the digest."""
    while chunk := stream.read(CHUNK_BYTES):
        digest.update(chunk)
        yield chunk
