"""XML with the usual mistakes of feeds → XML that is well-formed.  Shared by nothing but `xmltree`.

    AT&T <b>cai</title>   ─ mended ─►   AT&amp;T <b>cai</b></title>

In: text that a strict parser refused.  Out: text with each tag closed, stray `<` and `&` escaped, attributes in quotes, the usual
prefixes declared, comments gone.  Never: a word lost or moved into another entry.  (libxml2's own recovery drops `&lt;` after the
first mistake, and closes whatever is open at any end tag, so that an open `<b>` in a headline swallows the text.)
"""

import re
from collections.abc import Iterator

from index.errors import ReadError

MAX_DEPTH = 100
MAX_TAGS = 600_000
# What is taken is never given back (`*+`): a name of a million letters in a tag without an end is then read once, not once a letter.
_TAG = re.compile(r"<(/?)([A-Za-z_][\w.-]*+(?::[A-Za-z_][\w.-]*+)?+)((?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)>", re.ASCII)
_ATTRIBUTE = re.compile(r"(?<![\w.:-])([A-Za-z_][\w.-]*+(?::[A-Za-z_][\w.-]*+)?+)\s*+=\s*+(\"[^\"<]*+\"|'[^'<]*+')", re.ASCII)
_DECLARED = re.compile(r"\sxmlns:([\w.-]{1,40})\s*=", re.ASCII)
_BARE = re.compile(r"&(?!#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};|(?:amp|lt|gt|quot|apos);)")
_CONTROL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNFIT_NUMBER = re.compile(r"&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));", re.IGNORECASE)
_VOID = frozenset("br hr img wbr input".split())
_ENTRIES = frozenset(("item", "entry"))
_SECTIONS = (("<![CDATA[", "]]>"), ("<!--", "-->"), ("<?", "?>"), ("<!", ">"))
_SPACES = {  # namespaces by the prefix that everybody uses, for feeds that forgot to declare theirs
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "atom": "http://www.w3.org/2005/Atom",
}


def mended(text: str) -> str:
    r"""The text with its mistakes put right; the caller checks that nothing is left to complain of.

    Raises:
        ReadError: if it has more than MAX_TAGS tags, or they are nested more than MAX_DEPTH deep.

    >>> mended("<r><t>AT&T <b>5 < 6</t><dc:x a=1 b='2'>Um<br>dois</r> fim")
    '<r xmlns:dc="http://purl.org/dc/elements/1.1/"><t>AT&amp;T <b>5 &lt; 6</b></t><dc:x b=\'2\'>Um<br/>dois</dc:x></r>'
    """
    if text.count("<") > 2 * MAX_TAGS:
        raise ReadError(f"it is not well-formed XML, and has more than {MAX_TAGS:,} tags to be mended")
    text = _CONTROL.sub(" ", text)
    declared = {"xml", "xmlns", *_DECLARED.findall(text)}
    usual = [prefix for prefix in _SPACES if prefix not in declared and f"<{prefix}:" in text]
    known = declared | set(usual)
    kept: list[str] = []
    opened: list[str] = []
    for piece in _pieces(text):
        if isinstance(piece, str):
            if opened:
                kept.append(piece)
        elif piece[1]:
            _close(_named(piece[2], known), opened, kept)
        elif opened or not kept:  # what follows the root is left out
            _open(piece, known, usual, opened, kept)
    kept.extend(f"</{name}>" for name in reversed(opened))
    return "".join(kept)


def _open(tag: re.Match[str], known: set[str], usual: list[str], opened: list[str], kept: list[str]) -> None:
    """Write a start tag; an entry that begins inside another ends that one first."""
    name = _named(tag[2], known)
    if name in _ENTRIES and name in opened:
        _close(name, opened, kept)
    spaces = "" if opened else "".join(f' xmlns:{prefix}="{_SPACES[prefix]}"' for prefix in usual)
    alone = tag[3].rstrip().endswith("/") or name.lower() in _VOID
    kept.append(f"<{name}{spaces}{_attributes(tag[3], known)}{'/' if alone else ''}>")
    if not alone:
        opened.append(name)
    if len(opened) > MAX_DEPTH:
        raise ReadError(f"its elements are nested more than {MAX_DEPTH} deep")


def _close(name: str, opened: list[str], kept: list[str]) -> None:
    """Write an end tag after those of the elements inside; one that nothing waits for is left out."""
    while name in opened:
        last = opened.pop()
        kept.append(f"</{last}>")
        if last == name:
            return


def _named(name: str, known: set[str]) -> str:
    """The name; without its prefix where nobody declares it."""
    prefix, colon, local = name.rpartition(":")
    return name if not colon or prefix in known else f"undeclared_{local}"


def _attributes(text: str, known: set[str]) -> str:
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(text):
        if ":" not in name or name.partition(":")[0] in known:
            found.setdefault(name, value)
    return "".join(f" {name}={_escaped(value)}" for name, value in found.items())


def _escaped(text: str) -> str:
    return _BARE.sub("&amp;", _UNFIT_NUMBER.sub(" ", text)).replace("<", "&lt;")


def _pieces(text: str) -> Iterator[str | re.Match[str]]:
    """Tags, and what stands between them, escaped; CDATA sections as they are, comments and declarations left out."""
    place, endless = 0, set[str]()
    while (start := text.find("<", place)) >= 0:
        yield _escaped(text[place:start])
        tag = _TAG.match(text, start)
        head, tail = next(((head, tail) for head, tail in _SECTIONS if text.startswith(head, start)), ("", ""))
        end = text.find(tail, start + len(head)) if head and head not in endless else -1
        if tag:
            yield tag
            place = tag.end()
        elif end >= 0:
            place = end + len(tail)
            yield text[start:place] if head == "<![CDATA[" else ""
        else:
            endless.add(head)
            yield "&lt;"
            place = start + 1
    yield _escaped(text[place:])
