"""Reads of goods at pick-up points, for their agents and for orders."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.handovers.errors import GoodsNotFound, NotAnAgent
from market.handovers.models import Arrival, Handover
from market.handovers.types import Waiting
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.media import queries as media
from market.orders import service as orders
from market.orders.pickup_types import ArrivalView, PartAtPoint, PickupState
from market.orders.types import State
from market.pickups import queries as pickups
from market.pickups.types import PlaceView, PointView

PHOTO_OWNER = "pickup_arrival"
REMEMBERED = timedelta(days=7)  # how long a used code still says that it was used
LISTED = timedelta(days=90)  # how long goods that never came are looked for after their drop day
COMING = frozenset({State.PREPARING, State.PART_SHIPPED, State.SHIPPED})


def points_of(session: Session, actor: Actor) -> dict[str, PointView]:
    """The agent's own points by id. Raises NotAnAgent."""
    mine = pickups.points_of_agent(session, actor.account_id)
    if not mine:
        raise NotAnAgent
    return {point.id: point for point in mine}


def goods_at(session: Session, point_ids: Collection[str], now: datetime) -> list[Waiting]:
    """What is to come to the points, what waits there and what was fetched lately, by day."""
    places = pickups.standing_places(session, point_ids, shanghai_date(now) - LISTED)
    seen = {place.id for place in places}
    waiting = session.scalars(
        select(Handover.place_id).where(
            Handover.point_id.in_(point_ids), Handover.fetched_at.is_(None)
        )
    )
    places = pickups.places_by_ids(session, [key for key in waiting if key not in seen]) + places
    known = _handovers(session, [place.id for place in places])
    open_ones = [
        place for place in places
        if (row := known.get(place.id)) is None
        or row.fetched_at is None or row.fetched_at > now - REMEMBERED
    ]  # fmt: skip
    parts = orders.parts_at_points(session, {place.order_id for place in open_ones})
    found = []
    for place in open_ones:
        part = parts.get((place.order_id, place.seller_id))
        if part is not None and (part.state in COMING or place.id in known):
            found.append(_waiting(place, part, known.get(place.id)))
    return found


def find_goods(session: Session, place: PlaceView) -> Waiting:
    """The goods of a place. Raises GoodsNotFound."""
    part = orders.parts_at_points(session, [place.order_id]).get((place.order_id, place.seller_id))
    if part is None:
        raise GoodsNotFound
    return _waiting(place, part, _handovers(session, [place.id]).get(place.id))


def _waiting(place: PlaceView, part: PartAtPoint, row: Handover | None) -> Waiting:
    if row is None:
        return Waiting(place.id, place.point_id, place.day, part)
    return Waiting(
        place_id=place.id,
        point_id=place.point_id,
        day=place.day,
        part=part,
        arrived=row.arrived_packs,
        broken=row.broken_packs,
        complete_at=row.complete_at,
        until=row.keep_until,
        fetched_at=row.fetched_at,
    )


def _handovers(session: Session, place_ids: Collection[str]) -> dict[str, Handover]:
    if not place_ids:
        return {}
    query = select(Handover).where(Handover.place_id.in_(place_ids))
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {row.place_id: row for row in rows}


def states_of_order(session: Session, order_id: str) -> Mapping[str, PickupState]:
    """How an order's goods stand at its point, by the seller's id."""
    places = pickups.places_of_order(session, order_id)
    known = _handovers(session, [place.id for place in places])
    came = _arrivals(session, list(known))
    found = {}
    for place in places:
        row = known.get(place.id)
        found[place.seller_id] = PickupState(place.id) if row is None else PickupState(
            place_id=place.id,
            arrived=row.arrived_packs,
            broken=row.broken_packs,
            complete_at=row.complete_at,
            until=row.keep_until,
            fetched_at=row.fetched_at,
            arrivals=tuple(came[place.id]),
        )  # fmt: skip
    return found


def _arrivals(session: Session, place_ids: Collection[str]) -> dict[str, list[ArrivalView]]:
    found: dict[str, list[ArrivalView]] = defaultdict(list)
    if not place_ids:
        return found
    rows = session.scalars(
        select(Arrival).where(Arrival.place_id.in_(place_ids)).order_by(Arrival.at, Arrival.id)
    ).all()
    photos = media.files_of(session, PHOTO_OWNER, [row.id for row in rows])
    for row in rows:
        photo = next(iter(photos.get(row.id, ())), None)
        found[row.place_id].append(
            ArrivalView(row.id, row.at, row.packs, row.broken, row.note,
                        photo.id if photo else None)
        )  # fmt: skip
    return found


def photo_place(session: Session, arrival_id: str) -> PlaceView:
    """The place whose arrival a photo is of. Raises GoodsNotFound."""
    row = session.get(Arrival, arrival_id)
    place = pickups.get_place(session, row.place_id) if row else None
    if place is None:
        raise GoodsNotFound
    return place


def breaches(session: Session) -> list[str]:
    """One sentence for each handover whose arrivals do not add up to what it says."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in session.scalars(select(Arrival)):
        sums[row.place_id][0] += row.packs
        sums[row.place_id][1] += row.broken
    return [
        f"handover {row.place_id}: its arrivals have {sums[row.place_id]} packs and broken ones, "
        f"it says {[row.arrived_packs, row.broken_packs]}"
        for row in session.scalars(select(Handover))
        if sums[row.place_id] != [row.arrived_packs, row.broken_packs]
    ]
