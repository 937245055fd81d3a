"""Tables of accounts, their proofs, roles, addresses and consents."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime


class Account(IdMixin, Base):
    """A person. After deletion the row stays, without anything personal.

    `household_id` is the household it states and belongs to now; whoever uses up a household's
    share holds this row while it does.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("state in ('active','suspended','deleted')", name="state"),
        CheckConstraint("(state = 'deleted') = (phone is null)", name="phone_unless_deleted"),
    )

    phone: Mapped[str | None] = mapped_column(String(11), unique=True)
    email: Mapped[str | None] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    display_name: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(2), default="zh")
    elder: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(10), default="active")
    suspended_reason: Mapped[str] = mapped_column(String(300), default="")
    session_version: Mapped[int] = mapped_column(Integer, default=1)
    household_id: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuthSession(IdMixin, Base):
    """One signed-in device; the cookie holds the token, the table its hash."""

    __tablename__ = "auth_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agent: Mapped[str] = mapped_column(String(120), default="")


class OneTimeCode(IdMixin, Base):
    """A code sent to a phone; only its keyed hash is kept."""

    __tablename__ = "one_time_codes"
    __table_args__ = (
        Index("ix_one_time_codes_phone_purpose", "phone", "purpose", "created_at"),
        CheckConstraint("attempts >= 0 and attempts <= 5", name="attempts"),
    )

    phone: Mapped[str] = mapped_column(String(11))
    purpose: Mapped[str] = mapped_column(String(12))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ThrottleCounter(Base):
    """How often something was tried within one window; shared by all workers."""

    __tablename__ = "throttle_counters"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class RoleGrant(IdMixin, Base):
    """A role beyond that of a household, within a scope."""

    __tablename__ = "role_grants"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "scope"),
        Index("ix_role_grants_role_scope", "role", "scope"),
        CheckConstraint("role in ('seller','provider','official','operator')", name="role"),
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[str] = mapped_column(String(10))
    scope: Mapped[str] = mapped_column(String(20), default="")


class Address(IdMixin, Base):
    """Where goods go."""

    __tablename__ = "addresses"
    __table_args__ = (
        Index(
            "uq_addresses_one_default",
            "account_id",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(11))
    region: Mapped[str] = mapped_column(String(9))
    detail: Mapped[str] = mapped_column(String(200))
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)
    # The pick-up point where its household usually fetches; a wish, looked at when it orders.
    pickup_point_id: Mapped[str | None] = mapped_column(String(20), default=None)


class LegalDocument(IdMixin, Base):
    """One version of a legal page; never changed once published."""

    __tablename__ = "legal_documents"
    __table_args__ = (UniqueConstraint("slug", "version"),)

    slug: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer)
    effective_on: Mapped[date] = mapped_column(Date)
    body: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str] = mapped_column(String(20))


class ConsentRecord(IdMixin, Base):
    """A consent given or withdrawn; rows are only added."""

    __tablename__ = "consent_records"
    __table_args__ = (UniqueConstraint("account_id", "document", "number"),)

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    document: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    given: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class NotificationPreference(Base):
    """Whether a person wants a topic through a channel; missing rows mean the default."""

    __tablename__ = "notification_preferences"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(20), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    wanted: Mapped[bool] = mapped_column(Boolean)


class DevMessageRow(IdMixin, Base):
    """What the development adapter kept instead of sending it."""

    __tablename__ = "dev_messages"

    channel: Mapped[str] = mapped_column(String(8))
    recipient: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
