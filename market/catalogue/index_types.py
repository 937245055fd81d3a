"""What the search index keeps of each product."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from market.catalogue.attributes import AttributeValue


class IndexOffer(NamedTuple):
    """A listing that households see while the gate is open. Price in milli-fen per declared
    unit."""

    listing_id: str
    seller_id: str
    price: int
    in_stock: bool = True


@dataclass(frozen=True, slots=True)
class IndexProduct:
    """A product with its shown offers, in the order of their ids. Times are epoch seconds.

    `star` is 1-3, 0 for certified without stars, -1 for not certifiable. `places` are the regions
    whose local lists admit it, and where alone it may be bought; empty: everywhere.
    """

    product_id: str
    kind_code: str
    star: int
    certified: bool
    opens_at: int
    closes_at: int
    offers: tuple[IndexOffer, ...]
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class IndexText:
    """Everything that is said about a product and by whom it is sold."""

    product_id: str
    kind_code: str
    kind_name_zh: str
    kind_name_en: str
    name_zh: str
    name_en: str
    model: str
    text: str
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    seller_names: tuple[str, ...] = ()
