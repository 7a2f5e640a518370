"""A PDF gives its paragraphs, and no PDF stops the reading. In: files built here byte by byte. Never: a file from elsewhere."""

import io
import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from index.errors import ReadError
from index.readers import read_corpus
from index.readers.make import MAX_TEXT_CHARS
from index.readers.pdf import MAX_PAGES, MAX_STREAM_BYTES, clock, parsed
from index.readers.pdf_text import joined
from index.records import Article, Skipped, Withdrawal

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
CHUVA = ("A chuva que caiu sobre o Recife na terça-feira deixou três bair-", "ros sem energia. A prefeitura não informou quando o serviço", "volta.")
TEXT = "A chuva que caiu sobre o Recife na terça-feira deixou três bairros sem energia. A prefeitura não informou quando o serviço volta."
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"

Read = Callable[[bytes], Article]


def built(objects: Sequence[bytes], info: str = "") -> bytes:
    """A file of these objects, the first of which is the catalog."""
    data, places = b"%PDF-1.4\n", []
    for number, held in enumerate([*objects, f"<< {info} >>".encode("cp1252")], 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, held)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>" % (len(places) + 1, len(places))
    return data + b"xref\n0 %d\n0000000000 65535 f \n%b%b\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, table, trailer, len(data))


def stream(data: bytes, about: str = "") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), about.encode(), data)


def pages(*contents: bytes, info: str = "", xmp: str = "") -> bytes:
    """A file of one page for each content stream, with its document information and its XMP."""
    kids = " ".join(f"{5 + 2 * place} 0 R" for place in range(len(contents)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R /Metadata 4 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(), FONT]
    objects.append(stream(xmp.encode(), "/Type /Metadata /Subtype /XML"))
    for place, content in enumerate(contents):
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {6 + 2 * place} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        objects += [page.encode(), content]
    return built(objects, info)


def content(lines: Sequence[str]) -> bytes:
    escaped = (re.sub(r"([()\\])", r"\\\1", line) for line in lines)
    shown = " ".join(f"({line}) Tj T*" for line in escaped)
    return f"BT /F1 12 Tf 72 720 Td 14 TL {shown} ET".encode("cp1252")


def of(*lines: Sequence[str], info: str = "", xmp: str = "") -> bytes:
    """A file of pages with these lines."""
    return pages(*(stream(content(page)) for page in lines), info=info, xmp=xmp)


def found(folder: Path, data: bytes, name: str = "a.pdf") -> list[Article | Skipped | Withdrawal]:
    (folder / name).write_bytes(data)
    return list(read_corpus(folder, NOW))


def reason(folder: Path, data: bytes) -> str:
    (item,) = found(folder, data)
    assert isinstance(item, Skipped), item
    return item.reason


@pytest.fixture
def one(tmp_path: Path) -> Read:
    """Writes one file into a corpus and reads it."""

    def read(data: bytes) -> Article:
        (item,) = found(tmp_path, data)
        assert isinstance(item, Article), item
        return item

    return read


def test_the_lines_of_a_page_are_its_paragraphs(one: Read) -> None:
    article = one(of(CHUVA))
    assert (article.text, article.id, article.lang) == (TEXT, "a", "pt")
    assert (article.title, article.authors, article.published, article.modified) == ("", (), None, None)


def test_a_sentence_goes_on_over_the_page_and_a_blank_line_stands_where_one_ends(one: Read) -> None:
    assert one(of(CHUVA[:2], CHUVA[2:], ["Nada mais."])).text == f"{TEXT}\n\nNada mais."


def test_a_compressed_page_is_read(one: Read) -> None:
    assert one(pages(stream(zlib.compress(content(CHUVA)), "/Filter /FlateDecode"))).text == TEXT


def test_a_file_that_pypdf_wrote_is_read(one: Read) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(of(CHUVA))))
    writer.add_metadata({"/Title": "Chuva em Recife – três bairros", "/Author": "Ana Lima"})
    out = io.BytesIO()
    writer.write(out)
    article = one(out.getvalue())
    assert (article.title, article.authors, article.text) == ("Chuva em Recife – três bairros", ("Ana Lima",), TEXT)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["O guarda-chuva da pre-\nfeitura, o guarda-\nchuva."], "O guarda-chuva da prefeitura, o guarda-chuva."),
        (["Não sei, disse-\nlhe ela."], "Não sei, disse-lhe ela."),
        (["A ponte Rio-\nNiterói, em 2025-\n2026."], "A ponte Rio-Niterói, em 2025-2026."),
        (["A ponte -\nnova - abriu."], "A ponte - nova - abriu."),
        (["cora\u00ad\nção"], "coração"),
        (
            ["Reações\n" + "Foram poucas as reações ao anúncio da prefeitura.\n" * 2],
            "Reações\n\n" + "Foram poucas as reações ao anúncio da prefeitura. " * 2,
        ),
        (
            ["Choveu muito no Recife na terça.\nParou.\nOs bairros do centro ficaram sem luz."],
            "Choveu muito no Recife na terça. Parou.\n\nOs bairros do centro ficaram sem luz.",
        ),
        (["Um.\n\nDois"], "Um.\n\nDois"),
        (["A \ufb01cha o\ufb03cial"], "A ficha official"),
        (
            ["Diário, 3\nUm fim\nde frase que\n3", "Diário, 4\nsegue aqui e\nacaba.\n4", "Diário, 5\nE mais\numa.\n5"],
            "Um fim de frase que segue aqui e acaba.\n\nE mais uma.",
        ),
        (["", "\n\n", " "], ""),
        ([], ""),
    ],
)
def test_lines_are_joined_only_where_it_is_safe(lines: list[str], text: str) -> None:
    assert joined(lines) == text.strip()


def test_the_information_is_taken_where_it_looks_real(one: Read) -> None:
    article = one(of(CHUVA, info="/Title (Chuva em Recife) /Author (Ana Lima; Rui S\xe1) /CreationDate (D:20260114183000-03'00')"))
    assert (article.title, article.authors, article.published) == ("Chuva em Recife", ("Ana Lima", "Rui Sá"), None)


@pytest.mark.parametrize("title", ["Microsoft Word - chuva.docx", "chuva_final2.indd", "untitled", "Documento 1", " "])
@pytest.mark.parametrize("author", ["user", "Usuário", "Administrator", "ana@a.example", "C:\\\\ana", ""])
def test_what_a_program_filled_in_is_no_title_and_no_author(title: str, author: str, one: Read) -> None:
    article = one(of(CHUVA, info=f"/Title ({title}) /Author ({author})"))
    assert (article.title, article.authors) == ("", ())


XMP = (
    '<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">'
    '<rdf:Description {}>{}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def listed(name: str, kind: str, *values: str) -> str:
    return f"<{name}><rdf:{kind}>{''.join(f'<rdf:li>{value}</rdf:li>' for value in values)}</rdf:{kind}></{name}>"


def test_xmp_names_the_day_of_publication_with_its_zone(one: Read) -> None:
    inner = listed("dc:title", "Alt", "Chuva") + listed("dc:creator", "Seq", "Ana Lima", "Rui Sá") + listed("dc:rights", "Alt", "CC0")
    article = one(of(CHUVA, xmp=XMP.format('prism:publicationDate="2026-01-14T18:30:00-03:00" prism:publicationName="Diário"', inner)))
    assert article.published
    assert article.published.isoformat() == "2026-01-14T18:30:00-03:00"
    assert (article.title, article.authors, article.outlet, article.rights) == ("Chuva", ("Ana Lima", "Rui Sá"), "Diário", "CC0")


def test_one_date_in_xmp_counts_and_two_are_not_chosen_from(one: Read) -> None:
    assert one(of(CHUVA, xmp=XMP.format("", listed("dc:date", "Seq", "2026-01-14")))).published == datetime(2026, 1, 14, tzinfo=UTC)
    assert one(of(CHUVA, xmp=XMP.format("", listed("dc:date", "Seq", "2026-01-14", "2026-01-15")))).published is None


@pytest.mark.parametrize(
    "xmp", ["<x", "não", f"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>{XMP.format('', '&a;')}", "<a>" * 5_000, "<?xml version='1.0' encoding='klingon'?><a/>"]
)
def test_xmp_that_is_broken_or_hostile_costs_only_what_it_says(xmp: str, one: Read) -> None:
    assert one(of(CHUVA, xmp=xmp)).text == TEXT


def test_what_cannot_be_read_is_refused_with_its_reason(tmp_path: Path) -> None:
    assert "no PDF" in reason(tmp_path, b"A chuva parou.")
    assert reason(tmp_path, b"") == "it is empty"
    assert "broken PDF" in reason(tmp_path, of(CHUVA)[:300])
    assert "it has 0 pages" in reason(tmp_path, of())
    assert "text recognition" in reason(tmp_path, pages(stream(b"q Q"), stream(b"")))
    assert f"{MAX_PAGES + 1:,} pages" in reason(tmp_path, of(*[["a"]] * (MAX_PAGES + 1)))
    assert f"{MAX_TEXT_CHARS:,} are taken" in reason(tmp_path, of(*[CHUVA * 500] * 20))


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    for password in ("segredo", ""):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(of(CHUVA))))
        writer.encrypt(password, "dono", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        assert "encrypted" in reason(tmp_path, out.getvalue())


def test_fonts_that_do_not_tell_their_letters_are_refused(tmp_path: Path) -> None:
    unicode_map = stream(b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <FF> <E020> endbfrange")
    data = of(CHUVA).replace(FONT, FONT[:-2] + b"/ToUnicode 8 0 R >>")
    objects = re.findall(rb"\d+ 0 obj\n(.*?)\nendobj", data, re.DOTALL)
    assert "which letters" in reason(tmp_path, built([*objects[:-1], b"null", unicode_map]))


BOMBS = {
    "a stream that unpacks to much": stream(zlib.compress(b"BT (" + b"a" * (MAX_STREAM_BYTES + 1) + b") Tj ET"), "/Filter /FlateDecode"),
    "a stream packed again and again": stream(zlib.compress(zlib.compress(b"a" * 10_000_000)), "/Filter [/FlateDecode /FlateDecode]"),
    "lists in lists": stream(zlib.compress(b"[" * 1_000_000), "/Filter /FlateDecode"),
    "states in states": stream(zlib.compress(b"q " * 1_000_000), "/Filter /FlateDecode"),
}


@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_is_refused_in_little_time(what: str, tmp_path: Path) -> None:
    start = monotonic()
    assert reason(tmp_path, pages(BOMBS[what]))
    assert monotonic() - start < 20


def test_a_file_that_takes_too_long_is_given_up() -> None:
    slow = stream(zlib.compress(b"BT /F1 12 Tf " + b"(a) Tj " * 100_000 + b" ET"), "/Filter /FlateDecode")
    start = monotonic()
    with pytest.raises(ReadError, match=r"more than 0.2 s"):
        parsed(pages(*[slow] * 100), clock(0.2))
    assert monotonic() - start < 10


def python(code: str, folder: Path) -> str:
    env = {"PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True, env=env, timeout=60).stdout


READ = "import sys, datetime, pathlib\nfrom index.readers import read_corpus\nprint(list(read_corpus(pathlib.Path(sys.argv[1]), datetime.datetime.now(datetime.UTC))))"


def test_without_pypdf_the_reason_says_how_to_get_it_and_other_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(of(CHUVA))
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    refuse = (
        "import sys\nclass Refuse:\n    def find_spec(self, name, *_):\n        if name.split('.')[0] == 'pypdf':\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\nsys.meta_path.insert(0, Refuse())\n"
    )
    out = python(refuse + READ, tmp_path)
    assert "pip install 'presscite[pdf]'" in out
    assert "id='b'" in out
    assert "id='a'" in python(READ, tmp_path)


def test_warnings_of_pypdf_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(of(CHUVA).replace(b"startxref\n", b"startxref\n1"))
    done = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path)], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)}, timeout=60
    )
    assert done.stderr == ""
    assert "A chuva que caiu" in done.stdout


SEEDS = (
    of(CHUVA, ["Nada mais."], info="/Title (Chuva)", xmp=XMP.format("", "")),
    pages(stream(zlib.compress(content(CHUVA)), "/Filter /FlateDecode")),
)
SIGNS = [
    *b"<< >> [ ] ( ) 0 R / obj stream 2 0 R 5 0 R -1 99999999999 1e400 null true /Kids Tj TJ Tf Td BT ET % /Filter /LZWDecode /JBIG2Decode cm q Q '".split(),
    b"\0",
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A seed with a few places overwritten, cut out, or filled with signs that mean something in a PDF."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 20)))
        data = data[:start] + draw(st.one_of(st.binary(max_size=6), st.sampled_from(SIGNS))) + data[end:]
    return data


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=mutated())
def test_a_damaged_file_never_stops_the_reading(data: bytes, tmp_path: Path) -> None:
    for item in found(tmp_path, data):
        assert isinstance(item, Article | Skipped)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.text(alphabet="aB.-\u00ad\n 1'"), max_size=4))
def test_joining_loses_no_letter(lines: list[str]) -> None:
    def letters(text: str) -> str:
        return re.sub(r"[^aB]", "", text)

    kept = letters(joined(lines))
    if all(len(page.splitlines()) < 3 for page in lines):  # longer pages may lose a head or a foot that repeats
        assert kept == letters("".join(lines))
