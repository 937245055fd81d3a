"""Many edits of one seller at once: decided one by one as the desk's pages decide them, without
a transaction, then written together in a short one, if everything is still as it was found.

The rules are those of the single verbs (`edit_products`, `edit_listings`, `stock`, `changes`),
whose functions on rows are called here; gates, counts of lists, hints of stock and what search
must look at again follow once, at the end.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.catalogue import (
    access,
    cart_holds,
    changes,
    edit_listings,
    edit_products,
    gates,
    price_history,
    stock_levels,
    tallies,
)
from market.catalogue.bulk_facts import (
    Facts,
    Touched,
    chunks,
    read_facts,
    set_aside_now,
    standing,
)
from market.catalogue.bulk_rows import Batch, Rows
from market.catalogue.change_types import ChangeKind
from market.catalogue.desk_goods import blockers_of
from market.catalogue.errors import (
    GoodsMoved,
    KindClosed,
    KindNotFound,
    ListingExists,
    ListingNotFound,
    NotInStockTerms,
    NotPublishable,
    ProductArchived,
    ProductNotFound,
    StockBelowReserved,
    StockNotPositive,
    VariantInUse,
    VariantNotFound,
    WarehouseNotFound,
)
from market.catalogue.events import GoodsChanged, ProductChangeSubmitted, ProductsFilled
from market.catalogue.models import (
    Listing,
    ListingPrice,
    Product,
    ProductChange,
    StockLevel,
    StockMovement,
    Variant,
)
from market.catalogue.product_views import product_view
from market.catalogue.stock_types import MovementKind
from market.catalogue.types import (
    Blocker,
    ListingDetails,
    ProductDetails,
    ProductState,
    VariantDetails,
)
from market.certification import queries as certification
from market.certification.types import CertificateView
from market.kernel.actor import Actor
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.sellers import queries as sellers
from market.sellers.errors import SellerNotFound

_TABLES = (
    Product, Variant, Listing, ListingPrice, StockLevel, StockMovement, ProductChange,
)  # fmt: skip


class Edits:
    """What edits come to. Each method is the verb of the same name, without writing."""

    def __init__(
        self, session: Session, actor: Actor, seller_id: str, touched: Touched, now: datetime
    ) -> None:
        """Reads all that is needed from one snapshot; keeps the session for certificates."""
        if not access.may_edit_listing(actor, seller_id):
            raise SellerNotFound()
        self._session, self.actor, self.seller_id, self.now = session, actor, seller_id, now
        self._seller = sellers.get_seller(session, seller_id)
        self._places = {place.id for place in sellers.warehouses(session, seller_id)}
        self._facts: Facts = read_facts(session, seller_id, touched)
        self.touched = self._facts.touched(seller_id)
        self.standing = standing(session, seller_id, self.touched, now)
        self._blockers = blockers_of(session, seller_id, self._facts.products, now)
        self._asked: dict[str, list[int]] = {}
        for ids in chunks(touched.listings):
            self._asked |= price_history.asked_of(session, ids, now)
        self._certificates: dict[str, CertificateView | None] = {}
        self._rows = Rows()
        self.audits: list[audit.Entry] = []
        self.submitted: list[ProductChangeSubmitted] = []
        self.changed: list[str] = []  # listings for search to look at
        self.refreshed: set[str] = set()  # products whose gates are copied anew
        self.filled: set[str] = set()  # products whose details were written
        self.moved: set[str] = set()  # products of which a page shows something else
        self.stocked: set[str] = set()  # listings of which some stock moved
        self.counted: dict[tuple[str, str], int] = {}
        self.hidden: set[str] = set()  # listings that households do not see any more
        self.pairs: set[tuple[str, str]] = set()
        self.recertified: set[str] = set()
        self.batches: list[Batch] = []

    def finish(self) -> None:
        """Make everything ready to be written; nothing can be added after it."""
        made, products = self._rows.made(Listing), self._rows.made(Product)
        new = {one.id: (one, self._facts.kinds[one.kind_code]) for one in products}
        gates.fill(self._session, made, new)
        self.batches = self._rows.ready(self._session.get_bind().dialect, _TABLES)

    # --- products ------------------------------------------------------------------------

    def add_product(self, details: ProductDetails) -> str:
        """As `edit_products.add_product`."""
        kind = self._facts.kinds.get(details.kind_code)
        if kind is None:
            raise KindNotFound(field="kind_code")
        if not kind.is_open:
            raise KindClosed(field="kind_code")
        product = edit_products.start(self.seller_id, kind, details, self.now)
        edit_products.fill_with(product, kind, details, self.now, self._certificate)
        self._rows.make(product)
        self._facts.products[product.id] = product
        self.filled.add(product.id)
        return product.id

    def edit_product(self, product_id: str, details: ProductDetails) -> None:
        """As `edit_products.edit_product`."""
        product = self._product(product_id)
        kind = self._facts.kinds[product.kind_code]
        if changes.needs_review(product):
            tried = Product(**_columns(product))
            edit_products.fill_with(tried, kind, details, self.now, self._certificate)
            wanted = changes.details_part(product, product_view(tried, "").details)
            self._propose(product, details=wanted)
            return
        self._rows.change(product)
        edit_products.fill_with(product, kind, details, self.now, self._certificate)
        self.filled.add(product_id)
        self._note_edit(product)
        if product.certificate_id is not None:
            self.recertified.add(product.certificate_id)

    def add_variant(self, product_id: str, details: VariantDetails) -> str:
        """As `edit_products.add_variant`."""
        product, variant_id = self._product(product_id), new_id()
        if changes.needs_review(product):
            self._propose_variant(product, variant_id, details)
            return variant_id
        variant = edit_products.variant_row(product, variant_id, details, self.now)
        self._rows.make(variant)
        self._facts.variants[variant_id] = variant
        self._note_edit(product)
        return variant_id

    def edit_variant(self, variant_id: str, details: VariantDetails) -> None:
        """As `edit_products.edit_variant`."""
        variant = self._facts.variants.get(variant_id)
        product = self._facts.products.get(variant.product_id) if variant else None
        if variant is None or product is None or product.maker_id != self.seller_id:
            raise VariantNotFound()
        resized = (details.pack_size, details.weight_g) != (variant.pack_size, variant.weight_g)
        if resized and variant_id in self._facts.listed:
            raise VariantInUse()
        if changes.needs_review(product):
            self._propose_variant(product, variant_id, details)
            return
        self._rows.change(variant)
        edit_products.fill_variant(variant, details)
        self._note_edit(product)

    # --- listings ------------------------------------------------------------------------

    def add_listing(self, variant_id: str, details: ListingDetails) -> str:
        """As `edit_listings.add_listing`."""
        variant = self._facts.variants.get(variant_id)
        product = self._facts.products.get(variant.product_id) if variant else None
        if (
            variant is None
            or product is None
            or not edit_listings.may_list(product, variant, self.seller_id)
        ):
            raise VariantNotFound(field="variant_id")
        if variant_id in self._facts.offered:
            raise ListingExists(field="variant_id")
        listing = edit_listings.start(self._seller, product, variant, details, self.now)
        self._rows.make(listing)
        self._rows.make(price_history.set_price(listing, None, (), self.now))
        self._facts.listings[listing.id] = listing
        self._facts.offered.add(variant_id)
        self._facts.listed.add(variant_id)
        self.refreshed.add(product.id)
        self.changed.append(listing.id)
        return listing.id

    def edit_listing(self, listing_id: str, details: ListingDetails) -> None:
        """As `edit_listings.edit_listing`."""
        listing = self._listing(listing_id)
        before_fen = listing.price_fen
        variant = self._facts.variants[listing.variant_id]
        product = self._facts.products[listing.product_id]
        edit_listings.fill(listing, variant, product, details, self.now)
        if listing.price_fen != before_fen:
            asked = self._asked.get(listing_id, ())
            self._rows.make(price_history.set_price(listing, before_fen, asked, self.now))
        self.stocked.add(listing_id)
        self._changed(listing)

    def publish_listing(self, listing_id: str) -> None:
        """As `edit_listings.publish_listing`."""
        new = (Blocker(f"product_{ProductState.DRAFT}"),)
        blockers = self._blockers.get(self._listing(listing_id).product_id, new)
        if blockers:
            raise NotPublishable(reasons=[blocker.code for blocker in blockers])
        self._move(listing_id, "publish")

    def pause_listing(self, listing_id: str) -> None:
        """As `edit_listings.pause_listing`."""
        self._move(listing_id, "pause")

    def archive_listing(self, listing_id: str) -> None:
        """As `edit_listings.archive_listing`."""
        self._move(listing_id, "archive")

    def restore_listing(self, listing_id: str) -> None:
        """As `edit_listings.restore_listing`."""
        self._move(listing_id, "restore")

    def receive_stock(self, listing_id: str, warehouse_id: str, quantity: int, reason: str) -> None:
        """As `edit_listings.receive_stock`."""
        level = self._level(listing_id, warehouse_id)
        if quantity <= 0:
            raise StockNotPositive(field="quantity")
        kind = MovementKind.IN if level is not None else MovementKind.INITIAL
        self._set_level((listing_id, warehouse_id), level, quantity, kind, reason)

    def correct_stock(self, listing_id: str, warehouse_id: str, counted: int, reason: str) -> None:
        """As `edit_listings.correct_stock`."""
        level = self._level(listing_id, warehouse_id)
        if level is None:
            if counted:
                self.receive_stock(listing_id, warehouse_id, counted, reason)
            return
        if counted < level.reserved:
            raise StockBelowReserved(field="quantity", reserved=level.reserved)
        self.counted[listing_id, warehouse_id] = counted
        delta = counted - level.on_hand
        if delta:
            self._set_level((listing_id, warehouse_id), level, delta, MovementKind.COUNTED, reason)

    # --- parts ---------------------------------------------------------------------------

    def _certificate(self, certificate_id: str) -> CertificateView | None:
        if certificate_id not in self._certificates:
            found = certification.certificates_by_ids(self._session, [certificate_id], self.now)
            self._certificates[certificate_id] = found.get(certificate_id)
        return self._certificates[certificate_id]

    def _product(self, product_id: str) -> Product:
        product = self._facts.products.get(product_id)
        if product is None or product.maker_id != self.seller_id:
            raise ProductNotFound()
        if product.state == "archived":
            raise ProductArchived()
        return product

    def _listing(self, listing_id: str) -> Listing:
        listing = self._facts.listings.get(listing_id)
        if listing is None or listing.seller_id != self.seller_id:
            raise ListingNotFound()
        self._rows.change(listing)
        return listing

    def _note_edit(self, product: Product) -> None:
        """A draft has changed: what a reviewer has read of it is old; its gates follow."""
        known = self._facts.changes.get(product.id)
        if known is not None:
            self._rows.change(known)
            known.version += 1
        self.refreshed.add(product.id)

    def _propose_variant(self, product: Product, variant_id: str, details: VariantDetails) -> None:
        known = self._facts.changes.get(product.id)
        self._propose(product, variants=changes.variants_part(known, variant_id, details))

    def _propose(self, product: Product, **parts: Any) -> None:
        known = self._facts.changes.get(product.id)
        if known is not None:
            self._rows.change(known)
            changes.revise(known, self.actor, product, parts, self.now)
            if not changes.is_open(known):
                del self._facts.changes[product.id]
            return
        proposed = changes.merged(None, parts)
        if not proposed:
            return
        region = self._seller.region
        change = changes.start(self.actor, product, region, ChangeKind.EDIT, self.now, proposed)
        self._facts.changes[product.id] = change
        self._rows.make(change)
        self.audits.append(changes.submission(change, region))
        self.submitted.append(
            ProductChangeSubmitted(change.id, product.name_zh, change.region_code)
        )

    def _move(self, listing_id: str, verb: str) -> None:
        listing = self._listing(listing_id)
        before = edit_listings.move(listing, verb, self.now)
        if listing.state != "live":
            self.hidden.add(listing.id)
        self._changed(listing)
        self.audits.append(
            audit.Entry(
                f"listing.{verb}", "listing", listing_id,
                before={"state": before}, after={"state": listing.state},
            )
        )  # fmt: skip

    def _changed(self, listing: Listing) -> None:
        self.pairs.add((listing.kind_code, listing.seller_id))
        self.moved.add(listing.product_id)
        self.changed.append(listing.id)

    def _level(self, listing_id: str, warehouse_id: str) -> StockLevel | None:
        if self._listing(listing_id).made_to_order:
            raise NotInStockTerms()
        if warehouse_id not in self._places:
            raise WarehouseNotFound(field="warehouse_id")
        return self._facts.levels.get((listing_id, warehouse_id))

    def _set_level(
        self, key: tuple[str, str], level: StockLevel | None, delta: int, kind: MovementKind,
        reason: str,
    ) -> None:  # fmt: skip
        if level is None:
            level = StockLevel(listing_id=key[0], warehouse_id=key[1], on_hand=delta, reserved=0)
            self._rows.make(level)
            self._facts.levels[key] = level
            listing = self._facts.listings[key[0]]
            if self._rows.is_made(listing):  # of others the hint is looked at in the end
                listing.in_stock = True
        else:
            self._rows.change(level)
            level.on_hand += delta
        self._rows.make(
            StockMovement(
                id=new_id(), listing_id=key[0], warehouse_id=key[1], at=self.now,
                kind=kind.value, delta=delta, quantity=abs(delta), reason=reason[:200],
            )
        )  # fmt: skip
        self.stocked.add(key[0])


def write(session: Session, edits: Edits) -> None:
    """Write everything, in the caller's transaction, which must not have changed any goods.

    Raises GoodsMoved, to be rolled back, when something the edits were decided by is not as it
    was then.
    """
    now = edits.now
    if standing(session, edits.seller_id, edits.touched, now, lock=True) != edits.standing:
        raise GoodsMoved()
    if edits.counted:
        aside = set_aside_now(session, {key[0] for key in edits.counted})
        for key, counted in sorted(edits.counted.items()):
            reserved, in_carts = aside.get(key, (0, 0))
            if reserved > counted:
                raise GoodsMoved()
            if reserved + in_carts > counted:
                cart_holds.free_level(session, key)
    for ids in chunks(edits.hidden):
        cart_holds.free_listings(session, Listing.id.in_(ids))
    try:
        for batch in edits.batches:
            batch.write(session)
    except IntegrityError as moved:
        raise GoodsMoved() from moved
    audit.record_all(session, edits.actor, edits.audits, now=now)
    _settle(session, edits)


def _settle(session: Session, edits: Edits) -> None:
    """What follows from many edits, once."""
    for ids in chunks(edits.stocked):
        stock_levels.mark_availability(session, ids)
    gates.settle(session, edits.refreshed)
    for ids in chunks(edits.moved - edits.refreshed):
        tallies.touch_products(session, ids)
    tallies.recount(session, edits.pairs)
    for certificate_id in sorted(edits.recertified):
        gates.report_outside(session, certificate_id, edits.now)
    if edits.filled:
        publish(session, ProductsFilled(tuple(sorted(edits.filled))))
    listings = tuple(sorted(set(edits.changed)))
    publish(session, GoodsChanged(listing_ids=listings))
    for event in edits.submitted:
        publish(session, event)


def _columns(product: Product) -> dict[str, Any]:
    return {column.key: getattr(product, column.key) for column in inspect(Product).columns}
