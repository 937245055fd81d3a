"""The officials' and the operator's queue of sellers."""

from collections.abc import Callable

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError, NotFound
from market.sellers import queries, rules, seller_views, service, states
from market.sellers.errors import OutsideYourRegion
from market.sellers.forms import DecisionForm
from market.sellers.types import SellerState
from market.sellers.views import Page, blueprint, licence_response
from market.web import context
from market.web.access import STAFF, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint", "seller_views"]
_Decision = Callable[..., None]
_DECISIONS: dict[str, _Decision] = {
    states.APPROVE: service.approve,
    states.ASK: service.ask,
    states.REFUSE: service.refuse,
    states.SUSPEND: service.suspend,
    states.REINSTATE: service.reinstate,
}
_SHOWN = {
    "waiting": states.WAITING,
    "clarification": (SellerState.CLARIFICATION,),
    "approved": (SellerState.APPROVED,),
    "suspended": (SellerState.SUSPENDED,),
    "refused": (SellerState.REFUSED,),
}


@blueprint.get("/official/sellers")
@policy(STAFF)
def list_queue() -> str:
    """Sellers of the own region subtree."""
    shown = request.args.get("state", "waiting")
    wanted = _SHOWN.get(shown, states.WAITING)
    with reading() as session:
        page = queries.list_queue(session, context.actor(), wanted, page_number())
        counts = queries.count_by_state(session, context.actor())
    tabs = {key: sum(counts.get(s, 0) for s in group) for key, group in _SHOWN.items()}
    return render("sellers/list_queue.html", page=page, tabs=tabs, shown=shown)


@blueprint.get("/official/sellers/<seller_id>")
@policy(STAFF)
def review_application(seller_id: str) -> str:
    """One seller with everything that was handed in."""
    return _page(seller_id, DecisionForm(formdata=None))


@blueprint.post("/official/sellers/<seller_id>/<action>")
@policy(STAFF)
def decide_application(seller_id: str, action: str) -> Page:
    """Approve, ask, refuse, suspend or reinstate."""
    if action not in _DECISIONS:
        raise NotFound
    form = DecisionForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                words = form.reason.data or ""
                _DECISIONS[action](session, context.actor(), seller_id, words, now=context.now())
        except DomainError as error:
            if isinstance(error, NotFound | OutsideYourRegion):
                raise
            attach(form, error)
        else:
            say(_("已处理，对方会收到消息"))
            return back_to("sellers.review_application", seller_id=seller_id)
    return _page(seller_id, form), 422


@blueprint.get("/official/sellers/<seller_id>/licence")
@policy(STAFF)
def show_licence(seller_id: str) -> Response:
    """The uploaded licence."""
    with reading() as session:
        application = queries.get_application(session, context.actor(), seller_id)
    return licence_response(application)


def _page(seller_id: str, form: DecisionForm) -> str:
    with reading() as session:
        application = queries.get_application(session, context.actor(), seller_id)
        table = queries.freight_table(session, seller_id)
        places = queries.place_names(session, table.areas)
    return render(
        "sellers/review_application.html",
        application=application, form=form, checklist=rules.checklist(application.facts),
        actions=states.possible(application.seller.state), table=table, places=places,
    )  # fmt: skip
