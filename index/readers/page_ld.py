"""What a web page says in JSON-LD: its news article, whichever of the shapes of the wild it comes in.

    <script type="application/ld+json">          one block or many; a list, an @graph, an object, nested by mainEntity, …
        {"@type": "NewsArticle", …}   ─ article ─►   {"title": "…", "authors": […], "published": "…", …}

In: the page's elements.  Out: values under the names of `fields.NAMES`.  Never: an article of the related stories taken for
the page's own where its address or its headline tells them apart, or a broken block that hides a whole one.

Source: schema.org 29.0, NewsArticle and CreativeWork; W3C, "JSON-LD 1.1", 2020, sections 3.3 (@id) and 4.3 (lists).
"""

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from index.readers.fields import given, note, pick, word
from index.readers.make import address_id, web_address
from index.text import same_words

NEWS_TYPES = frozenset(
    """Article LiveBlogPosting BlogPosting SocialMediaPosting Report NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle
    BackgroundNewsArticle ReviewNewsArticle AskPublicNewsArticle""".split()
)
OPENED = ("@graph", "@list", "@set", "mainEntity", "mainEntityOfPage", "hasPart")  # where an article lies inside something else
POINTING = ("author", "creator", "publisher")  # their value may be the bare @id of another object
RIGHTS = ("license", "usageInfo", "copyrightNotice", "acquireLicensePage")
WITHDRAWN = frozenset(("withdrawn", "retracted", "canceled", "cancelled", "killed", "deleted", "removed", "unpublished"))
MAX_BLOCK_CHARS = 4_000_000
MAX_NODES = 20_000  # objects looked at in a page
_HEAD = re.compile(r"(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?|<!--")
_TAIL = re.compile(r"(?:(?://|/\*)?\s*\]\]>\s*(?:\*/)?|-->)\Z")
_AROUND, _WRAPPER_CHARS = "\ufeff \t\r\n;", 40
_COMMENT = re.compile(r'("(?:[^"\\]++|\\.)*+"?)|//[^\n]*+|/\*(?s:.*?)(?:\*/|\Z)', re.DOTALL)
_LAST_COMMA = re.compile(r'("(?:[^"\\]++|\\.)*+"?)|,(?=\s*+[}\]])', re.DOTALL)
_BREAK = re.compile(r"<(?:/p|br|/div|/h[1-6]|/li)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")

Node = Mapping[str, object]


def article(tree: Any, addresses: Iterable[str], headlines: Iterable[str]) -> dict[str, object]:
    """The fields of the page's own article; nothing when no block has one.

    Args:
        tree: The page's root element (lxml).
        addresses: Those that the page or its fetching gives it, the surest first; the article that names one is the page's own.
        headlines: Those that stand in the page beside JSON-LD; they decide when no address does.
    """
    blocks = list(_blocks(tree))
    nodes = _objects(blocks, lambda node: (node.get(key) for key in OPENED))
    articles = [node for node in nodes if kinds(node) & NEWS_TYPES and len(node) > 2]
    if not articles:
        return {}
    return _fields(_chosen(articles, addresses, headlines), _named(blocks))


def kinds(node: Node) -> set[str]:
    """The types of an object without what they are qualified by.

    >>> sorted(kinds({"@type": ["schema:Article", "https://schema.org/NewsArticle"]}))
    ['Article', 'NewsArticle']
    """
    types = node.get("@type")
    return {re.split(r"[/#:]", kind)[-1] for kind in (types if isinstance(types, list) else [types]) if isinstance(kind, str)}


def tolerant(text: str) -> object:
    r"""The value of a JSON text; comments, a comma too many and the wrappers of old pages do no harm.

    Raises:
        ValueError: if it is no JSON all the same, or has thousands of digits in a row.
        RecursionError: if it is nested too deeply.

    >>> tolerant('//<![CDATA[\n{"a": [1, 2,], /* nota */ "b": "x,] // y",}\n//]]>')
    {'a': [1, 2], 'b': 'x,] // y'}
    """
    try:
        return json.loads(text, strict=False)
    except ValueError:
        pass  # it may need mending
    if '"' not in text:
        text = html.unescape(text)  # its quotation marks were escaped
    text = _unwrapped(text.strip(_AROUND))
    for surplus in (_COMMENT, _LAST_COMMA):
        text = surplus.sub(lambda match: match[1] or "", text)
    return json.loads(text, strict=False)


def _unwrapped(text: str) -> str:
    head = _HEAD.match(text[:_WRAPPER_CHARS])
    text = text[head.end() :] if head else text
    tail = _TAIL.search(text[-_WRAPPER_CHARS:])
    return (text[: tail.start() - len(tail.string)] if tail else text).strip(_AROUND)


def plain(text: str) -> str:
    r"""Text out of a JSON string: entities read, and tags left out where it has any; a paragraph or line break parts lines.

    >>> plain("<p>Caf&eacute; &amp; p&atilde;o</p><p>2 < 3</p>")
    'Café & pão\n\n2 < 3'
    """
    bare, breaks = _BREAK.subn("\n", text)
    bare = html.unescape(_TAG.sub("", bare)).strip()
    return "\n\n".join(line.strip() for line in bare.splitlines() if line.strip()) if breaks else bare


def _blocks(tree: Any) -> Iterator[object]:
    for element in tree.iter("script"):
        if (element.get("type") or "").strip().lower().startswith("application/ld+json") and len(element.text or "") <= MAX_BLOCK_CHARS:
            try:
                yield tolerant(element.text or "")
            except (ValueError, RecursionError):  # the page still has its other blocks, its text and its meta tags
                continue


def _objects(value: object, opened: Callable[[Node], Iterable[object]]) -> Iterator[Node]:
    """The objects in a value, in order, under plain keys; lists are looked into, and of an object what `opened` gives."""
    waiting, left = [value], MAX_NODES
    while waiting and left:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            left -= 1
            node = {_plain_key(key): inner for key, inner in value.items()}
            yield node
            waiting.extend(reversed([inner for inner in opened(node) if isinstance(inner, dict | list)]))


def _named(value: object) -> dict[str, Node]:
    """Every object that has an @id, wherever it lies; of those with one @id the one that says most."""
    found: dict[str, Node] = {}
    for node in _objects(value, lambda node: node.values()):
        name = node.get("@id")
        if isinstance(name, str) and len(node) > max(1, len(found.get(name, ()))):
            found[name] = node
    return found


def _plain_key(key: str) -> str:
    return re.sub(r"^(?:schema:|https?://schema\.org/)", "", key)


def _chosen(articles: list[Node], addresses: Iterable[str], headlines: Iterable[str]) -> Node:
    """The page's own: the one that names an address of it, else the one with its headline, else the first."""
    for address in addresses:
        own = next((node for node in articles if address_id(address) in _addresses(node)), None)
        if own is not None:
            return own
    wanted = {same_words(html.unescape(headline)) for headline in headlines} - {""}
    return next((node for node in articles if same_words(html.unescape(_title(node))) in wanted), articles[0])


def _addresses(node: Node) -> set[str]:
    return {address_id(address) for key in ("url", "mainEntityOfPage", "@id") if (address := _address(node.get(key)))}


def _address(value: object) -> str:
    """The web address in a value: of an object its url or its @id, of a list the first."""
    for part in value if isinstance(value, list) else [value]:
        for text in (part.get("url"), part.get("@id")) if isinstance(part, dict) else (part,):
            if isinstance(text, str) and (address := web_address(html.unescape(text))):
                return address
    return ""


def _title(node: Node) -> str:
    return word(node.get("headline")) or word(node.get("name"))


def _fields(node: Node, named: Mapping[str, Node]) -> dict[str, object]:
    """The article's fields; what stands in another object is fetched from there."""
    known = {key: _resolved(value, named, key in POINTING) for key, value in node.items()}
    found = pick({key: value for key, value in known.items() if not key.startswith("@")})
    rights = dict.fromkeys(filter(None, (html.unescape(_right(known.get(key))) for key in RIGHTS)))
    authors = known.get("author") if given(known.get("author")) else known.get("creator")
    special = {
        "title": plain(_title(known)),
        "text": plain(word(found.get("text"))),
        "url": _address(node.get("url")) or _address(node.get("mainEntityOfPage")) or _address(node.get("@id")),
        "authors": authors,
        "outlet": known.get("publisher") if given(known.get("publisher")) else known.get("sourceOrganization"),
        "lang": _language(known.get("inLanguage")),
        "rights": "; ".join(rights),
        "correction": plain(note(known.get("correction"))),
        "status": "canceled" if kinds({"@type": word(known.get("creativeWorkStatus")).lower()}) & WITHDRAWN else "",
    }
    kept = {field: found.get(field) for field in ("published", "modified", "section", "expires", "free")}
    return {field: value for field, value in {**kept, **special}.items() if given(value)}


def _resolved(value: object, named: Mapping[str, Node], pointing: bool) -> object:
    """The value, or for a reference `{"@id": …}` the object of that name; one step, so that circles end."""
    if isinstance(value, dict) and isinstance(value.get("@list"), list):
        value = value["@list"]
    if isinstance(value, list):
        return [_resolved(item, named, pointing) for item in value if not isinstance(item, list)]
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and "name" not in value:
        return named.get(value["@id"], value)
    return named.get(value, value) if pointing and isinstance(value, str) else value


def _language(value: object) -> object:
    """The language's code where it has one, else its name."""
    first = value[0] if isinstance(value, list) and value else value
    return first.get("alternateName") or first.get("identifier") or first.get("name") if isinstance(first, dict) else first


def _right(value: object) -> str:
    """A licence in words or by its address."""
    return word(value) or _address(value)
