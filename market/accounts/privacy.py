"""Download of one's own data, and leaving."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from market.accounts import codes, registry, roles, sessions
from market.accounts.errors import UnknownAccount
from market.accounts.events import AccountDeleted
from market.accounts.models import (
    Account,
    Address,
    AuthSession,
    ConsentRecord,
    NotificationPreference,
    RoleGrant,
)
from market.accounts.types import AccountState, Blocker
from market.kernel.events import publish


def export_account(session: Session, account_id: str, *, now: datetime) -> dict[str, Any]:
    """Everything kept about a person, as JSON values: ours and what other packages add."""
    account = session.get(Account, account_id)
    if account is None or account.state == AccountState.DELETED:
        raise UnknownAccount()
    data: dict[str, Any] = {
        "exported_at": now.isoformat(),
        "account": {
            "id": account.id,
            "phone": account.phone,
            "email": account.email,
            "display_name": account.display_name,
            "language": account.language or "zh",
            "large_text": account.elder,
            "created_at": account.created_at.isoformat(),
            "has_password": account.password_hash is not None,
        },
        "roles": _rows(session, RoleGrant, account_id, "role", "scope"),
        "addresses": _rows(
            session, Address, account_id, "recipient", "phone", "region", "detail", "is_default"
        ),
        "consents": _rows(session, ConsentRecord, account_id, "document", "version", "given", "at"),
        "notification_preferences": _rows(
            session, NotificationPreference, account_id, "topic", "channel", "wanted"
        ),
        "sessions": _rows(
            session, AuthSession, account_id, "created_at", "expires_at", "revoked_at", "agent"
        ),
    }
    for name, part in registry.export_parts().items():
        data[name] = part(session, account_id)
    return data


def _rows(
    session: Session, model: type[Any], account_id: str, *columns: str
) -> list[dict[str, Any]]:
    found = session.execute(
        select(*(getattr(model, name) for name in columns)).where(model.account_id == account_id)
    )
    return [
        {name: _plain(value) for name, value in zip(columns, row, strict=True)} for row in found
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def deletion_blockers(session: Session, account_id: str) -> list[Blocker]:
    """Why the account cannot be deleted now; empty when it can."""
    found = (check(session, account_id) for check in registry.deletion_checks().values())
    return [blocker for blocker in found if blocker is not None]


def delete_account(session: Session, account_id: str, *, now: datetime) -> list[Blocker]:
    """Anonymise the account and end every session; returns the blockers when refused.

    What the law wants kept (orders, the ledger, consents) stays, without name and number;
    other packages anonymise their part on AccountDeleted. Raises UnknownAccount, LastOperator.
    """
    account = session.get(Account, account_id)
    if account is None or account.state == AccountState.DELETED:
        raise UnknownAccount()
    blockers = deletion_blockers(session, account_id)
    if blockers:
        return blockers
    roles.remove_all(session, account_id)
    if account.phone:
        codes.forget_phone(session, account.phone)
    account.state, account.deleted_at = AccountState.DELETED, now
    account.phone = account.email = account.password_hash = None
    account.display_name = account.suspended_reason = ""
    session.flush()
    for model in (Address, NotificationPreference, AuthSession):
        session.execute(delete(model).where(model.account_id == account_id))
    sessions.revoke_all(session, account_id)
    publish(session, AccountDeleted(account_id, now))
    return []
