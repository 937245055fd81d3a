"""Reads of payments; a fixed number of statements each."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.kernel.paging import Page, offset
from market.payments import ledger
from market.payments.errors import PaymentNotFound
from market.payments.models import Payment, PaymentPortion, PaymentRefund, WebhookEvent
from market.payments.types import (
    CURRENCY,
    LIVE,
    AccountBalance,
    InboxRow,
    InboxState,
    Method,
    Mismatch,
    PaymentState,
    PaymentView,
    PortionView,
    RefundState,
    RefundView,
    Resolution,
)


def view(row: Payment) -> PaymentView:
    """A payment as others see it."""
    return PaymentView(
        id=row.id,
        order_id=row.order_id,
        order_code=row.order_code,
        account_id=row.account_id,
        method=Method(row.method),
        state=PaymentState(row.state),
        amount_fen=row.amount_fen,
        received_fen=row.received_fen,
        refunded_fen=row.refunded_fen,
        redirect_url=row.redirect_url,
        reference=row.reference,
        problem=row.problem,
        flagged=row.flagged_at is not None,
        created_at=row.created_at,
        expires_at=row.expires_at,
        succeeded_at=row.succeeded_at,
        slip_reference=row.slip_reference,
        slip_file_id=row.slip_file_id,
        slip_at=row.slip_at,
        language=row.language,
        idempotency_key=row.idempotency_key,
    )


def find_payment(session: Session, payment_id: str) -> PaymentView | None:
    """One payment, whoever asks."""
    row = session.get(Payment, payment_id)
    return view(row) if row else None


def get_payment(session: Session, payment_id: str, account_id: str | None) -> PaymentView:
    """One payment of this household. Raises PaymentNotFound."""
    row = session.get(Payment, payment_id)
    if row is None or account_id is None or row.account_id != account_id:
        raise PaymentNotFound()
    return view(row)


def payments_of_order(session: Session, order_id: str) -> list[PaymentView]:
    """All attempts, newest first."""
    rows = session.scalars(
        select(Payment).where(Payment.order_id == order_id).order_by(Payment.id.desc())
    )
    return [view(row) for row in rows]


def settling_payment(session: Session, order_id: str) -> PaymentView | None:
    """The payment that paid the order: the first that succeeded."""
    row = session.scalars(
        select(Payment)
        .where(Payment.order_id == order_id, Payment.state == PaymentState.SUCCEEDED)
        .order_by(Payment.succeeded_at, Payment.id)
        .limit(1)
    ).first()
    return view(row) if row else None


def open_payments(session: Session, now: datetime, limit: int = 50) -> list[PaymentView]:
    """Online payments whose truth is due to be asked for."""
    rows = session.scalars(
        select(Payment)
        .where(Payment.state.in_(LIVE), Payment.next_check_at <= now)
        .order_by(Payment.next_check_at)
        .limit(limit)
    )
    return [view(row) for row in rows]


def overdue_instructions(session: Session, now: datetime, limit: int = 100) -> list[str]:
    """Transfers that nobody announced in time."""
    return list(
        session.scalars(
            select(Payment.id)
            .where(
                Payment.state == PaymentState.OPEN,
                Payment.method == Method.TRANSFER,
                Payment.slip_at.is_(None),
                Payment.expires_at <= now,
            )
            .limit(limit)
        )
    )


def portions_of_payment(session: Session, payment_id: str) -> list[PortionView]:
    """What each seller is to receive."""
    return _portions(session, PaymentPortion.payment_id == payment_id)


def find_portion(session: Session, portion_id: str) -> PortionView | None:
    """One portion, whoever asks."""
    found = _portions(session, PaymentPortion.id == portion_id)
    return found[0] if found else None


def portions_to_confirm(session: Session, seller_ids: frozenset[str]) -> list[PortionView]:
    """What the sellers have still to confirm, oldest first."""
    return list(
        _portions(
            session,
            PaymentPortion.seller_id.in_(seller_ids),
            PaymentPortion.confirmed_at.is_(None),
            Payment.state == PaymentState.OPEN,
        )
    )


def _portions(session: Session, *where: object) -> list[PortionView]:
    rows = session.execute(
        select(PaymentPortion, Payment.order_code)
        .join(Payment, Payment.id == PaymentPortion.payment_id)
        .where(*where)  # type: ignore[arg-type]
        .order_by(PaymentPortion.id)
        .limit(500)
    )
    return [
        PortionView(
            id=portion.id,
            payment_id=portion.payment_id,
            order_code=order_code,
            seller_id=portion.seller_id,
            seller_order_id=portion.seller_order_id,
            due_fen=portion.due_fen,
            received_fen=portion.received_fen,
            confirmed_at=portion.confirmed_at,
        )
        for portion, order_code in rows
    ]


def list_offline(session: Session, number: int) -> Page[PaymentView]:
    """Transfers waiting for the operator, announced ones first."""
    where = (Payment.state == PaymentState.OPEN, Payment.method == Method.TRANSFER)
    return _page(session, where, (Payment.slip_at.is_(None), Payment.slip_at, Payment.id), number)


def mismatch_of(row: Payment) -> Mismatch | None:
    """What came instead of what was due; None when nothing was ever flagged."""
    if row.flagged_at is None and row.resolved_at is None:
        return None
    came = row.mismatch or {}
    return Mismatch(
        payment=view(row),
        amount_fen=came.get("amount_fen", row.amount_fen),
        currency=came.get("currency", CURRENCY),
        choices=_choices(row, came),
        resolution=Resolution(row.resolution) if row.resolution and row.resolved_at else None,
        note=row.resolution_note,
        resolved_at=row.resolved_at,
    )


def _choices(row: Payment, came: dict[str, Any]) -> tuple[Resolution, ...]:
    """Money in another currency, or beside money that is booked, is not for these books."""
    done = row.state in (PaymentState.SUCCEEDED, PaymentState.RETURNED)
    no_way_back = Method(row.method).is_online and not came.get("intent")
    if done or not came or came["currency"] != CURRENCY or no_way_back:
        return (Resolution.BY_HAND,)
    if came.get("order_id") not in (None, row.order_id):
        return (Resolution.REFUND, Resolution.BY_HAND)
    return (Resolution.ACCEPT, Resolution.REFUND, Resolution.BY_HAND)


def find_mismatch(session: Session, payment_id: str) -> Mismatch | None:
    """What did not fit one payment."""
    row = session.get(Payment, payment_id)
    return mismatch_of(row) if row else None


def list_mismatches(session: Session, *, resolved: bool = False, limit: int = 50) -> list[Mismatch]:
    """Money a person has to look at, oldest first; or what was decided, newest first."""
    query = select(Payment).where(Payment.flagged_at.is_not(None)).order_by(Payment.flagged_at)
    if resolved:
        query = select(Payment).where(Payment.resolved_at.is_not(None))
        query = query.order_by(Payment.resolved_at.desc())
    rows = session.scalars(query.limit(limit))
    return [found for row in rows if (found := mismatch_of(row))]


def count_mismatches(session: Session) -> int:
    """How many payments wait for a person's decision."""
    query = select(func.count()).select_from(Payment).where(Payment.flagged_at.is_not(None))
    return session.scalar(query) or 0


def refundable(session: Session, payment_id: str) -> int:
    """What of a payment is not promised back yet."""
    row = session.get_one(Payment, payment_id)
    return row.received_fen - row.refund_claimed_fen


def _page(
    session: Session, where: tuple[object, ...], order: tuple[object, ...], number: int
) -> Page[PaymentView]:
    total = session.scalar(select(func.count()).select_from(Payment).where(*where)) or 0  # type: ignore[arg-type]
    rows = session.scalars(
        select(Payment)
        .where(*where)  # type: ignore[arg-type]
        .order_by(*order)  # type: ignore[arg-type]
        .limit(24)
        .offset(offset(number))
    )
    return Page([view(row) for row in rows], total, number)


def refunds_of_order(session: Session, order_id: str) -> list[RefundView]:
    """Everything on its way back to the household."""
    return _refunds(session, Payment.order_id == order_id)


def refunds_due(session: Session, now: datetime, limit: int = 50) -> list[RefundView]:
    """Refunds to be sent (or asked about again) through the gateway."""
    return _refunds(
        session,
        PaymentRefund.next_attempt_at <= now,
        PaymentRefund.state.in_((RefundState.REQUESTED, RefundState.UNKNOWN, RefundState.PENDING)),
        limit=limit,
    )


def refunds_by_hand(session: Session, seller_ids: frozenset[str] | None = None) -> list[RefundView]:
    """Refunds a person pays out: all transfers for the operator, a seller's cash for it."""
    offline = (Method.TRANSFER, Method.ON_DELIVERY)
    where = [Payment.method.in_(offline), PaymentRefund.state == RefundState.REQUESTED]
    if seller_ids is not None:
        where += [PaymentRefund.seller_id.in_(seller_ids), Payment.method == Method.ON_DELIVERY]
    return _refunds(session, *where)


def failed_refunds(session: Session) -> list[RefundView]:
    """Refunds the gateway would not do; a person finds another way."""
    return _refunds(session, PaymentRefund.state == RefundState.FAILED)


def find_refund(session: Session, refund_id: str) -> RefundView | None:
    """One refund, whoever asks."""
    found = _refunds(session, PaymentRefund.id == refund_id)
    return found[0] if found else None


def _refunds(session: Session, *where: object, limit: int = 200) -> list[RefundView]:
    rows = session.execute(
        select(PaymentRefund, Payment.order_code, Payment.method)
        .join(Payment, Payment.id == PaymentRefund.payment_id)
        .where(*where)  # type: ignore[arg-type]
        .order_by(PaymentRefund.id)
        .limit(limit)
    )
    return [
        RefundView(
            id=refund.id,
            payment_id=refund.payment_id,
            order_code=order_code,
            method=Method(method),
            seller_id=refund.seller_id,
            amount_fen=refund.amount_fen,
            reason=refund.reason,
            state=RefundState(refund.state),
            problem=refund.problem,
            created_at=refund.created_at,
            succeeded_at=refund.succeeded_at,
        )
        for refund, order_code, method in rows
    ]


def inbox(session: Session, states: tuple[InboxState, ...], limit: int = 50) -> list[InboxRow]:
    """Notifications in these states, newest first."""
    rows = session.scalars(
        select(WebhookEvent)
        .where(WebhookEvent.state.in_(states))
        .order_by(WebhookEvent.id.desc())
        .limit(limit)
    )
    return [
        InboxRow(
            id=row.id,
            event_id=row.event_id,
            type=row.type,
            state=InboxState(row.state),
            note=row.note,
            attempts=row.attempts,
            received_at=row.received_at,
        )
        for row in rows
    ]


def trial_balance(session: Session) -> list[AccountBalance]:
    """Every account of the ledger with its sum."""
    return ledger.trial_balance(session)


def unbalanced_postings(session: Session) -> list[str]:
    """Keys of postings that do not add up to zero; empty when all is well."""
    return ledger.unbalanced(session)


def breaches(session: Session) -> list[str]:
    """What an audit must not find; empty when all is well."""
    found = [f"ledger posting {key} is not balanced" for key in ledger.unbalanced(session)]
    total = sum(row.balance_fen for row in ledger.trial_balance(session))
    if total:
        found.append(f"the ledger adds up to {total} fen instead of 0")
    over = session.scalars(
        select(Payment.id).where(
            (Payment.refund_claimed_fen > Payment.received_fen)
            | (Payment.refunded_fen > Payment.refund_claimed_fen)
        )
    )
    found += [f"payment {payment_id} refunded more than received" for payment_id in over]
    return found


def cash_in_part(session: Session) -> list[PaymentView]:
    """Cash payments of which a part is confirmed and another is not."""
    part = select(PaymentPortion.payment_id).where(PaymentPortion.confirmed_at.is_not(None))
    rows = session.scalars(
        select(Payment).where(
            Payment.state == PaymentState.OPEN,
            Payment.method == Method.ON_DELIVERY,
            Payment.id.in_(part),
        )
    )
    return [view(row) for row in rows]
