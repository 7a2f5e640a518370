"""The commands of the index: `python -m index rebuild | update | watch | add | log | show | forget | backup | status | verify | repair | search`.

Results go to stdout, progress and errors to stderr. Exit 0: done; 1: an error, told in one line; 2: wrong usage.
Heavy packages load only when a command needs them.
"""

import argparse
import gc
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.commandline import Bars, add_corpus, add_filters, at_least_one, filter_of, settings_of

if TYPE_CHECKING:
    from index.records import Run
    from index.settings import Settings


LINES = 40  # of a report that are shown at once
YOUNG_OBJECTS = 50_000  # new ones between two searches for garbage: with Python's 700 they take 6 % of an update, and find next to nothing


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description="Make and inspect the index of a news corpus.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, does: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".")
        made.add_argument("--index", type=Path, metavar="DIR", help="folder of the index (default: $QA_INDEX_DIR, or .index)")
        return made

    rebuild = command("rebuild", "read the corpus and publish a new generation; what was embedded before is not embedded again")
    add_corpus(rebuild)
    rebuild.add_argument("--fresh", action="store_true", help="embed everything again")
    update = command("update", "read what changed in the corpus and publish a new generation if anything did")
    watch = command("watch", "update whenever files of the corpus change, until Ctrl-C")
    add = command("add", "fetch pages and feeds, or copy files, into the corpus, then update")
    add.add_argument("sources", nargs="+", metavar="URL|FEED|FILE", help="a page, an RSS or Atom feed, a file or a folder")
    add.add_argument(
        "--private-host",
        action="append",
        default=[],
        metavar="HOST",
        help="a host that may have a private address, such as an intranet's; may be repeated",
    )
    for made in (update, watch, add):
        add_corpus(made)
    log = command("log", "list the runs that wrote the index, or show what one of them found")
    log.add_argument("run", nargs="?", type=at_least_one, metavar="N", help="number of a run: show its report, file by file")
    log.add_argument("-n", type=at_least_one, default=20, metavar="N", help="most runs in the list (default: 20)")
    log.add_argument("--failed", action="store_true", help="list what in the corpus cannot be read now, with the reasons")
    show = command("show", "show a version of an article, and what changed since; by id, id@version or a whole address")
    show.add_argument("address", metavar="ID[@VERSION[:START-END]]", help="as answers name it")
    forget = command("forget", "take articles that the corpus no longer holds out of the index for good, every version and word of them")
    forget.add_argument("ids", nargs="+", metavar="ID", help="id of an article")
    backup = command("backup", "copy the index whole, also while it is read or written")
    backup.add_argument("to", type=Path, metavar="DIR", help="folder for the copy, empty or new; it is an index itself")
    status = command("status", "say what the index holds and how it was made")
    verify = command("verify", "read everything in the index and check it")
    repair = command("repair", "make damaged files again from what is left, without embedding anything")
    search = command("search", "show the passages that match words")
    search.add_argument("words", help="what to search for")
    search.add_argument("-k", type=at_least_one, default=8, metavar="N", help="most passages (default: 8)")
    add_filters(search)
    for made in (rebuild, update, watch, add, log, show, forget, backup, status, verify, repair, search):
        made.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser


def _rebuild(args: argparse.Namespace) -> int:
    from index.build import rebuild

    settings = settings_of(args)
    with Bars() as bars:
        manifest = rebuild(settings, fresh=args.fresh, progress=bars.show)
    for skipped in manifest.skipped:
        print(f"{'failed' if skipped.failed else 'skipped'} {skipped.path}: {skipped.reason}", file=sys.stderr)
    if args.json:
        print(manifest.model_dump_json(indent=1, exclude={"files"}))
    else:
        count = manifest.counts
        if count["skipped"] > len(manifest.skipped):
            print(f"and {count['skipped'] - len(manifest.skipped):,} more: run `python -m index log --failed`", file=sys.stderr)
        for line in _noted_by(settings, manifest.generation):
            print(line, file=sys.stderr)
        print(
            f"{count['articles']} articles in {count['passages']} passages ({count['embedded']} embedded, {count['reused']} reused), "
            f"{count['skipped']} skipped, {sum(manifest.seconds.values()):.1f} s: generation {manifest.generation}"
        )
    return 0


def _noted_by(settings: "Settings", name: str) -> list[str]:
    """What was noted by the run that published a generation."""
    from index.build import EVENTS_TOLD
    from index.catalog import NAME, Catalog
    from index.ledger import Ledger
    from index.reports import noted

    catalog = Catalog(settings.index_dir / NAME)
    try:
        ledger = Ledger(catalog)
        made = [run for run in ledger.runs(LINES) if run.generation == name and run.counts.articles_noted]
        return [line for run in made for line in noted(ledger.run(run.number, EVENTS_TOLD))]
    finally:
        catalog.close()


def _update(args: argparse.Namespace) -> int:
    from index.build import update

    with Bars() as bars:
        run = update(settings_of(args), progress=bars.show)
    _tell(run, as_json=args.json)
    return 0


def _tell(run: "Run", *, as_json: bool) -> None:
    """A run's report."""
    from index.reports import events, summary

    if as_json:
        print(run.model_dump_json(indent=1))
        return
    told = list(events(run, whole=False))
    for line in told[:LINES]:
        print(line, file=sys.stderr)
    if len(told) > LINES:
        print(f"and {len(told) - LINES:,} more: run `python -m index log {run.number}`", file=sys.stderr)
    print(summary(run) if run.outcome != "unchanged" else f"nothing changed: {summary(run)}", flush=True)


def _watch(args: argparse.Namespace) -> int:
    from index.records import Run
    from index.watching import watch

    settings = settings_of(args)
    print(f"watching {settings.corpus_dir}; Ctrl-C ends", file=sys.stderr)
    try:
        for outcome in watch(settings):
            if isinstance(outcome, Run):
                _tell(outcome, as_json=args.json)
            else:
                print(f"error: {outcome}", file=sys.stderr)
    except KeyboardInterrupt:
        print("stopped watching", file=sys.stderr)
    return 0


def _add(args: argparse.Namespace) -> int:
    from index.arrivals import bring
    from index.records import Run
    from index.reports import MARKS

    failed, sources = False, list[dict[str, Any]]()
    with Bars() as bars:
        for one in bring(settings_of(args), args.sources, private_hosts=frozenset(args.private_host), progress=bars.show):
            if isinstance(one, Run):
                if args.json:
                    print(json.dumps({"sources": sources, "run": one.model_dump(mode="json")}, indent=1, ensure_ascii=False))
                else:
                    _tell(one, as_json=False)
                return 1 if failed else 0
            failed |= one.state == "failed"
            sources.append(one.model_dump(mode="json", exclude={"known"}))
            where, why = f" → {one.path}" if one.path else "", one.reason.removeprefix(f"{one.source}: ")
            print(f"{MARKS.get(one.state, ' ')} {one.state:<10} {one.source}{where}{': ' + why if why else ''}", file=sys.stderr)
    if args.json:
        print(json.dumps({"sources": sources, "run": None}, indent=1, ensure_ascii=False))
    return 1 if failed else 0


def _log(args: argparse.Namespace) -> int:
    from index.catalog import NAME, Catalog
    from index.errors import IndexMissing, NoSuchRun
    from index.ledger import Ledger
    from index.reports import events, row

    settings = settings_of(args)
    if not (settings.index_dir / NAME).is_file():
        raise IndexMissing(settings.index_dir)
    catalog = Catalog(settings.index_dir / NAME)
    try:
        ledger = Ledger(catalog)
        if args.failed:
            standing = list(ledger.standing())
            if args.json:
                print(json.dumps([one.model_dump() for one in standing], indent=1, ensure_ascii=False))
            for one in () if args.json else standing:
                print(f"{'failed ' if one.failed else 'skipped'} {one.path}: {one.reason}")
        elif args.run:
            try:
                run = ledger.run(args.run)
            except KeyError:
                raise NoSuchRun(args.run) from None
            print(run.model_dump_json(indent=1) if args.json else "\n".join([row(run), *events(run)]))
        else:
            runs = ledger.runs(args.n)
            print(json.dumps([run.model_dump(mode="json", exclude={"events"}) for run in runs], indent=1) if args.json else "\n".join(map(row, runs)))
    finally:
        catalog.close()
    return 0


def _show(args: argparse.Namespace) -> int:
    from index.library import Library
    from index.reports import history
    from index.versions import Shown, look_up

    with Library.open(settings_of(args)) as library:
        shown: Shown = look_up(library, args.address)
    print(shown.model_dump_json(indent=1) if args.json else "\n".join(history(shown)))
    return 0


def _forget(args: argparse.Namespace) -> int:
    from index.forgetting import forget

    with Bars() as bars:
        name = forget(settings_of(args), args.ids, progress=bars.show)
    print(json.dumps({"forgotten": args.ids, "generation": name}) if args.json else f"forgotten: {', '.join(args.ids)}; generation {name}")
    return 0


def _backup(args: argparse.Namespace) -> int:
    from index.backups import backup

    checked = backup(settings_of(args), args.to)
    told = f"{args.to} holds {checked['articles']} articles in {checked['passages']} passages, {checked['files']} files, all checked"
    print(json.dumps({"to": str(args.to), "checked": checked}) if args.json else told)
    return 0


def _repair(args: argparse.Namespace) -> int:
    from index.repair import repair

    found = repair(settings_of(args))
    if args.json:
        print(json.dumps(found._asdict(), indent=1, ensure_ascii=False))
    else:
        for line in [*(f"done: {line}" for line in found.done), *(f"lost: {line}" for line in found.lost)]:
            print(line)
        print(f"now run `{found.next}`" if found.next else "the index is whole")
    return 1 if found.next else 0


def _status(args: argparse.Namespace) -> int:
    from index import generation

    settings = settings_of(args)
    manifest = generation.read_manifest(settings, generation.current(settings))
    if args.json:
        print(manifest.model_dump_json(indent=1, exclude={"files"}))
        return 0
    cover, made = manifest.coverage, manifest.settings
    print(f"generation   {manifest.generation}, made {manifest.created:%Y-%m-%d %H:%M} UTC in {settings.index_dir}")
    days = f"{cover.first} to {cover.last}" if cover.first else "without dates"
    print(f"holds        {cover.articles} articles of {cover.outlets} outlets, {days}, in {manifest.passages} passages")
    print(f"embedder     {made['embedder']} ({made['dim']} dimensions, weights {made['weights'][:12]})")
    print(f"stores       {made['store']}, {made['lexical']}")
    print(f"skipped      {len(manifest.skipped)}")
    print(f"fingerprint  {manifest.fingerprint}")
    return 0


def _verify(args: argparse.Namespace) -> int:
    from index.verify import verify

    checked, wrong = verify(settings_of(args))
    if args.json:
        print(json.dumps({"checked": checked, "wrong": wrong}, indent=1, ensure_ascii=False))
    else:
        for line in wrong:
            print(line)
        print(f"checked {checked['files']} files, {checked['articles']} articles, {checked['passages']} passages: {len(wrong) or 'nothing'} wrong")
    return 1 if wrong else 0


def _search(args: argparse.Namespace) -> int:
    from index.library import Library
    from index.search import search

    with Library.open(settings_of(args)) as library:
        for notice in library.notices:
            print(f"note: {notice}", file=sys.stderr)
        found = search(library, args.words, args.k, filter_of(args))
    if args.json:
        print(json.dumps([match.as_json() for match in found], indent=1, ensure_ascii=False))
        return 0
    for place, match in enumerate(found, 1):
        article = match.passage.article
        print(f"{place}. {article.title or article.id} — {article.outlet or '?'}, {article.day or 'no date'} ({article.lang or '?'})")
        print(f"   {' '.join(match.passage.text.split())}")
        print(f"   {match.passage.address}  BM25 {match.bm25:.2f}  cosine {match.cosine:.3f}")
    if not found:
        print("no passage matches", file=sys.stderr)
    return 0


COMMANDS = {
    "rebuild": _rebuild,
    "update": _update,
    "watch": _watch,
    "add": _add,
    "log": _log,
    "show": _show,
    "forget": _forget,
    "backup": _backup,
    "status": _status,
    "verify": _verify,
    "repair": _repair,
    "search": _search,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    args = _parser().parse_args(argv)
    gc.set_threshold(YOUNG_OBJECTS)
    from index.errors import QAError

    try:
        code = COMMANDS[args.command](args)
        sys.stdout.flush()
        return code
    except QAError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read the results has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("stopped; the index is as it was before", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
