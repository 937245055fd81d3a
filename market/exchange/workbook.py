"""Reading the rows of an .xlsx file within fixed bounds.

The parts are read as streams with expat: nothing is opened whose size was not measured while
it was unpacked, a document type (and with it every entity) is refused where it begins, and no
more is kept than the cells of one row and the texts they share. openpyxl, which writes our
sheets, keeps whole rows as trees and every shared text, however many there are.
"""

import posixpath
import struct
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import IO, Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from market.exchange.errors import (
    NotASheet,
    NoVisibleSheet,
    TooManyRows,
    TooMuchText,
    WorkbookBroken,
    WorkbookUnsafe,
)
from market.exchange.types import MOST_COLUMNS, MOST_ROWS, MOST_TEXT, Cell, Marker

_CHUNK = 256 * 1024
_MOST_PARTS, _MOST_DIRECTORY = 2_000, 512 * 1024
_MOST_DECLARED = 400 * 1024 * 1024
_MOST_SHEET, _MOST_STRINGS, _MOST_OTHER = 96 << 20, 16 << 20, 1 << 20
_MOST_RATIO, _RATIO_FROM = 250, 4 << 20
_MOST_TOKEN = 1 << 20
_MOST_SHARED, _MOST_CHARS = 300_000, 30_000_000
_MOST_ELEMENTS, _MOST_DEPTH = 5_000_000, 40
_NAMES = ("商品", "Products")
_FAR = MOST_ROWS + 50

Attributes = dict[str, str]
Handlers = tuple[Callable[[str, Attributes], None], Callable[[str], None], Callable[[str], None]]


class _Enough(Exception):
    """Everything of use has been read."""


def read_workbook(data: bytes) -> Iterator[tuple[int, dict[int, Cell]]]:
    """(row number, cells by column from 0) of the sheet of goods: the one named so, else the
    first that can be seen. Raises a FileProblem."""
    _check_directory(data)
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = {info.filename for info in archive.infolist()}
            _check_parts(archive)
            if "xl/workbook.xml" not in parts:
                raise NotASheet()
            path = _sheet_path(archive)
            shared = _Shared()
            if "xl/sharedStrings.xml" in parts:
                _parse(archive, "xl/sharedStrings.xml", _MOST_STRINGS, shared.handlers())
            sheet = _Sheet(shared.texts)
            for _ in _pieces(archive, path, _MOST_SHEET, sheet.handlers()):
                yield from sheet.take()
            yield from sheet.take()
    except (BadZipFile, zlib.error, EOFError, KeyError, ValueError, struct.error,
            NotImplementedError, RuntimeError, OSError):  # fmt: skip
        raise WorkbookBroken() from None


def _check_directory(data: bytes) -> None:
    """The end record of the archive, before a library makes an object of each entry."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if at < 0 or len(data) < at + 22:
        raise WorkbookBroken()
    count, size = struct.unpack_from("<HI", data, at + 10)
    if count > _MOST_PARTS or size > _MOST_DIRECTORY:
        raise WorkbookUnsafe()


def _check_parts(archive: ZipFile) -> None:
    infos = archive.infolist()
    if sum(info.file_size for info in infos) > _MOST_DECLARED:
        raise WorkbookUnsafe()
    for info in infos:
        if info.flag_bits & 1 or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise WorkbookBroken()


# --- streams of XML ---------------------------------------------------------------------


def _parse(archive: ZipFile, name: str, most: int, handlers: Handlers) -> None:
    for _ in _pieces(archive, name, most, handlers):
        pass


def _pieces(archive: ZipFile, name: str, most: int, handlers: Handlers) -> Iterator[None]:
    """Feed a part to its handlers piece by piece, counting what it truly unpacks to."""
    packed = max(1, archive.getinfo(name).compress_size)
    parser = _parser(handlers)
    fed = 0
    with archive.open(name) as stream:
        try:
            while piece := _read(stream):
                fed += len(piece)
                if fed > most:
                    raise TooMuchText(rows=MOST_ROWS)
                if fed > _RATIO_FROM and fed > packed * _MOST_RATIO:
                    raise WorkbookUnsafe()
                parser.Parse(piece, False)
                if fed - max(0, parser.CurrentByteIndex) > _MOST_TOKEN + _CHUNK:
                    raise WorkbookUnsafe()  # one endless tag
                yield
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise WorkbookBroken() from None
        except _Enough:
            return


def _read(stream: IO[bytes]) -> bytes:
    return stream.read(_CHUNK)


def _parser(handlers: Handlers) -> Any:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    start, end, text = handlers
    seen = depth = 0

    def on_start(name: str, attributes: Attributes) -> None:
        nonlocal seen, depth
        seen, depth = seen + 1, depth + 1
        if seen > _MOST_ELEMENTS:
            raise TooMuchText(rows=MOST_ROWS)
        if depth > _MOST_DEPTH:
            raise WorkbookUnsafe()
        start(name.rpartition(" ")[2], attributes)

    def on_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(" ")[2])

    def on_doctype(*_: Any) -> None:
        raise WorkbookUnsafe()

    parser.StartElementHandler, parser.EndElementHandler = on_start, on_end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = on_doctype
    return parser


def _attribute(attributes: Attributes, name: str) -> str:
    """An attribute by its local name."""
    return next((v for k, v in attributes.items() if k.rpartition(" ")[2] == name), "")


def _sheet_path(archive: ZipFile) -> str:
    sheets: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def on_sheet(name: str, attributes: Attributes) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            relation = next((v for k, v in attributes.items() if k.endswith(" id")), "")
            sheets.append((attributes.get("name", ""), relation))
        if name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            raise WorkbookBroken()

    def on_relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _parse(archive, "xl/workbook.xml", _MOST_OTHER, (on_sheet, _nothing, _nothing))
    _parse(archive, "xl/_rels/workbook.xml.rels", _MOST_OTHER, (on_relation, _nothing, _nothing))
    if not sheets:
        raise NoVisibleSheet()
    relation = next((rel for name, rel in sheets if name in _NAMES), sheets[0][1])
    return posixpath.normpath(posixpath.join("/xl", targets[relation])).lstrip("/")


def _nothing(_text: str) -> None:
    """Nobody asks for this."""


class _Shared:
    """The texts that cells refer to by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._chars = self._sounds = 0
        self._on = False

    def handlers(self) -> Handlers:
        return self._start, self._end, self._text

    def _start(self, name: str, _attributes: Attributes) -> None:
        if name == "si":
            self._parts = []
        self._sounds += name == "rPh"
        self._on = name == "t" and not self._sounds

    def _end(self, name: str) -> None:
        self._on = False
        self._sounds -= name == "rPh"
        if name == "si":
            text = "".join(self._parts)[: MOST_TEXT + 1]
            self._chars += len(text)
            self.texts.append(text)
            if len(self.texts) > _MOST_SHARED or self._chars > _MOST_CHARS:
                raise TooMuchText(rows=MOST_ROWS)

    def _text(self, text: str) -> None:
        if self._on and len(self._parts) < MOST_TEXT:
            self._parts.append(text[: MOST_TEXT + 1])


class _Sheet:
    """The rows of one sheet, as they come by."""

    def __init__(self, shared: list[str]) -> None:
        self._shared = shared
        self._rows: list[tuple[int, dict[int, Cell]]] = []
        self._cells: dict[int, Cell] = {}
        self._row = self._column = -1
        self._type, self._parts = "n", list[str]()
        self._on = self._formula = self._inline = False
        self._kept = self._chars = 0

    def handlers(self) -> Handlers:
        return self._start, self._end, self._text

    def take(self) -> list[tuple[int, dict[int, Cell]]]:
        """The rows that are complete by now."""
        rows, self._rows = self._rows, []
        return rows

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            place = attributes.get("r")
            self._column = _column_of(place) if place else self._column + 1
            self._type, self._parts = attributes.get("t", "n"), []
            self._formula = False
        elif name == "row":
            place = attributes.get("r")
            self._row = int(place) if place else max(0, self._row) + 1
            self._cells, self._column = {}, -1
        elif name == "f":
            self._formula = True
        elif name == "is":
            self._inline = True
        self._on = name == "v" or (name == "t" and self._inline)

    def _text(self, text: str) -> None:
        if self._on and len(self._parts) < MOST_TEXT:
            self._parts.append(text[: MOST_TEXT + 1])

    def _end(self, name: str) -> None:
        self._on = False
        if name == "is":
            self._inline = False
        elif name == "c":
            self._keep()
        elif name == "row" and self._cells:
            if self._kept >= _FAR or self._row > 1_048_576:
                raise TooManyRows(rows=MOST_ROWS)
            self._kept += 1
            self._rows.append((self._row, self._cells))
        elif name == "sheetData":
            raise _Enough()

    def _keep(self) -> None:
        value: Cell = Marker.FORMULA if self._formula else self._value("".join(self._parts))
        if value == "":
            return
        if not 0 <= self._column < MOST_COLUMNS:
            raise TooMuchText(rows=MOST_ROWS)
        self._chars += len(value) if isinstance(value, str) and self._type != "s" else 0
        if self._chars > _MOST_CHARS:
            raise TooMuchText(rows=MOST_ROWS)
        self._cells[self._column] = value

    def _value(self, text: str) -> Cell:
        if self._type == "e":
            return Marker.ERROR
        if self._type == "s":
            place = int(text) if text else -1
            if place < 0:
                return ""
            return self._shared[place].strip() if place < len(self._shared) else Marker.ERROR
        if self._type == "b":
            return {"1": "true", "0": "false"}.get(text.strip(), "")
        if self._type in ("str", "inlineStr", "d"):
            return text.strip()[: MOST_TEXT + 1]
        return _number(text.strip())


def _column_of(place: str) -> int:
    number = 0
    for sign in place[:4]:
        if not "A" <= sign <= "Z":
            break
        number = number * 26 + ord(sign) - 64
    return number - 1


def _number(text: str) -> Cell:
    """A number as a sheet shows it: fifteen digits, without an exponent."""
    if not text:
        return ""
    try:
        value = Decimal(text[:60])
    except InvalidOperation:
        return Marker.ERROR
    if not value.is_finite() or not -20 < value.adjusted() < 20:
        return "0" if value == 0 else Marker.ERROR
    shown = f"{Decimal(f'{value:.14e}'):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
