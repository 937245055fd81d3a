"""What must hold of all orders at any time; an empty list when it does."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, union_all
from sqlalchemy.orm import Session

from market.orders import models as m


def breaches(session: Session) -> list[str]:
    """One sentence per thing that does not add up."""
    checks: tuple[tuple[str, Select[Any]], ...] = (
        ("order {}: its parts do not add up to its total", _orders_and_parts()),
        ("seller order {}: lines and freight do not add up to its total", _parts_and_lines()),
        ("refund {}: its lines do not add up to its amount", _refunds_and_lines()),
        ("order {}: refunds and what it says was refunded differ", _orders_and_refunds()),
        ("seller order {}: refunds and what it says was refunded differ", _parts_and_refunds()),
        ("order line {}: parcels and what it says was shipped differ", _lines_and_parcels()),
        ("order {}: money was captured and the order is not paid", _captured_unpaid()),
        ("order {}: paid with less than was due", _paid_short()),
        ("order {}: its lines and its subsidy differ", _orders_and_subsidies()),
    )
    return [text.format(key) for text, query in checks for key in session.scalars(query)]


def captured(session: Session) -> dict[str, int]:
    """What each paid order captured; orders that cost nothing are left out."""
    rows = session.execute(
        select(m.Order.id, m.Order.captured_fen).where(
            m.Order.paid_at.is_not(None), m.Order.captured_fen > 0
        )
    )
    return {key: int(fen) for key, fen in rows}


def refunded(session: Session) -> dict[str, int]:
    """What each order gave back of captured money."""
    rows = session.execute(select(m.Order.id, m.Order.refunded_fen).where(m.Order.refunded_fen > 0))
    return {key: int(fen) for key, fen in rows}


def commissions(session: Session) -> int:
    """What the platform keeps, in fen, of everything sold and not cancelled."""
    line, part, order = m.OrderLine, m.SellerOrder, m.Order
    back = line.commission_fen * line.cancelled // line.quantity
    total = session.scalar(
        select(func.sum(line.commission_fen - back))
        .join(part, part.id == line.seller_order_id)
        .join(order, order.id == part.order_id)
        .where(order.confirmed_at.is_not(None))
    )
    return int(total or 0)


def at_points(session: Session) -> dict[tuple[str, str], bool]:
    """By (order, seller), of orders to a pick-up point: whether the goods are to come or came.
    Goods of a village purchase with a drop point of its own are left out."""
    order, part, line = m.Order, m.SellerOrder, m.OrderLine
    left = func.sum(line.quantity - line.cancelled)
    rows = session.execute(
        select(
            order.id, part.seller_id, part.drop_point, order.pickup, order.cancelled_at,
            order.expired_at, order.confirmed_at, left,
        )
        .join(part, part.order_id == order.id)
        .join(line, line.seller_order_id == part.id)
        .where(order.pickup.is_not(None))
        .group_by(part.id, order.id)
    )  # fmt: skip
    found = {}
    for key, seller, drop, pickup, cancelled, expired, confirmed, packs in rows:
        if pickup and not drop:
            over = cancelled is not None or (expired is not None and confirmed is None)
            found[key, seller] = not over and packs > 0
    return found


def discounts(session: Session) -> dict[tuple[str, str], tuple[int, bool]]:
    """Per (order, promotion): fen off, and whether the order is confirmed and not cancelled."""
    return _given(session, m.LineAdjustment.bearer.not_like("subsidy:%"), freight=True)


def subsidies(session: Session) -> dict[tuple[str, str], tuple[int, bool]]:
    """Per (order, scheme): fen given, and whether the order is confirmed and not cancelled."""
    return _given(session, m.LineAdjustment.bearer.like("subsidy:%"), freight=False)


def _given(
    session: Session, which: ColumnElement[bool], *, freight: bool
) -> dict[tuple[str, str], tuple[int, bool]]:
    line, part, order = m.OrderLine, m.SellerOrder, m.Order
    off, freight_off = m.LineAdjustment, m.FreightAdjustment
    on_lines = (
        select(part.order_id, off.promotion_id, off.amount_fen)
        .join(line, line.id == off.order_line_id)
        .join(part, part.id == line.seller_order_id)
        .where(which)
    )
    on_freight = select(part.order_id, freight_off.promotion_id, freight_off.amount_fen).join(
        part, part.id == freight_off.seller_order_id
    )
    given = (union_all(on_lines, on_freight) if freight else on_lines).subquery()
    stands = case((order.confirmed_at.is_not(None) & order.cancelled_at.is_(None), 1), else_=0)
    rows = session.execute(
        select(order.id, given.c.promotion_id, func.sum(-given.c.amount_fen), func.max(stands))
        .join(given, given.c.order_id == order.id)
        .group_by(order.id, given.c.promotion_id)
    )
    return {(key, promotion): (int(fen), bool(up)) for key, promotion, fen, up in rows}


def _orders_and_parts() -> Select[Any]:
    total = func.sum(m.SellerOrder.total_fen)
    return (
        select(m.Order.id)
        .outerjoin(m.SellerOrder, m.SellerOrder.order_id == m.Order.id)
        .group_by(m.Order.id, m.Order.total_fen)
        .having(func.coalesce(total, -1) != m.Order.total_fen)
    )


def _parts_and_lines() -> Select[Any]:
    paid = func.coalesce(func.sum(m.OrderLine.paid_fen), -1)
    off = m.FreightAdjustment
    freight_off = (
        select(func.coalesce(func.sum(off.amount_fen), 0))
        .where(off.seller_order_id == m.SellerOrder.id)
        .scalar_subquery()
    )
    return (
        select(m.SellerOrder.id)
        .outerjoin(m.OrderLine, m.OrderLine.seller_order_id == m.SellerOrder.id)
        .group_by(m.SellerOrder.id, m.SellerOrder.total_fen, m.SellerOrder.freight_fen)
        .having(paid + m.SellerOrder.freight_fen + freight_off != m.SellerOrder.total_fen)
    )


def _refunds_and_lines() -> Select[Any]:
    given = func.coalesce(func.sum(m.RefundLine.amount_fen), 1)
    return (
        select(m.Refund.id)
        .outerjoin(m.RefundLine, m.RefundLine.refund_id == m.Refund.id)
        .group_by(m.Refund.id, m.Refund.amount_fen)
        .having(given != -m.Refund.amount_fen)
    )


def _orders_and_refunds() -> Select[Any]:
    given = func.coalesce(func.sum(m.Refund.amount_fen), 0)
    return (
        select(m.Order.id)
        .outerjoin(m.Refund, m.Refund.order_id == m.Order.id)
        .group_by(m.Order.id, m.Order.refunded_fen, m.Order.reduced_fen)
        .having(given != m.Order.refunded_fen + m.Order.reduced_fen)
    )


def _parts_and_refunds() -> Select[Any]:
    given = func.coalesce(func.sum(m.Refund.amount_fen), 0)
    return (
        select(m.SellerOrder.id)
        .outerjoin(m.Refund, m.Refund.seller_order_id == m.SellerOrder.id)
        .group_by(m.SellerOrder.id, m.SellerOrder.refunded_fen)
        .having(given != m.SellerOrder.refunded_fen)
    )


def _lines_and_parcels() -> Select[Any]:
    sent = func.coalesce(func.sum(m.ParcelLine.quantity), 0)
    return (
        select(m.OrderLine.id)
        .outerjoin(m.ParcelLine, m.ParcelLine.order_line_id == m.OrderLine.id)
        .group_by(m.OrderLine.id, m.OrderLine.shipped)
        .having(sent != m.OrderLine.shipped)
    )


def _captured_unpaid() -> Select[Any]:
    return select(m.Order.id).where(m.Order.captured_fen > 0, m.Order.paid_at.is_(None))


def _paid_short() -> Select[Any]:
    order = m.Order
    return select(order.id).where(
        order.paid_at.is_not(None), order.captured_fen + order.reduced_fen != order.total_fen
    )


def _orders_and_subsidies() -> Select[Any]:
    line, part, order, off = m.OrderLine, m.SellerOrder, m.Order, m.LineAdjustment
    of_schemes = and_(off.order_line_id == line.id, off.bearer.like("subsidy:%"))
    given = func.coalesce(func.sum(-off.amount_fen), 0)
    return (
        select(order.id)
        .join(part, part.order_id == order.id)
        .join(line, line.seller_order_id == part.id)
        .outerjoin(off, of_schemes)
        .group_by(order.id, order.subsidy_fen)
        .having(given != order.subsidy_fen)
    )
