"""The commands of answering: `python -m qa "question"`, or without one to go on asking; verify, export, eval, feedback, fit, glossary.

Results go to stdout, progress and errors to stderr. Exit 0: done, be it with a refusal; 1: an error, or a citation that does
not stand; 2: wrong usage.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from index.commandline import Bars, filter_of, settings_of
from qa.commandline import ask_parser, eval_parser, feedback_parser, fit_parser, glossary_parser, verify_parser
from qa.export.command import parser as export_parser
from qa.printing import printable, remark, shown

if TYPE_CHECKING:
    from index.library import Library
    from index.settings import Settings
    from qa.evaluation.cases import Written
    from qa.feedback import Feedback
    from qa.records import Answer


def _ask(args: argparse.Namespace) -> int:
    from index.library import Library
    from qa.answer import ask

    where = filter_of(args)
    with Library.open(settings_of(args)) as library:
        for notice in library.notices:
            print(f"note: {notice}", file=sys.stderr)
        if args.question is None:
            return _loop(args, library)
        answer = ask(args.question, where=where, as_of=args.as_of, dates=not args.no_dates, library=library)
    print(answer.model_dump_json(indent=1) if args.json else shown(answer))
    return 0


def _loop(args: argparse.Namespace, library: "Library") -> int:
    """Read a question, answer it, again; the questions before are the history of the next."""
    from qa.answer import ask

    history: list[Answer] = []
    prompt = "? " if sys.stdin.isatty() else ""
    while True:
        try:
            question = input(prompt).strip()
        except EOFError:
            return 0
        if not question:
            return 0
        answer = ask(question, history=history, where=filter_of(args), as_of=args.as_of, dates=not args.no_dates, library=library)
        print(answer.model_dump_json() if args.json else shown(answer) + "\n", flush=True)
        history.append(answer)


def _verify(args: argparse.Namespace) -> int:
    from index.errors import AnswerError
    from index.library import Library
    from qa.verify import State, read_answers, verify

    told, unread, checked = [], 0, 0
    with Library.open(settings_of(args)) as library:
        for path in args.answers:
            for name, answer in read_answers(path):
                if isinstance(answer, AnswerError):
                    print(f"note: {answer}", file=sys.stderr)
                    unread += 1
                    continue
                findings = verify(answer, library)
                checked += len(findings)
                told += [(name, one) for one in findings if not args.withdrawn or one.state is State.WITHDRAWN]
    wrong = sum(finding.state is not State.SAME for _, finding in told)
    if args.json:
        print(json.dumps([{"file": name, **finding.model_dump()} for name, finding in told], indent=1, ensure_ascii=False))
    else:
        many = len({name for name, _ in told}) > 1 or args.withdrawn
        for name, finding in told:
            where = f"{name}: " if many else ""
            print(printable(f"{where}{finding.state:<9} {finding.address}{'  ' + finding.reason if finding.reason else ''}"))
        if args.withdrawn:
            print(f"{wrong} of {checked} citations are of withdrawn articles")
        else:
            print(f"{checked - wrong} of {checked} citations are the same" if checked else "the answer is a refusal: it cites nothing")
    return 1 if wrong or unread else 0


def _export(args: argparse.Namespace) -> int:
    from qa.export.command import run

    done = run(args.answers, args.format, args.lang, args.title, datetime.now().astimezone())
    for note in done.notes:
        print(printable(f"note: {note}"), file=sys.stderr)
    sys.stdout.buffer.write(done.data)
    return done.code


def _eval(args: argparse.Namespace) -> int:
    from qa.evaluation.command import evaluate

    with Bars() as bars:
        done = evaluate(args.path, settings_of(args), build=args.index is None, out=args.out, limit=args.limit, progress=bars.show)
    for note in done.notes:
        print(printable(f"note: {note}"), file=sys.stderr)
    print(done.report.model_dump_json(indent=1) if args.json else printable(done.text))
    return done.code


def _feedback(args: argparse.Namespace) -> int:
    from index.catalog import NAME, Catalog
    from index.errors import FeedbackError, IndexMissing
    from qa.evaluation.cases import write
    from qa.feedback import read, take_back

    if args.open and not args.to_golden:
        feedback_parser().error("--open goes with --to-golden")
    settings = settings_of(args)
    if not (settings.index_dir / NAME).is_file():
        raise IndexMissing(settings.index_dir)
    catalog = Catalog(settings.index_dir / NAME)
    try:
        found, damaged, foreign = read(catalog)
        written = write(found, catalog, args.to_golden, args.open) if args.to_golden else None
    finally:
        catalog.close()
    if damaged:
        print(f"note: {damaged} lines of feedback are not what was written: run `python -m index repair`", file=sys.stderr)
    if foreign:
        print(f"note: {foreign} lines of feedback were written by another version, and are passed over", file=sys.stderr)
    if args.delete:
        if unknown := sorted(set(args.delete) - {one.turn for one in found}):
            raise FeedbackError(f"nothing was said of an answer named {unknown[0]!r}: run `python -m qa feedback` for a list")
        removed = take_back(settings, args.delete)
        print(json.dumps({"removed": removed}) if args.json else f"removed {removed}")
    elif written:
        _tell_written(args, written)
    else:
        _list_feedback(args, settings, found)
    return 0


def _tell_written(args: argparse.Namespace, written: "Written") -> None:
    for reason, count in written.left.items():
        print(f"note: {count} can be no golden question: {reason}", file=sys.stderr)
    if written.closed:
        print(f"note: {written.closed} need a gold answer: name a file for them with --open FILE", file=sys.stderr)
    if args.json:
        print(json.dumps(written._asdict(), ensure_ascii=False))
        return
    print(f"{written.added} added to {args.to_golden}, {written.completed} of them completed by hand; {written.known} stood there already")
    if args.open:
        print(f"{written.opened + written.waiting} wait in {args.open} for a gold answer, {written.opened} of them new")


def _list_feedback(args: argparse.Namespace, settings: "Settings", found: Sequence["Feedback"]) -> None:
    """One line each; with --clear they are removed once they are written, and nothing else is."""
    from qa.feedback import take_back

    for one in found:
        print(one.model_dump_json() if args.json else remark(one))
    if not found:
        print("note: nobody has said anything of an answer yet", file=sys.stderr)
    elif args.clear:
        sys.stdout.flush()
        print(f"note: removed {take_back(settings, [one.turn for one in found], until=found[0].given)}", file=sys.stderr)


def _fit(args: argparse.Namespace) -> int:
    from index.errors import EvaluationError
    from qa.evaluation.fit import fit
    from qa.evaluation.proof import worth
    from qa.weights import FILE

    out = args.out or FILE
    if not out.parent.is_dir():  # told now, and not after minutes of work
        raise EvaluationError(f"the weights cannot be written to {out}, since there is no folder {out.parent}: name another file with --out")
    with Bars() as bars:
        done = fit(args.path, settings_of(args), progress=bars.show)
    try:
        out.write_text(done.text, encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"the weights cannot be written to {out} ({error}): name another file with --out") from error
    changes = worth(done.examples, done.weights) if args.worth else {}
    if args.json:
        print(json.dumps({"weights": done.weights.model_dump(), "figures": done.figures, "worth": changes}, indent=1))
        return 0
    for name, value in done.figures.items():
        print(f"{name:<24} {value:.3f}")
    for name, figures in changes.items():
        print(f"without {name:<22} " + "  ".join(f"{figure} {change:+.3f}" for figure, change in figures.items()))
    print(f"written to {out}; the figures are of questions that the weights had not seen, in five parts")
    return 0


def _glossary(args: argparse.Namespace) -> int:  # noqa: ARG001
    from qa.glossary import FILE, Glossary, faults, read

    pairs = list(read(FILE.read_text(encoding="utf-8")))
    wrong = list(faults(pairs))
    for fault in wrong:
        print(f"{FILE.name}, {fault}", file=sys.stderr)
    print(
        f"{len({pair.line for pair in pairs})} Portuguese terms, {len(pairs)} pairs, {len(Glossary(pairs))} of different stems, {len(wrong)} faults"
    )
    return 1 if wrong else 0


COMMANDS = {
    "verify": (_verify, verify_parser),
    "export": (_export, export_parser),
    "eval": (_eval, eval_parser),
    "feedback": (_feedback, feedback_parser),
    "fit": (_fit, fit_parser),
    "glossary": (_glossary, glossary_parser),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    command, parser = COMMANDS.get(given[0] if given else "", (_ask, ask_parser))
    args = parser().parse_args(given if command is _ask else given[1:])
    from index.errors import QAError

    try:
        code = command(args)
        sys.stdout.flush()
        return code
    except QAError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read the answer has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 1


if __name__ == "__main__":
    sys.exit(main())
