"""Accounts for tests, and a way to be signed in."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.accounts import passwords, service
from market.accounts.models import Account
from market.kernel.actor import Actor

PASSWORD = "green-hill-42-roof"
CREATED = datetime(2026, 11, 1, tzinfo=UTC)
_numbers = count(13_900_000_000)
_hash: list[str] = []


def password_hash() -> str:
    """The hash of PASSWORD, made once."""
    if not _hash:
        _hash.append(passwords.hash_password(PASSWORD))
    return _hash[0]


def make_account(session: Session, **overrides: Any) -> Account:
    """An active account with PASSWORD."""
    values: dict[str, Any] = {
        "phone": str(next(_numbers)),
        "display_name": "张三",
        "password_hash": password_hash(),
        "created_at": CREATED,
        **overrides,
    }
    account = Account(**values)
    session.add(account)
    session.flush()
    return account


def make_actor(
    session: Session, role: str = "household", scope: str = "", **overrides: Any
) -> Actor:
    """The actor of a new account with one role."""
    account = make_account(session, **overrides)
    if role != "household":
        service.grant_role(session, account.id, role, scope)
    return service.load_actor(session, account.id)


def sign_in(client: FlaskClient, session: Session, account_id: str) -> None:
    """Make `client` a signed-in device of the account; commits what the test wrote."""
    now = client.application.extensions["market.clock"].now()
    session.flush()
    session.expire_all()  # requests may have changed the account meanwhile
    token = service.open_session(session, account_id, now=now)
    session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
