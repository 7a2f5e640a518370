"""Overview: coverage over time, of the whole library or of one question.

    library, filter ──────────────► every article that may answer ─┐
                                                                   ├─ index.overview ─► bars, outlets, languages, sections
    question ─ terms ─ rows of each ─► articles that bear on it ───┘

In: a library, and a question or none.  Out: numbers of articles.  Never: reads an article; which rows hold a term is asked of the lexical
index, so that all articles are counted, and not only the hits of an answer.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from index.records import Filter
from index.text import fold, stem
from qa.answer import turn_of
from qa.check import ON_IT_FROM
from qa.followups import Turn
from qa.question import understand
from qa.records import Answer
from qa.retrieval import terms_of, today
from qa.terms import Terms
from qa.weights import pair, weights
from qa.when import When

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.library import Library, Places
    from index.overview import Overview

    Floats = npt.NDArray[np.float64]

NAMES_FROM = 0.6  # share of the weight of a question's names that must stand in a passage or its headline: "Boris Johnson", and no other Johnson
ALL_FROM = 0.999  # share of the names' weight that is all of it
COSINE_FROM = 0.25  # where the embedder can tell: below are passages that only mention the name, or in which the words stand for something else
REST_FROM = 0.45  # share of the words that are no names, where it cannot and they weigh more: "quanto custa a gasolina" asks not what anything costs
SAYS_FROM = 0.5  # weight of a translation from which it says the word, and says it whole
MOST_ROWS = 50_000  # in which one term is looked for: of a term that stands in more, those with the best BM25
_OF_NAME = re.compile(r"([^\W\d]+)\sd[aeo]s?\s(?=[A-ZÀ-Þ])")  # "canal de Suez": what stands before a name is part of it
# Words with which a question asks what happened, or what is known; they are of no subject.
_ASKING = {
    "pt": "aconteceu acontece acontecendo ocorreu ocorrendo houve sabe sabemos sei saber conta conte explique resuma fale notícias novidades".split(),
    "en": "happened happening happens know known knows tell explain news latest going".split(),
}


def over_time(library: "Library", where: Filter | None = None) -> "Overview":
    """What a library holds over time, by outlet, language and section: the articles that may answer now under a filter."""
    from index.overview import overview

    return overview(library, library.answering(where))


def for_question(
    question: str,
    *,
    library: "Library",
    history: Sequence[str | Turn | Answer] = (),
    where: Filter | None = None,
    as_of: date | None = None,
) -> "Overview":
    """The articles that bear on a question, over time and by outlet, language and section.

    An article bears on it when a passage of it, with its headline, says at least half of the question's words, weighed by how much each tells,
    and most of its names; a translation counts as the word. Days that the question names leave nothing out: the bars show them.

    Args:
        question: In Portuguese or English, at most 2,000 characters.
        library: An opened one.
        history: The conversation, oldest first, as for `ask`.
        where: Which articles may answer.
        as_of: The day that it is asked on, from which "last week" is told. Today when None.

    Returns:
        Numbers of articles; all 0 when none bears on it, or there is no word to search for.

    Raises:
        QuestionError: the question is too long.
    """
    from index.overview import overview

    understood = understand(question, [turn_of(one) if isinstance(one, Answer) else one for one in history])
    when = When.of(understood.text, understood.lang, as_of or today())
    return overview(library, bearing(terms_of(understood, when, library), when, library, where))


def bearing(terms: Terms, when: When, library: "Library", where: Filter | None = None) -> "Places":
    """Places in `library.columns` of the articles that bear on a question, in order."""
    import numpy as np

    wanted = subject(terms, when)
    rows, said = _said(terms, wanted, library)
    of_names = terms.names | {stem(fold(match[1]), terms.lang) for match in _OF_NAME.finditer(terms.question.text)}
    names = np.array([source in of_names for source in wanted], bool)
    weight = np.array(list(wanted.values()))
    enough = _share(said, weight) >= ON_IT_FROM
    enough &= _share(said[:, names], weight[names]) >= NAMES_FROM
    rows, said = rows[enough], said[enough]
    places = library.places(rows)
    may = np.isin(places, library.answering(where))
    rows, said, places = rows[may], said[may], places[may]
    named = bool(weight[names].sum() >= ON_IT_FROM * weight.sum())
    whole = (_share(said[:, names], weight[names]) > ALL_FROM) & named  # the names are what it is on: all of them are enough
    told = {code for name, code in library.columns.lang.names.items() if weights().subject[pair(terms.lang, name)].get("cosine", 0.0) > 0}
    by_cosine = np.isin(library.columns.lang.codes[places], list(told))
    found = library.cosines(terms.question.text, rows[by_cosine & ~whole].tolist())
    near = np.array([found.get(row, 0.0) for row in rows.tolist()]) >= COSINE_FROM
    rest = _share(said[:, ~names], weight[~names]) >= REST_FROM
    return np.unique(places[whole | np.where(by_cosine, near, rest)])


def subject(terms: Terms, when: When) -> dict[str, float]:
    """What a question is on: its stems and their rarity, the rarest first, without those that only ask or name its days, unless there are no others."""
    asking = {stem(word, terms.lang) for word in _ASKING[terms.lang]} | when.stems
    kept = {source: rare for source, rare in terms.rarity.items() if source not in asking} or terms.rarity
    return dict(sorted(kept.items(), key=lambda one: -one[1]))


def _said(terms: Terms, wanted: dict[str, float], library: "Library") -> tuple["npt.NDArray[np.int64]", "npt.NDArray[np.bool_]"]:
    """Rows that may say enough of the stems wanted, and for each row and stem whether it says it.

    Once the stems that are left weigh too little to be enough by themselves, they are looked for only in the rows found by then.
    """
    import numpy as np

    found: list[npt.NDArray[np.int64]] = []
    among, left = None, sum(wanted.values())
    enough = ON_IT_FROM * left
    for source, rare in wanted.items():
        if left < enough and among is None:
            among = np.unique(np.concatenate([*found, np.empty(0, np.int64)]))
        saying = [term for term, weight in terms.said_by(source).items() if weight >= SAYS_FROM]
        found.append(np.unique(np.concatenate([library.holding(term, MOST_ROWS, among) for term in saying])))
        left -= rare
    rows = np.unique(np.concatenate([*found, np.empty(0, np.int64)]))
    said = np.zeros((len(rows), len(wanted)), bool)
    for place, holding in enumerate(found):
        said[np.searchsorted(rows, holding), place] = True
    return rows, said


def _share(said: "npt.NDArray[np.bool_]", weight: "Floats") -> "Floats":
    """Share of the weight that each row says; 1 when there is nothing to say."""
    import numpy as np

    total = float(weight.sum())
    return said @ weight / total if total else np.ones(len(said))
