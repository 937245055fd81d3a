"""What happened in the catalogue."""

from dataclasses import dataclass

from market.kernel.events import Event


@dataclass(frozen=True)
class KindChanged(Event):
    """A kind was added or edited."""

    kind_code: str


@dataclass(frozen=True)
class ProductChanged(Event):
    """A product's text, state or gate changed, and with it all its listings."""

    product_id: str


@dataclass(frozen=True)
class ListingChanged(Event):
    """One listing's price, state or stock terms changed."""

    listing_id: str
