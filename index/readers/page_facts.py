"""What a web page says about itself: JSON-LD first, then meta tags and its canonical link.

In: the page's elements.  Out: values under the names of `fields.NAMES`.  Never: reading prose; only markup that was written
to be read by machines counts, and a date or an address that cannot be used does not hide a usable one.
"""

import html
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from index.readers import dates, page_ld
from index.readers.fields import every_word, given, word
from index.readers.make import web_address

META: Mapping[str, tuple[str, ...]] = {  # Open Graph, then Dublin Core, parse.ly, Highwire and what else is common; an earlier name wins
    "title": ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "citation_title", "headline"),
    "outlet": ("og:site_name", "application-name", "dc.publisher", "dcterms.publisher", "citation_journal_title", "publisher"),
    "published": (
        "article:published_time",
        "datepublished",
        "article:published",
        "og:published_time",
        "dc.date.issued",
        "dcterms.issued",
        "dc.date",
        "dcterms.date",
        "parsely-pub-date",
        "sailthru.date",
        "citation_publication_date",
        "citation_date",
        "citation_online_date",
        "date",
        "pubdate",
    ),
    "modified": (
        "article:modified_time",
        "datemodified",
        "og:updated_time",
        "article:modified",
        "dc.date.modified",
        "dcterms.modified",
        "last-modified",
    ),
    "authors": ("author", "article:author", "dc.creator", "dcterms.creator", "byl", "parsely-author", "citation_author"),
    "section": ("article:section", "parsely-section", "section"),
    "url": ("og:url", "parsely-link", "citation_public_url"),
    "rights": ("dc.rights", "dcterms.rights", "dcterms.license", "rights", "copyright", "license"),
    "lang": ("og:locale", "dc.language", "dcterms.language", "citation_language", "language"),
    "expires": ("article:expiration_time",),
    "free": ("article:content_tier",),
}
_ONE_LINE = ("title", "outlet", "section", "lang", "correction", "rights")


def facts(tree: Any, url: str = "") -> dict[str, object]:
    """The page's own statements, the best for each field.

    Args:
        tree: The page's root element (lxml).
        url: The address that it was fetched from, if any; the page's own, when it names none.
    """
    meta = _meta(tree)
    fetched = web_address(url)
    addresses = list(_addresses(tree, meta, fetched))
    stated = page_ld.article(tree, filter(None, [*addresses, fetched]), [*map(word, _as_list(meta.get("title"))), *headings(tree)])
    best: dict[str, object] = {**meta, **stated}
    for field in ("published", "modified", "expires"):
        values = [value for value in (stated.get(field), *_as_list(meta.get(field))) if given(value)]
        best[field] = next((value for value in values if dates.parse(value)), values[0] if values else None)
    own = [*addresses, word(stated.get("url")), fetched]
    best["url"] = next(filter(_has_path, own), next(filter(None, own), ""))
    for field in _ONE_LINE:
        best[field] = html.unescape(word(best.get(field)))
    if "://" in str(best["outlet"]) or str(best["outlet"]).startswith(("#", "_:")):  # a name that points at nothing in the page
        best["outlet"] = word(meta.get("outlet"))
    best["authors"] = every_word(best.get("authors"))
    return {field: value for field, value in best.items() if given(value)}


def _addresses(tree: Any, meta: Mapping[str, object], fetched: str) -> Iterator[str]:
    """The addresses that the page gives itself in its head, the surest first; one may be relative to where it was fetched from."""
    for value in filter(None, (_link(tree, "canonical"), *map(word, _as_list(meta.get("url"))))):
        if address := web_address(_joined(fetched, value)):
            yield address


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:  # an IPv6 address that is none
        return ""


def _has_path(address: str) -> bool:
    """Whether it can be an article's; that of a site's front page would be the same for every article."""
    parts = urlsplit(address)
    return bool(parts.path.strip("/") or parts.query)


def headings(tree: Any) -> list[str]:
    """The words of the page's first headings of level one."""
    return [" ".join(element.itertext()) for _, element in zip(range(3), tree.iter("h1"), strict=False)]


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
    for name in filter(lambda name: name.startswith("citation_") and name.endswith("date"), found):
        found[name] = [value.replace("/", "-") for value in found[name]]  # written 2026/01/31, as its makers say
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
    if "rights" not in result and (licence := _link(tree, "license")):
        result["rights"] = licence
    return result


def _link(tree: Any, kind: str) -> str:
    """Where the page's first link of a kind leads."""
    for element in tree.iter("link"):
        if kind in (element.get("rel") or "").lower().split() and (element.get("href") or "").strip():
            return str(element.get("href"))
    return ""
