"""What one shipment costs. Pure: table, place and weight in, price with its parts out.

The rate of the longest matching region prefix applies, and so, separately, does the
last-mile surcharge. A place outside the delivery areas, or without any rate, is not reached.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from market.kernel.region_code import RegionCode
from market.sellers.types import FreightTable

_GRAMS_PER_KG = 1000


@dataclass(frozen=True)
class FreightQuote:
    """The price of one shipment and how it came about."""

    base_fen: int
    weight_fen: int
    last_mile_fen: int
    matched_prefix: str

    @property
    def total_fen(self) -> int:
        return self.base_fen + self.weight_fen + self.last_mile_fen


def delivers_to(table: FreightTable, region: RegionCode) -> bool:
    """Whether the seller reaches `region` at all."""
    return quote(table, region, 0) is not None


def quote(
    table: FreightTable, region: RegionCode, weight_g: int, *, to_door: bool = True
) -> FreightQuote | None:
    """The freight of `weight_g` grams to `region`; None when the seller cannot reach it.

    The part by weight is rounded up to the next fen. Not `to_door`, but to a pick-up point of the
    place: a surcharge that its seller takes only for the way to the door falls away. Raises
    ValueError for negative weight.
    """
    if weight_g < 0:
        raise ValueError("weight cannot be negative")
    if _longest(table.areas, region) is None:
        return None
    rates = {rate.prefix: rate for rate in table.rates}
    matched = _longest(rates, region)
    if matched is None:
        return None
    rate = rates[matched]
    surcharges = {row.prefix: row for row in table.last_miles}
    last = surcharges.get(_longest(surcharges, region) or "")
    taken = last is not None and (to_door or not last.door_only)
    return FreightQuote(
        base_fen=rate.base_fen,
        weight_fen=-(-rate.per_kg_fen * weight_g // _GRAMS_PER_KG),
        last_mile_fen=last.surcharge_fen if last is not None and taken else 0,
        matched_prefix=matched,
    )


def _longest(prefixes: Iterable[str], region: RegionCode) -> str | None:
    known = frozenset(prefixes)
    return next((prefix for prefix in reversed(region.prefixes) if prefix in known), None)
