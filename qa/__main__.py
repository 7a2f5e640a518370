"""The commands of answering: `python -m qa "question"`, `python -m qa` to go on asking, `… verify FILE`, `… eval PATH`.

Results go to stdout, progress and errors to stderr. Exit 0: done, be it with a refusal; 1: an error, or a citation that does
not stand; 2: wrong usage.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.__main__ import Bars, add_filters, at_least_one, day, filter_of, settings_of

if TYPE_CHECKING:
    from index.library import Library
    from index.records import Article
    from qa.records import Answer

WORDS = {
    "pt": {
        "sources": "Fontes",
        "nearest": "O que há de mais próximo",
        "coverage": "Acervo: {articles} artigos, {outlets} veículos, de {first} a {last}",
        "correction": "Correção",
    },
    "en": {
        "sources": "Sources",
        "nearest": "Nearest coverage",
        "coverage": "Archive: {articles} articles, {outlets} outlets, {first} to {last}",
        "correction": "Correction",
    },
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m qa",
        description="Answer a question from the indexed news, every sentence with its source. Without a question: go on asking, an empty line ends.",
        epilog="python -m qa verify ANSWER.json: check every citation of an answer that was exported with --json. "
        "python -m qa eval PATH: ask questions whose answers are known, and report how many went right.",
    )
    parser.add_argument("question", nargs="?", help="in Portuguese or English")
    _common(parser)
    add_filters(parser)
    parser.add_argument("--as-of", type=day, metavar="DAY", help="the day that the question is about (default: today)")
    return parser


def _verify_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa verify", description="Check every citation of an exported answer against the index.")
    parser.add_argument("answer", type=Path, help='file made by `python -m qa --json "question"`')
    _common(parser)
    return parser


def _eval_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m qa eval",
        description="Ask questions whose answers are known, and report what was found, said, refused and cited, and what changed since the last run.",
    )
    parser.add_argument(
        "path",
        type=Path,
        help="a .jsonl file of questions, or a folder of them; articles.jsonl.gz in it is indexed first, unless --index names an index",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of the report (default: .eval/NAME)")
    parser.add_argument("--limit", type=at_least_one, metavar="N", help="ask only the first N questions")
    _common(parser)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--index", type=Path, metavar="DIR", help="folder of the index (default: $QA_INDEX_DIR, or .index)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def shown(answer: "Answer") -> str:
    """An answer as a terminal shows it: numbered sentences, then numbered sources, then the coverage line."""
    words = WORDS[answer.lang]
    lines = []
    if answer.refusal:
        lines.append(answer.reason)
        near = [hit.passage for hit in answer.hits[:3]]
        if near:
            lines += ["", f"{words['nearest']}:", *(f"  - {_source(passage.article)}" for passage in near)]
    else:
        for claim in answer.claims:
            lines.append(f"{' '.join(claim.text.split())} {''.join(f'[{place + 1}]' for place in claim.quotes)}")
        lines += ["", f"{words['sources']}:"]
        for place, quote in enumerate(answer.quotes, 1):
            lines.append(f"  [{place}] {_source(quote.article)}")
            lines += [f"      {words['correction']}: {quote.article.correction}"] if quote.article.correction else []
            lines.append(f"      {quote.address}")
    cover = answer.coverage
    lines += ["", words["coverage"].format(articles=cover.articles, outlets=cover.outlets, first=cover.first or "?", last=cover.last or "?")]
    return _printable("\n".join(lines))


def _source(article: "Article") -> str:
    parts = [article.title or article.id, article.outlet, str(article.day or ""), article.url]
    return " — ".join(part for part in parts if part)


def _printable(text: str) -> str:
    """No escape sequence of an article reaches the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _ask(args: argparse.Namespace) -> int:
    from index.library import Library
    from qa.answer import ask

    where = filter_of(args)
    with Library.open(settings_of(args)) as library:
        for notice in library.notices:
            print(f"note: {notice}", file=sys.stderr)
        if args.question is None:
            return _loop(args, library)
        answer = ask(args.question, where=where, as_of=args.as_of, library=library)
    print(answer.model_dump_json(indent=1) if args.json else shown(answer))
    return 0


def _loop(args: argparse.Namespace, library: "Library") -> int:
    """Read a question, answer it, again; the questions before are the history of the next."""
    from qa.answer import ask

    history: list[str] = []
    prompt = "? " if sys.stdin.isatty() else ""
    while True:
        try:
            question = input(prompt).strip()
        except EOFError:
            return 0
        if not question:
            return 0
        answer = ask(question, history=history, where=filter_of(args), as_of=args.as_of, library=library)
        print(answer.model_dump_json() if args.json else shown(answer) + "\n", flush=True)
        history.append(question)


def _verify(args: argparse.Namespace) -> int:
    from index.library import Library
    from qa.verify import State, read_answer, verify

    answer = read_answer(args.answer)
    with Library.open(settings_of(args)) as library:
        findings = verify(answer, library)
    if args.json:
        print(json.dumps([finding.model_dump() for finding in findings], indent=1, ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{finding.state:<8} {finding.address}{'  ' + finding.reason if finding.reason else ''}")
        same = sum(finding.state is State.SAME for finding in findings)
        print(f"{same} of {len(findings)} citations are the same" if findings else "the answer is a refusal: it cites nothing")
    return 0 if all(finding.state is State.SAME for finding in findings) else 1


def _eval(args: argparse.Namespace) -> int:
    from qa.evaluation.command import evaluate

    with Bars() as bars:
        done = evaluate(args.path, settings_of(args), build=args.index is None, out=args.out, limit=args.limit, progress=bars.show)
    for note in done.notes:
        print(_printable(f"note: {note}"), file=sys.stderr)
    print(done.report.model_dump_json(indent=1) if args.json else _printable(done.text))
    return done.code


COMMANDS = {"verify": (_verify, _verify_parser), "eval": (_eval, _eval_parser)}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    command, parser = COMMANDS.get(given[0] if given else "", (_ask, _parser))
    args = parser().parse_args(given if command is _ask else given[1:])
    from index.errors import QAError

    try:
        return command(args)
    except QAError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1


if __name__ == "__main__":
    sys.exit(main())
