"""A generation is sealed and named by one pointer; whatever happens to its files, the next opening serves the same answers."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Library, Settings, generation, rebuild
from index.catalog import NAME
from index.embedders.hashing import HashingEmbedder
from index.errors import IndexDamaged, IndexMismatch, IndexMissing, QAError
from index.files import replace, writing
from index.search import search
from index.verify import verify

Small = Callable[..., Settings]
QUESTIONS = ["chuva no Recife", "the river fell 3 metres", "Fim do artigo 7"]


def answers(library: Library) -> list[list[tuple[str, str, float, float]]]:
    return [[(m.passage.address, m.passage.text, m.bm25, m.cosine) for m in search(library, text, 8)] for text in QUESTIONS]


def home(settings: Settings) -> Path:
    return generation.folder(settings, generation.current(settings))


def sealed_files(settings: Settings) -> list[Path]:
    return sorted(path for path in home(settings).rglob("*") if path.is_file() and path.suffix != ".lock")  # readers make locks


# ── publishing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_pointer_names_the_newest_generation_and_the_one_before_is_kept(built: Settings) -> None:
    names = [generation.current(built), *(rebuild(built).generation for _ in range(3))]
    assert names == sorted(names)
    assert (built.index_dir / "CURRENT").read_text() == names[-1] + "\n"
    assert sorted(path.name for path in (built.index_dir / "generations").iterdir()) == names[-2:]


def test_the_manifest_names_every_file_with_its_size_and_seals_itself(built: Settings) -> None:
    manifest = generation.read_manifest(built, generation.current(built))
    assert {path.relative_to(home(built)).as_posix() for path in sealed_files(built)} == {*manifest.files, "manifest.json"}
    assert all((home(built) / name).stat().st_size == file.size_bytes for name, file in manifest.files.items())
    assert {"articles.jsonl", "passages.bin", "vectors.f32", "canaries.bin"} < set(manifest.files)
    assert generation.damage(built, manifest) == []


def test_two_builds_of_the_same_corpus_have_the_same_fingerprint_and_another_corpus_has_another(built: Settings) -> None:
    first, second = generation.read_manifest(built, generation.current(built)), rebuild(built)
    assert first.fingerprint == second.fingerprint
    (built.corpus_dir / "mais.txt").write_text("Mais uma notícia do Recife.")
    assert rebuild(built).fingerprint != first.fingerprint


def test_a_generation_that_was_never_published_is_not_served(built: Settings) -> None:
    serving = generation.current(built)
    (built.index_dir / "generations" / "99990101T000000.000000Z" / "lexical").mkdir(parents=True)
    with Library.open(built) as library:
        assert (library.manifest.generation, library.notices) == (serving, ())


def test_without_an_index_the_command_that_makes_one_is_told(small: Small, tmp_path: Path) -> None:
    for folder in (tmp_path / "index", tmp_path / "other"):
        with pytest.raises(IndexMissing, match=r"there is no index in .*: run `python -m index rebuild`"):
            Library.open(small({}, index_dir=folder))


# ── damage ──────────────────────────────────────────────────────────────────────────────────────────────────────────


# The damaged file is a new one: tantivy maps its files into memory, and what still maps one dies when it is cut short in place.


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    replace(path, bytes(data))


def truncate(path: Path) -> None:
    replace(path, path.read_bytes()[:-1])


def empty(path: Path) -> None:
    replace(path, b"")


def grow(path: Path) -> None:
    replace(path, path.read_bytes() + b"\0")


@pytest.mark.parametrize("harm", [flip, truncate, empty, grow, Path.unlink])
def test_a_file_that_is_not_what_was_written_is_made_again_and_answers_stay_the_same(built: Settings, harm: Callable[[Path], None]) -> None:
    with Library.open(built) as library:
        before = answers(library)
    for name in [path.relative_to(home(built)) for path in sealed_files(built)]:
        damaged = home(built)
        if not any(damaged.glob(str(name))):  # tantivy names its files anew each time
            name = next(path.relative_to(damaged) for path in sealed_files(built) if path.suffix == name.suffix)
        harm(damaged / name)
        assert verify(built)[1], name
        with Library.open(built) as library:
            assert answers(library) == before, name
            (notice,) = library.notices
            assert "was made again from the catalog" in notice
            assert library.manifest.generation in notice
        assert (built.index_dir / "quarantine" / damaged.name).is_dir()
        assert not damaged.exists()
        assert verify(built)[1] == []
    with Library.open(built) as library:
        assert library.notices == ()


@pytest.mark.parametrize(
    "garbage", [b"", b"\n", b"no-such-generation\n", b"../../etc\n", b"/\n", b"..\n", b"\xff\xfe\x00", b"." * 5000, b"a" * 5000, b"a\x00b"]
)
def test_a_pointer_that_names_nothing_is_mended(built: Settings, garbage: bytes) -> None:
    with Library.open(built) as library:
        before = answers(library)
    (built.index_dir / "CURRENT").write_bytes(garbage)
    with Library.open(built) as library:
        assert answers(library) == before
        assert "was made again from the catalog" in library.notices[0]
    with Library.open(built) as library:
        assert library.notices == ()


def test_a_generation_whose_folder_is_gone_is_made_again(built: Settings) -> None:
    with Library.open(built) as library:
        before = answers(library)
    shutil.rmtree(built.index_dir / "generations")
    with Library.open(built) as library:
        assert answers(library) == before
        assert library.notices


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"sha256": 1, "manifest": 2}',
        b'{"sha256": "", "manifest": "{}"}',
        b'{"manifest": "{}"}',
        b"\xff" * 99,
        b"[" * 99_999,
    ],
)
def test_a_manifest_that_is_none_is_told_in_one_line(built: Settings, body: bytes) -> None:
    name = generation.current(built)
    (home(built) / "manifest.json").write_bytes(body)
    with pytest.raises(IndexDamaged, match=r"^[^\n]*manifest.json is not what was written[^\n]*rebuild`$"):
        generation.read_manifest(built, name)


def test_a_sealed_manifest_of_another_generation_or_format_is_not_believed(built: Settings) -> None:
    name = generation.current(built)
    sealed = json.loads((home(built) / "manifest.json").read_bytes())
    shutil.copytree(home(built), home(built).with_name("20990101T000000.000000Z"))
    with pytest.raises(IndexDamaged, match=f"it belongs to {name}"):
        generation.read_manifest(built, "20990101T000000.000000Z")
    manifest = generation.read_manifest(built, name).model_copy(update={"format": 99})
    assert sealed["sha256"] != manifest.fingerprint
    generation.publish(built, manifest)
    with pytest.raises(IndexDamaged, match="its format is 99, not 2"):
        generation.read_manifest(built, name)
    with Library.open(built) as library:
        assert library.manifest.format == 2


def resealed(settings: Settings, body: str) -> None:
    """A manifest whose own checksum is right, as somebody who made the index by hand would write it."""
    sealed = {"sha256": hashlib.sha256(body.encode()).hexdigest(), "manifest": body}
    replace(home(settings) / "manifest.json", json.dumps(sealed).encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r'"size_bytes":\d+', '"size_bytes":-1'),
        (r'"size_bytes":\d+', '"size_bytes":' + "9" * 30),
        (r'"size_bytes":\d+', '"size_bytes":1e400'),
        (r'"passages":\d+', '"passages":-12'),
        (r'"passages":\d+', '"passages":13'),
        (r'"passages":\d+', '"passages":' + "9" * 30),
        (r'"passages":\d+,', ""),
        (r'"write":[\d.]+', '"write":NaN'),
        (r'"write":[\d.]+', '"write":Infinity'),
        (r'"dim":"256"', '"dim":"128"'),
        (r'"dim":"256"', '"dim":"-256"'),
        (r'"dim":"256"', '"dim":"99999999999"'),
        (r'"dim":"256"', '"dim":"٢٥٦"'),
        (r'"dim":"256"', '"dims":"256"'),
        (r'"dim":"256"', '"dim":"128","dim":"256"'),
        (r'"format":2', '"format":1,"format":2'),
    ],
)
def test_a_sealed_manifest_whose_numbers_cannot_be_is_damage_and_its_generation_is_made_again(built: Settings, old: str, new: str) -> None:
    with Library.open(built) as library:
        before = answers(library)
    body = json.loads((home(built) / "manifest.json").read_bytes())["manifest"]
    changed = re.sub(old, new, body, count=1) if "size" in old else re.sub(old, new, body)
    assert changed != body
    resealed(built, changed)
    with Library.open(built) as library:
        assert answers(library) == before
        assert "was made again from the catalog" in library.notices[0]


def test_a_seal_in_which_a_name_stands_twice_is_none(built: Settings) -> None:
    path = home(built) / "manifest.json"
    replace(path, path.read_bytes()[:-1] + b', "manifest": "{}"}')
    with pytest.raises(IndexDamaged, match="a name stands twice in it"):
        generation.read_manifest(built, generation.current(built))


def test_damage_that_cannot_be_mended_now_says_why(built: Settings) -> None:
    flip(home(built) / "vectors.f32")
    with (
        writing(built.index_dir),
        pytest.raises(IndexDamaged, match=r"vectors.f32 is not what was written.*could not be mended now.*is being written by"),
    ):
        Library.open(built)


@pytest.mark.parametrize("name", ["vectors.f32", "manifest.json"])
def test_a_damaged_generation_is_not_made_again_with_other_settings(built: Settings, name: str) -> None:
    flip(home(built) / name)
    with pytest.raises(IndexMismatch, match="store 'faiss:flat', but the settings say 'numpy:flat'"):
        Library.open(built.replace(store="numpy:flat"))
    with Library.open(built) as library:
        assert library.notices


def test_an_index_of_another_lexical_engine_is_refused_naming_both_and_the_command(built: Settings) -> None:
    told = "lexical 'tantivy:bm25', but the settings say 'memory:bm25': run `python -m index rebuild`, or set the old value again"
    with pytest.raises(IndexMismatch, match=told):
        Library.open(built.replace(lexical="memory:bm25"))


def test_an_embedder_whose_vectors_have_another_length_is_refused_naming_both_and_the_command(built: Settings) -> None:
    with Library.open(built) as library:
        library.embedder = HashingEmbedder(128)
        with pytest.raises(IndexMismatch, match="dim 256, but the settings say 128: run `python -m index rebuild`"):
            library.dense("chuva", 3)


def test_a_damaged_generation_that_the_catalog_does_not_know_names_the_command(built: Settings) -> None:
    name = generation.current(built)
    home(built).rename(home(built).with_name("20990101T000000.000000Z"))
    replace(built.index_dir / "CURRENT", b"20990101T000000.000000Z\n")
    with pytest.raises(IndexDamaged, match=r"unknown to the catalog: run `python -m index rebuild`"):
        Library.open(built)
    assert rebuild(built).generation > name


def test_a_catalog_that_is_gone_or_none_is_one_clear_line(built: Settings) -> None:
    for data in (b"SQLite format 3\0" + b"\xff" * 5000, b"no database at all " * 99, b""):
        (built.index_dir / NAME).write_bytes(data)
        for action in (Library.open, rebuild) if data else (Library.open,):
            with pytest.raises(QAError, match=r"^[^\n]*catalog\.db[^\n]*rebuild`$"):
                action(built)
    (built.index_dir / NAME).unlink()
    with pytest.raises(IndexDamaged, match=r"catalog\.db is gone: run `python -m index rebuild`"):
        Library.open(built)
    assert rebuild(built).counts["articles"] == 12
