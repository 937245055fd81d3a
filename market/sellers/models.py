"""Tables of sellers. Private to the package; others refer to `sellers.id` by name only."""

from datetime import date, datetime
from typing import Any

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
    event,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime

_STATES = "'draft','submitted','clarification','answered','approved','refused','suspended'"
_NOT_RIVALS = text("state <> 'draft' AND state <> 'refused' AND credit_code <> ''")


class Seller(IdMixin, Base):
    """A maker, shop or mall, from the first line of its application on."""

    __tablename__ = "sellers"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("kind IN ('manufacturer','shop','mall')", name="kind"),
        Index("ix_sellers_state_region_code", "state", "region_code"),
        Index(
            "uq_sellers_credit_code_in_use",
            "credit_code",
            unique=True,
            sqlite_where=_NOT_RIVALS,
            postgresql_where=_NOT_RIVALS,
        ),
    )

    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    region_code: Mapped[str] = mapped_column(String(9))
    state: Mapped[str] = mapped_column(String(20), default="draft")
    about: Mapped[str] = mapped_column(Text, default="")
    credit_code: Mapped[str] = mapped_column(String(18), default="")
    licence_file_id: Mapped[str | None] = mapped_column(String(20), default=None)
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    returns_recipient: Mapped[str] = mapped_column(String(60), default="")
    returns_phone: Mapped[str] = mapped_column(String(20), default="")
    returns_region: Mapped[str] = mapped_column(String(9), default="")
    returns_detail: Mapped[str] = mapped_column(String(200), default="")
    payout_holder: Mapped[str] = mapped_column(String(120), default="")
    payout_bank: Mapped[str] = mapped_column(String(120), default="")
    payout_account: Mapped[str] = mapped_column(String(40), default="")
    delivery_pledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    standards_acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    reinstated_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    reason: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    # Copied from what officials confirmed of its works: see `factory_marks.py`.
    factory_marks: Mapped[list[dict[str, Any]] | None] = mapped_column(Json, default=None)
    # Copied from its grading as a supplier of whole solutions; "" is none.
    supplier_grade: Mapped[str] = mapped_column(String(4), default="", server_default="")
    supplier_on: Mapped[date | None] = mapped_column(Date, default=None)


class SellerStateChange(IdMixin, Base):
    """Append-only history of an application."""

    __tablename__ = "seller_state_changes"

    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    actor_account_id: Mapped[str] = mapped_column(String(20))
    actor_name: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(Text, default="")


class SellerMember(IdMixin, Base):
    """A person who may act for a seller."""

    __tablename__ = "seller_members"
    __table_args__ = (UniqueConstraint("seller_id", "account_id"),)

    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    is_owner: Mapped[bool] = mapped_column(Boolean, default=False)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SellerArea(IdMixin, Base):
    """A region prefix a seller delivers to; "" is the whole country."""

    __tablename__ = "seller_areas"
    __table_args__ = (
        UniqueConstraint("seller_id", "prefix"),
        Index("ix_seller_areas_prefix", "prefix"),
    )

    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    prefix: Mapped[str] = mapped_column(String(9))


class SellerFreightRate(IdMixin, Base):
    """Price of a shipment into a region."""

    __tablename__ = "seller_freight_rates"
    __table_args__ = (
        UniqueConstraint("seller_id", "prefix"),
        CheckConstraint("base_fen >= 0 AND per_kg_fen >= 0", name="not_negative"),
        Index("ix_seller_freight_rates_prefix", "prefix"),
    )

    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    prefix: Mapped[str] = mapped_column(String(9))
    base_fen: Mapped[int] = mapped_column(Integer)
    per_kg_fen: Mapped[int] = mapped_column(Integer)


class SellerLastMile(IdMixin, Base):
    """Surcharge for the last stretch into a region."""

    __tablename__ = "seller_last_miles"
    __table_args__ = (
        UniqueConstraint("seller_id", "prefix"),
        CheckConstraint("surcharge_fen >= 0", name="not_negative"),
    )

    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    prefix: Mapped[str] = mapped_column(String(9))
    surcharge_fen: Mapped[int] = mapped_column(Integer)
    # Only for what is brought to the door, not for what is dropped at a pick-up point.
    door_only: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class Warehouse(IdMixin, Base):
    """Where a seller keeps stock."""

    __tablename__ = "warehouses"
    __table_args__ = (UniqueConstraint("seller_id", "name"),)

    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    name: Mapped[str] = mapped_column(String(80))
    region_code: Mapped[str] = mapped_column(String(9))
    detail: Mapped[str] = mapped_column(String(200), default="")
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


@event.listens_for(SellerStateChange, "before_update")
@event.listens_for(SellerStateChange, "before_delete")
def _history_is_append_only(_mapper: Any, _connection: Any, _row: Any) -> None:
    raise RuntimeError("the history of an application is append-only")
