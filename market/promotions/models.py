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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime

_NOT_REDEEMED = text("redeemed_at IS NULL")


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
    asks_household: Mapped[bool] = mapped_column(Boolean, default=False)
    needs_code: Mapped[bool] = mapped_column(Boolean, default=False)
    stacking_group: Mapped[str] = mapped_column(String(40), default="")  # its id
    exclusive: Mapped[bool] = mapped_column(Boolean, default=False)
    priority: Mapped[int] = mapped_column(Integer, default=0)
    layer: Mapped[str] = mapped_column(String(10), default="")
    terms: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_by: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scheduled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    exhausted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StackingGroup(IdMixin, Base):
    """A group of promotions, kept on each as `stacking_group`; retired ones are not offered."""

    __tablename__ = "stacking_groups"
    __table_args__ = (UniqueConstraint("name"),)

    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(String(20))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PromotionShare(Base):
    """A seller's wish that the platform bears a part, and the operator's answer.

    `round` counts how often it was asked, so that an answer is to what was read. `platform_bp` and
    `budget_fen` are what the answer is about; an accepted budget bounds what the platform bears.
    """

    __tablename__ = "promotion_shares"
    __table_args__ = (
        CheckConstraint("state in ('asked', 'accepted', 'refused', 'void')", name="state_known"),
        CheckConstraint("platform_bp > 0 and platform_bp <= 10000", name="part_of_whole"),
        Index("ix_promotion_shares_state_asked_at", "state", "asked_at"),
    )

    promotion_id: Mapped[str] = mapped_column(
        ForeignKey("promotions.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str] = mapped_column(String(10))
    round: Mapped[int] = mapped_column(Integer)
    platform_bp: Mapped[int] = mapped_column(Integer)
    budget_fen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(300), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[str | None] = mapped_column(String(20))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(20))


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
    """How often one household, or an account without one, has used one promotion.

    `joined_uses` is what the counter came to when an account joined last: together its accounts
    may have had more than the limit before.
    """

    __tablename__ = "promotion_households"
    __table_args__ = (CheckConstraint("uses >= 0", name="uses_not_negative"),)

    promotion_id: Mapped[str] = mapped_column(
        ForeignKey("promotions.id", ondelete="CASCADE"), primary_key=True
    )
    household_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    uses: Mapped[int] = mapped_column(Integer, default=0)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    joined_uses: Mapped[int] = mapped_column(Integer, default=0)


class Redemption(IdMixin, Base):
    """One use of a promotion by one order: reserved, then settled or freed.

    `household_id` is the account that bought, `counted_as` the counter the use stands on.
    """

    __tablename__ = "promotion_redemptions"
    __table_args__ = (
        UniqueConstraint("promotion_id", "order_id"),
        CheckConstraint("state in ('reserved', 'settled', 'freed')", name="state_known"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    promotion_id: Mapped[str] = mapped_column(ForeignKey("promotions.id"), index=True)
    order_id: Mapped[str] = mapped_column(String(20), index=True)
    household_id: Mapped[str] = mapped_column(String(20))
    counted_as: Mapped[str] = mapped_column(String(20), index=True)
    coupon_id: Mapped[str | None] = mapped_column(ForeignKey("coupon_codes.id"))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    packs: Mapped[int] = mapped_column(Integer, default=1)
    channel: Mapped[str] = mapped_column(String(10), default="online")
    state: Mapped[str] = mapped_column(String(10))
    reserved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    freed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PromotionProof(IdMixin, Base):
    """Old pieces a household handed in for a trade-in; `used` never passes `accepted`."""

    __tablename__ = "promotion_proofs"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'accepted', 'refused')", name="state_known"),
        CheckConstraint("pieces between 1 and 99", name="pieces"),
        CheckConstraint("accepted >= 0 and accepted <= pieces", name="accepted_within"),
        CheckConstraint("used >= 0 and used <= accepted", name="used_within"),
        Index("ix_promotion_proofs_of_household", "household_id", "promotion_id"),
    )

    promotion_id: Mapped[str] = mapped_column(ForeignKey("promotions.id"), index=True)
    household_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    pieces: Mapped[int] = mapped_column(Integer)
    accepted: Mapped[int] = mapped_column(Integer, default=0)
    used: Mapped[int] = mapped_column(Integer, default=0)
    note: Mapped[str] = mapped_column(String(300), default="")
    file_id: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    reason: Mapped[str] = mapped_column(String(300), default="")
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(20))


class GroupPurchase(Base):
    """A village's purchase together: open until its instant, then counted once for good."""

    __tablename__ = "group_purchases"
    __table_args__ = (CheckConstraint("joined_packs >= 0", name="joined_not_negative"),)

    promotion_id: Mapped[str] = mapped_column(
        ForeignKey("promotions.id", ondelete="CASCADE"), primary_key=True
    )
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    joined_packs: Mapped[int] = mapped_column(Integer, default=0)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GroupJoin(Base):
    """With how many packs a household joined, and how many of them it has bought."""

    __tablename__ = "group_joins"
    __table_args__ = (
        CheckConstraint("packs > 0", name="packs_positive"),
        CheckConstraint("bought >= 0 and bought <= packs", name="bought_within"),
    )

    promotion_id: Mapped[str] = mapped_column(
        ForeignKey("promotions.id", ondelete="CASCADE"), primary_key=True
    )
    household_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    packs: Mapped[int] = mapped_column(Integer)
    bought: Mapped[int] = mapped_column(Integer, default=0)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HouseholdFlag(Base):
    """Something an office confirmed of a household, that promotions may ask for."""

    __tablename__ = "household_flags"

    household_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    flag: Mapped[str] = mapped_column(String(30), primary_key=True)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str | None] = mapped_column(String(20))


class PromotionCaps(Base):
    """The one row that says how much all promotions together may take off."""

    __tablename__ = "promotion_caps"
    __table_args__ = (
        CheckConstraint("line_bp between 0 and 10000", name="line_bp"),
        CheckConstraint("order_bp between 0 and 10000", name="order_bp"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    line_bp: Mapped[int] = mapped_column(Integer)
    order_bp: Mapped[int] = mapped_column(Integer)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str | None] = mapped_column(String(20))


class Campaign(IdMixin, Base):
    """A region's campaign that sellers apply to and its officials let them into."""

    __tablename__ = "campaigns"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="dates_in_order"),)

    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    terms: Mapped[str] = mapped_column(String(1000), default="")
    region_code: Mapped[str] = mapped_column(String(9), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(String(20))


class CampaignEnrolment(Base):
    """A seller in a campaign: applied, then approved or refused; or left again."""

    __tablename__ = "campaign_enrolments"
    __table_args__ = (
        CheckConstraint("state in ('applied', 'approved', 'refused', 'left')", name="state_known"),
    )

    campaign_id: Mapped[str] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True
    )
    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(300), default="")
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(20))


class Voucher(IdMixin, Base):
    """One household's code for one use of a promotion at a shop; redeemed at most once. The next
    is made when the last was used: at most one of a household is open."""

    __tablename__ = "promotion_vouchers"
    __table_args__ = (
        Index(
            "uq_promotion_vouchers_open", "promotion_id", "household_id", unique=True,
            sqlite_where=_NOT_REDEEMED, postgresql_where=_NOT_REDEEMED,
        ),
        Index("ix_promotion_vouchers_household_id", "household_id", "promotion_id"),
        CheckConstraint("(redeemed_at is null) = (seller_id is null)", name="redeemed_somewhere"),
    )  # fmt: skip

    promotion_id: Mapped[str] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"))
    household_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    redeemed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    redeemed_by: Mapped[str | None] = mapped_column(String(20))
    seller_id: Mapped[str | None] = mapped_column(ForeignKey("sellers.id"), index=True)
    goods_fen: Mapped[int | None] = mapped_column(BigInteger)
    off_fen: Mapped[int | None] = mapped_column(BigInteger)


class TillEntry(IdMixin, Base):
    """What a till took down without a connection, and what became of it; kept either way."""

    __tablename__ = "till_entries"
    __table_args__ = (UniqueConstraint("seller_id", "key"),)

    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    key: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(32))
    goods_fen: Mapped[int] = mapped_column(BigInteger)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_by: Mapped[str | None] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(40))
    off_fen: Mapped[int] = mapped_column(BigInteger, default=0)
