"""Tables of spot checks. Private to the package."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    Float,
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


class SamplingPlan(IdMixin, Base):
    """A draw of products to check; the same seed and candidates give the same draw again."""

    __tablename__ = "sampling_plans"
    __table_args__ = (CheckConstraint("size BETWEEN 1 AND 200", name="size"),)

    region_code: Mapped[str] = mapped_column(String(9), index=True)
    name: Mapped[str] = mapped_column(String(80))
    seed: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(Integer)
    kind_codes: Mapped[list[str]] = mapped_column(Json)
    candidates: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Sample(IdMixin, Base):
    """One product drawn by a plan, with the numbers that its weight came from."""

    __tablename__ = "samples"
    __table_args__ = (UniqueConstraint("plan_id", "product_id"),)

    plan_id: Mapped[str] = mapped_column(ForeignKey("sampling_plans.id"))
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    position: Mapped[int] = mapped_column(Integer)
    kind_weight: Mapped[int] = mapped_column(Integer)
    past_fails: Mapped[int] = mapped_column(Integer)
    packs_sold: Mapped[int] = mapped_column(Integer)
    weight: Mapped[float] = mapped_column(Float)


class SpotCheck(IdMixin, Base):
    """One tested sample of a product: a draft until published, then never changed.

    What may still happen to a published failure (appeal, a later passing one) is written in
    columns of its own.
    """

    __tablename__ = "spot_checks"
    __table_args__ = (
        CheckConstraint("purpose IN ('first','recheck')", name="purpose"),
        CheckConstraint("cause IN ('plan','complaint','notice','recheck','routine')", name="cause"),
        CheckConstraint("published_at IS NULL OR notice_no IS NOT NULL", name="notice_no"),
        UniqueConstraint("notice_no"),
        Index("ix_spot_checks_product_id_published_at", "product_id", "published_at"),
        Index("ix_spot_checks_region_code_published_at", "region_code", "published_at"),
        Index("ix_spot_checks_published_at_id", "published_at", "id"),
        Index("ix_spot_checks_updated_at_id", "updated_at", "id"),
        Index("ix_spot_checks_maker_kind", "maker_id", "kind_code"),
        Index("ix_spot_checks_recheck_due_on", "recheck_due_on"),
        Index(
            "uq_spot_checks_report",
            "laboratory",
            "report_number",
            unique=True,
        ),
    )

    region_code: Mapped[str] = mapped_column(String(9))
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    maker_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    kind_code: Mapped[str] = mapped_column(ForeignKey("kinds.code"))
    plan_id: Mapped[str | None] = mapped_column(ForeignKey("sampling_plans.id"), default=None)
    purpose: Mapped[str] = mapped_column(String(8), default="first")
    # What led to it, and the complaint or notice by number or in words.
    cause: Mapped[str] = mapped_column(String(12), default="routine")
    cause_note: Mapped[str] = mapped_column(String(200), default="")
    batch_no: Mapped[str] = mapped_column(String(60))
    sampled_on: Mapped[date] = mapped_column(Date)
    laboratory: Mapped[str] = mapped_column(String(120))
    report_number: Mapped[str] = mapped_column(String(80))
    report_file_id: Mapped[str | None] = mapped_column(String(20), default=None)
    standard: Mapped[str] = mapped_column(String(120))
    passed: Mapped[bool] = mapped_column(Boolean)
    findings: Mapped[str] = mapped_column(Text, default="")
    entered_by: Mapped[str] = mapped_column(String(20))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    published_by: Mapped[str] = mapped_column(String(20), default="")
    notice_no: Mapped[str | None] = mapped_column(String(40), default=None)
    recheck_due_on: Mapped[date | None] = mapped_column(Date, default=None)
    # When the maker was reminded of the re-check, and when maker and officials were told that
    # its day had passed without one.
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    overdue_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    barred_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    cleared_by_check: Mapped[str | None] = mapped_column(String(20), default=None)
    annulled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Appeal(IdMixin, Base):
    """A maker's objection to a published failure; at most one open at a time."""

    __tablename__ = "spot_check_appeals"
    __table_args__ = (
        CheckConstraint("decision IN ('open','upheld','rejected')", name="decision"),
        Index(
            "uq_spot_check_appeals_open",
            "check_id",
            unique=True,
            sqlite_where=text("decision = 'open'"),
            postgresql_where=text("decision = 'open'"),
        ),
    )

    check_id: Mapped[str] = mapped_column(ForeignKey("spot_checks.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    report_file_id: Mapped[str] = mapped_column(String(20))
    made_by: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decision: Mapped[str] = mapped_column(String(8), default="open")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(20), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
