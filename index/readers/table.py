"""Tables (.csv, .tsv) → articles, one a row.

In: a first row with names of `fields.NAMES`; cells parted by comma, semicolon or tab; or as the file's map says (`mapping`).
Out: an article, a Withdrawal or a Skipped for each row, in order; the n-th is `path:n`, counted from 1 without the row of names.  Never:
more than one row in memory.
"""

import csv
from collections.abc import Iterator, Sequence
from itertools import chain

from index.errors import ReadError
from index.readers.decode import Guessed
from index.readers.fields import known, pick, plain_name
from index.readers.lines import lines
from index.readers.make import MAX_TEXT_CHARS, make_or_skip, skip
from index.readers.mapping import NO_MAP, FieldMap, field_map
from index.readers.source import Items, Source

ENDINGS = (".csv", ".tsv")
DELIMITERS = (",", ";", "\t")
MAX_CELL_CHARS = 2 * MAX_TEXT_CHARS


def read(source: Source) -> Items:
    """Each article of the table, in order.

    Raises:
        ReadError: if the first row names no text, or from a line that cannot be read on.
    """
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL_CHARS))  # for the whole process; only ever raised
    fields = field_map(source)
    given = _text_lines(source)
    first = next((line for line in given if line.strip()), "")
    delimiter, names = columns(first, fields)
    if fields.columns:
        given = chain([first], given)
    given = _Quotes(given)
    rows = csv.reader(given, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        given.begin_row()
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            if "larger" in str(error):
                given.leave_cell()
            yield skip(source, ReadError(f"its row cannot be read: {error}"), number)
            continue
        if not any(cell.strip() for cell in cells):
            number -= 1
        elif len(cells) != len(names):
            yield skip(source, ReadError(f"its row has {len(cells)} cells, but the first row names {len(names)}"), number)
        else:
            row = dict(zip(reversed(names), reversed(cells), strict=True))
            yield make_or_skip(source.read_as(given.last), fields.values(row, pick(row)), number)


class _Quotes:
    """Lines, and how many quotation marks those of a row had: an odd number so far means that a cell goes on in the next line."""

    def __init__(self, given: Iterator[str]) -> None:
        self._given = given
        self.begin_row()

    def begin_row(self) -> None:
        """The next line begins a row."""
        self.seen, self.last = 0, ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._given)
        self.seen += line.count('"')
        self.last = self.last if isinstance(self.last, Guessed) else line
        return line

    def leave_cell(self) -> None:
        """Pass over what is left of a cell that is too long: its lines are no rows."""
        while self.seen % 2 and next(self, None) is not None:
            pass


def columns(header: str, fields: FieldMap = NO_MAP) -> tuple[str, list[str]]:
    """The delimiter and the names of the columns.

    The delimiter is the one that the map states; else the one that gives the most known names, or as many cells as the map
    names columns; the first of equals.

    Raises:
        ReadError: if no column holds the text.

    >>> columns("título;texto;data")
    (';', ['título', 'texto', 'data'])
    """
    found: list[tuple[int, str, list[str]]] = []
    for delimiter in fields.delimiter or DELIMITERS:
        try:
            cells = next(csv.reader([header], delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        names = list(fields.columns) or [name.strip() for name in cells]
        fits = len(cells) == len(fields.columns) if fields.columns else known(names) + len(_mapped(names, fields))
        found.append((int(fits), delimiter, names))
    _, delimiter, names = max(found, key=lambda choice: choice[0], default=(0, ",", []))
    row = dict.fromkeys(names, "x")
    if "text" not in fields.values(row, pick(row)):
        shown = ", ".join(plain_name(name) for name in names[:20])
        where = "its field map" if fields.columns else "its first row"
        raise ReadError(f"{where} names no column text, body or content, but: {shown[:300] or 'nothing'}")
    return delimiter, names


def _mapped(names: Sequence[str], fields: FieldMap) -> set[str]:
    """The columns that the map names."""
    return {place for places in fields.places.values() for place in places if isinstance(place, str)} & set(names)


def _text_lines(source: Source) -> Iterator[str]:
    """The file's lines; the first that cannot be read ends the table, for a cell may go on over many lines."""
    for number, line in enumerate(lines(source), 1):
        if isinstance(line, ReadError):
            raise ReadError(f"nothing from line {number:,} on was read: {line}")
        yield line
