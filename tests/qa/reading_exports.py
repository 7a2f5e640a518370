"""What other programs make of an export: parsers of Markdown, HTML and BibTeX."""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from itertools import groupby, pairwise
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qa.export.bibtex import SIGNS

NUMBERS = re.compile(r"(\[\d+\])+")


class Read(NamedTuple):
    """What a parser gave: the sentences, the numbers that each stands on, and the numbered quotations."""

    said: list[str]
    used: list[int]
    defined: list[int]
    quoted: list[str]


def inline(tokens: Sequence[Token]) -> str:
    return "".join("\n" if one.type == "softbreak" else one.content for one in tokens)


def blocks(markdown: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)


def read_markdown(markdown: str) -> Read:
    """A paragraph that begins with a bold number is a reference, one with such a number later is a sentence."""
    read = Read([], [], [], [])
    for before, token in pairwise(blocks(markdown)):
        parts = token.children or []
        bold = [n for n, one in enumerate(parts) if one.type == "strong_open"]
        numbers = [int(n) for at in bold if NUMBERS.fullmatch(parts[at + 1].content) for n in re.findall(r"\d+", parts[at + 1].content)]
        if before.type != "paragraph_open" or token.level > 2:
            continue
        if token.level == 2:
            read.quoted.append(inline(parts))
        elif numbers and inline(parts[: bold[0]]):
            read.said.append(inline(parts[: bold[0]])[:-1])
            read.used.extend(numbers)
        else:
            read.defined.extend(numbers)
    return read


class Html(HTMLParser):
    """What stands in a page: its tags, its attributes, and the text of each class."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.given: list[tuple[str, str]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        self.left = self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.given += [(name, value or "") for name, value in attrs]
        if tag != "meta":
            self._open.append(f"{tag}.{dict(attrs).get('class', '')}")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().partition(".")[0] == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self._open), data))

    def in_(self, *within: str) -> list[str]:
        """The text of each place that lies in all of these."""
        return ["".join(text for _, text in group) for open_, group in groupby(self.texts, lambda one: one[0]) if set(within) <= set(open_)]


def read_html(page: str) -> Read:
    html = Html(page)
    said = html.in_("p.sentence", "span.said")
    used = [int(value.removeprefix("#ref-")) for name, value in html.given if name == "href" and value.startswith("#ref-")]
    defined = [int(value.removeprefix("ref-")) for name, value in html.given if name == "id" and value.startswith("ref-")]
    anchors = [value for name, value in html.given if name == "id"]
    assert len(set(anchors)) == len(anchors)
    assert {value[1:] for name, value in html.given if name == "href" and value.startswith("#")} <= set(anchors)
    return Read(said, used, defined, html.in_("blockquote.said"))


def entries(bib: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Entries as BibTeX reads them: it counts braces, behind a backslash too."""
    place, end = 0, len(bib)
    while place < end:
        head = re.compile(r"\s*@(article|online|misc)\{([a-z0-9-]+),\n").match(bib, place)
        assert head, bib[place:]
        place, fields = head.end(), {"": head[1]}
        while not bib.startswith("}\n", place):
            name = re.compile(r"  ([a-z]+) = \{").match(bib, place)
            assert name, bib[place:]
            start = place = name.end()
            depth = 1
            while depth:
                depth += {"{": 1, "}": -1}.get(bib[place], 0)
                place += 1
            fields[name[1]] = bib[start : place - 1]
            assert bib.startswith(",\n", place)
            place += 2
        place += 2
        yield head[2], fields


def plain(tex: str) -> str:
    """What TeX sets: each of our signs by its name, everything else as it stands."""
    names = {name: sign for sign, name in SIGNS.items()}
    read = re.sub("|".join(map(re.escape, sorted(names, key=len, reverse=True))) + r"|\{\}", lambda found: names.get(found[0], ""), tex)
    assert not re.search(r"(?<!\\)[%&#$_~^{}]", re.sub("|".join(map(re.escape, names)) + r"|\{\}", "", tex))
    return read
