"""Every error that Presscite raises on purpose.

    QAError                    catch this one to catch them all; commands exit 1 on it
    ├── SettingsError          a setting has a value that cannot be used
    ├── CorpusError            the corpus folder is missing, is no folder, or holds no article
    ├── ReadError              one file cannot be read as news; never stops the others
    │   ├── NotRead            it cannot be opened or read just now; what it gave before still counts
    │   └── PassedOver         it is no news, and was passed over on purpose
    ├── FetchError             a page or a feed cannot be fetched; never stops the others
    │   └── NotFetched         an address that was not fetched, and why (index/addresses.py)
    ├── EmbedderError          the embedding model is missing, altered, or gives unusable vectors
    ├── IndexMissing           there is no index yet
    ├── IndexMismatch          the index was built with other settings than the ones now in force
    ├── IndexDamaged           a file of the index is not what was written
    ├── IndexBusy              somebody else is writing the index
    ├── IndexUnwritable        the index folder cannot be written (full disk, rights)
    ├── NoSuchRun              the log knows no run of this number
    ├── NoSuchArticle          the index knows no article, or no version of it, by this name
    ├── StillInCorpus          an article that is to be forgotten stands in a file of the corpus
    ├── BackupError            a backup cannot be written, or does not verify
    ├── FilterError            a filter's value cannot be used
    ├── QuestionError          the question is not text that can be searched for
    ├── AnswerError            an answer file cannot be read
    ├── FeedbackError          what a reader says of an answer cannot be kept, or is not there
    ├── GlossaryError          a line of the glossary is no pair of terms
    ├── EvaluationError        golden questions cannot be read, or their report cannot be written
    └── PlotsMissing           matplotlib, which draws a report's plots, is not installed

A message says what is wrong, where, and the command that mends it.
"""

from collections.abc import Sequence
from pathlib import Path


class QAError(Exception):
    """Base of every error that Presscite raises on purpose."""


class SettingsError(QAError):
    """A setting has a value that cannot be used."""


class CorpusError(QAError):
    """The corpus folder is missing, is no folder, or holds no article."""


class ReadError(QAError):
    """One file cannot be read as news. The message is the reason alone; the caller adds the path."""


class NotRead(ReadError):
    """A file cannot be opened or read just now (rights, a failing disk, too many open files): another time it may be."""


class PassedOver(ReadError):
    """It is no news, and was passed over on purpose: a picture's record, a link, a file of no known format."""


class FetchError(QAError):
    """A page or a feed cannot be fetched. The message says what, where and what to do; never stops the others."""


class EmbedderError(QAError):
    """The embedding model is missing, altered, or gives unusable vectors."""


class IndexMissing(QAError):
    """There is no index yet."""

    def __init__(self, index_dir: Path) -> None:
        super().__init__(f"there is no index in {index_dir}: run `python -m index rebuild`")


class IndexMismatch(QAError):
    """The index was built with other settings than the ones now in force."""

    def __init__(self, what: str, built: object, wanted: object) -> None:
        super().__init__(
            f"the index was built with {what} {built!r}, but the settings say {wanted!r}: run `python -m index rebuild`, or set the old value again"
        )


class IndexDamaged(QAError):
    """A file of the index is not what was written."""


class IndexBusy(QAError):
    """Somebody else is writing the index."""


class IndexUnwritable(QAError):
    """The index folder cannot be written."""


class NoSuchRun(QAError):
    """The log knows no run of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"the log has no run {number}: run `python -m index log` for a list")


class NoSuchArticle(QAError):
    """The index knows no article, or no version of it, by this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the index has no article {name!r}: run `python -m index search` with words of it")


class StillInCorpus(QAError):
    """An article that is to be forgotten stands in a file of the corpus."""

    def __init__(self, id_: str, paths: Sequence[str]) -> None:
        super().__init__(f"the corpus still holds {id_} in {', '.join(paths[:5])}: delete it there, run `python -m index update`, then forget it")


class BackupError(QAError):
    """A backup cannot be written, or does not verify."""


class FilterError(QAError):
    """A filter's value cannot be used."""


class QuestionError(QAError):
    """The question is not text that can be searched for."""


class AnswerError(QAError):
    """An answer file cannot be read."""


class FeedbackError(QAError):
    """What a reader says of an answer cannot be kept, or is not there."""


class GlossaryError(QAError):
    """A line of the glossary is no pair of terms."""


class EvaluationError(QAError):
    """Golden questions cannot be read, or their report cannot be written."""


class PlotsMissing(QAError):
    """Matplotlib, which draws a report's plots, is not installed."""

    def __init__(self) -> None:
        super().__init__("the plots are left out, because matplotlib is not installed: run `pip install 'presscite[eval]'`")
