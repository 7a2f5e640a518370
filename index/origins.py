"""Origins: which of several copies was likely first, and whom an article credits.  To add ways of giving credit, change this file.

    text, bylines ── credited ──► "LISBOA (Lusa) - …", "Com informações da Agência Brasil", "AP – …": names of outlets ──┐
    pairs of copies, their dates ────────────────────────────────────────────────────────────────── clusters ──► article → its origin

In: what articles say of themselves, and pairs with their containment.  Out: names of outlets; ids.  Never: reading or opening anything,
a result that depends on the order in which the articles came, or a credit for an outlet that is only spoken of ("disse à Reuters").
"""

import heapq
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from index.text import words

BESIDE = 1.1  # two copies whose lengths add up to this share of their origin can stand side by side in it

_ALSO = (("associated press", "ap"), ("agence france presse", "afp"), ("agencia lusa", "lusa"), ("agencia efe", "efe"), ("agenzia ansa", "ansa"))
_BETWEEN = frozenset("a o as os da do das dos de e por pela pelo com agencia agencias redacao fim and the of by from with staff via".split())
_CUE = re.compile(
    r"""\bcom\s+(?:as\s+)?informa[çc](?:[õo]es|[ãa]o)\s+(?=d[aeo]s?\b)
    |\b(?:originalmente\s+publicad[oa]|publicad[oa]\s+originalmente)\s+(?:em|n[oa]s?|pel[oa]s?|por)\s+
    |\bwith\s+(?:additional\s+)?(?:reporting|information|material|files)\s+(?=by|from)
    |\b(?:originally|first)\s+(?:published|appeared)\s+(?:by|in|on|at)\s+
    |^[ \t*(\[—–-]*(?:fontes?|sources?)[ \t]*:""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_HELPED = re.compile(r"([^.;\n]{2,60})\bcontributed to this (?:report|story|article)\b", re.IGNORECASE)
_STOP = re.compile(r"[;()\n]|(?<!\b[A-Z])\.(?:\s|$)")  # where the names after a cue end; not in "Folha de S. Paulo"
_DATELINE = re.compile(r"[^()\n]{0,80}\(([^()\n]{2,60})\)\s*[-–—:]|(?:[^-–—()\n]{2,60},\s*)?([^-–—(),\n]{2,40})\s[-–—]\s+(?![a-zà-ÿ])")
_AMAPA = re.compile(r"\b(?:amapá|macapá)", re.IGNORECASE)  # the state of which AP is the short name too
_LINE_CHARS = 100  # most characters of a line that is a byline or a signature
_SIGNED = re.compile(r"\(([^()\n]{2,80})\)[\s.*]*$")
_BYLINE = re.compile(r"(?:por|by|d[aeo])\s", re.IGNORECASE)
_PIECE = re.compile(r"[,/|()–—;]|\s-\s")


class Member(NamedTuple):
    """What the search for an origin needs of an article."""

    id: str
    outlet: str  # empty when unknown
    published: datetime | None  # aware; None when unknown
    first_seen: datetime  # aware
    chars: int  # length of its text in code points
    credits: frozenset[str] = frozenset()  # outlets that it names as its source, as `credited` finds them


def clusters(articles: Iterable[Member], pairs: Iterable[tuple[str, str, float]]) -> dict[str, str]:
    """The likely origin of every article: itself, or the earlier one that it is a copy of.

    Articles are taken in the order of their likely origin; each joins the origin with which its own containment is highest, ties the earlier.
    Only copies of the origin itself join it, never copies of copies; and two articles that stand side by side in a longer one, a round-up,
    do not both join it unless they are copies of each other.

    Args:
        articles: In any order.
        pairs: (id, id, containment) of all confirmed copies, in any order; pairs with an article that is not given are passed over.

    Returns:
        Article id → id of its origin; an origin is its own.
    """
    members = {article.id: article for article in articles}
    near: dict[str, dict[str, float]] = {name: {} for name in members}
    for one, other, share in pairs:
        if one in near and other in near and one != other:
            near[one][other] = near[other][one] = max(share, near[one].get(other, 0.0))
    order = _by_likely_origin(members, near)
    place = {name: at for at, name in enumerate(order)}
    origins: dict[str, str] = {}
    copies: dict[str, list[Member]] = {}
    for name in order:
        choices = [origin for origin in near[name] if origin in copies and _fits(members[name], members[origin], copies[origin], near[name])]
        origins[name] = min(choices, key=lambda origin: (-near[name][origin], place[origin])) if choices else name
        copies.setdefault(origins[name], []).extend([members[name]] if choices else [])
    return origins


def _fits(article: Member, origin: Member, copies: Sequence[Member], near: Collection[str]) -> bool:
    """Whether an article may join an origin: not when it stands beside an unlike copy in it, as two stories do in a round-up."""
    beside = [copy.id for copy in copies if copy.chars + article.chars <= BESIDE * origin.chars]
    return not beside or any(name in near for name in beside)


def _by_likely_origin(members: Mapping[str, Member], near: Mapping[str, Collection[str]]) -> list[str]:
    """Ids of articles, the likely origins first.

    An article whose outlet a copy of it credits comes before that copy, and before copies that nobody credits; then the earliest published
    (unknown last), the first seen, the longest (a cut copy is no origin), the smaller id. Outlets that credit each other tell nothing.
    """

    def named_by(one: str, other: str) -> bool:
        ours, theirs = members[one].outlet, members[other].outlet
        return ours != theirs and theirs in members[one].credits and ours not in members[other].credits

    waits = {name: {other for other in near[name] if named_by(name, other)} for name in members}
    follow: dict[str, list[str]] = {name: [] for name in members}
    for name, sources in waits.items():
        for source in sources:
            follow[source].append(name)
    keys = {
        name: (not follow[name], it.published is None, it.published or it.first_seen, it.first_seen, -it.chars, name) for name, it in members.items()
    }
    rest = sorted(keys.values(), reverse=True)
    ready = [keys[name] for name, sources in waits.items() if not sources]
    heapq.heapify(ready)
    order: dict[str, None] = {}
    while ready or rest:
        name = (heapq.heappop(ready) if ready else rest.pop())[-1]  # one of the rest only where credits run in a circle
        if name not in order:
            order[name] = None
            for copy in follow[name]:
                waits[copy].discard(name)
                if not waits[copy]:
                    heapq.heappush(ready, keys[copy])
    return list(order)


def credited(text: str, authors: Iterable[str], outlets: Iterable[str]) -> set[str]:
    r"""The outlets that an article names as its source: in its byline, dateline, signature or a note such as "com informações da …".

    A name that is only spoken of ("disse à Reuters", "segundo a Lusa") is no credit.

    Args:
        text: The article's text.
        authors: Its bylines.
        outlets: Names of the outlets that there are.

    Returns:
        Those of `outlets`, as they are written there.

    >>> sorted(credited("Parou de chover.\n\nCom informações da Agência Brasil e da Lusa.", ["Ana Reis"], ["Agência Brasil", "Agência Lusa", "Reuters"]))
    ['Agência Brasil', 'Agência Lusa']
    """
    names = _names(frozenset(outlets))
    if ("ap",) in names and _AMAPA.search(text):
        names = {name: outlet for name, outlet in names.items() if name != ("ap",)}
    found: set[str] = set()
    for cue in _CUE.finditer(text):
        tail = text[cue.end() : cue.end() + 100]
        found |= _read(_STOP.split(tail, 1)[0], names, whole=False)
    return found.union(*(_read(piece, names, whole=True) for piece in _places(text, authors)))


def _places(text: str, authors: Iterable[str]) -> Iterator[str]:
    """The pieces of an article that credit an outlet when they hold nothing but its name."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    first, last = lines[:3], lines[-3:]
    yield from (line for line in (*first, *last) if len(line) <= _LINE_CHARS)
    yield from (piece for line in (*authors, *filter(_BYLINE.match, first)) for piece in _PIECE.split(line[:_LINE_CHARS]))
    yield from (name for line in first for dateline in [_DATELINE.match(line)] if dateline for name in dateline.groups(""))
    yield from (signed[1] for line in last for signed in [_SIGNED.search(line[-_LINE_CHARS:])] if signed)
    yield from (helped[1] for helped in _HELPED.finditer(text))


@lru_cache(maxsize=4)
def _names(outlets: frozenset[str]) -> dict[tuple[str, ...], set[str]]:
    """Each outlet under the words of its name, without a leading article, and under its other name."""
    names: dict[tuple[str, ...], set[str]] = {}
    for outlet in outlets:
        plain = [word for _, _, word in words(outlet) if word]
        plain = plain[1:] if len(plain) > 1 and plain[0] in ("the", "o", "a") else plain
        for name in {" ".join(plain), *(other for pair in _ALSO if " ".join(plain) in pair for other in pair)} - {""}:
            names.setdefault(tuple(name.split()), set()).add(outlet)
    return names


def _read(piece: str, names: Mapping[tuple[str, ...], set[str]], *, whole: bool) -> set[str]:
    """The outlets that a piece of text names one after the other, up to the first other word; none if there is one and it must be `whole`."""
    read = [word for _, _, word in words(piece) if word]
    found: set[str] = set()
    at = 0
    while at < len(read):
        size = next((size for size in range(min(8, len(read) - at), 0, -1) if tuple(read[at : at + size]) in names), 0)
        if size:
            found |= names[tuple(read[at : at + size])]
        elif read[at] not in _BETWEEN:
            return set() if whole else found
        at += size or 1
    return found
