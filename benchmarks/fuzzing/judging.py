"""One file → what the readers make of it, and which of their promises are broken.  Shared by the fuzzer and its tests.

    bytes ─ formats.write ─► a file ─ index.readers.read, twice ─► Article | Skipped | Withdrawal ─► Verdict

In: bytes, the first of which chooses the variant.  Out: a Verdict; faults under a key that is the same for the same defect.
Never: a promise that is not written down at `Article`, `Skipped` and `index.readers.read`.
"""

import resource
import sys
import time
import traceback
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fuzzing.formats import write

if TYPE_CHECKING:
    from index.readers import Items, Source
    from index.records import Article, Skipped, Withdrawal

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
LIMIT_S = 5  # of work on one file
ITEM_S = 0.01  # more for each thing that comes out: an archive of a thousand pages is read a page at a time
LIMIT_MIB = 1_000  # that one file may take for a while, above what any took before
SPLIT_CHARS = 200_000  # of a text are split into passages
TOUCHING = ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork")

_touched: list[str] = []
_hooked: list[bool] = []

Read = Callable[["Source"], "Items"]


class Verdict(NamedTuple):
    """What became of one file."""

    articles: int
    skipped: int  # and withdrawals
    seconds: float  # of work, for one reading
    outcome: str  # what came out, without what differs from file to file
    faults: dict[str, str]  # kind of finding → what is known of it


class Judge:
    """Has files of a format written and read, and looks at what comes out."""

    def __init__(self, format_: str, folder: Path, read: Read | None = None) -> None:
        """Args: format_: one of FORMATS. folder: where each file is written, over the last. read: another reader than the package's own."""
        self.format, self.folder = format_, folder
        self._read = read or load(format_)
        self._most_mib = _most_mib()

    def judge(self, raw: bytes) -> Verdict:
        """What becomes of a file."""
        from index.readers import Source

        file, fields = write(self.format, raw, self.folder)
        for other in self.folder.iterdir():
            if other not in (file, fields):
                other.unlink()
        source = Source(path=file.name, file=file, now=NOW, fields=fields)
        _touched.clear()
        began = time.process_time()
        try:
            found = list(self._read(source))
            seconds = time.process_time() - began
            faults = {f"{kind} ({file.name})": told for item in found for kind, told in broken(item, source.path)}
            again = list(self._read(source))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - this is what is looked for
            return Verdict(0, 0, time.process_time() - began, type(error).__name__, {_place(error): traceback.format_exc()})
        faults |= dict(self._faults(found, again, seconds, file.name))
        articles = sum(type(item).__name__ == "Article" for item in found)
        kinds = sorted({f"{type(item).__name__} {_kind(item)}" for item in found[:20]})
        return Verdict(articles, len(found) - articles, seconds, f"{file.name} {min(len(found), 5)} {kinds}", faults)

    def _faults(self, found: Sequence[object], again: Sequence[object], seconds: float, name: str) -> Iterator[tuple[str, str]]:
        """What is wrong with the reading as a whole."""
        most_mib = _most_mib()
        if most_mib - self._most_mib > LIMIT_MIB:
            yield f"heavy ({name})", f"{most_mib:.0f} MiB at most, {self._most_mib:.0f} MiB before"
        self._most_mib = most_mib
        if not found:
            yield f"nothing came out, not even a reason ({name})", ""
        if again != found:
            yield f"two readings differ ({name})", repr((found, again))
        if seconds > LIMIT_S + ITEM_S * len(found):
            yield f"slow ({name})", f"{seconds:.1f} s"
        if _touched:
            yield f"touched {_touched[0].split()[0]} ({name})", _touched[0]


def load(format_: str) -> Read:
    """The package's own reading, with everything that it imports when first needed."""
    from index.passages import split
    from index.readers import endings, read
    from index.readers.languages import identify

    endings()
    identify("A chuva parou.", ("pt", "en"))
    split("Um. Dois.", 128, _length)
    if format_ in ("html", "warc"):
        import trafilatura  # noqa: F401
    if format_ in ("feed", "warc"):
        import feedparser  # noqa: F401
    if format_ == "pdf":
        import pypdf  # noqa: F401
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(lambda event, args: _touched.append(f"{event} {args!r:.200}") if event in TOUCHING else None)
    return read


def broken(item: "Article | Skipped | Withdrawal", path: str) -> Iterator[tuple[str, str]]:
    """The promises that one thing breaks which a reader gave: their kind, and what shows it."""
    from index.records import Article, Skipped

    texts = [(name, value) for name, value in item if isinstance(value, str)]
    if isinstance(item, Article):
        texts += [("authors", name) for name in item.authors]
        yield from _text_faults(item.text)
    for name, text in texts:
        if not unicodedata.is_normalized("NFC", text):
            yield f"{name} is not in NFC", ascii(text[:300])
        if bad := [char for char in text if unicodedata.category(char) in ("Cc", "Cs") and not (name == "text" and char in "\n\t")]:
            yield f"{name} has control characters or surrogates", f"{bad[:9]!a} in {text[:300]!a}"
        if name not in ("text", "path") and text != text.strip():
            yield f"{name} has white space at its ends", ascii(text[:300])
    if type(item).model_validate(item.model_dump()) != item or type(item).model_validate_json(item.model_dump_json()) != item:
        yield "it is another once it was written down and read again", ascii(item)
    if isinstance(item, Skipped) and (not item.reason or not item.path.startswith(path)):
        yield "it is skipped without a reason or a place", ascii(item)


def _text_faults(text: str) -> Iterator[tuple[str, str]]:
    """What is wrong with an article's text: white ends, or passages that are no spans of it."""
    from index.passages import split

    if not text.strip() or text != text.strip():
        yield "text is blank, or white at its ends", ascii(text[:100])
    text, last = text[:SPLIT_CHARS], 0
    for start, end in split(text, 128, _length):
        if not last <= start < end <= len(text) or text[last:start].strip() or text[start:end] != text[start:end].strip():
            yield "a passage is no span", f"{start}:{end} after {last} of {text[:2_000]!a}"
        last = end
    if text[last:].strip():
        yield "a passage is missing", ascii(text[last : last + 300])


def _most_mib() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _length(text: str) -> int:
    return len(text.split())


def _kind(item: "Article | Skipped | Withdrawal") -> str:
    """What an item is, without what differs from one to the next: the words of a reason that are letters, or the fields that say something."""
    reason = getattr(item, "reason", "")
    return "".join(char for char in reason.partition("'")[0] if char.isalpha() or char == " ") or " ".join(name for name, value in item if value)


def _place(error: BaseException) -> str:
    """An exception's type, with the innermost function of the package and the innermost of all."""
    frames = traceback.extract_tb(error.__traceback__)
    own = next((frame for frame in reversed(frames) if "/index/" in frame.filename), frames[-1])
    return f"{type(error).__name__} in {Path(own.filename).name} {own.name}, {Path(frames[-1].filename).name} {frames[-1].name}"
