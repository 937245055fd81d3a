"""The seller's desk for orders: pick list, parcels, cancellations, refunds."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.orders import queries, service
from market.orders.batch_types import BatchOptions
from market.orders.forms import LinesForm, RefundForm, remainder_form, ship_form
from market.orders.types import LineView
from market.orders.views import blueprint
from market.web import context, desk
from market.web.access import SELLER, policy
from market.web.feedback import say
from market.web.forms import Form, attach
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint"]


@blueprint.get("/seller/orders")
@policy(SELLER)
def list_seller_orders() -> str:
    """What this seller has to send, or everything."""
    to_ship = request.args.get("show") != "all"
    mine = context.actor().seller_ids
    with reading() as session:
        page = queries.list_seller_orders(session, mine, page_number(), to_ship=to_ship)
        waiting = queries.count_to_ship(session, mine)
    return render("orders/list_seller_orders.html", page=page, to_ship=to_ship, waiting=waiting)


@desk.seller_tasks
def order_tasks(session: Session, seller_id: str, now: datetime) -> Iterable[desk.DeskTask]:
    """What the sellers' page of today says about orders."""
    waiting = queries.count_to_ship(session, [seller_id])
    if waiting:
        text = _("有 %(count)s 单等你发货", count=waiting)
        yield desk.DeskTask(text, waiting, url_for("orders.list_seller_orders"))


@blueprint.get("/seller/orders/<part_id>")
@policy(SELLER)
def show_seller_order(part_id: str) -> str:
    """One order's part with the forms to work on it."""
    return _page(part_id)


@blueprint.get("/seller/orders/<part_id>/pick")
@policy(SELLER)
def show_pick_list(part_id: str) -> str:
    """What to take from the shelf, made for paper."""
    with reading() as session:
        order, part = queries.get_seller_order(session, part_id, context.actor())
    return render("orders/show_pick_list.html", order=order, part=part)


@blueprint.post("/seller/orders/<part_id>/ship")
@policy(SELLER)
def ship(part_id: str) -> Response | tuple[str, int]:
    """Send a parcel."""
    lines, options = _to_ship(part_id)
    form = ship_form(lines, options)

    def act(session: Session) -> None:
        service.ship(session, part_id, form.to_shipment(), context.actor(), context.now())

    return _submit(part_id, "ship", form, act, _("发货记下了，买家已收到通知"))


@blueprint.post("/seller/orders/<part_id>/cancel")
@policy(SELLER)
def cancel_remainder(part_id: str) -> Response | tuple[str, int]:
    """Give up packs that have not left."""
    form = remainder_form(_lines(part_id))

    def act(session: Session) -> None:
        service.cancel_remainder(
            session,
            part_id,
            form.quantities(),
            reason=form.reason.data or "",
            actor=context.actor(),
            now=context.now(),
        )

    return _submit(part_id, "remainder", form, act, _("已经取消，货放回库存，钱退给买家"))


@blueprint.post("/seller/orders/<part_id>/refund")
@policy(SELLER)
def refund(part_id: str) -> Response | tuple[str, int]:
    """Give back any part of what was paid."""
    _lines(part_id)
    form = RefundForm()

    def act(session: Session) -> None:
        service.record_refund(
            session,
            part_id,
            form.amount.data,
            reason=form.reason.data or "",
            actor=context.actor(),
            now=context.now(),
            key=request.form.get("key", "")[:64] or None,
        )

    return _submit(part_id, "refund", form, act, _("退款记下了，会按原来的付款方式退回"))


def _to_ship(part_id: str) -> tuple[tuple[LineView, ...], dict[str, BatchOptions]]:
    with reading() as session:
        _order, part = queries.get_seller_order(session, part_id, context.actor())
        open_lines = [line for line in part.lines if line.sendable]
        return part.lines, service.batch_options(session, open_lines, context.now())


def _lines(part_id: str) -> tuple[LineView, ...]:
    with reading() as session:
        _order, part = queries.get_seller_order(session, part_id, context.actor())
    return part.lines


def _submit(
    part_id: str, name: str, form: Form, act: Callable[[Session], None], done: str
) -> Response | tuple[str, int]:
    """Validate, act in one transaction, and show the same page again when refused."""
    if form.validate():
        try:
            with unit_of_work() as session:
                act(session)
        except DomainError as error:
            if error.status == 404:
                raise
            if isinstance(form, LinesForm) and error.field:
                error.field = error.field.replace("quantity-", f"{form.prefix_of_lines}-")
            attach(form, error)
        else:
            say(done)
            return back_to("orders.show_seller_order", part_id=part_id)
    return _page(part_id, **{name: form}), 422


def _page(part_id: str, **forms: Any) -> str:
    with reading() as session:
        order, part = queries.get_seller_order(session, part_id, context.actor())
        troubles = service.troubles_of(session, {line.product_id for line in part.lines})
        states = service.pickup_states(session, order)
    lines, options = _to_ship(part_id)
    shown: dict[str, Any] = {
        "ship": forms.get("ship") or ship_form(lines, options, formdata=None),
        "remainder": forms.get("remainder") or remainder_form(part.lines, formdata=None),
        "refund": forms.get("refund") or RefundForm(formdata=None),
    }
    wrong = next(iter(forms.values()), None)
    return render(
        "orders/show_seller_order.html", order=order, part=part, wrong=wrong, troubles=troubles,
        states=states, **shown,
    )  # fmt: skip
