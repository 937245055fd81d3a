"""Stock: set aside, given back, sold, received, returned. Never more than there is.

Whatever is scarce is taken by a conditional UPDATE whose row count is checked; a CHECK
stands behind it. Rows are always touched in the order (listing, warehouse), so that two
buyers cannot wait for each other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, insert, select, update
from sqlalchemy.orm import Session

from market.catalogue import cart_holds
from market.catalogue.errors import (
    HoldExpired,
    HoldInUse,
    ListingNotFound,
    OutOfStock,
    StockBelowReserved,
    StockNotPositive,
)
from market.catalogue.models import Listing, StockHold, StockLevel
from market.catalogue.stock_levels import (
    SET_ASIDE,
    LevelKey,
    add_packs,
    at,
    change_levels,
    journal,
    journal_sold,
    mark_availability,
    rows_of,
)
from market.catalogue.stock_planning import UNTAKEN, Free, free_levels, plan
from market.catalogue.types import Allocation, Demand, MovementKind
from market.kernel.errors import DomainError
from market.kernel.ids import new_id

_ATTEMPTS = 4
# THE statement that nothing can oversell: no row comes back when there is too little.
_TAKE = (
    update(StockLevel)
    .where(
        StockLevel.listing_id == bindparam("listing"),
        StockLevel.warehouse_id == bindparam("warehouse"),
        bindparam("more", type_=Integer) <= UNTAKEN,
    )
    .values(
        reserved=StockLevel.reserved + bindparam("packs", type_=Integer),
        in_carts=StockLevel.in_carts - bindparam("own", type_=Integer),
    )
    .returning(StockLevel.on_hand - StockLevel.reserved)
    .execution_options(synchronize_session=False)
)


_END = (
    update(StockHold)
    .where(StockHold.hold_key == bindparam("key"), StockHold.state == "held")
    .values(state=bindparam("into"), ended_at=bindparam("now"))
    .returning(StockHold.listing_id, StockHold.warehouse_id, StockHold.quantity)
    .execution_options(synchronize_session=False)
)


class _Raced(Exception):
    """Another buyer was faster on one level; the whole attempt is undone and tried again."""


def reserve(
    session: Session,
    hold_key: str,
    demands: Sequence[Demand],
    expires_at: datetime,
    now: datetime,
    *,
    holder: str | None = None,
) -> list[Allocation]:
    """Set aside everything demanded under `hold_key`, or nothing.

    Demands of one listing are summed; the nearest warehouse to the region gives first. What is
    kept for the cart of `holder` goes into it, the rest of that is free again. A hold that stands
    under the same key is replaced. Made-to-order listings are held without stock. Raises
    OutOfStock (with what is left), ListingNotFound, StockNotPositive, and HoldInUse when the key
    was already committed; then nothing was changed.
    """
    wanted = _summed(demands)
    own = cart_holds.take_out(session, holder) if holder else cart_holds.Own()
    try:
        asked = _demanded(session, [listing_id for listing_id, _ in wanted], hold_key)
        if "committed" in asked.states:
            raise HoldInUse()
        goods = _Goods(wanted, asked.made_to_order, own.by_level(), asked.free)
        if "held" not in asked.states:  # nothing to undo when there is too little
            return _hold(session, hold_key, goods, expires_at, now)
        with session.begin_nested():
            release(session, hold_key, now)
            return _hold(session, hold_key, replace(goods, free=None), expires_at, now)
    except DomainError:
        own.put_back(session)
        raise


@dataclass(frozen=True)
class _Goods:
    """What is demanded, what of it the buyer's cart keeps, and what was free a moment ago."""

    wanted: Sequence[tuple[str, list[Demand]]]
    made_to_order: Collection[str]
    own: Mapping[LevelKey, int]
    free: Free | None

    def is_one_level(self, levels: Sequence[LevelKey]) -> bool:
        """Whether nothing but one level could be taken from."""
        known = self.free[levels[0][0]] if self.free is not None and len(levels) == 1 else ()
        return len(known) == 1

    @property
    def stocked(self) -> list[tuple[str, list[Demand]]]:
        return [(key, group) for key, group in self.wanted if key not in self.made_to_order]


def _hold(
    session: Session, hold_key: str, goods: _Goods, expires_at: datetime, now: datetime
) -> list[Allocation]:
    """Take what is wanted and write the hold. When it raises, it has changed nothing."""
    allocations, emptied = _take_with_retries(session, goods, now)
    session.execute(
        insert(StockHold),
        [
            {
                "id": new_id(),
                "hold_key": hold_key,
                "listing_id": a.listing_id,
                "warehouse_id": a.warehouse_id,
                "quantity": a.quantity,
                "state": "held",
                "created_at": now,
                "expires_at": expires_at,
            }
            for a in allocations
        ],
    )
    mark_availability(session, emptied)
    return allocations


def release(session: Session, hold_key: str, now: datetime) -> int:
    """Give back what is held under the key; returns the packs freed (0 when none are held)."""
    ended = _end_holds(session, hold_key, "released", now)
    change_levels(session, ended, reserved=-1, on_hand=0)
    mark_availability(session, [a.listing_id for a in ended])
    return sum(a.quantity for a in ended)


def commit(session: Session, hold_key: str, now: datetime) -> list[Allocation]:
    """Turn a hold into a sale: the packs leave the stock. Repeating it changes nothing.

    A hold past its instant that no sweep has ended yet is still good. Raises HoldExpired when
    nothing is held: the caller reserves again or refunds.
    """
    ended = _end_holds(session, hold_key, "committed", now)
    if not ended:
        done = _allocations(session, hold_key, "committed")
        if not done:
            raise HoldExpired()
        return done
    change_levels(session, ended, reserved=-1, on_hand=-1)
    journal_sold(session, ended, now, reference=hold_key)
    return ended


def extend(session: Session, hold_key: str, expires_at: datetime, now: datetime) -> None:
    """Keep a standing hold until a later instant. Raises HoldExpired when none stands."""
    result = session.execute(
        update(StockHold)
        .where(
            StockHold.hold_key == hold_key,
            StockHold.state == "held",
            StockHold.expires_at > now,
        )
        .values(expires_at=expires_at)
        .execution_options(synchronize_session=False)
    )
    if rows_of(result) == 0:
        raise HoldExpired()


def expire_holds(session: Session, now: datetime, limit: int = 500) -> list[str]:
    """End holds whose time is over, oldest first; returns their keys. Safe to repeat."""
    due = (
        select(StockHold.id)
        .where(StockHold.state == "held", StockHold.expires_at <= now)
        .order_by(StockHold.expires_at, StockHold.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(due))
    if not ids:
        return []
    rows = session.execute(
        update(StockHold)
        .where(StockHold.id.in_(ids), StockHold.state == "held")
        .values(state="expired", ended_at=now)
        .returning(
            StockHold.hold_key, StockHold.listing_id, StockHold.warehouse_id, StockHold.quantity
        )
        .execution_options(synchronize_session=False)
    ).all()
    change_levels(session, [Allocation(r[1], r[2], r[3]) for r in rows], reserved=-1, on_hand=0)
    mark_availability(session, [row.listing_id for row in rows])
    return sorted({row[0] for row in rows})


def restock(
    session: Session,
    listing_id: str,
    warehouse_id: str,
    quantity: int,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    """Goods came in. The first delivery of a level is its initial stock."""
    if quantity <= 0:
        raise StockNotPositive(field="quantity")
    is_new = add_packs(session, (listing_id, warehouse_id), quantity)
    kind = MovementKind.INITIAL if is_new else MovementKind.IN
    journal(session, (listing_id, warehouse_id), kind, quantity, now, reason=reason)
    mark_availability(session, [listing_id])


def take_back(
    session: Session,
    listing_id: str,
    warehouse_id: str,
    quantity: int,
    now: datetime,
    *,
    damaged: bool = False,
    reason: str = "",
    reference: str = "",
) -> None:
    """A customer returned goods: good ones are sold again, damaged ones are only noted."""
    if quantity <= 0:
        raise StockNotPositive(field="quantity")
    kind = MovementKind.DAMAGED if damaged else MovementKind.RETURNED
    key = (listing_id, warehouse_id)
    add_packs(session, key, 0 if damaged else quantity)
    journal(
        session, key, kind, 0 if damaged else quantity, now,
        reason=reason, reference=reference, quantity=quantity,
    )  # fmt: skip
    mark_availability(session, [listing_id])


def count_stock(
    session: Session,
    listing_id: str,
    warehouse_id: str,
    counted: int,
    now: datetime,
    *,
    reason: str = "",
) -> int:
    """Set a level to what was counted; returns the difference.

    What carts keep gives way when there is less. Raises StockBelowReserved when orders hold more
    than that.
    """
    key = (listing_id, warehouse_id)
    reserved = 0
    for _ in range(_ATTEMPTS):
        row = session.execute(
            select(StockLevel.on_hand, StockLevel.reserved, StockLevel.in_carts).where(*at(key))
        ).one_or_none()
        if row is None:
            if counted:
                restock(session, listing_id, warehouse_id, counted, now, reason=reason)
            return counted
        reserved = row.reserved
        if counted < reserved:
            raise StockBelowReserved(field="quantity", reserved=reserved)
        if counted < reserved + row.in_carts:
            cart_holds.free_level(session, key)
        result = session.execute(
            update(StockLevel)
            .where(*at(key), StockLevel.on_hand == row.on_hand, counted >= SET_ASIDE)
            .values(on_hand=counted)
            .execution_options(synchronize_session=False)
        )
        if rows_of(result) == 1:
            delta = counted - row.on_hand
            if delta:
                journal(session, key, MovementKind.COUNTED, delta, now, reason=reason)
                mark_availability(session, [listing_id])
            return delta
    raise StockBelowReserved(field="quantity", reserved=reserved)


# --- taking -----------------------------------------------------------------------------


def _summed(demands: Iterable[Demand]) -> list[tuple[str, list[Demand]]]:
    ordered = sorted(demands, key=lambda d: d.listing_id)
    if any(d.quantity <= 0 for d in ordered):
        raise StockNotPositive()
    return [(key, list(group)) for key, group in groupby(ordered, key=lambda d: d.listing_id)]


_DEMANDED = (
    select(
        Listing.id, Listing.made_to_order, StockHold.state, StockLevel.warehouse_id,
        UNTAKEN.label("free"),
    )
    .select_from(Listing)
    .outerjoin(StockHold, StockHold.hold_key == bindparam("key"))
    .outerjoin(StockLevel, StockLevel.listing_id == Listing.id)
    .where(Listing.id.in_(bindparam("ids", expanding=True)))
    .distinct()
)  # fmt: skip


class _Demanded(NamedTuple):
    """Which listings are made to order, the states of holds under a key, and what is free."""

    made_to_order: set[str]
    states: set[str]
    free: Free


def _demanded(session: Session, listing_ids: Sequence[str], hold_key: str) -> _Demanded:
    rows = session.execute(_DEMANDED, {"ids": list(listing_ids), "key": hold_key}).all()
    if {row.id for row in rows} != set(listing_ids):
        raise ListingNotFound()
    free: Free = defaultdict(dict)
    for row in rows:
        if row.warehouse_id is not None:
            free[row.id][row.warehouse_id] = row.free
    made_to_order = {row.id for row in rows if row.made_to_order}
    return _Demanded(made_to_order, {row.state for row in rows if row.state is not None}, free)


def _take_with_retries(
    session: Session, goods: _Goods, now: datetime
) -> tuple[list[Allocation], set[str]]:
    """What was taken, and the listings of which a level has nothing on hand any more."""
    free_of_stock = [
        Allocation(listing_id, None, sum(d.quantity for d in group))
        for listing_id, group in goods.wanted
        if listing_id in goods.made_to_order
    ]
    if not goods.stocked and not goods.own:
        return free_of_stock, set()
    for attempt in range(_ATTEMPTS):
        known = goods.free if attempt == 0 else None
        planned = _planned(session, goods, known, now, lock=attempt == _ATTEMPTS - 1)
        levels = sorted({*planned, *goods.own})
        try:
            # A single level is taken or not; of several, the first must be given back. One that
            # was not stays locked on PostgreSQL, in nobody's way as long as there is no other.
            with nullcontext() if goods.is_one_level(levels) else session.begin_nested():
                emptied = _take(session, levels, planned, goods.own)
        except _Raced:
            continue
        taken = [Allocation(key[0], key[1], packs) for key, packs in sorted(planned.items())]
        return free_of_stock + taken, emptied
    raise OutOfStock(goods.wanted[0][0], 0)


def _planned(
    session: Session, goods: _Goods, known: Free | None, now: datetime, *, lock: bool
) -> dict[LevelKey, int]:
    """How much to take from which level; carts whose time is over give theirs when it is short.
    Raises OutOfStock when a listing has too little."""
    ids = [key for key, _ in goods.stocked]

    def tried(free: Free) -> dict[LevelKey, int]:
        for (listing_id, place), packs in goods.own.items():
            free[listing_id][place] = free[listing_id].get(place, 0) + packs
        return plan(session, goods.stocked, free)

    try:
        return tried(free_levels(session, ids, lock=lock) if known is None else known)
    except OutOfStock:
        if not cart_holds.end_over(session, now, ids):
            raise
    return tried(free_levels(session, ids, lock=lock))


def _take(
    session: Session,
    levels: Sequence[LevelKey],
    planned: Mapping[LevelKey, int],
    own: Mapping[LevelKey, int],
) -> set[str]:
    emptied = set()
    for key in levels:
        packs, kept = planned.get(key, 0), own.get(key, 0)
        asked = {"packs": packs, "own": kept, "more": packs - kept}
        left = session.execute(
            _TAKE, {"listing": key[0], "warehouse": key[1], **asked}
        ).scalar_one_or_none()
        if left is None:
            raise _Raced
        if left == 0:
            emptied.add(key[0])
    return emptied


# --- holds ------------------------------------------------------------------------------


def _end_holds(session: Session, hold_key: str, state: str, now: datetime) -> list[Allocation]:
    rows = session.execute(_END, {"key": hold_key, "into": state, "now": now}).all()
    return sorted((Allocation(*row) for row in rows), key=_allocation_key)


def _allocations(session: Session, hold_key: str, state: str) -> list[Allocation]:
    rows = session.execute(
        select(StockHold.listing_id, StockHold.warehouse_id, StockHold.quantity).where(
            StockHold.hold_key == hold_key, StockHold.state == state
        )
    ).all()
    return sorted((Allocation(*row) for row in rows), key=_allocation_key)


def _allocation_key(allocation: Allocation) -> tuple[str, str]:
    return (allocation.listing_id, allocation.warehouse_id or "")
