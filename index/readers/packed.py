"""A .gz or .zip file → the files inside it.  They are read by the ordinary readers, straight out of the archive.

    dump.jsonl.gz ──────────► dump.jsonl
    pack.zip ── members ──┬─► pack.zip/inside/x.html
                          └─► pack.zip/dump.jsonl.gz ──► dump.jsonl

In: a source.  Out: a source for each file inside, in the archive's own order, or a Skipped with the reason.  Never: a file
written, an archive inside an archive opened, a name from the archive used as a path (it is only a label), a declared size
believed, or the list of a great archive kept in memory.

Passed over without a word, as in folders: names that begin with a dot, README.md, questions.txt, and `__MACOSX/`.

Source: PKWARE, APPNOTE.TXT 6.3.10, 4.3 (layout of a .zip) and 4.5.3 (sizes of eight bytes).
"""

import os
import posixpath
import re
import stat
import struct
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader
from typing import NamedTuple

from index.errors import PassedOver, ReadError
from index.readers.make import skip
from index.readers.source import Member, Source, on_disk, shown
from index.records import Skipped

PACKINGS: tuple[str, ...] = (".gz", ".zip")
NESTED = (*PACKINGS, ".tar", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".7z", ".rar", ".zst", ".lz4")
NOT_NEWS = frozenset({"readme.md", "questions.txt"})
MAX_MEMBERS = 1_000_000

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_MAX_END_BYTES = _END.size + 0xFFFF
_ENCRYPTED = 0x1 | 0x40  # flag bits: the old way, the strong one
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 99: "AES"}


class _Entry(NamedTuple):
    """One line of the list of members."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed_bytes: int
    size_bytes: int
    mode: int  # as stat has it; 0 when the archive says none
    start: int


def members(source: Source) -> Iterator[Source | Skipped]:
    """The files inside a packed file, whatever their endings; a Skipped for each that cannot be opened."""
    try:
        if posixpath.splitext(source.name)[1].lower() == ".gz":
            yield _gunzipped(source)
        else:
            with on_disk(source) as file:
                yield from _unzipped(source, file)
    except ReadError as error:
        yield skip(source, error)


def _gunzipped(source: Source) -> Source:
    """The file inside a .gz.

    Raises:
        ReadError: if it is an archive itself.
    """
    inner = source.model_copy(update={"gzipped": True})
    if posixpath.splitext(inner.name)[1].lower() in NESTED:
        raise ReadError("it is an archive inside an archive: unpack it once")
    return inner


def _unzipped(source: Source, file: BufferedReader) -> Iterator[Source | Skipped]:
    """The files of a .zip.

    Raises:
        ReadError: if the archive as a whole cannot be read, or its list of members breaks off.
    """
    first, end, shift = _list_place(file)
    _refuse_overlaps(file, first, end, shift)
    taken: set[int] = set()  # hashes of names: a million of them fit into memory
    empty = True
    for number, entry in enumerate(_entries(file, first, end, shift), 1):
        name = _label(entry.name)
        if entry.name.endswith((b"/", b"\\")) or stat.S_ISDIR(entry.mode) or _not_news(name):
            continue
        empty = False
        if hash(name) in taken:
            stem, ending = posixpath.splitext(name)
            name = f"{stem}~{number}{ending}"
        taken.add(hash(name))
        inner = source.model_copy(update={"path": f"{source.path}/{name}", "inside": f"/{name}"})
        try:
            inner = inner.model_copy(update={"member": _member(entry, name)})
            yield _gunzipped(inner) if name.lower().endswith(".gz") else inner
        except ReadError as error:
            yield skip(inner, error)
    if empty:
        raise ReadError("it holds no file that could be news")


def _member(entry: _Entry, name: str) -> Member:
    """Where a member lies.

    Raises:
        ReadError: if it cannot be unpacked, is an archive itself, or is no regular file.
    """
    if stat.S_ISLNK(entry.mode):
        raise PassedOver("it is a symbolic link, and links are never followed")
    if stat.S_IFMT(entry.mode) not in (0, stat.S_IFREG):
        raise ReadError("it is a pipe, a device or a socket, not a regular file")
    if entry.flags & _ENCRYPTED:
        raise ReadError("it is encrypted: unpack it with its password")
    if entry.method not in (0, 8):
        raise ReadError(
            f"it is packed with {_METHODS.get(entry.method, f'method {entry.method}')}; only stored and deflated files are read: unpack it"
        )
    if posixpath.splitext(name)[1].lower() in set(NESTED) - {".gz"}:
        raise ReadError("it is an archive inside an archive: unpack it once")
    return Member(start=entry.start, packed_bytes=entry.packed_bytes, size_bytes=entry.size_bytes, crc=entry.crc, method=8 if entry.method else 0)


def _label(name: bytes) -> str:
    r"""A member's name as a harmless path: in the archive's folder, on one line.

    >>> _label(b"..\\..\\c:/windows//./a\x00b.txt"), _label("São.txt".encode()), _label(b"/etc/passwd"), _label(b"..")
    ('windows/a\\x00b.txt', 'São.txt', 'etc/passwd', 'unnamed')
    """
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        text = name.decode("cp437")  # what the format says when it says nothing
    parts = [part for part in re.split(r"[/\\]", text) if part not in ("", ".", "..") and not re.fullmatch(r"[A-Za-z]:", part)]
    return "/".join(shown(part) for part in parts) or "unnamed"


def _not_news(name: str) -> bool:
    """Whether a member belongs to the archive but is no news.

    >>> [_not_news(name) for name in ("a/.git/x.txt", "__MACOSX/a.txt", "a/ReadMe.md", "README.md/a.txt")]
    [True, True, True, False]
    """
    parts = name.split("/")
    return parts[-1].casefold() in NOT_NEWS or any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _list_place(file: BufferedReader) -> tuple[int, int, int]:
    """Where the list of members begins and ends, and by how much the archive stands later than it thinks (as in a self-extracting one).

    Raises:
        ReadError: if there is no such list.
    """
    size = file.seek(0, os.SEEK_END)
    tail_start = file.seek(max(0, size - _MAX_END_BYTES))
    tail = file.read(_MAX_END_BYTES)
    found = tail.rfind(b"PK\x05\x06", 0, max(0, len(tail) - _END.size + 4))
    if found < 0:
        raise ReadError("it is no .zip archive, or it is cut off: its list of members is missing")
    _, disk, _, _, _, list_bytes, list_start, _ = _END.unpack_from(tail, found)
    end = tail_start + found
    file.seek(max(0, end - 20 - _END_64.size))
    big = file.read(_END_64.size + 20)
    if big.startswith(b"PK\x06\x06") and big[_END_64.size :].startswith(b"PK\x06\x07"):
        *_, list_bytes, list_start = _END_64.unpack_from(big)
        end -= 20 + _END_64.size
    elif disk not in (0, 0xFFFF):
        raise ReadError("it is one part of an archive in several: join them")
    first = end - list_bytes
    if first < list_start or list_start < 0:
        raise ReadError("it is damaged: its list of members cannot lie where it says")
    return first, end, first - list_start


def _entries(file: BufferedReader, first: int, end: int, shift: int) -> Iterator[_Entry]:
    """The list of members, a line at a time.

    Raises:
        ReadError: if it breaks off, or is longer than MAX_MEMBERS.
    """
    place = first
    for number in range(MAX_MEMBERS + 1):
        if place == end:
            return
        if number == MAX_MEMBERS:
            raise ReadError(f"it has more than {MAX_MEMBERS:,} members: the rest was not read")
        file.seek(place)
        head = file.read(_ENTRY.size)
        if len(head) < _ENTRY.size or not head.startswith(b"PK\x01\x02"):
            raise ReadError(f"its list of members is damaged after {number:,} of them: the rest was not read")
        _, made, _, flags, method, _, _, crc, packed, size, name_len, extra_len, note_len, _, _, outer, start = _ENTRY.unpack(head)
        name, extra = file.read(name_len), file.read(extra_len)
        size, packed, start = _sizes(extra, size, packed, start)
        place += _ENTRY.size + name_len + extra_len + note_len
        if place > end or start + shift + packed > first:
            raise ReadError(f"its list of members is damaged after {number:,} of them: the rest was not read")
        yield _Entry(name, flags, method, crc, packed, size, outer >> 16 if made >> 8 in (3, 19) else 0, start + shift)


def _sizes(extra: bytes, *sizes: int) -> tuple[int, ...]:
    r"""Sizes and starts; those that do not fit into four bytes stand in the extra field.

    >>> _sizes(b"\x01\x00\x08\x00" + (5_000_000_000).to_bytes(8, "little"), 7, 0xFFFFFFFF, 9)
    (7, 5000000000, 9)
    """
    big, place = b"", 0
    while not big and place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        big = extra[place + 4 : place + 4 + length] if kind == 1 else b""
        place += 4 + length
    values = iter(int.from_bytes(big[at : at + 8], "little") for at in range(0, len(big) // 8 * 8, 8))
    return tuple(next(values, size) if size == 0xFFFFFFFF else size for size in sizes)


def _refuse_overlaps(file: BufferedReader, first: int, end: int, shift: int) -> None:
    """Refuse an archive whose members share bytes: so a small one could unpack for ever.

    Raises:
        ReadError: if two do, or the list is broken before that is known.
    """
    entries = _entries(file, first, end, shift)
    places: list[int] = []
    with suppress(ReadError):  # it is raised again when it is reached; the members before it can be read
        places.extend(entry.start << 64 | (entry.start + 30 + len(entry.name) + entry.packed_bytes) for entry in entries)
    places.sort()
    reached = 0
    for place in places:
        if place >> 64 < reached:
            raise ReadError("its members share bytes, as those of a zip bomb do")
        reached = place & 0xFFFFFFFFFFFFFFFF
