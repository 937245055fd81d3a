"""Beginning a payment: the intention is written down before the gateway is asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from market.kernel.ids import new_id
from market.kernel.ports import StartedPayment
from market.payments import rules
from market.payments.errors import AlreadyPaid, NothingToPay, PaymentInProgress
from market.payments.models import Payment, PaymentPortion
from market.payments.queries import view
from market.payments.types import CURRENCY, LIVE, Method, PaymentState, PaymentView, Portion

_OF_ORDER = select(Payment).where(Payment.order_id == bindparam("order_id")).with_for_update()


def start(
    session: Session,
    order_id: str,
    amount_fen: int,
    method: Method,
    *,
    order_code: str,
    account_id: str,
    language: str,
    now: datetime,
    portions: Sequence[Portion] = (),
) -> PaymentView:
    """The order's payment by `method`: the live one if there is one, else a new row.

    Nothing outside is called: after the commit the caller asks the gateway with the row's
    idempotency key. `portions` say what each seller collects of cash.
    Raises AlreadyPaid, NothingToPay, and PaymentInProgress while another method's payment
    may still succeed (the caller closes it at the gateway first).
    """
    rows = session.scalars(_OF_ORDER, {"order_id": order_id}).all()
    if any(row.state == PaymentState.SUCCEEDED for row in rows):
        raise AlreadyPaid()
    if amount_fen <= 0:
        raise NothingToPay()
    for row in rows:
        if row.state not in LIVE:
            continue
        if row.method == method and row.amount_fen == amount_fen:
            return view(row)
        if Method(row.method).is_online or row.slip_at is not None:
            raise PaymentInProgress()
        row.state = PaymentState.FAILED
    row = _new_row(
        order_id,
        amount_fen,
        method,
        order_code=order_code,
        account_id=account_id,
        language=language,
        now=now,
    )
    session.add(row)
    session.flush()
    if portions:
        session.execute(
            insert(PaymentPortion),
            [
                {
                    "payment_id": row.id,
                    "seller_id": portion.seller_id,
                    "seller_order_id": portion.seller_order_id,
                    "due_fen": portion.due_fen,
                }
                for portion in portions
            ],
        )
    return view(row)


def _new_row(
    order_id: str,
    amount_fen: int,
    method: Method,
    *,
    order_code: str,
    account_id: str,
    language: str,
    now: datetime,
) -> Payment:
    length = rules.SESSION_LENGTH if method.is_online else rules.TRANSFER_LENGTH
    return Payment(
        order_id=order_id,
        order_code=order_code,
        account_id=account_id,
        method=method,
        amount_fen=amount_fen,
        currency=CURRENCY,
        language=language,
        state=PaymentState.STARTING if method.is_online else PaymentState.OPEN,
        idempotency_key=f"pay-{new_id()}",
        created_at=now,
        expires_at=(now + length).replace(microsecond=0),
        next_check_at=rules.retry_at(1, now) if method.is_online else None,
        problem="",
        received_fen=0,
        refund_claimed_fen=0,
        refunded_fen=0,
        attempts=0,
        slip_reference="",
    )


def record_started(
    session: Session, payment_id: str, started: StartedPayment, now: datetime
) -> None:
    """The gateway knows the payment. A success that was faster is kept."""
    session.execute(
        update(Payment)
        .where(
            Payment.id == payment_id,
            Payment.state.in_((PaymentState.STARTING, PaymentState.UNKNOWN)),
        )
        .values(
            state=PaymentState.OPEN,
            reference=started.reference,
            redirect_url=started.url,
            problem="",
            attempts=0,
            next_check_at=rules.retry_at(3, now),
        )
    )


def record_unknown(session: Session, payment_id: str, problem: str, now: datetime) -> None:
    """No answer: the same key will be used again, so that nothing is charged twice."""
    row = session.get(Payment, payment_id, with_for_update=True)
    if row is None or row.state not in LIVE:
        return
    if row.state != PaymentState.OPEN:
        row.state = PaymentState.UNKNOWN
    row.attempts += 1
    row.problem = problem[:300]
    row.next_check_at = rules.retry_at(row.attempts, now)
    session.flush()


def record_refused(session: Session, payment_id: str, problem: str) -> None:
    """The gateway said no: this attempt is over, another may begin."""
    session.execute(
        update(Payment)
        .where(
            Payment.id == payment_id,
            Payment.state.in_((PaymentState.STARTING, PaymentState.UNKNOWN)),
        )
        .values(state=PaymentState.FAILED, problem=problem[:300], next_check_at=None)
    )


def give_up(session: Session, payment_id: str) -> None:
    """An attempt nobody can continue any more (its page was never reached) is over."""
    session.execute(
        update(Payment)
        .where(Payment.id == payment_id, Payment.state.in_(LIVE))
        .values(state=PaymentState.EXPIRED, next_check_at=None)
    )


def order_closed(session: Session, order_id: str, now: datetime) -> None:
    """The order wants no money any more: the gateway is told soon, instructions end.

    A transfer that was already announced stays open, so that its money can be given back.
    """
    live = (Payment.order_id == order_id, Payment.state.in_(LIVE))
    session.execute(
        update(Payment).where(*live, Payment.next_check_at.is_not(None)).values(next_check_at=now)
    )
    session.execute(
        update(Payment)
        .where(*live, Payment.method == Method.TRANSFER, Payment.slip_at.is_(None))
        .values(state=PaymentState.EXPIRED)
    )
