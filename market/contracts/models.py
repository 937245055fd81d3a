"""Tables of contracts. A version is never changed; what happens later only adds rows."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
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
from market.db.types import Json, UtcDateTime

_OPEN_MOVE = text("state = 'open'")


class Contract(IdMixin, Base):
    """One job with its goods. `household_signed` and `crew_signed` are versions (0: none)."""

    __tablename__ = "contracts"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'running', 'finished', 'cancelled')", name="state_known"
        ),
        CheckConstraint(
            "state IN ('draft', 'cancelled') "
            "OR (household_signed = version AND crew_signed = version)",
            name="running_is_signed",
        ),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint(
            "(state IN ('finished', 'cancelled')) = (ended_at IS NOT NULL)", name="over_has_end"
        ),
        # One contract per award, whatever the program does.
        UniqueConstraint("quote_id"),
        UniqueConstraint("request_id"),
        Index("ix_contracts_household", "household_id", "created_at"),
        Index("ix_contracts_provider", "provider_id", "created_at"),
        Index("ix_contracts_region", "region", "state"),
        Index("ix_contracts_clock", "state", "decide_by"),
    )

    number: Mapped[str] = mapped_column(String(24), unique=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("renovation_requests.id"))
    quote_id: Mapped[str] = mapped_column(ForeignKey("quotes.id"))
    household_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    provider_id: Mapped[str] = mapped_column(ForeignKey("providers.id"))
    region: Mapped[str] = mapped_column(String(9))
    origin: Mapped[str] = mapped_column(String(40), index=True)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    version: Mapped[int] = mapped_column(Integer, default=1)
    household_signed: Mapped[int] = mapped_column(Integer, default=0)
    crew_signed: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(String(10), default="")
    end_reason: Mapped[str] = mapped_column(String(300), default="")
    # Until when the household decides about goods that were not sent when the job was off.
    decide_by: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContractVersion(IdMixin, Base):
    """What the contract says, as one of the parties (or "", the award) made it."""

    __tablename__ = "contract_versions"
    __table_args__ = (UniqueConstraint("contract_id", "version"),)

    contract_id: Mapped[str] = mapped_column(ForeignKey("contracts.id"))
    version: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(10), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ContractSignature(IdMixin, Base):
    """A party's name under a version."""

    __tablename__ = "contract_signatures"
    __table_args__ = (
        UniqueConstraint("contract_id", "version", "party"),
        CheckConstraint("party IN ('household', 'crew')", name="party_known"),
    )

    contract_id: Mapped[str] = mapped_column(ForeignKey("contracts.id"))
    version: Mapped[int] = mapped_column(Integer)
    party: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ContractMilestone(IdMixin, Base):
    """A milestone of a signed contract and how far it got."""

    __tablename__ = "contract_milestones"
    __table_args__ = (
        UniqueConstraint("contract_id", "position"),
        CheckConstraint(
            "state IN ('planned', 'reported', 'rework', 'accepted')", name="state_known"
        ),
        CheckConstraint("(state = 'accepted') = (accepted_at IS NOT NULL)", name="accepted_when"),
        CheckConstraint("pct BETWEEN 0 AND 100", name="pct_sane"),
    )

    contract_id: Mapped[str] = mapped_column(ForeignKey("contracts.id"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(10))
    pct: Mapped[int] = mapped_column(Integer)
    planned_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default="planned")
    note: Mapped[str] = mapped_column(Text, default="")
    rework_reason: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Whose act accepted it: a household's account, or "" when the signatures did.
    accepted_by: Mapped[str] = mapped_column(String(20), default="")


class ContractMove(IdMixin, Base):
    """A new day for a milestone that a party proposed."""

    __tablename__ = "contract_moves"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'agreed', 'refused', 'void')", name="state_known"),
        Index(
            "uq_contract_moves_open", "contract_id", unique=True,
            sqlite_where=_OPEN_MOVE, postgresql_where=_OPEN_MOVE,
        ),
    )  # fmt: skip

    contract_id: Mapped[str] = mapped_column(ForeignKey("contracts.id"))
    position: Mapped[int] = mapped_column(Integer)
    old_on: Mapped[date] = mapped_column(Date)
    new_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(300), default="")
    proposed_by: Mapped[str] = mapped_column(String(10))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default="open")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContractGoods(IdMixin, Base):
    """What becomes of a seller's unsent goods after the job is off."""

    __tablename__ = "contract_goods"
    __table_args__ = (
        UniqueConstraint("contract_id", "seller_order_id"),
        CheckConstraint(
            "decision IN ('waiting', 'deliver', 'keep', 'drop', 'as_promised', 'taken_over')",
            name="decision_known",
        ),
    )

    contract_id: Mapped[str] = mapped_column(ForeignKey("contracts.id"))
    seller_order_id: Mapped[str] = mapped_column(ForeignKey("seller_orders.id"), index=True)
    decision: Mapped[str] = mapped_column(String(12), default="waiting")
    deliver_until: Mapped[date | None] = mapped_column(Date)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContractEvent(IdMixin, Base):
    """An entry of the timeline; never changed."""

    __tablename__ = "contract_events"

    contract_id: Mapped[str] = mapped_column(ForeignKey("contracts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    party: Mapped[str] = mapped_column(String(10), default="")
    account_id: Mapped[str] = mapped_column(String(20), default="")
    params: Mapped[dict[str, Any]] = mapped_column(Json)
