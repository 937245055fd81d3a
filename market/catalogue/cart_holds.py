"""Packs kept for carts: for some minutes, counted in `StockLevel.in_carts`.

Rows of holds are locked before levels, and levels in the order (listing, warehouse), so that
nobody waits for each other. A hold whose time is over stands in nobody's way: reads count it as
free by the clock (`stock_levels.FREE`), and who takes stock and finds too little ends such holds
first, so that no sale waits for the sweep.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from market.catalogue import cart_turns
from market.catalogue.models import CartHold, CartTurn, Listing, StockLevel
from market.catalogue.rules import in_window
from market.catalogue.stock_levels import LevelKey
from market.catalogue.stock_planning import UNTAKEN, Free, free_levels, spread
from market.catalogue.types import CartTurn as Turn
from market.catalogue.types import CartWish, Demand, Shelf
from market.kernel.ids import new_id

_HELD = (CartHold.holder, CartHold.line_id, CartHold.listing_id, CartHold.warehouse_id,
         CartHold.quantity, CartHold.expires_at)  # fmt: skip
# Nothing can be kept twice: no row comes back when there is too little.
_TAKE = (
    update(StockLevel)
    .where(
        StockLevel.listing_id == bindparam("listing"),
        StockLevel.warehouse_id == bindparam("warehouse"),
        bindparam("packs", type_=Integer) <= UNTAKEN,
    )
    .values(in_carts=StockLevel.in_carts + bindparam("packs", type_=Integer))
    .returning(StockLevel.in_carts)
    .execution_options(synchronize_session=False)
)
_GIVE = (
    update(StockLevel)
    .where(
        StockLevel.listing_id == bindparam("listing"),
        StockLevel.warehouse_id == bindparam("warehouse"),
    )
    .values(in_carts=StockLevel.in_carts - bindparam("packs", type_=Integer))
    .execution_options(synchronize_session=False)
)
_TAKE_OUT = (
    delete(CartHold)
    .where(CartHold.holder == bindparam("holder"))
    .returning(*_HELD)
    .execution_options(synchronize_session=False)
)
SHELF = (
    Listing.id, Listing.made_to_order, Listing.shown, Listing.gate_opens_at,
    Listing.gate_closes_at, StockLevel.warehouse_id, UNTAKEN, StockLevel.in_carts,
)  # fmt: skip
_SHELVES = (
    select(*SHELF)
    .select_from(Listing)
    .outerjoin(StockLevel, StockLevel.listing_id == Listing.id)
    .where(Listing.id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True)
class Own:
    """What was kept for a cart, taken out to become an order's; its packs still count as kept
    until the levels are told."""

    rows: Sequence[Any] = ()

    def by_level(self) -> dict[LevelKey, int]:
        """Packs of each level."""
        found: dict[LevelKey, int] = defaultdict(int)
        for row in self.rows:
            found[row.listing_id, row.warehouse_id] += row.quantity
        return found

    def put_back(self, session: Session) -> None:
        """Nothing came of the order."""
        if self.rows:
            session.execute(insert(CartHold), [{"id": new_id(), **x._mapping} for x in self.rows])


def take_out(session: Session, holder: str) -> Own:
    """What is kept for a cart, to become an order's."""
    return Own(session.execute(_TAKE_OUT, {"holder": holder}).all())


def shelf_of(rows: Sequence[Sequence[Any]], now: datetime) -> Shelf:
    """What may be kept of a listing, from its rows of `SHELF`."""
    _id, made_to_order, shown, opens_at, closes_at, *_level = rows[0]
    return Shelf(
        made_to_order=made_to_order,
        on_sale=bool(shown) and in_window(opens_at, closes_at, now),
        free={row[5]: row[6] for row in rows if row[5] is not None},
        in_carts=sum(row[7] or 0 for row in rows),
    )


def keep_one(
    session: Session,
    holder: str,
    wish: CartWish,
    shelf: Shelf,
    until: datetime,
    now: datetime,
    *,
    most: timedelta = cart_turns.MOST,
) -> bool:
    """Keep packs for one line, as `keep` does, from a shelf that was just looked at."""
    if shelf.made_to_order or not shelf.on_sale:
        return False
    places = spread(session, _demand(wish), shelf.free)
    plan = {(wish.listing_id, place): packs for place, packs in places.items()}
    enough = sum(places.values()) == wish.quantity
    if enough and _take(session, plan, alone=len(shelf.free) == 1):
        return _settle(session, holder, [(wish, places)], plan, until, now, most)
    if not enough and not shelf.in_carts:
        return False
    return bool(keep(session, holder, [[wish]], until, now, most=most))


def keep(
    session: Session,
    holder: str,
    groups: Sequence[Sequence[CartWish]],
    until: datetime,
    now: datetime,
    *,
    most: timedelta = cart_turns.MOST,
) -> set[str]:
    """Keep packs for lines of a cart, those of a group all or none; returns the lines' ids.

    Lines of one listing share what it has. Goods made to order need nothing and hinder no group;
    one that is not on sale does. `most`: how long packs of a listing are kept in all; nothing at
    all is while one of them rests. Callers hold the cart and have touched its standing holds.
    """
    ids = sorted({wish.listing_id for group in groups for wish in group})
    if not ids:
        return set()
    shelves = _shelves(session, ids, now)
    if any(shelf.in_carts for shelf in shelves.values()):
        end_over(session, now, ids)
    free = free_levels(session, ids, lock=True)
    kept: list[tuple[CartWish, dict[str, int]]] = []
    for group in groups:
        stocked = [wish for wish in group if not shelves[wish.listing_id].made_to_order]
        if all(shelves[wish.listing_id].on_sale for wish in group):
            kept += _together(session, stocked, free)
    totals: dict[LevelKey, int] = defaultdict(int)
    for wish, places in kept:
        for place, packs in places.items():
            totals[wish.listing_id, place] += packs
    if not kept or not _take(session, totals, alone=False):
        return set()
    settled = _settle(session, holder, kept, totals, until, now, most)
    return {wish.line_id for wish, _places in kept} if settled else set()


def prolong(
    session: Session, holder: str, until: datetime, line_ids: Collection[str] | None = None
) -> None:
    """Keep what is kept for a cart, or for these of its lines, until a later instant, within the
    turns that run."""
    mine: list[Any] = [CartHold.holder == holder]
    if line_ids is not None:
        mine.append(CartHold.line_id.in_(line_ids))
    session.execute(
        update(CartHold)
        .where(CartHold.id.in_(_in_order(*mine)))
        .values(expires_at=cart_turns.bounded(until))
        .execution_options(synchronize_session=False)
    )


def shrink(session: Session, holder: str, line_id: str, packs: int) -> None:
    """Keep no more than so many packs for a line; the rest is free again."""
    rows = session.execute(
        select(CartHold.id, CartHold.listing_id, CartHold.warehouse_id, CartHold.quantity)
        .where(CartHold.holder == holder, CartHold.line_id == line_id)
        .order_by(CartHold.id)
        .with_for_update()
    ).all()
    given: dict[LevelKey, int] = defaultdict(int)
    for row in rows:
        stays = min(row.quantity, packs)
        packs -= stays
        if stays == row.quantity:
            continue
        given[row.listing_id, row.warehouse_id] += row.quantity - stays
        which = CartHold.id == row.id
        change = update(CartHold).values(quantity=stays) if stays else delete(CartHold)
        session.execute(change.where(which).execution_options(synchronize_session=False))
    _give(session, sorted(given.items()))


def free_lines(session: Session, holder: str, line_ids: Collection[str]) -> int:
    """Give back what is kept for these lines; returns the packs."""
    return _free(session, _in_order(CartHold.holder == holder, CartHold.line_id.in_(line_ids)))


def free_holder(session: Session, holder: str) -> int:
    """Give back all that is kept for a cart; returns the packs."""
    return _free(session, _in_order(CartHold.holder == holder))


def free_listings(session: Session, which: ColumnElement[bool]) -> int:
    """Give back what carts keep of listings that households will not see any more; returns the
    packs. To be called before the listings are written: whoever ends holds of orders goes from
    levels to listings."""
    hidden = select(Listing.id).where(which)
    return _free(session, _in_order(CartHold.listing_id.in_(hidden)))


def free_level(session: Session, key: LevelKey) -> int:
    """Give back what carts keep of one level; returns the packs."""
    at = (CartHold.listing_id == key[0], CartHold.warehouse_id == key[1])
    return _free(session, _in_order(*at))


def end_over(
    session: Session, now: datetime, listing_ids: Collection[str] | None = None, limit: int = 500
) -> int:
    """End holds whose time is over, oldest first; returns the packs. Safe to repeat: what another
    is just ending is passed over."""
    due = select(CartHold.id).where(CartHold.expires_at <= now)
    if listing_ids is not None:
        due = due.where(CartHold.listing_id.in_(listing_ids))
    due = due.order_by(CartHold.expires_at, CartHold.id).limit(limit)
    return _free(session, due.with_for_update(skip_locked=True))


def tidy(session: Session, now: datetime) -> int:
    """What a sweep does: end holds and turns whose time is over; returns the packs given back."""
    cart_turns.forget_past(session, now)
    return end_over(session, now)


def move(session: Session, holder: str, to: str, lines: Mapping[str, str]) -> None:
    """What is kept for a cart is another's from now on, no longer than the other may keep it;
    `lines` are those that became others."""
    cart_turns.move(session, holder, to)
    session.execute(
        update(CartHold)
        .where(CartHold.id.in_(_in_order(CartHold.holder == holder)))
        .values(holder=to)
        .execution_options(synchronize_session=False)
    )
    for old, new in sorted(lines.items()):
        session.execute(
            update(CartHold)
            .where(CartHold.holder == to, CartHold.line_id == old)
            .values(line_id=new)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(CartHold)
        .where(CartHold.holder == to)
        .values(expires_at=cart_turns.bounded(CartHold.expires_at))
        .execution_options(synchronize_session=False)
    )


def forget(session: Session, holder: str) -> int:
    """Whose cart it was has left for good: give back what is kept; returns the packs."""
    cart_turns.forget(session, holder)
    return free_holder(session, holder)


def with_holds(
    statement: Select[*tuple[Any, ...]], holder: Any, line_id: Any, listing_id: Any
) -> Select[*tuple[Any, ...]]:
    """A statement about lines of carts that also says, one row for each warehouse, how many packs
    are `kept` for a line and `kept_until` when, and which turn its listing has (`turn_of`)."""
    mine = and_(CartHold.holder == holder, CartHold.line_id == line_id)
    turn = and_(CartTurn.holder == holder, CartTurn.listing_id == listing_id)
    return (
        statement.outerjoin(CartHold, mine)
        .outerjoin(CartTurn, turn)
        .add_columns(
            CartHold.quantity.label("kept"), CartHold.expires_at.label("kept_until"),
            CartTurn.ends_at.label("turn_ends_at"), CartTurn.again_at.label("turn_again_at"),
        )
    )  # fmt: skip


def turn_of(row: Any) -> Turn | None:
    """The turn of a row of `with_holds`."""
    return Turn(row.turn_ends_at, row.turn_again_at) if row.turn_ends_at is not None else None


# --- parts ------------------------------------------------------------------------------


def _shelves(session: Session, ids: Collection[str], now: datetime) -> dict[str, Shelf]:
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(_SHELVES, {"ids": list(ids)}):
        rows[row.id].append(row)
    gone = Shelf(made_to_order=False, on_sale=False, free={})
    return {key: shelf_of(rows[key], now) if key in rows else gone for key in ids}


def _together(
    session: Session, wishes: Sequence[CartWish], free: Free
) -> list[tuple[CartWish, dict[str, int]]]:
    """Where the packs of a group come from, taken off what is free; nothing when some are not."""
    found: list[tuple[CartWish, dict[str, int]]] = []
    for wish in wishes:
        levels = free[wish.listing_id]
        places = spread(session, _demand(wish), levels)
        for place, packs in places.items():
            levels[place] -= packs
        found.append((wish, places))
    if all(sum(places.values()) == wish.quantity for wish, places in found):
        return found
    for wish, places in found:
        for place, packs in places.items():
            free[wish.listing_id][place] += packs
    return []


def _demand(wish: CartWish) -> Demand:
    return Demand(wish.listing_id, wish.quantity, wish.region)


class _Raced(Exception):
    """Another was faster on one level."""


def _take(session: Session, plan: Mapping[LevelKey, int], *, alone: bool) -> bool:
    """Take everything, or nothing when another was faster on one of the levels.

    `alone`: no other level may be asked for after that. An update that waited for another and
    then finds too little keeps its row locked on PostgreSQL until it is undone: who goes on to
    other levels would hold them out of order.
    """
    try:
        with nullcontext() if alone else session.begin_nested():
            for key, packs in sorted(plan.items()):
                asked = {"listing": key[0], "warehouse": key[1], "packs": packs}
                if session.execute(_TAKE, asked).scalar_one_or_none() is None:
                    raise _Raced
    except _Raced:
        return False
    return True


def _give(session: Session, packs: Iterable[tuple[LevelKey, int]]) -> None:
    for key, quantity in packs:
        asked = {"listing": key[0], "warehouse": key[1], "packs": quantity}
        session.execute(_GIVE, asked)


def _settle(
    session: Session,
    holder: str,
    kept: Sequence[tuple[CartWish, Mapping[str, int]]],
    taken: Mapping[LevelKey, int],
    until: datetime,
    now: datetime,
    most: timedelta,
) -> bool:
    """Write down what was taken, within the turns of its listings; give it back while one rests."""
    ends = cart_turns.begin(session, holder, {key[0] for key in taken}, now, most) if taken else {}
    if any(end <= now for end in ends.values()):
        _give(session, sorted(taken.items()))
        return False
    _write(session, holder, kept, until, ends)
    return True


def _write(
    session: Session,
    holder: str,
    kept: Sequence[tuple[CartWish, Mapping[str, int]]],
    until: datetime,
    ends: Mapping[str, datetime],
) -> None:
    session.execute(
        insert(CartHold),
        [
            {
                "id": new_id(),
                "holder": holder,
                "line_id": wish.line_id,
                "listing_id": wish.listing_id,
                "warehouse_id": place,
                "quantity": packs,
                "expires_at": min(until, ends[wish.listing_id]),
            }
            for wish, places in kept
            for place, packs in places.items()
        ],
    )


def _in_order(*which: Any) -> Select[str]:
    """The ids of holds, locked in one order whoever asks."""
    return select(CartHold.id).where(*which).order_by(CartHold.id).with_for_update()


def _free(session: Session, ids: Select[str]) -> int:
    rows = session.execute(
        delete(CartHold)
        .where(CartHold.id.in_(ids))
        .returning(CartHold.listing_id, CartHold.warehouse_id, CartHold.quantity)
        .execution_options(synchronize_session=False)
    ).all()
    totals: dict[LevelKey, int] = defaultdict(int)
    for listing_id, warehouse_id, quantity in rows:
        totals[listing_id, warehouse_id] += quantity
    _give(session, sorted(totals.items()))
    return sum(totals.values())
