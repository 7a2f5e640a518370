"""Markdown → the text that a reader sees.

    # Título ─► heading      **forte** ─► forte      [texto](https://…) ─► texto      ![foto](x.jpg) ─► nothing

In: Markdown without front matter.  Out: blocks of plain text; paragraphs stand apart by a blank line, each on one line,
so that no sentence is cut where the file's line was.  Never: words of the text lost or changed; a mark that is not
clearly one stays.  Every step takes time in proportion to the text's length.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
# Escaped marks wait as the 32 non-characters U+FDD0 to U+FDEF, which no text may hold.
_HIDE = {ord(mark): 0xFDD0 + place for place, mark in enumerate(_PUNCTUATION)}
_SHOW = {code: mark for mark, code in _HIDE.items()}
_DROP = dict.fromkeys(_SHOW)

_FENCE = re.compile(r" {0,3}(`{3,}+|~{3,}+)[^`]*+$")  # no run is read twice: time stays linear
_QUOTE = re.compile(r"^ {0,3}(?:> ?)+")
_RULE = re.compile(r"([-*_])(?:[ \t]*\1){2,}")
_ITEM = re.compile(r"[ \t]*(?P<mark>[-*+]|(?P<number>\d{1,9})[.)])[ \t]+(?P<rest>\S.*)")
_DEFINITION = re.compile(r" {0,3}\[[^\]^][^\]]*\]:[ \t]*\S+")
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:[ \t]+(?:\"[^\"]*\"|'[^']*'))?\)|\[[^\[\]]*\])")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:[ \t]+(?:\"[^\"]*\"|'[^']*'))?\)|\[[^\[\]]*\])")
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^<>\s]*)>")
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|cite|code|del|div|em|figcaption|figure|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|pre|q|s|small|span"
    r"|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_RUN = re.compile(r"\*+|_+|~~")


class Block(NamedTuple):
    """A piece of the text: "title" (a heading of level one), "heading", "item", "row", "code" or "text"."""

    kind: str
    text: str


def blocks(markdown: str) -> list[Block]:
    """The pieces of a Markdown text in order, without marks; pieces left empty are dropped."""
    pieces = _raw_blocks(without_comments(markdown.translate(_DROP)).split("\n"))
    seen = (piece if piece.kind == "code" else Block(piece.kind, inline(piece.text)) for piece in pieces)
    return [piece for piece in seen if piece.text.strip()]


def join(pieces: list[Block]) -> str:
    """The text of the pieces: list items and table rows one a line, everything else apart by a blank line."""
    parts: list[str] = []
    for place, piece in enumerate(pieces):
        if place:
            close = piece.kind == pieces[place - 1].kind and piece.kind in ("item", "row")
            parts.append("\n" if close else "\n\n")
        parts.append(piece.text)
    return "".join(parts)


def without_comments(text: str) -> str:
    """The text without `<!-- … -->`; one that is never closed stays."""
    kept, place = [], 0
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[place:start])
        place = end + 3
    return "".join([*kept, text[place:]])


def inline(text: str) -> str:
    r"""A block's text without marks for code, images, links, HTML and emphasis.

    >>> inline("O **preço** de [2 * 3](https://x.example/a_b) é R\\$ 5*3*2 &amp; `a_b_c`.")
    'O preço de 2 * 3 é R$ 5*3*2 & a_b_c.'
    """
    text = re.sub(r"\\([!-/:-@\[-`{-~])", lambda match: chr(_HIDE[ord(match[1])]), text)
    text = _ADDRESS.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub("", _without_ticks(text))))
    text = _without_emphasis(_TAG.sub(lambda match: "\n" if match[0][1:3].lower() == "br" else "", text))
    lines = (" ".join(line.split()) for line in html.unescape(text).translate(_SHOW).split("\n"))
    return "\n".join(line for line in lines if line)


def _without_ticks(text: str) -> str:
    """The text without the ticks of code; marks inside code are hidden, for they are none."""
    runs = [match.span() for match in re.finditer("`+", text)]
    places: dict[int, list[int]] = {}
    for start, end in runs:
        places.setdefault(end - start, []).append(start)
    kept, place = [], 0
    for start, end in runs:
        same = places[end - start]
        after = bisect_right(same, start)
        if start < place or after == len(same):
            continue
        kept += [text[place:start], text[end : same[after]].translate(_HIDE)]
        place = same[after] + end - start
    return "".join([*kept, text[place:]])


def _without_emphasis(text: str) -> str:
    """The text without pairs of equal runs of `*`, `_` or `~~` that stand round words; 5*3*2 and a_b_c stay."""
    waiting: dict[str, list[tuple[int, int]]] = {}
    marks: list[tuple[int, int]] = []
    for match in _RUN.finditer(text):
        before = text[match.start() - 1] if match.start() else ""
        after = text[match.end() : match.end() + 1]
        if before.strip() and not after.isalnum() and waiting.get(match[0]):
            marks += [waiting[match[0]].pop(), match.span()]
        elif after.strip() and not before.isalnum():
            waiting.setdefault(match[0], []).append(match.span())
    kept, place = [], 0
    for start, end in sorted(marks):
        kept.append(text[place:start])
        place = end
    return "".join([*kept, text[place:]])


def _raw_blocks(lines: list[str]) -> Iterator[Block]:
    """The pieces with their inline marks."""
    kind, open_lines, fence = "text", list[str](), ""
    for line in lines:
        if fence:
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                yield Block("code", "\n".join(open_lines))
                open_lines, fence = [], ""
            else:
                open_lines.append(line)
            continue
        bare = _QUOTE.sub("", line, count=1)
        start = _opening(bare, open_lines, kind)
        if start is None:
            open_lines.append(bare)
            continue
        if start.kind == "underline":
            yield Block("title" if start.text == "=" else "heading", _paragraph(open_lines))
        elif open_lines:
            yield Block(kind, _paragraph(open_lines))
        kind, open_lines = "text", []
        if start.kind == "item":
            kind, open_lines = "item", [start.text]
        elif start.kind == "fence":
            fence = start.text
        elif start.kind in ("title", "heading", "row"):
            yield start
    if open_lines:
        yield Block("code" if fence else kind, "\n".join(open_lines) if fence else _paragraph(open_lines))


def _opening(line: str, open_lines: list[str], kind: str) -> Block | None:
    """What a line begins or is; None for one that goes on with the paragraph or begins one.

    Kinds beside those of Block: "blank" for a line that only parts, "fence" with its ticks, and "underline" of a heading.
    """
    bare = line.strip()
    if not bare:
        return Block("blank", "")
    if match := _FENCE.match(line):
        return Block("fence", match[1])
    hashes = len(bare) - len(bare.lstrip("#"))
    if 1 <= hashes <= 6 and bare[hashes : hashes + 1] in ("", " ", "\t"):
        words = bare[hashes:].strip()
        tail = words.rstrip("#")
        return Block("title" if hashes == 1 else "heading", tail.rstrip() if not tail or tail[-1].isspace() else words)
    if open_lines and kind == "text" and (not bare.strip("=") or not bare.strip("-")):
        return Block("underline", bare[0])
    if _RULE.fullmatch(bare) or (not open_lines and _DEFINITION.match(line)):
        return Block("blank", "")
    match = _ITEM.match(line)
    if match and not (open_lines and kind == "text" and match["number"] not in (None, "1")):
        return Block("item", f"{match['mark'] if match['number'] else '-'} {match['rest']}")
    if bare.startswith("|") and bare.count("|") > 1:
        return Block("row", " | ".join(cell.strip() for cell in bare.strip("|").split("|"))) if bare.strip("|:- \t") else Block("blank", "")
    return None


def _paragraph(lines: list[str]) -> str:
    """The lines of a paragraph as one; two spaces or a backslash at a line's end keep it."""
    parts = []
    for line in lines:
        hard = line.endswith("  ") or line.rstrip().endswith("\\")
        parts.append(line.rstrip().removesuffix("\\").strip() + ("\n" if hard else " "))
    return "".join(parts).strip()
