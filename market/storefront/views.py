"""The public pages of the shop window."""

from flask import Blueprint, redirect, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from market.catalogue import queries as catalogue
from market.catalogue.errors import ProductGone
from market.catalogue.types import ListingFilter
from market.db.session import reading
from market.storefront import cache, comparing, frames, pieces, wording
from market.storefront.forms import choice_of, read_amount
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.templating import render

blueprint = Blueprint("storefront", __name__)


@blueprint.record_once
def _install(state: BlueprintSetupState) -> None:
    cache.init_app(state.app)


@blueprint.get("/")
@policy(PUBLIC)
def home() -> bytes:
    """Where everyone begins."""
    now = context.now()
    with reading() as session:
        return frames.page(
            "storefront/home.html",
            catalogue.revision_of(session),
            now,
            lambda: {
                "below": pieces.home(session, now),
                "place": pieces.place_name(session, now),
            },
        )


@blueprint.get("/materials")
@policy(PUBLIC)
def list_kinds() -> bytes:
    """Every kind of material by group."""
    now = context.now()
    with reading() as session:
        return frames.page(
            "storefront/list_kinds.html",
            catalogue.revision_of(session),
            now,
            lambda: {"shown": pieces.kinds(session, now)},
        )


@blueprint.get("/materials/<code>")
@policy(PUBLIC)
def list_products(code: str) -> bytes:
    """What is for sale in one kind or in one group of kinds."""
    choice, now = choice_of(request.args), context.now()
    with reading() as session:
        return frames.page(
            "storefront/list_products.html",
            catalogue.revision_of(session),
            now,
            lambda: pieces.products_of(session, code, choice, now),
        )


@blueprint.get("/zone")
@policy(PUBLIC)
def green_zone() -> bytes:
    """Only what holds a certificate that is valid now."""
    choice, now, scope = choice_of(request.args), context.now(), ListingFilter(zone=True)
    with reading() as session:
        return frames.page(
            "storefront/green_zone.html",
            catalogue.revision_of(session),
            now,
            lambda: {"shown": pieces.mixed_list(session, "zone", scope, choice, now)},
        )


@blueprint.get("/p/<product_id>")
@policy(PUBLIC)
def show_product(product_id: str) -> bytes | Response:
    """One product: delivered price, certificate, sellers, evidence; what is in the archive is
    told by its permanent identifier."""
    (asked, form), now = read_amount(), context.now()
    try:
        with reading() as session:
            shown = pieces.product(session, product_id, asked, now)
    except ProductGone:
        kept = url_for("traceability.show_identifier", prefix="product", suffix=product_id)
        return redirect(kept, 303)
    errors = render("storefront/_errors.html", form=form) if form and form.errors else ""
    return frames.framed(
        "storefront/show_product.html",
        now,
        {"title": shown.title, "errors": errors.encode(), "page": shown.page, "bar": shown.bar},
    )


@blueprint.get("/compare")
@policy(PUBLIC)
def compare_products() -> str:
    """Up to four products of one kind side by side; the address tells which."""
    now, only = context.now(), request.args.get("only") == "1"
    with reading() as session:
        found = comparing.compare(session, request.args.getlist("p"), context.region(), now)
        place = pieces.place_name(session, now)
    return render(
        "storefront/compare_products.html", found=found, rows=comparing.rows(found.shows),
        only=only, place=place, title=comparing.title(found), words=wording,
        most=comparing.MOST, here=request.full_path,
    )  # fmt: skip


@blueprint.get("/s/<seller_id>")
@policy(PUBLIC)
def show_seller(seller_id: str) -> bytes:
    """A seller: who, where, what reaches me and what is for sale."""
    choice, now = choice_of(request.args), context.now()
    with reading() as session:
        return frames.page(
            "storefront/show_seller.html",
            catalogue.revision_of(session),
            now,
            lambda: pieces.seller(session, seller_id, choice, now),
        )
