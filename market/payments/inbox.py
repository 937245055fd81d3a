"""The inbox of notifications: stored first, understood afterwards, once each."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.payments import rules
from market.payments.errors import PaymentNotFound
from market.payments.models import WebhookEvent
from market.payments.types import InboxState

PATIENCE = timedelta(days=4)  # longer than the gateway itself repeats
_UNFINISHED = (InboxState.STORED, InboxState.WAITING)


def store(
    session: Session,
    *,
    provider: str,
    event_id: str,
    kind: str,
    payload: Mapping[str, Any],
    now: datetime,
) -> str:
    """Keep a checked notification; the same event id is kept once. Returns the row's id."""
    known = _find(session, provider, event_id)
    if known is not None:
        return known
    row = WebhookEvent(
        provider=provider,
        event_id=event_id,
        type=kind[:80],
        payload=dict(payload),
        state=InboxState.STORED,
        note="",
        attempts=0,
        received_at=now,
        next_attempt_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:  # a duplicate at the same instant
        return session.scalars(_by_event(provider, event_id)).one()
    return row.id


def _find(session: Session, provider: str, event_id: str) -> str | None:
    return session.scalar(_by_event(provider, event_id))


def _by_event(provider: str, event_id: str) -> Any:
    return select(WebhookEvent.id).where(
        WebhookEvent.provider == provider, WebhookEvent.event_id == event_id
    )


def take(session: Session, row_id: str) -> dict[str, Any] | None:
    """Lock an unfinished notification and give its text; None when it is done with."""
    row = session.scalars(
        select(WebhookEvent).where(WebhookEvent.id == row_id).with_for_update()
    ).first()
    if row is None or row.state not in _UNFINISHED:
        return None
    return dict(row.payload)


def close(session: Session, row_id: str, state: InboxState, now: datetime, note: str = "") -> None:
    """What became of it. WAITING is tried again, and flagged when it waited too long."""
    row = session.get_one(WebhookEvent, row_id)
    row.attempts += 1
    if state is InboxState.WAITING and now - row.received_at > PATIENCE:
        state = InboxState.FLAGGED
    waiting = state is InboxState.WAITING
    row.state = state
    row.note = note[:300]
    row.next_attempt_at = rules.retry_at(row.attempts, now) if waiting else None
    row.processed_at = None if waiting else now
    session.flush()


def close_by_hand(session: Session, row_id: str, note: str, now: datetime) -> None:
    """A person has dealt with a flagged notification. Raises PaymentNotFound for any other."""
    row = session.get(WebhookEvent, row_id, with_for_update=True)
    if row is None or row.state != InboxState.FLAGGED:
        raise PaymentNotFound()
    row.state, row.note, row.processed_at = InboxState.DONE, note[:300], now
    session.flush()


def postpone(session: Session, row_id: str, note: str, now: datetime) -> None:
    """Handling it failed; it stays and is tried again."""
    row = session.get(WebhookEvent, row_id, with_for_update=True)
    if row is None or row.state not in _UNFINISHED:
        return
    row.attempts += 1
    row.note = note[:300]
    row.next_attempt_at = rules.retry_at(row.attempts, now)
    session.flush()


def due(session: Session, now: datetime, limit: int = 100) -> list[str]:
    """Notifications to try (again), oldest first."""
    return list(
        session.scalars(
            select(WebhookEvent.id)
            .where(WebhookEvent.state.in_(_UNFINISHED), WebhookEvent.next_attempt_at <= now)
            .order_by(WebhookEvent.next_attempt_at)
            .limit(limit)
        )
    )
