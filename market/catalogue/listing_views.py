"""The seller's desk: listings and their stock."""

from collections.abc import Sequence

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.catalogue import queries, service, words
from market.catalogue.blueprint import blueprint
from market.catalogue.errors import NotPublishable
from market.catalogue.forms import ListingForm, StockForm
from market.catalogue.types import ListingView
from market.db.session import reading, unit_of_work
from market.kernel.errors import Conflict, DomainError
from market.kernel.i18n import N_
from market.sellers import queries as sellers
from market.sellers.types import Warehouse
from market.web import desk
from market.web.access import SELLER, policy
from market.web.context import actor, now
from market.web.feedback import say
from market.web.forms import attach
from market.web.templating import back_to, render

_LISTING_VERBS = {
    "publish": (service.publish_listing, N_("已经上架，买家现在看得到")),
    "pause": (service.pause_listing, N_("已暂停，买家看不到了")),
    "archive": (service.archive_listing, N_("已经从列表里撤下")),
    "restore": (service.restore_listing, N_("已恢复成草稿")),
}


@blueprint.get("/seller/listings")
@policy(SELLER)
def list_own_listings() -> str:
    """All listings of the seller; those that are gone say why."""
    archived = request.args.get("state") == "archived"
    with reading() as session:
        rows = queries.listing_rows(
            session, desk.seller_id(), now(), "archived" if archived else None
        )
    gone = [row for row in rows if row.listing.state == "live" and not row.visible]
    return render(
        "catalogue/list_own_listings.html", rows=rows, gone=gone, archived=archived, words=words
    )


@blueprint.get("/seller/listings/new")
@policy(SELLER)
def new_listing() -> str:
    """Choose what to list: own pack sizes, and others' live ones."""
    typed = request.args.get("q", "")[:80]
    with reading() as session:
        found = queries.listable_variants(session, desk.seller_id(), typed)
    return render(
        "catalogue/choose_variant.html", found=found, typed=typed, own_id=desk.seller_id()
    )


@blueprint.route("/seller/listings/new/<variant_id>", methods=["GET", "POST"])
@policy(SELLER)
def create_listing(variant_id: str) -> str | Response | tuple[str, int]:
    """Set price and terms of a pack size."""
    with reading() as session:
        product, variant = queries.get_listable(session, desk.seller_id(), variant_id)
    form = ListingForm.of(None)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                listing_id = service.add_listing(
                    session, actor(), desk.seller_id(), variant_id, form.to_listing(), now=now()
                )
            say(_("价格存好了，记上库存就可以上架"))
            return back_to(".show_own_listing", listing_id=listing_id)
        except DomainError as error:
            attach(form, error)
    page = render(
        "catalogue/edit_listing.html", form=form, product=product, variant=variant, listing=None
    )
    return page, 422 if request.method == "POST" else 200


@blueprint.get("/seller/listings/<listing_id>")
@policy(SELLER)
def show_own_listing(listing_id: str) -> str:
    """One listing: whether households see it, price, stock and its journal."""
    return _listing_page(listing_id, None)


@blueprint.route("/seller/listings/<listing_id>/edit", methods=["GET", "POST"])
@policy(SELLER)
def edit_listing(listing_id: str) -> str | Response | tuple[str, int]:
    """Change price and terms; needs no approval."""
    with reading() as session:
        listing = queries.get_own_listing(session, actor(), listing_id, now())
    form = ListingForm.of(listing)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.edit_listing(session, actor(), listing_id, form.to_listing(), now())
            say(_("改好了，新价格马上生效"))
            return back_to(".show_own_listing", listing_id=listing_id)
        except DomainError as error:
            attach(form, error)
    page = render(
        "catalogue/edit_listing.html", form=form, product=None, variant=None, listing=listing
    )
    return page, 422 if request.method == "POST" else 200


@blueprint.post("/seller/listings/<listing_id>/<any(publish, pause, archive, restore):verb>")
@policy(SELLER)
def change_listing(listing_id: str, verb: str) -> Response:
    """Publish, pause, archive or restore a listing."""
    act, done = _LISTING_VERBS[verb]
    try:
        with unit_of_work() as session:
            act(session, actor(), listing_id, now())
        say(_(done))
    except NotPublishable as error:
        say(_(error.message), "bad")
    except Conflict as error:
        say(_(error.message), "warn")
    return back_to(".show_own_listing", listing_id=listing_id)


@blueprint.post("/seller/listings/<listing_id>/stock")
@policy(SELLER)
def change_stock(listing_id: str) -> Response | tuple[str, int]:
    """Goods in, or a count."""
    with reading() as session:
        listing = queries.get_own_listing(session, actor(), listing_id, now())
        form = _stock_form(sellers.warehouses(session, listing.seller_id))
    if form.validate_on_submit():
        try:
            _move_stock(listing, form)
            say(_("库存记好了"))
            return back_to(".show_own_listing", listing_id=listing_id)
        except DomainError as error:
            attach(form, error)
    return _listing_page(listing_id, form), 422


def _move_stock(listing: ListingView, form: StockForm) -> None:
    act = service.receive_stock if form.action.data == "in" else service.correct_stock
    with unit_of_work() as session:
        act(
            session, actor(), listing.id, form.warehouse_id.data, form.quantity.data,
            reason=form.reason.data or "", now=now(),
        )  # fmt: skip


def _listing_page(listing_id: str, form: StockForm | None) -> str:
    with reading() as session:
        listing = queries.get_own_listing(session, actor(), listing_id, now())
        blockers = queries.listing_blockers_of(session, listing_id, now())
        places = sellers.warehouses(session, listing.seller_id)
        stocks = queries.levels_of(session, [listing_id], now())
        levels = {level.warehouse_id: level for level in stocks}
        movements = queries.movements_of(session, listing_id)
    return render(
        "catalogue/show_own_listing.html", listing=listing, blockers=blockers, places=places,
        levels=levels, movements=movements, words=words, form=form or _stock_form(places),
        places_url=url_for("sellers.list_warehouses"),
    )  # fmt: skip


def _stock_form(places: Sequence[Warehouse]) -> StockForm:
    form = StockForm()
    form.warehouse_id.choices = [(place.id, place.name) for place in places]
    form.action.choices = [(key, _(word)) for key, word in words.STOCK_ACTIONS.items()]
    return form
