"""docs/formats.md says what is true: every file that it shows is written, read, and compared with the articles that it says come out.

```json rio.json  ─► a file (packed, where its name says so) ─► read_corpus ─┐
| id | title | …  ─► what the doc says of each article ──────────────────────┴─ equal
"""

import gzip
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from index.readers import endings, read_corpus
from index.readers.packed import PACKINGS
from index.records import Article, DoubtKind, Skipped, Withdrawal

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
FORMATS = (
    "Markdown, Plain text, Web page, JSON, JSONL, ninjs 1.x, ninjs 2.x, Table, Field map, RSS, Atom, NewsML-G2, Web archive, E-mail, Mailbox, PDF, gzip, zip"
).split(", ")


def sections() -> dict[str, str]:
    return {section.partition("\n")[0]: section for section in PAGE.split("\n## ")[1:]}


def files(section: str) -> dict[str, str]:
    """The text of each fenced block by the name of its file, which stands behind the block's language."""
    return dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", section, re.DOTALL | re.MULTILINE))


def rows(section: str, first: str) -> list[dict[str, str]]:
    """The table whose first column has this name, a row a mapping; ¶ is a line end, and `|` never stands in a cell."""
    found = re.search(rf"^\| {first} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", section, re.MULTILINE)
    if found is None:
        return []
    names, *body = [[cell.strip().replace("`", "").replace("¶", "\n") for cell in line.strip("|").split("|")] for line in found[0].splitlines()]
    return [dict(zip(names, cells, strict=True)) for cells in body[1:]]


def write(folder: Path, name: str, text: str) -> None:
    """Write a file as the doc shows it; the one inside, where its name is that of a packed file."""
    data = text.encode()
    archive, packed, inner = name.partition(".zip/")
    if packed:
        with zipfile.ZipFile(folder / f"{archive}.zip", "a", zipfile.ZIP_DEFLATED) as out:
            out.writestr(inner, data)
    else:
        (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)


def said(item: Article | Withdrawal | Skipped, field: str) -> str:
    """A field of what was read, as the doc's tables write it; empty for what it does not have."""
    value = getattr(item, field, None)
    if isinstance(value, datetime):
        return value.isoformat()
    return "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def test_every_format_has_its_section() -> None:
    assert [name for name in sections() if files(sections()[name])] == FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_the_files_that_the_doc_shows_give_the_articles_that_it_says(name: str, tmp_path: Path) -> None:
    section = sections()[name]
    for file, text in files(section).items():
        write(tmp_path, file, text)
    expected = rows(section, "id")
    found = list(read_corpus(tmp_path, NOW))
    assert not [item for item in found if isinstance(item, Skipped)]
    assert [{field: said(item, field) for field in row} for item, row in zip(found, expected, strict=True)] == expected
    assert all(item.first_seen == item.indexed == NOW for item in found if isinstance(item, Article))


def test_what_the_doc_says_is_skipped_is_skipped_for_the_reason_that_it_gives(tmp_path: Path) -> None:
    expected = rows(sections()["What is skipped, and why"], "file")
    for row in expected:
        write(tmp_path, row["file"], row["holds"])
    found = {item.path: item for item in read_corpus(tmp_path, NOW) if isinstance(item, Skipped)}
    assert sorted(found) == sorted(row["file"] for row in expected)
    for row in expected:
        item = found[row["file"]]
        assert item.reason.startswith(row["reason"].removesuffix("…"))
        assert (row["kind"], row["reason"].endswith("…")) == ("failed" if item.failed else "passed over", item.reason != row["reason"])


def test_what_the_doc_says_is_doubted_is_marked_in_the_words_that_it_gives(tmp_path: Path) -> None:
    section = sections()["What is doubted, and why"]
    assert [row["kind"] for row in rows(section, "kind")] == list(get_args(DoubtKind))
    expected = rows(section, "file")
    for row in expected:
        write(tmp_path, row["file"], row["holds"])
    found = {f"{item.id}.json": "; ".join(map(str, item.doubts)) for item in read_corpus(tmp_path, NOW) if isinstance(item, Article)}
    assert found == {row["file"]: row["doubts"] for row in expected}


def test_the_doc_names_every_ending_that_is_read_and_no_other() -> None:
    table = PAGE.partition("\n## ")[0]
    assert set(re.findall(r"`(\.[a-z]+)`", table)) == {*endings(), *PACKINGS}
