"""Things to sell, with the sellers and certificates behind them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalogue import change_queries, service
from market.catalogue.models import Kind, Listing
from market.catalogue.types import ListingDetails, ListingView, ProductDetails, VariantDetails
from market.certification.models import Certificate, CertificateSeller, CertificationBody
from market.kernel.actor import SYSTEM, Actor
from market.kernel.ids import new_id
from market.media.models import StoredFile
from market.sellers.models import Seller, SellerArea, SellerFreightRate, Warehouse
from tests.factories.batches import make_batch
from tests.factories.manuals import make_manual
from tests.factories.on_sale import Wanted, put_on_sale, rows_of

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
_serial = count(1)


def ensure_kinds(session: Session) -> None:
    """The shipped kinds, once per test."""
    if session.scalar(select(Kind.code).limit(1)) is None:
        service.load_kinds(session)


def actor_for(*seller_ids: str) -> Actor:
    """A member of these sellers, without an account row."""
    return Actor(account_id="member", roles=frozenset({"seller"}), seller_ids=frozenset(seller_ids))


def make_maker(session: Session, **overrides: Any) -> Seller:
    """An approved manufacturer that delivers everywhere, with no warehouse yet."""
    number = next(_serial)
    values = {
        "name": f"示例建材厂{number}",
        "kind": "manufacturer",
        "region_code": "510124",
        "state": "approved",
        "created_at": START,
        **overrides,
    }
    seller = Seller(**values)
    session.add(seller)
    session.flush()
    session.add(SellerArea(seller_id=seller.id, prefix=""))
    session.add(SellerFreightRate(seller_id=seller.id, prefix="", base_fen=1000, per_kg_fen=50))
    session.add(
        CertificateSeller(seller_id=seller.id, name=seller.name, region_code=seller.region_code)
    )
    session.flush()
    return seller


def make_shelter(session: Session, seller: Seller, **overrides: Any) -> Warehouse:
    """A warehouse of the seller."""
    values = {"name": f"仓库{next(_serial)}", "region_code": "510124", "created_at": START}
    row = Warehouse(seller_id=seller.id, **{**values, **overrides})
    session.add(row)
    session.flush()
    return row


def make_stamp(session: Session, seller: Seller, **overrides: Any) -> Certificate:
    """An approved certificate of the seller in force all through 2026, three stars, for G105."""
    body = session.scalar(select(CertificationBody).limit(1))
    if body is None:
        body = CertificationBody(name="示例认证中心", created_at=START)
        session.add(body)
        session.flush()
    number = f"CABR-{next(_serial):05d}"
    values = {
        "seller_id": seller.id,
        "region_code": seller.region_code,
        "body_id": body.id,
        "number": number,
        "number_key": number,
        "scheme": "graded",
        "star": 3,
        "holder": seller.name,
        "manufacturer": seller.name,
        "factory": "示例路 1 号",
        "product_scope": "保温材料",
        "kinds": ["G105"],
        "standard": "T/CECS 10032-2019",
        "valid_from": date(2024, 1, 1),
        "valid_to": date(2028, 12, 31),
        "review": "approved",
        "submitted_at": START,
        "updated_at": START,
    }
    row = Certificate(**{**values, **overrides})
    session.add(row)
    session.flush()
    return row


PRODUCT = ProductDetails(kind_code="G105", name_zh="石墨聚苯板", unit="m2")
VARIANT = VariantDetails(label_zh="100 mm，每包 4 块", pack_size=Decimal("2.88"), weight_g=5760)
LISTING = ListingDetails(price_fen=13824)


def make_product(session: Session, maker: Seller, *, manual: bool = True, **overrides: Any) -> str:
    """A draft product of the maker, with its manual."""
    ensure_kinds(session)
    details = replace(PRODUCT, **overrides)
    product_id = service.add_product(session, actor_for(maker.id), maker.id, details, START)
    if manual:
        make_manual(session, actor_for(maker.id), product_id)
    return product_id


def attach_report(session: Session, product_id: str, maker: Seller) -> None:
    """A test report whose bytes nobody reads."""
    from market.media.service import NewFile  # noqa: PLC0415

    file = NewFile(new_id(), "document", "报告.pdf", "application/pdf", 10, None, None, {})
    service.set_report(session, actor_for(maker.id), product_id, file, START)
    assert session.get(StoredFile, file.id)


def publish(session: Session, actor: Actor, product_id: str, now: datetime = START) -> None:
    """Put a product on the market: its maker asks, a reviewer confirms."""
    service.publish_product(session, actor, product_id, now)
    confirm(session, product_id, now)


def confirm(session: Session, product_id: str, now: datetime = START) -> None:
    """A reviewer confirms what is open for a product, if something is."""
    waiting = change_queries.find_open_change(session, product_id)
    if waiting is not None:
        service.confirm_change(session, SYSTEM, *waiting, now=now)


@dataclass(frozen=True)
class Offer:
    """A live listing and what stands behind it."""

    maker: Seller
    certificate: Certificate | None
    product_id: str
    variant_id: str
    listing_id: str
    warehouse_id: str | None

    @property
    def actor(self) -> Actor:
        return actor_for(self.maker.id)


def make_offer(
    session: Session,
    maker: Seller | None = None,
    certificate: Certificate | None = None,
    *,
    stock: int = 10,
    product: dict[str, Any] | None = None,
    variant: dict[str, Any] | None = None,
    listing: dict[str, Any] | None = None,
) -> Offer:
    """A live, certified G105 listing with stock in one warehouse (none when stock is 0)."""
    maker = maker or make_maker(session)
    wanted = product or {}
    certified = not str(wanted.get("kind_code", "G105")).startswith("X")
    if certified and certificate is None:
        kinds = [wanted.get("kind_code", "G105")]
        certificate = make_stamp(session, maker, kinds=kinds)
    if certified:
        wanted = {"certificate_id": certificate.id, **wanted}
    else:
        wanted = {"standard": "GB 175-2023", **wanted}
    whole = Wanted(
        actor_for(maker.id), replace(PRODUCT, **wanted), replace(VARIANT, **(variant or {})),
        replace(LISTING, **(listing or {})), stock, START,
    )  # fmt: skip
    rows = rows_of(session, maker.id, whole)
    if rows is None:
        return offer_through_the_desks(session, maker, certificate, whole)
    shelter = make_shelter(session, maker) if stock else None
    listing_id = put_on_sale(session, rows, shelter, whole)
    return Offer(
        maker, certificate, rows.product.id, rows.variant.id, listing_id,
        shelter and shelter.id,
    )  # fmt: skip


def offer_through_the_desks(
    session: Session, maker: Seller, certificate: Certificate | None, whole: Wanted
) -> Offer:
    """`make_offer` by the verbs of maker, reviewer and seller, one after another."""
    ensure_kinds(session)
    actor = whole.actor
    product_id = service.add_product(session, actor, maker.id, whole.product, START)
    make_manual(session, actor, product_id)
    kind = session.get_one(Kind, whole.product.kind_code)
    if not kind.certifiable:
        attach_report(session, product_id, maker)
    variant_id = service.add_variant(session, actor, product_id, whole.variant, START)
    if kind.traced:
        make_batch(session, actor, product_id)
    publish(session, actor, product_id)
    listing_id = service.add_listing(session, actor, maker.id, variant_id, whole.listing, now=START)
    service.publish_listing(session, actor, listing_id, START)
    warehouse_id = None
    if whole.stock:
        warehouse_id = make_shelter(session, maker).id
        service.stock.restock(session, listing_id, warehouse_id, whole.stock, START)
    return Offer(maker, certificate, product_id, variant_id, listing_id, warehouse_id)


def make_listing(session: Session, seller: Seller, variant_id: str, **overrides: Any) -> str:
    """A live listing of a live product."""
    actor = actor_for(seller.id)
    details = replace(LISTING, **overrides)
    listing_id = service.add_listing(session, actor, seller.id, variant_id, details, now=START)
    service.publish_listing(session, actor, listing_id, START)
    return listing_id


def shown_ids(session: Session) -> set[str]:
    """Listings whose `shown` the database computes as true."""
    return set(session.scalars(select(Listing.id).where(Listing.shown.is_(True))))


def listing_view(**over: Any) -> ListingView:
    """A listing as other packages see it, without a database."""
    told: dict[str, Any] = {
        "id": "l", "product_id": "p", "product_name": "示例", "kind_code": "G105",
        "kind_name": "保温", "certifiable": True, "seller_id": "s", "seller_name": "示例店",
        "variant_id": "v", "pack_size": Decimal(1), "unit": "m2", "weight_g": 0,
        "price_fen": 100, "min_packs": 1, "lead_days": 3, "made_to_order": False,
        "available": 100, "certificate": None, "star": None, "carbon_kg_per_unit": None,
        "sellable": True, "unsellable_reason": None, **over,
    }  # fmt: skip
    return ListingView(**told)
