"""Near-duplicates: which articles are copies of one another, by the runs of words that they share.

    text ── shingled ──► hashes of its runs of 5 words ── sketch ──► the few that are kept for every article
    all sketches + new articles ── candidates ──► pairs worth a look ── copied (on the whole texts) ──► their containment

In: texts, and arrays of hashes and article numbers.  Out: arrays, and a containment in [0, 1].  Never: reading or opening
anything, and never a result that depends on the order in which the articles came.  Which copy was first: `index.origins`.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.text import words

SHINGLE_WORDS = 5
MOST_WORDS = 1_000_000  # words of a text that are looked at; what follows is a book, not news
SCALE = 8  # a sketch keeps one hash of 8
SKETCH_LEAST = 16  # …and of a short text at least so many
COPY = 0.6  # containment from which a text is a copy
MIN_SHARED = 16  # shingles that a copy shares at least: 20 words in a row
FIGURES_AGREE = 0.5  # least share of the figures in shared sentences that a copy leaves as they were
COMMON = 1000  # a hash in more articles than this is boilerplate and finds nothing
WORTH = 0.2  # share of the shorter sketch from which a pair is worth a look
KEPT = 1_000_000  # hashes that are looked at together, so that memory stays flat
_STEP = 500_000  # meetings likewise

_TURN, _FIGURE = np.uint64(0x9E3779B97F4A7C15), np.uint64(0x5851F42D4C957F2D)  # odd numbers with well-mixed bits; nothing depends on which
_BELOW = np.uint64(2**64 // SCALE)

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]
Sketches = Callable[[], Iterable[tuple[Hashes, Numbers]]]  # all of them in parts, from the first at each call: hashes, and the article of each


class Shingled(NamedTuple):
    """The shingles of a text, twice: as they are, and with every figure masked."""

    exact: Hashes  # (n,) sorted, each once
    frames: Hashes  # (n,) of the same run with its figures masked; equal to `exact` where no figure stands


# ── shingles ────────────────────────────────────────────────────────────────────────────────────────────────────────


def shingles(text: str) -> Hashes:
    """Sorted 64-bit hashes of every run of 5 words, each once; a shorter text is one shingle of all its words.

    Words are those of `index.text.words`: capitals, accents, signs and spaces do not count. The hashes are the same in
    every process and on every machine. Of a text longer than a million words, the first million are looked at.

    >>> shingles("Parou de chover no Recife hoje.").tolist() == shingles("PAROU de chover, no Récife: hoje").tolist()
    True
    >>> len(shingles("Parou de chover no Recife hoje.")), len(shingles("Leia mais")), len(shingles("…"))
    (2, 1, 0)
    """
    return shingled(text).exact


def shingled(text: str) -> Shingled:
    """The shingles of a text as they are and with their figures masked: what `copied` compares."""
    folded = [word for _, _, word in islice(words(text), MOST_WORDS) if word]
    hashed = np.fromiter(map(_word, folded), np.uint64, len(folded))
    exact, places = np.unique(_runs(hashed), return_index=True)
    return Shingled(exact, _runs(np.where(hashed & np.uint64(1), _FIGURE, hashed))[places])


@lru_cache(maxsize=100_000)
def _word(word: str) -> int:
    """Hash of a folded word; it is odd exactly when the word begins with a digit."""
    return int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little") & ~1 | word[0].isdigit()


def _runs(hashed: Hashes) -> Hashes:
    """One hash for each run of 5 of (n,) hashes, in order.

    The five are the digits of a number in base _TURN, modulo 2^64, whose bits are then mixed, so that the smallest hashes are a fair sample.

    Source of the mixing: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, doi:10.1145/2660193.2660195,
    with the numbers of the splitmix64 in common use.
    """
    size = min(SHINGLE_WORDS, len(hashed))
    found = np.zeros(len(hashed) - size + 1 if size else 0, np.uint64)
    for place in range(size):
        found = found * _TURN + hashed[place : place + len(found)]
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))


def sketch(found: Hashes) -> Hashes:
    """The shingles that stand for a text: all below 2^64 / 8, and the 16 smallest at least.

    The same small hashes are kept of every text, long or short, so that a cut copy still meets its origin.

    Args:
        found: (n,) shingles, as `shingles` gives them.

    Returns:
        The first of them, sorted: about n / 8.

    Source: FracMinHash: Irber et al., "Lightweight compositional analysis of metagenomes with FracMinHash and minimum metagenome covers",
    2022, doi:10.1101/2022.01.11.475838; Hera, Pierce-Ward, Koslicki, Genome Research 33(7), 2023, doi:10.1101/gr.277651.123.

    >>> sketch(np.arange(40, dtype=np.uint64) << np.uint64(60 - 1)).tolist() == [place << 59 for place in range(16)]
    True
    """
    return found[: max(SKETCH_LEAST, int(np.searchsorted(found, _BELOW)))]


def containment(a: Hashes, b: Hashes) -> float:
    """Share of the smaller set's shingles that stand in the other: |A ∩ B| / min(|A|, |B|), in [0, 1]; 0 when one is empty.

    Source: Broder, "On the resemblance and containment of documents", SEQUENCES 1997, doi:10.1109/SEQUEN.1997.666900.

    >>> containment(shingles("a b c d e f"), shingles("b c d e f g h"))  # of abcde and bcdef, the second stands in the other
    0.5
    """
    few, many = (a, b) if len(a) <= len(b) else (b, a)
    return float(_within(few, many).mean()) if len(few) else 0.0


def copied(a: Shingled, b: Shingled) -> float:
    """The containment of two texts when one is a copy of the other, else 0.

    A copy shares at least 16 shingles and has a containment of at least 0.6. Bulletins (weather, markets, lottery) share their sentences
    and differ in their figures, so they are no copies: where more than one figure stands in a sentence of both, at least half of them agree.

    Returns:
        0, or a number in [0.6, 1]; the same for (b, a).
    """
    few, many = sorted((a, b), key=lambda text: (len(text.exact), text.exact.tobytes()))
    found = _within(few.exact, many.exact)
    if (shared := int(found.sum())) < MIN_SHARED or shared / len(found) < COPY:
        return 0.0
    framed = (few.frames != few.exact) & _within(few.frames, np.sort(many.frames))
    if framed.sum() > SHINGLE_WORDS and found[framed].mean() < FIGURES_AGREE:
        return 0.0
    return shared / len(found)


def _within(these: npt.NDArray[np.generic], those: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    """Which of `these` stand in `those`, which are sorted."""
    if not len(those):
        return np.zeros(len(these), np.bool_)
    return np.asarray(those[np.minimum(np.searchsorted(those, these), len(those) - 1)] == these)


# ── candidates ──────────────────────────────────────────────────────────────────────────────────────────────────────


def common(sketches: Sketches, most: int = COMMON, at_once: int = KEPT) -> Hashes:
    """The hashes, sorted, that stand in more than `most` articles: cookie notices, "leia também". They find no candidates.

    Time: a sort of all hashes, and a pass over the sketches for each `at_once` of them. Memory: that of so many.
    """
    turns = sum(len(hashes) for hashes, _ in sketches()) // at_once + 1
    parts = [np.empty(0, np.uint64)]
    for turn in range(turns):
        found, articles = np.unique(_joined(hashes[hashes % turns == turn] for hashes, _ in sketches()), return_counts=True)
        parts.append(found[articles > most])
    return np.sort(np.concatenate(parts))


def unsettled(before: Hashes, now: Hashes, sketches: Sketches) -> Numbers:
    """The articles whose pairs must be looked for again, because a hash of theirs became common or no longer is.

    With them, pairs found article by article are those found all at once.

    Args:
        before: The common hashes when pairs were last looked for, sorted.
        now: The common hashes now, sorted.
        sketches: All of them.

    Returns:
        Article numbers, sorted; nearly always none.
    """
    other = np.setxor1d(before, now)
    if not len(other):
        return np.empty(0, np.int64)
    return np.unique(np.concatenate([np.empty(0, np.int64), *(articles[_within(hashes, other)] for hashes, articles in sketches())]))


def candidates(sketches: Sketches, new: Numbers, passed_over: Hashes, at_once: int = KEPT) -> Iterator[Numbers]:
    """The pairs that are worth comparing on their whole texts, of which at least one article is new; each once.

    A pair is one when its sketches share a hash that is not common, and at least a fifth of what the shorter has below 2^64 / 8. The order of
    arrival does not matter, as long as `unsettled` articles count as new too. Time: two passes over the sketches for each `at_once`
    hashes of new articles. Memory: so many, those who share them, and a few bytes an article.

    Args:
        sketches: All of them.
        new: Numbers of the new and the changed articles, and of the unsettled.
        passed_over: The common hashes, sorted.
        at_once: How many hashes are looked at together.

    Yields:
        (p, 2) article numbers, the smaller first, in order; a part of the pairs at a time.
    """
    new = np.unique(new)
    sizes, lengths = _counted(sketches)
    new = new[new < len(lengths)]
    is_new = np.zeros(len(lengths), np.bool_)
    is_new[new] = True
    for part in _parts(new, lengths[new], at_once):
        asking = np.zeros(len(lengths), np.bool_)
        asking[new[part]] = True
        asked = np.setdiff1d(_joined(hashes[asking[articles]] for hashes, articles in sketches()), passed_over)
        met = [(hashes[found], articles[found]) for hashes, articles in sketches() for found in [_within(hashes, asked)]]
        yield _pairs(_joined(hashes for hashes, _ in met), np.concatenate([articles for _, articles in met]), asking, is_new, sizes)


def _counted(sketches: Sketches) -> tuple[Numbers, Numbers]:
    """For each article number how many of its hashes lie below 2^64 / 8, and how many it has."""
    sizes = lengths = np.zeros(0, np.int64)
    for hashes, articles in sketches():
        top = max(len(lengths), int(articles.max()) + 1 if len(articles) else 0)
        sizes, lengths = (
            np.pad(counts, (0, top - len(counts))) + np.bincount(articles[kept], minlength=top)
            for counts, kept in ((sizes, hashes < _BELOW), (lengths, slice(None)))
        )
    return sizes, lengths


def _pairs(hashes: Hashes, who: Numbers, asking: npt.NDArray[np.bool_], is_new: npt.NDArray[np.bool_], sizes: Numbers) -> Numbers:
    """The pairs of `asking` articles with any other, but for a new one of a higher number: that one asks itself."""
    order = np.argsort(hashes, kind="stable")
    who, starts = who[order], _starts(hashes[order])
    lengths = np.diff(starts, append=len(who))
    starts, lengths = np.repeat(starts, lengths), np.repeat(lengths, lengths)  # of the run of equal hashes in which each stands
    places = np.flatnonzero(asking[who] & (lengths > 1))
    places = places[np.argsort(who[places], kind="stable")]
    keys = [np.empty(0, np.int64)]
    for part in _parts(who[places], lengths[places], _STEP):
        one, other = _meetings(who, places[part], starts, lengths)
        counted = (other < one) | (~is_new[other] & (other > one))
        one, other = one[counted], other[counted]
        pairs, shared = np.unique(np.minimum(one, other) * len(sizes) + np.maximum(one, other), return_counts=True)
        keys.append(pairs[shared >= WORTH * np.minimum(sizes[pairs // len(sizes)], sizes[pairs % len(sizes)])])
    return np.stack(np.divmod(np.sort(np.concatenate(keys)), max(1, len(sizes))), axis=1)


def _meetings(who: Numbers, asking: Numbers, starts: Numbers, lengths: Numbers) -> tuple[Numbers, Numbers]:
    """Each article at a place of `asking` beside each article in the same run, itself too."""
    many = lengths[asking]
    places = np.arange(many.sum()) + np.repeat(starts[asking] - (np.cumsum(many) - many), many)
    return np.repeat(who[asking], many), who[places]


def _parts(who: Numbers, costs: Numbers, most: int) -> Iterator[slice]:
    """Slices of sorted articles that cost about `most` each; an article is never cut in two."""
    firsts = _starts(who)
    cuts = firsts[_starts((np.cumsum(costs) - costs)[firsts] // most)].tolist()
    return (slice(start, end) for start, end in zip(cuts, [*cuts[1:], len(who)], strict=False))


def _starts(ordered: npt.NDArray[np.generic]) -> Numbers:
    """Where each run of equal values begins."""
    return np.flatnonzero(np.concatenate([np.ones(min(1, len(ordered)), np.bool_), ordered[1:] != ordered[:-1]]))


def _joined(parts: Iterable[Hashes]) -> Hashes:
    return np.concatenate([np.empty(0, np.uint64), *parts])
