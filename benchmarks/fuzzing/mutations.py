"""Well-formed files → files that are almost well-formed: what a reader meets in the wild, and what somebody made to harm it.

    seed ─ cut, repeat, swap, splice, token, number, nest, flood, strange, encode, lines, flip, tree, element ─► input of at most MAX_BYTES

In: bytes, others to splice with, the format's own tokens, a source of chance.  Out: bytes; the same for the same chance.  Never:
a guess at what harms: each change is one that a broken program, a bad line or a hand could make.
"""

import json
import random
import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

MAX_BYTES = 1_000_000
NUMBERS = (
    *"0 -1 00 1.5 1e309 -1e-400 NaN Infinity 0x7f 1_000 127 128 255 65536 2147483648 4294967295 99999999999999999 18446744073709551616".split(),
    *("9" * 5_000, "１２", "٣"),
)
STRANGE = (
    *"\x00|\x01|\x0b|\x0c|\x1c|\x1f|\x7f|\x85|\xa0|\xad|\u0301|\u0344|\u1100\u1161\u11a8".split("|"),
    *"\u200b|\u200d|\u2028|\u2029|\u202e|\u2066|\u212b|\u3000".split("|"),
    *"\ufb01|\ufdd0|\ufeff|\ufffd|\ufffe|\ud800|\udfff|\ud83c\udf27|\U0001f327\ufe0f|\U000e0041|\U0010ffff|e\u0301|\u0130|\u01c6|\ufdf2".split("|"),
    *("a\u0301\u0327\u0323", "\u0301" * 400, "\r", "\n\n", "\t", "x" * 3_000),
)
FLOODS = tuple(b"a|0| |\n|\r|\t|a |a.|~|-|\"|'|<|&|=|;|,|(|\xc3\xa9|\xcc\x81| a=".split(b"|"))
_PAIRS = r"""[ ]¦( )¦{"a": }¦{"@graph":[ ]}¦" "¦< >¦<< >>¦` `¦** **¦>_ \n¦-_ \n¦<div> </div>¦<p> </p>¦<b> </b>¦<table><tr><td> </td></tr></table>¦
<a_href=x> </a>¦<item> </item>¦<entry> </entry>¦<x:y> </x:y>¦<!-- -->¦<![CDATA[ ]]>¦<!DOCTYPE_x_[ ]>¦<newsItem> </newsItem>¦<itemSet> </itemSet>¦
&lt; &gt;¦&amp; ;¦\n_ ¦\r\n_ ¦--b\n \n--b--¦Content-Type:_multipart/mixed;_boundary=b\n\n--b\n \n--b--\n¦Content-Type:_message/rfc822\n\n ¦
=?utf-8?q? ?="""
NESTS = tuple(  # what opens, and what closes it; `_` stands for a space
    tuple(side.replace("_", " ").replace("\\r", "\r").replace("\\n", "\n").encode() for side in pair.split(" "))
    for pair in _PAIRS.replace("\n", "").split("¦")
    if pair
)
_TOKEN = re.compile(rb"[\w.:@/-]+|[^\w\s]|\s+")
_ELEMENT = re.compile(rb"<([\w:.]+)(?:\s[^<>]*)?>((?:(?!<\1[\s>])[^\0])*?)</\1\s*>")
_NUMBER = re.compile(rb"\d+")
LEAVES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1e308, 10**30, "", " ", "x", [], {}, [None], [[]], ["a", 1, None], {"name": None}, {"@list": [{}]}, float("nan")),
)

Change = Callable[[bytes, "Chooser"], bytes]


class Chooser:
    """What a change may draw on."""

    def __init__(self, chance: random.Random, pool: Sequence[bytes], tokens: Sequence[bytes]) -> None:
        self.chance, self.pool, self.tokens = chance, pool, tokens

    def stretch(self, data: bytes) -> tuple[int, int]:
        """A stretch of the data, mostly a short one."""
        most = self.chance.choice((4, 40, 400, len(data)))
        start = self.chance.randint(0, len(data))
        return start, min(len(data), start + self.chance.randint(0, most))

    def place(self, data: bytes) -> int:
        """A place in the data, mostly beside a mark that parts tokens."""
        place = self.chance.randint(0, len(data))
        found = _TOKEN.search(data, place) if self.chance.random() < 0.7 else None
        return found.end() if found else place

    def times(self, length: int) -> int:
        """How often to repeat something of this length: seldom very often."""
        most = self.chance.choice((1, 2, 2, 3, 10, 30, 101, 1_000, MAX_BYTES if self.chance.random() < 0.1 else 300))
        return min(most, MAX_BYTES // max(1, length))


def mutated(data: bytes, chooser: Chooser) -> bytes:
    """The data after one change, or a few."""
    for _ in range(chooser.chance.choice((1, 1, 1, 2, 2, 3, 5))):
        data = chooser.chance.choice(CHANGES)(data, chooser)[:MAX_BYTES]
    return data


def _cut(data: bytes, chooser: Chooser) -> bytes:
    start, end = chooser.stretch(data)
    return data[:start] + data[end:] if chooser.chance.random() < 0.8 else data[:start]


def _repeat(data: bytes, chooser: Chooser) -> bytes:
    start, end = chooser.stretch(data)
    return data[:start] + data[start:end] * (1 + chooser.times(end - start)) + data[end:]


def _swap(data: bytes, chooser: Chooser) -> bytes:
    (a, b), (c, d) = sorted((chooser.stretch(data), chooser.stretch(data)))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:] if b <= c else data


def _splice(data: bytes, chooser: Chooser) -> bytes:
    other = chooser.chance.choice(chooser.pool)
    start, end = chooser.stretch(other)
    place = chooser.place(data)
    return data[:place] + (other[start:] if chooser.chance.random() < 0.3 else other[start:end] + data[place:])


def _token(data: bytes, chooser: Chooser) -> bytes:
    place = chooser.place(data)
    return data[:place] + chooser.chance.choice(chooser.tokens) + data[place:]


def _other_token(data: bytes, chooser: Chooser) -> bytes:
    """One token in the place of another."""
    found = list(islice(_TOKEN.finditer(data), 5_000))
    if not found:
        return data
    at = chooser.chance.choice(found)
    new = chooser.chance.choice(found)[0] if chooser.chance.random() < 0.6 else chooser.chance.choice(chooser.tokens)
    return data[: at.start()] + new + data[at.end() :]


def _number(data: bytes, chooser: Chooser) -> bytes:
    found = list(islice(_NUMBER.finditer(data), 5_000))
    if not found:
        return data
    at = chooser.chance.choice(found)
    return data[: at.start()] + chooser.chance.choice(NUMBERS).encode() + data[at.end() :]


def _nest(data: bytes, chooser: Chooser) -> bytes:
    opening, closing = chooser.chance.choice(NESTS)
    (start, end), times = chooser.stretch(data), chooser.times(len(opening) + len(closing))
    return data[:start] + opening * times + data[start:end] + (closing * times if chooser.chance.random() < 0.6 else b"") + data[end:]


def _flood(data: bytes, chooser: Chooser) -> bytes:
    """One token, letter or white space a few thousand times: what takes the square of a length shows."""
    place, token = chooser.place(data), chooser.chance.choice((*chooser.tokens, *FLOODS))
    return data[:place] + token * (chooser.chance.choice((2_000, 2_000, 2_000, 20_000, 20_000, 100_000)) // max(1, len(token))) + data[place:]


def _strange(data: bytes, chooser: Chooser) -> bytes:
    place, char = chooser.place(data), chooser.chance.choice(STRANGE)
    form = chooser.chance.choice(("raw", "raw", "raw", "\\u", "&#"))
    if form == "\\u":
        char = json.dumps(char)[1:-1]
    elif form == "&#":
        char = "".join(f"&#{ord(sign)};" for sign in char)
    return data[:place] + char.encode("utf-8", "surrogatepass") + data[place:]


def _encode(data: bytes, chooser: Chooser) -> bytes:
    codec = chooser.chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "utf-8-sig", "utf-7", "cp037"))
    return data.decode("utf-8", "replace").encode(codec, "replace")


def _lines(data: bytes, chooser: Chooser) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", chooser.chance.choice((b"\r\n", b"\r", b"\n\n", b"\n ", b"", b"\r\r\n")))


def _flip(data: bytes, chooser: Chooser) -> bytes:
    changed = bytearray(data)
    for _ in range(chooser.chance.choice((1, 1, 4, 30))):
        if changed:
            changed[chooser.chance.randrange(len(changed))] = chooser.chance.choice((0, 10, 34, 38, 60, 92, 255, chooser.chance.randrange(256)))
    return bytes(changed)


def _tree(data: bytes, chooser: Chooser) -> bytes:
    """One value of a JSON text in the place of another; other data as they are. JSON-LD in a page, and a line of JSONL, are such texts."""
    start, end = data.find(b"{"), data.rfind(b"}") + 1
    if chooser.chance.random() < 0.5 and (found := list(islice(re.finditer(rb"\{.*\}", data), 1_000))):
        start, end = chooser.chance.choice(found).span()
    try:
        value = json.loads(data[start:end])
    except (ValueError, RecursionError):
        return data
    places: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting and len(places) < 5_000:
        part = waiting.pop()
        keys = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else []
        places += [(part, key) for key in keys]
        waiting += [part[key] for key in keys]
    if not places:
        return data
    (part, key), (other, other_key) = chooser.chance.choice(places), chooser.chance.choice(places)
    new = chooser.chance.choice((*LEAVES, chooser.chance.choice(STRANGE), chooser.chance.choice(NUMBERS), other[other_key], [other[other_key]] * 3))
    try:
        part[key] = new if chooser.chance.random() < 0.8 else [part[key]]
        return data[:start] + json.dumps(value, ensure_ascii=chooser.chance.random() < 0.5).encode("utf-8", "surrogatepass") + data[end:]
    except (ValueError, RecursionError):  # it now holds itself
        return data


def _element(data: bytes, chooser: Chooser) -> bytes:
    """One element of HTML or XML left out, repeated, moved, or in the place of another; other data as they are."""
    found = list(islice(_ELEMENT.finditer(data[: MAX_BYTES // 10]), 500))
    if not found:
        return data
    one, other = chooser.chance.choice(found), chooser.chance.choice(found)
    inside = one.start(2), one.end(2)
    start, end = one.span() if chooser.chance.random() < 0.5 else inside
    new = chooser.chance.choice(
        (b"", one[0] * chooser.times(len(one[0])), other[0], other[2], one[2], one[0] + other[0], chooser.chance.choice(chooser.tokens))
    )
    return data[:start] + new + data[end:]


CHANGES: tuple[Change, ...] = (
    *(_flood, _cut, _repeat, _swap, _splice, _splice, _token, _token, _other_token, _other_token, _number, _nest, _strange, _strange),
    *(_encode, _lines, _flip, _flip, _tree, _tree, _tree, _element, _element, _element),
)
