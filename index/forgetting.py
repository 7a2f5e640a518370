"""Forget: take an article's words out of the index for good, every version of them, as a court or an editor may order.

    catalog ── its lines deleted, freed pages overwritten ──► a generation without it ──► older generations and quarantine removed

What readers said of an answer that cites a forgotten article goes with it, verdict, question and note: they are likely to quote it. Words of it
in a note on another answer, or in a question that was refused, cannot be known: `python -m qa feedback` lists all, and deletes.

In: ids of articles that no file of the corpus holds any more.  Out: the generation that serves now.  Never: words of a forgotten
article left in a file of the index, but for those; its numbers (rows, versions) given to other words.
"""

import shutil
from collections.abc import Sequence

from index import feedback, files, generation
from index.build import Build, Progress, writing
from index.catalog import NAME, Catalog
from index.errors import NoSuchArticle, StillInCorpus
from index.ledger import Ledger
from index.settings import Settings


def forget(settings: Settings, ids: Sequence[str], *, progress: Progress | None = None) -> str:
    """Take articles out of the index for good.

    Args:
        settings: Where the index is.
        ids: Of articles, without versions.
        progress: Called as each step advances.

    Returns:
        Name of the generation that serves now.

    Raises:
        NoSuchArticle: the index knows no such article.
        StillInCorpus: a file of the corpus holds it, so that the next update would bring it back.
        IndexBusy, IndexUnwritable: as for `update`.
    """
    with writing(settings) as catalog:
        ledger = Ledger(catalog)
        for id_ in ids:
            if not catalog.versions(id_) and not _forgotten(catalog, id_):
                raise NoSuchArticle(id_)
            if paths := ledger.paths(id_):
                raise StillInCorpus(id_, paths)
        build = Build(settings, catalog, progress or (lambda *_: None))
        with build.reported("forget"):
            for id_ in ids:
                with catalog.transaction():
                    catalog.forget(id_)
                    feedback.forget(catalog, id_)
            build.publish(fresh=False)
            with catalog.transaction():
                catalog.connection.execute("DELETE FROM generation WHERE name <> ?", (build.published,))
        _sweep(settings, build.published)
        with catalog.turn(), catalog.errors():
            catalog.connection.execute("VACUUM")
            catalog.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        files.sync(settings.index_dir / f"{NAME}-wal")  # SQLite itself does not wait until what it cut off is gone
        return build.published


def _forgotten(catalog: Catalog, id_: str) -> bool:
    """Whether it was forgotten before: a run that was cut off is done once more, for it may have left words in other files."""
    with catalog.errors():
        return bool(catalog.connection.execute("SELECT 1 FROM reserved WHERE article = ? AND sha256 = ''", (id_,)).fetchone())


def _sweep(settings: Settings, serving: str) -> None:
    """Remove whatever else may hold the words: older generations, and what was set aside."""
    for path in generation.folder(settings, serving).parent.iterdir():
        if path.name != serving:
            shutil.rmtree(path)
    shutil.rmtree(settings.index_dir / "quarantine", ignore_errors=True)
    files.sync(generation.folder(settings, serving).parent)
    files.sync(settings.index_dir)
