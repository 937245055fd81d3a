"""Goods that nobody fetches: a reminder, then all are told what happens next."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from market.handovers import queries
from market.handovers.events import GoodsWaiting
from market.handovers.models import Handover
from market.handovers.rules import Patience
from market.kernel.clock import shanghai_date
from market.kernel.events import publish
from market.pickups import queries as pickups

MOST = 500  # of one run


def remind(session: Session, patience: Patience, now: datetime) -> int:
    """Remind of goods that wait for some days, and tell of those that are kept no longer.
    Returns how many were spoken of. Safe to repeat and to run beside itself."""
    overdue = _due(session, Handover.overdue_at, Handover.keep_until < shanghai_date(now))
    long_ago = now - timedelta(days=patience.remind_days)
    waiting = _due(session, Handover.reminded_at, Handover.complete_at <= long_ago)
    told = [_tell(session, key, now, overdue=True) for key in overdue]
    told += [_tell(session, key, now, overdue=False) for key in waiting if key not in overdue]
    return sum(told)


def _due(
    session: Session, told_at: InstrumentedAttribute[datetime | None], due: ColumnElement[bool]
) -> list[str]:
    return list(
        session.scalars(
            select(Handover.place_id)
            .where(
                Handover.fetched_at.is_(None),
                due,
                told_at.is_(None),
            )
            .order_by(Handover.complete_at)
            .limit(MOST)
        )
    )


def _tell(session: Session, place_id: str, now: datetime, *, overdue: bool) -> bool:
    column = Handover.overdue_at if overdue else Handover.reminded_at
    taken = session.execute(
        update(Handover)
        .where(Handover.place_id == place_id, column.is_(None), Handover.fetched_at.is_(None))
        .values({column: now, Handover.reminded_at: now})
        .execution_options(synchronize_session=False)
    )
    place = pickups.get_place(session, place_id)
    if taken.rowcount != 1 or place is None:  # type: ignore[attr-defined]
        return False
    goods = queries.find_goods(session, place)
    point = pickups.find_point(session, place.point_id)
    if point is None or goods.until is None:
        return False
    publish(
        session,
        GoodsWaiting(
            order_id=goods.part.order_id, seller_order_id=goods.part.seller_order_id,
            code=goods.part.code, account_id=goods.part.account_id,
            seller_id=goods.part.seller_id, agent_id=point.agent_id,
            agent_phone=point.agent_phone, point=point.name_zh, hours=point.hours,
            until=goods.until, overdue=overdue, at=now,
        ),
    )  # fmt: skip
    return True
