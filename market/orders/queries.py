"""Reads of orders for pages and other packages; a fixed number of statements each."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.kernel.paging import Page, offset
from market.orders import models as m
from market.orders.commissioned import commissions_by_month
from market.orders.comparing import count_with_and_without
from market.orders.dated import bindable, orders_of_contract
from market.orders.delivered import delivered_goods, delivered_packs
from market.orders.delivered_types import DeliveredGoods, PacksOf
from market.orders.errors import OrderNotFound
from market.orders.invariants import breaches
from market.orders.loading import facts_of
from market.orders.reach import (
    buyers_at_risk,
    buyers_of,
    buyers_of_batch,
    has_ordered,
    packs_sold,
    reach_of_batch,
)
from market.orders.reader import Reader, due_on, grouped
from market.orders.states import order_state, seller_order_state
from market.orders.types import (
    OrderRow,
    OrderView,
    SellerOrderRow,
    SellerOrderView,
)

LIST_SIZE = 20
__all__ = [
    "LIST_SIZE",
    "DeliveredGoods",
    "PacksOf",
    "bindable",
    "breaches",
    "buyers_at_risk",
    "buyers_of",
    "buyers_of_batch",
    "commissions_by_month",
    "count_to_ship",
    "count_with_and_without",
    "delivered_goods",
    "delivered_packs",
    "find_order",
    "get_order",
    "get_seller_order",
    "has_ordered",
    "list_all_orders",
    "list_orders",
    "list_seller_orders",
    "orders_of_contract",
    "packs_sold",
    "reach_of_batch",
]


def get_order(session: Session, order_id: str, account_id: str | None) -> OrderView:
    """A household's own order. Raises OrderNotFound for anyone else's."""
    order = find_order(session, order_id)
    if order is None or account_id is None or order.account_id != account_id:
        raise OrderNotFound()
    return order


def find_order(session: Session, order_id: str) -> OrderView | None:
    """Any order, for the system, operators and other packages."""
    query = select(m.Order).where(m.Order.id == order_id)
    row = session.scalar(query.execution_options(populate_existing=True))
    return None if row is None else Reader(session, row).view()


def get_seller_order(
    session: Session, seller_order_id: str, actor: Actor
) -> tuple[OrderView, SellerOrderView]:
    """A part that the actor sells, with its order. Raises OrderNotFound for anyone else's."""
    found = session.execute(
        select(m.SellerOrder.order_id, m.SellerOrder.seller_id).where(
            m.SellerOrder.id == seller_order_id
        )
    ).first()
    if found is None or not actor.is_member_of_seller(found.seller_id):
        raise OrderNotFound()
    order = find_order(session, found.order_id)
    if order is None:
        raise OrderNotFound()
    return order, next(part for part in order.seller_orders if part.id == seller_order_id)


def list_orders(session: Session, account_id: str, number: int = 1) -> Page[OrderRow]:
    """A household's orders, newest first."""
    return _order_page(session, [m.Order.account_id == account_id], number)


def list_all_orders(session: Session, text: str = "", number: int = 1) -> Page[OrderRow]:
    """Every order, for operators; `text` is part of a code, phone or recipient."""
    conditions: list[ColumnElement[bool]] = []
    if text:
        conditions.append(
            or_(
                m.Order.code.icontains(text, autoescape=True),
                m.Order.phone.icontains(text, autoescape=True),
                m.Order.recipient.icontains(text, autoescape=True),
            )
        )
    return _order_page(session, conditions, number)


def list_seller_orders(
    session: Session, seller_ids: Collection[str], number: int = 1, *, to_ship: bool = False
) -> Page[SellerOrderRow]:
    """The parts these sellers have to deliver or delivered, newest first."""
    conditions = [m.SellerOrder.seller_id.in_(seller_ids), m.Order.confirmed_at.is_not(None)]
    if to_ship:
        conditions.append(m.SellerOrder.id.in_(_open_parts()))
    base = (
        select(m.SellerOrder, m.Order)
        .join(m.Order, m.Order.id == m.SellerOrder.order_id)
        .where(*conditions)
    )
    total = session.scalar(select(func.count()).select_from(base.subquery())) or 0
    rows = session.execute(
        base.order_by(m.Order.confirmed_at.desc(), m.SellerOrder.id)
        .offset(offset(number, LIST_SIZE))
        .limit(LIST_SIZE)
    ).all()
    lines = _lines_by_part(session, [part.id for part, _order in rows])
    items = [_seller_row(part, order, lines[part.id]) for part, order in rows]
    return Page(items, total, max(1, number), LIST_SIZE)


def count_to_ship(session: Session, seller_ids: Collection[str]) -> int:
    """How many parts wait to be sent."""
    return (
        session.scalar(
            select(func.count(m.SellerOrder.id))
            .join(m.Order, m.Order.id == m.SellerOrder.order_id)
            .where(
                m.SellerOrder.seller_id.in_(seller_ids),
                m.Order.confirmed_at.is_not(None),
                m.SellerOrder.id.in_(_open_parts().where(m.OrderLine.held_back.is_(False))),
            )
        )
        or 0
    )


def _open_parts() -> Select[str]:
    return (
        select(m.OrderLine.seller_order_id)
        .where(m.OrderLine.shipped + m.OrderLine.cancelled < m.OrderLine.quantity)
        .distinct()
    )


def _order_page(
    session: Session, conditions: Sequence[ColumnElement[bool]], number: int
) -> Page[OrderRow]:
    total = session.scalar(select(func.count()).select_from(m.Order).where(*conditions)) or 0
    orders = session.scalars(
        select(m.Order)
        .where(*conditions)
        .order_by(m.Order.placed_at.desc(), m.Order.id.desc())
        .offset(offset(number, LIST_SIZE))
        .limit(LIST_SIZE)
    ).all()
    parts = grouped(
        session.scalars(
            select(m.SellerOrder)
            .where(m.SellerOrder.order_id.in_([order.id for order in orders]))
            .order_by(m.SellerOrder.number)
        ),
        "order_id",
    )
    lines = _lines_by_part(session, [part.id for group in parts.values() for part in group])
    items = [_order_row(order, parts[order.id], lines) for order in orders]
    return Page(items, total, max(1, number), LIST_SIZE)


def _order_row(
    order: m.Order, parts: list[m.SellerOrder], lines: dict[str, list[m.OrderLine]]
) -> OrderRow:
    facts = [facts_of(part, lines[part.id]) for part in parts]
    all_lines = [line for part in parts for line in lines[part.id]]
    return OrderRow(
        id=order.id,
        code=order.code,
        placed_at=order.placed_at,
        state=order_state(
            confirmed_at=order.confirmed_at,
            cancelled_at=order.cancelled_at,
            expired_at=order.expired_at,
            parts=facts,
        ),
        total_fen=order.total_fen,
        refunded_fen=order.refunded_fen + order.reduced_fen,
        sellers=tuple(part.seller_name for part in parts),
        first_product=all_lines[0].product_name,
        first_product_en=all_lines[0].product_name_en,
        kind_code=all_lines[0].kind_code,
        lines=len(all_lines),
        shipped=sum(fact.shipped for fact in facts),
        wanted=sum(fact.quantity - fact.cancelled for fact in facts),
        recipient=order.recipient,
        region_label=order.region_label,
        held_until=order.held_until,
        payment_method=order.payment_method,
    )


def _seller_row(part: m.SellerOrder, order: m.Order, lines: list[m.OrderLine]) -> SellerOrderRow:
    facts = facts_of(part, lines)
    state = order_state(
        confirmed_at=order.confirmed_at,
        cancelled_at=order.cancelled_at,
        expired_at=order.expired_at,
        parts=[facts],
    )
    promised: list[date] = [
        due_on(line)
        for line in lines
        if line.shipped + line.cancelled < line.quantity and not line.held_back
    ]
    return SellerOrderRow(
        id=part.id,
        order_id=order.id,
        code=order.code,
        number=part.number,
        seller_id=part.seller_id,
        seller_name=part.seller_name,
        state=seller_order_state(state, facts),
        placed_at=order.placed_at,
        confirmed_at=order.confirmed_at,
        recipient=order.recipient,
        region_label=order.region_label,
        packs=facts.quantity,
        shipped=facts.shipped,
        wanted=facts.quantity - facts.cancelled,
        total_fen=part.total_fen,
        promised_on=min(promised, default=None),
        held_back=any(
            line.held_back and line.quantity > line.shipped + line.cancelled for line in lines
        ),
    )


def _lines_by_part(session: Session, part_ids: Sequence[str]) -> dict[str, list[m.OrderLine]]:
    return grouped(
        session.scalars(
            select(m.OrderLine)
            .where(m.OrderLine.seller_order_id.in_(part_ids))
            .order_by(m.OrderLine.position)
        ),
        "seller_order_id",
    )
