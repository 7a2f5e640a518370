"""A feed of any dialect → the same feed with nothing in it but what `feed` reads, small enough to be interpreted quickly.

In: the root element of RSS 0.9x to 2.0, RDF or Atom.  Out: its bytes, well-formed; its texts apart; what it withdraws.
Never: an item inside another, an element that repeats without end, or a text, of which the bytes hold only the number.

feedparser takes time for every tag, line end and `&lt;` of a text, and changes words that look wrongly decoded: so it gets none.
"""

import re
from typing import Any, NamedTuple

from index.errors import ReadError
from index.readers.xmltree import inside, name

MAX_ENTRIES = 10_000
MAX_REPEATS = 20
MAX_WORD_CHARS = 2_000
_DATES = frozenset("pubdate published issued updated modified created date expirationdate".split())
_MARKED = frozenset("title description summary content encoded rights copyright tagline".split())
_NESTED = {"author": ("name",), "source": ("title",)}
_MAIL = re.compile(r"[<(]?(?:mailto:)?[^\s<>()@]{1,100}@[^\s<>()@]{1,200}[>)]?")
_CONTENT_TYPES = frozenset(("", "text", "html", "xhtml", "text/html", "text/plain", "application/xhtml+xml"))
_PLAIN = frozenset("title link guid id description summary content author category source rights copyright language tagline".split()) | _DATES
_ITEM = {"": _PLAIN, "dc": frozenset("creator date publisher rights language subject".split()), "content": frozenset(("encoded",))}
_ITEM["dcterms"] = frozenset("issued modified".split())
_FEED = {"": frozenset("title link language rights copyright author".split()), "dc": frozenset("publisher language rights creator".split())}
_WINDOWS = {byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_ONCE = frozenset(("title", "description", "guid", "id", "pubdate", "encoded", "language", "source"))


class Shaped(NamedTuple):
    """A feed ready to be interpreted."""

    data: bytes  # UTF-8; where a text stood there is its number
    texts: list[str]  # the headlines, texts and rights by number, as markup where the element's type is not plain
    withdrawn: list[tuple[str, str]]  # id and date of what the feed calls deleted
    entries: int


def shape(root: Any) -> Shaped:
    """The feed in its smallest form. The tree is used up.

    Raises:
        ReadError: if it has more than MAX_ENTRIES entries.
    """
    from lxml import etree

    items = [element for element in root.iter(etree.Element) if name(element) in ("item", "entry") and _space(element) == ""]
    if len(items) > MAX_ENTRIES:
        raise ReadError(f"the feed has {len(items):,} entries; at most {MAX_ENTRIES:,} are read")
    gone = [element for element in root.iter(etree.Element) if name(element) == "deleted-entry"]
    withdrawn = [(element.get("ref") or "", element.get("when") or "") for element in gone]
    channel = next((element for element in root if name(element) == "channel"), root) if name(root) != "rdf" else root
    atom = name(root) == "feed"
    texts: list[str] = []
    for item in items:
        item.getparent().remove(item)
    for part in [root, *root.iter("{*}channel", "channel")]:
        _slim(part, _FEED, texts, atom=atom)
    for item in items:
        _slim(item, _ITEM, texts, atom=atom)
        channel.append(item)
    etree.cleanup_namespaces(root)
    return Shaped(etree.tostring(root, encoding="utf-8", xml_declaration=True), texts, withdrawn, len(items))


def _space(element: Any) -> str | None:
    """The usual prefix of an element's namespace: "" for those of the feeds themselves, None for one that is not read."""
    space = str(element.tag).rpartition("}")[0].lstrip("{").lower()
    if space.rstrip("/") in ("http://purl.org/dc/elements/1.1", "http://purl.org/dc/terms"):
        return "dcterms" if "terms" in space else "dc"
    if space == "http://purl.org/rss/1.0/modules/content/":
        return "content"
    own = (
        "purl.org/rss/1.0/",
        "my.netscape.com/",
        "backend.userland.com/rss",
        "blogs.law.harvard.edu/tech/rss",
        "purl.org/atom/",
        "w3.org/2005/atom",
    )
    return "" if not space or (any(part in space for part in own) and "modules" not in space) else None


def _slim(part: Any, kept: dict[str, frozenset[str]], texts: list[str], *, atom: bool) -> None:
    """Take out of an item or a channel what is not read, and make each element hold nothing but text."""
    seen: dict[str, int] = {}
    has_date = any(name(element) == "pubdate" for element in part)
    for element in list(part):
        local, space = name(element), _space(element)
        if kept is _FEED and local == "channel":
            continue
        if not atom and space == "dc" and local == "date" and not has_date and kept is _ITEM:
            element.tag, local, space, has_date = "pubDate", "pubdate", "", True
        group = "description" if local in ("summary", "tagline") else local
        seen[group] = seen.get(group, 0) + 1
        known = local in kept.get(space or "", ()) and space is not None and not (local == "date" and not atom)
        most = 1 if group in _ONCE else MAX_REPEATS
        if not known or seen[group] > most or not _flat(element, local, texts, atom=atom):
            part.remove(element)
            seen[group] -= 1
    part.text = None


def _flat(element: Any, local: str, texts: list[str], *, atom: bool) -> bool:
    """Turn what an element holds into text, or into the number of a text; False when it cannot be used."""
    kind = (element.get("type") or "").strip().lower()
    if local in _MARKED:
        if local == "content" and (kind not in _CONTENT_TYPES or element.get("mode") == "base64"):
            return False
        element.attrib.pop("mode", None)
        if len(element) or "xhtml" in kind:
            _empty(element, inside(element))
            element.set("type", "html")
        elif not atom and local in ("content", "summary"):
            element.set("type", "html")
        texts.append((element.text or "").translate(_WINDOWS).strip())
        element.text = str(len(texts) - 1)
        return bool(texts[-1])
    nested = _NESTED.get(local, ())
    for child in list(element) if nested else ():
        _empty(child, "".join(child.itertext())) if name(child) in nested else element.remove(child)
    if not nested:
        _empty(element, "".join(element.itertext()))
    text = element.text or ""
    if local in ("guid", "id"):
        if local == "id" or not text.strip().lower().startswith(("http://", "https://")):
            element.set("isPermaLink", "false")  # it is taken as it stands, and never made an address
        return bool(text.strip()) and len(text) <= MAX_WORD_CHARS
    if local in ("author", "creator") and not len(element):
        element.text = text = _without_mail(text)
        return bool(text) and len(text) <= MAX_WORD_CHARS
    return len(text) <= (100 if local in _DATES else MAX_WORD_CHARS)


def _without_mail(text: str) -> str:
    """A byline without its e-mail address.

    >>> _without_mail("ana@folha.example (Ana Lima)"), _without_mail("Rui Sá <rui@folha.example>"), _without_mail("x@folha.example")
    ('Ana Lima', 'Rui Sá', '')
    """
    bare, found = _MAIL.subn("", text)
    bare = " ".join(bare.split())
    return bare[1:-1].strip() if found and bare.startswith("(") and bare.endswith(")") else bare


def _empty(element: Any, text: str) -> None:
    del element[:]
    element.text = text
