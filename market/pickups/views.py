"""What everybody sees of pick-up points, and the point that a household usually fetches at."""

from typing import Any

from flask import Blueprint, Flask, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.accounts import queries as accounts
from market.accounts import service as account_service
from market.db.session import reading, unit_of_work
from market.kernel.clock import shanghai_date
from market.kernel.region_code import RegionCode
from market.pickups import queries, words
from market.pickups.forms import HOME, UsualForm
from market.regions import queries as regions
from market.web import context
from market.web.access import PUBLIC, SIGNED_IN, policy
from market.web.choices import choice
from market.web.feedback import say
from market.web.templating import back_to, name_of, render

blueprint = Blueprint("pickups", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/pickup-points")
@policy(PUBLIC)
def list_points() -> str:
    """The points of a township: the one asked for, else the visitor's."""
    town = _asked() or context.region()
    with reading() as session:
        asked = queries.find_point(session, request.args.get("point", "")[:20])
        town = asked.region if asked else town
        path = regions.paths(session, [town]).get(town.digits) if town else None
        points = queries.points_of_town(session, town) if town and path else ()
        mine = queries.points_of_agent(session, context.actor().account_id)
    return render(
        "pickups/list_points.html", town=town, place=path, points=points, mine=mine, words=words,
        today=shanghai_date(context.now()),
    )  # fmt: skip


def _asked() -> RegionCode | None:
    try:
        return RegionCode(request.args.get("region", "")) if request.args.get("region") else None
    except ValueError:
        return None


@blueprint.route("/me/addresses/<address_id>/pickup", methods=["GET", "POST"])
@policy(SIGNED_IN)
def choose_usual(address_id: str) -> Page:
    """Where the goods for an address usually go: home, or a point of its township."""
    who = context.actor().account_id or ""
    form = UsualForm()
    with reading() as session:
        address = accounts.get_address(session, who, address_id)
        points = queries.open_points(session, address.region, context.now())
    rows = [choice(HOME, _("送到家门口"))]
    rows += [choice(p.id, name_of(p), f"{p.where}  {words.say_days(p)} {p.hours}") for p in points]
    form.point.choices = rows
    if not form.is_submitted():
        known = {point.id for point in points}
        form.point.data = address.pickup_point_id if address.pickup_point_id in known else HOME
    elif form.validate():
        chosen = form.point.data
        with unit_of_work() as session:
            account_service.choose_pickup(
                session, who, address_id, None if chosen == HOME else chosen
            )
        say(_("记下了，下单时先给你选好，当时还能改"))
        return back_to("accounts.list_addresses")
    page = render("pickups/choose_usual.html", form=form, address=address, points=points)
    return (page, 422) if form.is_submitted() else page


def init_app(app: Flask) -> None:
    """Install what templates of others say of points."""
    app.jinja_env.globals.update(pickup_words=words)


@blueprint.record_once
def _install(state: Any) -> None:
    init_app(state.app)
