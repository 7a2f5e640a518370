"""What changed between two versions of an article, sentence by sentence.

    old ── sentences ──┐
                       ├─ aligned ──► kept │ removed │ added, each a place in the old text, the new one, or both
    new ── sentences ──┘

In: two texts.  Out: spans, so that whoever shows the change cuts its words from the texts.  Never: a copied word, or a guess: a sentence is
kept when its words, signs and order of letters are the same; only white space may differ.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal, NamedTuple

from index.text import sentences

_SMALL = 10_000  # pairs of sentences of a stretch that is compared in full
_WORK = 1_000_000  # …and of all such stretches of a text
_DEPTH = 8  # times that a stretch is cut into shorter ones

Place = tuple[int, int]


class Change(NamedTuple):
    """One sentence and what became of it. Its places are (start, end) in code points, half-open, without white space at their ends."""

    kind: Literal["kept", "removed", "added"]
    old: Place | None  # where it stood; None when it was added
    new: Place | None  # where it stands; None when it was removed


def changes(old: str, new: str) -> tuple[Change, ...]:
    """Every sentence of both texts, in reading order: what was removed comes before what was added in its place.

    Every character of either text that is not white space lies in exactly one place. In a long stretch that repeats the same few sentences
    all through, some that were kept may count as removed and added; nothing is ever called kept that was not. Takes time in proportion to
    the texts.

    >>> [(kind, before, after) for kind, before, after in changes("Chove. São 3. Fim.", "Chove. São 4. Fim.")]
    [('kept', (0, 6), (0, 6)), ('removed', (7, 13), None), ('added', None, (7, 13)), ('kept', (14, 18), (14, 18))]
    """
    befores, afters = sentences(old), sentences(new)
    found: list[Change] = []
    left = right = 0
    for one, other in [*_kept(_squeezed(old, befores), _squeezed(new, afters)), (len(befores), len(afters))]:
        if (left, right) != (one, other):
            found += [Change("removed", place, None) for place in befores[left:one]]
            found += [Change("added", None, place) for place in afters[right:other]]
        if one < len(befores):
            found.append(Change("kept", befores[one], afters[other]))
        left, right = one + 1, other + 1
    return tuple(found)


def where_now(start: int, end: int, old: str, new: str) -> Place | None:
    """Where a stretch of the old text stands unchanged in the new one.

    Args:
        start: Its first character in the old text, in code points from 0.
        end: One past its last character.
        old: The text that it was cut from.
        new: The text to look in.

    Raises:
        ValueError: if the stretch does not lie in the old text.

    Returns:
        Its place in the new text, without white space at its ends; None when one of its sentences was changed, removed or moved, something was
        put between them, or it holds white space alone. The words there are the same; only white space may differ.

    >>> where_now(7, 12, "Chove. Faz frio.", "Ontem choveu. Chove.  Faz frio.")
    (22, 27)
    """
    if not 0 <= start < end <= len(old):
        raise ValueError(f"{start}-{end} lies outside the text's {len(old)} characters")
    words = old[start:end]
    start, end = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
    kept = [(change.old, change.new) for change in changes(old, new) if change.old and change.new]
    first = next((places for places in kept if places[0][0] <= start < places[0][1]), None)
    last = next((places for places in kept if places[0][0] < end <= places[0][1]), None)
    if start >= end or not first or not last:
        return None
    begins, ends = _moved(start, *first, old, new), _moved(end - 1, *last, old, new) + 1
    return (begins, ends) if "".join(new[begins:ends].split()) == "".join(words.split()) else None


def _moved(at: int, before: Place, after: Place, old: str, new: str) -> int:
    """Where the character `at` of a kept sentence, no white space, stands in the new text."""
    nth = sum(not character.isspace() for character in old[before[0] : at])
    return [place for place in range(*after) if not new[place].isspace()][nth]


def _squeezed(text: str, places: Iterable[Place]) -> list[str]:
    """The sentences with single blanks for white space."""
    return [" ".join(text[start:end].split()) for start, end in places]


def _kept(old: Sequence[str], new: Sequence[str]) -> list[Place]:
    """The pairs (number in old, number in new) of equal sentences that stand in the same order in both; none twice, in order.

    Equal heads and tails are kept; what lies between is compared in full when it is short, else cut at the sentences that occur once in both.
    """
    found: list[Place] = []
    work = _WORK
    waiting = [(0, len(old), 0, len(new), 0)]
    while waiting:
        left, left_end, right, right_end, depth = waiting.pop()
        while left < left_end and right < right_end and old[left] == new[right]:
            found.append((left, right))
            left, right = left + 1, right + 1
        while left < left_end and right < right_end and old[left_end - 1] == new[right_end - 1]:
            left_end, right_end = left_end - 1, right_end - 1
            found.append((left_end, right_end))
        cost = (left_end - left) * (right_end - right)
        if 0 < cost <= min(_SMALL, work):
            work -= cost
            matcher = SequenceMatcher(None, old[left:left_end], new[right:right_end], autojunk=False)
            found += [(left + a + at, right + b + at) for a, b, size in matcher.get_matching_blocks() for at in range(size)]
        elif cost and depth < _DEPTH:
            cuts = _once(old, new, range(left, left_end), range(right, right_end))
            found += cuts
            edges = [(left - 1, right - 1), *cuts, (left_end, right_end)]
            waiting += [(a + 1, c, b + 1, d, depth + 1) for (a, b), (c, d) in pairwise(edges) if cuts]
    return sorted(found)


def _once(old: Sequence[str], new: Sequence[str], olds: range, news: range) -> list[Place]:
    """The longest chain of pairs, rising in both, of sentences that occur once in either range (a patience alignment)."""
    counted, counted_new = Counter(old[at] for at in olds), Counter(new[at] for at in news)
    place = {new[at]: at for at in news}
    pairs = [(at, place[old[at]]) for at in olds if counted[old[at]] == 1 == counted_new[old[at]]]
    ends: list[int] = []  # the smallest place in new at which a chain of each length ends
    last: list[int] = []  # and which pair that is
    before: list[int] = []  # the pair before each in its chain
    for nth, (_, at) in enumerate(pairs):
        length = bisect_left(ends, at)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1], last[length : length + 1] = [at], [nth]
    chain = []
    nth = last[-1] if last else -1
    while nth >= 0:
        chain.append(pairs[nth])
        nth = before[nth]
    return chain[::-1]
