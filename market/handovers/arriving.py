"""Goods come to a point, whole or in parts; the agent says so."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.db.inserting import insert_new
from market.handovers import queries
from market.handovers.errors import BrokenAboveArrived, GoodsNotFound, NothingSent
from market.handovers.events import GoodsArrived
from market.handovers.models import Arrival, Handover
from market.handovers.rules import DEFAULT, Patience
from market.handovers.types import ArrivalDraft, Waiting
from market.kernel.actor import Actor
from market.kernel.events import publish
from market.media import service as media
from market.media.service import NewFile
from market.orders import service as orders
from market.orders.events import RemainderCancelled, SellerOrderReceived
from market.orders.types import State
from market.pickups import queries as pickups
from market.pickups.types import PlaceView, PointView

_patience = [DEFAULT]


def use_patience(patience: Patience) -> None:
    """How long goods are kept, for what happens where nobody asks the settings."""
    _patience[:] = [patience]


def mark_arrived(
    session: Session, actor: Actor, place_id: str, draft: ArrivalDraft, photo: NewFile | None,
    *, patience: Patience, now: datetime,
) -> Waiting:  # fmt: skip
    """Packs came to one of the agent's points; the household is told. How the goods stand now.

    Raises NotAnAgent, GoodsNotFound, NothingSent, BrokenAboveArrived.
    """
    place, point = own_place(session, actor, place_id)
    _lock(session, place)
    goods = queries.find_goods(session, place)
    if goods.part.state not in queries.COMING:
        raise GoodsNotFound
    if draft.packs > goods.on_the_way:
        raise NothingSent(open=goods.on_the_way, asked=draft.packs, field="packs")
    if draft.broken > draft.packs:
        raise BrokenAboveArrived(field="broken")
    arrival = Arrival(
        place_id=place.id, at=now, by=actor.account_id or "", packs=draft.packs,
        broken=draft.broken, note=draft.note[:200],
    )  # fmt: skip
    session.add(arrival)
    session.execute(
        update(Handover)
        .where(Handover.place_id == place.id)
        .values(
            arrived_packs=Handover.arrived_packs + draft.packs,
            broken_packs=Handover.broken_packs + draft.broken,
        )
        .execution_options(synchronize_session=False)
    )
    session.flush()
    if photo is not None:
        media.attach(session, photo, queries.PHOTO_OWNER, arrival.id, now=now)
    _complete(session, place, patience, now)
    after = queries.find_goods(session, place)
    _tell(session, after, point, draft, arrival.id, now)
    return after


def own_place(session: Session, actor: Actor, place_id: str) -> tuple[PlaceView, PointView]:
    """A place at one of the agent's points. Raises NotAnAgent, GoodsNotFound."""
    mine = queries.points_of(session, actor)
    place = pickups.get_place(session, place_id)
    if place is None or place.point_id not in mine:
        raise GoodsNotFound
    return place, mine[place.point_id]


def _lock(session: Session, place: PlaceView) -> None:
    """The row of the handover, made with the first packs; those who count take turns on it."""
    part = orders.parts_at_points(session, [place.order_id]).get((place.order_id, place.seller_id))
    if part is None:
        raise GoodsNotFound
    row = {"place_id": place.id, "seller_order_id": part.seller_order_id,
           "point_id": place.point_id, "arrived_packs": 0, "broken_packs": 0}  # fmt: skip
    insert_new(session, Handover, [row], "place_id")
    session.scalar(select(Handover).where(Handover.place_id == place.id).with_for_update())


def _complete(session: Session, place: PlaceView, patience: Patience, now: datetime) -> bool:
    """From now on they wait to be fetched, when everything that is to come is there; whether."""
    goods = queries.find_goods(session, place)
    if goods.part.state != State.SHIPPED or not 0 < goods.part.wanted <= goods.arrived:
        return False
    done = session.execute(
        update(Handover)
        .where(Handover.place_id == place.id, Handover.complete_at.is_(None))
        .values(complete_at=now, keep_until=patience.until(now))
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def on_remainder_cancelled(session: Session, event: RemainderCancelled) -> None:
    """Reaction: with packs that do not come any more, what is there may be everything."""
    row = session.scalar(
        select(Handover).where(
            Handover.seller_order_id == event.seller_order_id, Handover.complete_at.is_(None)
        )
    )
    place = pickups.get_place(session, row.place_id) if row else None
    point = pickups.find_point(session, place.point_id) if place else None
    if (
        place is not None
        and point is not None
        and _complete(session, place, _patience[0], event.at)
    ):
        goods = queries.find_goods(session, place)
        _tell(session, goods, point, ArrivalDraft(0), place.id, event.at)


def on_received(session: Session, event: SellerOrderReceived) -> None:
    """Reaction: the household says itself that it has them; nobody waits for its code."""
    session.execute(
        update(Handover)
        .where(
            Handover.seller_order_id == event.seller_order_id,
            Handover.fetched_at.is_(None),
            Handover.complete_at.is_not(None),
        )
        .values(fetched_at=event.at, recorded_at=event.at)
        .execution_options(synchronize_session=False)
    )


def _tell(
    session: Session, goods: Waiting, point: PointView, draft: ArrivalDraft, arrival_id: str,
    now: datetime,
) -> None:  # fmt: skip
    part = goods.part
    publish(
        session,
        GoodsArrived(
            arrival_id=arrival_id, order_id=part.order_id, seller_order_id=part.seller_order_id,
            code=part.code, account_id=part.account_id, seller_id=part.seller_id,
            point=point.name_zh, hours=point.hours, packs=draft.packs, arrived=goods.arrived,
            wanted=part.wanted, broken=draft.broken, until=goods.until, at=now,
        ),
    )  # fmt: skip
