"""A household's orders."""

from typing import Any

from flask import Blueprint, Flask
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.orders import queries, service, states, wording
from market.orders.forms import CancelForm
from market.orders.types import OrderView
from market.web import context
from market.web.access import HOUSEHOLD, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

blueprint = Blueprint("orders", __name__)


@blueprint.get("/orders")
@policy(HOUSEHOLD)
def list_orders() -> str:
    """All of a household's orders, newest first."""
    with reading() as session:
        page = queries.list_orders(session, _account(), page_number())
    return render("orders/list_orders.html", page=page)


@blueprint.get("/orders/<order_id>")
@policy(HOUSEHOLD)
def show_order(order_id: str) -> str:
    """One order: where it stands, what can be done, parcels, money."""
    return _page(order_id, CancelForm(formdata=None))


@blueprint.get("/orders/<order_id>/receipt")
@policy(HOUSEHOLD)
def show_receipt(order_id: str) -> str:
    """The receipt, made for paper."""
    with reading() as session:
        order = queries.get_order(session, order_id, _account())
    return render("orders/show_receipt.html", order=order)


@blueprint.post("/orders/<order_id>/cancel")
@policy(HOUSEHOLD)
def cancel(order_id: str) -> Response | tuple[str, int]:
    """Cancel the whole order before anything left."""
    form = CancelForm()
    try:
        with unit_of_work() as session:
            reason = form.reason.data or "by_household"
            service.cancel(
                session, order_id, reason=reason, actor=context.actor(), now=context.now()
            )
    except DomainError as error:
        if error.status == 404:
            raise
        attach(form, error)
        return _page(order_id, form), error.status
    say(_("订单已取消。付过的钱会按原来的方式退回"))
    return back_to("orders.show_order", order_id=order_id)


@blueprint.post("/orders/<order_id>/parts/<part_id>/receive")
@policy(HOUSEHOLD)
def confirm_receipt(order_id: str, part_id: str) -> Response:
    """The goods of one seller arrived."""
    with unit_of_work() as session:
        service.confirm_receipt(session, part_id, context.actor(), context.now())
    say(_("记下了，收货完成"))
    return back_to("orders.show_order", order_id=order_id)


def may_cancel(order: OrderView) -> bool:
    """Whether the household can still cancel the whole order."""
    return states.may(order.state, "cancel")


def init_app(app: Flask) -> None:
    """Install what the templates of orders say and ask."""
    app.jinja_env.globals.update(
        order_status=wording.say_status,
        order_event=wording.say_event,
        order_reason=wording.say_reason,
        order_bearers=wording.bearer_rows,
        order_state=lambda state: _(wording.STATES[state]),
        order_tone=lambda state: wording.TONES[state],
        pay_method=lambda method: _(wording.METHODS[method]),
        may_cancel_order=may_cancel,
        certificate_then=lambda state: _(wording.CERTIFICATES[state]),
    )


@blueprint.record_once
def _install(state: Any) -> None:
    init_app(state.app)


def _account() -> str:
    return context.actor().account_id or ""


def _page(order_id: str, form: CancelForm) -> str:
    with reading() as session:
        order = queries.get_order(session, order_id, _account())
        lines = [line for part in order.seller_orders for line in part.lines]
        troubles = service.troubles_of(session, {line.product_id for line in lines})
        states = service.pickup_states(session, order)
    return render(
        "orders/show_order.html", order=order, form=form, troubles=troubles, states=states
    )
