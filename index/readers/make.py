"""Fields as a file has them → an Article, or a Withdrawal.  Every reader ends here.

In: values under the names of `fields.NAMES`.  Out: an Article with cleaned text, a stable id and checked values; a Withdrawal
when there is no text but word that it may not be used; else a ReadError.  Never: a value that the file does not give, but for
the language and the correction note where it states none: those the text tells.

    id      the file's own ─► else its canonical URL ─► else its path
            an address, whichever of the two it came as, goes without scheme, fragment, last slash and utm_*
"""

import hashlib
import posixpath
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from index.errors import PassedOver, ReadError
from index.readers import dates
from index.readers.doubts import doubts
from index.readers.fields import every_word, note, truth, word
from index.readers.languages import identify as language_of
from index.readers.notes import correction_note
from index.readers.source import Source
from index.records import Article, Skipped, Status, Withdrawal
from index.text import clean

MAX_TEXT_CHARS = 1_000_000
MAX_TITLE_CHARS = 500
MAX_NAME_CHARS = 200
MAX_NOTE_CHARS = 5_000
MAX_AUTHORS = 50
MAX_ID_CHARS = 400

_STATUS: dict[str, Status] = {
    **dict.fromkeys(("", "usable", "published", "publish", "live", "active", "final", "ok", "200", "publicado"), "usable"),
    **dict.fromkeys(("withheld", "draft", "private", "pending", "rascunho"), "withheld"),
    **dict.fromkeys(
        ("canceled", "cancelled", "killed", "kill", "retracted", "withdrawn", "deleted", "removed", "unpublished", "cancelado"), "canceled"
    ),
    **dict.fromkeys(("embargoed", "embargo"), "embargoed"),
    **dict.fromkeys(("expires", "expired"), "expires"),
}
_LANGUAGES = {
    **dict.fromkeys(("por", "portuguese", "português", "portugues"), "pt"),
    **dict.fromkeys(("eng", "english", "inglês", "ingles"), "en"),
    **dict.fromkeys(("spa", "spanish", "español", "espanhol"), "es"),
    **dict.fromkeys(("fra", "fre", "french", "français", "francês"), "fr"),
    **dict.fromkeys(("deu", "ger", "german", "deutsch", "alemão"), "de"),
    **dict.fromkeys(("ita", "italian", "italiano"), "it"),
    **dict.fromkeys(("und", "mul", "zxx", "mis"), ""),
}
_STATUS_CODE = re.compile(r"^(?:stat:|https?://cv\.iptc\.org/newscodes/pubstatusg2/)")  # as NewsML-G2 and ninjs qualify their words
_BY = re.compile(r"^(?:[Bb][Yy]|[Pp][Oo][Rr])\s+(?=[^\W\d_])")
_LINE_ENDS = re.compile(r"[\x0b\x0c\x1c\x1d\x1e\x85]")


def make(source: Source, values: Mapping[str, object], item: int | None = None) -> Article | Withdrawal:
    """One article, or the notice that it was withdrawn.

    Args:
        source: The file that it came from.
        values: What the file says, under the names of `fields.NAMES`; unknown fields may be missing or empty. `raw` is the text as it
            came, where the reader had to tidy it to read it: it tells more of what went wrong.
        item: Its number in a file that holds many, from 1.

    Raises:
        ReadError: if it has no text and is no notice, too much text, or a status that cannot be understood.
    """
    text = _text(values.get("text"))
    url = web_address(word(values.get("url")))
    if not text:
        return _withdrawal(source, values, url, item)
    if len(text) > MAX_TEXT_CHARS:
        raise ReadError(f"its text has {len(text):,} characters; at most {MAX_TEXT_CHARS:,} are taken: split it into articles")
    status, status_at = _status(values, source.now)
    article = Article(
        id=identify(source, word(values.get("id")), url, item),
        text=text,
        title=one_line(word(values.get("title")), MAX_TITLE_CHARS),
        authors=_authors(values.get("authors")),
        outlet=one_line(word(values.get("outlet")), MAX_NAME_CHARS),
        url=url,
        lang=language_code(word(values.get("lang"))) or language_of(text, source.languages),
        published=dates.parse(values.get("published")),
        modified=dates.parse(values.get("modified")),
        first_seen=source.now,
        indexed=source.now,
        section=one_line(word(values.get("section")), MAX_NAME_CHARS),
        rights=one_line(word(values.get("rights")), MAX_NOTE_CHARS),
        status=status,
        status_at=status_at,
        correction=one_line(note(values.get("correction")) or correction_note(text), MAX_NOTE_CHARS),
        free=truth(values.get("free")),
    )
    found = doubts(article, values, now=source.now, guessed=source.guessed)
    return article.model_copy(update={"doubts": found}) if found else article


def _withdrawal(source: Source, values: Mapping[str, object], url: str, item: int | None) -> Withdrawal:
    """What values without a text may still be: word that an article, named by its id or address, may no longer be used.

    Raises:
        ReadError: if they are not.
    """
    own = word(values.get("id"))
    status = _STATUS.get(_status_word(values))
    if status not in ("withheld", "canceled") or not (one_line(own, MAX_ID_CHARS) or url):
        raise ReadError("it has no text")
    name = identify(source, own, url, item)
    return Withdrawal(id=name, status=status, modified=dates.parse(values.get("modified")), path=_label(source, item))


def _authors(value: object) -> tuple[str, ...]:
    """The bylines, without "By" and without addresses of profiles and marks that point at nothing."""
    names = (_BY.sub("", one_line(name, MAX_NAME_CHARS)) for name in every_word(value) if "://" not in name and not name.startswith(("#", "_:")))
    return tuple(dict.fromkeys(filter(None, names)))[:MAX_AUTHORS]


def make_or_skip(source: Source, values: Mapping[str, object], item: int) -> Article | Skipped | Withdrawal:
    """One article of a file that holds many, or why it is none."""
    try:
        return make(source, values, item)
    except ReadError as error:
        return skip(source, error, item)


def skip(source: Source, error: ReadError, item: int | None = None) -> Skipped:
    """The note that a file, or its n-th item from 1, was not read."""
    return Skipped(path=_label(source, item), reason=one_line(str(error), MAX_NOTE_CHARS), failed=not isinstance(error, PassedOver))


def _label(source: Source, item: int | None) -> str:
    return source.path if item is None else f"{source.path}:{item}"


def tidy(text: str) -> str:
    """Cleaned text in NFC; form feeds and the like become line ends, so that they do not glue words together.

    Cleaning can bring a letter and its accent together, therefore NFC once more.
    """
    return unicodedata.normalize("NFC", clean(_LINE_ENDS.sub("\n", text)))


def one_line(text: str, max_chars: int) -> str:
    r"""The text on one line, cut at `max_chars`.

    >>> one_line(" Olá,\n  mundo ", 8)
    'Olá, mun'
    """
    return " ".join(tidy(text).split())[:max_chars].rstrip()


def without_title(text: str, title: str) -> str:
    r"""The text without its first line where that repeats the title.

    >>> without_title("Chuva em Recife\n\nChoveu.", "Chuva em Recife")
    'Choveu.'
    """
    first, _, rest = text.lstrip().partition("\n")
    same = title and one_line(first, len(first)).casefold() == one_line(title, len(title)).casefold()
    return rest.lstrip() if same and rest.strip() else text


def web_address(url: str) -> str:
    """The address when it is http(s) with a host and nothing hidden in it; else "".

    >>> web_address(" https://folha.example/a "), web_address("javascript:alert(1)"), web_address("https://folha.example@evil.example/")
    ('https://folha.example/a', '', '')
    """
    url = url.strip()
    if not url.isprintable() or re.search(r"[\s\\]", url) or len(url) > 2_000:
        return ""
    try:
        parts = urlsplit(unicodedata.normalize("NFC", url))
        usable = parts.scheme in ("http", "https") and parts.hostname and not parts.username and (parts.port is None or parts.port > 0)
    except ValueError:  # a port or an IPv6 address that is none
        return ""
    return unicodedata.normalize("NFC", url) if usable and "@" not in parts.netloc else ""


def identify(source: Source, own: str, url: str, item: int | None = None) -> str:
    """The stable name of an article: its own, else its canonical URL's, else its path's.

    An own id that is only a number counts rows, and two files would share it: it is named together with its file. One that is
    an address is written as those are, so that the entry of a feed and the page that it leads to are one article.

    Args:
        source: The file that it came from.
        own: The id or guid that the file gives it, or "".
        url: Its checked web address, or "".
        item: Its number in a file that holds many, from 1.
    """
    path = posixpath.splitext(source.path.removesuffix(".gz"))[0]  # packing a file does not rename its articles
    name = one_line(own, 10_000)
    if name.isdecimal():
        name = "" if url else f"{path}#{name}"
    if address := web_address(name) if name else url:
        name = address_id(address)
    if not name:
        name = one_line(path if item is None else f"{path}:{item}", 10_000)
    name = re.sub(r"@(?=\d+:)", "%40", name)
    if len(name) > MAX_ID_CHARS:
        name = f"{name[: MAX_ID_CHARS - 17].rstrip()}~{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return name


def address_id(url: str) -> str:
    """A URL without what differs between links to one article.

    >>> address_id("https://Folha.example/a/?utm_source=x&p=2#top")
    'folha.example/a?p=2'
    """
    parts = urlsplit(url)
    query = "&".join(pair for pair in parts.query.split("&") if pair and not pair.lower().startswith("utm_"))
    return parts.netloc.lower() + parts.path.rstrip("/") + ("?" + query if query else "")


def language_code(given: str) -> str:
    """The ISO 639 code in a language's name or tag; "" when there is none.

    >>> [language_code(tag) for tag in ("pt-BR", "por", "English", "pt_PT.UTF-8", "klingon", "")]
    ['pt', 'pt', 'en', 'pt', '', '']
    """
    tag = re.split(r"[-_.\s]", given.strip().lower(), maxsplit=1)[0]
    code = _LANGUAGES.get(tag, tag)
    return code if re.fullmatch(r"[a-z]{2,3}", code) else ""


def _text(value: object) -> str:
    """The text of a string, or of a list of paragraphs."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "\n\n".join(value)
    return tidy(value).strip() if isinstance(value, str) else ""


def _status(values: Mapping[str, object], now: datetime) -> tuple[Status, datetime | None]:
    """Whether it may answer, and the instant of an embargo's end or of its expiry.

    An embargo whose end cannot be read never ends; an expiry that cannot be read is refused.
    """
    status = _STATUS.get(_status_word(values))
    if status is None:
        raise ReadError(
            f"its status {one_line(word(values.get('status')), MAX_NAME_CHARS)!r} is not understood; known are {', '.join(filter(None, _STATUS))}"
        )
    embargoed, expires = dates.parse(values.get("embargoed")), dates.parse(values.get("expires"))
    if status == "usable" and values.get("embargoed") and (embargoed is None or embargoed > now):
        status = "embargoed"
    elif status == "usable" and values.get("expires"):
        status = "expires"
    if status == "embargoed":
        return status, embargoed
    if status == "expires":
        if expires is None:
            raise ReadError(f"its expiry date {word(values.get('expires'))!r} cannot be read")
        return status, expires
    return status, None


def _status_word(values: Mapping[str, object]) -> str:
    return _STATUS_CODE.sub("", one_line(word(values.get("status")), MAX_NAME_CHARS).lower())
