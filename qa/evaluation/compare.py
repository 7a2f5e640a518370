"""Compare two runs, question by question: which turned right or wrong, and by how much each figure moved.

In: the outcomes of the last run and of this one.  Out: frozen differences.  Never: reads a report.
"""

from collections.abc import Sequence
from math import isnan

import numpy as np
from pydantic import AwareDatetime, Field

from index.records import Record
from qa.evaluation import measures
from qa.evaluation.figures import FIGURES, Figure, rows, value
from qa.evaluation.measures import Values
from qa.evaluation.run import Outcome


class Change(Record):
    """How one figure moved, over the questions that both runs asked."""

    group: str = Field(description="'all', or a language.")
    figure: str
    before: float
    after: float
    low: float = Field(description="Lower end of the 95 % interval of after - before: paired bootstrap over the questions.")
    high: float = Field(description="Upper end of it.")

    @property
    def certain(self) -> bool:
        """Whether the interval leaves no change out."""
        return self.low > 0 or self.high < 0


class Difference(Record):
    """What became different since the last run."""

    made: AwareDatetime = Field(description="When the last run was made.")
    data: str = Field(description="What it asked.")
    fingerprint: str = Field(description="Of the index that it asked.")
    common: int = Field(ge=0, description="Questions that both runs asked, in the same words, with the same gold. Only these are compared.")
    turned_right: tuple[str, ...] = Field(description="Ids of questions that are right now and were wrong.")
    turned_wrong: tuple[str, ...] = Field(description="Ids of questions that are wrong now and were right.")
    changes: tuple[Change, ...] = Field(description="Figures that moved; those that did not are left out.")


def pairs(before: Sequence[Outcome], after: Sequence[Outcome]) -> list[tuple[Outcome, Outcome]]:
    """The outcomes of each question that both runs asked, in the order of the later one. A question whose gold changed is another one."""
    old = {outcome.golden.id: outcome for outcome in before}
    return [(old[one.golden.id], one) for one in after if one.golden.id in old and old[one.golden.id].golden == one.golden]


def turned(common: Sequence[tuple[Outcome, Outcome]], right: bool) -> tuple[str, ...]:
    """Ids of the questions that became right, or that ceased to be."""
    return tuple(new.golden.id for old, new in common if old.right is (not right) and new.right is right)


def changes(common: Sequence[tuple[Outcome, Outcome]]) -> tuple[Change, ...]:
    """Every figure that moved, over all these questions and over those of each language."""
    languages = sorted({new.golden.lang for _, new in common})
    found = []
    for group in ("all", *languages):
        chosen = [pair for pair in common if group in ("all", pair[1].golden.lang)]
        found += [change for figure in FIGURES if (change := _change(figure, group, chosen))]
    return tuple(found)


def _change(figure: Figure, group: str, chosen: Sequence[tuple[Outcome, Outcome]]) -> Change | None:
    """How the figure moved; None when it did not, or says nothing of one of the runs."""
    both = np.stack([rows(figure, [old for old, _ in chosen]), rows(figure, [new for _, new in chosen])], axis=1)  # (n, 2 runs, 2)
    before, after = value(figure, both[:, 0]), value(figure, both[:, 1])
    if isnan(before) or isnan(after) or before == after:
        return None

    def moved(drawn: Values) -> float:
        return value(figure, drawn[:, 1]) - value(figure, drawn[:, 0])

    ends = measures.bootstrap(moved, both)
    return Change(group=group, figure=figure.name, before=before, after=after, low=ends.low, high=ends.high)
