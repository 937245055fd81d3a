"""Reads of the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from market.notifications.models import OutboxMessage

# Far beyond the longest pause between two attempts: nobody carries the outbox any more.
FORGOTTEN_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class OutboxStanding:
    """How many messages wait to be sent, and how many could not be."""

    waiting: int
    failed: int
    oldest: datetime | None


def outbox_standing(session: Session) -> OutboxStanding:
    """What is in the outbox now."""
    row = OutboxMessage
    waiting = row.state == "waiting"
    found = session.execute(
        select(
            func.count().filter(waiting),
            func.count().filter(row.state == "failed"),
            func.min(row.created_at).filter(waiting),
        )
    ).one()
    return OutboxStanding(*found)


def breaches(session: Session, now: datetime) -> list[str]:
    """Messages nobody carries, and rows that contradict themselves; empty when all is well."""
    row = OutboxMessage
    forgotten = and_(row.state == "waiting", row.next_attempt_at < now - FORGOTTEN_AFTER)
    wrong = or_(
        forgotten,
        and_(row.state == "sent", or_(row.sent_at.is_(None), row.attempts < 1)),
        and_(row.state != "sent", row.sent_at.is_not(None)),
    )
    rows = session.execute(select(row.id, row.state, row.attempts).where(wrong).order_by(row.id))
    return [f"outbox {key}: {state} after {tries} attempts" for key, state, tries in rows]
