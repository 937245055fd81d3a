"""The rows the demonstration world is made of."""

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def goods() -> tuple[dict[str, str], ...]:
    """Products with their packs and typical prices (示例)."""
    return _rows("goods.csv")


def bundles() -> list[dict[str, Any]]:
    """Bundles besides those that come with the program."""
    found: list[dict[str, Any]] = json.loads((DATA / "bundles.json").read_text(encoding="utf-8"))
    return found


def firms() -> tuple[dict[str, str], ...]:
    """Sellers."""
    return _rows("firms.csv")


def crews() -> tuple[dict[str, str], ...]:
    """Construction service providers."""
    return _rows("crews.csv")
