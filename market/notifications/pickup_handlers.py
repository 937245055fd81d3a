"""What people are told of goods at pick-up points."""

from typing import Any

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.handovers.events import GoodsArrived, GoodsFetched, GoodsWaiting
from market.kernel.events import Event
from market.notifications.service import send
from market.orders import queries as orders
from market.orders.events import SellerOrderShipped
from market.pickups import queries as pickups


def on_shipped_to_point(session: Session, event: Event) -> None:
    """The agent of the point learns what is to come."""
    assert isinstance(event, SellerOrderShipped)
    places = pickups.places_of_order(session, event.order_id)
    order = orders.find_order(session, event.order_id) if places else None
    if order is None or order.pickup is None:
        return
    part = next(one for one in order.seller_orders if one.id == event.seller_order_id)
    point = pickups.find_point(session, order.pickup.point_id)
    if point is None or part.seller_id not in {place.seller_id for place in places}:
        return
    parcel = next(one for one in part.parcels if one.id == event.parcel_id)
    params = {"code": f"{event.code}-{part.number}", "point": point.name_zh,
              "seller": event.seller_name, "packs": parcel.packs,
              "day": order.pickup.day.isoformat()}  # fmt: skip
    send(
        session, [point.agent_id], "goods_coming", params, "/pickup-agent", key=event.parcel_id,
        now=event.at,
    )  # fmt: skip


def on_goods_arrived(session: Session, event: Event) -> None:
    """The household learns where, when and until when; the seller of what is broken."""
    assert isinstance(event, GoodsArrived)
    params: dict[str, Any] = {"code": event.code, "point": event.point, "hours": event.hours,
              "arrived": event.arrived, "wanted": event.wanted, "broken": event.broken}  # fmt: skip
    kind = "goods_arriving"
    if event.until is not None:
        kind, params["until"] = "goods_arrived", event.until.isoformat()
    page = f"/orders/{event.order_id}"
    send(session, [event.account_id], kind, params, page, key=event.arrival_id, now=event.at)
    if event.broken:
        send(
            session, [event.account_id], "goods_broken", params, page, key=event.arrival_id,
            now=event.at,
        )  # fmt: skip
        send(
            session, accounts.members_of(session, "seller", event.seller_id), "goods_broken",
            params, f"/seller/orders/{event.seller_order_id}", key=event.arrival_id, now=event.at,
        )  # fmt: skip


def on_goods_fetched(session: Session, event: Event) -> None:
    """The household reads that somebody came with its code; the seller that it is received."""
    assert isinstance(event, GoodsFetched)
    params = {"code": event.code, "point": event.point, "when_at": event.at.isoformat()}
    send(
        session, [event.account_id], "goods_fetched", params, f"/orders/{event.order_id}",
        key=event.seller_order_id, now=event.at,
    )  # fmt: skip
    send(
        session, accounts.members_of(session, "seller", event.seller_id), "goods_fetched_seller",
        params, f"/seller/orders/{event.seller_order_id}", key=event.seller_order_id, now=event.at,
    )  # fmt: skip


def on_goods_waiting(session: Session, event: Event) -> None:
    """A reminder; later the household, the seller and the agent read what happens next."""
    assert isinstance(event, GoodsWaiting)
    params = {"code": event.code, "point": event.point, "hours": event.hours,
              "until": event.until.isoformat(), "phone": event.agent_phone}  # fmt: skip
    page, key = f"/orders/{event.order_id}", event.seller_order_id
    if not event.overdue:
        send(session, [event.account_id], "goods_waiting", params, page, key=key, now=event.at)
        return
    send(session, [event.account_id], "goods_overdue", params, page, key=key, now=event.at)
    send(
        session, accounts.members_of(session, "seller", event.seller_id), "goods_overdue_seller",
        params, f"/seller/orders/{event.seller_order_id}", key=key, now=event.at,
    )  # fmt: skip
    send(
        session, [event.agent_id], "goods_overdue_agent", params, "/pickup-agent", key=key,
        now=event.at,
    )  # fmt: skip
