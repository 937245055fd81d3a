"""Signed-in devices: made at sign-in, ended by sign-out, revoked by a new session version."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from market.accounts import rules
from market.accounts.errors import AccountSuspendedError, UnknownAccount
from market.accounts.events import SignedOut
from market.accounts.models import Account, AuthSession, RoleGrant
from market.accounts.types import STAFF_ROLES, AccountState
from market.db.plain import read
from market.kernel.events import publish
from market.kernel.ids import new_secret


@dataclass(frozen=True)
class LiveSession:
    """A session that still counts, with what the actor is made of."""

    id: str
    account_id: str
    display_name: str
    confirmed_at: datetime | None
    grants: tuple[tuple[str, str], ...]


# Composed once: every request of somebody signed in asks it.
_LIVE = (
    select(
        AuthSession.id,
        AuthSession.account_id,
        AuthSession.confirmed_at,
        Account.display_name,
        RoleGrant.role,
        RoleGrant.scope,
    )
    .join(Account, Account.id == AuthSession.account_id)
    .outerjoin(RoleGrant, RoleGrant.account_id == Account.id)
    .where(
        AuthSession.token_hash == bindparam("token_hash"),
        AuthSession.revoked_at.is_(None),
        AuthSession.expires_at > bindparam("now"),
        AuthSession.version == Account.session_version,
        Account.state == AccountState.ACTIVE,
    )
)


def open_session(session: Session, account_id: str, *, agent: str = "", now: datetime) -> str:
    """A new session; returns the token for the cookie. Staff sessions are short.

    Raises UnknownAccount, AccountSuspendedError.
    """
    account = session.get(Account, account_id)
    if account is None or account.state == AccountState.DELETED:
        raise UnknownAccount()
    if account.state != AccountState.ACTIVE:
        raise AccountSuspendedError()
    staff = session.scalar(
        select(RoleGrant.id).where(
            RoleGrant.account_id == account_id, RoleGrant.role.in_(STAFF_ROLES)
        )
    )
    token = new_secret()
    life = rules.STAFF_SESSION if staff else rules.HOUSEHOLD_SESSION
    session.add(
        AuthSession(
            token_hash=rules.token_hash(token),
            account_id=account_id,
            version=account.session_version,
            created_at=now,
            expires_at=now + life,
            agent="".join(c for c in agent if c.isprintable())[:120],
        )
    )
    session.flush()
    return token


def find_live(session: Session, token: str, *, now: datetime) -> LiveSession | None:
    """The session of a token, None once it ended, expired, was revoked, or the account is not
    active. One statement."""
    rows = read(session, _LIVE, {"token_hash": rules.token_hash(token), "now": now})
    if not rows:
        return None
    first = rows[0]
    grants = tuple((row.role, row.scope) for row in rows if row.role)
    return LiveSession(first.id, first.account_id, first.display_name, first.confirmed_at, grants)


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """Sign this device out; the old cookie is worth nothing afterwards."""
    account_id = session.scalar(
        update(AuthSession)
        .where(AuthSession.token_hash == rules.token_hash(token), AuthSession.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(AuthSession.account_id)
    )
    if account_id is not None:
        publish(session, SignedOut(account_id, now))


def end_one(session: Session, account_id: str, session_id: str, *, now: datetime) -> None:
    """Sign out one of the own devices; someone else's id does nothing."""
    session.execute(
        update(AuthSession)
        .where(AuthSession.id == session_id, AuthSession.account_id == account_id)
        .values(revoked_at=now)
    )


def revoke_all(session: Session, account_id: str) -> None:
    """Every session of the account ends at once."""
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(session_version=Account.session_version + 1)
    )
    session.expire_all()


def leave_everywhere(session: Session, account_id: str, *, now: datetime) -> None:
    """The person signs out of every device, this one too."""
    revoke_all(session, account_id)
    publish(session, SignedOut(account_id, now))


def confirm(session: Session, session_id: str, *, now: datetime) -> None:
    """The person proved again, just now, to be the owner of this session."""
    session.execute(
        update(AuthSession).where(AuthSession.id == session_id).values(confirmed_at=now)
    )


def is_confirmed(live: LiveSession, *, now: datetime) -> bool:
    """Whether that proof is fresh enough."""
    return live.confirmed_at is not None and now - live.confirmed_at <= rules.CONFIRMED_FOR
