"""One order with everything on it, read for its pages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from market.catalogue.types import label_of
from market.kernel.region_code import RegionCode
from market.orders import models as m
from market.orders.bearer_names import bearer_names
from market.orders.discount_types import Borne, borne, given_by
from market.orders.frozen import adjustment_views, certificate_then, commission_then
from market.orders.loading import content, facts_of
from market.orders.pickup_types import pickup_then
from market.orders.states import order_state, seller_order_state
from market.orders.types import (
    EventView,
    LineView,
    Named,
    OrderView,
    ParcelView,
    PayMethod,
    RefundView,
    SellerOrderView,
    State,
)


def grouped(rows: Iterable[Any], column: str) -> dict[str, list[Any]]:
    """The rows by the value of a column."""
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


def due_on(row: m.OrderLine) -> date:
    """When the goods should be there: by the job's plan, else as was promised at the sale."""
    return row.deliver_until or row.promised_on


class Reader:
    """Reads one order with all its parts: nine statements, seven before anything is sent."""

    def __init__(self, session: Session, order: m.Order) -> None:
        self.order = order
        self.parts, self.lines = content(session, order.id)
        self.names = {line.id: line for group in self.lines.values() for line in group}
        part_ids = [part.id for part in self.parts]
        self.adjustments = grouped(
            session.scalars(_ADJUSTMENTS, {"ids": list(self.names)}), "order_line_id"
        )
        self.freight_adjustments = grouped(
            session.scalars(_FREIGHT_ADJUSTMENTS, {"ids": part_ids}), "seller_order_id"
        )
        self.parcels = grouped(session.scalars(_PARCELS, {"ids": part_ids}), "seller_order_id")
        self.contents = grouped(self._contents(session), "parcel_id")
        self.refunds = session.scalars(
            _REFUNDS, {"id": order.id}, execution_options={"populate_existing": True}
        ).all()
        self.refund_lines = grouped(self._refund_lines(session), "refund_id")
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
            promised_on=due_on(row),
            first_promised_on=row.promised_on,
            deliver_from=row.deliver_from,
            held_back=row.held_back,
            contract_id=row.contract_id,
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
                self._named(line.order_line_id, line.quantity, line.what, line.amount_fen)
                for line in sorted(self.refund_lines[row.id], key=lambda line: line.what != "goods")
            ),
        )

    def _named(
        self, line_id: str | None, packs: int, what: str = "goods", amount_fen: int = 0
    ) -> Named:
        line = self.names.get(line_id or "")
        if line is None:
            return Named("", "", packs, what, amount_fen)
        return Named(line.product_name, line.product_name_en, packs, what, amount_fen)
