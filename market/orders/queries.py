"""Reads of orders for pages and other packages; a fixed number of statements each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from market.catalogue.types import label_of
from market.kernel.actor import Actor
from market.kernel.paging import Page, offset
from market.kernel.region_code import RegionCode
from market.orders import models as m
from market.orders.bearer_names import bearer_names
from market.orders.commissioned import commissions_by_month
from market.orders.comparing import count_with_and_without
from market.orders.delivered import delivered_goods, delivered_packs
from market.orders.delivered_types import DeliveredGoods, PacksOf
from market.orders.discount_types import Borne, borne, given_by
from market.orders.errors import OrderNotFound
from market.orders.frozen import adjustment_views, certificate_then, commission_then
from market.orders.invariants import breaches
from market.orders.loading import content, facts_of
from market.orders.pickup_types import pickup_then
from market.orders.reach import (
    buyers_at_risk,
    buyers_of,
    buyers_of_batch,
    has_ordered,
    packs_sold,
    reach_of_batch,
)
from market.orders.states import order_state, seller_order_state
from market.orders.types import (
    EventView,
    LineView,
    Named,
    OrderRow,
    OrderView,
    ParcelView,
    PayMethod,
    RefundView,
    SellerOrderRow,
    SellerOrderView,
    State,
)

LIST_SIZE = 20
__all__ = [
    "LIST_SIZE",
    "DeliveredGoods",
    "PacksOf",
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
    return None if row is None else _Reader(session, row).view()


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
                m.SellerOrder.id.in_(_open_parts()),
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
    parts = _grouped(
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
        line.promised_on for line in lines if line.shipped + line.cancelled < line.quantity
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
    )


def _lines_by_part(session: Session, part_ids: Sequence[str]) -> dict[str, list[m.OrderLine]]:
    return _grouped(
        session.scalars(
            select(m.OrderLine)
            .where(m.OrderLine.seller_order_id.in_(part_ids))
            .order_by(m.OrderLine.position)
        ),
        "seller_order_id",
    )


def _grouped(rows: Iterable[Any], column: str) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, column)].append(row)
    return groups


# Composed once: every page about an order asks them.
_ADJUSTMENTS = (
    select(m.LineAdjustment)
    .where(m.LineAdjustment.order_line_id.in_(bindparam("ids", expanding=True)))
    .order_by(m.LineAdjustment.id)
)
_FREIGHT_ADJUSTMENTS = (
    select(m.FreightAdjustment)
    .where(m.FreightAdjustment.seller_order_id.in_(bindparam("ids", expanding=True)))
    .order_by(m.FreightAdjustment.id)
)
_PARCELS = (
    select(m.Parcel)
    .where(m.Parcel.seller_order_id.in_(bindparam("ids", expanding=True)))
    .order_by(m.Parcel.number)
)
_REFUNDS = (
    select(m.Refund)
    .where(m.Refund.order_id == bindparam("id"))
    .order_by(m.Refund.created_at, m.Refund.id)
)
_EVENTS = (
    select(m.OrderEvent)
    .where(m.OrderEvent.order_id == bindparam("id"))
    .order_by(m.OrderEvent.at, m.OrderEvent.id)
)


class _Reader:
    """Reads one order with all its parts: nine statements, seven before anything is sent."""

    def __init__(self, session: Session, order: m.Order) -> None:
        self.order = order
        self.parts, self.lines = content(session, order.id)
        self.names = {line.id: line for group in self.lines.values() for line in group}
        part_ids = [part.id for part in self.parts]
        self.adjustments = _grouped(
            session.scalars(_ADJUSTMENTS, {"ids": list(self.names)}), "order_line_id"
        )
        self.freight_adjustments = _grouped(
            session.scalars(_FREIGHT_ADJUSTMENTS, {"ids": part_ids}), "seller_order_id"
        )
        self.parcels = _grouped(session.scalars(_PARCELS, {"ids": part_ids}), "seller_order_id")
        self.contents = _grouped(self._contents(session), "parcel_id")
        self.refunds = session.scalars(
            _REFUNDS, {"id": order.id}, execution_options={"populate_existing": True}
        ).all()
        self.refund_lines = _grouped(self._refund_lines(session), "refund_id")
        self.events = session.scalars(_EVENTS, {"id": order.id}).all()
        adjusted = [*self.adjustments.values(), *self.freight_adjustments.values()]
        self.bearers = bearer_names(session, {one.bearer for rows in adjusted for one in rows})

    def _contents(self, session: Session) -> Iterable[m.ParcelLine]:
        ids = [parcel.id for group in self.parcels.values() for parcel in group]
        if not ids:
            return ()
        return session.scalars(select(m.ParcelLine).where(m.ParcelLine.parcel_id.in_(ids)))

    def _refund_lines(self, session: Session) -> Iterable[m.RefundLine]:
        ids = [refund.id for refund in self.refunds]
        if not ids:
            return ()
        return session.scalars(
            select(m.RefundLine).where(m.RefundLine.refund_id.in_(ids)).order_by(m.RefundLine.id)
        )

    def view(self) -> OrderView:
        row = self.order
        state = order_state(
            confirmed_at=row.confirmed_at,
            cancelled_at=row.cancelled_at,
            expired_at=row.expired_at,
            parts=[facts_of(part, self.lines[part.id]) for part in self.parts],
        )
        return OrderView(
            id=row.id,
            code=row.code,
            account_id=row.account_id,
            state=state,
            placed_at=row.placed_at,
            held_until=row.held_until,
            confirmed_at=row.confirmed_at,
            paid_at=row.paid_at,
            cancelled_at=row.cancelled_at,
            cancel_reason=row.cancel_reason,
            payment_method=PayMethod(row.payment_method),
            recipient=row.recipient,
            phone=row.phone,
            region=RegionCode(row.region_code),
            region_label=row.region_label,
            detail=row.detail,
            note=row.note,
            goods_fen=row.goods_fen,
            freight_fen=row.freight_fen,
            seller_discount_fen=row.seller_discount_fen,
            platform_discount_fen=row.platform_discount_fen - row.subsidy_fen,
            subsidy_fen=row.subsidy_fen,
            total_fen=row.total_fen,
            captured_fen=row.captured_fen,
            refunded_fen=row.refunded_fen,
            reduced_fen=row.reduced_fen,
            certified_share_bp=row.certified_share_bp,
            made_to_order_agreed_at=row.made_to_order_agreed_at,
            policies=row.policies,
            seller_orders=tuple(self._part(part, state) for part in self.parts),
            refunds=tuple(self._refund(refund) for refund in self.refunds),
            events=tuple(
                EventView(event.kind, event.at, event.actor_name, event.params)
                for event in self.events
            ),
            borne=self._borne(self.parts),
            discounts=row.discounts,
            pickup=pickup_then(row.pickup),
        )

    def _borne(self, parts: Iterable[m.SellerOrder]) -> tuple[Borne, ...]:
        rows = [one for part in parts for one in self.freight_adjustments[part.id]]
        for part in parts:
            rows += [one for line in self.lines[part.id] for one in self.adjustments[line.id]]
        return borne(given_by(adjustment_views(rows)), self.bearers)

    def _part(self, row: m.SellerOrder, state: State) -> SellerOrderView:
        lines = self.lines[row.id]
        return SellerOrderView(
            id=row.id,
            order_id=row.order_id,
            number=row.number,
            seller_id=row.seller_id,
            seller_name=row.seller_name,
            state=seller_order_state(state, facts_of(row, lines)),
            goods_fen=row.goods_fen,
            freight_fen=row.freight_fen,
            seller_discount_fen=row.seller_discount_fen,
            platform_discount_fen=row.platform_discount_fen - row.subsidy_fen,
            subsidy_fen=row.subsidy_fen,
            total_fen=row.total_fen,
            refunded_fen=row.refunded_fen,
            shipped_at=row.shipped_at,
            received_at=row.received_at,
            cancelled_at=row.cancelled_at,
            cancel_reason=row.cancel_reason,
            lines=tuple(self._line(line) for line in lines),
            parcels=tuple(self._parcel(parcel) for parcel in self.parcels[row.id]),
            freight_adjustments=adjustment_views(self.freight_adjustments[row.id]),
            drop_point=row.drop_point,
            borne=self._borne([row]),
        )

    def _line(self, row: m.OrderLine) -> LineView:
        return LineView(
            id=row.id,
            listing_id=row.listing_id,
            product_id=row.product_id,
            product_name=row.product_name,
            product_name_en=row.product_name_en,
            variant_label=row.variant_label,
            kind_code=row.kind_code,
            kind_name=row.kind_name,
            unit=row.unit,
            pack_size=row.pack_size,
            weight_g=row.weight_g,
            quantity=row.quantity,
            unit_price_fen=row.unit_price_fen,
            amount_fen=row.amount_fen,
            discount_fen=row.seller_discount_fen + row.platform_discount_fen,
            paid_fen=row.paid_fen,
            shipped=row.shipped,
            cancelled=row.cancelled,
            certificate=certificate_then(row.certificate),
            made_to_order=row.made_to_order,
            promised_on=row.promised_on,
            group_label=row.group_label,
            group_label_en=row.group_label_en,
            group_origin=row.group_origin,
            adjustments=adjustment_views(self.adjustments[row.id]),
            gift=row.gift_of is not None,
            commission=commission_then(row),
            carbon_label=label_of(row.carbon_label),
        )

    def _parcel(self, row: m.Parcel) -> ParcelView:
        return ParcelView(
            id=row.id,
            number=row.number,
            carrier=row.carrier,
            tracking=row.tracking,
            note=row.note,
            shipped_at=row.shipped_at,
            contents=tuple(
                replace(
                    self._named(content.order_line_id, content.quantity),
                    batch_id=content.batch_id,
                    batch_no=content.batch_no,
                )
                for content in self.contents[row.id]
            ),
        )

    def _refund(self, row: m.Refund) -> RefundView:
        seller = next(part for part in self.parts if part.id == row.seller_order_id)
        return RefundView(
            id=row.id,
            seller_order_id=row.seller_order_id,
            seller_name=seller.seller_name,
            kind=row.kind,
            reason=row.reason,
            amount_fen=row.amount_fen,
            created_at=row.created_at,
            settled_at=row.settled_at,
            lines=tuple(
                self._named(x.order_line_id, x.quantity, x.what, x.amount_fen)
                for x in sorted(self.refund_lines[row.id], key=lambda x: x.what != "goods")
            ),
        )

    def _named(
        self, line_id: str | None, packs: int, what: str = "goods", amount_fen: int = 0
    ) -> Named:
        line = self.names.get(line_id or "")
        if line is None:
            return Named("", "", packs, what, amount_fen)
        return Named(line.product_name, line.product_name_en, packs, what, amount_fen)
