"""What happened in the catalogue."""

from dataclasses import dataclass
from datetime import date

from market.kernel.events import Event


@dataclass(frozen=True)
class KindChanged(Event):
    """A kind was added or edited."""

    kind_code: str


@dataclass(frozen=True)
class ProductsFilled(Event):
    """What these products say may be another: they are new, or their details were written."""

    product_ids: tuple[str, ...]


@dataclass(frozen=True)
class GoodsChanged(Event):
    """Of these products text, state or gate changed, and with it all their listings; of these
    listings price, state or stock."""

    product_ids: tuple[str, ...] = ()
    listing_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListingChanged(Event):
    """One listing's price, state or stock terms changed."""

    listing_id: str


@dataclass(frozen=True)
class ProductChangeSubmitted(Event):
    """A maker asks for a change or a first publication, or has answered."""

    change_id: str
    product_name: str
    region_code: str


@dataclass(frozen=True)
class ProductChangeDecided(Event):
    """A reviewer confirmed or declined a change, or asks something."""

    change_id: str
    product_id: str
    product_name: str
    maker_id: str
    state: str
    first: bool
    version: int
    note: str


@dataclass(frozen=True)
class AdmissionDecided(Event):
    """A local list took a product of a maker in, until a day, or (`admitted` false) put it out."""

    admission_id: str
    product_id: str
    product_name: str
    maker_id: str
    place: str
    until_on: date
    admitted: bool
    reason: str
