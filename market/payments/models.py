"""Tables of payments. Ledger rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from market.db.base import Base, IdMixin
from market.db.types import Json, UtcDateTime


class Payment(IdMixin, Base):
    """One attempt to pay an order, written down before anyone outside hears of it."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("received_fen IN (0, amount_fen)", name="received_whole"),
        CheckConstraint(
            "refunded_fen >= 0 AND refunded_fen <= refund_claimed_fen "
            "AND refund_claimed_fen <= received_fen",
            name="refunds_within_received",
        ),
        Index("ix_payments_state_next_check_at", "state", "next_check_at"),
    )

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    order_code: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    method: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(10))
    idempotency_key: Mapped[str] = mapped_column(String(60), unique=True)
    reference: Mapped[str | None] = mapped_column(String(120), unique=True)
    intent: Mapped[str | None] = mapped_column(String(120), unique=True)
    redirect_url: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[str] = mapped_column(String(300), default="")
    received_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    refund_claimed_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_check_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    flagged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mismatch: Mapped[dict[str, Any] | None] = mapped_column(Json)
    resolution: Mapped[str | None] = mapped_column(String(10))
    resolution_note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by: Mapped[str | None] = mapped_column(String(20))
    slip_reference: Mapped[str] = mapped_column(String(60), default="")
    slip_file_id: Mapped[str | None] = mapped_column(String(20))
    slip_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PaymentPortion(IdMixin, Base):
    """What one seller collects of a payment outside the gateway."""

    __tablename__ = "payment_portions"
    __table_args__ = (
        UniqueConstraint("payment_id", "seller_order_id"),
        CheckConstraint(
            "due_fen >= 0 AND (received_fen IS NULL OR received_fen = due_fen)", name="received"
        ),
    )

    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"))
    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.id"), index=True)
    seller_order_id: Mapped[str] = mapped_column(ForeignKey("seller_orders.id"))
    due_fen: Mapped[int] = mapped_column(BigInteger)
    received_fen: Mapped[int | None] = mapped_column(BigInteger)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str | None] = mapped_column(String(20))


class PaymentRefund(IdMixin, Base):
    """Money to give back; `key` names the reason once and for all."""

    __tablename__ = "payment_refunds"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="positive"),
        Index("ix_payment_refunds_state_next_attempt_at", "state", "next_attempt_at"),
    )

    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), index=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    seller_id: Mapped[str | None] = mapped_column(String(20))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str | None] = mapped_column(String(120), unique=True)
    problem: Mapped[str] = mapped_column(String(300), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WebhookEvent(IdMixin, Base):
    """A notification, stored before it is understood."""

    __tablename__ = "webhook_events"
    __table_args__ = (
        UniqueConstraint("provider", "event_id"),
        Index("ix_webhook_events_state_next_attempt_at", "state", "next_attempt_at"),
    )

    provider: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[str] = mapped_column(String(120))
    type: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(300), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    processed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LedgerTransaction(IdMixin, Base):
    """One event in money; its entries add up to zero."""

    __tablename__ = "ledger_transactions"

    event_key: Mapped[str] = mapped_column(String(80), unique=True)
    order_id: Mapped[str | None] = mapped_column(String(20), index=True)
    memo: Mapped[str] = mapped_column(String(200))
    posted_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class LedgerEntry(IdMixin, Base):
    """Debit (positive) or credit (negative) of one account."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="not_zero"),
        UniqueConstraint("transaction_id", "account"),
    )

    transaction_id: Mapped[str] = mapped_column(ForeignKey("ledger_transactions.id"))
    account: Mapped[str] = mapped_column(String(60), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))


class AppendOnly(Exception):
    """A ledger row was to be changed or removed."""


def _refuse(_mapper: Mapper[Any], _connection: Connection, target: object) -> None:
    raise AppendOnly(f"{type(target).__name__} rows are only ever added")


for _table in (LedgerTransaction, LedgerEntry):
    event.listen(_table, "before_update", _refuse)
    event.listen(_table, "before_delete", _refuse)
