"""What the commands of answering take.

In: nothing.  Out: a parser for each command.  Never: parses, or loads a heavy package.
"""

import argparse
from pathlib import Path

from index.commandline import add_filters, at_least_one, day


def ask_parser() -> argparse.ArgumentParser:
    """A question."""
    parser = argparse.ArgumentParser(
        prog="python -m qa",
        description="Answer a question from the indexed news, every sentence with its source. Without a question: go on asking, an empty line ends.",
        epilog="python -m qa verify ANSWER.json: check every citation of an answer that was exported with --json. "
        "python -m qa eval PATH: ask questions whose answers are known, and report how many went right. "
        "python -m qa feedback: what readers of the page said of answers.",
    )
    parser.add_argument("question", nargs="?", help="in Portuguese or English")
    _common(parser)
    add_filters(parser)
    parser.add_argument("--as-of", type=day, metavar="DAY", help="the day that the question is asked on (default: today)")
    parser.add_argument("--no-dates", action="store_true", help="let days that the question names not count in the ranking")
    return parser


def verify_parser() -> argparse.ArgumentParser:
    """Exported answers."""
    parser = argparse.ArgumentParser(prog="python -m qa verify", description="Check every citation of exported answers against the index.")
    parser.add_argument(
        "answers", type=Path, nargs="+", metavar="PATH", help='file made by `python -m qa --json "question"`, .jsonl of such, or a folder of them'
    )
    parser.add_argument("--withdrawn", action="store_true", help="tell only of citations whose article was withdrawn, embargoed or has expired")
    _common(parser)
    return parser


def eval_parser() -> argparse.ArgumentParser:
    """Golden questions."""
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


def feedback_parser() -> argparse.ArgumentParser:
    """What readers said."""
    parser = argparse.ArgumentParser(
        prog="python -m qa feedback",
        description="List what readers said of answers, newest first; make golden questions of it; remove it. It never changes an answer.",
    )
    does = parser.add_mutually_exclusive_group()
    does.add_argument("--to-golden", type=Path, metavar="FILE", help="add a golden question to FILE for each answer and refusal called right")
    does.add_argument("--delete", nargs="+", metavar="NAME", help="remove what was said of these answers, by the names in the list")
    does.add_argument("--clear", action="store_true", help="list everything, then remove what was listed")
    parser.add_argument(
        "--open", type=Path, metavar="FILE", help="with --to-golden: add there what needs a gold answer; fill in kind and answers, and run it again"
    )
    _common(parser)
    return parser


def fit_parser() -> argparse.ArgumentParser:
    """Golden questions to fit weights to."""
    parser = argparse.ArgumentParser(
        prog="python -m qa fit",
        description="Make the weights of ranking and confidence from questions whose answers are known, and say how well they do.",
    )
    parser.add_argument("path", type=Path, nargs="+", help="as for `python -m qa eval`; facts and near misses are needed")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the weights are written (default: the ones in use)")
    parser.add_argument("--worth", action="store_true", help="also tell what is lost without each part of a score")
    _common(parser)
    return parser


def glossary_parser() -> argparse.ArgumentParser:
    """Nothing."""
    return argparse.ArgumentParser(prog="python -m qa glossary", description="Check the glossary of Portuguese and English, and count its pairs.")


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--index", type=Path, metavar="DIR", help="folder of the index (default: $QA_INDEX_DIR, or .index)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
