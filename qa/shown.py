"""Text and addresses from outside, as they may be shown: nothing hidden or reordered in them, no link but to plain http(s).

In: a text or an address, as an article or a question has it.  Out: what can be seen of it; what may be opened.  Never: markup.
"""

import re
import unicodedata
from typing import TypedDict
from urllib.parse import urlsplit, urlunsplit

_FLAGS = "|".join("\U0001f3f4" + "".join(chr(0xE0000 + ord(sign)) for sign in nation) + "\U000e007f" for nation in ("gbeng", "gbsct", "gbwls"))
_UNSEEN = re.compile(  # what has no width or no ink, and the flags that are made of such
    rf"{_FLAGS}|[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_JOINERS, _JOINED = "\u200c\u200d", ("Lo", "Mn", "Mc", "So", "Sk")  # they join letters without capitals, their marks, and emoji
_TURNERS, _TURNED = "\u061c\u200e\u200f", ("R", "AL")  # they belong to scripts that run from right to left
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f]")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_ADDRESS = re.compile(r"((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}", re.ASCII)
_READ_TWICE = re.compile("[\u00df\u1e9e\u03c2\u200c\u200d]")  # IDNA 2003 maps these away, browsers keep them


class Link(TypedDict):
    """A checked http(s) address, and the host to show for it."""

    href: str
    host: str


def shown(text: str) -> str:
    """The text with characters that reorder or hide text made visible; those that a script or an emoji cannot do without stay.

    >>> shown("a" + chr(0x202E) + "b" + chr(0x200B)), shown("a" + chr(0x200D)), len(shown("👩" + chr(0x200D) + "🚒"))
    ('a␣U+202Eb␣U+200B', 'a␣U+200D', 3)
    """
    if not _UNSEEN.search(text):
        return text
    turned = any(unicodedata.bidirectional(letter) in _TURNED for letter in text if letter not in _TURNERS)
    return _UNSEEN.sub(lambda found: found[0] if _needed(found, turned=turned) else f"␣U+{ord(found[0]):04X}", text)


def _needed(found: re.Match[str], *, turned: bool) -> bool:
    """Whether what has no width does its duty where it stands: a flag's tags, a joiner behind what it joins, a mark in a text that runs leftwards."""
    sign, place = found[0], found.start()
    joins = sign in _JOINERS and place > 0 and unicodedata.category(found.string[place - 1]) in _JOINED
    return len(sign) > 1 or joins or (sign in _TURNERS and turned)


def link(url: str) -> Link | None:
    """The address if it is plain http(s) with a host and no user name, and that host can be shown as the browser will read it.

    A host in other letters is put into `href` in its ASCII form too, so that what is shown is what is opened. Numbers that a browser would
    reckon into an address (127.1), escapes (%2e) and letters that two standards read differently (ß) give no link.

    >>> link("javascript:alert(1)") is None
    True
    >>> link("https://www.folha.uol.com.br/a?b=1")["host"]
    'folha.uol.com.br'
    >>> link("https://câmara.example/a")
    {'href': 'https://xn--cmara-3qa.example/a', 'host': 'xn--cmara-3qa.example'}
    """
    if _CONTROL.search(url) or "\\" in url:
        return None
    try:
        url.encode()
        parts = urlsplit(url)
        written = parts.hostname or ""
        host = written if written.isascii() else written.encode("idna").decode("ascii").lower()
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:  # UnicodeError is one: a host that no resolver takes
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host) or _READ_TWICE.search(written):
        return None
    if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) and not _ADDRESS.fullmatch(host):
        return None
    href = url if written.isascii() else urlunsplit(parts._replace(netloc=host + port))
    shorter = host.removeprefix("www.")
    return {"href": href, "host": shorter if "." in shorter else host}
