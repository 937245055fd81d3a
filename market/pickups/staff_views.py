"""Officials and the operator keep the points of their places."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.clock import shanghai_date
from market.kernel.region_code import RegionCode
from market.pickups import queries, service, words
from market.pickups.forms import CloseForm, PointForm, facts_of
from market.pickups.views import blueprint
from market.regions import queries as regions
from market.web.access import STAFF, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import refusals_beside
from market.web.paging import page_number
from market.web.templating import back_to, render

__all__ = ["blueprint"]
Page = str | Response | tuple[str, int]


@blueprint.get("/official/pickup-points")
@policy(STAFF)
def list_managed() -> str:
    """The points of the own region subtree."""
    with reading() as session:
        page = queries.list_managed(session, actor(), page_number())
        places = regions.paths(session, [point.region for point in page.items])
    return render(
        "pickups/list_managed.html", page=page, places=places, words=words,
        today=shanghai_date(now()),
    )  # fmt: skip


@blueprint.route("/official/pickup-points/new", methods=["GET", "POST"])
@policy(STAFF)
def new_point() -> Page:
    """A new point."""
    form = PointForm()
    if not form.is_submitted():
        form.region.data, form.open_from.data = _asked_region(), shanghai_date(now())
    if form.validate_on_submit():
        with refusals_beside(form):
            with unit_of_work() as session:
                made = service.add_point(
                    session, actor(), form.region.data, form.to_draft(), now=now()
                )
            say(_("自提点建好了，下单的人现在就能选"))
            return back_to(".manage_point", pickup_point_id=made)
    return _form_page(form)


@blueprint.get("/official/pickup-points/<pickup_point_id>")
@policy(STAFF)
def manage_point(pickup_point_id: str) -> Page:
    """One point: how full its days are, and how to close it."""
    return _page(pickup_point_id, CloseForm(formdata=None))


@blueprint.route("/official/pickup-points/<pickup_point_id>/change", methods=["GET", "POST"])
@policy(STAFF)
def change_point(pickup_point_id: str) -> Page:
    """Change what a point says."""
    with reading() as session:
        point = queries.get_managed(session, actor(), pickup_point_id)
    form = PointForm(data=facts_of(point))
    del form.region
    if form.validate_on_submit():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.change_point(session, actor(), point.id, form.to_draft(), now=now())
            say(_("存好了"))
            return back_to(".manage_point", pickup_point_id=point.id)
    return _form_page(form, pickup_point_id)


@blueprint.post("/official/pickup-points/<pickup_point_id>/close")
@policy(STAFF)
def close_point(pickup_point_id: str) -> Page:
    """Close a point from the day after its last one."""
    form = CloseForm()
    if form.validate():
        with refusals_beside(form):
            with unit_of_work() as session:
                service.close_point(
                    session, actor(), pickup_point_id, form.last_day.data,
                    form.reason.data or "", now=now(),
                )  # fmt: skip
            say(_("存好了，最后一天以后不再到货"))
            return back_to(".manage_point", pickup_point_id=pickup_point_id)
    return _page(pickup_point_id, form), 422


def _page(pickup_point_id: str, form: CloseForm) -> str:
    today = shanghai_date(now())
    with reading() as session:
        point = queries.get_managed(session, actor(), pickup_point_id)
        taken = queries.taken_by_day(session, point.id, today)
        place = regions.paths(session, [point.region]).get(point.region.digits)
    return render(
        "pickups/manage_point.html", point=point, taken=taken, place=place, form=form,
        words=words, today=today,
    )  # fmt: skip


def _form_page(form: PointForm, pickup_point_id: str = "") -> Any:
    region = form.region.data if "region" in form else None
    with reading() as session:
        place = regions.paths(session, [region]).get(region.digits) if region else None
    page = render(
        "pickups/edit_point.html", form=form, place=place, pickup_point_id=pickup_point_id
    )
    return (page, 422) if form.is_submitted() else page


def _asked_region() -> RegionCode | None:
    try:
        return RegionCode(request.args["region"])
    except (KeyError, ValueError):
        return None
