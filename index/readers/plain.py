"""Plain text (.txt) → one article.

In: a text, with or without its headline on a first line of its own.  Out: one article.  Never: another line taken for the
title, or lines joined: the text stays as it was written.
"""

from index.readers.decode import decode
from index.readers.make import make, tidy
from index.readers.source import Items, Source, read_bytes

ENDINGS = (".txt", ".text")
MAX_HEADLINE_CHARS = 200


def read(source: Source) -> Items:
    """The one article of the file.

    Raises:
        ReadError: if it is no text, or has none.
    """
    raw = decode(read_bytes(source))
    title, text = split_headline(tidy(raw))
    yield make(source.read_as(raw), {"title": title, "text": text, "raw": raw})


def split_headline(text: str) -> tuple[str, str]:
    r"""Headline and body: a short first line is the headline when a blank line and more text follow.

    A line that ends as a sentence does is no headline.

    >>> split_headline("Chuva em Recife\n\nChoveu."), split_headline("Choveu ontem.\n\nParou.")
    (('Chuva em Recife', 'Choveu.'), ('', 'Choveu ontem.\n\nParou.'))
    """
    first, _, rest = text.strip().partition("\n")
    blank, _, body = rest.partition("\n")
    if len(first) <= MAX_HEADLINE_CHARS and not blank.strip() and body.strip() and not first.rstrip().endswith((".", ":", ";", ",")):
        return first.strip(), body
    return "", text
