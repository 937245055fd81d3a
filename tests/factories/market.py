"""Promotions that run and payments that arrive, through the real services."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from market.checkout import settle
from market.kernel.actor import SYSTEM
from market.kernel.ports import PaymentReport, RefundReport
from market.orders import queries as orders
from market.payments import queries as payment_queries
from market.payments import service as payments
from market.payments.types import Method, PaymentView
from market.promotions import service as promotions
from market.promotions.types import Benefit, BenefitKind, Owner, Ownership, PromotionDraft, Step

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def make_promotion(
    session: Session, *, owner: Owner = Owner.PLATFORM, seller_id: str | None = None,
    codes: tuple[str, ...] = (), now: datetime = START, **overrides: Any,
) -> str:  # fmt: skip
    """A running promotion; 100 off 1,000 of the platform unless told otherwise."""
    values: dict[str, Any] = {
        "name": "满 1000 减 100",
        "name_en": "100 off 1,000",
        "benefit": Benefit(BenefitKind.THRESHOLD, steps=(Step(100_000, 10_000),)),
        "starts_at": now - timedelta(days=1),
        "ends_at": now + timedelta(days=30),
        "budget_fen": 1_000_000,
        "needs_code": bool(codes),
        **overrides,
    }
    promotion_id = promotions.create_draft(
        session, SYSTEM, Ownership(owner, seller_id), PromotionDraft(**values), now
    )
    if codes:
        promotions.add_codes(session, SYSTEM, promotion_id, list(codes), max_uses=None, now=now)
    promotions.schedule(session, SYSTEM, promotion_id, now)
    return promotion_id


def start_payment(session: Session, order_id: str, now: datetime = START) -> PaymentView:
    """The order's payment by Alipay, as the pay page starts it."""
    order = orders.find_order(session, order_id)
    assert order is not None
    return payments.start(
        session, order_id, order.due_fen, Method.ALIPAY,
        order_code=order.code, account_id=order.account_id, language="zh", now=now,
    )  # fmt: skip


def pay(session: Session, order_id: str, now: datetime = START) -> PaymentView:
    """The gateway says that the order's payment succeeded."""
    payment = start_payment(session, order_id, now)
    confirm(session, payment, now)
    return payment


def confirm(session: Session, payment: PaymentView, now: datetime = START) -> None:
    """The gateway's report of success."""
    report = PaymentReport(
        payment.id, payment.order_id, "succeeded", payment.amount_fen, "cny",
        reference=f"cs_{payment.id}", intent=f"pi_{payment.id}",
    )  # fmt: skip
    settle.take_in(session, report, now)


def send_refunds(session: Session, order_id: str, now: datetime = START) -> int:
    """The gateway sends every refund that was promised; returns their sum."""
    total = 0
    for refund in payment_queries.refunds_of_order(session, order_id):
        report = RefundReport(refund.id, f"re_{refund.id}", "succeeded", refund.amount_fen, "cny")
        settle.take_in(session, report, now)
        total += refund.amount_fen
    return total
