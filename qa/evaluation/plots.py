"""Draw a report's two curves as SVG.  The only file that knows matplotlib, which is loaded when something is drawn.

In: bins and points, already computed.  Out: SVG bytes, the same for the same numbers.  Never: pyplot, or a window.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.errors import PlotsMissing
from qa.evaluation.measures import Bin, RiskPoint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE_INCHES = (4.6, 3.8)
LINE, FAINT = "#0b5cad", "#8a8a8a"


def calibration(bins: Sequence[Bin]) -> bytes:
    """Confidence against the share that the corpus answers; on the diagonal it is honest. The areas are numbers of questions.

    Raises:
        PlotsMissing: matplotlib is not installed.
    """
    figure, axes = _axes("Calibration", "confidence that the corpus answers", "share that it does answer")
    axes.plot([0, 1], [0, 1], color=FAINT, linestyle="--", linewidth=1)
    most = max((one.size for one in bins), default=1)
    axes.plot([one.confidence for one in bins], [one.share for one in bins], color=LINE, linewidth=1.5)
    axes.scatter([one.confidence for one in bins], [one.share for one in bins], s=[20 + 160 * one.size / most for one in bins], color=LINE, alpha=0.6)
    for one in bins:
        axes.annotate(str(one.size), (one.confidence, one.share), textcoords="offset points", xytext=(7, -11), fontsize=8)
    axes.set_ylim(-0.03, 1.03)
    return _svg(figure)


def risk_coverage(points: Sequence[RiskPoint]) -> bytes:
    """The share of wrong answers when only the surest questions are answered; the curve ends where the product refuses.

    Raises:
        PlotsMissing: matplotlib is not installed.
    """
    figure, axes = _axes("Risk and coverage", "share of questions answered, surest first", "share of these answers that are wrong")
    axes.plot([one.coverage for one in points], [one.risk for one in points], color=LINE, linewidth=1.5)
    if points:
        last = points[-1]
        axes.scatter([last.coverage], [last.risk], color=LINE, zorder=3)
        axes.annotate(f"now: {last.risk:.0%}", (last.coverage, last.risk), textcoords="offset points", xytext=(-20, 9), fontsize=8)
    axes.set_ylim(-0.03, max([0.5, *(one.risk for one in points)]) + 0.05)
    return _svg(figure)


def _axes(title: str, across: str, up: str) -> "tuple[Figure, Axes]":
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise PlotsMissing from error
    figure = Figure(figsize=SIZE_INCHES, layout="constrained")
    axes = figure.add_subplot()
    axes.set(title=title, xlabel=across, ylabel=up, xlim=(-0.03, 1.03))
    axes.grid(visible=True, color="#e3e3e3", linewidth=0.6)
    return figure, axes


def _svg(figure: "Figure") -> bytes:
    """The drawing without a date or random names in it."""
    from matplotlib import rc_context

    drawn = io.BytesIO()
    with rc_context({"svg.hashsalt": "presscite"}):
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()
