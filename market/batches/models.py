"""Tables of batches. Private to the package."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
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


class Batch(IdMixin, Base):
    """Goods of one product made together. What is on it stays; it can only be withdrawn."""

    __tablename__ = "batches"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("use_by IS NULL OR use_by > made_on", name="use_by_after_made_on"),
        UniqueConstraint("product_id", "number_key"),
        Index("ix_batches_maker_id_created_at", "maker_id", "created_at"),
        Index("ix_batches_number_key", "number_key"),
    )

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    maker_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"))
    number: Mapped[str] = mapped_column(String(60))
    # The number without spaces, in half-width capitals: the same on paper is the same here.
    number_key: Mapped[str] = mapped_column(String(60))
    made_on: Mapped[date] = mapped_column(Date)
    use_by: Mapped[date | None] = mapped_column(Date, default=None)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    unit: Mapped[str] = mapped_column(String(12))
    report_file_id: Mapped[str | None] = mapped_column(String(20), default=None)
    # The product's certificate and its state on the day of making, as it was known then.
    certificate_id: Mapped[str | None] = mapped_column(ForeignKey("certificates.id"), default=None)
    certificate: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    # The version of the manual in force on the day of making; None when there was none yet.
    manual_version: Mapped[int | None] = mapped_column(Integer, default=None)
    # The product's carbon label as it stood on the day of making, None when none did.
    carbon_label: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    made_by: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    withdrawn_reason: Mapped[str] = mapped_column(String(300), default="")


class BatchHold(IdMixin, Base):
    """Goods with a batch number may not go out, whether the batch is written down yet or not.

    Either a published failure (`check_id`, the laboratory's findings as the reason) or an
    official said so. Lifted, the row stays.
    """

    __tablename__ = "batch_holds"
    __table_args__ = (
        CheckConstraint("(lifted_at IS NULL) = (lifted_reason = '')", name="lifted_reason"),
        Index("ix_batch_holds_product_id_number_key", "product_id", "number_key"),
        Index("ix_batch_holds_check_id", "check_id"),
        Index(
            "uq_batch_holds_standing",
            "product_id",
            "number_key",
            "check_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"))
    number: Mapped[str] = mapped_column(String(60))
    number_key: Mapped[str] = mapped_column(String(60))
    region_code: Mapped[str] = mapped_column(String(9))
    check_id: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    held_by: Mapped[str] = mapped_column(String(20))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    lifted_by: Mapped[str] = mapped_column(String(20), default="")
    lifted_reason: Mapped[str] = mapped_column(Text, default="")
