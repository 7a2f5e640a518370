"""Verify: read everything that the index holds and say what is not what was written.  Changes nothing.

pointer → manifest → files' checksums → SQLite's own check → every article's checksum → every passage → every vector → every line of feedback
"""

from index import feedback, generation, making
from index.catalog import NAME, Catalog
from index.errors import QAError
from index.records import sha256
from index.settings import Settings


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
        wrong += _passages(catalog, name, checked)
        _, damaged = feedback.lines(catalog)
        wrong += [f"{catalog.path}: line {number} of the feedback is not what was written: run `python -m index repair`" for number in damaged]
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


def _passages(catalog: Catalog, name: str, checked: dict[str, int]) -> list[str]:
    """What a generation is made of, as the catalog has it: its addresses, and the vector of every passage."""
    try:
        manifest, snapshot = making.remembered(catalog, name)
    except KeyError:
        return [f"{catalog.path} does not know the generation {name}: run `python -m index update`"]
    weights, dim = manifest.settings["weights"], int(manifest.settings["dim"])
    wrong = []
    for line in snapshot.lines():
        try:
            article = catalog.article(*line.article.key)
            title = str(line.article.fields["title"])
            hashes = [sha256(generation.embedded_text(title, article.text[start:end])) for _, _, start, end in line.entries.tolist()]
            catalog.vectors(hashes, weights, dim)
            checked["passages"] += len(hashes)
        except (QAError, KeyError) as error:
            wrong.append(str(error))
    return wrong
