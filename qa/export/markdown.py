r"""A sheet → Markdown (CommonMark).

    **[1]**      a number of ours is bold and in plain brackets
    \[1\]        what an article says, also of that kind, is escaped: nothing in it becomes markup, and nothing in it can be bold

In: a sheet.  Out: text.  Line ends inside a quotation stay, so that a parser gives its very words back.
"""

import re
from collections.abc import Iterator, Sequence

from qa.export.sheet import Entry, Fact, Section, Sentence, Sheet, Source
from qa.export.words import WORDS

_MARKS = re.compile(r"[\\`*_\[\]<>|~$^#{}]|&(?=[#\w])|:(?=//)|(?<=www)\.|(?<!\w)@|@(?=[\w-]+\.)", re.IGNORECASE)
_STARTS = re.compile(r"^(\d+(?=[.)](?:\s|\Z))|(?=[-+=:]))", re.MULTILINE)  # what at the beginning of a line makes a list, a heading or a rule of it
_EDGES = re.compile(r"\s*\n\s*|\A\s+|\s+\Z")
_PLAIN_URL = re.compile(r"[\w:/.?&=~+,()!*'@$#-]+", re.ASCII)
_REFERENCE = re.compile(r"&(?=[#A-Za-z])")


def markdown(sheet: Sheet) -> str:
    """The whole export."""
    words = WORDS[sheet.lang]
    blocks = [f"# {escaped(sheet.title)}", escaped(sheet.made)]
    for section in sheet.sections:
        blocks += _section(section, sheet.lang)
    if sheet.entries:
        blocks += [f"## {words['sources']}", *(block for entry in sheet.entries for block in _entry(entry, sheet.lang)), escaped(words["check"])]
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    r"""Text in which nothing is markup; a parser of CommonMark gives it back to the letter.

    >>> escaped("1. [2](http://x) *a*")
    '1\\. \\[2\\](http\\://x) \\*a\\*'
    """
    return _EDGES.sub(_spaces, _STARTS.sub(r"\1\\", _MARKS.sub(r"\\\g<0>", text)))


def _spaces(found: re.Match[str]) -> str:
    """White space that Markdown would take away, as character references; the first line end inside stays one."""
    run, inside = found[0], found.start() > 0 and found.end() < len(found.string)
    before, end, after = run.partition("\n") if inside else (run, "", "")
    refer = "".join(f"&#{ord(space)};" for space in before), "".join(f"&#{ord(space)};" for space in after)
    return end.join(refer)


def _section(section: Section, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    if section.heading:
        yield f"## {f'{section.number}. ' if section.number else ''}{escaped(section.heading)}"
    yield _list(section.facts)
    if section.doubt:
        yield f"**{escaped(section.doubt)}**"
    yield from (_sentence(one, lang) for one in section.sentences)
    yield from map(escaped, section.refusal)
    if section.nearest:
        yield f"{escaped(words['nearest'])}:"
        yield "\n".join(f"- {_source(one)} — {_code(one.address)}" for one in section.nearest)
    if section.closing:
        yield escaped(" ".join(section.closing))


def _sentence(one: Sentence, lang: str) -> str:
    words = WORDS[lang]
    told = [
        f"{words['before']} {_numbers(one.before)}" if one.before else "",
        f"{words['also']} {_numbers(one.also)}" if one.also else "",
        words["written"] if not one.verbatim else "",
    ]
    beside = "; ".join(filter(None, told))
    day = f"*{one.day}* — " if one.day else ""
    return f"{day}{escaped(one.text)} {_numbers(one.numbers)}{f' ({beside})' if beside else ''}"


def _numbers(numbers: Sequence[int]) -> str:
    """Ours; text of an article has no bold in it, and so no such numbers."""
    return f"**{''.join(f'[{n}]' for n in numbers)}**"


def _entry(entry: Entry, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    yield f"{_numbers([entry.number])} {_source(entry.source)}"
    yield "> " + escaped(entry.text).replace("\n", "\n> ")
    used = Fact(words["used"], "; ".join(use.words for use in entry.uses))
    yield f"- {words['address']}: {_code(entry.source.address)}\n{_list([*entry.facts, used])}"


def _code(text: str) -> str:
    """Text to be copied as it is: between more backquotes than it has in a row."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    room = " " if "`" in text else ""
    return f"{fence}{room}{text}{room}{fence}"


def _source(source: Source) -> str:
    told = [escaped(part) for part in (source.title, *source.about)]
    return " — ".join([*told, *([_link(source)] if source.url else [])])


def _link(source: Source) -> str:
    """The address itself where every parser reads it alike, else the host with the address behind it."""
    if _PLAIN_URL.fullmatch(source.url):
        return f"<{source.url}>"
    target = _REFERENCE.sub(r"\\&", source.url)
    return f"[{escaped(source.host)}](<{target}>)"


def _list(facts: Sequence[Fact]) -> str:
    return "\n".join(f"- {escaped(name)}: {escaped(value)}" for name, value in facts)
