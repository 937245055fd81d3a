"""Reading the audit trail."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from market.audit.models import AuditEvent
from market.db.region_filter import within
from market.kernel.paging import Page, offset
from market.kernel.region_code import RegionCode

SIZE = 50


@dataclass(frozen=True)
class AuditRow:
    """One act as read."""

    id: str
    at: datetime
    account_id: str | None
    action: str
    object_type: str
    object_id: str
    region: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True)
class AuditFilter:
    """What to look for; empty fields match everything.

    With `regions` only acts that lie in one of them are found, never those without a region.
    """

    text: str = ""
    object_type: str = ""
    account_ids: frozenset[str] | None = None
    region: RegionCode | None = None
    regions: tuple[RegionCode, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class BudgetChange:
    """A budget that was changed: from (None: it had none) and to so many fen, by whom, why."""

    at: datetime
    account_id: str | None
    before_fen: int | None
    after_fen: int
    reason: str


def budget_changes(session: Session, object_type: str, object_id: str) -> list[BudgetChange]:
    """The changes of the budget of a thing, newest first; the last `SIZE` of them."""
    query = select(AuditEvent).where(
        AuditEvent.object_type == object_type,
        AuditEvent.object_id == object_id,
        AuditEvent.action == f"{object_type}.budget",
    )
    rows = session.scalars(query.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(SIZE))
    return [
        BudgetChange(
            row.at, row.account_id, (row.before or {})["budget_fen"],
            (row.after or {})["budget_fen"], (row.after or {})["reason"],
        )
        for row in rows
    ]  # fmt: skip


def search(session: Session, wanted: AuditFilter, number: int = 1) -> Page[AuditRow]:
    """Acts, newest first."""
    query = select(AuditEvent).where(*_where(wanted))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .limit(SIZE)
        .offset(offset(number, SIZE))
    )
    items = [
        AuditRow(
            r.id,
            r.at,
            r.account_id,
            r.action,
            r.object_type,
            r.object_id,
            r.region,
            r.before,
            r.after,
        )
        for r in rows
    ]
    return Page(items, total, number, SIZE)


def object_types(session: Session) -> list[str]:
    """The kinds of things anybody acted on."""
    return list(
        session.scalars(select(AuditEvent.object_type).distinct().order_by(AuditEvent.object_type))
    )


def count_since(session: Session, regions: tuple[RegionCode, ...] | None, since: datetime) -> int:
    """Acts in these regions (everywhere for None) since an instant."""
    where = _where(AuditFilter(regions=regions, since=since))
    return session.scalar(select(func.count()).select_from(AuditEvent).where(*where)) or 0


def last_at(session: Session, object_type: str, object_id: str, action: str) -> datetime | None:
    """When something was last done to a thing; None when it never was."""
    return session.scalar(
        select(func.max(AuditEvent.at)).where(
            AuditEvent.object_type == object_type,
            AuditEvent.object_id == object_id,
            AuditEvent.action == action,
        )
    )


def counts(session: Session, object_type: str) -> dict[tuple[str, str], int]:
    """How often each (object, action) of a kind of object was recorded."""
    rows = session.execute(
        select(AuditEvent.object_id, AuditEvent.action, func.count())
        .where(AuditEvent.object_type == object_type)
        .group_by(AuditEvent.object_id, AuditEvent.action)
    )
    return {(key, action): count for key, action, count in rows}


def _where(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    row = AuditEvent
    found: list[ColumnElement[bool]] = []
    if wanted.object_type:
        found.append(row.object_type == wanted.object_type)
    if wanted.account_ids is not None:
        found.append(row.account_id.in_(wanted.account_ids))
    if wanted.region is not None:
        found.append(_lies_in((wanted.region,)))
    if wanted.regions is not None:
        found += [AuditEvent.region != "", _lies_in(wanted.regions)]
    if wanted.since is not None:
        found.append(row.at >= wanted.since)
    if wanted.until is not None:
        found.append(row.at < wanted.until)
    if wanted.text:
        action = row.action.contains(wanted.text, autoescape=True)
        found.append(or_(row.object_id == wanted.text, action))
    return found


def _lies_in(regions: Collection[RegionCode]) -> ColumnElement[bool]:
    return within(AuditEvent.region, *regions) if regions else false()
