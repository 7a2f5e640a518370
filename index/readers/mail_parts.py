"""The bytes of an e-mail → its headers and its text.

    message ── split ──► headers + body ── Content-Type ──┬─ text/plain           decoded; format=flowed lines joined
                                                          ├─ text/html            paragraphs, without what is hidden
                                                          ├─ multipart/alternative the last version that says as much as the others
                                                          ├─ multipart/*, message/rfc822   the texts of its parts, one after another
                                                          └─ anything else, attachments    nothing

Pure functions: bytes in, text out.  Never: more parts, levels or bytes of HTML than the limits below; a mail that is broken
gives the text that can be told apart, and each byte is looked at once a level, so the time stays in proportion to the size.
"""

import binascii
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from index.errors import ReadError
from index.readers.decode import Guessed, decode, narrow

MAX_HEADER_BYTES = 256 * 1024
MAX_PARTS = 200
MAX_DEPTH = 10
MAX_HTML_BYTES = 4 * 1024 * 1024
MAX_ELEMENTS = 100_000
MAX_VALUE_CHARS = 10_000
ENOUGH = 0.8  # a version with this share of the most words says as much as the others
MAX_CELL_CHARS = 80
MAX_FOOTER_CHARS = 400  # a longer block that holds the unsubscribe link is more than a footer

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_PARAMETER = re.compile(r';\s*([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]*))')
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?(.*?)\?=")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:max-height|opacity)\s*:\s*0(?:px)?\s*(?:;|!|$)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_LINK = re.compile(r"https?://\S+")


class Part(NamedTuple):
    """A message, or a part of one."""

    headers: Mapping[str, str]  # by lower-case name; the first of a name counts; encoded words are not decoded yet
    body: bytes

    @property
    def kind(self) -> str:
        """Its media type, as in `text/html`."""
        return self.headers.get("content-type", "text/plain").partition(";")[0].strip().lower() or "text/plain"

    def parameter(self, name: str) -> str:
        """A parameter of its Content-Type, or ""."""
        found = _PARAMETER.finditer(self.headers.get("content-type", "")[:MAX_VALUE_CHARS])
        return next(((match[2] or match[3] or "") for match in found if match[1].lower() == name), "")


class Budget:
    """What is left to read of one message, the addresses whose paragraphs are its unsubscribe footer, and what was guessed."""

    def __init__(self, leave: frozenset[str] = frozenset()) -> None:
        self.parts = MAX_PARTS
        self.leave = leave
        self.text = ""  # a text of it whose encoding was guessed, if any


def split(data: bytes) -> Part:
    r"""The headers and the body of a message or a part.

    Raises:
        ReadError: if the headers are longer than MAX_HEADER_BYTES.

    >>> split(b"Subject: Chuva\r\n em Recife\r\n\r\nChoveu.")
    Part(headers={'subject': 'Chuva em Recife'}, body=b'Choveu.')
    """
    fields: dict[str, list[bytes]] = {}
    value: list[bytes] = []
    place = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    while place < len(data):
        end = data.find(b"\n", place) + 1 or len(data)
        line = data[place : min(end, place + MAX_HEADER_BYTES)].rstrip(b"\r\n")
        if fields and line[:1] in (b" ", b"\t"):
            value.append(line)
        elif match := _FIELD.fullmatch(line):
            value = [match[2]]
            fields.setdefault(match[1].decode("ascii").lower(), value)
        elif not line or fields or not line.startswith((b"From ", b">From ")):  # that one is what a mailbox puts before a message
            place = place if line else end
            break
        place = end
        if place > MAX_HEADER_BYTES:
            raise ReadError(f"its headers are longer than {MAX_HEADER_BYTES:,} bytes")
    return Part({name: narrow(b" ".join(piece.strip() for piece in value)).strip() for name, value in fields.items()}, data[place:])


def words(value: str) -> str:
    """A header's value with its encoded words (RFC 2047) decoded; one that is broken stays as it is.

    Neighbours in one charset are put together before they are decoded, for a letter may be cut between them.

    >>> words("=?utf-8?Q?Chuva_no_S=C3?= =?utf-8?Q?=A3o_Jo=C3=A3o?= (PE)")
    'Chuva no São João (PE)'
    """
    kept: list[str] = []
    waiting, charset, place = b"", "", 0
    value = value[:MAX_VALUE_CHARS]
    for match in _ENCODED.finditer(value):
        between, same = value[place : match.start()], match[1].lower().partition("*")[0]
        inner = place > 0 and not between.strip()  # white space between two encoded words is none of the text
        if waiting and not (inner and same == charset):
            kept.append(narrow(waiting, charset))
            waiting = b""
        if not inner:
            kept.append(between)
        waiting, charset, place = waiting + _unworded(match[2], match[3]), same, match.end()
    return "".join([*kept, narrow(waiting, charset), value[place:]])


def _unworded(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return _base64(data) if encoding in "bB" else binascii.a2b_qp(data, header=True)


def _base64(data: bytes) -> bytes:
    """Base64 up to its padding, whatever else stands in it."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data.partition(b"=")[0])
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def text_of(part: Part, budget: Budget, depth: int = 0) -> str:
    """The words of a message or a part, paragraphs parted by blank lines; "" for an attachment and for what is no text.

    Raises:
        ReadError: if it has more parts, levels or HTML than are read, or says that bytes are text which are none.
    """
    budget.parts -= 1
    if budget.parts < 0 or depth > MAX_DEPTH:
        raise ReadError(f"it has more than {MAX_PARTS} parts, or parts nested more than {MAX_DEPTH} deep")
    if part.headers.get("content-disposition", "").strip().lower().startswith("attachment"):
        return ""
    if part.kind.startswith("multipart/"):
        texts = [text_of(split(data), budget, depth + 1) for data in _pieces(part.body, part.parameter("boundary"), budget.parts)]
        return _fullest(texts) if part.kind == "multipart/alternative" else "\n\n".join(filter(None, texts))
    if part.kind == "message/rfc822":
        inner = split(_unencoded(part))
        return "\n\n".join(filter(None, (words(inner.headers.get("subject", "")), text_of(inner, budget, depth + 1))))
    if part.kind not in ("text/plain", "text/html"):
        return ""
    text = decode(_unencoded(part), part.parameter("charset"))
    budget.text = text if isinstance(text, Guessed) else budget.text
    return html_text(text, budget.leave) if part.kind == "text/html" else _plain_text(text, part, budget.leave)


def _pieces(body: bytes, boundary: str, at_most: int) -> list[bytes]:
    """The parts between the boundary's lines; the last may lack its end."""
    if not boundary or not boundary.isascii():
        return []
    found: list[bytes] = []
    start = -1
    for match in re.finditer(rb"^--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*\r?(?:\n|\Z)", body, re.MULTILINE):
        if start >= 0:
            found.append(body[start : match.start()].removesuffix(b"\n").removesuffix(b"\r"))
        start = match.end()
        if match[1] or len(found) > at_most:
            return found
    return [*found, body[start:]] if start >= 0 else found


def _fullest(texts: list[str]) -> str:
    """The last of the versions that has ENOUGH of the most words that any has; addresses are no words.

    >>> _fullest(["Choveu no Recife: https://a.example/1", "Choveu no Recife."]), _fullest(["Choveu no Recife.", "Ative as imagens"][::-1])
    ('Choveu no Recife.', 'Choveu no Recife.')
    """
    counts = [sum(1 for _ in _WORD.finditer(_LINK.sub("", text))) for text in texts]
    most = max(counts, default=0)
    return next((text for text, count in zip(reversed(texts), reversed(counts), strict=True) if count >= ENOUGH * most), "")


def _unencoded(part: Part) -> bytes:
    """The part's bytes without their transfer encoding; none of an encoding that mail does not have."""
    encoding = part.headers.get("content-transfer-encoding", "").strip().lower()
    if encoding == "base64":
        return _base64(part.body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(part.body)
    return part.body if encoding in ("", "7bit", "8bit", "binary") else b""


def _plain_text(text: str, part: Part, leave: frozenset[str]) -> str:
    text = text.replace("\r\n", "\n")
    if part.parameter("format").lower() == "flowed":
        text = unflowed(text, part.parameter("delsp").lower() == "yes")
    blocks = re.split(r"\n[ \t]*\n\s*", text)
    return "\n\n".join(block for block in blocks if not _footer(block, _LINK.findall(block), leave))


def unflowed(text: str, delete_space: bool = False) -> str:
    r"""Lines that format=flowed broke, joined; quoted lines only with lines of the same depth.

    Source: RFC 3676, "The Text/Plain Format and DelSp Parameters", sections 4.1 to 4.5.

    >>> unflowed("Choveu \nno Recife.\n\n-- \nAna")
    'Choveu no Recife.\n\n-- \nAna'
    """
    pieces: list[str] = []
    flows, depth = False, -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        quoted, bare = len(line) - len(bare), bare.removeprefix(" ")
        if flows and quoted == depth and bare != "-- ":
            if delete_space:
                pieces[-1] = pieces[-1][:-1]
        else:
            pieces.append(("\n" if pieces else "") + line[:quoted] + (" " if quoted else ""))
        pieces.append(bare)
        flows, depth = bare.endswith(" ") and bare != "-- ", quoted
    return "".join(pieces)


def html_text(page: str, leave: frozenset[str] = frozenset()) -> str:
    """The paragraphs of a mail's HTML that a reader sees; styles set by class are not followed.

    Raises:
        ReadError: if it has more than MAX_HTML_BYTES or MAX_ELEMENTS, or they are nested too deeply.
    """
    from lxml import etree, html

    from index.readers.markup import elements

    data = page.encode("utf-8", "replace")
    if len(data) > MAX_HTML_BYTES:
        raise ReadError(f"its HTML has {len(data):,} bytes; at most {MAX_HTML_BYTES:,} are read")
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(data, parser=parser)
    except etree.LxmlError:  # it is empty, or nothing but comments
        return ""
    if any(entry.level_name == "FATAL" and "RESOURCE_LIMIT" in entry.type_name for entry in parser.error_log):
        raise ReadError("its HTML is nested too deeply to be read whole")
    found = list(tree.iter("*"))
    if len(found) > MAX_ELEMENTS:
        raise ReadError(f"its HTML has {len(found):,} elements; at most {MAX_ELEMENTS:,} are read")
    for element in found:  # nothing is taken out of the tree: that would join the texts beside it, which takes long for many
        if _HIDDEN.search(element.get("style") or ""):
            element.set("hidden", "")
        elif element.tag == "a" and (element.get("href") or "").strip() in leave:
            _footer_of(element).set("hidden", "")
        elif element.tag in ("td", "th") and _longer(element, MAX_CELL_CHARS):
            element.tag = "div"  # mails lay their columns out in tables: a cell of prose is a paragraph, not a cell of a row
    return "\n\n".join(block for block in elements(tree).split("\n\n") if _WORD.search(block))


def _longer(element: Any, chars: int) -> bool:
    """Whether an element holds more text than so many characters, or a tenth as many elements."""
    for count, inner in enumerate(element.iter()):
        chars -= len((inner.text or "").strip()) + (len((inner.tail or "").strip()) if inner is not element else 0)
        if chars < 10 * count:
            return True
    return False


def _footer_of(link: Any) -> Any:
    """The block that the unsubscribe link stands in, when that is no more than a footer; else the link alone."""
    block = next((above for above in link.iterancestors() if above.tag in ("p", "td", "div", "li", "center")), link)
    return link if _longer(block, MAX_FOOTER_CHARS) else block


def _footer(block: str, links: list[str], leave: frozenset[str]) -> bool:
    return len(block) <= MAX_FOOTER_CHARS + sum(map(len, links)) and any(link.rstrip(".,;)>]") in leave for link in links)
