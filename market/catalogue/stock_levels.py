"""The rows behind stock: levels, the journal, and the hint whether something is left."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Integer,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.catalogue import tallies
from market.catalogue.events import GoodsChanged
from market.catalogue.models import CartHold, Listing, StockLevel, StockMovement
from market.catalogue.stock_types import Allocation, MovementKind
from market.db.types import UtcDateTime
from market.kernel.events import publish
from market.kernel.ids import new_id

LevelKey = tuple[str, str]
NOBODY = ""  # who asks has no cart
SET_ASIDE = StockLevel.reserved + StockLevel.in_carts
_OVER = (
    select(func.coalesce(func.sum(CartHold.quantity), 0))
    .where(
        CartHold.listing_id == StockLevel.listing_id,
        CartHold.warehouse_id == StockLevel.warehouse_id,
        or_(
            CartHold.expires_at <= bindparam("now", type_=UtcDateTime),
            CartHold.holder == bindparam("holder"),
        ),
    )
    .correlate(StockLevel)
    .scalar_subquery()
)
# Of the packs in carts those that stand in nobody's way: their time is over, or they are kept for
# who asks. Statements take `now` and `holder`; only levels with packs in carts look further.
OVER = case((StockLevel.in_carts > 0, _OVER), else_=0)
FREE = StockLevel.on_hand - SET_ASIDE + OVER


def mark_availability(session: Session, listing_ids: Collection[str]) -> None:
    """Rewrite `in_stock` where it flipped; tell search and move the revisions of caches.

    It is a hint for lists: what is truly free is decided by `reserve`. Packs kept for carts are
    not taken off: they come back within minutes, by the clock alone.
    """
    ids = sorted(set(listing_ids))
    if not ids:
        return
    free = (
        select(func.coalesce(func.sum(StockLevel.on_hand - StockLevel.reserved), 0))
        .where(StockLevel.listing_id == Listing.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Listing.id, Listing.product_id, Listing.kind_code, Listing.in_stock,
               Listing.made_to_order, free.label("free")).where(Listing.id.in_(ids))
    ).all()  # fmt: skip
    flipped = [row for row in rows if row.in_stock != (row.made_to_order or row.free > 0)]
    for into in (True, False):
        turned = [row.id for row in flipped if row.in_stock != into]
        if turned:
            session.execute(
                update(Listing)
                .where(Listing.id.in_(turned))
                .values(in_stock=into)
                .execution_options(synchronize_session=False)
            )
    if flipped:
        tallies.touch_products(session, [row.product_id for row in flipped])
        tallies.touch(session, [row.kind_code for row in flipped])
        publish(session, GoodsChanged(listing_ids=tuple(row.id for row in flipped)))


def at(key: LevelKey) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions that name one level."""
    return (StockLevel.listing_id == key[0], StockLevel.warehouse_id == key[1])


def rows_of(result: object) -> int:
    """How many rows a statement changed."""
    return result.rowcount if isinstance(result, CursorResult) else 0


_MOVE = (
    update(StockLevel)
    .where(
        StockLevel.listing_id == bindparam("listing"),
        StockLevel.warehouse_id == bindparam("warehouse"),
    )
    .values(
        reserved=StockLevel.reserved + bindparam("more_reserved", type_=Integer),
        on_hand=StockLevel.on_hand + bindparam("more_on_hand", type_=Integer),
    )
    .execution_options(synchronize_session=False)
)


def change_levels(
    session: Session, allocations: Iterable[Allocation], *, reserved: int, on_hand: int
) -> None:
    """Move packs of allocations: `reserved` and `on_hand` say by what factor of each quantity."""
    totals: dict[LevelKey, int] = defaultdict(int)
    for a in allocations:
        if a.warehouse_id is not None:
            totals[a.listing_id, a.warehouse_id] += a.quantity
    for key, quantity in sorted(totals.items()):
        moved = {"more_reserved": reserved * quantity, "more_on_hand": on_hand * quantity}
        session.execute(_MOVE, {"listing": key[0], "warehouse": key[1], **moved})


def add_packs(session: Session, key: LevelKey, quantity: int) -> bool:
    """Add packs to a level, making it when it is the first; returns whether it was made."""
    statement = (
        update(StockLevel)
        .where(*at(key))
        .values(on_hand=StockLevel.on_hand + literal(quantity))
        .execution_options(synchronize_session=False)
    )
    if rows_of(session.execute(statement)) == 1:
        return False
    try:
        with session.begin_nested():
            row = {"listing_id": key[0], "warehouse_id": key[1], "on_hand": quantity}
            session.execute(insert(StockLevel).values(reserved=0, **row))
    except IntegrityError:
        if rows_of(session.execute(statement)) != 1:
            raise
        return False
    return True


def journal(
    session: Session,
    key: LevelKey,
    kind: MovementKind,
    delta: int,
    now: datetime,
    *,
    reason: str = "",
    reference: str = "",
    quantity: int | None = None,
) -> None:
    """Add a line to the journal; `delta` is the change of packs on hand."""
    session.execute(
        insert(StockMovement).values(
            id=new_id(),
            listing_id=key[0],
            warehouse_id=key[1],
            at=now,
            kind=kind.value,
            delta=delta,
            quantity=abs(delta) if quantity is None else quantity,
            reason=reason[:200],
            reference=reference[:80],
        )
    )


def journal_sold(
    session: Session, allocations: Iterable[Allocation], now: datetime, *, reference: str
) -> None:
    """Add a line to the journal for each allocation that left the stock, all in one statement."""
    rows = [
        {
            "id": new_id(),
            "listing_id": a.listing_id,
            "warehouse_id": a.warehouse_id,
            "at": now,
            "kind": MovementKind.SOLD.value,
            "delta": -a.quantity,
            "quantity": a.quantity,
            "reason": "",
            "reference": reference[:80],
        }
        for a in allocations
        if a.warehouse_id is not None
    ]
    if rows:
        session.execute(insert(StockMovement), rows)
