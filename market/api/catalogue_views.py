"""Reading places, kinds, products and listings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from market.api import feeds, paging
from market.api.blueprint import PREFIX, blueprint
from market.api.operation import ListQuery, operation
from market.api.paging import Slice
from market.api.read_schemas import (
    DivisionOut,
    KindOut,
    KindQuery,
    ListedProductOut,
    ListingOut,
    ListingQuery,
    PathOut,
    PlaceQuery,
    ProductAsk,
    ProductDetailOut,
    ProductQuery,
    RegionOut,
    RegionSearch,
    page_of,
)
from market.api.types import Call
from market.catalogue import queries as catalogue
from market.catalogue.errors import ListingNotFound
from market.catalogue.types import KindView, ListingView, ProductView
from market.certification import queries as certification
from market.certification.types import CertificateView
from market.db.session import reading
from market.kernel.clock import shanghai_date
from market.kernel.i18n import N_
from market.kernel.paging import Page
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.regions.errors import UnknownRegion
from market.storefront import queries as storefront
from market.storefront.rules import half_up
from market.storefront.types import Asked, Counts, Offer, Stall
from market.web.access import API, policy
from market.web.context import now, settings

PLACES, GOODS = "regions", "catalogue"


@blueprint.get(f"{PREFIX}/regions")
@policy(API)
@operation(N_("按名字找地区"), tag=PLACES, result=page_of(PathOut), query=RegionSearch)
def search_regions(call: Call) -> Slice[Any]:
    """Places by name or pinyin, best first."""
    with reading() as session:
        return Slice(regions.search(session, call.args["q"], call.args["limit"]))


@blueprint.get(f"{PREFIX}/regions/<code>")
@policy(API)
@operation(N_("一个地区：上级、气候区、能不能收货"), tag=PLACES, result=RegionOut, errors=(404,))
def show_region(call: Call, code: str) -> dict[str, Any]:
    """A place with everything above it and its climate zone."""
    with reading() as session:
        path = regions.path(session, code)
        return {
            "place": path.place, "label": path.label, "label_en": path.label_en,
            "parts": path.parts, "climate_zone": _zone(session, path.place.region),
            "deliverable": _deliverable(session, path.place.region),
        }  # fmt: skip


def _zone(session: Session, region: RegionCode) -> dict[str, Any] | None:
    try:
        zone = regions.climate_zone(session, region)
    except UnknownRegion:
        return None
    return {
        "zone": zone.zone,
        "name": gettext(zone.name),
        "major": gettext(zone.major),
        "confidence": zone.confidence,
        "warning": gettext(zone.warning) if zone.warning else None,
        "overridden": zone.overridden,
    }


def _deliverable(session: Session, region: RegionCode) -> bool:
    try:
        regions.get_deliverable(session, region)
    except UnknownRegion:
        return False
    return True


@blueprint.get(f"{PREFIX}/regions/<code>/children")
@policy(API)
@operation(
    N_("下一级的地区；代码写 0 给全国的省"), tag=PLACES, result=page_of(DivisionOut),
    query=ListQuery, errors=(404,),
)  # fmt: skip
def list_regions(call: Call, code: str) -> Slice[Any]:
    """The places right below one, by code."""
    with reading() as session:
        if code != "0":
            regions.get(session, code)
        found = regions.children(session, code)
    return paging.slice_sorted(found, call.args, lambda place: (place.code,), str)


@blueprint.get(f"{PREFIX}/kinds")
@policy(API)
@operation(N_("品类"), tag=GOODS, result=page_of(KindOut), query=KindQuery)
def list_kinds(call: Call) -> Slice[Any]:
    """The open kinds in their order."""
    with reading() as session:
        kinds = catalogue.list_kinds(session)
        counts = catalogue.kind_counts(session, now())
    wanted = [
        kind
        for kind in kinds
        if call.args.get("group") in (None, kind.group_code)
        and call.args.get("scheme") in (None, kind.scheme.value)
    ]
    found = paging.slice_sorted(wanted, call.args, lambda k: (k.position, k.code), int, str)
    return Slice([_kind(kind, counts) for kind in found.items], found.next)


@blueprint.get(f"{PREFIX}/kinds/<code>")
@policy(API)
@operation(N_("一个品类"), tag=GOODS, result=KindOut, errors=(404,))
def show_kind(call: Call, code: str) -> dict[str, Any]:
    """One kind."""
    with reading() as session:
        return _kind(catalogue.get_kind(session, code), catalogue.kind_counts(session, now()))


def _kind(kind: KindView, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "code": kind.code, "group_code": kind.group_code, "name_zh": kind.name_zh,
        "name_en": kind.name_en, "scheme": kind.scheme.value, "certifiable": kind.certifiable,
        "standard": kind.standard, "default_unit": kind.default_unit,
        "listings": counts.get(kind.code, 0),
    }  # fmt: skip


@blueprint.get(f"{PREFIX}/products")
@policy(API)
@operation(
    N_(
        "厂家上架的产品，能不能卖看 sellable 和 blockers；给 updated_since 就是那以后变过的，"
        "也包括不再卖的。证书到期、停售期满这样到时候自己变的，不算变过，看 sellable_until 和 "
        "sellable_from"
    ),
    tag=GOODS,
    result=page_of(ListedProductOut),
    query=ProductQuery,
)
def list_products(call: Call) -> Slice[Any]:
    """Products that are put up, or that changed, with what keeps them from being sold now."""
    with reading() as session:
        found = feeds.products(session, call.args)
        ids = {view.certificate_id for view, _at in found.items if view.certificate_id}
        known = certification.certificates_by_ids(session, ids, now())
        gates = catalogue.gates_now(session, [view.id for view, _at in found.items], now())
    items = [
        _product(view, known.get(view.certificate_id or ""))
        | _gate(view, gates[view.id])
        | {"state": view.state.value, "held_since": view.held_since, "updated_at": changed_at}
        for view, changed_at in found.items
    ]
    return Slice(items, found.next)


def _gate(product: ProductView, gate: catalogue.GateNow) -> dict[str, Any]:
    """Whether a product may be sold now, why not, and when the clock changes that."""
    return {
        "sellable": product.state == "live" and not gate.shut,
        "blockers": [
            {"code": one.code, "since": one.since, "until": one.until}
            for one in gate.shut
        ],
        "sellable_from": gate.opens_at, "sellable_until": gate.closes_at,
    }  # fmt: skip


@blueprint.get(f"{PREFIX}/products/<product_id>")
@policy(API)
@operation(
    N_("一个产品，和各家送到的价钱"), tag=GOODS, result=ProductDetailOut, query=ProductAsk,
    errors=(404,),
)  # fmt: skip
def show_product(call: Call, product_id: str) -> dict[str, Any]:
    """A product with every seller's price for an amount at a place, as its page has them."""
    region = call.args.get("region")
    asked = Asked(amount=call.args.get("amount"), loss=call.args.get("loss_percent"))
    with reading() as session:
        if region is not None:
            regions.get(session, region)
        show = storefront.show_product(session, product_id, asked, region, now())
    product = show.found.product
    return {
        **_product(product, show.found.certificate),
        "use_zh": product.use_zh,
        "use_en": product.use_en,
        "report_number": product.report_number,
        "evidence": product.evidence,
        "offers": [_stall(stall, region) for stall in show.stalls],
    }


def _product(product: ProductView, certificate: CertificateView | None) -> dict[str, Any]:
    return {
        "id": product.id, "kind_code": product.kind_code, "name_zh": product.name_zh,
        "name_en": product.name_en, "model": product.model, "unit": product.unit,
        "maker": {"id": product.maker_id, "name": product.maker_name},
        "certificate": certificate, "standard": product.standard,
        "carbon": product.carbon_on(shanghai_date(now())),
        "life_years": product.life_years, "attributes": dict(product.attributes),
        "published_at": product.published_at, "manual": _manual(product),
    }  # fmt: skip


def _manual(product: ProductView) -> dict[str, Any] | None:
    version = product.manual_version
    if version is None:
        return None
    address = url_for("manuals.show_version", product_id=product.id, version=version)
    return {"version": version, "url": settings().base_url.rstrip("/") + address}


def _stall(stall: Stall, region: RegionCode | None) -> dict[str, Any]:
    bought = stall.purchase
    freight = bought.freight
    delivered = None
    if stall.delivered is not None and region is not None:
        delivered = {
            "region": region, "for_units": bought.bought,
            "goods_fen": stall.delivered.goods_fen, "freight_fen": stall.delivered.freight_fen,
            "total_fen": stall.delivered.total_fen,
        }  # fmt: skip
    return {
        "listing": _listing(stall.listing, delivered), "packs": bought.packs,
        "needed": bought.needed, "loss_percent": bought.loss_percent, "bought": bought.bought,
        "goods_fen": bought.goods_fen, "freight_fen": freight.total_fen if freight else None,
        "total_fen": bought.total_fen, "can_buy": stall.can_buy,
    }  # fmt: skip


@blueprint.get(f"{PREFIX}/listings")
@policy(API)
@operation(
    N_("在卖的商品；给 region 就带送到价"), tag=GOODS, result=page_of(ListingOut),
    query=ListingQuery, errors=(404,),
)  # fmt: skip
def list_listings(call: Call) -> Slice[Any]:
    """Listings households see now, priced for a place as lists price them."""
    region = call.args.get("region")
    with reading() as session:
        if region is not None:
            regions.get(session, region)
        found = feeds.listing_ids(session, call.args, now())
        views = catalogue.listings_by_ids(session, found.items, now())
        items = _priced(session, [views[key] for key in found.items], region, now())
    return Slice(items, found.next)


@blueprint.get(f"{PREFIX}/listings/<listing_id>")
@policy(API)
@operation(
    N_("一个商品；给 region 就带送到价"), tag=GOODS, result=ListingOut, query=PlaceQuery,
    errors=(404,),
)  # fmt: skip
def show_listing(call: Call, listing_id: str) -> Any:
    """One listing, with the reason when it cannot be sold now."""
    region = call.args.get("region")
    with reading() as session:
        if region is not None:
            regions.get(session, region)
        view = catalogue.listings_by_ids(session, [listing_id], now()).get(listing_id)
        if view is None or view.state not in ("live", "paused"):
            raise ListingNotFound()
        return _priced(session, [view], region, now())[0]


def _priced(
    session: Session, views: list[ListingView], region: RegionCode | None, at: datetime
) -> list[dict[str, Any]]:
    page = Page(views, len(views))
    offers: dict[str, Offer] = {}
    if region is not None:
        shelf = storefront.priced_shelf(session, page, Counts(0, {}, {}, {}), (), region, at)
        offers = shelf.offers
    return [_listing(view, _delivered(offers.get(view.id), region)) for view in views]


def _delivered(offer: Offer | None, region: RegionCode | None) -> dict[str, Any] | None:
    if offer is None or offer.delivered is None or region is None:
        return None
    price = offer.delivered
    return {
        "region": region, "for_units": price.units, "goods_fen": price.goods_fen,
        "freight_fen": price.freight_fen, "total_fen": price.total_fen,
    }  # fmt: skip


def _listing(view: ListingView, delivered: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "listing": view, "id": view.id, "product_id": view.product_id, "name_zh": view.name_zh,
        "name_en": view.name_en, "kind_code": view.kind_code,
        "seller": {"id": view.seller_id, "name": view.seller_name},
        "pack_size": view.pack_size, "unit": view.unit, "weight_g": view.weight_g,
        "price_fen": view.price_fen, "unit_price_fen": half_up(view.unit_price_milli_fen),
        "min_packs": view.min_packs, "lead_days": view.lead_days,
        "made_to_order": view.made_to_order, "available": view.available, "star": view.star,
        "certificate": view.certificate, "carbon_kg_per_unit": view.carbon_kg_per_unit,
        "sellable": view.sellable, "unsellable_reason": view.unsellable_reason,
        "delivered": delivered,
    }  # fmt: skip
