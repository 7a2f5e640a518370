"""NewsML-G2, NewsML 1.2 and NITF (.newsml, .nitf) → one article an item.

    newsItem                  ─► g2            guid, itemMeta, contentMeta, rightsInfo, contentSet
    newsMessage > itemSet > … ─► g2 for each
    NewsML > NewsItem         ─► newsml1       NewsIdentifier, NewsManagement, NewsLines, DataContent
    nitf                      ─► newsml1       docdata, hedline, body.content

In: XML without declarations of its own.  Out: articles; withdrawals for canceled items without a text; a note for packages,
concepts, pictures and plans, which are passed over.  Never: a remote content fetched, or a catalogue looked up.
"""

from collections.abc import Iterator
from typing import Any

from index.errors import PassedOver, ReadError
from index.readers import dates, newsml1
from index.readers.make import make, skip
from index.readers.markup import paragraphs, plain
from index.readers.ninjs import editors_note
from index.readers.source import Items, Source, read_bytes
from index.readers.xmltree import MAX_BYTES, child, children, decoded, name, parse, words

ENDINGS = (".newsml", ".nitf")
ROOTS = frozenset("newsitem newsmessage newsml nitf packageitem conceptitem knowledgeitem planningitem catalogitem".split())
NEWS_CLASSES = frozenset(("", "text", "composite"))
_PASSED = frozenset("packageitem conceptitem knowledgeitem planningitem catalogitem".split())


def read(source: Source) -> Items:
    """Each item of the file, in order.

    Raises:
        ReadError: if it is not one of these formats.
    """
    return newsml_articles(source, read_bytes(source, MAX_BYTES))


def newsml_articles(source: Source, data: bytes) -> Items:
    """Each item of a NewsML-G2, NewsML 1.2 or NITF file, in order; of several, the n-th is `path:n`.

    Args:
        source: Where the bytes came from.
        data: The whole file.

    Raises:
        ReadError: if it is not one of these formats, or its only item cannot be read.
    """
    root = parse(data)
    if name(root) not in ROOTS:
        raise ReadError(f"it is no NewsML and no NITF: its root is <{name(root)}>")
    items, source = list(_items(root)), source.read_as(decoded(data))
    if len(items) == 1:
        yield make(source, _fields(items[0]))
        return
    for number, item in enumerate(items, 1):
        try:
            yield make(source, _fields(item), number)
        except ReadError as error:
            yield skip(source, error, number)


def _items(root: Any) -> Iterator[Any]:
    """The items of a file: the root itself, or those that it carries."""
    if name(root) == "newsmessage":
        for held in children(root, "itemset"):
            yield from (item for item in held if isinstance(item.tag, str))
    elif name(root) == "newsml":
        yield from children(root, "newsitem")
    else:
        yield root


def _fields(item: Any) -> dict[str, object]:
    """The fields of one item, by its dialect.

    Raises:
        PassedOver: if it is no text.
        ReadError: if its text cannot be read.
    """
    if name(item) in _PASSED:
        raise PassedOver(f"it is a {item.tag.rpartition('}')[2]} of NewsML-G2, not a text")
    if name(item) == "nitf":
        return newsml1.nitf_fields(item)
    if name(item) != "newsitem":
        raise ReadError(f"it is no news item: <{name(item)}>")
    return newsml1.newsml1_fields(item) if item.get("guid") is None else g2_fields(item)


def g2_fields(item: Any) -> dict[str, object]:
    """The fields of a NewsML-G2 newsItem.

    Raises:
        PassedOver: if it is a picture, a video or anything else than a text.
        ReadError: if its text is elsewhere, or cannot be read whole.
    """
    meta, about = child(item, "itemmeta"), child(item, "contentmeta")
    kind = _code(child(meta, "itemclass"))
    if kind not in NEWS_CLASSES:
        raise PassedOver(f"it is a NewsML-G2 item of the class {kind!r}, not a text")
    version = words(child(meta, "versioncreated"))
    first = words(child(meta, "firstcreated")) or words(child(about, "contentcreated"))
    first = first or (version if item.get("version") == "1" else "")
    lang = _language(item, about)
    text = _g2_text(child(item, "contentset"))
    values = {
        "id": " ".join((item.get("guid") or "").split()),
        "title": _headline(about, lang),
        "text": text,
        "published": first,
        "modified": version if dates.parse(version) != dates.parse(first) else "",
        "lang": lang,
        "authors": _authors(about),
        "outlet": _named(child(meta, "provider")) or _outlet(item, meta, about),
        "section": next(filter(None, map(_named, _topics(about))), ""),
        "rights": _rights(item),
        "correction": " ".join(filter(None, (editors_note(words(note)) for note in children(meta, "ednote")))),
        "status": _code(child(meta, "pubstatus")),
        **_window(item, meta),
    }
    return {field: value for field, value in values.items() if value}


def _window(item: Any, meta: Any) -> dict[str, object]:
    """When it may answer. An embargo without a date has no end; rights that run out end the item too."""
    embargo = child(meta, "embargoed")
    ends = [words(element) for element in children(meta, "expires")]
    rights = [part.get("validto") or "" for part in children(item, "rightsinfo")]
    if rights and all(rights):
        ends += rights
    readable = sorted((found, end) for end in ends if (found := dates.parse(end)))
    unreadable = [end for end in ends if end and not dates.parse(end)]
    return {
        "embargoed": (words(embargo) or "until further notice") if embargo is not None else "",
        "expires": unreadable[0] if unreadable else readable[0][1] if readable else "",
    }


def _g2_text(content: Any) -> str:
    """The text of the first inline content that has one; "" when there is none at all.

    Raises:
        ReadError: if there is only a reference to it, or it is packed.
    """
    inline = children(content, "inlinexml") + children(content, "inlinedata")
    for part in inline:
        if part.get("encoding"):
            continue  # packed data of a reader's own
        text = newsml1.marked(part) if len(part) else _data(part)
        if text:
            return text
    if any(part.get("encoding") for part in inline):
        raise ReadError("its text is packed in a way that is not read")
    if children(content, "remotecontent"):
        raise ReadError("its text lies elsewhere, and links are not followed")
    return ""


def _data(part: Any) -> str:
    text = part.text or ""
    return paragraphs(text) if "html" in (part.get("contenttype") or "") else plain(text)


def _headline(about: Any, lang: str) -> str:
    """The headline in the item's language, without a role, of the best rank; the first of equals."""

    def order(element: Any) -> tuple[bool, bool, int]:
        own = _lang_of(element)
        rank = element.get("rank") or ""
        return bool(own and lang and own[:2].lower() != lang[:2].lower()), element.get("role") is not None, int(rank) if rank.isdecimal() else 0

    return words(min(children(about, "headline"), key=order, default=None))


def _authors(about: Any) -> list[str]:
    lines = [words(element) for element in children(about, "by")]
    return list(filter(None, lines)) or list(filter(None, map(_named, children(about, "creator"))))


def _outlet(item: Any, meta: Any, about: Any) -> str:
    """Who published it, where the provider has no name: its sources, its copyright holder, its credit line, the provider's code."""
    sources = [_named(element) for element in children(about, "infosource")]
    holders = [_named(child(part, "copyrightholder")) for part in children(item, "rightsinfo")]
    provider = child(meta, "provider")
    code = "" if provider is None else provider.get("literal") or (provider.get("qcode") or "").rpartition(":")[2]
    return next(filter(None, [*sources, *holders, words(child(about, "creditline")), code]), "")


def _topics(about: Any) -> list[Any]:
    """The subjects that are no persons, organisations or places."""
    kinds = ((part, part.get("type") or part.get("typeuri") or "") for part in children(about, "subject"))
    return [part for part, kind in kinds if not kind or kind.endswith("abstract")]


def _rights(item: Any) -> str:
    """The usage terms, then the copyright notices."""
    parts = children(item, "rightsinfo")
    lines = [words(line) for wanted in ("usageterms", "copyrightnotice") for part in parts for line in children(part, wanted)]
    return " ".join(dict.fromkeys(filter(None, lines)))


def _named(element: Any) -> str:
    """The name in an element that names a party or a concept, else its literal."""
    return "" if element is None else words(child(element, "name")) or element.get("literal") or ""


def _code(element: Any) -> str:
    """The last part of a code: `usable` of `stat:usable` and of `http://cv.iptc.org/newscodes/pubstatusg2/usable`."""
    given = "" if element is None else element.get("qcode") or element.get("uri") or ""
    return str(given).replace("/", ":").rpartition(":")[2].strip().lower()


def _language(item: Any, about: Any) -> str:
    tag = next((element.get("tag") for element in children(about, "language") if element.get("tag")), "")
    return tag or _lang_of(item)


def _lang_of(element: Any) -> str:
    return element.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
