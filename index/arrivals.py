"""Add: pages, feeds and files are put into the corpus folder, remembered, and indexed by an update.

    sources ── adding.add ──► files in the corpus ── update ──► the report of the run
                  └── what is known of each source ──► the catalog, so that next time only what changed is fetched

In: settings and sources.  Out: what became of each, then the run.  Never: the index locked while something is fetched.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from index.adding import Added, Known, add
from index.build import Progress, update, writing
from index.fetch import Fetcher
from index.ledger import Ledger
from index.records import Run
from index.settings import Settings


def bring(
    settings: Settings, sources: Sequence[str], *, private_hosts: frozenset[str] = frozenset(), progress: Progress | None = None
) -> Iterator[Added | Run]:
    """Put each source into the corpus, then update the index.

    Args:
        settings: Where the corpus and the index are; the corpus folder is made when missing.
        sources: Addresses of pages and feeds, paths of files and folders.
        private_hosts: Hosts that may have private addresses, by their exact names.
        progress: Called as each step of the update advances.

    Yields:
        What became of each page, entry and file, as it is done; last the report of the update, when anything is in the corpus.

    Raises:
        IndexBusy, IndexUnwritable: as for `update`; what was fetched stays in the corpus and the next update reads it.
    """
    with writing(settings) as catalog:
        known = {source: Known.model_validate_json(line) for source, line in Ledger(catalog).fetched().items()}
    found: dict[str, Known] = {}
    anything = False
    try:
        with Fetcher(user_agent=settings.user_agent, private_hosts=private_hosts) as fetcher:
            for added in add(sources, settings.corpus_dir, known, fetcher, datetime.now(UTC)):
                if added.known:
                    found[added.source] = added.known
                anything |= added.state in ("new", "changed", "unchanged")
                yield added
    finally:  # also when it is interrupted: what was fetched is not fetched again
        if found:
            with writing(settings) as catalog, catalog.transaction():
                for source, one in found.items():
                    Ledger(catalog).put_fetched(source, one.model_dump_json())
    if anything:
        yield update(settings, progress=progress)
