"""Feeds (.rss, .atom: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0) → one article an entry.

    bytes ─ xmltree ─► elements ─ feed_shape ─► plain entries ─ feedparser ─► Entry ─ make ─► Article | Withdrawal | Skipped

The whole text first (content:encoded, content), else the summary.  Never: a fetch of any address, an entity that the feed
declares, `published` taken from `updated`, or feedparser's own HTML cleaning (it took 21 s for 600 kB of `<a>`) and its loose
parser: what is not well-formed is mended before, or refused with its line.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from index.errors import ReadError
from index.readers import dates
from index.readers.feed_shape import Shaped, shape
from index.readers.make import make_or_skip, skip, web_address
from index.readers.markup import one_text, paragraphs, plain
from index.readers.source import Items, Source, read_bytes
from index.readers.xmltree import MAX_BYTES, decoded, name, parse, source_text

ENDINGS = (".rss", ".atom")
ROOTS = frozenset(("rss", "rdf", "feed"))
_ENDED = re.compile(r"</(?:\w{1,20}:)?(?:rss|rdf|feed)\s*>\s*$", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-")
_ADDRESS = re.compile(r"\s*<?[^\s<>@]+@[^\s<>@]+>?\s*")


class Entry(NamedTuple):
    """One entry of a feed."""

    values: Mapping[str, object]  # under the names of `fields.NAMES`; `text` is "" when the entry has none
    whole: bool  # it has its full content, not only a summary
    link: str  # http(s) address of its page, or ""


def read(source: Source) -> Items:
    """Each entry of the feed, in order.

    Raises:
        ReadError: if it is no feed.
    """
    return feed_articles(source, read_bytes(source, MAX_BYTES))


def feed_articles(source: Source, data: bytes, *, url: str = "") -> Items:
    """Each entry of a feed as an article, in order; the n-th is `path:n`.

    Args:
        source: Where the bytes came from.
        data: The whole feed.
        url: The address that it was fetched from, if any; relative links start there.

    Raises:
        ReadError: if it is no feed.
    """
    source = source.read_as(decoded(data))
    for number, entry in enumerate(_entries(data, url), 1):
        yield skip(source, entry, number) if isinstance(entry, ReadError) else make_or_skip(source, entry.values, number)


def entries(data: bytes, *, url: str = "") -> list[Entry]:
    """The entries of a feed in order; those that cannot be read are left out.

    Args:
        data: The whole feed.
        url: The address that it was fetched from, if any; relative links start there.

    Raises:
        ReadError: if it is no feed.
    """
    return [entry for entry in _entries(data, url) if isinstance(entry, Entry)]


def _entries(data: bytes, url: str) -> Iterator[Entry | ReadError]:
    root = parse(data, mend=True)
    if name(root) not in ROOTS:
        raise ReadError(f"it is no feed: its root is <{name(root)}>")
    shaped = shape(root)
    found = _interpreted(shaped, url)
    whole = _ENDED.search(source_text(data)[-1000:]) is not None
    for place, entry in enumerate(found["entries"], 1):
        if place == shaped.entries and not whole:
            yield ReadError("the feed breaks off in this entry: fetch it again")
            continue
        try:
            yield _entry(entry, found["feed"], shaped.texts, atom=found["version"].startswith("atom"))
        except ReadError as error:
            yield error
    for ref, when in shaped.withdrawn:
        if ref.strip():
            yield Entry({"id": ref.strip(), "status": "canceled", "modified": when, "text": ""}, whole=False, link="")


def _interpreted(shaped: Shaped, url: str) -> Any:
    """What feedparser makes of a shaped feed: given as a stream, so that nothing can be taken for an address or a path.

    Raises:
        ReadError: if it cannot make out its entries.
    """
    import io

    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8", "content-location": web_address(url)}
    try:
        found = feedparser.parse(io.BytesIO(shaped.data), response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:  # what its handlers raise on tags in odd places
        raise ReadError(f"the feed cannot be understood: {type(error).__name__}: {error}") from error
    if len(found["entries"]) != shaped.entries:
        raise ReadError("the feed cannot be understood: its entries cannot be told apart")
    return found


def _entry(entry: Any, feed: Any, texts: list[str], *, atom: bool) -> Entry:
    """One entry.

    Raises:
        ReadError: if its text cannot be read whole.
    """
    content = next(iter(entry.get("content") or ()), None)
    body = content or entry.get("summary_detail")
    link = web_address(entry.get("link") or "")
    rights = entry.get("rights_detail") or feed.get("rights_detail")
    values: dict[str, object] = {
        "url": link,
        "title": _line(entry.get("title_detail"), texts, atom=atom),
        "text": _text(body, texts, atom=atom),
        "published": entry.get("published"),
        "modified": entry.get("updated") if "updated" in entry else None,  # without the `if`, feedparser gives `published`
        "expires": entry.get("expired"),
        "authors": _authors(entry) or _authors(feed),
        "outlet": _outlet(entry, feed) or _line(feed.get("title_detail"), texts, atom=atom),
        "lang": entry.get("language") or (body or {}).get("language") or feed.get("language"),
        "section": next((one_text(tag["label"] or tag["term"]) for tag in entry.get("tags") or () if tag["label"] or tag["term"]), ""),
        "rights": _line(rights, texts, atom=atom),
    }
    if dates.parse(values["modified"]) == dates.parse(values["published"]):
        values["modified"] = None
    values["id"] = _own_id(entry, feed, values)
    return Entry({field: value for field, value in values.items() if value or field == "text"}, whole=content is not None, link=link)


def _text(detail: Any, texts: list[str], *, atom: bool) -> str:
    """The paragraphs of a text that feedparser knows by its number; only Atom says for certain that one has no marks."""
    if not detail:
        return ""
    text = texts[int(detail["value"])]
    return plain(text) if atom and detail["type"] == "text/plain" else paragraphs(text)


def _line(detail: Any, texts: list[str], *, atom: bool) -> str:
    """The same on one line."""
    return " ".join(_text(detail, texts, atom=atom).split())


def _authors(part: Any) -> list[str]:
    """The names of an entry's or a feed's authors; an e-mail address is none."""
    names = (one_text(author.get("name") or "") for author in part.get("authors") or ())
    return [found for found in names if found and not _ADDRESS.fullmatch(found)]


def _outlet(entry: Any, feed: Any) -> str:
    """Where an entry says that it comes from, or who is named as its or the feed's publisher."""
    named = ((entry.get("source") or {}).get("title"), entry.get("publisher"), feed.get("publisher"))
    return next((one_text(text) for text in named if text and text.strip()), "")


def _own_id(entry: Any, feed: Any, values: Mapping[str, object]) -> str:
    """The entry's guid; one that says little by itself is named together with the host, one that is missing is made.

    A made id is of the headline and the date, for both outlive a change of the text and of the place in the feed.
    """
    guid = " ".join((entry.get("id") or "").split())
    if guid and _ABSOLUTE.match(guid):
        return guid
    home = urlsplit(str(values["url"]) or web_address(feed.get("link") or "")).netloc or str(values.get("outlet") or "feed")
    if guid:
        return f"{home}#{guid}"
    if values["url"]:
        return ""
    told = f"{values['title'] or values['text']}\n{values['published'] or ''}"
    return f"{home}#{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:16]}"
