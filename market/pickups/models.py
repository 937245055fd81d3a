"""Tables of pick-up points. Private to the package."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime


class PickupPoint(IdMixin, Base):
    """A village stop: where lorries drop goods for the households around.

    Its capacity is in grams a drop day: a pack may be a tube of sealant or a slab of 600 kg, and
    what fills a yard and an agent's arms is weight.
    """

    __tablename__ = "pickup_points"
    __table_args__ = (
        CheckConstraint("capacity_g > 0", name="capacity"),
        CheckConstraint("max_pack_g IS NULL OR max_pack_g > 0", name="max_pack"),
        CheckConstraint("max_piece_mm IS NULL OR max_piece_mm > 0", name="max_piece"),
        CheckConstraint("opens >= 0 AND closes > opens AND closes <= 1440", name="hours"),
        CheckConstraint("open_until IS NULL OR open_until >= open_from", name="dates"),
        Index("ix_pickup_points_region_code", "region_code"),
        Index("ix_pickup_points_agent_id", "agent_id"),
    )

    region_code: Mapped[str] = mapped_column(String(9))
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    village: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(String(100))
    landmark: Mapped[str] = mapped_column(String(60), default="")
    agent_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    agent_name: Mapped[str] = mapped_column(String(30))
    agent_phone: Mapped[str] = mapped_column(String(11))
    weekdays: Mapped[str] = mapped_column(String(7))  # digits, 1 is Monday
    opens: Mapped[int] = mapped_column(Integer)  # minutes of the day
    closes: Mapped[int] = mapped_column(Integer)
    capacity_g: Mapped[int] = mapped_column(BigInteger)
    max_pack_g: Mapped[int | None] = mapped_column(BigInteger)
    max_piece_mm: Mapped[int | None] = mapped_column(Integer)
    open_from: Mapped[date] = mapped_column(Date)
    open_until: Mapped[date | None] = mapped_column(Date)
    closed_reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PickupDay(Base):
    """How much of a drop day is taken; the row from which places are taken."""

    __tablename__ = "pickup_days"
    __table_args__ = (CheckConstraint("taken_g >= 0", name="taken"),)

    point_id: Mapped[str] = mapped_column(ForeignKey("pickup_points.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    taken_g: Mapped[int] = mapped_column(BigInteger)


class PickupPlace(IdMixin, Base):
    """The place of one seller's goods of an order; freed once when they do not come."""

    __tablename__ = "pickup_places"
    __table_args__ = (
        UniqueConstraint("order_id", "seller_id"),
        CheckConstraint("weight_g >= 0", name="weight"),
        Index(
            "ix_pickup_places_standing",
            "point_id",
            "day",
            sqlite_where=text("freed_at IS NULL"),
            postgresql_where=text("freed_at IS NULL"),
        ),
    )

    order_id: Mapped[str] = mapped_column(String(20))
    seller_id: Mapped[str] = mapped_column(String(20))
    point_id: Mapped[str] = mapped_column(ForeignKey("pickup_points.id"))
    day: Mapped[date] = mapped_column(Date)
    weight_g: Mapped[int] = mapped_column(BigInteger)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    freed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
