"""The names under which files keep an article's fields.  To read one more name, add it here.

    {"headline": "…", "articleBody": "…", "datePublished": "…"}  ─ pick ─►  {"title": "…", "text": "…", "published": "…"}

Shared by every format that has named fields.  Pure functions.  Never: a guess by content; only names decide.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from index.text import fold

# Field of an article → names in files, without case, accents, spaces, `_`, `-` and `.`; an earlier name wins.
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("id", "guid", "uid", "uuid"),
        "title": ("title", "headline", "titulo", "manchete"),
        "text": ("text", "body", "content", "articlebody", "fulltext", "texto", "corpo", "conteudo"),
        "outlet": ("outlet", "source", "publisher", "sitename", "veiculo", "fonte"),
        "url": ("canonical", "canonicalurl", "url", "link"),
        "published": ("published", "publishedat", "datepublished", "pubdate", "publishdate", "publicationdate", "publishedtime", "date", "data"),
        "modified": ("modified", "modifiedat", "updated", "updatedat", "datemodified", "lastmodified", "modifiedtime", "atualizado"),
        "lang": ("lang", "language", "inlanguage", "idioma"),
        "authors": ("authors", "author", "byline", "creator", "autores", "autor"),
        "section": ("section", "articlesection", "category", "editoria", "secao", "categoria"),
        "rights": ("rights", "license", "licence", "usageterms", "usageinfo", "copyrightnotice", "copyright", "direitos", "licenca"),
        "correction": ("correction", "correctionnote", "correcao"),
        "status": ("status", "pubstatus"),
        "embargoed": ("embargoed", "embargo", "embargountil"),
        "expires": ("expires", "expiry", "expiresat"),
    }
)
FIELD_OF: Mapping[str, str] = MappingProxyType({name: field for field, names in NAMES.items() for name in names})
_SEPARATORS = str.maketrans("", "", " _-.")


def plain_name(name: str) -> str:
    """A field's name as NAMES has it.

    >>> plain_name("Date_Published"), plain_name("Título")
    ('datepublished', 'titulo')
    """
    return fold(name.strip("\ufeff")).translate(_SEPARATORS)


def pick(raw: Mapping[str, object]) -> dict[str, object]:
    """The fields of an article found among a file's own, as they came; names not in NAMES are left.

    >>> pick({"Headline": "Olá", "title": "", "fontSize": 12})
    {'title': 'Olá'}
    """
    values: dict[str, object] = {}
    for name, value in raw.items():
        if value not in (None, [], {}) and not (isinstance(value, str) and not value.strip()):
            values.setdefault(plain_name(name), value)
    first = {field: next((values[name] for name in names if name in values), None) for field, names in NAMES.items()}
    return {field: value for field, value in first.items() if value is not None}


def known(names: Iterable[str]) -> int:
    """How many of the names are an article's."""
    return sum(plain_name(name) in FIELD_OF for name in names)


def word(value: object) -> str:
    """The one text in a value: a string, a number, the name of an object, or the first of a list; else "".

    >>> word({"@type": "Organization", "name": "Folha"}), word([{"name": "BBC"}]), word(12), word(None)
    ('Folha', 'BBC', '12', '')
    """
    if isinstance(value, list | tuple):
        value = next((item for item in value if item), None)
    if isinstance(value, Mapping):
        value = next((value[key] for key in ("name", "text", "@value", "@id") if isinstance(value.get(key), str) and value[key]), None)
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, str | int | float) else ""


def every_word(value: object) -> list[str]:
    """The texts in a value, in order: a list's each on its own, a string split at `;`.

    >>> every_word("Ana Lima; Rui Sá"), every_word([{"name": "Ana"}, "Rui"])
    (['Ana Lima', 'Rui Sá'], ['Ana', 'Rui'])
    """
    parts = value if isinstance(value, list | tuple) else [value]
    return [name.strip() for part in parts for name in word(part).split(";") if name.strip()]
