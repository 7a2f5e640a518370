"""Verify: read everything that the index holds and say what is not what was written.  Changes nothing.

pointer → manifest → files' checksums → SQLite's own check → every article's checksum → every passage → every vector
"""

from index import generation
from index.backends import open_embedder
from index.catalog import NAME, Catalog
from index.errors import QAError
from index.settings import Settings

BATCH = 500


def verify(settings: Settings) -> tuple[dict[str, int], list[str]]:
    """Check the generation that serves, and the whole catalog.

    Returns:
        How much was checked (files, articles, passages), and what is wrong, one line each; empty when nothing is.

    Raises:
        IndexMissing: there is no index yet.
    """
    wrong: list[str] = []
    checked = {"files": 0, "articles": 0, "passages": 0}
    name = generation.current(settings)
    try:
        manifest = generation.read_manifest(settings, name)
        wrong += generation.damage(settings, manifest)
        checked["files"] = len(manifest.files)
    except QAError as error:
        wrong.append(str(error))
    try:
        catalog = Catalog(settings.index_dir / NAME)
    except QAError as error:
        return checked, [*wrong, str(error)]
    try:
        wrong += [f"{catalog.path}: {line}" for line in catalog.integrity()]
        wrong += _articles(catalog, checked)
        wrong += _passages(settings, catalog, name, checked)
    except QAError as error:
        wrong.append(str(error))
    finally:
        catalog.close()
    return checked, wrong


def _articles(catalog: Catalog, checked: dict[str, int]) -> list[str]:
    wrong = []
    for id_, version in catalog.keys(current=False):
        checked["articles"] += 1
        try:
            catalog.article(id_, version)
        except QAError as error:
            wrong.append(str(error))
    return wrong


def _passages(settings: Settings, catalog: Catalog, name: str, checked: dict[str, int]) -> list[str]:
    try:
        manifest, rows = catalog.generation(name)
    except KeyError:
        return [f"{catalog.path} does not know the generation {name}: run `python -m index rebuild`"]
    embedder = open_embedder(settings.embedder)
    dim = int(manifest.settings["dim"])
    wrong = []
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH].tolist()
        try:
            catalog.passages(part)
            catalog.vectors(part, embedder.weights, dim)
            checked["passages"] += len(part)
        except (QAError, ValueError) as error:
            wrong.append(str(error))
    return wrong
