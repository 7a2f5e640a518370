"""Measure one machine: a build, its ratio to encoding alone, a question, and a start until the first answer.

    .venv/bin/python benchmarks/speed.py [--corpus DIR] [--json]

Everything runs here and now, one after the other, on the sample corpus unless another is named; ratios come from one run.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Settings

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
QUESTIONS = (
    "Que chips treinaram o GLM-Image?",
    "How long was the Ever Given stuck in the Suez Canal?",
    "Quem recebeu a primeira dose da vacina no Brasil?",
    "How many miners were rescued in Chile?",
    "Qual é a capital da Mongólia?",
)
ROUNDS = 20


def build(corpus: Path, index: Path) -> dict[str, float]:
    """Build from nothing, then encode the same texts alone."""
    from index import Library, Settings, rebuild
    from index.generation import embedded_text

    settings = Settings(corpus_dir=corpus, index_dir=index)
    with_model = Settings(corpus_dir=corpus, index_dir=index.with_name("warm"))
    with Library.open(_built(with_model)) as library:
        library.embedder.embed(["warm"], "passage")
    begin = time.perf_counter()
    manifest = rebuild(settings)
    whole = time.perf_counter() - begin
    with Library.open(settings) as library:
        passages = library.passages([row for row, _ in library.dense("news", len(library))])
        texts = [embedded_text(passage.article.title, passage.text) for passage in passages]
        library.embedder.embed(texts[:32], "passage")
        begin = time.perf_counter()
        library.embedder.embed(texts, "passage")
        alone = time.perf_counter() - begin
    begin = time.perf_counter()
    rebuild(settings)
    again = time.perf_counter() - begin
    return {
        "articles": manifest.coverage.articles,
        "passages": len(texts),
        "build_s": whole,
        "passages_per_s": len(texts) / whole,
        "encode_alone_s": alone,
        "build_to_encode": whole / alone,
        "rebuild_unchanged_s": again,
    }


def _built(settings: "Settings") -> "Settings":
    from index import rebuild

    rebuild(settings)
    return settings


def ask_times(index: Path) -> dict[str, float]:
    """Median times of a question, once warm, and of encoding it alone."""
    from index import Library, Settings
    from qa import ask

    whole, encode = [], []
    with Library.open(Settings(index_dir=index)) as library:
        ask(QUESTIONS[0], library=library)
        for turn in range(ROUNDS):
            for question in QUESTIONS:
                asked = f"{question} {turn}"  # no cached vector
                begin = time.perf_counter()
                ask(asked, library=library)
                whole.append(time.perf_counter() - begin)
                begin = time.perf_counter()
                library.embedder.embed([asked], "query")
                encode.append(time.perf_counter() - begin)
    return {
        "ask_ms": 1000 * statistics.median(whole),
        "encode_ms": 1000 * statistics.median(encode),
        "ask_beyond_encoding_ms": 1000 * (statistics.median(whole) - statistics.median(encode)),
    }


def start_time(index: Path) -> dict[str, float]:
    """From the start of a process to its first answer, best of three."""
    command = [sys.executable, "-m", "qa", QUESTIONS[0], "--index", str(index)]
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return {"start_to_first_answer_s": min(times)}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        found = build(args.corpus, index) | ask_times(index) | start_time(index)
    if args.json:
        print(json.dumps({name: round(value, 3) for name, value in found.items()}, indent=1))
    else:
        for name, value in found.items():
            print(f"{name:<26} {value:10.3f}".rstrip())


if __name__ == "__main__":
    main()
