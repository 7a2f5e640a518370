"""Packed files are read like the files inside them, whatever is wrong with them.  In: archives made here.  Never: one unpacked to disk."""

import gzip
import io
import os
import random
import stat
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers import read_corpus
from index.readers.lines import lines
from index.readers.packed import members
from index.readers.source import FREE_BYTES, Source, opened, read_bytes, resume
from index.records import Article, Skipped

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
PONTE = "A ponte sobre o rio Acaraú reabriu na quarta-feira. A obra custou menos do que o previsto, disse a prefeitura."
TRAM = "The night tram will run again from Monday. The union had asked for two drivers on each car, and got one."
ROOT = Path(__file__).parents[2]
fuzz = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

Put = Callable[[str, bytes], Source]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes one file and gives its source."""

    def write(name: str, content: bytes) -> Source:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
        return Source(path=name, file=tmp_path / name, now=NOW)

    return write


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content, compress_type=method)
    return out.getvalue()


def found(source: Source) -> dict[str, bytes | str]:
    """What each file inside holds, or the reason why it cannot be read, by its label."""
    got: dict[str, bytes | str] = {}
    for inner in members(source):
        assert inner.path not in got
        if isinstance(inner, Skipped):
            got[inner.path] = inner.reason
            continue
        try:
            got[inner.path] = read_bytes(inner)
        except ReadError as error:
            got[inner.path] = str(error)
    return got


def read_on(source: Source) -> tuple[bytes, str]:
    """What comes out of a source before its end or its error, and the error."""
    got = bytearray()
    try:
        with opened(source) as stream:
            while data := stream.read1(1000):
                got += data
    except ReadError as error:
        return bytes(got), str(error)
    return bytes(got), ""


def only(source: Source) -> Source:
    (inner,) = members(source)
    assert isinstance(inner, Source), inner
    return inner


def noise(size: int) -> bytes:
    """Lines that pack to about half their size."""
    chance = random.Random(5)
    return b"".join(f"{chance.getrandbits(64):016x}\n".encode() for _ in range(size // 17))


def test_a_gz_is_read_as_the_file_inside_it(put: Put) -> None:
    inner = only(put("a/dump.JSONL.gz", gzip.compress(f"{PONTE}\n{TRAM}\n".encode())))
    assert (inner.path, inner.name) == ("a/dump.JSONL.gz", "dump.JSONL")
    assert list(lines(inner)) == [PONTE + "\n", TRAM + "\n"]
    assert read_bytes(inner) == f"{PONTE}\n{TRAM}\n".encode()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_each_file_of_a_zip_is_read_on_its_own(put: Put, method: int) -> None:
    source = put("a/pack.zip", zipped(("dentro/x.txt", PONTE.encode()), ("São.md", TRAM.encode()), ("vazio.txt", b""), method=method))
    assert found(source) == {"a/pack.zip/dentro/x.txt": PONTE.encode(), "a/pack.zip/São.md": TRAM.encode(), "a/pack.zip/vazio.txt": "it is empty"}
    assert [inner.name for inner in members(source) if isinstance(inner, Source)] == ["x.txt", "São.md", "vazio.txt"]


def test_a_file_of_a_zip_may_be_a_gz_itself(put: Put) -> None:
    inner = only(put("pack.zip", zipped(("d/dump.txt.gz", gzip.compress(PONTE.encode())))))
    assert (inner.path, inner.name, read_bytes(inner)) == ("pack.zip/d/dump.txt.gz", "dump.txt", PONTE.encode())


def test_the_corpus_gives_the_articles_inside_packed_files(put: Put, tmp_path: Path) -> None:
    put("a.txt.gz", gzip.compress(PONTE.encode()))
    put("b/pack.zip", zipped(("x/y.txt", TRAM.encode()), ("z.txt.gz", gzip.compress(PONTE.encode())), ("foto.xyz", b"?")))
    got = list(read_corpus(tmp_path, NOW))
    assert [item.text for item in got if isinstance(item, Article)] == [PONTE, TRAM, PONTE]
    assert [item.path for item in got if isinstance(item, Skipped)] == ["b/pack.zip/foto.xyz"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_packed_lines_are_decoded_like_any_others(put: Put, encoding: str) -> None:
    text = f"{PONTE}\n“{TRAM}”"
    assert "".join(str(line) for line in lines(only(put("a.jsonl.gz", gzip.compress(text.encode(encoding)))))) == text


def test_many_gz_parts_are_one_stream_and_zero_bytes_after_them_are_nothing(put: Put) -> None:
    whole = noise(300_000)
    parts = b"".join(gzip.compress(whole[start : start + 500]) for start in range(0, len(whole), 500))
    for tail in (b"", bytes(5), bytes(200_000), gzip.compress(b"")):
        assert read_on(only(put("a.txt.gz", parts + tail))) == (whole, "")


def test_bytes_after_the_end_of_a_gz_are_told_and_what_stands_before_is_kept(put: Put) -> None:
    for tail in (b"x", b"\x1f", b"lixo" * 50_000, bytes(3) + b"lixo"):
        got, error = read_on(only(put("a.txt.gz", gzip.compress(PONTE.encode()) + tail)))
        assert (got, error) == (PONTE.encode(), "bytes that are no gzip follow its end: what stood before was read")


def test_a_gz_that_is_cut_off_anywhere_gives_its_beginning_and_an_error(put: Put) -> None:
    whole, got_most = noise(400), 0
    packed = gzip.compress(whole)
    for cut in range(1, len(packed)):
        got, error = read_on(only(put("a.txt.gz", packed[:cut])))
        assert whole.startswith(got)
        assert error == ("it is not gzip" if cut < 3 else "it is cut off: what stood before was read")
        assert len(got) >= got_most
        got_most = len(got)
    assert got_most == len(whole)


def test_the_whole_lines_before_a_cut_are_read(put: Put) -> None:
    whole = noise(400_000)
    packed = gzip.compress(whole)
    got: list[str] = []
    with pytest.raises(ReadError, match="cut off"):
        got.extend(str(line) for line in lines(only(put("a.jsonl.gz", packed[: len(packed) // 2]))))
    assert 8_000 < len(got) < 16_000
    assert [line.encode() for line in got] == whole.splitlines(keepends=True)[: len(got)]


def test_a_wrong_checksum_is_an_error(put: Put) -> None:
    packed = bytearray(gzip.compress(PONTE.encode()))
    packed[-6] ^= 1
    with pytest.raises(ReadError, match="damaged"):
        read_bytes(only(put("a.txt.gz", bytes(packed))))
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        archive = bytearray(zipped(("x.txt", PONTE.encode()), ("y.txt", TRAM.encode()), method=method))
        archive[archive.index(b"PK\x01\x02") + 16] ^= 1
        (damaged, whole) = found(put("a.zip", bytes(archive))).values()
        assert (damaged, whole) == ("it is damaged: its size or its checksum is not what the archive says", TRAM.encode())


def test_after_a_damaged_gz_part_reading_can_go_on_with_the_next(put: Put) -> None:
    parts = [bytearray(gzip.compress(noise(2_000) + bytes([65 + number]) * 9)) for number in range(3)]
    parts[1][60] ^= 255
    got = b""
    with opened(only(put("a.txt.gz", b"".join(parts)))) as stream:
        with pytest.raises(ReadError, match="damaged"):
            while data := stream.read1(100):
                got += data
        assert b"A" * 9 in got
        assert b"B" * 9 not in got
        assert resume(stream)
        assert stream.read().endswith(b"C" * 9)
        assert not resume(stream)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("/etc/passwd.txt", "etc/passwd.txt"),
        ("../../fora.txt", "fora.txt"),
        ("a/../../b.txt", "a/b.txt"),
        ("..\\..\\win.txt", "win.txt"),
        ("C:\\Users\\x.txt", "Users/x.txt"),
        ("//servidor/x.txt", "servidor/x.txt"),
        ("a\nb\x1b.txt", "a\\nb\\x1b.txt"),
        ("\u202egnp.txt", "\\u202egnp.txt"),
        ("x" * 60_000 + ".txt", "x" * 60_000 + ".txt"),
    ],
)
def test_a_hostile_name_is_only_a_label(put: Put, tmp_path: Path, name: str, label: str) -> None:
    assert found(put("p.zip", zipped((name, PONTE.encode())))) == {f"p.zip/{label}": PONTE.encode()}
    assert [path.name for path in tmp_path.iterdir()] == ["p.zip"]


def test_a_nul_byte_does_not_cut_a_name(put: Put) -> None:
    archive = zipped(("a.exe_.txt", PONTE.encode())).replace(b"a.exe_.txt", b"a.exe\x00.txt")
    assert list(found(put("p.zip", archive))) == ["p.zip/a.exe\\x00.txt"]


def test_files_of_the_same_name_are_each_read(put: Put) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        archive = zipped(("a.txt", b"1"), ("a.txt", b"2"), ("./a.txt", b"3"), ("a~2.txt", b"4"))
    assert found(put("p.zip", archive)) == {"p.zip/a.txt": b"1", "p.zip/a~2.txt": b"2", "p.zip/a~3.txt": b"3", "p.zip/a~2~4.txt": b"4"}


def test_what_is_passed_over_in_folders_is_passed_over_in_archives(put: Put) -> None:
    names = (".escondido.txt", "a/.git/x.txt", "README.md", "a/readme.MD", "questions.txt", "__MACOSX/a.txt", "a/", "README.md/", "README.md/x.txt")
    assert list(found(put("p.zip", zipped(*((name, b"x" if name[-1] != "/" else b"") for name in names))))) == ["p.zip/README.md/x.txt"]


def test_an_archive_without_news_is_listed(put: Put) -> None:
    for archive in (zipped(), zipped(("README.md", b"x"))):
        assert found(put("p.zip", archive)) == {"p.zip": "it holds no file that could be news"}


@pytest.mark.parametrize("name", ["a.zip.gz", "a.tar.gz", "a.gz.gz", "a.7z.gz"])
def test_an_archive_in_a_gz_is_refused(put: Put, name: str) -> None:
    assert found(put(name, gzip.compress(zipped(("x.txt", b"x"))))) == {name: "it is an archive inside an archive: unpack it once"}


@pytest.mark.parametrize("name", ["b.zip", "b.tar", "b.tar.gz", "b.zip.gz", "b.RAR", "b.tgz"])
def test_an_archive_in_a_zip_is_refused_and_its_neighbours_are_read(put: Put, name: str) -> None:
    got = found(put("a.zip", zipped((name, zipped(("x.txt", b"x"))), ("y.txt", b"y"))))
    assert got == {f"a.zip/{name}": "it is an archive inside an archive: unpack it once", "a.zip/y.txt": b"y"}


def test_encrypted_files_links_and_pipes_are_listed(put: Put) -> None:
    special = {kind: zipfile.ZipInfo(name) for kind, name in ((stat.S_IFLNK, "link.txt"), (stat.S_IFIFO, "pipe.txt"))}
    for kind, info in special.items():
        info.external_attr = (kind | 0o644) << 16
    archive = bytearray(zipped(("chave.txt", b"x"), *((info, b"/etc/passwd") for info in special.values()), ("y.txt", b"y")))
    archive[archive.index(b"PK\x01\x02") + 8] |= 1
    source = put("a.zip", bytes(archive))
    assert found(source) == {
        "a.zip/chave.txt": "it is encrypted: unpack it with its password",
        "a.zip/link.txt": "it is a symbolic link, and links are never followed",
        "a.zip/pipe.txt": "it is a pipe, a device or a socket, not a regular file",
        "a.zip/y.txt": b"y",
    }
    assert [inner.failed for inner in members(source) if isinstance(inner, Skipped)] == [True, False, True]


def test_other_ways_of_packing_are_named(put: Put) -> None:
    reason = found(put("a.zip", zipped(("x.txt", b"x"), method=zipfile.ZIP_LZMA)))["a.zip/x.txt"]
    assert reason == "it is packed with LZMA; only stored and deflated files are read: unpack it"


def test_members_that_share_bytes_are_refused(put: Put) -> None:
    archive = bytearray(zipped(("a.txt", PONTE.encode()), ("b.txt", PONTE.encode())))
    second = archive.index(b"PK\x01\x02", archive.index(b"PK\x01\x02") + 4)
    archive[second + 42 : second + 46] = bytes(4)
    assert found(put("a.zip", bytes(archive))) == {"a.zip": "its members share bytes, as those of a zip bomb do"}


def test_declared_sizes_are_not_believed(put: Put) -> None:
    archive = bytearray(zipped(("a.txt", PONTE.encode()), ("b.txt", b"b")))
    place = archive.index(b"PK\x01\x02")
    for size in (0, 5, 0xFFFFFFFE):
        archive[place + 24 : place + 28] = size.to_bytes(4, "little")
        assert found(put("a.zip", bytes(archive))) == {
            "a.zip/a.txt": "it is damaged: its size or its checksum is not what the archive says",
            "a.zip/b.txt": b"b",
        }
    archive[place + 20 : place + 24] = (0x7FFFFFFF).to_bytes(4, "little")
    assert found(put("a.zip", bytes(archive))) == {"a.zip": "its list of members is damaged after 0 of them: the rest was not read"}


def test_a_damaged_list_of_members_gives_those_before_the_damage(put: Put) -> None:
    archive = bytearray(zipped(("a.txt", b"a"), ("b.txt", b"b"), ("c.txt", b"c")))
    archive[archive.rindex(b"PK\x01\x02")] = 0
    assert found(put("a.zip", bytes(archive))) == {
        "a.zip/a.txt": b"a",
        "a.zip/b.txt": b"b",
        "a.zip": "its list of members is damaged after 2 of them: the rest was not read",
    }


def test_an_archive_that_is_cut_off_or_none_is_listed(put: Put) -> None:
    archive = zipped(("a.txt", PONTE.encode()))
    for content in (b"", b"PK", b"no archive at all" * 9, archive[:-30], archive[30:]):
        assert list(found(put("a.zip", content))) == ["a.zip"]


def test_a_zip_behind_a_program_and_one_with_a_note_are_read(put: Put) -> None:
    out = io.BytesIO(zipped(("a.txt", b"a")))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"Uma nota" * 900
    assert found(put("a.zip", b"MZ" + bytes(100_000) + out.getvalue())) == {"a.zip/a.txt": b"a"}


def test_more_members_than_two_bytes_can_count_are_read(put: Put) -> None:
    names = [f"{number}.txt" for number in range(66_000)]
    archive = zipped(*((name, b"") for name in names), method=zipfile.ZIP_STORED)
    assert [inner.path for inner in members(put("a.zip", archive))] == [f"a.zip/{name}" for name in names]


def test_a_file_that_changes_while_it_is_unpacked_is_refused(put: Put) -> None:
    source = put("a.zip", zipped(("a.txt", noise(30_000_000))))
    stop = threading.Event()

    def touch() -> None:
        moment = 0
        while not stop.is_set():
            os.utime(source.file, ns=(moment, moment := moment + 1_000_000_000))

    writer = threading.Thread(target=touch)
    writer.start()
    try:
        with pytest.raises(ReadError, match="changed while it was read"):
            read_bytes(only(source))
    finally:
        stop.set()
        writer.join()


def test_a_link_or_a_pipe_is_not_unpacked(put: Put, tmp_path: Path) -> None:
    put("real.zip", zipped(("a.txt", b"a")))
    (tmp_path / "link.zip").symlink_to("real.zip")
    os.mkfifo(tmp_path / "pipe.zip")
    for name, reason in (("link.zip", "symbolic link"), ("pipe.zip", "pipe")):
        assert reason in str(found(Source(path=name, file=tmp_path / name, now=NOW))[name])


def test_text_that_repeats_itself_is_no_bomb_but_more_of_it_is(put: Put) -> None:
    assert len(read_bytes(only(put("a.txt.gz", gzip.compress(bytes(FREE_BYTES)))))) == FREE_BYTES
    for source in (put("a.txt.gz", gzip.compress(bytes(FREE_BYTES + 1))), put("a.zip", zipped(("a.txt", bytes(FREE_BYTES + 1))))):
        with pytest.raises(ReadError, match=r"unpacks to more than 16,777,216 bytes"):
            read_bytes(only(source))


def test_a_bomb_packed_twice_counts_from_the_bytes_on_disk(put: Put) -> None:
    twice = zipped(("a.txt.gz", gzip.compress(bytes(300_000_000))))
    assert len(twice) < 10_000
    got, error = read_on(only(put("a.zip", twice)))
    assert "unpacks to more than" in error
    assert len(got) <= FREE_BYTES // 16


MEASURED = """
import resource, sys, time
from datetime import UTC, datetime
from pathlib import Path
from index.readers.lines import lines
from index.readers.packed import members
from index.readers.source import Source, read_bytes
from index.records import Skipped
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
file, how = Path(sys.argv[1]), sys.argv[2]
began, count, reasons = time.monotonic(), 0, set()
for inner in members(Source(path=file.name, file=file, now=datetime.now(UTC))):
    if isinstance(inner, Skipped):
        reasons.add(inner.reason)
        continue
    try:
        if how == "lines":
            for line in lines(inner):
                count += 1
        elif how == "bytes":
            count += len(read_bytes(inner))
        else:
            count += 1
    except Exception as error:
        reasons.add(f"{type(error).__name__}: {error}")
peak = next(int(line.split()[1]) // 1024 for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(peak, time.monotonic() - began, count, sorted(reasons), sep="|")
"""


def measured(file: Path, how: str) -> tuple[int, float, int, str]:
    """Peak memory (MB), time (s), what was counted, and the reasons, of reading a packed file in a process of its own."""
    done = subprocess.run([sys.executable, "-c", MEASURED, str(file), how], cwd=ROOT, capture_output=True, text=True, timeout=300, check=True)
    memory, seconds, count, reasons = done.stdout.strip().split("|")
    return int(memory), float(seconds), int(count), reasons


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)] + [packer.flush()])


@pytest.mark.parametrize("how", ["lines", "bytes"])
def test_a_bomb_takes_little_memory_and_time(put: Put, how: str) -> None:
    packed = bomb(2_000_000_000)
    archive = zipped(*((f"{number}.jsonl.gz", packed[:1_000_000]) for number in range(9)), method=zipfile.ZIP_STORED)
    for source in (put("a.jsonl.gz", packed), put("a.zip", archive)):
        memory, seconds, _, reasons = measured(source.file, how)
        assert memory < 200
        assert seconds < 20
        assert "ReadError: it" in reasons
        assert "MemoryError" not in reasons


def test_a_great_packed_file_of_lines_takes_little_memory(put: Put) -> None:
    line = f'{{"text": "{PONTE} {TRAM}"}} '
    text = b"".join(f"{line}{random.Random(number).random()}\n".encode() for number in range(10_000))
    source = put("a.jsonl.gz", gzip.compress(text, 1) * 70)
    memory, _, count, reasons = measured(source.file, "lines")
    assert (count, reasons) == (700_000, "[]")
    assert len(text) * 70 > 150_000_000
    assert memory < 120


@pytest.mark.long
def test_a_million_members_are_the_most_and_take_little_memory(tmp_path: Path) -> None:
    count = 1_000_005
    with (tmp_path / "a.zip").open("wb") as out:
        out.seek(count * 40)
        for number in range(count):
            name = f"{number:07}.x".encode()
            out.write(b"PK\x01\x02" + bytes(24) + len(name).to_bytes(2, "little") + bytes(12) + (number * 40).to_bytes(4, "little") + name)
        size = out.tell() - count * 40
        out.write(b"PK\x05\x06" + bytes(8) + size.to_bytes(4, "little") + (count * 40).to_bytes(4, "little") + bytes(2))
    memory, seconds, listed, reasons = measured(tmp_path / "a.zip", "names")
    assert listed == 1_000_000
    assert "more than 1,000,000 members" in reasons
    assert memory < 200
    assert seconds < 120


def damage(content: bytes, changes: list[tuple[int, int]], cut: int) -> bytes:
    changed = bytearray(content)
    for place, byte in changes:
        changed[place % len(changed)] = byte
    return bytes(changed[: len(changed) - cut % len(changed)])


CHANGES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6)
GZ = gzip.compress(PONTE.encode()) + gzip.compress(noise(500))
ZIP = zipped(("a.txt", PONTE.encode()), ("d/b.jsonl.gz", gzip.compress(TRAM.encode())), ("c.txt", noise(300)))


@fuzz
@given(name=st.sampled_from(["a.txt.gz", "a.zip"]), changes=CHANGES, cut=st.integers(0, 200) | st.just(0))
def test_damage_of_any_kind_is_told_or_does_no_harm(put: Put, name: str, changes: list[tuple[int, int]], cut: int) -> None:
    began = time.monotonic()
    whole = GZ if name.endswith("gz") else ZIP
    source = put(name, damage(whole, changes, cut))
    for inner in members(source):
        assert inner.path.startswith(name)
        if isinstance(inner, Source):
            got, error = read_on(inner)
            assert got or error or inner.member
            assert "\n" not in error
            with suppress(ReadError), opened(inner) as stream:
                go_on = True
                while go_on:
                    try:
                        go_on = bool(stream.read1(100))
                    except ReadError:
                        go_on = resume(stream)
    assert time.monotonic() - began < 5


@fuzz
@given(
    content=st.binary(max_size=300),
    name=st.sampled_from(["a.txt.gz", "a.zip"]),
    head=st.sampled_from([b"", b"\x1f\x8b\x08\x00", b"PK\x05\x06", b"PK\x01\x02"]),
)
def test_any_bytes_named_like_an_archive_are_told_or_do_no_harm(put: Put, content: bytes, name: str, head: bytes) -> None:
    for inner in members(put(name, head + content)):
        if isinstance(inner, Source):
            read_on(inner)


def test_unpacking_time_grows_with_the_file_alone(put: Put) -> None:
    times = []
    for parts in (20_000, 80_000):
        source = only(put("a.txt.gz", gzip.compress(b"", 1) * parts + gzip.compress(b"fim")))
        began = time.process_time()
        assert read_on(source) == (b"fim", "")
        times.append(time.process_time() - began)
    assert times[1] < 4 * 3 * max(times[0], 0.01)
