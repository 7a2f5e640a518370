"""The names under which files keep an article's fields.  To read one more name, add it here.

    {"headline": "…", "articleBody": "…", "datePublished": "…"}  ─ pick ─►  {"title": "…", "text": "…", "published": "…"}

Shared by every format that has named fields.  Pure functions.  Never: a guess by content; only names decide.
"""

import html
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
        "rights": (
            "rights",
            "license",
            "licence",
            "usageterms",
            "usageinfo",
            "copyrightnotice",
            "copyright",
            "acquirelicensepage",
            "direitos",
            "licenca",
        ),
        "correction": ("correction", "corrections", "correctionnote", "correcao"),
        "status": ("status", "pubstatus"),
        "embargoed": ("embargoed", "embargo", "embargountil"),
        "expires": ("expires", "expiry", "expiresat"),
        "free": ("free", "isaccessibleforfree", "gratuito"),
    }
)
FIELD_OF: Mapping[str, str] = MappingProxyType({name: field for field, names in NAMES.items() for name in names})
MAX_PARTS = 1_000  # values looked at for names: lists that hold one list many times over, as YAML allows, would never end
_SEPARATORS = str.maketrans("", "", " _-.")


def plain_name(name: str) -> str:
    """A field's name as NAMES has it.

    >>> plain_name("Date_Published"), plain_name("Título")
    ('datepublished', 'titulo')
    """
    return fold(name.strip("\ufeff")).translate(_SEPARATORS)


def given(value: object) -> bool:
    """Whether a value says anything: not None, blank or empty.

    >>> given(" "), given([]), given(0), given(False)
    (False, False, True, True)
    """
    return value is not None and value != [] and value != {} and not (isinstance(value, str) and not value.strip())


def pick(raw: Mapping[str, object]) -> dict[str, object]:
    """The fields of an article found among a file's own, as they came; names not in NAMES are left.

    >>> pick({"Headline": "Olá", "title": "", "fontSize": 12})
    {'title': 'Olá'}
    """
    values: dict[str, object] = {}
    for name, value in raw.items():
        if given(value):
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
        value = next((value[key] for key in ("name", "text", "@value", "@id", "url") if isinstance(value.get(key), str) and value[key]), None)
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, str | int | float) else ""


def every_word(value: object) -> list[str]:
    """The texts in a value, in order: a list's each on its own, a string split at `;`, a person's given and family name as one.

    >>> every_word("Ana Lima; Rui Sá"), every_word({"@list": [{"name": "Ana"}, {"givenName": "Rui", "familyName": "Sá"}]})
    (['Ana Lima', 'Rui Sá'], ['Ana', 'Rui Sá'])
    """
    found: list[str] = []
    waiting, left = [value], MAX_PARTS
    while waiting and left:
        left -= 1
        part = waiting.pop()
        if isinstance(part, Mapping):
            inner = next((part[key] for key in ("@list", "@set", "name") if given(part.get(key))), None)
            person = " ".join(filter(None, (word(part.get("givenName")), word(part.get("familyName")))))
            part = inner if isinstance(inner, list) else person if person and inner is None else word(part)
        if isinstance(part, list | tuple):
            waiting.extend(reversed(part[:left]))
        else:
            found.extend(name.strip() for name in html.unescape(word(part)).split(";") if name.strip())  # the end of `&eacute;` parts nothing
    return found


def note(value: object) -> str:
    """The words of a note: of an object its text rather than its name, of a list those of each.

    >>> note([{"@type": "CorrectionComment", "name": "Nota", "text": "Eram 12."}, "São 13."])
    'Eram 12. São 13.'
    """
    parts = value if isinstance(value, list | tuple) else [value]
    texts = (part.get("text") or part.get("description") or part if isinstance(part, Mapping) else part for part in parts)
    return " ".join(dict.fromkeys(text.strip() for text in map(word, texts) if text.strip()))


_TRUE = frozenset(("true", "1", "yes", "sim", "free", "gratuito", "gratis"))
_FALSE = frozenset(("false", "0", "no", "nao", "locked", "paid", "pago"))


def truth(value: object) -> bool | None:
    """Yes or no, as files write them; None when it is neither.

    >>> truth(True), truth("http://schema.org/False"), truth("Não"), truth("metered")
    (True, False, False, None)
    """
    if isinstance(value, list | tuple) and value:
        value = value[0]
    text = plain_name(("true" if value else "false") if isinstance(value, bool) else word(value).rpartition("/")[2])
    return True if text in _TRUE else False if text in _FALSE else None
