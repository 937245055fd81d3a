"""Promotions, their regions, codes, uses and the counters that must not be overspent."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime


class Promotion(IdMixin, Base):
    """One promotion; `reserved_fen + spent_fen` never passes `budget_fen`."""

    __tablename__ = "promotions"
    __table_args__ = (
        CheckConstraint("owner in ('seller', 'platform', 'region')", name="owner_known"),
        CheckConstraint("(owner = 'seller') = (seller_id is not null)", name="seller_owned"),
        CheckConstraint("state in ('draft', 'live', 'stopped')", name="state_known"),
        CheckConstraint("ends_at > starts_at", name="dates_in_order"),
        CheckConstraint("reserved_fen >= 0 and spent_fen >= 0", name="counters_not_negative"),
        CheckConstraint("uses >= 0 and (max_uses is null or uses <= max_uses)", name="uses_kept"),
        CheckConstraint(
            "budget_fen is null or reserved_fen + spent_fen <= budget_fen", name="budget_kept"
        ),
        CheckConstraint("household_limit is null or household_limit > 0", name="limit_positive"),
        Index("ix_promotions_seller_state", "seller_id", "state"),
        Index("ix_promotions_owner_state", "owner", "state"),
    )

    owner: Mapped[str] = mapped_column(String(10))
    seller_id: Mapped[str | None] = mapped_column(ForeignKey("sellers.id"))
    region_code: Mapped[str] = mapped_column(String(9), default="", index=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    benefit: Mapped[dict[str, Any]] = mapped_column(Json)
    kind_codes: Mapped[list[str]] = mapped_column(Json, default=list)
    product_ids: Mapped[list[str]] = mapped_column(Json, default=list)
    min_amount_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    min_star: Mapped[int] = mapped_column(Integer, default=0)
    certified_only: Mapped[bool] = mapped_column(Boolean, default=False)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    budget_fen: Mapped[int | None] = mapped_column(BigInteger)
    reserved_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    spent_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    max_uses: Mapped[int | None] = mapped_column(Integer)
    uses: Mapped[int] = mapped_column(Integer, default=0)
    household_limit: Mapped[int | None] = mapped_column(Integer)
    needs_code: Mapped[bool] = mapped_column(Boolean, default=False)
    stacking_group: Mapped[str] = mapped_column(String(40), default="")
    exclusive: Mapped[bool] = mapped_column(Boolean, default=False)
    priority: Mapped[int] = mapped_column(Integer, default=0)
    created_by: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scheduled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    exhausted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PromotionRegion(IdMixin, Base):
    """A region prefix where a promotion holds; a promotion without any holds everywhere."""

    __tablename__ = "promotion_regions"
    __table_args__ = (UniqueConstraint("promotion_id", "prefix"),)

    promotion_id: Mapped[str] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"))
    prefix: Mapped[str] = mapped_column(String(9), index=True)


class CouponCode(IdMixin, Base):
    """A code that opens a promotion, with the number of times it may be used."""

    __tablename__ = "coupon_codes"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("uses >= 0 and (max_uses is null or uses <= max_uses)", name="uses_kept"),
    )

    promotion_id: Mapped[str] = mapped_column(
        ForeignKey("promotions.id", ondelete="CASCADE"), index=True
    )
    code: Mapped[str] = mapped_column(String(32))
    max_uses: Mapped[int | None] = mapped_column(Integer)
    uses: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PromotionHousehold(Base):
    """How often one household has used one promotion."""

    __tablename__ = "promotion_households"
    __table_args__ = (CheckConstraint("uses >= 0", name="uses_not_negative"),)

    promotion_id: Mapped[str] = mapped_column(
        ForeignKey("promotions.id", ondelete="CASCADE"), primary_key=True
    )
    household_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    uses: Mapped[int] = mapped_column(Integer, default=0)


class Redemption(IdMixin, Base):
    """One use of a promotion by one order: reserved, then settled or freed."""

    __tablename__ = "promotion_redemptions"
    __table_args__ = (
        UniqueConstraint("promotion_id", "order_id"),
        CheckConstraint("state in ('reserved', 'settled', 'freed')", name="state_known"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    promotion_id: Mapped[str] = mapped_column(ForeignKey("promotions.id"), index=True)
    order_id: Mapped[str] = mapped_column(String(20), index=True)
    household_id: Mapped[str] = mapped_column(String(20))
    coupon_id: Mapped[str | None] = mapped_column(ForeignKey("coupon_codes.id"))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    reserved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    freed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
