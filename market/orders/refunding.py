"""Giving back: refunds add negative lines and never change what was sold."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.kernel.actor import SYSTEM, Actor
from market.kernel.events import publish
from market.kernel.ids import new_id
from market.kernel.money import format_fen
from market.orders import models as m
from market.orders.errors import OrderNotFound, ReasonMissing, RefundTooLarge
from market.orders.events import ClaimReduced, OrderRefunded
from market.orders.loading import Act, Loaded, lock_part, note_event
from market.orders.rules import GivenBack, capped
from market.orders.types import SellerShare


def record_refund(
    session: Session,
    seller_order_id: str,
    amount_fen: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    key: str | None = None,
) -> str:
    """Give back any part of what was paid for a seller's part; returns the refund's id.

    The same `key` gives the same refund once. Raises OrderNotFound for someone else's,
    ReasonMissing, RefundTooLarge (never more than was captured and not yet given back).
    """
    loaded, part = lock_part(session, seller_order_id, actor)
    done = _find_by_key(session, loaded.order.id, key)
    if done is not None:
        return done
    if not reason.strip():
        raise ReasonMissing(field="reason")
    most = min(
        part.total_fen - part.refunded_fen,
        loaded.order.captured_fen - loaded.order.refunded_fen,
    )
    if not 0 < amount_fen <= most:
        raise RefundTooLarge(most=format_fen(most), asked=format_fen(amount_fen), field="amount")
    back = [GivenBack(None, 0, amount_fen, 0, 0, 0)]
    return write_refund(session, loaded, part, back, Act(actor, now, reason.strip()[:300]), key=key)


def give_back(
    session: Session,
    loaded: Loaded,
    part: m.SellerOrder,
    back: Sequence[GivenBack],
    act: Act,
) -> str | None:
    """Give back the shares of cancelled packs; None when there is nothing left to give."""
    kept = capped(back, part.total_fen - part.refunded_fen)
    return write_back(session, loaded, part, kept, act)


def write_back(
    session: Session, loaded: Loaded, part: m.SellerOrder, back: Sequence[GivenBack], act: Act
) -> str | None:
    """A refund of what was paid; with nothing paid (a gift), what others bear is undone."""
    if sum(item.paid_fen for item in back) > 0:
        return write_refund(session, loaded, part, back, act)
    if any(item.platform_discount_fen for item in back):
        share = _share(part, back)
        publish(session, ClaimReduced(loaded.order.id, part.id, new_id(), share, act.now))
    return None


def write_refund(
    session: Session,
    loaded: Loaded,
    part: m.SellerOrder,
    back: Sequence[GivenBack],
    act: Act,
    *,
    key: str | None = None,
) -> str:
    """Write the negative lines, move the order's sums and publish OrderRefunded."""
    order = loaded.order
    amount = sum(item.paid_fen for item in back)
    kind = "refund" if order.captured_fen - order.refunded_fen >= amount else "reduction"
    refund = m.Refund(
        id=new_id(),
        order_id=order.id,
        seller_order_id=part.id,
        key=key or new_id(),
        kind=kind,
        reason=act.reason,
        amount_fen=amount,
        created_at=act.now,
        created_by=None if act.actor is SYSTEM else act.actor.account_id,
        settled_at=act.now if kind == "reduction" else None,
    )
    session.add(refund)
    session.flush()
    session.add_all(_line(refund.id, item) for item in back)
    _move_sums(session, order, part, amount, kind)
    note_event(
        session,
        order.id,
        "refunded" if kind == "refund" else "reduced",
        act.now,
        actor=act.actor,
        seller_order_id=part.id,
        params={"amount_fen": amount, "seller": part.seller_name, "reason": act.reason},
    )
    session.flush()
    publish(
        session,
        OrderRefunded(
            order_id=order.id,
            code=order.code,
            refund_id=refund.id,
            account_id=order.account_id,
            seller_order_id=part.id,
            seller_id=part.seller_id,
            amount_fen=amount,
            kind=kind,
            method=order.payment_method,
            reason=act.reason,
            share=_share(part, back),
            at=act.now,
        ),
    )
    return refund.id


def refund_settled(session: Session, refund_id: str, now: datetime) -> None:
    """The money of a refund went back; a second call changes nothing. Raises OrderNotFound."""
    refund = session.get(m.Refund, refund_id, with_for_update=True)
    if refund is None:
        raise OrderNotFound()
    if refund.settled_at is not None:
        return
    refund.settled_at = now
    note_event(
        session,
        refund.order_id,
        "refund_settled",
        now,
        seller_order_id=refund.seller_order_id,
        params={"amount_fen": refund.amount_fen},
    )
    session.flush()


def _find_by_key(session: Session, order_id: str, key: str | None) -> str | None:
    if key is None:
        return None
    return session.scalar(
        select(m.Refund.id).where(m.Refund.order_id == order_id, m.Refund.key == key)
    )


def _line(refund_id: str, item: GivenBack) -> m.RefundLine:
    what = "goods" if item.line_id else ("freight" if item.freight_fen else "goodwill")
    return m.RefundLine(
        refund_id=refund_id,
        order_line_id=item.line_id,
        what=what,
        quantity=item.quantity,
        amount_fen=-item.paid_fen,
        seller_fen=-item.seller_discount_fen,
        platform_fen=-item.platform_discount_fen,
        commission_fen=-item.commission_fen,
    )


def _move_sums(
    session: Session, order: m.Order, part: m.SellerOrder, amount: int, kind: str
) -> None:
    column = m.Order.refunded_fen if kind == "refund" else m.Order.reduced_fen
    moved = session.execute(
        update(m.Order)
        .where(
            m.Order.id == order.id,
            (m.Order.refunded_fen + amount <= m.Order.captured_fen)
            if kind == "refund"
            else (m.Order.captured_fen + m.Order.reduced_fen + amount <= m.Order.total_fen),
        )
        .values({column: column + amount})
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        most = order.captured_fen - order.refunded_fen
        raise RefundTooLarge(most=format_fen(most), asked=format_fen(amount), field="amount")
    part.refunded_fen += amount
    session.flush()
    session.refresh(order)


def _share(part: m.SellerOrder, back: Sequence[GivenBack]) -> SellerShare:
    return SellerShare(
        seller_id=part.seller_id,
        seller_order_id=part.id,
        goods_fen=-sum(item.goods_fen for item in back),
        freight_fen=-sum(item.freight_fen for item in back),
        seller_discount_fen=-sum(item.seller_discount_fen for item in back),
        platform_discount_fen=-sum(item.platform_discount_fen for item in back),
        borne=_borne(back),
        commission_fen=-sum(item.commission_fen for item in back),
    )


def _borne(back: Sequence[GivenBack]) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in back:
        for bearer, fen in item.borne.items():
            found[bearer] = found.get(bearer, 0) - fen
    return found
