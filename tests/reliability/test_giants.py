"""Articles of monstrous size or shape are read or refused with a reason, in time that grows as they do and in bounded memory.

Each build is a process of its own that may not have more than 4 GB of address space; words are hashed, so that no model's time is in the figures.
"""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from index.passages import PIECE_CHARS
from index.readers.make import MAX_TEXT_CHARS
from tests.reliability.conftest import ROOT

ADDRESS_SPACE_BYTES = 4 << 30
MOST_MIB = 1024
BUILD = f"""
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, ({ADDRESS_SPACE_BYTES},) * 2)
from pathlib import Path
from index import Library, Settings, rebuild
cpu, last = {{}}, time.process_time()
def told(step, done, total):
    global last
    now = time.process_time()
    cpu[step], last = cpu.get(step, 0) + now - last, now
made = Settings(corpus_dir=Path(sys.argv[1], "corpus"), index_dir=Path(sys.argv[1], "index"), embedder="hashing:256")
began = time.perf_counter()
manifest = rebuild(made, progress=told)
told("write", 0, None)
wall = time.perf_counter() - began
mib = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024  # ru_maxrss would count the process that began this one
with Library.open(made) as library:
    rows = [row for row, _ in library.dense("chuva", 2_000)]
    longest = max(passage.end - passage.start for passage in library.passages(rows))
skipped = {{one.path: one.reason for one in manifest.skipped}}
print(json.dumps({{"cpu": cpu, "wall": wall, "mib": mib, "longest": longest, "passages": manifest.passages, "skipped": skipped}}))
"""
WORDS = """chuva rio ponte câmara prefeito escola mercado porto greve ônibus hospital vacina imposto juros safra barragem estrada floresta eleição
river bridge council mayor school market harbour strike bus hospital vaccine tax rates harvest dam road forest election vote the of and to""".split()


def build(home: Path, timeout_s: int) -> dict[str, Any]:
    """What a build of `home/corpus` took and gave."""
    done = subprocess.run([sys.executable, "-c", BUILD, str(home)], capture_output=True, text=True, timeout=timeout_s, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["mib"] < MOST_MIB
    assert found["longest"] <= 128 * PIECE_CHARS
    return found


def prose(chars: int, seed: int) -> str:
    """Sentences of chance words and figures."""
    chance = random.Random(seed)
    drawn = (" ".join([*chance.choices(WORDS, k=chance.randint(5, 25)), str(chance.randrange(3_000))]).capitalize() + "." for _ in range(chars // 80))
    return " ".join(drawn)[:chars]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus with one ordinary article."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "ordinary.txt").write_text("A chuva parou no Recife.")
    return folder


@pytest.mark.long
def test_without_spaces_or_of_line_ends_alone_an_article_is_read_or_refused(corpus: Path) -> None:
    texts = {
        "5 MB": "chuva" * 1_000_000,
        "5 MB of ç": "ç" * 2_500_000,
        "900 kB": "chuva" * 180_000,
        "1,000,000 line ends": "\n" * 1_000_000,
        "between words": "chuva" + "\n" * 900_000 + "rio",
        "500,000 lines": "a\n" * (MAX_TEXT_CHARS // 2),
        "1,000,000 lines": "a\n" * 1_000_000,
    }
    for name, text in texts.items():
        (corpus / f"{name}.txt").write_text(text)
    (corpus / "rows.jsonl").write_text("\n" * 1_000_000)
    found = build(corpus.parent, 120)
    skipped = found["skipped"]
    assert set(skipped) == {"5 MB.txt", "5 MB of ç.txt", "1,000,000 line ends.txt", "1,000,000 lines.txt", "rows.jsonl"}
    assert all(f"at most {MAX_TEXT_CHARS:,}" in skipped[f"{name}.txt"] for name in ("5 MB", "5 MB of ç", "1,000,000 lines"))
    assert found["passages"] > 900_000 // (128 * PIECE_CHARS)


@pytest.mark.long
def test_fifty_megabytes_in_one_article_are_refused_and_told(corpus: Path) -> None:
    (corpus / "long.txt").write_text(prose(50_000_000, 1))
    found = build(corpus.parent, 300)
    assert list(found["skipped"]) == ["long.txt"]
    assert f"at most {MAX_TEXT_CHARS:,}" in found["skipped"]["long.txt"]


@pytest.mark.long
def test_fifty_megabytes_of_articles_take_at_most_six_times_as_long_as_ten(tmp_path: Path) -> None:
    found = {}
    for megabytes in (10, 50):
        corpus = tmp_path / str(megabytes) / "corpus"
        corpus.mkdir(parents=True)
        with (corpus / "a.jsonl").open("w", encoding="utf-8") as file:
            for number in range(megabytes):
                file.write(json.dumps({"id": f"n{number}", "text": prose(MAX_TEXT_CHARS, number)}, ensure_ascii=False) + "\n")
        one = found[megabytes] = build(corpus.parent, 1_500)
        assert one["skipped"] == {}
        steps = ", ".join(f"{step} {seconds / megabytes:.2f}" for step, seconds in one["cpu"].items())
        print(f"{megabytes} MB: {one['passages']} passages, {one['wall']:.0f} s, {one['mib']:.0f} MiB; seconds of CPU a MB: {steps}")
        assert one["cpu"]["read"] + one["cpu"]["split"] < 2 * megabytes
    without = {megabytes: sum(seconds for step, seconds in one["cpu"].items() if step != "embed") for megabytes, one in found.items()}
    print(f"without embedding, 50 MB take {without[50] / without[10]:.2f} times as long as 10 MB")
    assert without[50] < 6 * without[10]
