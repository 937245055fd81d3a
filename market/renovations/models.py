"""Tables of renovations."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
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
from market.db.types import Json, Quantity, UtcDateTime


class RenovationRequest(IdMixin, Base):
    """What a household wants done. Holds no personal data: those are in `request_contacts`."""

    __tablename__ = "renovation_requests"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft','live','awarded','closed','cancelled','expired')",
            name="state_known",
        ),
        CheckConstraint("places_left >= 0 AND places_left <= places_total", name="places_sane"),
        CheckConstraint("state = 'draft' OR household_id IS NOT NULL", name="live_has_owner"),
        CheckConstraint(
            "budget_low_fen IS NULL OR budget_low_fen >= 0", name="budget_not_negative"
        ),
        Index("ix_renovation_requests_household", "household_id", "created_at"),
        Index("ix_renovation_requests_draft", "draft_digest"),
        Index("ix_renovation_requests_region", "region", "state"),
        Index("ix_renovation_requests_clock", "state", "closes_at"),
    )

    number: Mapped[str] = mapped_column(String(12), unique=True)
    household_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    draft_digest: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    project_type: Mapped[str] = mapped_column(String(40), default="")
    bundle: Mapped[str | None] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    trades: Mapped[list[str]] = mapped_column(Json, default=list)
    scope: Mapped[str] = mapped_column(Text, default="")
    budget_low_fen: Mapped[int | None] = mapped_column(BigInteger)
    budget_high_fen: Mapped[int | None] = mapped_column(BigInteger)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    contract_mode: Mapped[str] = mapped_column(String(10), default="")
    region: Mapped[str] = mapped_column(String(9), default="")
    done_steps: Mapped[list[str]] = mapped_column(Json, default=list)
    places_total: Mapped[int] = mapped_column(Integer, default=0)
    places_left: Mapped[int] = mapped_column(Integer, default=0)
    crews_fit: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decide_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    awarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    close_reason: Mapped[str] = mapped_column(String(20), default="")
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    extended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    called_off_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    # The configured bundle that the crew builds: its goods are bought on the platform.
    plan: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    rated: Mapped[int | None] = mapped_column(Integer)


class RequestContact(Base):
    """Personal data of the household: read for the household and for the awarded crew only."""

    __tablename__ = "request_contacts"

    request_id: Mapped[str] = mapped_column(ForeignKey("renovation_requests.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(20))
    door: Mapped[str] = mapped_column(String(120))


class Invitation(IdMixin, Base):
    """One crew asked to quote for one request."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("request_id", "provider_id"),
        CheckConstraint(
            "state IN ('sent','accepted','quoted','won','lost','declined','expired','withdrawn')",
            name="state_known",
        ),
        Index("ix_invitations_provider", "provider_id", "state", "sent_at"),
        Index("ix_invitations_clock", "state", "expires_at"),
        Index(
            "uq_invitations_one_winner",
            "request_id",
            unique=True,
            sqlite_where=text("state = 'won'"),
            postgresql_where=text("state = 'won'"),
        ),
    )

    request_id: Mapped[str] = mapped_column(ForeignKey("renovation_requests.id"))
    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"))
    wave: Mapped[int] = mapped_column(Integer)
    score: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default="sent")
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decline_reason: Mapped[str] = mapped_column(String(20), default="")


class Quote(IdMixin, Base):
    """One version of a crew's itemised quote."""

    __tablename__ = "quotes"
    __table_args__ = (
        UniqueConstraint("invitation_id", "version"),
        CheckConstraint("total_fen > 0", name="total_positive"),
        CheckConstraint("awarded_at IS NULL OR superseded_at IS NULL", name="award_is_current"),
        Index(
            "uq_quotes_one_current",
            "invitation_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        # At most one award per request, whatever the program does.
        Index(
            "uq_quotes_one_award",
            "request_id",
            unique=True,
            sqlite_where=text("awarded_at IS NOT NULL"),
            postgresql_where=text("awarded_at IS NOT NULL"),
        ),
        Index("ix_quotes_request", "request_id"),
    )

    request_id: Mapped[str] = mapped_column(ForeignKey("renovation_requests.id"))
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitations.id"))
    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"))
    version: Mapped[int] = mapped_column(Integer)
    total_fen: Mapped[int] = mapped_column(BigInteger)
    valid_until: Mapped[date] = mapped_column(Date)
    days: Mapped[int] = mapped_column(Integer)
    warranty_months: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    awarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class QuoteLine(IdMixin, Base):
    """One line of a quote; its amount is what the server computed."""

    __tablename__ = "quote_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("unit_price_fen >= 0 AND amount_fen >= 0", name="amounts_not_negative"),
        UniqueConstraint("quote_id", "position"),
    )

    quote_id: Mapped[str] = mapped_column(ForeignKey("quotes.id"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(10))
    item: Mapped[str | None] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(80))
    listing_id: Mapped[str | None] = mapped_column(String(20))
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    unit: Mapped[str] = mapped_column(String(10))
    unit_price_fen: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
