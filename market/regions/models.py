"""Tables of places, climate zones and their overrides."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base
from market.db.types import UtcDateTime


class DivisionRow(Base):
    """A province, city, county or town, by its trimmed code."""

    __tablename__ = "divisions"
    __table_args__ = (
        CheckConstraint("level in ('province','city','county','town')", name="level"),
        Index("ix_divisions_parent_code", "parent_code", "code"),
    )

    code: Mapped[str] = mapped_column(String(9), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    display_name: Mapped[str] = mapped_column(String(60), index=True)
    level: Mapped[str] = mapped_column(String(8))
    parent_code: Mapped[str | None] = mapped_column(String(9))
    is_placeholder: Mapped[bool] = mapped_column(Boolean)
    is_stat_zone: Mapped[bool] = mapped_column(Boolean)
    name_en: Mapped[str] = mapped_column(String(120))
    pinyin: Mapped[str] = mapped_column(String(160), index=True)
    initials: Mapped[str] = mapped_column(String(60), index=True)
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    point_precision: Mapped[str | None] = mapped_column(String(8))


class ClimateZoneRow(Base):
    """The climate zone of a prefecture, a province-run county, or (default) a province."""

    __tablename__ = "climate_zones"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    zone: Mapped[str] = mapped_column(String(2))
    confidence: Mapped[str] = mapped_column(String(1))
    hdd18: Mapped[int | None] = mapped_column(Integer)
    cdd26: Mapped[int | None] = mapped_column(Integer)
    basis: Mapped[str] = mapped_column(String(120))


class ClimateOverrideRow(Base):
    """An official's decision for one county; kept when the data are loaded again."""

    __tablename__ = "climate_overrides"

    code: Mapped[str] = mapped_column(String(6), ForeignKey("divisions.code"), primary_key=True)
    zone: Mapped[str] = mapped_column(String(2))
    reason: Mapped[str] = mapped_column(String(300))
    set_by: Mapped[str] = mapped_column(String(20))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
