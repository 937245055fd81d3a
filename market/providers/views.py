"""Public pages of crews, and the application."""

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.kernel.region_code import RegionCode
from market.providers import queries, service
from market.providers.forms import ApplicationForm
from market.regions import queries as regions
from market.web import context
from market.web.access import PUBLIC, SIGNED_IN, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.paging import page_number
from market.web.templating import back_to, render

blueprint = Blueprint("providers", __name__)


@blueprint.get("/providers")
@policy(PUBLIC)
def list_providers() -> str:
    """Crews that work in the visitor's township."""
    place = context.region()
    trades = queries.trade_table()
    trade = request.args.get("trade", "")
    chosen = trade if trade in trades else None
    page, distances = None, {}
    if place is not None:
        with reading() as session:
            page = queries.list_in_region(session, place, chosen, page_number())
            homes = {view.region.digits: view.region for view in page.items}
            distances = regions.distances(session, place, homes.values())
    return render(
        "providers/list_providers.html",
        page=page,
        distances=distances,
        place=place,
        trades=trades,
        chosen=chosen,
    )


@blueprint.get("/providers/<provider_id>")
@policy(PUBLIC)
def show_provider(provider_id: str) -> str:
    """One approved crew: what it does, where, how it was rated; no personal data."""
    with reading() as session:
        provider = queries.get_provider(session, provider_id)
        places = regions.paths(session, [provider.region, *provider.areas])
    return render("providers/show_provider.html", provider=provider, places=places)


def chosen_region() -> RegionCode | None:
    """The place picked for a form, else the visitor's township."""
    try:
        picked = RegionCode(request.values.get("region", ""))
    except ValueError:
        picked = RegionCode("")
    return picked if picked.digits else context.region()


def application_page(form: ApplicationForm, **values: Any) -> str:
    """The form with the place it is about."""
    region = form.region.data if isinstance(form.region.data, RegionCode) else chosen_region()
    with reading() as session:
        known = regions.paths(session, [region]) if region else {}
    place = known.get(region.digits) if region else None
    return render("providers/new_application.html", form=form, place=place, **values)


@blueprint.get("/provider/apply")
@policy(SIGNED_IN)
def new_application() -> str | Response:
    """Start as a crew; somebody who has one already goes to it."""
    if context.actor().provider_ids:
        return back_to("providers.show_profile")
    form = ApplicationForm()
    form.region.data = chosen_region()
    return application_page(form)


@blueprint.post("/provider/apply")
@policy(SIGNED_IN)
def create_application() -> Any:
    """Open the file; areas, roster and documents follow."""
    form = ApplicationForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                service.apply(session, context.actor(), form.to_application(), now=context.now())
        except DomainError as error:
            attach(form, error)
        else:
            say(_("资料存好了。接着填服务地区、名册和证明，填完提交"))
            return back_to("providers.show_profile")
    return application_page(form), 422
