"""What was sold lately: what was paid for and not given back, by listing and by county."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, distinct, func, select
from sqlalchemy.orm import Session

from market.catalogue import service as catalogue
from market.orders import models as m

SALES_DAYS = 90
_COUNTY = 6  # digits
_BUYER = m.Order.account_id
_Rows = Select[*tuple[Any, ...]]


def packs_paid(session: Session, now: datetime) -> dict[str, int]:
    """Packs by listing in orders paid in the last 90 days. Packs given up and whole parts that
    were refunded do not count, nor do gifts."""
    kept = m.OrderLine.quantity - m.OrderLine.cancelled
    rows = session.execute(
        _paid(select(m.OrderLine.listing_id, func.sum(kept)), now - timedelta(days=SALES_DAYS), now)
        .group_by(m.OrderLine.listing_id)
    )  # fmt: skip
    return {row[0]: int(row[1]) for row in rows if row[1] > 0}


def households_by_county(
    session: Session, since: datetime, now: datetime, least: int
) -> dict[tuple[str, str], int]:
    """How many households of a county (six digits) bought a product, by both; only where `least`
    of them did. The same sales count as above, and a household once however often it buys."""
    county, households = func.substr(m.Order.region_code, 1, 6), func.count(distinct(_BUYER))
    rows = session.execute(
        _paid(select(county, m.OrderLine.product_id, households), since, now)
        .where(m.OrderLine.cancelled < m.OrderLine.quantity)
        .group_by(county, m.OrderLine.product_id)
        .having(households >= least)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows if len(row[0]) == _COUNTY}


def _paid(statement: _Rows, since: datetime, now: datetime) -> _Rows:
    """Lines of orders paid in a time; not gifts, nor whole parts that were refunded."""
    given_back = and_(
        m.SellerOrder.refunded_fen > 0, m.SellerOrder.refunded_fen == m.SellerOrder.total_fen
    )
    return (
        statement.select_from(m.OrderLine)
        .join(m.SellerOrder, m.SellerOrder.id == m.OrderLine.seller_order_id)
        .join(m.Order, m.Order.id == m.SellerOrder.order_id)
        .where(
            m.Order.paid_at > since, m.Order.paid_at <= now, m.OrderLine.gift_of.is_(None),
            ~given_back,
        )
    )  # fmt: skip


def count_sales(session: Session, now: datetime) -> int:
    """Carry what was sold lately to the listings; returns how many changed."""
    return catalogue.set_sales(session, packs_paid(session, now))
