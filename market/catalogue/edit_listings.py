"""The seller's verbs on listings and their stock."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import (
    access,
    cart_holds,
    effects,
    gates,
    price_history,
    rules,
    stock,
    tallies,
)
from market.catalogue.errors import (
    ListingExists,
    ListingNotFound,
    NotInStockTerms,
    NotPublishable,
    VariantNotFound,
    WarehouseNotFound,
)
from market.catalogue.events import ListingChanged
from market.catalogue.models import Listing, Product, Variant
from market.catalogue.queries import listing_blockers_of
from market.catalogue.stock_levels import mark_availability
from market.catalogue.types import ListingDetails
from market.kernel.actor import Actor
from market.kernel.errors import Conflict
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.sellers import queries as sellers
from market.sellers.errors import SellerNotFound
from market.sellers.types import SellerView


def add_listing(
    session: Session,
    actor: Actor,
    seller_id: str,
    variant_id: str,
    details: ListingDetails,
    *,
    now: datetime,
) -> str:
    """Start a listing as a draft; returns its id.

    A seller lists its own products, and others' once they are live. Raises SellerNotFound,
    VariantNotFound, ListingExists.
    """
    if not access.may_edit_listing(actor, seller_id):
        raise SellerNotFound()
    variant = session.get(Variant, variant_id)
    product = session.get(Product, variant.product_id) if variant else None
    if variant is None or product is None or not may_list(product, variant, seller_id):
        raise VariantNotFound(field="variant_id")
    if session.scalar(
        select(Listing.id).where(Listing.seller_id == seller_id, Listing.variant_id == variant_id)
    ):
        raise ListingExists(field="variant_id")
    seller = sellers.get_seller(session, seller_id)
    listing = start(seller, product, variant, details, now)
    session.add(listing)
    session.flush()
    price_history.note_price(session, listing, None, now)
    gates.refresh(session, [product.id])
    publish(session, ListingChanged(listing.id))
    return listing.id


def edit_listing(
    session: Session, actor: Actor, listing_id: str, details: ListingDetails, now: datetime
) -> None:
    """Change price and terms; needs no approval. Raises ListingNotFound."""
    listing = _own(session, actor, listing_id)
    before_fen = listing.price_fen
    variant = session.get_one(Variant, listing.variant_id)
    product = session.get_one(Product, listing.product_id)
    fill(listing, variant, product, details, now)
    price_history.note_price(session, listing, before_fen, now)
    session.flush()
    mark_availability(session, [listing.id])
    _changed(session, listing)


def publish_listing(session: Session, actor: Actor, listing_id: str, now: datetime) -> None:
    """Offer it to households. Raises NotPublishable with the codes of what is missing."""
    listing = _own(session, actor, listing_id)
    blockers = listing_blockers_of(session, listing_id, now)
    if blockers:
        raise NotPublishable(reasons=[blocker.code for blocker in blockers])
    _move(session, actor, listing, "publish", now)


def pause_listing(session: Session, actor: Actor, listing_id: str, now: datetime) -> None:
    """Stop offering it for now. Raises ListingNotFound, Conflict."""
    _move(session, actor, _own(session, actor, listing_id), "pause", now)


def archive_listing(session: Session, actor: Actor, listing_id: str, now: datetime) -> None:
    """Stop offering it and take it off the seller's list. Raises ListingNotFound, Conflict."""
    _move(session, actor, _own(session, actor, listing_id), "archive", now)


def restore_listing(session: Session, actor: Actor, listing_id: str, now: datetime) -> None:
    """Take an archived listing back as a draft. Raises ListingNotFound, Conflict."""
    _move(session, actor, _own(session, actor, listing_id), "restore", now)


def receive_stock(
    session: Session,
    actor: Actor,
    listing_id: str,
    warehouse_id: str,
    quantity: int,
    *,
    reason: str = "",
    now: datetime,
) -> None:
    """Goods came into one of the seller's warehouses. Raises ListingNotFound,
    WarehouseNotFound, NotInStockTerms, StockNotPositive."""
    listing = _stocked(session, actor, listing_id, warehouse_id)
    stock.restock(session, listing.id, warehouse_id, quantity, now, reason=reason)


def correct_stock(
    session: Session,
    actor: Actor,
    listing_id: str,
    warehouse_id: str,
    counted: int,
    *,
    reason: str = "",
    now: datetime,
) -> int:
    """Set a level to what was counted; returns the difference. Raises as `receive_stock`,
    and StockBelowReserved."""
    listing = _stocked(session, actor, listing_id, warehouse_id)
    return stock.count_stock(session, listing.id, warehouse_id, counted, now, reason=reason)


def may_list(product: Product, variant: Variant, seller_id: str) -> bool:
    """Whether a seller may offer a pack size: its own, or others' on the market."""
    if not variant.is_open or product.state == "archived":
        return False
    return product.maker_id == seller_id or product.state == "live"


def start(
    seller: SellerView, product: Product, variant: Variant, details: ListingDetails, now: datetime
) -> Listing:
    """The row of a new listing; `gates.refresh` fills in what it copies of its product."""
    listing = Listing(
        id=new_id(),
        variant_id=variant.id,
        seller_id=seller.id,
        product_id=product.id,
        kind_code=product.kind_code,
        group_code="",
        state="draft",
        unit=variant.unit,
        unit_weight_g=rules.unit_weight_g(variant.weight_g, variant.pack_size),
        seller_suspended=seller.state == "suspended",
        created_at=now,
    )
    fill(listing, variant, product, details, now)
    return listing


def fill(
    listing: Listing, variant: Variant, product: Product, details: ListingDetails, now: datetime
) -> None:
    """Write price and terms."""
    listing.price_fen = details.price_fen
    listing.min_packs = details.min_packs
    listing.lead_days = details.lead_days
    listing.made_to_order = details.made_to_order
    if details.made_to_order:
        listing.in_stock = True
    listing.unit_price_milli_fen = rules.unit_price_milli_fen(details.price_fen, variant.pack_size)
    listing.effect_rank, listing.effect_milli = effects.place_of(
        variant.unit, listing.unit_price_milli_fen, product.attributes, product.life_years
    )
    listing.updated_at = now


def _move(session: Session, actor: Actor, listing: Listing, verb: str, now: datetime) -> None:
    if verb != "publish":
        cart_holds.free_listings(session, Listing.id == listing.id)
    before = move(listing, verb, now)
    session.flush()
    _changed(session, listing)
    audit.record(
        session, actor, f"listing.{verb}", "listing", listing.id, now=now,
        before={"state": before}, after={"state": listing.state},
    )  # fmt: skip


def move(listing: Listing, verb: str, now: datetime) -> str:
    """Change the state by a verb; returns the one before. Raises Conflict."""
    before = listing.state
    after = rules.next_state(before, verb)
    if after is None:
        raise Conflict()
    listing.state, listing.updated_at = after, now
    if after == "live" and listing.published_at is None:
        listing.published_at = now
    return before


def _changed(session: Session, listing: Listing) -> None:
    tallies.recount(session, [(listing.kind_code, listing.seller_id)])
    tallies.touch_products(session, [listing.product_id])
    session.expire(listing)
    publish(session, ListingChanged(listing.id))


def _own(session: Session, actor: Actor, listing_id: str) -> Listing:
    listing = session.get(Listing, listing_id)
    if listing is None or not access.may_edit_listing(actor, listing.seller_id):
        raise ListingNotFound()
    return listing


def _stocked(session: Session, actor: Actor, listing_id: str, warehouse_id: str) -> Listing:
    listing = _own(session, actor, listing_id)
    if listing.made_to_order:
        raise NotInStockTerms()
    if warehouse_id not in {w.id for w in sellers.warehouses(session, listing.seller_id)}:
        raise WarehouseNotFound(field="warehouse_id")
    return listing
