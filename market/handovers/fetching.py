"""Somebody fetches goods with the household's code: exactly once, also over a bad line.

A phone without a connection takes codes down and sends them later, like a shop's till: each line
has its answer, and a line sent twice the same one.
"""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from market.handovers import codes, queries
from market.handovers.errors import NotAllThere, PickupCodeUnknown, PickupCodeUsed
from market.handovers.events import GoodsFetched
from market.handovers.models import Handover
from market.handovers.types import QueuedCode, Settled, Waiting
from market.kernel.actor import Actor
from market.kernel.clock import SHANGHAI
from market.kernel.errors import DomainError
from market.kernel.events import publish
from market.orders import service as orders
from market.pickups.types import PointView

GRACE = timedelta(days=3)  # how long after the telling a queued code keeps its own instant
ANSWER_LOST = timedelta(minutes=3)  # a phone writes minutes, and waits part of one for an answer
FETCHED, SAME_USE = "fetched", "same_use"


def look(session: Session, actor: Actor, told: str, *, secret: str, now: datetime) -> Waiting:
    """The goods of a code, ready to be handed over.

    Raises NotAnAgent, PickupCodeUnknown, PickupCodeUsed, NotAllThere.
    """
    goods = _find(session, queries.points_of(session, actor), told, secret, now)
    _refuse_unready(goods)
    return goods


def hand_over(
    session: Session, actor: Actor, told: str, *, secret: str, now: datetime,
    taken_at: datetime | None = None,
) -> Waiting:  # fmt: skip
    """The household's goods left with who told the code; they count as received.

    `taken_at` is when a phone without a connection took the code down. Raises like `look`.
    """
    points = queries.points_of(session, actor)
    goods = _find(session, points, told, secret, now)
    _refuse_unready(goods)
    at = taken_at if taken_at is not None and now - GRACE <= taken_at <= now else now
    taken = session.execute(
        update(Handover)
        .where(
            Handover.place_id == goods.place_id,
            Handover.fetched_at.is_(None),
            Handover.complete_at.is_not(None),
        )
        .values(fetched_at=at, fetched_by=actor.account_id, recorded_at=now)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise _used(at)
    part = goods.part
    orders.receive_at_point(session, part.order_id, part.seller_order_id, actor, now)
    publish(
        session,
        GoodsFetched(
            part.order_id, part.seller_order_id, part.code, part.account_id, part.seller_id,
            points[goods.point_id].name_zh, at,
        ),
    )  # fmt: skip
    return goods


def take_queued(
    session: Session, actor: Actor, line: QueuedCode, *, secret: str, now: datetime,
) -> Settled:  # fmt: skip
    """Settle one line that was taken down; sent again, it gets the same good answer."""
    try:
        with session.begin_nested():
            goods = hand_over(
                session, actor, line.code, secret=secret, now=now,
                taken_at=line.taken_at,
            )  # fmt: skip
    except PickupCodeUsed as refusal:
        used = _find(session, queries.points_of(session, actor), line.code, secret, now)
        if used.fetched_at and abs(used.fetched_at - line.taken_at) <= ANSWER_LOST:
            return Settled(line.text, SAME_USE, used.part.code)
        return Settled(line.text, refusal.code, used.part.code)
    except DomainError as refusal:
        return Settled(line.text, refusal.code)
    return Settled(line.text, FETCHED, goods.part.code)


def _find(
    session: Session, points: dict[str, PointView], told: str, secret: str, now: datetime,
) -> Waiting:  # fmt: skip
    """Among all that is or was lately at the points; every one is compared, found or not."""
    digits = codes.plain(told)
    known = queries.goods_at(session, list(points), now)
    fitting = [one for one in known if codes.is_code(secret, one.place_id, digits)]
    if not fitting:
        raise PickupCodeUnknown(field="code")
    return fitting[0]


def _refuse_unready(goods: Waiting) -> None:
    if goods.fetched_at is not None:
        raise _used(goods.fetched_at)
    if goods.complete_at is None:
        raise NotAllThere(
            code=goods.part.code, packs=goods.part.wanted - goods.arrived, field="code"
        )


def _used(at: datetime) -> PickupCodeUsed:
    return PickupCodeUsed(at=f"{at.astimezone(SHANGHAI):%m-%d %H:%M}", field="code")
