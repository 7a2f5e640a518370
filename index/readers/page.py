"""Web pages (.html, .htm) → one article.

    <p>…</p>                          trafilatura          the text, without menus and footers
    JSON-LD, meta tags, canonical     page_facts.facts     title, dates, authors, outlet, section, rights, language

JSON-LD beats meta tags, meta tags beat what trafilatura finds.  Never: a date that the page does not state as one in its
markup (trafilatura reads 03/04/2026 as a day of its choice, so its dates are not taken), a link followed, or a script run.
"""

import logging
import re
from typing import Any

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.fields import word
from index.readers.make import make, one_line, without_title
from index.readers.page_facts import facts
from index.readers.source import Items, Source, read_bytes

ENDINGS = (".html", ".htm", ".xhtml")
MIN_TEXT_CHARS = 25  # less is a menu's word or a cookie notice
MAX_ELEMENTS = 100_000  # trafilatura takes about 14 µs an element
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^<>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([A-Za-z0-9_-]+)", re.IGNORECASE)


def read(source: Source) -> Items:
    """The one article of the page.

    Raises:
        ReadError: if it is no text, has no article text, or too many elements to be one article.
    """
    data = read_bytes(source)
    charset = _CHARSET.search(data[:4096])
    tree = _tree(decode(data, charset[1].decode("ascii") if charset else ""))
    stated = facts(tree)
    text, found = _main_text(tree)
    values = {**found, **stated, "text": text or stated.get("text")}
    title = one_line(word(values.get("title")), 1000)
    if isinstance(values["text"], str):
        values["text"] = without_title(values["text"], title)
    if len(word(values["text"])) < MIN_TEXT_CHARS:
        raise ReadError("no article text was found in the page")
    yield make(source, values)


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
        logging.getLogger(name).addHandler(logging.NullHandler())  # else its warnings reach stderr
    try:
        import trafilatura  # takes more than a second, so it waits for the first page
    except ImportError as error:
        raise ReadError(f"web pages need trafilatura and lxml_html_clean: run `pip install trafilatura lxml_html_clean` ({error})") from error
    try:
        found = trafilatura.bare_extraction(tree, include_comments=False, with_metadata=True, date_extraction_params={"extensive_search": False})
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:  # what its parsers raise on broken pages
        raise ReadError(f"its article text cannot be found: {type(error).__name__}: {error}") from error
    if found is None:
        return "", {}
    found = found if isinstance(found, dict) else found.as_dict()
    text = "\n\n".join(line.strip() for line in str(found.get("text") or "").splitlines() if line.strip())
    names = {"title": "title", "authors": "author", "outlet": "sitename", "url": "url", "rights": "license"}
    return text, {field: found[name] for field, name in names.items() if found.get(name)}
