"""Matched: which words of a question stand in a passage or its headline, and as which words of the article.

In: a question's terms, and where they stand in a passage.  Out: its words, in its own order.  Pure; what ranks a passage is not decided here.
"""

from collections.abc import Iterable, Sequence

from index.records import Article
from index.text import words
from qa.records import Match
from qa.terms import Place, Terms

LONGEST_CHARS = 100  # of a word of an article that is told
SAME = 2.0  # how well the very word of the question says it; another form of it 1, a translation less


def matched(terms: Terms, article: Article, places: Sequence[Place]) -> tuple[Match, ...]:
    """The words of a question that stand, or are said, in a passage or in its headline.

    Args:
        terms: Of the question.
        article: That the passage is of.
        places: Of the terms in the passage, as offsets of the article's text.

    Returns:
        Each word once, in the order of the question. Of several places that say it, the same word comes first, then another form of it, then the
        surest translation; of equal ones the first, the passage before the headline.
    """
    best: dict[str, tuple[float, str]] = {}
    _look(best, terms, article.text, places)
    _look(best, terms, article.title, terms.places(article.title, article.lang))
    return tuple(Match(word=written, found=best[stem][1]) for stem, (written, _) in terms.written.items() if stem in best)


def _look(best: dict[str, tuple[float, str]], terms: Terms, text: str, places: Iterable[Place]) -> None:
    """Note for each term how well it is said in a text, SAME by the very word, and in which other word, where that is better than before."""
    for at, stem, weight in places:
        before = best.get(stem, (0.0, ""))[0]
        if weight < before or weight == before < 1.0 or before == SAME:
            continue
        _, end, folded = next(words(text[at : at + LONGEST_CHARS]))
        if folded == terms.written[stem][1]:
            best[stem] = SAME, ""
        elif weight > before:
            best[stem] = weight, text[at : at + end]
