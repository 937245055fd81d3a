"""Tables of the cart."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from market.carts.types import MAX_QUANTITY
from market.db.base import Base, IdMixin
from market.db.types import UtcDateTime


class Cart(IdMixin, Base):
    """One cart; it belongs to an account or to the bearer of a token, never to both."""

    __tablename__ = "carts"
    __table_args__ = (
        CheckConstraint("(account_id IS NULL) <> (token_hash IS NULL)", name="one_owner"),
    )

    account_id: Mapped[str | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), unique=True
    )
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CartGroup(IdMixin, Base):
    """Lines that came together, such as a configured bundle."""

    __tablename__ = "cart_groups"

    cart_id: Mapped[str] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(200))
    label_en: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str | None] = mapped_column(String(300))
    # Which version of what it was made from, and for which contract; carts only carry them.
    origin: Mapped[str] = mapped_column(String(40), default="", server_default="")
    contract_id: Mapped[str] = mapped_column(String(20), default="", server_default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CartLine(IdMixin, Base):
    """A listing and a number of packs."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        CheckConstraint(f"quantity BETWEEN 1 AND {MAX_QUANTITY}", name="quantity"),
        CheckConstraint("seen_price_fen >= 0", name="seen_price"),
        Index(
            "uq_cart_lines_loose",
            "cart_id",
            "listing_id",
            unique=True,
            sqlite_where=text("group_id IS NULL"),
            postgresql_where=text("group_id IS NULL"),
        ),
        Index("uq_cart_lines_grouped", "group_id", "listing_id", unique=True),
    )

    cart_id: Mapped[str] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"), index=True)
    listing_id: Mapped[str] = mapped_column(ForeignKey("listings.id", ondelete="CASCADE"))
    group_id: Mapped[str | None] = mapped_column(ForeignKey("cart_groups.id", ondelete="CASCADE"))
    quantity: Mapped[int] = mapped_column(Integer)
    seen_price_fen: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CartCode(Base):
    """A coupon code typed into the cart."""

    __tablename__ = "cart_codes"

    cart_id: Mapped[str] = mapped_column(
        ForeignKey("carts.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
