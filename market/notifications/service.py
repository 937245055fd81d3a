"""Writing messages, and handing them out to be carried."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.db.inserting import insert_new
from market.kernel.ids import new_id
from market.notifications.models import Message, OutboxMessage
from market.notifications.texts import KINDS
from market.notifications.types import MessageView, Parcel

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 8


def send(
    session: Session,
    account_ids: Iterable[str],
    kind: str,
    params: Mapping[str, Any],
    link: str,
    *,
    key: str,
    now: datetime,
) -> int:
    """Put a message into each inbox, and into the outbox for the channels each person wants.

    The same `key` reaches a person once. Nothing leaves before the commit. Returns how many
    people got it now.
    """
    messages: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "account_id": account_id,
            "key": f"{kind}:{key}"[:120],
            "kind": kind,
            "params": dict(params),
            "link": link,
            "created_at": now,
        }
        for account_id in dict.fromkeys(account_ids)
    ]
    new = insert_new(session, Message, messages)  # whoever has it already gets it no more
    reached: dict[str, str] = {row["account_id"]: row["id"] for row in messages if row["id"] in new}
    channels = accounts.channels_of(session, list(reached), KINDS[kind].topic)
    outbox = [
        {"message_id": message_id, "channel": channel, "state": "waiting", "attempts": 0,
         "created_at": now, "next_attempt_at": now, "problem": ""}
        for account_id, message_id in reached.items()
        for channel in sorted(channels[account_id])
    ]  # fmt: skip
    if outbox:
        session.execute(insert(OutboxMessage), outbox)
    return len(reached)


def mark_read(session: Session, account_id: str, now: datetime) -> None:
    """Everything in the inbox was seen."""
    session.execute(
        update(Message)
        .where(Message.account_id == account_id, Message.read_at.is_(None))
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )


def forget_account(session: Session, account_id: str) -> None:
    """The person left: their messages go."""
    own = select(Message.id).where(Message.account_id == account_id)
    session.execute(
        delete(OutboxMessage)
        .where(OutboxMessage.message_id.in_(own))
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(Message)
        .where(Message.account_id == account_id)
        .execution_options(synchronize_session=False)
    )


def list_messages(session: Session, account_id: str, limit: int = 100) -> list[MessageView]:
    """The inbox, newest first."""
    rows = session.scalars(
        select(Message)
        .where(Message.account_id == account_id)
        .order_by(Message.id.desc())
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return [MessageView(r.id, r.kind, r.params, r.link, r.created_at, r.read_at) for r in rows]


def count_unread(session: Session, account_id: str) -> int:
    """How many messages were not seen yet."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Message)
            .where(Message.account_id == account_id, Message.read_at.is_(None))
        )
        or 0
    )


def due(session: Session, now: datetime, limit: int = 100) -> list[str]:
    """Outbox rows to be carried, oldest first."""
    return list(
        session.scalars(
            select(OutboxMessage.id)
            .where(*_free(now))
            .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
            .limit(limit)
        )
    )


def claim(session: Session, outbox_id: str, now: datetime) -> Parcel | None:
    """Take a row for a while, so that no other worker carries it; None when it is not free."""
    taken = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == outbox_id, *_free(now))
        .values(leased_until=now + LEASE, attempts=OutboxMessage.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return None
    row, message = session.execute(
        select(OutboxMessage, Message)
        .join(Message, Message.id == OutboxMessage.message_id)
        .where(OutboxMessage.id == outbox_id)
    ).one()
    person = accounts.find_account(session, message.account_id)
    address = ""
    if person is not None:
        address = (person.phone if row.channel == "sms" else person.email) or ""
    return Parcel(
        outbox_id=row.id,
        channel=row.channel,
        address=address,
        language=person.language if person else "zh",
        kind=message.kind,
        params=message.params,
        link=message.link,
    )


def _free(now: datetime) -> tuple[Any, ...]:
    return (
        OutboxMessage.state == "waiting",
        OutboxMessage.next_attempt_at <= now,
        or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now),
    )


def carried(session: Session, outbox_id: str, now: datetime) -> None:
    """It was sent."""
    _end(session, outbox_id, {"state": "sent", "sent_at": now, "problem": ""})


def dropped(session: Session, outbox_id: str, reason: str) -> None:
    """It cannot be sent and never will."""
    _end(session, outbox_id, {"state": "dropped", "problem": reason[:300]})


def not_carried(session: Session, outbox_id: str, reason: str, now: datetime) -> None:
    """It was not sent: again later, and after some attempts no more."""
    row = session.get_one(OutboxMessage, outbox_id, populate_existing=True)
    state = "failed" if row.attempts >= MOST_ATTEMPTS else "waiting"
    wait = timedelta(seconds=min(3600, 15 * 2**row.attempts))
    _end(
        session,
        outbox_id,
        {"state": state, "problem": reason[:300], "next_attempt_at": now + wait},
    )


def _end(session: Session, outbox_id: str, values: dict[str, object]) -> None:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == outbox_id, OutboxMessage.state == "waiting")
        .values({**values, "leased_until": None})
        .execution_options(synchronize_session=False)
    )
