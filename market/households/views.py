"""One's own household: state it, see who counts with it and what was used, object."""

from typing import Any

from flask import Blueprint, redirect, request
from flask_babel import gettext as _

from market.db.session import reading, unit_of_work
from market.households import queries, service, stating
from market.households.errors import HouseholdNotFound
from market.households.forms import ObjectionForm
from market.households.stating import StatementForm
from market.households.types import KINDS, STATES
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.web import context
from market.web.access import HOUSEHOLD, policy
from market.web.feedback import say
from market.web.forms import refusals_beside
from market.web.redirects import asked_next
from market.web.templating import back_to, render

blueprint = Blueprint("households", __name__)


@blueprint.route("/me/household", methods=["GET", "POST"])
@policy(HOUSEHOLD)
def show_own() -> Any:
    """State one's household once; then see it."""
    form = _form()
    if form is not None and form.validate_on_submit():
        with refusals_beside(form):
            with unit_of_work() as session:
                stating.state(session, context.actor(), form, context.now())
            say(_("登记好了，同一户的账号从现在起合在一起算"))
            return redirect(asked_next("/me/household"), 303)
    page = _page(form, ObjectionForm(formdata=None), None)
    return (page, 422) if request.method == "POST" else page


def _form() -> StatementForm | None:
    """The form, while nothing is stated; with the township just picked in front."""
    with reading() as session:
        if queries.own(session, _account()) is not None:
            return None
        return stating.form_for(session, _account(), _picked())


def _picked() -> RegionCode | None:
    try:
        return RegionCode(request.args.get("region", "")) if "region" in request.args else None
    except ValueError:
        return None


def _page(form: StatementForm | None, objection: ObjectionForm, about: str | None) -> str:
    with reading() as session:
        mine = queries.own(session, _account())
        uses = queries.uses_of(session, mine.household_id if mine else _account())
        place = regions.paths(session, [mine.town]).get(mine.town.digits) if mine else None
    return render(
        "households/show_own.html",
        form=form, mine=mine, uses=uses, place=place, objection=objection, about=about,
        next=asked_next(""), kinds=KINDS, states=STATES, me=_account(),
    )  # fmt: skip


@blueprint.post("/me/household/members/<member_id>/object")
@policy(HOUSEHOLD)
def object_to_member(member_id: str) -> Any:
    """Another account does not belong to this household."""
    form = ObjectionForm()
    with reading() as session:
        mine = queries.own(session, _account())
    if mine is None or member_id not in {other.member_id for other in mine.others}:
        raise HouseholdNotFound
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                words = form.words.data or ""
                service.object_to(session, context.actor(), member_id, words, context.now())
            say(_("提交了，主管部门会看。决定以前还是合在一起算"))
            return back_to("households.show_own")
    return _page(None, form, member_id), 422


def _account() -> str:
    return context.actor().account_id or ""
