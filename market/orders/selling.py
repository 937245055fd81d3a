"""What was sold lately: packs of each listing that were paid for and not given back."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from market.catalogue import service as catalogue
from market.orders import models as m

SALES_DAYS = 90


def packs_paid(session: Session, now: datetime) -> dict[str, int]:
    """Packs by listing in orders paid in the last 90 days. Packs given up and whole parts that
    were refunded do not count, nor do gifts."""
    given_back = and_(
        m.SellerOrder.refunded_fen > 0, m.SellerOrder.refunded_fen == m.SellerOrder.total_fen
    )
    rows = session.execute(
        select(m.OrderLine.listing_id, func.sum(m.OrderLine.quantity - m.OrderLine.cancelled))
        .join(m.SellerOrder, m.SellerOrder.id == m.OrderLine.seller_order_id)
        .join(m.Order, m.Order.id == m.SellerOrder.order_id)
        .where(
            m.Order.paid_at > now - timedelta(days=SALES_DAYS),
            m.Order.paid_at <= now,
            m.OrderLine.gift_of.is_(None),
            ~given_back,
        )
        .group_by(m.OrderLine.listing_id)
    )
    return {row[0]: int(row[1]) for row in rows if row[1] > 0}


def count_sales(session: Session, now: datetime) -> int:
    """Carry what was sold lately to the listings; returns how many changed."""
    return catalogue.set_sales(session, packs_paid(session, now))
