"""No file, whatever is in it or whatever it is called, stops the reading, leaves the folder, or passes unnoticed."""

import io
import json
import os
import random
import socket
import threading
import unicodedata
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import CorpusError
from index.readers import Source, dates, endings, read_corpus
from index.readers.lines import MAX_LINE
from index.readers.make import MAX_TEXT_CHARS
from index.records import Article, Skipped, Withdrawal

TIME_S = 30
NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
TEXTS = (
    "O presidente não compareceu à sessão; a Câmara votará amanhã a isenção.",
    "“Não há pressa”, disse o ministro — e a ação segue a R$ 3,50.",
    "The café’s owner said it wasn’t “naïve” to ask for £5.",
)
fuzz = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def read(folder: Path) -> list[Article | Skipped | Withdrawal]:
    return list(read_corpus(folder, NOW))


def reasons(folder: Path) -> dict[str, str]:
    return {item.path: item.reason for item in read(folder) if isinstance(item, Skipped)}


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", TEXTS[0])
    return out.getvalue()


BINARIES = {
    "an ELF program": b"\x7fELF\x02\x01\x01" + bytes(57),
    "a PNG picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "a ZIP archive": archive(),
    "a PDF of printable letters": b"%PDF-1.7\n1 0 obj << /Type /Catalog >>\nendobj\n",
    "NUL bytes in a text": b"Ol\xc3\xa1\x00\x00\x00 mundo, este texto tem bytes nulos.",
    "half of UTF-16": "﻿Olá".encode("utf-16-le") + b"\x00",
    "control characters": bytes(range(1, 32)) * 20,
}


@pytest.mark.parametrize("ending", [".txt", ".md", ".html", ".json", ".jsonl", ".csv"])
@pytest.mark.parametrize("what", BINARIES)
def test_a_binary_file_is_refused_whatever_it_is_called(what: str, ending: str, tmp_path: Path) -> None:
    (tmp_path / f"a{ending}").write_bytes(BINARIES[what])
    assert not [item for item in read(tmp_path) if isinstance(item, Article)]
    assert reasons(tmp_path)


def test_a_thousand_files_of_chance_bytes_are_refused(tmp_path: Path) -> None:
    chance = random.Random(7)
    for number in range(1000):
        (tmp_path / f"{number}.txt").write_bytes(chance.randbytes(300))
    assert len(reasons(tmp_path)) == 1000


@pytest.mark.parametrize("content", [b"", b"  \n\t\n ", b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n"])
@pytest.mark.parametrize("ending", [".txt", ".md", ".html", ".json", ".jsonl", ".csv"])
def test_a_file_without_text_is_listed(content: bytes, ending: str, tmp_path: Path) -> None:
    (tmp_path / f"a{ending}").write_bytes(content)
    (found,) = read(tmp_path)
    assert isinstance(found, Skipped)
    assert found.path == f"a{ending}"


@pytest.mark.parametrize(
    ("name", "content"), [("a.md", "# Só o título"), ("b.json", "[]"), ("c.json", '"x"'), ("d.json", "null"), ("e.csv", "text,title\n")]
)
def test_a_file_without_an_article_is_listed(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    assert list(reasons(tmp_path)) == [name]


def test_an_article_over_the_limit_is_refused_with_its_length(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a " * (MAX_TEXT_CHARS // 2) + "fim")
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": "x" * (MAX_TEXT_CHARS + 1)}) + "\n" + json.dumps({"text": "y" * MAX_TEXT_CHARS}))
    long, longer, fits = read(tmp_path)
    assert isinstance(long, Skipped)
    assert "1,000,003 characters" in long.reason
    assert isinstance(longer, Skipped)
    assert longer.path == "b.jsonl:1"
    assert isinstance(fits, Article)
    assert len(fits.text) == MAX_TEXT_CHARS


def test_the_lines_of_a_cell_that_is_too_long_are_no_rows(tmp_path: Path) -> None:
    inside = '\n9,Falso,"" e ""\n' * (MAX_TEXT_CHARS // 5)
    (tmp_path / "a.csv").write_text(f'id,title,text\n1,Longo,"{inside}"\n2,Chuva,"Choveu.\nMuito."\n3,"Longo","fim {inside}"\n4,Sol,Fez sol.\n')
    long, chuva, longer, sol = read_corpus(tmp_path, NOW)
    for skipped, number in ((long, 1), (longer, 3)):
        assert isinstance(skipped, Skipped)
        assert (skipped.path, skipped.reason) == (f"a.csv:{number}", "its row cannot be read: field larger than field limit (2000000)")
    assert isinstance(chuva, Article)
    assert isinstance(sol, Article)
    assert (chuva.text, sol.text) == ("Choveu.\nMuito.", "Fez sol.")


def test_a_file_over_the_limit_is_refused_but_lines_are_not_counted(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as out:
        out.truncate(65 * 1024 * 1024)
    with (tmp_path / "b.jsonl").open("wb") as out:
        for _ in range(2):
            out.write(json.dumps({"text": TEXTS[0]}).encode() + b"\n")
            out.write(b"[" * (MAX_LINE + 10) + b"\n")
    first, *rest = read(tmp_path)
    assert isinstance(first, Skipped)
    assert "at most 67,108,864" in first.reason
    assert [item.id if isinstance(item, Article) else item.path for item in rest] == ["b:1", "b.jsonl:2", "b:3", "b.jsonl:4"]


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", "[" * 200_000),
        ("a.json", '{"text": ' + "9" * 100_000 + "}"),
        ("a.md", "---\na: " + "[" * 30_000 + "\n---\nTexto."),
        ("a.md", '---\na: "\\UFFFFFFFF"\n---\nTexto.'),
        ("a.md", "---\n? [a]: b\n---\nTexto."),
        (
            "a.md",
            "---\n"
            + "\n".join(f"k{n}: &k{n} [{', '.join(f'*k{n - 1}' for _ in range(9))}]" if n else "k0: &k0 x" for n in range(30))
            + "\nauthor: *k29\n---\nTexto.",
        ),
        ("a.md", f"---\na: &a [{'x, ' * 9_000}]\nb: &b [{'*a, ' * 9_000}]\nauthor: [{'*b, ' * 9_000}]\n---\nTexto."),
        ("a.md", "<!--" * 200_000),
        ("a.md", "**a " * 200_000),
        ("a.md", "[" * 300_000 + "](" * 100_000),
        ("a.md", "`" * 10 + " `a``b```" * 80_000),
        ("a.md", "> " * 400_000),
        ("a.md", "- " * 400_000 + "x"),
        ("a.html", "<a>" * 200_000),
        ("a.html", "<div>" * 200_000 + "x"),
        ("a.html", "<meta " * 100_000),
        ("a.html", f'<p>x</p><script type="application/ld+json">{"[" * 100_000}</script>'),
        ("a.html", f'<p>x</p><script type="application/ld+json">[{"[]," * 300_000}1]</script>'),
        ("a.csv", "text\n" + '"' + "a\n" * 400_000),
        ("a.csv", "text" + "," * 500_000),
    ],
)
def test_a_file_made_to_take_for_ever_does_not(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    assert read(tmp_path)


def test_names_are_told_on_one_line_and_their_files_are_read(tmp_path: Path) -> None:
    names = [b"nota\n1.txt", "🌧️ chuva.txt".encode(), b"caf\xe9.txt", b"x" * 251 + b".txt", " espaço .txt".encode(), b"a@1:2-3.TXT", b"sem ponto"]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_text(TEXTS[0])
    found = read(tmp_path)
    ids = {item.id for item in found if isinstance(item, Article)}
    assert ids == {"nota\\n1", "🌧️ chuva" if "🌧️".isprintable() else "🌧\\ufe0f chuva", "caf\\xe9", "x" * 251, "espaço", "a%401:2-3"}
    (skipped,) = (item for item in found if isinstance(item, Skipped))
    assert skipped.path == "sem ponto"
    assert ".jsonl" in skipped.reason


def test_readme_questions_and_hidden_names_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in ("README.md", "questions.txt", ".hidden.txt", ".git/a.txt"):
        (tmp_path / name).write_text(TEXTS[0])
    assert read(tmp_path) == []


def test_files_come_in_the_order_of_their_paths_with_their_folders(tmp_path: Path) -> None:
    for name in ("b/c/d.txt", "a.txt", "b/a.txt", "c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEXTS[0])
    assert [item.id for item in read(tmp_path) if isinstance(item, Article)] == ["a", "b/a", "b/c/d", "c"]


def test_links_are_never_followed(tmp_path: Path) -> None:
    corpus, outside = tmp_path / "corpus", tmp_path / "outside"
    corpus.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("Um segredo que não é notícia.")
    (corpus / "file.txt").symlink_to(outside / "secret.txt")
    (corpus / "folder").symlink_to(outside)
    (corpus / "loop").symlink_to(corpus)
    (corpus / "broken.txt").symlink_to("nowhere")
    assert {path: "symbolic link" in reason for path, reason in reasons(corpus).items()} == dict.fromkeys(
        ("broken.txt", "file.txt", "folder", "loop"), True
    )
    for path in ("file.txt", "folder/secret.txt"):  # as if the link had come after the folder was listed
        source = Source(path=path, file=corpus / path, now=NOW)
        with pytest.raises(Exception, match=r"symbolic link|Not a directory"):
            list(endings()[".txt"].read(source))


def test_a_corpus_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text(TEXTS[0])
    (tmp_path / "link").symlink_to("real")
    assert [item.id for item in read(tmp_path / "link") if isinstance(item, Article)] == ["a"]


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("ending", [".txt", ".jsonl", ".csv"])
def test_pipes_sockets_and_devices_are_refused_at_once(ending: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"pipe{ending}")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / f"s{ending}"))
        assert list(reasons(tmp_path)) == [f"pipe{ending}", f"s{ending}"]
    writer = threading.Thread(target=lambda: os.close(os.open(tmp_path / f"pipe{ending}", os.O_RDWR)), daemon=True)
    writer.start()
    assert "pipe" in reasons(tmp_path)[f"pipe{ending}"]


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "README.md").mkdir()
    (tmp_path / "README.md" / "a.txt").write_text(TEXTS[0])
    assert [item.id for item in read(tmp_path) if isinstance(item, Article)] == ["README.md/a"]


@pytest.mark.parametrize("name", ["missing", "file.txt"])
def test_a_corpus_that_is_no_folder_is_an_error_at_once(name: str, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text(TEXTS[0])
    with pytest.raises(CorpusError, match=rf"{name} .*python -m index rebuild --corpus DIR"):
        read_corpus(tmp_path / name, NOW)


@pytest.mark.parametrize(
    "value",
    ["03/04/2026", "3-4-2026", "ontem", "May", "12", "2026", "2026-01", "4 de março de 2025", "2026-02-30", "2026-13-01", "0001-01-01", "1699-12-31", "2101-01-01",
     "2026-01-14T25:00", "2026-01-14T10:00+99:00", "Mon, 14 Jan 2026 10:00:00 GMT", "14 Jan 26 10:00 GMT", "1768415400", "20261332", "", "x" * 1000, "２０２６-01-14",
     2026011418, 202601141830, 12, -1768415400, 1e300, float("nan"), float("inf"), 10**400, True, None, [], {}, "2026-01-14T10:00:00Z; rm"],
)  # fmt: skip
def test_what_is_no_sure_date_is_unknown(value: object) -> None:
    assert dates.parse(value) is None


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("2026-01-14", "2026-01-14T00:00:00+00:00"),
        ("20260114", "2026-01-14T00:00:00+00:00"),
        (20260114, "2026-01-14T00:00:00+00:00"),
        ("2026-01-14 18:30", "2026-01-14T18:30:00+00:00"),
        ("2026-01-14T18:30:05.123456789-03:00", "2026-01-14T18:30:05-03:00"),
        ("2026-01-14T18:30:00Z", "2026-01-14T18:30:00+00:00"),
        ("2026-01-14 18:30:00+05:30", "2026-01-14T18:30:00+05:30"),
        ("2026-01-14 18:30:00 UTC", "2026-01-14T18:30:00+00:00"),
        ("2026-01-14T18:30:00-0300", "2026-01-14T18:30:00-03:00"),
        ("20260114183000", "2026-01-14T18:30:00+00:00"),
        ("20260114T183000Z", "2026-01-14T18:30:00+00:00"),
        ("Wed, 14 Jan 2026 18:30:00 -0300", "2026-01-14T18:30:00-03:00"),
        ("14 Jan 2026 18:30 GMT", "2026-01-14T18:30:00+00:00"),
        ("Wed, 14 Jan 2026 18:30:00 EST", "2026-01-14T18:30:00-05:00"),
        (1768415400, "2026-01-14T18:30:00+00:00"),
        (1768415400000, "2026-01-14T18:30:00+00:00"),
        ("1822-09-07", "1822-09-07T00:00:00+00:00"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "America/Sao_Paulo", "Pacific/Kiritimati"])
def test_a_sure_date_keeps_its_own_offset_in_every_zone(value: object, iso: str, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    found = dates.parse(value)
    assert found is not None
    assert found.isoformat() == iso


FIRST, LAST = datetime(1700, 1, 1), datetime(2100, 12, 31)  # noqa: DTZ001 - hypothesis adds the zones


@given(st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.timezones()))
def test_every_iso_date_that_python_writes_is_read(moment: datetime) -> None:
    offset = moment.utcoffset()
    if offset is not None and offset.total_seconds() % 60 == 0:
        written = moment.replace(microsecond=0).isoformat()
        assert dates.parse(written) == datetime.fromisoformat(written)


ENDINGS = (".txt", ".md", ".html", ".json", ".jsonl", ".csv")
WEIRD = st.text(st.characters(codec="utf-8") | st.characters(categories=["Cs", "Cc", "Cf", "Mn"]), max_size=60)


def check(folder: Path, name: str, content: bytes) -> None:
    """Write one file, read it, and see that what comes out is whole."""
    (folder / name).write_bytes(content)
    found = read(folder)
    (folder / name).unlink()
    assert found
    for item in found:
        if isinstance(item, Article):
            for text in (item.text, item.title, item.outlet, item.id, *item.authors):
                assert unicodedata.is_normalized("NFC", text)
                assert not [char for char in text if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"]
            assert item.text.strip()
            assert "\n" not in item.title
            assert item.id == item.id.strip()
        else:
            assert isinstance(item, Skipped)
            assert item.reason
            assert "\n" not in item.reason
            assert item.path.startswith(name)


@fuzz
@given(ending=st.sampled_from(ENDINGS), content=st.binary(max_size=400))
def test_any_bytes_become_articles_or_are_listed(ending: str, content: bytes, tmp_path: Path) -> None:
    check(tmp_path, f"a{ending}", content)


@fuzz
@given(ending=st.sampled_from(ENDINGS), text=WEIRD, more=WEIRD)
def test_any_text_becomes_articles_or_is_listed(ending: str, text: str, more: str, tmp_path: Path) -> None:
    check(tmp_path, f"a{ending}", f"{text}\n\n{more}".encode("utf-8", "surrogatepass"))


@fuzz
@given(fields=st.dictionaries(st.sampled_from(["id", "title", "text", "url", "date", "lang", "author", "outlet"]), WEIRD), more=WEIRD)
def test_any_fields_become_articles_or_are_listed(fields: dict[str, str], more: str, tmp_path: Path) -> None:
    fields = {"text": more, **fields}
    check(tmp_path, "a.jsonl", (json.dumps(fields) + "\n" + json.dumps([fields])).encode())
    ld = json.dumps({"@type": "NewsArticle", "headline": fields.get("title"), "articleBody": more, "author": fields})
    check(tmp_path, "a.html", f"<p>{more}</p><script type='application/ld+json'>{ld}</script>".encode("utf-8", "replace"))


@fuzz
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | WEIRD,
        lambda inner: st.lists(inner) | st.dictionaries(WEIRD | st.sampled_from(["text", "articles", "date", "author"]), inner),
    )
)
def test_any_json_becomes_articles_or_is_listed(value: object, tmp_path: Path) -> None:
    check(tmp_path, "a.json", json.dumps(value).encode())


MARKS = st.lists(
    st.sampled_from(
        [
            "*",
            "**",
            "_",
            "`",
            "``",
            "[",
            "](",
            ")",
            "!",
            "<!--",
            "-->",
            "\n",
            "\n\n",
            "# ",
            "> ",
            "- ",
            "```",
            "|",
            "---",
            "\\",
            "&amp;",
            "<b>",
            "ção",
            "a ",
            "1. ",
            "  \n",
        ]
    )
)


@fuzz
@given(marks=MARKS)
def test_any_marks_leave_the_words(marks: list[str], tmp_path: Path) -> None:
    check(tmp_path, "a.md", "".join(marks).encode())
    whole = "".join(marks)
    if not any(mark in whole for mark in ("<!--", "](", "[", "```")):
        found = read_marked(tmp_path, whole)
        assert sum(text.count("ção") for text in found) == whole.count("ção")


def read_marked(folder: Path, content: str) -> list[str]:
    (folder / "b.md").write_text("Corpo.\n\n" + content)
    texts = [item.title + "\n" + item.text for item in read(folder) if isinstance(item, Article)]
    (folder / "b.md").unlink()
    return texts
