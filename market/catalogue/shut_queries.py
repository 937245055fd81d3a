"""Products that nobody may sell now, with what shuts their gates."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from market.catalogue import rules
from market.catalogue.kind_queries import kind_view
from market.catalogue.models import Kind, Product
from market.catalogue.product_views import product_view
from market.catalogue.types import Blocker
from market.certification import queries as certification

_MOST = 60  # of the products of some materials, those changed last


@dataclass(frozen=True)
class ShutProduct:
    """A published product with what shuts its gate; nothing where the gate is open."""

    id: str
    name_zh: str
    name_en: str
    model: str
    kind_code: str
    material_key: str | None
    shut: tuple[Blocker, ...]


def shut_products(
    session: Session,
    product_ids: Collection[str],
    materials: Collection[tuple[str, str]],
    now: datetime,
) -> list[ShutProduct]:
    """The products with these ids, open or shut, and those of some (kind, material) pairs whose
    gates are shut; what was shut last comes first. Two statements, none when nothing is asked."""
    asked = set(product_ids)
    wanted = [
        and_(Product.kind_code == kind, Product.material_key == key) for kind, key in materials
    ]
    if asked:
        wanted.append(Product.id.in_(asked))
    if not wanted:
        return []
    rows = session.execute(
        select(Product, Kind)
        .join(Kind, Kind.code == Product.kind_code)
        .where(Product.published_at.is_not(None), or_(*wanted))
        .order_by(Product.updated_at.desc(), Product.id)
        .limit(_MOST + len(asked))
    ).all()
    certificates = certification.certificates_by_ids(
        session, {row.Product.certificate_id for row in rows if row.Product.certificate_id}, now
    )
    found = []
    for row in rows:
        product = product_view(row.Product, "")
        certificate = certificates.get(product.certificate_id or "")
        shut = rules.gate_blockers(product, kind_view(row.Kind), certificate, now)
        if product.id in asked or (shut and row.Product.state == "live"):
            found.append(
                ShutProduct(
                    product.id, product.name_zh, product.name_en, product.model,
                    product.kind_code, product.material_key, tuple(shut),
                )
            )  # fmt: skip
    return found
