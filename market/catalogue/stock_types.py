"""What other packages may know of stock; entered through `types`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from market.kernel.region_code import RegionCode


@dataclass(frozen=True)
class Demand:
    """So many packs of a listing, wanted in a region."""

    listing_id: str
    quantity: int
    region: RegionCode | None = None


@dataclass(frozen=True)
class CartWish:
    """So many packs more to keep for a line of a cart, wanted in a region."""

    line_id: str
    listing_id: str
    quantity: int
    region: RegionCode | None = None


@dataclass(frozen=True)
class CartTurn:
    """Until when a cart may keep packs of a listing in all, and from when it may again."""

    ends_at: datetime
    again_at: datetime

    def rests_at(self, at: datetime) -> bool:
        """Whether nothing more may be kept at an instant."""
        return self.ends_at <= at < self.again_at

    def is_past_at(self, at: datetime) -> bool:
        """Whether the next packs that are kept begin a new one."""
        return self.again_at <= at


@dataclass(frozen=True)
class Shelf:
    """What carts may keep of a listing: nothing of goods that are made to order or not on sale.
    `free` is by warehouse, packs whose hold is over not yet among them."""

    made_to_order: bool
    on_sale: bool
    free: Mapping[str, int]
    in_carts: int = 0


@dataclass(frozen=True)
class Allocation:
    """Packs of a listing set aside in a warehouse; None when made to order."""

    listing_id: str
    warehouse_id: str | None
    quantity: int


@dataclass(frozen=True)
class StockLevel:
    """Packs of a listing in one warehouse."""

    listing_id: str
    warehouse_id: str
    on_hand: int
    reserved: int
    in_carts: int = 0  # kept for carts whose time is not over

    @property
    def free(self) -> int:
        return self.on_hand - self.reserved - self.in_carts


class MovementKind(StrEnum):
    """Why the number of packs on hand changed."""

    INITIAL = "initial"
    IN = "in"
    COUNTED = "counted"
    SOLD = "sold"
    RETURNED = "returned"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Movement:
    """One line of the stock journal; `delta` is the change of packs on hand."""

    at: datetime
    listing_id: str
    warehouse_id: str
    kind: MovementKind
    delta: int
    quantity: int
    reason: str
    reference: str
