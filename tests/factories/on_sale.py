"""Goods on sale, written as the way through the desks leaves them, in a quarter of its statements.

`tests/catalogue/test_goods_on_sale.py` holds these rows against those of the services.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.audit import service as audit
from market.audit.service import Entry
from market.catalogue import (
    changes,
    edit_listings,
    edit_products,
    gates,
    price_history,
    product_views,
    rules,
    tallies,
)
from market.catalogue.change_types import ChangeKind, ChangeState
from market.catalogue.events import (
    GoodsChanged,
    ListingChanged,
    ProductChangeDecided,
    ProductChangeSubmitted,
)
from market.catalogue.kind_queries import kind_view
from market.catalogue.models import (
    Kind,
    KindBar,
    Product,
    ProductChange,
    StockLevel,
    StockMovement,
    Variant,
)
from market.catalogue.types import ListingDetails, ProductDetails, VariantDetails
from market.certification import queries as certification
from market.certification.types import CertificateView
from market.kernel.actor import SYSTEM, Actor
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.manuals import rules as manual_rules
from market.manuals.models import ProductManual
from market.sellers import queries as sellers
from market.sellers.models import Warehouse
from market.sellers.types import SellerView
from tests.factories.manuals import START as MANUAL_START
from tests.factories.manuals import WHOLE


@dataclass(frozen=True)
class Wanted:
    """What is to be on sale: whose it is, what it says, and how many packs are at hand."""

    actor: Actor
    product: ProductDetails
    variant: VariantDetails
    listing: ListingDetails
    stock: int
    now: datetime


@dataclass(frozen=True)
class Rows:
    """A product, its pack size and what stands behind them, before anything is written."""

    maker: SellerView
    kind: Kind
    certificate: CertificateView | None
    product: Product
    variant: Variant


def rows_of(session: Session, maker_id: str, wanted: Wanted) -> Rows | None:
    """The rows of a product with nothing in its way; None when only the desks can say what is."""
    kind = session.get(Kind, wanted.product.kind_code)
    maker = sellers.find_seller(session, maker_id)
    if kind is None or maker is None or kind.traced or not kind.is_open:
        return None
    if session.get(KindBar, (maker_id, kind.code)) is not None:
        return None
    keys = [wanted.product.certificate_id] if wanted.product.certificate_id else []
    views = certification.certificates_by_ids(session, keys, wanted.now)
    product = edit_products.start(maker_id, kind, wanted.product, wanted.now)
    edit_products.fill_with(product, kind, wanted.product, wanted.now, views.get)
    product.manual_version, product.local_areas = 1, ""
    view = views.get(product.certificate_id or "")
    if rules.product_blockers(
        product_views.product_view(product, maker.name), kind_view(kind), view,
        variants=1, maker_open=maker.is_open, now=wanted.now,
    ) or (view and not certification.covers_model(view, product.model)):  # fmt: skip
        return None
    variant = edit_products.variant_row(product, new_id(), wanted.variant, wanted.now)
    return Rows(maker, kind, view, product, variant)


def put_on_sale(session: Session, rows: Rows, shelter: Warehouse | None, wanted: Wanted) -> str:
    """Write the product as confirmed, its listing as live and its stock; returns the listing."""
    product, now = rows.product, wanted.now
    listing = edit_listings.start(rows.maker, product, rows.variant, wanted.listing, now)
    listing.state, listing.published_at = "live", now
    listing.in_stock = wanted.listing.made_to_order or shelter is not None
    product.state, product.published_at = "live", now
    session.add(product)
    session.flush()
    change = _papers(session, rows, wanted)
    gates.fill(session, [listing], {product.id: (product, rows.kind)})
    price = price_history.set_price(listing, None, (), now)
    session.add(listing)
    session.flush()
    session.add(price)
    if shelter is not None:
        at = {"listing_id": listing.id, "warehouse_id": shelter.id}
        session.add(StockLevel(on_hand=wanted.stock, reserved=0, **at))
        session.add(
            StockMovement(at=now, kind="initial", delta=wanted.stock, quantity=wanted.stock, **at)
        )
    session.flush()
    _tell(session, rows, wanted, change, listing.id)
    tallies.recount(session, [(listing.kind_code, listing.seller_id)])
    session.expire(listing)
    return listing.id


def _papers(session: Session, rows: Rows, wanted: Wanted) -> ProductChange:
    """The pack size, the manual, and the change that a reviewer confirmed."""
    product, who = rows.product, wanted.actor.account_id or ""
    change = changes.start(wanted.actor, product, rows.maker.region, ChangeKind.FIRST, wanted.now)
    change.state, change.decided_at = ChangeState.CONFIRMED.value, wanted.now
    change.decided_by = SYSTEM.account_id or ""
    manual = ProductManual(
        product_id=product.id, version=1, content=manual_rules.encoded(WHOLE),
        changed_at=MANUAL_START, changed_by=who, published_at=MANUAL_START,
    )  # fmt: skip
    session.add_all([rows.variant, change, manual])
    session.flush()
    return change


def _tell(
    session: Session, rows: Rows, wanted: Wanted, change: ProductChange, listing_id: str
) -> None:
    """The trail of it, and everyone who asked to know."""
    product, region = rows.product, rows.maker.region
    manual = Entry("manual.publish", "product", product.id, after={"version": 1})
    made = {"before": {"state": "draft"}, "after": {"state": "live"}}
    confirmed = Entry(
        "product_change.confirmed", "product", product.id, {"version": 1},
        {"change": change.id, "note": ""}, region,
    )  # fmt: skip
    audit.record_all(session, wanted.actor, [manual], now=MANUAL_START)
    audit.record_all(session, wanted.actor, [changes.submission(change, region)], now=wanted.now)
    published = Entry("product.publish", "product", product.id, **made)
    audit.record_all(session, SYSTEM, [confirmed, published], now=wanted.now)
    offered = Entry("listing.publish", "listing", listing_id, **made)
    audit.record_all(session, wanted.actor, [offered], now=wanted.now)
    publish(session, ProductChangeSubmitted(change.id, product.name_zh, change.region_code))
    publish(
        session,
        ProductChangeDecided(
            change.id, product.id, product.name_zh, change.maker_id, change.state, True, 1, ""
        ),
    )
    publish(session, GoodsChanged(product_ids=(product.id,), listing_ids=(listing_id,)))
    publish(session, ListingChanged(listing_id))
