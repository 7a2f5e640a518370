"""Runs as text: what the commands print of them.

In: records.  Out: lines.  Never: prints.
"""

from collections.abc import Iterator, Mapping

from index.records import Event, Run
from index.versions import Shown

NOTED_TOLD = 5  # lines of this kind that are shown at once
MARKS: Mapping[str, str] = {"new": "+", "changed": "~", "deleted": "-", "withdrawn": "x", "noted": "?", "skipped": ".", "failed": "!"}


def counted(n: int, one: str, many: str = "") -> str:
    """A number and its noun.

    >>> counted(1, "article"), counted(2, "copy", "copies")
    ('1 article', '2 copies')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def summary(run: Run) -> str:
    """A run in one line."""
    count = run.counts
    articles = (
        ("new", count.articles_new),
        ("changed", count.articles_changed),
        ("deleted", count.articles_deleted),
        ("withdrawn", count.articles_withdrawn),
    )
    found = ", ".join(f"{n:,} {what}" for what, n in articles if n) or "none changed"
    files = (("new", count.files_new), ("changed", count.files_changed), ("deleted", count.files_deleted), ("unchanged", count.files_unchanged))
    told = ", ".join(f"{n:,} {what}" for what, n in files if n) or "none"
    passed = f"{count.failed:,} failed, {count.skipped:,} skipped" + (f", {count.articles_noted:,} noted" if count.articles_noted else "")
    ended = f", generation {run.generation}" if run.generation else ""
    return f"articles: {found}; files: {told}; {passed}; {counted(count.embedded, 'passage')} embedded{ended}"


def line(event: Event) -> str:
    """One line of a report.

    >>> line(Event(path="a.md", state="changed", article="rio", version=2))
    '~ changed    rio@2  (a.md)'
    """
    what = f"{event.article}@{event.version}" if event.article else event.path
    where = f"  ({event.path})" if event.article and event.path else ""
    return f"{MARKS[event.state]} {event.state:<10} {what}{where}" + (f": {event.reason}" if event.reason else "")


def events(run: Run, *, whole: bool = True) -> Iterator[str]:
    """A report's lines; a file that is new or changed is left out where its article is named.

    Args:
        run: With its events.
        whole: Whether to name what is new even where everything is, as in a first run, and all that is noted.
    """
    named = {event.path for event in run.events if event.article}
    count = run.counts
    quiet = not whole and not (count.files_unchanged or count.files_changed or count.files_deleted)
    for event in run.events:
        if event.state == "noted" and not whole:
            continue
        if (event.article or event.path not in named) and not (quiet and event.state == "new"):
            yield line(event)
    yield from () if whole else noted(run)
    if run.untold and not quiet:
        yield f"and {run.untold:,} more: run `python -m index log {run.number}`"


def noted(run: Run) -> Iterator[str]:
    """The first articles with something in their files that cannot be taken at its word, and how many more there are."""
    told = [event for event in run.events if event.state == "noted"][:NOTED_TOLD]
    yield from map(line, told)
    if more := run.counts.articles_noted - len(told):
        yield f"{MARKS['noted']} noted      and {counted(more, 'more article')}: run `python -m index log {run.number}`"


def row(run: Run) -> str:
    """A run in the list of runs."""
    took = f"{(run.ended - run.began).total_seconds():.0f} s" if run.ended else ""
    told = run.error.splitlines()[0] if run.error else summary(run)
    return f"{run.number:>5}  {run.began:%Y-%m-%d %H:%M:%S}  {run.command:<16} {run.outcome:<10} {took:>6}  {told}"


def history(shown: Shown) -> Iterator[str]:
    """A version of an article, and what became of it."""
    article = shown.article
    yield f"{article.title or article.id} — {article.outlet or '?'}, {article.day or 'no date'} ({article.lang or '?'})"
    newest = f"{shown.newest} ({f'does not answer: {shown.silent}' if shown.silent else 'answers now'})"
    known = ", ".join(newest if number == shown.newest else str(number) for number in shown.versions)
    yield f"address    {article.key}:{shown.start}-{shown.end}"
    yield f"versions   {known}"
    told = (
        ("published", article.published), ("modified", article.modified), ("first seen", article.first_seen), ("indexed", article.indexed),
        ("url", article.url), ("rights", article.rights), ("correction", article.correction), *(("doubt", doubt) for doubt in article.doubts),
        ("copy of", "" if shown.origin == article.id else shown.origin),
    )  # fmt: skip
    yield from (f"{name:<10} {value}" for name, value in told if value)
    yield from ("", shown.words)
    if shown.newest not in (None, article.version):
        yield from (
            "",
            f"since then, up to version {shown.newest}:",
            *(f"{'-' if step.kind == 'removed' else '+'} {step.text}" for step in shown.changed),
        )
        yield f"these words stand now at {shown.now}" if shown.now else "these words no longer stand in it"
