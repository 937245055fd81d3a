"""A partner's content, read strictly and put into our codes. Pure."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from market.adoptions.types import FIELDS, EntryState, Told
from market.interchange.types import MOST_RECORDS, RowFault, Subject
from market.kernel.i18n import N_
from market.kernel.region_code import RegionCode

NOT_JSON = N_("content 不是 JSON 对象")
NOT_NUMBER = N_("这里要整数，从 1 开始")
NOT_TEXT = N_("这里要文字")
NOT_LIST = N_("这里要一个列表，1 到 100 条")
NOT_OBJECT = N_("这里要一个对象（{…}）")
NOT_DAY = N_("日期写成 2026-11-22 这样")
MISSING = N_("这一项要填")
UNKNOWN = N_("没有这一项")
TOO_LONG = N_("太长了")
NO_MAPPING = N_("没有对照：%(value)s")
MAPPED = {one.value for one in Subject}
NEEDED = ("certificate_number", "model", *MAPPED)
LENGTHS = {"certificate_number": 120, "model": 80, "use_scope": 300, "region": 80}
USUAL = 80
Table = Mapping[tuple[str, str], str]


class Unreadable(Exception):
    """The batch itself cannot be read; `fault` says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.fault = RowFault(None, field, reason)


def head(content: str) -> tuple[int, str, list[Any]]:
    """(sequence, digest of the previous batch, raw records). Raises Unreadable."""
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreadable("content", NOT_JSON) from None
    if not isinstance(read, dict):
        raise Unreadable("content", NOT_JSON)
    for name in read:
        if name not in ("sequence", "previous_sha256", "records"):
            raise Unreadable(str(name)[:40], UNKNOWN)
    sequence, previous, records = (
        read.get(name) for name in ("sequence", "previous_sha256", "records")
    )
    if isinstance(sequence, bool) or not isinstance(sequence, int) or not 0 < sequence < 2**31:
        raise Unreadable("sequence", NOT_NUMBER)
    if not isinstance(previous, str):
        raise Unreadable("previous_sha256", NOT_TEXT)
    if not isinstance(records, list) or not 0 < len(records) <= MOST_RECORDS:
        raise Unreadable("records", NOT_LIST)
    return sequence, previous, records


def record(raw: Any, number: int, table: Table, faults: list[RowFault]) -> Told | None:
    """One record in our codes; what is wrong is added to the faults, and None returned."""
    if not isinstance(raw, dict):
        faults.append(RowFault(number, "", NOT_OBJECT))
        return None
    wrong: list[RowFault] = []
    values: dict[str, str] = {}
    for name, value in raw.items():
        if reason := _unfit(str(name), value):
            wrong.append(RowFault(number, str(name)[:40], reason))
        else:
            values[name] = _clean(value)
    wrong += [
        RowFault(number, name, MISSING)
        for name in NEEDED
        if name not in raw or (name != "model" and values.get(name) == "")
    ]
    ours = {name: table.get((name, values.get(name, "")), "") for name in MAPPED}
    wrong += [
        RowFault(number, name, NO_MAPPING, {"value": values[name]})
        for name in sorted(MAPPED)
        if values.get(name) and not ours[name]
    ]
    if wrong:
        faults += wrong
        return None
    return Told(
        values["certificate_number"], values["model"], ours["kind"], int(ours["star"]),
        EntryState(ours["state"]), RegionCode(ours["region"]),
        {name: values[name] for name in FIELDS if values.get(name)},
    )  # fmt: skip


def _unfit(name: str, value: Any) -> str:
    """Why a value cannot be used, empty when it can."""
    if name not in (*NEEDED, *FIELDS):
        return UNKNOWN
    if not isinstance(value, str):
        return NOT_TEXT
    text = _clean(value)
    if len(text) > LENGTHS.get(name, USUAL):
        return TOO_LONG
    is_day = name in ("starts_on", "ends_on") and text
    return NOT_DAY if is_day and not _is_day(text) else ""


def _clean(text: str) -> str:
    normal = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
    return "".join(c for c in normal if c.isprintable()).strip()


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and 1900 <= date.fromisoformat(text).year <= 2200
    except ValueError:
        return False
