"""Measure a living index: what an update costs beside a rebuild, and how much memory a build takes as the corpus grows.

    .venv/bin/python benchmarks/living.py update [--corpus DIR] [--share 0.01] [--json]
    .venv/bin/python benchmarks/living.py memory [--articles 1000 20000] [--embedder hashing:384] [--json]

`update` copies the corpus, rebuilds with --fresh, changes a share of the articles (a sentence of each: by the file for folders, by the line
for .jsonl), updates, updates again, and compares every passage and score with those of another rebuild --fresh. Each command is a process of
its own, timed from its start to its end; ratios come from one run. `memory` builds corpora of made-up articles of 40 words, one JSONL file
each, and tells the peak memory of each build.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
QUESTIONS = (
    "What did the president say?",
    "Who won the final?",
    "chuva e enchente no rio",
    "How many people were hurt?",
    "inflation and interest rates",
)
WORDS = """chuva rio ponte câmara prefeito escola mercado porto greve ônibus hospital vacina imposto juros safra barragem estrada floresta eleição voto
river bridge council mayor school market harbour strike bus hospital vaccine tax rates harvest dam road forest election vote""".split()
ENDINGS = [first + last for first in "bcdfglmnprstvz" for last in ("a", "e", "io", "os")]  # so many words that nothing is said twice by chance


def command(settings: dict[str, str], *arguments: str) -> tuple[float, int, dict[str, object]]:
    """Run a command of the index: seconds, peak memory in KiB, and its JSON."""
    begin = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "index", *arguments, "--json"],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdout is not None
    told = child.stdout.read()
    child.stdout.close()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"python -m index {' '.join(arguments)} ended with {child.returncode}")
    return time.perf_counter() - begin, used.ru_maxrss, json.loads(told)


def change(corpus: Path, share: float, chance: random.Random) -> int:
    """Change the first sentence of a share of the articles; returns how many."""
    changed = 0
    for path in sorted(corpus.rglob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for place in chance.sample(range(len(lines)), max(1, round(share * len(lines)))):
            item = json.loads(lines[place])
            item["text"] = item["text"].replace(". ", ". This line is new. ", 1) + " And so is this one."
            lines[place] = json.dumps(item, ensure_ascii=False)
            changed += 1
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    files = sorted(path for path in corpus.rglob("*") if path.suffix in (".md", ".txt", ".json") and path.name not in ("README.md", "questions.txt"))
    for path in chance.sample(files, max(1, round(share * len(files)))) if files else ():
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(". ", ". This line is new. ", 1), encoding="utf-8")
        changed += 1
    return changed


def passages(settings: dict[str, str]) -> list[tuple[str, float, float]]:
    """What a few searches find: address, BM25, cosine."""
    from index import Library, Settings
    from index.search import search

    with Library.open(Settings(corpus_dir=Path(settings["QA_CORPUS_DIR"]), index_dir=Path(settings["QA_INDEX_DIR"]))) as library:
        return sorted((m.passage.address, round(m.bm25, 4), round(m.cosine, 5)) for text in QUESTIONS for m in search(library, text, 100))


def update(corpus: Path, share: float) -> dict[str, object]:
    """Seconds of a rebuild and of updates, and whether they end alike."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(corpus, Path(folder) / "corpus")
        settings = {"QA_CORPUS_DIR": f"{folder}/corpus", "QA_INDEX_DIR": f"{folder}/index"}
        fresh, _, manifest = command(settings, "rebuild", "--fresh")
        time.sleep(3)  # files that changed a moment ago are looked into once more
        command(settings, "update")
        nothing, _, _ = command(settings, "update")
        changed = change(Path(folder) / "corpus", share, random.Random(1))
        some, _, run = command(settings, "update")
        updated = passages(settings)
        command(settings, "rebuild", "--fresh")
        counts = manifest["counts"]
        assert isinstance(counts, dict)
        return {
            "articles": counts["articles"],
            "passages": counts["passages"],
            "rebuild_fresh_s": round(fresh, 2),
            "changed_articles": changed,
            "update_s": round(some, 2),
            "update_to_rebuild": round(some / fresh, 4),
            "update_without_change_s": round(nothing, 2),
            "embedded_by_update": run["counts"]["embedded"],  # type: ignore[index]
            "same_as_fresh": passages(settings) == updated,
        }


def memory(sizes: list[int], embedder: str) -> dict[str, object]:
    """Peak memory of a build in MiB, by the number of articles."""
    found: dict[str, object] = {"embedder": embedder}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            chance = random.Random(size)
            (Path(folder) / "corpus").mkdir()
            with (Path(folder) / "corpus" / "articles.jsonl").open("w", encoding="utf-8") as file:
                for number in range(size):
                    words = [word + ending for word, ending in zip(chance.choices(WORDS, k=40), chance.choices(ENDINGS, k=40), strict=True)]
                    text = " ".join(" ".join(words[place : place + 10]).capitalize() + "." for place in range(0, 40, 10))
                    file.write(json.dumps({"id": f"n{number}", "title": f"Notícia {number}", "lang": "pt", "text": text}, ensure_ascii=False) + "\n")
            settings = {"QA_CORPUS_DIR": f"{folder}/corpus", "QA_INDEX_DIR": f"{folder}/index", "QA_EMBEDDER": embedder}
            seconds, peak, manifest = command(settings, "rebuild")
            found[f"articles_{size}"] = {"passages": manifest["counts"]["passages"], "peak_mib": round(peak / 1024), "seconds": round(seconds, 1)}  # type: ignore[index]
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["update", "memory"])
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 20_000])
    parser.add_argument("--embedder", default="sentence-transformers:all-MiniLM-L6-v2")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = update(args.corpus, args.share) if args.what == "update" else memory(args.articles, args.embedder)
    if args.json:
        print(json.dumps(found, indent=1))
    else:
        for name, value in found.items():
            print(f"{name:<26} {value}")


if __name__ == "__main__":
    main()
