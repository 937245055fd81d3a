"""Goods of an order that its household has: what others may show, without who bought it."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.kernel.region_code import RegionCode
from market.orders import models as m
from market.orders.delivered_types import DeliveredGoods, DeliveredLine, PacksOf

_AT_ONCE = 500  # orders in one statement


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


def delivered_packs(
    session: Session, order_ids: Collection[str]
) -> dict[str, tuple[RegionCode, dict[PacksOf, int]]]:
    """Where each of these orders went and how many packs of what its household has of it."""
    ids = sorted(order_ids)
    found: dict[str, tuple[RegionCode, dict[PacksOf, int]]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        rows = session.execute(
            select(
                m.Order.id, m.Order.region_code, m.OrderLine.product_id,
                m.OrderLine.variant_label, m.OrderLine.pack_size, m.OrderLine.unit_price_fen,
                func.sum(m.OrderLine.shipped),
            )
            .join(m.SellerOrder, m.SellerOrder.order_id == m.Order.id)
            .join(m.OrderLine, m.OrderLine.seller_order_id == m.SellerOrder.id)
            .where(
                m.Order.id.in_(ids[start : start + _AT_ONCE]),
                m.SellerOrder.received_at.is_not(None),
            )
            .group_by(
                m.Order.id, m.Order.region_code, m.OrderLine.product_id,
                m.OrderLine.variant_label, m.OrderLine.pack_size, m.OrderLine.unit_price_fen,
            )
        )  # fmt: skip
        for key, region, product, label, size, price, packs in rows:
            goods = PacksOf(product, label, size, price)
            found.setdefault(key, (RegionCode(region), {}))[1][goods] = int(packs)
    return found


def _line(row: m.OrderLine) -> DeliveredLine:
    return DeliveredLine(
        row.kind_code, row.kind_name, row.product_id, row.product_name, row.product_name_en,
        row.variant_label, row.unit, row.pack_size, row.shipped, row.unit_price_fen,
    )  # fmt: skip
