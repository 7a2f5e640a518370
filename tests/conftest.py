"""What tests share: the index of the sample corpus, built once with the real model, and small corpora of one's own."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the threads of one worker would wait for those of the others most of the time

import pytest

from index import Library, Settings, rebuild

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("QA_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the sample corpus, its index built: by the first worker that needs it, the others take copies."""
    home = tmp_path_factory.getbasetemp()
    first = (home.parent if "PYTEST_XDIST_WORKER" in os.environ else home) / "sample-index"
    with first.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (first / "CURRENT").exists():
            rebuild(Settings(corpus_dir=CORPUS, index_dir=first))
    made = Settings(corpus_dir=CORPUS, index_dir=tmp_path_factory.mktemp("sample") / "index")
    shutil.copytree(first, made.index_dir)
    return made


@pytest.fixture(scope="session")
def library(settings: Settings) -> Iterator[Library]:
    """The sample corpus, opened."""
    with Library.open(settings) as opened:
        yield opened


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of an own corpus: texts by file name; embedded without a model, so that a build takes milliseconds."""

    def make(texts: dict[str, str], **changes: object) -> Settings:
        corpus = tmp_path / "corpus"
        for name, text in texts.items():
            path = corpus / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Settings(**({"corpus_dir": corpus, "index_dir": tmp_path / "index", "embedder": "hashing:256"} | changes))

    return make
