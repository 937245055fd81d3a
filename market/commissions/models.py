"""The table of commission rules. What was taken of a sale stands frozen on the order's lines."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime


class CommissionRule(IdMixin, Base):
    """A rule from an instant on; it is never changed, only ended and followed by another."""

    __tablename__ = "commission_rules"
    __table_args__ = (
        CheckConstraint("rate_bp BETWEEN 0 AND 3000", name="rate_bp"),
        CheckConstraint("min_fen IS NULL OR min_fen >= 0", name="min_fen"),
        CheckConstraint("max_fen IS NULL OR max_fen >= COALESCE(min_fen, 0)", name="max_fen"),
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_after_start"),
        Index("ix_commission_rules_ends_at", "ends_at"),
    )

    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(100), default="")
    rate_bp: Mapped[int] = mapped_column(Integer)
    min_fen: Mapped[int | None] = mapped_column(BigInteger)
    max_fen: Mapped[int | None] = mapped_column(BigInteger)
    product_id: Mapped[str | None] = mapped_column(ForeignKey("products.id"))
    seller_id: Mapped[str | None] = mapped_column(ForeignKey("sellers.id"))
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaigns.id"))
    zone: Mapped[bool] = mapped_column(Boolean, default=False)
    kind_code: Mapped[str | None] = mapped_column(ForeignKey("kinds.code"))
    group_code: Mapped[str | None] = mapped_column(ForeignKey("kind_groups.code"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(String(20))
