"""E-mail (.eml: one message; .mbox: many) → articles, one a message: newsletters.

    Message-ID ─► id      Subject ─► title      Date ─► published      List-Id, else From ─► outlet      Archived-At ─► url

In: a message's own bytes.  Out: an article or a Skipped for each message; the n-th of an .mbox is `path:n`.  Never: more than one
message in memory, an attachment opened, or an address or a date taken from the text.  A message that the mail program marked as
deleted is passed over.
"""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from index.errors import PassedOver, ReadError
from index.readers.decode import refuse_binary
from index.readers.mail_parts import Budget, split, text_of, words
from index.readers.make import make, one_line, skip, tidy, without_title
from index.readers.source import Items, Source, opened, read_bytes
from index.records import Article, Withdrawal

ENDINGS = (".eml", ".mbox")
MAX_MESSAGE_BYTES = 32 * 1024 * 1024
MAX_LINE_BYTES = 64 * 1024
_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_FROM_LINE = re.compile(
    rb"From .{0,300}?" + _DAY + rb",?\s+(?:" + _MONTH + rb"\s+\d{1,2}|\d{1,2}\s+" + _MONTH + rb"\s+\d{4})\s+\d{1,2}:\d\d\b", re.IGNORECASE
)
_ANGLES = re.compile(r"<\s*([^<>\s]+)\s*>")
_NAME = re.compile(r'(?:"((?:[^"\\]|\\.)*+)"\s*+|([^<>,"]*+))<[^<>]*+>')  # white space is asked for once: twice in a row took its cube
_MARKS = ("message-id", "from", "subject", "date")  # a file with none of them is no message


def read(source: Source) -> Items:
    """Each message of the file, in order.

    Raises:
        ReadError: if the file as a whole cannot be read.
    """
    if not source.name.lower().endswith(".mbox"):
        data = read_bytes(source, MAX_MESSAGE_BYTES)
        refuse_binary(data[:MAX_LINE_BYTES])
        yield _article(source, data, None)
        return
    with opened(source) as stream:
        for number, data in enumerate(messages(stream), 1):
            try:
                yield _article(source, data, number)
            except ReadError as error:
                yield skip(source, error, number)


def messages(stream: BinaryIO) -> Iterator[bytes]:
    """Each message of a mailbox without the line that begins it; of one that is too long, its first MAX_MESSAGE_BYTES and one more.

    A line begins a message when it has the form `From sender Tue Jan 13 20:15:00 2026`; a line of the text that begins with `From `
    stands there as `>From `, one with `>From ` as `>>From ` (the mailboxes called mboxo and mboxrd).

    Raises:
        ReadError: if it is no mailbox.
    """
    line = stream.readline(MAX_LINE_BYTES)
    while line and not line.strip():
        line = stream.readline(MAX_LINE_BYTES)
    if not _FROM_LINE.match(line):
        raise ReadError("it is no mailbox: it does not begin with a line such as `From sender Tue Jan 13 20:15:00 2026`" if line else "it is empty")
    held, starts = bytearray(), True
    while line := stream.readline(MAX_LINE_BYTES):
        if starts and _FROM_LINE.match(line):
            yield bytes(held)
            held = bytearray()
            continue
        if starts and line.startswith(b">") and line.lstrip(b">").startswith(b"From "):
            line = line[1:]
        held += line[: MAX_MESSAGE_BYTES + 1 - len(held)]
        starts = line.endswith(b"\n")
    yield bytes(held)


def _article(source: Source, data: bytes, item: int | None) -> Article | Withdrawal:
    """The article of one message.

    Raises:
        ReadError: if it is none, is marked as deleted, or has no text.
    """
    if len(data) > MAX_MESSAGE_BYTES:
        raise ReadError(f"it has more than {MAX_MESSAGE_BYTES:,} bytes, the most that are read of one message")
    part = split(data)
    head = part.headers
    if not any(head.get(name) for name in _MARKS):
        raise ReadError("it is no e-mail: it has neither Message-ID, From, Subject nor Date")
    if _deleted(head):
        raise PassedOver("it is marked as deleted")
    title = one_line(words(head.get("subject", "")), 1_000)
    leave = frozenset(_ANGLES.findall(head.get("list-unsubscribe", "")))
    outlet, authors = _outlet_and_authors(head)
    budget = Budget(leave)
    values = {
        "id": _first(head.get("message-id", "")),
        "title": title,
        "outlet": outlet,
        "authors": authors,
        "published": re.sub(r"\s*\([^()]*\)\s*$", "", head.get("date", "")[:200]),
        "url": _first(head.get("archived-at", "")),
        "lang": head.get("content-language", "") if "," not in head.get("content-language", "") else "",
        "text": without_title(tidy(text_of(part, budget)), title),
    }
    return make(source.read_as(budget.text), values, item)


def _first(value: str) -> str:
    """What stands between the first angle brackets, else the value up to its first white space.

    >>> _first(" <a1@lantern.example> (x)"), _first("a1@lantern.example"), _first("")
    ('a1@lantern.example', 'a1@lantern.example', '')
    """
    match = _ANGLES.search(value[:2_000])
    return match[1] if match else next(iter(value[:2_000].split()), "")


def _deleted(head: Mapping[str, str]) -> bool:
    """Whether a mail program marked it: Mozilla's flag 0x0008, or a D in X-Status."""
    flags = head.get("x-mozilla-status", "")
    return "D" in head.get("x-status", "") or (re.fullmatch(r"[0-9A-Fa-f]{1,8}", flags) is not None and int(flags, 16) & 8 != 0)


def _outlet_and_authors(head: Mapping[str, str]) -> tuple[str, list[str]]:
    """The list's name and the names in From, its authors (RFC 5322); of a mail without such a list, From's name is the outlet's.

    >>> _outlet_and_authors({"from": "Ana Lima <ana@lantern.example>", "list-id": "The Lantern Daily <daily.lantern.example>"})
    ('The Lantern Daily', ['Ana Lima'])
    >>> _outlet_and_authors({"from": '"The Lantern" <news@lantern.example>', "list-id": "7b2f8f mc list <7b2f8f.list-id.example>"})
    ('The Lantern', [])
    """
    names = [name for name in (one_line(words(name), 200).strip("\"' ") for name in _names(head.get("from", "")[:2_000])) if name and "@" not in name]
    listed = one_line(words(head.get("list-id", "").partition("<")[0]), 200).strip("\"' ")
    if listed[:1].isupper() and not re.search(r"[@/\\=_]|\d{5}", listed):
        return listed, [name for name in names if name.casefold() != listed.casefold()]
    return (names[0] if names else ""), names[1:]


def _names(value: str) -> list[str]:
    """The names beside the addresses of a From header.

    >>> _names('"Lima, Ana" <a@b.example>, Rui Sá <r@b.example>'), _names("n@b.example (The Lantern)"), _names("n@b.example")
    (['Lima, Ana', 'Rui Sá'], ['The Lantern'], [])
    """
    beside = [quoted or bare.strip() for quoted, bare in _NAME.findall(value)]
    return beside if "<" in value else re.findall(r"\(([^()]*)\)\s*$", value)
