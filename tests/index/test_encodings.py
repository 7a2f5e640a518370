"""Bytes are read as the letters that were written, or it is marked that their encoding was a guess."""

import json
import random
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.errors import ReadError
from index.readers import read_corpus
from index.readers.decode import Guessed, decode
from index.records import Article, Skipped
from index.text import sentences

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
CORPUS = Path(__file__).parents[2] / "corpus"
PLAIN = str.maketrans("“”‘’–—…€ŒœŠšŽž", "\"\"''--.ECcSsZz")  # what Windows-1252 has and Latin-1 lacks
CHUVA = "A ação do governo não mudou: três bairros do Recife seguem sem energia, à espera de um serviço que a prefeitura promete há dias."


def texts() -> list[str]:
    """The longest sentences that are no ASCII of fifteen articles in Portuguese and of fifteen in English."""
    found: dict[str, list[str]] = {"pt": [], "en": []}
    for article in read_corpus(CORPUS, NOW):
        assert isinstance(article, Article)
        own = [article.text[start:end].replace("'", "’") for start, end in sentences(article.text)]
        if told := max((one for one in own if not one.isascii()), key=len, default=""):
            found[article.lang].append(told)
    return [*found["pt"][:15], *found["en"][:15]]


TEXTS = texts()
TOLD = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
GUESSED = ("cp1252", "latin-1")
WRONG = ("cp850", "mac-roman")


def one(folder: Path, name: str, content: bytes) -> Article:
    (folder / name).write_bytes(content)
    (found,) = read_corpus(folder, NOW)
    assert isinstance(found, Article), found
    return found


def marked(article: Article) -> bool:
    return ("encoding", "text") in {(doubt.kind, doubt.field) for doubt in article.doubts}


def test_there_are_thirty_texts() -> None:
    assert len(TEXTS) == 30
    assert not [text for text in TEXTS if text.isascii()]


@pytest.mark.parametrize("encoding", [*TOLD, *GUESSED])
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_every_text_is_right_in_every_encoding_and_marked_where_nothing_tells_it(text: str, encoding: str, tmp_path: Path) -> None:
    text = text.translate(PLAIN) if encoding == "latin-1" else text
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    (tmp_path / "b.jsonl").write_bytes(json.dumps({"text": text}, ensure_ascii=False).encode(encoding))
    (tmp_path / "c.md").write_bytes(text.encode(encoding))
    found = [item for item in read_corpus(tmp_path, NOW) if isinstance(item, Article)]
    assert [article.text for article in found] == [text] * 3
    assert [marked(article) for article in found] == [encoding in GUESSED and not text.isascii()] * 3


@pytest.mark.parametrize("encoding", WRONG)
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_letters_that_come_out_wrong_are_marked(text: str, encoding: str, tmp_path: Path) -> None:
    article = one(tmp_path, "a.txt", text.encode(encoding, "replace"))
    assert marked(article) or article.text == text.encode("ascii", "replace").decode()


# ── whichever the format ────────────────────────────────────────────────────────────────────────────────────────────

FILES: dict[str, str] = {
    "a.txt": "{}",
    "a.md": "# Governo\n\n{}",
    "a.json": '{{"text": "{}"}}',
    "a.jsonl": '{{"text": "{}"}}',
    "a.csv": 'titulo;texto\n"Governo";"{}"\n',
    "a.html": "<html><body><article><h1>Governo</h1><p>{}</p></article></body></html>",
    "a.rss": "<rss version='2.0'><channel><title>G</title><item><title>G</title><description>{}</description></item></channel></rss>",
    "a.nitf": "<nitf><body><body.content><p>{}</p></body.content></body></nitf>",
    "a.eml": "Subject: Governo\nFrom: a@b.example\n\n{}",
}
DECLARED: dict[str, Callable[[str], str]] = {
    "a.html": lambda name: f"<html><head><meta charset='{name}'></head><body><article><h1>Governo</h1><p>{{}}</p></article></body></html>",
    "a.rss": lambda name: f"<?xml version='1.0' encoding='{name}'?>{FILES['a.rss']}",
    "a.nitf": lambda name: f"<?xml version='1.0' encoding='{name}'?>{FILES['a.nitf']}",
    "a.eml": lambda name: f"Content-Type: text/plain; charset={name}\n{FILES['a.eml']}",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("encoding", "guessed"), [("utf-8", False), ("cp1252", True)])
def test_a_guess_is_marked_in_every_format(name: str, encoding: str, guessed: bool, tmp_path: Path) -> None:
    article = one(tmp_path, name, FILES[name].format(CHUVA).encode(encoding))
    assert (article.text, marked(article)) == (CHUVA, guessed)


@pytest.mark.parametrize("name", DECLARED)
@pytest.mark.parametrize("charset", ["windows-1252", "iso-8859-1", "ISO-8859-1", "latin1", "us-ascii"])
def test_what_declares_itself_is_no_guess_and_its_quotation_marks_stay(name: str, charset: str, tmp_path: Path) -> None:
    text = f"“{CHUVA}” – disse o ministro…"
    article = one(tmp_path, name, DECLARED[name](charset).format(text).encode("cp1252"))
    assert (article.text, article.doubts) == (text, ())


def test_only_the_lines_and_rows_that_were_guessed_are_marked(tmp_path: Path) -> None:
    lines = [json.dumps({"text": text}, ensure_ascii=False) for text in (CHUVA, CHUVA, "The rain stopped on Wednesday.")]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([lines[0].encode(), lines[1].encode("cp1252"), lines[2].encode("cp1252")]))
    rows = ["id,text\n", f'1,"{CHUVA}"\n', f'2,"Linha um.\n{CHUVA}\nFim."\n', f'3,"{CHUVA}"\n']
    (tmp_path / "b.csv").write_bytes(b"".join(row.encode("cp1252" if row[0] == "2" else "utf-8") for row in rows))
    found = [item for item in read_corpus(tmp_path, NOW) if isinstance(item, Article)]
    assert [marked(article) for article in found] == [False, True, False, False, True, False]


# ── at the edges ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_latin_1_and_the_holes_of_windows_1252_are_read() -> None:
    assert decode("ação à vista".encode("latin-1")) == "ação à vista"
    assert decode(b"a\xe7\xe3o \x81 e mais texto depois disso, sem outro erro") == "ação \x81 e mais texto depois disso, sem outro erro"


def test_a_declared_charset_counts_only_where_utf_8_does_not_hold() -> None:
    assert decode("Москва".encode("windows-1251"), "windows-1251") == "Москва"
    assert decode("ação".encode(), "windows-1251") == "ação"
    assert decode("ação".encode("cp1252"), "unicode_escape") == "ação"
    assert [isinstance(decode("ação".encode("cp1252"), name), Guessed) for name in ("windows-1252", "unicode_escape", "")] == [False, True, True]


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be"])
def test_what_only_looks_like_utf_32_is_refused(encoding: str) -> None:
    chance, order = random.Random(3), "<" if encoding.endswith("le") else ">"
    for numbers in ([chance.randrange(32) for _ in range(200)], [chance.randrange(2**20) for _ in range(200)], [0] * 200, [7, 0x110000, 9] * 50):
        with pytest.raises(ReadError):
            decode(struct.pack(f"{order}{len(numbers)}I", *numbers))
    with pytest.raises(ReadError):
        decode("Olá, mundo".encode(encoding) + b"\x00")


def test_a_table_in_utf_32_without_a_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(f"titulo;texto\nGoverno;{CHUVA}\n".encode("utf-32-le"))
    (article,) = read_corpus(tmp_path, NOW)
    assert not isinstance(article, Skipped)
    assert isinstance(article, Article)
    assert article.text == CHUVA
