"""The verbs of accounts. Longer ones live in the files imported here."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.accounts import codes, legal, sessions, throttle
from market.accounts.addresses import (
    add_address,
    change_address,
    choose_pickup,
    remove_address,
    set_default_address,
)
from market.accounts.errors import PhoneTaken, UnknownAccount, UnknownConsent
from market.accounts.events import AccountRegistered, PasswordChanged, PhoneChanged
from market.accounts.legal import (
    ensure_first_versions,
    give_consent,
    publish_version,
    record_consent,
    withdraw_consent,
)
from market.accounts.membership import (
    enter_household,
    hold_accounts,
    hold_household,
    leave_household,
)
from market.accounts.models import Account, DevMessageRow, NotificationPreference
from market.accounts.privacy import delete_account, deletion_blockers, export_account
from market.accounts.registry import contribute_deletion_check, contribute_export
from market.accounts.roles import (
    actor_of,
    grant_by_operator,
    grant_role,
    load_actor,
    reinstate,
    revoke_by_operator,
    revoke_role,
    suspend,
)
from market.accounts.sessions import open_session
from market.accounts.throttle import Limit
from market.accounts.throttle import take as count_tries
from market.accounts.throttle import used as tries_used
from market.accounts.types import CHANNELS, TOPICS, AccountState
from market.kernel.events import publish

__all__ = [
    "Limit",
    "actor_of",
    "add_address",
    "change_address",
    "choose_pickup",
    "clear_expired",
    "contribute_deletion_check",
    "contribute_export",
    "count_tries",
    "delete_account",
    "deletion_blockers",
    "ensure_first_versions",
    "enter_household",
    "export_account",
    "give_consent",
    "grant_by_operator",
    "grant_role",
    "hold_accounts",
    "hold_household",
    "keep_dev_message",
    "leave_household",
    "load_actor",
    "open_session",
    "publish_version",
    "record_consent",
    "register",
    "reinstate",
    "remove_address",
    "revoke_by_operator",
    "revoke_role",
    "set_default_address",
    "suspend",
    "tries_used",
    "withdraw_consent",
]


def clear_expired(session: Session, *, now: datetime) -> int:
    """Forget codes and throttle windows that are over; returns how many."""
    return codes.clear_expired(session, now=now) + throttle.clear_expired(session, now=now)


def register(
    session: Session,
    phone: str,
    *,
    display_name: str = "",
    password_hash: str | None = None,
    language: str = "",
    elder: bool = False,
    now: datetime,
) -> str:
    """A new account for a phone that was proved, with the two consents it rests on; without a
    `language` it has not chosen one.

    Returns its id. Raises PhoneTaken; two simultaneous registrations make one account.
    """
    account = Account(
        phone=phone,
        display_name=display_name,
        password_hash=password_hash,
        language=language,
        elder=elder,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        raise PhoneTaken(field="phone") from None
    for document in ("privacy", "rules"):
        legal.give_consent(session, account.id, document, now=now)
    publish(session, AccountRegistered(account.id, now))
    return account.id


def set_password(session: Session, account_id: str, password_hash: str, *, now: datetime) -> None:
    """Replace the password; every session of the account ends."""
    _active(session, account_id).password_hash = password_hash
    session.flush()
    sessions.revoke_all(session, account_id)
    publish(session, PasswordChanged(account_id, now))


def replace_hash(session: Session, account_id: str, old_hash: str, new_hash: str) -> None:
    """Store the same password under newer settings, unless it changed meanwhile."""
    session.execute(
        update(Account)
        .where(Account.id == account_id, Account.password_hash == old_hash)
        .values(password_hash=new_hash)
    )


def change_phone(session: Session, account_id: str, phone: str, *, now: datetime) -> None:
    """Give the account the number that was just proved; every session ends. Raises PhoneTaken."""
    taken = session.scalar(select(func.count()).where(Account.phone == phone))
    if taken:
        raise PhoneTaken(field="phone")
    try:
        with session.begin_nested():
            _active(session, account_id).phone = phone
            session.flush()
    except IntegrityError:
        raise PhoneTaken(field="phone") from None
    sessions.revoke_all(session, account_id)
    publish(session, PhoneChanged(account_id, now))


def rename(session: Session, account_id: str, display_name: str, email: str | None = None) -> None:
    """Change how the person is called and where mails go."""
    account = _active(session, account_id)
    account.display_name, account.email = display_name, email or None
    session.flush()


def set_account_language(session: Session, account_id: str, language: str) -> None:
    """The language of messages."""
    _active(session, account_id).language = language


def set_large_text(session: Session, account_id: str, large: bool) -> None:
    """Large text on every device of the person."""
    _active(session, account_id).elder = large


def set_channels(session: Session, account_id: str, wanted: set[tuple[str, str]]) -> None:
    """What the person wants to hear of, and how: (topic, channel) pairs. The inbox always
    gets everything. Raises UnknownConsent for a pair that does not exist."""
    everything = {(topic, channel) for topic in TOPICS for channel in CHANNELS}
    if not wanted <= everything:
        raise UnknownConsent()
    for topic, channel in sorted(everything):
        row = session.get(NotificationPreference, (account_id, topic, channel))
        if row is None:
            row = NotificationPreference(account_id=account_id, topic=topic, channel=channel)
            session.add(row)
        row.wanted = (topic, channel) in wanted
    session.flush()


def keep_dev_message(
    session: Session, channel: str, recipient: str, subject: str, text: str, *, now: datetime
) -> None:
    """What the development adapter would have sent."""
    session.add(
        DevMessageRow(channel=channel, recipient=recipient, subject=subject, text=text, at=now)
    )
    session.flush()


def _active(session: Session, account_id: str) -> Account:
    account = session.get(Account, account_id)
    if account is None or account.state != AccountState.ACTIVE:
        raise UnknownAccount()
    return account
