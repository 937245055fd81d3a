"""Reading a registry's list, from CSV or JSON. Pure. One bad row refuses the whole list."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from market.certification import rules
from market.certification.errors import RegistryListBroken
from market.certification.registry_types import RegistryRecord
from market.certification.types import Scheme, Standing

MOST_ROWS, MOST_TEXT, MOST_BYTES = 20_000, 300, 5_000_000
COLUMNS = (
    "number", "issuer", "holder", "scheme", "star", "kinds", "standard", "valid_from",
    "valid_to", "status", "surveillance_due_on",
)  # fmt: skip
_NEEDED = frozenset(COLUMNS) - {"surveillance_due_on", "star"}
_STATUS = {
    "valid": Standing.IN_FORCE, "有效": Standing.IN_FORCE,
    "suspended": Standing.SUSPENDED, "暂停": Standing.SUSPENDED,
    "revoked": Standing.REVOKED, "撤销": Standing.REVOKED,
    "cancelled": Standing.CANCELLED, "注销": Standing.CANCELLED,
}  # fmt: skip
_SHOWN = 5


def read_file(data: bytes, filename: str) -> list[RegistryRecord]:
    """The records of an uploaded file. Raises `RegistryListBroken` naming the rows."""
    if len(data) > MOST_BYTES:
        raise RegistryListBroken(field="file", rows=f"> {MOST_BYTES // 1_000_000} MB")
    try:
        text = data.decode("utf-8-sig")
        rows = _json(text) if filename.lower().endswith(".json") else _csv(text)
    except (ValueError, RecursionError, csv.Error):
        raise RegistryListBroken(field="file", rows="UTF-8 CSV / JSON") from None
    return read_rows(rows)


def read_rows(rows: Iterable[Any]) -> list[RegistryRecord]:
    """The records of rows by column name. Raises `RegistryListBroken` naming the rows."""
    found: dict[str, RegistryRecord] = {}
    wrong: list[str] = []
    for place, row in enumerate(rows, start=1):
        if place > MOST_ROWS:
            raise RegistryListBroken(field="file", rows=f"> {MOST_ROWS}")
        try:
            record = _record(row)
            key = rules.number_key(record.number)
            if key in found:
                raise ValueError("number")
            found[key] = record
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            wrong.append(f"{place} ({_column(error)})")
    if wrong or not found:
        more = " …" if len(wrong) > _SHOWN else ""
        raise RegistryListBroken(field="file", rows=", ".join(wrong[:_SHOWN]) + more or "0")
    return list(found.values())


def problem_of(record: RegistryRecord) -> str:
    """Why a record cannot be true; empty when it can."""
    if record.valid_to <= record.valid_from:
        return "dates_reversed"
    if record.valid_to > rules.five_years_after(record.valid_from):
        return "too_long"
    if (record.scheme is Scheme.GRADED) != (record.star in (1, 2, 3)):
        return "star_not_in_scheme"
    return ""


def _json(text: str) -> list[Any]:
    data = json.loads(text)
    rows = data.get("certificates") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise ValueError("certificates")
    return rows


def _csv(text: str) -> list[Mapping[str, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    names = {(name or "").strip() for name in reader.fieldnames or ()}
    if not names >= _NEEDED:
        raise ValueError("header")
    return [{(k or "").strip(): v for k, v in row.items()} for row in reader]


def _record(row: Mapping[str, Any]) -> RegistryRecord:
    if not isinstance(row, Mapping) or (None in row.values() and "number" not in row):
        raise ValueError("row")
    number = rules.normal_number(_text(row, "number"))
    if not rules.is_number(number):
        raise ValueError("number")
    due = row.get("surveillance_due_on")
    return RegistryRecord(
        number=number,
        issuer=_text(row, "issuer"),
        holder=_text(row, "holder"),
        scheme=Scheme(_text(row, "scheme")),
        star=_star(row.get("star")),
        kinds=_kinds(row),
        standard=_text(row, "standard"),
        valid_from=_day(row, "valid_from"),
        valid_to=_day(row, "valid_to"),
        standing=_STATUS[_text(row, "status")],
        surveillance_due_on=_day(row, "surveillance_due_on") if due else None,
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > MOST_TEXT:
        raise ValueError(name)
    if any(ord(sign) < 32 for sign in value.strip()):
        raise ValueError(name)
    return value.strip()


def _kinds(row: Mapping[str, Any]) -> tuple[str, ...]:
    value = row.get("kinds")
    parts = value if isinstance(value, list) else str(value or "").replace("|", ",").split(",")
    codes = tuple(sorted({str(part).strip().upper() for part in parts if str(part).strip()}))
    if not codes or len(codes) > 60 or any(len(code) > 12 for code in codes):
        raise ValueError("kinds")
    return codes


def _day(row: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(_text(row, name))
    except ValueError:
        raise ValueError(name) from None


def _star(value: Any) -> int | None:
    if value in (None, "", 0, "0"):
        return None
    if str(value) not in ("1", "2", "3"):
        raise ValueError("star")
    return int(value)


def _column(error: Exception) -> str:
    word = str(error.args[0]) if error.args else "row"
    return word if word in COLUMNS else "status" if isinstance(error, KeyError) else "row"
