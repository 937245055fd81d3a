"""The cart's pages and the steps of checkout. All work without JavaScript."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Blueprint, Flask, redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.accounts import queries as accounts
from market.accounts import service as account_service
from market.bundles import queries as bundles
from market.bundles.types import GUEST_COOKIE
from market.bundles.types import Owner as BundleOwner
from market.carts import queries as cart_queries
from market.carts import service as carts
from market.carts.errors import QuantityOutOfRange
from market.carts.types import MAX_QUANTITY
from market.catalogue import queries as catalogue
from market.checkout import cart_hooks, picking, service, wording
from market.checkout.forms import METHODS, AddForm, AddressForm, CodeForm, PlaceForm, read_choice
from market.checkout.quote import quote
from market.checkout.service import Limits
from market.checkout.types import Quote, QuotedLine
from market.db.session import reading, unit_of_work
from market.kernel.errors import DomainError
from market.kernel.region_code import RegionCode
from market.orders.types import PayMethod
from market.payments.types import Method
from market.regions import queries as regions
from market.regions.types import RegionPath
from market.subsidies import words as aid_words
from market.web import context
from market.web.access import HOUSEHOLD, PUBLIC, policy
from market.web.errors import say_refusal, sentence
from market.web.feedback import say
from market.web.forms import attach
from market.web.providers import payment_provider
from market.web.redirects import asked_next
from market.web.templating import back_to, render

blueprint = Blueprint("checkout", __name__)
DRAFT = "checkout_draft"  # what was typed on the last page, while the household is stated


@blueprint.get("/cart")
@policy(PUBLIC)
def show_cart() -> str:
    """The cart with every price and every reason."""
    return _cart_page(CodeForm(formdata=None))


@blueprint.post("/cart/lines")
@policy(PUBLIC)
def add_to_cart() -> Response | tuple[str, int]:
    """Put packs of a listing into the cart."""
    form = AddForm()
    if not form.validate():
        return _refused_add(form)
    try:
        with unit_of_work() as session:
            name = service.add_to_cart(
                session,
                cart_hooks.owner_to_write(),
                form.listing_id.data or "",
                form.quantity.data,
                context.now(),
                region=context.region(),
                terms=cart_hooks.keep_terms(),
            )
    except DomainError as error:
        attach(form, error)
        return _refused_add(form)
    say(
        _("放进购物车了：%(name)s", name=name), href=url_for("checkout.show_cart"), link=_("去结算")
    )
    return redirect(asked_next(url_for("checkout.show_cart")), 303)


@blueprint.post("/cart/bundles/<configuration_id>")
@policy(PUBLIC)
def add_bundle(configuration_id: str) -> Response:
    """Put everything a configured bundle needs into the cart, in one step."""
    who = BundleOwner(context.actor().account_id, request.cookies.get(GUEST_COOKIE))
    try:
        with unit_of_work() as session:
            added = service.add_bundle_to_cart(
                session,
                cart_hooks.owner_to_write(),
                who,
                configuration_id,
                context.region(),
                now=context.now(),
                terms=cart_hooks.keep_terms(),
            )
    except DomainError as error:
        if error.status == 404:
            raise
        say_refusal(error)
        return _back_to_configuration(who, configuration_id)
    say(wording.say_bundle(added, context.language()))
    return back_to("checkout.show_cart")


def _back_to_configuration(who: BundleOwner, configuration_id: str) -> Response:
    """What was typed and chosen for the house stands there."""
    with reading() as session:
        stored = bundles.get_configuration(session, who, configuration_id)
    return back_to(
        "bundles.show_configuration", slug=stored.slug, configuration_id=configuration_id
    )


@blueprint.post("/cart/lines/<line_id>")
@policy(PUBLIC)
def change_line(line_id: str) -> Response | tuple[str, int]:
    """Set a line's packs: typed, or one more or less by the stepper's buttons."""
    typed = request.form.get(f"quantity-{line_id}", "").strip()
    try:
        with unit_of_work() as session:
            carts.require_line(session, cart_hooks.owner(), line_id)
            wanted = _packs(typed, request.form.get("step", "0"))
            service.set_quantity(
                session, cart_hooks.owner(), line_id, wanted, context.now(),
                region=context.region(), terms=cart_hooks.keep_terms(),
            )  # fmt: skip
    except QuantityOutOfRange as error:
        mistyped = {line_id: Mistyped(typed[:20], sentence(error))}
        return _cart_page(CodeForm(formdata=None), mistyped), 422
    except DomainError as error:
        say_refusal(error)
        return back_to("checkout.show_cart")
    return back_to("checkout.show_cart", _anchor=f"line-{line_id}" if wanted else None)


def _packs(typed: str, step: str) -> int:
    """What is typed and what the button adds to it. Raises QuantityOutOfRange."""
    if not typed.isdecimal() or len(typed) > 6 or step not in ("-1", "0", "1"):
        raise QuantityOutOfRange(limit=MAX_QUANTITY)
    return max(0, int(typed) + int(step))


@blueprint.post("/cart/lines/<line_id>/remove")
@policy(PUBLIC)
def remove_line(line_id: str) -> Response:
    """Take a line out."""
    with unit_of_work() as session:
        if carts.remove(session, cart_hooks.owner(), [line_id], context.now()):
            say(_("已经从购物车拿掉"))
    return back_to("checkout.show_cart")


@blueprint.post("/cart/groups/<group_id>/remove")
@policy(PUBLIC)
def remove_group(group_id: str) -> Response:
    """Take a whole bundle out."""
    with unit_of_work() as session:
        if carts.remove_group(session, cart_hooks.owner(), group_id, context.now()):
            say(_("整套已经从购物车拿掉"))
    return back_to("checkout.show_cart")


@blueprint.post("/cart/blocked/remove")
@policy(PUBLIC)
def remove_blocked() -> Response:
    """Take everything out that cannot be bought now."""
    mine = cart_hooks.owner()
    with unit_of_work() as session:
        quoted = _quoted(session, context.region())
        count = service.remove_blocked(session, mine, quoted, context.now())
    say(_("拿掉了 %(count)s 种现在不能买的商品", count=count))
    return back_to("checkout.show_cart")


@blueprint.post("/cart/lines/<line_id>/price")
@policy(PUBLIC)
def accept_price(line_id: str) -> Response:
    """The buyer has read the new price."""
    with unit_of_work() as session:
        service.accept_price(session, cart_hooks.owner(), line_id, context.now())
    return back_to("checkout.show_cart")


@blueprint.post("/cart/codes")
@policy(PUBLIC)
def add_code() -> Response | tuple[str, int]:
    """Use a coupon code."""
    form = CodeForm()
    if form.validate():
        try:
            with unit_of_work() as session:
                service.add_code(
                    session, cart_hooks.owner_to_write(), form.code.data or "", context.now()
                )
            return back_to("checkout.show_cart", _anchor="codes")
        except DomainError as error:
            attach(form, error)
    return _cart_page(form), 422


@blueprint.post("/cart/codes/<code>/remove")
@policy(PUBLIC)
def remove_code(code: str) -> Response:
    """Forget a coupon code."""
    with unit_of_work() as session:
        carts.remove_code(session, cart_hooks.owner(), code)
    return back_to("checkout.show_cart", _anchor="codes")


@blueprint.get("/checkout")
@policy(PUBLIC)
def start() -> Response | str:
    """Who: a guest signs in or registers and comes back; others go on."""
    if context.actor().is_signed_in:
        return back_to("checkout.choose_address")
    quoted, place = _cart_at(context.region(), checking_out=True)
    if not quoted.lines:
        return back_to("checkout.show_cart")
    return render("checkout/start.html", place=place, **_shown(quoted, place))


@blueprint.get("/checkout/address")
@policy(HOUSEHOLD)
def choose_address() -> Response | str:
    """Where: an address of one's own, or a new one in the chosen township."""
    form = AddressForm(formdata=None)
    form.region.data = context.region()
    with reading() as session:
        buyer = accounts.get_account(session, _account())
    form.recipient.data, form.phone.data = buyer.display_name, buyer.phone
    return _address_page(form)


@blueprint.post("/checkout/address")
@policy(HOUSEHOLD)
def add_address() -> Response | tuple[str, int]:
    """Store a new address and go on to the payment."""
    form, pickup = AddressForm(), request.form.get("pickup", "")[:40]
    if form.validate():
        try:
            with unit_of_work() as session:
                address_id = account_service.add_address(session, _account(), form.to_address())
            return back_to("checkout.confirm", address=address_id, pickup=pickup or None)
        except DomainError as error:
            attach(form, error)
    page = _address_page(form)
    return page if isinstance(page, Response) else (page, 422)


@blueprint.get("/checkout/confirm")
@policy(HOUSEHOLD)
def confirm() -> Response | str | tuple[str, int]:
    """How to pay: the whole sum once more, and the last button."""
    typed = cookie.pop(DRAFT, None)
    kept = typed if isinstance(typed, dict) else {}
    asked = {name: request.args.get(name, "")[:40] for name in ("address", "pickup")}
    return confirm_page(PlaceForm(formdata=None, **{**kept, **asked}))


def init_app(app: Flask) -> None:
    """Install what the cart needs in every request."""
    cart_hooks.init_app(app)


@blueprint.record_once
def _install(state: Any) -> None:
    init_app(state.app)


def limits() -> Limits:
    """How long and how much one order may hold."""
    settings = context.settings()
    return Limits(hold=settings.hold, hold_cap_lines=settings.hold_cap_lines)


def _account() -> str:
    return context.actor().account_id or ""


def _quoted(session: Any, region: RegionCode | None, *, to_door: bool = True) -> Quote:
    cart = cart_queries.get_cart(session, cart_hooks.owner())
    cart_hooks.note_count(len(cart.lines))
    who = context.actor().account_id
    return quote(session, cart, region, who, context.now(), to_door=to_door)


def _cart_at(region: RegionCode | None, *, checking_out: bool = False) -> tuple[Quote, str]:
    """The cart's price and the name of the place it is for."""
    with reading() as session:
        quoted, place = _quoted(session, region), _place(session, region)
    return _kept(quoted, checking_out=checking_out), place


def _kept(quoted: Quote, *, checking_out: bool = False, to_door: bool = True) -> Quote:
    """To look at the cart prolongs what is kept for it, and keeps what is missing; the price
    after that."""
    if not cart_hooks.keep_packs(quoted, checking_out=checking_out):
        return quoted
    with reading() as session:
        return _quoted(session, quoted.region, to_door=to_door)


class Mistyped(NamedTuple):
    """A number of packs that was not understood, and what to do."""

    typed: str
    text: str


def _cart_page(form: CodeForm, mistyped: Mapping[str, Mistyped] | None = None) -> str:
    quoted, place = _cart_at(context.region())
    return render(
        "checkout/show_cart.html",
        form=form,
        place=place,
        mistyped=mistyped or {},
        **_shown(quoted, place),
    )


def _address_page(form: AddressForm, refusal: DomainError | None = None) -> Response | str:
    """`refusal` is why the pick-up point that was asked for cannot be had."""
    with reading() as session:
        quoted = _quoted(session, context.region())
        if not quoted.lines:
            return back_to("checkout.show_cart")
        mine = accounts.addresses(session, _account())
        here = context.region()
        towns = [a.region for a in mine] + ([here] if here else [])
        paths = regions.paths(session, towns)
        offers = picking.offers(session, quoted, towns, context.now())
    quoted = _kept(quoted, checking_out=True)
    labels = {a.id: _name(paths, a.region, whole=True) for a in mine}
    place = _name(paths, here)
    return render(
        "checkout/choose_address.html",
        form=form,
        addresses=mine,
        labels=labels,
        place=place,
        offers=offers,
        places=paths,
        here=here,
        picked=picking.picked(request.values.get("pickup", ""), mine, offers),
        refusal=sentence(refusal) if refusal else "",
        asked_address=request.args.get("address", ""),
        **_shown(quoted, place),
    )


def confirm_page(form: PlaceForm) -> Response | str | tuple[str, int]:
    """The last page: the whole sum, the ways to pay that work here, what is agreed to."""
    choice, point = read_choice(form.pickup.data or ""), None
    with reading() as session:
        address = next(
            (a for a in accounts.addresses(session, _account()) if a.id == form.address.data), None
        )
        if address is None:
            return back_to("checkout.choose_address")
        if choice is not None:
            point = picking.find_point(session, choice.point_id, address.region, context.now())
        quoted = _quoted(session, address.region, to_door=point is None)
        refusal = picking.refusal(session, quoted, choice, point, context.now())
        paths = regions.paths(session, [address.region])
    if refusal is not None and not form.errors and not form.refusals:
        return _address_again(refusal)
    quoted = _kept(quoted, checking_out=True, to_door=point is None)
    place = _name(paths, address.region)
    if not quoted.lines:
        return back_to("checkout.show_cart")
    form.seen_total.data, form.seen_total.raw_data = quoted.total_fen, None
    online = payment_provider() is not None
    return render(
        "checkout/confirm.html",
        form=form,
        methods=[
            row
            for row in METHODS
            if _is_offered(Method(row[0].value), online)
            and (point is None or row[0] is not PayMethod.ON_DELIVERY)
        ],
        address=address,
        point=point,
        drop_day=choice.day if choice and point else None,
        place=place,
        place_full=_name(paths, address.region, whole=True),
        **_shown(quoted, place),
    )


def _address_again(refusal: DomainError) -> Response | tuple[str, int]:
    """Where: asked once more, with what is wrong with the point."""
    form = AddressForm(formdata=None)
    form.region.data = context.region()
    page = _address_page(form, refusal)
    return page if isinstance(page, Response) else (page, 422)


def _place(session: Any, region: RegionCode | None) -> str:
    if region is None:
        return ""
    return regions.short_label(session, region.digits, context.language()) or ""


def _name(
    paths: Mapping[str, RegionPath], region: RegionCode | None, *, whole: bool = False
) -> str:
    """The name of a place alone or with everything above it."""
    path = paths.get(region.digits) if region else None
    if path is None:
        return ""
    if whole:
        return path.text(context.language())
    return path.place.name_en if context.language() == "en" else path.place.name


def _shown(quoted: Quote, place: str) -> dict[str, Any]:
    """What every page with a price shows of it."""
    changed = [line for line in quoted.lines if line.problems]
    return {
        "quoted": quoted,
        "changed": [(line, _said(line, place)) for line in changed],
        "said": {line.line_id: _said(line, place) for line in changed},
        "say_applied": wording.say_applied,
        "aid_words": aid_words,
        "not_used": [(verdict, wording.say_verdict(verdict)) for verdict in quoted.not_applied],
        "hold_minutes": context.settings().hold_minutes,
        "kept": wording.say_kept(quoted, cart_hooks.keep_terms(), context.now()),
    }


def _said(line: QuotedLine, place: str) -> list[wording.Said]:
    return [wording.say_problem(line, problem, place or _("你那里")) for problem in line.problems]


def _refused_add(form: AddForm) -> Response:
    """Back to the page the form stood on, with what is wrong said beside the field, or on top
    where the product is not to be found."""
    product_id = _product_of(form.listing_id.data or "") if form.quantity.errors else None
    if product_id is not None and "next" not in request.form:
        typed = {name: request.form.get(name, "") for name in ("quantity", "amount", "loss")}
        asked: dict[str, Any] = {
            name: value[:20] for name, value in typed.items() if value or name == "quantity"
        }
        return redirect(
            url_for(
                "storefront.show_product",
                product_id=product_id,
                listing=form.listing_id.data,
                **asked,
            ),
            303,
        )
    to, words = form.steps[0] if form.steps else (None, None)
    for _field, text in form.all_errors():
        say(text, "bad", href=to, link=words)
    return redirect(asked_next(url_for("checkout.show_cart")), 303)


def _product_of(listing_id: str) -> str | None:
    with reading() as session:
        offer = catalogue.find_offer(session, listing_id, context.now())
    return offer.product_id if offer else None


def _is_offered(method: Method, online: bool) -> bool:
    """Whether this site takes payments by `method` now."""
    if method is Method.TRANSFER:
        return context.settings().bank_transfer
    return online or not method.is_online
