"""What many edits of one seller are decided by, read at once for `bulk`."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from market.catalogue.change_types import OPEN
from market.catalogue.models import Kind, Listing, Product, ProductChange, StockLevel, Variant
from market.certification import queries as certification
from market.sellers import queries as sellers

_CHUNK = 500
_OPEN = [state.value for state in OPEN]
LevelKey = tuple[str, str]


@dataclass(frozen=True)
class Touched:
    """The things that stand already and that edits speak of."""

    products: frozenset[str] = frozenset()
    variants: frozenset[str] = frozenset()
    listings: frozenset[str] = frozenset()


@dataclass
class Facts:
    """Rows by id, not bound to a session any more."""

    listings: dict[str, Listing] = field(default_factory=dict)
    variants: dict[str, Variant] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    levels: dict[LevelKey, StockLevel] = field(default_factory=dict)
    changes: dict[str, ProductChange] = field(default_factory=dict)  # open ones by product
    listed: set[str] = field(default_factory=set)  # pack sizes that anybody offers
    offered: set[str] = field(default_factory=set)  # those that the seller offers

    def touched(self, seller_id: str) -> Touched:
        """What was found, for `standing`; the seller's own products are looked at in any case."""
        others = {key for key, row in self.products.items() if row.maker_id != seller_id}
        return Touched(frozenset(others), frozenset(self.variants), frozenset(self.listings))


def read_facts(session: Session, seller_id: str, touched: Touched) -> Facts:
    """Everything named, with what it belongs to."""
    found = Facts()
    found.listings = _by_id(session, Listing, touched.listings)
    sold = {row.variant_id for row in found.listings.values()}
    found.variants = _by_id(session, Variant, touched.variants | sold)
    around = {row.product_id for row in found.variants.values()}
    found.products = _by_id(session, Product, touched.products | around)
    found.kinds = {row.code: row for row in session.scalars(select(Kind))}
    for ids in chunks(found.listings):
        levels = session.scalars(select(StockLevel).where(StockLevel.listing_id.in_(ids)))
        found.levels |= {(row.listing_id, row.warehouse_id): row for row in levels}
    for ids in chunks(found.products):
        where = ProductChange.product_id.in_(ids), ProductChange.state.in_(_OPEN)
        found.changes |= {
            row.product_id: row for row in session.scalars(select(ProductChange).where(*where))
        }
    for ids in chunks(found.variants):
        pairs = session.execute(
            select(Listing.variant_id, Listing.seller_id).where(Listing.variant_id.in_(ids))
        )
        for variant_id, of in pairs:
            found.listed.add(variant_id)
            if of == seller_id:
                found.offered.add(variant_id)
    session.expunge_all()
    return found


def standing(
    session: Session, seller_id: str, touched: Touched, now: datetime, *, lock: bool = False
) -> list[Any]:
    """All that the decisions rest on, to be compared: what is equal later is decided alike.

    With `lock` nobody else changes these rows until the transaction ends (on PostgreSQL; SQLite
    has one writer). Stock on hand is among it, packs set aside for orders are not.
    """
    own = Product.maker_id == seller_id
    asked: list[Asked] = [(_PRODUCT, own), (_LISTING, Listing.seller_id == seller_id)]
    asked[1:1] = [(_PRODUCT, Product.id.in_(ids)) for ids in chunks(touched.products)]
    asked += [(_LEVEL, StockLevel.listing_id.in_(ids)) for ids in chunks(touched.listings)]
    found: list[Any] = [_rows(session, columns, where, lock=lock) for columns, where in asked]
    found += [_rows(session, _VARIANT, Variant.id.in_(ids)) for ids in chunks(touched.variants)]
    mine = (ProductChange.maker_id == seller_id) & ProductChange.state.in_(_OPEN)
    found.append(_rows(session, _CHANGE, mine, lock=lock))
    found.append(session.execute(select(Kind.code, Kind.is_open, Kind.certifiable)).all())
    seller = sellers.find_seller(session, seller_id)
    found.append((seller, sellers.warehouses(session, seller_id)))
    found.append(certification.certificates_of_seller(session, seller_id, now))
    return found


Columns = tuple[Any, ...]
Asked = tuple[Columns, ColumnElement[bool]]
_PRODUCT: Columns = (
    Product.id,
    Product.revision,
    Product.state,
    Product.published_at,
    Product.updated_at,
)
_VARIANT = (Variant.id, Variant.is_open, Variant.pack_size, Variant.weight_g, Variant.label_zh,
            Variant.label_en)  # fmt: skip
_LISTING = (Listing.id, Listing.variant_id, Listing.state, Listing.price_fen, Listing.min_packs,
            Listing.lead_days, Listing.made_to_order)  # fmt: skip
_LEVEL = (StockLevel.listing_id, StockLevel.warehouse_id, StockLevel.on_hand)
_CHANGE = (ProductChange.id, ProductChange.version, ProductChange.state)


def _rows(
    session: Session, columns: Columns, where: ColumnElement[bool], *, lock: bool = False
) -> list[tuple[Any, ...]]:
    statement = select(*columns).where(where).order_by(*columns[:2])
    rows = session.execute(statement.with_for_update() if lock else statement)
    return [tuple(row) for row in rows]


def _by_id(session: Session, table: type[Any], ids: Collection[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for some in chunks(ids):
        found |= {row.id: row for row in session.scalars(select(table).where(table.id.in_(some)))}
    return found


def chunks(ids: Collection[str]) -> Iterator[list[str]]:
    """Sorted ids, some hundreds at a time."""
    rest = iter(sorted(ids))
    while some := list(islice(rest, _CHUNK)):
        yield some


def set_aside_now(
    session: Session, listing_ids: Collection[str]
) -> dict[LevelKey, tuple[int, int]]:
    """Packs set aside for orders and for carts, by level."""
    found: dict[LevelKey, tuple[int, int]] = {}
    for ids in chunks(listing_ids):
        rows = session.execute(
            select(
                StockLevel.listing_id, StockLevel.warehouse_id, StockLevel.reserved,
                StockLevel.in_carts,
            ).where(StockLevel.listing_id.in_(ids))
        )  # fmt: skip
        found |= {(row[0], row[1]): (row[2], row[3]) for row in rows}
    return found
