"""Officials see stated households of their places, objections, and decide about accounts."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask_babel import gettext as _

from market.db.session import reading, unit_of_work
from market.households import queries, service
from market.households.errors import HouseholdNotFound
from market.households.forms import DecisionForm
from market.households.types import KINDS, LIST_NAMES, STATES
from market.households.views import blueprint
from market.regions import queries as regions
from market.web import context
from market.web.access import STAFF, policy
from market.web.feedback import say
from market.web.forms import refusals_beside
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint"]
_DEEDS: dict[str, Callable[..., None]] = {
    "confirm": service.confirm, "separate": service.separate, "move": service.move_out,
}  # fmt: skip


@blueprint.get("/official/households")
@policy(STAFF)
def list_households() -> str:
    """Households of the own subtree; those with objections first of all."""
    shown = request.args.get("list", "objected")
    shown = shown if shown in queries.LISTS else "objected"
    with reading() as session:
        page = queries.list_for_review(session, context.actor(), shown, page_number())
        tabs = queries.counts_for_review(session, context.actor())
        places = regions.paths(session, [row.town for row in page.items])
    return render(
        "households/list_households.html", page=page, tabs=tabs, shown=shown, places=places,
        names=LIST_NAMES, kinds=KINDS,
    )  # fmt: skip


@blueprint.get("/official/households/<household_id>")
@policy(STAFF)
def review_household(household_id: str) -> str:
    """One household with its accounts, objections and uses."""
    return _page(household_id, DecisionForm(formdata=None), None)


@blueprint.post(
    "/official/households/<household_id>/members/<member_id>/<any(confirm, separate, move):verdict>"
)
@policy(STAFF)
def decide_member(household_id: str, member_id: str, verdict: str) -> Any:
    """Confirm an account with evidence, separate it, or let it move out."""
    form = DecisionForm()
    with reading() as session:
        seen = queries.get_for_review(session, context.actor(), household_id)
    if member_id not in {member.id for member in seen.members}:
        raise HouseholdNotFound
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                reason = form.reason.data or ""
                _DEEDS[verdict](session, context.actor(), member_id, reason, context.now())
            say(_("处理好了，当事人会收到消息"))
            return back_to("households.review_household", household_id=household_id)
    return _page(household_id, form, member_id), 422


def _page(household_id: str, form: DecisionForm, about: str | None) -> str:
    with reading() as session:
        seen = queries.get_for_review(session, context.actor(), household_id)
        places = regions.paths(session, [seen.town, *(one.town for one in seen.members)])
    return render(
        "households/review_household.html", seen=seen, form=form, about=about, places=places,
        kinds=KINDS, states=STATES,
    )  # fmt: skip
