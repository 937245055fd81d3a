"""What follows when money arrived, an order changed, or a refund left: order, stock, ledger.

Everything here happens in the transaction of the caller and is safe to repeat.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from market.checkout import outcomes
from market.checkout.types import PaymentOutcome
from market.kernel.actor import Actor
from market.kernel.events import Event, publish
from market.kernel.ports import PaymentProvider, PaymentReport, RefundReport
from market.orders import service as orders
from market.orders.errors import AmountMismatch, NotPossibleNow
from market.orders.events import (
    ClaimReduced,
    OrderCancelled,
    OrderConfirmed,
    OrderPaid,
    OrderRefunded,
)
from market.orders.types import PayMethod, SellerShare
from market.payments import ledger
from market.payments import queries as payment_queries
from market.payments import service as payments
from market.payments.errors import AlreadyPaid, NotThisWay
from market.payments.events import PaymentReturned
from market.payments.types import (
    Applied,
    Change,
    InboxState,
    Method,
    PaymentView,
    Portion,
    Resolution,
)
from market.promotions.events import RedeemedAtTill
from market.subsidies import service as subsidies

log = structlog.get_logger()
REFUND_KEY = "order-refund:"


def process_event(
    session: Session, row_id: str, provider: PaymentProvider, now: datetime
) -> InboxState | None:
    """Understand one stored notification; None when it was done with before."""
    stored = payments.take_event(session, row_id)
    if stored is None:
        return None
    event = provider.read_event(stored)
    if event.trouble:
        return _close(session, row_id, InboxState.FLAGGED, now, event.trouble)
    if event.report is None:
        return _close(session, row_id, InboxState.IGNORED, now)
    applied = take_in(session, event.report, now)
    states = {Change.UNKNOWN: InboxState.WAITING, Change.MISMATCH: InboxState.FLAGGED}
    return _close(session, row_id, states.get(applied.change, InboxState.DONE), now, applied.note)


def _close(
    session: Session, row_id: str, state: InboxState, now: datetime, note: str = ""
) -> InboxState:
    if state is InboxState.FLAGGED:
        log.error("payment notification needs a person", row=row_id, note=note)
    payments.close_event(session, row_id, state, now, note)
    return state


def take_in(session: Session, report: PaymentReport | RefundReport, now: datetime) -> Applied:
    """Apply what the gateway says and everything that follows from it."""
    applied = payments.apply_report(session, report, now)
    if applied.change is Change.SUCCEEDED and isinstance(report, RefundReport):
        refund_left(session, applied, now)
    elif applied.change is Change.SUCCEEDED and applied.payment is not None:
        payment_arrived(session, applied.payment, now)
    elif applied.change is Change.MISMATCH:
        log.error("payment does not match", note=applied.note)
    return applied


def payment_arrived(session: Session, payment: PaymentView, now: datetime) -> None:
    """Money is here: the order is paid, or all of it goes back. Never neither."""
    ledger.post(
        session,
        f"receipt:{payment.id}",
        ledger.receipt(payment.method, payment.amount_fen),
        memo="payment received",
        now=now,
        order_id=payment.order_id,
    )
    first = payment_queries.settling_payment(session, payment.order_id)
    if first is not None and first.id != payment.id:
        _return_all(session, payment, now, "paid twice")
        return
    try:
        with session.begin_nested():
            outcome = outcomes.payment_succeeded(session, payment.order_id, payment.amount_fen, now)
    except (AmountMismatch, NotPossibleNow) as error:
        _return_all(session, payment, now, error.code)
        return
    if outcome is PaymentOutcome.ALREADY_PAID:
        _return_all(session, payment, now, "nothing was due")
    elif payment.method is Method.ON_DELIVERY:
        _sellers_keep_cash(session, payment, now)


def resolve_mismatch(
    session: Session,
    payment_id: str,
    resolution: Resolution,
    *,
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    """A person decides what becomes of money that did not fit; the books follow.

    Accepted money pays the order: what is too much is given back, what is missing we bear.
    Raises PaymentNotFound, AlreadyResolved, NotThisWay (also when the order takes no money).
    """
    found, payment = payments.take_mismatch(
        session, payment_id, resolution, actor=actor, reason=reason, now=now
    )
    if resolution is Resolution.BY_HAND:
        return
    ledger.post(
        session,
        f"receipt:{payment.id}",
        ledger.receipt(payment.method, payment.amount_fen),
        memo="payment received, not as expected",
        now=now,
        order_id=payment.order_id,
    )
    if resolution is Resolution.REFUND:
        _give_back(session, payment, payment.amount_fen, now, "refund decided")
        return
    _, due = orders.state_for_payment(session, payment.order_id)
    if due != found.payment.amount_fen:
        raise NotThisWay(field="resolution")
    outcome = outcomes.payment_succeeded(session, payment.order_id, due, now)
    if outcome is not PaymentOutcome.PAID:
        raise NotThisWay(field="resolution")
    if found.difference_fen > 0:
        _give_back(session, payment, found.difference_fen, now, "paid too much")
    elif found.difference_fen < 0:
        ledger.post(
            session,
            f"difference:{payment.id}",
            ledger.difference(-found.difference_fen),
            memo="paid too little, accepted",
            now=now,
            order_id=payment.order_id,
        )


def _return_all(session: Session, payment: PaymentView, now: datetime, reason: str) -> None:
    _give_back(session, payment, payment.amount_fen, now, reason)


def _give_back(
    session: Session, payment: PaymentView, amount_fen: int, now: datetime, reason: str
) -> None:
    ledger.post(
        session,
        f"return:{payment.id}",
        ledger.give_back(amount_fen),
        memo=f"payment returned: {reason}",
        now=now,
        order_id=payment.order_id,
    )
    payments.request_refund(
        session,
        payment.id,
        amount_fen,
        key=f"payment-return:{payment.id}",
        reason=reason,
        now=now,
    )
    publish(
        session,
        PaymentReturned(
            payment_id=payment.id,
            order_id=payment.order_id,
            account_id=payment.account_id,
            amount_fen=amount_fen,
            at=now,
        ),
    )


def _sellers_keep_cash(session: Session, payment: PaymentView, now: datetime) -> None:
    kept = [
        ledger.Share(portion.seller_id, portion.received_fen or 0, 0)
        for portion in payment_queries.portions_of_payment(session, payment.id)
    ]
    ledger.post(
        session,
        f"cash-kept:{payment.id}",
        ledger.cash_kept(kept),
        memo="cash kept by the sellers",
        now=now,
        order_id=payment.order_id,
    )


def refund_left(session: Session, applied: Applied, now: datetime) -> None:
    """Money went back: the order shows it as done."""
    if applied.note.startswith(REFUND_KEY):
        orders.refund_settled(session, applied.note.removeprefix(REFUND_KEY), now)


# Reactions to what happens to orders


def on_order_confirmed(session: Session, event: Event) -> None:
    """The goods are sold. Cash on delivery gets its payment, one part per seller."""
    assert isinstance(event, OrderConfirmed)
    _post_sale(session, event.order_id, event.shares, event.at)
    if any(subsidies.is_scheme(who) for share in event.shares for who in share.borne):
        subsidies.settle(session, event.order_id, event.at)
    if event.method != PayMethod.ON_DELIVERY or not event.due_fen:
        return
    with suppress(AlreadyPaid):
        payments.start(
            session,
            event.order_id,
            event.due_fen,
            Method.ON_DELIVERY,
            account_id=event.account_id,
            language="zh",
            now=event.at,
            order_code=event.code,
            portions=[
                Portion(share.seller_id, share.seller_order_id, share.paid_fen)
                for share in event.shares
            ],
        )


def on_order_paid(session: Session, event: Event) -> None:
    """A payment that came too late pays an order that was never confirmed: still a sale."""
    assert isinstance(event, OrderPaid)
    _post_sale(session, event.order_id, event.shares, event.at)


def on_order_refunded(session: Session, event: Event) -> None:
    """The seller's claim shrinks; what was paid goes back the way it came."""
    assert isinstance(event, OrderRefunded)
    share = _positive(event.share)
    subsidies.give_back(session, event.order_id, share.borne)
    paid = event.kind == "refund"
    ledger.post(
        session,
        f"{REFUND_KEY}{event.refund_id}",
        ledger.take_back(share) if paid else ledger.reduce(share),
        memo="order refunded" if paid else "order reduced",
        now=event.at,
        order_id=event.order_id,
    )
    if not paid:
        payments.reduce_portion(session, event.seller_order_id, event.amount_fen)
        return
    payment = payment_queries.settling_payment(session, event.order_id)
    if payment is not None:
        _promise_refund(session, payment, event)


def _promise_refund(session: Session, payment: PaymentView, event: OrderRefunded) -> None:
    """What came in goes back; what we had borne of the price is ours again."""
    key = f"{REFUND_KEY}{event.refund_id}"
    amount = min(event.amount_fen, payment_queries.refundable(session, payment.id))
    ledger.post(
        session,
        f"difference-back:{event.refund_id}",
        ledger.difference_back(event.amount_fen - amount),
        memo="a difference accepted before",
        now=event.at,
        order_id=event.order_id,
    )
    if amount <= 0:
        orders.refund_settled(session, event.refund_id, event.at)
        return
    payments.request_refund(
        session, payment.id, amount, key=key, reason=event.reason, now=event.at,
        seller_id=event.seller_id,
    )  # fmt: skip


def on_claim_reduced(session: Session, event: Event) -> None:
    """Gifts that are not given: nobody gets money, but their bearers owe nothing for them."""
    assert isinstance(event, ClaimReduced)
    share = _positive(event.share)
    subsidies.give_back(session, event.order_id, share.borne)
    ledger.post(
        session,
        f"claim:{event.key}",
        ledger.reduce(share),
        memo="gift not given",
        now=event.at,
        order_id=event.order_id,
    )


def on_redeemed_at_till(session: Session, event: Event) -> None:
    """A shop gave a discount at its till: it is owed what others bear of it."""
    assert isinstance(event, RedeemedAtTill)
    share = ledger.Share(event.seller_id, 0, sum(event.borne.values()), event.borne)
    ledger.post(
        session,
        f"till:{event.voucher_id}",
        ledger.discount_at_till(share),
        memo="discount at a till",
        now=event.at,
    )


def on_order_cancelled(session: Session, event: Event) -> None:
    """Nobody is to pay for an order that is off."""
    assert isinstance(event, OrderCancelled)
    payments.order_closed(session, event.order_id, event.at)


def _post_sale(
    session: Session, order_id: str, shares: Sequence[SellerShare], now: datetime
) -> None:
    entries = ledger.sale(
        [
            ledger.Share(
                s.seller_id, s.paid_fen, s.platform_discount_fen, s.borne, s.commission_fen
            )
            for s in shares
        ]
    )
    ledger.post(session, f"sale:{order_id}", entries, memo="sale", now=now, order_id=order_id)


def _positive(share: SellerShare) -> ledger.Share:
    borne = {bearer: -fen for bearer, fen in share.borne.items()}
    return ledger.Share(
        share.seller_id,
        -share.paid_fen,
        -share.platform_discount_fen,
        borne,
        -share.commission_fen,
    )
