"""Generations: finished, checksummed folders that are never changed again; one pointer names the one that serves.

    .index/CURRENT ──► .index/generations/<name>/   manifest.json    written last, holds its own SHA-256
                                                    articles.jsonl   what is said of each article (index/snapshot.py)
                                                    passages.bin     row and address of each passage
                                                    vectors.f32      float32 little-endian, in the order of passages.bin
                                                    canaries.bin     vectors of three sentences, float32: catch other weights
                                                    lexical/         the lexical store's folder

In: what the catalog holds.  Out: opened stores.  Never: bytes handed to a native library before their SHA-256 was checked;
more than a batch of passages in memory while a generation is written.
"""

import hashlib
import json
import os
import re
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import ValidationError

from index import files
from index.backends import open_lexical, open_store
from index.catalog import NAME as CATALOG
from index.catalog import Catalog
from index.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexUnwritable
from index.protocols import Embedder, LexicalStore, Rows, VectorStore
from index.records import Manifest
from index.settings import Settings
from index.snapshot import ENTRY, PASSAGES, Snapshot
from index.snapshot import load as load_snapshot

FORMAT = 2
BATCH = 4096  # passages handed to a store at once
DIM_MOST = 65_536  # dimensions of a vector; models have a few thousand at most
VECTORS = "vectors.f32"
NAMES = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}Z")
CANARIES = ("The quick brown fox jumps over the lazy dog.", "O jornal publicou a notícia na quarta-feira.", "42 per cent of 1,195 GPUs")


TERMS = "1"  # raise when index/text.py gives other terms for the same text
SPLITTER = "sentences-1"  # raise when index/passages.py gives other spans for the same text


class Stores(NamedTuple):
    """The opened stores of one generation."""

    manifest: Manifest
    snapshot: Snapshot
    vectors: VectorStore
    lexical: LexicalStore
    canaries: bytes


def content_settings(settings: Settings, embedder: Embedder) -> dict[str, str]:
    """Name → value of all that decides the content of a generation, but the corpus."""
    return {
        "embedder": settings.embedder,
        "weights": embedder.weights,
        "store": settings.store,
        "lexical": settings.lexical,
        "passage_pieces": str(settings.passage_pieces),
        "splitter": SPLITTER,
        "terms": TERMS,
    }


def all_settings(settings: Settings, catalog: Catalog, embedder: Embedder) -> dict[str, str]:
    """What a manifest says of the settings. The model is not loaded when the catalog holds a vector of it."""
    return content_settings(settings, embedder) | {"dim": str(catalog.dim(embedder.weights) or embedder.dim)}


def split_rule(settings: Settings, embedder: Embedder) -> str:
    """Name of the way in which articles are parted into passages: another model may count other pieces."""
    return f"{SPLITTER} {settings.passage_pieces} {embedder.weights}"


def embedded_text(title: str, text: str) -> str:
    """What is embedded and indexed for a passage: its article's headline, then its words."""
    return f"{title}\n{text}" if title else text


def folder(settings: Settings, name: str) -> Path:
    """Where a generation lives."""
    return settings.index_dir / "generations" / name


def current(settings: Settings) -> str:
    """Name of the generation that serves.

    Raises:
        IndexMissing: there is none yet.
        IndexDamaged: the pointer names no generation.
    """
    try:
        name = files.read(settings.index_dir / "CURRENT").decode("ascii").strip()
    except FileNotFoundError:
        raise IndexMissing(settings.index_dir) from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{settings.index_dir / 'CURRENT'} cannot be read ({error}): run `python -m index rebuild`") from error
    if not NAMES.fullmatch(name) or not folder(settings, name).is_dir():
        raise IndexDamaged(f"{settings.index_dir / 'CURRENT'} names no generation ({name[:80]!r}): run `python -m index rebuild`")
    return name


def new_name() -> str:
    """A name that sorts after all others: time in UTC, to the microsecond."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def publish(settings: Settings, manifest: Manifest) -> Manifest:
    """Seal a generation with its manifest and let the pointer name it; all but it and the one that served before are removed.

    Returns:
        The manifest, with the checksum of each file.
    """
    try:
        before = current(settings)
    except (IndexMissing, IndexDamaged):
        before = ""
    home = folder(settings, manifest.generation)
    for lock in home.rglob("*.lock"):
        lock.unlink()
    sums = {}
    for path in sorted(home.rglob("*")):
        files.sync(path)
        if path.is_file():
            sums[path.relative_to(home).as_posix()] = files.checksum(path)
    manifest = manifest.model_copy(update={"files": sums})
    body = manifest.model_dump_json()
    sealed = json.dumps({"sha256": hashlib.sha256(body.encode()).hexdigest(), "manifest": body})
    files.write(home / "manifest.json", sealed.encode())
    for path in (home, home.parent, settings.index_dir):
        files.sync(path)
    files.replace(settings.index_dir / "CURRENT", (manifest.generation + "\n").encode())
    for path in home.parent.iterdir():
        if path.name not in (manifest.generation, before):
            shutil.rmtree(path, ignore_errors=True)
    return manifest


def unwritable(settings: Settings, error: Exception, again: str) -> IndexUnwritable:
    """A disk that says no, in one line: why, how much room there is, and the command to run once there is more.

    What is needed is guessed from what is there: another generation like the one that serves, and a log in which all of the catalog stands.
    """
    needed_bytes = 0
    with suppress(IndexMissing, IndexDamaged, OSError):
        needed_bytes = files.size_bytes(folder(settings, current(settings))) + (settings.index_dir / CATALOG).stat().st_size
    told = files.why(error, settings.index_dir, needed_bytes)
    return IndexUnwritable(f"{settings.index_dir} cannot be written ({told}): make room or give rights, then run {again} again")


def discard(settings: Settings, name: str) -> None:
    """Remove a generation that was never published; one that the pointer names stays."""
    with suppress(IndexMissing, IndexDamaged):
        if current(settings) == name:
            return
    shutil.rmtree(folder(settings, name), ignore_errors=True)


def quarantine(settings: Settings, name: str) -> Path:
    """Move a damaged generation aside, for whoever wants to look; returns where to."""
    aside = settings.index_dir / "quarantine" / name
    aside.parent.mkdir(mode=0o700, exist_ok=True)
    while aside.exists():
        aside = aside.with_name(aside.name + "+")
    os.replace(folder(settings, name), aside)
    return aside


def read_manifest(settings: Settings, name: str) -> Manifest:
    """The manifest of a generation, proved to be what was written.

    Raises:
        IndexDamaged: it is missing or changed.
    """
    path = folder(settings, name) / "manifest.json"
    try:
        sealed = _parsed(files.read(path))
        body = sealed["manifest"]
        if hashlib.sha256(body.encode()).hexdigest() != sealed["sha256"]:
            raise ValueError("its checksum differs")
        _parsed(body)
        manifest = Manifest.model_validate_json(body)
        if manifest.generation != name:
            raise ValueError(f"it belongs to {manifest.generation}")
        if outside := [file for file in manifest.files if file.startswith("/") or ".." in file.split("/")]:
            raise ValueError(f"it names {outside[0][:80]!r}, which is no file of its own")
        if manifest.format != FORMAT:
            raise ValueError(f"its format is {manifest.format}, not {FORMAT}")
        _refuse_impossible(manifest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, ValidationError) as error:
        reason = "it does not read as a manifest" if isinstance(error, ValidationError) else error
        raise IndexDamaged(f"{path} is not what was written ({reason}): run `python -m index rebuild`") from error
    return manifest


def _parsed(text: str | bytes) -> dict[str, Any]:
    """A JSON object in which no name stands twice (of two, other readers take the other) and every number is one."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("a name stands twice in it")
        return found

    def refuse(constant: str) -> None:
        raise ValueError(f"it holds {constant}")

    return dict(json.loads(text, object_pairs_hook=once, parse_constant=refuse))


def _refuse_impossible(manifest: Manifest) -> None:
    """Raise ValueError when a manifest's numbers do not fit its files: nothing is opened, and no room taken, on its word alone."""
    dim, sums = manifest.settings.get("dim", ""), manifest.files
    if not (dim.isascii() and dim.isdigit() and 0 < int(dim[:9]) <= DIM_MOST):
        raise ValueError(f"a vector has no {dim[:20]!r} dimensions")
    if manifest.counts.get("passages", -1) < 0:
        raise ValueError("it does not say how many passages there are")
    sizes = {PASSAGES: ENTRY.itemsize * manifest.passages, VECTORS: 4 * int(dim) * manifest.passages, "canaries.bin": 4 * int(dim) * len(CANARIES)}
    for name, size_bytes in sizes.items():
        if name not in sums or sums[name].size_bytes != size_bytes:
            raise ValueError(f"{name} cannot hold what it says")


def refuse_other_settings(manifest: Manifest, settings: Settings, embedder: Embedder) -> None:
    """Raise IndexMismatch unless a generation was made with the settings in force."""
    for what, wanted in content_settings(settings, embedder).items():
        if manifest.settings.get(what) != wanted:
            raise IndexMismatch(what, manifest.settings.get(what), wanted)


def damage(settings: Settings, manifest: Manifest) -> list[str]:
    """What is wrong with the files of a generation, one line each; empty when nothing is."""
    home = folder(settings, manifest.generation)
    found = []
    for name, expected in manifest.files.items():
        path = home / name
        try:
            if not files.is_as(path, expected):
                found.append(f"{path} is not what was written")
        except OSError as error:
            found.append(f"{path} cannot be read ({error.strerror})")
    return found


def load(settings: Settings, name: str) -> Stores:
    """Open the stores of a generation, every byte checked first.

    Raises:
        IndexDamaged: naming the first file that is not what was written.
    """
    manifest = read_manifest(settings, name)
    if found := damage(settings, manifest):
        raise IndexDamaged(f"{found[0]}: run `python -m index repair`")
    home = folder(settings, name)
    snapshot = load_snapshot(home)
    vectors = open_store(manifest.settings["store"], int(manifest.settings["dim"]))
    _fill(vectors, home / VECTORS, snapshot.entries["row"].astype(np.int64), int(manifest.settings["dim"]))
    lexical = open_lexical(manifest.settings["lexical"], home / "lexical")
    if not len(snapshot.entries) == len(vectors) == len(lexical) == manifest.passages:
        held = f"{len(snapshot.entries)} passages, {len(vectors)} vectors and {len(lexical)} lexical rows"
        raise IndexDamaged(f"{home} holds {held}: run `python -m index repair`")
    return Stores(manifest, snapshot, vectors, lexical, files.read(home / "canaries.bin"))


def _fill(store: VectorStore, path: Path, rows: Rows, dim: int) -> None:
    """Put a generation's vectors into an empty store, a batch at a time."""
    with files.opened(path) as file:
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            data = file.read(4 * dim * len(part))
            if len(data) != 4 * dim * len(part):
                raise IndexDamaged(f"{path} ends too early: run `python -m index repair`")
            store.add(part, np.frombuffer(data, "<f4").reshape(-1, dim))
