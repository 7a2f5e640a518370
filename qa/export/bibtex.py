r"""References → BibTeX for biblatex, in UTF-8: one entry an article.

In: the numbered list.  Out: text.  What TeX would act on is written by its name, braces too (`\textbraceleft{}`), since
BibTeX counts braces behind a backslash like any other.
"""

import re
from collections.abc import Iterator, Sequence

from qa.export.csl import note
from qa.export.references import Cited
from qa.export.sheet import address_of, line

SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}",
    **{sign: f"\\{sign}" for sign in "%&#$_"},
}
LANGID = {"pt": "portuguese", "en": "english"}
_SIGN = re.compile(
    "[" + re.escape("".join(SIGNS)) + r"]|([-<>,'])(?=\1)"
)  # the second: --, <<, ,, and their like, which fonts draw as one other sign


def bibtex(articles: Sequence[Cited], lang: str) -> str:
    """All entries, in the order of their numbers."""
    return "\n".join(_entry(one, lang) for one in articles)


def escaped(text: str) -> str:
    r"""Text that TeX sets as it stands, its braces balanced.

    >>> escaped("R$ 5 & 10 % {a}")
    'R\\$ 5 \\& 10 \\% \\textbraceleft{}a\\textbraceright{}'
    """
    return _SIGN.sub(lambda found: SIGNS.get(found[0], found[0] + "{}"), text)


def _entry(one: Cited, lang: str) -> str:
    kind = "article" if one.article.outlet else "online" if address_of(one.article.url)[0] else "misc"
    fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in _fields(one, lang) if value)
    return f"@{kind}{{{one.key},\n{fields},\n}}\n"


def _fields(one: Cited, lang: str) -> Iterator[tuple[str, str]]:
    """Names, and values as they stand in the file: the title in braces of its own, so that no style changes its capitals; names as they are."""
    article = one.article
    url, _ = address_of(article.url)
    title = escaped(line(article.title))
    yield "author", " and ".join(f"{{{escaped(name)}}}" for name in map(line, article.authors) if name)
    yield "title", f"{{{title}}}" if title else ""
    yield "journaltitle", escaped(line(article.outlet))
    yield "entrysubtype", "newspaper" if article.outlet else ""
    yield "date", article.day.isoformat() if article.day else ""
    yield "url", url
    yield "urldate", article.indexed.date().isoformat() if url else ""
    yield "langid", LANGID.get(article.lang, "")
    yield "note", escaped(note(one, lang))
