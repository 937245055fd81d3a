"""Tables of handing over at pick-up points. Private to the package."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime


class Handover(Base):
    """One seller's goods of an order at a point, from their arrival on.

    The pick-up code is not among the columns: it is worked out of the site's secret, so nobody
    who reads the tables, nor the agent, knows it before the household tells it.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        CheckConstraint("arrived_packs >= 0 AND broken_packs >= 0", name="packs"),
        CheckConstraint("broken_packs <= arrived_packs", name="broken"),
        CheckConstraint("fetched_at IS NULL OR complete_at IS NOT NULL", name="fetched_whole"),
        Index(
            "ix_handovers_waiting",
            "complete_at",
            sqlite_where=text("fetched_at IS NULL"),
            postgresql_where=text("fetched_at IS NULL"),
        ),
    )

    place_id: Mapped[str] = mapped_column(ForeignKey("pickup_places.id"), primary_key=True)
    seller_order_id: Mapped[str] = mapped_column(ForeignKey("seller_orders.id"), unique=True)
    point_id: Mapped[str] = mapped_column(ForeignKey("pickup_points.id"), index=True)
    arrived_packs: Mapped[int] = mapped_column(Integer)
    broken_packs: Mapped[int] = mapped_column(Integer)
    complete_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # everything is there
    keep_until: Mapped[date | None] = mapped_column(Date)  # the day that its household was told
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    overdue_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the code was told
    fetched_by: Mapped[str | None] = mapped_column(String(20))  # the agent's account
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Arrival(IdMixin, Base):
    """The agent's word that some packs came; never changed."""

    __tablename__ = "handover_arrivals"
    __table_args__ = (
        CheckConstraint("packs > 0 AND broken >= 0 AND broken <= packs", name="packs"),
    )

    place_id: Mapped[str] = mapped_column(ForeignKey("handovers.place_id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(20))
    packs: Mapped[int] = mapped_column(Integer)
    broken: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(200), default="")
