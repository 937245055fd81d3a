"""The rows of one order, locked for a change. Used by the verbs of this package only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from market.kernel.actor import SYSTEM, Actor
from market.orders import models as m
from market.orders.errors import OrderNotFound
from market.orders.states import PartFacts, order_state, seller_order_state
from market.orders.types import SellerShare, State


@dataclass(frozen=True)
class Act:
    """Who does something, when, and why."""

    actor: Actor
    now: datetime
    reason: str = ""


@dataclass
class Loaded:
    """An order with its parts and lines; nobody else can change it meanwhile."""

    order: m.Order
    parts: list[m.SellerOrder]
    lines: dict[str, list[m.OrderLine]]

    @property
    def state(self) -> State:
        return order_state(
            confirmed_at=self.order.confirmed_at,
            cancelled_at=self.order.cancelled_at,
            expired_at=self.order.expired_at,
            parts=[self.facts(part) for part in self.parts],
        )

    @property
    def seller_ids(self) -> tuple[str, ...]:
        return tuple(part.seller_id for part in self.parts)

    def part(self, seller_order_id: str) -> m.SellerOrder:
        return next(part for part in self.parts if part.id == seller_order_id)

    def facts(self, part: m.SellerOrder) -> PartFacts:
        return facts_of(part, self.lines[part.id])

    def part_state(self, part: m.SellerOrder) -> State:
        return seller_order_state(self.state, self.facts(part))


_ORDER = (
    select(m.Order)
    .where(m.Order.id == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


_CONTENT = (
    select(m.SellerOrder, m.OrderLine)
    .join(m.OrderLine, m.OrderLine.seller_order_id == m.SellerOrder.id)
    .where(m.SellerOrder.order_id == bindparam("id"))
    .order_by(m.SellerOrder.number, m.OrderLine.position)
    .execution_options(populate_existing=True)
)


def facts_of(part: m.SellerOrder, lines: list[m.OrderLine]) -> PartFacts:
    """What the state of a part follows from."""
    return PartFacts(
        quantity=sum(line.quantity for line in lines),
        shipped=sum(line.shipped for line in lines),
        cancelled=sum(line.cancelled for line in lines),
        received_at=part.received_at,
    )


def lock_row(session: Session, order_id: str) -> m.Order:
    """The order alone, locked for a change. Raises OrderNotFound."""
    order = session.scalar(_ORDER, {"id": order_id})
    if order is None:
        raise OrderNotFound()
    return order


def lock_order(session: Session, order_id: str) -> Loaded:
    """The order and everything of it that can change. Raises OrderNotFound."""
    order = lock_row(session, order_id)
    return Loaded(order, *content(session, order_id))


def content(
    session: Session, order_id: str
) -> tuple[list[m.SellerOrder], dict[str, list[m.OrderLine]]]:
    """The parts of an order and the lines of each, as they are now. One statement."""
    parts: dict[str, m.SellerOrder] = {}
    lines: dict[str, list[m.OrderLine]] = {}
    for part, line in session.execute(_CONTENT, {"id": order_id}):
        parts[part.id] = part
        lines.setdefault(part.id, []).append(line)
    return list(parts.values()), lines


def lock_part(session: Session, seller_order_id: str, actor: Actor) -> tuple[Loaded, m.SellerOrder]:
    """A part that `actor` sells, locked. Raises OrderNotFound for anyone else's."""
    found = session.execute(
        select(m.SellerOrder.order_id, m.SellerOrder.seller_id).where(
            m.SellerOrder.id == seller_order_id
        )
    ).first()
    if found is None or not (actor is SYSTEM or actor.is_member_of_seller(found.seller_id)):
        raise OrderNotFound()
    loaded = lock_order(session, found.order_id)
    return loaded, loaded.part(seller_order_id)


def note_event(
    session: Session,
    order_id: str,
    kind: str,
    at: datetime,
    *,
    actor: Actor = SYSTEM,
    seller_order_id: str | None = None,
    params: Mapping[str, Any] | None = None,
) -> None:
    """Write an entry of the timeline."""
    by_person = actor is not SYSTEM
    session.execute(
        insert(m.OrderEvent),
        [
            {
                "order_id": order_id,
                "seller_order_id": seller_order_id,
                "kind": kind,
                "at": at,
                "actor_id": actor.account_id if by_person else None,
                "actor_name": actor.display_name if by_person else "",
                "params": dict(params or {}),
            }
        ],
    )


def share_of_part(
    part: m.SellerOrder, commission_fen: int, borne: Mapping[str, int] | None = None
) -> SellerShare:
    """How a seller's part of the price is made up; `borne` by whom the platform's part is."""
    return SellerShare(
        seller_id=part.seller_id,
        seller_order_id=part.id,
        goods_fen=part.goods_fen,
        freight_fen=part.freight_fen,
        seller_discount_fen=part.seller_discount_fen,
        platform_discount_fen=part.platform_discount_fen,
        borne=dict(borne or {}),
        commission_fen=commission_fen,
    )
