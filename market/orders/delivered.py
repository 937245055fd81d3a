"""Goods of an order that its household has: what others may show, without who bought it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.kernel.region_code import RegionCode
from market.orders import models as m
from market.orders.delivered_types import DeliveredGoods, DeliveredLine


def delivered_goods(session: Session, code: str) -> DeliveredGoods | None:
    """What of an order its household confirmed to have; None for a number nobody has."""
    order = session.execute(
        select(m.Order.id, m.Order.code, m.Order.account_id, m.Order.region_code).where(
            m.Order.code == code
        )
    ).first()
    if order is None:
        return None
    rows = session.scalars(
        select(m.OrderLine)
        .join(m.SellerOrder, m.SellerOrder.id == m.OrderLine.seller_order_id)
        .where(
            m.SellerOrder.order_id == order.id,
            m.SellerOrder.received_at.is_not(None),
            m.OrderLine.shipped > 0,
        )
        .order_by(m.SellerOrder.number, m.OrderLine.position)
    )
    lines = tuple(_line(row) for row in rows)
    return DeliveredGoods(
        order.id, order.code, order.account_id, RegionCode(order.region_code), lines
    )


def _line(row: m.OrderLine) -> DeliveredLine:
    return DeliveredLine(
        row.kind_code, row.kind_name, row.product_id, row.product_name, row.product_name_en,
        row.variant_label, row.unit, row.pack_size, row.shipped, row.unit_price_fen,
    )  # fmt: skip
