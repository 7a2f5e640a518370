"""Which web addresses may be fetched, and the one place where connections to them are made.

    "HTTPS://Folha.Example./a b#c"  ── web_address ──►  Address: https, folha.example, 443, /a%20b    or NotFetched
    "10.0.0.7"                      ── is_public ────►  False
    host ── resolved once ──► addresses ── ALL allowed? ──► connected to one of those very addresses       Wire.connect_tcp

All but the last lines are pure functions of text.  Never: a scheme but http and https, a name and password in an address, an
IPv4 address in another spelling than four decimal numbers (0x7f.1, 2130706433, 0177.0.0.1), or a second look-up of a name
between the check and the connection.
"""

import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from pydantic import Field

from index.errors import FetchError
from index.records import Record

if TYPE_CHECKING:
    import httpcore

Resolve = Callable[[str, int], list[str]]  # host and port → every IP address of the host
Dial = Callable[[str, int, float], "httpcore.NetworkStream"]  # IP address, port, seconds → a connection

MAX_DIALLED = 4  # addresses of one host that are tried in turn
MAX_URL_CHARS = 4_000
PORTS = frozenset({80, 443})

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\Z")
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\Z")  # what systems read as an IPv4 address ends like this
_UNICAST_6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_PROTOCOL_USE = ipaddress.IPv4Network("192.0.0.0/24")  # of which some Pythons take a part for global


class NotFetched(FetchError):
    """An address that was not fetched, and why.

    Attributes:
        status: The HTTP status that said so; 0 when none did.
        refused: Whether it was refused here, before anything was sent.
    """

    def __init__(self, url: str, why: str, *, status: int = 0, refused: bool = False) -> None:
        super().__init__(f"{told(url)}: {why}")
        self.status = status
        self.refused = refused


class Address(Record):
    """A checked http or https address, in the one form that is compared, remembered and sent."""

    scheme: str = Field(description="http or https.")
    host: str = Field(description="ASCII name in lower case without a last dot, or an IP address without brackets.")
    port: int = Field(ge=1, le=65535)
    target: str = Field(description="Path and query, percent-encoded; begins with `/`.")

    @property
    def netloc(self) -> str:
        """Host, and port where it is not the scheme's own: the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == default_port(self.scheme) else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what shares one robots.txt."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def url(self) -> str:
        """The whole address, without a fragment."""
        return self.origin + self.target


def default_port(scheme: str) -> int:
    """The port of a scheme."""
    return 443 if scheme == "https" else 80


def told(text: str, most_chars: int = 200) -> str:
    r"""An address, or another text from outside, for a message: one line, not too long, without a password.

    >>> told("http://ana:segredo@folha.example/\n")
    'http://…@folha.example/\\n'
    """
    text = re.sub(r"//[^/?#\s]{1,500}@", "//…@", text)
    line = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[:most_chars])
    return line + "…" if len(text) > most_chars else line


def web_address(url: str, *, base: Address | None = None, ports: Collection[int] | None = None) -> Address:
    """Check an address and bring it to its one form.

    Args:
        url: As given by a person, a feed or a server.
        base: What a relative address is relative to.
        ports: The ports it may have; None for any.

    Raises:
        NotFetched: if it is no http(s) address, or one that could mislead.

    >>> web_address("HTTP://Notícias.Example.:8080/Chuva no Recife?p=ç#topo").url
    'http://xn--notcias-9ya.example:8080/Chuva%20no%20Recife?p=%C3%A7'
    """
    import httpx  # the only parser: what it says is checked here and connected to there

    if len(url) > MAX_URL_CHARS:
        raise NotFetched(url, f"it has {len(url):,} characters; an address has at most {MAX_URL_CHARS:,}", refused=True)
    if "\\" in url or any(ord(char) < 32 or 127 <= ord(char) < 160 for char in url.strip()):
        raise NotFetched(url, "it has a backslash or a control character in it: write the address as a browser shows it", refused=True)
    try:
        parsed = httpx.URL(url.strip())
        parsed = parsed if base is None else httpx.URL(base.url).join(parsed)
    except (httpx.InvalidURL, ValueError) as error:
        raise NotFetched(url, f"it is no web address: {error}", refused=True) from error
    if parsed.scheme not in ("http", "https"):
        raise NotFetched(url, "only addresses that begin with http:// or https:// are fetched; give a file by its path", refused=True)
    if parsed.userinfo:
        raise NotFetched(url, "it has a name or a password before the host: leave out all up to the @", refused=True)
    port = default_port(parsed.scheme) if parsed.port is None else parsed.port
    if not 1 <= port <= 65535 or (ports is not None and port not in ports):
        allowed = "1 to 65535" if ports is None else ", ".join(map(str, sorted(ports)))
        raise NotFetched(url, f"its port {port} is not among those allowed here ({allowed})", refused=True)
    target = parsed.raw_path.decode("ascii")
    return Address(scheme=parsed.scheme, host=_host(url, parsed.raw_host.decode("ascii")), port=port, target=target)


def _host(url: str, host: str) -> str:
    """A host in its one form: an IP address, or a name.

    Raises:
        NotFetched: if it is neither, or an IP address in disguise.
    """
    host = host.lower().removesuffix(".")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if address is not None and "%" not in host:
        return str(address)
    if _NUMBER.match(host):
        raise NotFetched(url, f"its host {host!r} is an IP address in an unusual spelling: write it as four decimal numbers", refused=True)
    if not _HOST.match(host):
        raise NotFetched(url, f"its host {host[:80]!r} is no host's name", refused=True)
    return host


def host_name(name: str) -> str:
    """The one form of a host's name or IP address standing alone; "" when it is none, or a pattern.

    >>> host_name("CMS.Intranet."), host_name("::1"), host_name("*.intranet"), host_name("cms.intranet:80/x")
    ('cms.intranet', '::1', '', '')
    """
    try:
        bracketed = f"[{ipaddress.IPv6Address(name)}]"
    except ValueError:
        bracketed = name
    if not name or set(name) & set("/?#@ ") or (":" in name and bracketed == name):
        return ""
    try:
        return web_address(f"http://{bracketed}/").host
    except NotFetched:
        return ""


def reached(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The machine's own address: an IPv4 address inside an IPv6 one (mapped, 6to4, NAT64) is the one that is reached.

    >>> str(reached("::ffff:127.0.0.1")), str(reached("2002:a9fe:a9fe::1")), str(reached("64:ff9b::a00:1"))
    ('127.0.0.1', '169.254.169.254', '10.0.0.1')
    """
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv4Address):
        return found
    inner = found.ipv4_mapped or found.sixtofour
    if inner is None and found in _NAT64:
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found if inner is None else inner


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, whatever it is wrapped in.

    >>> [is_public(text) for text in ("8.8.4.4", "10.1.2.3", "127.0.0.1", "::1", "fd00::1", "2a00:1450::1", "::ffff:10.0.0.1")]
    [True, False, False, False, False, True, False]
    """
    found = reached(address)
    if isinstance(found, ipaddress.IPv6Address):
        return found in _UNICAST_6 and found.is_global and not found.teredo
    return found.is_global and not (found.is_multicast or found.is_reserved or found in _PROTOCOL_USE)


def is_private(address: str) -> bool:
    """Whether an IP address may be one of an intranet, or of this machine; link-local ones (cloud metadata) never are.

    >>> [is_private(text) for text in ("10.1.2.3", "127.0.0.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1")]
    [True, True, True, False, False, False, False]
    """
    found = reached(address)
    barred = found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved
    return found.is_loopback or (found.is_private and not barred)


def resolve(host: str, port: int) -> list[str]:
    """Every IP address of a host, as the system tells."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def dial(address: str, port: int, timeout_s: float) -> "httpcore.NetworkStream":
    """A connection to an IP address."""
    import httpcore

    return httpcore.SyncBackend().connect_tcp(address, port, timeout_s)


class Stream:
    """A connection on which nothing outlasts the wire's deadline, however slowly the bytes drip."""

    def __init__(self, stream: "httpcore.NetworkStream", wire: "Wire") -> None:
        self._stream, self._wire = stream, wire
        self.close, self.get_extra_info = stream.close, stream.get_extra_info

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._wire.left_s(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._wire.left_s(timeout))

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> "Stream":
        return Stream(self._stream.start_tls(ssl_context, server_hostname, self._wire.left_s(timeout)), self._wire)


class Wire:
    """The one place where connections are made; a network backend of httpcore, which calls `connect_tcp`."""

    def __init__(self, private_hosts: frozenset[str], resolve: Resolve, dial: Dial) -> None:
        self._private_hosts, self._resolve, self._dial = private_hosts, resolve, dial
        self.asked, self.deadline = "", 0.0

    def left_s(self, timeout: float | None) -> float:
        """Seconds that may still pass, at most the timeout."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise NotFetched(self.asked, "the server took too long for it: try again later")
        return left if timeout is None else min(left, timeout)

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **_: object) -> Stream:
        """Resolve, check every address, and connect to one of the very addresses that were checked."""
        import httpcore

        addresses = self._checked(host, port)
        for address in addresses[:MAX_DIALLED]:
            try:
                return Stream(self._dial(address, port, self.left_s(timeout)), self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure: Exception = error
        raise failure

    def _checked(self, host: str, port: int) -> list[str]:
        """The host's addresses, all of which may be connected to."""
        if ":" in host or host.replace(".", "").isdigit():
            addresses = [host]
        else:
            try:
                addresses = self._resolve(host, port)
            except OSError as error:
                raise NotFetched(self.asked, f"the name {host} cannot be resolved ({error.strerror or error}): check its spelling") from error
        if not addresses:
            raise NotFetched(self.asked, f"the name {host} has no address: check its spelling")
        for address in addresses:
            if not (is_public(address) or (host in self._private_hosts and is_private(address))):
                hint = "" if host in self._private_hosts or not is_private(address) else f"; if you trust it, add `--private-host {host}`"
                raise NotFetched(self.asked, f"{host} leads to {address}, which is no public address, and is not fetched{hint}", refused=True)
        return addresses
