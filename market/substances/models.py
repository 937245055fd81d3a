"""Tables of the register. Private to the package."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime


class Substance(IdMixin, Base):
    """A substance by its CAS number."""

    __tablename__ = "substances"
    __table_args__ = (UniqueConstraint("cas"),)

    cas: Mapped[str] = mapped_column(String(14))
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SubstanceRule(IdMixin, Base):
    """What holds for a substance from a day on; rules are added, never changed."""

    __tablename__ = "substance_rules"
    __table_args__ = (
        CheckConstraint("status IN ('banned','limited','watch')", name="status"),
        CheckConstraint(
            "(status = 'limited') = (limit_value IS NOT NULL)", name="limit_of_limited"
        ),
        CheckConstraint("limit_value IS NULL OR limit_value > 0", name="limit_value"),
        Index("ix_substance_rules_substance_id", "substance_id"),
    )

    substance_id: Mapped[str] = mapped_column(ForeignKey("substances.id"))
    status: Mapped[str] = mapped_column(String(8))
    limit_value: Mapped[Decimal | None] = mapped_column(Numeric(14, 4), default=None)
    unit: Mapped[str] = mapped_column(String(12), default="")
    basis: Mapped[str] = mapped_column(Text)
    kinds: Mapped[list[str]] = mapped_column(Json, default=list)  # none: every kind
    replace_zh: Mapped[str] = mapped_column(Text, default="")
    replace_en: Mapped[str] = mapped_column(Text, default="")
    replace_kinds: Mapped[list[str]] = mapped_column(Json, default=list)
    valid_from: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(80))


class DeclaredContent(Base):
    """What a maker declares of one substance in one product."""

    __tablename__ = "declared_contents"
    __table_args__ = (
        CheckConstraint("value >= 0", name="value"),
        Index("ix_declared_contents_substance_id", "substance_id"),
    )

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), primary_key=True)
    substance_id: Mapped[str] = mapped_column(ForeignKey("substances.id"), primary_key=True)
    value: Mapped[Decimal] = mapped_column(Numeric(14, 4))
    unit: Mapped[str] = mapped_column(String(12))
    report_file_id: Mapped[str | None] = mapped_column(String(20), default=None)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(20))
