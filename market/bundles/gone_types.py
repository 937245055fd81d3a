"""What a slot was to have and cannot be bought."""

from dataclasses import dataclass

from market.catalogue.types import Blocker


@dataclass(frozen=True, slots=True)
class Named:
    """A product by name."""

    product_id: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Goods that were chosen for a slot, or the only ones it could have, and are not to be had:
    `shut` says why nobody may sell them, empty when they only do not come here or are sold out.

    `instead` is the cheapest of the kind in the slot's unit that comes here, where no goods of
    the slot's own materials stand in; None when there is none.
    """

    product: Named
    shut: tuple[Blocker, ...] = ()
    instead: Named | None = None
