"""The trades, from `data/service_trades.csv`."""

import csv
import re
from functools import cache
from pathlib import Path

from market.providers.types import Trade

# The data name the occupation's number after some English names.
_CODE = re.compile(r"\s+\d(?:-\d{2}){3}$")
_FILE = Path(__file__).parent / "data" / "service_trades.csv"


@cache
def trades() -> dict[str, Trade]:
    """All trades by key, in the order of the data."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["key"]: _trade(row) for row in csv.DictReader(file)}


def named(keys: "tuple[str, ...] | list[str] | frozenset[str] | set[str]") -> tuple[Trade, ...]:
    """The trades of `keys` in the order of the data; unknown keys are passed over."""
    wanted = set(keys)
    return tuple(trade for key, trade in trades().items() if key in wanted)


def _trade(row: dict[str, str]) -> Trade:
    return Trade(
        key=row["key"],
        name_zh=row["name_zh"],
        name_en=_CODE.sub("", row["name_en"]),
        notes_zh=row["notes"],
        notes_en=row["notes_en"],
        certificate=row["typical_certificate"],
    )
