"""Tables of demonstration projects. Private to the package."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
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
from market.db.types import Json, Quantity, UtcDateTime


class DemonstrationProject(IdMixin, Base):
    """A house or facility as its officials recorded it; public only by somebody else's word."""

    __tablename__ = "demonstration_projects"
    __table_args__ = (
        CheckConstraint("kind IN ('house', 'retrofit', 'facility')", name="kind"),
        CheckConstraint("state IN ('draft', 'submitted', 'public', 'withdrawn')", name="state"),
        CheckConstraint(
            "state <> 'public' OR (decided_by <> '' AND decided_by <> submitted_by"
            " AND decided_by <> created_by)",
            name="four_eyes",
        ),
        CheckConstraint("energy_basis IN ('', 'measured', 'estimated')", name="energy_basis"),
        CheckConstraint("work_days BETWEEN 1 AND 365", name="work_days"),
        CheckConstraint(
            "labour_fen >= 0 AND energy_before_kwh >= 0 AND energy_after_kwh >= 0", name="positive"
        ),
        Index("ix_demonstration_projects_state_region_code", "state", "region_code"),
    )

    region_code: Mapped[str] = mapped_column(String(9))
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    title_zh: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(100))
    summary_zh: Mapped[str] = mapped_column(String(200))
    summary_en: Mapped[str] = mapped_column(String(300))
    archetype: Mapped[str] = mapped_column(String(40))
    numbers: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    areas: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    wall_mm: Mapped[int | None] = mapped_column(Integer)
    work_days: Mapped[int] = mapped_column(Integer)
    finished_on: Mapped[date | None] = mapped_column(Date)
    labour_fen: Mapped[int | None] = mapped_column(BigInteger)
    energy_basis: Mapped[str] = mapped_column(String(10), default="")
    energy_before_kwh: Mapped[int | None] = mapped_column(Integer)
    energy_after_kwh: Mapped[int | None] = mapped_column(Integer)
    energy_source: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_by: Mapped[str] = mapped_column(String(20), default="")
    submitted_region: Mapped[str] = mapped_column(String(9), default="")
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(20), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


_STANDS = text("standing")


class DemonstrationOrder(IdMixin, Base):
    """An order whose goods are shown, in one standing project at most. The number is for
    officials; pages never show it."""

    __tablename__ = "demonstration_orders"
    __table_args__ = (
        UniqueConstraint("project_id", "order_id"),
        Index(
            "uq_demonstration_orders_standing", "order_id", unique=True,
            sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
    )  # fmt: skip

    project_id: Mapped[str] = mapped_column(
        ForeignKey("demonstration_projects.id", ondelete="CASCADE")
    )
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    code: Mapped[str] = mapped_column(String(20))
    standing: Mapped[bool] = mapped_column(Boolean, default=True)  # until it is withdrawn
    consent_by: Mapped[str] = mapped_column(String(20))
    consent_name: Mapped[str] = mapped_column(String(80))
    consent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DemonstrationLine(IdMixin, Base):
    """Goods of the bill, frozen when the order was added but for `place` and `use`."""

    __tablename__ = "demonstration_lines"
    __table_args__ = (
        CheckConstraint("packs > 0 AND pack_size > 0 AND unit_price_fen >= 0", name="positive"),
        CheckConstraint("amount_fen = unit_price_fen * packs", name="amount"),
        CheckConstraint(
            "place IN ('wall', 'roof', 'window', 'door', 'floor', 'other')", name="place"
        ),
        CheckConstraint(
            "\"use\" IN ('structural', 'indoor', 'child_room', 'outdoor')", name="known_use"
        ),
    )

    order_row_id: Mapped[str] = mapped_column(
        ForeignKey("demonstration_orders.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    kind_code: Mapped[str] = mapped_column(String(20))
    kind_zh: Mapped[str] = mapped_column(String(120))
    kind_en: Mapped[str] = mapped_column(String(120))
    product_id: Mapped[str] = mapped_column(String(20))
    product_zh: Mapped[str] = mapped_column(String(200))
    product_en: Mapped[str] = mapped_column(String(200))
    material_key: Mapped[str] = mapped_column(String(40), default="")
    variant_label: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(20))
    pack_size: Mapped[Decimal] = mapped_column(Quantity)
    packs: Mapped[int] = mapped_column(Integer)
    unit_price_fen: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    place: Mapped[str] = mapped_column(String(8), default="other")
    use: Mapped[str] = mapped_column(String(12), default="indoor", server_default="indoor")


class DemonstrationVisit(IdMixin, Base):
    """How many people came on a day."""

    __tablename__ = "demonstration_visits"
    __table_args__ = (
        UniqueConstraint("project_id", "visited_on"),
        CheckConstraint("people BETWEEN 1 AND 100000", name="people"),
    )

    project_id: Mapped[str] = mapped_column(
        ForeignKey("demonstration_projects.id", ondelete="CASCADE")
    )
    visited_on: Mapped[date] = mapped_column(Date)
    people: Mapped[int] = mapped_column(Integer)
    recorded_by: Mapped[str] = mapped_column(String(20))
