"""From the text of a cell to a value, with the limits of the forms; and back. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from market.exchange.columns import ATTRIBUTE
from market.exchange.types import MOST_TEXT, Marker, Problem, RawRow, Row
from market.kernel.i18n import N_
from market.kernel.money import parse_yuan
from market.kernel.quantity import UNITS, without_thousands
from market.web.i18n import english

STATES = {
    "draft": N_("草稿"), "live": N_("在售"), "paused": N_("暂停"), "archived": N_("已归档"),
}  # fmt: skip
ANSWERS = {"yes": N_("是"), "no": N_("否")}
_YES, _NO = {"true", "1", "y"}, {"false", "0", "n"}
_MOST_FEN = 10**10
_EPOCH = date(1899, 12, 30)  # day 0 of a sheet, from March 1900 on
_DIGITS = re.compile(r"[0-9]{1,9}")  # what `isdigit` takes besides these is no number to `int`
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")  # a day of a sheet, with or without its hour


class _Wrong(Exception):
    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.problem = message, params


def read_row(raw: RawRow) -> Row:
    """Typed values of a row; what is wrong is said beside its column, never guessed."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, cell in raw.cells.items():
        if isinstance(cell, str) and not _clean(cell):
            continue  # only signs that nobody sees: an empty cell changes nothing
        try:
            values[key] = _read(key, cell)
        except _Wrong as wrong:
            message, params = wrong.problem
            problems.append(Problem(key, message, params))
    return Row(raw.number, values, tuple(problems))


def _read(key: str, cell: str | Marker) -> Any:
    if cell is Marker.FORMULA:
        raise _Wrong(N_("这里是公式。请粘贴成数值再导入"))
    if cell is Marker.ERROR:
        raise _Wrong(N_("表格里这一格是错误值，请改正"))
    text = _clean(str(cell))
    if len(text) > MOST_TEXT:
        raise _Wrong(N_("最多写 %(count)s 个字"), count=MOST_TEXT)
    if key.startswith(ATTRIBUTE):
        return text
    return _READERS[key](text)


def _clean(cell: str) -> str:
    text = normalize("NFC", cell)
    return "".join(c for c in text if c in "\n\t" or c.isprintable()).strip()


def _text(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > most:
            raise _Wrong(N_("最多写 %(count)s 个字"), count=most)
        return text

    return read


def _price(text: str) -> int:
    plain = normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元")
    try:
        fen = parse_yuan(plain)
    except ValueError:
        raise _Wrong(N_("金额只写数字，最多两位小数，例如 52.30")) from None
    if not 1 <= fen <= _MOST_FEN:
        raise _Wrong(N_("售价要大于 0，不超过 1 亿元"))
    return fen


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        plain = normalize("NFKC", text)
        if not _DIGITS.fullmatch(plain) or not low <= int(plain) <= high:
            raise _Wrong(N_("要写 %(low)s 到 %(high)s 的整数"), low=low, high=high)
        return int(plain)

    return read


def _amount(high: int) -> Callable[[str], Decimal]:
    def read(text: str) -> Decimal:
        try:
            plain = without_thousands(normalize("NFKC", text))
            value = Decimal(plain) if set(plain) <= set("0123456789.") else Decimal("NaN")
        except (InvalidOperation, ValueError):
            value = Decimal("NaN")
        if not value.is_finite() or not Decimal("0.001") <= value <= high:
            raise _Wrong(N_("要写大于 0、不超过 %(high)s 的数"), high=high)
        if value != value.quantize(Decimal("0.001")):
            raise _Wrong(N_("最多三位小数"))
        return value.quantize(Decimal("0.001"))

    return read


def _day(text: str) -> date:
    plain = normalize("NFKC", text).split("T")[0].split(" ")[0]
    if serial := _SERIAL.fullmatch(plain):
        return _EPOCH + timedelta(days=int(serial[1]))
    plain = plain.replace("/", "-").replace(".", "-").replace("年", "-").replace("月", "-")
    parts = plain.rstrip("日").split("-")
    try:
        day = date(*(int(part) for part in parts))
    except (TypeError, ValueError, OverflowError):
        raise _Wrong(N_("日期写成 2026-11-22 这样")) from None
    if not 1900 <= day.year <= 2200:
        raise _Wrong(N_("日期写成 2026-11-22 这样"))
    return day


def _one_of(words: Mapping[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        plain = normalize("NFKC", text).strip().lower()
        for code, word in words.items():
            if plain in (code, normalize("NFKC", word).lower(), english(word).lower()):
                return code
        raise _Wrong(N_("请从列表里选：%(words)s"), words=list(words.values()))

    return read


def _answer(text: str) -> bool:
    plain = text.lower()
    if plain in _YES or plain in _NO:
        return plain in _YES
    return _one_of(ANSWERS)(text) == "yes"


_READERS: Mapping[str, Callable[[str], Any]] = {
    "product_id": _text(20),
    "variant_id": _text(20),
    "kind": _text(140),
    "name_zh": _text(80),
    "name_en": _text(120),
    "model": _text(80),
    "use_zh": _text(600),
    "use_en": _text(900),
    "unit": _one_of(UNITS),
    "certificate": _text(80),
    "standard": _text(120),
    "report_number": _text(80),
    "report_issued_on": _day,
    "life_years": _whole(1, 200),
    "label_zh": _text(80),
    "label_en": _text(120),
    "pack_size": _amount(1_000_000),
    "weight_kg": _amount(100_000),
    "price": _price,
    "min_packs": _whole(1, 100_000),
    "lead_days": _whole(0, 365),
    "made_to_order": _answer,
    "state": _one_of(STATES),
    "warehouse": _text(80),
    "stock": _whole(0, 1_000_000),
}


def plain_text(key: str, value: Any) -> str:
    """A value as a code or plain number, the same in every language."""
    if value is None:
        return ""
    if key == "price":
        return f"{value // 100}.{value % 100:02d}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        value = Decimal(str(value))
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def shown(key: str, text: str, say: Callable[[str], str]) -> str:
    """A plain text in the words of a language."""
    words = {"unit": UNITS, "state": STATES, "made_to_order": ANSWERS}.get(key, {})
    return say(words[text]) if text in words else text
