"""JSON (.json: one object, a list, or {"articles": […]}; .jsonl and .ndjson: one object a line) → articles.

In: objects whose fields have the names of `fields.NAMES`.  Out: an article or a Skipped for each, in order; the n-th is
`path:n`, counted from 1 without blank lines.  Never: more than one line of a .jsonl file in memory.
"""

import json
from collections.abc import Mapping

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.fields import pick
from index.readers.lines import lines
from index.readers.make import make, make_or_skip, skip
from index.readers.source import Items, Source, read_bytes
from index.records import Article, Skipped

ENDINGS = (".json", ".jsonl", ".ndjson")


def read(source: Source) -> Items:
    """Each article of the file, in order.

    Raises:
        ReadError: if the file as a whole cannot be read.
    """
    if not source.path.lower().endswith(".json"):
        yield from _lines(source)
        return
    value = parse(decode(read_bytes(source)))
    if isinstance(value, Mapping):
        held = next((value[key] for key in value if key.lower() == "articles" and isinstance(value[key], list)), None)
        if held is None:
            yield make(source, pick(value))
            return
        value = held
    if not isinstance(value, list):
        raise ReadError(f"it holds {_kind(value)}, not an article or a list of articles")
    for number, item in enumerate(value, 1):
        yield _item(source, item, number)


def parse(text: str) -> object:
    """The value of a JSON text.

    Raises:
        ReadError: with the line of the first mistake.
    """
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        hint = "; a file with one object a line ends in .jsonl" if error.msg == "Extra data" else ""
        raise ReadError(f"it is not JSON: {error.msg}, line {error.lineno}, column {error.colno}{hint}") from error
    except ValueError as error:  # an integer of thousands of digits
        raise ReadError(f"it is not usable JSON: {error}") from error
    except RecursionError as error:
        raise ReadError("it is not usable JSON: it is nested too deeply") from error


def _lines(source: Source) -> Items:
    number = 0
    for line in lines(source):
        if isinstance(line, str) and not line.strip():
            continue
        number += 1
        if isinstance(line, ReadError):
            yield skip(source, line, number)
            continue
        try:
            value = parse(line)
        except ReadError as error:
            yield skip(source, error, number)
        else:
            yield _item(source, value, number)


def _item(source: Source, value: object, number: int) -> Article | Skipped:
    if isinstance(value, Mapping):
        return make_or_skip(source, pick(value), number)
    return skip(source, ReadError(f"it is {_kind(value)}, not an object"), number)


def _kind(value: object) -> str:
    names = {bool: "true or false", str: "a string", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "null")
