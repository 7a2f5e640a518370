r"""The lines of a PDF's pages → paragraphs.

    "A pre-\nfeitura não\ninformou" ─► "A prefeitura não informou"      page ─┬─ ends a sentence ─► a blank line
                                                                             └─ does not ────────► goes on over the page
A PDF has lines, not paragraphs: a paragraph ends at a blank line, at a short line that ends a sentence, and at a heading.
Pure functions.  Never: a word lost, but for lines that head or foot most pages; a hyphen is taken out only where the text itself
does not write the word with one.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

FULL = 0.85  # a line shorter than this share of its page's full lines is short
HEADING = 0.6

_LIGATURES = str.maketrans({0xFB00 + place: letters for place, letters in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))})
_ENCLITICS = frozenset("a as o os la las lo los lhe lhes me te se nos vos na nas no".split())
_SENTENCE_END = re.compile(r"[.!?…:]['\"”’»)\]]*$")
_HYPHENATED = re.compile(r"\b\w{1,40}-\w{1,40}\b")


def joined(pages: Sequence[str]) -> str:
    r"""The pages' paragraphs, each on one line, parted by blank lines.

    >>> joined(["O guarda-chuva da pre-\nfeitura, disse-\nlhe, era o guarda-", "chuva do São João."])
    'O guarda-chuva da prefeitura, disse-lhe, era o guarda-chuva do São João.'
    """
    lined = [_within([" ".join(line.split()) for line in page.translate(_LIGATURES).splitlines()]) for page in pages]
    repeated = _repeated(lined)
    hyphenated = {word.lower() for lines in lined for line in lines for word in _HYPHENATED.findall(line)}
    paragraphs: list[list[str]] = []  # of each its pieces, which stand side by side
    closed = True
    for lines in lined:
        kept = _within([line for place, line in enumerate(lines) if not (_at_edge(lines, place) and _shape(line) in repeated)])
        full = sorted(map(len, kept))[len(kept) * 9 // 10] if kept else 0
        for line, after in zip_longest(kept, kept[1:]):
            if not line:
                closed = True
                continue
            if closed:
                paragraphs.append([])
            elif paragraphs[-1][-1].endswith(("-", "\u00ad")):
                paragraphs[-1][-1] = _before(paragraphs[-1][-1], line, hyphenated)
            else:
                paragraphs[-1].append(" ")
            paragraphs[-1].append(line)
            closed = _closes(line, after, full)
    return "\n\n".join("".join(pieces) for pieces in paragraphs)


def _within(lines: list[str]) -> list[str]:
    """The lines without the empty ones at both ends."""
    filled = [place for place, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _closes(line: str, after: str | None, full: int) -> bool:
    """Whether a line is the last of its paragraph: `after` is the next of the page, None behind the last; full lines have `full` characters."""
    ends = _SENTENCE_END.search(line) is not None
    if after is None:
        return ends
    return len(line) < full * (FULL if ends else HEADING) and not after[:1].islower()


def _before(line: str, after: str, hyphenated: set[str]) -> str:
    """A line that ends in a hyphen, as it stands before the next: a space goes behind a dash, and a hyphen that only cut the word goes."""
    head = re.search(r"\w*$", line[-61:-1])
    tail = re.match(r"\w*", after[:60])
    first, rest = head[0] if head else "", tail[0] if tail else ""
    if not first:
        return line + " "
    own = not rest[:1].islower() or rest.lower() in _ENCLITICS or f"{first}-{rest}".lower() in hyphenated
    return line[:-1] if line.endswith("\u00ad") or not own else line


def _at_edge(lines: Sequence[str], place: int) -> bool:
    return place in (0, len(lines) - 1)


def _shape(line: str) -> str:
    """A line with its numbers hidden: page 3's foot has the shape of page 4's."""
    return re.sub(r"\d+", "#", line)


def _repeated(pages: Sequence[Sequence[str]]) -> set[str]:
    """The shapes of lines that begin or end more than half of the pages, and two at least."""
    counts = Counter(shape for lines in pages if len(lines) > 2 for shape in {_shape(lines[0]), _shape(lines[-1])})
    return {shape for shape, count in counts.items() if count > max(1, len(pages) / 2)}
