"""Placing an order: everything that must never change afterwards is written down."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from market.catalogue.types import label_json
from market.db.inserting import insert_new
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
    CommissionToCopy,
    LineToPlace,
    OrderToPlace,
    PlacedOrder,
    SellerPart,
)

_BY_KEY = select(m.Order.id, m.Order.code, m.Order.total_fen, m.Order.held_until).where(
    m.Order.account_id == bindparam("account_id"), m.Order.idempotency_key == bindparam("key")
)


def find_by_key(session: Session, account_id: str, key: str) -> PlacedOrder | None:
    """The order that this submission already made, if it did."""
    row = session.execute(_BY_KEY, {"account_id": account_id, "key": key}).first()
    return PlacedOrder(*row, is_new=False) if row else None


def place(session: Session, wanted: OrderToPlace, now: datetime) -> PlacedOrder:
    """Write the order with its parts, lines and discounts; publish OrderPlaced.

    Raises SubmittedTwice when there is an order of the same idempotency key: the caller looks
    with `find_by_key` before it takes anything, so another transaction placed it meanwhile.
    """
    order = _order(wanted, now)
    if not insert_new(session, m.Order, [order]):
        raise SubmittedTwice()
    _add_parts(session, wanted, now)
    note_event(session, wanted.id, "placed", now, params={"total_fen": order["total_fen"]})
    session.flush()
    publish(
        session,
        OrderPlaced(
            order_id=wanted.id,
            code=order["code"],
            account_id=wanted.account_id,
            seller_ids=tuple(part.seller_id for part in wanted.parts),
            total_fen=order["total_fen"],
            payment_method=wanted.payment_method.value,
            held_until=wanted.held_until,
            at=now,
            contract_ids=_contracts(wanted),
        ),
    )
    return PlacedOrder(wanted.id, order["code"], order["total_fen"], wanted.held_until)


def _contracts(wanted: OrderToPlace) -> tuple[str, ...]:
    named = {line.contract_id for part in wanted.parts for line in part.lines}
    return tuple(sorted(named - {""}))


def _order(wanted: OrderToPlace, now: datetime) -> dict[str, Any]:
    lines = [line for part in wanted.parts for line in part.lines]
    goods = sum(line.amount_fen for line in lines)
    freight = sum(part.freight_fen for part in wanted.parts)
    by_seller = sum(_off_by_seller(part) for part in wanted.parts)
    by_platform = sum(_off(part) for part in wanted.parts) - by_seller
    return {
        "id": wanted.id,
        "code": f"{shanghai_date(now):%y%m%d}-{new_code(6)}",
        "account_id": wanted.account_id,
        "idempotency_key": wanted.idempotency_key,
        "placed_at": now,
        "held_until": wanted.held_until,
        "payment_method": wanted.payment_method.value,
        "recipient": wanted.recipient,
        "phone": wanted.phone,
        "region_code": wanted.region.digits,
        "region_label": wanted.region_label,
        "detail": wanted.detail,
        "note": wanted.note,
        "goods_fen": goods,
        "freight_fen": freight,
        "seller_discount_fen": by_seller,
        "platform_discount_fen": by_platform,
        "subsidy_fen": sum(_by_schemes(part) for part in wanted.parts),
        "total_fen": goods + freight - by_seller - by_platform,
        "certified_share_bp": wanted.certified_share_bp,
        "made_to_order_agreed_at": wanted.made_to_order_agreed_at,
        "policies": dict(wanted.policies),
        "discounts": wanted.discounts,
        "pickup": wanted.pickup.as_json() if wanted.pickup else None,
    }


def _add_parts(session: Session, wanted: OrderToPlace, now: datetime) -> None:
    """The parts with their lines and discounts: one statement for each table."""
    parts, lines, adjustments = [], [], []
    allocations: list[dict[str, Any]] = []
    off_freight: list[dict[str, Any]] = []
    for number, part in enumerate(wanted.parts, start=1):
        row = _part(wanted.id, part, number)
        parts.append(row)
        allocations += _allocations(row["id"], part.allocations)
        off_freight += _frozen("seller_order_id", row["id"], part.freight_adjustments)
        for position, line in enumerate(part.lines):
            written = _line(row["id"], line, position, now)
            lines.append(written)
            adjustments += _frozen("order_line_id", written["id"], line.adjustments)
    session.execute(insert(m.SellerOrder), parts)
    session.execute(insert(m.OrderLine), lines)
    if adjustments:
        session.execute(insert(m.LineAdjustment), adjustments)
    if off_freight:
        session.execute(insert(m.FreightAdjustment), off_freight)
    if allocations:
        session.execute(insert(m.OrderAllocation), allocations)


def _part(order_id: str, part: SellerPart, number: int) -> dict[str, Any]:
    goods = sum(line.amount_fen for line in part.lines)
    by_seller = _off_by_seller(part)
    by_platform = _off(part) - by_seller
    return {
        "id": new_id(),
        "order_id": order_id,
        "number": number,
        "seller_id": part.seller_id,
        "seller_name": part.seller_name,
        "goods_fen": goods,
        "freight_fen": part.freight_fen,
        "freight_parts": dict(part.freight_parts),
        "seller_discount_fen": by_seller,
        "platform_discount_fen": by_platform,
        "subsidy_fen": _by_schemes(part),
        "total_fen": goods + part.freight_fen - by_seller - by_platform,
        "drop_point": part.drop_point,
    }


def add_allocations(
    session: Session, seller_order_id: str, allocations: tuple[AllocatedStock, ...]
) -> None:
    """Remember where the packs come from."""
    if allocations:
        session.execute(insert(m.OrderAllocation), _allocations(seller_order_id, allocations))


def _allocations(
    seller_order_id: str, allocations: tuple[AllocatedStock, ...]
) -> list[dict[str, Any]]:
    return [
        {
            "seller_order_id": seller_order_id,
            "listing_id": allocation.listing_id,
            "warehouse_id": allocation.warehouse_id,
            "quantity": allocation.quantity,
        }
        for allocation in allocations
    ]


def _line(seller_order_id: str, line: LineToPlace, position: int, now: datetime) -> dict[str, Any]:
    by_seller = _discount(line, "seller")
    return {
        "id": new_id(),
        "seller_order_id": seller_order_id,
        "position": position,
        "listing_id": line.listing_id,
        "variant_id": line.variant_id,
        "product_id": line.product_id,
        "product_name": line.product_name,
        "product_name_en": line.product_name_en,
        "variant_label": line.variant_label,
        "kind_code": line.kind_code,
        "kind_name": line.kind_name,
        "unit": line.unit,
        "pack_size": line.pack_size,
        "weight_g": line.weight_g,
        "quantity": line.quantity,
        "unit_price_fen": line.unit_price_fen,
        "amount_fen": line.amount_fen,
        "seller_discount_fen": by_seller,
        "platform_discount_fen": line.discount_fen - by_seller,
        "paid_fen": line.amount_fen - line.discount_fen,
        "certificate": _certificate(line),
        "carbon_label": label_json(line.carbon_label),
        "made_to_order": line.made_to_order,
        "promised_on": shanghai_date(now) + timedelta(days=line.lead_days),
        "group_label": line.group_label,
        "group_label_en": line.group_label_en,
        "group_origin": line.group_origin,
        "gift_of": line.gift_of,
        "contract_id": line.contract_id,
        **_commission(line.commission),
    }


def _commission(taken: CommissionToCopy | None) -> dict[str, Any]:
    if taken is None:
        return {"commission_fen": 0, "usual_commission_fen": 0, "commission": None}
    rule = {"id": taken.rule_id, "name": taken.rule_name, "name_en": taken.rule_name_en,
            "rate_bp": taken.rate_bp}  # fmt: skip
    return {
        "commission_fen": taken.fen, "usual_commission_fen": taken.usual_fen, "commission": rule
    }  # fmt: skip


def _frozen(
    column: str, row_id: str, adjustments: Sequence[AdjustmentToCopy]
) -> list[dict[str, Any]]:
    """The discounts of a line, or of a part's freight, as they stay."""
    return [{column: row_id, **_copied(one)} for one in adjustments if one.amount_fen]


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


def _by_schemes(part: SellerPart) -> int:
    """What subsidy schemes bear of a part; they give for goods only."""
    return -sum(a.amount_fen for line in part.lines for a in line.adjustments if a.is_subsidy)
