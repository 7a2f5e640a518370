"""A file of any size → its lines, one at a time, decoded.

In: a source.  Out: text lines, or the reason why one cannot be read.  Never: more than one line in memory.

The head of the file tells UTF-16 and UTF-32; otherwise each line climbs the ladder of `decode` on its own, so one line in
Windows-1252 does not spoil the others.
"""

import io
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from index.errors import ReadError
from index.readers.decode import narrow, refuse_binary, refuse_controls, wide
from index.readers.source import BUFFER_BYTES, Source, opened

MAX_LINE = 16 * 1024 * 1024  # bytes, or characters of UTF-16: a text of the greatest size with each letter escaped fits


def lines(source: Source) -> Iterator[str | ReadError]:
    """Each line with its end, in order; a line that cannot be read comes as the error that says why.

    Raises:
        ReadError: if the file is empty, binary, or cannot be opened.
    """
    with opened(source) as stream:
        head = stream.peek(BUFFER_BYTES)  # what comes out of a packed file cannot be sought in
        if not head:
            raise ReadError("it is empty")
        refuse_binary(head)
        codec = wide(head)
        mark = "\ufeff".encode(codec or "utf-8")
        if head.startswith(mark):
            stream.read(len(mark))
        if codec:
            with io.TextIOWrapper(stream, encoding=codec, newline="") as text:
                yield from _wide_lines(text, codec)
        else:
            yield from _narrow_lines(stream)


def _wide_lines(text: TextIO, codec: str) -> Iterator[str | ReadError]:
    try:
        while line := text.readline(MAX_LINE):
            if len(line) < MAX_LINE or line.endswith("\n"):
                yield line
                continue
            while (rest := text.readline(MAX_LINE)) and not rest.endswith("\n"):
                pass  # on to the next line
            yield _too_long()
    except UnicodeDecodeError as error:
        raise ReadError(f"it looks like {codec.upper()} but is not: nothing after that place was read") from error


def _narrow_lines(stream: BinaryIO) -> Iterator[str | ReadError]:
    while line := stream.readline(MAX_LINE):
        if len(line) < MAX_LINE or line.endswith(b"\n"):
            yield _decoded(line)
            continue
        while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
            pass  # on to the next line
        yield _too_long()


def _decoded(line: bytes) -> str | ReadError:
    text = narrow(line)
    try:
        refuse_controls(text)
    except ReadError as error:
        return error
    return text


def _too_long() -> ReadError:
    return ReadError(f"its line is longer than {MAX_LINE:,} bytes")
