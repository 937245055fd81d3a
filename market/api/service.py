"""Tokens: made, found again by what their holder shows, revoked; and the count of calls."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from market.accounts import service as accounts
from market.accounts import throttle
from market.accounts.events import AccountDeleted
from market.accounts.types import Role
from market.api.errors import (
    IdempotencyKeyReused,
    ScopesMissing,
    TokenInvalid,
    TokenNotFound,
    TooManyTokens,
)
from market.api.models import ApiSubmission, ApiToken
from market.api.types import MOST_TOKENS, TOKEN_PREFIX, Caller, Limits, Scope, TokenView
from market.audit import service as audit
from market.kernel.actor import Actor
from market.kernel.ids import new_secret

_USE_NOTED_EVERY = timedelta(minutes=1)


def create_token(
    session: Session,
    actor: Actor,
    name: str,
    scopes: Sequence[Scope],
    *,
    days: int,
    now: datetime,
) -> str:
    """A new token of the actor's account; the returned text is kept nowhere.

    Raises ScopesMissing, TooManyTokens.
    """
    if not scopes:
        raise ScopesMissing(field="scopes")
    live = select(func.count(ApiToken.id)).where(
        ApiToken.account_id == actor.account_id,
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > now,
    )
    if (session.scalar(live) or 0) >= MOST_TOKENS:
        raise TooManyTokens(most=MOST_TOKENS)
    secret = TOKEN_PREFIX + new_secret()
    row = ApiToken(
        account_id=actor.account_id,
        name=name,
        token_hash=digest(secret),
        hint=secret[-4:],
        scopes=[scope.value for scope in Scope if scope in scopes],
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    _audit(session, actor, "api_token.create", row, now)
    return secret


def revoke_token(session: Session, actor: Actor, token_id: str, *, now: datetime) -> None:
    """End a token at once; again changes nothing. Raises TokenNotFound for others' tokens."""
    row = session.get(ApiToken, token_id)
    if row is None or row.account_id != actor.account_id:
        raise TokenNotFound()
    if row.revoked_at is None:
        row.revoked_at = now
        session.flush()
        _audit(session, actor, "api_token.revoke", row, now)


def _audit(session: Session, actor: Actor, action: str, row: ApiToken, now: datetime) -> None:
    after = {"name": row.name, "scopes": row.scopes, "expires_at": row.expires_at.isoformat()}
    audit.record(session, actor, action, "api_token", row.id, after=after, now=now)


def list_tokens(session: Session, account_id: str) -> list[TokenView]:
    """The account's tokens, newest first."""
    rows = session.scalars(
        select(ApiToken).where(ApiToken.account_id == account_id).order_by(ApiToken.id.desc())
    )
    return [_view(row) for row in rows]


def find_caller(session: Session, secret: str, *, now: datetime) -> tuple[str, Caller]:
    """The token's id and its caller, with the rights of a household whatever else the account
    may be. Notes the use. Raises TokenInvalid.
    """
    row = session.scalar(select(ApiToken).where(ApiToken.token_hash == digest(secret)))
    if row is None or not _view(row).is_live(now):
        raise TokenInvalid()
    person = accounts.load_actor(session, row.account_id)
    if not person.is_signed_in:
        raise TokenInvalid()
    if row.last_used_at is None or now - row.last_used_at >= _USE_NOTED_EVERY:
        session.execute(update(ApiToken).where(ApiToken.id == row.id).values(last_used_at=now))
    actor = Actor(
        account_id=row.account_id,
        roles=frozenset({Role.HOUSEHOLD.value}),
        display_name=person.display_name,
    )
    return row.id, Caller(actor, frozenset(Scope(scope) for scope in row.scopes))


def count_call(
    session: Session, token_id: str | None, address: str, limits: Limits, *, now: datetime
) -> timedelta | None:
    """Count one call; how long to wait when a limit is passed, else None."""
    most = limits.without_token if token_id is None else limits.per_address
    action = "api-open" if token_id is None else "api-address"
    wanted = [throttle.Limit(action, address, most, limits.window)]
    if token_id is not None:
        wanted.append(throttle.Limit("api-token", token_id, limits.per_token, limits.window))
    return throttle.take(session, wanted, now=now)


def note_submission(
    session: Session, account_id: str, key: str, content: str, order_id: str, *, now: datetime
) -> None:
    """Tie an idempotency key to its content. Raises IdempotencyKeyReused for another one."""
    known = session.scalar(
        select(ApiSubmission).where(
            ApiSubmission.account_id == account_id, ApiSubmission.key == key
        )
    )
    if known is None:
        session.add(
            ApiSubmission(
                account_id=account_id,
                key=key,
                digest=digest(content),
                order_id=order_id,
                created_at=now,
            )
        )
        session.flush()
    elif known.digest != digest(content):
        raise IdempotencyKeyReused()


def on_account_deleted(session: Session, event: AccountDeleted) -> None:
    """Reaction: a person who left leaves no token."""
    for table in (ApiToken, ApiSubmission):
        session.execute(delete(table).where(table.account_id == event.account_id))


def export_tokens(session: Session, account_id: str) -> list[dict[str, Any]]:
    """The account's tokens as plain values, for the download of one's own data."""
    return [
        {
            "name": token.name,
            "scopes": [scope.value for scope in token.scopes],
            "created_at": token.created_at.isoformat(),
            "expires_at": token.expires_at.isoformat(),
            "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
        }
        for token in list_tokens(session, account_id)
    ]


def digest(text: str) -> str:
    """What is kept of a token (256 random bits need no slow hash) or of a content."""
    return sha256(text.encode()).hexdigest()


def _view(row: ApiToken) -> TokenView:
    return TokenView(
        id=row.id,
        name=row.name,
        hint=row.hint,
        scopes=tuple(Scope(scope) for scope in row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


accounts.contribute_export("api_tokens", export_tokens)
