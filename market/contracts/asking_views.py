"""From a configuration to a request for a crew that builds exactly this plan."""

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.bundles.types import GUEST_COOKIE, Owner
from market.contracts import service
from market.contracts.blueprint import blueprint
from market.contracts.types import PlanPage
from market.db.session import reading, unit_of_work
from market.regions import queries as regions
from market.renovations.types import Visitor
from market.web import context
from market.web.access import SIGNED_IN, policy
from market.web.feedback import say
from market.web.templating import back_to, quantity, render


@blueprint.get("/turnkey/<configuration_id>")
@policy(SIGNED_IN)
def show_plan(configuration_id: str) -> str:
    """What asking a crew for exactly this plan means, before it is done."""
    region = context.region()
    with reading() as session:
        page = service.plan_page(session, _owner(), configuration_id, region, context.now())
        place = regions.short_label(session, region.digits, context.language()) if region else None
    return render(
        "contracts/show_plan.html", page=page, configuration_id=configuration_id, place=place
    )


@blueprint.post("/turnkey/<configuration_id>")
@policy(SIGNED_IN)
def ask_for_crew(configuration_id: str) -> Response:
    """Begin a request filled from the plan; what is not known yet is asked next."""
    region, now = context.region(), context.now()
    with unit_of_work() as session:
        page = service.plan_page(session, _owner(), configuration_id, region, now)
        request_id = service.ask(
            session, Visitor(context.actor()), page, scope=_scope(page), region=region, now=now
        )
    say(_("按方案填好了一部分，剩下的一题一题答"))
    return back_to("renovations.edit_request", request_id=request_id, step="photos")


def _owner() -> Owner:
    return Owner(context.actor().account_id, request.cookies.get(GUEST_COOKIE) or None)


def _scope(page: PlanPage) -> str:
    """The measures as a sentence in the asking household's language; it may change it."""
    values = page.values
    return _(
        "按方案“%(name)s”第 %(version)s 版施工：外墙 %(wall)s m²，外窗 %(window)s m²，"
        "屋面 %(roof)s m²。材料在平台买，清单见需求",
        name=page.plan.name_en if context.language() == "en" else page.plan.name_zh,
        version=page.plan.version,
        wall=quantity(round(values["wall_net"], 1)),
        window=quantity(round(values["window_area"], 1)),
        roof=quantity(round(values["roof_flat"], 1)),
    )
