"""Stock: set aside, given back, sold, received, returned. Never more than there is.

Whatever is scarce is taken by a conditional UPDATE whose row count is checked; a CHECK
stands behind it. Rows are always touched in the order (listing, warehouse), so that two
buyers cannot wait for each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from itertools import groupby

from sqlalchemy import Integer, bindparam, insert, select, update
from sqlalchemy.orm import Session

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
    LevelKey,
    add_packs,
    at,
    change_levels,
    journal,
    journal_sold,
    mark_availability,
    rows_of,
)
from market.catalogue.types import Allocation, Demand, MovementKind
from market.kernel.ids import new_id
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.sellers import queries as sellers

_ATTEMPTS = 4
# THE statement that nothing can oversell: no row comes back when there is too little.
_TAKE = (
    update(StockLevel)
    .where(
        StockLevel.listing_id == bindparam("listing"),
        StockLevel.warehouse_id == bindparam("warehouse"),
        StockLevel.on_hand - StockLevel.reserved >= bindparam("packs", type_=Integer),
    )
    .values(reserved=StockLevel.reserved + bindparam("packs", type_=Integer))
    .returning(StockLevel.on_hand - StockLevel.reserved)
    .execution_options(synchronize_session=False)
)
_FAR = 10**6


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
) -> list[Allocation]:
    """Set aside everything demanded under `hold_key`, or nothing.

    Demands of one listing are summed; the nearest warehouse to the region gives first.
    A hold that stands under the same key is replaced. Made-to-order listings are held without
    stock. Raises OutOfStock (with what is left), ListingNotFound, StockNotPositive, and
    HoldInUse when the key was already committed.
    """
    wanted = _summed(demands)
    made_to_order, states = _demanded(session, [listing_id for listing_id, _ in wanted], hold_key)
    if "committed" in states:
        raise HoldInUse()
    if "held" not in states:  # nothing to undo when there is too little
        return _hold(session, hold_key, wanted, made_to_order, expires_at, now)
    with session.begin_nested():
        release(session, hold_key, now)
        return _hold(session, hold_key, wanted, made_to_order, expires_at, now)


def _hold(
    session: Session,
    hold_key: str,
    wanted: Sequence[tuple[str, list[Demand]]],
    made_to_order: set[str],
    expires_at: datetime,
    now: datetime,
) -> list[Allocation]:
    """Take what is wanted and write the hold. When it raises, it has changed nothing."""
    allocations, emptied = _take_with_retries(session, wanted, made_to_order)
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

    Raises StockBelowReserved when orders hold more than that.
    """
    key = (listing_id, warehouse_id)
    reserved = 0
    for _ in range(_ATTEMPTS):
        row = session.execute(
            select(StockLevel.on_hand, StockLevel.reserved).where(*at(key))
        ).one_or_none()
        if row is None:
            if counted:
                restock(session, listing_id, warehouse_id, counted, now, reason=reason)
            return counted
        reserved = row.reserved
        if counted < reserved:
            raise StockBelowReserved(field="quantity", reserved=reserved)
        result = session.execute(
            update(StockLevel)
            .where(*at(key), StockLevel.on_hand == row.on_hand, StockLevel.reserved <= counted)
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
    select(Listing.id, Listing.made_to_order, StockHold.state)
    .outerjoin(StockHold, StockHold.hold_key == bindparam("key"))
    .where(Listing.id.in_(bindparam("ids", expanding=True)))
    .distinct()
)


def _demanded(
    session: Session, listing_ids: Sequence[str], hold_key: str
) -> tuple[set[str], set[str]]:
    """Which of the listings are made to order, and the states of the holds under the key."""
    rows = session.execute(_DEMANDED, {"ids": list(listing_ids), "key": hold_key}).all()
    if {row.id for row in rows} != set(listing_ids):
        raise ListingNotFound()
    made_to_order = {row.id for row in rows if row.made_to_order}
    return made_to_order, {row.state for row in rows if row.state is not None}


def _take_with_retries(
    session: Session, wanted: Sequence[tuple[str, list[Demand]]], made_to_order: set[str]
) -> tuple[list[Allocation], set[str]]:
    """What was taken, and the listings of which a level has nothing free any more."""
    free_of_stock = [
        Allocation(listing_id, None, sum(d.quantity for d in group))
        for listing_id, group in wanted
        if listing_id in made_to_order
    ]
    stocked = [(key, group) for key, group in wanted if key not in made_to_order]
    if not stocked:
        return free_of_stock, set()
    for attempt in range(_ATTEMPTS):
        plan = _plan(session, stocked, lock=attempt == _ATTEMPTS - 1)
        try:
            # A single level is taken or not; of several, the first must be given back.
            with session.begin_nested() if len(plan) > 1 else nullcontext():
                emptied = _take(session, plan)
        except _Raced:
            continue
        taken = [Allocation(key[0], key[1], quantity) for key, quantity in sorted(plan.items())]
        return free_of_stock + taken, emptied
    raise OutOfStock(stocked[0][0], 0)


_LEVELS = (
    select(StockLevel.listing_id, StockLevel.warehouse_id, StockLevel.on_hand, StockLevel.reserved)
    .where(StockLevel.listing_id.in_(bindparam("ids", expanding=True)))
    .order_by(StockLevel.listing_id, StockLevel.warehouse_id)
)


def _plan(
    session: Session, stocked: Sequence[tuple[str, list[Demand]]], *, lock: bool
) -> dict[LevelKey, int]:
    """How much to take from which level. Raises OutOfStock when a listing has too little."""
    ids = {"ids": [key for key, _ in stocked]}
    free: dict[str, dict[str, int]] = defaultdict(dict)
    for row in session.execute(_LEVELS.with_for_update() if lock else _LEVELS, ids):
        if row.on_hand > row.reserved:
            free[row.listing_id][row.warehouse_id] = row.on_hand - row.reserved
    plan: dict[LevelKey, int] = defaultdict(int)
    for listing_id, group in stocked:
        levels = free[listing_id]
        available = sum(levels.values())
        if available < sum(demand.quantity for demand in group):
            raise OutOfStock(listing_id, available)
        for demand in group:
            _spread(plan, listing_id, demand.quantity, _nearest(session, demand, levels), levels)
    return plan


def _spread(
    plan: dict[LevelKey, int],
    listing_id: str,
    quantity: int,
    order: Sequence[str],
    levels: dict[str, int],
) -> None:
    for warehouse_id in order:
        taken = min(quantity, levels[warehouse_id])
        if taken:
            plan[listing_id, warehouse_id] += taken
            levels[warehouse_id] -= taken
            quantity -= taken


def _nearest(session: Session, demand: Demand, levels: Mapping[str, int]) -> list[str]:
    """Warehouses by distance to the demand's region; those of unknown distance come last."""
    if len(levels) < 2 or demand.region is None:
        return sorted(levels)
    seller_id = session.scalar(select(Listing.seller_id).where(Listing.id == demand.listing_id))
    places = {w.id: w.region for w in sellers.warehouses(session, seller_id or "")}

    def distance(warehouse_id: str) -> tuple[int, str]:
        place = places.get(warehouse_id)
        return (_distance(session, place, demand.region), warehouse_id)

    return sorted(levels, key=distance)


def _distance(session: Session, a: RegionCode | None, b: RegionCode | None) -> int:
    if a is None or b is None:
        return _FAR
    if a.contains(b) or b.contains(a):
        return 0
    km = regions.distance_km(session, a, b)
    return _FAR if km is None else km


def _take(session: Session, plan: Mapping[LevelKey, int]) -> set[str]:
    emptied = set()
    for (listing_id, warehouse_id), quantity in sorted(plan.items()):
        left = session.execute(
            _TAKE, {"listing": listing_id, "warehouse": warehouse_id, "packs": quantity}
        ).scalar_one_or_none()
        if left is None:
            raise _Raced
        if left == 0:
            emptied.add(listing_id)
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
