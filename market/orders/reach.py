"""How far goods and households went: packs sold, who bought, who has ordered before."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select
from sqlalchemy.orm import Session

from market.db.region_filter import within
from market.kernel.region_code import RegionCode
from market.orders import models as m
from market.orders.types import BatchReach, CountyReach


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
    return list(session.scalars(_buyers(product_id)))


def buyers_at_risk(session: Session, product_id: str, batch_id: str | None) -> list[str]:
    """Those of `buyers_of` who have, may have or may still get packs of the batch.

    Left out is only who got every pack from other batches: what went out without a batch, or
    has not gone out yet, may be of this one. None is a batch nobody knows: all of them.
    """
    if batch_id is None:
        return buyers_of(session, product_id)
    line, parcel = m.OrderLine, m.ParcelLine
    of_it = exists().where(
        parcel.order_line_id == line.id, or_(parcel.batch_id == batch_id, parcel.batch_id.is_(None))
    )
    some = or_(line.shipped < line.quantity - line.cancelled, of_it)
    return list(session.scalars(_buyers(product_id).where(some)))


def buyers_of_batch(
    session: Session, batch_id: str, regions: Sequence[RegionCode] | None = None
) -> list[str]:
    """Accounts that packs of a batch were sent to; only in some regions when they are given."""
    statement = _sent(batch_id, regions, m.Order.account_id).distinct().order_by(m.Order.account_id)
    return list(session.scalars(statement))


def reach_of_batch(
    session: Session, batch_id: str, regions: Sequence[RegionCode] | None = None
) -> BatchReach:
    """How many people in which counties got how many packs of a batch."""
    county = func.substr(m.Order.region_code, 1, 6)
    buyers, packs = func.count(m.Order.account_id.distinct()), func.sum(m.ParcelLine.quantity)
    rows = session.execute(
        _sent(batch_id, regions, county, buyers, packs).group_by(county).order_by(county)
    )
    counties = tuple(CountyReach(row[0], int(row[1]), int(row[2])) for row in rows)
    everyone = session.scalar(_sent(batch_id, regions, buyers)) or 0
    return BatchReach(int(everyone), sum(one.packs for one in counties), counties)


def _buyers(product_id: str) -> Select[str]:
    return (
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


def has_ordered(session: Session, account_id: str) -> bool:
    """Whether the household has an order that stands: confirmed, or waiting to be paid."""
    query = select(m.Order.id).where(
        m.Order.account_id == account_id,
        m.Order.cancelled_at.is_(None),
        m.Order.expired_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def _sent(
    batch_id: str, regions: Sequence[RegionCode] | None, *columns: ColumnElement[Any] | Any
) -> Select[Any]:
    statement = (
        select(*columns)
        .select_from(m.Order)
        .join(m.SellerOrder, m.SellerOrder.order_id == m.Order.id)
        .join(m.OrderLine, m.OrderLine.seller_order_id == m.SellerOrder.id)
        .join(m.ParcelLine, m.ParcelLine.order_line_id == m.OrderLine.id)
        .where(m.ParcelLine.batch_id == batch_id)
    )
    return statement if regions is None else statement.where(_inside(regions))


def _inside(regions: Sequence[RegionCode]) -> ColumnElement[bool]:
    return within(m.Order.region_code, *regions) if regions else false()
