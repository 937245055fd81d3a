"""Reads of pick-up points and of the places taken at them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from market.db.glance import recent_piece
from market.db.plain import Columns
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.paging import Page, offset
from market.kernel.region_code import RegionCode
from market.pickups import rules
from market.pickups.errors import PointNotFound
from market.pickups.models import PickupDay, PickupPlace, PickupPoint
from market.pickups.types import Goods, PlaceView, PointOffer, PointView

LIST_SIZE = 30
_POINT = Columns(
    PickupPoint,
    "id region_code name_zh name_en village detail landmark agent_id agent_name agent_phone"
    " weekdays opens closes capacity_g max_pack_g max_piece_mm open_from open_until closed_reason",
)
_OF_TOWN = (
    select(*_POINT.columns)
    .where(_POINT.of.region_code == bindparam("town"))
    .order_by(_POINT.of.name_zh, _POINT.of.id)
)
_TAKEN = select(PickupDay.point_id, PickupDay.day, PickupDay.taken_g).where(
    PickupDay.point_id.in_(bindparam("points", expanding=True)),
    PickupDay.day >= bindparam("first"),
)


def points_of_town(session: Session, town: RegionCode) -> tuple[PointView, ...]:
    """Every point of a township, also closed ones; remembered by the process."""
    return recent_piece(session, _OF_TOWN, {"town": town.digits}, _views)


def open_points(session: Session, town: RegionCode, now: datetime) -> tuple[PointView, ...]:
    """The points of a township that take goods, or will."""
    today = shanghai_date(now)
    return tuple(p for p in points_of_town(session, town) if not p.has_ended(today))


def points_within(
    session: Session, region: RegionCode, now: datetime, limit: int = 300
) -> list[PointView]:
    """The first open points of a region and everything below it, by place."""
    today = shanghai_date(now)
    rows = session.scalars(
        select(PickupPoint)
        .where(
            PickupPoint.region_code.startswith(region.digits, autoescape=True),
            or_(PickupPoint.open_until.is_(None), PickupPoint.open_until >= today),
        )
        .order_by(PickupPoint.region_code, PickupPoint.name_zh, PickupPoint.id)
        .limit(limit)
    )
    return [view_of(row) for row in rows]


def _views(rows: Sequence[Any]) -> tuple[tuple[PointView, ...], int]:
    return tuple(view_of(_POINT.cut(row)) for row in rows), 600 * len(rows) + 100


def view_of(row: Any) -> PointView:
    """A point as a value."""
    return PointView(
        id=row.id,
        region=RegionCode(row.region_code),
        name_zh=row.name_zh,
        name_en=row.name_en,
        village=row.village,
        detail=row.detail,
        landmark=row.landmark,
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        agent_phone=row.agent_phone,
        weekdays=tuple(int(digit) for digit in row.weekdays),
        opens=row.opens,
        closes=row.closes,
        capacity_g=row.capacity_g,
        max_pack_g=row.max_pack_g,
        max_piece_mm=row.max_piece_mm,
        open_from=row.open_from,
        open_until=row.open_until,
        closed_reason=row.closed_reason,
    )


def find_point(session: Session, point_id: str) -> PointView | None:
    """Any point."""
    row = session.get(PickupPoint, point_id)
    return None if row is None else view_of(row)


def points_by_ids(session: Session, ids: Collection[str]) -> dict[str, PointView]:
    """Points by their ids."""
    rows = session.scalars(select(PickupPoint).where(PickupPoint.id.in_(ids))) if ids else ()
    return {row.id: view_of(row) for row in rows}


def offers(
    session: Session, towns: Iterable[RegionCode], goods: Goods, lead_days: int, now: datetime
) -> tuple[PointOffer, ...]:
    """What the open points of townships offer for goods that leave after `lead_days`. One
    statement where they have a point, none where they have none."""
    points = [point for town in towns for point in open_points(session, town, now)]
    if not points:
        return ()
    earliest = rules.earliest_day(shanghai_date(now), lead_days)
    taken: dict[str, dict[date, int]] = defaultdict(dict)
    asked = {"points": [point.id for point in points], "first": earliest}
    for row in session.execute(_TAKEN, asked):
        taken[row.point_id][row.day] = row.taken_g
    return tuple(_offer(point, goods, taken[point.id], earliest) for point in points)


def _offer(point: PointView, goods: Goods, taken: dict[date, int], earliest: date) -> PointOffer:
    unfit = rules.unfit(point, goods)
    if unfit is not None:
        return PointOffer(point, (), unfit)
    return PointOffer(point, rules.days_with_room(point, goods.weight_g, taken, earliest))


def get_managed(session: Session, actor: Actor, point_id: str) -> PointView:
    """A point in the actor's care. Raises PointNotFound for any other."""
    point = find_point(session, point_id)
    if point is None or not actor.governs(point.region):
        raise PointNotFound
    return point


def list_managed(session: Session, actor: Actor, number: int = 1) -> Page[PointView]:
    """The points of the actor's subtree, by place."""
    query = _in_care(select(PickupPoint), actor)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.order_by(PickupPoint.region_code, PickupPoint.name_zh, PickupPoint.id)
        .offset(offset(number, LIST_SIZE))
        .limit(LIST_SIZE)
    )
    return Page([view_of(row) for row in rows], total, max(1, number), LIST_SIZE)


def _in_care(query: Select[Any], actor: Actor) -> Select[Any]:
    if actor.is_operator:
        return query
    own = [
        PickupPoint.region_code.startswith(region.digits, autoescape=True)
        for region in actor.official_regions
    ]
    return query.where(or_(*own))


def points_of_agent(session: Session, account_id: str | None) -> list[PointView]:
    """The points that an account is the agent of."""
    if account_id is None:
        return []
    rows = session.scalars(
        select(PickupPoint)
        .where(PickupPoint.agent_id == account_id)
        .order_by(PickupPoint.region_code, PickupPoint.name_zh, PickupPoint.id)
    )
    return [view_of(row) for row in rows]


def taken_by_day(session: Session, point_id: str, first: date) -> dict[date, int]:
    """Grams taken of each drop day from one on."""
    rows = session.execute(
        select(PickupDay.day, PickupDay.taken_g)
        .where(PickupDay.point_id == point_id, PickupDay.day >= first, PickupDay.taken_g > 0)
        .order_by(PickupDay.day)
    )
    return {row.day: row.taken_g for row in rows}


def standing_places(
    session: Session, point_ids: Collection[str], first: date | None = None
) -> list[PlaceView]:
    """Places at the points that were not freed, by day."""
    conditions: list[ColumnElement[bool]] = [
        PickupPlace.point_id.in_(point_ids),
        PickupPlace.freed_at.is_(None),
    ]
    if first is not None:
        conditions.append(PickupPlace.day >= first)
    query = select(PickupPlace).where(*conditions).order_by(PickupPlace.day, PickupPlace.id)
    return [_place(row) for row in session.scalars(query)] if point_ids else []


def places_of_order(session: Session, order_id: str) -> list[PlaceView]:
    """The standing places of an order."""
    query = select(PickupPlace).where(
        PickupPlace.order_id == order_id, PickupPlace.freed_at.is_(None)
    )
    return [_place(row) for row in session.scalars(query)]


def places_by_ids(session: Session, ids: Collection[str]) -> list[PlaceView]:
    """Standing places by their ids, by day."""
    query = select(PickupPlace).where(PickupPlace.id.in_(ids), PickupPlace.freed_at.is_(None))
    rows = session.scalars(query.order_by(PickupPlace.day, PickupPlace.id)) if ids else ()
    return [_place(row) for row in rows]


def get_place(session: Session, place_id: str) -> PlaceView | None:
    """A standing place."""
    row = session.get(PickupPlace, place_id)
    return None if row is None or row.freed_at is not None else _place(row)


def _place(row: PickupPlace) -> PlaceView:
    return PlaceView(row.id, row.order_id, row.seller_id, row.point_id, row.day, row.weight_g)


def place_breaches(session: Session) -> list[str]:
    """One sentence for each drop day whose taken grams are not the sum of its places."""
    own = and_(
        PickupPlace.point_id == PickupDay.point_id,
        PickupPlace.day == PickupDay.day,
        PickupPlace.freed_at.is_(None),
    )
    total = func.coalesce(func.sum(PickupPlace.weight_g), 0)
    rows = session.execute(
        select(PickupDay.point_id, PickupDay.day, PickupDay.taken_g, total)
        .outerjoin(PickupPlace, own)
        .group_by(PickupDay.point_id, PickupDay.day, PickupDay.taken_g)
        .having(total != PickupDay.taken_g)
    )
    found = [
        f"pickup point {key} on {day}: {taken} g taken, its places have {places} g"
        for key, day, taken, places in rows
    ]
    lost = session.scalars(
        select(PickupPlace.id)
        .outerjoin(
            PickupDay,
            and_(PickupDay.point_id == PickupPlace.point_id, PickupDay.day == PickupPlace.day),
        )
        .where(PickupDay.point_id.is_(None), PickupPlace.freed_at.is_(None))
    )
    return found + [f"pickup place {key}: its drop day is not counted" for key in lost]


def places_by_order(session: Session) -> dict[tuple[str, str], bool]:
    """By (order, seller): whether the place stands."""
    rows = session.execute(
        select(PickupPlace.order_id, PickupPlace.seller_id, PickupPlace.freed_at)
    )
    return {(order, seller): freed is None for order, seller, freed in rows}
