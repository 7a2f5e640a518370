"""The commands of answering: `python -m qa "question"`, or without one to go on asking; verify, eval, fit, glossary.

Results go to stdout, progress and errors to stderr. Exit 0: done, be it with a refusal; 1: an error, or a citation that does
not stand; 2: wrong usage.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.commandline import Bars, add_filters, at_least_one, day, filter_of, settings_of

if TYPE_CHECKING:
    from index.library import Library
    from index.records import Article
    from qa.records import Answer, Quote

WORDS = {
    "pt": {
        "sources": "Fontes",
        "nearest": "O que há de mais próximo",
        "coverage": "Acervo: {articles} artigos, {outlets} veículos, de {first} a {last}",
        "correction": "Correção",
        "also": "também em",
        "before": "A frase anterior",
        "copies": "Cópias",
        "origin": "origem provável",
        "one": "Tudo vem de uma só origem",
        "many": "Apoia-se em {n} origens independentes",
        "near": "Datas: primeiro os artigos próximos de {as_of}",
        "interval": "Datas: a pergunta é sobre {days}; primeiro os artigos desses dias",
        "off": "Datas: todas valem igual; a pergunta é sobre história",
        "now": "Datas: a pergunta é sobre {days}; primeiro os artigos próximos de {as_of}",
        "aside": "Datas: as da pergunta foram deixadas de lado; primeiro os artigos próximos de {as_of}",
        "from_to": "{since} a {until}",
        "since": "o período desde {since}",
        "until": "o período até {until}",
    },
    "en": {
        "sources": "Sources",
        "nearest": "Nearest coverage",
        "coverage": "Archive: {articles} articles, {outlets} outlets, {first} to {last}",
        "correction": "Correction",
        "also": "also in",
        "before": "The sentence before",
        "copies": "Copies",
        "origin": "likely origin",
        "one": "All of it comes from one origin",
        "many": "Rests on {n} independent origins",
        "near": "Dates: articles near {as_of} first",
        "interval": "Dates: asked about {days}; articles of those days first",
        "off": "Dates: all alike, a question about history",
        "now": "Dates: asked about {days}; articles near {as_of} first",
        "aside": "Dates: those of the question were set aside; articles near {as_of} first",
        "from_to": "{since} to {until}",
        "since": "the time since {since}",
        "until": "the time up to {until}",
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
    parser.add_argument("--as-of", type=day, metavar="DAY", help="the day that the question is asked on (default: today)")
    parser.add_argument("--no-dates", action="store_true", help="let days that the question names not count in the ranking")
    return parser


def _verify_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa verify", description="Check every citation of exported answers against the index.")
    parser.add_argument(
        "answers", type=Path, nargs="+", metavar="PATH", help='file made by `python -m qa --json "question"`, .jsonl of such, or a folder of them'
    )
    parser.add_argument("--withdrawn", action="store_true", help="tell only of citations whose article was withdrawn, embargoed or has expired")
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


def _fit_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m qa fit",
        description="Make the weights of ranking and confidence from questions whose answers are known, and say how well they do.",
    )
    parser.add_argument("path", type=Path, nargs="+", help="as for `python -m qa eval`; facts and near misses are needed")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the weights are written (default: the ones in use)")
    parser.add_argument("--worth", action="store_true", help="also tell what is lost without each part of a score")
    _common(parser)
    return parser


def _glossary_parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m qa glossary", description="Check the glossary of Portuguese and English, and count its pairs.")


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--index", type=Path, metavar="DIR", help="folder of the index (default: $QA_INDEX_DIR, or .index)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def shown(answer: "Answer") -> str:
    """An answer as a terminal shows it: numbered sentences, then numbered sources, then how dates were used and the coverage line."""
    from qa.check import DOUBT

    words = WORDS[answer.lang]
    lines = []
    if answer.refusal:
        lines.append(answer.reason)
        near = list({hit.passage.article.key: hit.passage.article for hit in answer.hits}.values())[:3]  # each once, best first
        if near:
            lines += ["", f"{words['nearest']}:", *(f"  - {_source(article)}" for article in near)]
    else:
        lines += [DOUBT[answer.lang], ""] if answer.unsure else []
        for claim in answer.claims:
            also = f" ({words['also']} {_numbers(claim.also)})" if claim.also else ""
            lines.append(f"{' '.join(claim.text.split())} {_numbers(claim.quotes)}{also}")
        before = {place for claim in answer.claims if claim.verbatim for place in claim.quotes[1:]}
        lines += ["", f"{words['sources']}:"]
        for place, quote in enumerate(answer.quotes, 1):
            lines.append(f"  [{place}] {_source(quote.article)}")
            lines += [f"      {words['correction']}: {quote.article.correction}"] if quote.article.correction else []
            lines += [f"      {words['before']}: {' '.join(quote.text.split())}"] if place - 1 in before else []
            lines += [f"      {words['copies']}: {copies}"] if (copies := _copies(answer, quote)) else []
            lines.append(f"      {quote.address}")
        lines += ["", words["one"] if answer.independent == 1 else words["many"].format(n=answer.independent)]
    cover = answer.coverage
    lines += [
        "",
        *_dates(answer),
        words["coverage"].format(articles=cover.articles, outlets=cover.outlets, first=cover.first or "?", last=cover.last or "?"),
    ]
    return _printable("\n".join(lines))


def _copies(answer: "Answer", quote: "Quote") -> str:
    """Where copies of the passage stand that a quote was cut from: outlet and day of each, the likely origin named as such."""
    hits = [
        hit
        for hit in answer.hits
        if hit.passage.article.key == quote.article.key and hit.passage.start <= quote.start and quote.end <= hit.passage.end
    ]
    copies = {copy.article.id: copy.article for hit in hits for copy in hit.copies if copy.article.id != quote.article.id}
    origin = answer.origins.get(quote.article.id)
    named = [
        f"{one.outlet or one.id}, {one.day or '?'}" + (f" ({WORDS[answer.lang]['origin']})" if one.id == origin else "") for one in copies.values()
    ]
    return "; ".join(named)


def _numbers(places: Sequence[int]) -> str:
    return "".join(f"[{place + 1}]" for place in places)


def _dates(answer: "Answer") -> list[str]:
    """The line that says how dates were used; none when there was nothing to search in or for."""
    from qa.records import Refusal
    from qa.when import Prior, When

    if answer.refusal in (Refusal.CORPUS_EMPTY, Refusal.NOT_A_QUESTION):
        return []
    words, days, named = WORDS[answer.lang], answer.interval, ""
    if days:
        named = words["from_to" if days.since and days.until else "since" if days.since else "until"].format(since=days.since, until=days.until)
    aside = When(as_of=answer.as_of, interval=days, prior=answer.prior).sets_aside(answer.searched, answer.lang)
    key = "aside" if aside else "now" if days and answer.prior is Prior.NEAR else answer.prior.value
    return [words[key].format(days=named, as_of=answer.as_of)]


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
            print(_printable(f"{where}{finding.state:<9} {finding.address}{'  ' + finding.reason if finding.reason else ''}"))
        if args.withdrawn:
            print(f"{wrong} of {checked} citations are of withdrawn articles")
        else:
            print(f"{checked - wrong} of {checked} citations are the same" if checked else "the answer is a refusal: it cites nothing")
    return 1 if wrong or unread else 0


def _eval(args: argparse.Namespace) -> int:
    from qa.evaluation.command import evaluate

    with Bars() as bars:
        done = evaluate(args.path, settings_of(args), build=args.index is None, out=args.out, limit=args.limit, progress=bars.show)
    for note in done.notes:
        print(_printable(f"note: {note}"), file=sys.stderr)
    print(done.report.model_dump_json(indent=1) if args.json else _printable(done.text))
    return done.code


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


COMMANDS = {"verify": (_verify, _verify_parser), "eval": (_eval, _eval_parser), "fit": (_fit, _fit_parser), "glossary": (_glossary, _glossary_parser)}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    command, parser = COMMANDS.get(given[0] if given else "", (_ask, _parser))
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
