"""Officials correct the climate zone of their counties."""

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.kernel.region_code import RegionCode
from market.regions import queries, service
from market.regions.errors import UnknownRegion
from market.regions.forms import ClimateOverrideForm
from market.regions.types import RegionPath
from market.regions.views import blueprint
from market.web import context
from market.web.access import STAFF, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render


@blueprint.get("/official/climate")
@policy(STAFF)
def list_climate_overrides() -> str:
    """The overrides in the own regions and the form to add one."""
    form = ClimateOverrideForm(data={"county": _asked_county()})
    return _page(form)


@blueprint.post("/official/climate")
@policy(STAFF)
def set_climate_override() -> Response | tuple[str, int]:
    """Set a county's zone."""
    form = ClimateOverrideForm()
    if form.validate():
        try:
            entered = form.to_override()
            with unit_of_work() as session:
                service.override_climate_zone(
                    session, context.actor(), entered.county, entered.zone, entered.reason,
                    now=context.now(),
                )  # fmt: skip
        except DomainError as error:
            if error.status == 403:
                raise
            attach(form, error)
        else:
            say(_("气候分区已调整，新的推荐马上生效"))
            return back_to("regions.list_climate_overrides")
    return _page(form), 422


@blueprint.post("/official/climate/<code>/remove")
@policy(STAFF)
def remove_climate_override(code: str) -> Response:
    """Go back to the zone of the data."""
    with unit_of_work() as session:
        service.remove_climate_override(session, context.actor(), _code(code), now=context.now())
    say(_("已恢复成原来的气候分区"))
    return back_to("regions.list_climate_overrides")


def _code(text: str) -> RegionCode:
    try:
        return RegionCode(text)
    except ValueError:
        raise UnknownRegion() from None


def _asked_county() -> RegionCode | None:
    asked = request.args.get("county", "")
    return _code(asked) if asked else None


def _page(form: ClimateOverrideForm) -> str:
    actor = context.actor()
    regions = (RegionCode(""),) if actor.is_operator else actor.official_regions
    with reading() as session:
        overrides = queries.overrides_in(session, regions)
        county = form.county.data if isinstance(form.county.data, RegionCode) else None
        codes = [row.code for row in overrides] + ([county.digits] if county else [])
        names = queries.paths(session, codes)
        zone = _zone(session, county, names)
    return render(
        "regions/list_climate_overrides.html",
        form=form, overrides=overrides, names=names, county=county, zone=zone,
    )  # fmt: skip


def _zone(
    session: Session, county: RegionCode | None, names: dict[str, RegionPath]
) -> object | None:
    known = county is not None and county.digits in names
    return queries.climate_zone(session, county) if county is not None and known else None
