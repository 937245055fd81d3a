"""Values of list pages; entered through `types`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from market.catalogue.local_areas import admits
from market.kernel.region_code import RegionCode


class ShelfRow(NamedTuple):
    """One shown listing in the denormalised columns, as list pages cache it.

    A tuple, because thousands are made at once.
    """

    id: str
    product_id: str
    variant_id: str
    kind_code: str
    group_code: str
    seller_id: str
    star: int | None
    certified: bool
    price_fen: int
    unit_price_milli_fen: int
    unit_weight_g: int
    unit: str
    min_packs: int
    lead_days: int
    made_to_order: bool
    in_stock: bool
    gate_closes_at: datetime
    published_at: datetime | None
    local_areas: str
    maker_region: str
    sold: int

    def may_go_to(self, region: RegionCode | None, at: datetime) -> bool:
        """Whether it may be sold to a place: goods of local lists only inside their regions."""
        return admits(self.local_areas, region, at)

    @property
    def unit_price_fen(self) -> int:
        """Price of one declared unit, rounded half up to the fen; for display and sorting."""
        return (self.unit_price_milli_fen + 500) // 1000


@dataclass(frozen=True)
class ListingFilter:
    """Which listings a page shows. Unset fields do not restrict; several values are any-of.

    `kinds`, `stars` and `sellers` are also facets: each facet counts with the others applied.
    A star of 0 stands for 合格 (certified without stars), -1 for a kind no scheme certifies.
    """

    group_code: str | None = None
    kind_code: str | None = None
    zone: bool = False
    kinds: frozenset[str] = frozenset()
    stars: frozenset[int] = frozenset()
    sellers: frozenset[str] = frozenset()
    deliverable_by: frozenset[str] | None = None
    seller_id: str | None = None
    unit_price_from_fen: int | None = None
    unit_price_to_fen: int | None = None
    in_stock: bool = False
    maker_id: str | None = None
    material_key: str | None = None


@dataclass(frozen=True)
class Facets:
    """Counts by value for each facet, and the number of listings that match."""

    total: int
    kinds: Mapping[str, int]
    stars: Mapping[int, int]
    sellers: Mapping[str, int]
