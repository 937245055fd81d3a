"""Reading a registry's list, from CSV or JSON. Pure. A row that cannot be read is told apart, with
its place and value; the others are read."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from market.certification import rules
from market.certification.errors import (
    RegistryEncodingWrong,
    RegistryHeaderWrong,
    RegistryListBroken,
    RegistryListEmpty,
    RegistryListTooLarge,
)
from market.certification.registry_types import RegistryRecord, Rejected
from market.certification.types import Scheme, Standing

MOST_ROWS, MOST_TEXT, MOST_BYTES = 20_000, 300, 5_000_000
_MOST_OF = {"holder": 200, "standard": 120}  # what a certificate keeps of them
_YEARS = range(1900, 2201)
COLUMNS = (
    "number", "issuer", "holder", "scheme", "star", "kinds", "standard", "valid_from",
    "valid_to", "status", "surveillance_due_on",
)  # fmt: skip
_NEEDED = frozenset(COLUMNS) - {"surveillance_due_on", "star"}
_SCHEMES = {scheme.value: scheme for scheme in Scheme}
_STATUS = {
    "valid": Standing.IN_FORCE, "有效": Standing.IN_FORCE,
    "suspended": Standing.SUSPENDED, "暂停": Standing.SUSPENDED,
    "revoked": Standing.REVOKED, "撤销": Standing.REVOKED,
    "cancelled": Standing.CANCELLED, "注销": Standing.CANCELLED,
}  # fmt: skip
_T = TypeVar("_T")
_SHOWN = 80  # of a value that cannot be read


@dataclass(frozen=True)
class Reading:
    """What a list says: records, where each stood, and the rows that say nothing usable."""

    records: Sequence[RegistryRecord]
    rejected: Sequence[Rejected] = ()
    places: Mapping[str, int] = field(default_factory=dict)


class _Fault(ValueError):
    """A column that cannot be read, and why."""

    def __init__(self, column: str, fault: str = "malformed") -> None:
        super().__init__(column)
        self.column, self.fault = column, fault


def read_file(data: bytes, filename: str) -> Reading:
    """What an uploaded file says, in UTF-8 or GB18030.

    Raises `RegistryListTooLarge`, `RegistryEncodingWrong`, `RegistryHeaderWrong`,
    `RegistryListBroken`, `RegistryListEmpty`.
    """
    if len(data) > MOST_BYTES:
        raise _too_large()
    text = _decoded(data)
    try:
        if filename.lower().endswith(".json"):
            return read_rows(_json(text))
        return read_rows(_csv(text), first=2)  # the header is the first
    except (ValueError, RecursionError, csv.Error):
        raise RegistryListBroken(field="file") from None


def read_rows(rows: Iterable[Any], *, first: int = 1) -> Reading:
    """What rows by column name say; those that cannot be read are told with their place, the
    column and its value. Raises `RegistryListTooLarge`, `RegistryListEmpty`."""
    found: dict[str, RegistryRecord] = {}
    places: dict[str, int] = {}
    wrong: list[Rejected] = []
    for place, row in enumerate(rows, start=first):
        if place - first >= MOST_ROWS:
            raise _too_large()
        try:
            record = _record(row)
            key = rules.number_key(record.number)
            if key in found:
                raise _Fault("number", "duplicate")
        except _Fault as error:
            wrong.append(_rejected(place, row, error))
        else:
            found[key], places[key] = record, place
    if not wrong and not found:
        raise RegistryListEmpty(field="file")
    return Reading(list(found.values()), wrong, places)


def problem_of(record: RegistryRecord) -> str:
    """Why a record cannot be true; empty when it can."""
    if record.valid_to <= record.valid_from:
        return "dates_reversed"
    if record.valid_to > rules.five_years_after(record.valid_from):
        return "too_long"
    if (record.scheme is Scheme.GRADED) != (record.star in (1, 2, 3)):
        return "star_not_in_scheme"
    return ""


def _too_large() -> RegistryListTooLarge:
    return RegistryListTooLarge(field="file", rows=MOST_ROWS, size=MOST_BYTES // 1_000_000)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RegistryEncodingWrong(field="file")


def _json(text: str) -> list[Any]:
    data = json.loads(text)
    rows = data.get("certificates") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise ValueError("certificates")
    return rows


def _csv(text: str) -> list[Mapping[str, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    names = {(name or "").strip() for name in reader.fieldnames or ()}
    missing = [name for name in COLUMNS if name in _NEEDED - names]
    if missing:
        raise RegistryHeaderWrong(field="file", columns=", ".join(missing))
    return [{(k or "").strip(): v for k, v in row.items()} for row in reader]


def _record(row: Any) -> RegistryRecord:
    if not isinstance(row, Mapping) or (None in row.values() and "number" not in row):
        raise _Fault("row")
    number = rules.normal_number(_text(row, "number"))
    if not rules.is_number(number):
        raise _Fault("number")
    due = row.get("surveillance_due_on")
    return RegistryRecord(
        number=number,
        issuer=_text(row, "issuer"),
        holder=_text(row, "holder"),
        scheme=_one_of(row, "scheme", _SCHEMES),
        star=_star(row.get("star")),
        kinds=_kinds(row),
        standard=_text(row, "standard"),
        valid_from=_day(row, "valid_from"),
        valid_to=_day(row, "valid_to"),
        standing=_one_of(row, "status", _STATUS),
        surveillance_due_on=_day(row, "surveillance_due_on") if due else None,
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise _Fault(name, "missing")
    if not isinstance(value, str):
        raise _Fault(name)
    if len(value) > _MOST_OF.get(name, MOST_TEXT):
        raise _Fault(name, "too_long")
    if not all(_is_plain(sign) for sign in value.strip()):
        raise _Fault(name)
    return value.strip()


def _is_plain(sign: str) -> bool:
    """Whether a sign can be seen and stored: JSON may hold halves of signs, which cannot."""
    return ord(sign) >= 32 and not "\ud800" <= sign <= "\udfff"


def _one_of(row: Mapping[str, Any], name: str, known: Mapping[str, _T]) -> _T:
    word = _text(row, name)
    if word not in known:
        raise _Fault(name)
    return known[word]


def _kinds(row: Mapping[str, Any]) -> tuple[str, ...]:
    value = row.get("kinds")
    parts = value if isinstance(value, list) else str(value or "").replace("|", ",").split(",")
    codes = tuple(sorted({str(part).strip().upper() for part in parts if str(part).strip()}))
    if not codes:
        raise _Fault("kinds", "missing")
    if len(codes) > 60 or any(len(code) > 12 for code in codes):
        raise _Fault("kinds")
    if not all(_is_plain(sign) for code in codes for sign in code):
        raise _Fault("kinds")
    return codes


def _day(row: Mapping[str, Any], name: str) -> date:
    try:
        day = date.fromisoformat(_text(row, name))
    except _Fault:
        raise
    except ValueError:
        raise _Fault(name) from None
    if day.year not in _YEARS:
        raise _Fault(name)
    return day


def _star(value: Any) -> int | None:
    if value in (None, "", 0, "0"):
        return None
    if str(value) not in ("1", "2", "3"):
        raise _Fault("star")
    return int(value)


def _rejected(place: int, row: Any, error: _Fault) -> Rejected:
    values = row if isinstance(row, Mapping) else {}
    whole = error.column == "row"
    raw = row if whole and not values else values.get(error.column)
    return Rejected(place, _shown(values.get("number")), error.column, _shown(raw), error.fault)


def _shown(value: Any) -> str:
    """A value as a page can print it: one line, no signs that cannot be seen, not too long."""
    text = "" if value is None else " ".join(str(value)[: 4 * _SHOWN].split())
    plain = "".join(sign for sign in text if _is_plain(sign))
    return plain[:_SHOWN] + ("…" if len(plain) > _SHOWN else "")
