"""What a web page says about itself: JSON-LD first, then meta tags and its canonical link.

In: the page's elements.  Out: values under the names of `fields.NAMES`.  Never: reading prose; only markup that was written
to be read by machines counts, and a date or an address that cannot be used does not hide a usable one.
"""

import html
import json
from collections.abc import Iterator, Mapping
from typing import Any

from index.readers import dates
from index.readers.fields import every_word, pick, word
from index.readers.make import web_address

NEWS_TYPES = frozenset(
    """NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle ReviewNewsArticle AskPublicNewsArticle
    Article LiveBlogPosting BlogPosting SocialMediaPosting Report""".split()
)
META: Mapping[str, tuple[str, ...]] = {  # an earlier name wins
    "title": ("og:title", "twitter:title", "dc.title", "headline"),
    "outlet": ("og:site_name", "application-name", "dc.publisher", "publisher"),
    "published": (
        "article:published_time",
        "datepublished",
        "article:published",
        "og:published_time",
        "dc.date.issued",
        "dc.date",
        "date",
        "pubdate",
    ),
    "modified": ("article:modified_time", "datemodified", "og:updated_time", "article:modified", "dc.date.modified"),
    "authors": ("author", "article:author", "dc.creator", "byl", "parsely-author"),
    "section": ("article:section", "parsely-section", "section"),
    "url": ("og:url",),
    "rights": ("dc.rights", "rights", "copyright", "license"),
    "lang": ("og:locale", "dc.language", "language"),
}


def facts(tree: Any) -> dict[str, object]:
    """The page's own statements, the best for each field.

    Args:
        tree: The page's root element (lxml).
    """
    meta, canonical = _meta(tree), _canonical(tree)
    stated = _json_ld(tree, canonical)
    best: dict[str, object] = {**meta, **stated}
    for field in ("published", "modified"):
        best[field] = next((value for value in (stated.get(field), *_as_list(meta.get(field))) if dates.parse(value)), None)
    addresses = [canonical, *_as_list(meta.get("url")), word(stated.get("url"))]
    best["url"] = next((address for value in addresses if (address := web_address(word(value)))), "")
    for field in ("title", "outlet", "section", "lang"):
        best[field] = html.unescape(word(best.get(field)))
    best["authors"] = [html.unescape(name) for name in every_word(best.get("authors")) if "://" not in name]
    return {field: value for field, value in best.items() if value and field not in ("id", "status", "embargoed", "expires")}


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _meta(tree: Any) -> dict[str, object]:
    """Every value of the known meta tags by field, the best name first; and the language of the page."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta", "time"):
        value = element.get("content") or element.get("datetime")
        for key in ("property", "name", "itemprop"):
            if value and value.strip() and element.get(key):
                found.setdefault(element.get(key).strip().lower(), []).append(value.strip())
    result: dict[str, object] = {}
    for field, names in META.items():
        values = [value for name in names for value in found.get(name, ())]
        if values:
            result[field] = values
    if tree.get("lang"):
        result["lang"] = tree.get("lang")
    if "authors" in result:
        named = next((found[name] for name in META["authors"] if any("://" not in value for value in found.get(name, ()))), [])
        result["authors"] = named
    return result


def _canonical(tree: Any) -> str:
    for element in tree.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split():
            address = web_address(element.get("href") or "")
            if address:
                return address
    return ""


def _json_ld(tree: Any, canonical: str) -> dict[str, object]:
    """The fields of the page's news article: the one that names the canonical address, else the first."""
    nodes = [node for value in _blocks(tree) for node in _nodes(value)]
    named = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    articles = [node for node in nodes if _types(node) & NEWS_TYPES]
    if not articles:
        return {}
    chosen = next((node for node in articles if canonical and canonical in (word(node.get("url")), word(node.get("mainEntityOfPage")))), articles[0])
    fields = {key: _resolved(value, named) for key, value in chosen.items() if not key.startswith("@")}
    fields.setdefault("url", fields.get("mainEntityOfPage"))
    return pick(fields)


def _blocks(tree: Any) -> Iterator[object]:
    for element in tree.iter("script"):
        if (element.get("type") or "").strip().lower().startswith("application/ld+json"):
            try:
                yield json.loads(element.text or "", strict=False)
            except (ValueError, RecursionError):  # a page with broken JSON-LD still has its text and its meta tags
                continue


def _nodes(value: object) -> Iterator[Mapping[str, object]]:
    """The objects on the outer levels of a JSON-LD block: lists and `@graph` are opened, nothing else is."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            yield value
            waiting.append(value.get("@graph"))


def _types(node: Mapping[str, object]) -> set[str]:
    return {kind.rsplit("/", 1)[-1].removeprefix("schema:") for kind in _as_list(node.get("@type")) if isinstance(kind, str)}


def _resolved(value: object, named: Mapping[str, Mapping[str, object]]) -> object:
    """The value, or for a bare reference `{"@id": …}` the object of that name."""
    if isinstance(value, list):
        return [_resolved(item, named) for item in value] if not any(isinstance(item, list) for item in value) else value
    if isinstance(value, dict) and isinstance(value.get("@id"), str) and "name" not in value:
        return named.get(value["@id"], value)
    return value
