"""The small file beside the data that says under which names it keeps an article's fields.

    dump.jsonl                       dump.jsonl.toml, or fields.toml for its whole folder
    {"manchete":                     title = "manchete.principal"          a name, or a path into objects and lists
       {"principal": "Chuva"},       text = ["corpo.html", "corpo.txt"]    the first that is there
     "corpo": {"txt": "Choveu."},    outlet = { value = "Folha de Cá" }    the same for every article
     "quando": "03/04/2026 9:05"}    published = "quando"
                                     date_format = "%d/%m/%Y %H:%M"        how its dates are written
                                     timezone = "America/Sao_Paulo"        of the times that name no zone

Further keys: `articles`, the path of the list in a .json file; `delimiter` and `columns` (names for the cells of a table
without a first row of names).  A name in the file wins over those of `fields.NAMES`; what it does not name is found by them.

In: the file, at most MAX_MAP_BYTES.  Out: a FieldMap, or a ReadError with the file's name and what is wrong in it.
Never: a link followed, or a date that does not fit `date_format` read in another way.
"""

import errno
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, tzinfo
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from index.errors import ReadError
from index.readers import dates
from index.readers.fields import NAMES, given
from index.readers.source import Source, why

MAX_MAP_BYTES = 64 * 1024
MAX_PATH_CHARS = 300
DATES = ("published", "modified", "embargoed", "expires")
MORE_KEYS = ("articles", "date_format", "timezone", "delimiter", "columns")
_DEEP = re.compile(r"(?:[\w\"'-]{1,100}+\s{0,9}+\.\s{0,9}+){100}")  # tomllib takes the square of the parts
_SIGNS = re.compile(r"%(.?)", re.DOTALL)


class Constant(NamedTuple):
    """A value that every article has, whatever the data say."""

    value: object


class FieldMap(NamedTuple):
    """What a map says; an empty one says nothing."""

    places: Mapping[str, tuple[str | Constant, ...]] = MappingProxyType({})  # a field of NAMES → where it may stand, the likeliest first
    articles: str = ""
    formats: tuple[str, ...] = ()
    zone: tzinfo = UTC
    delimiter: str = ""
    columns: tuple[str, ...] = ()

    def values(self, raw: Mapping[str, object], found: Mapping[str, object]) -> dict[str, object]:
        """An article's fields: those that the map finds in an object or a row, else those found by their own names.

        Args:
            raw: The object or row as the file has it.
            found: Its fields by `fields.NAMES`.
        """
        if self is NO_MAP:
            return dict(found)
        values = {**found, **{field: value for field, places in self.places.items() if given(value := _first(raw, places))}}
        return {field: self._sure(value) if field in DATES else value for field, value in values.items()}

    def listed(self, value: object) -> list[object]:
        """The list of articles in a JSON file.

        Raises:
            ReadError: if there is none at `articles`.
        """
        held = at(value, self.articles)
        if not isinstance(held, list):
            raise ReadError(f"its field map says that its articles are at {self.articles!r}, but no list is there")
        return held

    def _sure(self, value: object) -> object:
        """A date with its zone in ISO 8601. One that is not sure is marked, so that nothing reads it in another way."""
        stated = isinstance(value, date)  # by the map itself, in TOML's own form
        found = dates.parse(value.isoformat() if isinstance(value, date) else value, self.zone, () if stated else self.formats)
        return found.isoformat() if found else f"{value}{dates.UNSURE}"


NO_MAP = FieldMap()


def at(value: object, path: str) -> object:
    """What stands at a dotted path; of a list the n-th from 0, or for a name that of each of its objects. None for nothing.

    >>> at({"a": {"b": [{"c": 1}, {"c": 2}]}}, "a.b.1.c"), at({"a": [{"c": 1}, {"c": 2}]}, "a.c"), at({"a.b": 3}, "a.b")
    (2, [1, 2], 3)
    """
    if isinstance(value, Mapping) and path in value:
        return value[path]
    for name in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and re.fullmatch(r"[0-9]{1,9}", name):
            value = value[int(name)] if int(name) < len(value) else None
        elif isinstance(value, list):
            value = [item[name] for item in value if isinstance(item, Mapping) and given(item.get(name))]
        else:
            return None
    return value


def _first(raw: Mapping[str, object], places: tuple[str | Constant, ...]) -> object:
    found = (place.value if isinstance(place, Constant) else at(raw, place) for place in places)
    return next((value for value in found if given(value)), None)


def field_map(source: Source) -> FieldMap:
    """The map that belongs to a file; an empty one when it has none.

    Raises:
        ReadError: if it cannot be opened, is too large, or says something that cannot be understood.
    """
    if source.fields is None:
        return NO_MAP
    data = map_bytes(source.fields)
    try:
        return parse(data)
    except ReadError as error:
        raise ReadError(f"its field map {source.fields.name}: {error}") from error


def map_bytes(file: Path) -> bytes:
    """The bytes of a field map.

    Raises:
        ReadError: if it is a link, anything else than a regular file, too large, or cannot be opened.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        reason = "it is a symbolic link, and links are never followed" if error.errno == errno.ELOOP else why(error)
        raise ReadError(f"its field map {file.name}: {reason}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ReadError(f"its field map {file.name}: it is not a regular file")
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(MAX_MAP_BYTES + 1)
    if len(data) > MAX_MAP_BYTES:
        raise ReadError(f"its field map {file.name}: it has more than {MAX_MAP_BYTES:,} bytes")
    return data


@lru_cache(maxsize=16)  # a folder's map is that of each of its files
def parse(data: bytes) -> FieldMap:
    """The map in a TOML text.

    Raises:
        ReadError: with the line or the key of the first mistake.
    """
    try:
        text = data.decode("utf-8-sig")
        if _DEEP.search(text):
            raise ReadError("it has a key or a path of more than 100 parts")
        said = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ReadError(f"it is not UTF-8 at byte {error.start:,}") from error
    except ValueError as error:  # also an integer of thousands of digits
        raise ReadError(f"it is not TOML: {error}") from error
    except RecursionError as error:
        raise ReadError("it is nested too deeply") from error
    for key in said:
        if key not in NAMES and key not in MORE_KEYS:
            raise ReadError(f"unknown key {key!r}; known are {', '.join([*NAMES, *MORE_KEYS])}")
    return FieldMap(
        places={key: _places(key, value) for key, value in said.items() if key in NAMES},
        articles=_path("articles", said["articles"]) if "articles" in said else "",
        formats=_formats(said.get("date_format", [])),
        zone=_zone(said["timezone"]) if "timezone" in said else UTC,
        delimiter=_delimiter(said.get("delimiter", "")),
        columns=_columns(said.get("columns", [])),
    )


def _places(key: str, value: object) -> tuple[str | Constant, ...]:
    choices = value if isinstance(value, list) else [value]
    if not choices:
        raise ReadError(f"key {key!r}: it names nothing")
    return tuple(_constant(key, choice) if isinstance(choice, dict) else _path(key, choice) for choice in choices)


def _path(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_PATH_CHARS:
        raise ReadError(f'key {key!r}: {str(value)[:100]!r} is no name; write "name", "path.to.name", a list of them, or {{ value = "…" }}')
    return value.strip()


def _constant(key: str, table: dict[str, object]) -> Constant:
    value = table.get("value")
    texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    if len(table) != 1 or not (texts or isinstance(value, str | int | float | date)) or not given(value):
        raise ReadError(f'key {key!r}: a value that every article has is written {{ value = "…" }}')
    return Constant(value)


def _formats(value: object) -> tuple[str, ...]:
    """The ways in which dates are written: each names year, month and day once, and nothing that leaves one open."""
    forms = value if isinstance(value, list) else [value]
    for form in forms:
        signs = [sign for sign in _SIGNS.findall(form) if sign != "%"] if isinstance(form, str) else []
        day = [len({*signs} & choice) for choice in ({"Y", "y"}, {"m", "b", "B"}, {"d"})] == [1, 1, 1]
        if not day or len(signs) > len({*signs}) or ("I" in signs) != ("p" in signs) or not {*signs} <= {*"aAbBdfHIMmpSYyz"}:
            raise ReadError(f"key 'date_format': {str(form)[:100]!r} does not say year, month and day for certain; write it like \"%d/%m/%Y %H:%M\"")
    return tuple(forms)


def _zone(value: object) -> tzinfo:
    try:
        return ZoneInfo(str(value))
    except (KeyError, ValueError, OSError) as error:  # not known, a path out of the zones' folder, a folder of zones
        raise ReadError(f"key 'timezone': {str(value)[:100]!r} is no zone; write it like \"America/Sao_Paulo\"") from error


def _delimiter(value: object) -> str:
    if not isinstance(value, str) or len(value) > 1 or value in ('"', "\r", "\n"):
        raise ReadError(f"key 'delimiter': {str(value)[:100]!r} is not one character")
    return value


def _columns(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ReadError("key 'columns': it is not a list of names")
    return tuple(value)
