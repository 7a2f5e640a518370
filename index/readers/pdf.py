"""PDF files (.pdf) → one article.  Needs the extra: `pip install 'presscite[pdf]'`.

    pages ── pypdf ──► lines ── joined ──► paragraphs      a blank line between pages where a sentence ends
    document information, XMP ──► title, authors, outlet, rights, language, published

In: a PDF with text in it.  Out: one article.  Never: a date of creation taken for the day of publication, a picture or another
program opened, an encrypted file read, or more than the pages, seconds and bytes below; a hostile file ends in a ReadError.
"""

import io
import logging
import re
import time
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from index.errors import ReadError
from index.readers.make import MAX_TEXT_CHARS, make, one_line, without_title
from index.readers.pdf_text import joined
from index.readers.source import Items, Source, read_bytes

if TYPE_CHECKING:
    from pypdf import PdfReader

ENDINGS = (".pdf",)
MAX_PAGES = 2_000
MAX_S = 60
MAX_STREAM_BYTES = 16 * 1024 * 1024  # of one stream when it is unpacked
MAX_XMP_BYTES = 1024 * 1024
MIN_LETTERS = 20  # fewer are no article but the stamp on a picture
MAX_UNKNOWN_SHARE = 0.1

# What pypdf was seen to raise on files with a few bytes changed, beside its own errors.
_BROKEN = (ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, RecursionError, TypeError, ValueError, zlib.error)
_PLACE_IN_MEMORY = re.compile(r"(IndirectObject\(\d+, \d+), \d+\)")  # of the reader, as pypdf writes it: another at each reading
_ITEM = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
_NAMESPACES = {
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://prismstandard.org/namespaces/basic/2.0/": "prism:",
    "http://prismstandard.org/namespaces/basic/2.1/": "prism:",
    "http://prismstandard.org/namespaces/basic/3.0/": "prism:",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights:",
}
_NO_TITLE = re.compile(
    r"\.(?:docx?|pdf|indd|qxd|tex|rtf|odt|pages|pptx?)$|^microsoft \w+ - |^(?:untitled|sem título|document|documento)\s*\d*$", re.IGNORECASE
)
_NO_AUTHOR = re.compile(r"[@\\/]|^(?:users?|usu[aá]rio|admin\w*|root|owner|unknown|author|autor)\s*\d*$", re.IGNORECASE)
_XMP_NAMES = {
    "title": ("dc:title",),
    "outlet": ("prism:publicationName", "dc:publisher"),
    "rights": ("xmpRights:UsageTerms", "dc:rights"),
    "lang": ("dc:language",),
    "section": ("prism:section",),
    "url": ("prism:url",),
}


def read(source: Source) -> Items:
    """The one article of the file.

    Raises:
        ReadError: if it is no PDF, is encrypted, broken, too large or without text, or if pypdf is missing.
    """
    data = read_bytes(source)
    if b"%PDF-" not in data[:1024]:
        raise ReadError("it is no PDF: it does not begin with %PDF-")
    values, pages = parsed(data, clock(MAX_S))
    text = joined(pages)
    if sum((unicodedata.category(char) in ("Co", "Cn", "Cc") and char != "\n") or char == "\ufffd" for char in text) > MAX_UNKNOWN_SHARE * len(text):
        raise ReadError("its fonts do not tell which letters they show: run it through text recognition (OCR) first")
    if sum(char.isalpha() for char in text[:10_000]) < MIN_LETTERS:
        raise ReadError(f"its pages ({len(pages):,}) hold no text, as a scan's do: run it through text recognition (OCR) first")
    yield make(source, {**values, "text": without_title(text, one_line(str(values.get("title", "")), 1_000))})


def clock(limit_s: float) -> Callable[..., None]:
    """A function that raises a ReadError once so many seconds have passed since now; it takes whatever it is given."""
    end = time.monotonic() + limit_s

    def check(*_: object) -> None:
        if time.monotonic() > end:
            raise ReadError(f"it takes more than {limit_s} s to read, and nothing of it was taken")

    return check


def parsed(data: bytes, check: Callable[..., None]) -> tuple[dict[str, object], list[str]]:
    """What the file says about itself, and the text of each page; `check` is called often, and may raise a ReadError.

    Raises:
        ReadError: for every way in which it can be unreadable.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # else its warnings reach stderr, and making them takes most of a hostile file's time
    try:
        from pypdf import PdfReader, apply_configuration
        from pypdf.errors import DependencyError, DeprecationError, FileNotDecryptedError, PyPdfError
    except ImportError as error:
        raise ReadError(f"PDF files need pypdf 7.1 or newer: run `pip install 'presscite[pdf]'` ({error})") from error
    limits: dict[str, Any] = dict.fromkeys((f"{name}_maximum_output_length" for name in ("zlib", "lzw", "run_length", "brotli")), MAX_STREAM_BYTES)
    try:
        with apply_configuration(**limits, jbig2dec_binary=None):  # else a page could start that program
            reader = PdfReader(io.BytesIO(data))
            if reader.is_encrypted:
                raise ReadError("it is encrypted: save it without a password first")
            count = len(reader.pages)
            if not 0 < count <= MAX_PAGES:
                raise ReadError(f"it has {count:,} pages; 1 to {MAX_PAGES:,} are read")
            check()
            return _facts(reader), list(_pages(reader, count, check))
    except FileNotDecryptedError as error:
        raise ReadError("it is encrypted: save it without a password first") from error
    except (PyPdfError, DependencyError, DeprecationError, *_BROKEN) as error:
        told = _PLACE_IN_MEMORY.sub(r"\1)", str(error))
        raise ReadError(f"it is a broken PDF: {type(error).__name__}: {told}") from error


def _pages(reader: "PdfReader", count: int, check: Callable[..., None]) -> Iterator[str]:
    """The text of each page in order; of those behind MAX_TEXT_CHARS, nothing.

    Unpacked streams are forgotten after each page, so that a file of many does not pile them up.
    """
    chars = 0
    for number in range(count):
        check()
        text = reader.pages[number].extract_text(visitor_operand_before=check)
        reader.resolved_objects.clear()
        yield text
        chars += len(text)
        if chars > 2 * MAX_TEXT_CHARS:
            return


def _facts(reader: "PdfReader") -> dict[str, object]:
    """The document's information and its XMP, where they look like an article's; under the names of `fields.NAMES`."""
    about = reader.metadata
    title, author = (about.title or "", about.author or "") if about else ("", "")
    xmp = _xmp(reader)
    first = {field: next((xmp[name][0] for name in names if xmp.get(name)), "") for field, names in _XMP_NAMES.items()}
    days = xmp.get("prism:publicationDate") or xmp.get("dc:date") or []
    return first | {
        "title": title if one_line(title, 500) and not _NO_TITLE.search(one_line(title, 500)) else first["title"],
        "authors": [name for name in xmp.get("dc:creator") or re.split(r"[;\n]", author) if not _NO_AUTHOR.search(name.strip())],
        "published": days[0] if len(set(days)) == 1 else "",
    }


def _xmp(reader: "PdfReader") -> dict[str, list[str]]:
    """The values of the known elements and attributes of the file's XMP, by prefix and name; a broken one has none."""
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    held = reader.root_object.get("/Metadata")
    stream: Any = held.get_object() if held is not None else None
    packet = stream.get_data() if hasattr(stream, "get_data") else b""
    if not packet or len(packet) > MAX_XMP_BYTES:
        return {}
    try:
        root = ElementTree.fromstring(packet.strip(b"\x00 \r\n\t"))
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):  # the pages are still there
        return {}
    found: dict[str, list[str]] = {}
    for element in root.iter():
        listed = [item.text or "" for item in element.findall(f"*/{_ITEM}")] or [element.text or ""]
        for name, values in [(element.tag, listed), *((name, [value]) for name, value in element.items())]:
            space, _, local = str(name).removeprefix("{").partition("}")
            if space in _NAMESPACES:
                found.setdefault(_NAMESPACES[space] + local, []).extend(value.strip() for value in values if value.strip())
    return found
