"""Pure decisions: which state follows, which report fits, when to try again."""

from datetime import datetime, timedelta

from market.kernel.ports import PaymentReport
from market.payments.types import CURRENCY, PaymentState, PaymentView

_NEXT = {
    "succeeded": PaymentState.SUCCEEDED,
    "expired": PaymentState.EXPIRED,
    "failed": PaymentState.FAILED,
    "open": PaymentState.OPEN,
}
_CLOSED = (PaymentState.EXPIRED, PaymentState.FAILED)
KEY_LIFETIME = timedelta(hours=20)  # the gateway may forget a key after a day
SESSION_LENGTH = timedelta(minutes=31)
TRANSFER_LENGTH = timedelta(days=3)


def next_state(current: PaymentState, reported: str) -> PaymentState:
    """The state after a report, whatever order reports come in.

    Success is final and always wins: money that arrived late still arrived. A closed payment
    does not open again.
    """
    if current is PaymentState.SUCCEEDED:
        return current
    proposed = _NEXT[reported]
    if current in _CLOSED and proposed is not PaymentState.SUCCEEDED:
        return current
    return proposed


def mismatch(payment: PaymentView, report: PaymentReport) -> str:
    """Why a report of success does not fit the payment; empty when it fits."""
    if report.order_id is not None and report.order_id != payment.order_id:
        return "order differs"
    if report.currency.lower() != CURRENCY:
        return f"currency {report.currency} instead of {CURRENCY}"
    if report.amount_fen != payment.amount_fen:
        return f"amount {report.amount_fen} instead of {payment.amount_fen} fen"
    if report.reference and payment.reference and report.reference != payment.reference:
        return "another reference at the gateway"
    return ""


def retry_at(attempts: int, now: datetime) -> datetime:
    """Doubling waits from 10 seconds to an hour."""
    return now + timedelta(seconds=min(3600, 10 * 2 ** min(attempts, 12)))
