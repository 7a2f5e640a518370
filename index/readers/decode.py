"""Bytes → text.  A ladder, strict on each rung; the first that holds decides.

    byte-order mark ─► UTF-8, UTF-16, UTF-32
    NUL pattern ─────► UTF-16 or UTF-32 without a mark
    strict UTF-8
    the charset that the file declares (web pages)
    Windows-1252, with Latin-1 for the five bytes that it leaves undefined: a guess, and marked as one

The body of a web answer is first freed of its codings (chunks, gzip, deflate, br), within a limit.

Pure functions: bytes in, text out.  Never: a guess by letter frequencies (a study here found that it put wrong letters
into short Portuguese texts), and never text out of a program, a picture or an archive that is named like a text.
"""

import codecs
import io
import re
import zlib

from index.errors import ReadError

MAX_CONTROL_SHARE = 0.02
_SNIFF_BYTES = 64 * 1024

_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "a rich-text document"),
)
_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(
    r"iso-?8859-\d{1,2}|windows-\d{3,4}|cp\d{3,4}|koi8-[ru]|shift_jis|euc-(?:jp|kr)|gbk|gb2312|gb18030|big5|macintosh", re.IGNORECASE
)
_WINDOWS = re.compile(r"iso-?8859-1|latin-?1|windows-1252|cp-?1252|(?:us-)?ascii", re.IGNORECASE)  # browsers take all of these for the fourth
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,500})?\r?\n")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_CONTROL_ASCII = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CP1252 = {byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


class Guessed(str):
    """Text whose encoding nothing tells. Whatever is made of it is a plain string again: who needs the mark looks at once."""

    __slots__ = ()


def decode(data: bytes, declared: str = "") -> str:
    """The text of a whole file, without its byte-order mark; `Guessed` when it was taken for Windows-1252 for want of a better reason.

    Args:
        data: Every byte of it.
        declared: The charset that it names for itself, if any; used only where UTF-8 does not hold.

    Raises:
        ReadError: if the bytes are no text.

    >>> decode("São João".encode("cp1252")), decode("Olá".encode("utf-16"))
    ('São João', 'Olá')
    """
    refuse_binary(data)
    codec = wide(data)
    if codec:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError as error:
            raise ReadError(f"it looks like {codec.upper()} but byte {error.start:,} is not") from error
    else:
        text = narrow(data, declared)
    refuse_controls(text)
    return text if isinstance(text, Guessed) else text.removeprefix("\ufeff")


def wide(data: bytes) -> str:
    """The codec of UTF-16 or UTF-32 text, by its mark or its NUL bytes; "" for anything else.

    Without a mark: UTF-32 is told by three or more NUL bytes of four in nearly all of the letters, UTF-16 by one of two in nearly half.

    >>> wide("Olá, mundo".encode("utf-16-be")), wide("Olá, mundo".encode("utf-32-le")), wide(b"Hello")
    ('utf-16-be', 'utf-32-le', '')
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return codec
    head = data[: min(_SNIFF_BYTES, len(data) // 2 * 2)]
    even, odd, pairs = head[::2].count(0), head[1::2].count(0), len(head) // 2
    if odd > pairs * 0.4 and even <= pairs * 0.05:
        return "utf-16-le"
    if even > pairs * 0.4 and odd <= pairs * 0.05:
        return "utf-16-be"
    head = head[: len(head) // 4 * 4]
    nuls, quads = [head[place::4].count(0) for place in range(4)], len(head) // 4
    for codec, (letter, second, third, last) in (("utf-32-le", nuls), ("utf-32-be", nuls[::-1])):
        if quads and last == quads and third > quads * 0.95 and second > quads * 0.4 and letter <= quads * 0.05:
            return codec
    return ""


def narrow(data: bytes, declared: str = "") -> str:
    r"""Text in an encoding of one byte a letter, or in UTF-8; never fails. `Guessed` when neither its bytes nor what it declares tell which.

    Source: WHATWG, Encoding Standard, 4.2 (the names of Windows-1252; pages that declare Latin-1 have its quotation marks).

    >>> narrow(b"pre\xe7o \x80 5"), narrow(b"\x81") == chr(0x81)
    ('preço € 5', True)
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass  # the next rung
    text = data.decode("latin-1").translate(_CP1252)
    if _WINDOWS.fullmatch(declared):
        return text
    if _CHARSET.fullmatch(declared):
        try:
            return data.decode(declared)
        except (UnicodeDecodeError, LookupError):
            pass  # the next rung
    return Guessed(text)


def refuse_binary(data: bytes) -> None:
    """Refuse what is known not to be text by its first bytes, and NUL bytes that neither UTF-16 nor UTF-32 explains.

    Raises:
        ReadError: naming what it is.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise ReadError(f"it is {what}, not text")
    if b"\x00" in data and not wide(data):
        raise ReadError("it is binary: it has NUL bytes and is neither UTF-16 nor UTF-32")


def refuse_controls(text: str) -> None:
    """Refuse text of which more than MAX_CONTROL_SHARE are control characters; two are always let through.

    Where the encoding was guessed those above ASCII do not count: they are letters of another, as ç of Mac Roman.

    Raises:
        ReadError: with their number.
    """
    found = len((_CONTROL_ASCII if isinstance(text, Guessed) else _CONTROL).findall(text))
    if found > max(2, MAX_CONTROL_SHARE * len(text)):
        raise ReadError(f"it is binary: {found:,} of its {len(text):,} characters are control characters")


def uncoded(body: bytes, transfer: str, content: str, max_bytes: int) -> bytes:
    """The body of a web answer without its codings. One that an archive states but has undone already is passed over.

    Args:
        body: What the server sent.
        transfer: The answer's Transfer-Encoding, or "".
        content: The answer's Content-Encoding, or "".
        max_bytes: The most that is decoded.

    Raises:
        ReadError: if it is damaged, cut off, too large, or coded in another way than those known.

    Source: RFC 9110, 8.4 (content codings); RFC 9112, 7.1 (chunks).

    >>> uncoded(zlib.compress(b"<p>Ola"), "", "deflate", 10), uncoded(b"<p>Ola", "chunked", "gzip", 10)
    (b'<p>Ola', b'<p>Ola')
    """
    if "chunked" in transfer.lower():
        body = _joined(body)
    for coding in (name.strip() for name in reversed(content.lower().split(","))):
        try:
            body = _undone(coding, body, max_bytes + 1)  # one more tells that there is more
        except (zlib.error, OSError) as error:
            if not _MARKUP.match(body):
                raise ReadError(f"its {coding} coding is damaged: {error}") from error
    if len(body) > max_bytes:
        raise ReadError(f"it has more than {max_bytes:,} bytes; no more are read")
    return body


def _undone(coding: str, body: bytes, most: int) -> bytes:
    """The first so many bytes of the body without one coding; an OSError or zlib.error when it is not so coded."""
    if coding in ("", "identity", "none"):
        return body
    if coding == "br":
        from fastwarc.stream_io import BrotliReader

        return bytes(BrotliReader(io.BytesIO(body)).read(most))
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise ReadError(f"its content coding {coding[:40]!r} is not known: gzip, deflate and br are read")
    bare = coding == "deflate" and not (body[:1] == b"\x78" and int.from_bytes(body[:2], "big") % 31 == 0)  # as some servers send it
    part = zlib.decompressobj(wbits=-15 if bare else 47)
    data = part.decompress(body, most)
    if len(data) < most and not part.eof:
        raise zlib.error("it is cut off")
    return data


def _joined(body: bytes) -> bytes:
    r"""A body without its chunks; one that an archive has joined already is passed over.

    Raises:
        ReadError: if a chunk is damaged or missing.

    >>> _joined(b"4\r\nOla,\r\n6;x=1\r\n mundo\r\n0\r\n\r\n"), _joined(b"<p>")
    (b'Ola, mundo', b'<p>')
    """
    joined, place = bytearray(), 0
    while chunk := _CHUNK.match(body, place):
        size = int(chunk[1], 16)
        if size == 0:
            return bytes(joined)
        joined += body[chunk.end() : chunk.end() + size]
        place = chunk.end() + size
        place += 2 if body.startswith(b"\r\n", place) else 1
    if place == 0:
        return body
    raise ReadError("its chunks are damaged or cut off")
