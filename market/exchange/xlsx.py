"""The workbook of a seller's goods: styled, with lists to choose from; no cell is a formula.

Imported when somebody asks for one: the library takes 8 MB of a process.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from market.catalogue.types import KindView
from market.exchange.cells import ANSWERS, STATES, plain_text, shown
from market.exchange.columns import ATTRIBUTE, Column, heading
from market.exchange.types import MOST_ROWS
from market.exchange.writing import Say
from market.kernel.i18n import N_
from market.kernel.quantity import UNITS

_NUMBERS = {"pack_size", "weight_kg", "price", "min_packs", "lead_days", "life_years", "stock"}
_NEEDED = {"kind", "name_zh", "label_zh", "pack_size", "weight_kg", "price"}
_INSTRUCTIONS = (
    N_("一行是一个规格在一个仓库里的库存和价格。第一行是列名，不要改；不用的列可以删掉。"),
    N_("新产品：写品类、产品名称、规格名称、每包含量、每包重量。编号空着，平台来给。"),
    N_("已有的产品：从“导出”下载，改要改的格子再传回来。空着的格子表示不改。"),
    N_("别的厂家的产品：写规格编号、售价、库存就行，产品资料由厂家改。"),
    N_("价格是每包的价格，最多两位小数。写错的价格会报错，不会当成 0。"),
    N_("已经上架的产品，改名称、参数、证书、规格要先审核；价格、库存、发货时间马上生效。"),
    N_("不要写公式，粘贴成数值。传上来先看预览，确认以后才写入：要么全部写入，要么一行不改。"),
)


@dataclass(frozen=True)
class Lists:
    """What cells are chosen from."""

    kinds: Sequence[KindView]
    warehouses: Sequence[str]
    certificates: Sequence[str]


def as_workbook(
    rows: Iterable[dict[str, Any]], columns: Sequence[Column], lists: Lists, say: Say,
    language: str,
) -> bytes:  # fmt: skip
    """The rows as .xlsx with instructions, and lists to choose from; every text is typed as a
    text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("商品" if language == "zh" else "Products")
    guide = book.create_sheet("说明" if language == "zh" else "Instructions")
    hidden = book.create_sheet("列表" if language == "zh" else "Lists")
    hidden.sheet_state = "hidden"
    _settle(sheet, columns)
    ranges = _fill_lists(hidden, lists, say, language)
    for key, place in ranges.items():
        at = next((n for n, c in enumerate(columns, start=1) if c.key == key), None)
        if at is None or place is None:
            continue
        rule = DataValidation("list", formula1=place, allow_blank=True)
        rule.error, rule.errorTitle = say(N_("请从列表里选")), say(N_("不在列表里"))
        rule.showErrorMessage = key != "kind"
        letter = get_column_letter(at)
        rule.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
        sheet.data_validations.append(rule)
    sheet.append([_head(sheet, column, language) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, column.key, row.get(column.key), say) for column in columns])
    _fill_guide(guide, columns, say, language)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _settle(sheet: Any, columns: Sequence[Column]) -> None:
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width


def _head(sheet: Any, column: Column, language: str) -> Any:
    cell = WriteOnlyCell(sheet, value=heading(column, language))
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E0EFE5" if column.key in _NEEDED else "E8ECE5")
    return cell


def _cell(sheet: Any, key: str, value: Any, say: Say) -> Any:
    if value is None or value == "":
        return None
    if key == "price":
        cell = WriteOnlyCell(sheet, value=Decimal(value) / 100)
        cell.number_format = "0.00"
        return cell
    if key in _NUMBERS or isinstance(value, float):
        return WriteOnlyCell(sheet, value=Decimal(plain_text(key, value)))
    return _text(sheet, shown(key, plain_text(key, value), say))


def _text(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"  # never a formula
    return cell


def _fill_lists(sheet: Any, lists: Lists, say: Say, language: str) -> dict[str, str | None]:
    """Write what is chosen from; where each list stands, None for an empty one."""
    named = [
        f"{k.code} {k.name_zh if language == 'zh' else k.name_en}" for k in lists.kinds if k.is_open
    ]
    columns: dict[str, list[str]] = {
        "kind": named,
        "unit": [say(word) for word in UNITS.values()],
        "warehouse": list(lists.warehouses),
        "certificate": list(lists.certificates),
        "state": [say(word) for word in STATES.values()],
        "made_to_order": [say(word) for word in ANSWERS.values()],
    }
    for number in range(max(map(len, columns.values()))):
        sheet.append([
            _text(sheet, values[number]) if number < len(values) else None
            for values in columns.values()
        ])  # fmt: skip
    name = quote_sheetname(sheet.title)
    return {
        key: f"{name}!${letter}$1:${letter}${len(values)}" if values else None
        for letter, (key, values) in zip("ABCDEF", columns.items(), strict=True)
    }


def _fill_guide(sheet: Any, columns: Sequence[Column], say: Say, language: str) -> None:
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 90
    for text in _INSTRUCTIONS:
        cell = _text(sheet, say(text))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([None, cell])
    sheet.append([])
    for column in columns:
        hint = column.hint if column.key.startswith(ATTRIBUTE) else say(column.hint)
        needed = say(N_("新产品要填")) if column.key in _NEEDED else ""
        words = say(N_("，")).join(word for word in (needed, hint if column.hint else "") if word)
        sheet.append([_text(sheet, heading(column, language)), _text(sheet, words)])
