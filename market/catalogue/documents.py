"""What the search index keeps of each product; each read is a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Row, Select, String, func, select, type_coerce
from sqlalchemy.orm import Session

from market.catalogue.index_types import IndexOffer, IndexProduct, IndexText
from market.catalogue.local_areas import areas_of
from market.catalogue.materials import materials
from market.catalogue.models import Kind, Listing, Product, Variant
from market.sellers import queries as sellers

_ID, _OPENS, _CLOSES = itemgetter(0), itemgetter(1), itemgetter(2)


def products_for_index(
    session: Session, after_id: str = "", limit: int = 500
) -> list[IndexProduct]:
    """Products with shown listings in the order of their ids, from after `after_id` on.

    At most `limit` listings are read, so that a batch may hold fewer products; an empty one
    is the end.
    """
    statement = _offers().where(Listing.product_id > after_id).limit(limit)
    rows = _read(session, statement)
    found = _grouped(rows)
    if len(rows) == limit and len(found) > 1:
        found.pop()  # its listings may go on in the next batch
    elif len(rows) == limit:
        found = products_by_ids(session, {rows[0][0]})
    return found


def ids_for_index(session: Session, after_id: str = "", limit: int = 500) -> list[str]:
    """The first ids of products with shown listings from after `after_id` on."""
    statement = (
        select(Listing.product_id)
        .where(Listing.shown.is_(True), Listing.product_id > after_id)
        .distinct().order_by(Listing.product_id).limit(limit)
    )  # fmt: skip
    return list(session.scalars(statement))


def count_for_index(session: Session) -> int:
    """How many products have a shown listing."""
    products = select(func.count(Listing.product_id.distinct()))
    return session.scalar(products.where(Listing.shown.is_(True))) or 0


def products_by_ids(session: Session, product_ids: Collection[str]) -> list[IndexProduct]:
    """Those of the products that have a shown listing."""
    return _grouped(_read(session, _offers().where(Listing.product_id.in_(product_ids))))


def products_of_listings(session: Session, listing_ids: Collection[str]) -> set[str]:
    """The products that these listings offer."""
    statement = select(Listing.product_id).where(Listing.id.in_(listing_ids)).distinct()
    return set(session.scalars(statement))


def texts_for_index(session: Session, product_ids: Collection[str]) -> list[IndexText]:
    """What is said about these products; five statements."""
    rows = session.execute(
        select(
            Product.id, Product.kind_code, Product.name_zh, Product.name_en, Product.model,
            Product.use_zh, Product.use_en, Product.standard, Product.attributes,
            Product.evidence, Product.material_key,
            Kind.name_zh.label("kind_zh"), Kind.name_en.label("kind_en"),
        ).join(Kind, Kind.code == Product.kind_code).where(Product.id.in_(product_ids))
    ).all()  # fmt: skip
    labels: dict[str, list[str]] = defaultdict(list)
    packs = select(Variant.product_id, Variant.label_zh, Variant.label_en)
    for pack in session.execute(packs.where(Variant.product_id.in_(product_ids))):
        labels[pack.product_id] += [pack.label_zh, pack.label_en]
    sold = (
        select(Listing.product_id, Listing.seller_id)
        .where(Listing.product_id.in_(product_ids), Listing.shown.is_(True))
        .distinct()
    )
    by: dict[str, list[str]] = defaultdict(list)
    for pair in session.execute(sold):
        by[pair.product_id].append(pair.seller_id)
    known = sellers.sellers_by_ids(session, {seller for ids in by.values() for seller in ids})
    return [
        IndexText(
            row.id, row.kind_code, row.kind_zh, row.kind_en, row.name_zh, row.name_en, row.model,
            " ".join(word for word in (*labels[row.id], *_said(row)) if word),
            dict(row.attributes),
            tuple(known[seller].name for seller in sorted(by[row.id]) if seller in known),
        )
        for row in rows
    ]  # fmt: skip


def _offers() -> Select[*tuple[Any, ...]]:
    """Shown listings; instants stay as the driver gives them, as there are a million of few."""
    return (
        select(
            Listing.product_id, type_coerce(Listing.gate_opens_at, String),
            type_coerce(Listing.gate_closes_at, String), Listing.kind_code, Listing.star,
            Listing.certified, Listing.local_areas, Listing.id, Listing.seller_id,
            Listing.unit_price_milli_fen, Listing.in_stock,
        )
        .where(Listing.shown.is_(True))
        .order_by(Listing.product_id, Listing.id)
    )  # fmt: skip


def _read(session: Session, statement: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return session.connection().execute(statement).all()  # the ORM's way costs twice as much


def _grouped(rows: Iterable[Any]) -> list[IndexProduct]:
    found = []
    for product_id, group in groupby(rows, key=_ID):
        listed = list(group)
        _, _, _, kind_code, star, certified, areas = listed[0][:7]
        found.append(
            IndexProduct(
                product_id, kind_code, star, certified,
                _second(min(map(_OPENS, listed))), _second(max(map(_CLOSES, listed))),
                tuple([IndexOffer._make(row[7:]) for row in listed]),
                tuple(area.digits for area in areas_of(areas)) if areas else (),
            )
        )  # fmt: skip
    return found


@lru_cache(maxsize=10_000)
def _second(instant: datetime | str) -> int:
    """The epoch second of an instant of either driver; SQLite's are texts in UTC that sort as
    they follow."""
    if isinstance(instant, str):
        instant = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    return int(instant.timestamp())


def _said(row: Row[*tuple[Any, ...]]) -> Iterable[str]:
    material = materials().get(row.material_key or "")
    yield from (row.use_zh, row.use_en, row.standard)
    yield from (str(value) for value in row.attributes.values() if isinstance(value, str))
    yield from (item.get("value", "") for item in row.evidence.values())
    if material is not None:
        yield material.label
