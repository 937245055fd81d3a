"""Money outside the gateway: a bank transfer with its slip, cash at the door."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.kernel.money import format_fen
from market.payments.errors import AlreadyPaid, AmountDiffers, PaymentNotFound, SlipMissing
from market.payments.models import Payment, PaymentPortion
from market.payments.queries import view
from market.payments.types import Applied, Change, Method, PaymentState


def announce_transfer(
    session: Session,
    payment_id: str,
    *,
    reference: str,
    file_id: str | None,
    now: datetime,
) -> None:
    """The household says that it transferred; a person will look at the bank account.

    Raises PaymentNotFound, AlreadyPaid, SlipMissing.
    """
    row = _open_row(session, payment_id, Method.TRANSFER)
    if not reference and file_id is None and row.slip_file_id is None:
        raise SlipMissing(field="reference")
    row.slip_reference = reference[:60]
    row.slip_file_id = file_id or row.slip_file_id
    row.slip_at = now
    session.flush()


def confirm_transfer(session: Session, payment_id: str, amount_fen: int, now: datetime) -> Applied:
    """Somebody saw the money on the account. Raises AmountDiffers unless it is what is due."""
    row = _open_row(session, payment_id, Method.TRANSFER)
    if amount_fen != row.amount_fen:
        raise AmountDiffers(
            field="amount", due=format_fen(row.amount_fen), given=format_fen(amount_fen)
        )
    return _arrived(session, row, now)


def confirm_portion(
    session: Session,
    portion_id: str,
    *,
    amount_fen: int,
    confirmed_by: str | None,
    now: datetime,
) -> Applied:
    """A seller has the cash for its part; the payment succeeds with the last part.

    Confirming again changes nothing. Raises AmountDiffers, PaymentNotFound, AlreadyPaid.
    """
    portion = session.get(PaymentPortion, portion_id, populate_existing=True)
    if portion is None:
        raise PaymentNotFound()
    row = _open_row(session, portion.payment_id, Method.ON_DELIVERY)
    session.refresh(portion)
    if amount_fen != portion.due_fen:
        raise AmountDiffers(
            field="amount", due=format_fen(portion.due_fen), given=format_fen(amount_fen)
        )
    if portion.confirmed_at is None:
        portion.received_fen = amount_fen
        portion.confirmed_at, portion.confirmed_by = now, confirmed_by
        session.flush()
    return settle_if_complete(session, row.id, now)


def reduce_portion(session: Session, seller_order_id: str, amount_fen: int) -> None:
    """A part shrank before everything was paid; cash already taken for it is handed back."""
    portion = session.scalars(
        select(PaymentPortion)
        .join(Payment, Payment.id == PaymentPortion.payment_id)
        .where(
            PaymentPortion.seller_order_id == seller_order_id,
            Payment.state == PaymentState.OPEN,
        )
        .with_for_update()
    ).first()
    if portion is None:
        return
    portion.due_fen = max(0, portion.due_fen - amount_fen)
    if portion.received_fen is not None:
        portion.received_fen = portion.due_fen
    session.flush()


def settle_if_complete(session: Session, payment_id: str, now: datetime) -> Applied:
    """The payment succeeds when every part is confirmed or has nothing due."""
    row = _open_row(session, payment_id, Method.ON_DELIVERY)
    parts = session.scalars(
        select(PaymentPortion)
        .where(PaymentPortion.payment_id == payment_id)
        .execution_options(populate_existing=True)
    ).all()
    waiting = [part for part in parts if part.confirmed_at is None and part.due_fen > 0]
    received = sum(part.received_fen or 0 for part in parts)
    if waiting or received == 0:
        return Applied(Change.NOTHING, view(row))
    row.amount_fen = received
    session.flush()
    return _arrived(session, row, now)


def _arrived(session: Session, row: Payment, now: datetime) -> Applied:
    row.state = PaymentState.SUCCEEDED
    row.received_fen = row.amount_fen
    row.succeeded_at = now
    session.flush()
    return Applied(Change.SUCCEEDED, view(row))


def _open_row(session: Session, payment_id: str, method: Method) -> Payment:
    row = session.get(Payment, payment_id, with_for_update=True, populate_existing=True)
    if row is None or row.method != method:
        raise PaymentNotFound()
    if row.state != PaymentState.OPEN:
        raise AlreadyPaid()
    return row
