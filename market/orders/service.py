"""The verbs of orders. Each checks the one transition table and writes the timeline."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from market.kernel.actor import SYSTEM
from market.kernel.events import publish
from market.kernel.money import format_fen
from market.orders import models as m
from market.orders.at_points import parts_at_points, pickup_states, use_pickups
from market.orders.batching import batch_options, troubles_of
from market.orders.bearers import Bearers, shares_of
from market.orders.cancelling import (
    cancel,
    cancel_for_job,
    cancel_remainder,
    expire,
    money_of,
    overdue,
)
from market.orders.dated import (
    bind,
    hold_back,
    let_go,
    plan_deliveries,
    unbind,
    unbind_order,
)
from market.orders.errors import AmountMismatch
from market.orders.events import OrderConfirmed, OrderPaid
from market.orders.loading import (
    Act,
    Loaded,
    lock_order,
    lock_row,
    note_event,
)
from market.orders.personal import deletion_blocker, export_orders
from market.orders.placing import add_allocations, find_by_key, place
from market.orders.refunding import record_refund, refund_settled, write_back
from market.orders.rules import cancellation
from market.orders.selling import count_sales, households_by_county
from market.orders.shipping import confirm_receipt, receive_at_point, ship
from market.orders.states import order_state, require
from market.orders.types import AllocatedStock, PayMethod, State


def state_for_payment(session: Session, order_id: str) -> tuple[State, int]:
    """Lock the order; its state and what is still due. Raises OrderNotFound."""
    order = lock_row(session, order_id)
    state = _unconfirmed_state(order) or lock_order(session, order_id).state
    return state, _due(order)


def _unconfirmed_state(order: m.Order) -> State | None:
    """The state of an order no seller has begun with; None of any other."""
    if order.confirmed_at is not None:
        return None
    return order_state(
        confirmed_at=None, cancelled_at=order.cancelled_at, expired_at=order.expired_at, parts=()
    )


def _due(order: m.Order) -> int:
    return order.total_fen - order.reduced_fen - order.captured_fen


def confirm(
    session: Session, order_id: str, now: datetime, method: PayMethod | None = None
) -> None:
    """The sellers may start; `method` is how the household will pay if it said another before.

    Raises NotPossibleNow when it was cancelled or confirmed before.
    """
    loaded = lock_order(session, order_id)
    if method is not None:
        require(loaded.state, "prolong")
        loaded.order.payment_method = method.value
    _confirm(session, loaded, now)


def _confirm(session: Session, loaded: Loaded, now: datetime) -> None:
    order = loaded.order
    require(loaded.state, "confirm")
    order.confirmed_at, order.expired_at = now, None
    note_event(session, order.id, "confirmed", now, params={"method": order.payment_method})
    session.flush()
    publish(
        session,
        OrderConfirmed(
            order_id=order.id,
            code=order.code,
            account_id=order.account_id,
            method=order.payment_method,
            due_fen=_due(order),
            shares=shares_of(session, loaded),
            at=now,
        ),
    )


def mark_paid(session: Session, order_id: str, amount_fen: int, now: datetime) -> None:
    """Money for the order came in; confirms the order when it was not yet.

    Raises AmountMismatch unless the amount is what is due, NotPossibleNow.
    """
    loaded = lock_order(session, order_id)
    order = loaded.order
    due = _due(order)
    if amount_fen != due or amount_fen <= 0:
        raise AmountMismatch(paid=format_fen(amount_fen), due=format_fen(due))
    if order.confirmed_at is None:
        _confirm(session, loaded, now)
    _capture(session, loaded, amount_fen, now)


def refund_late_payment(
    session: Session, order_id: str, amount_fen: int, reason: str, now: datetime
) -> None:
    """Money came for an order that cannot be served any more: take it and give it all back."""
    loaded = lock_order(session, order_id)
    order = loaded.order
    due = _due(order)
    if amount_fen != due or amount_fen <= 0:
        raise AmountMismatch(paid=format_fen(amount_fen), due=format_fen(due))
    if order.cancelled_at is None:
        order.cancelled_at, order.cancel_reason = now, reason[:300]
    _capture(session, loaded, amount_fen, now)
    for part in loaded.parts:
        everything = {line.id: line.quantity for line in loaded.lines[part.id]}
        bearers = Bearers(session, part.id)
        lines = [
            replace(money_of(line, bearers.of_line(line.id)), cancelled=0)
            for line in loaded.lines[part.id]
        ]
        back = cancellation(lines, bearers.freight(part.freight_fen), everything)
        write_back(session, loaded, part, back, Act(SYSTEM, now, reason[:300]))


def prolong(session: Session, order_id: str, until: datetime, now: datetime) -> None:
    """Hold the goods longer, as for a bank transfer. Raises NotPossibleNow."""
    loaded = lock_order(session, order_id)
    require(loaded.state, "prolong")
    loaded.order.held_until = max(loaded.order.held_until, until)
    note_event(session, order_id, "prolonged", now, params={"until": until.isoformat()})
    session.flush()


def choose_method(session: Session, order_id: str, method: PayMethod) -> None:
    """The household pays another way than it first said. Raises NotPossibleNow."""
    loaded = lock_order(session, order_id)
    require(loaded.state, "prolong")
    loaded.order.payment_method = method.value
    session.flush()


def reallocate(session: Session, order_id: str, allocations: Sequence[AllocatedStock]) -> None:
    """The goods were set aside anew: remember the new warehouses instead of the old."""
    loaded = lock_order(session, order_id)
    part_ids = [part.id for part in loaded.parts]
    session.execute(
        delete(m.OrderAllocation).where(m.OrderAllocation.seller_order_id.in_(part_ids))
    )
    for part in loaded.parts:
        sold = {line.listing_id for line in loaded.lines[part.id]}
        own = tuple(a for a in allocations if a.listing_id in sold)
        add_allocations(session, part.id, own)
    session.flush()


def note_payment_failed(session: Session, order_id: str, reason: str, now: datetime) -> None:
    """A payment attempt failed; the goods stay held until the time shown."""
    note_event(session, order_id, "payment_failed", now, params={"reason": reason[:200]})
    session.flush()


_HELD_LINES = (
    select(func.count(m.OrderLine.id))
    .join(m.SellerOrder, m.SellerOrder.id == m.OrderLine.seller_order_id)
    .join(m.Order, m.Order.id == m.SellerOrder.order_id)
    .where(
        m.Order.account_id == bindparam("account_id"),
        m.Order.confirmed_at.is_(None),
        m.Order.cancelled_at.is_(None),
        m.Order.expired_at.is_(None),
        m.Order.held_until > bindparam("now"),
    )
)


def held_lines(session: Session, account_id: str, now: datetime) -> int:
    """How many lines this household keeps others from buying without having paid."""
    return session.scalar(_HELD_LINES, {"account_id": account_id, "now": now}) or 0


def _capture(session: Session, loaded: Loaded, amount_fen: int, now: datetime) -> None:
    order = loaded.order
    order.captured_fen += amount_fen
    order.paid_at = now
    note_event(
        session,
        order.id,
        "paid",
        now,
        params={"amount_fen": amount_fen, "method": order.payment_method},
    )
    session.flush()
    publish(
        session,
        OrderPaid(
            order_id=order.id,
            code=order.code,
            account_id=order.account_id,
            amount_fen=amount_fen,
            method=order.payment_method,
            confirmed=order.confirmed_at is not None,
            shares=shares_of(session, loaded),
            at=now,
        ),
    )


__all__ = [
    "batch_options",
    "bind",
    "cancel",
    "cancel_for_job",
    "cancel_remainder",
    "choose_method",
    "confirm",
    "confirm_receipt",
    "count_sales",
    "deletion_blocker",
    "expire",
    "export_orders",
    "find_by_key",
    "held_lines",
    "hold_back",
    "households_by_county",
    "let_go",
    "mark_paid",
    "note_payment_failed",
    "overdue",
    "parts_at_points",
    "pickup_states",
    "place",
    "plan_deliveries",
    "prolong",
    "reallocate",
    "receive_at_point",
    "record_refund",
    "refund_late_payment",
    "refund_settled",
    "ship",
    "state_for_payment",
    "troubles_of",
    "unbind",
    "unbind_order",
    "use_pickups",
]
