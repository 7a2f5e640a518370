"""A small file beside the data says where an article's fields are; whatever is wrong in it is told with its name and key."""

import io
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Library, Settings, update
from index.errors import ReadError
from index.readers import dates, json_, mapping, table
from index.readers.mapping import MAX_MAP_BYTES, FieldMap, at, field_map, parse
from index.readers.source import Source
from index.records import Article, Skipped, Withdrawal

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
CHUVA = "A chuva que caiu sobre o Recife na terça-feira deixou três bairros sem energia."
Read = Callable[..., list[Article | Skipped | Withdrawal]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes a data file with its map, and reads it."""

    def reading(name: str, data: object, toml: str) -> list[Article | Skipped | Withdrawal]:
        (tmp_path / name).write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        (tmp_path / f"{name}.toml").write_text(toml, encoding="utf-8")
        source = Source(path=name, file=tmp_path / name, now=NOW, fields=tmp_path / f"{name}.toml")
        return list((table if name.endswith((".csv", ".tsv")) else json_).read(source))

    return reading


ITEM = {
    "manchete": {"principal": "Chuva no Recife", "linha": "Três bairros"},
    "corpo": {"blocos": [{"p": CHUVA}, {"img": "a.jpg"}, {"p": "Fim."}]},
    "quando": "13/01/2026 20:15",
    "mudou": "2026-01-14T08:00:00-03:00",
    "quem": [{"nome": "Ana Lima"}, {"nome": "Rui Sá"}],
    "link": "https://folha.example/chuva",
}
MAP = """
title = "manchete.principal"
text = ["corpo.html", "corpo.blocos.p"]
authors = "quem.nome"
section = "quem.1.nome"
published = "quando"
outlet = { value = "Folha de Cá" }
free = { value = false }
date_format = ["%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z"]
timezone = "America/Sao_Paulo"
modified = "mudou"
"""


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_map_reaches_into_objects_and_lists(name: str, read: Read) -> None:
    (found,) = read(name, ITEM, MAP)
    assert isinstance(found, Article)
    assert (found.title, found.text) == ("Chuva no Recife", f"{CHUVA}\n\nFim.")
    assert (found.authors, found.section, found.outlet, found.free) == (("Ana Lima", "Rui Sá"), "Rui Sá", "Folha de Cá", False)
    assert found.published
    assert found.published.isoformat() == "2026-01-13T20:15:00-03:00"
    assert found.modified
    assert found.modified.isoformat() == "2026-01-14T08:00:00-03:00"
    assert found.url == "https://folha.example/chuva", "a field that the map does not name is found by its own name"


def test_a_name_in_the_map_wins_and_where_it_finds_nothing_the_own_name_counts(read: Read) -> None:
    items = [{"title": "Errado", "chapeu": "Certo", "text": CHUVA}, {"title": "O seu", "chapeu": " ", "text": CHUVA}, {"chapeu": [], "text": CHUVA}]
    found = read("a.json", items, 'title = "chapeu"')
    assert [item.title for item in found if isinstance(item, Article)] == ["Certo", "O seu", ""]


def test_items_of_ninjs_are_known_by_their_shape_and_a_map_adds_to_them(read: Read) -> None:
    item = {
        "uri": "urn:x:1",
        "type": "text",
        "pubstatus": "usable",
        "versioncreated": "2026-01-14T10:00:00Z",
        "headline": "Chuva",
        "body_text": CHUVA,
    }
    picture = {"uri": "urn:x:2", "type": "picture", "pubstatus": "usable", "headline": "Foto"}
    kill = {"uri": "urn:x:1", "type": "text", "pubstatus": "canceled", "versioncreated": "2026-01-15T10:00:00Z"}
    lines = "\n".join(json.dumps(line) for line in (item, picture, kill, {"text": CHUVA}))
    article, skipped, withdrawal, other = read("a.jsonl", lines, 'outlet = { value = "Agência Cá" }')
    assert isinstance(article, Article)
    assert (article.id, article.title, article.text, article.outlet) == ("urn:x:1", "Chuva", CHUVA, "Agência Cá")
    assert isinstance(skipped, Skipped)
    assert (skipped.path, skipped.failed) == ("a.jsonl:2", False)
    assert isinstance(withdrawal, Withdrawal)
    assert (withdrawal.id, withdrawal.status, withdrawal.path) == ("urn:x:1", "canceled", "a.jsonl:3")
    assert isinstance(other, Article)


def test_the_list_of_articles_may_lie_anywhere_in_a_json_file(read: Read) -> None:
    found = read("a.json", {"data": {"items": [{"text": CHUVA}, 7, {"text": CHUVA}]}}, 'articles = "data.items"')
    assert [item.id if isinstance(item, Article) else item.path for item in found] == ["a:1", "a.json:2", "a:3"]
    with pytest.raises(ReadError, match=r"articles are at 'data\.items', but no list is there"):
        read("a.json", {"data": {"itens": []}}, 'articles = "data.items"')


def test_a_table_without_names_gets_them_from_its_map(read: Read) -> None:
    rows = f'1,"Chuva, e sol",{CHUVA}\n2,Sol,"{CHUVA}\n\nFim."\n'
    found = read("a.csv", rows, 'columns = ["n", "chapeu", "texto"]\ntitle = "chapeu"')
    assert [(item.id, item.title) for item in found if isinstance(item, Article)] == [("a:1", "Chuva, e sol"), ("a:2", "Sol")]
    found = read("b.csv", rows.replace(",", ";").replace("Chuva; e", "Chuva; e"), 'columns = ["n", "titulo", "texto"]')
    assert [item.title for item in found if isinstance(item, Article)] == ["Chuva; e sol", "Sol"]
    with pytest.raises(ReadError, match="its field map names no column text"):
        read("c.csv", rows, 'columns = ["a", "b", "c"]')


def test_a_table_has_the_delimiter_and_the_names_that_its_map_states(read: Read) -> None:
    (found,) = read(
        "a.csv",
        f"chapéu | matéria | dia\nChuva|{CHUVA}|3/4/2026",
        'delimiter = "|"\ntext = "matéria"\ntitle = "chapéu"\npublished="dia"\ndate_format="%d/%m/%Y"',
    )
    assert isinstance(found, Article)
    assert (found.title, found.text, found.published) == ("Chuva", CHUVA, datetime(2026, 4, 3, tzinfo=UTC))
    (found,) = read("b.csv", f"a.b;matéria;título\nx;{CHUVA};Chuva", 'text = "matéria"\nsection = "a.b"')
    assert isinstance(found, Article)
    assert (found.title, found.section) == ("Chuva", "x"), "a column's name is not a path"


@pytest.mark.parametrize(
    ("given", "form", "iso"),
    [
        ("03/04/2026", "%d/%m/%Y", "2026-04-03T00:00:00-03:00"),
        ("03/04/2026", "%m/%d/%Y", "2026-03-04T00:00:00-03:00"),
        ("3/4/26 9:05", "%d/%m/%y %H:%M", "2026-04-03T09:05:00-03:00"),
        ("04.03.2026  9:05 PM", "%d.%m.%Y %I:%M %p", "2026-03-04T21:05:00-03:00"),
        ("2026-01-14 18:30 +0200", "%Y-%m-%d %H:%M %z", "2026-01-14T18:30:00+02:00"),
        (20261401, "%Y%d%m", "2026-01-14T00:00:00-03:00"),
        ("2026-01-14T18:30:00.25", "%Y-%m-%dT%H:%M:%S.%f", "2026-01-14T18:30:00-03:00"),
        ("13/13/2026", "%d/%m/%Y", None),
        ("2026-01-14", "%d/%m/%Y", None),
        ("20260114", "%Y%d%m", None),
        (1768415400, "%d/%m/%Y", None),
        (["03/04/2026"], "%d/%m/%Y", None),
        ("03/04/2026", None, None),
        ("2026-01-14", None, "2026-01-14T00:00:00-03:00"),
        ("2026-07-14 18:30", None, "2026-07-14T18:30:00-03:00"),
        ("2018-01-14 18:30", None, "2018-01-14T18:30:00-02:00"),
        ("2026-01-14T18:30:00Z", None, "2026-01-14T18:30:00+00:00"),
        ("14 Jan 2026 18:30", None, "2026-01-14T18:30:00-03:00"),
        ("14 Jan 2026 18:30 -0000", None, "2026-01-14T18:30:00+00:00"),
        (1768415400, None, "2026-01-14T18:30:00+00:00"),
        ("2018-11-04 00:30", None, None),
        ("2018-11-04", None, "2018-11-04T00:00:00-03:00"),
        ("2018-02-17 23:30", None, None),
    ],
)
def test_a_stated_form_and_zone_make_a_date_sure_and_what_does_not_fit_stays_unknown(
    given: object, form: str | None, iso: str | None, read: Read
) -> None:
    toml = f'timezone = "America/Sao_Paulo"\n{f"date_format = {json.dumps(form)}" if form else ""}'
    (found,) = read("a.json", {"text": CHUVA, "date": given}, toml)
    assert isinstance(found, Article)
    assert (found.published.isoformat() if found.published else None) == iso


def test_an_offset_of_odd_seconds_keeps_its_instant_and_its_day() -> None:
    old = dates.parse("1899-09-07", ZoneInfo("America/Sao_Paulo"))
    assert old is not None
    assert old == datetime(1899, 9, 7, tzinfo=ZoneInfo("America/Sao_Paulo"))
    assert old.date().isoformat() == "1899-09-07"
    offset = old.utcoffset()
    assert offset is not None
    assert offset.total_seconds() % 60 == 0


def test_an_embargo_that_does_not_fit_never_ends_and_an_expiry_that_does_not_is_refused(read: Read) -> None:
    items = [{"text": CHUVA, "embargoed": "20260114"}, {"text": CHUVA, "expires": "20260114"}]
    embargoed, expired = read("a.json", items, 'date_format = "%d/%m/%Y"')
    assert isinstance(embargoed, Article)
    assert (embargoed.status, embargoed.status_at) == ("embargoed", None)
    assert isinstance(expired, Skipped)
    assert "no sure date by the field map" in expired.reason


def test_a_day_in_the_map_itself_is_sure_whatever_form_the_data_have(read: Read) -> None:
    (found,) = read("a.json", {"text": CHUVA}, 'published = { value = 2026-01-14 }\ndate_format = "%d/%m/%Y"')
    assert isinstance(found, Article)
    assert found.published == datetime(2026, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("toml", "what"),
    [
        ('titel = "a"', "unknown key 'titel'; known are id, title, text"),
        ('title = "a"\ntitle = "b"\n', "not TOML.*line 2"),
        ("title = \n", "not TOML.*line 1"),
        ("title = 7", "key 'title': '7' is no name"),
        ('title = ""', "key 'title'"),
        ("title = []", "key 'title': it names nothing"),
        ('title = ["a", 7]', "key 'title'"),
        ('title = "' + "x" * 400 + '"', "key 'title'"),
        ('title = { valor = "x" }', "key 'title'.*value ="),
        ('title = { value = "x", more = 1 }', "key 'title'"),
        ("title = { value = { a = 1 } }", "key 'title'"),
        ('title = { value = "" }', "key 'title'"),
        ('timezone = "America/Recife/Centro"', "key 'timezone': 'America/Recife/Centro' is no zone"),
        ('timezone = "America"', "key 'timezone'"),
        ('timezone = "../../../etc/passwd"', "key 'timezone'"),
        ('timezone = "/etc/localtime"', "key 'timezone'"),
        ('timezone = ""', "key 'timezone'"),
        ("timezone = -3", "key 'timezone'"),
        ('date_format = "%d/%m"', "key 'date_format'.*year, month and day"),
        ('date_format = "%d/%m/%Y %d"', "key 'date_format'"),
        ('date_format = "%d/%m/%Y %Q"', "key 'date_format'"),
        ('date_format = "%d/%m/%Y %Z"', "key 'date_format'"),
        ('date_format = "%d/%m/%Y %I:%M"', "key 'date_format'"),
        ('date_format = "%d/%m/%Y %"', "key 'date_format'"),
        ("date_format = 7", "key 'date_format'"),
        ('delimiter = "::"', "key 'delimiter'"),
        ("delimiter = '\"'", "key 'delimiter'"),
        ('columns = "a,b"', "key 'columns'"),
        ("articles = 1", "key 'articles'"),
        ("title = " + "9" * 5_000, "not TOML"),
        ("title = " + "[" * 20_000, "not TOML|nested"),
        ('[ "a"' + ' . "a"' * 8_000 + "]", "more than 100 parts"),
        ("a." * 30_000 + "b = 1", "more than 100 parts"),
    ],
)
def test_whatever_is_wrong_in_a_map_is_told_with_its_name(toml: str, what: str, read: Read) -> None:
    with pytest.raises(ReadError, match=f"(?s)^its field map a.jsonl.toml: .*{what}"):
        read("a.jsonl", {"text": CHUVA}, toml)


def test_a_map_is_never_reached_through_a_link_nor_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"text": CHUVA}))
    (tmp_path / "real.toml").write_text('title = "x"')
    (tmp_path / "link.toml").symlink_to("real.toml")
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "large.toml").write_text("#" * (MAX_MAP_BYTES + 1))
    (tmp_path / "latin.toml").write_bytes("título".encode("cp1252"))
    reasons = {"link": "symbolic link", "pipe": "not a regular file", "folder": "not a regular file", "large": "more than 65,536 bytes",
               "latin": "not UTF-8 at byte 1", "missing": "cannot be opened"}  # fmt: skip
    for name, reason in reasons.items():
        source = Source(path="a.json", file=tmp_path / "a.json", now=NOW, fields=tmp_path / f"{name}.toml")
        with pytest.raises(ReadError, match=f"{name}.toml: .*{reason}"):
            list(json_.read(source))


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("name", ["a.csv.toml", "fields.toml"])
@pytest.mark.parametrize("trap", ["pipe", "endless", "link"])
def test_an_update_does_not_hang_on_what_stands_in_the_place_of_a_map_and_keeps_what_the_file_held(built: Settings, name: str, trap: str) -> None:
    home = built.corpus_dir / "tabela"
    home.mkdir()
    (home / "a.csv").write_text(f"id,text\nchuva,{CHUVA}\n")
    assert update(built).counts.articles_new == 1
    place = home / name
    os.mkfifo(place) if trap == "pipe" else place.symlink_to("/dev/zero" if trap == "endless" else "/etc/hostname")
    run = update(built)
    assert [event.reason for event in run.events if event.path == "tabela/a.csv" and f"its field map {name}: " in event.reason]
    place.unlink()
    place.write_text('outlet = { value = "Folha de Cá" }')
    assert update(built).counts.articles_changed == 1
    with Library.open(built) as library:
        assert library.article(f"chuva@{library.newest('chuva')}").outlet == "Folha de Cá"


def test_without_a_map_nothing_changes(tmp_path: Path) -> None:
    assert field_map(Source(path="a.json", file=tmp_path / "a.json", now=NOW)) == FieldMap()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("ab0"), inner),
)


@given(value=JSON, path=st.lists(st.sampled_from(["a", "b", "0", "99", "", "-1", "²"]), min_size=1, max_size=5).map(".".join))
def test_any_path_into_any_value_finds_something_or_nothing(value: object, path: str) -> None:
    at(value, path)


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_any_bytes_are_a_map_or_told_why_not(data: bytes) -> None:
    try:
        assert isinstance(parse(data), FieldMap)
    except ReadError as error:
        assert str(error)


FORM = st.lists(
    st.sampled_from(["%d", "%m", "%Y", "%y", "%H", "%I", "%p", "%b", "%z", "%a", "%%", "%", "/", " ", "(", "%S", "%f", "%j", "\\"]), max_size=8
).map("".join)


@given(form=FORM, text=st.text("0123456789/: -+Zjan()%\\", max_size=20))
def test_any_form_that_is_taken_reads_any_text_or_none(form: str, text: str) -> None:
    try:
        formats = mapping._formats(form)
    except ReadError:
        return
    dates.parse(text, UTC, formats)


def test_a_hundred_thousand_lines_stream_in_flat_memory(tmp_path: Path) -> None:
    lines = io.StringIO()
    for number in range(100_000):
        lines.write(f'{{"n": {{"id": "n-{number}"}}, "lang": "pt", "text": "Choveu no Recife, dia {number}."}}\n')
    (tmp_path / "a.jsonl").write_text(lines.getvalue())
    (tmp_path / "a.jsonl.toml").write_text('id = "n.id"\noutlet = { value = "Folha de Cá" }')
    program = """
        import resource, sys
        from datetime import UTC, datetime
        from pathlib import Path
        from index.readers import json_
        from index.readers.source import Source
        file = Path(sys.argv[1])
        source = Source(path="a.jsonl", file=file, now=datetime(2026, 1, 20, tzinfo=UTC), fields=Path(f"{file}.toml"))
        def peak():  # of this process alone: ru_maxrss begins with that of the one that began it
            status = Path("/proc/self/status")
            if status.exists():
                return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 ** 2
        count = early = 0
        for article in json_.read(source):
            count += 1
            early = early or (count == 2_000 and peak())
        print(count, article.id, article.outlet, peak() - early)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), tmp_path / "a.jsonl"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    count, last, *outlet, grown_mib = done.stdout.split()
    assert (count, last, " ".join(outlet)) == ("100000", "n-99999", "Folha de Cá")
    assert int(grown_mib) < 16
