"""Watch: update whenever files of the corpus change.

In: settings.  Out: the report of each update, or the error that stopped it.  Never: ends because one update failed.
Network folders that tell of no change need WATCHFILES_FORCE_POLLING=1 in the environment (watchfiles reads it).
"""

from collections.abc import Iterator
from threading import Event as Signal

from index.build import Progress, update
from index.errors import CorpusError, IndexBusy, QAError
from index.records import Run
from index.settings import Settings

QUIET_MS = 400  # files must be left alone for so long before they are read
LONGEST_MS = 5_000  # a folder that is never quiet is read at least so often


def watch(settings: Settings, *, stop: Signal | None = None, progress: Progress | None = None) -> Iterator[Run | QAError]:
    """Update now, and again whenever something changes in the corpus folder, until `stop` is set.

    Yields:
        The report of each update; an error of ours is yielded too, and the watching goes on.

    Raises:
        CorpusError: there is no such folder at the beginning.
    """
    import watchfiles  # only for those who watch

    if not settings.corpus_dir.is_dir():
        raise CorpusError(f"the corpus folder {settings.corpus_dir} does not exist: run `python -m index watch --corpus DIR` with yours")
    stop = stop or Signal()
    changes = watchfiles.watch(
        settings.corpus_dir, watch_filter=None, step=QUIET_MS, debounce=LONGEST_MS, stop_event=stop, rust_timeout=1_000, yield_on_timeout=True
    )
    waiting = True  # the first time, and after an update that could not be done
    for changed in changes:
        if changed or waiting:
            outcome = _update(settings, progress)
            waiting = isinstance(outcome, IndexBusy)
            if not waiting:
                yield outcome


def _update(settings: Settings, progress: Progress | None) -> Run | QAError:
    try:
        return update(settings, progress=progress)
    except QAError as error:
        return error
