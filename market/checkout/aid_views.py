"""Pages that join schemes with carts, bundles and orders: what would they give me, and why."""

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from market.bundles import queries as bundles
from market.bundles.types import GUEST_COOKIE
from market.bundles.types import Owner as BundleOwner
from market.catalogue import queries as catalogue
from market.checkout import aid_check, cart_hooks
from market.checkout.aid_check import Checked, Who
from market.checkout.aid_forms import GoodsForm
from market.checkout.views import blueprint
from market.db.session import reading
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.subsidies import queries as subsidies
from market.subsidies import words
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.templating import back_to, name_of, render

Page = str | tuple[str, int] | Response


@blueprint.get("/subsidies/check")
@policy(PUBLIC)
def check_subsidies() -> Page:
    """For goods that one describes."""
    asked = bool(request.args.get("price_fen"))
    with reading() as session:
        form = _form(session, asked=asked)
        place = _place(session)
        valid = asked and form.validate()
        found = None
        if valid and (region := context.region()) is not None:
            who = _who(region, frozenset(form.flags.data or ()))
            found = aid_check.of_lines(session, who, [form.to_line()], context.now())
        page = _page(session, form, found, place)
    return page if valid or not asked else (page, 422)


@blueprint.get("/subsidies/check/cart")
@policy(PUBLIC)
def check_cart() -> Page:
    """For what lies in the cart."""
    region = context.region()
    if region is None:
        return back_to("regions.show_region", next="/subsidies/check/cart")
    with reading() as session:
        found = aid_check.of_cart(session, _who(region), cart_hooks.owner(), context.now())
        return _page(session, _form(session), found, _place(session), "cart")


@blueprint.get("/subsidies/check/bundles/<configuration_id>")
@policy(PUBLIC)
def check_bundle(configuration_id: str) -> Page:
    """For everything a configured bundle needs."""
    owner = BundleOwner(context.actor().account_id, request.cookies.get(GUEST_COOKIE))
    region = context.region()
    with reading() as session:
        bundles.get_configuration(session, owner, configuration_id)
        if region is None:
            return back_to("regions.show_region", next=request.path)
        who = _who(region)
        found = aid_check.of_bundle(session, who, owner, configuration_id, context.now())
        return _page(session, _form(session), found, _place(session), "bundle")


def _who(region: RegionCode, flags: frozenset[str] = frozenset()) -> Who:
    return Who(region, context.actor().account_id, flags)


def _form(session: Session, *, asked: bool = False) -> GoodsForm:
    form = GoodsForm(request.args if asked else None)
    form.kind.choices = [(kind.code, name_of(kind)) for kind in catalogue.list_kinds(session)]
    return form


def _place(session: Session) -> str:
    region = context.region()
    return regions.label(session, region.digits, context.language()) if region else ""


def _page(
    session: Session, form: GoodsForm, found: Checked | None, place: str, of: str = "goods"
) -> str:
    schemes = [outcome.scheme for outcome in found.aid.outcomes] if found else []
    names = subsidies.names_of(session, schemes, context.language())
    return render(
        "checkout/check_subsidies.html", form=form, found=found, place=place, of=of, names=names,
        words=words,
    )  # fmt: skip
