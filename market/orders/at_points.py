"""Parts of orders that are fetched at pick-up points, and what those who keep the points know."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.orders import models as m
from market.orders.loading import facts_of
from market.orders.pickup_types import PartAtPoint, PickupState
from market.orders.states import order_state, seller_order_state
from market.orders.types import OrderView

# How the parts of an order stand at its point, by the seller's id; told by those above.
States = Mapping[str, PickupState]
_sources: list[Callable[[Session, str], States]] = []


def use_pickups(source: Callable[[Session, str], States]) -> None:
    """Orders ask `source(session, order_id)` how their goods stand at the point."""
    _sources[:] = [source]


def pickup_states(session: Session, order: OrderView) -> States:
    """How an order's goods stand at its point, by the seller's id; empty for what is brought
    home, without asking."""
    return _sources[0](session, order.id) if order.pickup and _sources else {}


def parts_at_points(
    session: Session, order_ids: Collection[str]
) -> dict[tuple[str, str], PartAtPoint]:
    """The parts of these orders by (order, seller). One statement."""
    if not order_ids:
        return {}
    rows = session.execute(
        select(m.Order, m.SellerOrder, m.OrderLine)
        .join(m.SellerOrder, m.SellerOrder.order_id == m.Order.id)
        .join(m.OrderLine, m.OrderLine.seller_order_id == m.SellerOrder.id)
        .where(m.Order.id.in_(order_ids))
        .order_by(m.SellerOrder.number, m.OrderLine.position)
        .execution_options(populate_existing=True)
    ).all()
    lines: dict[tuple[str, str], list[m.OrderLine]] = defaultdict(list)
    heads: dict[tuple[str, str], tuple[m.Order, m.SellerOrder]] = {}
    for order, part, line in rows:
        heads[order.id, part.seller_id] = order, part
        lines[order.id, part.seller_id].append(line)
    return {key: _part(*head, lines[key]) for key, head in heads.items()}


def _part(order: m.Order, part: m.SellerOrder, lines: list[m.OrderLine]) -> PartAtPoint:
    facts = facts_of(part, lines)
    whole = order_state(
        confirmed_at=order.confirmed_at,
        cancelled_at=order.cancelled_at,
        expired_at=order.expired_at,
        parts=[facts],
    )
    return PartAtPoint(
        seller_order_id=part.id,
        order_id=order.id,
        code=f"{order.code}-{part.number}",
        account_id=order.account_id,
        seller_id=part.seller_id,
        seller_name=part.seller_name,
        recipient=order.recipient,
        phone=order.phone,
        state=seller_order_state(whole, facts).value,
        wanted=facts.quantity - facts.cancelled,
        shipped=facts.shipped,
        goods=tuple(
            (line.product_name, line.product_name_en, line.quantity - line.cancelled)
            for line in lines
            if line.quantity > line.cancelled
        ),
    )
