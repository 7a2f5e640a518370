"""Many at once: readers while generations are published or builders killed, threads on one library, builders that want the same lock.

Every article of generation N says N in each sentence, so that an answer made of two generations shows itself.
"""

import random
import re
import resource
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trials.commands import command
from trials.forks import ERROR, Child, Ended, done, fork
from trials.kills import PUBLISHING, counted, killed, look
from trials.world import EMBEDDER, QUESTIONS, Report, World, rebuild, update

ARTICLES = 16
ASKED = ("Quantos metros o rio baixou no bairro 3?", "Did the rain stop in district 4?", "A chuva parou no Recife?", "bairro 7", "river district 9")
THREADS = 2  # of each reader
EDITION = re.compile(r"(?:edição|edition) (\d+)")


def publish(corpus: Path, edition: int) -> None:
    """Every article in a new edition."""
    corpus.mkdir(exist_ok=True)
    for number in range(ARTICLES):
        body = f"A chuva da edição {edition} parou no Recife. O rio baixou {number + 2} metros no bairro {number}, diz a edição {edition}."
        if number % 2:
            body = f"The rain of edition {edition} stopped in Leeds. The river fell {number} metres in district {number}, says edition {edition}."
        front = f"---\nid: a{number}\ntitle: Bairro {number}\nlang: {('pt', 'en')[number % 2]}\npublished: 2024-05-{number + 1:02}\n---\n\n"
        (corpus / f"{number:02}.md").write_text(front + body + "\n", encoding="utf-8")


def while_published(generations: int = 30, processes: int = 8, seed: int = 1, home: Path | None = None) -> Report:
    """Processes that ask without a pause while an update publishes generation after generation."""
    from index.settings import Settings

    home = Path(tempfile.mkdtemp(dir=home))
    settings = Settings(corpus_dir=home / "corpus", index_dir=home / "index", embedder=EMBEDDER)
    publish(settings.corpus_dir, 0)
    done(lambda: rebuild(settings))
    over = home / "over"
    children = [Child(_reader(settings, over, seed + number)) for number in range(processes)]
    while len(list(home.glob("ready-*"))) < processes and time.monotonic() < children[0].begun + 60:
        time.sleep(0.01)
    limit_s = 600 + 5 * generations
    writer = fork(lambda: _writer(settings, generations), limit_s)
    over.touch()
    ended = [child.wait(limit_s + 100) for child in children]
    shutil.rmtree(home)
    wrong = [f"the writer ended with {writer.code}: {writer.value}"] if writer.code else []
    wrong += [f"a reader ended with {one.code}: {str(one.value)[-600:]}" for one in ended if one.code]
    seen: list[Report] = [one.value for one in ended if not one.code]
    wrong += [line for one in seen for line in one["wrong"]]
    return {
        "processes": processes,
        "published": generations,
        "questions": sum(one["questions"] for one in seen),
        "answers_with_quotes": sum(one["answers"] for one in seen),
        "quotes_proved": sum(one["quotes"] for one in seen),
        "generations_seen": max((len(one["generations"]) for one in seen), default=0),
        "failed": sum(one["failed"] for one in seen) + len(ended) - len(seen),
        "mixed": sum(one["mixed"] for one in seen),
        "seconds": round(writer.seconds, 1),
        "wrong": len(wrong),
        "what": wrong[:20],
    }


def _writer(settings: Any, generations: int) -> None:
    for edition in range(1, generations + 1):
        publish(settings.corpus_dir, edition)
        update(settings)


def _reader(settings: Any, over: Path, seed: int) -> Callable[[], Report]:
    """A process that asks: through what serves pages, or opening the library anew as a command does."""

    def work() -> Report:
        from index.serving import Serving

        serving, seen = Serving(settings), {"questions": 0, "answers": 0, "quotes": 0, "failed": 0, "mixed": 0}
        with serving.lend() as library:
            over.with_name(f"ready-{seed}-{len(library)}").touch()
        generations: set[str] = set()
        wrong: list[str] = []

        def ask(number: int) -> None:
            chance = random.Random(seed * 100 + number)
            while not over.exists():
                try:
                    _ask(settings, serving, chance, seen, generations, wrong)
                except Exception as error:  # noqa: BLE001 (that is what is counted)
                    seen["failed"] += 1
                    wrong.append(f"{type(error).__name__}: {error}"[:400])

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(ask, range(THREADS)))
        serving.close()
        return {**seen, "generations": sorted(generations), "wrong": wrong[:5]}

    return work


def _ask(settings: Any, serving: Any, chance: random.Random, seen: dict[str, int], generations: set[str], wrong: list[str]) -> None:
    from index.library import Library

    if chance.random() < 0.02:
        with Library.open(settings) as library:
            texts = _answer(library, chance, seen)
            name, notices = library.manifest.generation, library.notices
    else:
        with serving.lend(wait=chance.random() < 0.2) as library:
            texts = _answer(library, chance, seen)
            name, notices = library.manifest.generation, library.notices
    generations.add(name)
    seen["questions"] += 1
    editions = {edition for text in texts for edition in EDITION.findall(text)}
    if len(editions) != 1 or notices:
        seen["mixed"] += 1
        wrong.append(f"{name}: editions {sorted(editions)}, notices {notices}"[:400])


def _answer(library: Any, chance: random.Random, seen: dict[str, int]) -> list[str]:
    """All the words of an answer, or of a search, each proved to stand in its article."""
    from index.records import sha256
    from index.search import search
    from qa.answer import ask

    if chance.random() < 0.25:
        answer = ask(chance.choice(ASKED), library=library)
        spans = [*answer.quotes, *(hit.passage for hit in answer.hits)]
        seen["answers"] += bool(answer.quotes)
    else:
        spans = [match.passage for match in search(library, chance.choice(QUESTIONS + ASKED), 12)]
    for span in spans:
        article = span.article
        if sha256(article.text) != article.sha256 or span.text != article.text[span.start : span.end] or not span.text:
            raise ValueError(f"{span.address} is not what its article says")
        seen["quotes"] += 1
    return [span.article.text for span in spans]


def while_killed(world: World, kills: int = 300, processes: int = 3, seed: int = 1) -> Report:
    """Processes that ask without a pause while rebuild after rebuild is killed: every answer is the one that it always was."""
    settings, chance = world.copy("after"), random.Random(seed)
    golden = done(lambda: _golden(settings))
    twin = world.copy("after")
    total = done(lambda: counted(twin, "rebuild"))
    whole = fork(command("rebuild", twin)).seconds
    over = world.home / f"over-{settings.index_dir.name}"
    children = [Child(_asker(settings, over, golden, seed + number)) for number in range(processes)]
    killed_ones, wrong = 0, list[str]()
    for turn in range(kills):
        name = "rebuild --fresh" if turn % 4 == 3 else "rebuild"
        if turn % 2:
            ended = killed(command(name, settings), chance.uniform(0.001, 1.5 * whole), signal.SIGKILL)
        else:
            point = total - chance.randrange(PUBLISHING)
            ended = fork(lambda at=point: counted(settings, "rebuild", at))  # type: ignore[misc]
        killed_ones += ended.code == -signal.SIGKILL
        wrong += [f"turn {turn}: the {name} ended with {ended.code}: {str(ended.value)[-400:]}"] if ended.crashed else []
    over.touch()
    asked = [child.wait(60 + 5 * kills) for child in children]
    done(command("rebuild", settings))
    left = fork(lambda: look(settings, after_update=True))
    wrong += [f"a reader ended with {one.code}: {str(one.value)[-600:]}" for one in asked if one.code]
    seen: list[Report] = [one.value for one in asked if not one.code]
    wrong += [line for one in seen for line in one["wrong"]]
    wrong += [f"afterwards: {left.value}"] if left.code else [f"afterwards: {line}" for line in [*left.value["wrong"], *left.value["strays"]]]
    lost = sorted(world.kept["after"] ^ set(left.value["versions"])) if not left.code else ["all"]
    for path in (settings.index_dir, twin.index_dir):
        shutil.rmtree(path)
    sums = {key: sum(one[key] for one in seen) for key in ("questions", "opened", "failed", "changed")}
    told = {"command": "rebuild", "where": f"killed while {processes} processes ask", "points": kills, "killed": killed_ones}
    return {**told, **sums, "lost": len(lost), "wrong": len(wrong) + len(lost), "what": [*wrong, *lost][:20]}


def _golden(settings: Any) -> dict[str, Any]:
    from index.library import Library

    with Library.open(settings) as library:
        return {
            text: _found(library, text) for number in range(25) for text in (f"A chuva e o rio número {number}", f"rain in Leeds, place {number}")
        }


def _found(library: Any, text: str) -> list[list[Any]]:
    from index.search import search

    return [[m.passage.address, m.passage.text, m.bm25, m.cosine] for m in search(library, text, 8)]


def _asker(settings: Any, over: Path, golden: dict[str, Any], seed: int) -> Callable[[], Report]:
    """A process that asks until it is over, one time in ten by opening the library anew."""

    def work() -> Report:
        from index.library import Library
        from index.serving import Serving

        serving, chance = Serving(settings), random.Random(seed)
        seen, wrong = {"questions": 0, "opened": 0, "failed": 0, "changed": 0}, list[str]()
        while not over.exists():
            text, anew = chance.choice(sorted(golden)), chance.random() < 0.1
            seen["questions"] += 1
            seen["opened"] += anew
            try:
                with Library.open(settings) if anew else serving.lend() as library:
                    same = _found(library, text) == golden[text] and not library.notices
                    seen["changed"] += not same
                    wrong += [] if same else [f"{text!r} is answered otherwise, or by what had to be mended: {library.notices}"[:400]]
            except Exception as error:  # noqa: BLE001 (that is what is counted)
                seen["failed"] += 1
                wrong.append(f"{type(error).__name__}: {error}"[:400])
        serving.close()
        return {**seen, "wrong": wrong[:5]}

    return work


def many_threads(world: World, threads: int = 64, each: int = 200, seed: int = 1, *, retrieving: bool = False) -> Report:
    """Threads on one library, each answer compared with what one thread alone got: searches, or whole retrievals as for an answer."""
    settings = world.settings("after")
    return dict(done(lambda: _threads(settings, threads, each, seed, retrieving=retrieving), 3600))


def _threads(settings: Any, threads: int, each: int, seed: int, *, retrieving: bool) -> Report:
    from index.library import Library
    from index.records import Filter
    from index.search import search
    from qa.retrieval import retrieve

    asked = [
        (f"{word} {number}", where) for number in range(12) for word in ("chuva", "river", "ponte") for where in (None, Filter(languages=("pt",)))
    ]
    when = datetime(2024, 6, 1, tzinfo=UTC)

    def ask(library: Any, question: tuple[str, Any]) -> list[Any]:
        if retrieving:
            return [hit.model_dump(mode="json") for hit in retrieve(question[0], 8, where=question[1], as_of=when, library=library)]
        return [(m.passage.address, m.passage.text, m.bm25, m.cosine) for m in search(library, question[0], 8, question[1])]

    with Library.open(settings) as alone:
        expected = {question: ask(alone, question) for question in asked}
    with Library.open(settings) as library:

        def work(number: int) -> int:
            chance = random.Random(seed * 1000 + number)
            return sum(ask(library, question) != expected[question] for question in chance.choices(asked, k=each))

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, range(threads)))  # once, so that what is kept for good is there
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            begin = time.monotonic()
            wrong = sum(pool.map(work, range(threads)))
            seconds = time.monotonic() - begin
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {
        "what_is_asked": "retrieve" if retrieving else "search",
        "threads": threads,
        "questions": threads * each,
        "otherwise": wrong,
        "grown_mib": round(grown, 1),
        "seconds": round(seconds, 1),
        "wrong": wrong,
    }


def two_builders(world: World, kills: int = 30) -> Report:
    """A second builder is told at once who writes; the holder is killed, and the next builder is never kept waiting."""
    settings, wrong, slowest, stuck = world.copy(), [], 0.0, 0
    corpus = Path(tempfile.mkdtemp(dir=world.home)) / "corpus"
    shutil.copytree(settings.corpus_dir, corpus)
    settings = settings.replace(corpus_dir=corpus)
    for turn in range(kills):
        (corpus / f"turn-{turn}.txt").write_text(
            f"A ponte {turn} abriu às {turn} horas.", encoding="utf-8"
        )  # so that the holder has something to read
        holder = Child(lambda: _hold(settings))
        _held_by(settings, holder)
        second = fork(lambda: update(settings))
        slowest = max(slowest, second.seconds)
        if second.code != ERROR or f'"pid": {holder.pid}' not in str(second.value) or '"since": "20' not in str(second.value):
            wrong.append(f"turn {turn}: the second builder ended with {second.code}: {str(second.value)[:300]}")
        holder.kill(signal.SIGKILL)
        holder.wait()
        third: Ended = fork(lambda: update(settings), 20)
        stuck += third.code != 0
        wrong += [f"turn {turn}: the next builder ended with {third.code}: {str(third.value)[:300]}"] if third.code else []
    shutil.rmtree(settings.index_dir)
    return {"kills": kills, "stuck": stuck, "slowest_refusal_s": round(slowest, 3), "wrong": len(wrong), "what": wrong[:20]}


def _hold(settings: Any) -> None:
    from index.build import update

    update(settings, progress=lambda *_: time.sleep(60))


def _held_by(settings: Any, holder: Child) -> None:
    for _ in range(5000):
        if f'"pid": {holder.pid}' in (settings.index_dir / "LOCK").read_text():
            return
        time.sleep(0.002)
    raise RuntimeError("the holder never took the lock")


def exclusion(world: World, builders: int = 4, starts: int = 100) -> Report:
    """Builders that start at once, again and again: two never write together."""
    folder = Path(tempfile.mkdtemp(dir=world.home))

    def work() -> Report:
        from index import files
        from index.errors import IndexBusy

        got = busy = both = 0
        for _ in range(starts):
            try:
                with files.writing(folder):
                    try:
                        (folder / "mark").mkdir()
                    except FileExistsError:
                        both += 1
                    time.sleep(0.001)
                    (folder / "mark").rmdir()
                    got += 1
            except IndexBusy:
                busy += 1
            time.sleep(0.0005)
        return {"got": got, "busy": busy, "both": both}

    children = [Child(work) for _ in range(builders)]
    ended = [child.wait() for child in children]
    crashed = [str(one.value) for one in ended if one.code]
    sums = {key: sum(one.value[key] for one in ended if not one.code) for key in ("got", "busy", "both")}
    return {"builders": builders, "starts": builders * starts, **sums, "wrong": sums["both"] + len(crashed), "what": crashed[:3]}
