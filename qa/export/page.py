"""A sheet → one HTML file that needs nothing else: to be read, and to be printed on A4.

In: a sheet.  Out: markup, in which every text is escaped.  Never: script, or anything from a network; its own policy forbids both.
"""

from collections.abc import Iterator, Sequence
from html import escape

from qa.export.sheet import Entry, Fact, Section, Sentence, Sheet, Source
from qa.export.words import TAGS, WORDS

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
:root { --ink: #1b1a17; --soft: #57534b; --paper: #fff; --line: #d8d4ca; --link: #0b4f8a; --mark: #fff3c4 }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; --ink: #ece8df; --soft: #b3ada1; --paper: #16150f; --line: #45423a; --link: #8fc4ff; --mark: #463a10 }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 Georgia, "Times New Roman", serif }
main { max-width: 42rem; margin: 0 auto; padding: 2rem 1rem 4rem; overflow-wrap: anywhere }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .4rem } h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.2rem 0 .6rem }
.made, dl, .closing, .check, .address, .uses { color: var(--soft); font: .85rem/1.5 system-ui, sans-serif }
dl { margin: .4rem 0 } dt, dd { display: inline; margin: 0 } dt::after { content: ": " } .doubt, .day { font-weight: bold }
a { color: var(--link) } .ours { font: .8em/1 system-ui, sans-serif; white-space: nowrap }
.references { list-style: none; margin: 0; padding: 0 } .references > li { border-top: 1px solid var(--line); padding: .8rem 0 }
.references p { margin: 0 } .number { font-weight: bold } blockquote { margin: .5rem 0; padding-left: .8rem; border-left: 3px solid var(--line) }
:target { background: var(--mark) }
@page { size: A4; margin: 20mm 18mm; @bottom-right { content: counter(page) } }
@media print {
  body { font-size: 10.5pt } main { max-width: none; padding: 0 } a { color: inherit; text-decoration: none } :target { background: none }
  h1, h2, section > dl, .doubt, .source { break-after: avoid } dl, .references > li { break-inside: avoid } .closing { break-before: avoid }
  p, blockquote { orphans: 3; widows: 3 }
}
"""


def page(sheet: Sheet) -> str:
    """The whole file."""
    words, title = WORDS[sheet.lang], escape(sheet.title)
    spoken = TAGS[sheet.lang if sheet.sections[0].heading else sheet.sections[0].lang]
    sections = "\n".join(_section(section, n, sheet.lang) for n, section in enumerate(sheet.sections, start=1))
    entries = "\n".join(_entry(entry, sheet.lang) for entry in sheet.entries)
    sources = (
        f'<section aria-labelledby="sources"><h2 id="sources">{escape(words["sources"])}</h2>\n<ol class="references">\n{entries}\n</ol>\n'
        f'<p class="check">{escape(words["check"])}</p></section>\n'
        if entries
        else ""
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{TAGS[sheet.lang]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n"
        f'<body>\n<main>\n<h1 id="title" lang="{spoken}" dir="auto">{title}</h1>\n<p class="made">{escape(sheet.made)}</p>\n'
        f"{sections}\n{sources}</main>\n</body>\n</html>\n"
    )


def _section(section: Section, n: int, lang: str) -> str:
    words = WORDS[lang]
    named = f"q-{n}" if section.heading else "title"
    number = f"{section.number}. " if section.number else ""
    parts = [f'<h2 id="{named}" lang="{TAGS[section.lang]}" dir="auto">{number}{escape(section.heading)}</h2>'] if section.heading else []
    parts.append(_list(section.facts))
    parts += [f'<p class="doubt">{escape(section.doubt)}</p>'] if section.doubt else []
    parts += [_sentence(one, lang) for one in section.sentences]
    parts += [f'<p class="refusal">{escape(text)}</p>' for text in section.refusal]
    if section.nearest:
        near = "\n".join(f"<li>{_source(one)} — <code>{escape(one.address)}</code></li>" for one in section.nearest)
        parts.append(f'<p>{escape(words["nearest"])}:</p>\n<ul class="nearest">\n{near}\n</ul>')
    parts += [f'<p class="closing">{escape(" ".join(section.closing))}</p>'] if section.closing else []
    return f'<section aria-labelledby="{named}">\n' + "\n".join(parts) + "\n</section>"


def _sentence(one: Sentence, lang: str) -> str:
    words = WORDS[lang]
    told = [
        f"{escape(words['before'])} {_numbers(one.before)}" if one.before else "",
        f"{escape(words['also'])} {_numbers(one.also)}" if one.also else "",
        escape(words["written"]) if not one.verbatim else "",
    ]
    beside = "; ".join(filter(None, told))
    ours = f"{_numbers(one.numbers)}{f' ({beside})' if beside else ''}"
    day = f'<span class="day">{escape(one.day)}</span> — ' if one.day else ""
    return f'<p class="sentence" id="{one.anchor}">{day}{_said("span", one.text, one.lang)} <span class="ours">{ours}</span></p>'


def _numbers(numbers: Sequence[int]) -> str:
    return "".join(f'<a href="#ref-{n}">[{n}]</a>' for n in numbers)


def _entry(entry: Entry, lang: str) -> str:
    uses = "; ".join(f'<a href="#{use.anchor}">{escape(use.words)}</a>' for use in entry.uses)
    words = WORDS[lang]
    return (
        f'<li id="ref-{entry.number}"><p class="source"><span class="number">[{entry.number}]</span> {_source(entry.source)}</p>\n'
        f"{_said('blockquote', entry.text, entry.source.lang)}\n"
        f'<p class="address">{escape(words["address"])}: <code>{escape(entry.source.address)}</code></p>\n{_list(entry.facts)}'
        f'<p class="uses">{escape(words["used"])}: {uses}</p></li>'
    )


def _said(tag: str, text: str, lang: str) -> str:
    """Words of an article, in its own language and direction."""
    spoken = f' lang="{escape(lang)}"' if lang else ""
    return f'<{tag} class="said"{spoken} dir="auto">{escape(text)}</{tag}>'


def _source(source: Source) -> str:
    told = [_said("cite", source.title, source.lang), *(f"<bdi>{escape(part)}</bdi>" for part in source.about)]
    url = escape(source.url)
    return " — ".join([*told, *([f'<a href="{url}" rel="noopener noreferrer">{url}</a>'] if url else [])])


def _list(facts: Sequence[Fact]) -> str:
    return "<dl>\n" + "\n".join(_facts(facts)) + "\n</dl>\n" if facts else ""


def _facts(facts: Sequence[Fact]) -> Iterator[str]:
    for name, value in facts:
        yield f"<div><dt>{escape(name)}</dt><dd><bdi>{escape(value)}</bdi></dd></div>"
