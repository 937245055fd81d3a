"""Counting orders that have a promotion on them and those that have not."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from market.db.region_filter import within
from market.kernel.region_code import RegionCode
from market.orders import models as m


def count_with_and_without(
    session: Session,
    promotion_id: str,
    regions: Collection[str],
    seller_id: str | None,
    start: datetime,
    until: datetime,
) -> tuple[int, int, int, int]:
    """Confirmed orders placed in the period: with the promotion (count, goods), and without."""
    order, part, line = m.Order, m.SellerOrder, m.OrderLine
    on_line = (
        select(part.order_id)
        .join(line, line.seller_order_id == part.id)
        .join(m.LineAdjustment, m.LineAdjustment.order_line_id == line.id)
        .where(m.LineAdjustment.promotion_id == promotion_id)
    )
    on_freight = (
        select(part.order_id)
        .join(m.FreightAdjustment, m.FreightAdjustment.seller_order_id == part.id)
        .where(m.FreightAdjustment.promotion_id == promotion_id)
    )
    has = or_(order.id.in_(on_line), order.id.in_(on_freight))
    scope: list[ColumnElement[bool]] = [
        order.placed_at >= start, order.placed_at < until, order.confirmed_at.is_not(None)
    ]  # fmt: skip
    if regions:
        scope.append(within(order.region_code, *(RegionCode(one) for one in sorted(regions))))
    if seller_id is not None:
        sold = select(part.order_id).where(part.seller_id == seller_id)
        scope.append(order.id.in_(sold))
    row = session.execute(
        select(
            func.coalesce(func.sum(case((has, 1), else_=0)), 0),
            func.coalesce(func.sum(case((has, order.goods_fen), else_=0)), 0),
            func.coalesce(func.sum(case((has, 0), else_=1)), 0),
            func.coalesce(func.sum(case((has, 0), else_=order.goods_fen)), 0),
        ).where(*scope)
    ).one()
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])
