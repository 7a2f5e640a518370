"""Newsletters are read as their sender meant them, and no mail stops the reading. In: messages written here, in the shape that mail has."""

import base64
import gzip
import io
import quopri
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.readers import read_corpus
from index.readers.mail import MAX_MESSAGE_BYTES, messages
from index.readers.mail_parts import MAX_DEPTH, MAX_HEADER_BYTES, MAX_PARTS, html_text, split, words
from index.records import Article, Skipped, Withdrawal

NOW = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
CHUVA = "A chuva que caiu sobre o Recife na terça-feira deixou três bairros sem energia. A prefeitura não informou quando o serviço volta."
VOTE = "The council voted on Tuesday to reopen the old ferry line. Two members were against it, and the mayor has yet to sign."
FROM_LINE = "From news@lantern.example Wed Jan 14 18:30:00 2026\n"
HEAD = (
    "From: Ana Lima <ana@lantern.example>\nSubject: Ferry line reopens\nDate: Wed, 14 Jan 2026 18:30:00 -0300 (BRT)\n"
    "Message-ID: <ferry-1@lantern.example>\nList-Id: The Lantern Daily <daily.lantern.example>\n"
    "Archived-At: <https://lantern.example/daily/ferry>\nList-Archive: <https://lantern.example/daily/>\n"
)

Read = Callable[[str | bytes], Article]
Found = Article | Skipped | Withdrawal


def found(folder: Path, content: str | bytes, name: str = "a.eml") -> list[Found]:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_corpus(folder, NOW))


def reason(folder: Path, content: str | bytes, name: str = "a.eml") -> str:
    (item,) = found(folder, content, name)
    assert isinstance(item, Skipped), item
    return item.reason


@pytest.fixture
def one(tmp_path: Path) -> Read:
    """Writes one message into a corpus and reads it."""

    def read(content: str | bytes) -> Article:
        (item,) = found(tmp_path, content)
        assert isinstance(item, Article), item
        return item

    return read


def parts(kind: str, *inner: str, boundary: str = "b1") -> str:
    return f'Content-Type: {kind}; boundary="{boundary}"\n\n' + "".join(f"--{boundary}\n{part}\n" for part in inner) + f"--{boundary}--\n"


def test_a_newsletter_gives_its_fields(one: Read) -> None:
    article = one(f"{HEAD}Content-Language: en-GB\n\n{VOTE}\n")
    assert (article.id, article.title, article.text, article.lang) == ("ferry-1@lantern.example", "Ferry line reopens", VOTE, "en")
    assert (article.outlet, article.authors, article.url) == ("The Lantern Daily", ("Ana Lima",), "https://lantern.example/daily/ferry")
    assert article.published
    assert article.published.isoformat() == "2026-01-14T18:30:00-03:00"
    assert (article.modified, article.first_seen) == (None, NOW)


def test_a_mail_of_no_list_is_its_sender_s(one: Read) -> None:
    article = one(f"From: =?iso-8859-1?Q?Di=E1rio_do_Capibaribe?= <n@capibaribe.example>\nSubject: Chuva\n\n{CHUVA}")
    assert (article.outlet, article.authors, article.id, article.url, article.published) == ("Diário do Capibaribe", (), "a", "", None)


def test_the_archive_of_a_whole_list_is_no_address_of_its_messages(one: Read) -> None:
    assert one(f"Subject: a\nList-Archive: <https://lantern.example/daily/>\n\n{VOTE}").url == ""


@pytest.mark.parametrize("listed", ["<daily.lantern.example>", "7b2f8f3c mc list <x.example>", "daily_news <x.example>", '"Lote 123456" <x.example>'])
def test_a_list_id_that_is_no_name_names_no_outlet(listed: str, one: Read) -> None:
    assert one(f"From: The Lantern <n@lantern.example>\nList-Id: {listed}\n\n{VOTE}").outlet == "The Lantern"


@pytest.mark.parametrize(
    "date", ["ontem", "14/01/2026", "Mon, 14 Jan 2026 18:30:00 -0300", "", "Wed, 14 Jan 26 18:30:00 -0300", "Wed, 32 Jan 2026 18:30:00 GMT"]
)
def test_a_date_that_cannot_be_read_for_certain_is_unknown(date: str, one: Read) -> None:
    assert one(f"From: a@b.example\nDate: {date}\n\n{VOTE}").published is None


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ("=?UTF-8?B?Q2h1dmEgbm8gU8OjbyBKb8Ojbw==?=", "Chuva no São João"),
        ("=?UTF-8?Q?Chuva_no_S=C3?=\n =?UTF-8?Q?=A3o_Jo=C3=A3o?=", "Chuva no São João"),
        ("=?windows-1252?Q?Pre=E7o_=80_5?= hoje", "Preço € 5 hoje"),
        ("hoje =?utf-8?q?=C3=A0?= =?utf-8?q?s?= 18h", "hoje às 18h"),
        ("=?utf-8?Q?sem_fim", "=?utf-8?Q?sem_fim"),
        ("=?utf-8?B?Q2h1dmE?=", "Chuva"),
        ("=?x-unknown?Q?A=E7=E3o?=", "Ação"),
        ("=?utf-8*pt?Q?A=C3=A7=C3=A3o?=", "Ação"),
        ("=?utf-8?Q?um dois?=", "um dois"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("a\n\tb", "a b"),
        ("=?utf-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x"),
    ],
)
def test_a_subject_is_decoded_also_a_broken_one(value: str, title: str, one: Read) -> None:
    assert one(f"From: a@b.example\nSubject: {value}\n\n{VOTE}").title == title


def test_headers_of_eight_bits_are_read(one: Read) -> None:
    for charset in ("utf-8", "cp1252"):
        article = one(f"From: Diário <a@b.example>\nSubject: Ação à vista\n\n{CHUVA}".encode(charset))
        assert (article.outlet, article.title, article.text) == ("Diário", "Ação à vista", CHUVA)


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("said", ["utf-8", "iso-8859-1", "us-ascii", "x-unknown", ""])
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_a_text_is_read_whatever_charset_it_says(encoding: str, said: str, charset: str, one: Read) -> None:
    data = CHUVA.encode(charset)
    body = {"8bit": data, "quoted-printable": quopri.encodestring(data), "base64": base64.encodebytes(data)}[encoding]
    head = f"From: a@b.example\nContent-Type: text/plain; charset={said}\nContent-Transfer-Encoding: {encoding}\n\n"
    assert one(head.encode() + body).text == CHUVA


def test_base64_without_its_end_and_with_a_footer_behind_it_is_read(one: Read) -> None:
    packed = base64.b64encode((CHUVA + " ").encode()).decode()
    assert packed.endswith("=")
    head = "From: a@b.example\nContent-Transfer-Encoding: base64\n\n"
    assert one(f"{head}{packed}\n____\nLista do jornal\n").text == CHUVA
    assert one(f"{head}{packed[:41]}").text == base64.b64decode(packed[:40]).decode()


def test_lines_of_format_flowed_are_joined(one: Read) -> None:
    body = "A chuva que caiu \nsobre o Recife \ndeixou três bairros \nsem energia.\n\n> Não sei, \n> disse ela.\n From here on\n-- \nAna"
    flowed = "A chuva que caiu sobre o Recife deixou três bairros sem energia.\n\n> Não sei, disse ela.\nFrom here on\n-- \nAna"
    assert one(f"From: a@b.example\nContent-Type: text/plain; format=flowed\n\n{body}").text == flowed
    assert one(f"From: a@b.example\nContent-Type: text/plain; Format=Flowed; DelSp=yes\n\n{VOTE[:40]} \n{VOTE[40:]}").text == VOTE


def page(body: str) -> str:
    return f"Content-Type: text/html; charset=utf-8\n\n<html><head><style>p {{color: red}}</style></head><body>{body}</body></html>"


def test_the_html_wins_unless_it_says_less_than_the_plain_text(one: Read) -> None:
    plain = f"Content-Type: text/plain; charset=utf-8\n\nVeja no navegador: https://a.example/{'x' * 400}"
    assert one(HEAD + parts("multipart/alternative", plain, page(f"<p>{CHUVA}</p><p>{VOTE}</p>"))).text == f"{CHUVA}\n\n{VOTE}"
    assert one(HEAD + parts("multipart/alternative", f"\n{CHUVA}", page("<p>Ative as imagens.</p>"))).text == CHUVA
    assert one(HEAD + parts("multipart/alternative", f"\n{CHUVA}", page("<img src='https://a.example/x.gif'>"))).text == CHUVA


def test_what_a_mail_hides_is_not_its_text_and_pictures_are_none(one: Read) -> None:
    body = (
        '<div style="display:none;max-height:0px">Antes de abrir, leia.</div><span hidden>x1</span><p style="Visibility : hidden">x2</p><!-- x3 -->'
        f'<div style="max-height: 100px; font-size:0px"><p style="font-size:16px">{CHUVA}</p></div><p>&#847;&zwnj;&nbsp;&#8199;</p>'
        '<img src="https://a.example/open.gif" width="1" height="1" alt="">'
    )
    assert one(HEAD + page(body)).text == CHUVA


def test_columns_laid_out_as_a_table_are_paragraphs_and_figures_stay_rows(one: Read) -> None:
    body = f"<table><tr><td>{CHUVA}</td><td>{VOTE}</td></tr></table><table><tr><td>2025</td><td>R$ 3</td></tr><tr><td>2026</td><td>R$ 4</td></tr></table>"
    assert one(HEAD + page(body)).text == f"{CHUVA}\n\n{VOTE}\n\n2025 R$ 3\n2026 R$ 4"


def test_the_paragraph_of_the_unsubscribe_address_is_left_out_and_nothing_else(one: Read) -> None:
    head = HEAD + "List-Unsubscribe: <mailto:out@lantern.example>, <https://lantern.example/out?u=1>\n"
    link = '<a href="https://lantern.example/out?u=1">Unsubscribe</a>'
    assert one(head + page(f"<p>{VOTE}</p><p>Too many mails? {link} here.</p>")).text == VOTE
    assert one(head + page(f"<div>{VOTE} {CHUVA} {VOTE} {CHUVA} {link}</div>")).text == f"{VOTE} {CHUVA} {VOTE} {CHUVA}"
    assert one(f"{head}\n{VOTE}\n\nTo leave: https://lantern.example/out?u=1.\n").text == VOTE
    assert one(f"{head}\n{VOTE}\n\nTo unsubscribe from gas heating is a long process.\n").text.endswith("a long process.")


def test_attachments_are_ignored_and_a_forwarded_mail_is_text(one: Read) -> None:
    inner = f"Content-Type: message/rfc822\n\nSubject: Chuva em =?utf-8?Q?S=C3=A3o?=\nFrom: x@y.example\n\n{CHUVA}"
    attached = "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nanexo"
    picture = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
    article = one(HEAD + parts("multipart/mixed", f"\n{VOTE}", attached, picture, inner))
    assert (article.title, article.text) == ("Ferry line reopens", f"{VOTE}\n\nChuva em São\n\n{CHUVA}")


def test_messages_that_the_standard_library_writes_are_read(one: Read) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "Diário <a@b.example>", "Três bairros às escuras", "<1@b.example>"
    mail.set_content(CHUVA)
    mail.add_alternative(f"<p>{CHUVA}</p><p>{CHUVA[:60]}</p>", subtype="html")
    mail.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream", filename="a.bin")
    article = one(mail.as_bytes())
    assert (article.title, article.text) == ("Três bairros às escuras", f"{CHUVA}\n\n{CHUVA[:60]}")


def test_an_end_that_is_missing_costs_no_text(one: Read) -> None:
    assert one(HEAD + parts("multipart/mixed", f"\n{VOTE}", f"\n{CHUVA}").rpartition("--b1--")[0]).text == f"{VOTE}\n\n{CHUVA}"
    assert one(f"From: a@b.example\nthis line is no header\n{VOTE}").text == f"this line is no header\n{VOTE}"


def test_what_is_no_mail_is_refused(tmp_path: Path) -> None:
    assert "neither Message-ID" in reason(tmp_path, CHUVA)
    assert "neither Message-ID" in reason(tmp_path, f"\n\n{CHUVA}")
    assert reason(tmp_path, HEAD) == "it has no text"
    assert reason(tmp_path, HEAD + "Content-Type: multipart/mixed\n\nx") == "it has no text"
    assert "a PDF" in reason(tmp_path, b"%PDF-1.7\nSubject: x\n\ny")
    assert "headers are longer" in reason(tmp_path, "Subject: " + "x\n y" * (MAX_HEADER_BYTES // 3) + f"\n\n{VOTE}")
    assert f"{MAX_MESSAGE_BYTES:,}" in reason(tmp_path, HEAD + "\n" + "x" * MAX_MESSAGE_BYTES)


def test_a_mail_that_was_deleted_is_passed_over(tmp_path: Path) -> None:
    for mark in ("X-Mozilla-Status: 0009", "X-Status: AD"):
        (item,) = found(tmp_path, f"{mark}\n{HEAD}\n{VOTE}")
        assert isinstance(item, Skipped)
        assert (item.reason, item.failed) == ("it is marked as deleted", False)
    assert isinstance(found(tmp_path, f"X-Mozilla-Status: 0001\nX-Status: A\n{HEAD}\n{VOTE}")[0], Article)


def mailbox(*texts: str) -> str:
    return "".join(f"{FROM_LINE}From: a@b.example\nSubject: n{number}\n\n{text}\n\n" for number, text in enumerate(texts, 1))


def test_a_mailbox_gives_each_message(tmp_path: Path) -> None:
    first, second, third = found(tmp_path, mailbox(CHUVA, "", VOTE), "lista.mbox")
    assert isinstance(first, Article)
    assert isinstance(second, Skipped)
    assert isinstance(third, Article)
    assert [(first.id, first.title, first.text), (third.id, third.title, third.text)] == [("lista:1", "n1", CHUVA), ("lista:3", "n3", VOTE)]
    assert (second.path, second.reason) == ("lista.mbox:2", "it has no text")


def test_a_mailbox_is_read_out_of_an_archive(tmp_path: Path) -> None:
    (item,) = found(tmp_path, gzip.compress(mailbox(CHUVA).encode()), "lista.mbox.gz")
    assert isinstance(item, Article)
    assert (item.id, item.text) == ("lista:1", CHUVA)


def test_lines_of_the_text_that_begin_with_from_stay_in_it(tmp_path: Path) -> None:
    text = f"{VOTE}\n\nFrom Tuesday on, ferries run at 18:30 until 2026.\n>From Leeds:\n>>From York.\n> From all."
    (item,) = found(tmp_path, mailbox(text), "a.mbox")
    assert isinstance(item, Article)
    assert item.text == f"{VOTE}\n\nFrom Tuesday on, ferries run at 18:30 until 2026.\nFrom Leeds:\n>From York.\n> From all."


@pytest.mark.parametrize(
    "line",
    [
        "From - Wed Jan 14 18:30:00 2026",
        "From 17@xxx Wed Jan 14 18:30:00 +0000 2026",
        "From a b@c.example Wed, 14 Jan 2026 18:30:00 -0300",
        "From a@b.example Wed Jan  4 18:30 2026\r",
    ],
)
def test_the_lines_that_mail_programs_part_messages_with_are_known(line: str, tmp_path: Path) -> None:
    box = f"\n{line}\nSubject: um\n\n{CHUVA}\n\n{line}\nSubject: dois\n\n{VOTE}\n"
    assert [item.title for item in found(tmp_path, box, "a.mbox") if isinstance(item, Article)] == ["um", "dois"]


def test_what_is_no_mailbox_is_refused(tmp_path: Path) -> None:
    assert "no mailbox" in reason(tmp_path, HEAD + "\n" + VOTE, "a.mbox")
    assert "no mailbox" in reason(tmp_path, f"From nobody\nSubject: a\n\n{VOTE}", "a.mbox")
    assert reason(tmp_path, b"", "a.mbox") == "it is empty"


class Endless(io.RawIOBase):
    """A mailbox that is written while it is read: so many bytes, in messages of one size."""

    def __init__(self, total_bytes: int, message_bytes: int, line: bytes) -> None:
        self.message = FROM_LINE.encode() + HEAD.encode() + b"\n" + line * (message_bytes // len(line)) + b"\n\n"
        self.left, self.place = total_bytes, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.message[self.place : self.place + min(len(buffer), self.left)]
        buffer[: len(data)] = data
        self.left -= len(data)
        self.place = (self.place + len(data)) % len(self.message)
        return len(data)


@pytest.mark.parametrize("line", [VOTE.encode() + b"\n", b"x" * 1000])
def test_memory_stays_flat_however_long_a_mailbox_is(line: bytes) -> None:
    def peak(total_bytes: int) -> int:
        tracemalloc.start()
        count = sum(1 for _ in messages(io.BufferedReader(Endless(total_bytes, 1_000_000, line))))
        assert count == pytest.approx(total_bytes / 1_000_000, rel=0.1)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(40_000_000) < 1.2 * peak(4_000_000)


def test_a_message_that_is_too_long_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    long, fits = found(tmp_path, mailbox(f"{'y' * 99}\n" * (MAX_MESSAGE_BYTES // 100 + 1), VOTE), "a.mbox")
    assert isinstance(long, Skipped)
    assert f"{MAX_MESSAGE_BYTES:,}" in long.reason
    assert isinstance(fits, Article)


def nested(depth: int) -> str:
    text = f"\n{VOTE}"
    for level in range(depth):
        text = parts("multipart/mixed", text, boundary=f"b{level}-{'x' * level}")
    return HEAD + text


def test_bombs_of_parts_are_refused(one: Read, tmp_path: Path) -> None:
    assert one(nested(MAX_DEPTH)).text == VOTE
    assert "nested" in reason(tmp_path, nested(MAX_DEPTH + 1))
    assert "nested" in reason(tmp_path, nested(2_000))
    assert one(HEAD + parts("multipart/mixed", *["\nx"] * (MAX_PARTS - 1))).text.count("x") == MAX_PARTS - 1
    assert f"{MAX_PARTS} parts" in reason(tmp_path, HEAD + parts("multipart/mixed", *["\nx"] * MAX_PARTS))
    assert "nested" in reason(tmp_path, HEAD + "Content-Type: message/rfc822\n\n" * 2_000 + VOTE)


HOSTILE = {
    "a million delimiters": HEAD + "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n" * 1_000_000,
    "a boundary of nothing but signs": HEAD + 'Content-Type: multipart/mixed; boundary="(.*)+$"\n\n' + f"--(.*)+$\n\n{VOTE}\n" * 100,
    "many beginnings of encoded words": "Subject: " + "=?utf-8?Q?" * 25_000 + f"\n\n{VOTE}",
    "many angle brackets": "From: " + "<(" * 60_000 + f"\nMessage-ID: {'<' * 100_000}\n\n{VOTE}",
    "many parameters": "Subject: a\nContent-Type: text/plain" + '; a="' * 40_000 + f"\n\n{VOTE}",
    "tables in tables": HEAD + page("<table><tr><td>" * 20_000 + VOTE),
    "many unsubscribe links": f"{HEAD}List-Unsubscribe: <u:1>\n" + page("<p>" + "<a href='u:1'></a>" * 90_000 + VOTE),
    "many hidden words": HEAD + page("<p>" + "<b hidden>x</b>tail tail tail " * 90_000),
    "a million tags": HEAD + page("<b>" * 1_000_000 + VOTE),
    "a long quoted-printable line": HEAD + "Content-Transfer-Encoding: quoted-printable\n\n" + "=4" * 1_000_000,
    "a long flowed text": HEAD + "Content-Type: text/plain; format=flowed\n\n" + "a \n" * 300_000,
    "blank lines": HEAD + "\n" * 3_000_000 + VOTE,
    "spaces": HEAD + "\n" + " " * 3_000_000 + VOTE,
    "styles": HEAD + page(f'<p style="{"display " * 100_000}">{VOTE}</p>'),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_mail_takes_little_time(what: str, tmp_path: Path) -> None:
    start = monotonic()
    assert len(found(tmp_path, HOSTILE[what])) == 1
    assert monotonic() - start < 10


SEED = (HEAD + "List-Unsubscribe: <https://a.example/out>\n").encode() + parts(
    "multipart/alternative",
    "Content-Type: text/plain; charset=iso-8859-1; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\nA chuva =E0s =\n18h parou \nontem.",
    f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{base64.b64encode(f'<p>{CHUVA}</p>'.encode()).decode()}",
).encode()
SIGNS = (
    b"--b1",
    b"--b1--",
    b"\n\n",
    b"=?",
    b"?=",
    b"<",
    b">",
    b"\x00",
    b"\xff",
    b"Content-Type: multipart/mixed; boundary=b1\n",
    b"=",
    b";",
    b'"',
    b"From ",
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """The seed with a few places overwritten, cut out, or filled with signs that mean something in mail."""
    data = SEED
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        data = data[:start] + draw(st.one_of(st.binary(max_size=12), st.sampled_from(SIGNS))) + data[end:]
    return data


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=mutated(), name=st.sampled_from(["a.eml", "a.mbox"]))
def test_damaged_mail_never_stops_the_reading(data: bytes, name: str, tmp_path: Path) -> None:
    for item in found(tmp_path, FROM_LINE.encode() + data if name.endswith("x") else data, name):
        assert isinstance(item, Article | Skipped)
    (tmp_path / name).unlink()


@settings(deadline=None, max_examples=300)
@given(st.text(), st.binary())
def test_any_header_and_any_page_can_be_read(text: str, data: bytes) -> None:
    words(text)
    split(data)
    html_text(f"<p>{text}</p>")
