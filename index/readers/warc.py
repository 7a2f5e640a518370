"""Web archives (.warc; .warc.gz once unpacked, CC-NEWS among them) → articles.

    record ── head ── block ──► HTTP answer ── decoded ─┬─► page ──► article
                                                        └─► feed ──► articles

In: WARC 1.0 and 1.1 records.  Out: an article or a Skipped for each page or feed that a server answered with; the n-th
response or resource is `path:n`, counted from 1.  Never: more than one record in memory, a record taken whose length is
wrong, or WARC-Date, the day of fetching, for the day of publication.

Passed over without a word: requests, metadata, warcinfo, revisits, and what is no page and no feed.  After a damaged record
reading goes on with the next that can be found.  (fastwarc takes a record that is cut off for a whole one and cannot go on
after damage, so records are parted here; a test holds one against the other.)

Source: ISO 28500:2017 (WARC 1.1), 4 to 6; RFC 9112, 7.1 (chunks).
"""

import re
from collections.abc import Iterator, Mapping
from io import BufferedReader
from typing import NamedTuple

from index.errors import PassedOver, ReadError
from index.readers.decode import uncoded
from index.readers.make import skip
from index.readers.source import BUFFER_BYTES, Items, Source, opened, resume

ENDINGS = (".warc",)
MAX_PAYLOAD_BYTES = 10 * 1024 * 1024  # of one page or feed, packed and unpacked
MAX_HEAD_BYTES = 64 * 1024  # of a record, and of the HTTP answer in it
MAX_FAULTS = 200  # damaged places of one archive; the rest is then not read
PAGES = frozenset({"text/html", "application/xhtml+xml"})
FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
XML = frozenset({"application/xml", "text/xml"})  # a feed, or something else

_MAX_BLOCK_BYTES = MAX_PAYLOAD_BYTES + MAX_HEAD_BYTES
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})\b")
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


class _Record(NamedTuple):
    """One record, or a damaged place between two."""

    head: Mapping[str, str]  # names in lower case
    block: bytes  # at most _MAX_BLOCK_BYTES of it
    length_bytes: int
    fault: str = ""  # why it cannot be used


def read(source: Source) -> Items:
    """The articles of every page and feed of the archive, in order.

    Raises:
        ReadError: if it cannot be opened, or is damaged in more than MAX_FAULTS places.
    """
    number = faults = 0
    with opened(source) as stream:
        for record in _records(stream):
            kind = record.head.get("warc-type", "").lower()
            answer = kind in ("response", "resource")
            number += answer
            if record.fault:
                faults += 1
                yield skip(source, ReadError(record.fault), number if answer else None)
            if faults > MAX_FAULTS:
                raise ReadError(f"it is damaged in more than {MAX_FAULTS} places: the rest was not read")
            if answer and not record.fault:
                yield from _articles(source, record, kind, number)


def _articles(source: Source, record: _Record, kind: str, number: int) -> Items:
    """What one answer holds; nothing when it is neither page nor feed."""
    try:
        status, fields, body = _answer(record, kind)
        media, charset = _media(record, fields, body)
        if media not in PAGES | FEEDS | XML or (media in XML and status != 200):
            return
        _refuse(record, status)
        data = uncoded(body, fields.get("transfer-encoding", ""), fields.get("content-encoding", ""), MAX_PAYLOAD_BYTES)
        url = record.head.get("warc-target-uri", "").strip("<>")
        if media in PAGES:
            from index.readers.page import page_article  # a heavy one

            yield page_article(source, data, charset=charset, url=url, item=number)
        else:
            yield from _feed(source.model_copy(update={"path": f"{source.path}:{number}/feed"}), media, data, url)
    except ReadError as error:
        yield skip(source, error, number)


def _feed(source: Source, media: str, data: bytes, url: str) -> Items:
    """The articles of a feed.

    Raises:
        PassedOver: if it is XML of another kind, such as a list of pages.
        ReadError: if it says that it is a feed, and is none.
    """
    from index.readers.feed import feed_articles  # a heavy one

    try:
        yield from feed_articles(source, data, url=url)
    except ReadError as error:
        if media not in XML:
            raise
        raise PassedOver(f"it is XML but no feed: {error}") from error


def _refuse(record: _Record, status: int) -> None:
    """Refuse what looks like news and cannot be read as such.

    Raises:
        ReadError: with the reason.
    """
    if status != 200:
        raise PassedOver(f"the server answered {status}, not 200")
    cut = record.head.get("warc-truncated") or ("segment" if "warc-segment-number" in record.head else "")
    if cut:
        raise PassedOver(f"the archive holds only its beginning ({cut[:40]})")
    if record.length_bytes > len(record.block):
        raise ReadError(f"it has {record.length_bytes:,} bytes; at most {MAX_PAYLOAD_BYTES:,} are read")


def _answer(record: _Record, kind: str) -> tuple[int, Mapping[str, str], bytes]:
    """Status, fields and body of an HTTP answer; what was kept without one counts as 200.

    Raises:
        ReadError: if a record of an answer holds none.
    """
    given = record.head.get("content-type", "")
    if kind == "resource" or not given.lower().startswith("application/http"):
        return 200, {"content-type": given}, record.block
    status = _STATUS.match(record.block)
    if not status:
        raise ReadError("its record holds no HTTP answer")
    end = _HEAD_END.search(record.block, 0, MAX_HEAD_BYTES)
    if not end:
        raise ReadError(f"the head of its HTTP answer has no end in {MAX_HEAD_BYTES:,} bytes")
    return int(status[1]), _fields(record.block[: end.start()]), record.block[end.end() :]


def _media(record: _Record, fields: Mapping[str, str], body: bytes) -> tuple[str, str]:
    """Media type and charset, as the server stated them; the archive's own finding, or the first words, where it stated none."""
    stated = fields.get("content-type", "")
    media = stated.partition(";")[0].strip().lower() or record.head.get("warc-identified-payload-type", "").lower()
    if not media and _HTML.match(body, 0, 1000):
        media = "text/html"
    charset = _CHARSET.search(stated)
    return media, charset[1] if charset else ""


def _fields(head: bytes) -> dict[str, str]:
    r"""The fields of a head, without its first line; the first of a name counts.

    >>> _fields(b"HTTP/1.1 200 OK\r\nContent-Type: text/html;\r\n charset=utf-8\r\nX: 1\r\nx: 2")
    {'content-type': 'text/html; charset=utf-8', 'x': '1'}
    """
    found: dict[str, str] = {}
    for line in re.sub(rb"\r?\n[ \t]+", b" ", head).split(b"\n")[1:]:
        name, _, value = line.partition(b":")
        found.setdefault(name.strip().lower().decode("latin-1"), value.strip().decode("utf-8", "replace"))
    return found


class _Window:
    """The bytes ahead in a stream: looked at before they are dropped."""

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream
        self.ahead = bytearray()
        self.place = 0  # of the first byte ahead, from 0
        self.ended = False
        self.error: ReadError | None = None  # what ended it, when it was not its end
        self.told = False  # whether a record's fault has told the error

    def fill(self, size: int) -> bool:
        """Whether so many bytes are ahead."""
        while len(self.ahead) < size and not self.ended:
            try:
                data = self._stream.read1(BUFFER_BYTES)
            except ReadError as error:
                data, self.error = b"", error
            self.ended = not data
            self.ahead += data
        return len(self.ahead) >= size

    def drop(self, size: int) -> int:
        """Drop so many bytes; the number dropped, which is less only at the end."""
        left = size
        while left and self.fill(1):
            cut = min(left, len(self.ahead))
            del self.ahead[:cut]
            self.place += cut
            left -= cut
        return size - left

    def to_record(self) -> None:
        """Drop what stands before the next line that begins as a record does."""
        while (found := self.ahead.find(b"\nWARC/")) < 0 and self.fill(len(self.ahead) + 1):
            self.drop(max(0, len(self.ahead) - BUFFER_BYTES))
        self.drop(found + 1 if found >= 0 else len(self.ahead))

    def resume(self) -> bool:
        """Whether bytes follow after an error."""
        self.error, self.told = None, False
        self.ended = not resume(self._stream)
        return not self.ended


def _records(stream: BufferedReader) -> Iterator[_Record]:
    """Every record, in order; a damaged place comes as a record with a fault."""
    window = _Window(stream)
    while True:
        while window.fill(1) and window.ahead[0] in b"\r\n":
            window.drop(1)
        if window.fill(1):
            yield _record(window)
            continue
        if window.error and not window.told:
            yield _Record({}, b"", 0, f"after byte {window.place:,}: {window.error}")
        if not window.error or not window.resume():
            return


def _record(window: _Window) -> _Record:
    """The record that begins here. What is ahead afterwards may be the next: it follows, or was found after damage."""
    window.fill(MAX_HEAD_BYTES)
    end = _HEAD_END.search(window.ahead, 0, MAX_HEAD_BYTES)
    if not end or not window.ahead.startswith(b"WARC/"):
        return _damaged(window, {}, f"at byte {window.place:,}: no WARC record begins here")
    head = _fields(bytes(window.ahead[: end.start()]))
    stated = head.get("content-length", "")
    if not re.fullmatch(r"[0-9]{1,18}", stated) or "warc-type" not in head:
        return _damaged(window, head, f"at byte {window.place:,}: its record has no usable length or type")
    start, length = end.end(), int(stated)
    stop = start + length
    kept = min(length, _MAX_BLOCK_BYTES)
    whole = window.fill(start + kept)
    block = bytes(window.ahead[start : start + kept])
    if whole and length > kept:  # too long to be looked at as a whole: the next record tells whether it ended where it should
        begin = window.place
        window.drop(start + kept)
        window.to_record()
        stop -= window.place - begin
        return _Record(head, block, length, "" if -8 <= stop <= 0 else f"its record is not {length:,} bytes long, as it says")
    if not whole:
        return _damaged(window, head, f"its record is cut off: {length:,} bytes were announced")
    window.fill(stop + 5)
    if not window.ahead.startswith((b"\r", b"\n", b"WARC/"), stop) and (window.error or len(window.ahead) > stop):
        return _damaged(window, head, f"its record is not {length:,} bytes long, as it says")
    window.drop(stop)
    return _Record(head, block, length)


def _damaged(window: _Window, head: Mapping[str, str], fault: str) -> _Record:
    """A record that cannot be used; what is ahead afterwards is the next that could be found behind its first byte."""
    if window.error:
        fault, window.told = f"{fault} ({window.error})", True
    window.drop(1)
    window.to_record()
    return _Record(head, b"", 0, fault)
