"""Taking a place at a point for the goods of an order, and giving it back exactly once."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from market.db.inserting import insert_new
from market.kernel.clock import shanghai_date
from market.pickups import rules
from market.pickups.errors import DayFull, DayNotOffered, GoodsUnfit
from market.pickups.models import PickupDay, PickupPlace, PickupPoint
from market.pickups.types import Goods, PointView, Share

_CAPACITY = (
    select(PickupPoint.capacity_g)
    .where(
        PickupPoint.id == bindparam("point"),
        or_(PickupPoint.open_until.is_(None), PickupPoint.open_until >= bindparam("on")),
    )
    .scalar_subquery()
)
# What the point still has room for is looked at by the update itself.
_TAKE = (
    update(PickupDay)
    .where(
        PickupDay.point_id == bindparam("point"),
        PickupDay.day == bindparam("on"),
        PickupDay.taken_g + bindparam("more") <= _CAPACITY,
    )
    .values(taken_g=PickupDay.taken_g + bindparam("more"))
    .execution_options(synchronize_session=False)
)


def take(
    session: Session, order_id: str, point: PointView, day: date, goods: Goods,
    shares: Sequence[Share], *, lead_days: int, now: datetime,
) -> None:  # fmt: skip
    """Take room for an order's goods on a drop day: two statements when the day is known.

    Raises GoodsUnfit, DayNotOffered, DayFull; then nothing was taken.
    """
    if rules.unfit(point, goods) is not None:
        raise GoodsUnfit(field="pickup")
    earliest = rules.earliest_day(shanghai_date(now), lead_days)
    if day not in set(rules.drop_days(point, earliest)):
        raise DayNotOffered(field="pickup")
    if not _add(session, point.id, day, sum(share.weight_g for share in shares)):
        raise DayFull(point=point.name_zh, day=day.isoformat(), field="pickup")
    session.execute(
        insert(PickupPlace),
        [
            {"order_id": order_id, "seller_id": share.seller_id, "point_id": point.id,
             "day": day, "weight_g": share.weight_g, "taken_at": now}
            for share in shares
        ],
    )  # fmt: skip


def _add(session: Session, point_id: str, day: date, weight_g: int) -> bool:
    """Whether the day had room; its row is made when it is the first to be asked for."""
    asked = {"point": point_id, "on": day, "more": weight_g}
    if session.execute(_TAKE, asked).rowcount == 1:  # type: ignore[attr-defined]
        return True
    # It is full, or nobody asked for it yet; who makes the row first does not matter.
    row = {"point_id": point_id, "day": day, "taken_g": 0}
    insert_new(session, PickupDay, [row], "point_id")
    return bool(session.execute(_TAKE, asked).rowcount == 1)  # type: ignore[attr-defined]


def free(session: Session, order_id: str, now: datetime) -> int:
    """Give back every place of an order that still stands; returns how many. Safe to repeat."""
    return _free(session, order_id, None, now)


def free_part(session: Session, order_id: str, seller_id: str, now: datetime) -> int:
    """Give back the place of one seller's goods. Safe to repeat."""
    return _free(session, order_id, seller_id, now)


def _free(session: Session, order_id: str, seller_id: str | None, now: datetime) -> int:
    statement = update(PickupPlace).where(
        PickupPlace.order_id == order_id, PickupPlace.freed_at.is_(None)
    )
    if seller_id is not None:
        statement = statement.where(PickupPlace.seller_id == seller_id)
    freed = session.execute(
        statement.values(freed_at=now)
        .returning(PickupPlace.point_id, PickupPlace.day, PickupPlace.weight_g)
        .execution_options(synchronize_session=False)
    ).all()
    for point_id, day, weight in freed:
        session.execute(
            update(PickupDay)
            .where(PickupDay.point_id == point_id, PickupDay.day == day)
            .values(taken_g=PickupDay.taken_g - weight)
            .execution_options(synchronize_session=False)
        )
    return len(freed)


def retake(session: Session, order_id: str, today: date) -> None:
    """Take the freed places of an order again, because its payment came late after all. An order
    that goes home has none. Raises DayFull when the room is gone or the day is over."""
    taken = session.execute(
        update(PickupPlace)
        .where(PickupPlace.order_id == order_id, PickupPlace.freed_at.is_not(None))
        .values(freed_at=None)
        .returning(PickupPlace.point_id, PickupPlace.day, PickupPlace.weight_g)
        .execution_options(synchronize_session=False)
    ).all()
    for point_id, day, weight in taken:
        if day < today or not _add(session, point_id, day, weight):
            raise DayFull(point=point_id, day=day.isoformat())
