"""The typed figures of a kind's products as filters: their values, spans of values, and the gap.

A filter's value is a token: a number as it is written ("0.033"), a span of numbers with both
ends in it ("50..80"), a text, or "~" for what the maker did not fill in. Pure.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from market.catalogue.attributes import ATTRIBUTES, AttributeValue

MISSING = "~"
SPAN = ".."
MOST_VALUES = 8  # of a number; more are put into spans
SPANS = 5
MOST_TEXTS = 10
MOST_COLUMNS = 8
LONGEST = 82  # of a token: a text has at most 80 characters
Figure = AttributeValue | None


@dataclass(frozen=True, slots=True)
class Column:
    """One key with the token of every value that the products have; the gap stands last."""

    key: str
    tokens: Mapping[Figure, str]

    @property
    def order(self) -> tuple[str, ...]:
        """The tokens in the order in which they are shown."""
        return tuple(dict.fromkeys(self.tokens.values()))


@dataclass(frozen=True)
class Figures:
    """The figures of a kind's products that can be filtered by."""

    columns: tuple[Column, ...] = ()
    rows: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)  # by product

    def counts(self, at: int, products: Collection[str], chosen: Collection[str]) -> dict[str, int]:
        """Products by token of one column; a chosen token that no value has counts what it
        matches."""
        column, rows = self.columns[at], self.rows
        values = Counter(rows[product][at] for product in products)
        found = dict.fromkeys(column.order, 0)
        for value, count in values.items():
            found[column.tokens[value]] += count
        for token in chosen:
            if token not in found:
                hit = matcher([token])
                found[token] = sum(count for value, count in values.items() if hit(value))
        return found


def figures(keys: Sequence[str], traits: Mapping[str, Mapping[str, Any]]) -> Figures:
    """What can be filtered by: keys of which some product has a value. Values that are not of
    the key's type count as not filled in."""
    used = [key for key in dict.fromkeys(keys) if key in ATTRIBUTES]
    rows = {
        product: tuple(_value(key, values.get(key)) for key in used)
        for product, values in traits.items()
    }
    columns: list[Column] = []
    kept: list[int] = []
    for at, key in enumerate(used):
        column = _column(key, [row[at] for row in rows.values()])
        if column is not None and len(columns) < MOST_COLUMNS:
            columns.append(column)
            kept.append(at)
    return Figures(
        tuple(columns), {product: tuple(row[at] for at in kept) for product, row in rows.items()}
    )


def matcher(tokens: Collection[str]) -> Callable[[Figure], bool]:
    """Whether a figure is one of those that any of the tokens means."""
    plain = {token for token in tokens if token != MISSING}
    spans = [span for span in map(span_of, plain) if span is not None]
    numbers = {number for number in map(_number, plain) if number is not None}
    texts = {_unquoted(token) for token in plain}

    def matches(value: Figure) -> bool:
        if value is None:
            return MISSING in tokens
        if isinstance(value, str):
            return value in texts
        return value in numbers or any(low <= value <= high for low, high in spans)

    return matches


def usable(key: str, token: str) -> bool:
    """Whether a token can mean something for a key."""
    if key not in ATTRIBUTES or not token or len(token) > LONGEST or not token.isprintable():
        return False
    if token == MISSING or not ATTRIBUTES[key].is_number:
        return True
    return _number(token) is not None or span_of(token) is not None


def span_of(token: str) -> tuple[float, float] | None:
    """Both ends of a span."""
    low, between, high = token.partition(SPAN)
    ends = _number(low), _number(high)
    return (ends[0], ends[1]) if between and ends[0] is not None and ends[1] is not None else None


def text_of(token: str) -> str:
    """The words of a text's token."""
    return _unquoted(token)


def _column(key: str, values: Iterable[Figure]) -> Column | None:
    counted = Counter(values)
    gaps = counted.pop(None, 0)
    if not counted:
        return None
    if ATTRIBUTES[key].is_number:
        tokens = _number_tokens(sorted(v for v in counted if not isinstance(v, str | None)))
    else:
        ordered = sorted(counted, key=lambda value: (-counted[value], str(value)))
        tokens = {value: _quoted(str(value)) for value in ordered}
    return Column(key, {**tokens, None: MISSING} if gaps else tokens)


def _number_tokens(values: Sequence[float]) -> dict[Figure, str]:
    if len(values) <= MOST_VALUES:
        return {value: _written(value) for value in values}
    size = -(-len(values) // SPANS)
    found: dict[Figure, str] = {}
    for start in range(0, len(values), size):
        part = values[start : start + size]
        token = f"{_written(part[0])}{SPAN}{_written(part[-1])}"
        found |= dict.fromkeys(part, token if len(part) > 1 else _written(part[0]))
    return found


def _value(key: str, value: Any) -> Figure:
    if ATTRIBUTES[key].is_number:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        return float(value) if fits else None
    return value.strip() or None if isinstance(value, str) else None


def _written(number: float) -> str:
    short = f"{number:g}"
    return short if float(short) == number else repr(number)


def _number(token: str) -> float | None:
    try:
        number = float(token) if token.isascii() and "_" not in token else float("nan")
    except ValueError:
        return None
    return number if isfinite(number) else None


def _quoted(text: str) -> str:
    return MISSING + text if text.startswith(MISSING) else text


def _unquoted(token: str) -> str:
    return token[1:] if token.startswith(MISSING) else token
