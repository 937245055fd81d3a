"""Giving money back: claimed once by a key, never above what came in."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.kernel.money import format_fen
from market.kernel.ports import RefundReport, RefundRequest
from market.payments import ledger, rules
from market.payments.errors import PaymentNotFound, RefundTooMuch
from market.payments.models import Payment, PaymentRefund
from market.payments.queries import view
from market.payments.types import CURRENCY, Applied, Change, Method, RefundState

_OPEN = (RefundState.REQUESTED, RefundState.UNKNOWN, RefundState.PENDING)


def request_refund(
    session: Session,
    payment_id: str,
    amount_fen: int,
    *,
    key: str,
    reason: str,
    now: datetime,
    seller_id: str | None = None,
) -> str:
    """Promise money back; the job sends it after the commit. The same key promises once.

    Raises RefundTooMuch when more would be promised than came in, PaymentNotFound.
    """
    known = session.scalar(select(PaymentRefund.id).where(PaymentRefund.key == key))
    if known is not None:
        return known
    payment = session.get(Payment, payment_id)
    if payment is None:
        raise PaymentNotFound()
    _claim(session, payment, amount_fen)
    refund = PaymentRefund(
        payment_id=payment_id,
        key=key,
        seller_id=seller_id,
        amount_fen=amount_fen,
        reason=reason[:300],
        state=RefundState.REQUESTED,
        problem="",
        attempts=0,
        created_at=now,
        next_attempt_at=now if Method(payment.method).is_online else None,
    )
    try:
        with session.begin_nested():
            session.add(refund)
            session.flush()
    except IntegrityError:  # the same promise was written at this very moment
        _unclaim(session, payment_id, amount_fen)
        return session.scalars(select(PaymentRefund.id).where(PaymentRefund.key == key)).one()
    return refund.id


def _claim(session: Session, payment: Payment, amount_fen: int) -> None:
    taken = session.execute(
        update(Payment)
        .where(
            Payment.id == payment.id,
            Payment.refund_claimed_fen + amount_fen <= Payment.received_fen,
        )
        .values(refund_claimed_fen=Payment.refund_claimed_fen + amount_fen)
        .execution_options(synchronize_session=False)
    )
    session.refresh(payment)
    if taken.rowcount != 1 or amount_fen <= 0:  # type: ignore[attr-defined]
        most = payment.received_fen - payment.refund_claimed_fen
        raise RefundTooMuch(field="amount", most=format_fen(max(0, most)))


def _unclaim(session: Session, payment_id: str, amount_fen: int) -> None:
    session.execute(
        update(Payment)
        .where(Payment.id == payment_id)
        .values(refund_claimed_fen=Payment.refund_claimed_fen - amount_fen)
        .execution_options(synchronize_session=False)
    )


def refund_to_send(session: Session, refund_id: str) -> RefundRequest | None:
    """What to ask the gateway for; None when there is nothing (more) to ask."""
    row = session.execute(
        select(PaymentRefund, Payment.intent)
        .join(Payment, Payment.id == PaymentRefund.payment_id)
        .where(PaymentRefund.id == refund_id, PaymentRefund.state.in_(_OPEN))
    ).one_or_none()
    if row is None or row[1] is None:
        return None
    refund = row[0]
    return RefundRequest(
        refund_id=refund.id,
        intent=row[1],
        amount_fen=refund.amount_fen,
        currency=CURRENCY,
        idempotency_key=f"refund-{refund.id}",
    )


def refund_unknown(session: Session, refund_id: str, problem: str, now: datetime) -> None:
    """No answer: ask again later with the same key."""
    refund = session.get(PaymentRefund, refund_id, with_for_update=True)
    if refund is None or refund.state not in _OPEN:
        return
    refund.state = RefundState.UNKNOWN
    refund.attempts += 1
    refund.problem = problem[:300]
    refund.next_attempt_at = rules.retry_at(refund.attempts, now)
    session.flush()


def refund_refused(session: Session, refund_id: str, problem: str) -> None:
    """The gateway will not do it: a person has to. The promise stands, so does the ledger."""
    refund = session.get(PaymentRefund, refund_id, with_for_update=True)
    if refund is None or refund.state not in _OPEN:
        return
    refund.state = RefundState.FAILED
    refund.problem = problem[:300]
    refund.next_attempt_at = None
    payment = session.get_one(Payment, refund.payment_id)
    payment.problem = f"refund: {problem}"[:300]
    session.flush()


def apply_refund_report(session: Session, report: RefundReport, now: datetime) -> Applied:
    """What the gateway says about a refund of ours."""
    where = (
        PaymentRefund.id == report.refund_id
        if report.refund_id
        else PaymentRefund.reference == report.reference
    )
    refund = session.scalars(select(PaymentRefund).where(where).with_for_update()).first()
    if refund is None:
        return Applied(Change.UNKNOWN, note="no such refund yet")
    if report.amount_fen != refund.amount_fen or report.currency.lower() != CURRENCY:
        note = f"refund of {report.amount_fen} instead of {refund.amount_fen} fen"
        refund.problem = note
        session.flush()
        return Applied(Change.MISMATCH, note=note)
    if refund.state == RefundState.SUCCEEDED:
        return Applied(Change.NOTHING)
    refund.reference = refund.reference or report.reference
    if report.state == "succeeded":
        return _sent(session, refund, now)
    if report.state == "failed":
        refund.state = RefundState.FAILED
        refund.next_attempt_at = None
    else:
        refund.state = RefundState.PENDING
        refund.attempts += 1
        refund.next_attempt_at = rules.retry_at(refund.attempts + 3, now)
    session.flush()
    return Applied(Change.NOTHING)


def refund_paid_by_hand(session: Session, refund_id: str, now: datetime) -> Applied:
    """A person gave the money back outside the gateway. Repeating it changes nothing.

    Raises PaymentNotFound for a refund that the gateway is still to send.
    """
    refund = session.get(PaymentRefund, refund_id, with_for_update=True)
    if refund is None:
        raise PaymentNotFound()
    if refund.state == RefundState.SUCCEEDED:
        return Applied(Change.NOTHING)
    method = Method(session.get_one(Payment, refund.payment_id).method)
    if method.is_online and refund.state != RefundState.FAILED:
        raise PaymentNotFound()
    return _sent(session, refund, now)


def _sent(session: Session, refund: PaymentRefund, now: datetime) -> Applied:
    refund.state = RefundState.SUCCEEDED
    refund.succeeded_at = now
    refund.next_attempt_at = None
    session.flush()
    payment = session.get_one(Payment, refund.payment_id)
    payment.refunded_fen += refund.amount_fen
    session.flush()
    ledger.post(
        session,
        f"refund-sent:{refund.id}",
        ledger.refund_sent(Method(payment.method), refund.amount_fen, refund.seller_id),
        memo="refund sent",
        now=now,
        order_id=payment.order_id,
    )
    return Applied(Change.SUCCEEDED, view(payment), note=refund.key)
