"""The address book."""

from typing import Any

from flask import redirect, request, session
from flask_babel import gettext as _

from market.accounts import login_hooks as login
from market.accounts import queries, service
from market.accounts.forms import AddressForm
from market.accounts.types import AddressView
from market.accounts.views import Answer, blueprint
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.web import context
from market.web.access import SIGNED_IN, policy
from market.web.feedback import say
from market.web.forms import attach
from market.web.redirects import asked_next, safe_next
from market.web.templating import back_to, render

_DRAFT = "address_draft"


@blueprint.get("/me/addresses")
@policy(SIGNED_IN)
def list_addresses() -> Answer:
    """All addresses, the usual one first."""
    with reading() as opened:
        rows = queries.addresses(opened, login.account_id())
        places = regions.paths(opened, [row.region for row in rows])
    return render("accounts/list_addresses.html", rows=rows, places=places)


@blueprint.route("/me/addresses/new", methods=["GET", "POST"])
@policy(SIGNED_IN)
def new_address() -> Answer:
    """Add an address."""
    return _edit(None)


@blueprint.route("/me/addresses/<address_id>", methods=["GET", "POST"])
@policy(SIGNED_IN)
def edit_address(address_id: str) -> Answer:
    """Change an address."""
    with reading() as opened:
        address = queries.get_address(opened, login.account_id(), address_id)
    return _edit(address)


def _edit(address: AddressView | None) -> Answer:
    form = AddressForm(data=_start_values(address))
    if request.method == "GET":
        return _page(form, address)
    if request.form.get("step") == "region":
        return _to_picker(form)
    if form.validate():
        try:
            _save(form, address)
        except DomainError as error:
            attach(form, error)
        else:
            session.pop(_DRAFT, None)
            say(_("地址存好了"))
            return redirect(asked_next("/me/addresses"), 303)
    return _page(form, address), 422


def _start_values(address: AddressView | None) -> dict[str, Any]:
    """What is stored, over it what was typed before going to the picker, over it its answer."""
    values: dict[str, Any] = {"region": context.region()}
    if address is not None:
        values = {
            "recipient": address.recipient, "phone": address.phone,
            "region": address.region, "detail": address.detail,
            "make_default": address.is_default,
        }  # fmt: skip
    draft = session.get(_DRAFT)
    if request.method == "GET" and "region" in request.args:
        values.update(draft if isinstance(draft, dict) else {})
        values["region"] = _code(request.args["region"])
    return values


def _code(text: str) -> RegionCode | None:
    try:
        return RegionCode(text)
    except ValueError:
        return None


def _to_picker(form: AddressForm) -> Answer:
    session[_DRAFT] = {
        name: request.form.get(name, "")[:200] for name in ("recipient", "phone", "detail")
    }
    back = request.path
    onward = request.form.get("next")
    if onward and safe_next(onward) == onward:
        session["address_next"] = onward
    return back_to("regions.show_region", next=back, pick="region")


def _save(form: AddressForm, address: AddressView | None) -> None:
    who = login.account_id()
    entered = form.to_address()
    with unit_of_work() as opened:
        if address is None:
            service.add_address(opened, who, entered, make_default=bool(form.make_default.data))
            return
        service.change_address(opened, who, address.id, entered)
        if form.make_default.data:
            service.set_default_address(opened, who, address.id)


def _page(form: AddressForm, address: AddressView | None) -> str:
    region = form.region.data
    with reading() as opened:
        places = regions.paths(opened, [region]) if region else {}
    onward = asked_next("") or session.pop("address_next", "")
    return render(
        "accounts/edit_address.html",
        form=form, address=address, place=next(iter(places.values()), None), next=onward,
    )  # fmt: skip


@blueprint.post("/me/addresses/<address_id>/default")
@policy(SIGNED_IN)
def make_address_default(address_id: str) -> Answer:
    """The one checkout offers first."""
    with unit_of_work() as opened:
        service.set_default_address(opened, login.account_id(), address_id)
    say(_("已设为常用地址"))
    return back_to("accounts.list_addresses")


@blueprint.post("/me/addresses/<address_id>/remove")
@policy(SIGNED_IN)
def remove_address(address_id: str) -> Answer:
    """Forget an address."""
    with unit_of_work() as opened:
        service.remove_address(opened, login.account_id(), address_id)
    say(_("地址已删除"))
    return back_to("accounts.list_addresses")
