"""Markdown (.md), with or without YAML front matter → one article.

    ---                        fields.NAMES: title, outlet, published, url, …
    title: Chuva em Recife
    ---
    Choveu **muito**.          marks.blocks: the text that a reader sees

Without a title above, the first heading of level one is it.  Never: a YAML value turned into anything else than text, a
list or a mapping of texts, so nothing in a file is ever run.
"""

import yaml

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.fields import pick
from index.readers.make import make, one_line, tidy
from index.readers.marks import blocks, join
from index.readers.source import Items, Source, read_bytes

ENDINGS = (".md", ".markdown")
MAX_FRONT_CHARS = 64 * 1024


def read(source: Source) -> Items:
    """The one article of the file.

    Raises:
        ReadError: if its front matter cannot be read, with the line; or if it has no text.
    """
    raw = decode(read_bytes(source))
    front, body = split_front(tidy(raw))
    values = pick(front)
    pieces = blocks(body)
    title = values.get("title")
    if not title:
        first = next((place for place, piece in enumerate(pieces) if piece.kind == "title"), None)
        if first is not None:
            title = pieces.pop(first).text
    elif pieces and pieces[0].kind in ("title", "heading") and one_line(pieces[0].text, 1000).casefold() == one_line(str(title), 1000).casefold():
        pieces.pop(0)
    yield make(source.read_as(raw), {**values, "title": title, "text": join(pieces), "raw": raw})


def split_front(text: str) -> tuple[dict[str, object], str]:
    r"""The front matter and the rest.

    Raises:
        ReadError: if it is never closed, or is no YAML mapping.

    >>> split_front("---\nlang: pt\n---\nOlá.")
    ({'lang': 'pt'}, 'Olá.')
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return {}, text
    end = next((place for place, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        raise ReadError("its front matter begins on line 1 and is never closed by a line `---`")
    front = "\n".join(lines[1:end])
    if len(front) > MAX_FRONT_CHARS:
        raise ReadError(f"its front matter has {len(front):,} characters; at most {MAX_FRONT_CHARS:,} are read")
    return _parse(front), "\n".join(lines[end + 1 :])


def _parse(front: str) -> dict[str, object]:
    try:
        value = yaml.BaseLoader(front).get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise ReadError(f"its front matter is not YAML: {error.problem or error.context}, line {line}") from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # a character or an escape that YAML does not have
        raise ReadError(f"its front matter is not YAML: {error}") from error
    except RecursionError as error:
        raise ReadError("its front matter is nested too deeply") from error
    if not value:
        return {}
    if not isinstance(value, dict):
        raise ReadError("its front matter is not a list of `name: value`, line 2")
    return {key: item for key, item in value.items() if isinstance(key, str)}
