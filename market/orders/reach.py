"""How far products and households went: packs sold, who bought, who has ordered before."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.orders import models as m


def packs_sold(session: Session, product_ids: Collection[str], since: datetime) -> dict[str, int]:
    """Packs of each product in orders placed since an instant and confirmed; not what was
    cancelled. Products without a sale are left out."""
    if not product_ids:
        return {}
    rows = session.execute(
        select(m.OrderLine.product_id, func.sum(m.OrderLine.quantity - m.OrderLine.cancelled))
        .join(m.SellerOrder, m.SellerOrder.id == m.OrderLine.seller_order_id)
        .join(m.Order, m.Order.id == m.SellerOrder.order_id)
        .where(
            m.OrderLine.product_id.in_(set(product_ids)),
            m.Order.confirmed_at.is_not(None),
            m.Order.placed_at >= since,
        )
        .group_by(m.OrderLine.product_id)
    )
    return {row[0]: int(row[1]) for row in rows if row[1]}


def buyers_of(session: Session, product_id: str) -> list[str]:
    """Accounts with a standing order of the product, paid or not, in the order of their ids."""
    statement = (
        select(m.Order.account_id)
        .join(m.SellerOrder, m.SellerOrder.order_id == m.Order.id)
        .join(m.OrderLine, m.OrderLine.seller_order_id == m.SellerOrder.id)
        .where(
            m.OrderLine.product_id == product_id,
            m.OrderLine.quantity > m.OrderLine.cancelled,
            m.Order.cancelled_at.is_(None),
            m.Order.expired_at.is_(None),
        )
        .distinct()
        .order_by(m.Order.account_id)
    )
    return list(session.scalars(statement))


def has_ordered(session: Session, account_id: str) -> bool:
    """Whether the household has an order that stands: confirmed, or waiting to be paid."""
    query = select(m.Order.id).where(
        m.Order.account_id == account_id,
        m.Order.cancelled_at.is_(None),
        m.Order.expired_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None
