"""NewsML-G2, NewsML 1.2 and NITF give the article that their sender meant, and hostile XML gives nothing. All files are written here."""

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
from index.readers.newsml import newsml_articles
from index.records import Article, Skipped, Withdrawal

TIME_S = 30
NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
SOURCE = Source(path="a.newsml", file=Path("/a.newsml"), now=NOW)
G2 = """<?xml version="1.0" encoding="UTF-8"?>
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:mare.example:20260114:recife-chuva" version="3"
    standard="NewsML-G2" standardversion="2.33" conformance="power" xml:lang="pt-BR">
  <catalogRef href="http://catalogo.example/catalog.xml"/>
  <rightsInfo>
    <copyrightHolder uri="https://mare.example/"><name>Agência Maré Ltda.</name></copyrightHolder>
    <copyrightNotice>© 2026 Agência Maré</copyrightNotice>
    <usageTerms>Só para assinantes.</usageTerms>
  </rightsInfo>
  <itemMeta>
    <itemClass qcode="ninat:text"/>
    <provider qcode="nprov:MARE"><name>Agência Maré</name></provider>
    <versionCreated>2026-01-14T20:10:00-03:00</versionCreated>
    <firstCreated>2026-01-14T18:30:00-03:00</firstCreated>
    <pubStatus qcode="stat:usable"/>
    <edNote>Corrige o número de bairros no primeiro parágrafo.</edNote>
    <edNote>Fotos a partir das 21h.</edNote>
  </itemMeta>
  <contentMeta>
    <contentCreated>2026-01-14T18:00:00-03:00</contentCreated>
    <located qcode="geo:REC"><name>Recife</name></located>
    <creator qcode="staff:al"><name>Ana Lima</name></creator>
    <infoSource qcode="is:DC"><name>Defesa Civil</name></infoSource>
    <language tag="pt-BR"/>
    <subject type="cpnat:geoArea" qcode="geo:REC"><name>Recife</name></subject>
    <subject type="cpnat:abstract" qcode="medtop:17000000"><name>clima</name></subject>
    <slugline>CLIMA-RECIFE</slugline>
    <headline xml:lang="en" rank="1">Rain leaves three districts dark</headline>
    <headline rank="2">Chuva no Recife</headline>
    <headline rank="1"> Chuva deixa
      três bairros sem luz</headline>
    <headline role="hld:short" rank="0">Chuva</headline>
    <by>Ana Lima e Rui Sá</by>
    <creditline>Maré</creditline>
    <dateline>RECIFE, 14 jan</dateline>
  </contentMeta>
  <contentSet>
    <inlineXML contenttype="application/nitf+xml">
      <nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">
        <body>
          <body.head><hedline><hl1>Chuva deixa três bairros sem luz</hl1></hedline><byline>Por Ana Lima</byline></body.head>
          <body.content>
            <p>A chuva deixou <em>três</em> bairros
               sem luz.</p>
            <hl2>Sem prazo</hl2>
            <p>A prefeitura não disse quando o serviço volta.</p>
            <media media-type="image"><media-reference source="http://fotos.example/1.jpg"/><media-caption><p>Rua alagada</p></media-caption></media>
            <ul><li>Boa Vista</li><li>Derby</li></ul>
          </body.content>
        </body>
      </nitf>
    </inlineXML>
  </contentSet>
</newsItem>
"""
XHTML = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Ferry</title></head><body><p>The council voted.</p><p>Two were<br/>against.</p>'
    "<script>count()</script></body></html>"
)
ONE_TWO = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE NewsML SYSTEM "http://iptc.example/NewsML_1.2.dtd">
<NewsML Version="1.2">
  <NewsEnvelope><DateAndTime>20260114T213000Z</DateAndTime></NewsEnvelope>
  <NewsItem xml:lang="pt">
    <Identification><NewsIdentifier>
      <ProviderId>mare.example</ProviderId><DateId>20260114</DateId><NewsItemId>TX-77</NewsItemId><RevisionId PreviousRevision="1" Update="N">2</RevisionId>
      <PublicIdentifier>urn:newsml:mare.example:20260114:TX-77:2</PublicIdentifier>
    </NewsIdentifier></Identification>
    <NewsManagement>
      <NewsItemType FormalName="News"/><FirstCreated>20260114T183000-0300</FirstCreated><ThisRevisionCreated>20260114T213000Z</ThisRevisionCreated>
      <Status FormalName="Usable"/><Urgency FormalName="4"/>
    </NewsManagement>
    <NewsComponent>
      <NewsLines><HeadLine>Balsa volta na segunda</HeadLine><ByLine>Bia Reis</ByLine><CopyrightLine>© Maré</CopyrightLine></NewsLines>
      <AdministrativeMetadata><Provider><Party FormalName="Agência Maré"/></Provider></AdministrativeMetadata>
      <DescriptiveMetadata><Language FormalName="pt"/></DescriptiveMetadata>
      <ContentItem><MediaType FormalName="Text"/><DataContent><p>A balsa volta.</p><p>O casco foi pintado.</p></DataContent></ContentItem>
    </NewsComponent>
  </NewsItem>
</NewsML>
"""
NITF = """<nitf version="-//IPTC//DTD NITF 3.4//EN" xml:lang="en">
  <head>
    <title>Ferry line reopens</title>
    <docdata management-status="usable">
      <doc-id id-string="ferry-77" regsrc="FW"/><date.issue norm="20260114T093000Z"/><date.expire norm="20260301T000000Z"/>
      <doc.copyright holder="Ferry Wire" year="2026"/><correction info="CORRECTS the mayor's name" id-string="ferry-76"/>
    </docdata>
    <pubdata name="The Ferry Post" position.section="Local"/>
  </head>
  <body>
    <body.head><hedline><hl1>Ferry line reopens at last</hl1><hl2>After a year</hl2></hedline>
      <byline>By <person>Zoe Hart</person>, <byttl>Staff</byttl></byline><abstract><p>It reopens.</p></abstract></body.head>
    <body.content><block><p>The council voted.</p></block><block><p>Two were against.</p><note noteclass="editorsnote">Photo at six.</note></block></body.content>
    <body.end><tagline>Ends</tagline></body.end>
  </body>
</nitf>
"""
Read = Callable[..., list[Article | Skipped | Withdrawal]]
fuzz = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def loaded() -> None:
    """All that the reader imports."""
    list(newsml_articles(SOURCE, G2.encode()))


@pytest.fixture
def corpus(tmp_path: Path) -> Read:
    """Writes one file into a corpus and reads it."""

    def write(content: str | bytes, name: str = "a.newsml") -> list[Article | Skipped | Withdrawal]:
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_corpus(tmp_path, NOW))

    return write


def only(content: str | bytes) -> Article:
    (found,) = newsml_articles(SOURCE, content.encode() if isinstance(content, str) else content)
    assert isinstance(found, Article), found
    return found


def with_content(content: str) -> str:
    return G2[: G2.index("<contentSet>")] + f"<contentSet>{content}</contentSet></newsItem>"


def test_g2_gives_every_field() -> None:
    found = only(G2)
    assert found.text == "A chuva deixou três bairros sem luz.\n\nSem prazo\n\nA prefeitura não disse quando o serviço volta.\n\nBoa Vista\nDerby"
    assert (found.id, found.title) == ("urn:newsml:mare.example:20260114:recife-chuva", "Chuva deixa três bairros sem luz")
    assert found.published
    assert found.modified
    assert (found.published.isoformat(), found.modified.isoformat()) == ("2026-01-14T18:30:00-03:00", "2026-01-14T20:10:00-03:00")
    assert (found.authors, found.outlet, found.section, found.lang) == (("Ana Lima e Rui Sá",), "Agência Maré", "clima", "pt")
    assert (found.rights, found.status) == ("Só para assinantes. © 2026 Agência Maré", "usable")
    assert found.correction == "Corrige o número de bairros no primeiro parágrafo."


def test_any_prefix_stands_for_the_namespace() -> None:
    head, body = G2[: G2.index("<contentSet>")], G2[G2.index("<contentSet>") :]
    prefixed = head.replace("</", "</n:").replace("<", "<n:").replace("<n:/n:", "</n:").replace("<n:?", "<?").replace("xmlns=", "xmlns:n=")
    body = body.replace("contentSet>", "n:contentSet>").replace("inlineXML", "n:inlineXML").replace("newsItem>", "n:newsItem>")
    assert "<n:newsItem xmlns:n=" in prefixed + body
    assert only(prefixed + body) == only(G2)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (f'<inlineXML contenttype="application/xhtml+xml">{XHTML}</inlineXML>', "The council voted.\n\nTwo were\nagainst."),
        ('<inlineData contenttype="text/plain">Um.\n\nDois &amp; três.</inlineData>', "Um.\n\nDois & três."),
        ('<inlineData contenttype="text/html">&lt;p&gt;Um.&lt;/p&gt;&lt;p&gt;Dois.&lt;/p&gt;</inlineData>', "Um.\n\nDois."),
        (
            '<inlineData contenttype="text/plain"> </inlineData><inlineXML><p xmlns="urn:x">Um.</p><p xmlns="urn:x">Dois.</p></inlineXML>',
            "Um.\n\nDois.",
        ),
        ('<remoteContent href="https://mare.example/a.pdf"/><inlineData>Um só.</inlineData>', "Um só."),
        ('<inlineData encoding="ienc:base64">VW0=</inlineData><inlineData>Dois.</inlineData>', "Dois."),
    ],
)
def test_every_kind_of_content_gives_its_paragraphs(content: str, text: str) -> None:
    assert only(with_content(content)).text == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('<remoteContent href="https://mare.example/a.html"/>', "lies elsewhere"),
        ('<inlineData encoding="ienc:base64">VW0=</inlineData>', "packed"),
        ("", "it has no text"),
        (f"<inlineXML>{'<b/>' * 50_001}</inlineXML>", "it has no text"),
    ],
)
def test_an_item_without_a_text_of_its_own_says_why(content: str, reason: str, corpus: Read) -> None:
    (skipped,) = corpus(with_content(content))
    assert isinstance(skipped, Skipped)
    assert skipped.path == "a.newsml"
    assert skipped.failed
    assert reason in skipped.reason


@pytest.mark.parametrize("code", ['qcode="stat:canceled"', 'uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"'])
def test_a_canceled_item_without_content_is_a_withdrawal(code: str, corpus: Read) -> None:
    notice = G2[: G2.index("<contentSet>")].replace('qcode="stat:usable"', code) + "</newsItem>"
    assert corpus(notice) == [
        Withdrawal(
            id="urn:newsml:mare.example:20260114:recife-chuva",
            status="canceled",
            modified=datetime(2026, 1, 14, 23, 10, tzinfo=UTC),
            path="a.newsml",
        )
    ]


def test_a_withheld_item_with_content_is_kept_and_does_not_answer() -> None:
    assert only(G2.replace("stat:usable", "stat:withheld")).status == "withheld"


@pytest.mark.parametrize(
    ("meta", "status", "until"),
    [
        ("<embargoed>2026-02-01T00:00:00-03:00</embargoed>", "embargoed", datetime(2026, 2, 1, 3, tzinfo=UTC)),
        ("<embargoed/>", "embargoed", None),
        ("<embargoed>2026-01-01T00:00:00-03:00</embargoed>", "usable", None),
        ("<expires>2026-03-01T00:00:00Z</expires><expires>2026-02-01T00:00:00Z</expires>", "expires", datetime(2026, 2, 1, tzinfo=UTC)),
    ],
)
def test_embargo_and_expiry_are_kept(meta: str, status: str, until: datetime | None) -> None:
    found = only(G2.replace("<edNote>Fotos", meta + "<edNote>Fotos"))
    assert (found.status, found.status_at) == (status, until)


def test_rights_that_run_out_end_the_item_unless_others_last() -> None:
    assert only(G2.replace("<rightsInfo>", '<rightsInfo validto="2026-02-01T00:00:00Z">')).status == "expires"
    both = G2.replace("<rightsInfo>", '<rightsInfo validto="2026-02-01T00:00:00Z"><usageTerms>Foto</usageTerms></rightsInfo><rightsInfo>')
    assert only(both).status == "usable"


def test_an_expiry_that_cannot_be_read_is_refused(corpus: Read) -> None:
    (skipped,) = corpus(G2.replace("<edNote>Fotos", "<expires>amanhã</expires><edNote>Fotos"))
    assert isinstance(skipped, Skipped)
    assert "amanhã" in skipped.reason


def test_the_first_version_was_published_when_it_was_made() -> None:
    first = G2.replace('version="3"', 'version="1"').replace("<firstCreated>2026-01-14T18:30:00-03:00</firstCreated>", "")
    first = first.replace("<contentCreated>2026-01-14T18:00:00-03:00</contentCreated>", "")
    found = only(first)
    assert (found.published, found.modified) == (datetime(2026, 1, 14, 23, 10, tzinfo=UTC), None)
    later = only(first.replace('version="1"', 'version="2"'))
    assert (later.published, later.modified) == (None, datetime(2026, 1, 14, 23, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("gone", "outlet"),
    [
        ((), "Agência Maré"),
        (("<name>Agência Maré</name>",), "Defesa Civil"),
        (("<name>Agência Maré</name>", "<name>Defesa Civil</name>"), "Agência Maré Ltda."),
        (("<name>Agência Maré</name>", "<name>Defesa Civil</name>", "<name>Agência Maré Ltda.</name>"), "Maré"),
        (("<name>Agência Maré</name>", "<name>Defesa Civil</name>", "<name>Agência Maré Ltda.</name>", "<creditline>Maré</creditline>"), "MARE"),
    ],
)
def test_the_outlet_is_the_best_name_that_there_is(gone: tuple[str, ...], outlet: str) -> None:
    content = G2
    for part in gone:
        assert part in content
        content = content.replace(part, "")
    assert only(content).outlet == outlet


def test_a_message_gives_each_item_and_passes_over_packages_and_pictures(corpus: Read) -> None:
    one = G2.partition("?>")[2]
    picture = one.replace("ninat:text", "ninat:picture").replace("recife-chuva", "foto")
    other = one.replace("recife-chuva", "outra")
    package = '<packageItem guid="p"><itemRef residref="recife-chuva"/></packageItem>'
    first, packed, photo, second = corpus(
        f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>2026-01-15T00:00:00Z</sent></header>'
        f"<itemSet>{one}{package}{picture}{other}</itemSet></newsMessage>"
    )
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.id[-12:], second.id[-5:]) == ("recife-chuva", "outra")
    assert packed == Skipped(path="a.newsml:2", reason="it is a packageItem of NewsML-G2, not a text", failed=False)
    assert photo == Skipped(path="a.newsml:3", reason="it is a NewsML-G2 item of the class 'picture', not a text", failed=False)


@pytest.mark.parametrize("kind", ["packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"])
def test_a_file_of_another_kind_of_item_is_passed_over(kind: str, corpus: Read) -> None:
    (skipped,) = corpus(f'<{kind} xmlns="http://iptc.org/std/nar/2006-10-01/" guid="x"/>', "a.xml")
    assert skipped == Skipped(path="a.xml", reason=f"it is a {kind} of NewsML-G2, not a text", failed=False)


def test_newsml_1_2_keeps_its_id_through_revisions() -> None:
    found = only(ONE_TWO.encode("latin-1"))
    assert (found.id, found.title, found.text) == (
        "urn:newsml:mare.example:20260114:TX-77",
        "Balsa volta na segunda",
        "A balsa volta.\n\nO casco foi pintado.",
    )
    assert found.published
    assert found.published.isoformat() == "2026-01-14T18:30:00-03:00"
    assert (found.modified, found.authors, found.outlet, found.rights) == (None, ("Bia Reis",), "Agência Maré", "© Maré")
    later = (
        ONE_TWO.replace("TX-77:2", "TX-77:3")
        .replace(">2</RevisionId>", ">3</RevisionId>")
        .replace("20260114T213000Z</This", "20260115T080000Z</This")
    )
    assert (only(later.encode("latin-1")).id, only(later.encode("latin-1")).modified) == (found.id, datetime(2026, 1, 15, 8, tzinfo=UTC))


def test_newsml_1_2_says_beforehand_when_a_status_ends() -> None:
    change = "<StatusWillChange><FutureStatus FormalName='{}'/><DateAndTime>20260201T000000Z</DateAndTime></StatusWillChange>"
    embargo = ONE_TWO.replace("<Urgency", change.format("Usable") + "<Urgency").replace("'Usable'/><Date", "'Usable'/><Date")
    embargo = embargo.replace('<Status FormalName="Usable"/>', '<Status FormalName="Embargoed"/>')
    assert (only(embargo.encode("latin-1")).status, only(embargo.encode("latin-1")).status_at) == ("embargoed", datetime(2026, 2, 1, tzinfo=UTC))
    ends = only(ONE_TWO.replace("<Urgency", change.format("Canceled") + "<Urgency").encode("latin-1"))
    assert (ends.status, ends.status_at) == ("expires", datetime(2026, 2, 1, tzinfo=UTC))


def test_newsml_1_2_pictures_are_passed_over(corpus: Read) -> None:
    (skipped,) = corpus(ONE_TWO.replace('"Text"', '"Photo"').encode("latin-1"))
    assert isinstance(skipped, Skipped)
    assert (skipped.failed, "photo" in skipped.reason) == (False, True)


def test_nitf_alone_is_read(corpus: Read) -> None:
    (found,) = corpus(NITF, "a.nitf")
    assert isinstance(found, Article)
    assert (found.id, found.title, found.text) == ("ferry-77", "Ferry line reopens at last", "The council voted.\n\nTwo were against.")
    assert (found.published, found.authors, found.outlet) == (datetime(2026, 1, 14, 9, 30, tzinfo=UTC), ("Zoe Hart",), "The Ferry Post")
    assert (found.section, found.rights, found.lang, found.correction) == ("Local", "Ferry Wire 2026", "en", "CORRECTS the mayor's name")
    assert (found.status, found.status_at) == ("expires", datetime(2026, 3, 1, tzinfo=UTC))


def test_nitf_can_withdraw_another_document(corpus: Read) -> None:
    notice = (
        NITF[: NITF.index("<body>")].replace("<docdata ", '<docdata management-doc-idref="ferry-70" management-idref-status="canceled" ') + "</nitf>"
    )
    assert corpus(notice, "a.nitf") == [Withdrawal(id="ferry-70", status="canceled", path="a.nitf")]


def test_nitf_under_embargo_waits_for_its_release() -> None:
    waiting = NITF.replace('"usable"', '"embargoed"').replace("<date.expire norm", "<date.release norm")
    assert (only(waiting).status, only(waiting).status_at) == ("embargoed", datetime(2026, 3, 1, tzinfo=UTC))
    assert only(waiting.replace('<date.release norm="20260301T000000Z"/>', "")).status == "embargoed"


@pytest.mark.parametrize("name", ["a.xml", "a.XML"])
def test_xml_is_read_by_its_root(name: str, corpus: Read) -> None:
    assert [type(found) for found in corpus(G2, name)] == [Article]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (G2.replace("</headline>", "", 1), f"line {G2[: G2.index('</contentMeta>')].count(chr(10)) + 1}"),
        ("<nada/>", "its root is <nada>"),
        ("Texto.", "not well-formed"),
        (G2[: len(G2) // 2], "not well-formed"),
        ('<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet/></newsMessage>', "holds no article"),
        ("<newsItem guid='x'>" * 101 + "</newsItem>" * 101, "nested more than 100 deep"),
        ('<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="x"/>', "no text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(content: str, reason: str, corpus: Read) -> None:
    (skipped,) = corpus(content)
    assert isinstance(skipped, Skipped)
    assert skipped.failed
    assert reason in skipped.reason


BOMBS = {
    "a billion laughs": '<!DOCTYPE newsItem [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
    "a quadratic blow-up": f'<!DOCTYPE newsItem [<!ENTITY c "{"a" * 50_000}">]>',
    "a file": '<!DOCTYPE newsItem [<!ENTITY c SYSTEM "file:///etc/hostname">]>',
    "an address": '<!DOCTYPE newsItem [<!ENTITY c SYSTEM "http://intern.example/segredo">]>',
    "a parameter entity": '<!DOCTYPE newsItem [<!ENTITY % c SYSTEM "http://intern.example/x.dtd"> %c;]>',
}


@pytest.mark.usefixtures("in_time", "loaded", "nothing_opened")
@pytest.mark.parametrize("what", BOMBS)
def test_a_doctype_that_declares_anything_is_refused_at_once(what: str) -> None:
    content = BOMBS[what] + with_content(f"<inlineData>{'&c;' * 20_000}</inlineData>").partition("?>")[2]
    began = time.monotonic()
    with pytest.raises(ReadError, match="doctype"):
        list(newsml_articles(SOURCE, content.encode()))
    assert time.monotonic() - began < 1


@pytest.mark.usefixtures("loaded", "nothing_opened")
def test_neither_doctype_nor_catalogue_nor_include_is_fetched() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>'
    content = (
        '<!DOCTYPE newsItem SYSTEM "http://intern.example/x.dtd">'
        + with_content(f"<inlineXML><p>Um {include}dois.</p></inlineXML>").partition("?>")[2]
    )
    assert only(content).text == "Um dois."


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize(
    "inner",
    ["<p>a</p>" * 75_000, "<p>" * 90 + "a" + "</p>" * 90, "&lt;a&gt;" * 60_000, "<headline/>" * 50_000, "a\n" * 300_000],
)
def test_600_kb_take_no_longer_than_3_s(inner: str) -> None:
    only(G2)
    began = time.monotonic()
    content = with_content(f"<inlineXML><html>{inner}</html></inlineXML>").encode()
    try:
        list(newsml_articles(SOURCE, content))
    except ReadError as error:
        assert str(error)
    assert time.monotonic() - began < 3


@pytest.mark.usefixtures("in_time")
@fuzz
@given(
    sample=st.sampled_from([G2.encode(), ONE_TWO.encode("latin-1"), NITF.encode()]),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), st.binary(max_size=12)), max_size=4),
)
def test_no_change_of_bytes_makes_it_crash(sample: bytes, cuts: list[tuple[float, int, bytes]]) -> None:
    data = sample
    for place, length, new in cuts:
        start = int(place * len(data))
        data = data[:start] + new + data[start + length :]
    try:
        found = list(newsml_articles(SOURCE, data))
    except ReadError as error:
        assert str(error)
    else:
        assert all(isinstance(one, Article | Skipped | Withdrawal) for one in found)


NAMES = sorted(set(re.findall(r"<(\w[\w.]*)", G2 + ONE_TWO + NITF)))


@fuzz
@given(
    st.recursive(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "x", "2026-01-14"])),
        lambda inner: st.tuples(st.sampled_from(NAMES), st.lists(inner, max_size=4)),
        max_leaves=12,
    )
)
def test_elements_in_odd_places_do_not_make_it_crash(tree: tuple[str, object]) -> None:
    def written(part: tuple[str, object]) -> str:
        name, inner = part
        held = "".join(map(written, inner)) if isinstance(inner, list) else inner
        return f"<{name} guid='g' version='x' qcode='a:b' norm='' FormalName='y'>{held}</{name}>"

    for root in ("newsItem", "newsMessage", "NewsML", "nitf"):
        try:
            list(newsml_articles(SOURCE, f"<{root} guid='g'>{written(tree)}</{root}>".encode()))
        except ReadError as error:
            assert str(error)
