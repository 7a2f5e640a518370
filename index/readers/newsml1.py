"""NewsML 1.2 items and NITF documents → the fields of an article; and the text in the bodies that NewsML-G2 carries too.

    NewsItem    NewsIdentifier, NewsManagement, NewsLines, DataContent
    nitf        docdata, pubdata, hedline, byline, body.content

In: elements.  Out: values under the names of `fields.NAMES`.  Pure functions.  Never: the number of a revision in an id, for
an article keeps its id while its text changes.
"""

import re
from collections.abc import Iterator
from typing import Any

from index.errors import PassedOver
from index.readers import dates
from index.readers.markup import elements, paragraphs, plain
from index.readers.xmltree import child, children, name, words

_BASIC = re.compile(r"(\d{8}T\d{6})(?:,\d+)?([+-]\d{2}):?(\d{2})|(\d{8})T000000")


def marked(part: Any) -> str:
    """The paragraphs of the NITF or XHTML in an element, without its headline and byline."""
    found = list(_below(part, "body.content")) or list(_below(part, "body")) or [part]
    return "\n\n".join(filter(None, map(elements, found)))


def newsml1_fields(item: Any) -> dict[str, object]:
    """The fields of a NewsML 1.2 NewsItem.

    Raises:
        PassedOver: if its news item type or its media type says that it is no text.
        ReadError: if its text cannot be read whole.
    """
    manage = child(item, "newsmanagement")
    kind = _formal(child(manage, "newsitemtype")).lower()
    media = {_formal(element).lower() for element in _below(item, "mediatype")}
    if kind not in ("", "news", "text") or (media and "text" not in media):
        raise PassedOver(f"it is a NewsML item of the kind {(kind if kind not in ('', 'news', 'text') else min(media))!r}, not a text")
    lines = next(_below(item, "newslines"), None)
    about = next(_below(item, "administrativemetadata"), None)
    first, last = (_date(words(child(manage, part))) for part in ("firstcreated", "thisrevisioncreated"))
    provider = next((_formal(party) for part in children(about, "provider") for party in children(part, "party")), "")
    rights = [words(child(lines, part)) for part in ("rightsline", "copyrightline")]
    values = {
        "id": _identifier(item),
        "title": words(child(lines, "headline")),
        "text": next(filter(None, map(_content, _below(item, "datacontent"))), ""),
        "published": first,
        "modified": last if dates.parse(last) != dates.parse(first) else "",
        "lang": next(filter(None, map(_formal, _below(item, "language"))), ""),
        "authors": list(filter(None, map(words, children(lines, "byline")))),
        "outlet": provider or words(child(lines, "creditline")),
        "rights": " ".join(filter(None, rights)),
        **_management(manage),
    }
    return {field: value for field, value in values.items() if value}


def nitf_fields(root: Any) -> dict[str, object]:
    """The fields of an NITF document.

    Raises:
        ReadError: if its text cannot be read whole.
    """
    head, body = child(root, "head"), child(root, "body")
    data, about = child(head, "docdata"), child(body, "body.head")
    paper, rights = child(head, "pubdata"), child(data, "doc.copyright")
    status = _attribute(data, "management-status").lower()
    release = _date(_attribute(child(data, "date.release"), "norm"))
    issue = _date(_attribute(child(data, "date.issue"), "norm")) or _date(_attribute(paper, "date.publication"))
    holder = _attribute(rights, "holder")
    values = {
        "id": _attribute(child(data, "doc-id"), "id-string"),
        "title": words(next(_below(about, "hl1"), None)) or words(child(head, "title")),
        "text": marked(root),
        "published": issue or release,
        "authors": list(filter(None, (_byline(element) for element in children(about, "byline")))),
        "outlet": _attribute(paper, "name") or words(next(_below(about, "distributor"), None)) or holder,
        "section": _attribute(paper, "position.section"),
        "rights": " ".join(filter(None, (holder, _attribute(rights, "year")))),
        "correction": _attribute(child(data, "correction"), "info"),
        "status": status,
        "embargoed": release or ("until further notice" if status == "embargoed" else ""),
        "expires": _date(_attribute(child(data, "date.expire"), "norm")),
        "lang": _attribute(root, "{http://www.w3.org/XML/1998/namespace}lang") or _attribute(body, "{http://www.w3.org/XML/1998/namespace}lang"),
    }
    named = _attribute(data, "management-doc-idref")
    if named and not values["text"]:
        values |= {"id": named, "status": _attribute(data, "management-idref-status").lower()}
    return {field: value for field, value in values.items() if value}


def _identifier(item: Any) -> str:
    """The formal name of an item without its revision; else its public identifier."""
    given = next(_below(item, "newsidentifier"), None)
    parts = [words(child(given, part)) for part in ("providerid", "dateid", "newsitemid")]
    return "urn:newsml:" + ":".join(parts) if all(parts) else words(child(given, "publicidentifier"))


def _management(manage: Any) -> dict[str, str]:
    """The status now, and the instant at which the item says that it will change."""
    status = _formal(child(manage, "status")).lower()
    changes = [
        (_formal(child(change, "futurestatus")).lower(), _date(words(child(change, "dateandtime"))))
        for change in children(manage, "statuswillchange")
    ]
    freed = next((when for future, when in changes if future == "usable"), "")
    ended = next((when for future, when in changes if future in ("canceled", "cancelled", "withheld")), "")
    values = {"status": status, "expires": ended if status == "usable" else ""}
    return {**values, "embargoed": freed or "until further notice"} if status == "embargoed" else values


def _content(part: Any) -> str:
    """The text of a DataContent: marked up, or plain with its own lines."""
    if len(part):
        return marked(part)
    text = part.text or ""
    return paragraphs(text) if "<" in text else plain(text)


def _byline(element: Any) -> str:
    """Who wrote it, without a title: the person's name where it is marked, else the words before the title."""
    person = next(_below(element, "person"), None)
    return words(person) or " ".join((element.text or "").split()).rstrip(",") or words(element)


def _date(text: str) -> str:
    """A date in ISO 8601's short form with a zone of four digits; midnight without a zone is a day.

    >>> _date("20260114T183000-0300"), _date("20260114T000000"), _date("2026-01-14")
    ('20260114T183000-03:00', '20260114', '2026-01-14')
    """
    text = text.strip()
    found = _BASIC.fullmatch(text)
    return text if not found else found[4] or f"{found[1]}{found[2]}:{found[3]}"


def _formal(element: Any) -> str:
    return _attribute(element, "FormalName")


def _attribute(element: Any, key: str) -> str:
    return "" if element is None else " ".join((element.get(key) or "").split())


def _below(element: Any, wanted: str) -> Iterator[Any]:
    """The elements of a name below an element, in order."""
    if element is not None:
        yield from (found for found in element.iter("*") if name(found) == wanted)
