"""The report of a run: every figure, every refusal, what changed, and the failures to read.

    outcomes ─┬─ figures by language and by kind, with intervals ─┐
              ├─ refusals counted, curves ────────────────────────┼─► Report, goes to JSON and back whole
    last run ─┴─ differences ─────────────────────────────────────┘

Pure: from records to a record.  Never: reads, asks, draws, or makes markup.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from pydantic import AwareDatetime, Field

from index.records import Record
from qa.evaluation import compare, measures
from qa.evaluation.compare import Difference
from qa.evaluation.figures import FIGURES, KIND_FIGURES, Figure, Measured, Row, answered_wrong, measure, sure_of_all
from qa.evaluation.measures import Bin, RiskPoint, Values
from qa.evaluation.run import Outcome

KINDS = ("fact", "unsure", "near_miss", "absent")
SLOWEST = 5


class Made(Record):
    """What a run was made of."""

    name: str = Field(description="Short name of the questions.")
    data: str = Field(description="Path of the questions.")
    made: AwareDatetime
    fingerprint: str = Field(description="Of the index that answered.")
    settings: dict[str, str] = Field(description="What the index was made with.")
    warnings: tuple[str, ...] = Field(default=(), description="What is doubtful about the questions.")


class Refused(Record):
    """How often one reason was given to one kind of question."""

    kind: str
    lang: str
    code: str = Field(description="Code of the refusal; empty: it was answered.")
    count: int = Field(ge=1)


class Report(Record):
    """One run, whole: its figures can be made again from its outcomes."""

    format: Literal[1] = Field(default=1, description="Version of the fields below; a report of another version is not compared with.")
    made: Made
    table: tuple[Measured, ...] = Field(description="Figures of all questions and of each language.")
    kinds: tuple[Measured, ...] = Field(description="Figures of each kind of question.")
    refusals: tuple[Refused, ...]
    citations: int = Field(ge=0, description="Quotes that sentences stand on, counted.")
    invalid: tuple[str, ...] = Field(description="Addresses of citations at which the index holds other words. None may be here.")
    calibration: tuple[Bin, ...] = Field(description="Confidence against the share that the corpus answers, in ten bins.")
    risk: tuple[RiskPoint, ...] = Field(description="Wrong answers by the share of questions answered; ends where the product refuses.")
    difference: Difference | None = Field(description="Against the last run; None when there is none.")
    outcomes: tuple[Outcome, ...]

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """The questions to read: facts not answered rightly first, then what ought to have been refused."""
        wrong = [one for one in self.outcomes if one.right is False]
        return tuple(sorted(wrong, key=lambda one: KINDS.index(one.golden.kind)))

    @property
    def slowest(self) -> tuple[Outcome, ...]:
        """The questions that took longest, slowest first."""
        return tuple(sorted(self.outcomes, key=lambda one: -one.seconds)[:SLOWEST])

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the questions, sorted."""
        return tuple(sorted({one.golden.lang for one in self.outcomes}))


def report(made: Made, outcomes: Sequence[Outcome], last: Report | None = None) -> Report:
    """Everything that these outcomes say.

    Args:
        made: What the run was made of.
        outcomes: One for each question, at least one.
        last: The run to compare with.
    """
    languages = sorted({one.golden.lang for one in outcomes})
    by_language = {group: [one for one in outcomes if group in ("all", one.golden.lang)] for group in ("all", *languages)}
    by_kind = {kind: [one for one in outcomes if one.golden.kind == kind] for kind in KINDS}
    sure, answers = _rows(outcomes, sure_of_all)
    confidences, wrong = _rows(outcomes, answered_wrong)
    return Report(
        made=made,
        table=_measured(FIGURES, by_language),
        kinds=_measured(KIND_FIGURES, by_kind),
        refusals=_refusals(outcomes),
        citations=sum(len(one.quotes) for one in outcomes),
        invalid=tuple(address for one in outcomes for address in one.invalid),
        calibration=tuple(measures.calibration(sure, answers)),
        risk=tuple(measures.risk_coverage(confidences, wrong, asked=sum(one.right is not None for one in outcomes))),
        difference=_difference(last, outcomes) if last else None,
        outcomes=tuple(outcomes),
    )


def why(one: Outcome) -> str:
    """Where a failure went wrong, in a few words."""
    if one.golden.kind != "fact":
        return "answered, and ought to be refused"
    place = f"gold at place {one.hit_places[0]} of what was found" if one.hit_places else "gold not in the first 20 passages"
    return f"refused ({one.refusal}); {place}" if one.refusal else f"other sentences were quoted; {place}"


def _measured(figures: Sequence[Figure], groups: dict[str, list[Outcome]]) -> tuple[Measured, ...]:
    return tuple(found for name, group in groups.items() for figure in figures if group and (found := measure(figure, name, group)))


def _refusals(outcomes: Sequence[Outcome]) -> tuple[Refused, ...]:
    """Reasons of each kind and language, the most frequent first."""
    counted = Counter((KINDS.index(one.golden.kind), one.golden.lang, one.refusal) for one in outcomes)
    order = sorted(counted.items(), key=lambda item: (*item[0][:2], -item[1], item[0][2]))
    return tuple(Refused(kind=KINDS[kind], lang=lang, code=code, count=count) for (kind, lang, code), count in order)


def _rows(outcomes: Sequence[Outcome], row: Callable[[Outcome], Row]) -> tuple[Values, Values]:
    table = np.array([row(one) for one in outcomes], np.float64).reshape(-1, 2)
    counting = table[~np.isnan(table[:, 0])]
    return counting[:, 0], counting[:, 1]


def _difference(last: Report, outcomes: Sequence[Outcome]) -> Difference:
    common = compare.pairs(last.outcomes, outcomes)
    return Difference(
        made=last.made.made,
        data=last.made.data,
        fingerprint=last.made.fingerprint,
        common=len(common),
        turned_right=compare.turned(common, right=True),
        turned_wrong=compare.turned(common, right=False),
        changes=compare.changes(common),
    )
