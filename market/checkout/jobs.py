"""Calls to the gateway, each between two transactions: write down, commit, call, record.

This is an edge like the views and jobs that use it: it opens its own units of work, and none
is open while the gateway is asked.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from market.checkout import settle
from market.db.session import reading, unit_of_work
from market.kernel.ports import (
    PaymentProvider,
    PaymentReport,
    PaymentRequest,
    ProviderRefused,
    ProviderUnknown,
)
from market.orders import queries as order_queries
from market.orders.types import State
from market.payments import queries as payment_queries
from market.payments import service as payments
from market.payments.errors import GatewayRefused, GatewayUnknown, PaymentNotFound
from market.payments.types import CURRENCY, Change, PaymentState, PaymentView

log = structlog.get_logger()
FORGOTTEN = timedelta(hours=1)  # a page the gateway denies so long after its end is over


def begin(provider: PaymentProvider, payment_id: str, base_url: str, now: datetime) -> PaymentView:
    """Open the payment at the gateway, or find it open; always with the same key.

    Raises GatewayRefused (another method may be tried) and GatewayUnknown (it is kept and
    tried again; nothing can be charged twice).
    """
    payment = _payment(payment_id)
    if payment.state not in (PaymentState.STARTING, PaymentState.UNKNOWN):
        return payment
    try:
        started = provider.start(_request(payment, base_url))
    except ProviderRefused as error:
        log.warning("gateway refused a payment", payment=payment_id, reason=str(error))
        with unit_of_work() as session:
            payments.record_refused(session, payment_id, str(error))
        raise GatewayRefused() from error
    except ProviderUnknown as error:
        log.warning("gateway did not answer", payment=payment_id, reason=str(error))
        with unit_of_work() as session:
            payments.record_unknown(session, payment_id, str(error), now)
        raise GatewayUnknown() from error
    with unit_of_work() as session:
        payments.record_started(session, payment_id, started, now)
    return _payment(payment_id)


def check(provider: PaymentProvider, payment_id: str, now: datetime) -> PaymentView:
    """Ask the gateway how the payment stands and take the answer in."""
    return _ask(payment_id, now, provider.retrieve)


def close(provider: PaymentProvider, payment: PaymentView, base_url: str, now: datetime) -> None:
    """Make sure that this payment cannot succeed any more, or learn that it did.

    Raises GatewayUnknown when the gateway does not say.
    """
    if payment.reference is None:
        payment = begin(provider, payment.id, base_url, now)
    if payment.state is PaymentState.OPEN:
        after = _ask(payment.id, now, provider.close)
        if after.state is PaymentState.OPEN:
            raise GatewayUnknown()


def _ask(payment_id: str, now: datetime, question: Callable[[str], PaymentReport]) -> PaymentView:
    payment = _payment(payment_id)
    if payment.reference is None or not payment.is_live:
        return payment
    try:
        report = question(payment.reference)
    except (ProviderUnknown, ProviderRefused) as error:
        gone = isinstance(error, ProviderRefused) and now > payment.expires_at + FORGOTTEN
        with unit_of_work() as session:
            if gone:
                payments.give_up(session, payment_id)
            else:
                payments.record_unknown(session, payment_id, str(error), now)
        return payment
    with unit_of_work() as session:
        settle.take_in(session, report, now)
    return _payment(payment_id)


def _request(payment: PaymentView, base_url: str) -> PaymentRequest:
    """Built from the row alone, so that a repetition is the same to the letter."""
    names = {"zh": "绿色建材下乡", "en": "Green materials"}
    name = f"{names.get(payment.language, names['zh'])} {payment.order_code}"
    return PaymentRequest(
        payment_id=payment.id,
        order_id=payment.order_id,
        description=name,
        amount_fen=payment.amount_fen,
        currency=CURRENCY,
        method=payment.method,
        language=payment.language,
        return_url=f"{base_url}/payments/{payment.id}",
        cancel_url=f"{base_url}/pay/{payment.order_id}",
        idempotency_key=payment.idempotency_key,
        expires_at=payment.expires_at,
    )


def _payment(payment_id: str) -> PaymentView:
    with reading() as session:
        payment = payment_queries.find_payment(session, payment_id)
    if payment is None:
        raise PaymentNotFound()
    return payment


# Sweeps: idempotent, each row on its own, run by the jobs


def process_inbox(provider: PaymentProvider, now: datetime) -> int:
    """Try the notifications that are due; returns how many were looked at."""
    with reading() as session:
        due = payments.due_events(session, now)
    for row_id in due:
        handle_event(provider, row_id, now)
    return len(due)


def handle_event(provider: PaymentProvider, row_id: str, now: datetime) -> None:
    """Process one stored notification; whatever goes wrong, it stays stored."""
    try:
        with unit_of_work() as session:
            settle.process_event(session, row_id, provider, now)
    except Exception as error:
        log.exception("a payment notification could not be handled", row=row_id)
        with unit_of_work() as session:
            payments.postpone_event(session, row_id, repr(error), now)


def reconcile(provider: PaymentProvider | None, base_url: str, now: datetime) -> int:
    """Ask about every open payment that is due; webhooks may get lost, money may not."""
    _complete_cash(now)
    if provider is None:
        return 0
    with reading() as session:
        due = payment_queries.open_payments(session, now)
    for payment in due:
        try:
            _reconcile_one(provider, payment, base_url, now)
        except (GatewayRefused, GatewayUnknown):
            continue  # recorded; its next attempt has a time
    return len(due)


def _reconcile_one(
    provider: PaymentProvider, payment: PaymentView, base_url: str, now: datetime
) -> None:
    if payment.reference is None:
        if now >= payment.expires_at:
            with unit_of_work() as session:
                payments.give_up(session, payment.id)
        else:
            begin(provider, payment.id, base_url, now)
        return
    with reading() as session:
        order = order_queries.find_order(session, payment.order_id)
    if order is not None and order.state in (State.EXPIRED, State.CANCELLED):
        close(provider, payment, base_url, now)
    else:
        check(provider, payment.id, now)


def _complete_cash(now: datetime) -> None:
    """Cash payments whose remaining parts have nothing due any more are complete."""
    with reading() as session:
        waiting = payment_queries.cash_in_part(session)
    for payment in waiting:
        with unit_of_work() as session:
            applied = payments.settle_if_complete(session, payment.id, now)
            if applied.change is Change.SUCCEEDED and applied.payment is not None:
                settle.payment_arrived(session, applied.payment, now)


def send_refunds(provider: PaymentProvider, now: datetime) -> int:
    """Send what was promised back; unknown outcomes keep their key."""
    with reading() as session:
        due = payment_queries.refunds_due(session, now)
    for refund in due:
        send_refund(provider, refund.id, now)
    return len(due)


def send_refund(provider: PaymentProvider, refund_id: str, now: datetime) -> None:
    """One refund through the gateway."""
    with reading() as session:
        wanted = payments.refund_to_send(session, refund_id)
    if wanted is None:
        return
    try:
        report = provider.refund(wanted)
    except ProviderRefused as error:
        log.error("gateway refused a refund", refund=refund_id, reason=str(error))
        with unit_of_work() as session:
            payments.refund_refused(session, refund_id, str(error))
        return
    except ProviderUnknown as error:
        with unit_of_work() as session:
            payments.refund_unknown(session, refund_id, str(error), now)
        return
    with unit_of_work() as session:
        settle.take_in(session, report, now)
