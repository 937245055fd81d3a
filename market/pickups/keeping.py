"""Keeping the points: add, change, close. Every act is audited."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.audit import service as audit
from market.db import changes
from market.kernel.actor import Actor
from market.kernel.clock import shanghai_date
from market.kernel.region_code import RegionCode
from market.pickups.errors import (
    AgentUnknown,
    DatesReversed,
    DaysMissing,
    HoursReversed,
    NotYourRegion,
    PackAboveDay,
    PlacesStanding,
    PointNotFound,
    ReasonMissing,
    TownNeeded,
)
from market.pickups.models import PickupPlace, PickupPoint
from market.pickups.types import PointDraft
from market.regions import queries as regions
from market.regions.errors import UnknownRegion


def add_point(
    session: Session, actor: Actor, town: RegionCode, draft: PointDraft, *, now: datetime
) -> str:
    """A new point in a township of the actor's care; returns its id.

    Raises NotYourRegion, TownNeeded, AgentUnknown, DaysMissing, HoursReversed, DatesReversed,
    PackAboveDay.
    """
    if not actor.governs(town):
        raise NotYourRegion(field="region")
    try:
        regions.get_deliverable(session, town)
    except UnknownRegion as unknown:
        raise TownNeeded(field="region") from unknown
    row = PickupPoint(region_code=town.digits, created_at=now)
    _write(session, row, draft)
    session.add(row)
    session.flush()
    _note(session, actor, "add", row, None, now)
    return row.id


def change_point(
    session: Session, actor: Actor, point_id: str, draft: PointDraft, *, now: datetime
) -> None:
    """Change what a point says; places that were taken stay.

    Raises PointNotFound, PlacesStanding when it would end before goods that are to come, and
    what `add_point` raises.
    """
    row = _own(session, actor, point_id)
    before = _facts(row)
    if draft.open_until is not None:
        _refuse_stranding(session, row.id, draft.open_until, "open_until")
    _write(session, row, draft)
    if draft.open_until is None or draft.open_until >= shanghai_date(now):
        row.closed_reason = ""
    session.flush()
    _note(session, actor, "change", row, before, now)


def close_point(
    session: Session, actor: Actor, point_id: str, last_day: date, reason: str, *, now: datetime
) -> None:
    """Nothing is dropped after `last_day`. Raises PointNotFound, ReasonMissing, DatesReversed,
    PlacesStanding."""
    row = _own(session, actor, point_id)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if last_day < row.open_from:
        raise DatesReversed(field="last_day")
    _refuse_stranding(session, row.id, last_day, "last_day")
    before = _facts(row)
    row.open_until, row.closed_reason = last_day, reason.strip()[:200]
    session.flush()
    _note(session, actor, "close", row, before, now)


def _own(session: Session, actor: Actor, point_id: str) -> PickupPoint:
    row = session.scalar(
        select(PickupPoint)
        .where(PickupPoint.id == point_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or not actor.governs(RegionCode(row.region_code)):
        raise PointNotFound
    return row


def _refuse_stranding(session: Session, point_id: str, last_day: date, field: str) -> None:
    count, day = session.execute(
        select(func.count(), func.max(PickupPlace.day)).where(
            PickupPlace.point_id == point_id,
            PickupPlace.day > last_day,
            PickupPlace.freed_at.is_(None),
        )
    ).one()
    if count:
        raise PlacesStanding(day=day.isoformat(), count=count, field=field)


def _write(session: Session, row: PickupPoint, draft: PointDraft) -> None:
    _check(draft)
    agent = accounts.find_by_phone(session, draft.agent_phone)
    if agent is None:
        raise AgentUnknown(field="agent_phone")
    row.agent_id = agent.id
    row.weekdays = "".join(str(day) for day in sorted(set(draft.weekdays)))
    for name in (
        "name_zh", "name_en", "village", "detail", "landmark", "agent_name", "agent_phone",
        "opens", "closes", "capacity_g", "max_pack_g", "max_piece_mm", "open_from", "open_until",
    ):  # fmt: skip
        setattr(row, name, getattr(draft, name))


def _check(draft: PointDraft) -> None:
    if not draft.weekdays:
        raise DaysMissing(field="weekdays")
    if draft.closes <= draft.opens:
        raise HoursReversed(field="closes")
    if draft.open_until is not None and draft.open_until < draft.open_from:
        raise DatesReversed(field="open_until")
    if draft.max_pack_g is not None and draft.max_pack_g > draft.capacity_g:
        raise PackAboveDay(field="max_pack")


def _facts(row: PickupPoint) -> dict[str, Any]:
    return {
        "name": row.name_zh, "agent": row.agent_id, "weekdays": row.weekdays,
        "capacity_g": row.capacity_g, "max_pack_g": row.max_pack_g,
        "max_piece_mm": row.max_piece_mm, "from": row.open_from.isoformat(),
        "until": row.open_until.isoformat() if row.open_until else None,
        "reason": row.closed_reason,
    }  # fmt: skip


def _note(
    session: Session, actor: Actor, verb: str, row: PickupPoint, before: Any, now: datetime
) -> None:
    audit.record(
        session, actor, f"pickup_point.{verb}", "pickup_point", row.id, now=now,
        before=before, after=_facts(row), region=row.region_code,
    )  # fmt: skip
    changes.move(session)  # the points of a township are remembered
