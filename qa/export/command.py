"""`python -m qa export`: answers from files → one file to take along.

In: paths of exported answers.  Out: the file's bytes, and notes on what could not be read.  Never: printing, or an index.
"""

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

FORMS = ("md", "html", "json", "csl", "bib")


class Done(NamedTuple):
    """What a run gave."""

    data: bytes
    notes: tuple[str, ...]  # answers that could not be read

    @property
    def code(self) -> int:
        """Exit code: 1 when an answer is missing from what was written; else 0."""
        return 1 if self.notes else 0


def parser() -> argparse.ArgumentParser:
    """What the command takes."""
    made = argparse.ArgumentParser(
        prog="python -m qa export",
        description="Write exported answers as one text with a numbered list of references, or the references alone, to stdout.",
    )
    made.add_argument(
        "answers",
        type=Path,
        nargs="+",
        metavar="PATH",
        help='file made by `python -m qa --json "question"`, .jsonl of such, or a folder of them; the answers of all make one conversation',
    )
    made.add_argument(
        "--format",
        choices=FORMS,
        default=FORMS[0],
        help="md: Markdown; html: a page to print; json: the answers, for verify; csl: references for Zotero and pandoc; bib: for BibTeX (default: md)",
    )
    made.add_argument(
        "--lang", choices=("pt", "en"), default="", help="language of the words around the articles' own (default: the first question's)"
    )
    made.add_argument("--title", default="", help="headline (default: the question, or words for a conversation)")
    return made


def run(paths: Sequence[Path], form: str, lang: str, title: str, at: datetime) -> Done:
    """Read the answers and write them.

    Args:
        paths: Files or folders, as `qa.verify.read_answers` takes them.
        form: One of FORMS.
        lang: 'pt', 'en', or empty for the first answer's.
        title: Empty for the usual one.
        at: When the export is made; aware.

    Raises:
        AnswerError: a file named by itself cannot be read, or no answer at all can be.
    """
    from index.errors import AnswerError
    from qa.export.forms import export
    from qa.verify import read_answers

    read = [one for path in paths for _, one in read_answers(path)]
    faults = [one for one in read if isinstance(one, AnswerError)]
    answers = [one for one in read if not isinstance(one, AnswerError)]
    if not answers:
        raise faults[0] if faults else AnswerError(f'{paths[0]} holds no answer: export one with `python -m qa --json "question" > answer.json`')
    return Done(export(answers, form, at=at, lang=lang, title=title).data, tuple(map(str, faults)))
