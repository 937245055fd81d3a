"""Lists of listings for category pages: index-served, the same statements at any size.

Two statements choose a page: the ids by the sort's index, and the facets with the total
from `listing_tallies`, or from the listings themselves when a filter is set that the tallies
do not know (price, stock, maker, material). The views of the ids follow in five more.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from sys import intern
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    case,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from market.catalogue.effects import NO_EFFECT
from market.catalogue.listing_queries import listings_by_ids
from market.catalogue.models import Kind, Listing, ListingTally, Product
from market.catalogue.types import Facets, ListingFilter, ListingPage, ShelfRow, Sort
from market.db.glance import glance
from market.kernel.paging import PAGE_SIZE, Page, offset

_ORDERS: dict[Sort, tuple[Any, ...]] = {
    Sort.UNIT_PRICE: (Listing.unit_price_milli_fen, Listing.id),
    Sort.UNIT_PRICE_DOWN: (Listing.unit_price_milli_fen.desc(), Listing.id.desc()),
    Sort.NEWEST: (Listing.published_at.desc(), Listing.id.desc()),
    Sort.EFFECT: (Listing.effect_rank, Listing.effect_milli, Listing.id),
    Sort.SALES: (Listing.sold.desc(), Listing.id.desc()),
}
_STAR = case((Listing.star > 0, Listing.star), else_=None).label("star")
_FACETS = ("kinds", "stars", "sellers")
_Table = type[Listing] | type[ListingTally]


def list_listings(
    session: Session,
    wanted: ListingFilter,
    now: datetime,
    *,
    sort: Sort = Sort.UNIT_PRICE,
    number: int = 1,
    size: int = PAGE_SIZE,
    choose: Callable[[int], list[str]] | None = None,
    facets: Facets | None = None,
) -> ListingPage:
    """One page of what households see now, with facet counts, unless these are known already.
    `choose` gives the ids of a page in an order of its own."""
    facets = facets or facet_counts(session, wanted, now)
    last = max(1, -(-facets.total // size))
    number = min(max(1, number), last)
    if choose is not None:
        ids = choose(number)
    else:
        statement = (
            select(Listing.id)
            .where(*conditions(wanted, now))
            .order_by(*_ORDERS[sort])
            .limit(size)
            .offset(offset(number, size))
        )
        ids = list(session.scalars(statement))
    views = listings_by_ids(session, ids, now)
    return ListingPage(Page([views[i] for i in ids], facets.total, number, size), facets)


def conditions(wanted: ListingFilter, now: datetime) -> list[ColumnElement[bool]]:
    """What a listing must fulfil to be on a page."""
    return [
        *_visible(Listing, now), *_scope(Listing, wanted), *_chosen(Listing, wanted, ""),
        *_fine(wanted),
    ]  # fmt: skip


def says_effect(session: Session, wanted: ListingFilter, now: datetime) -> bool:
    """Whether any of these listings says its effect; one statement."""
    some = select(Listing.id).where(*conditions(wanted, now), Listing.effect_rank < NO_EFFECT)
    return session.scalar(some.limit(1)) is not None


def facet_counts(session: Session, wanted: ListingFilter, now: datetime) -> Facets:
    """Counts by kind, star and seller, each with the other facets applied; one statement."""
    fine = _fine(wanted)
    table: _Table = Listing if fine else ListingTally
    parts = [_facet(table, name, wanted, now, fine) for name in _FACETS]
    counts: dict[str, dict[str, int]] = {name: {} for name in _FACETS}
    for name, key, count in session.execute(union_all(*parts)):
        counts[name][key] = int(count)
    kinds = counts["kinds"]
    total = sum(n for code, n in kinds.items() if not wanted.kinds or code in wanted.kinds)
    stars = {int(star): n for star, n in counts["stars"].items()}
    return Facets(total, kinds, stars, counts["sellers"])


def _facet(
    table: _Table, name: str, wanted: ListingFilter, now: datetime, fine: Sequence[Any]
) -> Select[*tuple[Any, ...]]:
    column = {"kinds": table.kind_code, "stars": table.star, "sellers": table.seller_id}[name]
    count: Any = func.count() if table is Listing else func.sum(ListingTally.listings)
    return (
        select(literal(name), sql_cast(column, String(20)), count)
        .where(*_visible(table, now), *_scope(table, wanted), *_chosen(table, wanted, name), *fine)
        .group_by(column)
    )


def _visible(table: _Table, now: datetime) -> list[ColumnElement[bool]]:
    window = [table.gate_opens_at <= now, table.gate_closes_at > now]
    if table is not Listing:
        return window
    return [Listing.shown == true(), Listing.local_areas == "", *window]


def _scope(table: _Table, wanted: ListingFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind_code is not None:
        found.append(table.kind_code == wanted.kind_code)
    if wanted.group_code is not None:
        found.append(table.group_code == wanted.group_code)
    if wanted.zone:
        found.append(table.certified == true())
    if wanted.seller_id is not None:
        found.append(table.seller_id == wanted.seller_id)
    if wanted.deliverable_by is not None:
        found.append(table.seller_id.in_(sorted(wanted.deliverable_by)))
    return found


def _chosen(table: _Table, wanted: ListingFilter, but: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kinds and but != "kinds":
        found.append(table.kind_code.in_(sorted(wanted.kinds)))
    if wanted.stars and but != "stars":
        found.append(table.star.in_(sorted(wanted.stars)))
    if wanted.sellers and but != "sellers":
        found.append(table.seller_id.in_(sorted(wanted.sellers)))
    return found


def _fine(wanted: ListingFilter) -> list[ColumnElement[bool]]:
    """Conditions that only the listings themselves can answer."""
    found: list[ColumnElement[bool]] = []
    if wanted.unit_price_from_fen is not None:
        found.append(Listing.unit_price_milli_fen >= wanted.unit_price_from_fen * 1000)
    if wanted.unit_price_to_fen is not None:
        found.append(Listing.unit_price_milli_fen <= wanted.unit_price_to_fen * 1000)
    if wanted.in_stock:
        found.append(Listing.in_stock == true())
    if wanted.maker_id is not None:
        found.append(_of_product(Product.maker_id == wanted.maker_id))
    if wanted.material_key is not None:
        found.append(_of_product(Product.material_key == wanted.material_key))
    return found


def _of_product(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return Listing.product_id.in_(select(Product.id).where(condition))


_AT_ONCE = 1_000  # rows as they came; a kind may have ten thousand, a third of it the same texts


def shelf(session: Session, kind_codes: Collection[str] | None, now: datetime) -> list[ShelfRow]:
    """Everything households see now in these kinds (None: all), in the plain columns of one
    table: one statement, cheapest unit first within a kind. Goods of local lists are among
    them: whoever shows the rows asks for the place."""
    statement = (
        select(
            Listing.id, Listing.product_id, Listing.variant_id, Listing.kind_code,
            Listing.group_code, Listing.seller_id, _STAR, Listing.certified,
            Listing.price_fen, Listing.unit_price_milli_fen, Listing.unit_weight_g,
            Listing.unit, Listing.min_packs, Listing.lead_days, Listing.made_to_order,
            Listing.in_stock, Listing.gate_closes_at, Listing.published_at,
            Listing.local_areas, Listing.maker_region, Listing.sold,
        )
        .where(
            Listing.shown == true(), Listing.gate_opens_at <= now, Listing.gate_closes_at > now
        )
        .order_by(Listing.kind_code, Listing.unit_price_milli_fen, Listing.id)
    )  # fmt: skip
    if kind_codes is not None:
        statement = statement.where(Listing.kind_code.in_(sorted(kind_codes)))
    found = session.execute(statement).yield_per(_AT_ONCE)
    return [ShelfRow._make(intern(v) if type(v) is str else v for v in row) for row in found]


# Built once and of plain columns: every kept page asks for its revision.
_KIND, _PRODUCT = Kind.__table__.c, Product.__table__.c
_PRODUCT_REVISION = select(_PRODUCT.revision).where(_PRODUCT.id == bindparam("product_id"))
_REVISION = select(func.coalesce(func.sum(_KIND.revision), 0))


def revision_of(
    session: Session,
    kind_codes: Collection[str] | None = None,
    *,
    product_id: str | None = None,
) -> int:
    """A number that grows with every change households could see: of one product, of some
    kinds, or of all. What the clock alone changes (a gate's window) does not move it."""
    if product_id is not None:
        found = glance(session, _PRODUCT_REVISION, {"product_id": product_id})
    elif kind_codes is None:
        found = glance(session, _REVISION, {})
    else:
        found = session.scalar(_REVISION.where(_KIND.code.in_(sorted(kind_codes))))
    return int(found or 0)
