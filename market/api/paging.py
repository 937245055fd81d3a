"""Cursors: the sort key of the last row given out, opaque to its reader.

A list continues after that key, so rows added or gone meanwhile neither repeat nor hide others.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from market.api.errors import CursorInvalid

T = TypeVar("T")
Key = tuple[int | str, ...]
MOST = 100
USUAL = 20
_MOST_CHARACTERS = 300


@dataclass(frozen=True)
class Slice(Generic[T]):
    """Some rows and the cursor to the next ones, None at the end."""

    items: Sequence[T]
    next: str | None = None


def encode(key: Key) -> str:
    """The cursor after a row with this key."""
    text = json.dumps(key, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str | None, *shape: type) -> Key | None:
    """The key in a cursor, whose parts have these types; None without one.

    Raises CursorInvalid for anything this list did not give out.
    """
    if cursor is None:
        return None
    try:
        if len(cursor) > _MOST_CHARACTERS:
            raise ValueError
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        parts = json.loads(urlsafe_b64decode(padded))
    except (ValueError, RecursionError):
        raise CursorInvalid(field="cursor") from None
    if not isinstance(parts, list) or [type(part) for part in parts] != list(shape):
        raise CursorInvalid(field="cursor")
    if any(isinstance(part, int) and abs(part) >= 2**62 for part in parts):
        raise CursorInvalid(field="cursor")
    if any(isinstance(part, str) and not part.isprintable() for part in parts):
        raise CursorInvalid(field="cursor")
    return tuple(parts)


def cut(rows: Sequence[T], limit: int, key: Callable[[T], Key]) -> Slice[T]:
    """A slice of rows that were read with one more than `limit`."""
    items = rows[:limit]
    return Slice(items, encode(key(items[-1])) if len(rows) > limit else None)


def slice_sorted(
    rows: Sequence[T], args: Mapping[str, Any], key: Callable[[T], Key], *shape: type
) -> Slice[T]:
    """A slice of a short list that is in memory, in the order of its keys."""
    after = decode(args.get("cursor"), *shape)
    rest = rows if after is None else [row for row in rows if key(row) > after]
    return cut(list(rest[: args["limit"] + 1]), args["limit"], key)


def micros(instant: datetime) -> int:
    """An instant as part of a key."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def instant(value: Any) -> datetime:
    """The instant of a key's part. Raises CursorInvalid outside the calendar."""
    try:
        return datetime.fromtimestamp(int(value) // 1_000_000, UTC).replace(
            microsecond=int(value) % 1_000_000
        )
    except (ValueError, OverflowError, OSError):
        raise CursorInvalid(field="cursor") from None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
