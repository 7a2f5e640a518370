"""Where a file comes from, and the only way that readers open one.

In: a path found in the corpus folder, or the place of a file inside a .gz or .zip there.  Out: its bytes, unpacked on the
way, or a ReadError.  Never: following a link, waiting on a pipe, writing what was unpacked, or taking more than the caps
below into memory.
"""

import errno
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, FileIO, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import AwareDatetime, Field

from index.errors import NotRead, ReadError
from index.readers.decode import Guessed
from index.records import Article, Record, Skipped, Withdrawal

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 20 * 1024**3  # of one file, for formats that are read a piece at a time
FREE_BYTES = 16 * 1024 * 1024  # come out of a packed file before MAX_RATIO counts; a 16th of it out of one that is packed twice
MAX_RATIO = 200  # bytes out for a byte in: news has 3 to 30, a bomb 1,000
MAX_HELD_BYTES = 1024 * 1024  # a greater part of a .gz takes the one behind it along when it is damaged
BUFFER_BYTES = 64 * 1024
_GZIP = b"\x1f\x8b\x08"

Items = Iterator[Article | Skipped | Withdrawal]


class Member(Record):
    """Where a file lies inside a .zip, as the archive's list of members says; what is found there is checked against it."""

    start: int = Field(ge=0, description="First byte of its own header in the archive, from 0.")
    packed_bytes: int = Field(ge=0, description="Its size in the archive.")
    size_bytes: int = Field(ge=0, description="Its size when unpacked.")
    crc: int = Field(ge=0, description="CRC-32 of it when unpacked.")
    method: Literal[0, 8] = Field(description="0: stored as it is; 8: deflated.")


class Source(Record):
    """One file of the corpus, or one inside a packed file there."""

    path: str = Field(description="Path inside the corpus folder, with `/`; bytes that are no UTF-8 and control characters are written as escapes.")
    file: Path = Field(description="Absolute path, as the system has it; of the packed file, for one inside it.")
    now: AwareDatetime = Field(description="When this reading of the corpus began.")
    languages: tuple[str, ...] = Field(default=("pt", "en"), description="Languages in use: one of them is an article's that does not state its own.")
    fields: Path | None = Field(
        default=None, description="The small file beside it that says under which names its articles keep their fields, if any."
    )
    inside: str = Field(default="", description="The end of `path` that lies inside a .zip, with its first `/`; empty for any other file.")
    member: Member | None = Field(default=None, description="Where it lies inside a .zip; None for any other file.")
    gzipped: bool = Field(default=False, description="Whether what is found there is still to be inflated.")
    guessed: bool = Field(default=False, description="Whether nothing tells the encoding of what was read there.")

    @property
    def name(self) -> str:
        """The name whose ending tells the format: that of the file itself, without the .gz of its packing."""
        name = self.inside.rpartition("/")[2] or self.file.name
        return name[: -len(".gz")] if self.gzipped and name.lower().endswith(".gz") else name

    def read_as(self, text: str) -> "Source":
        """The same, once its text, or a part of it, is decoded: it says where the encoding had to be guessed."""
        return self.model_copy(update={"guessed": True}) if isinstance(text, Guessed) else self


def shown(name: str) -> str:
    r"""A file's name as text on one line: bytes that are no UTF-8 and control characters are written as escapes.

    >>> shown("nota\n1.txt"), shown("caf\udce9.txt")
    ('nota\\n1.txt', 'caf\\xe9.txt')
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() or char == " " else ascii(char)[1:-1] for char in text)


class _Unpacked(RawIOBase):
    """What comes out of a packed stream, within the limits; an error is raised once what stands before is given, all but a last piece."""

    def __init__(self, packed: BufferedReader) -> None:
        self._packed = packed
        self._fed = b""  # taken from `packed`, not yet inflated
        self._held = bytearray()  # all that was taken of this part: where damage is noticed, the next may have begun already
        self._free_bytes = FREE_BYTES // 16 if isinstance(packed.raw, _Unpacked) else FREE_BYTES
        self._left_bytes = MAX_UNPACKED_BYTES  # that may still be taken, packed
        self._taken_bytes = self._given_bytes = 0
        self._error = ""

    def readable(self) -> bool:  # as RawIOBase asks
        return True

    def readinto(self, buffer: "Buffer", /) -> int:  # as many bytes as have room and are left; 0 at the end
        view, filled = memoryview(buffer), 0
        try:
            while not self._error and filled < len(view) and (data := self._piece(min(len(view) - filled, BUFFER_BYTES))):
                self._given_bytes += len(data)
                if self._given_bytes > (most := min(MAX_UNPACKED_BYTES, max(self._free_bytes, MAX_RATIO * self.taken_bytes))):
                    raise ReadError(f"it unpacks to more than {most:,} bytes, too many for its size: the rest was not read")
                view[filled : filled + len(data)] = data
                filled += len(data)
        except ReadError as error:
            self._error = str(error)  # the error itself would hold this frame, and all that it has read
        if self._error and not filled:
            raise ReadError(self._error)
        return filled

    @property
    def taken_bytes(self) -> int:
        """Bytes taken so far from the file in the corpus folder, however often it is packed."""
        raw = self._packed.raw
        return raw.taken_bytes if isinstance(raw, _Unpacked) else self._taken_bytes

    def _piece(self, most: int) -> bytes:
        """The next bytes, at most so many; none at the end."""
        raise NotImplementedError

    def _take(self) -> bytes:
        """The next packed bytes; none at the end."""
        data = self._packed.read1(min(self._left_bytes, BUFFER_BYTES))
        self._taken_bytes += len(data)
        self._left_bytes -= len(data)
        self._held += data if len(self._held) <= MAX_HELD_BYTES else b""
        return data

    def _inflate(self, part: "zlib._Decompress", most: int) -> bytes:
        """The next bytes out of a deflated stream; none at its end."""
        data = b""
        while not data and not part.eof:
            self._fed = self._fed or self._take()
            at_end = not self._fed
            try:
                data = part.decompress(self._fed, most)
            except zlib.error as error:
                raise ReadError(f"its packing is damaged, the rest was not read: {error}") from error
            self._fed = part.unconsumed_tail
            if at_end and not data and not part.eof:
                raise ReadError("it is cut off: what stood before was read")
        return data


class _Gunzip(_Unpacked):
    """A gzip stream, of one part or of many one after the other."""

    def __init__(self, packed: BufferedReader) -> None:
        super().__init__(packed)
        self._part: zlib._Decompress | None = None
        self._begun = False

    def _piece(self, most: int) -> bytes:
        while self._part or self._next_part():
            part = self._part = self._part or zlib.decompressobj(wbits=31)
            data = self._inflate(part, most)
            if part.eof:
                self._part, self._fed = None, part.unused_data
            if data:
                return data
        return b""

    def _next_part(self) -> bool:
        """Whether another part follows; NUL bytes that fill up a block are passed over."""
        fill = b"\x00" if self._begun else b""
        while len(self._fed.lstrip(fill)) < len(_GZIP) and (taken := self._take()):
            self._fed = self._fed.lstrip(fill) + taken
        self._fed = self._fed.lstrip(fill)
        self._held = bytearray(self._fed)
        if self._fed and not self._fed.startswith(_GZIP):
            raise ReadError("bytes that are no gzip follow its end: what stood before was read" if self._begun else "it is not gzip")
        self._begun = True
        return bool(self._fed)

    def resume(self) -> bool:
        """After an error, go on with the next part, if there is one that looks like it."""
        self._part = None
        self._fed = bytes(self._held[1:]) if len(self._held) <= MAX_HELD_BYTES else self._fed[1:]
        try:
            while (found := self._fed.find(_GZIP)) < 0 and (taken := self._take()):
                self._fed = self._fed[-len(_GZIP) + 1 :] + taken
        except ReadError:  # of the .zip around it
            return False
        self._fed = self._fed[max(found, 0) :]
        self._error = "" if found >= 0 else self._error
        return found >= 0


class _Unzip(_Unpacked):
    """One member of a .zip; its size and checksum are compared at its end."""

    def __init__(self, packed: BufferedReader, member: Member) -> None:
        super().__init__(packed)
        self._member = member
        self._left_bytes = member.packed_bytes
        self._crc = 0
        self._inflater = zlib.decompressobj(wbits=-15) if member.method else None
        packed.seek(member.start)
        head = packed.read(30)
        if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
            raise ReadError("it is damaged: the archive's list of members leads to another place")
        packed.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), os.SEEK_CUR)

    def _piece(self, most: int) -> bytes:
        if self._inflater:
            data = self._inflate(self._inflater, most)
        else:
            self._fed = self._fed or self._take()
            data, self._fed = self._fed[:most], self._fed[most:]
        self._crc = zlib.crc32(data, self._crc)
        if not data and (self._crc, self._given_bytes) != (self._member.crc, self._member.size_bytes):
            raise ReadError("it is damaged: its size or its checksum is not what the archive says")
        return data


def _descriptor(source: Source) -> int:
    """An open descriptor of the file, reached from the corpus folder without passing any link.

    Each folder on the way is opened on its own, so that one that becomes a link meanwhile is refused too.
    """
    depth = source.path.removesuffix(source.inside).count("/")
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
def on_disk(source: Source) -> Iterator[BufferedReader]:
    """The file as it lies in the corpus folder, still packed if it is.

    Raises:
        ReadError: if it is a link, a pipe, a device or anything else than a regular file, or cannot be opened.
    """
    try:
        descriptor = _descriptor(source)
    except OSError as error:
        raise (ReadError if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENXIO) else NotRead)(why(error)) from error
    stream: BufferedReader = BufferedReader(FileIO(descriptor, "rb"), BUFFER_BYTES)
    with stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ReadError("it is a pipe, a device or a socket, not a regular file")
        yield stream


def _unpacked(file: BufferedReader, source: Source) -> BufferedReader:
    """The source's bytes out of its file. What comes out of a packed file can be read on, but not sought in."""
    if source.member:
        file = BufferedReader(_Unzip(file, source.member), BUFFER_BYTES)
    return BufferedReader(_Gunzip(file), BUFFER_BYTES) if source.gzipped else file


@contextmanager
def opened(source: Source) -> Iterator[BufferedReader]:
    """The file, open for reading bytes; reading raises a ReadError where a packed file is damaged.

    Raises:
        ReadError: if it is a link, a pipe, a device or anything else than a regular file, or cannot be opened.
    """
    with on_disk(source) as file:
        yield _unpacked(file, source)


def resume(stream: BufferedReader) -> bool:
    """After a ReadError in the middle of a .gz, go on with its next part; False where there is none, or the stream is no .gz."""
    return isinstance(stream.raw, _Gunzip) and stream.raw.resume()


def read_bytes(source: Source, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """The whole file, for formats that hold one article or must be parsed at once.

    Raises:
        ReadError: if it is empty, larger than `max_bytes`, changed while it was read, damaged, or cannot be opened.
    """
    with on_disk(source) as file:
        before = os.fstat(file.fileno())
        stream = _unpacked(file, source)
        packed = stream is not file
        if not packed and before.st_size > max_bytes:
            raise ReadError(f"it has {before.st_size:,} bytes; at most {max_bytes:,} are read")
        data = stream.read(max_bytes + 1)
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or (not packed and len(data) != after.st_size):
        raise ReadError("it changed while it was read: run `python -m index rebuild` again")
    if len(data) > max_bytes:
        raise ReadError(f"it has more than {max_bytes:,} bytes when unpacked; no more are read")
    if not data:
        raise ReadError("it is empty")
    return data


def why(error: OSError) -> str:
    """The reason in an OSError, in words and without the path."""
    if error.errno == errno.ELOOP:
        return "it is a symbolic link, and links are never followed"
    return f"it cannot be opened: {error.strerror or error}"
