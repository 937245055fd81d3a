"""Tables of factory profiles. Private to the package."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime

_STANDS = text("state = 'approved'")


class FactoryClaim(IdMixin, Base):
    """One thing a maker says of its works, with its proof; public only while confirmed."""

    __tablename__ = "factory_claims"
    __table_args__ = (
        CheckConstraint("kind IN ('zero','grade','recognition','waste')", name="kind"),
        CheckConstraint(
            "state IN ('submitted','asked','answered','approved','refused','ended')", name="state"
        ),
        CheckConstraint("share IS NULL OR (share > 0 AND share <= 100)", name="share"),
        Index(
            "uq_factory_claims_standing", "seller_id", "slot", unique=True,
            sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
        Index("ix_factory_claims_seller_id", "seller_id"),
        Index("ix_factory_claims_region_code_state", "region_code", "state"),
    )  # fmt: skip

    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    region_code: Mapped[str] = mapped_column(String(9))
    kind: Mapped[str] = mapped_column(String(12))
    slot: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(12), default="")
    title: Mapped[str] = mapped_column(String(120), default="")
    level: Mapped[str] = mapped_column(String(12), default="")
    list_no: Mapped[str] = mapped_column(String(80), default="")
    share: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), default=None)
    issuer: Mapped[str] = mapped_column(String(120))
    year: Mapped[int] = mapped_column(Integer)
    issued_on: Mapped[date | None] = mapped_column(Date, default=None)
    expires_on: Mapped[date | None] = mapped_column(Date, default=None)
    evidence_file_id: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default="submitted")
    question: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    submitted_by: Mapped[str] = mapped_column(String(20))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(20), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
