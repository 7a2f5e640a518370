"""What a hostile file, or an index from elsewhere, makes this program open: as the kernel saw it, so that what libraries in C do counts too.

Needs strace; where it is missing or may not trace, the tests are left out and say so.
"""

import functools
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from index import Settings, rebuild
from tests.index.test_pdf import CHUVA, of
from tests.reliability.conftest import ROOT

CALLS = "open,openat,openat2,creat,execve,execveat,connect,sendto,sendmsg,symlinkat,linkat"
OPENED = re.compile(r'\b(?:open|openat|openat2|creat|execve|execveat)\((?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')
CALLED = re.compile(r"\b(?:connect|sendto|sendmsg)\(.*(?:sa_family=AF_INET6?|sun_path=)[^}]*")
BEGIN = "begins-here"  # a name that is tried in vain, so that it stands among the calls


class Seen(NamedTuple):
    """What a child did after it began."""

    opened: list[str]  # absolute paths, of failed attempts too
    called: list[str]  # attempts to reach another program or machine
    told: str  # what it printed


@functools.cache
def untraceable() -> str:
    """Why strace cannot be used here; empty when it can."""
    if not (strace := shutil.which("strace")):
        return "strace is not installed"
    done = subprocess.run([strace, "-f", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return f"strace may not trace here: {done.stderr.strip()[:200]}" if done.returncode else ""


@pytest.fixture(scope="module", autouse=True)
def _traceable() -> None:
    if why := untraceable():
        pytest.skip(why)


def traced(code: str, folder: Path, harmless: str, hostile: str) -> Seen:
    """Let code that defines `work` do it with something harmless, so that all is loaded, and tell what it opens and calls with something hostile."""
    log, whole = folder / "calls", f"import sys\n{code}\nwork(sys.argv[1])\ntry:\n    open({BEGIN!r})\nexcept OSError:\n    work(sys.argv[2])\n"
    strace = ["strace", "-f", "-qq", "-y", "-s", "4096", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", str(log)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*strace, sys.executable, "-c", whole, harmless, hostile], env=env, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    _, begun, lines = log.read_text(errors="replace").partition(f'"{BEGIN}"')
    assert begun
    opened = [os.path.join(at or ROOT, name) for at, name in OPENED.findall(lines)]
    return Seen(opened, CALLED.findall(lines), done.stdout)


def outside(seen: Seen, *allowed: Path) -> list[str]:
    """What was opened outside some folders, and outside those of Python, of its packages and of our own code."""
    ours = [str(folder) for folder in (*allowed, sys.prefix, sys.base_prefix, ROOT / "index", ROOT / "qa")]
    return [path for path in seen.opened if not any(path == one or path.startswith(one + "/") for one in ours)]


# ── a corpus ────────────────────────────────────────────────────────────────────────────────────────────────────────

ENTITIES = {
    "a file": '<!DOCTYPE {root} [<!ENTITY c SYSTEM "{file}">]>',
    "an address": '<!DOCTYPE {root} [<!ENTITY c SYSTEM "{address}">]>',
    "a parameter": '<!DOCTYPE {root} [<!ENTITY % p SYSTEM "{file}"> %p; <!ENTITY c "x">]>',
    "a definition": '<!DOCTYPE {root} SYSTEM "{file}">',
    "a definition elsewhere": '<!DOCTYPE {root} PUBLIC "-//Mare//DTD//EN" "{address}">',
    "a style": '<?xml-stylesheet type="text/xsl" href="{file}"?><?xml-stylesheet type="text/xsl" href="{address}"?>',
    "nothing": "",
}
INCLUDED = """<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{file}" parse="text"/><xi:include href="{address}"
    xmlns:xi="http://www.w3.org/2001/XInclude"/><x xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{address} {file}"/>
    <img src="{file}"/><img src="{address}"/><link rel="stylesheet" href="{address}"/><iframe src="{file}"/><object data="{file}"/>"""
DOCUMENTS = {
    "rss": ("rss", '<rss version="2.0"><channel><title>Mar {c}</title><item><title>Chuva</title><description>Choveu. {c}{more}</description></item></channel></rss>'),
    "atom": (
        "feed",
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{address}"><title>Mar</title><entry><id>a</id><title>Chuva {c}</title><content type="xhtml" '
        'src="{file}"><div xmlns="http://www.w3.org/1999/xhtml">Choveu muito. {c}{more}</div></content><link rel="enclosure" href="{file}"/></entry></feed>',
    ),
    "newsml": (
        "newsItem",
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:a"><catalogRef href="{address}"/><catalogRef href="{file}"/><contentSet><inlineXML>'
        "<nitf><body><body.content><p>Choveu muito no Recife. {c}</p>{more}</body.content></body></nitf></inlineXML>"
        '<remoteContent href="{file}"/><remoteContent href="{address}"/></contentSet></newsItem>',
    ),
    "nitf": (
        "nitf",
        '<nitf><head><title>Chuva {c}</title></head><body><body.content><p>Choveu muito. {c}</p><media><media-reference source="{file}"/></media>'
        "{more}</body.content></body></nitf>",
    ),
    "xml": ("rdf", '<rss version="2.0"><channel><item><title>Chuva {c}</title><description>Choveu. {more}</description></item></channel></rss>'),
    "xhtml": ("html", '<html xmlns="http://www.w3.org/1999/xhtml"><head><base href="{address}"/><title>Chuva</title></head><body><p>Choveu. {c}</p>{more}</body></html>'),
    "html": (
        "html",
        '<html><head><title>Chuva</title><base href="{address}"><meta http-equiv="refresh" content="0;url={address}"><link rel="canonical" href="{address}">'
        '<script type="application/ld+json">{{"@context":"{address}","@type":"NewsArticle","articleBody":"Choveu muito.","image":"{file}"}}</script>'
        '<script src="{address}"></script></head><body><article><p>Choveu muito no Recife. {c}</p>{more}</article></body></html>',
    ),
}  # fmt: skip
OTHERS = {
    "a.eml": 'Subject: Chuva\nContent-Type: message/external-body; access-type=local-file; name="{path}"\n\nContent-Type: text/plain\n\nChoveu.\n',
    "b.eml": 'Subject: Chuva\nContent-Type: text/html\n\n<p>Choveu muito.</p><img src="{address}"><img src="{file}">\n',
    "a.md": '---\ntitle: !!python/object/apply:os.system ["cat {path}"]\n---\nChoveu.\n',
    "b.md": "---\ntitle: Chuva\n---\nChoveu ![a]({file}) ![b]({address}) <img src='{file}'>\n\n[x]: {file}\n",
    "a.jsonl": '{{"$ref": "{file}", "text": "Choveu muito.", "url": "{address}", "include": "{path}"}}\n',
    "a.csv": 'text,url\n"=WEBSERVICE(""{address}"")",{file}\n@include {path},{address}\n',
    "a.txt": "Choveu.\n.. include:: {path}\n\\input{{{path}}}\n<!--#include file=\"{path}\" -->\n",
}  # fmt: skip
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="{file}"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:date>{c}2026-01-14</dc:date>{more}</rdf:Description></rdf:RDF></x:xmpmeta>"""
READ = """
from datetime import UTC, datetime
from pathlib import Path
from index.readers import read_corpus
from index.records import Article
def work(folder):
    for item in read_corpus(Path(folder), datetime.now(UTC)):
        print(type(item).__name__, getattr(item, "path", ""), getattr(item, "reason", ""))
        assert not isinstance(item, Article) or "segredo" not in item.model_dump_json()
"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    path = tmp_path / "outside" / "secret.txt"
    path.write_text("<p>um segredo</p>")
    return path


@pytest.fixture
def address() -> Iterator[str]:
    """An address at which somebody listens; whoever comes is counted as a failure."""
    came = []

    def listen(listener: socket.socket) -> None:
        while True:
            try:
                came.append(listener.accept())
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=listen, args=[listener], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/intern"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
    assert not came


def written(corpus: Path, asked: dict[str, str], entities: dict[str, str], included: str) -> None:
    """A corpus of documents in every format, once with each of the entities."""
    corpus.mkdir()
    for number, (what, prolog) in enumerate(entities.items()):
        named, more = "" if what in ("nothing", "a style") else "&c;", included.format(**asked)
        for ending, (root, text) in DOCUMENTS.items():
            start = "" if ending == "html" else '<?xml version="1.0"?>'
            (corpus / f"{number}.{ending}").write_text(start + prolog.format(root=root, **asked) + text.format(c=named, more=more, **asked))
        xmp = prolog.format(root="x", **asked) + XMP.format(c=named, more=more, **asked)
        (corpus / f"{number}.pdf").write_bytes(of(CHUVA, info=f"/Title ({asked['path']}) /F ({asked['path']})", xmp=xmp))
    for name, text in OTHERS.items():
        (corpus / name).write_text(text.format(**asked))


def test_no_file_of_a_corpus_makes_anything_outside_it_be_opened_or_called(tmp_path: Path, secret: Path, address: str) -> None:
    harmless, corpus = tmp_path / "harmless", tmp_path / "corpus"
    written(harmless, dict.fromkeys(("file", "path", "address"), "chuva"), {"nothing": "", "a definition": "<!DOCTYPE {root}>"}, "")
    written(corpus, {"file": secret.as_uri(), "path": str(secret), "address": address}, ENTITIES, INCLUDED)
    for name in ("secret.txt", "folder"):
        (corpus / name).symlink_to(secret if name == "secret.txt" else secret.parent)
    seen = traced(READ, tmp_path, str(harmless), str(corpus))
    assert outside(seen, corpus) == []
    assert seen.called == []
    assert {str(path) for path in corpus.iterdir() if not path.is_symlink()} <= set(seen.opened)
    assert seen.told.count("Article") >= len(OTHERS)


UNGUARDED = """
import socket
from lxml import etree
parser = etree.XMLParser(load_dtd=True, no_network=False, resolve_entities=True)
def work(path):
    etree.parse(path, parser)
    with socket.socket() as caller:
        caller.connect_ex(("127.0.0.1", 9))
"""


def test_a_parser_that_is_not_guarded_would_be_seen(tmp_path: Path, secret: Path) -> None:
    (tmp_path / "corpus").mkdir()
    path = tmp_path / "corpus" / "a.xml"
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY c SYSTEM "{secret.as_uri()}">]><a>&c;</a>')
    (tmp_path / "harmless.xml").write_text("<a/>")
    seen = traced(UNGUARDED, tmp_path, str(tmp_path / "harmless.xml"), str(path))
    assert outside(seen, path.parent) == [str(secret)]
    assert len(seen.called) == 1


# ── an index that somebody else made ────────────────────────────────────────────────────────────────────────────────

ASK = """
from pathlib import Path
from index import Library, Settings, update
from index.search import search
from qa import ask
def work(home):
    made = Settings(corpus_dir=Path(home, "corpus"), index_dir=Path(home, "index"), embedder="hashing:256")
    with Library.open(made) as library:
        print(len(search(library, "chuva", 9)), len(ask("Onde parou a chuva?", library=library).hits))
    update(made)
"""
PLANTED = (
    "index.pkl",
    "docstore.pickle",
    "index.faiss",
    "model.bin",
    "pytorch_model.pt",
    "sitecustomize.py",
    "usercustomize.py",
    "numpy.py",
    "vectors.npy",
    "a.so",
)


def test_files_that_could_run_code_are_not_opened_where_an_index_is_opened_searched_asked_and_updated(tmp_path: Path) -> None:
    harmless, other = tmp_path / "harmless", tmp_path / "other"
    (harmless / "corpus").mkdir(parents=True)
    (harmless / "corpus" / "a.txt").write_text("A chuva parou no Recife.")
    rebuild(Settings(corpus_dir=harmless / "corpus", index_dir=harmless / "index", embedder="hashing:256"))
    shutil.copytree(harmless, other)
    (current,) = (other / "index" / "generations").iterdir()
    planted = {str(folder / name) for folder in (other / "index", current.parent, current, current / "lexical") for name in PLANTED}
    for path in planted:
        Path(path).write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    seen = traced(ASK, tmp_path, str(harmless), str(other))
    assert seen.told.split() == ["1", "1"] * 2
    assert str(current / "vectors.f32") in seen.opened
    assert planted & set(seen.opened) == set()
    assert outside(seen, other) == []
    assert seen.called == []
