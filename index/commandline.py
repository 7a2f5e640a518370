"""What the commands of the index and of answering share: arguments, settings, progress.

In: arguments.  Out: settings, filters, bars on stderr.  Never: prints, or loads a heavy package before it is needed.
"""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.records import Filter
    from index.settings import Settings

STEPS = {"read": "Reading", "split": "Splitting", "embed": "Embedding", "compare": "Comparing", "write": "Writing", "ask": "Asking"}
UNITS = {"embed": "passages", "ask": "questions"}  # of the others: articles


def day(text: str) -> date:
    """A day as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as YYYY-MM-DD") from None


def at_least_one(text: str) -> int:
    """A whole number from 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def add_corpus(parser: argparse.ArgumentParser) -> None:
    """The option that names the corpus."""
    parser.add_argument("--corpus", type=Path, metavar="DIR", help="folder of articles (default: $QA_CORPUS_DIR, or corpus)")


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The filters that searching and asking share."""
    parser.add_argument("--since", type=day, metavar="DAY", help="only articles published on or after this day (YYYY-MM-DD)")
    parser.add_argument("--until", type=day, metavar="DAY", help="only articles published on or before this day (YYYY-MM-DD)")
    parser.add_argument("--lang", action="append", default=[], metavar="pt|en", help="only articles in this language; may be given more than once")
    parser.add_argument(
        "--outlet", action="append", default=[], metavar="NAME", help="only this outlet, by its exact name; may be given more than once"
    )


def filter_of(args: argparse.Namespace) -> "Filter":
    """The filter that the arguments say."""
    from pydantic import ValidationError

    from index.errors import FilterError
    from index.records import Filter

    try:
        return Filter(since=args.since, until=args.until, languages=tuple(args.lang), outlets=tuple(args.outlet))
    except ValidationError as error:
        raise FilterError(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from error


def settings_of(args: argparse.Namespace) -> "Settings":
    """The settings, with what the arguments change."""
    from index.settings import Settings

    return Settings().replace(corpus_dir=getattr(args, "corpus", None), index_dir=args.index)


class Bars:
    """Progress on stderr: one bar a step, only for what takes long enough to be seen."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._step = ""

    def show(self, step: str, done: int, total: int | None) -> None:
        """So much of a step is done; another step, or the same begun anew, ends the one before."""
        from tqdm import tqdm

        if step != self._step or self._bar is None or done < self._bar.n:
            self._close()
            self._step = step
            unit = UNITS.get(step, "articles")
            self._bar = tqdm(
                desc=f"{STEPS[step]:<10}", total=total, unit=f" {unit}", file=sys.stderr, leave=True, disable=total == 0 or step == "write"
            )
        self._bar.update(done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> "Bars":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
