"""Tables of carbon footprints. Private to the package."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime

# 14 digits come back exactly from both databases.
Amount = Numeric(14, 6)
_OPEN = text("state IN ('draft','submitted') AND withdrawn_at IS NULL")


class CarbonFactor(IdMixin, Base):
    """One version of a background factor. Its figures never change; a new version is added."""

    __tablename__ = "carbon_factors"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        UniqueConstraint("supersedes_id"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("gas IN ('CO2e','CO2')", name="gas"),
        CheckConstraint("quality IN ('A','B','C','D','E')", name="quality"),
        Index("ix_carbon_factors_updated_at_id", "updated_at", "id"),
    )

    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    category: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(12))
    kg_per_unit: Mapped[Decimal] = mapped_column(Amount)
    gas: Mapped[str] = mapped_column(String(4))
    region: Mapped[str] = mapped_column(String(9), default="")
    year: Mapped[int | None] = mapped_column(Integer, default=None)
    stage: Mapped[str] = mapped_column(String(8), default="")
    source: Mapped[str] = mapped_column(String(200))
    quality: Mapped[str] = mapped_column(String(1))
    basis: Mapped[str] = mapped_column(Text, default="")
    supersedes_id: Mapped[str | None] = mapped_column(ForeignKey("carbon_factors.id"), default=None)
    created_by: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CarbonDeclaration(IdMixin, Base):
    """One version of a product's carbon declaration; a draft until handed in, then never
    changed. What may still happen to it is written in columns of its own."""

    __tablename__ = "carbon_declarations"
    __table_args__ = (
        CheckConstraint("state IN ('draft','submitted','refused','verified')", name="state"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
        CheckConstraint("per_product_unit IS NULL OR per_product_unit > 0", name="conversion"),
        UniqueConstraint("product_id", "version"),
        Index(
            "uq_carbon_declarations_open", "product_id", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index("ix_carbon_declarations_maker_id", "maker_id"),
        Index("ix_carbon_declarations_region_code_state", "region_code", "state"),
    )  # fmt: skip

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    maker_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    region_code: Mapped[str] = mapped_column(String(9))
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    unit: Mapped[str] = mapped_column(String(12))
    per_product_unit: Mapped[Decimal | None] = mapped_column(Amount, default=None)
    conversion: Mapped[str] = mapped_column(String(200), default="")
    # Typed values by stage, as text. A stage with a bill is summed up from it instead.
    stages: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    method: Mapped[str] = mapped_column(String(120), default="")
    pcr: Mapped[str] = mapped_column(String(120), default="")
    verifier_body_id: Mapped[str | None] = mapped_column(
        ForeignKey("certification_bodies.id"), default=None
    )
    verifier_name: Mapped[str] = mapped_column(String(120), default="")
    verifier_number: Mapped[str] = mapped_column(String(80), default="")
    valid_from: Mapped[date | None] = mapped_column(Date, default=None)
    valid_to: Mapped[date | None] = mapped_column(Date, default=None)
    report_file_id: Mapped[str | None] = mapped_column(String(20), default=None)
    evidence: Mapped[str] = mapped_column(Text, default="")
    evidence_file_id: Mapped[str | None] = mapped_column(String(20), default=None)
    reason: Mapped[str] = mapped_column(Text, default="")
    # The label as it was granted.
    label: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    created_by: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    decided_by: Mapped[str] = mapped_column(String(20), default="")
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CarbonBillLine(IdMixin, Base):
    """An amount per declared unit of something a factor is known for."""

    __tablename__ = "carbon_bill_lines"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("declaration_id", "position"),
        Index("ix_carbon_bill_lines_factor_id", "factor_id"),
    )

    declaration_id: Mapped[str] = mapped_column(ForeignKey("carbon_declarations.id"))
    position: Mapped[int] = mapped_column(Integer)
    stage: Mapped[str] = mapped_column(String(8))
    factor_id: Mapped[str] = mapped_column(ForeignKey("carbon_factors.id"))
    amount: Mapped[Decimal] = mapped_column(Amount)
    unit: Mapped[str] = mapped_column(String(12))
