"""Writing to the audit trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from market.audit.models import AuditEvent
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def record(
    session: Session,
    actor: Actor,
    action: str,
    object_type: str,
    object_id: str,
    *,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    region: RegionCode | str | None = None,
) -> None:
    """Add one row, in the transaction of the act itself.

    `before` and `after` hold JSON values; dates and amounts as text or integers.
    """
    session.add(
        AuditEvent(
            at=now,
            account_id=actor.account_id,
            action=action,
            object_type=object_type,
            object_id=object_id,
            region=str(region) if region is not None else "",
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
        )
    )
    session.flush()


@dataclass(frozen=True)
class Entry:
    """One of many acts for `record_all`."""

    action: str
    object_type: str
    object_id: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    region: RegionCode | str | None = None


def record_all(session: Session, actor: Actor, entries: Sequence[Entry], *, now: datetime) -> None:
    """`record` for many acts of one person, in one statement."""
    if not entries:
        return
    session.execute(
        insert(AuditEvent),
        [
            {
                "at": now,
                "account_id": actor.account_id,
                "action": entry.action,
                "object_type": entry.object_type,
                "object_id": entry.object_id,
                "region": str(entry.region) if entry.region is not None else "",
                "before": dict(entry.before) if entry.before is not None else None,
                "after": dict(entry.after) if entry.after is not None else None,
            }
            for entry in entries
        ],
    )
