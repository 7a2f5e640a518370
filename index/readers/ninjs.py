"""ninjs 1.x, 2.x and 3.x (IPTC's News in JSON) → the fields of an article.

    {"uri": "urn:…", "type": "text", "pubstatus": "usable", "headline": "…", "body_xhtml": "<p>…</p>"}        1.x
    {"uri": "urn:…", "headlines": [{"role": "main", "value": "…"}], "bodies": [{"contenttype": …}]}           2.x, 3.x (camelCase)

In: one JSON object.  Out: values under the names of `fields.NAMES`; a canceled item without a body has its id and status and
no text, which `make` turns into a withdrawal.  Pure functions.  Never: a description taken for the body, an association
followed, or a note to editors shown, unless it is a correction.
"""

import re
from collections.abc import Mapping

from index.errors import PassedOver
from index.readers import dates
from index.readers.fields import every_word, pick, word
from index.readers.markup import one_text, paragraphs, plain
from index.readers.notes import correction_note

NEWS_TYPES = frozenset(("", "text", "composite"))
_MARKERS = frozenset(("versioncreated", "firstcreated", "pubstatus", "representationtype", "copyrightholder", "bodies", "headlines", "ednote"))
_BODY_ORDER = ("xhtml", "html", "text", "plain", "nitf")
_MAIN = frozenset(("", "main", "body", "full", "text", "html", "xhtml"))
_CORRECTS = re.compile(r"\W{0,6}(?:correct|corrig|corre[cç]|errat|retific|clarif|updat|atualiz|kill|cancel|anula|withdraw|retira)", re.IGNORECASE)


def is_ninjs(value: Mapping[str, object]) -> bool:
    """Whether an object is a ninjs item: it has a `uri` (Superdesk: a `guid`) and fields that only ninjs has.

    >>> is_ninjs({"uri": "urn:x:1", "pubstatus": "usable"}), is_ninjs({"guid": "1", "body": "Texto."})
    (True, False)
    """
    names = {name.lower() for name in value}
    bodies = any(name.startswith("body_") for name in names)
    if "uri" in names:
        return bodies or bool(names & _MARKERS)
    return "guid" in names and "versioncreated" in names and bodies


def ninjs_fields(value: Mapping[str, object]) -> dict[str, object]:
    """The fields of a ninjs item.

    Args:
        value: The object, for which `is_ninjs` is true.

    Raises:
        PassedOver: if it is a picture, a video, a plan or anything else than a text.
        ReadError: if its body cannot be read whole.
    """
    item = {name.lower(): inner for name, inner in value.items()}
    kind = word(item.get("type")).strip().lower()
    if kind not in NEWS_TYPES:
        raise PassedOver(f"it is a ninjs item of the type {kind!r}, not a text")
    version = item.get("versioncreated")
    first = item.get("firstcreated") or item.get("contentcreated") or (version if word(item.get("version")).strip() == "1" else None)
    rights = (" ".join(word(item.get(name)).split()) for name in ("usageterms", "copyrightnotice"))
    values: dict[str, object] = {
        **pick(value),
        "id": word(item.get("uri") or item.get("guid")),
        "title": _headline(item),
        "text": _body(item),
        "published": first,
        "modified": version if dates.parse(version) != dates.parse(first) else None,
        "authors": every_word(item.get("byline") or item.get("by") or item.get("authors")),
        "outlet": word(item.get("infosource") or item.get("infosources")) or word(item.get("copyrightholder")) or word(item.get("source")),
        "section": word(item.get("service")) or word(item.get("subject") or item.get("subjects")) or word(item.get("genre") or item.get("genres")),
        "rights": " ".join(dict.fromkeys(filter(None, rights))),
        "correction": editors_note(word(item.get("ednote"))),
        "status": item.get("pubstatus"),
        "embargoed": item.get("embargoed"),
        "expires": item.get("expires"),
    }
    return {field: inner for field, inner in values.items() if inner}


def editors_note(note: str) -> str:
    """A note to editors where it tells of a correction or a withdrawal; else "", for it was not written to be published.

    >>> editors_note("CORRIGE o nome no 2º parágrafo"), editors_note("Foto disponível às 18h")
    ('CORRIGE o nome no 2º parágrafo', '')
    """
    note = one_text(note)
    return note if _CORRECTS.match(note) else correction_note(note)


def _headline(item: Mapping[str, object]) -> str:
    """The main headline: of 1.x its one, of 2.x and 3.x that with the role `main`, else the first."""
    listed = _parts(item.get("headlines"))
    chosen = next((part for part in listed if word(part.get("role")).lower() in _MAIN), listed[0] if listed else {})
    text = word(item.get("headline")) or word(chosen.get("value")) or word(item.get("title"))
    return one_text(text) if "html" in _form(chosen) else " ".join(text.split())


def _body(item: Mapping[str, object]) -> str:
    """The body in its best form: marked up before plain, for marks tell paragraphs."""
    found = [(name.removeprefix("body_"), word(inner)) for name, inner in item.items() if name.startswith("body_")]
    listed = _parts(item.get("bodies"))
    main = [part for part in listed if word(part.get("role")).lower() in _MAIN] or listed
    found += [(_form(part) or word(part.get("role")).lower(), word(part.get("value"))) for part in main]
    ranked = sorted((body for body in found if body[1].strip()), key=lambda body: _rank(body[0]))
    if not ranked:
        return ""
    form, text = ranked[0]
    return plain(text) if _rank(form) in (_BODY_ORDER.index("text"), _BODY_ORDER.index("plain")) else paragraphs(text)


def _rank(form: str) -> int:
    """The place of a body's form in _BODY_ORDER; `text/html` is HTML."""
    bare = form.removeprefix("text/")
    return next((place for place, name in enumerate(_BODY_ORDER) if name in bare), len(_BODY_ORDER))


def _form(part: Mapping[str, object]) -> str:
    return word(part.get("contenttype") or part.get("contentType")).lower()


def _parts(value: object) -> list[Mapping[str, object]]:
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []
