"""Reference data of materials and regional limits, read once from `data/`; all estimates."""

import csv
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from market.bundles.carbon import CarbonLevel
from market.bundles.insulation import Limit

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Material:
    """A generic material: what an industry average says of it."""

    key: str
    kind_code: str
    name_zh: str
    name_en: str
    unit: str
    price_typ_yuan: Decimal
    conductivity: float | None
    thickness_mm: float | None
    u_value: float | None
    carbon_kg: Decimal | None
    carbon_level: CarbonLevel
    carbon_basis: str


@lru_cache(maxsize=1)
def materials() -> dict[str, Material]:
    """All materials by key."""
    with (_DATA / "materials.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: _material(row) for row in csv.DictReader(file)}


def _material(row: dict[str, str]) -> Material:
    def number(column: str) -> float | None:
        return float(row[column]) if row[column] else None

    carbon = row["carbon_kg_per_unit"]
    return Material(
        row["key"],
        row["kind_code"],
        row["name_zh"],
        row["name_en"],
        row["unit"],
        Decimal(row["price_typ_yuan"]),
        number("lambda_w_mk"),
        number("thickness_mm"),
        number("u_value_w_m2k"),
        Decimal(carbon) if carbon else None,
        CarbonLevel(row["carbon_level"] or "missing"),
        row["carbon_basis"],
    )


_ELEMENTS = {"wall": "外墙", "roof": "屋面", "window": "外窗", "door": "外门"}
_PREFERRED = {"", "D>=2.5", "其他朝向", "卧室起居室"}


@lru_cache(maxsize=128)
def limit_for(zone: str, major: str, element: str) -> Limit | None:
    """The greatest U of an element in a climate zone.

    The exact zone's row wins over the row of the major zone. Among rows with conditions the
    one for massive walls and living rooms is meant: farmhouses are masonry.
    """
    rows = [row for row in limit_rows() if row["element"] == _ELEMENTS[element]]
    rural = [r for r in rows if r["zone"] == "all" and r["zone_major"] == major]
    exact = [r for r in rows if r["zone"] == zone]
    for row in [*rural, *exact]:
        if row["condition"] in _PREFERRED or row["zone"] == zone:
            return Limit(float(row["u_max_w_m2k"]), row["standard"], row["condition"])
    return None


@lru_cache(maxsize=1)
def limit_rows() -> list[dict[str, str]]:
    """Every limit with its standard."""
    with (_DATA / "u_value_limits.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def bundle_data() -> dict[str, Any]:
    """The bundles that come with the program, as written in `data/bundles.json`."""
    document: dict[str, Any] = json.loads((_DATA / "bundles.json").read_text(encoding="utf-8"))
    return document


@lru_cache(maxsize=1)
def geometry() -> dict[str, str]:
    """Derived measures of a house and their formulas, in order of calculation."""
    formulas: dict[str, str] = bundle_data()["meta"]["geometry"]
    return formulas
