"""Put pages, feeds and files into the corpus folder, where the ordinary update finds them.

    page        ──► added/<host>/<slug>-<8 hex of the address>.warc.gz     the bytes as the server sent them, kept as evidence
    feed        ──► added/<host>/<slug>-<8 hex of the guid>.json           an entry that has its whole text
                    its other entries as pages: those not known yet, or changed since
    PDF, text   ──► added/<host>/<slug>-<8 hex of the address>.pdf …
    file        ──► added/<name>        folder ──► added/<folder>/<names inside>

In: addresses and paths, and what is remembered of them.  Out: files below the corpus folder, and an `Added` for each with what
to remember.  Never: the index touched, a link followed, a file deleted, a file of another source overwritten, or one source
that stops the others.
"""

import gzip
import hashlib
import json
import os
import re
import uuid
from base64 import b32encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from pydantic import AwareDatetime, Field

from index.addresses import PORTS, Address, NotFetched, told, web_address
from index.errors import QAError, ReadError
from index.placing import Folder, chunks, opened
from index.readers import NOT_NEWS, dates, shown
from index.records import Record
from index.text import fold

if TYPE_CHECKING:
    from index.fetch import Fetched, Fetcher
    from index.readers.feed import Entry

MAX_PAGES = 50  # of feeds' entries, fetched in one run
MAX_SLUG_CHARS = 60
ENTRY_FIELDS = ("id", "url", "title", "text", "published", "modified", "authors", "outlet", "section", "rights", "lang", "status", "expires")

_FEED = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)*+<(?:rss|(?:\w+:)?feed|rdf:RDF)[\s>]", re.DOTALL)
_TRANSFER = re.compile("content-(?:length|encoding)|transfer-encoding|connection|keep-alive", re.IGNORECASE)


class Known(Record):
    """What is remembered of a source, to tell next time whether it has changed."""

    etag: str = Field(default="", description="As the server gave it; empty when it gave none, or when the source must be read again in any case.")
    last_modified: str = Field(default="", description="Likewise.")
    sha256: str = Field(default="", description="Of the bytes received or copied; empty when the source must be read again in any case.")
    path: str = Field(default="", description="Path inside the corpus folder; empty for a feed, and for what was gone when first asked for.")
    fetched: AwareDatetime = Field(description="When it was last found to be so.")


class Added(Record):
    """What became of one source."""

    source: str = Field(description="Key under which it is remembered: an address in its one form, a feed's address and an entry's id, or a path.")
    path: str = Field(default="", description="Path inside the corpus folder; empty when it has none.")
    state: Literal["new", "changed", "unchanged", "failed", "gone"] = Field(description="gone: the server says so; the file, if any, is kept.")
    reason: str = Field(default="", description="Why it failed, or what else there is to say, in one line.")
    known: Known | None = Field(default=None, description="What to remember of it from now on; None: whatever is remembered stays.")


def add(sources: Sequence[str], corpus_dir: Path, known: Mapping[str, Known], fetcher: "Fetcher", now: datetime) -> Iterator[Added]:
    """Put each source into the corpus folder.

    Args:
        sources: Addresses of pages and of feeds, and paths of files and of folders.
        corpus_dir: Made when missing; it may itself be a link, nothing below it may.
        known: What earlier runs gave as `Added.known`, by `Added.source`.
        fetcher: Opened.
        now: When this run began (aware).

    Returns:
        An Added for every page, entry and file, as it is done; a feed's own comes after those of its entries.

    Raises:
        CorpusError: at the first step, if there is no corpus folder and none can be made.
    """
    adding = _Adding(corpus_dir, known, fetcher, now)
    for source in sources:
        try:
            is_address = re.match("[A-Za-z][A-Za-z0-9+.-]+:", source) and not os.path.lexists(source)
            yield from adding.address(source) if is_address else adding.local(source)
        except (QAError, OSError) as error:
            yield adding.failed(source, error)


class _Adding:
    """One run."""

    def __init__(self, corpus_dir: Path, known: Mapping[str, Known], fetcher: "Fetcher", now: datetime) -> None:
        self.known, self.fetcher, self.now, self.pages = known, fetcher, now, 0
        self.folder = Folder(corpus_dir)
        self.owners = {one.path: source for source, one in known.items() if one.path}

    def failed(self, source: str, error: Exception) -> Added:
        """A source that gave nothing."""
        reason = f"{error.strerror or error}" if isinstance(error, OSError) else str(error)
        gone = isinstance(error, NotFetched) and error.status in (404, 410)
        old = self.known.get(source)
        kept = Known(fetched=self.now) if gone and old is None else None
        state: Literal["gone", "failed"] = "gone" if gone else "failed"
        return Added(source=told(source, 4_000), path=old.path if old else "", state=state, reason=told(reason, 500), known=kept)

    def address(self, given: str) -> Iterator[Added]:
        """What a page, or a feed and its entries, became."""
        source = web_address(given).url
        got = self.fetched(source)
        if isinstance(got, Added):
            yield got
        elif is_feed(got):
            yield from self.feed(source, got)
        else:
            yield self.page(source, got)

    def fetched(self, source: str) -> "Fetched | Added":
        """What the server has, or that nothing came of it."""
        old = self.known.get(source)
        usable = old if old and (not old.path or self.folder.has(old.path)) else Known(fetched=self.now)
        try:
            got = self.fetcher.get(source, etag=usable.etag, last_modified=usable.last_modified)
        except NotFetched as error:
            return self.failed(source, error)
        if got.status != 304:
            return got
        again = usable.model_copy(update={"etag": got.etag, "last_modified": got.last_modified, "fetched": got.fetched})
        return Added(source=source, path=usable.path, state="unchanged", known=again)

    def page(self, source: str, got: "Fetched") -> Added:
        """A page, or a file of the web, put into the corpus."""
        folder, name = place(web_address(source))
        path, data = f"added/{folder}/{name}.{got.kind}", got.body
        if got.kind == "html":
            path, data = f"added/{folder}/{name}.warc.gz", warc(got)
        return self.put(source, path, data, Known(etag=got.etag, last_modified=got.last_modified, sha256=sha256(got.body), fetched=got.fetched))

    def put(self, source: str, path: str, data: bytes, now: Known) -> Added:
        """Bytes put into the corpus, unless they are there; `now` lacks only the path."""
        old = self.known.get(source)
        there = old is not None and self.folder.has(old.path)
        if old and there and old.sha256 == now.sha256:
            return Added(source=source, path=old.path, state="unchanged", known=now.model_copy(update={"path": old.path}))
        if old and there and old.path.startswith("added/") and old.path.endswith(os.path.splitext(path)[1]):
            path = old.path  # an entry's link may change, and its file with it would be a second article
        self.folder.save(path, [data])
        return Added(source=source, path=path, state="changed" if there else "new", known=now.model_copy(update={"path": path}))

    def feed(self, source: str, got: "Fetched") -> Iterator[Added]:
        """A feed's entries, and then the feed itself."""
        from index.readers.feed import entries

        old, digest = self.known.get(source), sha256(got.body)
        now = Known(etag=got.etag, last_modified=got.last_modified, sha256=digest, fetched=got.fetched)
        if old and old.sha256 == digest:
            yield Added(source=source, state="unchanged", known=now)
            return
        held, left, failed = 0, 0, 0
        for entry in entries(got.body, url=got.url):
            held += 1
            found = self.entry(source, entry, got)
            if found is None:
                left += 1
                continue
            failed += found.state == "failed"
            yield found
        if left or failed:  # then the feed is read again next time, even if it has not changed
            now = Known(fetched=got.fetched)
        said = [f"{held} entries", f"{failed} failed" if failed else "", f"{left} wait for the next run ({MAX_PAGES} pages a run)" if left else ""]
        yield Added(source=source, state="changed" if old else "new", reason=", ".join(filter(None, said)), known=now)

    def entry(self, feed: str, entry: "Entry", got: "Fetched") -> Added | None:
        """One entry put into the corpus, or its page; None when it must wait for the next run."""
        source = entry.link or f"an entry of {feed}"
        try:
            if entry.whole or (entry.values.get("status") and entry.values.get("id")):  # the latter is a notice that it was withdrawn
                return self.whole(feed, entry, got)
            if not entry.link:
                raise ReadError("it has neither its whole text nor a link")
            source = web_address(entry.link, ports=PORTS | {web_address(feed).port}).url
            old, changed = self.known.get(source), dates.parse(entry.values.get("modified") or entry.values.get("published"))
            if old and not (changed and changed > old.fetched):
                return Added(source=source, path=old.path, state="unchanged")
            if self.pages >= MAX_PAGES:
                return None
            self.pages += 1
            found = self.fetched(source)
            if not isinstance(found, Added) and is_feed(found):
                raise ReadError("a feed's entry leads to another feed: add that one by itself")
            return found if isinstance(found, Added) else self.page(source, found)
        except (QAError, OSError) as error:
            return self.failed(source, error)

    def whole(self, feed: str, entry: "Entry", got: "Fetched") -> Added:
        """An entry with its whole text, as a file of its own."""
        values = {name: entry.values[name] for name in ENTRY_FIELDS if entry.values.get(name)}
        guid = str(values.get("id") or entry.link or values.get("title") or "")
        guid = guid if len(guid) <= 300 else sha256(guid.encode("utf-8", "backslashreplace"))
        data = json.dumps(values, ensure_ascii=False, indent=1, default=_plain).encode("utf-8", "backslashreplace")
        home = web_address(feed)
        folder, name = place(home, entry.link.partition("://")[2].partition("/")[2].partition("?")[0] or guid, f"{feed} {guid}")
        return self.put(told(f"{feed} {guid}", 500), f"added/{folder}/{name}.json", data, Known(sha256=sha256(data), fetched=got.fetched))

    def local(self, given: str) -> Iterator[Added]:
        """A file, or the files of a folder, copied into the corpus."""
        path = Path(os.path.abspath(given))
        if not given.strip() or not os.path.lexists(path):
            raise ReadError("there is no such file or folder; an address begins with http:// or https://")
        if path.is_symlink():
            raise ReadError("it is a symbolic link, and links are never followed: give the file that it leads to")
        real = path.parent.resolve() / path.name
        if self.folder.root == real or self.folder.root in real.parents:
            yield Added(
                source=told(str(path), 4_000),
                path=told(str(real.relative_to(self.folder.root)), 4_000),
                state="unchanged",
                reason="it lies in the corpus",
            )
        elif real in self.folder.root.parents:
            raise ReadError("the corpus folder lies inside it: give the folders that are to be added")
        elif path.is_dir():
            empty = True
            for one in self.files(path):
                empty = False
                yield one
            if empty:
                raise ReadError("the folder holds no file to add")
        else:
            yield self.copy(path, (path.name,))

    def files(self, top: Path) -> Iterator[Added]:
        """Every file of a folder; names that begin with a dot, README.md and questions.txt are passed over, as in a corpus."""
        unlisted: list[OSError] = []
        for at, folders, names in os.walk(top, onerror=unlisted.append):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            links = [name for name in folders if os.path.islink(os.path.join(at, name))]
            for name in sorted([*names, *links]):
                if not name.startswith(".") and name.casefold() not in NOT_NEWS:
                    file = Path(at, name)
                    try:
                        yield self.copy(file, (top.name, *file.relative_to(top).parts))
                    except (QAError, OSError) as error:
                        yield self.failed(str(file), error)
        for problem in unlisted:
            yield self.failed(str(problem.filename), problem)

    def copy(self, file: Path, parts: Sequence[str]) -> Added:
        """A file copied to `added/` and the parts, or to a name with 8 digits more where that one is another's."""
        source = told(str(file), 4_000)
        old, whole, copied = self.known.get(source), hashlib.sha256(), hashlib.sha256()
        *folders, name = (harmless(part) for part in parts)
        path = "/".join(("added", *folders, name))
        with opened(file) as stream:
            for _ in chunks(stream, whole):
                pass
            there = old is not None and self.folder.has(old.path)
            if old and there:
                path = old.path
            elif self.owners.get(path, source) != source or name.casefold() in NOT_NEWS or self.folder.digest(path) not in ("", whole.hexdigest()):
                stem, dot, rest = name.partition(".")
                path = "/".join(("added", *folders, f"{stem}-{sha256(os.fsencode(file))[:8]}{dot}{rest}"))
            same = self.folder.digest(path) == whole.hexdigest()
            if not same:
                stream.seek(0)
                self.folder.save(path, chunks(stream, copied))
        self.owners[path] = source
        now = Known(sha256=(whole if same else copied).hexdigest(), path=path, fetched=self.now)
        return Added(source=source, path=path, state="unchanged" if same else "changed" if there else "new", known=now)


def sha256(data: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def harmless(name: str) -> str:
    r"""A file's name without control characters, bytes that are no UTF-8 and dots in front.

    >>> harmless("nota\n1.md"), harmless("..perfil.md"), harmless("Água.md")
    ('nota_n1.md', 'perfil.md', 'Água.md')
    """
    return shown(name).replace("\\", "_").lstrip(".") or "file"


def is_feed(got: "Fetched") -> bool:
    """Whether it is RSS or Atom, by its first element; servers misname feeds, and pages that link to a feed are pages."""
    return bool(_FEED.match(got.body[:8192].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")))


def warc(got: "Fetched") -> bytes:
    """The answer as one WARC 1.1 response record, compressed; headers that spoke of the transfer are kept as X-Archive-Orig-*."""
    told_anew = [(f"X-Archive-Orig-{name}" if _TRANSFER.fullmatch(name) else name, value) for name, value in got.headers]
    head = "".join(f"{name}: {value}\r\n" for name, value in [*told_anew, ("Content-Length", str(len(got.body)))])
    block = f"HTTP/1.1 200 OK\r\n{head}\r\n".encode("latin-1") + got.body
    digests = {
        name: b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode() for name, data in (("Block", block), ("Payload", got.body))
    }
    when = got.fetched.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    record = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, got.url + when + digests['Block'])}>\r\n"
    record += f"WARC-Date: {when}\r\nWARC-Target-URI: {got.url}\r\nContent-Type: application/http;msgtype=response\r\n"
    record += "".join(f"WARC-{name}-Digest: sha1:{digest}\r\n" for name, digest in digests.items())
    record += f"Content-Length: {len(block)}\r\n\r\n"
    return gzip.compress(record.encode("ascii") + block + b"\r\n\r\n", mtime=0)


def slug(text: str) -> str:
    """Words of a text or of a path as a part of a file's name: a to z, 0 to 9 and hyphens.

    >>> slug("/política/2024/São%20João.html"), slug("../../.ssh"), slug("/")
    ('politica-2024-sao-joao', 'ssh', 'page')
    """
    words = re.sub(r"\.(?:html?|xhtml|php|aspx?)$", "", unquote(text).strip("/ "))
    return re.sub("[^a-z0-9]+", "-", fold(words)).strip("-")[-MAX_SLUG_CHARS:].strip("-") or "page"


def place(address: Address, name: str = "", key: str = "") -> tuple[str, str]:
    """The folder and the name, without an ending, of what an address gave.

    Args:
        address: Where it came from.
        name: What to make the readable part of; the path when empty.
        key: What to make the part of that no two share; the address when empty.

    >>> place(web_address("https://folha.example/chuva.html?p=2"))
    ('folha.example', 'chuva-b977baff')
    """
    folder = re.sub("[^a-z0-9._-]", "-", address.netloc)
    digest = hashlib.sha256((key or address.url).encode("utf-8", "backslashreplace")).hexdigest()
    return folder, f"{slug(name or address.target.partition('?')[0])}-{digest[:8]}"


def _plain(value: object) -> str:
    """A value that JSON has no form for: instants as ISO 8601."""
    return value.isoformat() if isinstance(value, date) else str(value)
