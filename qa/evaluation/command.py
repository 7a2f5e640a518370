"""Evaluate: from a path of questions to a folder with the report.

    read ─ build an index, when there are articles ─ ask ─ report ─► OUT/report.json, report.html, *.svg; the last run in last.json

In: paths and settings.  Out: the report, its text and notes.  Never: prints; nothing in OUT changes before every question was asked.
"""

import gzip
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from index import files
from index.build import rebuild
from index.errors import EvaluationError, PlotsMissing
from index.library import Library
from index.settings import Settings
from qa.evaluation import plots
from qa.evaluation.page import page
from qa.evaluation.questions import Golden, read_questions
from qa.evaluation.report import Made, Report, report
from qa.evaluation.run import run
from qa.evaluation.table import shown

Progress = Callable[[str, int, int | None], None]  # step, how many are done, of how many (None: not known yet)
FOLDER = Path(".eval")
UNPACKED = "articles.jsonl"


class Evaluated(NamedTuple):
    """What a run left."""

    report: Report
    text: str  # for a terminal
    notes: tuple[str, ...]  # what else must be said

    @property
    def code(self) -> int:
        """Exit code: 1 when a citation is not valid, however good the rest; else 0."""
        return 1 if self.report.invalid else 0


def evaluate(
    path: Path, settings: Settings, *, build: bool = True, out: Path | None = None, limit: int | None = None, progress: Progress | None = None
) -> Evaluated:
    """Ask every question and write the report.

    Args:
        path: A .jsonl file of questions, or a folder of them, maybe with articles.jsonl.gz.
        settings: Of the index that is asked; with articles its folders are replaced by some in `out`.
        build: Whether an index is built of articles that lie beside the questions.
        out: Folder of the report; .eval/NAME when None.
        limit: Ask only the first so many.
        progress: Called as each step advances.

    Raises:
        EvaluationError: the questions cannot be read, or the report cannot be written.
        QAError: the index cannot be built or used.
    """
    questions = read_questions(path)
    name = path.resolve().stem if path.is_file() else path.resolve().name
    out = out or FOLDER / name
    warnings = list(questions.warnings)
    settings = index_of(questions.articles if build else None, out, settings, progress)
    last, notes = _last(out, path)
    golden = questions.golden[:limit]
    with Library.open(settings) as library:
        notes += library.notices
        skipped = library.manifest.skipped if build and questions.articles else ()
        warnings += [f"{len(skipped)} articles could not be read; the first is {skipped[0].path}: {skipped[0].reason}"] if skipped else []
        warnings += _unknown(golden, library)
        outcomes = list(run(golden, library, progress))
        made = Made(
            name=name,
            data=str(path.resolve()),
            made=datetime.now(UTC),
            fingerprint=library.manifest.fingerprint,
            settings=library.manifest.settings,
            warnings=tuple(warnings),
        )
    found = report(made, outcomes, last)
    try:
        drawn = {"calibration": plots.calibration(found.calibration), "risk-coverage": plots.risk_coverage(found.risk)}
    except PlotsMissing as missing:
        drawn = {}
        notes.append(str(missing))
    _write(out, found, drawn)
    return Evaluated(found, shown(found, str(out)), (*warnings, *notes))


def index_of(articles: Path | None, out: Path, settings: Settings, progress: Progress | None = None) -> Settings:
    """Settings of the index to be asked: one built in `out` of the articles, when there are some; else those given.

    Raises:
        QAError: the articles cannot be unpacked, or the index cannot be built.
    """
    if articles is None:
        return settings
    settings = settings.replace(corpus_dir=_unpacked(articles, out / "corpus"), index_dir=out / "index")
    rebuild(settings, progress=progress)
    return settings


def _unpacked(articles: Path, corpus: Path) -> Path:
    """The folder that an index can be built of, with the articles in it and nothing else."""
    try:
        corpus.mkdir(parents=True, exist_ok=True)
        if others := sorted(one.name for one in corpus.iterdir() if one.name != UNPACKED):
            raise EvaluationError(f"{corpus} holds other files ({others[0]}), which would be indexed too: name another folder with --out")
        with gzip.open(articles) if articles.suffix == ".gz" else articles.open("rb") as packed, (corpus / UNPACKED).open("wb") as file:
            shutil.copyfileobj(packed, file)
    except (OSError, EOFError) as error:  # gzip tells a damaged file as an OSError, a cut one as an EOFError
        raise EvaluationError(f"{articles} cannot be unpacked into {corpus} ({error})") from error
    return corpus


def _last(out: Path, path: Path) -> tuple[Report | None, list[str]]:
    """The last run's report, and what is to be said of it."""
    file = out / "report.json"
    if not file.exists():
        return None, []
    try:
        last = Report.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None, [f"{file} is no report of this version: this run is compared with none"]
    if last.made.data != str(path.resolve()):
        return last, [f"the last run in {out} asked {last.made.data}: only questions that are the same are compared"]
    return last, []


def _unknown(golden: Sequence[Golden], library: Library) -> Iterator[str]:
    """A warning for each article that a question names and the index does not hold."""
    for one in golden:
        for article in one.articles:
            if library.newest(article) is None:
                yield f"question {one.id}: the index holds no article {article!r}"


def _write(out: Path, found: Report, drawn: dict[str, bytes]) -> None:
    """Every file of the report; report.json last, so that a run that is cut off leaves the old one."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, svg in drawn.items():
            files.replace(out / f"{name}.svg", svg)
        files.replace(out / "report.html", page(found, drawn).encode("utf-8"))
        if (out / "report.json").exists():
            files.replace(out / "last.json", (out / "report.json").read_bytes())
        files.replace(out / "report.json", found.model_dump_json(indent=1).encode("utf-8"))
    except OSError as error:
        raise EvaluationError(f"the report cannot be written into {out} ({error}): name another folder with --out") from error
