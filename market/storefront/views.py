"""The public pages of the shop window."""

from flask import Blueprint, request
from flask.sansio.blueprints import BlueprintSetupState
from flask_wtf.csrf import generate_csrf

from market.catalogue import queries as catalogue
from market.catalogue.types import ListingFilter
from market.db.session import reading
from market.kernel.errors import NotFound
from market.regions import queries as regions
from market.sellers import queries as sellers
from market.sellers.types import SellerState
from market.storefront import cache, pieces
from market.storefront.forms import AmountForm, choice_of
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.templating import render

blueprint = Blueprint("storefront", __name__)


@blueprint.record_once
def _install(state: BlueprintSetupState) -> None:
    cache.init_app(state.app)


@blueprint.get("/")
@policy(PUBLIC)
def home() -> str:
    """Where everyone begins."""
    with reading() as session:
        below = pieces.home(session, context.now())
        place = pieces.place_name(session, context.now())
    return render("storefront/home.html", below=below, place=place)


@blueprint.get("/materials")
@policy(PUBLIC)
def list_kinds() -> str:
    """Every kind of material by group."""
    with reading() as session:
        shown = pieces.kinds(session, context.now())
    return render("storefront/list_kinds.html", shown=shown)


@blueprint.get("/materials/<code>")
@policy(PUBLIC)
def list_products(code: str) -> str:
    """What is for sale in one kind or in one group of kinds."""
    choice, now = choice_of(request.args), context.now()
    with reading() as session:
        aisle = pieces.aisle(session, catalogue.revision_of(session), now)
        kind = next((k for k in aisle.kinds if k.code == code), None)
        group = next(
            (g for g in aisle.groups if g.code == (kind.group_code if kind else code)), None
        )
        if group is None:
            raise NotFound()
        if kind is not None:
            shown = pieces.kind_list(session, kind, choice, now)
        else:
            scope = ListingFilter(group_code=group.code)
            shown = pieces.mixed_list(session, f"group {code}", scope, choice, now)
    hints = pieces.kind_hints(kind) if kind else []
    return render(
        "storefront/list_products.html",
        shown=shown, kind=kind, group=group, hints=hints,
        kinds=() if kind else aisle.of_group(group.code), counts=aisle.counts,
    )  # fmt: skip


@blueprint.get("/zone")
@policy(PUBLIC)
def green_zone() -> str:
    """Only what holds a certificate that is valid now."""
    with reading() as session:
        scope = ListingFilter(zone=True)
        shown = pieces.mixed_list(session, "zone", scope, choice_of(request.args), context.now())
    return render("storefront/green_zone.html", shown=shown)


@blueprint.get("/p/<product_id>")
@policy(PUBLIC)
def show_product(product_id: str) -> str:
    """One product: delivered price, certificate, sellers, evidence."""
    form = AmountForm(request.args)
    form.validate()
    asked = form.to_asked()
    with reading() as session:
        piece = pieces.product(session, product_id, asked, context.now())
    return render(
        "storefront/show_product.html",
        name=piece.title,
        page=pieces.with_token(piece.page, generate_csrf()),
        bar=pieces.with_token(piece.bar, ""),
        form=form,
    )


@blueprint.get("/s/<seller_id>")
@policy(PUBLIC)
def show_seller(seller_id: str) -> str:
    """A seller: who, where, what reaches me and what is for sale."""
    now, region = context.now(), context.region()
    with reading() as session:
        seller = sellers.get_seller(session, seller_id)
        if seller.state not in (SellerState.APPROVED, SellerState.SUSPENDED):
            raise NotFound()
        scope = ListingFilter(sellers=frozenset({seller_id}))
        shown = pieces.mixed_list(
            session, f"seller {seller_id}", scope, choice_of(request.args), now
        )
        table = sellers.freight_tables(session, [seller_id])[seller_id]
        about = sellers.about_seller(session, seller_id)
        home = regions.short_label(session, seller.region, context.language())
        place = pieces.place_name(session, now)
    return render(
        "storefront/show_seller.html",
        shown=shown, seller=seller, about=about, home=home, place=place,
        quote=pieces.freight_to(table, region),
    )  # fmt: skip
