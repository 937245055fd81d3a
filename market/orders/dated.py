"""Goods for a job: bound to its contract, dated by its plan, held back when the job is off.

What was shipped or cancelled does not move. `promised_on` of a line stays what was promised at
the sale, so that goods can go back to it.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.orders import models as m
from market.orders.errors import NothingToBind, OrderNotFound
from market.orders.events import DeliveryPlanned
from market.orders.loading import Loaded, lock_order, note_event
from market.orders.types import DeliveryWindow, State

OVER = (State.CANCELLED, State.EXPIRED)


def orders_of_contract(session: Session, contract_id: str) -> list[str]:
    """The ids of orders with goods for a contract, oldest first."""
    part, line, order = m.SellerOrder, m.OrderLine, m.Order
    found = session.scalars(
        select(order.id)
        .join(part, part.order_id == order.id)
        .join(line, line.seller_order_id == part.id)
        .where(line.contract_id == contract_id)
        .distinct()
        .order_by(order.id)
    )
    return list(found)


def bindable(
    session: Session, account_id: str, origin: str, free: Collection[str]
) -> list[tuple[str, str]]:
    """(id, code) of a household's live orders with unsent goods made from `origin` that no
    contract has, or one of `free`; newest first."""
    part, line, order = m.SellerOrder, m.OrderLine, m.Order
    rows = session.execute(
        select(order.id, order.code)
        .join(part, part.order_id == order.id)
        .join(line, line.seller_order_id == part.id)
        .where(
            order.account_id == account_id,
            order.cancelled_at.is_(None),
            order.expired_at.is_(None),
            line.group_origin == origin,
            line.contract_id.in_(["", *free]),
            line.shipped + line.cancelled < line.quantity,
        )
        .distinct()
        .order_by(order.id.desc())
    )
    return [(row.id, row.code) for row in rows]


def bind(
    session: Session,
    order_id: str,
    *,
    account_id: str,
    origin: str,
    contract_id: str,
    free: Collection[str] = (),
) -> int:
    """Tie the goods of an order that were made from `origin` to a contract; returns the lines.

    Goods of another contract are taken over from those in `free` only, and with them their
    being held back ends. Raises OrderNotFound for anyone else's order, NothingToBind.
    """
    loaded = lock_order(session, order_id)
    if loaded.order.account_id != account_id:
        raise OrderNotFound()
    if loaded.state in OVER:
        raise NothingToBind()
    wanted = [
        line
        for lines in loaded.lines.values()
        for line in lines
        if line.group_origin == origin
        and line.contract_id in {"", *free}
        and line.shipped + line.cancelled < line.quantity
    ]
    if not wanted:
        raise NothingToBind()
    for line in wanted:
        line.contract_id, line.held_back = contract_id, False
    session.flush()
    return len(wanted)


def unbind(session: Session, contract_id: str) -> None:
    """The contract never came about: its goods come as promised at the sale."""
    session.execute(
        update(m.OrderLine)
        .where(m.OrderLine.contract_id == contract_id)
        .values(contract_id="", deliver_from=None, deliver_until=None, held_back=False)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def unbind_order(session: Session, order_id: str, contract_id: str) -> None:
    """Goods of one order are ordinary goods: their contract is over or somebody else's."""
    parts = select(m.SellerOrder.id).where(m.SellerOrder.order_id == order_id)
    session.execute(
        update(m.OrderLine)
        .where(
            m.OrderLine.contract_id == contract_id,
            m.OrderLine.seller_order_id.in_(parts.scalar_subquery()),
        )
        .values(contract_id="", deliver_from=None, deliver_until=None, held_back=False)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def plan_deliveries(
    session: Session,
    contract_id: str,
    window_of: Callable[[str], DeliveryWindow],
    actor: Actor,
    now: datetime,
) -> int:
    """Date the unsent goods of a contract; `window_of` says when a listing should come.

    Returns how many sellers' parts got other days; their sellers are told.
    """
    moved = 0
    for order_id in orders_of_contract(session, contract_id):
        loaded = lock_order(session, order_id)
        if loaded.state in OVER:
            continue
        for part in loaded.parts:
            moved += _plan_part(session, loaded, part, contract_id, window_of, actor, now)
    return moved


def _plan_part(
    session: Session,
    loaded: Loaded,
    part: m.SellerOrder,
    contract_id: str,
    window_of: Callable[[str], DeliveryWindow],
    actor: Actor,
    now: datetime,
) -> int:
    changed = []
    known = False
    for line in _open(loaded, part, contract_id):
        window = _not_before(line, window_of(line.listing_id))
        if line.held_back or (line.deliver_from, line.deliver_until) == (window.start, window.end):
            continue
        known = known or line.deliver_until is not None
        line.deliver_from, line.deliver_until = window.start, window.end
        changed.append(window)
    if not changed:
        return 0
    whole = DeliveryWindow(min(w.start for w in changed), max(w.end for w in changed))
    _tell(session, loaded, part, "moved" if known else "planned", whole, actor, now)
    return 1


def _not_before(line: m.OrderLine, window: DeliveryWindow) -> DeliveryWindow:
    """No seller has to come earlier than was promised at the sale."""
    if line.promised_on <= window.end:
        return window
    return DeliveryWindow(window.end, line.promised_on)


def hold_back(session: Session, contract_id: str, actor: Actor, now: datetime) -> list[str]:
    """Nobody may send the unsent goods of a contract; returns the sellers' parts they are in."""
    held = []
    for order_id in orders_of_contract(session, contract_id):
        loaded = lock_order(session, order_id)
        if loaded.state in OVER:
            continue
        for part in loaded.parts:
            lines = _open(loaded, part, contract_id)
            if not lines:
                continue
            for line in lines:
                line.held_back = True
            _tell(session, loaded, part, "held", None, actor, now)
            held.append(part.id)
    return held


def let_go(
    session: Session,
    seller_order_id: str,
    contract_id: str,
    window: DeliveryWindow | None,
    actor: Actor,
    now: datetime,
    late_days: int = 0,
) -> None:
    """Goods that were held back may be sent, by `window` or (None) as promised at the sale.

    What was promised for a day that is over comes within `late_days` from now. Raises
    OrderNotFound.
    """
    loaded, part = part_of_job(session, seller_order_id, contract_id)
    today = shanghai_date(now)
    days = []
    for line in _open(loaded, part, contract_id):
        given = _not_before(line, window) if window else None
        if given is None and line.promised_on < today:
            given = DeliveryWindow(today, today + timedelta(days=late_days))
        line.held_back = False
        line.deliver_from = given.start if given else None
        line.deliver_until = given.end if given else None
        days.append(given or DeliveryWindow(line.promised_on, line.promised_on))
    if days:
        whole = DeliveryWindow(min(w.start for w in days), max(w.end for w in days))
        _tell(session, loaded, part, "released", whole, actor, now)


def part_of_job(
    session: Session, seller_order_id: str, contract_id: str
) -> tuple[Loaded, m.SellerOrder]:
    """A seller's part with goods of a contract, locked. Raises OrderNotFound."""
    order_id = session.scalar(
        select(m.SellerOrder.order_id)
        .join(m.OrderLine, m.OrderLine.seller_order_id == m.SellerOrder.id)
        .where(m.SellerOrder.id == seller_order_id, m.OrderLine.contract_id == contract_id)
        .limit(1)
    )
    if order_id is None:
        raise OrderNotFound()
    loaded = lock_order(session, order_id)
    return loaded, loaded.part(seller_order_id)


def _open(loaded: Loaded, part: m.SellerOrder, contract_id: str) -> list[m.OrderLine]:
    return [
        line
        for line in loaded.lines[part.id]
        if line.contract_id == contract_id and line.shipped + line.cancelled < line.quantity
    ]


def _tell(
    session: Session,
    loaded: Loaded,
    part: m.SellerOrder,
    what: str,
    window: DeliveryWindow | None,
    actor: Actor,
    now: datetime,
) -> None:
    params = {"seller": part.seller_name}
    if window is not None:
        params |= {"start": window.start.isoformat(), "end": window.end.isoformat()}
    note_event(
        session, loaded.order.id, f"goods_{what}", now, actor=actor, seller_order_id=part.id,
        params=params,
    )  # fmt: skip
    session.flush()
    publish(
        session,
        DeliveryPlanned(
            order_id=loaded.order.id,
            code=loaded.order.code,
            seller_order_id=part.id,
            seller_id=part.seller_id,
            seller_name=part.seller_name,
            account_id=loaded.order.account_id,
            what=what,
            window=window,
            at=now,
        ),
    )
