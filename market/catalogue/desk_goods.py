"""Everything a seller has in the catalogue, read at once: for sheets out and in."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import islice

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.catalogue import rules
from market.catalogue.kind_queries import kind_view
from market.catalogue.models import Kind, Listing, Product, StockLevel, Variant
from market.catalogue.product_views import product_view, variant_view
from market.catalogue.rules import ListingFacts
from market.catalogue.types import (
    Blocker,
    DeskGoods,
    ListingDetails,
    OwnListing,
    VariantView,
)
from market.certification import queries as certification
from market.sellers import queries as sellers


def desk_goods(
    session: Session, seller_id: str, now: datetime, variant_ids: Collection[str] = ()
) -> DeskGoods:
    """The goods of a seller, and of the pack sizes named those it may list.

    Own products that are archived are left out; a fixed number of statements for each five
    hundred pack sizes named.
    """
    listed = select(Listing.product_id).where(Listing.seller_id == seller_id)
    own = (Product.maker_id == seller_id) & (Product.state != "archived")
    mine = select(Product).where(or_(own, Product.id.in_(listed)))
    products = {row.id: row for row in session.scalars(mine)}
    for ids in _chunks(set(variant_ids)):
        named = select(Variant.product_id).where(Variant.id.in_(ids))
        found = select(Product).where(Product.id.in_(named), Product.state == "live")
        products |= {row.id: row for row in session.scalars(found)}
    variants: dict[str, VariantView] = {}
    for ids in _chunks(products):
        rows = session.scalars(select(Variant).where(Variant.product_id.in_(ids)))
        variants |= {row.id: variant_view(row) for row in rows}
    listings = session.scalars(select(Listing).where(Listing.seller_id == seller_id))
    levels = session.execute(
        select(StockLevel)
        .join(Listing, Listing.id == StockLevel.listing_id)
        .where(Listing.seller_id == seller_id)
    ).scalars()
    return DeskGoods(
        products={key: product_view(row, "") for key, row in products.items()},
        variants=variants,
        listings={row.variant_id: _own_listing(row) for row in listings},
        levels={(row.listing_id, row.warehouse_id): (row.on_hand, row.reserved) for row in levels},
        blockers=blockers_of(session, seller_id, products, now),
    )


def _chunks(ids: Collection[str], size: int = 500) -> Iterator[list[str]]:
    rest = iter(sorted(ids))
    while chunk := list(islice(rest, size)):
        yield chunk


def _own_listing(row: Listing) -> OwnListing:
    details = ListingDetails(row.price_fen, row.min_packs, row.lead_days, row.made_to_order)
    return OwnListing(row.id, row.variant_id, details, row.state)


def blockers_of(
    session: Session, seller_id: str, products: Mapping[str, Product], now: datetime
) -> dict[str, tuple[Blocker, ...]]:
    """By product what would hide a listing of this seller that went live now."""
    kinds = {row.code: kind_view(row) for row in session.scalars(select(Kind))}
    ids = {row.certificate_id for row in products.values() if row.certificate_id}
    certificates = certification.certificates_by_ids(session, ids, now)
    seller = sellers.find_seller(session, seller_id)
    found = {}
    for key, row in products.items():
        certificate = certificates.get(row.certificate_id or "")
        gate = rules.gate_blockers(product_view(row, ""), kinds[row.kind_code], certificate, now)
        facts = ListingFacts(
            "live", row.state, seller is not None and seller.state == "suspended",
            seller_open=seller is not None and seller.is_open,
        )  # fmt: skip
        found[key] = tuple(rules.listing_blockers(facts, gate))
    return found
