"""Cancelling: as a whole before anything left, or the part that has not left."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.catalogue import stock
from market.kernel.actor import SYSTEM, Actor
from market.kernel.events import publish
from market.orders import models as m
from market.orders.bearers import Bearers
from market.orders.dated import part_of_job
from market.orders.errors import (
    AlreadyShipped,
    MoreThanOpen,
    NothingChosen,
    OrderNotFound,
    ReasonMissing,
)
from market.orders.events import DeliveryPlanned, OrderCancelled, RemainderCancelled
from market.orders.loading import Act, Loaded, lock_order, lock_part, note_event
from market.orders.refunding import give_back
from market.orders.rules import LineMoney, cancellation
from market.orders.states import require
from market.orders.types import QuantityOf, State

JOB_OFF = "job_off"  # a reason that pages say in words


def cancel(session: Session, order_id: str, *, reason: str, actor: Actor, now: datetime) -> None:
    """Cancel the whole order before anything left; what was paid is given back.

    Raises OrderNotFound for someone else's order, AlreadyShipped, NotPossibleNow.
    """
    loaded = lock_order(session, order_id)
    order = loaded.order
    if actor is not SYSTEM and actor.account_id != order.account_id:
        raise OrderNotFound()
    if loaded.state in (State.PART_SHIPPED, State.SHIPPED, State.RECEIVED):
        raise AlreadyShipped()
    require(loaded.state, "cancel")
    held = loaded.state is State.HELD
    order.cancelled_at, order.cancel_reason = now, reason.strip()[:300]
    note_event(session, order.id, "cancelled", now, actor=actor, params={"reason": reason[:300]})
    if held:
        stock.release(session, order.id, now)
        for part in loaded.parts:
            part.cancelled_at = now
    else:
        for part in loaded.parts:
            _cancel_open(session, loaded, part, Act(actor, now, reason.strip()[:300]))
    session.flush()
    _publish_cancelled(session, loaded, now, expired=False)


def expire(session: Session, order_id: str, now: datetime) -> bool:
    """Give up an order nobody paid in time; False when it is not one any more."""
    loaded = lock_order(session, order_id)
    order = loaded.order
    if loaded.state is not State.HELD or order.held_until > now:
        return False
    require(loaded.state, "expire")
    order.expired_at = now
    stock.release(session, order.id, now)
    note_event(session, order.id, "expired", now)
    session.flush()
    _publish_cancelled(session, loaded, now, expired=True)
    return True


def overdue(session: Session, now: datetime, limit: int = 200) -> list[str]:
    """Orders whose time to pay is over."""
    return list(
        session.scalars(
            select(m.Order.id)
            .where(
                m.Order.held_until <= now,
                m.Order.confirmed_at.is_(None),
                m.Order.cancelled_at.is_(None),
                m.Order.expired_at.is_(None),
            )
            .order_by(m.Order.held_until)
            .limit(limit)
        )
    )


def cancel_remainder(
    session: Session,
    seller_order_id: str,
    quantities: tuple[QuantityOf, ...],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """A seller gives up packs that have not left: restocked, paid share and freight given back.

    Raises OrderNotFound, ReasonMissing, NothingChosen, MoreThanOpen, NotPossibleNow.
    """
    loaded, part = lock_part(session, seller_order_id, actor)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    require(loaded.part_state(part), "cancel_remainder")
    counts = checked_counts(loaded.lines[part.id], quantities)
    act = Act(actor, now, reason.strip()[:300])
    _cancel_packs(session, loaded, part, counts, act)
    session.flush()
    publish(
        session,
        RemainderCancelled(
            order_id=loaded.order.id,
            code=loaded.order.code,
            seller_order_id=part.id,
            account_id=loaded.order.account_id,
            seller_name=part.seller_name,
            packs=sum(counts.values()),
            reason=act.reason,
            at=now,
        ),
    )
    _end_if_empty(session, loaded, act)


def cancel_for_job(
    session: Session, seller_order_id: str, contract_id: str, *, actor: Actor, now: datetime
) -> None:
    """The household gives up what of a part was for a job that is off and has not left.

    Restocked and given back like a remainder. Raises OrderNotFound for anyone else's order,
    NothingChosen, NotPossibleNow (not paid yet: nothing is to be given back).
    """
    loaded, part = part_of_job(session, seller_order_id, contract_id)
    if loaded.order.account_id != actor.account_id:
        raise OrderNotFound()
    require(loaded.part_state(part), "cancel_remainder")
    counts = {
        line.id: line.quantity - line.shipped - line.cancelled
        for line in loaded.lines[part.id]
        if line.contract_id == contract_id and line.quantity > line.shipped + line.cancelled
    }
    if not counts:
        raise NothingChosen()
    act = Act(actor, now, JOB_OFF)
    _cancel_packs(session, loaded, part, counts, act)
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
            what="dropped",
            window=None,
            at=now,
        ),
    )
    _end_if_empty(session, loaded, act)


def _end_if_empty(session: Session, loaded: Loaded, act: Act) -> None:
    """An order of which everything is given up is cancelled."""
    if loaded.state is State.CANCELLED and loaded.order.cancelled_at is None:
        loaded.order.cancelled_at, loaded.order.cancel_reason = act.now, act.reason
        session.flush()
        _publish_cancelled(session, loaded, act.now, expired=False)


def checked_counts(lines: list[m.OrderLine], quantities: tuple[QuantityOf, ...]) -> dict[str, int]:
    """Positive packs by line, none above what is open. Raises NothingChosen, MoreThanOpen."""
    by_id = {line.id: line for line in lines}
    counts: dict[str, int] = {}
    for wanted in quantities:
        if wanted.quantity > 0:
            counts[wanted.line_id] = counts.get(wanted.line_id, 0) + wanted.quantity
    if not counts:
        raise NothingChosen()
    for line_id, count in counts.items():
        line = by_id.get(line_id)
        if line is None:
            raise OrderNotFound()
        left = line.quantity - line.shipped - line.cancelled
        if count > left:
            raise MoreThanOpen(
                product=line.product_name, open=left, asked=count, field=f"quantity-{line_id}"
            )
    return counts


def _cancel_open(session: Session, loaded: Loaded, part: m.SellerOrder, act: Act) -> None:
    counts = {
        line.id: line.quantity - line.shipped - line.cancelled for line in loaded.lines[part.id]
    }
    counts = {line_id: count for line_id, count in counts.items() if count}
    if counts:
        _cancel_packs(session, loaded, part, counts, act)


def _cancel_packs(
    session: Session,
    loaded: Loaded,
    part: m.SellerOrder,
    counts: dict[str, int],
    act: Act,
) -> None:
    lines = loaded.lines[part.id]
    bearers = Bearers(session, part.id)
    money = [money_of(line, bearers.of_line(line.id)) for line in lines]
    back = cancellation(money, bearers.freight(part.freight_fen), counts)
    for line in lines:
        line.cancelled += counts.get(line.id, 0)
    if all(line.cancelled == line.quantity for line in lines):
        part.cancelled_at, part.cancel_reason = act.now, act.reason
    note_event(
        session,
        loaded.order.id,
        "remainder_cancelled",
        act.now,
        actor=act.actor,
        seller_order_id=part.id,
        params={
            "packs": sum(counts.values()),
            "seller": part.seller_name,
            "reason": act.reason,
        },
    )
    session.flush()
    _restock(session, part, lines, counts, act.now)
    give_back(session, loaded, part, back, act)


def _restock(
    session: Session,
    part: m.SellerOrder,
    lines: list[m.OrderLine],
    counts: dict[str, int],
    now: datetime,
) -> None:
    wanted: dict[str, int] = {}
    for line in lines:
        if counts.get(line.id):
            wanted[line.listing_id] = wanted.get(line.listing_id, 0) + counts[line.id]
    allocations = session.scalars(
        select(m.OrderAllocation)
        .where(
            m.OrderAllocation.seller_order_id == part.id,
            m.OrderAllocation.listing_id.in_(wanted),
        )
        .order_by(m.OrderAllocation.id.desc())
    ).all()
    for allocation in allocations:
        count = min(wanted[allocation.listing_id], allocation.quantity - allocation.restocked)
        if count <= 0:
            continue
        allocation.restocked += count
        wanted[allocation.listing_id] -= count
        stock.take_back(
            session,
            allocation.listing_id,
            allocation.warehouse_id,
            count,
            now,
            reason="cancelled",
            reference=part.order_id,
        )
    session.flush()


def money_of(line: m.OrderLine, borne: dict[str, int]) -> LineMoney:
    """The money of a line, of which others than the seller bear `borne`."""
    return LineMoney(
        line_id=line.id,
        quantity=line.quantity,
        weight_g=line.weight_g,
        amount_fen=line.amount_fen,
        seller_discount_fen=line.seller_discount_fen,
        platform_discount_fen=line.platform_discount_fen,
        cancelled=line.cancelled,
        borne=borne,
        commission_fen=line.commission_fen,
    )


def _publish_cancelled(session: Session, loaded: Loaded, now: datetime, *, expired: bool) -> None:
    order = loaded.order
    publish(
        session,
        OrderCancelled(
            order_id=order.id,
            code=order.code,
            account_id=order.account_id,
            seller_ids=loaded.seller_ids,
            reason=order.cancel_reason,
            expired=expired,
            was_confirmed=order.confirmed_at is not None,
            at=now,
        ),
    )
