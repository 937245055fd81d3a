"""Taking in what the gateway says, in whatever order and however often it says it."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from market.kernel.ports import PaymentReport, RefundReport
from market.payments import mismatches, rules
from market.payments.models import Payment
from market.payments.queries import view
from market.payments.refunding import apply_refund_report
from market.payments.types import Applied, Change, PaymentState


def apply(session: Session, report: PaymentReport | RefundReport, now: datetime) -> Applied:
    """Take a report in. `Change.SUCCEEDED` is answered exactly once per payment."""
    if isinstance(report, RefundReport):
        return apply_refund_report(session, report, now)
    row = _find(session, report)
    if row is None:
        return Applied(Change.UNKNOWN, note="no such payment yet")
    if report.state == "succeeded":
        return _succeed(session, row, report, now)
    before = PaymentState(row.state)
    after = rules.next_state(before, report.state)
    if report.problem and after is PaymentState.OPEN:
        row.problem = report.problem[:300]
    if report.reference and row.reference is None:
        row.reference = report.reference
    if after is PaymentState.OPEN:
        row.attempts += 1
        row.next_check_at = rules.retry_at(row.attempts, now)
    else:
        row.next_check_at = None
    if before in (PaymentState.STARTING, PaymentState.UNKNOWN) and not row.redirect_url:
        after = before if after is PaymentState.OPEN else after
    row.state = after
    session.flush()
    closed = after is not before and after in (PaymentState.EXPIRED, PaymentState.FAILED)
    return Applied(Change.CLOSED if closed else Change.NOTHING, view(row))


def _find(session: Session, report: PaymentReport) -> Payment | None:
    known = []
    if report.payment_id:
        known.append(Payment.id == report.payment_id)
    if report.reference:
        known.append(Payment.reference == report.reference)
    if not known:
        return None
    rows = session.scalars(select(Payment).where(or_(*known)).with_for_update()).all()
    return rows[0] if len(rows) == 1 else None


def _succeed(session: Session, row: Payment, report: PaymentReport, now: datetime) -> Applied:
    if row.resolved_at is not None:
        return mismatches.after_decision(session, row, report, now)
    trouble = rules.mismatch(view(row), report)
    if trouble:
        mismatches.note(session, row, report, trouble, now)
        return Applied(Change.MISMATCH, view(row), trouble)
    values: dict[str, object] = {
        "state": PaymentState.SUCCEEDED,
        "received_fen": Payment.amount_fen,
        "succeeded_at": now,
        "next_check_at": None,
        "problem": "",
    }
    taken = session.execute(
        update(Payment)
        .where(Payment.id == row.id, Payment.state != PaymentState.SUCCEEDED)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    first = taken.rowcount == 1  # type: ignore[attr-defined]
    session.refresh(row)
    row.reference = row.reference or report.reference
    row.intent = row.intent or report.intent
    session.flush()
    return Applied(Change.SUCCEEDED if first else Change.NOTHING, view(row))
