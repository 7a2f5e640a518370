"""XML bytes → the root element, for every format that is XML.  Safe on hostile bytes: the one door through which they pass.

    bytes ─ decode ─► text ─ doctype out, &nbsp; → &#160; ─► defusedxml: depth, number, entities ─► lxml

In: at most MAX_BYTES.  Out: an lxml element, or a ReadError with the line of the mistake.  Never: a declared entity, an
external file or address, or a tree that is deeper or larger than the bounds below.
"""

import html
import re
from collections.abc import Callable
from html.entities import html5
from typing import Any
from xml.sax.handler import ContentHandler, feature_namespaces

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.mending import MAX_DEPTH, mended

MAX_BYTES = 20 * 1024 * 1024
MAX_ELEMENTS = 300_000
_ENCODING = re.compile(rb"<\?xml[^<>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_DECLARATION = re.compile(r"\s*<\?xml\s[^<>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[\]]*>")
_REFUSED = re.compile(r"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)\b")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")


def parse(data: bytes, *, mend: bool = False) -> Any:
    """The root element, without comments and processing instructions.

    Args:
        data: The whole file, in any encoding that `decode` knows.
        mend: Whether stray ampersands, control characters and tags left open are put right, as feeds need it.

    Raises:
        ReadError: if it is too large or too deep, declares anything in a doctype, or is not XML and cannot be mended.
    """
    text = _prepared(source_text(data))
    fault = _fault(text)
    if fault is None:
        return _tree(text)
    if not mend:
        raise ReadError(fault)
    text = mended(text)
    if _fault(text) is not None:
        raise ReadError(fault)
    return _tree(text)


def source_text(data: bytes) -> str:
    """The text of an XML file, without its declaration.

    Raises:
        ReadError: if it has more than MAX_BYTES, or is no text.
    """
    if len(data) > MAX_BYTES:
        raise ReadError(f"it has {len(data):,} bytes; at most {MAX_BYTES:,} of XML are read")
    text = decoded(data)
    found = _DECLARATION.match(text)
    return text[found.end() if found else 0 :].lstrip("\ufeff")


def decoded(data: bytes) -> str:
    """The text of an XML file as it stands there; `Guessed` when neither its bytes nor its declaration tell the encoding.

    Raises:
        ReadError: if it is no text.
    """
    declared = _ENCODING.search(data[:512])
    return decode(data, declared[1].decode("ascii") if declared else "")


def root_name(text: str) -> str:
    """The name of the first element, in lower case and without its prefix; "" when there is none.

    >>> root_name("<!-- <a> --> <!DOCTYPE x><ns:newsItem guid='1'/>"), root_name("Olá")
    ('newsitem', '')
    """
    place = 0
    while (place := text.find("<", place)) >= 0:
        if text.startswith("<!--", place):
            place = text.find("-->", place)
            if place < 0:
                return ""
            continue
        if found := _ROOT.match(text, place):
            return found[1].lower()
        place += 1
    return ""


def name(element: Any) -> str:
    """An element's name in lower case, without its namespace."""
    return str(element.tag).rpartition("}")[2].lower()


def children(element: Any, wanted: str) -> list[Any]:
    """The children of a name, in order; none of None."""
    return [] if element is None else [part for part in element if name(part) == wanted]


def child(element: Any, wanted: str) -> Any:
    """The first child of a name, or None."""
    return next(iter(children(element, wanted)), None)


def words(element: Any) -> str:
    """The whole text in an element, its white space made single spaces; "" for None."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def inside(element: Any) -> str:
    """What stands between an element's tags, as markup."""
    from lxml import etree

    inner = (etree.tostring(child, encoding="unicode", with_tail=True) for child in element)
    return html.escape(element.text or "", quote=False) + "".join(inner)


def _prepared(text: str) -> str:
    """The text without a plain doctype; HTML's names for characters, which XML does not know, become numbers.

    Raises:
        ReadError: if a doctype declares anything.
    """
    head = _ROOT.search(text)
    doctype = _DOCTYPE.search(text, 0, head.start() if head else len(text))
    if doctype:
        text = text[: doctype.start()] + "\n" * doctype[0].count("\n") + text[doctype.end() :]

    def change(part: str) -> str:
        if _REFUSED.search(part):
            raise ReadError("its doctype declares entities or elements, which is refused: remove the doctype")
        return _NAMED.sub(_numbered, part)

    return _outside(text, change)


def _numbered(match: re.Match[str]) -> str:
    found = html5.get(f"{match[1]};", "")
    return "".join(f"&#{ord(char)};" for char in found) or match[0]


def _outside(text: str, change: Callable[[str], str]) -> str:
    """The text with all that lies outside of CDATA sections changed."""
    parts, place = [], 0
    while (start := text.find("<![CDATA[", place)) >= 0 and (end := text.find("]]>", start)) >= 0:
        parts += [change(text[place:start]), text[start : end + 3]]
        place = end + 3
    return "".join([*parts, change(text[place:])])


class _Bounds(ContentHandler):
    """Counts elements and their depth while a file is read."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.elements = 0

    def startElementNS(self, *_: object) -> None:  # noqa: N802 - the interface's name
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise ReadError(f"its elements are nested more than {MAX_DEPTH} deep")
        if self.elements > MAX_ELEMENTS:
            raise ReadError(f"it has more than {MAX_ELEMENTS:,} elements")

    def endElementNS(self, *_: object) -> None:  # noqa: N802 - the interface's name
        self.depth -= 1


def _fault(text: str) -> str | None:
    """What keeps the text from being well-formed XML, with its line; None when nothing does.

    Raises:
        ReadError: if it is past the bounds, or declares what is refused.
    """
    import io
    from xml.sax import SAXParseException

    from defusedxml import DefusedXmlException
    from defusedxml.sax import make_parser

    parser = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, 1)
    parser.setContentHandler(_Bounds())
    try:
        parser.parse(io.BytesIO(text.encode("utf-8", "replace")))
    except SAXParseException as error:
        return f"it is not well-formed XML: {error.getMessage()}, line {error.getLineNumber()}"
    except DefusedXmlException as error:
        raise ReadError(f"its doctype is refused ({type(error).__name__}): remove it") from error
    return None


def _tree(text: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"it is not usable XML: {error.msg}") from error
