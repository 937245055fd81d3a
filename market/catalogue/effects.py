"""What the same effect costs, from a product's own figures. Pure.

Insulation is compared at a thermal resistance of 1 m²·K/W, coatings by the square metre, heaters
and storage by what they can do, anything else by the year of its declared life.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

METRICS = ("insulation", "coating", "heating", "storage", "year")  # 元/m² first
NO_EFFECT = len(METRICS)


@dataclass(frozen=True, slots=True)
class Functional:
    """The price of the same effect: `metric` names it, `milli_fen` is the amount."""

    metric: str
    milli_fen: int

    @property
    def rank(self) -> int:
        """Where lists put the metric: only prices of one metric can be compared."""
        return METRICS.index(self.metric)


def functional(
    unit: str, unit_milli: int, attributes: Mapping[str, Any], life_years: int | None
) -> Functional | None:
    """What the same effect costs, from the product's own figures; None when they do not say."""
    whole = unit in ("unit", "set", "piece")
    conducts, thick = _number(attributes, "lambda_w_mk"), _number(attributes, "thickness_mm")
    if conducts and (unit == "m3" or (unit == "m2" and thick)):
        share = conducts if unit == "m3" or not thick else conducts * 1000 / thick
        return Functional("insulation", _round(unit_milli * share))
    covers = _number(attributes, "coverage_kg_m2")
    if covers and unit == "kg":
        return Functional("coating", _round(unit_milli * covers))
    for metric, key in (("heating", "heat_output_kw"), ("storage", "capacity_kwh")):
        figure = _number(attributes, key)
        if figure and whole:
            return Functional(metric, _round(unit_milli / figure))
    return Functional("year", _round(Decimal(unit_milli) / life_years)) if life_years else None


def place_of(
    unit: str, unit_milli: int, attributes: Mapping[str, Any], life_years: int | None
) -> tuple[int, int]:
    """(rank of the metric, price of the effect in thousandths of a fen): lists compare these;
    what says nothing of its effect comes last."""
    found = functional(unit, unit_milli, attributes, life_years)
    return (found.rank, found.milli_fen) if found else (NO_EFFECT, 0)


def _number(attributes: Mapping[str, Any], key: str) -> Decimal | None:
    value = attributes.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or value <= 0:
        return None
    return Decimal(str(value))


def _round(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP))
