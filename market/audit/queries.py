"""Reading the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from market.audit.models import AuditEvent
from market.kernel.paging import Page, offset

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
    """What to look for; empty fields match everything."""

    text: str = ""
    object_type: str = ""
    account_id: str = ""
    region_prefix: str = ""


def search(session: Session, wanted: AuditFilter, number: int = 1) -> Page[AuditRow]:
    """Acts, newest first."""
    query = select(AuditEvent)
    if wanted.object_type:
        query = query.where(AuditEvent.object_type == wanted.object_type)
    if wanted.account_id:
        query = query.where(AuditEvent.account_id == wanted.account_id)
    if wanted.region_prefix:
        query = query.where(AuditEvent.region.startswith(wanted.region_prefix, autoescape=True))
    if wanted.text:
        query = query.where(
            or_(
                AuditEvent.object_id == wanted.text,
                AuditEvent.action.contains(wanted.text, autoescape=True),
            )
        )
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
