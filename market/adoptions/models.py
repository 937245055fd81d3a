"""Tables of adoption databases. Private to the package."""

from datetime import date, datetime
from decimal import Decimal
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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, Quantity, UtcDateTime

_STANDS = text("state NOT IN ('refused', 'withdrawn', 'removed')")
_OPEN = text("state = 'open'")


class AdoptionEntry(IdMixin, Base):
    """A product proposed for the list of a province, and what became of it.

    What it is called and the number of its certificate are as they were reviewed; the gate of
    its product is copied (`gate_*`), so that a list by the clock asks nothing else.
    """

    __tablename__ = "adoption_entries"
    __table_args__ = (
        CheckConstraint(
            "state IN ('first', 'first_asked', 'second', 'second_asked', 'listed', 'exited',"
            " 'returning', 'refused', 'withdrawn', 'removed')",
            name="state",
        ),
        CheckConstraint(
            "second_by = '' OR (first_by <> '' AND second_by <> first_by"
            " AND second_by <> proposed_by AND first_by <> proposed_by)",
            name="four_eyes",
        ),
        CheckConstraint("state <> 'listed' OR (number <> '' AND second_by <> '')", name="listed"),
        Index(
            "uq_adoption_entries_standing", "product_id", "province", unique=True,
            sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
        Index(
            "uq_adoption_entries_number", "number", unique=True,
            sqlite_where=text("number <> ''"), postgresql_where=text("number <> ''"),
        ),
        Index("ix_adoption_entries_seller_id", "seller_id"),
        Index("ix_adoption_entries_region_code_state", "region_code", "state"),
        Index("ix_adoption_entries_updated_at", "updated_at", "id"),
    )  # fmt: skip

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    province: Mapped[str] = mapped_column(String(2))
    region_code: Mapped[str] = mapped_column(String(6))
    number: Mapped[str] = mapped_column(String(20), default="")
    state: Mapped[str] = mapped_column(String(12), default="first")
    kind_code: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    model: Mapped[str] = mapped_column(String(120), default="")
    maker_name: Mapped[str] = mapped_column(String(120))
    certificate_id: Mapped[str] = mapped_column(String(20))
    certificate_number: Mapped[str] = mapped_column(String(120))
    list_no: Mapped[str] = mapped_column(String(80), default="")
    document_no: Mapped[str] = mapped_column(String(80), default="")
    use_scope: Mapped[str] = mapped_column(String(300), default="")
    starts_on: Mapped[date | None] = mapped_column(Date, default=None)
    ends_on: Mapped[date] = mapped_column(Date)
    sources: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    evidence_file_id: Mapped[str | None] = mapped_column(String(20), default=None)
    question: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    exit_cause: Mapped[str] = mapped_column(String(40), default="")
    exited_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    proposed_by: Mapped[str] = mapped_column(String(20))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waiting_since: Mapped[datetime] = mapped_column(UtcDateTime)
    first_by: Mapped[str] = mapped_column(String(20), default="")
    second_by: Mapped[str] = mapped_column(String(20), default="")
    returned_by: Mapped[str] = mapped_column(String(20), default="")
    return_until: Mapped[date | None] = mapped_column(Date, default=None)
    listed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    public_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    gate_blocked: Mapped[bool] = mapped_column(Boolean, default=True)
    gate_opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    gate_closes_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AdoptionStep(IdMixin, Base):
    """One act on an entry, with who did it at which level. Only ever added to."""

    __tablename__ = "adoption_steps"
    __table_args__ = (Index("ix_adoption_steps_entry_id", "entry_id", "at"),)

    entry_id: Mapped[str] = mapped_column(ForeignKey("adoption_entries.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(10))
    office: Mapped[str] = mapped_column(String(9), default="")
    actor_id: Mapped[str] = mapped_column(String(20))
    actor_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text, default="")
    cause: Mapped[str] = mapped_column(String(40), default="")


class AdoptionUsage(IdMixin, Base):
    """How much of a listed product went into a project, as an official recorded it."""

    __tablename__ = "adoption_usages"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("state IN ('submitted', 'approved', 'refused', 'ended')", name="state"),
        CheckConstraint(
            "state <> 'approved' OR (decided_by <> '' AND decided_by <> entered_by)",
            name="four_eyes",
        ),
        Index("ix_adoption_usages_entry_id", "entry_id"),
        Index("ix_adoption_usages_state_entered_region", "state", "entered_region"),
    )

    entry_id: Mapped[str] = mapped_column(ForeignKey("adoption_entries.id", ondelete="CASCADE"))
    project_name: Mapped[str] = mapped_column(String(120))
    region_code: Mapped[str] = mapped_column(String(9))
    year: Mapped[int] = mapped_column(Integer)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    unit: Mapped[str] = mapped_column(String(20))
    evidence_file_id: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default="submitted")
    entered_by: Mapped[str] = mapped_column(String(20))
    entered_name: Mapped[str] = mapped_column(String(120))
    entered_region: Mapped[str] = mapped_column(String(9))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(20), default="")
    decided_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    reason: Mapped[str] = mapped_column(Text, default="")


class AdoptionDifference(IdMixin, Base):
    """What a partner says of a field that it did not write itself; an official decides."""

    __tablename__ = "adoption_differences"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'taken', 'kept', 'settled')", name="state"),
        Index(
            "uq_adoption_differences_open", "entry_id", "field", "partner_id", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
    )  # fmt: skip

    entry_id: Mapped[str] = mapped_column(ForeignKey("adoption_entries.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(String(20))
    theirs: Mapped[str] = mapped_column(String(300))
    partner_id: Mapped[str] = mapped_column(String(20))
    partner_name: Mapped[str] = mapped_column(String(120))
    batch: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="open")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(20), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
