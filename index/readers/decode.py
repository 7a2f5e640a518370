"""Bytes → text.  A ladder, strict on each rung; the first that holds decides.

    byte-order mark ─► UTF-8, UTF-16, UTF-32
    NUL pattern ─────► UTF-16 without a mark
    strict UTF-8
    the charset that the file declares (web pages)
    Windows-1252, with Latin-1 for the five bytes that it leaves undefined

Pure functions: bytes in, text out.  Never: a guess by letter frequencies (a study here found that it put wrong letters
into short Portuguese texts), and never text out of a program, a picture or an archive that is named like a text.
"""

import codecs
import re

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
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_CP1252 = {byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def decode(data: bytes, declared: str = "") -> str:
    """The text of a whole file, without its byte-order mark.

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
    return text.removeprefix("\ufeff")


def wide(data: bytes) -> str:
    """The codec of UTF-16 or UTF-32 text, by its mark or its NUL bytes; "" for anything else.

    >>> wide("Olá, mundo".encode("utf-16-be")), wide(b"Hello")
    ('utf-16-be', '')
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
    return ""


def narrow(data: bytes, declared: str = "") -> str:
    r"""Text in an encoding of one byte a letter, or in UTF-8; never fails.

    >>> narrow(b"pre\xe7o \x80 5"), narrow(b"\x81") == chr(0x81)
    ('preço € 5', True)
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass  # the next rung
    if _CHARSET.fullmatch(declared):
        try:
            return data.decode(declared)
        except (UnicodeDecodeError, LookupError):
            pass  # the next rung
    return data.decode("latin-1").translate(_CP1252)


def refuse_binary(data: bytes) -> None:
    """Refuse what is known not to be text by its first bytes, and NUL bytes that UTF-16 does not explain.

    Raises:
        ReadError: naming what it is.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise ReadError(f"it is {what}, not text")
    if b"\x00" in data and not wide(data):
        raise ReadError("it is binary: it has NUL bytes and is not UTF-16")


def refuse_controls(text: str) -> None:
    """Refuse text of which more than MAX_CONTROL_SHARE are control characters; two are always let through.

    Raises:
        ReadError: with their number.
    """
    found = len(_CONTROL.findall(text))
    if found > max(2, MAX_CONTROL_SHARE * len(text)):
        raise ReadError(f"it is binary: {found:,} of its {len(text):,} characters are control characters")
