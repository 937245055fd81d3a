"""What must hold of all payments at any time; empty lists when it does."""

from collections.abc import Mapping

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from market.payments import ledger
from market.payments.models import LedgerEntry, LedgerTransaction, Payment, PaymentRefund
from market.payments.types import CURRENCY, PaymentState, RefundState


def ledger_breaches(session: Session) -> list[str]:
    """Every posting adds up to zero in one currency, and so does the whole ledger."""
    found = [f"ledger posting {key} is not balanced" for key in ledger.unbalanced(session)]
    sums = session.execute(
        select(LedgerEntry.currency, func.sum(LedgerEntry.amount_fen))
        .group_by(LedgerEntry.currency)
        .order_by(LedgerEntry.currency)
    )
    found += [
        f"the ledger adds up to {fen} fen in {code} instead of 0" for code, fen in sums if fen
    ]
    return found


def commission_breaches(session: Session, kept_fen: int) -> list[str]:
    """`kept_fen`: what the orders say the platform keeps. The ledger says the same."""
    posted = -ledger.balance(session, ledger.COMMISSIONS)
    return [] if posted == kept_fen else [f"commissions: {kept_fen} fen sold, {posted} posted"]


def settlement_breaches(session: Session, paid: Mapping[str, int]) -> list[str]:
    """`paid`: what each paid order captured. Orders, payments and ledger tell the same story.

    A paid order has a payment of exactly that amount, its receipt and its sale; money of any
    other payment that arrived is promised back in full.
    """
    arrived = session.scalars(
        select(Payment)
        .where(Payment.state == PaymentState.SUCCEEDED)
        .order_by(Payment.succeeded_at, Payment.id)
    )
    posted = _postings(session)
    settling: dict[str, str] = {}
    found = []
    for row in arrived:
        if row.received_fen != row.amount_fen or row.currency != CURRENCY:
            found.append(f"payment {row.id}: received {row.received_fen} {row.currency}")
        if posted.get(f"receipt:{row.id}") != row.amount_fen:
            found.append(f"payment {row.id}: the ledger has no receipt of {row.amount_fen} fen")
        if row.order_id in settling or row.order_id not in paid:
            if row.refund_claimed_fen != row.received_fen:
                found.append(f"payment {row.id}: kept although it pays no order")
            continue
        settling[row.order_id] = row.id
        excess = row.amount_fen - paid[row.order_id]
        if excess != posted.get(f"return:{row.id}", 0) - posted.get(f"difference:{row.id}", 0):
            found.append(
                f"order {row.order_id}: {paid[row.order_id]} fen captured, "
                f"payment {row.id} brought {row.amount_fen}"
            )
    found += [
        f"payment {key}: kept although a person decided to give it back"
        for key in session.scalars(
            select(Payment.id).where(
                Payment.state == PaymentState.RETURNED,
                Payment.refund_claimed_fen != Payment.received_fen,
            )
        )
    ]
    for order_id in paid:
        if order_id not in settling:
            found.append(f"order {order_id}: paid without a payment")
        if f"sale:{order_id}" not in posted:
            found.append(f"order {order_id}: paid without a sale in the ledger")
    return found


def refund_breaches(session: Session, refunded: Mapping[str, int]) -> list[str]:
    """`refunded`: what each order gave back. Never more than came in, per payment and order."""
    sums = (
        select(
            PaymentRefund.payment_id,
            func.sum(PaymentRefund.amount_fen).label("claimed"),
            func.sum(
                case(
                    (PaymentRefund.state == RefundState.SUCCEEDED, PaymentRefund.amount_fen),
                    else_=0,
                )
            ).label("sent"),
        )
        .group_by(PaymentRefund.payment_id)
        .subquery()
    )
    claimed, sent = func.coalesce(sums.c.claimed, 0), func.coalesce(sums.c.sent, 0)
    rows = session.execute(
        select(Payment.id, Payment.received_fen, claimed, sent)
        .outerjoin(sums, sums.c.payment_id == Payment.id)
        .where(
            (claimed > Payment.received_fen)
            | (claimed != Payment.refund_claimed_fen)
            | (sent != Payment.refunded_fen)
        )
    )
    found = [
        f"payment {key}: {received} fen received, {promised} promised back, {gone} sent back"
        for key, received, promised, gone in rows
    ]
    by_order = _order_refunds(session)
    found += [
        f"order {key}: {refunded.get(key, 0)} fen refunded, payments give {by_order.get(key, 0)}"
        for key in sorted(refunded.keys() | by_order.keys())
        if refunded.get(key, 0) != by_order.get(key, 0)
    ]
    return found


def subsidies_borne(session: Session) -> dict[str, int]:
    """What the ledger says that each region's subsidy schemes bear; regions by code."""
    rows = session.execute(
        select(LedgerEntry.account, func.sum(LedgerEntry.amount_fen))
        .where(LedgerEntry.account.like(f"{ledger.REGION_SUBSIDIES}%"))
        .group_by(LedgerEntry.account)
    )
    return {key.removeprefix(ledger.REGION_SUBSIDIES): int(fen) for key, fen in rows if fen}


def _postings(session: Session) -> dict[str, int]:
    """Event key of each receipt, sale, return and difference -> its debit side in fen."""
    debit = case((LedgerEntry.amount_fen > 0, LedgerEntry.amount_fen), else_=0)
    rows = session.execute(
        select(LedgerTransaction.event_key, func.sum(debit))
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(
            LedgerEntry.currency == CURRENCY,
            LedgerTransaction.event_key.like("receipt:%")
            | LedgerTransaction.event_key.like("sale:%")
            | LedgerTransaction.event_key.like("return:%")
            | LedgerTransaction.event_key.like("difference:%"),
        )
        .group_by(LedgerTransaction.event_key)
    )
    return {key: int(fen) for key, fen in rows}


def _order_refunds(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Payment.order_id, func.sum(PaymentRefund.amount_fen))
        .join(Payment, Payment.id == PaymentRefund.payment_id)
        .where(PaymentRefund.key.like("order-refund:%"))
        .group_by(Payment.order_id)
    )
    found = {order_id: int(fen) for order_id, fen in rows}
    borne = session.execute(
        select(LedgerTransaction.order_id, func.sum(LedgerEntry.amount_fen))
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(
            LedgerTransaction.event_key.like("difference-back:%"),
            LedgerEntry.account == ledger.REFUNDS,
        )
        .group_by(LedgerTransaction.order_id)
    )
    for order_id, fen in borne:
        if order_id is not None:
            found[order_id] = found.get(order_id, 0) + int(fen)
    return found
