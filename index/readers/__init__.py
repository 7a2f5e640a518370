"""Corpus folder → articles.  To read a new format, add one file here: `ENDINGS` and `read(source)`, nothing else.

    corpus/ ── walk ──► Source ── read, by the file's ending ──► Article | Skipped

In: a folder.  Out: for every file its articles, or a Skipped with the reason.  Never: a link followed (of a file or of a
folder), a wait on a pipe, or one bad file that stops the others.

Passed over without a word: names that begin with a dot, and the files README.md and questions.txt, which belong to a corpus
but are no news.
"""

import importlib
import os
import pkgutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

from index.errors import CorpusError, ReadError
from index.readers.make import skip
from index.readers.source import Items, Source, why
from index.records import Article, Skipped

__all__ = ["Items", "Source", "endings", "read_corpus"]

NOT_NEWS = frozenset({"readme.md", "questions.txt"})


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


def read_corpus(corpus_dir: Path, now: datetime) -> Iterator[Article | Skipped]:
    """Every article below a folder.

    Args:
        corpus_dir: The folder; it may itself be a link.
        now: When this reading began (aware); the articles' `first_seen` and `indexed` until the catalog knows better.

    Returns:
        Articles, and a Skipped for whatever is none, in the order of their paths; read while you iterate.

    Raises:
        CorpusError: at once, if there is no such folder.
    """
    folder = corpus_dir.absolute()
    if not folder.is_dir():
        state = "is not a folder" if folder.exists() else "does not exist"
        raise CorpusError(f"the corpus {folder} {state}: run `python -m index rebuild --corpus DIR` with the folder of your articles")
    return (item for found in _walk(folder.resolve(), now) for item in ([found] if isinstance(found, Skipped) else _read(found)))


def _read(source: Source) -> Items:
    """The articles of one file, or why there is none."""
    name = source.file.name
    reader = endings().get(os.path.splitext(name)[1].lower())
    found = False
    try:
        if reader is None:
            raise ReadError(f"no reader for {_ending(source.path)}: known endings are {' '.join(sorted(endings()))}")
        for item in reader.read(source):
            found = True
            yield item
        if not found:
            raise ReadError("it holds no article")
    except ReadError as error:
        yield skip(source, error)
    except OSError as error:
        yield skip(source, ReadError(why(error)))


def _ending(path: str) -> str:
    return os.path.splitext(path)[1] or "files without an ending"


def _walk(root: Path, now: datetime) -> Iterator[Source | Skipped]:
    """The files below a folder in the order of their paths; a Skipped for links and for folders that cannot be listed."""
    waiting: list[tuple[str, Path, bool]] = [("", root, True)]
    while waiting:
        path, file, is_folder = waiting.pop()
        if not is_folder:
            source = Source(path=path, file=file, now=now)
            yield skip(source, ReadError("it is a symbolic link, and links are never followed")) if file.is_symlink() else source
            continue
        try:
            with os.scandir(file) as listed:
                entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in listed]
        except OSError as error:
            yield Skipped(path=path + "/", reason=f"the folder cannot be listed: {error.strerror or error}")
            continue
        for name, inner in sorted(entries, reverse=True):
            if not name.startswith(".") and not (name.casefold() in NOT_NEWS and not inner):
                waiting.append((f"{path}/{shown(name)}" if path else shown(name), file / name, inner))


def shown(name: str) -> str:
    r"""A file's name as text on one line: bytes that are no UTF-8 and control characters are written as escapes.

    >>> shown("nota\n1.txt"), shown("caf\udce9.txt")
    ('nota\\n1.txt', 'caf\\xe9.txt')
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() or char == " " else ascii(char)[1:-1] for char in text)
