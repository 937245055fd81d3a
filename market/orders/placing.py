"""Placing an order: everything that must never change afterwards is written down."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.kernel.ids import new_code, new_id
from market.orders import models as m
from market.orders.errors import SubmittedTwice
from market.orders.events import OrderPlaced
from market.orders.loading import note_event
from market.orders.types import (
    AdjustmentToCopy,
    AllocatedStock,
    LineToPlace,
    OrderToPlace,
    PlacedOrder,
    SellerPart,
)


def find_by_key(session: Session, account_id: str, key: str) -> PlacedOrder | None:
    """The order that this submission already made, if it did."""
    order = session.scalar(
        select(m.Order).where(m.Order.account_id == account_id, m.Order.idempotency_key == key)
    )
    if order is None:
        return None
    return PlacedOrder(order.id, order.code, order.total_fen, order.held_until)


def place(session: Session, wanted: OrderToPlace, now: datetime) -> PlacedOrder:
    """Write the order with its parts, lines and discounts; publish OrderPlaced.

    The same idempotency key gives the same order. Raises SubmittedTwice when it is being
    placed at this very moment by another transaction.
    """
    done = find_by_key(session, wanted.account_id, wanted.idempotency_key)
    if done is not None:
        return done
    order = _order(wanted, now)
    try:
        with session.begin_nested():
            session.add(order)
            session.flush()
    except IntegrityError as twice:
        raise SubmittedTwice() from twice
    for number, part in enumerate(wanted.parts, start=1):
        _add_part(session, order, part, number, now)
    note_event(session, order.id, "placed", now, params={"total_fen": order.total_fen})
    session.flush()
    publish(
        session,
        OrderPlaced(
            order_id=order.id,
            code=order.code,
            account_id=order.account_id,
            seller_ids=tuple(part.seller_id for part in wanted.parts),
            total_fen=order.total_fen,
            payment_method=wanted.payment_method.value,
            held_until=order.held_until,
            at=now,
        ),
    )
    return PlacedOrder(order.id, order.code, order.total_fen, order.held_until)


def _order(wanted: OrderToPlace, now: datetime) -> m.Order:
    lines = [line for part in wanted.parts for line in part.lines]
    goods = sum(line.amount_fen for line in lines)
    freight = sum(part.freight_fen for part in wanted.parts)
    by_seller = sum(_off_by_seller(part) for part in wanted.parts)
    by_platform = sum(_off(part) for part in wanted.parts) - by_seller
    return m.Order(
        id=wanted.id,
        code=f"{shanghai_date(now):%y%m%d}-{new_code(6)}",
        account_id=wanted.account_id,
        idempotency_key=wanted.idempotency_key,
        placed_at=now,
        held_until=wanted.held_until,
        payment_method=wanted.payment_method.value,
        recipient=wanted.recipient,
        phone=wanted.phone,
        region_code=wanted.region.digits,
        region_label=wanted.region_label,
        detail=wanted.detail,
        note=wanted.note,
        goods_fen=goods,
        freight_fen=freight,
        seller_discount_fen=by_seller,
        platform_discount_fen=by_platform,
        total_fen=goods + freight - by_seller - by_platform,
        certified_share_bp=wanted.certified_share_bp,
        made_to_order_agreed_at=wanted.made_to_order_agreed_at,
        policies=dict(wanted.policies),
    )


def _add_part(
    session: Session, order: m.Order, part: SellerPart, number: int, now: datetime
) -> None:
    goods = sum(line.amount_fen for line in part.lines)
    by_seller = _off_by_seller(part)
    by_platform = _off(part) - by_seller
    row = m.SellerOrder(
        id=new_id(),
        order_id=order.id,
        number=number,
        seller_id=part.seller_id,
        seller_name=part.seller_name,
        goods_fen=goods,
        freight_fen=part.freight_fen,
        freight_parts=dict(part.freight_parts),
        seller_discount_fen=by_seller,
        platform_discount_fen=by_platform,
        total_fen=goods + part.freight_fen - by_seller - by_platform,
    )
    session.add(row)
    session.flush()
    for position, line in enumerate(part.lines):
        _add_line(session, row.id, line, position, now)
    session.add_all(
        m.FreightAdjustment(seller_order_id=row.id, **_copied(adjustment))
        for adjustment in part.freight_adjustments
        if adjustment.amount_fen
    )
    add_allocations(session, row.id, part.allocations)


def add_allocations(
    session: Session, seller_order_id: str, allocations: tuple[AllocatedStock, ...]
) -> None:
    """Remember where the packs come from."""
    session.add_all(
        m.OrderAllocation(
            seller_order_id=seller_order_id,
            listing_id=allocation.listing_id,
            warehouse_id=allocation.warehouse_id,
            quantity=allocation.quantity,
        )
        for allocation in allocations
    )


def _add_line(
    session: Session, seller_order_id: str, line: LineToPlace, position: int, now: datetime
) -> None:
    by_seller = _discount(line, "seller")
    row = m.OrderLine(
        id=new_id(),
        seller_order_id=seller_order_id,
        position=position,
        listing_id=line.listing_id,
        variant_id=line.variant_id,
        product_id=line.product_id,
        product_name=line.product_name,
        product_name_en=line.product_name_en,
        variant_label=line.variant_label,
        kind_code=line.kind_code,
        kind_name=line.kind_name,
        unit=line.unit,
        pack_size=line.pack_size,
        weight_g=line.weight_g,
        quantity=line.quantity,
        unit_price_fen=line.unit_price_fen,
        amount_fen=line.amount_fen,
        seller_discount_fen=by_seller,
        platform_discount_fen=line.discount_fen - by_seller,
        paid_fen=line.amount_fen - line.discount_fen,
        certificate=_certificate(line),
        made_to_order=line.made_to_order,
        promised_on=shanghai_date(now) + timedelta(days=line.lead_days),
        group_label=line.group_label,
        gift_of=line.gift_of,
    )
    session.add(row)
    session.flush()
    session.add_all(
        m.LineAdjustment(order_line_id=row.id, **_copied(adjustment))
        for adjustment in line.adjustments
        if adjustment.amount_fen
    )


def _certificate(line: LineToPlace) -> dict[str, object] | None:
    seen = line.certificate
    if seen is None:
        return None
    return {
        "id": seen.id,
        "number": seen.number,
        "scheme": seen.scheme,
        "star": seen.star,
        "issuer": seen.issuer,
        "state": seen.state,
        "valid_to": seen.valid_to.isoformat() if seen.valid_to else None,
    }


def _copied(adjustment: AdjustmentToCopy) -> dict[str, Any]:
    return {
        "promotion_id": adjustment.promotion_id,
        "label": adjustment.label,
        "label_en": adjustment.label_en,
        "bearer": adjustment.bearer,
        "amount_fen": adjustment.amount_fen,
    }


def _discount(line: LineToPlace, bearer: str) -> int:
    return -sum(a.amount_fen for a in line.adjustments if a.bearer == bearer)


def _off(part: SellerPart) -> int:
    """All discounts of a part: on its lines and on its freight."""
    on_freight = -sum(a.amount_fen for a in part.freight_adjustments)
    return sum(line.discount_fen for line in part.lines) + on_freight


def _off_by_seller(part: SellerPart) -> int:
    on_freight = -sum(a.amount_fen for a in part.freight_adjustments if a.bearer == "seller")
    return sum(_discount(line, "seller") for line in part.lines) + on_freight
