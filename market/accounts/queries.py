"""Reads about accounts; all return frozen values."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from market.accounts import rules
from market.accounts.errors import UnknownAccount, UnknownAddress, UnknownLegalPage
from market.accounts.models import (
    Account,
    Address,
    AuthSession,
    ConsentRecord,
    DevMessageRow,
    LegalDocument,
    NotificationPreference,
    RoleGrant,
)
from market.accounts.rules import masked_name
from market.accounts.types import (
    CHANNELS,
    DEFAULT_CHANNELS,
    LEGAL_PAGES,
    TOPICS,
    AccountState,
    AccountView,
    AddressView,
    ConsentView,
    Credentials,
    DevMessage,
    Grant,
    LegalHistory,
    LegalVersion,
    MaskedAccount,
    Role,
    SessionView,
)
from market.db.plain import Columns, read
from market.kernel.clock import shanghai_date
from market.kernel.paging import Page, offset
from market.kernel.region_code import RegionCode


def _view(row: Account) -> AccountView:
    return AccountView(
        id=row.id,
        phone=row.phone,
        display_name=row.display_name,
        language=row.language or "zh",
        chosen_language=row.language,
        elder=row.elder,
        email=row.email,
        state=AccountState(row.state),
        created_at=row.created_at,
        has_password=row.password_hash is not None,
        suspended_reason=row.suspended_reason,
    )


def find_account(session: Session, account_id: str) -> AccountView | None:
    """An account, whatever its state; None when there is none."""
    row = session.get(Account, account_id)
    return _view(row) if row else None


def get_account(session: Session, account_id: str) -> AccountView:
    """An account, whatever its state. Raises UnknownAccount."""
    found = find_account(session, account_id)
    if found is None:
        raise UnknownAccount()
    return found


def accounts_by_ids(session: Session, ids: Sequence[str]) -> dict[str, AccountView]:
    """Many accounts by id, in one statement."""
    if not ids:
        return {}
    rows = session.scalars(select(Account).where(Account.id.in_(set(ids))))
    return {row.id: _view(row) for row in rows}


def masked_accounts(session: Session, ids: Collection[str]) -> dict[str, MaskedAccount]:
    """Many people by id, masked, with where they live, in one statement."""
    if not ids:
        return {}
    home = (Address.account_id == Account.id) & Address.is_default
    rows = session.execute(
        select(Account.id, Account.display_name, Account.phone, Address.region)
        .outerjoin(Address, home)
        .where(Account.id.in_(set(ids)))
    )
    return {
        row.id: MaskedAccount(
            masked_name(row.display_name), rules.masked_phone(row.phone),
            RegionCode(row.region) if row.region else None,
        )
        for row in rows
    }  # fmt: skip


def find_by_phone(session: Session, phone: str) -> AccountView | None:
    """The account of a phone, None when there is none."""
    row = session.scalar(select(Account).where(Account.phone == phone))
    return _view(row) if row else None


def household_of(account_id: Any) -> Any:
    """The household an account states, as a piece of another statement."""
    return select(Account.household_id).where(Account.id == account_id).scalar_subquery()


def households_marked(session: Session) -> dict[str, str]:
    """Every account that states a household, with it."""
    rows = session.execute(
        select(Account.id, Account.household_id).where(Account.household_id.is_not(None))
    )
    return {row.id: row.household_id for row in rows if row.household_id is not None}


def credentials(session: Session, phone: str) -> Credentials | None:
    """What a password is checked against."""
    row = session.scalar(select(Account).where(Account.phone == phone))
    return Credentials(row.id, row.password_hash, AccountState(row.state)) if row else None


def password_hash(session: Session, account_id: str) -> str | None:
    """The stored hash of an account."""
    return session.scalar(select(Account.password_hash).where(Account.id == account_id))


_MEMBERS = (
    select(RoleGrant.scope, RoleGrant.account_id)
    .join(Account, Account.id == RoleGrant.account_id)
    .where(
        RoleGrant.role == bindparam("role"),
        RoleGrant.scope.in_(bindparam("scopes", expanding=True)),
        Account.state == AccountState.ACTIVE,
    )
    .order_by(RoleGrant.id)
)


def members_of(session: Session, role: str, scope: str) -> list[str]:
    """The active accounts with a role in exactly this scope."""
    return members_of_all(session, role, [scope])[scope]


def members_of_all(session: Session, role: str, scopes: Collection[str]) -> dict[str, list[str]]:
    """`members_of` each of these scopes, in one statement."""
    found: dict[str, list[str]] = {scope: [] for scope in scopes}
    for scope, account_id in session.execute(_MEMBERS, {"role": role, "scopes": list(found)}):
        found[scope].append(account_id)
    return found


def officials_of(session: Session, region: RegionCode) -> list[str]:
    """The active officials whose region contains this one."""
    return list(
        session.scalars(
            select(RoleGrant.account_id)
            .join(Account, Account.id == RoleGrant.account_id)
            .where(
                RoleGrant.role == Role.OFFICIAL,
                RoleGrant.scope.in_(region.prefixes),
                Account.state == AccountState.ACTIVE,
            )
            .distinct()
        )
    )


def officials_at(session: Session, region: RegionCode) -> list[str]:
    """The active officials of this very region, not of one above it."""
    return list(
        session.scalars(
            select(RoleGrant.account_id)
            .join(Account, Account.id == RoleGrant.account_id)
            .where(
                RoleGrant.role == Role.OFFICIAL,
                RoleGrant.scope == region.digits,
                Account.state == AccountState.ACTIVE,
            )
            .distinct()
        )
    )


def grants(session: Session, account_id: str) -> list[Grant]:
    """The roles of an account beyond household."""
    rows = session.execute(
        select(RoleGrant.role, RoleGrant.scope)
        .where(RoleGrant.account_id == account_id)
        .order_by(RoleGrant.role, RoleGrant.scope)
    )
    return [Grant(Role(row.role), row.scope) for row in rows]


def list_accounts(session: Session, typed: str = "", page: int = 1) -> Page[AccountView]:
    """Accounts by part of the phone number or name, newest first."""
    text = typed.strip()[:40]
    found = select(Account)
    if text:
        found = found.where(
            or_(
                Account.phone.contains(text, autoescape=True),
                Account.display_name.contains(text, autoescape=True),
                Account.id == text,
            )
        )
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = session.scalars(
        found.order_by(Account.created_at.desc(), Account.id.desc()).limit(24).offset(offset(page))
    )
    return Page([_view(row) for row in rows], total, max(1, page))


_SENT_TO = Columns(Address, "id recipient phone region detail is_default pickup_point_id")
_OWN = select(*_SENT_TO.columns).where(_SENT_TO.of.account_id == bindparam("account_id"))
_ADDRESSES = _OWN.order_by(_SENT_TO.of.is_default.desc(), _SENT_TO.of.id.desc())
_ADDRESS = _OWN.where(_SENT_TO.of.id == bindparam("id"))


def addresses(session: Session, account_id: str) -> list[AddressView]:
    """The address book, the default first."""
    return [_address(row) for row in read(session, _ADDRESSES, {"account_id": account_id})]


def get_address(session: Session, account_id: str, address_id: str) -> AddressView:
    """One of the own addresses. Raises UnknownAddress, also for someone else's."""
    rows = read(session, _ADDRESS, {"id": address_id, "account_id": account_id})
    if not rows:
        raise UnknownAddress()
    return _address(rows[0])


def _address(row: Any) -> AddressView:
    return AddressView(
        row.id, row.recipient, row.phone, RegionCode(row.region), row.detail, row.is_default,
        row.pickup_point_id,
    )  # fmt: skip


def live_sessions(
    session: Session, account_id: str, current_id: str, *, now: datetime
) -> list[SessionView]:
    """The devices signed in now, this one first."""
    rows = session.scalars(
        select(AuthSession)
        .join(Account, Account.id == AuthSession.account_id)
        .where(
            AuthSession.account_id == account_id,
            AuthSession.revoked_at.is_(None),
            AuthSession.expires_at > now,
            AuthSession.version == Account.session_version,
        )
        .order_by(AuthSession.created_at.desc())
    )
    views = [
        SessionView(
            r.id, r.created_at, r.expires_at, rules.device_name(r.agent), r.id == current_id
        )
        for r in rows
    ]
    return sorted(views, key=lambda view: not view.is_current)


def wanted_channels(session: Session, account_id: str) -> set[tuple[str, str]]:
    """All (topic, channel) pairs the person wants."""
    rows = session.scalars(
        select(NotificationPreference).where(NotificationPreference.account_id == account_id)
    )
    said = {(row.topic, row.channel): row.wanted for row in rows}
    every = [(topic, channel) for topic in TOPICS for channel in CHANNELS]
    return {pair for pair in every if said.get(pair, pair[1] in DEFAULT_CHANNELS)}


_CHANNELS = select(
    NotificationPreference.account_id,
    NotificationPreference.channel,
    NotificationPreference.wanted,
).where(
    NotificationPreference.account_id.in_(bindparam("ids", expanding=True)),
    NotificationPreference.topic == bindparam("topic"),
)


def channels_for(session: Session, account_id: str, topic: str) -> frozenset[str]:
    """The channels, besides the inbox, through which a topic reaches this person."""
    return channels_of(session, [account_id], topic)[account_id]


def channels_of(
    session: Session, account_ids: Sequence[str], topic: str
) -> dict[str, frozenset[str]]:
    """`channels_for` of many people, in one statement."""
    wanted = dict.fromkeys(account_ids, DEFAULT_CHANNELS)
    if topic not in TOPICS or not wanted:
        return wanted
    rows = session.execute(_CHANNELS, {"ids": list(account_ids), "topic": topic})
    for account_id, channel, is_wanted in rows:
        if is_wanted and channel in CHANNELS:
            wanted[account_id] |= {channel}
        else:
            wanted[account_id] -= {channel}
    return wanted


def _legal(row: LegalDocument) -> LegalVersion:
    return LegalVersion(
        row.slug, row.version, row.effective_on, row.body, row.body_en, row.published_at
    )


def legal_history(session: Session, slug: str, *, now: datetime) -> LegalHistory:
    """A legal page with all its versions, newest first. Raises UnknownLegalPage."""
    if slug not in LEGAL_PAGES:
        raise UnknownLegalPage()
    rows = session.scalars(
        select(LegalDocument)
        .where(LegalDocument.slug == slug)
        .order_by(LegalDocument.version.desc())
    )
    versions = tuple(_legal(row) for row in rows)
    today = shanghai_date(now)
    current = next((v for v in versions if v.effective_on <= today), None)
    upcoming = next((v for v in reversed(versions) if v.effective_on > today), None)
    return LegalHistory(slug, current, upcoming, versions)


def get_legal_version(session: Session, slug: str, version: int) -> LegalVersion:
    """One version of a legal page. Raises UnknownLegalPage."""
    row = session.scalar(
        select(LegalDocument).where(LegalDocument.slug == slug, LegalDocument.version == version)
    )
    if row is None:
        raise UnknownLegalPage()
    return _legal(row)


def consents(session: Session, account_id: str) -> dict[str, ConsentView]:
    """The last word on each consent the person ever gave or took back."""
    rows = session.scalars(
        select(ConsentRecord)
        .where(ConsentRecord.account_id == account_id)
        .order_by(ConsentRecord.document, ConsentRecord.number)
    )
    return {r.document: ConsentView(r.document, r.version, r.given, r.at) for r in rows}


def has_consent(session: Session, account_id: str, document: str) -> bool:
    """Whether a consent is given now."""
    found = consents(session, account_id).get(document)
    return found is not None and found.given


def dev_messages(session: Session, limit: int = 50) -> list[DevMessage]:
    """What the development adapter kept, newest first."""
    rows = session.scalars(
        select(DevMessageRow)
        .order_by(DevMessageRow.at.desc(), DevMessageRow.id.desc())
        .limit(limit)
    )
    return [DevMessage(r.channel, r.recipient, r.subject, r.text, r.at) for r in rows]


def count_accounts(session: Session) -> int:
    """How many accounts there are, of any state."""
    return session.scalar(select(func.count(Account.id))) or 0
