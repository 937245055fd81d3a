"""From the bytes of a file to rows by the meaning of their columns. Pure."""

import csv
import io
from collections.abc import Iterator

from market.exchange.columns import KEYED, known_headings, plain
from market.exchange.errors import (
    ColumnMissing,
    ColumnTwice,
    FileMissing,
    NoRows,
    NotASheet,
    OldWorkbook,
    TextUnreadable,
    TooManyRows,
    TooMuchText,
    UnknownColumn,
    WebPageAsSheet,
)
from market.exchange.types import MOST_COLUMNS, MOST_ROWS, MOST_TEXT, Cell, Marker, RawRow
from market.exchange.workbook import read_workbook

_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_CSV_FORMULA = ("=", "@", "＝", "＠")
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HEADING_WITHIN = 10


def read_rows(data: bytes) -> Iterator[RawRow]:
    """The rows of a file, whatever its format: told from the bytes, not from the name.

    Raises a FileProblem, also in the middle.
    """
    rows = _numbered(data)
    headings: dict[int, str] | None = None
    given = 0
    for number, cells in rows:
        if headings is None:
            if number > _HEADING_WITHIN:
                raise NoRows()
            headings = _headings(cells)
            continue
        given += 1
        if given > MOST_ROWS:
            raise TooManyRows(rows=MOST_ROWS)
        found = {headings[at]: cell for at, cell in cells.items() if at in headings}
        lost = next((at for at in cells if at not in headings), None)
        if lost is not None:
            raise UnknownColumn(name=f"#{lost + 1}")
        yield RawRow(number, found)
    if not given:
        raise NoRows()


def escaped(text: str) -> str:
    """A text that no sheet program takes for a formula: with an apostrophe where it could."""
    return f"'{text}" if text.startswith(_TRIGGERS) else text


def _numbered(data: bytes) -> Iterator[tuple[int, dict[int, Cell]]]:
    start = data[:512].lstrip()
    if not data.strip(b"\x00 \t\r\n"):
        raise FileMissing()
    if data.startswith(_OLE):
        raise OldWorkbook()
    if data.startswith(_ZIP):
        return read_workbook(data)
    if start.removeprefix(b"\xef\xbb\xbf").startswith(b"<"):
        raise WebPageAsSheet()
    return _csv(_decoded(data))


def _decoded(data: bytes) -> str:
    encodings = ["utf-8-sig", "gb18030"]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in data:
        raise NotASheet()
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TextUnreadable()


def _csv(text: str) -> Iterator[tuple[int, dict[int, Cell]]]:
    first = text[:4_000].partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            if len(row) > MOST_COLUMNS:
                if any(row[MOST_COLUMNS:]):
                    raise TooMuchText(rows=MOST_ROWS)
                row = row[:MOST_COLUMNS]  # noqa: PLW2901 (the rest is empty)
            cells = {at: value for at, cell in enumerate(row) if (value := _csv_cell(cell)) != ""}
            if cells:
                yield number, cells
    except csv.Error:
        raise NotASheet() from None


def _csv_cell(cell: str) -> Cell:
    text = cell.strip(" \u3000")
    if text.startswith("'") and text[1:].startswith(_TRIGGERS):
        return text[1 : MOST_TEXT + 2]
    if text.startswith(_CSV_FORMULA):
        return Marker.FORMULA
    return text.strip()[: MOST_TEXT + 1]


def _headings(cells: dict[int, Cell]) -> dict[int, str]:
    known = known_headings()
    found: dict[int, str] = {}
    for at, cell in cells.items():
        name = cell if isinstance(cell, str) else cell.value
        key = known.get(plain(name))
        if key is None:
            raise UnknownColumn(name=name[:60])
        if key in found.values():
            raise ColumnTwice(name=name[:60])
        found[at] = key
    if not KEYED & set(found.values()):
        raise ColumnMissing()
    return found
