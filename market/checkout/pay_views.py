"""Paying an order: choose how, go to the gateway, come back, see how it stands."""

from datetime import timedelta

from flask import redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.accounts import queries as accounts
from market.accounts import service as account_service
from market.catalogue import stock
from market.checkout import jobs, outcomes, service
from market.checkout.forms import PlaceForm
from market.checkout.pay_forms import ChooseMethodForm, SlipForm
from market.checkout.views import DRAFT, blueprint, confirm_page, limits
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.media import service as media
from market.media.uploads import stored
from market.orders import queries as order_queries
from market.orders import service as orders
from market.orders.types import OrderView, PayMethod, State
from market.payments import queries as payment_queries
from market.payments import service as payments
from market.payments.errors import ConsentMissing, GatewayUnknown, PaymentNotFound
from market.payments.types import Method, PaymentState, PaymentView
from market.web.access import HOUSEHOLD, policy
from market.web.context import actor, language, now, settings
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.files import send_private
from market.web.forms import attach
from market.web.providers import payment_provider
from market.web.templating import back_to, render

__all__ = ["blueprint"]
LONGEST_HOLD = timedelta(minutes=90)
AFTER_SESSION = timedelta(minutes=4)
SLIP_OWNER = "payment_slip"
CONSENT = "cross_border"
Page = str | tuple[str, int] | Response


@blueprint.post("/checkout/confirm")
@policy(HOUSEHOLD)
def place_order() -> Page:
    """Hold the goods, write the order and begin to pay as chosen: nobody is asked twice."""
    form = PlaceForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                placed = service.place_order(
                    session, actor().account_id or "", form.to_submission(), now(), limits()
                )
                accepted = service.accept_new(session, placed, form.to_submission(), now())
        except DomainError as error:
            attach(form, error)
        else:
            if accepted:
                return back_to("orders.show_order", order_id=placed.id)
            return _begin(placed.id, Method(form.payment_method.data))
    page = confirm_page(form)
    return (page, 422) if isinstance(page, str) else page


@blueprint.post("/checkout/household")
@policy(HOUSEHOLD)
def state_household() -> Response:
    """State one's household and come back to the last page with everything as it was typed."""
    form = PlaceForm()
    cookie[DRAFT] = {
        "payment_method": (form.payment_method.data or "")[:20],
        "made_to_order_agreed": bool(form.made_to_order_agreed.data),
        "note": (form.note.data or "")[:200],
    }
    address, pickup = ((form[name].data or "")[:40] for name in ("address", "pickup"))
    back = url_for("checkout.confirm", address=address, pickup=pickup or None)
    return back_to("households.show_own", next=back)


def _begin(order_id: str, method: Method) -> Response:
    """Start paying; whatever stands in the way is settled on the page about paying."""
    order, tries = _order_and_payments(order_id)
    to_pay = back_to("checkout.pay", order_id=order_id)
    if method.is_online and (payment_provider() is None or _needs_consent()):
        return to_pay
    if method is Method.TRANSFER and not settings().bank_transfer:
        return to_pay
    try:
        return _start(order, tries, method)
    except DomainError as error:
        say_refusal(error)
        return to_pay


@blueprint.get("/pay/<order_id>")
@policy(HOUSEHOLD)
def pay(order_id: str) -> Page:
    """What is due, the ways to pay it, and the payment under way."""
    order, tries = _order_and_payments(order_id)
    form = ChooseMethodForm(formdata=None, method=order.payment_method.value)
    return _page(order, tries, form, _slip_form(tries))


@blueprint.post("/pay/<order_id>")
@policy(HOUSEHOLD)
def start_payment(order_id: str) -> Page:
    """Begin paying by the chosen method."""
    order, tries = _order_and_payments(order_id)
    form = ChooseMethodForm()
    form.offer(online=payment_provider() is not None, transfer=settings().bank_transfer)
    if form.validate():
        try:
            _check_consent(form)
            return _start(order, tries, form.to_method())
        except DomainError as error:
            attach(form, error)
            order, tries = _order_and_payments(order_id)
    return _page(order, tries, form, _slip_form(tries), 422)


def _needs_consent() -> bool:
    """Whether this person has not yet agreed to the gateway abroad (the sandbox is here)."""
    provider = payment_provider()
    if provider is None or provider.is_sandbox:
        return False
    with reading() as session:
        return not accounts.has_consent(session, actor().account_id or "", CONSENT)


def _check_consent(form: ChooseMethodForm) -> None:
    if not form.to_method().is_online or not _needs_consent():
        return
    if not form.agree.data:
        raise ConsentMissing(field="agree")
    with unit_of_work() as session:
        account_service.give_consent(session, actor().account_id or "", CONSENT, now=now())


def _start(order: OrderView, tries: list[PaymentView], method: Method) -> Response:
    if order.state is not State.HELD:
        return back_to("checkout.pay", order_id=order.id)
    _close_others(tries, method)
    if method is Method.ON_DELIVERY:
        with unit_of_work() as session:
            outcomes.accept_on_delivery(session, order.id, now())
        return back_to("orders.show_order", order_id=order.id)
    with unit_of_work() as session:
        payment = payments.start(
            session,
            order.id,
            order.due_fen,
            method,
            order_code=order.code,
            account_id=order.account_id,
            language=language(),
            now=now(),
        )
        _hold(session, order, payment)
    if method is Method.TRANSFER:
        return back_to("checkout.pay", order_id=order.id)
    return _to_gateway(payment)


def _hold(session: Session, order: OrderView, payment: PaymentView) -> None:
    """The goods stay held for as long as the payment can arrive, within limits."""
    if payment.method is Method.TRANSFER:
        outcomes.await_transfer(session, order.id, payment.expires_at, now())
        return
    orders.choose_method(session, order.id, PayMethod(payment.method.value))
    until = min(payment.expires_at + AFTER_SESSION, order.placed_at + LONGEST_HOLD)
    if until > order.held_until:
        stock.extend(session, order.id, until, now())
        orders.prolong(session, order.id, until, now())


def _to_gateway(payment: PaymentView) -> Response:
    provider = payment_provider()
    assert provider is not None  # the form offers online methods only with a gateway
    started = jobs.begin(provider, payment.id, settings().base_url, now())
    if started.redirect_url and started.state is PaymentState.OPEN:
        return redirect(started.redirect_url, 303)
    return back_to("checkout.show_payment", payment_id=payment.id)


def _close_others(tries: list[PaymentView], method: Method) -> None:
    """Another payment of this order must not succeed beside the new one."""
    provider = payment_provider()
    for payment in tries:
        if payment.is_live and payment.method.is_online and payment.method is not method:
            if provider is None:
                raise GatewayUnknown()
            jobs.close(provider, payment, settings().base_url, now())


@blueprint.get("/payments/<payment_id>")
@policy(HOUSEHOLD)
def show_payment(payment_id: str) -> Page:
    """Back from the gateway: the address proves nothing, the gateway itself is asked."""
    payment = _own_payment(payment_id)
    provider = payment_provider()
    if payment.state is PaymentState.OPEN and payment.method.is_online and provider is not None:
        payment = jobs.check(provider, payment.id, now())
    order, _tries = _order_and_payments(payment.order_id)
    with reading() as session:
        refunds = payment_queries.refunds_of_order(session, order.id)
    return render(
        "checkout/show_payment.html",
        payment=payment,
        order=order,
        refunds=[refund for refund in refunds if refund.payment_id == payment.id],
        sandbox=_is_sandbox(),
    )


@blueprint.post("/payments/<payment_id>/slip")
@policy(HOUSEHOLD)
def send_slip(payment_id: str) -> Page:
    """The household reports its transfer with a number, a picture, or both."""
    payment = _own_payment(payment_id)
    form = SlipForm()
    if form.validate():
        try:
            _keep_slip(payment, form)
        except DomainError as error:
            attach(form, error)
        else:
            say(gettext("收到了。工作日 1 天内核对到账，核对后通知你"))
            return back_to("checkout.pay", order_id=payment.order_id)
    order, tries = _order_and_payments(payment.order_id)
    choose = ChooseMethodForm(formdata=None, method=order.payment_method.value)
    return _page(order, tries, choose, form, 422)


def _slip_form(tries: list[PaymentView]) -> SlipForm:
    known = next((payment.slip_reference for payment in tries if payment.is_live), "")
    return SlipForm(formdata=None, reference=known)


def _keep_slip(payment: PaymentView, form: SlipForm) -> None:
    kept = stored(form.slip)
    with unit_of_work() as session:
        file_id = None
        if kept is not None:
            file_id = media.attach(session, kept, SLIP_OWNER, payment.id, now=now())
        payments.announce_transfer(
            session,
            payment.id,
            reference=form.reference.data or "",
            file_id=file_id,
            now=now(),
        )


@blueprint.get("/payments/<payment_id>/slip")
@policy(HOUSEHOLD)
def show_slip(payment_id: str) -> Response:
    """The slip, for the household that sent it and for the operator."""
    with reading() as session:
        payment = payment_queries.find_payment(session, payment_id)
        mine = payment is not None and payment.account_id == actor().account_id
        if payment is None or payment.slip_file_id is None or not (mine or actor().is_operator):
            raise PaymentNotFound()
        found = media.private_path(session, payment.slip_file_id, SLIP_OWNER, payment.id)
    return send_private(*found)


def _own_payment(payment_id: str) -> PaymentView:
    with reading() as session:
        return payment_queries.get_payment(session, payment_id, actor().account_id)


def _order_and_payments(order_id: str) -> tuple[OrderView, list[PaymentView]]:
    with reading() as session:
        order = order_queries.get_order(session, order_id, actor().account_id)
        return order, payment_queries.payments_of_order(session, order_id)


def _page(
    order: OrderView,
    tries: list[PaymentView],
    form: ChooseMethodForm,
    slip: SlipForm,
    status: int = 200,
) -> Page:
    form.offer(online=payment_provider() is not None, transfer=settings().bank_transfer)
    live = next((payment for payment in tries if payment.is_live), None)
    page = render(
        "checkout/pay.html",
        order=order,
        live=live,
        paid=any(payment.state is PaymentState.SUCCEEDED for payment in tries),
        flagged=any(payment.flagged for payment in tries),
        last=tries[0] if tries else None,
        form=form,
        slip=slip,
        bank=settings(),
        sandbox=_is_sandbox(),
        consent=_needs_consent(),
        changing=request.args.get("change") == "1" or bool(form.errors or form.refusals),
    )
    return page, status


def _is_sandbox() -> bool:
    provider = payment_provider()
    return provider is not None and provider.is_sandbox
