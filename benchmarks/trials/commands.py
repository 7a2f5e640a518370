"""The commands that trials cut off or refuse, and what must hold after those that are neither `update` nor `rebuild`.

    forget   an article that the corpus no longer holds: all else answers as ever; tried again, no word of it is left in any file
    repair   a catalog with a damaged page: nothing that the repair would have saved is lost, or it is told
    backup   the index is as it was; what is called a backup is one
    add      a folder with two articles: they answer, or those before them do; what could not be copied is told

In: a world, and how a command ended.  Out: what is wrong, one line each.  Never: a word on `update` and `rebuild` (kills.py judges those).
"""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trials.damage import harm_catalog
from trials.forks import CRASH, Ended, done, fork
from trials.world import GONE, Report, World, everything, rebuild, update, versions

OTHERS = ("forget", "repair", "backup", "add")
MARKS = (b"Xilandro", b"xiland", b"Quevesto", b"quevest")  # words of the article that is forgotten, and what is indexed of them
NEW = {"ponte": "Ponte nova\n\nA ponte nova do Recife abre amanhã.", "bridge": "New bridge\n\nThe new bridge of Leeds opens tomorrow."}


def command(name: str, settings: Any) -> Callable[[], object]:
    """A command as work for a child."""
    if name in OTHERS:
        return lambda: _OTHERS[name](settings)
    if name == "update":
        return lambda: update(settings)
    return lambda: rebuild(settings, fresh=name.endswith("--fresh"))


def _forget(settings: Any) -> Report:
    from index.forgetting import forget

    return {"generation": forget(settings, [f"n{GONE}"])}


def _repair(settings: Any) -> Report:
    from index.repair import repair

    return repair(settings)._asdict()


def _backup(settings: Any) -> Report:
    from index.backups import backup

    return backup(settings, settings.index_dir.parent / "backup")


def _add(settings: Any) -> Report:
    from index.arrivals import bring
    from index.records import Run

    found = list(bring(settings, [str(settings.corpus_dir.parent / "arrivals")]))
    runs = [one for one in found if isinstance(one, Run)]
    failed = sum(one.state == "failed" for one in found if not isinstance(one, Run))
    return {"failed": failed + sum(run.counts.failed > 1 for run in runs), "outcome": runs[-1].outcome if runs else ""}


_OTHERS: dict[str, Callable[[Any], Report]] = {"forget": _forget, "repair": _repair, "backup": _backup, "add": _add}


class Others:
    """Copies of a world to do these commands in, and what is to be seen afterwards."""

    def __init__(self, world: World) -> None:
        self.world = world
        base = world.home / "others"
        if not (base / "damaged").exists():
            base.mkdir(exist_ok=True)
            shutil.copytree(world.home / "after", base / "damaged")
            done(lambda: harm_catalog(base / "damaged"))
        self.damaged = base / "damaged"
        saved, added = self.prepared("repair"), self.prepared("add")
        done(command("repair", saved))
        self.saved = set(done(lambda: versions(saved)))
        done(command("add", added))
        self.added: dict[str, Any] = done(lambda: everything(added))["found"]
        for settings in (saved, added):
            self.remove(settings)
        if len(self.added) <= len(world.after["found"]) or not self.saved:
            raise RuntimeError("the world is not as these trials need it")

    def prepared(self, name: str) -> Any:
        """Settings of an index of one's own, ready for a command."""
        home = Path(tempfile.mkdtemp(prefix="other-", dir=self.world.home))
        source = {"repair": self.damaged, "backup": self.world.home / "before"}.get(name, self.world.home / "after")
        shutil.copytree(source, home / "index")
        settings = self.world.settings("after").replace(index_dir=home / "index")
        if name == "forget":
            (home / "index" / "quarantine").mkdir(exist_ok=True)
            (home / "index" / "quarantine" / "old").write_bytes(b" ".join(MARKS))
        if name != "add":
            return settings
        shutil.copytree(self.world.corpus, home / "corpus")
        (home / "arrivals").mkdir()
        for file, text in NEW.items():
            (home / "arrivals" / f"{file}.txt").write_text(text, encoding="utf-8")
        return settings.replace(corpus_dir=home / "corpus")

    @staticmethod
    def remove(settings: Any) -> None:
        """Remove what `prepared` made."""
        shutil.rmtree(settings.index_dir.parent)

    def wrong(self, name: str, settings: Any, ended: Ended) -> list[str]:
        """What is not as it must be after a command ended, well or not, and after it is done once more."""
        told = ended.value if isinstance(ended.value, dict) else {}
        seen = fork(lambda: self._seen(name, settings, told, succeeded=ended.code == 0))
        return list(seen.value) if not seen.code else [f"what was left cannot be looked at ({seen.code}): {seen.value}"]

    def _seen(self, name: str, settings: Any, told: Report, *, succeeded: bool) -> list[str]:
        wrong = self._now(name, settings, told, succeeded=succeeded)
        if name == "backup":
            shutil.rmtree(settings.index_dir.parent / "backup", ignore_errors=True)
        again = _OTHERS[name](settings)
        if name == "backup":
            return wrong + self._backed_up(settings)
        update(settings)
        found = everything(settings)
        wrong += [] if found["found"] == (self.added if name == "add" else self.world.after["found"]) else ["done once more, it answers otherwise"]
        lost = self._kept(name) - set(versions(settings)) - _told(told, again)
        wrong += [f"lost: {key}" for key in sorted(lost)]
        return wrong + (words(settings) if name == "forget" else [])

    def _kept(self, name: str) -> set[str]:
        if name == "repair":
            return self.saved
        kept: set[str] = self.world.kept["after"]
        return {key for key in kept if key.rpartition("@")[0] != f"n{GONE}"} if name == "forget" else kept

    def _now(self, name: str, settings: Any, told: Report, *, succeeded: bool) -> list[str]:
        """What is wrong as the command left it."""
        from index.errors import QAError
        from index.verify import verify

        before, after = self.world.before["found"], self.world.after["found"]
        try:
            seen = everything(settings)
        except QAError as error:
            return [] if name == "repair" and not succeeded else [f"the library cannot be opened: {error}"]
        found, wrong = seen["found"], list[str]()
        if name == "repair":
            return wrong if all(after.get(key) == said for key, said in found.items()) else ["it answers wrongly"]
        known = {"backup": [before], "forget": [after], "add": [after, self.added]}[name]
        wrong += [] if found in known else ["it answers neither as before nor as after"]
        wrong += [f"notice: {line}" for line in seen["notices"]] + [f"verify: {line}" for line in verify(settings)[1]]
        if succeeded and name == "backup":
            wrong += self._backed_up(settings)
        if succeeded and name == "forget":
            wrong += words(settings)
        if succeeded and name == "add" and not told["failed"] and found != self.added:
            wrong.append("it says that all went well, without a word of what did not")
        return wrong

    def _backed_up(self, settings: Any) -> list[str]:
        from index.verify import verify

        copy = settings.replace(index_dir=settings.index_dir.parent / "backup")
        seen = everything(copy)
        same = seen["found"] == self.world.before["found"] and set(versions(copy)) == self.world.kept["before"]
        return verify(copy)[1] + list(seen["notices"]) + ([] if same else ["what it calls a backup is none, without a word"])


def _told(*reports: Report) -> set[str]:
    """Versions that a repair says are lost."""
    lines = [line for report in reports for line in report.get("lost", ())]
    return {word.strip(":(),") for line in lines for word in line.split() if "@" in word}


def words(settings: Any) -> list[str]:
    """Files in which a word of the forgotten article stands."""
    paths = [path for path in settings.index_dir.rglob("*") if path.is_file()]
    return [f"a word of what was forgotten stands in {path.name}" for path in paths if any(mark in path.read_bytes() for mark in MARKS)]


def crashed(ended: Ended) -> list[str]:
    """What is wrong when a command ended by an exception that is none of ours, or by a signal that nobody sent."""
    if not ended.crashed and ended.code != CRASH:
        return []
    return [f"it ended with {ended.code}{' (hung)' if ended.hung else ''}: {str(ended.value)[-400:]}"]
