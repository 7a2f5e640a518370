"""XML of any kind (.xml) → the reader of what its root element says that it is.

    rss, RDF, feed ─► feed        newsItem, newsMessage, NewsML, nitf ─► newsml        html ─► page

In: a file.  Out: what that reader makes of it.  Never: a guess by content: a file with another root is passed over by its name.
"""

from index.errors import PassedOver, ReadError
from index.readers import feed, newsml
from index.readers.source import Items, Source, read_bytes
from index.readers.xmltree import MAX_BYTES, root_name, source_text

ENDINGS = (".xml",)


def read(source: Source) -> Items:
    """What the file holds.

    Raises:
        ReadError: if it is not XML, or its reader cannot read it.
        PassedOver: if it is XML of another kind.
    """
    data = read_bytes(source, MAX_BYTES)
    root = root_name(source_text(data))
    if root in feed.ROOTS:
        yield from feed.feed_articles(source, data)
    elif root in newsml.ROOTS:
        yield from newsml.newsml_articles(source, data)
    elif root == "html":
        from index.readers.page import page_article

        yield page_article(source, data)
    elif root:
        raise PassedOver(f"it is XML, but no news that is known: its root is <{root[:100]}>")
    else:
        raise ReadError("it is not XML: it has no element")
