"""Listings of products that somebody named, wherever their price puts them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from market.catalogue.listing_queries import listings_by_ids
from market.catalogue.models import Listing, Product
from market.catalogue.types import ListingView
from market.db.plain import read
from market.kernel.region_code import RegionCode
from market.sellers import queries as sellers

_SHOWN = select(Listing.id).where(
    Listing.product_id.in_(bindparam("products", expanding=True)), Listing.shown.is_(True)
)
_REACHING = _SHOWN.where(
    Listing.seller_id.in_(sellers.reaching(bindparam("prefixes", expanding=True)))
)


def listings_of_products(
    session: Session, product_ids: Collection[str], region: RegionCode | None, now: datetime
) -> list[ListingView]:
    """What can be bought of these products and delivered to `region` now, cheapest first; in a
    fixed number of statements, none without products."""
    if not product_ids:
        return []
    values: dict[str, object] = {"products": list(set(product_ids))}
    if region is not None:
        values["prefixes"] = list(region.prefixes)
    ids = {row[0] for row in read(session, _REACHING if region else _SHOWN, values)}
    views = [
        view for view in listings_by_ids(session, ids, now).values()
        if view.sellable and view.may_go_to(region, now)
    ]  # fmt: skip
    return sorted(views, key=lambda view: (view.unit_price_milli_fen, view.id))


def listings_called(
    session: Session, words: str, seller_ids: Collection[str], now: datetime, limit: int
) -> list[ListingView]:
    """What is sold now under a name (or model) that holds every one of these words, of these
    sellers or of all, cheapest first."""
    wanted = words.split()[:5]
    if not wanted:
        return []
    statement = (
        select(Listing.id)
        .join(Product, Product.id == Listing.product_id)
        .where(Listing.shown.is_(True), Listing.gate_opens_at <= now, Listing.gate_closes_at > now)
        .order_by(Listing.unit_price_milli_fen, Listing.id)
        .limit(limit)
    )
    if seller_ids:
        statement = statement.where(Listing.seller_id.in_(set(seller_ids)))
    for word in wanted:
        columns = (Product.name_zh, Product.name_en, Product.model)
        statement = statement.where(or_(*(c.icontains(word, autoescape=True) for c in columns)))
    ids = list(session.scalars(statement))
    views = listings_by_ids(session, ids, now)
    return [views[i] for i in ids]


def buyable_products(session: Session, product_ids: Collection[str], now: datetime) -> set[str]:
    """Those of these products that somebody may sell to households now."""
    if not product_ids:
        return set()
    found = session.scalars(
        select(Listing.product_id).where(
            Listing.product_id.in_(set(product_ids)), Listing.shown.is_(True),
            Listing.gate_opens_at <= now, Listing.gate_closes_at > now,
        )
    )  # fmt: skip
    return set(found)
