"""Fetch pages and feeds: politely, safely, and within bounds.

    address ── robots.txt, pause ──► request ──► 200: the page, 304: unchanged, 3xx: again from the start (at most 5 times)

Every connection, also for robots.txt and after every redirect, is made by `addresses.Wire`; there is no other way out.
httpx's core is used without its client, so cookies, proxies, credentials, redirects and unbounded decoding are not switched
off but absent.

Never: an address that is not public (but of hosts named in `private_hosts`), http after https, more bytes or seconds than
`Limits` allow, a page that robots.txt forbids, or a kind of content that no reader takes.
"""

import re
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, cast

from pydantic import AwareDatetime, Field

from index.addresses import PORTS, Address, Dial, NotFetched, Resolve, Wire, dial, host_name, resolve, web_address
from index.errors import SettingsError
from index.records import Record

if TYPE_CHECKING:
    import httpcore
    from protego import Protego

T = TypeVar("T")

USER_AGENT = "Presscite/0.1"
MAX_REDIRECTS = 5
MAX_CRAWL_DELAY_S = 30.0
MAX_ROBOTS_BYTES = 500_000
ROBOTS_S, ROBOTS_FAILED_S = 86_400.0, 600.0
MOVED = frozenset({301, 302, 303, 307, 308})
ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"

# Media type → the kind of content; types that end in +xml or +json are of that kind too.
KINDS = MappingProxyType(
    {
        **dict.fromkeys(("text/html", "application/xhtml+xml"), "html"),
        **dict.fromkeys(("application/xml", "text/xml"), "xml"),
        **dict.fromkeys(("application/json", "text/json"), "json"),
        "text/plain": "txt",
        "text/markdown": "md",
        "text/csv": "csv",
        "application/pdf": "pdf",
    }
)


class Limits(Record):
    """How long and how much; the defaults are polite."""

    pause_s: float = Field(default=1.0, ge=0, description="Between two requests to one host, in seconds.")
    step_s: float = Field(default=10.0, gt=0, description="Longest wait for a connection, or for the next bytes, in seconds.")
    total_s: float = Field(default=60.0, gt=0, description="Longest time for one address, its redirects included and pauses not, in seconds.")
    max_bytes: int = Field(default=20 * 1024 * 1024, gt=0, description="Largest body, decompressed.")


class Fetched(Record):
    """What a server answered."""

    asked: str = Field(description="The address asked for, in its one form.")
    url: str = Field(description="The address that answered, after redirects.")
    status: Literal[200, 304] = Field(description="304: not changed since the version that etag or last_modified named; the body is empty.")
    headers: tuple[tuple[str, str], ...] = Field(description="The answer's headers in order, but for cookies.")
    kind: str = Field(description="html, xml, json, txt, md, csv or pdf; empty for 304.")
    charset: str = Field(description="As the content type states it, in lower case; empty when it does not.")
    body: bytes = Field(description="Decompressed, otherwise as it came.")
    etag: str = Field(description="To send with the next request; empty when there is none that can be sent.")
    last_modified: str = Field(description="To send with the next request; empty when there is none that can be sent.")
    fetched: AwareDatetime


class Fetcher:
    """Fetches one address after another; use it in a `with`. Not for several threads at once.

    Args:
        user_agent: How it presents itself; the part before `/` is the name that robots.txt files know it by.
        private_hosts: Names of hosts that may have private addresses (an intranet's CMS). No patterns.
        limits: How long and how much.
        tls: For an authority of one's own; else the certificates that come with certifi.
        resolve: Told a host and a port, gives all its IP addresses or raises an OSError.
        dial: Connects to an IP address.
        sleep: Waits some seconds.

    Raises:
        SettingsError: if the user agent cannot be sent, or a private host is no host's name.
    """

    def __init__(
        self,
        *,
        user_agent: str = USER_AGENT,
        private_hosts: Iterable[str] = (),
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        resolve: Resolve = resolve,
        dial: Dial = dial,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        hosts = {name: host_name(name) for name in private_hosts}
        if wrong := [name for name, host in hosts.items() if not host]:
            raise SettingsError(f"{wrong[0]!r} is no host's name: name each private host in full, without a scheme, a port or a pattern")
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*(/[\x20-\x7e]*)?", user_agent):
            raise SettingsError(f"{user_agent!r} is no user agent: write a name, a / and a version, as in {USER_AGENT}")
        self._agent, self._limits, self._tls, self._sleep = user_agent, limits or Limits(), tls, sleep
        self._wire = Wire(frozenset(hosts.values()), resolve, dial)
        self._pool: httpcore.ConnectionPool | None = None
        self._last: dict[str, float] = {}  # host → when its last answer ended
        self._robots: dict[str, tuple[float, Protego | NotFetched]] = {}  # origin → until when, and its rules or why there are none

    def __enter__(self) -> Self:
        import httpcore
        import httpx

        tls = self._tls or httpx.create_ssl_context(trust_env=False)
        wire = cast("httpcore.NetworkBackend", self._wire)
        self._pool = httpcore.ConnectionPool(ssl_context=tls, max_keepalive_connections=0, network_backend=wire)
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """Fetch an address.

        Args:
            url: http or https; any port. Redirects may lead to ports 80 and 443, and to the port given.
            etag: What the last answer had, so that the server need not send again what has not changed.
            last_modified: Likewise.

        Raises:
            NotFetched: whatever the reason; its `status` says which HTTP status it was, if any.
        """
        asked = web_address(url)
        names = {"If-None-Match": _sendable(etag), "If-Modified-Since": _sendable(last_modified)}
        conditions = {name: value for name, value in names.items() if value}
        self._wire.asked, self._wire.deadline = asked.url, time.monotonic() + self._limits.total_s

        def take(here: Address, response: "httpcore.Response") -> Fetched:
            return _fetched(asked, here, response, conditions, self._limits.max_bytes)

        return self._follow(asked, take, conditions, polite=True)

    def _follow(self, asked: Address, take: Callable[[Address, "httpcore.Response"], T], more: Mapping[str, str], *, polite: bool) -> T:
        """What `take` makes of the answer at the end of the redirects."""
        here, seen = asked, {asked.url}
        for _ in range(MAX_REDIRECTS + 1):
            self._wait(here, self._allowed(here) if polite else 0.0)
            with self._response(here, more) as response:
                if response.status not in MOVED:
                    return take(here, response)
                to = _header(response, "location")
            if not to:
                raise NotFetched(here.url, f"the server answered {response.status} without saying where to", status=response.status)
            there = web_address(to, base=here, ports=PORTS | {asked.port})
            if here.scheme == "https" and there.scheme == "http":
                raise NotFetched(here.url, f"it leads from https to {there.url}, which anyone on the way could change: not followed", refused=True)
            if there.url in seen:
                raise NotFetched(here.url, "its redirects lead in a circle")
            here = there
            seen.add(here.url)
        raise NotFetched(asked.url, f"it has more than {MAX_REDIRECTS} redirects; the last led to {here.url}")

    @contextmanager
    def _response(self, here: Address, more: Mapping[str, str]) -> Iterator["httpcore.Response"]:
        """The answer to one request, its body not yet read."""
        import httpcore

        if self._pool is None:
            raise ValueError("a Fetcher is used in a `with`")
        headers = [("Host", here.netloc), ("User-Agent", self._agent), ("Accept", ACCEPT), ("Accept-Encoding", "gzip"), *more.items()]
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self._limits.step_s)
        host = here.host.encode()
        url = httpcore.URL(scheme=here.scheme.encode(), host=host, port=here.port, target=here.target.encode())
        try:
            with self._pool.stream("GET", url, headers=headers, extensions={"timeout": timeouts}) as response:
                yield response
        except httpcore.TimeoutException as error:
            self._wire.left_s(None)  # was it the last wait?
            raise NotFetched(here.url, f"the server was silent for {self._limits.step_s:g} s: try again later") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise NotFetched(here.url, f"the connection failed: {str(error) or type(error).__name__}") from error
        finally:
            self._last[here.host] = time.monotonic()

    def _wait(self, here: Address, delay_s: float) -> None:
        """Let the host rest since its last answer; the deadline waits too."""
        if here.host in self._last:
            wait_s = self._last[here.host] + max(delay_s, self._limits.pause_s) - time.monotonic()
            if wait_s > 0:
                self._sleep(wait_s)
                self._wire.deadline += wait_s

    def _allowed(self, here: Address) -> float:
        """See that robots.txt lets it be fetched, and tell the pause that it asks for, in seconds."""
        until, rules = self._robots.get(here.origin, (0.0, None))
        if rules is None or time.monotonic() >= until:
            rules = self._read_robots(here)
            kept_s = ROBOTS_FAILED_S if isinstance(rules, NotFetched) else ROBOTS_S
            self._robots[here.origin] = (time.monotonic() + kept_s, rules)
        if isinstance(rules, NotFetched):
            raise NotFetched(here.url, f"not fetched, for the site's rules for robots cannot be read: {rules}") from rules
        name = self._agent.partition("/")[0]
        if not rules.can_fetch(here.url, name):
            raise NotFetched(here.url, f"the site's robots.txt forbids {name} to fetch it", refused=True)
        return min(float(rules.crawl_delay(name) or 0), MAX_CRAWL_DELAY_S)

    def _read_robots(self, here: Address) -> "Protego | NotFetched":
        """The rules of an origin; none when it has no robots.txt. An address that is refused for itself is an error at once."""
        try:
            return self._follow(here.model_copy(update={"target": "/robots.txt"}), _rules, {}, polite=False)
        except NotFetched as error:
            if error.refused:
                raise
            return error


def _rules(here: Address, response: "httpcore.Response") -> "Protego":
    from protego import Protego

    if response.status == 200:
        return Protego.parse(_body(here, response, MAX_ROBOTS_BYTES, cut=True).decode("utf-8-sig", "replace"))
    if 400 <= response.status < 500 and response.status != 429:
        return Protego.parse("")
    raise NotFetched(here.url, f"the server answered {response.status}: try again later", status=response.status)


def _fetched(asked: Address, here: Address, response: "httpcore.Response", conditions: Mapping[str, str], max_bytes: int) -> Fetched:
    """The record of an answer that is no redirect."""
    status = response.status
    if status != 200 and not (status == 304 and conditions):
        hint = ": it is gone" if status in (404, 410) else ": try again later" if status in (429, 503) else ""
        raise NotFetched(here.url, f"the server answered {status}{hint}", status=status)
    media, _, parameters = _header(response, "content-type").partition(";")
    media = media.strip().lower()
    kind = KINDS.get(media, media.rpartition("+")[2] if media.endswith(("+xml", "+json")) and not media.startswith("image/") else "")
    if status == 200 and not kind:
        raise NotFetched(here.url, f"its content is {media or 'of no stated type'}, which no reader takes")
    charset = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", parameters, re.IGNORECASE)
    return Fetched(
        asked=asked.url,
        url=here.url,
        status=200 if status == 200 else 304,
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers if name.lower() != b"set-cookie"),
        kind=kind if status == 200 else "",
        charset=charset[1].lower() if charset else "",
        body=_body(here, response, max_bytes) if status == 200 else b"",
        etag=_sendable(_header(response, "etag")) or (conditions.get("If-None-Match", "") if status == 304 else ""),
        last_modified=_sendable(_header(response, "last-modified")) or (conditions.get("If-Modified-Since", "") if status == 304 else ""),
        fetched=datetime.now(UTC),
    )


def _body(here: Address, response: "httpcore.Response", max_bytes: int, *, cut: bool = False) -> bytes:
    """The body, decompressed as it arrives: never more than `max_bytes` are held. A longer one is an error, or cut."""
    coding = _header(response, "content-encoding").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise NotFetched(here.url, f"it came compressed as {coding[:40]!r}, which was not asked for")
    unpack: Any = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in coding else None
    stated, parts, size, raw = _header(response, "content-length"), [], 0, 0
    too_large = NotFetched(here.url, f"it has more than {max_bytes:,} bytes")
    if unpack is None and not cut and stated.isdecimal() and len(stated) < 20 and int(stated) > max_bytes:
        raise too_large
    for arrived in cast(Iterable[bytes], response.stream):
        raw += len(arrived)
        try:
            part = arrived if unpack is None else unpack.decompress(arrived, max_bytes - size + 1)
        except zlib.error as error:
            raise NotFetched(here.url, f"its compression is damaged: {error}") from error
        parts.append(part)
        size += len(part)
        if size > max_bytes or raw > 2 * max_bytes + 1024:  # compressed, it is seldom longer
            if cut:
                return b"".join(parts)[:max_bytes]
            raise too_large
    if unpack is not None and (not unpack.eof or unpack.unused_data):
        raise NotFetched(here.url, "its compression is damaged: it " + ("goes on after its end" if unpack.eof else "ends too early"))
    return b"".join(parts)


def _header(response: "httpcore.Response", name: str) -> str:
    """The first header of a name; "" when there is none."""
    wanted = name.encode()
    return next((value.decode("latin-1") for found, value in response.headers if found.lower() == wanted), "")


def _sendable(value: str) -> str:
    """A validator that can be sent back as it is; "" for any other."""
    return value if re.fullmatch(r"[\x20-\x7e]{1,500}", value.strip(" ")) and value == value.strip(" ") else ""
