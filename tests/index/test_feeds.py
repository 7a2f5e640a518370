"""Feeds of every dialect give the entries that their writers meant, and a hostile one gives nothing else. All feeds are written here."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers import Source, read_corpus
from index.readers.feed import entries, feed_articles
from index.readers.feed_shape import MAX_ENTRIES
from index.readers.markup import paragraphs
from index.readers.xmltree import MAX_BYTES, MAX_ELEMENTS, parse
from index.records import Article, Skipped, Withdrawal

TIME_S = 30
NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title>Diário do Capibaribe</title>
    <link>https://capibaribe.example/</link>
    <atom:link href="https://capibaribe.example/feed" rel="self" type="application/rss+xml"/>
    <description>Notícias do Recife</description>
    <language>pt-BR</language>
    <copyright>© 2026 Diário do Capibaribe</copyright>
    <lastBuildDate>Wed, 14 Jan 2026 20:00:00 -0300</lastBuildDate>
    <image><url>https://capibaribe.example/logo.png</url><title>Logo</title><link>https://capibaribe.example/</link></image>
    <item>
      <title>Chuva &amp;amp; vento no Recife</title>
      <link>https://capibaribe.example/chuva?pagina=1&amp;v=2</link>
      <guid isPermaLink="false">tag:capibaribe.example,2026:chuva</guid>
      <pubDate>Wed, 14 Jan 2026 18:30:00 -0300</pubDate>
      <atom:updated>2026-01-14T19:45:00-03:00</atom:updated>
      <dc:creator><![CDATA[Ana Lima]]></dc:creator>
      <dc:creator>Rui Sá</dc:creator>
      <category><![CDATA[Cidades]]></category>
      <category>Clima</category>
      <description>A chuva deixou &lt;b&gt;três bairros&lt;/b&gt; sem luz.</description>
      <media:content url="https://capibaribe.example/chuva.jpg" medium="image"><media:title>Foto da chuva</media:title></media:content>
      <content:encoded><![CDATA[<p>A chuva deixou <b>tr&ecirc;s bairros</b> sem luz.</p>
<figure><img src="chuva.jpg" alt="Rua alagada"></figure>
<p>A prefeitura n&atilde;o disse quando o servi&ccedil;o volta &mdash; nem por qu&ecirc;.</p><script>conta()</script>]]></content:encoded>
    </item>
    <item>
      <title>Balsa volta</title>
      <guid>https://capibaribe.example/balsa</guid>
      <author>redacao@capibaribe.example (Bia Reis)</author>
      <pubDate>Thu, 15 Jan 2026 08:00:00 GMT</pubDate>
      <description>A balsa volta a funcionar na segunda-feira.</description>
      <source url="https://agencia.example/feed">Agência Maré</source>
    </item>
  </channel>
</rss>
"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB" xml:base="https://ferry.example/news/">
  <title type="html">The &lt;i&gt;Ferry&lt;/i&gt; Post</title>
  <id>tag:ferry.example,2026:feed</id><updated>2026-01-15T10:00:00Z</updated>
  <rights>CC BY 4.0</rights><author><name>Ferry Post desk</name></author>
  <entry>
    <title>5 &lt; 6, &amp;amp; other sums</title><id>tag:ferry.example,2026:1</id>
    <link rel="alternate" href="sums.html"/><link rel="enclosure" href="sums.mp3" type="audio/mpeg"/>
    <published>2026-01-13T09:00:00+01:00</published><updated>2026-01-14T10:00:00Z</updated>
    <author><name>Zoe Hart</name><email>zoe@ferry.example</email></author>
    <category term="local-news" label="Local news"/>
    <summary>Sums.</summary>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The council <em>counted</em> again.</p><p>It was right.</p></div></content>
  </entry>
  <entry>
    <title>Old line reopens</title><id>tag:ferry.example,2026:2</id><updated>2026-01-14T10:00:00Z</updated>
    <summary>The mayor wrote &lt;sic&gt; on the form.

She has yet to sign.</summary>
  </entry>
</feed>
"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="https://serra.example/"><title>Serra</title><link>https://serra.example/</link><description>d</description>
    <dc:publisher>Editora da Serra</dc:publisher><dc:language>pt</dc:language><dc:rights>Uso livre</dc:rights>
    <items><rdf:Seq><rdf:li rdf:resource="https://serra.example/1"/></rdf:Seq></items></channel>
  <item rdf:about="https://serra.example/1"><title>Neve na serra</title><link>https://serra.example/1</link>
    <description>Nevou pouco.</description><dc:date>2026-07-14T06:00:00-03:00</dc:date><dc:creator>Caio Luz</dc:creator>
    <dc:subject>Tempo</dc:subject></item>
</rdf:RDF>
"""
Feed = Callable[..., list[Article | Skipped | Withdrawal]]
fuzz = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    """Writes one feed into a corpus and reads it."""

    def write(content: str | bytes, name: str = "a.rss") -> list[Article | Skipped | Withdrawal]:
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_corpus(tmp_path, NOW))

    return write


def item(inner: str, *, head: str = "") -> str:
    return f'<rss version="2.0"><channel><title>Jornal</title><link>https://jornal.example/</link>{head}<item>{inner}</item></channel></rss>'


def first(content: str, **options: str) -> dict[str, object]:
    return dict(entries(content.encode(), **options)[0].values)


def articles(found: list[Article | Skipped | Withdrawal]) -> list[Article]:
    assert all(isinstance(one, Article) for one in found), found
    return [one for one in found if isinstance(one, Article)]


def test_rss_gives_every_field_and_the_whole_text_before_the_summary(feed: Feed) -> None:
    chuva, balsa = articles(feed(RSS))
    assert chuva.text == "A chuva deixou três bairros sem luz.\n\nA prefeitura não disse quando o serviço volta — nem por quê."
    assert (chuva.id, chuva.title, chuva.url) == (
        "tag:capibaribe.example,2026:chuva",
        "Chuva & vento no Recife",
        "https://capibaribe.example/chuva?pagina=1&v=2",
    )
    assert chuva.published
    assert chuva.published.isoformat() == "2026-01-14T18:30:00-03:00"
    assert chuva.modified
    assert chuva.modified.isoformat() == "2026-01-14T19:45:00-03:00"
    assert (chuva.authors, chuva.section, chuva.lang) == (("Ana Lima", "Rui Sá"), "Cidades", "pt")
    assert (chuva.outlet, chuva.rights) == ("Diário do Capibaribe", "© 2026 Diário do Capibaribe")
    assert (balsa.text, balsa.authors, balsa.outlet) == ("A balsa volta a funcionar na segunda-feira.", ("Bia Reis",), "Agência Maré")
    assert (balsa.id, balsa.url, balsa.modified) == ("capibaribe.example/balsa", "https://capibaribe.example/balsa", None)


def test_atom_keeps_published_and_updated_apart_and_resolves_its_links(feed: Feed) -> None:
    sums, line = articles(feed(ATOM, "a.atom"))
    assert (sums.title, sums.text) == ("5 < 6, &amp; other sums", "The council counted again.\n\nIt was right.")
    assert sums.published
    assert sums.modified
    assert (sums.published.isoformat(), sums.modified.isoformat()) == ("2026-01-13T09:00:00+01:00", "2026-01-14T10:00:00+00:00")
    assert (sums.url, sums.authors, sums.section, sums.lang) == ("https://ferry.example/news/sums.html", ("Zoe Hart",), "Local news", "en")
    assert (sums.outlet, sums.rights) == ("The Ferry Post", "CC BY 4.0")
    assert line.text == "The mayor wrote <sic> on the form.\n\nShe has yet to sign."
    assert (line.published, line.modified, line.authors) == (None, datetime(2026, 1, 14, 10, tzinfo=UTC), ("Ferry Post desk",))


def test_rdf_takes_its_date_for_that_of_publication(feed: Feed) -> None:
    (neve,) = articles(feed(RDF))
    assert neve.published
    assert (neve.published.isoformat(), neve.modified) == ("2026-07-14T06:00:00-03:00", None)
    assert (neve.id, neve.outlet, neve.authors, neve.section, neve.rights) == (
        "serra.example/1",
        "Editora da Serra",
        ("Caio Luz",),
        "Tempo",
        "Uso livre",
    )


def test_atom_0_3_and_prefixed_atom_are_read() -> None:
    old = (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="pt"><title>Velho</title><entry><title mode="escaped" type="text/html">Um '
        '&amp;amp; dois</title><link rel="alternate" type="text/html" href="https://velho.example/1"/><id>tag:velho.example,2004:1</id>'
        "<issued>2004-01-14T10:00:00-03:00</issued><modified>2004-01-15T10:00:00-03:00</modified>"
        '<content type="text/html" mode="escaped">&lt;p&gt;Um.&lt;/p&gt;&lt;p&gt;Dois.&lt;/p&gt;</content></entry></feed>'
    )
    assert first(old) == {
        "id": "tag:velho.example,2004:1",
        "title": "Um & dois",
        "text": "Um.\n\nDois.",
        "url": "https://velho.example/1",
        "published": "2004-01-14T10:00:00-03:00",
        "modified": "2004-01-15T10:00:00-03:00",
        "outlet": "Velho",
        "lang": "pt",
    }
    prefixed = re.sub(r"<(?!/?(?:div|p|em)\b)(/?)", r"<\1a:", ATOM).replace('xmlns="http://www.w3.org/2005', 'xmlns:a="http://www.w3.org/2005')
    assert prefixed.startswith("<a:feed xmlns:a=")
    assert [entry.values["text"] for entry in entries(prefixed.encode())] == [entry.values["text"] for entry in entries(ATOM.encode())]


@pytest.mark.parametrize("version", ["0.91", "0.92", "0.93", "2.0", ""])
def test_every_version_of_rss_is_read(version: str) -> None:
    content = item("<title>A</title><link>https://jornal.example/a</link><description>Texto.</description>").replace('"2.0"', f'"{version}"')
    assert first(content)["text"] == "Texto."


def test_an_old_doctype_and_its_letters_do_no_harm() -> None:
    doctype = '<?xml version="1.0"?>\n<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"\n "http://netscape.example/rss-0.91.dtd">\n'
    assert first(doctype + item("<title>Caf&eacute;</title><description>P&atilde;o&nbsp;quente.</description>")) == {
        "title": "Café",
        "text": "Pão quente.",
        "outlet": "Jornal",
        "id": first(item("<title>Café</title><description>x</description>"))["id"],
    }


@pytest.mark.parametrize(("declared", "encoding"), [("UTF-8", "utf-8"), ("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("utf-16", "utf-16")])
def test_every_encoding_gives_the_same_text(declared: str, encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{declared}"?>' + item("<title>Ação</title><description>A sessão não começou.</description>")
    assert entries(content.encode(encoding))[0].values["text"] == "A sessão não começou."


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (
            "<description>&amp;lt;p&amp;gt;Duas vezes.&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;Escapado.&amp;lt;/p&amp;gt;</description>",
            "Duas vezes.\n\nEscapado.",
        ),
        ("<description><![CDATA[Um<br/>dois<br>três]]></description>", "Um\ndois\ntrês"),
        ("<description><p>Sem escape.</p><ul><li>um</li><li>dois</li></ul></description>", "Sem escape.\n\num\ndois"),
        ("<description>AT&amp;amp;T\n\nsobe 5 &lt; 6 %</description>", "AT&T\n\nsobe 5 < 6 %"),
        (
            "<description><![CDATA[<table><tr><td>Ano</td><td>2025</td></tr><tr><td>Valor</td><td>3</td></tr></table>]]></description>",
            "Ano 2025\nValor 3",
        ),
        ("<description><![CDATA[<p>Vê-se.</p><p hidden>Não.</p><span style='display: none'>Nem isto.</span><!-- nem -->]]></description>", "Vê-se."),
        ("<description><![CDATA[<iframe src='https://x.example'>a</iframe><style>p{}</style>Fim]]></description>", "Fim"),
    ],
)
def test_html_becomes_the_words_that_a_reader_sees(inner: str, text: str) -> None:
    assert first(item(inner))["text"] == text


def test_only_full_content_is_whole_and_an_entry_without_text_is_told_apart(feed: Feed) -> None:
    whole = [(entry.whole, entry.link) for entry in entries(RSS.encode())]
    assert whole == [(True, "https://capibaribe.example/chuva?pagina=1&v=2"), (False, "https://capibaribe.example/balsa")]
    (bare,) = entries(item("<title>Só título</title><link>https://jornal.example/x</link>").encode())
    assert (bare.values["text"], bare.whole, bare.link) == ("", False, "https://jornal.example/x")
    (skipped,) = feed(item("<title>Só título</title><link>https://jornal.example/x</link>"))
    assert skipped == Skipped(path="a.rss:1", reason="it has no text")


def test_a_picture_or_a_film_is_not_taken_for_the_content() -> None:
    entry = '<entry><id>tag:v.example,2026:1</id><summary>Resumo.</summary><content type="video/mp4" src="v.mp4"/></entry>'
    coded = '<entry><id>tag:v.example,2026:2</id><summary>Resumo.</summary><content type="image/png">iVBORw0KGgo=</content></entry>'
    found = entries(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>V</title>{entry}{coded}</feed>'.encode())
    assert [(one.values["text"], one.whole) for one in found] == [("Resumo.", False)] * 2


def test_a_guid_that_says_little_is_named_with_its_host_and_a_missing_one_outlives_an_edit() -> None:
    assert first(item('<guid isPermaLink="false">4711</guid><description>x</description>'))["id"] == "jornal.example#4711"
    assert first(item("<guid>4711</guid><link>https://outro.example/a</link><description>x</description>"))["id"] == "outro.example#4711"
    assert "id" not in first(item("<link>https://outro.example/a</link><description>x</description>"))
    dated = "<title>Chuva</title><pubDate>Wed, 14 Jan 2026 18:30:00 -0300</pubDate><description>{}</description>"
    old, new = (first(item(dated.format(text)))["id"] for text in ("Choveu.", "Choveu muito."))
    assert old == new
    assert first(item(dated.format("Choveu.").replace("14 Jan", "21 Jan")))["id"] != old


def test_the_guid_does_not_depend_on_where_the_feed_was_read() -> None:
    content = item("<guid>nota-7</guid><link>/nota</link><description>x</description>")
    assert first(content, url="https://jornal.example/feed")["id"] == first(content)["id"]
    assert first(content, url="https://jornal.example/feed")["url"] == "https://jornal.example/nota"
    assert "url" not in first(content)


def test_the_same_guid_twice_gives_both(feed: Feed) -> None:
    double = RSS.replace("https://capibaribe.example/balsa", "tag:capibaribe.example,2026:chuva")
    assert [one.id for one in articles(feed(double))] == ["tag:capibaribe.example,2026:chuva"] * 2


def test_an_e_mail_address_is_no_author() -> None:
    assert "authors" not in first(item("<author>so@jornal.example</author><description>x</description>"))
    assert first(item("<author>Rui Sá &lt;rui@jornal.example&gt;</author><description>x</description>"))["authors"] == ["Rui Sá"]


def test_an_entry_that_the_feed_calls_deleted_is_withdrawn(feed: Feed) -> None:
    gone = '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="tag:ferry.example,2026:9" when="2026-01-16T08:00:00Z"/>'
    *_, last = feed(ATOM.replace("</feed>", gone + "</feed>"), "a.atom")
    assert last == Withdrawal(id="tag:ferry.example,2026:9", status="canceled", modified=datetime(2026, 1, 16, 8, tzinfo=UTC), path="a.atom:3")


def test_an_expiry_date_is_kept(feed: Feed) -> None:
    (found,) = articles(feed(item("<guid>u:1</guid><description>x y z</description><expirationDate>Fri, 16 Jan 2026 08:00:00 GMT</expirationDate>")))
    assert (found.status, found.status_at) == ("expires", datetime(2026, 1, 16, 8, tzinfo=UTC))


def test_stray_ampersands_open_tags_and_undeclared_prefixes_are_mended() -> None:
    broken = item("<title>AT&T & R&D &nbsp;hoje</title><dc:creator>Ana</dc:creator><description>Um<br>dois &foo; \x0btrês</description>")
    values = first(broken)
    assert (values["title"], values["text"], values["authors"]) == ("AT&T & R&D hoje", "Um\ndois &foo; três", ["Ana"])


def test_tags_that_are_never_closed_do_not_swallow_the_next_entry() -> None:
    broken = item("<title>A</title><description><b>Um</description></item><item><title>B</title><description>Dois</description>")
    assert [entry.values["text"] for entry in entries(broken.encode())] == ["Um", "Dois"]


def test_what_was_escaped_survives_the_mending_of_tags() -> None:
    broken = item(
        "<title>5 &lt; 6 &amp; <i>7</title><description>&lt;p&gt;R&amp;amp;D &quot;sobe&quot;.&lt;/p&gt;&lt;p&gt;Cai.&lt;/p&gt;</description>"
    )
    values = first(broken)
    assert (values["title"], values["text"]) == ("5 < 6 & 7", 'R&D "sobe".\n\nCai.')


def test_a_feed_that_breaks_off_keeps_its_whole_entries_only(feed: Feed) -> None:
    kept, cut = feed(RSS[: RSS.index("funcionar")])
    assert isinstance(kept, Article)
    assert isinstance(cut, Skipped)
    assert (cut.path, cut.failed) == ("a.rss:2", True)
    assert "breaks off" in cut.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Só texto, nenhuma marca.", "not well-formed XML"),
        ("<rss>\n<channel>\n<", "it holds no article"),
        ("<opml version='2.0'><body/></opml>", "its root is <opml>"),
        ("<rss version='2.0'><channel><title>Vazio</title></channel></rss>", "it holds no article"),
        ("<a>" * 101 + "</a>" * 101, "nested more than 100 deep"),
    ],
)
def test_what_is_no_feed_is_refused_in_one_line(content: str, reason: str, feed: Feed) -> None:
    (skipped,) = feed(content)
    assert isinstance(skipped, Skipped)
    assert reason in skipped.reason
    assert "\n" not in skipped.reason


def test_a_mistake_is_told_with_its_line() -> None:
    with pytest.raises(ReadError, match="line 3"):
        parse(b"<a>\n<b>\n</c></a>")


BOMBS = {
    "a billion laughs": '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
    "a quadratic blow-up": f'<!DOCTYPE rss [<!ENTITY c "{"a" * 50_000}">]>',
    "a file": '<!DOCTYPE rss [<!ENTITY c SYSTEM "file:///etc/hostname">]>',
    "an address": '<!DOCTYPE rss [<!ENTITY c SYSTEM "http://intern.example/segredo">]>',
    "a parameter entity": '<!DOCTYPE rss [<!ENTITY % c SYSTEM "http://intern.example/x.dtd"> %c;]>',
    "an attribute by default": '<!DOCTYPE rss [<!ATTLIST title kind CDATA "html">]>',
    "a second doctype": '<!DOCTYPE rss><!DOCTYPE rss [<!ENTITY c "x">]>',
}


@pytest.mark.usefixtures("in_time", "nothing_opened")
@pytest.mark.parametrize("broken", [False, True])
@pytest.mark.parametrize("what", BOMBS)
def test_a_doctype_that_declares_anything_is_refused_at_once(what: str, broken: bool) -> None:
    entries(RSS.encode())  # so that everything is imported
    content = BOMBS[what] + item(f"<description>{'&c;' * 20_000}</description>") + ("<" if broken else "")
    began = time.monotonic()
    with pytest.raises(ReadError, match="doctype"):
        entries(content.encode())
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_an_entity_cannot_hide_in_another_encoding(encoding: str) -> None:
    with pytest.raises(ReadError, match="doctype"):
        entries((BOMBS["a file"] + item("<description>&c;</description>")).encode(encoding))


@pytest.mark.usefixtures("nothing_opened")
@pytest.mark.parametrize("content", [b"http://intern.example/feed", b"/etc/hostname", b"file:///etc/hostname", b"feed://intern.example/"])
def test_bytes_are_never_taken_for_an_address_or_a_path(content: bytes) -> None:
    with pytest.raises(ReadError, match="not well-formed"):
        entries(content)


@pytest.mark.usefixtures("nothing_opened")
def test_what_a_feed_points_at_is_not_fetched() -> None:
    links = (
        '<?xml-stylesheet href="http://intern.example/x.xsl"?>',
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>',
        '<a href="http://intern.example/">a</a><img src="http://intern.example/p.png">',
    )
    entries(RSS.encode())
    assert first(item(f"<description><![CDATA[{''.join(links)}]]></description>"))["text"] == "a"
    assert first(item(f"{links[1]}<description>Um {links[1]} dois</description>"))["text"] == "Um dois"


LINK = "<![CDATA[{}]]>"


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize(
    "inner",
    [
        LINK.format("<a>" * 200_000),
        LINK.format("<a>" * 40_000),
        LINK.format("<div>" * 40_000),
        LINK.format("&lt;p " * 100_000),
        LINK.format("<a " * 200_000),
        LINK.format("<p style='" + "display:" * 70_000 + "'>x"),
        "&amp;lt;" * 75_000,
        "\n" * 600_000,
        "&#38;" * 120_000,
        "<b/>" * 150_000,
    ],
)
def test_600_kb_of_tags_take_no_longer_than_2_s(inner: str) -> None:
    entries(RSS.encode())
    whole = item(f"<title>A</title><description>{inner}</description>").encode()
    began = time.monotonic()
    entries(whole)
    assert time.monotonic() - began < 2


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize(
    "content",
    [
        "<a>" * 200_000,
        item("<category>a</category>" * 25_000),
        item("".join(f"<category>{number}</category>" for number in range(25_000))),
        item("<link>a</link><source>a</source><author>a</author>" * 8_000),
        "<rss " + " ".join(f'xmlns:n{number}="urn:{number}"' for number in range(20_000)) + item("<title>a</title>" * 5)[4:],
        item(f"<pubDate>{'1' * 600_000}</pubDate><description>x</description>"),
        item(f"<pubDate>{'Mon, ' * 100_000}</pubDate><author>{'a@' * 100_000}</author><description>x</description>"),
        item("<item>" * 90 + "x" + "</item>" * 90),
        item("&" * 600_000),
        item("<br" * 200_000),
        "<![CDATA[" * 60_000,
        "<!--" * 150_000,
        "<!DOCTYPE" * 60_000,
        item("<![CDATA[" * 60_000),
        item("<!-- " * 120_000),
        item("<a '\"" * 100_000),
        item("</item>" * 80_000),
        item("<p>a</b>" * 70_000),
        item("<a:b c:d='1'/>" * 40_000),
    ],
)
def test_a_feed_made_to_take_for_ever_does_not(content: str) -> None:
    entries(RSS.encode())
    began = time.monotonic()
    try:
        entries(content.encode())
    except ReadError as error:
        assert len(str(error)) < 300
    assert time.monotonic() - began < 5


def test_a_feed_past_the_bounds_is_refused() -> None:
    with pytest.raises(ReadError, match=f"at most {MAX_ENTRIES:,}"):
        entries(item("</item><item>" * MAX_ENTRIES).encode())
    with pytest.raises(ReadError, match=f"more than {MAX_ELEMENTS:,} elements"):
        parse(b"<r>" + b"<a/>" * MAX_ELEMENTS + b"</r>")
    with pytest.raises(ReadError, match="bytes; at most"):
        entries(b" " * (MAX_BYTES + 1))


def test_an_entry_with_too_many_tags_is_named_and_the_others_are_read(feed: Feed) -> None:
    bad, good = feed(RSS.replace("<p>A chuva", "<b></b>" * 30_000 + "<p>A chuva"))
    assert isinstance(bad, Skipped)
    assert (bad.path, bad.reason) == ("a.rss:1", "its text has more than 50,000 tags")
    assert isinstance(good, Article)


def test_text_nested_too_deeply_is_refused_rather_than_cut() -> None:
    assert paragraphs("<div>" * 150 + "fundo" + "</div>" * 150) == "fundo"
    with pytest.raises(ReadError, match="nested too deeply"):
        paragraphs("<div>" * 300 + "fundo" + "</div>" * 300 + "depois")


def test_xml_by_any_name_is_read_by_its_root(feed: Feed) -> None:
    assert len(articles(feed(RSS, "a.xml"))) == 2
    assert len(articles(feed(ATOM.replace("<feed", "<!-- <rss> -->\n<feed"), "a.xml"))) == 2


@pytest.mark.parametrize(
    ("content", "root"), [("<?xml version='1.0'?><!-- <rss> --><svg/>", "svg"), ("<s:urlset xmlns:s='urn:s'><s:url/></s:urlset>", "urlset")]
)
def test_xml_of_another_kind_is_passed_over_by_name(content: str, root: str, feed: Feed) -> None:
    (skipped,) = feed(content, "a.xml")
    assert skipped == Skipped(path="a.xml", reason=f"it is XML, but no news that is known: its root is <{root}>", failed=False)


def test_an_xml_file_without_an_element_has_failed(feed: Feed) -> None:
    (skipped,) = feed("Só texto.", "a.xml")
    assert skipped == Skipped(path="a.xml", reason="it is not XML: it has no element", failed=True)


def test_a_page_that_is_called_xml_is_read_as_a_page(feed: Feed) -> None:
    text = "A balsa voltou a funcionar na segunda-feira, depois de três meses parada para obras no casco."
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Balsa volta</title></head><body><article><p>{text}</p></article></body></html>'
    (found,) = articles(feed('<?xml version="1.0"?><!DOCTYPE html>' + page, "a.xml"))
    assert found.text == text


@pytest.mark.usefixtures("in_time")
@fuzz
@given(
    sample=st.sampled_from([RSS.encode(), ATOM.encode(), RDF.encode()]),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), st.binary(max_size=12)), max_size=6),
    words=st.lists(
        st.sampled_from([b"<item>", b"</item>", b"]]>", b"<![CDATA[", b"&", b"<", b">", b"<source>", b"\x00", b"<link/>", b"<entry>"]), max_size=4
    ),
)
def test_no_change_of_bytes_makes_a_feed_crash(sample: bytes, cuts: list[tuple[float, int, bytes]], words: list[bytes]) -> None:
    data = sample
    for (place, length, new), word in zip(cuts, [*words, *[b""] * len(cuts)], strict=False):
        start = int(place * len(data))
        data = data[:start] + word + new + data[start + length :]
    source = Source(path="a.rss", file=Path("/a.rss"), now=NOW)
    try:
        found = list(feed_articles(source, data))
    except ReadError as error:
        assert str(error)
    else:
        assert all(isinstance(one, Article | Skipped | Withdrawal) for one in found)


@pytest.mark.usefixtures("in_time")
@fuzz
@given(st.text(alphabet=st.sampled_from("<>/pbradivtstyle &;#x01'\"=-!\n\x00\x02[]é"), max_size=200))
def test_any_markup_becomes_paragraphs_without_marks_of_our_own(html: str) -> None:
    try:
        found = paragraphs(html)
    except ReadError:
        return
    assert "\n\n\n" not in found
    assert found == found.strip()
