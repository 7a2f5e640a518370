r"""Marked-up text → plain paragraphs.  Shared by feeds, ninjs and NewsML.

    "<p>Um &amp; dois.</p><p>Três.</p>"  ─ paragraphs ─►  "Um & dois.\n\nTrês."

In: an HTML fragment, or elements of XHTML or NITF.  Out: the words that a reader sees; blocks apart by blank lines, list items
and table rows one a line.  Never: a script run, a link followed, or a word that does not stand there.
"""

import re
from html import unescape
from typing import Any

from index.errors import ReadError

MAX_TAGS = 50_000  # a book has fewer
_CLOSE = frozenset("li tr dt dd caption option".split())
_BLOCKS = frozenset(
    """address article aside blockquote body center details dialog div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr
    html legend main nav ol p pre section summary table tbody tfoot thead ul title
    block body.content bq credit fn hl1 hl2 note nitf-table media-caption dateline""".split()
)
_DROPPED = frozenset(
    """applet area audio base button canvas datalist embed head iframe link map math meta noscript object param script select source style svg
    template textarea track video media media-metadata""".split()
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
_ESCAPED_TAG = re.compile(r"&lt;/?(?:a|b|blockquote|br|div|em|h[1-6]|i|img|li|ol|p|span|strong|ul)(?:\s[^<>&]{0,300})?/?&gt;", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def paragraphs(html: str) -> str:
    r"""The paragraphs of an HTML fragment; text without any tag keeps its own lines.

    Args:
        html: A fragment, or a whole page; tags that were escaped once too often count too.

    Raises:
        ReadError: if it has more than MAX_TAGS tags, or they are nested too deeply to be read whole.

    >>> paragraphs("<p>Um<br>dois</p>&lt;três&gt;"), paragraphs("AT&amp;T\nsobe"), paragraphs("&lt;p&gt;Olá&lt;/p&gt;")
    ('Um\ndois\n\n<três>', 'AT&T\nsobe', 'Olá')
    """
    if not _TAG.search(html):
        if not _ESCAPED_TAG.search(html):
            return plain(unescape(html))
        html = unescape(html)
    if html.count("<") > MAX_TAGS:
        raise ReadError(f"its text has more than {MAX_TAGS:,} tags")
    return elements(_tree(html))


def plain(text: str) -> str:
    r"""Text without marks: its lines as they are, trimmed, and never more than one blank line between them.

    >>> plain(" Um \n\n\n dois\n três ")
    'Um\n\ndois\ntrês'
    """
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_text(html: str) -> str:
    """A headline or a name that may hold marks, on one line.

    >>> one_text("Chuva &amp; <i>vento</i>"), one_text("5 < 6")
    ('Chuva & vento', '5 < 6')
    """
    return " ".join(paragraphs(html).split())


def elements(tree: Any) -> str:
    """The paragraphs of elements that are parsed already (HTML, XHTML or NITF), whatever their namespace."""
    from lxml import etree

    pieces: list[str] = []
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        name = str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
        if event == "start":
            if not name or name in _DROPPED or _unseen(element):
                walk.skip_subtree()
                continue
            pieces.append(_mark(name))
            pieces.append(_piece(element.text, keep=name == "pre"))
            continue
        if name and name not in _DROPPED:
            pieces.append(" " if name in ("td", "th") else "" if name == "br" else _mark(name))
        if element is not tree:
            pieces.append(_piece(element.tail, keep=False))
    return _joined("".join(pieces))


def _unseen(element: Any) -> bool:
    """Whether readers are not shown it: hidden by the page, or a note to editors."""
    return "hidden" in element.attrib or element.get("noteclass") == "editorsnote" or bool(_HIDDEN.search(element.get("style") or ""))


def _mark(name: str) -> str:
    """What parts an element from what is beside it: the character 2 a paragraph, 1 a line, nothing for words within a line."""
    return "\x02" if name in _BLOCKS else "\x01" if name in _CLOSE or name == "br" else ""


def _piece(text: str | None, *, keep: bool) -> str:
    """Text between two tags, without the marks of `_mark`; its line ends are white space like any other, except in `pre`."""
    text = re.sub("[\x01\x02]", " ", text or "")
    return text.replace("\n", "\x01") if keep else re.sub(r"\s+", " ", text)


def _joined(text: str) -> str:
    blocks = ("\n".join(filter(None, (" ".join(line.split()) for line in block.split("\x01")))) for block in text.split("\x02"))
    return "\n\n".join(filter(None, blocks))


def _tree(html: str) -> Any:
    """The elements of a fragment.

    Raises:
        ReadError: if the parser gave up before its end.
    """
    from lxml import etree
    from lxml import html as parser_of

    parser = parser_of.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = parser_of.document_fromstring(f"<div>{html}</div>".encode("utf-8", "ignore"), parser=parser)
    except etree.LxmlError as error:
        raise ReadError(f"its text is not usable HTML: {error}") from error
    if any(entry.level_name == "FATAL" and "RESOURCE_LIMIT" in entry.type_name for entry in parser.error_log):
        raise ReadError("its text is nested too deeply to be read whole")
    return tree
