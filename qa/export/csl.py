"""References → CSL-JSON, which Zotero, pandoc and citeproc read: one entry an article.

In: the numbered list.  Out: JSON.  Names are literal, since a byline is not always a person's.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from qa.export.references import Cited
from qa.export.sheet import address_of, line, notes
from qa.export.words import WORDS

Item = Mapping[str, Any]


def csl(articles: Sequence[Cited], lang: str) -> str:
    """All entries, in the order of their numbers."""
    return json.dumps([item(one, lang) for one in articles], ensure_ascii=False, indent=1) + "\n"


def item(one: Cited, lang: str) -> Item:
    """One article; what is unknown is left out. The day on which it was accessed is the one when the index read this version."""
    article = one.article
    url, _ = address_of(article.url)
    authors = [{"literal": name} for name in map(line, article.authors) if name]
    fields: dict[str, Any] = {
        "id": one.key,
        "type": "article-newspaper" if article.outlet else "webpage",
        "title": line(article.title),
        "author": authors,
        "container-title": line(article.outlet),
        "section": line(article.section),
        "issued": _day(article.day),
        "accessed": _day(article.indexed.date()) if url else None,
        "URL": url,
        "language": article.lang,
        "note": note(one, lang),
    }
    return {name: value for name, value in fields.items() if value}


def note(one: Cited, lang: str) -> str:
    """The addresses cited, then what must be known of the article. No field is set from inside a note, as some programs would let it."""
    told = [WORDS[lang]["cited_at"].format(addresses=", ".join(map(line, one.addresses)))]
    told += [f"{name}: {value}" for name, value in notes(one.article, lang)]
    return " — ".join(told).replace("{:", "{ :")


def _day(day: date | None) -> Item | None:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else None
