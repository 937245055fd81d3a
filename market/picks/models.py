"""Tables of what places prefer. Private to the package."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime

_STANDING = text("ended_at IS NULL")


class LocalPick(IdMixin, Base):
    """A product on the pick list of a region; it is never changed, only ended."""

    __tablename__ = "local_picks"
    __table_args__ = (
        CheckConstraint("place BETWEEN 1 AND 12", name="place"),
        CheckConstraint("region_code <> ''", name="of_a_region"),
        # With `place` this bounds the list: no thirteenth pick of a kind can stand.
        Index(
            "uq_local_picks_place", "region_code", "kind_code", "place",
            unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING,
        ),
        Index(
            "uq_local_picks_product", "region_code", "product_id",
            unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING,
        ),
        Index("ix_local_picks_product_id", "product_id"),
    )  # fmt: skip

    region_code: Mapped[str] = mapped_column(String(6))
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    kind_code: Mapped[str] = mapped_column(ForeignKey("kinds.code"))
    place: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(60))
    until_on: Mapped[date] = mapped_column(Date)
    picked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    picked_by: Mapped[str] = mapped_column(String(20))
    office: Mapped[str] = mapped_column(String(120))
    # Since when nobody may sell the product, as the officials were told; None while somebody may.
    lost_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class CountyPurchase(Base):
    """How many households of a county bought a product lately. Fewer than five are never
    written down: who they are could be guessed."""

    __tablename__ = "county_purchases"
    __table_args__ = (
        CheckConstraint("households >= 5", name="households"),
        Index("ix_county_purchases_county_code_kind_code", "county_code", "kind_code"),
    )

    county_code: Mapped[str] = mapped_column(String(6), primary_key=True)
    product_id: Mapped[str] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    kind_code: Mapped[str] = mapped_column(String(12))
    households: Mapped[int] = mapped_column(Integer)
