"""Reads of stock: levels, the journal, and whether the books agree."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Subquery, and_, case, func, select
from sqlalchemy.orm import Session

from market.catalogue.models import CartHold, StockHold, StockLevel, StockMovement
from market.catalogue.stock_levels import NOBODY, OVER
from market.catalogue.types import Movement, MovementKind
from market.catalogue.types import StockLevel as StockLevelView

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def levels_of(
    session: Session, listing_ids: Collection[str], now: datetime | None = None
) -> list[StockLevelView]:
    """Levels of some listings by warehouse; `now` leaves out what carts kept until before."""
    rows = session.execute(
        select(
            StockLevel.listing_id, StockLevel.warehouse_id, StockLevel.on_hand,
            StockLevel.reserved, StockLevel.in_carts - OVER,
        )
        .where(StockLevel.listing_id.in_(listing_ids))
        .order_by(StockLevel.listing_id, StockLevel.warehouse_id),
        {"now": now or _EVER, "holder": NOBODY},
    )  # fmt: skip
    return [StockLevelView(*row) for row in rows]


def movements_of(session: Session, listing_id: str, limit: int = 50) -> list[Movement]:
    """The journal of a listing, newest first."""
    rows = session.scalars(
        select(StockMovement)
        .where(StockMovement.listing_id == listing_id)
        .order_by(StockMovement.at.desc(), StockMovement.id.desc())
        .limit(limit)
    )
    return [
        Movement(
            row.at, row.listing_id, row.warehouse_id, MovementKind(row.kind), row.delta,
            row.quantity, row.reason, row.reference,
        )
        for row in rows
    ]  # fmt: skip


def stock_breaches(session: Session) -> list[str]:
    """Sentences about levels that break an invariant; empty when all is well.

    On hand is the sum of the journal; reserved is the sum of standing holds, what is in carts
    that of the carts' holds; both together are not more than is on hand, so that what is left is
    free; what was committed is what was sold; nothing is negative.
    """
    journal, holds, carts = _journal_sums(), _hold_sums(), _cart_sums()
    rows = session.execute(
        select(
            StockLevel.listing_id,
            StockLevel.warehouse_id,
            StockLevel.on_hand,
            StockLevel.reserved,
            func.coalesce(journal.c.on_hand, 0),
            func.coalesce(holds.c.held, 0),
            func.coalesce(journal.c.sold, 0),
            func.coalesce(holds.c.committed, 0),
            StockLevel.in_carts,
            func.coalesce(carts.c.kept, 0),
        )
        .select_from(StockLevel)
        .outerjoin(journal, _same_level(journal))
        .outerjoin(holds, _same_level(holds))
        .outerjoin(carts, _same_level(carts))
    )
    found = []
    for row in rows:
        listing, warehouse, on_hand, reserved, booked, held, sold, committed, in_carts, kept = row
        place = f"listing {listing} in warehouse {warehouse}"
        if min(reserved, in_carts, on_hand - reserved - in_carts) < 0:
            found.append(
                f"{place}: {reserved} reserved and {in_carts} in carts of {on_hand} on hand"
            )
        if on_hand != booked:
            found.append(f"{place}: {on_hand} on hand, the journal says {booked}")
        if reserved != held:
            found.append(f"{place}: {reserved} reserved, holds say {held}")
        if in_carts != kept:
            found.append(f"{place}: {in_carts} in carts, the carts' holds say {kept}")
        if sold != committed:
            found.append(f"{place}: {sold} sold, committed holds say {committed}")
    return found


def _same_level(table: Subquery) -> ColumnElement[bool]:
    return and_(
        table.c.listing_id == StockLevel.listing_id,
        table.c.warehouse_id == StockLevel.warehouse_id,
    )


def _journal_sums() -> Subquery:
    sold = case((StockMovement.kind == "sold", -StockMovement.delta), else_=0)
    return (
        select(
            StockMovement.listing_id,
            StockMovement.warehouse_id,
            func.sum(StockMovement.delta).label("on_hand"),
            func.sum(sold).label("sold"),
        )
        .group_by(StockMovement.listing_id, StockMovement.warehouse_id)
        .subquery()
    )


def _hold_sums() -> Subquery:
    held = case((StockHold.state == "held", StockHold.quantity), else_=0)
    committed = case((StockHold.state == "committed", StockHold.quantity), else_=0)
    return (
        select(
            StockHold.listing_id,
            StockHold.warehouse_id,
            func.sum(held).label("held"),
            func.sum(committed).label("committed"),
        )
        .where(StockHold.warehouse_id.is_not(None))
        .group_by(StockHold.listing_id, StockHold.warehouse_id)
        .subquery()
    )


def _cart_sums() -> Subquery:
    return (
        select(
            CartHold.listing_id,
            CartHold.warehouse_id,
            func.sum(CartHold.quantity).label("kept"),
        )
        .group_by(CartHold.listing_id, CartHold.warehouse_id)
        .subquery()
    )
