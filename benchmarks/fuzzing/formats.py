"""What the fuzzer knows of each format: how its files are called, well-formed ones to begin with, and its tokens.

    docs/formats.md, SEEDS, a folder ─ seeds ─► bytes: the variant's number, then the file, behind its field map where it has one

In: names of formats.  Out: seeds and tokens.  Never: a file of the corpus.
"""

import gzip
import io
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
MAP_ENDS = b"\n%%%\n"  # between a field map and the data, where a variant has both
MAX_SEED_BYTES = 64_000
_DOC_FILE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FIELD_MAP = b'text = ["texto", "text", "a.0.b"]\noutlet = { value = "Folha de Fora" }\n'


class Format(NamedTuple):
    """A format, or a few that are much alike."""

    names: tuple[str, ...]  # one a variant; with `+`: a field map beside it; `=`: lengths put right, `>`: packed, after it was changed
    tokens: tuple[bytes, ...]
    seeds: tuple[str, ...] = ()  # beside those of the docs


def _tokens(*texts: str) -> tuple[bytes, ...]:
    return tuple(" ".join(token.split()).encode() for text in texts for token in text.split("¦"))


_XML = """<?xml version="1.0" encoding="iso-8859-1"?> ¦ <!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
    ¦ <!DOCTYPE x SYSTEM "file:///etc/passwd"> ¦ &a; ¦ &nbsp; ¦ &#0; ¦ &#xD800; ¦ &#x1F327; ¦ <![CDATA[ ¦ ]]> ¦ <!-- ¦ --> ¦ <?x ?> ¦ xmlns=""
    ¦ xmlns:a="urn:x" ¦ a:b="" ¦ xml:lang="pt" ¦ xml:base="http://x.example/" ¦ xmlns="http://www.w3.org/1999/xhtml" ¦ /> ¦ </ ¦ > ¦ < ¦ &
    ¦ &lt;p&gt;"""
_HTML = """<div> ¦ </div> ¦ <p> ¦ </p> ¦ <br> ¦ <article> ¦ <table><tr><td> ¦ </table> ¦ <ul><li> ¦ <pre> ¦ <noscript> ¦ <template> ¦ <svg>
    ¦ <math> ¦ <frameset> ¦ <plaintext> ¦ <textarea> ¦ <title> ¦ <base href="//x"> ¦ <script type="application/ld+json"> ¦ </script> ¦ <style>
    ¦ <!-- ¦ --> ¦ <meta charset="utf-16"> ¦ <meta property="og:url" content="http://[::1"> ¦ <link rel="canonical" href="//[x">
    ¦ <time datetime="2026-01-14"> ¦ hidden ¦ style="display:none" ¦ <html lang="x"> ¦ <h1> ¦ <h1>Título</h1>
    ¦ {"@type":"NewsArticle","headline":[{}],"articleBody":1} ¦ "@graph": ¦ "@id":"#a" ¦ "author":{"@id":"#a"} ¦ "mainEntity":
    ¦ "datePublished":"2026-01-14" ¦ "isAccessibleForFree":"False" ¦ "correction":[[{}]] ¦ "creativeWorkStatus":"withdrawn" ¦ &nbsp; ¦ &#0;
    ¦ &#x110000;"""
_JSON = r"""[ ¦ ] ¦ { ¦ } ¦ , ¦ : ¦ " ¦ \ ¦ null ¦ true ¦ false ¦ {} ¦ [] ¦ "text":"Choveu.", ¦ "id":"1", ¦ "url":"http://x.example/a",
    ¦ "articles":[ ¦ "status":"canceled", ¦ "status":"embargoed", ¦ "embargoed":"2026-02-01", ¦ "expires": ¦ "published":1768415400,
    ¦ "authors":[{"name":[]}], ¦ "lang":"pt_BR.UTF-8", ¦ "uri":"urn:x:1", ¦ "type":"text", ¦ "pubstatus":"usable",
    ¦ "versioncreated":"2026-01-14T09:00:00Z", ¦ "body_xhtml":"<p>Olá</p>", ¦ "bodies":[{"value":1}], ¦ "headlines":[{"role":"main","value":"x"}],
    ¦ "ednote":"Corrige", ¦ \ud800 ¦ \u0000 ¦ 1e999 ¦ // x ¦ /* x */ ¦ NaN ¦ articles = "a.b" ¦ title = "a.0.b" ¦ date_format = "%d/%m/%Y"
    ¦ timezone = "America/Sao_Paulo" ¦ { value = 1 }"""
_TABLE = """"" ¦ " ¦ , ¦ ; ¦ text ¦ title ¦ id ¦ url ¦ published ¦ status ¦ canceled ¦ texto ¦ título ¦ delimiter = "|" ¦ columns = ["a","b"]
    ¦ date_format = ¦ \\ ¦ "um "" dois" """
_FEED = """<rss version="2.0"> ¦ <channel> ¦ <item> ¦ </item> ¦ <entry> ¦ </entry> ¦ <feed xmlns="http://www.w3.org/2005/Atom">
    ¦ <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"> ¦ <title type="xhtml"> ¦ <title>
    ¦ <link>http://[x</link> ¦ <link rel="alternate" href="//x"/> ¦ <guid isPermaLink="true"> ¦ <content:encoded> ¦ <content type="html" src="x">
    ¦ <content mode="base64"> ¦ <dc:date> ¦ <dc:creator> ¦ <pubDate> ¦ <updated> ¦ <author><name> ¦ <source><title>
    ¦ <at:deleted-entry ref="x" when="y"/> ¦ <media:content> ¦ <image><title> ¦ <textinput> ¦ <description> ¦ <category term="x"/>
    ¦ <itunes:author> ¦ <georss:point>1 ¦ <enclosure url="x"/>"""
_NEWSML = """<newsItem> ¦ </newsItem> ¦ <newsMessage> ¦ <itemSet> ¦ <packageItem> ¦ <conceptItem> ¦ <contentSet> ¦ <inlineXML> ¦ <inlineData>
    ¦ <remoteContent href="file:///etc/passwd"/> ¦ <itemMeta> ¦ <pubStatus qcode="stat:canceled"/> ¦ <embargoed> ¦ <contentMeta>
    ¦ <headline rank="x"> ¦ <by> ¦ <NewsML> ¦ <NewsItem> ¦ <NewsComponent> ¦ <DataContent> ¦ <NewsLines> ¦ <nitf> ¦ <body.content>
    ¦ <hedline><hl1> ¦ <body> ¦ <docdata> ¦ <date.issue norm="x"/> ¦ <table> ¦ <media> ¦ <p> ¦ <partMeta> ¦ <assert> ¦ contentcreated="x"
    ¦ encoding="base64" ¦ contenttype="text/plain" """
_MAIL = """Content-Type: multipart/alternative; boundary="b" ¦ --b ¦ --b-- ¦ text/html; charset=x-unknown ¦ text/plain; format=flowed; delsp=yes
    ¦ message/rfc822 ¦ =?utf-8?B?w6M=?= ¦ =?x?q?=FF?= ¦ Content-Transfer-Encoding: ¦ base64 ¦ quoted-printable ¦ uuencode ¦ x-gzip ¦ Date:
    ¦ Message-ID: ¦ <@> ¦ <> ¦ From: ¦ To: ¦ "a;b" <a@b> ¦ Subject: ¦ List-Id: ¦ List-Unsubscribe: ¦ List-Post: ¦ Archived-At:
    ¦ X-Mozilla-Status: 0009 ¦ Status: O ¦ ; boundary= ¦ ; charset*=utf-8''x ¦ ; name*0*= ¦ begin-base64 ¦ =C3=A3 ¦ == ¦ >From ¦ From"""
_PDF = """<< ¦ >> ¦ [ ¦ ] ¦ ( ¦ ) ¦ <FEFF00> ¦ /Type /Pages ¦ /Kids ¦ /Count -1 ¦ /Parent 2 0 R ¦ 3 0 R ¦ 99999 0 R ¦ /Contents ¦ /Length
    ¦ /Filter /FlateDecode ¦ /ASCII85Decode ¦ /ASCIIHexDecode ¦ /LZWDecode ¦ /RunLengthDecode ¦ /DCTDecode ¦ /JBIG2Decode ¦ /Crypt
    ¦ /DecodeParms << /Predictor 15 /Columns 1000000 >> ¦ /Encrypt ¦ /Font ¦ /ToUnicode ¦ /Encoding ¦ /Differences ¦ /Resources ¦ /XObject ¦ /X Do
    ¦ Tj ¦ TJ ¦ T* ¦ Tm ¦ BT ¦ ET ¦ q ¦ Q ¦ cm ¦ ' ¦ BI ¦ ID ¦ EI ¦ xref ¦ trailer ¦ startxref ¦ %%EOF ¦ stream ¦ endstream ¦ obj ¦ endobj
    ¦ /ObjStm ¦ /XRef ¦ /Prev 0 ¦ /Metadata ¦ /Root ¦ /Info ¦ /Size ¦ null ¦ true ¦ /Type0 ¦ /CIDFontType2 ¦ /W [0 0 1e9]"""
_WARC = """WARC/1.0 ¦ WARC/1.1 ¦ WARC-Type: response ¦ resource ¦ revisit ¦ request ¦ conversion ¦ continuation
    ¦ WARC-Target-URI: <http://x.example/a> ¦ Content-Length: 0 ¦ Content-Length: 99999999 ¦ Content-Type: application/http; msgtype=response
    ¦ text/html; charset=utf-16 ¦ application/rss+xml ¦ text/xml ¦ Transfer-Encoding: chunked ¦ Content-Encoding: ¦ gzip ¦ br ¦ deflate
    ¦ HTTP/1.1 200 ¦ 301 ¦ 304 ¦ 404 ¦ WARC-Segment-Number: 2 ¦ WARC-Truncated: length ¦ WARC-Identified-Payload-Type: text/html ¦ <html> ¦ <rss>"""
_MARKDOWN = r"""** ¦ * ¦ _ ¦ ` ¦ ``` ¦ ~~~ ¦ [ ¦ ]( ¦ ) ¦ ![ ¦ # ¦ ## ¦ >
    ¦ - ¦ 1. ¦ | ¦ --- ¦ === ¦ \ ¦ &amp; ¦ <b> ¦ <!-- ¦ --> ¦ <br> ¦ &a ¦ *a ¦ !!python/object:x"""
_PAGES = (
    """<!DOCTYPE html><html><head><title>Plano | Folha do Porto</title><meta property="article:published_time" content="2026-01-10T08:05:00-03:00">
<meta name="author" content="Ana Lima"><meta property="og:site_name" content="Folha do Porto"><meta property="og:locale" content="pt_BR"></head><body>
<article><h1>Governo anuncia plano</h1><p>O governo anunciou um <b>plano</b> de <i>doze</i> bilhões<br>para as <a href="/x">ferrovias</a> do país.</p>
<ul><li>um trecho</li><li>dois trechos</li></ul><table><tr><th>Ano</th><td>2026</td></tr></table><blockquote><p>Vamos ver.</p></blockquote>
<p>Correção: eram onze bilhões, e não doze, segundo o ministério.</p></article></body></html>""",
    """<html><head><script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebPage", "@id": "#p"},
{"@type": ["NewsArticle"], "mainEntityOfPage": {"@id": "#p"},
"headline": "Rain stops", "author": [{"@id": "#a"}, {"name": "Jo March"}], "articleBody":
"The rain stopped on Wednesday, and the river fell by two metres. Nobody was hurt, and the bridge opened again at noon.",
"correction": {"text": "It was noon."},
"isAccessibleForFree": "False", "expires": "2030-01-01"},
{"@type": "Person", "@id": "#a", "name": "Ana Lima"}]}</script></head><body><p>Rain.</p></body></html>""",
)
_NEWSML_1 = """<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>mare.example</ProviderId>
<DateId>20260114</DateId><NewsItemId>1</NewsItemId>
</NewsIdentifier></Identification><NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20260114T183000-0300</FirstCreated>
<Status FormalName="Embargoed"/></NewsManagement><NewsComponent><NewsLines><HeadLine>Chuva</HeadLine><ByLine>Rui Sá</ByLine></NewsLines><ContentItem>
<MediaType FormalName="Text"/><DataContent><p>Choveu no Recife na quarta-feira.</p></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"""
_NITF = """<nitf><head><docdata><doc-id id-string="a1"/><date.issue norm="20260114T183000Z"/>
<doc.copyright holder="Maré" year="2026"/></docdata></head>
<body><body.head><hedline><hl1>Rain</hl1></hedline><byline>By <person>Jo March</person></byline></body.head>
<body.content><p>The rain stopped.</p><table><tr><td>1</td></tr></table></body.content></body></nitf>"""

FORMATS: dict[str, Format] = {
    "html": Format(("a.html", "a.xhtml"), _tokens(_HTML), _PAGES),
    "json": Format(("a.json", "a.jsonl", "a.json+", "a.jsonl+"), _tokens(_JSON)),
    "csv": Format(("a.csv", "a.tsv", "a.csv+"), (*_tokens(_TABLE), b"\t", b" ", b"\r", b"\n", b'""\n""')),
    "feed": Format(("a.rss", "a.atom", "a.xml"), _tokens(_XML, _FEED)),
    "warc": Format(("a.warc=", "a.warc.gz=>", "a.warc", "a.warc.gz"), (*_tokens(_WARC, _HTML), b"\n\n", b"\r\n\r\n", b"5\r\n", b"0\r\n\r\n")),
    "newsml": Format(("a.newsml", "a.nitf", "a.xml"), _tokens(_XML, _NEWSML), (_NEWSML_1, _NITF)),
    "mail": Format(("a.eml",), _tokens(_MAIL, _HTML)),
    "mbox": Format(("a.mbox",), (*_tokens(_MAIL), b"\nFrom a@b Wed Jan 14 21:30:00 2026\n", b"\n\nFrom ")),
    "pdf": Format(("a.pdf",), _tokens(_PDF)),
    "packed": Format(
        ("a.jsonl.gz", "a.zip", "a.jsonl.gz>", "a.zip>"),
        (
            *_tokens("../ ¦ a.txt ¦ a.zip ¦ / ¦ \\"),
            b"PK\x03\x04",
            b"PK\x01\x02",
            b"PK\x05\x06",
            b"PK\x06\x06",
            b"PK\x06\x07",
            b"\x1f\x8b\x08",
            b"\xff" * 8,
            bytes(4),
        ),
    ),
    "markdown": Format(("a.md", "a.txt"), (*_tokens(_MARKDOWN), b"\n---\n", b"\n...\n", b"a: |\n ", b"  \n", b"? ")),
}


def seeds(format_: str, more: Path | None = None) -> list[bytes]:
    """Well-formed files of a format, each with the number of its variant in front.

    Args:
        format_: One of FORMATS.
        more: A folder with more, by their endings; files of more than MAX_SEED_BYTES are left out.
    """
    known = _files(more)
    names = FORMATS[format_].names
    plain = {_inner(variant) for variant in names} - {""}
    found = set[bytes]()
    for number, variant in enumerate(names):
        endings = tuple(plain) if variant.endswith(">") or _inner(variant) else (variant.removeprefix("a"),)
        held = {name: data for name, data in known.items() if name.lower().endswith(endings)}
        held |= {str(place): text.encode() for place, text in enumerate(FORMATS[format_].seeds)}
        for name, data in held.items():
            said = known.get(f"{name}.toml", _FIELD_MAP) + MAP_ENDS if variant.endswith("+") else b""
            found.add(bytes([number]) + said + data)
    return sorted(found)


def _inner(variant: str) -> str:
    """The ending of what is changed, without its packing; "" for a file that is changed as it is packed, and for a .zip."""
    ending = variant.rstrip("+=>").removeprefix("a")
    unpacked = ending.removesuffix(".gz").removesuffix(".zip")
    return unpacked if unpacked == ending or variant.endswith(">") else ""


def _files(more: Path | None) -> dict[str, bytes]:
    """The files of docs/formats.md and of a folder by their names, packed where their names say so."""
    found = {name: text.encode() for name, text in _DOC_FILE.findall((ROOT / "docs" / "formats.md").read_text(encoding="utf-8"))}
    for name, data in list(found.items()):
        archive, packed, _ = name.partition(".zip/")
        if name.endswith(".gz"):
            found[name] = gzip.compress(data)
        elif name.endswith(".warc"):
            found[f"{name}.gz"] = gzip.compress(data)
        elif packed:
            found[f"{archive}.zip"] = zipped(data)
    for file in sorted(more.rglob("*")) if more else ():
        if file.is_file() and not file.is_symlink() and file.stat().st_size <= MAX_SEED_BYTES:
            found[str(file)] = file.read_bytes()
    return found


def write(format_: str, raw: bytes, folder: Path) -> tuple[Path, Path | None]:
    """Write the file that these bytes stand for, and its field map; the first byte chooses the variant."""
    folder.mkdir(parents=True, exist_ok=True)
    names = FORMATS[format_].names
    name = names[raw[0] % len(names) if raw else 0]
    file, data, fields = folder / name.rstrip("+=>"), raw[1:], None
    if name.endswith("+"):
        said, _, data = data.rpartition(MAP_ENDS)
        fields = file.with_name(f"{file.name}.toml")
        fields.write_bytes(said)
    if "=" in name:
        data = with_lengths(data)
    if name.endswith(">"):
        data = zipped(data) if file.suffix == ".zip" else gzip.compress(data, 1)
    file.write_bytes(data)
    return file, fields


def with_lengths(data: bytes) -> bytes:
    """A web archive whose records are as long as they say."""
    records = []
    for record in re.split(rb"(?m)^(?=WARC/1\.)", data):
        head, _, block = record.replace(b"\r\n\r\n", b"\n\n", 1).partition(b"\n\n")
        head, block = head.replace(b"\r", b""), block.rstrip(b"\r\n")
        records.append(re.sub(rb"(?im)^Content-Length:[^\n]*", b"Content-Length: %d" % len(block), head, count=1) + b"\n\n" + block + b"\n\n")
    return b"".join(records)


def zipped(data: bytes) -> bytes:
    """A .zip of two files: one of these bytes, and one that they name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("2026/a.jsonl", data)
        name = data[:40].decode("latin-1")
        packed.writestr(name if name.partition("\0")[0] else "x", data[40:])
    return out.getvalue()
