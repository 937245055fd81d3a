"""Tables of suppliers. Private to the package."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
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

_OPEN = text("state in ('submitted', 'asked', 'answered')")
_STANDS = text("state = 'approved'")


class SupplierApplication(IdMixin, Base):
    """A seller's application for the role; the approved one is its grading."""

    __tablename__ = "supplier_applications"
    __table_args__ = (
        CheckConstraint(
            "state IN ('submitted','asked','answered','approved','refused','ended')", name="state"
        ),
        CheckConstraint("points IS NULL OR points >= 0", name="points_not_negative"),
        Index(
            "uq_supplier_applications_open", "seller_id", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index(
            "uq_supplier_applications_standing", "seller_id", unique=True,
            sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
        Index("ix_supplier_applications_region_code_state", "region_code", "state"),
    )  # fmt: skip

    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"), index=True)
    region_code: Mapped[str] = mapped_column(String(9))
    state: Mapped[str] = mapped_column(String(12), default="submitted")
    points: Mapped[int | None] = mapped_column(Integer, default=None)
    grade: Mapped[str] = mapped_column(String(4), default="")
    question: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    submitted_by: Mapped[str] = mapped_column(String(20))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(20), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class SupplierEvidence(IdMixin, Base):
    """One criterion of an application: a count with its proof, and what it was given."""

    __tablename__ = "supplier_evidence"
    __table_args__ = (
        UniqueConstraint("application_id", "criterion"),
        CheckConstraint("count >= 0", name="count_not_negative"),
        CheckConstraint("points IS NULL OR points >= 0", name="points_not_negative"),
    )

    application_id: Mapped[str] = mapped_column(
        ForeignKey("supplier_applications.id", ondelete="CASCADE")
    )
    criterion: Mapped[str] = mapped_column(String(20))
    count: Mapped[int] = mapped_column(Integer, default=0)
    words: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[str | None] = mapped_column(String(20), default=None)
    points: Mapped[int | None] = mapped_column(Integer, default=None)
    note: Mapped[str] = mapped_column(Text, default="")
