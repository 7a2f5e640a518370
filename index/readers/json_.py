"""JSON (.json: one object, a list, or {"articles": […]}; .jsonl and .ndjson: one object a line) → articles.

In: objects whose fields have the names of `fields.NAMES`, those that the file's map says (`mapping`), or those of ninjs.  Out: an
article, a Withdrawal or a Skipped for each, in order; the n-th is `path:n`, counted from 1 without blank lines.  Never: more than
one line of a .jsonl file in memory.
"""

import json
from collections.abc import Mapping

from index.errors import ReadError
from index.readers.decode import decode
from index.readers.fields import pick
from index.readers.lines import lines
from index.readers.make import make, make_or_skip, skip
from index.readers.mapping import FieldMap, field_map
from index.readers.source import Items, Source, read_bytes
from index.records import Article, Skipped, Withdrawal

ENDINGS = (".json", ".jsonl", ".ndjson")


def read(source: Source) -> Items:
    """Each article of the file, in order.

    Raises:
        ReadError: if the file as a whole cannot be read.
    """
    names = field_map(source)
    if not source.name.lower().endswith(".json"):
        yield from _lines(source, names)
        return
    text = decode(read_bytes(source))
    value, source = parse(text), source.read_as(text)
    if names.articles:
        value = names.listed(value)
    elif isinstance(value, Mapping):
        held = next((value[key] for key in value if key.lower() == "articles" and isinstance(value[key], list)), None)
        if held is None:
            yield make(source, values(value, names))
            return
        value = held
    if not isinstance(value, list):
        raise ReadError(f"it holds {_kind(value)}, not an article or a list of articles")
    for number, item in enumerate(value, 1):
        yield _item(source, item, number, names)


def values(raw: Mapping[str, object], names: FieldMap) -> dict[str, object]:
    """An object's fields under the names of `fields.NAMES`.

    Raises:
        ReadError: if it is a ninjs item that is no text, or whose text cannot be read.
    """
    from index.readers import ninjs  # which may need this module

    return names.values(raw, ninjs.ninjs_fields(raw) if ninjs.is_ninjs(raw) else pick(raw))


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


def _lines(source: Source, names: FieldMap) -> Items:
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
            yield _item(source.read_as(line), value, number, names)


def _item(source: Source, value: object, number: int, names: FieldMap) -> Article | Skipped | Withdrawal:
    if not isinstance(value, Mapping):
        return skip(source, ReadError(f"it is {_kind(value)}, not an object"), number)
    try:
        found = values(value, names)
    except ReadError as error:
        return skip(source, error, number)
    return make_or_skip(source, found, number)


def _kind(value: object) -> str:
    names = {bool: "true or false", str: "a string", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "null")
