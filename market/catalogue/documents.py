"""What the search index keeps of each listing."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from market.catalogue.materials import materials
from market.catalogue.models import Kind, Listing, Product, Variant
from market.catalogue.types import IndexDocument
from market.sellers import queries as sellers


def documents_for_index(
    session: Session, after_id: str = "", limit: int = 500
) -> list[IndexDocument]:
    """Documents of shown listings in the order of their ids, from after `after_id` on."""
    statement = (
        _joined()
        .where(Listing.id > after_id, Listing.shown.is_(True))
        .order_by(Listing.id)
        .limit(limit)
    )
    return _documents(session, session.execute(statement).all())


def documents_by_ids(
    session: Session,
    listing_ids: Collection[str] = (),
    product_ids: Collection[str] = (),
) -> list[IndexDocument]:
    """Documents of these listings, and of all listings of these products, shown or not."""
    statement = _joined().where(Listing.id.in_(listing_ids) | Listing.product_id.in_(product_ids))
    return _documents(session, session.execute(statement.order_by(Listing.id)).all())


def _joined() -> Select[*tuple[Any, ...]]:
    return (
        select(Listing, Variant, Product, Kind)
        .join(Variant, Variant.id == Listing.variant_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Kind, Kind.code == Product.kind_code)
    )


def _documents(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[IndexDocument]:
    names = sellers.sellers_by_ids(session, {row.Listing.seller_id for row in rows})
    return [
        _document(row, names[row.Listing.seller_id].name if row.Listing.seller_id in names else "")
        for row in rows
    ]


def _document(row: Row[*tuple[Any, ...]], seller_name: str) -> IndexDocument:
    listing, product, kind = row.Listing, row.Product, row.Kind
    return IndexDocument(
        listing_id=listing.id,
        product_id=product.id,
        kind_code=kind.code,
        group_code=kind.group_code,
        kind_name_zh=kind.name_zh,
        kind_name_en=kind.name_en,
        name_zh=product.name_zh,
        name_en=product.name_en,
        model=product.model,
        text=" ".join(_texts(row)),
        attributes=dict(product.attributes),
        material_key=product.material_key,
        star=listing.star if listing.star > 0 else None,
        certified=listing.certified,
        unit=product.unit,
        unit_price_milli_fen=listing.unit_price_milli_fen,
        seller_id=listing.seller_id,
        seller_name=seller_name,
        shown=listing.shown,
        gate_opens_at=listing.gate_opens_at,
        gate_closes_at=listing.gate_closes_at,
    )


def _texts(row: Row[*tuple[Any, ...]]) -> Iterable[str]:
    product, variant = row.Product, row.Variant
    material = materials().get(product.material_key or "")
    words = [product.use_zh, product.use_en, variant.label_zh, variant.label_en, product.standard]
    words += [str(value) for value in product.attributes.values() if isinstance(value, str)]
    words += [item.get("value", "") for item in product.evidence.values()]
    if material is not None:
        words.append(material.label)
    return [word for word in words if word]
