"""What is added lands in the corpus folder once, whole, under a harmless name, and nothing outside it is written."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from index.adding import MAX_PAGES, Added, Known, add
from index.errors import CorpusError
from index.fetch import Limits
from index.readers import read_corpus
from index.records import Article, Withdrawal
from tests.conftest import ROOT
from tests.index import servers
from tests.index.servers import OTHER, Asked, Site, Web, moved, reply

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
HOME = "http://jornal.example"
web = pytest.fixture(servers.web)


def page(text: str, title: str = "Chuva no Recife") -> str:
    facts = json.dumps({"@type": "NewsArticle", "headline": title, "datePublished": "2026-01-19T08:00:00-03:00"})
    body = f"<p>{text}</p><p>O rio Capibaribe subiu dois metros durante a noite, e ninguém se feriu.</p>"
    return (
        f"<html><head><title>{title}</title><script type='application/ld+json'>{facts}</script></head><body><article>{body}</article></body></html>"
    )


@pytest.fixture
def paper(web: Web) -> Site:
    """A newspaper with one page."""
    site = web.site("jornal.example")
    site.pages["/cidade/chuva.html"] = reply(page("A água entrou nas casas da zona sul."), ETag='"v1"')
    return site


class Desk:
    """A corpus folder, and what is remembered of its sources from run to run."""

    def __init__(self, web: Web, corpus: Path) -> None:
        self.web, self.corpus = web, corpus
        self.known: dict[str, Known] = {}

    def add(self, *sources: str | Path, now: datetime = NOW) -> list[Added]:
        with self.web.fetcher(Limits(pause_s=0)) as fetcher:
            found = list(add([str(source) for source in sources], self.corpus, self.known, fetcher, now))
        self.known |= {one.source: one.known for one in found if one.known}
        return found

    def files(self) -> list[str]:
        return sorted(file.relative_to(self.corpus).as_posix() for file in self.corpus.rglob("*") if not file.is_dir())

    def articles(self) -> list[Article]:
        return [item for item in read_corpus(self.corpus, NOW) if isinstance(item, Article)]


@pytest.fixture
def desk(web: Web, tmp_path: Path) -> Desk:
    return Desk(web, tmp_path / "corpus")


def states(found: Iterable[Added]) -> list[str]:
    return [one.state for one in found]


# Pages


def test_a_page_is_kept_as_the_server_sent_it_and_can_be_read_as_an_archive(desk: Desk, paper: Site) -> None:
    from fastwarc import ArchiveIterator

    (added,) = desk.add(f"{HOME}/cidade/chuva.html#fotos")
    assert (added.state, added.source) == ("new", f"{HOME}/cidade/chuva.html")
    assert desk.files() == [added.path]
    assert added.path.startswith("added/jornal.example/cidade-chuva-")
    (record,) = ArchiveIterator(BytesIO((desk.corpus / added.path).read_bytes()), verify_digests=True, parse_http=True)
    assert record.headers["WARC-Type"] == "response"
    assert record.headers["WARC-Target-URI"] == f"{HOME}/cidade/chuva.html"
    assert record.headers["WARC-Date"].endswith("Z")
    assert record.http_headers.status_code == 200
    assert record.http_headers["Content-Type"] == "text/html; charset=utf-8"
    assert record.reader.read().decode() == page("A água entrou nas casas da zona sul.")


def test_a_damaged_archive_is_told_from_a_whole_one(desk: Desk, paper: Site) -> None:
    from fastwarc import ArchiveIterator

    (added,) = desk.add(f"{HOME}/cidade/chuva.html")
    data = gzip.decompress((desk.corpus / added.path).read_bytes())
    for kept, wanted in ((data, 1), (data.replace("água".encode(), b"_gua_"), 0)):
        records = list(ArchiveIterator(BytesIO(kept), verify_digests=True, parse_http=False))
        assert len(records) == wanted


def test_the_ordinary_reading_of_the_corpus_finds_the_article(desk: Desk, paper: Site) -> None:
    desk.add(f"{HOME}/cidade/chuva.html")
    (article,) = desk.articles()
    assert "A água entrou nas casas da zona sul." in article.text
    assert (article.title, article.url) == ("Chuva no Recife", f"{HOME}/cidade/chuva.html")


def test_a_page_that_came_compressed_is_kept_unfolded_and_says_so(desk: Desk, paper: Site) -> None:
    from fastwarc import ArchiveIterator

    paper.pages["/z"] = reply(gzip.compress(page("Texto comprimido no caminho.").encode()), Content_Encoding="gzip")
    (added,) = desk.add(f"{HOME}/z")
    record = next(iter(ArchiveIterator(BytesIO((desk.corpus / added.path).read_bytes()), parse_http=True)))
    assert record.reader.read().decode() == page("Texto comprimido no caminho.")
    assert record.http_headers["X-Archive-Orig-Content-Encoding"] == "gzip"
    assert record.http_headers.get("Content-Encoding") is None


def test_a_page_is_new_then_unchanged_then_changed(desk: Desk, paper: Site) -> None:
    url = f"{HOME}/cidade/chuva.html"
    (first,) = desk.add(url)
    before = (desk.corpus / first.path).stat()
    (second,) = desk.add(url)
    assert (second.state, second.path) == ("unchanged", first.path)
    assert (desk.corpus / first.path).stat() == before
    paper.pages["/cidade/chuva.html"] = reply(page("A água baixou."), ETag='"v2"')
    (third,) = desk.add(url)
    assert (third.state, third.path) == ("changed", first.path)
    assert desk.known[url].etag == '"v2"'
    assert desk.files() == [first.path]


def test_the_server_is_asked_only_for_what_changed_since(desk: Desk, paper: Site) -> None:
    def answer(asked: Asked) -> Iterator[bytes]:
        same = asked.headers.get("if-none-match") == '"v1"'
        yield b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n" if same else reply(page("Um só texto."), ETag='"v1"')

    paper.pages["/p"] = answer
    (first,) = desk.add(f"{HOME}/p")
    (second,) = desk.add(f"{HOME}/p")
    assert (second.state, second.path) == ("unchanged", first.path)
    assert desk.known[f"{HOME}/p"].sha256 == first.known.sha256  # type: ignore[union-attr]
    (desk.corpus / first.path).unlink()
    (third,) = desk.add(f"{HOME}/p")  # nothing to be unchanged from
    assert (third.state, third.path) == ("new", first.path)
    assert desk.files() == [first.path]


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_told_and_its_file_is_kept(desk: Desk, paper: Site, status: int) -> None:
    (first,) = desk.add(f"{HOME}/cidade/chuva.html")
    paper.pages["/cidade/chuva.html"] = reply("fora", status=status)
    (second,) = desk.add(f"{HOME}/cidade/chuva.html")
    assert (second.state, second.path, second.known) == ("gone", first.path, None)
    assert str(status) in second.reason
    assert desk.files() == [first.path]


def test_one_source_that_fails_stops_no_other(desk: Desk, paper: Site, tmp_path: Path) -> None:
    (tmp_path / "nota.md").write_text("Uma nota.", encoding="utf-8")
    paper.pages["/erro"] = reply("x", status=500)
    sources: list[str | Path] = [
        "http://127.0.0.1/",
        f"{HOME}/erro",
        "file:///etc/passwd",
        tmp_path / "nada.md",
        "",
        f"{HOME}/cidade/chuva.html",
        tmp_path / "nota.md",
    ]
    found = desk.add(*sources, "nul\0.md", "ftp://jornal.example/a")
    assert states(found) == ["failed"] * 5 + ["new"] * 2 + ["failed"] * 2
    assert all(one.reason for one in found if one.state == "failed")
    assert len(desk.files()) == 2


def test_two_addresses_never_share_a_file(desk: Desk, paper: Site) -> None:
    for target in ("/a?id=1", "/a?id=2", "/A", "/a.html", "/%C3%A1"):
        paper.pages[target] = reply(page(f"Texto de {target}, que é só dele."))
    found = desk.add(*(HOME + target for target in ("/a?id=1", "/a?id=2", "/A", "/a.html", "/á")))
    assert len({one.path for one in found}) == 5
    assert desk.files() == sorted(one.path for one in found)


@pytest.mark.parametrize(
    "target", ["/..%2f..%2f..%2fetc%2fpasswd", "/%00", "/.ssh/", "/" + "x" * 3000, "/%F0%9F%92%A7", "/a%0Ab", "/con?../..", "//"]
)
def test_no_address_names_a_file_elsewhere(desk: Desk, paper: Site, target: str) -> None:
    paper.pages[target] = reply(page("Um texto de nome estranho."))
    (added,) = desk.add(HOME + target)
    assert added.state == "new", added.reason
    folder, host, name = added.path.split("/")
    assert (folder, host) == ("added", "jornal.example")
    assert name[:-8].replace("-", "").replace(".", "").isalnum()
    assert name.isascii()
    assert len(name) < 100


def test_what_is_no_page_is_kept_in_its_own_format(desk: Desk, paper: Site) -> None:
    kinds = {"pdf": "application/pdf", "txt": "text/plain", "json": "application/json", "xml": "application/xml", "csv": "text/csv"}
    for ending, kind in kinds.items():
        paper.pages[f"/{ending}"] = reply(f"corpo de {ending}", kind)
        (added,) = desk.add(f"{HOME}/{ending}")
        assert added.path.endswith(f".{ending}")
        assert (desk.corpus / added.path).read_text() == f"corpo de {ending}"


def test_a_redirected_page_is_remembered_by_the_address_that_was_given(desk: Desk, paper: Site) -> None:
    paper.pages["/curto"] = moved("/cidade/chuva.html")
    (added,) = desk.add(f"{HOME}/curto")
    assert added.source == f"{HOME}/curto"
    assert states(desk.add(f"{HOME}/curto")) == ["unchanged"]


# Feeds


def item(number: int, text: str = "", link: bool = True, updated: str = "2026-01-19T10:00:00Z", guid: str = "") -> str:
    content = f"<content type='html'>&lt;p&gt;{text}&lt;/p&gt;</content>" if text else "<summary>Só o começo…</summary>"
    where = f"<link href='{HOME}/n/{number}'/>" if link else ""
    return f"<entry><id>{guid or f'tag:jornal.example,2026:{number}'}</id><title>Notícia {number}</title>{where}<updated>{updated}</updated>{content}</entry>"


def feed(*entries: str) -> bytes:
    head = "<?xml version='1.0' encoding='utf-8'?>\n<!-- as últimas -->\n<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='pt'>"
    about = "<id>tag:jornal.example,2026:tudo</id><title>Jornal</title><updated>2026-01-19T10:00:00Z</updated>"
    return reply(f"{head}{about}{''.join(entries)}</feed>", "application/atom+xml", ETag='"f1"')


LONG = "A prefeitura abriu três abrigos na zona sul e pediu água, colchões e roupa seca. " * 8


def test_an_entry_with_its_whole_text_is_a_file_and_the_others_are_fetched_as_pages(desk: Desk, paper: Site) -> None:
    paper.pages["/feed"] = feed(item(1, LONG), item(2))
    paper.pages["/n/2"] = reply(page("A segunda notícia, que o feed só anuncia."))
    whole, fetched, itself = desk.add(f"{HOME}/feed")
    assert states([whole, fetched, itself]) == ["new"] * 3
    assert whole.path.endswith(".json")
    assert whole.path.startswith("added/jornal.example/n-1-")
    values = json.loads((desk.corpus / whole.path).read_text(encoding="utf-8"))
    assert values["title"] == "Notícia 1"
    assert LONG.strip() in values["text"]
    assert (fetched.source, fetched.path[-8:]) == (f"{HOME}/n/2", ".warc.gz")
    assert (itself.source, itself.path) == (f"{HOME}/feed", "")
    assert "/n/1" not in paper.targets
    assert sorted(article.title for article in desk.articles()) == ["Chuva no Recife", "Notícia 1"]


def test_an_unchanged_feed_costs_one_request(desk: Desk, paper: Site) -> None:
    paper.pages["/feed"] = feed(item(1, LONG), item(2))
    paper.pages["/n/2"] = reply(page("A segunda notícia."))
    desk.add(f"{HOME}/feed")
    paper.asked.clear()
    assert states(desk.add(f"{HOME}/feed")) == ["unchanged"]
    assert paper.targets == ["/feed"]
    assert paper.asked[-1].headers["if-none-match"] == '"f1"'


def test_of_a_changed_feed_only_what_is_new_or_later_is_fetched(desk: Desk, paper: Site) -> None:
    for number in (1, 2, 3):
        paper.pages[f"/n/{number}"] = reply(page(f"Notícia de número {number}."))
    paper.pages["/feed"] = feed(item(1), item(2))
    desk.add(f"{HOME}/feed")
    paper.asked.clear()
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    paper.pages["/n/2"] = reply(page("Notícia de número 2, corrigida."))
    paper.pages["/feed"] = feed(item(3), item(1), item(2, updated=later))
    found = {one.source: one.state for one in desk.add(f"{HOME}/feed")}
    assert found == {f"{HOME}/n/3": "new", f"{HOME}/n/1": "unchanged", f"{HOME}/n/2": "changed", f"{HOME}/feed": "changed"}
    assert paper.targets == ["/feed", "/n/3", "/n/2"]


def test_an_edited_entry_keeps_its_file(desk: Desk, paper: Site) -> None:
    paper.pages["/feed"] = feed(item(1, LONG))
    first = desk.add(f"{HOME}/feed")[0]
    paper.pages["/feed"] = feed(item(1, LONG + "Um quarto abriu hoje."))
    second = desk.add(f"{HOME}/feed")[0]
    assert (second.state, second.path) == ("changed", first.path)
    assert desk.files() == [first.path]


def test_an_entry_that_moves_keeps_its_file(desk: Desk, paper: Site) -> None:
    paper.pages["/feed"] = feed(item(1, LONG))
    first = desk.add(f"{HOME}/feed")[0]
    paper.pages["/feed"] = feed(item(1, LONG).replace("/n/1", "/cidade/abrigos"))
    second = desk.add(f"{HOME}/feed")[0]
    assert (second.state, second.path) == ("changed", first.path)
    assert json.loads((desk.corpus / second.path).read_text())["url"] == f"{HOME}/cidade/abrigos"


def test_the_notice_that_an_entry_was_withdrawn_takes_the_place_of_its_text(desk: Desk, paper: Site) -> None:
    paper.pages["/feed"] = feed(item(1, LONG))
    first = desk.add(f"{HOME}/feed")[0]
    notice = "<at:deleted-entry xmlns:at='http://purl.org/atompub/tombstones/1.0' ref='tag:jornal.example,2026:1' when='2026-01-20T09:00:00Z'/>"
    paper.pages["/feed"] = feed(item(2, LONG), notice)
    found = {one.source: one for one in desk.add(f"{HOME}/feed")}
    second = found[first.source]
    assert (second.state, second.path) == ("changed", first.path)
    assert json.loads((desk.corpus / second.path).read_text())["status"] == "canceled"
    withdrawn = [item for item in read_corpus(desk.corpus, NOW) if isinstance(item, Withdrawal)]
    assert [item.id for item in withdrawn] == ["tag:jornal.example,2026:1"]


def test_more_pages_than_a_run_fetches_wait_for_the_next(desk: Desk, paper: Site) -> None:
    count = MAX_PAGES + 7
    for number in range(count):
        paper.pages[f"/n/{number}"] = reply(page(f"Notícia de número {number}, com o seu texto."))
    paper.pages["/feed"] = feed(*(item(number) for number in range(count)))
    found = desk.add(f"{HOME}/feed")
    assert states(found).count("new") == MAX_PAGES + 1
    assert "7 wait for the next run" in found[-1].reason
    assert states(desk.add(f"{HOME}/feed"))[:-1].count("new") == 7  # although the feed itself has not changed
    assert len(desk.files()) == count
    assert states(desk.add(f"{HOME}/feed")) == ["unchanged"]


def test_an_entry_that_fails_stops_no_other_and_is_tried_again(desk: Desk, paper: Site, web: Web) -> None:
    web.names["interno.example"] = [["10.0.0.9"]]
    paper.pages["/n/1"] = reply("x", status=503)
    paper.pages["/n/3"] = reply(page("A terceira."))
    bad = item(9).replace(f"{HOME}/n/9", "http://interno.example/"), item(8).replace(f"{HOME}/n/8", f"{HOME}:22/"), item(7, link=False)
    paper.pages["/feed"] = feed(item(1), *bad, item(2), item(3))
    found = desk.add(f"{HOME}/feed")
    assert states(found) == ["failed"] * 4 + ["gone", "new", "new"]
    assert (OTHER, 22) not in web.dialled
    assert {port for _, port in web.dialled} == {80}
    paper.pages["/n/1"] = reply(page("A primeira, enfim."))
    again = {one.source: one.state for one in desk.add(f"{HOME}/feed")}
    assert again[f"{HOME}/n/1"] == "new"
    assert again[f"{HOME}/n/2"] == "unchanged"  # it was gone, and the feed says nothing new of it


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/xml", "text/xml; charset=utf-8"])
def test_a_feed_is_told_by_its_first_element_whatever_the_server_calls_it(desk: Desk, paper: Site, kind: str) -> None:
    paper.pages["/feed"] = feed(item(1, LONG)).replace(b"application/atom+xml", kind.encode())
    assert [one.path[-5:] for one in desk.add(f"{HOME}/feed")] == [".json", ""]


def test_a_page_that_names_a_feed_is_a_page(desk: Desk, paper: Site) -> None:
    paper.pages["/capa"] = reply(page("Leia também pelo <code>&lt;rss&gt;</code>.").replace("<head>", "<head><link rel=alternate href=/feed>"))
    assert [one.path[-8:] for one in desk.add(f"{HOME}/capa")] == [".warc.gz"]
    paper.pages["/feed"] = feed(item(1).replace("/n/1", "/feed2"))
    paper.pages["/feed2"] = feed(item(2))
    assert "another feed" in desk.add(f"{HOME}/feed")[0].reason


def test_a_head_made_to_be_slow_is_not(desk: Desk, paper: Site) -> None:
    paper.pages["/lento"] = reply("<??>" * 2000 + "<!---->" * 2000 + "x", "application/xml")
    assert states(desk.add(f"{HOME}/lento")) == ["new"]


# Files


@pytest.fixture
def notes(tmp_path: Path) -> Callable[..., Path]:
    """Writes files below a folder outside the corpus."""

    def write(**texts: str) -> Path:
        for name, text in texts.items():
            file = tmp_path / "fora" / name.replace("__", "/").replace("_", ".")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return tmp_path / "fora"

    return write


def test_a_file_is_copied_and_followed(desk: Desk, notes: Callable[..., Path]) -> None:
    file = notes(nota_md="Chove no Recife.") / "nota.md"
    (added,) = desk.add(file)
    assert (added.state, added.path, added.source) == ("new", "added/nota.md", str(file))
    assert (desk.corpus / added.path).read_text(encoding="utf-8") == "Chove no Recife."
    assert states(desk.add(file)) == ["unchanged"]
    file.write_text("Parou de chover.", encoding="utf-8")
    assert states(desk.add(file)) == ["changed"]
    assert (desk.corpus / added.path).read_text(encoding="utf-8") == "Parou de chover."
    (desk.corpus / added.path).unlink()
    assert [(one.state, one.path) for one in desk.add(file)] == [("new", "added/nota.md")]
    assert desk.files() == ["added/nota.md"]


def test_a_folder_is_copied_with_its_folders(desk: Desk, notes: Callable[..., Path]) -> None:
    folder = notes(a_md="A", sub__b_md="B", sub___oculto_md="?", README_md="sobre", questions_txt="?")
    assert [(one.state, one.path) for one in desk.add(folder)] == [("new", "added/fora/a.md"), ("new", "added/fora/sub/b.md")]
    assert states(desk.add(folder)) == ["unchanged"] * 2


def test_another_file_of_the_same_name_gets_one_of_its_own(desk: Desk, notes: Callable[..., Path]) -> None:
    folder = notes(a__nota_v2_md="Uma nota.", b__nota_v2_md="Outra nota.")
    first, second = desk.add(folder / "a" / "nota.v2.md", folder / "b" / "nota.v2.md")
    assert first.path == "added/nota.v2.md"
    assert second.path.startswith("added/nota-")
    assert second.path.endswith(".v2.md")
    assert states(desk.add(folder / "b" / "nota.v2.md", folder / "a" / "nota.v2.md")) == ["unchanged"] * 2
    assert sorted((desk.corpus / one).read_text() for one in desk.files()) == ["Outra nota.", "Uma nota."]


def test_two_files_of_one_name_and_one_text_are_followed_each_by_itself(desk: Desk, notes: Callable[..., Path]) -> None:
    folder = notes(a__nota_md="Uma nota.", b__nota_md="Uma nota.")
    desk.add(folder / "a" / "nota.md", folder / "b" / "nota.md")
    (folder / "b" / "nota.md").write_text("Outra nota.")
    assert states(desk.add(folder / "a" / "nota.md", folder / "b" / "nota.md")) == ["unchanged", "changed"]
    assert (desk.corpus / "added" / "nota.md").read_text() == "Uma nota."


def test_a_file_that_nobody_remembers_is_never_written_over(desk: Desk, notes: Callable[..., Path]) -> None:
    file = notes(nota_md="A nota de agora.") / "nota.md"
    (desk.corpus / "added").mkdir(parents=True)
    (desk.corpus / "added" / "nota.md").write_text("De outra pessoa.")
    (added,) = desk.add(file)
    assert added.path != "added/nota.md"
    assert (desk.corpus / "added" / "nota.md").read_text() == "De outra pessoa."
    desk.known.clear()  # the catalog is lost
    assert [(one.state, one.path) for one in desk.add(file)] == [("unchanged", added.path)]
    (desk.corpus / "added" / "nota.md").write_text("A nota de agora.")
    desk.known.clear()
    assert [(one.state, one.path) for one in desk.add(file)] == [("unchanged", "added/nota.md")]


def test_what_lies_in_the_corpus_is_not_copied(desk: Desk) -> None:
    (desk.corpus / "cidade").mkdir(parents=True)
    (desk.corpus / "cidade" / "nota.md").write_text("Já está cá.")
    found = desk.add(desk.corpus / "cidade" / "nota.md", desk.corpus / "cidade", desk.corpus)
    assert [(one.state, one.path) for one in found] == [("unchanged", "cidade/nota.md"), ("unchanged", "cidade"), ("unchanged", ".")]
    assert states(desk.add(desk.corpus.parent)) == ["failed"]
    assert desk.files() == ["cidade/nota.md"]


def test_an_empty_folder_and_a_corpus_that_is_none_are_told(desk: Desk, notes: Callable[..., Path]) -> None:
    folder = notes(a_md="A")
    (folder / "vazia").mkdir()
    assert "no file to add" in desk.add(folder / "vazia")[0].reason
    desk.corpus.rmdir()
    desk.corpus.write_text("nada")
    with pytest.raises(CorpusError, match="cannot be made"):
        desk.add(folder / "a.md")


def test_links_and_pipes_are_refused_by_name(desk: Desk, notes: Callable[..., Path]) -> None:
    folder = notes(a_md="A")
    (folder / "elo.md").symlink_to(folder / "a.md")
    (folder / "pasta").symlink_to("/etc")
    os.mkfifo(folder / "cano.md")
    found = {Path(one.source).name: one.state for one in desk.add(folder)}
    assert found == {"a.md": "new", "elo.md": "failed", "pasta": "failed", "cano.md": "failed"}
    assert states(desk.add(folder / "elo.md", folder / "pasta", folder / "cano.md", "/dev/null")) == ["failed"] * 4
    assert desk.files() == ["added/fora/a.md"]


@pytest.mark.parametrize("where", ["added", "added/jornal.example"])
def test_a_link_in_the_corpus_leads_nothing_out_of_it(desk: Desk, paper: Site, notes: Callable[..., Path], where: str) -> None:
    outside = notes(a_md="A")
    (desk.corpus / where).parent.mkdir(parents=True, exist_ok=True)
    (desk.corpus / where).symlink_to(outside)
    (added,) = desk.add(f"{HOME}/cidade/chuva.html")
    assert (added.state, added.known) == ("failed", None)
    assert "link" in added.reason
    assert sorted(file.name for file in outside.iterdir()) == ["a.md"]


def test_a_link_in_the_place_of_a_file_is_not_written_through(desk: Desk, paper: Site, notes: Callable[..., Path]) -> None:
    outside = notes(a_md="A") / "a.md"
    (added,) = desk.add(f"{HOME}/cidade/chuva.html")
    (desk.corpus / added.path).unlink()
    (desk.corpus / added.path).symlink_to(outside)
    assert states(desk.add(f"{HOME}/cidade/chuva.html")) == ["failed"]
    assert outside.read_text() == "A"


def test_what_the_catalog_remembers_leads_nowhere_else(desk: Desk, paper: Site, tmp_path: Path) -> None:
    (tmp_path / "alheio.md").write_text("Não tocar.")
    url = f"{HOME}/cidade/chuva.html"
    for path in ("../alheio.md", str(tmp_path / "alheio.md"), "added/../../alheio.md", "nul\0", "x//y"):
        desk.known = {url: Known(etag='"v1"', sha256="0" * 64, path=path, fetched=NOW)}
        (added,) = desk.add(url)
        assert (added.state, added.path.split("/")[0]) == ("new", "added")
        assert "if-none-match" not in paper.asked[-1].headers
    assert (tmp_path / "alheio.md").read_text() == "Não tocar."


@pytest.mark.parametrize("name", [b"caf\xe9.md", b"linha\n1.md", b".oculta.md", b"README.md", "água\u202e.md".encode(), b"a" * 200 + b".md"])
def test_any_file_name_becomes_one_that_the_corpus_can_read(desk: Desk, tmp_path: Path, name: bytes) -> None:
    file = tmp_path / os.fsdecode(name)
    file.write_text("Um texto com um nome qualquer.", encoding="utf-8")
    (added,) = desk.add(os.fsdecode(bytes(tmp_path) + b"/" + name))
    assert added.state == "new", added.reason
    assert added.path.isprintable()
    (article,) = desk.articles()
    assert article.text == "Um texto com um nome qualquer."
    assert states(desk.add(os.fsdecode(bytes(tmp_path) + b"/" + name))) == ["unchanged"]


def test_a_full_disk_leaves_no_half_file_and_is_told(desk: Desk, web: Web, tmp_path: Path) -> None:
    (tmp_path / "grande.md").write_bytes(b"x" * 3_000_000)
    (tmp_path / "pequena.md").write_text("Cabe.")
    script = f"""
import resource, signal
from datetime import UTC, datetime
from pathlib import Path
from index.adding import add
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
for one in add(["{tmp_path}/pequena.md", "{tmp_path}/grande.md"], Path("{desk.corpus}"), {{}}, None, datetime.now(UTC)):
    print(one.state, one.reason)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60, cwd=ROOT)
    assert done.stdout.splitlines() == ["new ", "failed File too large"]
    assert desk.files() == ["added/pequena.md"]
    assert not list(desk.corpus.rglob(".adding-*"))


def test_what_a_killed_run_left_behind_is_no_article_and_no_hindrance(desk: Desk, notes: Callable[..., Path]) -> None:
    file = notes(nota_md="Chove.") / "nota.md"
    (desk.corpus / "added").mkdir(parents=True)
    (desk.corpus / "added" / f".adding-{os.getpid()}").write_text("meia no")
    assert states(desk.add(file)) == ["new"]
    assert [article.text for article in desk.articles()] == ["Chove."]


def test_records_go_through_json_and_back(desk: Desk, paper: Site) -> None:
    (added,) = desk.add(f"{HOME}/cidade/chuva.html")
    kept: Any = added.model_dump_json()
    assert Added.model_validate_json(kept) == added
