"""Coefficients of energy and place with their sources, read once from `data/`.

`trust` is verified, unverified, estimate or rule (a rule of this site); the page of sources
lists every row.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from market.bundles.energy import Fuel, Range

_DATA = Path(__file__).parent / "data"
DEFAULT_FUEL, ELECTRICITY = "raw_coal", "electricity"
_COLD = frozenset({"严寒地区", "寒冷地区"})


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One figure that sums rest on."""

    key: str
    name_zh: str
    name_en: str
    range: Range
    unit: str
    source: str
    trust: str


@dataclass(frozen=True, slots=True)
class FuelRow:
    """A way to heat with its price, in both languages, with its source."""

    key: str
    name_zh: str
    name_en: str
    unit: str
    price_yuan: Range
    kwh_per_unit: float
    kg_per_unit: float | None
    efficiency: float
    source: str
    trust: str


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def coefficients() -> dict[str, Coefficient]:
    """Every coefficient by key."""
    return {
        row["key"]: Coefficient(
            row["key"], row["name_zh"], row["name_en"],
            Range(float(row["low"]), float(row["value"]), float(row["high"])),
            row["unit"], row["source"], row["trust"],
        )
        for row in _rows("coefficients.csv")
    }  # fmt: skip


@lru_cache(maxsize=1)
def fuels() -> dict[str, FuelRow]:
    """Every way to heat by key."""
    return {
        row["key"]: FuelRow(
            row["key"], row["name_zh"], row["name_en"], row["unit"],
            Range(*(float(row[f"price_{part}"]) for part in ("low", "typ", "high"))),
            float(row["kwh_per_unit"]),
            float(row["kg_per_unit"]) if row["kg_per_unit"] else None,
            float(row["efficiency"]), row["source"], row["trust"],
        )
        for row in _rows("fuels.csv")
    }  # fmt: skip


@lru_cache(maxsize=1)
def places() -> dict[str, dict[str, str]]:
    """Grid factor and solar yield by the two digits of a province; "" is the whole country."""
    return {row["province"]: row for row in _rows("places.csv")}


@lru_cache(maxsize=1)
def zone_degree_days() -> dict[str, Range]:
    """The heating degree days (HDD18) a climate zone is defined by; open ends are ours."""
    found = {}
    for row in _rows("zone_hdd.csv"):
        low, high = float(row["low"]), float(row["high"])
        found[row["zone"]] = Range(low, (low + high) / 2, high)
    return found


def grid_kg_per_kwh(province: str) -> float:
    """The grid's emission factor of a province, the country's where none is published."""
    known = places().get(province) or places()[""]
    return float(known["kg_per_kwh"] or places()[""]["kg_per_kwh"])


def solar_kwh_per_kw(province: str) -> float | None:
    """What 1 kW of panels gives in a year; None where nothing is known."""
    known = places().get(province)
    return float(known["solar_kwh_per_kw"]) if known and known["solar_kwh_per_kw"] else None


def usual_fuel(zone_major: str) -> str:
    """What a household that is not sure is taken to heat with."""
    return DEFAULT_FUEL if zone_major in _COLD else ELECTRICITY


def fuel_of(key: str, province: str) -> Fuel:
    """A way to heat with the emission factor of the place."""
    row = fuels()[key]
    kg = row.kg_per_unit if row.kg_per_unit is not None else grid_kg_per_kwh(province)
    efficiency = Range(row.efficiency, row.efficiency, row.efficiency)
    return Fuel(row.price_yuan, row.kwh_per_unit, kg, efficiency)


def heat_pump(province: str) -> Fuel:
    """Heating with electricity through a heat pump."""
    row = fuels()[ELECTRICITY]
    return Fuel(
        row.price_yuan, row.kwh_per_unit, grid_kg_per_kwh(province),
        coefficients()["heat_pump"].range,
    )  # fmt: skip
