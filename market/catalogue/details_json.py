"""What a maker fills in, as JSON and back, whatever fields it has. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def dump(value: Any) -> Any:  # noqa: PLR0911 (one line per type)
    """A frozen dataclass as JSON: dates and decimals as text, nothing else is lost."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: dump(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [dump(item) for item in value]
    return value


def load(kind: Any, raw: Any) -> Any:  # noqa: PLR0911 (one line per type)
    """The value of a type from what `dump` made of it; fields that were unknown then keep
    their defaults."""
    if raw is None:
        return None
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        options = [one for one in get_args(kind) if one is not type(None)]
        return load(options[0], raw) if len(options) == 1 else raw
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: load(get_args(kind)[1], item) for key, item in raw.items()}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return tuple(load(get_args(kind)[0], item) for item in raw)
    if not isinstance(kind, type):
        return raw
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(
            **{f.name: load(hints[f.name], raw[f.name]) for f in fields(kind) if f.name in raw}
        )
    if issubclass(kind, date):
        return kind.fromisoformat(raw)
    return kind(raw) if issubclass(kind, Enum | Decimal) else raw
