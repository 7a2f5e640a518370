"""A report as one HTML page that needs nothing else: tables, plots, differences, and the failures to read.

In: a report and its drawings.  Out: markup, in which every text is escaped.  Never: script, or anything from a network.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from qa.evaluation import table
from qa.evaluation.compare import Difference
from qa.evaluation.figures import FIGURES, KIND_FIGURES, Figure, Measured
from qa.evaluation.report import Report, why
from qa.evaluation.run import Found, Outcome

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
table { border-collapse: collapse; margin: 1rem 0; font-size: .9rem } th, td { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top }
th { border-bottom: 1px solid #999 } td { border-bottom: 1px solid #e3e3e3; font-variant-numeric: tabular-nums }
.figures td:not(:last-child) { white-space: nowrap } .says { color: #595959 }
article { border-top: 1px solid #999; margin-top: 1.5rem } h3 { margin: .6rem 0 } blockquote { margin: .4rem 0 .4rem 1rem }
.bad { color: #a40000; font-weight: 600 } .holds { background: #e5f2e5 } img { max-width: 32rem; width: 49% } code { font-size: .8rem; overflow-wrap: anywhere }
"""
NOTE = (
    "In brackets the 95 % interval, then the number of questions that count; unsure questions count in the table by kind only. "
    "Where few questions count, or all went alike, the intervals of RR, AUROC, false@90, calibration and risk are too narrow."
)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(found: Report, plots: Mapping[str, bytes]) -> str:
    """The whole page.

    Args:
        found: The report.
        plots: SVG by what it shows; empty when none could be drawn.
    """
    made = found.made
    parts = [
        f"<h1>{escape(made.name)}</h1>",
        f"<p>{len(found.outcomes)} questions of <code>{escape(made.data)}</code>, asked on {made.made:%Y-%m-%d %H:%M} UTC of the index "
        f"<code>{escape(made.fingerprint[:16])}</code> ({escape(', '.join(f'{name} {value[:40]}' for name, value in made.settings.items()))}).</p>",
        _citations(found),
        *(f'<p class="bad">{escape(warning)}</p>' for warning in made.warnings),
        "<h2>By language</h2>",
        _grid(found.table, FIGURES),
        "<h2>By kind</h2>",
        _grid(found.kinds, KIND_FIGURES),
        f"<p>{NOTE}</p>",
        "<h2>Refusals</h2>",
        _table(
            ["kind", "language", "outcome", "questions"],
            [[one.kind, one.lang, one.code or "answered", str(one.count)] for one in found.refusals],
        ),
        *(_image(name, svg) for name, svg in plots.items()),
        *(_difference(found.difference) if found.difference else []),
        "<h2>Slowest</h2>",
        _table(["question", "", "seconds"], [[one.golden.id, one.golden.question, f"{one.seconds:.2f}"] for one in found.slowest]),
        f"<h2>Failures to read: {len(found.failures)}</h2>",
        *map(_failure, found.failures),
    ]
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(made.name)}</title><style>{STYLE}</style>'
    )
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _citations(found: Report) -> str:
    if found.invalid:
        return f'<p class="bad">{len(found.invalid)} of {found.citations} citations are not valid: {escape(", ".join(found.invalid))}</p>'
    return f"<p>All {found.citations} citations are valid: the index holds their words, to the letter, at their addresses.</p>"


def _grid(measured: Sequence[Measured], figures: Sequence[Figure]) -> str:
    """One row a figure, one column a group."""
    groups = list(dict.fromkeys(one.group for one in measured))
    cells = {(one.figure, one.group): table.cell(one) for one in measured}
    rows = [
        [
            figure.name,
            *(cells.get((figure.name, group), "") for group in groups),
            figure.says + ("" if figure.higher_is_better else "; lower is better"),
        ]
        for figure in figures
        if any((figure.name, group) in cells for group in groups)
    ]
    return _table(["", *groups, ""], rows, "figures")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "plain") -> str:
    def row(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(row(cells, "td") for cells in rows)
    return f'<table class="{kind}">{row(head, "th")}{body}</table>'


def _image(name: str, svg: bytes) -> str:
    return f'<img alt="{escape(name)}" src="data:image/svg+xml;base64,{b64encode(svg).decode()}">'


def _difference(found: Difference) -> list[str]:
    parts = [
        f"<h2>Against the run of {found.made:%Y-%m-%d %H:%M} UTC</h2>",
        f"<p>{found.common} questions in common; it asked the index <code>{escape(found.fingerprint[:16])}</code>.</p>",
        f"<p>Turned right ({len(found.turned_right)}): {escape(', '.join(found.turned_right)) or 'none'}.<br>"
        f"Turned wrong ({len(found.turned_wrong)}): {escape(', '.join(found.turned_wrong)) or 'none'}.</p>",
    ]
    rows = [
        [one.figure, one.group, f"{one.before:.3f}", f"{one.after:.3f}", f"{one.after - one.before:+.3f} [{one.low:+.3f} {one.high:+.3f}]"]
        for one in found.changes
    ]
    note = "<p>In brackets the 95 % interval of the difference, question by question; one that holds 0 may be chance.</p>"
    return [*parts, _table(["figure", "group", "before", "now", "difference"], rows), note] if rows else [*parts, "<p>No figure moved.</p>"]


def _failure(one: Outcome) -> str:
    """One failure: what was asked, what is right, what was said, what was found."""
    golden = one.golden
    facts = f"{golden.kind}, {golden.lang}, asked about {one.as_of}, confidence {one.confidence:.2f}"
    searched = f"<p>Searched as: {escape(one.searched)}</p>" if one.searched != golden.question else ""
    gold = "; ".join(golden.answers) or "nothing in the articles"
    return "\n".join(
        [
            f"<article><h3>{escape(golden.id)}: {escape(golden.question)}</h3>",
            f'<p><span class="bad">{escape(why(one))}</span> <span class="says">({facts})</span></p>{searched}',
            f"<p>Right would be: <b>{escape(gold)}</b>{escape(' — in ' + ', '.join(golden.articles)) if golden.articles else ''}</p>",
            f"<p>Said: {escape(' '.join(one.said) or one.reason)}</p>",
            *(_found(quote) for quote in one.quotes),
            "<p>Found:</p>" if one.hits else "<p>Nothing was found.</p>",
            *(_found(hit) for hit in one.hits[:3]),
            "</article>",
        ]
    )


def _found(span: Found) -> str:
    source = escape(" — ".join(part for part in (span.title, span.outlet, str(span.day or "")) if part))
    if span.url.startswith(("http://", "https://")):
        source = f'<a href="{escape(span.url)}" rel="noreferrer">{source or escape(span.url)}</a>'
    mark = ' class="holds"' if span.holds else ""
    return f"<blockquote{mark}>{escape(span.text)}<br>{source} <code>{escape(span.address)}</code></blockquote>"
