"""Near-duplicates: which articles are copies of one another, by the runs of words that they share.

    text ── shingled ──► hashes of its runs of 5 words ── sketch ──► the few that are kept for every article
    all sketches + new articles ── candidates ──► pairs worth a look ── copied (on the whole texts) ──► their containment

In: texts, and arrays of hashes and article numbers.  Out: arrays, and a containment in [0, 1].  Never: reading or opening
anything, and never a result that depends on the order in which the articles came.  Which copy was first: `index.origins`.
"""

from collections.abc import Iterator
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
_STEP = 500_000  # numbers that are looked at together, so that memory stays flat

_TURN, _FIGURE = np.uint64(0x9E3779B97F4A7C15), np.uint64(0x5851F42D4C957F2D)  # odd numbers with well-mixed bits; nothing depends on which
_BELOW = np.uint64(2**64 // SCALE)

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]


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


def common(hashes: Hashes, most: int = COMMON) -> Hashes:
    """The hashes, sorted, that stand in more than `most` articles: cookie notices, "leia também". They find no candidates."""
    found, articles = np.unique(hashes, return_counts=True)
    return found[articles > most]


def unsettled(before: Hashes, now: Hashes, hashes: Hashes, articles: Numbers) -> Numbers:
    """The articles whose pairs must be looked for again, because a hash of theirs became common or no longer is.

    With them, pairs found article by article are those found all at once.

    Args:
        before: The common hashes when pairs were last looked for.
        now: The common hashes now.
        hashes: (n,) of all sketches now.
        articles: (n,) the article that each belongs to.

    Returns:
        Article numbers, sorted; nearly always none.
    """
    return np.unique(articles[_within(hashes, np.setxor1d(before, now))])


def candidates(hashes: Hashes, articles: Numbers, new: Numbers, most: int = COMMON) -> Numbers:
    """The pairs that are worth comparing on their whole texts, of which at least one article is new.

    A pair is one when its sketches share a hash that is not common, and at least a fifth of what the shorter has below 2^64 / 8. The order of
    arrival does not matter, as long as `unsettled` articles count as new too. Time and memory: a sort of all hashes, and for each hash of a
    new article the articles that have it, at most `most`.

    Args:
        hashes: (n,) the hashes of all sketches, in any order.
        articles: (n,) the number of the article that each belongs to; a hash once for an article.
        new: Numbers of the new and the changed articles, and of the unsettled.
        most: A hash in more articles than this is common.

    Returns:
        (p, 2) article numbers, the smaller first, in order.
    """
    numbers, who = np.unique(articles, return_inverse=True)
    is_new = _within(numbers, np.unique(new))
    sizes = np.bincount(who[hashes < _BELOW], minlength=len(numbers))
    asked = _within(hashes, np.unique(hashes[is_new[who]]))
    hashes, who = hashes[asked], who[asked]
    order = np.argsort(hashes, kind="stable")
    who, starts = who[order], _starts(hashes[order])
    lengths = np.diff(starts, append=len(who))
    starts, lengths = np.repeat(starts, lengths), np.repeat(lengths, lengths)  # of the run of equal hashes in which each stands
    asking = np.flatnonzero(is_new[who] & (lengths > 1) & (lengths <= most))
    asking = asking[np.argsort(who[asking], kind="stable")]
    keys = [np.empty(0, np.int64)]
    for part in _parts(who[asking], lengths[asking]):
        one, other = _meetings(who, asking[part], starts, lengths)
        counted = (other < one) | (~is_new[other] & (other > one))  # two new articles meet once
        one, other = one[counted], other[counted]
        pairs, shared = np.unique(np.minimum(one, other) * len(numbers) + np.maximum(one, other), return_counts=True)
        keys.append(pairs[shared >= WORTH * np.minimum(sizes[pairs // len(numbers)], sizes[pairs % len(numbers)])])
    found = np.stack(np.divmod(np.sort(np.concatenate(keys)), max(1, len(numbers))), axis=1)
    return np.asarray(numbers[found] if len(found) else found)


def _meetings(who: Numbers, asking: Numbers, starts: Numbers, lengths: Numbers) -> tuple[Numbers, Numbers]:
    """Each article at a place of `asking` beside each article in the same run, itself too."""
    many = lengths[asking]
    places = np.arange(many.sum()) + np.repeat(starts[asking] - (np.cumsum(many) - many), many)
    return np.repeat(who[asking], many), who[places]


def _parts(who: Numbers, costs: Numbers) -> Iterator[slice]:
    """Slices of sorted articles that cost about _STEP each; an article is never cut in two."""
    firsts = _starts(who)
    cuts = firsts[_starts((np.cumsum(costs) - costs)[firsts] // _STEP)].tolist()
    return (slice(start, end) for start, end in zip(cuts, [*cuts[1:], len(who)], strict=False))


def _starts(ordered: npt.NDArray[np.generic]) -> Numbers:
    """Where each run of equal values begins."""
    return np.flatnonzero(np.concatenate([np.ones(min(1, len(ordered)), np.bool_), ordered[1:] != ordered[:-1]]))
