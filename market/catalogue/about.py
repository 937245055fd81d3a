"""What batches and their codes ask of products and kinds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalogue.models import Kind, Product


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


def products_about(session: Session, product_ids: Collection[str]) -> dict[str, ProductAbout]:
    """Products by id, in whatever state."""
    rows = session.execute(
        select(
            Product.id, Product.name_zh, Product.name_en, Product.model, Product.kind_code,
            Product.maker_id, Product.published_at, Product.unit, Product.material_key,
            Product.state, Product.certificate_id,
        ).where(Product.id.in_(set(product_ids)))
    )  # fmt: skip
    return {row.id: ProductAbout(*row) for row in rows}


def traced_kinds(session: Session) -> set[str]:
    """Codes of the kinds whose goods are published and sent only by batch."""
    return set(session.scalars(select(Kind.code).where(Kind.traced.is_(True))))
