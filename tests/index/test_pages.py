"""Web pages say who, when and under what terms in many shapes; each is read, and a broken page breaks nothing."""

import json
import random
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers import page, page_ld
from index.readers.page import page_article
from index.readers.source import Source
from index.records import Article, Withdrawal

SOURCE = Source(path="plano.html", file=Path("/nowhere/plano.html"), now=datetime(2026, 1, 20, 12, 0, tzinfo=UTC))
BODY = (
    "<p>O governo anunciou nesta terça-feira um plano de investimentos de R$ 12 bilhões para as ferrovias do país, segundo nota do ministério.</p>"
    "<p>Parlamentares da oposição criticaram a medida, que ainda depende de aprovação no Congresso Nacional e de consulta pública.</p>"
)
PAGE = """<!DOCTYPE html><html><head><title>Plano | Folha do Porto</title>%s</head><body><nav><a href="/">Início</a></nav>
<article><h1>Governo anuncia plano</h1>%s</article><footer>© 2018 Folha</footer></body></html>"""
NEWS: dict[str, object] = {"@type": "NewsArticle", "headline": "Governo anuncia plano", "datePublished": "2026-01-10T08:05:00-03:00"}
CANONICAL = '<link rel="canonical" href="https://porto.example/plano/">'

Given = Callable[..., Article]


def script(*blocks: object) -> str:
    return "".join(f'<script type="application/ld+json">{block if isinstance(block, str) else json.dumps(block)}</script>' for block in blocks)


def read(head: str, body: str = BODY, url: str = "") -> Article:
    return page_article(SOURCE, (PAGE % (head, body)).encode(), url=url)


def stated(*blocks: object, head: str = "") -> Article:
    return read(head + script(*blocks))


SHAPES: dict[str, list[object]] = {
    "an object": [NEWS],
    "a list": [[{"@type": "WebSite", "name": "Folha"}, NEWS]],
    "several blocks": [{"@type": "Organization", "name": "Folha"}, {"@type": "BreadcrumbList"}, NEWS],
    "an @graph": [{"@context": "https://schema.org", "@graph": [{"@type": "WebPage", "name": "Página"}, NEWS]}],
    "an @graph in a list": [[{"@graph": [NEWS]}]],
    "an @graph that is an object": [{"@graph": NEWS}],
    "a list of types": [NEWS | {"@type": ["Article", "NewsArticle"]}],
    "a full type": [NEWS | {"@type": "http://schema.org/NewsArticle"}],
    "a full type with a key each": [
        {"@type": "schema:NewsArticle", **{f"http://schema.org/{key}": value for key, value in NEWS.items() if key[0] != "@"}}
    ],
    "a subtype": [NEWS | {"@type": "ReportageNewsArticle"}],
    "mainEntity": [{"@type": "WebPage", "name": "Página", "mainEntity": NEWS}],
    "mainEntity in a list": [{"@type": "WebPage", "mainEntity": [NEWS]}],
    "mainEntityOfPage": [{"@type": "Thing", "mainEntityOfPage": NEWS}],
    "hasPart": [{"@type": "WebPage", "@graph": [{"@type": "CollectionPage", "hasPart": [{"@type": "WebPageElement"}, NEWS]}]}],
    "after a broken block": ['{"@type": "NewsArticle", "headline": ', NEWS],
    "trailing commas": [json.dumps(NEWS)[:-1] + ", }", ""],
    "comments": ["/* dados */\n" + json.dumps(NEWS, indent=1).replace("{", "{ // início", 1)],
    "CDATA": ["//<![CDATA[\n" + json.dumps(NEWS) + "\n//]]>"],
    "CDATA in a comment": ["/*<![CDATA[*/" + json.dumps(NEWS) + "/*]]>*/"],
    "an HTML comment": ["<!--\n" + json.dumps(NEWS) + "\n-->"],
    "a semicolon at the end": ["\n" + json.dumps(NEWS) + ";\n"],
    "a line end inside a text": [json.dumps(NEWS | {"description": "um\\ndois"}).replace("\\\\n", "\n")],
    "escaped quotation marks": [json.dumps(NEWS).replace('"', "&quot;")],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_article_is_found_in_every_shape(shape: str) -> None:
    article = stated(*SHAPES[shape], head='<meta property="og:title" content="Outro">')
    assert article.title == "Governo anuncia plano"
    assert article.published
    assert article.published.isoformat() == "2026-01-10T08:05:00-03:00"


@pytest.mark.parametrize(
    ("author", "authors"),
    [
        ("Ana Lima", ("Ana Lima",)),
        ("Ana Lima, de Brasília", ("Ana Lima, de Brasília",)),
        ("By Jo Hill", ("Jo Hill",)),
        ("POR ANA LIMA", ("ANA LIMA",)),
        ("Bydgoszcz Lima", ("Bydgoszcz Lima",)),
        (["Ana Lima", {"name": "Rui Sá"}], ("Ana Lima", "Rui Sá")),
        ({"@type": "Person", "name": "Ana Lima", "url": "https://porto.example/ana"}, ("Ana Lima",)),
        ({"@type": "Person", "name": ["Ana Lima", "Rui Sá"]}, ("Ana Lima", "Rui Sá")),
        ({"@type": "Person", "givenName": "Ana", "familyName": "Lima"}, ("Ana Lima",)),
        ({"@list": [{"name": "Ana Lima"}, {"@id": "#rui"}]}, ("Ana Lima", "Rui Sá")),
        ({"@id": "#rui"}, ("Rui Sá",)),
        ([{"@id": "#rui"}, {"@id": "#ninguem"}], ("Rui Sá",)),
        ("#rui", ("Rui Sá",)),
        ({"name": "Jo&atilde;o D&#39;Ávila"}, ("João D'Ávila",)),
        ("https://porto.example/ana", ()),
        ([], ()),
        (None, ()),
    ],
)
def test_authors_come_in_every_shape_and_in_order(author: object, authors: tuple[str, ...]) -> None:
    rui = {"@type": "Person", "@id": "#rui", "name": "Rui Sá"}
    assert stated({"@graph": [NEWS | {"author": author}, rui]}).authors == authors


def test_objects_may_stand_anywhere_and_name_each_other() -> None:
    block = {
        "@graph": [
            NEWS | {"author": {"@id": "#ana"}, "publisher": {"@id": "https://porto.example/#org"}, "isPartOf": {"@id": "#page"}},
            {"@type": "WebPage", "@id": "#page", "breadcrumb": {"publisher": {"@type": "Organization", "@id": "https://porto.example/#org", "name": "Porto S.A."}}},
            {"@id": "#ana"},
            {"@type": "Person", "@id": "#ana", "name": "Ana Lima", "knows": {"@id": "#ana"}},
        ]
    }  # fmt: skip
    article = stated(block)
    assert (article.authors, article.outlet) == (("Ana Lima",), "Porto S.A.")
    nowhere = stated(NEWS | {"publisher": {"@id": "#org"}}, head='<meta property="og:site_name" content="Folha do Porto">')
    assert nowhere.outlet == "Folha do Porto"


@pytest.mark.parametrize(
    ("given", "free"),
    [(True, True), (False, False), ("True", True), ("False", False), ("false", False), ("http://schema.org/False", False), ("https://schema.org/True", True),
     (["False"], False), ("metered", None), (None, None), ({}, None)],
)  # fmt: skip
def test_a_page_says_whether_it_is_free(given: object, free: bool | None) -> None:
    assert stated(NEWS | {"isAccessibleForFree": given}).free is free


@pytest.mark.parametrize(("tier", "free"), [("free", True), ("locked", False), ("metered", None)])
def test_a_meta_tag_says_whether_it_is_free(tier: str, free: bool | None) -> None:
    assert read(f'<meta property="article:content_tier" content="{tier}">').free is free


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ("Eram 12, n&atilde;o 11.", "Eram 12, não 11."),
        ({"@type": "CorrectionComment", "name": "Correção", "text": "Eram 12, não 11.", "datePublished": "2026-01-11"}, "Eram 12, não 11."),
        ([{"@type": "CorrectionComment", "text": "Eram 12."}, "E são do Porto."], "Eram 12. E são do Porto."),
        ("<p>Eram 12.</p>", "Eram 12."),
        ([], ""),
    ],
)
def test_a_correction_is_a_text_an_object_or_several(given: object, note: str) -> None:
    assert stated(NEWS | {"correction": given}).correction == note


def test_a_correction_note_in_the_text_is_found_too_and_the_text_stays_whole() -> None:
    article = read("", BODY + "<p>Correção: uma versão anterior deste texto dizia R$ 11 bilhões; são R$ 12 bilhões.</p>")
    assert article.correction == "Correção: uma versão anterior deste texto dizia R$ 11 bilhões; são R$ 12 bilhões."
    assert article.text.endswith(article.correction)


def test_rights_are_all_that_is_stated() -> None:
    rights = {
        "license": {"@type": "CreativeWork", "url": "https://porto.example/licenca"},
        "usageInfo": "https://porto.example/termos",
        "copyrightNotice": "© 2026 Porto",
    }
    assert stated(NEWS | rights).rights == "https://porto.example/licenca; https://porto.example/termos; © 2026 Porto"
    assert stated(NEWS | {"acquireLicensePage": "https://porto.example/comprar"}).rights == "https://porto.example/comprar"
    assert read('<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">').rights == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("given", "lang"),
    [
        ("pt-BR", "pt"),
        ({"@type": "Language", "name": "English"}, "en"),
        ({"name": "Português", "alternateName": "pt"}, "pt"),
        (["es", "pt"], "es"),
        (7, "pt"),
    ],
)
def test_a_language_is_a_code_or_an_object(given: object, lang: str) -> None:
    assert stated(NEWS | {"inLanguage": given}).lang == lang


def test_sections_dates_and_names_are_read() -> None:
    more = {
        "articleSection": ["Economia", "Brasil"],
        "dateModified": "2026-01-11T09:30:00-03:00",
        "publisher": {"@type": "Organization", "name": "Porto &amp; Filhos"},
    }
    article = stated(NEWS | more | {"headline": "Caf&eacute; &amp; <em>p&atilde;o</em>"})
    assert (article.title, article.section, article.outlet) == ("Café & pão", "Economia", "Porto & Filhos")
    assert article.modified
    assert article.modified.isoformat() == "2026-01-11T09:30:00-03:00"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("Withdrawn", "canceled"),
        ("https://schema.org/Retracted", "canceled"),
        ({"name": "retracted"}, "canceled"),
        ("Published", "usable"),
        ("Em dia", "usable"),
    ],
)
def test_a_page_says_that_its_article_was_withdrawn(given: object, status: str) -> None:
    assert stated(NEWS | {"creativeWorkStatus": given}).status == status


def test_a_withdrawn_page_without_text_is_a_notice(tmp_path: Path) -> None:
    notice = script(NEWS | {"creativeWorkStatus": "Withdrawn", "dateModified": "2026-01-12T10:00:00Z"})
    (tmp_path / "a.html").write_text(f"<html><head>{CANONICAL}{notice}</head><body><h1>Retirado</h1></body></html>")
    (found,) = page.read(Source(path="a.html", file=tmp_path / "a.html", now=SOURCE.now))
    assert found == Withdrawal(id="porto.example/plano", status="canceled", modified=datetime(2026, 1, 12, 10, tzinfo=UTC), path="a.html")
    with pytest.raises(ReadError, match="canceled, and has no text"):
        page_article(SOURCE, (tmp_path / "a.html").read_bytes())


def test_a_page_may_expire_and_one_whose_expiry_is_unsure_is_refused() -> None:
    article = stated(NEWS | {"expires": "2026-02-01T00:00:00Z"})
    assert (article.status, article.status_at) == ("expires", datetime(2026, 2, 1, tzinfo=UTC))
    with pytest.raises(ReadError, match="expiry date '03/04/2026'"):
        stated(NEWS | {"expires": "03/04/2026"})


RELATED: list[object] = [{"@type": "NewsArticle", "headline": f"Outra notícia {n}", "url": f"https://porto.example/outra-{n}"} for n in range(3)]


@pytest.mark.parametrize(
    "own",
    [
        {"url": "https://porto.example/plano/"},
        {"url": "http://PORTO.example/plano?utm_source=x#topo"},
        {"mainEntityOfPage": "https://porto.example/plano"},
        {"mainEntityOfPage": {"@type": "WebPage", "@id": "https://porto.example/plano/#webpage"}},
        {"@id": "https://porto.example/plano/#article"},
    ],
)
def test_among_several_articles_the_canonical_address_tells_the_pages_own(own: dict[str, object]) -> None:
    article = stated(*RELATED, NEWS | own | {"headline": "Com outro título"}, head=CANONICAL)
    assert (article.title, article.id) == ("Com outro título", "porto.example/plano")


@pytest.mark.parametrize(
    "head", ["", '<meta property="og:title" content="Governo ANUNCIA plano!">', '<meta name="twitter:title" content="Governo anuncia plano">']
)
def test_without_an_address_the_headline_of_the_page_tells(head: str) -> None:
    assert stated(RELATED, NEWS | {"author": "Ana Lima"}, head=head).authors == ("Ana Lima",)


def test_a_heading_that_stands_above_the_text_is_not_text_whichever_title_the_page_has() -> None:
    for head in ("", script(NEWS), script(NEWS | {"headline": "Outro título"}), '<meta property="og:title" content="Outro título">'):
        assert read(head).text.startswith("O governo anunciou")


def test_where_nothing_tells_the_first_is_taken() -> None:
    assert stated(NEWS | {"headline": "Primeira"}, RELATED).title == "Primeira"


def test_the_address_of_the_fetching_counts_only_when_the_page_names_none() -> None:
    assert read("", url="https://porto.example/a/?utm_source=x").id == "porto.example/a"
    assert read(CANONICAL, url="https://porto.example/a").url == "https://porto.example/plano/"
    assert read('<meta property="og:url" content="https://porto.example/og">', url="https://porto.example/a").url == "https://porto.example/og"
    assert stated(NEWS | {"url": "https://porto.example/ld"}).url == "https://porto.example/ld"
    assert read('<link rel="canonical" href="/b/c">', url="https://porto.example/a/b").url == "https://porto.example/b/c"
    assert read("", url="javascript:alert(1)").url == ""
    own = script(*RELATED, NEWS | {"url": "https://porto.example/a", "headline": "Pelo endereço"})
    assert read(own, url="https://porto.example/a").title == "Pelo endereço"


def test_the_address_of_a_front_page_is_not_an_articles_when_another_is_named() -> None:
    head = '<link rel="canonical" href="https://porto.example/"><meta property="og:url" content="https://porto.example/plano">'
    assert read(head).id == "porto.example/plano"


def test_an_item_of_an_archive_is_named_by_its_number_when_it_has_no_address() -> None:
    assert page_article(SOURCE, (PAGE % ("", BODY)).encode(), item=7).id == "plano:7"


@pytest.mark.parametrize(("charset", "declared"), [("windows-1252", ""), ("", "windows-1252"), ("utf-8", "iso-8859-1"), ("klingon", "")])
def test_the_charset_of_the_answer_or_of_the_page_counts_where_utf_8_does_not_hold(charset: str, declared: str) -> None:
    head = f'<meta charset="{declared}">' if declared else ""
    assert "terça-feira" in page_article(SOURCE, (PAGE % (head, BODY)).encode("cp1252"), charset=charset).text
    assert "Москва" in page_article(SOURCE, (PAGE % ("", BODY + "<p>Москва здесь.</p>")).encode(), charset=charset).text
    russian = (
        (PAGE % ("", BODY + "<p>Сегодня в городе открыли новую паромную линию.</p>"))
        .translate(str.maketrans("çãéêó©õ", "caeeoco"))
        .encode("cp1251", "ignore")
    )
    assert "паромную" in page_article(SOURCE, russian, charset="windows-1251").text


def test_the_meta_tags_of_many_makers_are_read() -> None:
    for names in (
        {"title": "citation_title", "author": "citation_author", "date": "citation_publication_date"},
        {"title": "parsely-title", "author": "parsely-author", "date": "parsely-pub-date"},
        {"title": "DC.title", "author": "DC.creator", "date": "DC.date.issued"},
        {"title": "dcterms.title", "author": "dcterms.creator", "date": "dcterms.issued"},
        {"title": "og:title", "author": "article:author", "date": "article:published_time"},
    ):
        day = "2026/01/10" if "citation" in names["date"] else "2026-01-10"
        tags = {names["title"]: "Plano (meta)", names["author"]: "Ana Lima", names["date"]: day}
        article = read("".join(f'<meta name="{name}" content="{value}">' for name, value in tags.items()))
        assert (article.title, article.authors, article.published) == ("Plano (meta)", ("Ana Lima",), datetime(2026, 1, 10, tzinfo=UTC)), names
    assert read('<meta name="date" content="2026/01/10">').published is None, "only where its makers say how it is written"


def test_article_body_is_the_text_only_when_the_page_shows_less() -> None:
    whole = "O governo anunciou o plano. " * 40
    assert stated(NEWS | {"articleBody": whole}).text == whole.strip()
    assert stated(NEWS | {"articleBody": f"<p>{whole}</p><p>Fim &amp; nada mais.</p>"}).text == f"{whole.strip()}\n\nFim & nada mais."
    assert "Parlamentares" in stated(NEWS | {"articleBody": "O governo anunciou um plano."}).text
    flat = re.sub("<[^>]+>", " ", BODY)
    assert "\n\n" in stated(NEWS | {"articleBody": flat + " Fim."}).text, "with its paragraphs, though a little shorter"


@pytest.mark.parametrize(
    "block",
    [
        "[" * 200_000,
        '{"@type": "NewsArticle", "headline": ' + '"' * 100_001,
        "/*" * 500_000,
        "*/" + "/*" * 500_000,
        "," * 1_000_000,
        ", " * 500_000 + "x",
        "x" + " " * 1_000_000 + "x",
        ";" * 1_000_000 + "x",
        '"\\' * 500_000,
        "<" * 1_000_000,
        '{"@type":"NewsArticle","headline":"x","articleBody":"' + "<a" * 400_000 + '"}',
        "[" + '{"@type":"NewsArticle","headline":"x","@id":"a"},' * 60_000 + "1]",
        '{"a":' * 900 + '{"@type":"NewsArticle","headline":"x","author":{"@id":"a"}}' + "}" * 900,
        '{"@type":"NewsArticle","headline":"x","position":' + "9" * 10_000 + "}",
        "//" * 500_000,
        "<![CDATA[" * 100_000,
    ],
)
def test_json_ld_made_to_take_for_ever_does_not(block: str) -> None:
    began = time.perf_counter()
    assert stated(block).text
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    "value", [None, 7, "x", [], {}, [[]], [{}], {"@id": 7}, {"@type": 7}, {"@type": ["NewsArticle", 7]}, [None, {"@graph": None}]]
)
@pytest.mark.parametrize(
    "field",
    ["author", "publisher", "mainEntityOfPage", "url", "@id", "headline", "correction", "license", "inLanguage", "hasPart", "articleBody", "expires"],
)
def test_a_value_of_the_wrong_kind_does_no_harm(field: str, value: object) -> None:
    try:
        article = stated(NEWS | {field: value})
    except ReadError as error:
        assert field == "expires", error
    else:
        assert article.published


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@type", "@id", "@list", "@graph", "name", "text", "url", "mainEntity", "givenName"]), inner, max_size=4)
    ),
    max_leaves=10,
)


class _NoPage:
    """A page with nothing but its scripts, so that only JSON-LD is tried."""

    def __init__(self, text: str) -> None:
        self.text = text

    def iter(self, *_: str) -> list["_NoPage"]:
        return [self]

    def get(self, _: str) -> str:
        return "application/ld+json"


@given(
    fields=st.dictionaries(
        st.sampled_from(["author", "publisher", "url", "headline", "correction", "license", "inLanguage", "creativeWorkStatus", "@id", "hasPart"]),
        ODD,
    )
)
def test_any_json_ld_gives_fields_or_none(fields: dict[str, object]) -> None:
    page_ld.article(_NoPage(json.dumps(NEWS | fields)), ["https://porto.example/a"], ["Governo"])


@given(st.text(st.sampled_from('{}[],:"\\/*<!->&;ab1 \n')))
def test_any_block_is_json_or_is_not(text: str) -> None:
    try:
        page_ld.tolerant(text)
    except (ValueError, RecursionError) as error:
        assert str(error)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_mending_changes_no_json_that_is_whole(value: object) -> None:
    text = json.dumps(value)
    assert page_ld.tolerant(text) == value
    if '"' in text:
        assert page_ld.tolerant(f"<!-- {text} -->;") == value
        assert page_ld.tolerant(f"/* nota */ {text} // fim") == value


WHOLE = (
    PAGE
    % (
        CANONICAL
        + '<meta property="og:title" content="Plano">'
        + script({"@graph": [NEWS | {"author": {"@id": "#ana"}}, {"@id": "#ana", "name": "Ana"}]}),
        BODY,
    )
).encode()
PIECES = [
    b"<",
    b">",
    b"</p>",
    b"<script>",
    b"</article>",
    b"<!--",
    b"&",
    b"\x00",
    b"\xff",
    b'"',
    b"{",
    b"<table><td>",
    b"<html>",
    b"&#x110000;",
    b"<svg><p>",
    b"\xed\xa0\x80",
    b"]]>",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), strokes=st.integers(1, 12))
def test_a_page_that_was_damaged_is_an_article_or_is_refused(seed: int, strokes: int) -> None:
    chance, data = random.Random(seed), bytearray(WHOLE)
    for _ in range(strokes):
        place, length = chance.randrange(len(data)), chance.choice([0, 1, 1, 5, 40, 400])
        piece = chance.choice([*PIECES, bytes(data[place : place + length]) * 2, chance.randbytes(3)])
        data[place : place + length] = piece
    try:
        article = page_article(SOURCE, bytes(data), url="https://porto.example/plano")
    except ReadError as error:
        assert str(error)
    else:
        assert article.text.strip()
        assert article.id
