"""Pages are fetched politely, and nothing is reached that should not be: real servers on loopback, names that lie."""

import gzip
import os
import shutil
import ssl
import subprocess
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.addresses import NotFetched, is_private, is_public, web_address
from index.errors import FetchError, SettingsError
from index.fetch import MAX_REDIRECTS, Fetched, Fetcher, Limits
from tests.index import servers
from tests.index.servers import OTHER, PUBLIC, Asked, Site, Web, moved, reply

PAGE = "<html><head><title>Chuva no Recife</title></head><body><p>O rio subiu dois metros na terça-feira.</p></body></html>"
web = pytest.fixture(servers.web)


@pytest.fixture
def paper(web: Web) -> Site:
    """A newspaper at a public address, with one page."""
    site = web.site("jornal.example")
    site.pages["/chuva"] = reply(PAGE, ETag='"v1"', Last_Modified="Tue, 20 Jan 2026 12:00:00 GMT", Set_Cookie="id=7")
    return site


def get(web: Web, url: str, *, limits: Limits | None = None, **validators: str) -> Fetched:
    with web.fetcher(limits) as fetcher:
        return fetcher.get(url, **validators)


def refusal(web: Web, url: str, **limits: Any) -> str:
    """Why an address was not fetched."""
    with web.fetcher(Limits(**limits)) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.get(url)
    return str(caught.value)


# What comes back


def test_a_page_comes_with_its_bytes_and_what_tells_later_whether_it_changed(web: Web, paper: Site) -> None:
    got = get(web, "HTTP://Jornal.Example./chuva#topo")
    assert (got.asked, got.url, got.status) == ("http://jornal.example/chuva", "http://jornal.example/chuva", 200)
    assert got.body.decode(got.charset) == PAGE
    assert (got.kind, got.etag, got.last_modified) == ("html", '"v1"', "Tue, 20 Jan 2026 12:00:00 GMT")
    assert got.fetched.tzinfo
    assert "set-cookie" not in {name.lower() for name, _ in got.headers}


def test_it_says_who_it_is_and_sends_nothing_else_of_its_owner(web: Web, paper: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with web.fetcher() as fetcher:
        fetcher.get("http://jornal.example/chuva")
        fetcher.get("http://jornal.example/chuva")
    first, second = (asked.headers for asked in paper.asked if asked.target == "/chuva")
    assert first["host"] == "jornal.example"
    assert first["user-agent"] == "Presscite/0.1"
    assert first == second  # no cookie was kept
    assert set(first) == {"host", "user-agent", "accept", "accept-encoding"}


def test_what_has_not_changed_is_not_sent_again(web: Web, paper: Site) -> None:
    def answer(asked: Asked) -> Iterator[bytes]:
        same = asked.headers.get("if-none-match") == '"v1"' and asked.headers.get("if-modified-since") == "Tue, 20 Jan 2026 12:00:00 GMT"
        yield b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n" if same else reply(PAGE)

    paper.pages["/b"] = answer
    got = get(web, "http://jornal.example/b", etag='"v1"', last_modified="Tue, 20 Jan 2026 12:00:00 GMT")
    assert (got.status, got.body, got.kind) == (304, b"", "")
    assert (got.etag, got.last_modified) == ('"v1"', "Tue, 20 Jan 2026 12:00:00 GMT")
    assert get(web, "http://jornal.example/b").status == 200


def test_a_304_that_nobody_asked_for_is_an_error(web: Web, paper: Site) -> None:
    paper.pages["/b"] = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
    assert "answered 304" in refusal(web, "http://jornal.example/b")


def test_a_validator_with_a_line_break_is_not_sent(web: Web, paper: Site) -> None:
    get(web, "http://jornal.example/chuva", etag='"v1"\r\nX-Evil: 1', last_modified="ontem à noite")
    assert not {"x-evil", "if-none-match", "if-modified-since"} & set(paper.asked[-1].headers)


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("application/rss+xml", "xml"),
        ("application/atom+xml; charset=utf-8", "xml"),
        ("TEXT/XML", "xml"),
        ("application/xhtml+xml", "html"),
        ("application/ld+json", "json"),
        ("text/plain; charset='ISO-8859-1'", "txt"),
        ("application/pdf", "pdf"),
    ],
)
def test_the_kinds_that_readers_take_are_fetched(web: Web, paper: Site, kind: str, found: str) -> None:
    paper.pages["/k"] = reply("algo", kind)
    assert get(web, "http://jornal.example/k").kind == found


@pytest.mark.parametrize("kind", ["image/png", "image/svg+xml", "application/octet-stream", "video/mp4", "application/zip", "", "html"])
def test_other_kinds_are_refused_by_name(web: Web, paper: Site, kind: str) -> None:
    paper.pages["/k"] = reply("algo", kind)
    assert (kind or "of no stated type") in refusal(web, "http://jornal.example/k")


@pytest.mark.parametrize(
    ("status", "hint"), [(404, "gone"), (410, "gone"), (429, "later"), (503, "later"), (403, ""), (500, ""), (204, ""), (206, "")]
)
def test_another_status_is_an_error_that_carries_it(web: Web, paper: Site, status: int, hint: str) -> None:
    paper.pages["/s"] = reply("" if status == 204 else "x", status=status)
    with web.fetcher() as fetcher, pytest.raises(NotFetched, match=f"answered {status}.*{hint}") as caught:
        fetcher.get("http://jornal.example/s")
    assert caught.value.status == status


# Where it may go


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "0.1.2.3"),
        *("192.0.0.1", "192.0.0.170", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "203.0.113.9"),
        *("::1", "::", "fe80::1", "fe80::1%2", "fd00::1", "fec0::1", "ff02::1", "2001:db8::1", "::7f00:1", "::ffff:0:7f00:1", "64:ff9b:1::1"),
        *("::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::5", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("2001:0:4136:e378:8000:63bf:3fff:fdd2",),
    ],
)
def test_no_connection_is_made_to_an_address_that_is_not_public(web: Web, address: str) -> None:
    web.names["jornal.example"] = [[address]]
    assert "no public address" in refusal(web, "http://jornal.example/")
    assert not is_public(address)
    assert web.dialled == []


@pytest.mark.parametrize("address", ["93.184.0.7", "8.8.8.8", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"])
def test_a_public_address_is_one_however_it_is_wrapped(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_public_ones_is_enough_to_refuse(web: Web, paper: Site) -> None:
    web.names["jornal.example"] = [[PUBLIC, "10.0.0.1"]]
    assert "10.0.0.1" in refusal(web, "http://jornal.example/chuva")
    assert web.dialled == []


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "10.0.0.1.", "[64:ff9b::7f00:1]"])
def test_addresses_in_the_place_of_a_name_are_checked_too(web: Web, host: str) -> None:
    assert "no public address" in refusal(web, f"http://{host}/")
    assert (web.dialled, web.looked_up) == ([], [])


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.0x1", "017700000001", "1.2.3.4.5", "a.0x"])
def test_addresses_in_disguise_are_refused_unread(web: Web, host: str) -> None:
    refusal(web, f"http://{host}/")
    assert (web.dialled, web.looked_up) == ([], [])


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "gopher://jornal.example/", "ftp://jornal.example/", "javascript:alert(1)", "data:text/html,x", "//jornal.example/"),
        *(
            "http://ana:segredo@jornal.example/",
            "http://jornal.example@127.0.0.1/",
            "http:///x",
            "http:jornal.example",
            "http://",
            "",
            "jornal.example",
        ),
        *("http://jornal.example\\@127.0.0.1/", "http://jornal.example/\r\nX: 1", "http://jor nal.example/", "http://jornal..example/"),
        *("http://jornal.example:0/", "http://jornal.example:99999/", "http://[::1%25eth0]/", "http://[::1/", "http://jornal%2eexample/"),
        *(
            "http://１２７.０.０.１/",
            "http://" + "a" * 300 + "/",
            "http://jornal.example/" + "a" * 5000,
            "http://-a.example/",
            "http://a\u202eb.example/",
        ),
    ],
)
def test_what_is_no_plain_web_address_is_refused_unread(web: Web, url: str) -> None:
    said = refusal(web, url)
    assert (web.dialled, web.looked_up) == ([], [])
    assert said.isprintable()
    assert len(said) < 600
    assert "segredo" not in said


def test_a_name_in_another_script_is_asked_for_in_its_ascii_form(web: Web) -> None:
    site = web.site("xn--notcias-9ya.example")
    site.pages["/%C3%A1gua?q=%C3%A7"] = reply(PAGE)
    assert get(web, "http://NOTÍCIAS.example/água?q=ç").status == 200
    assert site.asked[-1].headers["host"] == "xn--notcias-9ya.example"


def test_the_address_that_was_checked_is_the_one_connected_to(web: Web, paper: Site) -> None:
    with web.fetcher() as fetcher:
        fetcher.get("http://jornal.example/chuva")  # the rules for robots are read now
        web.looked_up.clear()
        web.dialled.clear()
        web.names["jornal.example"] = [[PUBLIC], ["127.0.0.1"]]  # a name that changes between two look-ups
        assert fetcher.get("http://jornal.example/chuva").status == 200
        assert (web.looked_up, web.dialled) == (["jornal.example"], [(PUBLIC, 80)])
        with pytest.raises(FetchError, match=r"leads to 127\.0\.0\.1"):
            fetcher.get("http://jornal.example/chuva")
    assert web.dialled == [(PUBLIC, 80)]


def test_a_second_address_is_tried_when_the_first_does_not_answer(web: Web, paper: Site) -> None:
    web.names["jornal.example"] = [[OTHER, PUBLIC]]
    assert get(web, "http://jornal.example/chuva").status == 200
    assert web.dialled[:2] == [(OTHER, 80), (PUBLIC, 80)]


def test_a_host_that_does_not_answer_is_told(web: Web) -> None:
    web.names["jornal.example"] = [[OTHER]]
    assert "refused" in refusal(web, "http://jornal.example/")
    assert "cannot be resolved" in refusal(web, "http://nenhum.example/")
    web.names["vazio.example"] = [[]]
    assert "no address" in refusal(web, "http://vazio.example/")


def test_with_the_systems_own_resolver_nothing_on_this_machine_is_reached() -> None:
    site = Site()
    site.pages["/a"] = reply(PAGE)
    try:
        with Fetcher() as fetcher:
            for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
                with pytest.raises(FetchError, match="no public address"):
                    fetcher.get(f"http://{host}:{site.port}/a")
        assert site.connections == 0
        with Fetcher(private_hosts={"127.0.0.1"}, sleep=lambda _: None) as fetcher:
            assert fetcher.get(f"http://127.0.0.1:{site.port}/a").status == 200
            with pytest.raises(FetchError, match="localhost leads to"):
                fetcher.get(f"http://localhost:{site.port}/a")
        assert site.connections == 2
    finally:
        site.close()


def test_a_private_host_is_one_that_is_named(web: Web) -> None:
    web.site("cms.intranet", "10.0.0.5").pages["/a"] = reply(PAGE)
    web.site("wiki.intranet", "10.0.0.6")
    with web.fetcher(private_hosts={"CMS.intranet."}) as fetcher:
        assert fetcher.get("http://cms.intranet/a").status == 200
        with pytest.raises(FetchError, match=r"add `--private-host wiki\.intranet`"):
            fetcher.get("http://wiki.intranet/")


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "::ffff:169.254.169.254"])
def test_not_even_a_private_host_has_a_link_local_address(web: Web, address: str) -> None:
    web.names["cms.intranet"] = [[address]]
    with web.fetcher(private_hosts={"cms.intranet"}) as fetcher, pytest.raises(FetchError, match="no public address"):
        fetcher.get("http://cms.intranet/")
    assert not is_private(address)
    assert web.dialled == []


@pytest.mark.parametrize("name", ["*", "*.intranet", "", ".intranet", "http://cms.intranet", "cms.intranet:80", "10.0.0.0/8", "a b", "x@y"])
def test_a_private_host_is_never_a_pattern(name: str) -> None:
    with pytest.raises(SettingsError, match="no host's name"):
        Fetcher(private_hosts={name})


@pytest.mark.parametrize("agent", ["", "Presscite\r\nX: 1", "/1", "Pressão/1", "two words"])
def test_a_user_agent_that_cannot_be_sent_is_refused(agent: str) -> None:
    with pytest.raises(SettingsError, match="no user agent"):
        Fetcher(user_agent=agent)


# Redirects


def test_a_redirect_is_followed_and_the_page_says_where_it_was(web: Web, paper: Site) -> None:
    other = web.site("arquivo.example", OTHER)
    paper.pages["/velha"] = moved("/nova?p=1", 301)
    paper.pages["/nova?p=1"] = moved("//arquivo.example/fim", 308)
    other.pages["/fim"] = reply(PAGE)
    got = get(web, "http://jornal.example/velha")
    assert (got.asked, got.url) == ("http://jornal.example/velha", "http://arquivo.example/fim")


@pytest.mark.parametrize(
    "to",
    [
        *("http://127.0.0.1/", "http://interno.example/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://2130706433/"),
        *("file:///etc/passwd", "gopher://jornal.example/", "http://u:p@jornal.example/", "http://outro.example:22/", "javascript:1", "http://"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(web: Web, paper: Site, to: str) -> None:
    web.names["interno.example"] = [["192.168.0.9"]]
    web.names["outro.example"] = [[OTHER]]
    paper.pages["/r"] = moved(to)
    refusal(web, "http://jornal.example/r")
    assert set(web.dialled) == {(PUBLIC, 80)}


def test_a_port_is_allowed_when_a_person_gave_it(web: Web) -> None:
    site = web.site("jornal.example", port=8080)
    site.pages["/a"] = moved("http://jornal.example:8080/b")
    site.pages["/b"] = reply(PAGE)
    assert get(web, "http://jornal.example:8080/a").url == "http://jornal.example:8080/b"
    assert site.asked[-1].headers["host"] == "jornal.example:8080"


def test_redirects_in_a_circle_and_without_end_are_told(web: Web, paper: Site) -> None:
    paper.pages["/a"], paper.pages["/b"] = moved("/b"), moved("/a")
    assert "in a circle" in refusal(web, "http://jornal.example/a")
    for number in range(MAX_REDIRECTS + 2):
        paper.pages[f"/{number}"] = moved(f"/{number + 1}")
    assert "more than 5 redirects" in refusal(web, "http://jornal.example/0")
    assert paper.targets[-1] == "/5"
    paper.pages["/ate"] = moved("/chuva")
    paper.pages["/5"] = reply(PAGE)
    assert get(web, "http://jornal.example/0").url == "http://jornal.example/5"


def test_a_redirect_without_a_place_is_told(web: Web, paper: Site) -> None:
    paper.pages["/r"] = reply(status=302)
    assert "without saying where to" in refusal(web, "http://jornal.example/r")


# Too slow, too much, not whole


def stream(head: str, parts: Iterator[bytes]) -> servers.Answer:
    """An answer in parts; the connection ends with them."""

    def answer(_: Asked) -> Iterator[bytes]:
        yield f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}Connection: close\r\n\r\n".encode()
        yield from parts

    return answer


def drip(piece: bytes = b"x", pause_s: float = 0.05) -> Iterator[bytes]:
    while True:
        time.sleep(pause_s)
        yield piece


def test_a_body_that_drips_ends_with_the_time_for_it(web: Web, paper: Site) -> None:
    paper.pages["/lento"] = stream("", drip())
    began = time.monotonic()
    assert "too long" in refusal(web, "http://jornal.example/lento", total_s=0.6, step_s=0.4)
    assert time.monotonic() - began < 3


def test_headers_that_drip_end_with_the_time_for_them(web: Web, paper: Site) -> None:
    paper.pages["/lento"] = lambda _: drip(b"A")
    paper.pages["/sem-fim"] = lambda _: drip(b"HTTP/1.1 100 Continue\r\n\r\n")
    for target in ("lento", "sem-fim"):
        assert "too long" in refusal(web, f"http://jornal.example/{target}", total_s=0.6, step_s=0.4)


def test_a_server_that_falls_silent_is_not_waited_for(web: Web, paper: Site) -> None:
    paper.pages["/mudo"] = stream("", drip(pause_s=3))
    assert "silent for 0.2 s" in refusal(web, "http://jornal.example/mudo", step_s=0.2)


def test_the_last_wait_is_no_longer_than_the_time_that_is_left(web: Web, paper: Site) -> None:
    paper.pages["/mudo"] = stream("", drip(pause_s=3))
    began = time.monotonic()
    assert "too long" in refusal(web, "http://jornal.example/mudo", total_s=0.4, step_s=10)
    assert time.monotonic() - began < 2


def test_pauses_do_not_count_as_time_of_the_server(web: Web, paper: Site) -> None:
    with Fetcher(resolve=web.resolve, dial=web.dial, limits=Limits(total_s=0.8, pause_s=1)) as fetcher:  # the sleep is a real one
        assert fetcher.get("http://jornal.example/chuva").status == 200


def test_an_endless_body_is_left_at_the_limit(web: Web, paper: Site) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 65_536
            yield b"x" * 65_536

    paper.pages["/sem-fim"] = stream("", endless())
    assert "more than 200,000 bytes" in refusal(web, "http://jornal.example/sem-fim", max_bytes=200_000)
    assert sent < 20_000_000  # what fits into the buffers between the two


def test_a_body_that_says_it_is_too_large_is_not_begun(web: Web, paper: Site) -> None:
    paper.pages["/g"] = reply("curto", length=10**12)
    assert "more than" in refusal(web, "http://jornal.example/g")


@pytest.mark.parametrize("most", [len(PAGE.encode()), len(PAGE.encode()) - 1])
def test_the_limit_is_the_largest_body_that_is_taken(web: Web, paper: Site, most: int) -> None:
    paper.pages["/z"] = reply(gzip.compress(PAGE.encode()), Content_Encoding="gzip")
    for target in ("chuva", "z"):
        if most == len(PAGE.encode()):
            assert get(web, f"http://jornal.example/{target}", limits=Limits(max_bytes=most)).body.decode() == PAGE
        else:
            assert "more than" in refusal(web, f"http://jornal.example/{target}", max_bytes=most)


def test_a_gzip_bomb_is_stopped_while_it_unfolds(web: Web, paper: Site) -> None:
    bomb = gzip.compress(bytes(300_000_000), 9)
    paper.pages["/bomba"] = reply(bomb, Content_Encoding="gzip")
    tracemalloc.start()
    try:
        said = refusal(web, "http://jornal.example/bomba", max_bytes=1_000_000)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "more than 1,000,000 bytes" in said
    assert most < 20_000_000


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"x" * 5000, mtime=0)[:-9]),
        ("gzip", gzip.compress(b"x" * 5000, mtime=0) + b"depois"),
        ("gzip", b"isto nao e gzip"),
        ("gzip", b""),
        ("br", b"\x0b\x02\x80x\x03"),
        ("deflate", b"x\x9cK\x04\x00\x00b\x00b"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"x", mtime=0), mtime=0)),
    ],
)
def test_compression_that_is_damaged_or_was_not_asked_for_is_refused(web: Web, paper: Site, coding: str, body: bytes) -> None:
    paper.pages["/c"] = reply(body, Content_Encoding=coding)
    assert "compress" in refusal(web, "http://jornal.example/c")


def test_a_body_shorter_than_its_length_is_not_taken_for_whole(web: Web, paper: Site) -> None:
    paper.pages["/meia"] = reply(PAGE, length=len(PAGE) + 100)
    assert "connection failed" in refusal(web, "http://jornal.example/meia")


def test_a_body_longer_than_its_length_is_cut_there(web: Web, paper: Site) -> None:
    paper.pages["/mais"] = reply("primeiro" + "HTTP/1.1 200 OK", length=8)
    assert get(web, "http://jornal.example/mais").body == b"primeiro"


@pytest.mark.parametrize(
    "answer", [b"", b"nada", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000, b"\0" * 99]
)
def test_what_is_no_http_is_told(web: Web, paper: Site, answer: bytes) -> None:
    paper.pages["/n"] = answer
    assert "connection failed" in refusal(web, "http://jornal.example/n")


# Politeness


def test_robots_txt_is_asked_once_and_obeyed(web: Web, paper: Site) -> None:
    paper.pages["/robots.txt"] = reply("User-agent: *\nDisallow: /\n\nUser-agent: Presscite\nDisallow: /assinantes/", "text/plain")
    paper.pages["/assinantes/a"] = reply(PAGE)
    with web.fetcher() as fetcher:
        assert fetcher.get("http://jornal.example/chuva").status == 200
        with pytest.raises(FetchError, match=r"robots.txt forbids Presscite"):
            fetcher.get("http://jornal.example/assinantes/a")
    assert [asked.target for asked in paper.asked] == ["/robots.txt", "/chuva"]


def test_robots_txt_knows_it_by_the_name_before_the_slash(web: Web, paper: Site) -> None:
    paper.pages["/robots.txt"] = reply("User-agent: acervo\nDisallow: /", "text/plain")
    with web.fetcher(user_agent="Acervo/2 (+mailto:redacao@jornal.example)") as fetcher, pytest.raises(FetchError, match="forbids Acervo"):
        fetcher.get("http://jornal.example/chuva")
    assert get(web, "http://jornal.example/chuva").status == 200


@pytest.mark.parametrize(("status", "allowed"), [(200, True), (401, True), (403, True), (404, True), (429, False), (500, False), (503, False)])
def test_a_missing_robots_txt_allows_and_a_broken_one_does_not(web: Web, paper: Site, status: int, allowed: bool) -> None:
    paper.pages["/robots.txt"] = reply("", "text/plain", status)
    if allowed:
        assert get(web, "http://jornal.example/chuva").status == 200
    else:
        assert "rules for robots cannot be read" in refusal(web, "http://jornal.example/chuva")
        assert paper.targets == []


def test_a_robots_txt_that_was_broken_is_not_asked_again_at_once(web: Web, paper: Site) -> None:
    paper.pages["/robots.txt"] = reply("", status=500)
    with web.fetcher() as fetcher:
        for _ in range(3):
            with pytest.raises(FetchError):
                fetcher.get("http://jornal.example/chuva")
    assert len(paper.asked) == 1


def test_robots_txt_is_fetched_with_the_same_guards(web: Web, paper: Site) -> None:
    paper.pages["/robots.txt"] = moved("http://127.0.0.1/robots.txt")
    assert refusal(web, "http://jornal.example/chuva").startswith("http://jornal.example/chuva: 127.0.0.1 leads to")
    assert set(web.dialled) == {(PUBLIC, 80)}
    paper.pages["/robots.txt"] = stream("", iter([b"User-agent: *\nDisallow: /chuva\n", *[b"#" * 65_536] * 40]))
    assert "forbids" in refusal(web, "http://jornal.example/chuva")  # the part within the cap counts


def test_each_host_on_the_way_has_its_own_robots_txt(web: Web, paper: Site) -> None:
    other = web.site("arquivo.example", OTHER)
    other.pages["/robots.txt"] = reply("User-agent: *\nDisallow: /", "text/plain")
    paper.pages["/r"] = moved("http://arquivo.example/a")
    assert "forbids" in refusal(web, "http://jornal.example/r")
    assert other.targets == []


def test_a_host_rests_between_two_requests_and_another_does_not_wait(web: Web, paper: Site) -> None:
    web.site("arquivo.example", OTHER).pages["/a"] = reply(PAGE)
    with web.fetcher() as fetcher:
        fetcher.get("http://jornal.example/chuva")
        assert web.slept == [pytest.approx(1, abs=0.2)]  # between robots.txt and the page
        fetcher.get("http://arquivo.example/a")
        assert len(web.slept) == 2  # again only after its own robots.txt
        fetcher.get("http://jornal.example/chuva")
        assert len(web.slept) == 3


@pytest.mark.parametrize(("asked", "waited"), [("7", 7), ("0.2", 1), ("3600", 30), ("-5", 1), ("ontem", 1), ("nan", 1)])
def test_the_delay_that_a_site_asks_for_is_kept_up_to_30_s(web: Web, paper: Site, asked: str, waited: float) -> None:
    paper.pages["/robots.txt"] = reply(f"User-agent: *\nCrawl-delay: {asked}", "text/plain")
    get(web, "http://jornal.example/chuva")
    assert web.slept == [pytest.approx(waited, abs=0.2)]


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of its own signing for jornal.example, in one file."""
    if not (program := shutil.which("openssl")):
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    command = [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj"]
    command += ["/CN=jornal.example", "-addext", "subjectAltName=DNS:jornal.example", "-keyout", str(folder / "key"), "-out", str(folder / "cert")]
    if subprocess.run(command, capture_output=True, check=False, env={**os.environ, "OPENSSL_CONF": os.environ.get("OPENSSL_CONF", "")}).returncode:
        pytest.skip("openssl cannot make a certificate here")
    (folder / "both").write_bytes((folder / "key").read_bytes() + (folder / "cert").read_bytes())
    return folder / "both"


@pytest.fixture
def secure(web: Web, certificate: Path) -> Site:
    """The newspaper over https."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _, name, __: names.append(name)
    names: list[str | None] = []
    site = web.site("jornal.example", port=443, tls=context)
    site.pages["/chuva"] = reply(PAGE)
    site.pages["/desce"] = moved("http://jornal.example/chuva")
    site.names = names  # type: ignore[attr-defined]
    return site


def test_https_checks_the_name_although_it_connects_to_an_address(web: Web, secure: Site, certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    with web.fetcher(tls=trusting) as fetcher:
        assert fetcher.get("https://jornal.example/chuva").body.decode() == PAGE
        assert set(secure.names) == {"jornal.example"}  # type: ignore[attr-defined]
        assert set(web.dialled) == {(PUBLIC, 443)}
        web.names["outro.example"] = [[PUBLIC]]
        with pytest.raises(FetchError, match="mismatch"):
            fetcher.get("https://outro.example/chuva")
    assert secure.targets == ["/chuva"]


def test_a_certificate_that_nobody_vouches_for_is_refused(web: Web, secure: Site) -> None:
    assert "CERTIFICATE_VERIFY_FAILED" in refusal(web, "https://jornal.example/chuva")
    assert secure.asked == []


def test_no_redirect_leads_from_https_to_http(web: Web, secure: Site, certificate: Path) -> None:
    with web.fetcher(tls=ssl.create_default_context(cafile=str(certificate))) as fetcher, pytest.raises(FetchError, match="from https to http"):
        fetcher.get("https://jornal.example/desce")
    assert set(web.dialled) == {(PUBLIC, 443)}


def test_an_address_has_one_form() -> None:
    forms = ["http://Jornal.example", "HTTP://JORNAL.EXAMPLE:80/", " http://jornal.example./#a ", "http://jornal.example/x/.."]
    assert {web_address(form).url for form in forms} == {"http://jornal.example/"}
    assert web_address("https://[2A00:0:0::1]:443/a?b").url == "https://[2a00::1]/a?b"
