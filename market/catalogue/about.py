"""What batches and their codes ask of products and kinds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.catalogue.models import Kind, Listing, Product
from market.certification import queries as certification
from market.certification.types import CertificateView


@dataclass(frozen=True)
class ProductAbout:
    """What a product in whatever state is called, and whose it is."""

    id: str
    name_zh: str
    name_en: str
    model: str
    kind_code: str
    maker_id: str
    published_at: datetime | None
    unit: str
    material_key: str | None = None
    state: str = "live"
    certificate_id: str | None = None
    held_since: datetime | None = None  # off the market after a failed spot check
    attributes: Mapping[str, Any] = field(default_factory=dict)


def products_about(session: Session, product_ids: Collection[str]) -> dict[str, ProductAbout]:
    """Products by id, in whatever state."""
    rows = session.execute(
        select(
            Product.id, Product.name_zh, Product.name_en, Product.model, Product.kind_code,
            Product.maker_id, Product.published_at, Product.unit, Product.material_key,
            Product.state, Product.certificate_id,
            Product.held_since, Product.attributes,
        ).where(Product.id.in_(set(product_ids)))
    )  # fmt: skip
    return {row.id: ProductAbout(**row._mapping) for row in rows}


def traced_kinds(session: Session) -> set[str]:
    """Codes of the kinds whose goods are published and sent only by batch."""
    return set(session.scalars(select(Kind.code).where(Kind.traced.is_(True))))


def sellers_of_product(session: Session, product_id: str) -> list[str]:
    """Who has the product in the shop, on sale or not."""
    sellers = select(Listing.seller_id).where(Listing.product_id == product_id).distinct()
    return list(session.scalars(sellers.order_by(Listing.seller_id)))


def products_certified(session: Session, certificate_ids: Collection[str]) -> list[ProductAbout]:
    """Products sold under these certificates, by id; without those that are put away."""
    ids = session.scalars(
        select(Product.id)
        .where(Product.certificate_id.in_(set(certificate_ids)), Product.state != "archived")
        .order_by(Product.id)
    ).all()
    found = products_about(session, ids)
    return [found[key] for key in ids]


def certified_products(
    session: Session, maker_ids: Collection[str], typed: str, now: datetime, limit: int
) -> list[tuple[ProductAbout, CertificateView]]:
    """Published products of some makers with the certificates they are sold under, by name; with
    words, those that have each of them in name or model."""
    query = select(Product.id).where(
        Product.maker_id.in_(set(maker_ids)), Product.state == "live",
        Product.certificate_id.is_not(None),
    )  # fmt: skip
    for word in typed.split()[:5]:
        columns = (Product.name_zh, Product.name_en, Product.model)
        query = query.where(or_(*(one.icontains(word, autoescape=True) for one in columns)))
    ids = session.scalars(query.order_by(Product.name_zh, Product.id).limit(limit)).all()
    about = products_about(session, ids)
    keys = {one.certificate_id for one in about.values() if one.certificate_id}
    papers = certification.certificates_by_ids(session, keys, now)
    return [(about[key], papers[about[key].certificate_id or ""]) for key in ids]
