"""Each format is read as its writer meant it. In: small realistic files written here. Never: text from a benchmark."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from index.readers import endings, read_corpus
from index.readers.marks import blocks, join
from index.records import Article, Skipped, Withdrawal

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
CHUVA = "A chuva que caiu sobre o Recife na terça-feira deixou três bairros sem energia. A prefeitura não informou quando o serviço volta."
VOTE = "The council voted on Tuesday to reopen the old ferry line. Two members were against it, and the mayor has yet to sign."

Write = Callable[[str, str | bytes], Article]


def read(folder: Path) -> list[Article | Skipped | Withdrawal]:
    return list(read_corpus(folder, NOW))


def only(folder: Path) -> Article:
    (found,) = read(folder)
    assert isinstance(found, Article), found
    return found


def refused(folder: Path) -> Skipped:
    (found,) = read(folder)
    assert isinstance(found, Skipped), found
    return found


@pytest.fixture
def one(tmp_path: Path) -> Write:
    """Writes one file into a corpus and reads it."""

    def write(name: str, content: str | bytes) -> Article:
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return only(tmp_path)

    return write


def test_front_matter_gives_every_field(one: Write) -> None:
    article = one(
        "chuva.md",
        "---\nid: recife-chuva\ntitle: 'Chuva: três bairros sem luz'\noutlet: Diário do Capibaribe\nauthors: [Ana Lima, Rui Sá]\n"
        "published: 2026-01-13T20:15:00-03:00\nmodified: 2026-01-14\nurl: https://capibaribe.example/chuva/?utm_source=x\nlang: pt-BR\n"
        f"section: Cidades\nrights: CC0-1.0\ncorrection: Eram três bairros, não dois.\n---\n{CHUVA}\n",
    )
    assert (article.id, article.version, article.text) == ("recife-chuva", 1, CHUVA)
    assert (article.title, article.outlet, article.authors) == ("Chuva: três bairros sem luz", "Diário do Capibaribe", ("Ana Lima", "Rui Sá"))
    assert article.published
    assert article.published.isoformat() == "2026-01-13T20:15:00-03:00"
    assert article.modified == datetime(2026, 1, 14, tzinfo=UTC)
    assert (article.lang, article.section, article.rights, article.correction) == ("pt", "Cidades", "CC0-1.0", "Eram três bairros, não dois.")
    assert article.url == "https://capibaribe.example/chuva/?utm_source=x"
    assert article.first_seen == article.indexed == NOW


def test_without_front_matter_the_first_heading_is_the_title_and_leaves_the_text(one: Write) -> None:
    article = one("ferry.md", f"# Ferry line *reopens*\n\n{VOTE}\n\n## What comes next\n\nNothing is known.")
    assert article.title == "Ferry line reopens"
    assert article.text == f"{VOTE}\n\nWhat comes next\n\nNothing is known."
    assert (article.id, article.lang, article.url, article.published) == ("ferry", "en", "", None)


def test_a_heading_that_repeats_the_title_of_the_front_matter_is_not_text(one: Write) -> None:
    assert one("a.md", f"---\ntitle: Ferry line reopens\n---\n# Ferry Line Reopens\n\n{VOTE}").text == VOTE


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("Uma linha\nque segue\nno parágrafo.", "Uma linha que segue no parágrafo."),
        ("Verso um  \nVerso dois\\\nVerso três", "Verso um\nVerso dois\nVerso três"),
        ("O **preço** e o _prazo_, ***juntos***, ~~não~~ subiram.", "O preço e o prazo, juntos, não subiram."),
        ("5*3*2 = 30, a_b_c, 2 * 3 e **aberto", "5*3*2 = 30, a_b_c, 2 * 3 e **aberto"),
        ("Leia [a nota (em PDF)](https://x.example/a_(b).pdf 'nota') e <https://y.example/>.", "Leia a nota (em PDF) e https://y.example/."),
        ("[Nota][1] do ministério.\n\n[1]: https://x.example", "Nota do ministério."),
        ("![Foto](a.jpg) Texto ![x][y]<!-- escondido\n\n -->fim.", "Texto fim."),
        ("[![Foto](a.jpg)](https://x.example)\n\nTexto.", "Texto."),
        ("- um\n* dois\n  continua\n+ três", "- um\n- dois continua\n- três"),
        ("1. um\n2. dois", "1. um\n2. dois"),
        ("A lei é de\n2019. Nada mudou.", "A lei é de 2019. Nada mudou."),
        ("> Não sei,\n> disse ela.", "Não sei, disse ela."),
        ("Reações\n-------\nForam poucas.\n\n* * *\n\nFim.", "Reações\n\nForam poucas.\n\nFim."),
        ("| Ano | Valor |\n|---|---:|\n| 2025 | R$ 3 |", "Ano | Valor\n2025 | R$ 3"),
        ("```python\na_b = '**'\n```\n\nUse `x_y_z` e \\*isto\\*.", "a_b = '**'\n\nUse x_y_z e *isto*."),
        ("R\\$ 12 &amp; 3 &lt; 4<br>nova <b>linha</b> x <y", "R$ 12 & 3 < 4\nnova linha x <y"),
        ("# C# 13 #", "C# 13"),
        ("Preço* até dia 5*", "Preço* até dia 5*"),
        ("<!-- nunca fechado", "<!-- nunca fechado"),
    ],
)
def test_a_reader_sees_the_words_without_the_marks(markdown: str, text: str) -> None:
    assert join(blocks(markdown)) == text


def test_front_matter_that_is_broken_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: x\nauthors: [Ana\n---\nTexto.")
    assert "line 4" in refused(tmp_path).reason or "line 3" in refused(tmp_path).reason
    (tmp_path / "a.md").write_text("---\ntitle: x\n\nTexto.")
    assert "never closed" in refused(tmp_path).reason
    (tmp_path / "a.md").write_text("---\n- a\n- b\n---\nTexto.")
    assert "name: value" in refused(tmp_path).reason


def test_yaml_makes_nothing_but_text(one: Write) -> None:
    article = one("a.md", "---\ntitle: !!python/object/apply:os.getcwd []\noutlet: yes\npublished: 2026-01-14\n---\n" + VOTE)
    assert (article.title, article.outlet) == ("", "yes")
    assert article.published == datetime(2026, 1, 14, tzinfo=UTC)


def test_a_short_first_line_apart_is_the_headline_of_plain_text(one: Write) -> None:
    article = one("chuva.txt", f"Chuva no Recife\r\n\r\n{CHUVA}\r\n\r\nFim.")
    assert (article.title, article.text, article.id) == ("Chuva no Recife", f"{CHUVA}\n\nFim.", "chuva")


@pytest.mark.parametrize("text", [CHUVA, f"{CHUVA}\nSegunda linha.", f"Choveu ontem.\n\n{CHUVA}", "Só um título"])
def test_plain_text_without_a_headline_has_no_title(text: str, one: Write) -> None:
    article = one("chuva.txt", text)
    assert (article.title, article.text) == ("", text)


def test_json_may_be_an_object_a_list_or_articles(tmp_path: Path) -> None:
    item = {"Headline": "Ferry", "articleBody": VOTE, "source": {"id": None, "name": "Harbour Post"}, "author": [{"name": "Jo Hill"}, "Al Roe"]}
    for name, value in {"a": item, "b": [item], "c": {"total": 1, "articles": [item]}}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(value))
    found = read(tmp_path)
    assert [article.id for article in found if isinstance(article, Article)] == ["a", "b:1", "c:1"]
    assert {(a.title, a.text, a.outlet, a.authors) for a in found if isinstance(a, Article)} == {
        ("Ferry", VOTE, "Harbour Post", ("Jo Hill", "Al Roe"))
    }


def test_one_bad_item_does_not_stop_the_others(tmp_path: Path) -> None:
    good = {"text": VOTE, "publishedAt": 1768415400}
    (tmp_path / "a.json").write_text(json.dumps([good, 7, {"title": "no text"}, good]))
    lines = [json.dumps(good), "{broken", "", "[1]", json.dumps(good)]
    (tmp_path / "b.jsonl").write_text("\n".join(lines))
    (tmp_path / "c.csv").write_text(f'text,title\n"{VOTE}",a\n"b"c,d\n,empty\nonly one\n"{VOTE}",e\n')
    found = read(tmp_path)
    assert [x.id if isinstance(x, Article) else (x.path, x.reason.split(":")[0]) for x in found if not isinstance(x, Withdrawal)] == [
        "a:1", ("a.json:2", "it is a number, not an object"), ("a.json:3", "it has no text"), "a:4",
        "b:1", ("b.jsonl:2", "it is not JSON"), ("b.jsonl:3", "it is a list, not an object"), "b:4",
        "c:1", ("c.csv:2", "its row cannot be read"), ("c.csv:3", "it has no text"), ("c.csv:4", "its row has 1 cells, but the first row names 2"), "c:5",
    ]  # fmt: skip
    assert {x.published for x in found if isinstance(x, Article) and x.id[0] == "b"} == {datetime(2026, 1, 14, 18, 30, tzinfo=UTC)}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_is_read_with_its_own_delimiter_and_encoding(delimiter: str, encoding: str, tmp_path: Path) -> None:
    out = io.StringIO()
    rows = [["Título", "Data", "Texto", "Autor"], ["Chuva; sol, vento", "2026-01-13", CHUVA + '\n\nFim, disse; "fim".', "Ana; Rui"]]
    csv.writer(out, delimiter=delimiter).writerows(rows)
    (tmp_path / "tabela.csv").write_bytes(out.getvalue().encode(encoding))
    article = only(tmp_path)
    assert (article.title, article.text, article.authors) == ("Chuva; sol, vento", CHUVA + '\n\nFim, disse; "fim".', ("Ana", "Rui"))
    assert article.published == datetime(2026, 1, 13, tzinfo=UTC)


def test_a_table_without_a_text_column_is_refused_with_its_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,price\na,1\n")
    assert "name, price" in refused(tmp_path).reason


PAGE = """<!DOCTYPE html><html lang="en"><head><title>Plano | Folha do Porto</title>
<link rel="canonical" href="https://porto.example/plano/">
<meta property="og:title" content="Plano (meta)"><meta property="og:site_name" content="Folha do Porto">
<meta property="article:published_time" content="2026-01-10T08:00:00-03:00"><meta property="article:section" content="Economia">
<meta property="article:modified_time" content="2026-01-11T09:30:00-03:00"><meta name="author" content="Meta Autor">
%s</head><body><nav><a href="/">Início</a> <a href="/e">Esportes</a></nav><article><h1>Governo anuncia plano</h1><time>03/04/2019</time>
<p>O governo anunciou nesta terça-feira um plano de investimentos de R$ 12 bilhões para as ferrovias do país, segundo nota do ministério.</p>
<p>Parlamentares da oposição criticaram a medida, que ainda depende de aprovação no Congresso Nacional e de consulta pública.</p>
</article><footer>© 2018 Folha</footer></body></html>"""
LD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "Organization", "@id": "#org", "name": "Folha do Porto S.A."},
        {"@type": ["NewsArticle"], "headline": "Governo anuncia plano", "author": [{"@type": "Person", "name": "Ana Lima"}, "Rui Sá"],
         "publisher": {"@id": "#org"}, "datePublished": "2026-01-10T08:05:00-03:00", "dateModified": "03/04/2026", "inLanguage": "pt-BR",
         "license": "https://creativecommons.org/licenses/by/4.0/", "correction": {"@type": "CorrectionComment", "text": "Eram 12, não 11."}},
    ],
}  # fmt: skip


def test_a_page_says_its_facts_by_json_ld_before_meta_tags(one: Write) -> None:
    article = one("plano.html", PAGE % f'<script type="application/ld+json">{json.dumps(LD)}</script>')
    assert (article.title, article.outlet, article.authors) == ("Governo anuncia plano", "Folha do Porto S.A.", ("Ana Lima", "Rui Sá"))
    assert article.published
    assert article.published.isoformat() == "2026-01-10T08:05:00-03:00"
    assert article.modified
    assert article.modified.isoformat() == "2026-01-11T09:30:00-03:00", "an ambiguous date does not hide a sure one"
    assert (article.url, article.id, article.lang, article.section) == ("https://porto.example/plano/", "porto.example/plano", "pt", "Economia")
    assert (article.rights, article.correction) == ("https://creativecommons.org/licenses/by/4.0/", "Eram 12, não 11.")
    assert article.text.startswith("O governo anunciou")
    assert article.text.count("\n\n") == 1
    assert "Esportes" not in article.text
    assert "2018" not in article.text


def test_a_page_with_broken_json_ld_still_has_its_meta_tags(one: Write) -> None:
    article = one("plano.htm", (PAGE % '<script type="application/ld+json">{"headline": </script>').encode("cp1252"))
    assert (article.title, article.outlet, article.authors, article.section) == ("Plano (meta)", "Folha do Porto", ("Meta Autor",), "Economia")


def test_a_page_never_gets_a_date_out_of_its_prose(one: Write) -> None:
    page = PAGE.replace("article:published_time", "x").replace("article:modified_time", "y") % ""
    assert one("plano.html", page).published is None


def test_a_page_without_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body><nav><a href='/'>Home</a></nav></body></html>")
    assert refused(tmp_path).path == "a.html"


def test_an_id_is_its_own_else_its_address_else_its_path(tmp_path: Path) -> None:
    (tmp_path / "mar").mkdir()
    items: list[dict[str, object]] = [
        {"guid": "tag:x,2026:7", "url": "https://x.example/a"},
        {"url": "HTTPS://X.example/b/?utm_campaign=y&p=2#top"},
        {"url": "https://x.example/"},
        {},
        {"id": 7},
        {"id": "x@1:2"},
        {"id": " a\n b "},
        {"id": "é" * 900},
    ]
    (tmp_path / "mar" / "lista.json").write_text(json.dumps([{"text": VOTE} | item for item in items]))
    ids = [article.id for article in read(tmp_path) if isinstance(article, Article)]
    assert ids[:7] == ["tag:x,2026:7", "x.example/b?p=2", "x.example", "mar/lista:4", "mar/lista#7", "x%401:2", "a b"]
    assert len(ids[7]) == 400


@pytest.mark.parametrize(
    "url", ["ftp://x.example/a", "javascript:alert(1)", "https:///a", "/a", "https://u:p@x.example/", "http://[::1", "http://x.example:99999/", "x"]
)
def test_an_address_that_is_not_on_the_web_is_none(url: str, one: Write) -> None:
    article = one("a.json", json.dumps({"url": url, "text": VOTE}))
    assert (article.url, article.id) == ("", "a")


@pytest.mark.parametrize(
    ("fields", "status", "at"),
    [
        ({}, "usable", None),
        ({"status": "Published"}, "usable", None),
        ({"pubStatus": "canceled"}, "canceled", None),
        ({"pubstatus": "stat:usable"}, "usable", None),
        ({"pubstatus": "stat:canceled"}, "canceled", None),
        ({"pubstatus": "http://cv.iptc.org/newscodes/pubstatusg2/withheld"}, "withheld", None),
        ({"status": "draft"}, "withheld", None),
        ({"embargoed": "2026-02-01"}, "embargoed", datetime(2026, 2, 1, tzinfo=UTC)),
        ({"embargoed": "2026-01-01"}, "usable", None),
        ({"embargoed": "soon"}, "embargoed", None),
        ({"expires": "2026-02-01"}, "expires", datetime(2026, 2, 1, tzinfo=UTC)),
    ],
)
def test_the_publisher_says_whether_it_may_answer(fields: dict[str, str], status: str, at: datetime | None, one: Write) -> None:
    article = one("a.json", json.dumps({"text": VOTE, **fields}))
    assert (article.status, article.status_at) == (status, at)


@pytest.mark.parametrize("own", [{"id": "nota-7"}, {"url": "https://x.example/nota-7/"}, {"guid": "http://X.example/nota-7?utm_source=y"}])
@pytest.mark.parametrize(("word", "status"), [("canceled", "canceled"), ("stat:withheld", "withheld"), ("retracted", "canceled")])
def test_word_without_a_text_that_an_article_may_not_be_used_is_a_withdrawal(
    own: dict[str, str], word: str, status: Literal["withheld", "canceled"], tmp_path: Path
) -> None:
    item = {**own, "status": word, "modified": "2026-01-14T10:00:00Z"}
    (tmp_path / "a.jsonl").write_text(json.dumps(item | {"text": " "}) + "\n" + json.dumps({"title": "Nota", "status": word}))
    (tmp_path / "b.json").write_text(json.dumps(item))
    (tmp_path / "c.csv").write_text(",".join(item) + ",text\n" + ",".join(item.values()) + ",\n")
    name = "nota-7" if "id" in own else "x.example/nota-7"
    found = [item for item in read(tmp_path) if not isinstance(item, Skipped)]
    at = datetime(2026, 1, 14, 10, 0, tzinfo=UTC)
    assert found == [Withdrawal(id=name, status=status, modified=at, path=path) for path in ("a.jsonl:1", "b.json", "c.csv:1")]
    (refused,) = (item for item in read(tmp_path) if isinstance(item, Skipped))
    assert (refused.path, refused.reason, refused.failed) == ("a.jsonl:2", "it has no text", True), "nobody knows which article it means"


def test_an_embargo_without_a_text_is_no_withdrawal(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"id": "nota-7", "status": "embargoed"}))
    assert refused(tmp_path).reason == "it has no text"


def test_an_id_that_is_an_address_is_that_of_the_page_that_it_leads_to(tmp_path: Path) -> None:
    own = ("https://x.example/b/", "http://X.example/b?utm_medium=feed", "https://x.example/b#top")
    items = [{"text": VOTE, "guid": guid} for guid in own] + [{"text": VOTE, "url": "https://x.example/b", "guid": "tag:x.example,2026:b"}]
    (tmp_path / "a.json").write_text(json.dumps(items))
    assert [item.id for item in read(tmp_path) if isinstance(item, Article)] == ["x.example/b"] * 3 + ["tag:x.example,2026:b"]


def test_names_of_authors_come_without_by_and_without_addresses(one: Write) -> None:
    assert one("a.json", json.dumps({"text": VOTE, "authors": ["By Jo Hill", "Por Ana Lima", "https://x.example/ana", "Portia By"]})).authors == (
        "Jo Hill",
        "Ana Lima",
        "Portia By",
    )


@pytest.mark.parametrize(
    ("given", "free"), [(True, True), (False, False), ("sim", True), ("não", False), (0, False), ("paid", False), ("metered", None), (None, None)]
)
def test_whether_an_article_is_free_is_yes_no_or_unknown(given: object, free: bool | None, one: Write) -> None:
    assert one("a.json", json.dumps({"text": VOTE, "isAccessibleForFree": given})).free is free


@pytest.mark.parametrize("fields", [{"status": "wobbly"}, {"expires": "some day"}])
def test_a_status_that_cannot_be_understood_is_refused(fields: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"text": VOTE, **fields}))
    assert next(iter(fields.values())) in refused(tmp_path).reason


def test_titles_are_one_line_of_at_most_500_characters(one: Write) -> None:
    assert one("a.json", json.dumps({"text": VOTE, "title": "Linha\n um \u00ad" + "x" * 900})).title == "Linha um " + "x" * 491


@pytest.mark.parametrize(
    ("given", "lang"), [("pt-BR", "pt"), ("por", "pt"), ("English", "en"), ("en_GB", "en"), ("??", "pt"), ("und", "pt"), (None, "pt"), ("fr", "fr")]
)
def test_languages_are_given_or_told_by_the_text(given: str | None, lang: str, one: Write) -> None:
    assert one("a.json", json.dumps({"text": CHUVA, "language": given})).lang == lang


def test_the_bench_form_is_read_without_a_loss(tmp_path: Path) -> None:
    items = [
        {
            "id": f"n-{n}",
            "title": "\ufeffUm título",
            "outlet": "a.example",
            "url": "",
            "published": "2022-06-17",
            "lang": "pt",
            "text": f"\ufeff{CHUVA}\r\n\r\nNúmero {n}.",
        }
        for n in range(300)
    ]
    (tmp_path / "articles.jsonl").write_bytes("\r\n".join(json.dumps(item, ensure_ascii=False) for item in items).encode("utf-8-sig"))
    found = read(tmp_path)
    assert [(a.id, a.text) for a in found if isinstance(a, Article)] == [(f"n-{n}", f"{CHUVA}\n\nNúmero {n}.") for n in range(300)]


def test_the_sample_corpus_is_read_whole() -> None:
    corpus = Path(__file__).parents[2] / "corpus"
    found = read(corpus)
    assert [item for item in found if isinstance(item, Skipped)] == []
    assert len(found) == len([file for file in corpus.rglob("*.md") if file.name != "README.md"])
    assert all(a.title and a.outlet and a.published and a.lang in ("pt", "en") for a in found if isinstance(a, Article))


def test_each_ending_has_one_reader() -> None:
    assert set(endings()) >= {".md", ".txt", ".html", ".htm", ".json", ".jsonl", ".ndjson", ".csv"}
    assert all(ending == ending.lower() and ending.startswith(".") for ending in endings())
