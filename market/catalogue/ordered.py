"""Ids of listings in orders that no single column holds: by where things are made, by what a
place prefers, and by unit price in steps, for whoever adds the freight. Each is a walk along an
index."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, literal, not_, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from market.catalogue.models import Listing
from market.catalogue.shelf import conditions
from market.catalogue.types import ListingFilter
from market.kernel.paging import offset

STEP = 300


class PriceRow(NamedTuple):
    """What a delivered price is computed from."""

    id: str
    seller_id: str
    unit: str
    unit_price_milli_fen: int
    unit_weight_g: int
    price_fen: int
    min_packs: int


def ids_by_origin(
    session: Session, wanted: ListingFilter, rings: Sequence[Sequence[str]], now: datetime,
    number: int, size: int,
) -> list[str]:  # fmt: skip
    """One page of listings ring by ring. A ring holds digits of regions: counties, or larger
    regions whose other counties it stands for; what no ring holds comes last. Within a ring
    place by place, then by the price of the same effect."""
    last = offset(number, size) + size
    order = (Listing.maker_region, Listing.effect_rank, Listing.effect_milli, Listing.id)
    parts = []
    for at, ring in enumerate([*rings, ()]):
        inside = _inside(ring) if ring else literal(True)
        before = [_inside(one) for one in rings[:at]]
        part = (
            select(literal(at).label("ring"), *order)
            .where(*conditions(wanted, now), inside, *(not_(one) for one in before))
            .order_by(*order)
            .limit(last)
        )
        found = part.subquery()
        parts.append(select(*found.c))
    names = ("ring", *(column.key for column in order))
    together = union_all(*parts).subquery()
    statement = (
        select(together.c.id)
        .order_by(*(together.c[name] for name in names))
        .limit(size)
        .offset(offset(number, size))
    )
    return list(session.scalars(statement))


def ids_by_rank(
    session: Session, wanted: ListingFilter, ranks: Mapping[str, int], reach: Collection[str],
    now: datetime, number: int, size: int,
) -> list[str]:  # fmt: skip
    """One page of listings: those of ranked products by sellers in `reach`, by their product's
    rank, then all others; equals by the price of the same effect. At most two statements."""
    order = (Listing.effect_rank, Listing.effect_milli, Listing.id)
    rows = session.execute(
        select(Listing.id, Listing.product_id)
        .where(
            *conditions(wanted, now), Listing.product_id.in_(sorted(ranks)),
            Listing.seller_id.in_(sorted(reach)),
        )
        .order_by(*order)
    ).all()  # fmt: skip
    first = [key for key, product in sorted(rows, key=lambda row: ranks[row[1]])]
    begin = offset(number, size)
    page = first[begin : begin + size]
    if len(page) < size:
        others = (
            select(Listing.id)
            .where(*conditions(wanted, now), Listing.id.not_in(first))
            .order_by(*order)
            .limit(size - len(page))
            .offset(max(0, begin - len(first)))
        )
        page += session.scalars(others)
    return page


def rows_by_price(
    session: Session, wanted: ListingFilter, now: datetime, after: PriceRow | None = None
) -> list[PriceRow]:
    """The next listings by unit price behind `after`; none at the end."""
    order = (Listing.unit_price_milli_fen, Listing.id)
    statement = (
        select(*(getattr(Listing, name) for name in PriceRow._fields))
        .where(*conditions(wanted, now))
        .order_by(*order)
        .limit(STEP)
    )
    if after is not None:
        statement = statement.where(tuple_(*order) > (after.unit_price_milli_fen, after.id))
    return [PriceRow._make(row) for row in session.execute(statement)]


def _inside(ring: Sequence[str]) -> ColumnElement[bool]:
    """Single counties are looked up, larger regions are spans of the index."""
    counties = sorted(digits for digits in ring if len(digits) == 6)
    spans = [
        and_(Listing.maker_region >= digits, Listing.maker_region < f"{digits}:")
        for digits in ring
        if len(digits) < 6
    ]
    return or_(*([Listing.maker_region.in_(counties)] if counties else []), *spans)
