"""When the catalog is gone: finish a salvage that was cut off, and keep the numbers of versions that only sealed files still name.

In: the index folder, whose lock is held.  Out: the catalog in its place.  Never: a number of a lost version given to other words.
"""

import json
from collections.abc import Iterator

from index import files
from index.catalog import NAME, Catalog
from index.settings import Settings
from index.snapshot import ARTICLES

SALVAGED = "catalog.db.salvaged"  # whole, and only to be moved into place


def finish(settings: Settings) -> bool:
    """Put a salvaged catalog into its place when a repair was cut off just before; returns whether there was one to move."""
    salvaged, place = settings.index_dir / SALVAGED, settings.index_dir / NAME
    if not salvaged.exists() or place.exists():
        return False
    salvaged.replace(place)
    files.sync(settings.index_dir)
    return True


def named(settings: Settings) -> Iterator[tuple[str, int, str, str]]:
    """Every version that a generation on the disk names: id, version, SHA-256, headline; what cannot be read is passed over."""
    for path in sorted((settings.index_dir / "generations").glob(f"*/{ARTICLES}")):
        try:
            lines = files.read(path).split(b"\n")
        except OSError:
            continue
        for line in lines:
            try:
                id_, version, total, _, fields = json.loads(line)
                yield str(id_), int(version), str(total), str(fields["title"])
            except (ValueError, TypeError, KeyError):
                continue


def reserve(settings: Settings, catalog: Catalog) -> None:
    """Keep in a new catalog the numbers of all versions that generations on the disk name."""
    with catalog.transaction():
        for id_, version, total, _ in named(settings):
            catalog.reserve(id_, version, total)
