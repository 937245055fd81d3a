"""Tables of orders. What is on them is frozen at the sale; refunds only add rows."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

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
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, JsonOrNull, Quantity, UtcDateTime


class Order(IdMixin, Base):
    """What a household agreed to in one submission."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("account_id", "idempotency_key"),
        CheckConstraint(
            "total_fen = goods_fen + freight_fen - seller_discount_fen - platform_discount_fen",
            name="total_adds_up",
        ),
        CheckConstraint("total_fen >= 0 AND goods_fen >= 0 AND freight_fen >= 0", name="positive"),
        CheckConstraint(
            "subsidy_fen >= 0 AND subsidy_fen <= platform_discount_fen", name="subsidy_within"
        ),
        CheckConstraint(
            "seller_discount_fen >= 0 AND platform_discount_fen >= 0", name="discounts_positive"
        ),
        CheckConstraint(
            "refunded_fen >= 0 AND refunded_fen <= captured_fen", name="refunded_within_captured"
        ),
        CheckConstraint(
            "captured_fen >= 0 AND reduced_fen >= 0 AND captured_fen + reduced_fen <= total_fen",
            name="captured_within_total",
        ),
        Index("ix_orders_paid_at", "paid_at"),
    )

    code: Mapped[str] = mapped_column(String(20), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    idempotency_key: Mapped[str] = mapped_column(String(64))
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    held_until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    payment_method: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(20))
    region_code: Mapped[str] = mapped_column(String(9), index=True)
    region_label: Mapped[str] = mapped_column(String(120))
    detail: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(300), default="")
    goods_fen: Mapped[int] = mapped_column(BigInteger)
    freight_fen: Mapped[int] = mapped_column(BigInteger)
    seller_discount_fen: Mapped[int] = mapped_column(BigInteger)
    platform_discount_fen: Mapped[int] = mapped_column(BigInteger)  # what others bear
    subsidy_fen: Mapped[int] = mapped_column(BigInteger, server_default="0")  # schemes, of it
    total_fen: Mapped[int] = mapped_column(BigInteger)
    captured_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    reduced_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    certified_share_bp: Mapped[int] = mapped_column(Integer)
    made_to_order_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    policies: Mapped[dict[str, Any]] = mapped_column(Json)
    # What the price said of every promotion, frozen; none on orders of before.
    discounts: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    # The pick-up point and drop day that were chosen, frozen; None: it is brought home.
    pickup: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull, default=None)


class SellerOrder(IdMixin, Base):
    """One seller's part."""

    __tablename__ = "seller_orders"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        UniqueConstraint("order_id", "seller_id"),
        CheckConstraint(
            "total_fen = goods_fen + freight_fen - seller_discount_fen - platform_discount_fen",
            name="total_adds_up",
        ),
        CheckConstraint("freight_fen >= 0 AND goods_fen >= 0 AND total_fen >= 0", name="positive"),
        CheckConstraint(
            "subsidy_fen >= 0 AND subsidy_fen <= platform_discount_fen", name="subsidy_within"
        ),
        CheckConstraint(
            "refunded_fen >= 0 AND refunded_fen <= total_fen", name="refunded_within_total"
        ),
    )

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    number: Mapped[int] = mapped_column(Integer)
    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"), index=True)
    seller_name: Mapped[str] = mapped_column(String(120))
    goods_fen: Mapped[int] = mapped_column(BigInteger)
    freight_fen: Mapped[int] = mapped_column(BigInteger)
    freight_parts: Mapped[dict[str, Any]] = mapped_column(Json)
    seller_discount_fen: Mapped[int] = mapped_column(BigInteger)
    platform_discount_fen: Mapped[int] = mapped_column(BigInteger)  # what others bear
    subsidy_fen: Mapped[int] = mapped_column(BigInteger, server_default="0")  # schemes, of it
    total_fen: Mapped[int] = mapped_column(BigInteger)
    refunded_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    drop_point: Mapped[str] = mapped_column(String(80), default="")
    shipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")


class OrderLine(IdMixin, Base):
    """A listing as it was sold; `shipped` and `cancelled` move, and only up, and the job that
    the goods are for with its days."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND unit_price_fen >= 0", name="positive"),
        CheckConstraint("amount_fen = unit_price_fen * quantity", name="amount"),
        CheckConstraint(
            "paid_fen = amount_fen - seller_discount_fen - platform_discount_fen", name="paid"
        ),
        CheckConstraint(
            "paid_fen >= 0 AND seller_discount_fen >= 0 AND platform_discount_fen >= 0",
            name="discount_within_amount",
        ),
        CheckConstraint(
            "shipped >= 0 AND cancelled >= 0 AND shipped + cancelled <= quantity",
            name="shipped_within_quantity",
        ),
        CheckConstraint(
            "commission_fen >= 0 AND commission_fen <= amount_fen - seller_discount_fen",
            name="commission_within_claim",
        ),
        CheckConstraint(
            "(deliver_from IS NULL) = (deliver_until IS NULL) AND deliver_from <= deliver_until",
            name="delivery_window",
        ),
    )

    seller_order_id: Mapped[str] = mapped_column(ForeignKey("seller_orders.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    listing_id: Mapped[str] = mapped_column(String(20), index=True)
    variant_id: Mapped[str] = mapped_column(String(20))
    product_id: Mapped[str] = mapped_column(String(20), index=True)
    product_name: Mapped[str] = mapped_column(String(200))
    product_name_en: Mapped[str] = mapped_column(String(200), default="")
    variant_label: Mapped[str] = mapped_column(String(120))
    kind_code: Mapped[str] = mapped_column(String(20))
    kind_name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(20))
    pack_size: Mapped[Decimal] = mapped_column(Quantity)
    weight_g: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[int] = mapped_column(Integer)
    unit_price_fen: Mapped[int] = mapped_column(BigInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    seller_discount_fen: Mapped[int] = mapped_column(BigInteger)
    platform_discount_fen: Mapped[int] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger)
    shipped: Mapped[int] = mapped_column(Integer, default=0)
    cancelled: Mapped[int] = mapped_column(Integer, default=0)
    certificate: Mapped[dict[str, Any] | None] = mapped_column(Json)
    carbon_label: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    made_to_order: Mapped[bool] = mapped_column(Boolean)
    promised_on: Mapped[date] = mapped_column(Date)
    # The contract whose job the goods are for, when they should come by its plan, and whether
    # they wait because the job is off.
    contract_id: Mapped[str] = mapped_column(String(20), default="", server_default="", index=True)
    deliver_from: Mapped[date | None] = mapped_column(Date, default=None)
    deliver_until: Mapped[date | None] = mapped_column(Date, default=None)
    held_back: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    group_label: Mapped[str | None] = mapped_column(String(200))
    group_label_en: Mapped[str] = mapped_column(String(200), default="", server_default="")
    # The version that the group was made from, frozen: a bundle and its version.
    group_origin: Mapped[str] = mapped_column(String(40), default="", server_default="")
    gift_of: Mapped[str | None] = mapped_column(String(20))
    # What the platform keeps of it, by which rule, and what that were without a preference.
    commission_fen: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    usual_commission_fen: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    commission: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)


class LineAdjustment(IdMixin, Base):
    """A discount frozen on a line."""

    __tablename__ = "order_line_adjustments"
    __table_args__ = (CheckConstraint("amount_fen < 0", name="negative"),)

    order_line_id: Mapped[str] = mapped_column(ForeignKey("order_lines.id"), index=True)
    promotion_id: Mapped[str] = mapped_column(String(20), index=True)
    label: Mapped[str] = mapped_column(String(200))
    label_en: Mapped[str] = mapped_column(String(200), default="")
    bearer: Mapped[str] = mapped_column(String(32))
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class FreightAdjustment(IdMixin, Base):
    """A discount frozen on the freight of a seller's part."""

    __tablename__ = "order_freight_adjustments"
    __table_args__ = (CheckConstraint("amount_fen < 0", name="negative"),)

    seller_order_id: Mapped[str] = mapped_column(ForeignKey("seller_orders.id"), index=True)
    promotion_id: Mapped[str] = mapped_column(String(20), index=True)
    label: Mapped[str] = mapped_column(String(200))
    label_en: Mapped[str] = mapped_column(String(200), default="")
    bearer: Mapped[str] = mapped_column(String(32))
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class OrderAllocation(IdMixin, Base):
    """From which warehouse packs were taken, so that they can go back there."""

    __tablename__ = "order_allocations"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND restocked BETWEEN 0 AND quantity", name="restocked"),
    )

    seller_order_id: Mapped[str] = mapped_column(ForeignKey("seller_orders.id"), index=True)
    listing_id: Mapped[str] = mapped_column(String(20))
    warehouse_id: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int] = mapped_column(Integer)
    restocked: Mapped[int] = mapped_column(Integer, default=0)


class Parcel(IdMixin, Base):
    """A shipment of some packs of a seller's part."""

    __tablename__ = "order_parcels"
    __table_args__ = (UniqueConstraint("seller_order_id", "number"),)

    seller_order_id: Mapped[str] = mapped_column(ForeignKey("seller_orders.id"))
    number: Mapped[int] = mapped_column(Integer)
    carrier: Mapped[str] = mapped_column(String(80))
    tracking: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    shipped_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shipped_by: Mapped[str | None] = mapped_column(String(20))


class ParcelLine(Base):
    """So many packs of a line in a parcel."""

    __tablename__ = "order_parcel_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="positive"),)

    parcel_id: Mapped[str] = mapped_column(ForeignKey("order_parcels.id"), primary_key=True)
    order_line_id: Mapped[str] = mapped_column(ForeignKey("order_lines.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column(Integer)
    # The batch they were taken from, with its number as it was then.
    batch_id: Mapped[str | None] = mapped_column(String(20), index=True, default=None)
    batch_no: Mapped[str] = mapped_column(String(60), default="", server_default="")


class Refund(IdMixin, Base):
    """Money to give back, or a claim given up before it was paid."""

    __tablename__ = "order_refunds"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="positive"),
        CheckConstraint("kind IN ('refund', 'reduction')", name="kind"),
        UniqueConstraint("order_id", "key"),
    )

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    seller_order_id: Mapped[str] = mapped_column(ForeignKey("seller_orders.id"), index=True)
    key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(String(20))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RefundLine(IdMixin, Base):
    """A negative line of a refund: goods of an order line, freight, or goodwill."""

    __tablename__ = "order_refund_lines"
    __table_args__ = (
        CheckConstraint(
            "amount_fen <= 0 AND platform_fen <= 0 AND seller_fen <= 0 AND commission_fen <= 0",
            name="negative",
        ),
        CheckConstraint("what IN ('goods', 'freight', 'goodwill')", name="what"),
    )

    refund_id: Mapped[str] = mapped_column(ForeignKey("order_refunds.id"), index=True)
    order_line_id: Mapped[str | None] = mapped_column(ForeignKey("order_lines.id"))
    what: Mapped[str] = mapped_column(String(10))
    quantity: Mapped[int] = mapped_column(Integer)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    seller_fen: Mapped[int] = mapped_column(BigInteger)
    platform_fen: Mapped[int] = mapped_column(BigInteger)
    commission_fen: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class OrderEvent(IdMixin, Base):
    """An entry of the timeline; never changed."""

    __tablename__ = "order_events"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    seller_order_id: Mapped[str | None] = mapped_column(ForeignKey("seller_orders.id"))
    kind: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[str | None] = mapped_column(String(20))
    actor_name: Mapped[str] = mapped_column(String(80), default="")
    params: Mapped[dict[str, Any]] = mapped_column(Json)
