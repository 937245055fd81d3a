"""What the rules would take of one line, as it stands today: for the operator to try."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.catalogue import queries as catalogue
from market.catalogue.types import ListingView
from market.commissions import queries, rules
from market.commissions.errors import GoodsUnknown, PlaceUnknown, SellerUnknown
from market.commissions.types import Charge, Line, Verdict
from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.promotions import queries as promotions
from market.regions import queries as regions
from market.sellers import queries as sellers


@dataclass(frozen=True)
class Trial:
    """The line with every rule in the order asked, and what is taken."""

    listing: ListingView
    line: Line
    verdicts: tuple[Verdict, ...]
    charge: Charge


def seller_id_of(session: Session, name: str, field: str = "seller") -> str:
    """The id of a seller by its full name; empty for an empty one. Raises SellerUnknown."""
    if not name:
        return ""
    found = sellers.find_by_name(session, name)
    if found is None:
        raise SellerUnknown(field=field)
    return found.id


def try_line(
    session: Session, product_id: str, seller: str, place: str, amount_fen: Fen, now: datetime
) -> Trial:
    """Raises GoodsUnknown, SellerUnknown, PlaceUnknown."""
    listing = _listing(session, product_id, seller_id_of(session, seller, "stall"), now)
    region = _region(session, place)
    campaigns: frozenset[str] = frozenset()
    if region is not None:
        taking_part = promotions.taking_part(session, {listing.seller_id}, region, now)
        campaigns = taking_part.get(listing.seller_id, campaigns)
    line = Line(
        base_fen=amount_fen,
        product_id=listing.product_id,
        seller_id=listing.seller_id,
        kind_code=listing.kind_code,
        group_code=listing.group_code,
        certified=listing.certified,
        campaigns=campaigns,
    )
    standing = queries.standing(session, now)
    verdicts = tuple(rules.verdicts(line, standing))
    return Trial(listing, line, verdicts, rules.charge(line, standing))


def _listing(session: Session, product_id: str, seller_id: str, now: datetime) -> ListingView:
    listing_id = catalogue.listing_of(session, product_id, seller_id or None)
    found = catalogue.listings_by_ids(session, {listing_id}, now) if listing_id else {}
    if listing_id not in found:
        raise GoodsUnknown(field="goods")
    return found[listing_id]


def _region(session: Session, place: str) -> RegionCode | None:
    if not place:
        return None
    found = regions.search(session, place, limit=1)
    if not found:
        raise PlaceUnknown(field="place")
    return RegionCode(str(found[0].place.code))
