"""Corpus folder → articles.  To read a new format, add one file here: `ENDINGS` and `read(source)`, nothing else.

    corpus/ ── walk ──► Source ── unpacked ── read, by the file's ending ──► Article | Withdrawal | Skipped

In: a folder.  Out: for every file its articles, or a Skipped with the reason.  Never: a link followed (of a file or of a
folder), a wait on a pipe, or one bad file that stops the others.

Passed over without a word: names that begin with a dot, the files README.md and questions.txt, which belong to a corpus but
are no news, and the small files that say how the file beside them is to be read (`news.csv.toml`, `fields.toml`).
"""

import importlib
import os
import pkgutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

from index.errors import CorpusError, NotRead, PassedOver, ReadError
from index.readers.make import skip
from index.readers.packed import PACKINGS, members
from index.readers.source import Items, Source, shown, why
from index.records import Skipped

__all__ = ["READERS", "Items", "Source", "endings", "read", "read_corpus", "shown", "walk"]

READERS = "4"  # raise when a reader gives other articles for the same file: every file is then read again
NOT_NEWS = frozenset({"readme.md", "questions.txt"})
FIELDS = "fields.toml"  # says for a whole folder, and those below it, under which names articles keep their fields


class Reader(Protocol):
    """A module of this folder that reads a format."""

    ENDINGS: tuple[str, ...]  # lower case, each with its dot

    def read(self, source: Source) -> Items:
        """The articles of one file; a ReadError when the file as a whole cannot be read."""
        ...


@lru_cache(maxsize=1)
def endings() -> Mapping[str, Reader]:
    """The reader of each ending: every module of this folder that has ENDINGS, in the order of their names."""
    found: dict[str, Reader] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        module = importlib.import_module(f"{__name__}.{name}")
        for ending in getattr(module, "ENDINGS", ()):
            found.setdefault(ending, cast(Reader, module))
    return found


def read_corpus(corpus_dir: Path, now: datetime, languages: tuple[str, ...] = ("pt", "en")) -> Items:
    """Every article below a folder.

    Args:
        corpus_dir: The folder; it may itself be a link.
        now: When this reading began (aware); the articles' `first_seen` and `indexed` until the catalog knows better.
        languages: Languages in use (ISO 639): one of them is an article's that does not state its own.

    Returns:
        Articles, notices of withdrawal, and a Skipped for whatever is neither, in the order of their paths; read while you iterate.

    Raises:
        CorpusError: at once, if there is no such folder.
    """
    return (item for found in walk(corpus_dir, now, languages) for item in ([found] if isinstance(found, Skipped) else _read_or_skip(found)))


def walk(corpus_dir: Path, now: datetime, languages: tuple[str, ...] = ("pt", "en")) -> Iterator[Source | Skipped]:
    """The files below a folder in the order of their paths, unread; a Skipped for links and for folders that cannot be listed.

    Raises:
        CorpusError: at once, if there is no such folder.
    """
    folder = corpus_dir.absolute()
    if not folder.is_dir():
        state = "is not a folder" if folder.exists() else "does not exist"
        raise CorpusError(f"the corpus {folder} {state}: run `python -m index rebuild --corpus DIR` with the folder of your articles")
    return _walk(folder.resolve(), now, languages)


def _read_or_skip(source: Source) -> Items:
    """The articles of one file; one that cannot be read just now is a Skipped too."""
    try:
        yield from read(source)
    except NotRead as error:
        yield skip(source, error)


def read(source: Source) -> Items:
    """The articles of one file, or why there is none.

    Raises:
        NotRead: while you iterate, if the file cannot be opened or read just now.
    """
    found = False
    try:
        if os.path.splitext(source.name)[1].lower() in PACKINGS:
            for inner in members(source):
                found = True
                yield from [inner] if isinstance(inner, Skipped) else read(inner)
        else:
            for item in _reader(source).read(source):
                found = True
                yield item
        if not found:
            raise ReadError("it holds no article")
    except NotRead:
        raise
    except ReadError as error:
        yield skip(source, error)
    except OSError as error:
        raise NotRead(why(error)) from error


def _reader(source: Source) -> Reader:
    ending = os.path.splitext(source.name)[1]
    reader = endings().get(ending.lower())
    if reader is None:
        raise PassedOver(f"no reader for {shown(ending) or 'files without an ending'}: known endings are {' '.join(sorted([*endings(), *PACKINGS]))}")
    return reader


def _walk(root: Path, now: datetime, languages: tuple[str, ...]) -> Iterator[Source | Skipped]:
    waiting: list[tuple[str, Path, bool, Path | None]] = [("", root, True, None)]
    while waiting:
        path, file, is_folder, fields = waiting.pop()
        if not is_folder:
            source = Source(path=path, file=file, now=now, languages=languages, fields=fields)
            yield skip(source, PassedOver("it is a symbolic link, and links are never followed")) if file.is_symlink() else source
            continue
        try:
            with os.scandir(file) as listed:
                entries = {entry.name: entry.is_dir(follow_symlinks=False) for entry in listed}
        except OSError as error:
            yield Skipped(path=path + "/", reason=f"the folder cannot be listed: {error.strerror or error}")
            continue
        fields = file / FIELDS if FIELDS in entries else fields
        for name, inner in sorted(entries.items(), reverse=True):
            if inner or not _beside(name, entries):
                own = file / f"{name}.toml" if not inner and f"{name}.toml" in entries else fields
                if not name.startswith("."):
                    waiting.append((f"{path}/{shown(name)}" if path else shown(name), file / name, inner, own))


def _beside(name: str, names: Mapping[str, bool]) -> bool:
    """Whether a file belongs to the corpus but holds no news."""
    return name.casefold() in NOT_NEWS or name == FIELDS or (name.endswith(".toml") and name.removesuffix(".toml") in names)
