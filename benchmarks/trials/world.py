"""The small world that trials happen in: a corpus, its index before and after a change, and what each of them answers.

    before/   the index of the corpus as it was        after/   the same, brought up to date without any trouble
    corpus/   the corpus as it is now                  clean/   an index made of it from nothing

In: a temporary folder.  Out: settings, copies, references.  Never: a change to the references.
"""

import json
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from trials.forks import done

QUESTIONS = ("A chuva e o rio no Recife", "the rain and the river in Leeds", "ponte, fim do artigo", "Duas pessoas se feriram 7")
LENGTH = 24  # articles before the change
GONE = 3  # the article that the corpus no longer holds after the change; two of its words are in no other
EMBEDDER = "hashing:256"
Report = dict[str, Any]


def text(number: int, more: str = "") -> str:
    """One article, in Portuguese or English."""
    lang = ("pt", "en")[number % 2]
    front = f"---\nid: n{number}\ntitle: Rio {number}\noutlet: {('Folha de Cá', 'The Lantern')[number % 2]}\nlang: {lang}\n"
    front += f"published: 2024-05-{number % 28 + 1:02}T23:30:00-03:00\n---\n\n"
    if lang == "en":
        body = f"The rain of number {number} stopped in Leeds. The river fell {number} metres. Nobody was hurt, said the town hall of place {number}."
    else:
        body = f"A chuva de número {number} parou no Recife. O rio baixou {number} metros. Ninguém se feriu, disse a prefeitura do lugar {number}."
    return f"{front}{body}{more}\n\n{'Recife ' * (number % 5)}Fim do artigo {number}.\n"


def write(corpus: Path) -> None:
    """The corpus as it was."""
    corpus.mkdir(parents=True)
    for number in range(LENGTH):
        (corpus / f"{number:02}.md").write_text(text(number, " Xilandro Quevesto said so." if number == GONE else ""), encoding="utf-8")
    lines = [{"id": f"linha{number}", "title": "Nota", "text": f"Nota {number}: a ponte abriu às {number} horas."} for number in range(6)]
    (corpus / "notas.jsonl").write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", encoding="utf-8")


def change(corpus: Path) -> None:
    """What a newsroom does in an hour: new, edited, renamed, copied, withdrawn and deleted articles, and a file that cannot be read."""
    for number in (0, 1, 7):
        (corpus / f"{number:02}.md").write_text(text(number, " Duas pessoas se feriram."), encoding="utf-8")
    (corpus / "02.md").write_text(text(2).replace("title: Rio 2", "title: Ponte caiu"), encoding="utf-8")
    (corpus / f"{GONE:02}.md").unlink()
    (corpus / "04.md").rename(corpus / "z04.md")
    copied = text(5).replace("id: n5", "id: copia").replace("The Lantern", "Outro").replace("2024-05", "2024-06")
    (corpus / "copia.md").write_text(copied, encoding="utf-8")
    (corpus / "aviso.json").write_text(json.dumps({"id": "n6", "status": "canceled", "modified": "2024-06-01T10:00:00Z"}), encoding="utf-8")
    for number in range(LENGTH, LENGTH + 4):
        (corpus / f"{number:02}.md").write_text(text(number), encoding="utf-8")
    (corpus / "ruim.json").write_text("{", encoding="utf-8")


class World:
    """A corpus and three indexes of it."""

    def __init__(self, home: Path) -> None:
        self.home, self.corpus = home, home / "corpus"
        write(self.corpus)
        self._build("before")
        change(self.corpus)
        shutil.copytree(home / "before", home / "after")
        done(self.update_of("after"))
        self._build("clean")
        self.before, self.after, self.clean = (done(self.everything_of(name)) for name in ("before", "after", "clean"))
        self.kept = {name: set(done(partial(versions, self.settings(name)))) for name in ("before", "after")}
        if self.before["found"] == self.after["found"] or unversioned(self.after) != unversioned(self.clean):
            raise RuntimeError("the world is not as trials need it: an update must change something, and equal a rebuild")

    def settings(self, name: str) -> Any:
        """Settings of one of the indexes."""
        from index.settings import Settings

        return Settings(corpus_dir=self.corpus, index_dir=self.home / name, embedder=EMBEDDER)

    def copy(self, name: str = "before", parent: Path | None = None) -> Any:
        """Settings of a new copy of an index."""
        made = Path(tempfile.mkdtemp(prefix="copy-", dir=parent or self.home))
        shutil.copytree(self.home / name, made, dirs_exist_ok=True)
        return self.settings(name).replace(index_dir=made)

    def update_of(self, name: str) -> Callable[[], object]:
        """An update of one of the indexes, as work for a child."""
        return lambda: update(self.settings(name))

    def everything_of(self, name: str) -> Callable[[], object]:
        """What one of the indexes answers, as work for a child."""
        return lambda: everything(self.settings(name))

    def _build(self, name: str) -> None:
        done(lambda: rebuild(self.settings(name)))


def preload() -> None:
    """Load everything that children need, so that each starts at once; nothing is opened."""
    import index.readers

    commands = "build library repair serving verify search watching forgetting backups arrivals".split()
    for name in (*commands, "stores.faiss", "lexical.tantivy", "embedders.hashing"):
        import_module(f"index.{name}")
    for path in Path(str(index.readers.__file__)).parent.glob("[a-z]*.py"):
        import_module(f"index.readers.{path.stem}")
    for name in ("Stemmer", "py3langid", "langchain_text_splitters", "qa.answer", "qa.retrieval", "watchfiles"):
        import_module(name)


def update(settings: Any) -> Report:
    """An update's outcome and counts."""
    from index.build import update

    run = update(settings)
    return {"outcome": run.outcome, "generation": run.generation, "failed": run.counts.failed, "embedded": run.counts.embedded}


def rebuild(settings: Any, *, fresh: bool = False) -> Report:
    """A rebuild's generation and counts."""
    from index.build import rebuild

    manifest = rebuild(settings, fresh=fresh)
    return {"outcome": "done", "generation": manifest.generation, "failed": manifest.counts["failed"], "embedded": manifest.counts["embedded"]}


def everything(settings: Any) -> Report:
    """All that a library answers: each passage with its words, its headline, its origin and its scores for each question."""
    from index.library import Library
    from index.records import sha256
    from index.text import LANGUAGES, stem, term, words

    found: dict[str, list[Any]] = {}
    with Library.open(settings) as library:
        for question in QUESTIONS:
            terms = {term(stem(word, lang), lang): 1.0 for lang in LANGUAGES for _, _, word in words(question)}
            most = max(1, len(library))
            dense, lexical = dict(library.dense(question, most)), dict(library.lexical(terms, most))
            facts = library.facts(dense)
            for passage in library.passages(list(dense)):
                said = found.setdefault(passage.address, [sha256(passage.text), passage.article.title, facts[passage.row].origin])
                said += [dense[passage.row], lexical.get(passage.row, 0.0)]
        return {
            "found": found,
            "articles": sorted(one.id for one in library._snapshot.articles),
            "notices": list(library.notices),
            "generation": library.manifest.generation,
            "fingerprint": library.manifest.fingerprint,
        }


def unversioned(reference: Report) -> dict[str, list[Any]]:
    """What is answered, whatever number a version has: an index made from nothing calls each text the first."""
    return {address.rpartition("@")[0] + ":" + address.rpartition(":")[2]: said for address, said in reference["found"].items()}


def versions(settings: Any) -> list[str]:
    """Every version of every article that the catalog holds, each proved to be what was written."""
    from index.catalog import NAME, Catalog

    catalog = Catalog(settings.index_dir / NAME)
    try:
        return [catalog.article(*key).key for key in catalog.keys(current=False)]
    finally:
        catalog.close()


def strays(settings: Any) -> list[str]:
    """Files and folders that a finished run should not leave behind."""
    kept = {"LOCK", "TURN", "CURRENT", "catalog.db", "catalog.db-wal", "catalog.db-shm", "generations", "quarantine"}
    found = [path.name for path in settings.index_dir.iterdir() if path.name not in kept]
    generations = sorted(path.name for path in (settings.index_dir / "generations").iterdir())
    return found + generations[:-2]
