"""A disk as it may be after a power cut: what a command did to a folder, call by call, and the states that a cut may leave.

    the log of strace: each write, fsync, rename … ─► Recording ─► state(cut, model, chance) ─► path → content

What may be on the disk, whatever the operating system did:
    data   all that was written before the last fsync or fdatasync of its file; of what was written since, each 4 KiB page is as of any
           moment since then, on its own, and the file as long as at any moment since then (so never shorter than it was, unless cut);
           a cut takes its bytes and its length away together, as file systems do, never some pages of it alone
    names  `posix`: each folder is as of any moment since its own last fsync, on its own
           `ordered` (as ext4 does): all folders are as of one moment, not before the last fsync of any file or folder
    -shm   zeros or noise: SQLite maps it, and may not trust it after a cut
Never: a torn page, an fsync that lies, a call that it does not know (the end of a recording must be what stands in the folder).
"""

import copy
import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

PAGE = 4096
LAST = 80  # the calls that publish: a quarter of the cuts fall there
MODELS = ("ordered", "posix")
DATA, NAMES = ("write", "pwrite64", "ftruncate", "fsync", "fdatasync"), ("mkdir", "mkdirat", "unlink", "unlinkat", "rmdir")
RENAMES, BESIDE = ("rename", "renameat", "renameat2"), ("openat", "lseek", "mmap")
REFUSED = tuple("open creat writev pwritev pwritev2 truncate fallocate copy_file_range sendfile link linkat symlink symlinkat msync".split())
OPTIONS = ["-y", "-xx", "-s", str(1 << 26), "-e", "trace=" + ",".join((*DATA, *NAMES, *RENAMES, *BESIDE, *REFUSED))]  # for strace, after -f
Tree = dict[str, bytes | None]  # path → content; None for a folder


class Change(NamedTuple):
    """Bytes written to a file; or, with None, its new length."""

    at: int
    offset: int
    data: bytes | None

    def length(self, before: int) -> int:
        """How long the file is then."""
        return self.offset if self.data is None else max(before, self.offset + len(self.data))


class Sync(NamedTuple):
    """An fsync or fdatasync."""

    begun: int
    ended: int
    call: str
    path: str


class Node:
    """A file or a folder, and all that happened to it."""

    def __init__(self, content: bytes | None) -> None:
        self.content = content  # at first; None: a folder
        self.names: dict[str, Node | None] = {}  # what a folder holds now
        self.moves: list[tuple[int, dict[str, Node | None]]] = []  # names given and taken, those of one entry in one step
        self.changes: list[Change] = []
        self.pages: dict[int, list[Change]] = {}  # those that touch a page, by where it starts
        self.size = len(content or b"")
        self.syncs: list[Sync] = []

    @classmethod
    def read(cls, path: Path) -> "Node":
        """What a path holds; all of it is on the disk."""
        if path.is_file():
            return cls(path.read_bytes())
        node = cls(None)
        node.name(0, {one.name: cls.read(one) for one in sorted(path.iterdir())})
        return node

    def name(self, at: int, names: "dict[str, Node | None]") -> None:
        """Give names in a folder, or take them away (None)."""
        self.moves.append((at, names))
        self.names |= names

    def change(self, one: Change) -> None:
        """Write to a file, or change its length."""
        end = max(self.size, one.offset) if one.data is None else one.offset + len(one.data)
        self.changes.append(one)
        for start in range(one.offset // PAGE * PAGE, end, PAGE):
            self.pages.setdefault(start, []).append(one)
        self.size = one.length(self.size)

    def everything(self) -> "Iterator[Node]":
        """This and all that ever stood below it."""
        yield self
        for node in {id(one): one for _, names in self.moves for one in names.values() if one}.values():
            yield from node.everything()

    def safe(self, cut: int, calls: tuple[str, ...] = ("fsync", "fdatasync")) -> int:
        """The moment before which all is on the disk, as the last of these calls that ended before a cut has seen to."""
        return max((one.begun for one in self.syncs if one.ended <= cut and one.call in calls), default=0)

    def page(self, start: int, changes: list[Change], data: bytes) -> bytes:
        """A page after some changes."""
        part = bytearray(data.ljust(PAGE, b"\0"))
        for change in changes:
            if change.data is None:
                clear = min(PAGE, max(0, change.offset - start))
                part[clear:] = bytes(PAGE - clear)
            else:
                first, last = max(start, change.offset), min(start + PAGE, change.offset + len(change.data))
                part[first - start : last - start] = change.data[first - change.offset : last - change.offset]
        return bytes(part)

    def after(self, until: Callable[[int], int], length: int, uncut: int | None = None) -> bytes:
        """A file of some length, each page as of the moment that `until` gives for it, but for what was cut off after `uncut`."""
        old = self.content or b""
        pages = {
            at: [one for one in self.pages.get(at, ()) if one.at <= until(at) and (one.data is not None or uncut is None or one.at <= uncut)]
            for at in range(0, length, PAGE)
        }
        return b"".join(self.page(at, some, old[at : at + PAGE]) for at, some in pages.items())[:length]

    def length(self, until: int) -> int:
        """How long the file was at a moment."""
        size = len(self.content or b"")
        for change in self.changes:
            size = change.length(size) if change.at <= until else size
        return size

    def torn(self, cut: int, chance: random.Random) -> bytes:
        """What may be left of a file after a cut."""
        low = self.safe(cut)
        since = [one for one in self.changes if low < one.at <= cut]
        moment = _some(chance, low, [one.at for one in since])
        length = self.length(moment)
        if chance.random() < 0.3:  # so many writes, as they were made
            return self.after(lambda _: moment, length)
        touched = {at: [one.at for one in self.pages.get(at, ()) if low < one.at <= cut] for at in range(0, length, PAGE)}
        return self.after({at: _some(chance, low, some) for at, some in touched.items()}.__getitem__, length, moment)


def _some(chance: random.Random, low: int, later: list[int]) -> int:
    """One of the moments, more often the first or the last."""
    return chance.choice([low, *later[-1:], chance.choice([low, *later])])


class Recording:
    """What a command did to a folder, call by call, from the log of strace."""

    def __init__(self, base: Path, home: Path, log: Path) -> None:
        """Read a log.

        Args:
            base: What the folder held before.
            home: The folder that the command ran in.
            log: Of strace, with `-f` and OPTIONS.
        """
        self.home, self.now = home, 0
        self.root = Node.read(base)
        self.handles: dict[str, int | None] = {}  # where the next write goes to; None: to the end
        self._read(log)
        if plain(self.tree()) != plain(standing(home)):
            raise RuntimeError("what the log says was written is not what is there: the model does not know all calls")

    def _read(self, log: Path) -> None:
        begun: dict[str, tuple[str, int]] = {}
        below = "".join(f"\\x{byte:02x}" for byte in os.fsencode(self.home))
        for line in log.read_text("ascii").splitlines():
            pid, rest = line.split(maxsplit=1)
            start = self.now
            if rest.endswith("<unfinished ...>"):
                begun[pid] = rest.removesuffix("<unfinished ...>"), start
                continue
            if resumed := re.match(r"<\.\.\. \w+ resumed>", rest):
                first, start = begun.pop(pid)
                rest = first + rest[resumed.end() :]
            call = re.fullmatch(r"(\w+)\((.*)\)\s+= (\d+).*", rest)
            if call and below in rest:
                self._take(call[1], call[2].split(", "), call[3], start)

    def _take(self, name: str, given: list[str], result: str, start: int) -> None:
        if name in REFUSED or any(one.endswith('"...') for one in given) or (name == "mmap" and _writes(given)):
            raise RuntimeError(f"the model does not know this call: {name}({', '.join(given)[:500]})")
        self.now += 1
        handle = given[0].partition("<")[0]
        if name == "openat":
            self._open(_paths(given)[0], given[2], result)
        elif name == "lseek":
            if self.handles.get(handle) is not None:
                self.handles[handle] = int(result)
        elif name in DATA and not given[0].endswith("(deleted)") and (node := self._find(_text(given[0]))):
            self._data(node, name, given, int(result), start)
        elif name in NAMES:
            self._name({_paths(given)[0]: Node(None) if name.startswith("mkdir") else None})
        elif name in RENAMES:
            old, new = _paths(given)
            self._name({old: None, new: self._find(old)})

    def _find(self, path: str) -> Node | None:
        """What stands at a path now."""
        node: Node | None = self.root if Path(path).is_relative_to(self.home) else None
        for part in Path(path).relative_to(self.home).parts if node else ():
            node = node.names.get(part) if node else None
        return node

    def _open(self, path: str, flags: str, handle: str) -> None:
        self.handles[handle] = None if "O_APPEND" in flags else 0
        node = self._find(path)
        if "O_CREAT" in flags and not node:
            self._name({path: Node(b"")})
        elif "O_TRUNC" in flags and node:
            node.change(Change(self.now, 0, None))

    def _data(self, node: Node, name: str, given: list[str], result: int, start: int) -> None:
        handle = given[0].partition("<")[0]
        if name.endswith("sync"):
            path = Path(_text(given[0])).relative_to(self.home).as_posix()
            node.syncs.append(Sync(start, self.now, name, path))
        elif name == "ftruncate":
            node.change(Change(self.now, int(given[1]), None))
        else:
            at = int(given[3]) if name == "pwrite64" else self.handles[handle]
            data = bytes.fromhex(given[1].strip('"').replace("\\x", ""))[:result]
            node.change(Change(self.now, node.size if at is None else at, data))
            if name == "write" and at is not None:
                self.handles[handle] = at + result

    def _name(self, names: dict[str, Node | None]) -> None:
        for folder in {Path(path).parent for path in names}:
            if node := self._find(str(folder)):
                node.name(self.now, {Path(path).name: one for path, one in names.items() if Path(path).parent == folder})

    def without(self, drop: str) -> "Recording":
        """The same without any fsync of a path in which a regular expression is found."""
        other = copy.deepcopy(self)
        for node in other.root.everything():
            node.syncs = [one for one in node.syncs if not re.search(drop, one.path)]
        return other

    def tree(self) -> Tree:
        """What the command left."""
        return self._walk(lambda _: self.now, lambda node: node.after(lambda _: self.now, node.length(self.now)))

    def state(self, cut: int, model: str, chance: random.Random) -> Tree:
        """One of the states in which a cut after so many calls may leave the disk."""
        nodes = list(self.root.everything())
        low = {id(node): node.safe(cut, ("fsync",)) for node in nodes}
        moves = {id(node): [at for at, _ in node.moves if low[id(node)] < at <= cut] for node in nodes}
        if model == "ordered":
            last = max(low.values())
            until = _some(chance, last, sorted({at for some in moves.values() for at in some if at > last}))
            moments = dict.fromkeys(low, until)
        else:
            moments = {key: _some(chance, low[key], moves[key]) for key in low}
        found = self._walk(lambda node: moments[id(node)], lambda node: node.torn(cut, chance))
        shared = {path: len(data) for path, data in found.items() if data and path.endswith("-shm")}
        return found | {path: chance.choice([bytes(size), chance.randbytes(size)]) for path, size in shared.items()}

    def _walk(self, moment: Callable[[Node], int], content: Callable[[Node], bytes]) -> Tree:
        found: Tree = {}

        def walk(folder: Node, path: str) -> None:
            names: dict[str, Node | None] = {}
            for at, some in folder.moves:
                names |= some if at <= moment(folder) else {}
            for name, node in names.items():
                if node:
                    found[path + name] = None if node.content is None else content(node)
                    walk(node, f"{path}{name}/")

        walk(self.root, "")
        return found

    def cut(self, chance: random.Random) -> int:
        """After how many calls the power goes: at the end, where names change, while the command publishes, or anywhere."""
        moves = [at for node in self.root.everything() for at, _ in node.moves]
        return chance.choice([self.now, chance.choice(moves), chance.randint(max(0, self.now - LAST), self.now), chance.randint(0, self.now)])


def _text(given: str) -> str:
    """The text in what strace wrote as hexadecimal."""
    return os.fsdecode(bytes.fromhex("".join(re.findall(r"\\x([0-9a-f]{2})", given))))


def _paths(given: list[str]) -> list[str]:
    """The paths among a call's arguments; those that begin at a folder's handle, from there."""
    handles = ["", *given]
    return [os.path.join(_text(handles[at]) if "<" in handles[at] else "", _text(one)) for at, one in enumerate(given) if one.startswith('"')]


def _writes(given: list[str]) -> bool:
    """Whether memory is mapped that writes to a file, other than SQLite's -shm."""
    return "PROT_WRITE" in given[2] and "MAP_SHARED" in given[3] and not _text(given[4]).endswith("-shm")


def standing(home: Path) -> Tree:
    """What stands in a folder."""
    return {path.relative_to(home).as_posix(): path.read_bytes() if path.is_file() else None for path in home.rglob("*")}


def plain(tree: Tree) -> Tree:
    """Without what nobody reads again: the lock's text, and SQLite's shared memory."""
    return {path: data for path, data in tree.items() if not path.endswith(("LOCK", "-shm"))}
