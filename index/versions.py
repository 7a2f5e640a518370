"""A version of an article, looked up by its address, with what became of it since.

In: an opened library and a name as answers write it.  Out: the version, its successors, what changed.  Never: a guess at an address.
"""

import re
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from index.changes import changes, where_now
from index.errors import NoSuchArticle
from index.library import Library
from index.records import Article, Record

_ADDRESS = re.compile(r"(?P<id>.+?)(?:@(?P<version>\d{1,9}))?(?::(?P<start>\d{1,9})-(?P<end>\d{1,9}))?", re.DOTALL)


Silence = Literal["", "withheld", "canceled", "embargoed", "expired", "deleted"]  # why an article does not answer; empty when it does


class Step(Record):
    """One sentence that an article lost or gained."""

    kind: Literal["removed", "added"]
    text: str


class Shown(Record):
    """A version of an article, and what became of it."""

    article: Article
    start: int = Field(description="Where the words that were asked for begin; 0 when the whole article was.")
    end: int = Field(description="One past their last character.")
    versions: tuple[int, ...] = Field(description="Every version ever read, oldest first.")
    newest: int | None = Field(description="The one that answers; None when the corpus no longer holds the article.")
    silent: Silence = Field(
        default="", description="Why it does not answer now: withheld, canceled, embargoed, expired, deleted; empty when it does."
    )
    origin: str = Field(description="Id of the article that it is likely a copy of; its own when of none.")
    now: str = Field(default="", description="Address of the same words in the newest version; empty when they no longer stand there.")
    changed: tuple[Step, ...] = Field(default=(), description="Sentences that differ between this version and the newest, in reading order.")

    @property
    def words(self) -> str:
        """The words that were asked for."""
        return self.article.text[self.start : self.end]


def look_up(library: Library, name: str) -> Shown:
    """A version of an article by `id`, `id@version` or `id@version:start-end`.

    Raises:
        NoSuchArticle: there is none of this name, or the stretch lies outside its text.
    """
    for id_, version, stretch in _readings(name):
        versions = library.versions(id_)
        if not versions or (version is not None and version not in versions):
            continue
        newest = library.newest(id_)
        article = library.article(f"{id_}@{version or newest or versions[-1]}")
        start, end = stretch or (0, len(article.text))
        if start < end <= len(article.text):
            return _shown(library, article, start, end, versions, newest)
    raise NoSuchArticle(name)


def _readings(name: str) -> list[tuple[str, int | None, tuple[int, int] | None]]:
    """What a name may mean: an id may hold `@` and `:` itself, so the whole name is tried as one too."""
    found: list[tuple[str, int | None, tuple[int, int] | None]] = [(name, None, None)]
    if match := _ADDRESS.fullmatch(name):
        stretch = (int(match["start"]), int(match["end"])) if match["start"] else None
        found.append((match["id"], int(match["version"]) if match["version"] else None, stretch))
    return found


def _shown(library: Library, article: Article, start: int, end: int, versions: tuple[int, ...], newest: int | None) -> Shown:
    now, steps = "", tuple[Step, ...]()
    if newest is not None and newest != article.version:
        after = library.article(f"{article.id}@{newest}")
        place = where_now(start, end, article.text, after.text)
        now = f"{after.key}:{place[0]}-{place[1]}" if place else ""
        steps = stepped(article.text, after.text)
    elif newest is not None:
        now = f"{article.key}:{start}-{end}"
    return Shown(
        article=article,
        start=start,
        end=end,
        versions=versions,
        newest=newest,
        silent=silence(library, article.id),
        origin=library.origin(article.id),
        now=now,
        changed=steps,
    )


def stepped(old: str, new: str) -> tuple[Step, ...]:
    """The sentences that differ between two texts, in reading order."""
    steps = []
    for kind, before, after in changes(old, new):
        if kind == "removed" and before:
            steps.append(Step(kind=kind, text=old[slice(*before)]))
        elif kind == "added" and after:
            steps.append(Step(kind=kind, text=new[slice(*after)]))
    return tuple(steps)


def silence(library: Library, id_: str, at: datetime | None = None) -> Silence:
    """Why an article does not answer at an instant (now when None): withheld, canceled, embargoed, expired, deleted; empty when it does."""
    newest = library.newest(id_)
    if newest is None:
        return "deleted"
    article = library.article(f"{id_}@{newest}")
    if article.usable(at or datetime.now(UTC)):
        return ""
    return {"withheld": "withheld", "canceled": "canceled", "embargoed": "embargoed"}.get(article.status, "expired")  # type: ignore[return-value]
