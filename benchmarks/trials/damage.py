"""Damage to any file of the index: it is told or mended, and never answers wrongly; `repair` and `update` bring back what can be had.

    a copy ── one file damaged ──► opened and asked:   same · mended (says so) · told (one line) · wrong · crash
                              ├──► verify: noticed?    (a sealed file: always)
                              └──► repair without the corpus: what answers? is all that is lost named?
                                   └──► then the command that it names: answers as before?

Each case is a child of its own in all that counts: many share one process, and when that dies the case that killed it is known.
"""

import json
import os
import random
import resource
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from trials.forks import Child
from trials.world import Report, World, everything, update, versions

BLOCK = 4096
BATCH = 25  # cases a process
CASE_S = 20
MEMORY_BYTES = 4 << 30  # of addresses that a process of such cases may have
KINDS = ("flip", "flips", "cut", "zeros", "more", "empty", "gone", "swapped", "random")
CATALOG, LOG = "catalog.db", "catalog.db-wal"


class Case(NamedTuple):
    """One file and what is done to it."""

    name: str  # path inside the index folder; `GENERATION` stands for the one that serves
    kind: str
    seed: int


def harm(path: Path, kind: str, chance: random.Random, others: list[Path]) -> None:
    """Damage a file. A new file takes its place, as whoever still maps the old one would die of it."""
    data = bytearray(path.read_bytes()) if path.exists() else bytearray()
    size = max(1, len(data))
    if kind == "gone":
        path.unlink()
        return
    if kind == "swapped" and others:
        data = bytearray(chance.choice(others).read_bytes())
    elif kind in ("flip", "flips"):
        for _ in range(1 if kind == "flip" else 20):
            if data:
                data[chance.randrange(size)] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del data[chance.randrange(size) :]
    elif kind == "zeros":
        start = chance.randrange(size) // BLOCK * BLOCK
        data[start : start + BLOCK] = bytes(len(data[start : start + BLOCK]))
    elif kind == "pages" and size > 2 * BLOCK:
        one, other = (start * BLOCK for start in chance.sample(range(1, size // BLOCK), 2))
        data[one : one + BLOCK], data[other : other + BLOCK] = data[other : other + BLOCK], data[one : one + BLOCK]
    elif kind == "more":
        data += chance.randbytes(chance.randrange(1, 200))
    elif kind == "random":
        data = bytearray(chance.randbytes(size))
    elif kind == "empty":
        data.clear()
    new = path.with_name(path.name + ".harm")
    new.write_bytes(data)
    new.replace(path)


def harm_catalog(home: Path) -> None:
    """Overwrite a page of a catalog's articles, so that it must be salvaged."""
    path = home / "catalog.db"
    db = sqlite3.connect(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'split'").fetchone()
    db.close()
    data = bytearray(path.read_bytes())
    data[(page - 1) * BLOCK : page * BLOCK] = b"\xff" * BLOCK
    path.write_bytes(data)


def with_wal(world: World) -> Any:
    """An index whose last changes still stand in the log of the catalog, as when its writer was killed."""
    settings = world.copy("before")

    def work() -> None:
        from index.library import Library

        reader = Library.open(settings)  # as long as it is open, the writer does not empty the log
        reader.versions("n0")
        update(settings)
        os.kill(os.getpid(), 9)

    ended = Child(work).wait()
    if ended.code != -9 or not (settings.index_dir / LOG).stat().st_size:
        raise RuntimeError(f"there is no log: {ended}")
    shutil.copyfile(settings.index_dir / LOG, world.home / "stale")  # true to its own checksums, and of another catalog
    return settings


def names(settings: Any) -> list[str]:
    """Every file of an index that can be damaged, by its kind: names that tantivy invents are told by their ending."""
    serving = (settings.index_dir / "CURRENT").read_text().strip()
    found = [
        path for path in sorted(settings.index_dir.rglob("*")) if path.is_file() and path.suffix != ".lock" and path.name not in ("LOCK", "TURN")
    ]
    inside = [path.relative_to(settings.index_dir).as_posix() for path in found]
    return [name.replace(serving, "GENERATION") for name in inside if not name.startswith("generations/") or serving in name]


def run(world: World, count: int, seed: int) -> Report:
    """Damage files in every way, `count` times in all: every file in turn, when there are enough."""
    wal = with_wal(world)
    files = {"wal": names(wal), "plain": names(world.settings("after"))}
    kinds = [(which, name, kind) for which in files for name in files[which] for kind in KINDS if which == "plain" or "catalog" in name]
    kinds += [(which, CATALOG, "pages") for which in files] * 4 + [("plain", LOG, "stale")]
    chance = random.Random(seed)
    turns = [chance.sample(kinds, len(kinds)) for _ in range(-(-count // len(kinds)))]
    cases = [(which, Case(name, kind, seed + turn)) for turn, some in enumerate(turns) for which, name, kind in some][:count]
    by_file: dict[str, Counter[str]] = {}
    wrong: list[str] = []
    for which in files:
        source = wal.index_dir if which == "wal" else world.settings("after").index_dir
        todo = [case for at, case in cases if at == which]
        for case, seen in _all(world, source, todo):
            label = case.name.replace("generations/GENERATION/", "")
            label = "lexical/*" if label.startswith("lexical/") else label
            label += " (with its log)" if which == "wal" and label == CATALOG else ""
            tally = by_file.setdefault(label, Counter())
            tally.update({"cases": 1, seen["asked"]: 1} | {key: seen.get(key, 0) for key in ("versions_lost", "versions_unnamed")})
            tally.update(key for key in ("noticed", "repaired") if seen.get(key))
            tally.update([f"{seen['alone']}_without_the_corpus"] if "alone" in seen else [])
            wrong += [f"{label}, {case.kind}, seed {case.seed}: {line}"[:600] for line in seen["wrong"]]
    total = sum(by_file.values(), Counter[str]())
    table = {name: dict(tally) for name, tally in sorted(by_file.items())}
    return {"seed": seed, **dict(total), "answered_wrongly": total["wrong"], "wrong": len(wrong), "what": wrong[:40], "files": table}


def _all(world: World, source: Path, cases: list[Case]) -> list[tuple[Case, Report]]:
    """What became of each case; one that killed its process is counted, and those after it are gone on with."""
    found: list[tuple[Case, Report]] = []
    work = world.home / "harmed"
    while cases:
        part = cases[:BATCH]
        log = world.home / "seen.jsonl"
        log.unlink(missing_ok=True)
        ended = Child(partial(_batch, world, source, work, part, log)).wait(CASE_S * len(part))
        seen = _logged(log)
        found += list(zip(part, seen, strict=False))
        if len(seen) < len(part):
            how = "hung" if ended.hung else f"ended with {ended.code}: {str(ended.value)[-450:]}"
            found.append((part[len(seen)], {"asked": "crash", "wrong": [f"the process {how}"]}))
        cases = cases[len(seen) + (len(seen) < len(part)) :]
    return found


def _logged(log: Path) -> list[Report]:
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def _batch(world: World, source: Path, work: Path, cases: list[Case], log: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    for case in cases:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(source, work)
        seen = one(world, world.settings("after").replace(index_dir=work), case)
        with log.open("a") as file:
            file.write(json.dumps(seen) + "\n")


def one(world: World, settings: Any, case: Case) -> Report:
    """Damage one file; open, ask, verify and repair."""
    from index.errors import QAError
    from index.verify import verify

    wrong: list[str] = []
    serving = (settings.index_dir / "CURRENT").read_text().strip()
    path = settings.index_dir / case.name.replace("GENERATION", serving)
    chance = random.Random(f"{case}")
    known = versions(settings)
    older = [one for one in sorted((settings.index_dir / "generations").rglob("*" + path.suffix)) if one.is_file() and one != path]
    if case.name == CATALOG:
        older = [world.settings("before").index_dir / CATALOG]
    before = path.read_bytes() if path.exists() else b""
    if case.kind == "stale":
        shutil.copyfile(world.home / "stale", path)
    else:
        harm(path, case.kind, chance, older)
    if path.exists() and path.read_bytes() == before:
        path.write_bytes(b"x" + before)
    twin = settings.index_dir.with_name("twin")
    shutil.rmtree(twin, ignore_errors=True)
    shutil.copytree(settings.index_dir, twin)
    try:
        noticed = bool(verify(settings)[1])
    except QAError:
        noticed = True
    asked = _asked(world, settings)
    wrong += ["it answers wrongly"] if asked == "wrong" else []
    if case.name.startswith("generations/") and not noticed:
        wrong.append("a sealed file is damaged, and nothing notices")
    return {"asked": asked, "noticed": noticed, **_mended(world, settings.replace(index_dir=twin), case, known, wrong), "wrong": wrong}


def _asked(world: World, settings: Any) -> str:
    from index.errors import QAError

    try:
        seen = everything(settings)
    except QAError as error:
        return "told" if "run `python -m index" in str(error) and "\n" not in str(error) else "wrong"
    if seen["found"] != world.after["found"]:
        return "wrong"
    return "mended" if seen["notices"] else "same"


def _mended(world: World, settings: Any, case: Case, known: list[str], wrong: list[str]) -> Report:
    """Repair, the corpus out of reach; and then the command that it names, with the corpus."""
    from index.build import rebuild
    from index.errors import QAError
    from index.repair import repair

    counted = counting()
    catalog = case.name.startswith("catalog")
    try:
        first = found = repair(settings.replace(corpus_dir=settings.index_dir / "nowhere"))
    except QAError as error:
        wrong.append(f"the repair gave up: {error}")
        return {}
    embedded = counted()
    if embedded:
        wrong.append(f"the repair embedded {embedded} texts")
    if not catalog:
        wrong += [f"the repair of a derived file says: {found}"] if found.next or found.lost else []
    alone = _alone(world, settings, wrong, must=not found.next)
    if not catalog and alone != "all":
        wrong.append(f"the repair of a derived file leaves {alone} of the answers, as long as the corpus is out of reach")
    for _ in range(2):
        if found.next:
            (rebuild if "rebuild" in found.next else update)(settings)
            found = repair(settings)
    seen = everything(settings)
    same = seen["found"] == world.after["found"]
    if not same and (not catalog or _words(seen) != _words(world.clean)):
        wrong.append(f"after repair and update it answers otherwise; repair said {found}")
    wrong += [f"after repair and update: {line}" for line in [*seen["notices"], *found.lost, found.next] if line]
    gone = sorted(set(known) - set(versions(settings)))
    named = {word.strip(":(),") for line in first.lost for word in line.split() if "@" in word}
    unnamed = [key for key in gone if key not in named]
    if unnamed and not any("old version" in line for line in first.lost):
        wrong.append(f"{len(unnamed)} versions are lost ({', '.join(unnamed[:5])}), and the repair did not say so; it said {first.lost}")
    more = {"versions_lost": len(gone), "versions_unnamed": len(unnamed)}
    return {"repaired": not found.next, "embedded": embedded, "alone": alone, **more}


def _alone(world: World, settings: Any, wrong: list[str], *, must: bool) -> str:
    """What answers after a repair alone: all, some or nothing; and never other words."""
    from index.errors import QAError

    try:
        seen = everything(settings)
    except QAError as error:
        wrong += [f"the repair says that the index is whole, and it cannot be opened: {error}"] if must else []
        return "nothing"
    hours = (world.before["found"], world.after["found"])  # a version has one text, and in each hour one headline
    if seen["found"] == world.after["found"] or not seen["found"]:
        return "all" if seen["found"] else "nothing"
    if any(all(hour.get(key, [])[:2] != said[:2] for hour in hours) for key, said in seen["found"].items()):
        wrong.append("after the repair alone it answers wrongly")
    return "some"


def _words(seen: Report) -> dict[str, Any]:
    return {address.rpartition("@")[0] + address.rpartition(":")[2]: said[:3] for address, said in seen["found"].items()}


def counting() -> Callable[[], int]:
    """From now on, how many passages (not questions, not canaries) any hashing embedder of this process is asked to embed."""
    from index.embedders.hashing import HashingEmbedder
    from index.generation import CANARIES

    inner, count = HashingEmbedder.embed, [0]

    def embed(self: Any, texts: Any, kind: Any) -> Any:
        if kind == "passage" and tuple(texts) != tuple(CANARIES):
            count[0] += len(texts)
        return inner(self, texts, kind)

    HashingEmbedder.embed = embed  # type: ignore[method-assign]
    return lambda: count[0]
