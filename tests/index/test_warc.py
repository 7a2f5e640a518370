"""Web archives give the articles in them, and nothing else, however damaged.  In: archives in the shape of CC-NEWS, made here."""

import gzip
import io
import random
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.stream_io import BrotliWriter
from fastwarc.warc import ArchiveIterator, WarcRecordType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.readers import Source, read
from index.readers.warc import MAX_FAULTS, MAX_PAYLOAD_BYTES
from index.records import Article, Skipped, Withdrawal

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
BARRAGEM = (
    "A barragem de Itaúna voltou a encher depois de três semanas de chuva, informou a companhia de águas na sexta-feira. "
    "O nível ainda está abaixo da média de janeiro, e o racionamento continua nos bairros altos."
)
LIBRARY = (
    "The town library will open on Sundays from next month, the council said. "
    "Volunteers had collected four thousand signatures since the autumn, and two of the five branches will take part."
)
fuzz = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

Put = Callable[..., list[Article | Skipped | Withdrawal]]


def record(kind: str, block: bytes, **fields: str) -> bytes:
    """One record; a field's `_` stands for `-`."""
    head = {"WARC-Type": kind, "WARC-Record-ID": "<urn:uuid:0b4a>", "WARC-Date": "2026-01-16T03:00:00Z", "Content-Length": str(len(block))}
    head |= {name.replace("_", "-"): value for name, value in fields.items()}
    return b"WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n" + block + b"\r\n\r\n"


def http(body: bytes, media: str = "text/html; charset=utf-8", status: str = "200 OK", **fields: str) -> bytes:
    head = {"Content-Type": media, "Server": "nginx", **{name.replace("_", "-"): value for name, value in fields.items()}}
    return f"HTTP/1.1 {status}\r\n".encode() + "".join(f"{name}: {value}\r\n" for name, value in head.items() if value).encode() + b"\r\n" + body


def response(block: bytes, url: str = "https://vale.example/agua", **fields: str) -> bytes:
    return record("response", block, Content_Type="application/http; msgtype=response", WARC_Target_URI=url, **fields)


def page(title: str, text: str, head: str = "", encoding: str = "utf-8") -> bytes:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body><nav><a href='/'>Início</a></nav>"
        f"<article><h1>{title}</h1><p>{text}</p></article></body></html>"
    ).encode(encoding, "xmlcharrefreplace")


AGUA, LIVROS = page("Barragem volta a encher", BARRAGEM), page("Library to open on Sundays", LIBRARY)
FEED = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Diário do Vale</title><link>https://vale.example/</link>'
    f"<item><title>Barragem</title><link>https://vale.example/b</link><description>{BARRAGEM}</description></item>"
    f"<item><title>Library</title><link>https://vale.example/l</link><description>{LIBRARY}</description></item></channel></rss>"
).encode()
INFO = record("warcinfo", b"software: crawler\r\nformat: WARC File Format 1.0\r\n", Content_Type="application/warc-fields")
REQUEST = record("request", b"GET /agua HTTP/1.1\r\nHost: vale.example\r\n\r\n", Content_Type="application/http; msgtype=request")
METADATA = record("metadata", b"fetchTimeMs: 31\r\n", Content_Type="application/warc-fields")
REVISIT = record("revisit", http(b""), Content_Type="application/http; msgtype=response")
NEWS = [INFO, REQUEST, response(http(AGUA)), METADATA, REVISIT, REQUEST, response(http(LIVROS), "https://vale.example/livros")]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes records as an archive and reads it."""

    def write(*records: bytes, name: str = "a.warc", packed: bool = False) -> list[Article | Skipped | Withdrawal]:
        name = f"{name}.gz" if packed else name
        (tmp_path / name).write_bytes(b"".join(gzip.compress(one) if packed else one for one in records))
        return list(read(Source(path=name, file=tmp_path / name, now=NOW)))

    return write


def texts(found: list[Article | Skipped | Withdrawal]) -> list[str]:
    return [item.text for item in found if isinstance(item, Article)]


def reasons(found: list[Article | Skipped | Withdrawal]) -> list[tuple[str, str]]:
    return [(item.path, item.reason) for item in found if isinstance(item, Skipped)]


@pytest.mark.parametrize("packed", [False, True])
def test_an_archive_in_the_shape_of_cc_news_gives_its_articles(put: Put, packed: bool) -> None:
    first, second = put(*NEWS, packed=packed)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, first.text, first.url, first.lang) == ("Barragem volta a encher", BARRAGEM, "https://vale.example/agua", "pt")
    assert (second.title, second.text, second.url, second.lang) == ("Library to open on Sundays", LIBRARY, "https://vale.example/livros", "en")


def test_the_day_of_fetching_is_not_the_day_of_publication(put: Put) -> None:
    (undated,) = put(response(http(AGUA)))
    assert isinstance(undated, Article)
    assert (undated.published, undated.modified, undated.first_seen) == (None, None, NOW)
    stated = '<meta property="article:published_time" content="2026-01-15T18:00:00-03:00">'
    (dated,) = put(response(http(page("Barragem", BARRAGEM, stated))))
    assert isinstance(dated, Article)
    assert dated.published == datetime.fromisoformat("2026-01-15T18:00:00-03:00")


def test_a_page_that_names_its_own_address_keeps_it(put: Put) -> None:
    (found,) = put(
        response(http(page("Barragem", BARRAGEM, '<link rel="canonical" href="https://vale.example/noticias/1">')), "https://vale.example/?p=1")
    )
    assert isinstance(found, Article)
    assert found.url == "https://vale.example/noticias/1"


def test_an_address_in_angle_brackets_is_taken_without_them(put: Put) -> None:
    (found,) = put(response(http(AGUA), "<https://vale.example/agua>"))
    assert isinstance(found, Article)
    assert found.url == "https://vale.example/agua"


def test_the_charset_of_the_answer_is_used(put: Put) -> None:
    text = "Вода вернулась в город после трёх недель дождя, сообщили в пятницу городские власти и водоканал."
    assert texts(put(response(http(page("Вода", text, encoding="windows-1251"), "text/html; charset=windows-1251")))) == [text]
    assert texts(put(response(http(page("Barragem", BARRAGEM, encoding="cp1252"), 'text/html;charset="iso-8859-1"')))) == [BARRAGEM]


def brotli(data: bytes) -> bytes:
    out = io.BytesIO()
    writer = BrotliWriter(out)
    writer.write(data)
    writer.close()
    return out.getvalue()


def chunked(data: bytes, size: int = 100) -> bytes:
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    return b"".join(f"{len(part):x};nome=1\r\n".encode() + part + b"\r\n" for part in parts) + b"0\r\n\r\n"


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


CODINGS: list[tuple[str, str, Callable[[bytes], bytes]]] = [
    ("", "gzip", gzip.compress),
    ("", "x-gzip", gzip.compress),
    ("", "deflate", zlib.compress),
    ("", "deflate", bare_deflate),
    ("", "br", brotli),
    ("", "identity", bytes),
    ("chunked", "", chunked),
    ("chunked", "GZIP", lambda data: chunked(gzip.compress(data))),
    ("", "gzip, br", lambda data: brotli(gzip.compress(data))),
]


@pytest.mark.parametrize(("transfer", "content", "code"), CODINGS)
def test_coded_answers_are_decoded(put: Put, transfer: str, content: str, code: Callable[[bytes], bytes]) -> None:
    assert texts(put(response(http(code(AGUA), Transfer_Encoding=transfer, Content_Encoding=content)))) == [BARRAGEM]


@pytest.mark.parametrize(("transfer", "content", "code"), CODINGS)
def test_codings_that_the_archive_has_undone_already_are_passed_over(put: Put, transfer: str, content: str, code: Callable[[bytes], bytes]) -> None:
    assert code(AGUA)
    assert texts(put(response(http(AGUA, Transfer_Encoding=transfer, Content_Encoding=content)))) == [BARRAGEM]


@pytest.mark.parametrize(("transfer", "content", "code"), [case for case in CODINGS if case[1] != "identity"])
def test_a_coded_answer_that_is_cut_off_is_listed_and_the_next_is_read(put: Put, transfer: str, content: str, code: Callable[[bytes], bytes]) -> None:
    half = code(AGUA)[:-20]
    found = put(response(http(half, Transfer_Encoding=transfer, Content_Encoding=content)), response(http(LIVROS)))
    ((path, reason),) = reasons(found)
    assert path == "a.warc:1"
    assert "damaged" in reason
    assert texts(found) == [LIBRARY]


def test_an_unknown_coding_is_listed(put: Put) -> None:
    found = put(response(http(AGUA, Content_Encoding="zstd")))
    assert reasons(found) == [("a.warc:1", "its content coding 'zstd' is not known: gzip, deflate and br are read")]


@pytest.mark.parametrize(("content", "code"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli)])
def test_a_small_answer_that_unpacks_to_a_great_one_is_listed(put: Put, content: str, code: Callable[[bytes], bytes]) -> None:
    found = put(response(http(code(b"<html>" + bytes(100_000_000)), Content_Encoding=content)), response(http(AGUA)))
    assert reasons(found) == [("a.warc:1", "it has more than 10,485,760 bytes; no more are read")]
    assert texts(found) == [BARRAGEM]


def test_answers_are_counted_from_one_with_those_that_are_no_news(put: Put) -> None:
    picture = response(http(b"\x89PNG\r\n\x1a\n", "image/png"))
    robots = response(http(b"User-agent: *\nDisallow:", "text/plain"), "https://vale.example/robots.txt")
    assert reasons(put(INFO, picture, robots, response(http(b"<p>curto</p>")), response(http(AGUA)))) == [
        ("a.warc:3", "no article text was found in the page")
    ]


@pytest.mark.parametrize("media", ["image/png", "text/css", "text/javascript", "application/pdf", "text/plain", "video/mp4", "application/json", ""])
def test_what_is_no_page_is_passed_over_without_a_word(put: Put, media: str) -> None:
    found = put(response(http(b"x = 1", media)), response(http(b"", media, "404 Not Found")), response(http(AGUA)))
    assert reasons(found) == []
    assert texts(found) == [BARRAGEM]


def test_a_page_of_an_answer_that_names_no_media_type_is_read(put: Put) -> None:
    assert texts(put(response(http(AGUA, "")), response(http(LIVROS[15:], ""), WARC_Identified_Payload_Type="text/html"))) == [BARRAGEM, LIBRARY]


@pytest.mark.parametrize("status", ["404 Not Found", "301 Moved Permanently", "503", "206 Partial Content"])
def test_a_page_that_the_server_did_not_give_is_passed_over(put: Put, status: str) -> None:
    skipped, article = put(response(http(AGUA, status=status)), response(http(LIVROS)))
    assert skipped == Skipped(path="a.warc:1", reason=f"the server answered {status[:3]}, not 200", failed=False)
    assert isinstance(article, Article)


def test_a_page_that_the_crawler_cut_is_passed_over(put: Put) -> None:
    assert put(response(http(AGUA), WARC_Truncated="length"), response(http(AGUA), WARC_Segment_Number="1")) == [
        Skipped(path="a.warc:1", reason="the archive holds only its beginning (length)", failed=False),
        Skipped(path="a.warc:2", reason="the archive holds only its beginning (segment)", failed=False),
    ]


def test_a_feed_in_an_archive_gives_its_entries(put: Put) -> None:
    for media in ("application/rss+xml", "text/xml; charset=utf-8"):
        found = put(response(http(FEED, media), "https://vale.example/rss"), response(http(LIVROS), "https://vale.example/livros"))
        assert texts(found) == [BARRAGEM, LIBRARY, LIBRARY]
        assert [item.url for item in found if isinstance(item, Article)] == [
            "https://vale.example/b",
            "https://vale.example/l",
            "https://vale.example/livros",
        ]


def test_a_list_of_pages_is_passed_over_but_a_broken_feed_has_failed(put: Put) -> None:
    listed = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://vale.example/</loc></url></urlset>'
    sitemap, broken = put(response(http(listed, "application/xml")), response(http(b"<html></html>", "application/rss+xml")))
    assert isinstance(sitemap, Skipped)
    assert isinstance(broken, Skipped)
    assert (sitemap.failed, broken.failed) == (False, True)
    assert sitemap.reason.startswith("it is XML but no feed: ")


def test_a_resource_is_read_like_an_answer(put: Put) -> None:
    saved = record("resource", AGUA, Content_Type="text/html; charset=utf-8", WARC_Target_URI="https://vale.example/agua")
    assert texts(put(saved, record("resource", b"x", Content_Type="image/png"), response(http(LIVROS)))) == [BARRAGEM, LIBRARY]


def test_an_answer_that_is_none_is_listed(put: Put) -> None:
    found = put(response(b"SSH-2.0-OpenSSH"), response(b"HTTP/1.1 200 OK\r\nContent-Type: text/html"), response(http(AGUA)))
    assert reasons(found) == [
        ("a.warc:1", "its record holds no HTTP answer"),
        ("a.warc:2", "the head of its HTTP answer has no end in 65,536 bytes"),
    ]
    assert texts(found) == [BARRAGEM]


def test_an_answer_over_the_limit_is_listed_and_a_great_video_is_passed_over(put: Put) -> None:
    long = AGUA + b" " * (MAX_PAYLOAD_BYTES + 70_000)
    found = put(response(http(long, "video/mp4")), response(http(long)), response(http(LIVROS)))
    assert [(path, reason.partition(";")[0]) for path, reason in reasons(found)] == [("a.warc:2", f"it has {len(http(long)):,} bytes")]
    assert texts(found) == [LIBRARY]


def test_lines_of_a_head_may_end_without_a_carriage_return_and_go_on_in_the_next(put: Put) -> None:
    block = http(AGUA).replace(b"\r\n", b"\n", 4).replace(b"text/html; charset", b"text/html;\n charset")
    head = f"WARC/1.1\nwarc-type: response\nContent-Type: application/http\nCONTENT-LENGTH:  {len(block)}\n\n".encode()
    assert texts(put(head + block + b"\n\n", head + block)) == [BARRAGEM, BARRAGEM]


def length(block: bytes, stated: int | str) -> bytes:
    """A record that states another length than its own."""
    return response(block).replace(f"Content-Length: {len(block)}\r\n".encode(), f"Content-Length: {stated}\r\n".encode())


@pytest.mark.parametrize("stated", [0, 10, 400, 500, 5_000, 10**6, 10**12, 10**17, 10**30, -5, "", "x", "12 34", "٣"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_record_of_the_wrong_length_is_listed_and_the_next_is_read(put: Put, stated: int | str, packed: bool) -> None:
    damaged = length(http(AGUA), stated)
    assert damaged != response(http(AGUA))
    found = put(INFO, damaged, response(http(LIVROS)), response(http(AGUA)), packed=packed)
    paths = [path for path, _ in reasons(found)]
    assert paths[0] == ("a.warc.gz:1" if packed else "a.warc:1")
    assert texts(found) == [LIBRARY, BARRAGEM]


def test_garbage_between_records_is_told_and_takes_nothing_with_it(put: Put) -> None:
    found = put(response(http(AGUA)), b"lixo \x00\xff sem sentido\r\n" * 5000, response(http(LIVROS)), b"mais lixo")
    assert texts(found) == [BARRAGEM, LIBRARY]
    assert [path for path, _ in reasons(found)] == ["a.warc", "a.warc"]
    assert "no WARC record begins here" in reasons(found)[0][1]


def test_an_archive_that_is_cut_off_anywhere_keeps_what_stands_before(put: Put) -> None:
    whole = b"".join(NEWS[-2:])
    for cut in [*range(1, len(whole) - 4, 37), len(whole) - 5]:
        found = put(response(http(AGUA)), whole[:cut])
        assert texts(found) == [BARRAGEM]
        assert reasons(found) or cut == len(REQUEST)


def test_a_cut_in_the_last_line_ends_does_no_harm(put: Put) -> None:
    for cut in range(5):
        assert texts(put(response(http(AGUA))[: -cut or None])) == [BARRAGEM]


def test_a_damaged_gz_part_takes_only_its_own_record_with_it(put: Put, tmp_path: Path) -> None:
    parts = [gzip.compress(one) for one in (response(http(AGUA)), response(http(LIVROS)), response(http(AGUA)))]
    for place in range(12, len(parts[1]), 7):
        damaged = bytearray(parts[1])
        damaged[place] ^= 0x55
        (tmp_path / "a.warc.gz").write_bytes(parts[0] + damaged + parts[2])
        found = list(read(Source(path="a.warc.gz", file=tmp_path / "a.warc.gz", now=NOW)))
        assert texts(found)[0] == texts(found)[-1] == BARRAGEM
        assert len(texts(found)) == 2
        assert reasons(found)


def test_an_archive_damaged_all_over_is_given_up(put: Put) -> None:
    found = put(*(length(http(AGUA), "x") for _ in range(MAX_FAULTS + 50)))
    assert len(found) == MAX_FAULTS + 2
    assert reasons(found)[-1] == ("a.warc", f"it is damaged in more than {MAX_FAULTS} places: the rest was not read")


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", INFO, b"<html>", bytes(200_000)])
def test_an_archive_without_an_article_is_listed(put: Put, content: bytes) -> None:
    found = put(content)
    assert found
    assert texts(found) == []


def test_the_records_are_those_that_fastwarc_finds(put: Put) -> None:
    chance = random.Random(11)
    answers = []
    for number in range(60):
        text = f"{BARRAGEM} {' '.join(str(chance.random()) for _ in range(chance.randrange(300)))}"
        answers += [REQUEST, response(http(page(f"Notícia {number}", text)), f"https://vale.example/{number}"), METADATA]
    archive = b"".join([INFO, *answers])
    theirs = [one.headers["WARC-Target-URI"] for one in ArchiveIterator(io.BytesIO(archive), WarcRecordType.response)]
    ours = [item.url for item in put(archive) if isinstance(item, Article)]
    assert len(ours) == 60
    assert ours == theirs


MEASURED = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from index.readers import Source, read
from index.records import Article, Skipped
file = Path(sys.argv[1])
began = time.monotonic()
kinds = [type(item).__name__ for item in read(Source(path=file.name, file=file, now=datetime.now(UTC)))]
peak = next(int(line.split()[1]) // 1024 for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(peak, time.monotonic() - began, kinds.count("Article"), kinds.count("Skipped"), sep="|")
"""


def measured(file: Path) -> tuple[int, float, int, int]:
    """Peak memory (MB), time (s), articles and skipped items of reading an archive in a process of its own."""
    done = subprocess.run([sys.executable, "-c", MEASURED, str(file)], cwd=ROOT, capture_output=True, text=True, timeout=300, check=True)
    memory, seconds, articles, skipped = done.stdout.strip().split("|")
    return int(memory), float(seconds), int(articles), int(skipped)


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    picture = gzip.compress(response(http(random.Random(3).randbytes(3_000_000), "image/jpeg")), 1)
    peaks = []
    for pictures in (10, 100):
        with (tmp_path / "a.warc.gz").open("wb") as out:
            for number in range(pictures):
                out.write(picture)
                if number % 10 == 0:
                    out.write(gzip.compress(response(http(AGUA))))
        memory, _, articles, skipped = measured(tmp_path / "a.warc.gz")
        assert (articles, skipped) == (pictures // 10, 0)
        peaks.append(memory)
    assert peaks[1] < peaks[0] + 30


def test_a_bomb_of_any_layer_takes_little_memory_and_time(tmp_path: Path) -> None:
    zeros = gzip.compress(bytes(500_000_000), 9)
    head = response(b"", Content_Length=str(10**15))[:-4]
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    endless = packer.compress(head) + b"".join(packer.compress(bytes(10_000_000)) for _ in range(50)) + packer.flush()
    coded = gzip.compress(response(http(zeros, Content_Encoding="gzip")))
    for content in (zeros, endless, coded):
        (tmp_path / "a.warc.gz").write_bytes(content)
        memory, seconds, articles, skipped = measured(tmp_path / "a.warc.gz")
        assert articles == 0
        assert skipped > 0
        assert memory < 200
        assert seconds < 20


def test_lengths_that_overlap_do_not_take_for_ever(tmp_path: Path) -> None:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9000000\r\n\r\n"
    (tmp_path / "a.warc").write_bytes(head * 400_000)
    memory, seconds, _, skipped = measured(tmp_path / "a.warc")
    assert skipped == MAX_FAULTS + 2
    assert seconds < 20
    assert memory < 200


CHANGES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=8)
SMALL = b"".join([INFO, response(http(chunked(b"<p>curto</p>", 5), Transfer_Encoding="chunked")), REQUEST, response(http(FEED, "text/xml"))])
SMALL_GZ = gzip.compress(INFO) + gzip.compress(response(http(gzip.compress(b"<p>curto</p>"), Content_Encoding="gzip"))) + gzip.compress(REQUEST)


@fuzz
@given(name=st.sampled_from(["a.warc", "a.warc.gz"]), changes=CHANGES, cut=st.integers(0, 3000) | st.just(0))
def test_damage_of_any_kind_is_told_or_does_no_harm(put: Put, name: str, changes: list[tuple[int, int]], cut: int) -> None:
    content = bytearray(SMALL_GZ if name.endswith(".gz") else SMALL)
    for place, byte in changes:
        content[place % len(content)] = byte
    began = time.monotonic()
    found = put(bytes(content[: len(content) - cut % len(content)]), name=name)
    assert found
    assert all("\n" not in reason and path.startswith(name) for path, reason in reasons(found))
    assert time.monotonic() - began < 5


@fuzz
@given(
    parts=st.lists(
        st.sampled_from(
            [b"WARC/1.0\r\n", b"WARC-Type: response\r\n", b"Content-Length: 9\r\n", b"\r\n", b"HTTP/1.1 200 OK\r\n", b"\n", b"<html>", INFO]
        )
        | st.binary(max_size=40),
        max_size=30,
    )
)
def test_any_bytes_named_like_an_archive_are_told_or_do_no_harm(put: Put, parts: list[bytes]) -> None:
    assert all("\n" not in reason for _, reason in reasons(put(b"".join(parts))))
