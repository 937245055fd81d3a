"""Counting of attempts in the database, so that all workers see one number."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from market.accounts.models import ThrottleCounter
from market.db.inserting import upsert


@dataclass(frozen=True)
class Limit:
    """At most `most` tries per `window` for one subject."""

    action: str
    subject: str
    most: int
    window: timedelta

    def key(self, now: datetime) -> str:
        """Names this subject's present window; the subject itself is not stored."""
        bucket = int(now.timestamp() // self.window.total_seconds())
        digest = hashlib.sha256(self.subject.encode()).hexdigest()[:40]
        return f"{self.action}:{digest}:{bucket}"

    def left(self, now: datetime) -> timedelta:
        """How long the present window still lasts."""
        seconds = self.window.total_seconds()
        return timedelta(seconds=seconds - now.timestamp() % seconds)


def login_limits(phone: str, address: str) -> tuple[Limit, ...]:
    """Password tries: few per number, many per network (a village may share one address)."""
    return (
        Limit("login-phone", phone, 8, timedelta(minutes=15)),
        Limit("login-address", address, 100, timedelta(minutes=15)),
    )


def send_limits(phone: str, address: str) -> tuple[Limit, ...]:
    """Codes sent: they cost money and annoy."""
    return (
        Limit("send-hour", phone, 5, timedelta(hours=1)),
        Limit("send-day", phone, 10, timedelta(days=1)),
        Limit("send-address", address, 60, timedelta(hours=1)),
    )


def code_limits(phone: str, address: str) -> tuple[Limit, ...]:
    """Codes typed, over and above the cap of each code."""
    return (
        Limit("code-phone", phone, 20, timedelta(hours=1)),
        Limit("code-address", address, 200, timedelta(hours=1)),
    )


def take(
    session: Session, limits: Sequence[Limit], *, now: datetime, tries: int = 1
) -> timedelta | None:
    """Count tries against every limit; how long to wait when one is exceeded, else None.

    The caller commits in either case: a refused try counts too.
    """
    counts = [(limit, _count(session, limit, now, tries)) for limit in limits]
    waits = [limit.left(now) for limit, count in counts if count > limit.most]
    return max(waits, default=None)


def _count(session: Session, limit: Limit, now: datetime, tries: int) -> int:
    """So many more, atomically."""
    statement = upsert(session, ThrottleCounter).values(
        key=limit.key(now), count=tries, expires_at=now + limit.left(now)
    )
    statement = statement.on_conflict_do_update(
        index_elements=[ThrottleCounter.key], set_={"count": ThrottleCounter.count + tries}
    )
    return int(session.execute(statement.returning(ThrottleCounter.count)).scalar_one())


def used(session: Session, limit: Limit, *, now: datetime) -> int:
    """How many tries this subject made in the present window."""
    query = select(ThrottleCounter.count).where(ThrottleCounter.key == limit.key(now))
    return session.scalar(query) or 0


def forgive(session: Session, limit: Limit, *, now: datetime) -> None:
    """Start this subject's count again, after a success."""
    session.execute(delete(ThrottleCounter).where(ThrottleCounter.key == limit.key(now)))


def clear_expired(session: Session, *, now: datetime) -> int:
    """Remove windows that are over; returns how many."""
    keys = session.scalars(
        select(ThrottleCounter.key).where(ThrottleCounter.expires_at < now).limit(1000)
    ).all()
    session.execute(delete(ThrottleCounter).where(ThrottleCounter.key.in_(keys)))
    return len(keys)
