"""The goods of a contract: into the cart, bound orders, and what becomes of them at the end."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from market.contracts import page_views, queries, service
from market.contracts.blueprint import blueprint
from market.contracts.forms import CancelContractForm, DecideForm
from market.contracts.types import Decision
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.web import context
from market.web.access import SIGNED_IN, policy
from market.web.errors import say_refusal
from market.web.feedback import say
from market.web.forms import refusals_beside
from market.web.templating import back_to


@blueprint.post("/contracts/<contract_id>/cart")
@policy(SIGNED_IN)
def fill_cart(contract_id: str) -> Response:
    """All goods of the plan into the cart, for this contract."""
    try:
        with unit_of_work() as session:
            service.put_into_cart(session, context.actor(), contract_id, context.now())
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
        return back_to("contracts.show_contract", contract_id=contract_id)
    say(_("材料放进购物车了。下单以后，送货日期按节点排"))
    return back_to("checkout.show_cart")


@blueprint.post("/contracts/<contract_id>/orders")
@policy(SIGNED_IN)
def bind_order(contract_id: str) -> Response:
    """An order placed before from the same plan belongs to this contract."""
    order_id = request.form.get("order", "")[:20]
    with reading() as session:
        queries.get_contract(session, context.actor(), contract_id)
    try:
        with unit_of_work() as session:
            service.bind_order(session, context.actor(), contract_id, order_id, context.now())
    except DomainError as error:
        say_refusal(error)
    else:
        say(_("绑好了，送货日期按节点排"))
    return back_to("contracts.show_contract", contract_id=contract_id, _anchor="goods")


@blueprint.post("/contracts/<contract_id>/cancel")
@policy(SIGNED_IN)
def cancel_contract(contract_id: str) -> Any:
    """Call the job off."""
    form = CancelContractForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                waiting = service.cancel(
                    session, context.actor(), contract_id, str(form.reason.data), context.now(),
                    context.settings().goods_decision_days,
                )  # fmt: skip
            say(
                ngettext("合同取消了。%(num)s 家的货先不发，等业主决定",
                         "合同取消了。%(num)s 家的货先不发，等业主决定", waiting)
                if waiting else _("合同取消了")
            )  # fmt: skip
            return back_to("contracts.show_contract", contract_id=contract_id, _anchor="goods")
    return page_views.contract(contract_id, cancel=form), 422


@blueprint.post("/contracts/<contract_id>/goods")
@policy(SIGNED_IN)
def decide_goods(contract_id: str) -> Any:
    """What becomes of a seller's unsent goods."""
    part_id = request.form.get("part", "")[:20]
    form = DecideForm(prefix=f"{part_id}-")
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.decide(
                    session, context.actor(), contract_id, part_id, Decision(form.decision.data),
                    form.deliver_until.data, context.now(),
                )  # fmt: skip
            say(_("记下了，卖家会收到通知"))
            return back_to("contracts.show_contract", contract_id=contract_id, _anchor="goods")
    return page_views.contract(contract_id, decide=form, decide_part=part_id), 422
