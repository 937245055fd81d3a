"""Pure rules of renovations: sums of quotes, their comparison, what texts may not contain."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from unicodedata import normalize

from market.kernel.money import Fen
from market.renovations.types import QuoteLineView, QuoteView, WorkItem

MAX_LINES = 60
MAX_TOTAL: Fen = 10_000_000_00
MAX_PHOTOS = 12
OUTLIER_HIGH, OUTLIER_LOW = Decimal("1.5"), Decimal("0.6")
_ENOUGH_FOR_OUTLIERS = 3

_DATE = re.compile(r"20\d\d[-./年]\d{1,2}[-./月]\d{1,2}")
_DIGITS_IN_A_ROW = re.compile(r"(?:\d[\s\-.·]?){8,}")
_MESSENGER = re.compile(r"(?i)微信|weixin|wechat|v[信x]|q\s?q\s?[:：号]?\s?\d|[\w.]+@[\w.]+")


def line_amount(quantity: Decimal, unit_price_fen: Fen) -> Fen:
    """Quantity × unit price, rounded half up to the fen."""
    return int((quantity * unit_price_fen).quantize(Decimal(1), ROUND_HALF_UP))


def has_contact(text: str) -> bool:
    """Whether a text seems to carry a phone number, a messenger name or an e-mail address."""
    plain = _DATE.sub(" ", normalize("NFKC", text))
    return bool(_DIGITS_IN_A_ROW.search(plain) or _MESSENGER.search(plain))


@dataclass(frozen=True)
class Cell:
    """One quote's share of one aligned row; `lines` is empty when the quote lacks it."""

    lines: tuple[QuoteLineView, ...]

    @property
    def amount_fen(self) -> Fen | None:
        """None when the quote says nothing about this row: a gap, never zero."""
        return sum(line.amount_fen for line in self.lines) if self.lines else None


@dataclass(frozen=True)
class Row:
    """One aligned row of a comparison."""

    key: str
    item: WorkItem | None
    label: str
    kind: str
    cells: tuple[Cell, ...]
    is_expected: bool

    @property
    def differs(self) -> bool:
        return len({cell.amount_fen for cell in self.cells}) > 1


@dataclass(frozen=True)
class Comparison:
    """Quotes side by side."""

    quotes: tuple[QuoteView, ...]
    rows: tuple[Row, ...]
    missing: tuple[tuple[Row, ...], ...]
    outliers: tuple[str | None, ...]
    median_fen: Fen | None


def compare(
    quotes: Sequence[QuoteView], expected: Sequence[WorkItem], items: dict[str, WorkItem]
) -> Comparison:
    """Align the lines of the quotes and flag what each of them leaves out.

    A row is missing in a quote when the project type expects it, or when it is a named
    item that another quote has. Rows: expected ones first, then by first appearance.
    """
    expected_keys = [item.key for item in expected]
    found = dict.fromkeys(expected_keys)
    for quote in quotes:
        found.update(dict.fromkeys(line.key for line in quote.lines))
    rows = tuple(_row(key, quotes, items, key in expected_keys) for key in found)
    missing = tuple(
        tuple(row for row in rows if not row.cells[n].lines and (row.is_expected or row.item))
        for n in range(len(quotes))
    )
    middle = int(median(q.total_fen for q in quotes)) if quotes else None
    return Comparison(tuple(quotes), rows, missing, _outliers(quotes, middle), middle)


def _row(
    key: str, quotes: Sequence[QuoteView], items: dict[str, WorkItem], is_expected: bool
) -> Row:
    cells = tuple(Cell(tuple(line for line in quote.lines if line.key == key)) for quote in quotes)
    first = next((line for cell in cells for line in cell.lines), None)
    item = items.get(key)
    kind = item.kind if item else (first.kind if first else "other")
    return Row(key, item, first.label if first else "", kind, cells, is_expected)


def _outliers(quotes: Sequence[QuoteView], middle: Fen | None) -> tuple[str | None, ...]:
    if middle is None or len(quotes) < _ENOUGH_FOR_OUTLIERS:
        return tuple(None for _ in quotes)
    return tuple(
        "high"
        if quote.total_fen > OUTLIER_HIGH * middle
        else "low"
        if quote.total_fen < OUTLIER_LOW * middle
        else None
        for quote in quotes
    )
