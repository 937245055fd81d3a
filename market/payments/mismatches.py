"""Money that came but does not fit its payment: written down, then decided by a person."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.kernel.ports import PaymentReport
from market.payments import rules
from market.payments.errors import AlreadyResolved, NotThisWay, PaymentNotFound
from market.payments.models import Payment
from market.payments.queries import mismatch_of, view
from market.payments.types import (
    CURRENCY,
    LIVE,
    Applied,
    Change,
    Method,
    Mismatch,
    PaymentState,
    PaymentView,
    Resolution,
)


def note(
    session: Session, row: Payment, report: PaymentReport, trouble: str, now: datetime
) -> None:
    """Flag a payment with what came instead; the first report that differs is kept."""
    row.flagged_at = row.flagged_at or now
    row.problem = trouble[:300]
    row.mismatch = row.mismatch or {
        "amount_fen": report.amount_fen,
        "currency": report.currency.lower(),
        "intent": report.intent,
        "order_id": report.order_id,
        "reference": report.reference,
    }
    session.flush()


def after_decision(session: Session, row: Payment, report: PaymentReport, now: datetime) -> Applied:
    """A report of success for a payment that a person has decided: told again, or other money."""
    decided = (row.mismatch or {}).get("intent")
    if report.intent is None or report.intent == decided:
        return Applied(Change.NOTHING, view(row))
    row.mismatch, row.resolved_at, row.flagged_at = None, None, None
    trouble = "paid once more after it was dealt with"
    note(session, row, report, trouble, now)
    return Applied(Change.MISMATCH, view(row), trouble)


def flag_transfer(session: Session, payment_id: str, amount_fen: int, now: datetime) -> None:
    """Another amount than was due is on the bank account.

    Raises PaymentNotFound, AlreadyResolved, NotThisWay when the amount is what is due.
    """
    row = _locked(session, payment_id)
    if Method(row.method) is not Method.TRANSFER or row.state not in LIVE:
        raise PaymentNotFound()
    if amount_fen == row.amount_fen:
        raise NotThisWay(field="amount")
    report = PaymentReport(row.id, row.order_id, "succeeded", amount_fen, CURRENCY, "", None)
    row.mismatch = None  # what was typed last counts
    note(session, row, report, rules.mismatch(view(row), report), now)


def take_mismatch(
    session: Session,
    payment_id: str,
    resolution: Resolution,
    *,
    actor: Actor,
    reason: str,
    now: datetime,
) -> tuple[Mismatch, PaymentView]:
    """Write a person's decision down; returns what did not fit, and the payment as it is now.

    Accepted or refunded money counts as received from here on. Raises PaymentNotFound,
    AlreadyResolved, NotThisWay for a decision this money does not allow.
    """
    row = _locked(session, payment_id)
    found = mismatch_of(row)
    if found is None:
        raise PaymentNotFound()
    if resolution not in found.choices:
        raise NotThisWay(field="resolution")
    row.resolution, row.resolution_note = resolution, reason[:300]
    row.resolved_at, row.resolved_by = now, actor.account_id
    row.flagged_at = None
    if resolution is not Resolution.BY_HAND:
        row.intent = row.intent or (row.mismatch or {}).get("intent")
        row.amount_fen = row.received_fen = found.amount_fen
        row.state = (
            PaymentState.SUCCEEDED if resolution is Resolution.ACCEPT else PaymentState.RETURNED
        )
        row.succeeded_at, row.next_check_at = now, None
    session.flush()
    return found, view(row)


def _locked(session: Session, payment_id: str) -> Payment:
    row = session.get(Payment, payment_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise PaymentNotFound()
    if row.resolved_at is not None:
        raise AlreadyResolved()
    return row
