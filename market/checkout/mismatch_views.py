"""The operator's decision about money that does not fit its order."""

from flask_babel import gettext
from werkzeug.wrappers import Response

from market.audit import service as audit
from market.checkout import aid_views, claim_views, settle
from market.checkout.pay_forms import WHAT_TO_DO, MismatchForm, NoteForm
from market.checkout.receipt_views import blueprint
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.payments import queries as payment_queries
from market.payments import service as payments
from market.payments.errors import PaymentNotFound
from market.payments.types import Mismatch, Resolution
from market.web.access import OPERATOR, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render

__all__ = ["aid_views", "blueprint", "claim_views"]
Page = str | tuple[str, int] | Response


@blueprint.get("/operator/payments/<payment_id>/mismatch")
@policy(OPERATOR)
def show_mismatch(payment_id: str) -> Page:
    """What came, what was due, and what can be done about it."""
    found = _find(payment_id)
    form = MismatchForm(formdata=None)
    form.offer(found.choices)
    return render("payments/show_mismatch.html", found=found, form=form, what_to_do=WHAT_TO_DO)


@blueprint.post("/operator/payments/<payment_id>/mismatch")
@policy(OPERATOR)
def resolve_mismatch(payment_id: str) -> Page:
    """Accept it, give it back, or note that it was dealt with elsewhere."""
    found = _find(payment_id)
    form = MismatchForm()
    form.offer(found.choices)
    if form.validate():
        try:
            _resolve(found, Resolution(form.resolution.data), form.reason.data or "")
        except DomainError as error:
            if error.status == 404:
                raise
            attach(form, error)
        else:
            say(gettext("已处理：%(what)s", what=gettext(WHAT_TO_DO[form.resolution.data][0])))
            return back_to("checkout.list_payments")
    page = render("payments/show_mismatch.html", found=found, form=form, what_to_do=WHAT_TO_DO)
    return page, 422


@blueprint.post("/operator/payment-events/<event_id>/done")
@policy(OPERATOR)
def close_event(event_id: str) -> Page:
    """A flagged notification was dealt with."""
    form = NoteForm()
    if not form.validate():
        say(gettext("写一下是怎么处理的"), "bad")
        return back_to("checkout.list_payments")
    with unit_of_work() as session:
        payments.close_event_by_hand(session, event_id, form.reason.data or "", now())
        audit.record(
            session, actor(), "close_payment_event", "payment_event", event_id,
            after={"reason": form.reason.data}, now=now(),
        )  # fmt: skip
    say(gettext("已记下"))
    return back_to("checkout.list_payments")


def _find(payment_id: str) -> Mismatch:
    with reading() as session:
        found = payment_queries.find_mismatch(session, payment_id)
    if found is None:
        raise PaymentNotFound()
    return found


def _resolve(found: Mismatch, resolution: Resolution, reason: str) -> None:
    payment_id = found.payment.id
    with unit_of_work() as session:
        settle.resolve_mismatch(
            session, payment_id, resolution, actor=actor(), reason=reason, now=now()
        )
        audit.record(
            session, actor(), "resolve_mismatch", "payment", payment_id,
            before={"due_fen": found.payment.amount_fen, "problem": found.payment.problem},
            after={"received_fen": found.amount_fen, "currency": found.currency,
                   "resolution": resolution.value, "reason": reason},
            now=now(),
        )  # fmt: skip
