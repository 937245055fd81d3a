"""What a thing costs where it is needed, and for what it does. Pure.

A delivered price depends on how much is bought, because part of the freight is fixed.
Lists therefore compare at one reference amount per unit of sale, and say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from market.catalogue.effects import Functional, functional
from market.catalogue.types import ListingView
from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.sellers import freight
from market.sellers.types import FreightTable

REFERENCE_UNITS: dict[str, int] = {
    "m2": 100, "m3": 5, "m": 50, "kg": 100, "t": 2, "l": 50, "kwp": 5, "w": 5000,
    "roll": 5, "pack": 10, "bag": 20, "drum": 5, "tube": 10, "block": 500,
}  # fmt: skip
# Units that are cut on site lose something; the visitor may change it.
USUAL_LOSS: dict[str, int] = {"m2": 5, "m": 5}
LOSSES = (0, 3, 5, 10)
MAX_UNITS = Decimal(1_000_000)
__all__ = [
    "Delivered",
    "Functional",
    "Purchase",
    "Terms",
    "delivered",
    "functional",
    "half_up",
    "purchase",
    "reference_units",
    "varied",
]


@dataclass(frozen=True, slots=True)
class Delivered:
    """The price of one unit at the door of the place, and its parts, in thousandths of a fen."""

    goods_milli: int
    freight_milli: int
    units: Decimal

    @property
    def total_milli(self) -> int:
        return self.goods_milli + self.freight_milli

    @property
    def goods_fen(self) -> Fen:
        return self.total_fen - self.freight_fen

    @property
    def freight_fen(self) -> Fen:
        return half_up(self.freight_milli)

    @property
    def total_fen(self) -> Fen:
        return half_up(self.total_milli)


@dataclass(frozen=True)
class Terms:
    """How a listing is sold: by packs of so many units."""

    pack_size: Decimal
    price_fen: Fen
    weight_g: int
    min_packs: int


@dataclass(frozen=True)
class Purchase:
    """So many packs of one listing: what is needed, bought, left over and paid."""

    needed: Decimal
    loss_percent: int
    with_loss: Decimal
    packs: int
    bought: Decimal
    left_over: Decimal
    goods_fen: Fen
    freight: freight.FreightQuote | None
    raised_to_minimum: bool

    @property
    def total_fen(self) -> Fen:
        return self.goods_fen + (self.freight.total_fen if self.freight else 0)


def half_up(milli: int) -> Fen:
    """Thousandths of a fen as fen."""
    return (milli + 500) // 1000


def reference_units(unit: str, least: Decimal = Decimal(0)) -> Decimal:
    """How many units lists assume are bought at once; never less than the seller's minimum."""
    return max(Decimal(REFERENCE_UNITS.get(unit, 1)), least)


def delivered(
    unit_price_milli: int,
    unit_weight_g: int,
    units: Decimal,
    table: FreightTable | None,
    region: RegionCode | None,
) -> Delivered | None:
    """The delivered price of one unit when `units` are bought; None when out of reach.

    Without a region the price is the seller's own.
    """
    if region is None:
        return Delivered(unit_price_milli, 0, units)
    weight = int((unit_weight_g * units).to_integral_value(ROUND_CEILING))
    quote = freight.quote(table, region, weight) if table else None
    if quote is None:
        return None
    share = (Decimal(quote.total_fen * 1000) / units).to_integral_value(ROUND_HALF_UP)
    return Delivered(unit_price_milli, int(share), units)


def purchase(
    needed: Decimal,
    loss_percent: int,
    terms: Terms,
    table: FreightTable | None,
    region: RegionCode | None,
) -> Purchase:
    """Packs for an amount needed, with loss, rounded up to whole packs and the minimum."""
    with_loss = needed * (100 + loss_percent) / 100
    exact = int((with_loss / terms.pack_size).to_integral_value(ROUND_CEILING))
    packs = max(exact, terms.min_packs, 1)
    bought = packs * terms.pack_size
    quote = freight.quote(table, region, packs * terms.weight_g) if table and region else None
    return Purchase(
        needed=needed,
        loss_percent=loss_percent,
        with_loss=with_loss,
        packs=packs,
        bought=bought,
        left_over=bought - with_loss,
        goods_fen=packs * terms.price_fen,
        freight=quote,
        raised_to_minimum=packs > max(exact, 1),
    )


def varied(views: Sequence[ListingView], most: int) -> list[ListingView]:
    """A few of the offers, as different as possible: one of each group, then of each kind;
    more stars first, then the order given."""
    best = sorted(views, key=lambda view: view.star or 0, reverse=True)
    groups = {view.group_code: view for view in reversed(best)}
    kinds = {view.kind_code: view for view in reversed(best)}
    chosen = {view.kind_code: view for _group, view in sorted(groups.items())}
    chosen |= {code: view for code, view in sorted(kinds.items()) if code not in chosen}
    return list(chosen.values())[:most]
