"""Desks for money outside the gateway: transfers, cash at the door, refunds by hand."""

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.audit import service as audit
from market.checkout import settle
from market.checkout.pay_forms import WHAT_TO_DO, ReceiptForm
from market.checkout.pay_views import blueprint
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.kernel.money import format_fen
from market.payments import queries as payment_queries
from market.payments import service as payments
from market.payments.errors import PaymentNotFound
from market.payments.types import Applied, Change, InboxState, RefundView
from market.sellers import queries as sellers
from market.web.access import OPERATOR, SELLER, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint"]
Page = str | tuple[str, int] | Response


@blueprint.get("/operator/payments")
@policy(OPERATOR)
def list_payments() -> Page:
    """Transfers to match, refunds to pay out, what does not fit, and the ledger's balance."""
    return _operator_page(ReceiptForm(formdata=None))


@blueprint.post("/operator/payments/<payment_id>/confirm")
@policy(OPERATOR)
def confirm_transfer(payment_id: str) -> Page:
    """The money of a transfer is on the bank account."""
    form = ReceiptForm()
    if not form.validate():
        return _operator_page(form, payment_id, 422)
    if request.form.get("do") == "flag":
        return _flag(form, payment_id)
    try:
        with unit_of_work() as session:
            applied = payments.confirm_transfer(session, payment_id, form.amount.data, now())
            _follow(session, applied, "confirm_transfer", payment_id, form.amount.data)
    except DomainError as error:
        if error.status == 404:
            raise
        attach(form, error)
        return _operator_page(form, payment_id, 422)
    say(gettext("已确认到账 %(amount)s 元，已通知买家和商家", amount=format_fen(form.amount.data)))
    return back_to("checkout.list_payments")


def _flag(form: ReceiptForm, payment_id: str) -> Page:
    """Another amount came: on to the decision about it."""
    try:
        with unit_of_work() as session:
            payments.flag_transfer(session, payment_id, form.amount.data, now())
    except DomainError as error:
        if error.status == 404:
            raise
        attach(form, error)
        return _operator_page(form, payment_id, 422)
    return back_to("checkout.show_mismatch", payment_id=payment_id)


@blueprint.post("/operator/refunds/<refund_id>/paid")
@policy(OPERATOR)
def pay_refund(refund_id: str) -> Page:
    """The operator has transferred a refund back."""
    with unit_of_work() as session:
        refund = _refund_by_hand(session, refund_id)
        _refund_paid(session, refund)
    say(gettext("已记下：退款 %(amount)s 元已转出", amount=format_fen(refund.amount_fen)))
    return back_to("checkout.list_payments")


@blueprint.get("/seller/receipts")
@policy(SELLER)
def list_receipts() -> Page:
    """Cash to confirm and cash to give back, of the sellers this person works for."""
    return _seller_page(ReceiptForm(formdata=None))


@blueprint.post("/seller/receipts/<portion_id>/confirm")
@policy(SELLER)
def confirm_cash(portion_id: str) -> Page:
    """The seller has the cash of its part."""
    form = ReceiptForm()
    with reading() as session:
        portion = payment_queries.find_portion(session, portion_id)
    if portion is None or not actor().is_member_of_seller(portion.seller_id):
        raise PaymentNotFound()
    if not form.validate():
        return _seller_page(form, portion_id, 422)
    try:
        with unit_of_work() as session:
            applied = payments.confirm_portion(
                session,
                portion_id,
                amount_fen=form.amount.data,
                confirmed_by=actor().account_id,
                now=now(),
            )
            _follow(session, applied, "confirm_cash", portion_id, form.amount.data)
    except DomainError as error:
        attach(form, error)
        return _seller_page(form, portion_id, 422)
    say(gettext("已确认收到 %(amount)s 元", amount=format_fen(form.amount.data)))
    return back_to("checkout.list_receipts")


@blueprint.post("/seller/refunds/<refund_id>/paid")
@policy(SELLER)
def return_cash(refund_id: str) -> Page:
    """The seller has given cash back."""
    with unit_of_work() as session:
        refund = _refund_by_hand(session, refund_id)
        if refund.seller_id is None or not actor().is_member_of_seller(refund.seller_id):
            raise PaymentNotFound()
        _refund_paid(session, refund)
    say(gettext("已记下：退款 %(amount)s 元已给买家", amount=format_fen(refund.amount_fen)))
    return back_to("checkout.list_receipts")


def _follow(
    session: Session, applied: Applied, action: str, object_id: str, amount_fen: int
) -> None:
    if applied.change is Change.SUCCEEDED and applied.payment is not None:
        settle.payment_arrived(session, applied.payment, now())
    audit.record(
        session,
        actor(),
        action,
        "payment",
        object_id,
        after={"received_fen": amount_fen},
        now=now(),
    )


def _refund_by_hand(session: Session, refund_id: str) -> RefundView:
    refund = payment_queries.find_refund(session, refund_id)
    if refund is None:
        raise PaymentNotFound()
    return refund


def _refund_paid(session: Session, refund: RefundView) -> None:
    applied = payments.refund_paid_by_hand(session, refund.id, now())
    if applied.change is Change.SUCCEEDED:
        settle.refund_left(session, applied, now())
    audit.record(
        session,
        actor(),
        "refund_paid",
        "payment_refund",
        refund.id,
        after={"amount_fen": refund.amount_fen},
        now=now(),
    )


def _operator_page(form: ReceiptForm, wrong: str = "", status: int = 200) -> Page:
    with reading() as session:
        balances = payment_queries.trial_balance(session)
        known = sellers.sellers_by_ids(session, {row.seller_id for row in balances})
        page = render(
            "payments/list_payments.html",
            sellers={seller_id: seller.name for seller_id, seller in known.items()},
            transfers=payment_queries.list_offline(session, page_number()),
            refunds=payment_queries.refunds_by_hand(session),
            failed=payment_queries.failed_refunds(session),
            flagged=payment_queries.list_mismatches(session),
            resolved=payment_queries.list_mismatches(session, resolved=True, limit=20),
            events=payment_queries.inbox(session, (InboxState.FLAGGED, InboxState.WAITING)),
            what_to_do=WHAT_TO_DO,
            balances=balances,
            form=form,
            wrong=wrong,
        )
    return page, status


def _seller_page(form: ReceiptForm, wrong: str = "", status: int = 200) -> Page:
    mine = actor().seller_ids
    with reading() as session:
        page = render(
            "payments/list_receipts.html",
            portions=payment_queries.portions_to_confirm(session, mine),
            refunds=payment_queries.refunds_by_hand(session, mine),
            form=form,
            wrong=wrong,
        )
    return page, status
