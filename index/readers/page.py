"""Web pages (.html, .htm) → one article.

    <p>…</p>                          trafilatura          the text, without menus and footers
    JSON-LD, meta tags, canonical     page_facts.facts     title, dates, authors, outlet, section, rights, language

JSON-LD beats meta tags, meta tags beat what trafilatura finds; the text is JSON-LD's only when trafilatura finds less.  Never: a
date that the page does not state as one in its markup (trafilatura reads 03/04/2026 as a day of its choice, so its dates are not
taken), a link followed, or a script run.
"""

import logging
import re
from typing import Any

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.fields import word
from index.readers.make import make, one_line, without_title
from index.readers.page_facts import facts, headings
from index.readers.source import Items, Source, read_bytes
from index.records import Article, Withdrawal

ENDINGS = (".html", ".htm", ".xhtml")
MIN_TEXT_CHARS = 25  # less is a menu's word or a cookie notice
BODY_TIMES = 1.25  # articleBody is the text only when it is so much longer than what the page shows: it has no paragraphs
MAX_ELEMENTS = 100_000  # trafilatura takes about 14 µs an element
MAX_COMPARED = 5_000  # texts between tags: above it no second opinion is asked for, which takes the square of them: 2 s for so many
MAX_META_CHARS = 1_000  # of a meta tag's content that trafilatura sees: it takes the square of one full of "<!--", 15 s for 100,000 characters
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^<>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([A-Za-z0-9_-]+)", re.IGNORECASE)


def read(source: Source) -> Items:
    """The one article of the page.

    Raises:
        ReadError: if it is no text, has no article text, or too many elements to be one article.
    """
    yield _page(source, read_bytes(source))


def page_article(source: Source, data: bytes, *, charset: str = "", url: str = "", item: int | None = None) -> Article:
    """The article of a page that was fetched or archived.

    Args:
        source: The file that it came from.
        data: The page, unpacked.
        charset: That of the answer's Content-Type, or "".
        url: The address that it was fetched from, or ""; the article's, when the page names no other.
        item: Its number in a file that holds many, from 1.

    Raises:
        ReadError: as `read` does; and if the page only says that its article was withdrawn.
    """
    found = _page(source, data, charset, url, item)
    if isinstance(found, Withdrawal):
        raise ReadError(f"the page says that its article is {found.status}, and has no text")
    return found


def _page(source: Source, data: bytes, charset: str = "", url: str = "", item: int | None = None) -> Article | Withdrawal:
    own = _CHARSET.search(data[:4096])
    declared = own[1].decode("ascii") if own and charset.lower() in ("", "utf-8", "utf8") else charset
    page = decode(data, declared)
    tree, source = _tree(page), source.read_as(page)
    stated, titles = facts(tree, url), headings(tree)
    text, found = _main_text(tree)
    body = word(stated.get("text"))
    text = body if len(body) > BODY_TIMES * len(text) else text
    for title in (word(stated.get("title")), word(found.get("title")), *titles):
        text = without_title(text, one_line(title, 1000))
    if len(text) < MIN_TEXT_CHARS and not stated.get("status"):
        raise ReadError("no article text was found in the page")
    return make(source, {**found, **stated, "text": text if len(text) >= MIN_TEXT_CHARS else ""}, item)


def _tree(page: str) -> Any:
    """The page's elements; its own charset no longer counts, for it is decoded.

    Raises:
        ReadError: if it has none, or more than MAX_ELEMENTS.
    """
    from lxml import etree, html

    try:
        tree = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except etree.LxmlError as error:
        raise ReadError(f"it is not a web page: {error}") from error
    count = sum(1 for _ in tree.iter())
    if count > MAX_ELEMENTS:
        raise ReadError(f"it has {count:,} elements, too many for one article; at most {MAX_ELEMENTS:,} are read")
    return tree


def _main_text(tree: Any) -> tuple[str, dict[str, object]]:
    """The article's paragraphs parted by blank lines, and the facts that only trafilatura finds. The tree is used up.

    Raises:
        ReadError: if trafilatura is not whole, or fails on the page.
    """
    for name in ("trafilatura", "htmldate", "justext"):
        if not logging.getLogger(name).handlers:
            logging.getLogger(name).addHandler(logging.NullHandler())  # else its warnings reach stderr
    try:
        import trafilatura  # takes more than a second, so it waits for the first page
    except ImportError as error:
        raise ReadError(f"web pages need trafilatura and lxml_html_clean: run `pip install trafilatura lxml_html_clean` ({error})") from error
    for element in tree.iter("script", "style"):
        element.text = None  # JSON-LD is read by now; trafilatura and htmldate search it again, for minutes where it is made to
    for element in tree.iter("meta"):
        if len(content := element.get("content", "")) > MAX_META_CHARS:  # what we take from it is read by now too
            element.set("content", content[:MAX_META_CHARS])
    texts = sum(1 for element in tree.iter() for text in (element.text, element.tail) if text and not text.isspace())
    options = {"include_comments": False, "with_metadata": True, "date_extraction_params": {"extensive_search": False}}
    try:
        found = trafilatura.bare_extraction(tree, fast=texts > MAX_COMPARED, **options)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:  # what its parsers raise on broken pages
        raise ReadError(f"its article text cannot be found: {type(error).__name__}: {error}") from error
    if found is None:
        return "", {}
    found = found if isinstance(found, dict) else found.as_dict()
    text = "\n\n".join(line.strip() for line in str(found.get("text") or "").splitlines() if line.strip())
    names = {"title": "title", "authors": "author", "outlet": "sitename", "url": "url", "rights": "license"}
    return text, {field: found[name] for field, name in names.items() if found.get(name)}
