"""A link leads where it says, in a real browser's own reading of it, or there is no link."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from qa.web.render import link

PIECES = st.sampled_from([
    "http", "https", "HTTP", "javascript", "data", "file", "ftp", ":", "://", "//", "/", "\\", "@", "#", "?", ".", "..", ":80", ":99999", "%2e", "%40", "%00",
    "[::1]", "localhost", "127.1", "127.0.0.1", "0x7f.1", "2130706433", "1.2.3.4.", "0300.1.1.1", "evil.example", "folha.com.br", "www.", "câmara", "faß",
    "ΒΌΛΟΣ", "xn--", "xn--fa-hia.de", "１２７", "。", "ｅ", "\u202e", "\u200d", "\u00ad", "\t", "\n", " ", "\0", "\x1f", "\x7f", "\ud800", "a b", "'", '"', "<", "_",
])  # fmt: skip
ADDRESSES = st.one_of(
    st.lists(PIECES, max_size=8).map("".join),
    st.tuples(
        st.sampled_from(["http://", "https://", "//", ""]), st.lists(PIECES, max_size=5).map("".join), st.sampled_from(["", "/", "/a?b#c"])
    ).map("".join),
    st.tuples(st.just("https://"), st.text(max_size=12), st.just("/")).map("".join),
)
TRAPS = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.example/", "/a", "a", "", "http:evil.example",
    "https:/evil.example", "https:///evil.example", "http://me@evil.example/", "http://folha.com.br@evil.example/", "http://folha.com.br%40evil.example/",
    "http://folha.com.br\\@evil.example/", "http://folha.com.br\\.evil.example", "https://evil.example\t.br/", "java\nscript:alert(1)", " https://folha.com.br",
    "http://127.1/", "http://0x7f.1/", "http://2130706433/", "http://１２７.1/", "http://a%2eb.example/", "http://[::1]/", "http://faß.de/", "http://βόλος.com/",
    "http://a:b/", "http://a:99999/", "http://a b/", "http://a<b/", "http://\ud800.example/", "http://example.com/\ud800", "http://./", "http://..a/",
)  # fmt: skip


@pytest.mark.parametrize("url", TRAPS)
def test_a_trap_is_no_link(url: str) -> None:
    assert link(url) is None


@given(ADDRESSES)
def test_whatever_is_written_a_link_is_plain(url: str) -> None:
    if found := link(url):
        parts = urlsplit(found["href"])
        assert parts.scheme in ("http", "https")
        assert (parts.username, parts.password) == (None, None)
        assert min(found["href"]) > " "
        assert "\\" not in found["href"]
        assert found["host"].isascii()
        assert parts.hostname in (found["host"], f"www.{found['host']}")
        assert link(found["href"]) == found, "what is opened is shown the same"


READ = "all => all.map(one => { try { const url = new URL(one); return [url.protocol, url.username + url.password, url.hostname]; } catch { return null; } })"


@pytest.mark.browser
def test_chromium_goes_where_the_page_says(chromium: Browser) -> None:
    tried: set[str] = {
        *TRAPS,
        "https://câmara.example/a",
        "http://FOLHA.com.br:80/x",
        "http://a.b./",
        "http://10.0.0.1:8080/",
        "https://xn--fa-hia.de",
        "http://例え.jp/",
    }

    @given(ADDRESSES)
    def gather(url: str) -> None:
        tried.add(url)

    gather()
    links = [found for url in sorted(tried) if (found := link(url))]
    assert len(links) >= 8
    page = chromium.new_page()
    read = page.evaluate(READ, [found["href"] for found in links])
    page.close()
    for found, went in zip(links, read, strict=True):
        if went is None:
            continue  # an address that the browser refuses leads nowhere
        protocol, user, host = went
        assert protocol in ("http:", "https:")
        assert user == ""
        assert host in (found["host"], f"www.{found['host']}"), found
