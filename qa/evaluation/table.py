"""A report as a terminal shows it: one compact table, and where to read more.

In: a report.  Out: text.  Never: prints.
"""

from collections import defaultdict
from collections.abc import Sequence

from qa.evaluation.compare import Change, Difference
from qa.evaluation.figures import Measured
from qa.evaluation.report import KINDS, Report

CHANGES, IDS = 8, 12  # most lines and names shown here; the report has them all


def shown(found: Report, folder: str) -> str:
    """The figures by language and by kind, refusals, citations, and what changed."""
    kinds = ", ".join(f"{count} {kind}" for kind in KINDS if (count := sum(one.golden.kind == kind for one in found.outcomes)))
    lines = [f"{found.made.name}: {len(found.outcomes)} questions ({kinds}), index {found.made.fingerprint[:12]}", ""]
    lines += [*grid(found.table), "", *grid(found.kinds), ""]
    lines += [*refusals(found), ""]
    bad = f"{len(found.invalid)} NOT VALID: {', '.join(found.invalid[:IDS])}" if found.invalid else "all valid"
    lines.append(f"citations: {found.citations}, {bad}")
    lines.append(f"slowest: {', '.join(f'{one.golden.id} {one.seconds:.2f} s' for one in found.slowest)}")
    if found.difference:
        lines += differences(found.difference)
    lines.append(f"{len(found.failures)} failures to read: {folder}/report.html")
    return "\n".join(lines)


def grid(measured: Sequence[Measured]) -> list[str]:
    """One line a figure, one column a group: value, 95 % interval, and how many questions count."""
    groups = list(dict.fromkeys(one.group for one in measured))
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for one in measured:
        cells[one.figure][one.group] = cell(one)
    width = max(map(len, cells), default=0)
    head = f"{'':<{width}}" + "".join(f"  {group:<21}" for group in groups)
    lines = [head, *(f"{name:<{width}}" + "".join(f"  {by.get(group, ''):<21}" for group in groups) for name, by in cells.items())]
    return [line.rstrip() for line in lines]


def cell(one: Measured) -> str:
    """One figure: value, 95 % interval, questions.

    >>> cell(Measured(group="pt", figure="A@5", value=0.875, low=0.7, high=1, count=32))
    '.875 [.70 1.0] n 32'
    """
    return f"{_number(one.value, 3)} [{_number(one.low, 2)} {_number(one.high, 2)}] n {one.count}"


def refusals(found: Report) -> list[str]:
    """One line a kind and language: how many were answered, and why the others were not."""
    by: dict[str, list[str]] = defaultdict(list)
    for one in found.refusals:
        by[f"{one.kind} {one.lang}"].append(f"{one.code or 'answered'} {one.count}")
    width = max(map(len, by), default=0)
    return [f"{name:<{width}}  {', '.join(counts)}" for name, counts in by.items()]


def differences(found: Difference) -> list[str]:
    """What is new against the last run; figures whose interval leaves no change out stand first."""
    lines = ["", f"against the run of {found.made:%Y-%m-%d %H:%M} UTC, {found.common} questions in common:"]
    for what, ids in (("turned right", found.turned_right), ("turned wrong", found.turned_wrong)):
        lines.append(f"  {what}: {len(ids)}{'  ' + ', '.join(ids[:IDS]) if ids else ''}{' …' if len(ids) > IDS else ''}")
    moved = sorted(found.changes, key=lambda one: not one.certain)
    lines += [f"  {change(one)}" for one in moved[:CHANGES]] or ["  no figure moved"]
    if len(moved) > CHANGES:
        lines.append(f"  and {len(moved) - CHANGES} more figures in the report")
    return lines


def change(one: Change) -> str:
    """One figure that moved, with the interval of the difference."""
    return (
        f"{one.figure} ({one.group}): {_number(one.before, 3)} → {_number(one.after, 3)}, "
        f"{one.after - one.before:+.3f} [{one.low:+.3f} {one.high:+.3f}]{'' if one.certain else ', may be chance'}"
    )


def _number(value: float, digits: int) -> str:
    """A number in [0, 1] without its zero.

    >>> _number(0.5, 2), _number(1, 3), _number(0, 2)
    ('.50', '1.00', '.00')
    """
    return f"{value:.{digits - 1}f}" if round(value, digits) >= 1 else f"{value:.{digits}f}".removeprefix("0")
