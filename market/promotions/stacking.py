"""Groups of promotions of which only one is used on a line: made, renamed and retired by operators.

A promotion keeps the group's id, and what a group does never changes: so nothing that happens to a
group afterwards changes what a promotion takes off. A new name is read at once wherever the group
is told; a retired group is not offered any more and stays on those that have it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.audit import service as audit
from market.kernel.actor import Actor, need_operator
from market.promotions import mapping
from market.promotions.errors import (
    GroupMoved,
    GroupNameTaken,
    GroupNotOffered,
    GroupUnknown,
    GroupUsed,
)
from market.promotions.models import Promotion, StackingGroup
from market.promotions.types import Phase, PromotionView

MOST_SHOWN = 50
_OVER = (Phase.ENDED, Phase.STOPPED)


@dataclass(frozen=True)
class GroupRow:
    """A group; `retired_at`: since when it is not offered any more."""

    id: str
    name_zh: str
    name_en: str
    retired_at: datetime | None


@dataclass(frozen=True)
class GroupInUse:
    """A group with its promotions that are not over, and how many are."""

    group: GroupRow
    promotions: tuple[PromotionView, ...]
    over: int

    @property
    def running(self) -> tuple[PromotionView, ...]:
        """Those that were announced: running, still to begin, or out of budget."""
        return tuple(x for x in self.promotions if x.phase is not Phase.DRAFT)


def offered(session: Session, kept: str = "") -> list[GroupRow]:
    """Groups a promotion can be put into, by name; `kept` is the one a draft has already."""
    query = select(StackingGroup).where(
        StackingGroup.retired_at.is_(None) | (StackingGroup.id == kept)
    )
    return [_row(one) for one in session.scalars(query.order_by(StackingGroup.name))]


def named(session: Session, ids: Collection[str]) -> dict[str, GroupRow]:
    """Groups by id."""
    if not ids:
        return {}
    query = select(StackingGroup).where(StackingGroup.id.in_(set(ids)))
    return {one.id: _row(one) for one in session.scalars(query)}


def list_groups(session: Session, now: datetime) -> list[GroupInUse]:
    """All groups with what is in them, those still offered first."""
    rows = session.scalars(select(StackingGroup).order_by(StackingGroup.name)).all()
    inside: dict[str, list[PromotionView]] = {}
    query = (
        select(Promotion)
        .where(Promotion.stacking_group != "", Promotion.state != "stopped")
        .where(Promotion.ends_at > now)
        .order_by(Promotion.starts_at, Promotion.id)
    )
    for one in session.scalars(query):
        inside.setdefault(one.stacking_group, []).append(mapping.view_of(one, (), now))
    counted = select(Promotion.stacking_group, func.count()).group_by(Promotion.stacking_group)
    total = {row[0]: row[1] for row in session.execute(counted)}
    found = [
        GroupInUse(
            _row(row), tuple(inside.get(row.id, ())),
            total.get(row.id, 0) - len(inside.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.group.retired_at is not None)


def get_group(session: Session, group_id: str, now: datetime) -> GroupInUse:
    """One of `list_groups`. Raises GroupUnknown."""
    found = next((x for x in list_groups(session, now) if x.group.id == group_id), None)
    if found is None:
        raise GroupUnknown
    return found


def create(session: Session, actor: Actor, name: str, name_en: str, now: datetime) -> str:
    """A new group; returns its id. Raises Forbidden, GroupNameTaken."""
    need_operator(actor)
    _check_name(session, name, "")
    row = StackingGroup(name=name, name_en=name_en, created_at=now, created_by=actor.account_id)
    session.add(row)
    session.flush()
    _audit(session, actor, "stacking_group.create", row, now)
    return row.id


def rename(
    session: Session, actor: Actor, group_id: str, name: str, name_en: str, *,
    sure_of: Collection[str] | None, now: datetime,
) -> None:  # fmt: skip
    """Another name. With announced promotions in it, `sure_of` are those it was agreed for.

    Raises Forbidden, GroupUnknown, GroupNameTaken, GroupUsed, GroupMoved.
    """
    row = _changed(session, actor, group_id, sure_of, now)
    _check_name(session, name, group_id)
    before: dict[str, object] = {"name": row.name, "name_en": row.name_en}
    row.name, row.name_en = name, name_en
    session.flush()
    _audit(session, actor, "stacking_group.rename", row, now, before)


def retire(
    session: Session, actor: Actor, group_id: str, *, sure_of: Collection[str] | None,
    now: datetime,
) -> None:  # fmt: skip
    """Offer it no more; what has it keeps it. Raises as `rename` does."""
    row = _changed(session, actor, group_id, sure_of, now)
    if row.retired_at is None:
        row.retired_at = now
        session.flush()
        _audit(session, actor, "stacking_group.retire", row, now)


def restore(session: Session, actor: Actor, group_id: str, now: datetime) -> None:
    """Offer a retired group again. Raises Forbidden, GroupUnknown."""
    need_operator(actor)
    row = _locked(session, group_id)
    if row.retired_at is not None:
        row.retired_at = None
        session.flush()
        _audit(session, actor, "stacking_group.restore", row, now)


def check(session: Session, group_id: str, kept: str = "") -> None:
    """A promotion is put only into a group that is offered; a draft may keep the one it has.
    Raises GroupNotOffered beside the field."""
    if not group_id or group_id == kept:
        return
    row = session.get(StackingGroup, group_id, populate_existing=True)
    if row is None or row.retired_at is not None:
        raise GroupNotOffered(field="group", name=row.name if row else "")


def _changed(
    session: Session, actor: Actor, group_id: str, sure_of: Collection[str] | None, now: datetime
) -> StackingGroup:
    """The row to change, when the operator has seen which announced promotions it concerns."""
    need_operator(actor)
    row = _locked(session, group_id)
    concerned = {one.id for one in get_group(session, group_id, now).running}
    if concerned and sure_of is None:
        raise GroupUsed(field="sure")
    if concerned - set(sure_of or ()):
        raise GroupMoved(field="sure")
    return row


def _locked(session: Session, group_id: str) -> StackingGroup:
    row = session.get(StackingGroup, group_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise GroupUnknown
    return row


def _check_name(session: Session, name: str, group_id: str) -> None:
    query = select(StackingGroup.id).where(
        func.lower(StackingGroup.name) == name.lower(), StackingGroup.id != group_id
    )
    if session.scalar(query.limit(1)) is not None:
        raise GroupNameTaken(name=name, field="name")


def _row(row: StackingGroup) -> GroupRow:
    return GroupRow(row.id, row.name, row.name_en, row.retired_at)


def _audit(
    session: Session, actor: Actor, action: str, row: StackingGroup, now: datetime,
    before: dict[str, object] | None = None,
) -> None:  # fmt: skip
    after = {"name": row.name, "name_en": row.name_en, "retired": row.retired_at is not None}
    audit.record(
        session, actor, action, "stacking_group", row.id, now=now, before=before, after=after
    )
