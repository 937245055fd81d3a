"""Reads for the shop window: a fixed number of statements each, whatever the number of rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from market.bundles import queries as bundles
from market.bundles.types import BundleCard, BundleView
from market.bundles.typical import Typical, typical
from market.catalogue import queries as catalogue
from market.catalogue.types import (
    KindView,
    ListingView,
    ProductPage,
    ShelfRow,
)
from market.kernel.paging import PAGE_SIZE, Page
from market.kernel.region_code import RegionCode
from market.picks.types import NOTHING, Favoured
from market.promotions import engine
from market.promotions import queries as promotions
from market.promotions.types import PromotionSpec, Situation
from market.regions import queries as regions
from market.regions.types import ClimateZone
from market.sellers import queries as sellers
from market.sellers.types import FreightTable, SellerView
from market.storefront import lists, rules
from market.storefront.figures import figures
from market.storefront.nearness import Near, nearness
from market.storefront.types import (
    Aisle,
    Asked,
    Choice,
    Counts,
    Offer,
    ProductShow,
    Shelf,
    Sort,
    Stall,
    Stock,
)

Tables = Mapping[str, FreightTable]
T = TypeVar("T")


def aisle(session: Session, now: datetime, counts: dict[str, int]) -> Aisle:
    """Groups and kinds with what each has for sale; three statements."""
    return Aisle(
        groups=tuple(catalogue.list_groups(session)),
        kinds=tuple(catalogue.list_kinds(session)),
        counts=counts,
        offers=catalogue.kind_counts(session, now),
    )


def stock_of_kind(
    session: Session, kind: KindView, region: RegionCode | None, now: datetime
) -> Stock:
    """Everything for sale in a kind, priced for a place; six statements."""
    rows = [row for row in catalogue.shelf(session, [kind.code], now) if row.may_go_to(region, now)]
    traits = catalogue.traits_of_kinds(session, [kind.code])
    ids = {row.seller_id for row in rows}
    tables = _tables(session, ids, region)
    names = {view.id: view.name for view in sellers.sellers_by_ids(session, ids).values()}
    told = {row.product_id: traits.get(row.product_id, ({}, None))[0] for row in rows}
    once, offers = _Once(), []
    rows.reverse()
    while rows:  # each goes as its offer comes: both at once are the most a page ever holds
        row = rows.pop()
        offers.append(_shelf_offer(row, traits.get(row.product_id), tables, region, once))
    return Stock(tuple(offers), names, figures(kind.attribute_keys, told))


def kind_shelf(
    session: Session,
    stock: Stock,
    choice: Choice,
    unit: str,
    *,
    region: RegionCode | None,
    now: datetime,
    favoured: Favoured = NOTHING,
) -> Shelf:
    """One page of a kind's products, each at its best offer; at most eight statements, and one
    more when they are ordered by where they are made."""
    sorts = lists.sorts_for(stock, has_place=region is not None, favoured=bool(favoured))
    choice = replace(choice, sort=sort_of(choice, sorts))
    near = {}
    if choice.sort is Sort.LOCAL:
        near = near_to(session, {offer.made for offer in stock.offers}, region)
    found, counts = lists.arrange(stock, choice, unit, near, favoured)
    last = max(1, -(-len(found) // PAGE_SIZE))
    number = min(max(1, choice.number), last)
    here = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    views = catalogue.listings_by_ids(session, [offer.listing_id for offer in here], now)
    items = [views[offer.listing_id] for offer in here if offer.listing_id in views]
    return Shelf(
        page=Page(items, len(found), number),
        offers={offer.listing_id: offer for offer in here},
        counts=counts,
        seller_names=stock.seller_names,
        sorts=sorts,
        promotions=_promotions(session, items, region, now),
        near=near,
        sort=choice.sort,
        favoured=favoured,
    )


def sort_of(choice: Choice, sorts: tuple[Sort, ...]) -> Sort:
    """The order asked for, or what comes nearest to it here."""
    if choice.sort is Sort.DELIVERED and Sort.DELIVERED not in sorts and Sort.PRICE in sorts:
        return Sort.PRICE
    return choice.sort if choice.sort in sorts else sorts[0]


def near_to(
    session: Session, counties: Collection[str], region: RegionCode | None
) -> dict[str, Near]:
    """How near to a place each county is; one statement."""
    if region is None:
        return {}
    known = [county for county in counties if county]
    km, local_km = regions.distances(session, region, known), bundles.local_km()
    return {county: nearness(county, region, km, local_km) for county in known}


def priced_shelf(
    session: Session,
    page: Page[ListingView],
    counts: Counts,
    sorts: tuple[Sort, ...],
    region: RegionCode | None,
    now: datetime,
) -> Shelf:
    """Listings already chosen, with their prices at a place and their promotions."""
    items = list(page.items)
    tables = _tables(session, {view.seller_id for view in items}, region)
    names = sellers.sellers_by_ids(session, counts.sellers)
    return Shelf(
        page=page,
        offers={view.id: _view_offer(view, tables, region) for view in items},
        counts=counts,
        seller_names={view.id: view.name for view in names.values()},
        sorts=sorts,
        promotions=_promotions(session, items, region, now),
    )


def show_product(
    session: Session,
    product_id: str,
    asked: Asked,
    region: RegionCode | None,
    now: datetime,
    plans: Sequence[BundleCard] = (),
    specs: Sequence[PromotionSpec] = (),
) -> ProductShow:
    """The product page at a place and an amount, with those of `plans` that use its kind and
    those of the promotions that concern the offer chosen. Raises ProductNotFound."""
    found = catalogue.get_product(session, product_id, now)
    ids = {listing.seller_id for listing in found.listings}
    tables = _tables(session, ids, region)
    stalls = sorted(
        (
            _stall(
                listing,
                found.sellers,
                tables if region is None or listing.may_go_to(region, now) else {},
                asked,
                region,
            )
            for listing in found.listings
        ),
        key=_stall_order,
    )
    able = [stall for stall in stalls if stall.can_buy]
    asked_for = [stall for stall in able if stall.listing.id == asked.listing_id]
    chosen = next(iter(asked_for or able), None)
    saving, matching = _saving(chosen, specs, region, now)
    return ProductShow(
        found=found,
        stalls=tuple(stalls),
        chosen=chosen,
        saving_fen=saving,
        promotions=tuple(matching),
        functional=_functional(found, chosen),
        bundles=tuple(card for card in plans if found.kind.code in card.kind_codes)[:3],
    )


def bundle_for(
    session: Session, region: RegionCode | None
) -> tuple[BundleView, Typical, ClimateZone | None] | None:
    """The first bundle meant for the place's climate, with its typical cost; None when none is."""
    zone = regions.climate_zone(session, region) if region is not None else None
    code = zone.zone if zone else None
    for bundle in bundles.live_bundles(session, code):
        if zone is None or bundle.card.suits(code):
            return bundle, typical(bundle, code), zone
    return None


def running_promotions(
    session: Session, region: RegionCode | None, now: datetime
) -> list[PromotionSpec]:
    """Every automatic promotion of a seller, and those of the platform that hold at a place."""
    everyone = {seller.id for seller in sellers.open_sellers(session)}
    return promotions.live_promotions(session, everyone, region, (), now)


def plans(session: Session, region: RegionCode | None) -> list[BundleCard]:
    """The published bundles, those for the place's climate first."""
    zone = regions.climate_zone(session, region).zone if region is not None else None
    return bundles.list_live(session, zone)


# --- pricing ----------------------------------------------------------------------------


def _tables(
    session: Session, seller_ids: Collection[str], region: RegionCode | None
) -> dict[str, FreightTable]:
    return sellers.freight_tables(session, seller_ids) if region is not None else {}


class _Once(dict[Any, Any]):
    """What is equal in many offers is held once: every row's own copies would take twice the
    room of a stock, which is kept for long."""

    def __call__(self, value: T) -> T:
        """The first of the values that are equal to this one; for one type of values each."""
        found: T = self.setdefault(value, value)
        return found


def _shelf_offer(
    row: ShelfRow,
    trait: tuple[dict[str, Any], int | None] | None,
    tables: Tables,
    region: RegionCode | None,
    once: _Once,
) -> Offer:
    pack = Decimal(row.price_fen * 1000) / row.unit_price_milli_fen
    units = once(rules.reference_units(row.unit, row.min_packs * pack))
    delivered = rules.delivered(
        row.unit_price_milli_fen, row.unit_weight_g, units, tables.get(row.seller_id), region
    )
    milli = delivered.total_milli if delivered else row.unit_price_milli_fen
    attributes, life = trait or ({}, None)
    return Offer(
        listing_id=row.id,
        product_id=row.product_id,
        seller_id=row.seller_id,
        star=row.star or (0 if row.certified else -1),
        in_stock=row.in_stock,
        published=row.published_at.timestamp() if row.published_at else 0.0,
        unit=row.unit,
        delivered=delivered,
        functional=rules.functional(row.unit, milli, attributes, life),
        price=row.unit_price_milli_fen,
        sold=once(row.sold * pack),
        made=row.maker_region,
    )


def _view_offer(view: ListingView, tables: Tables, region: RegionCode | None) -> Offer:
    units = rules.reference_units(view.unit, view.min_packs * view.pack_size)
    weight = int((view.weight_g / view.pack_size).to_integral_value(ROUND_CEILING))
    delivered = rules.delivered(
        view.unit_price_milli_fen, weight, units, tables.get(view.seller_id), region
    )
    milli = delivered.total_milli if delivered else view.unit_price_milli_fen
    return Offer(
        listing_id=view.id,
        product_id=view.product_id,
        seller_id=view.seller_id,
        star=view.star or (0 if view.certified else -1),
        in_stock=view.available is None or view.available >= view.min_packs,
        published=0.0,
        unit=view.unit,
        delivered=delivered,
        functional=rules.functional(view.unit, milli, view.attributes, view.life_years),
        price=view.unit_price_milli_fen,
        sold=view.sold * view.pack_size,
        made=view.maker_region,
    )


def _stall(
    listing: ListingView,
    views: Mapping[str, SellerView],
    tables: Tables,
    asked: Asked,
    region: RegionCode | None,
) -> Stall:
    table = tables.get(listing.seller_id)
    loss = asked.loss if asked.loss is not None else rules.USUAL_LOSS.get(listing.unit, 0)
    bought = rules.purchase(
        asked.amount or rules.reference_units(listing.unit),
        loss,
        rules.Terms(listing.pack_size, listing.price_fen, listing.weight_g, listing.min_packs),
        table,
        region,
    )
    weight = int((listing.weight_g / listing.pack_size).to_integral_value(ROUND_CEILING))
    units = bought.bought
    if asked.as_listed:
        units = rules.reference_units(listing.unit, listing.min_packs * listing.pack_size)
    delivered = rules.delivered(listing.unit_price_milli_fen, weight, units, table, region)
    return Stall(listing, views.get(listing.seller_id), delivered, bought)


def _stall_order(stall: Stall) -> tuple[object, ...]:
    price = stall.delivered.total_milli if stall.delivered else lists.FAR
    return (not stall.can_buy, price, stall.listing.lead_days, stall.listing.id)


def _functional(found: ProductPage, chosen: Stall | None) -> rules.Functional | None:
    if chosen is None or chosen.delivered is None:
        return None
    product = found.product
    milli = chosen.delivered.total_milli
    return rules.functional(product.unit, milli, product.attributes, product.life_years)


# --- promotions -------------------------------------------------------------------------


def _promotions(
    session: Session, items: Collection[ListingView], region: RegionCode | None, now: datetime
) -> dict[str, PromotionSpec]:
    """One running promotion per listing, for its tag."""
    specs = promotions.live_promotions(session, {v.seller_id for v in items}, region, (), now)
    found: dict[str, PromotionSpec] = {}
    for view in items:
        match = next((spec for spec in specs if _concerns(spec, view)), None)
        if match:
            found[view.id] = match
    return found


def _concerns(spec: PromotionSpec, view: ListingView) -> bool:
    """Whether a promotion may touch a listing; amounts and limits are the cart's business."""
    rule = spec.conditions
    return (
        not spec.needs_code
        and spec.seller_id in (None, view.seller_id)
        and (not rule.kind_codes or view.kind_code in rule.kind_codes)
        and (not rule.product_ids or view.product_id in rule.product_ids)
        and (view.certified or not rule.certified_only)
        and (view.star or 0) >= rule.min_star
        and (spec.budget_left_fen is None or spec.budget_left_fen > 0)
    )


def _saving(
    chosen: Stall | None,
    specs: Collection[PromotionSpec],
    region: RegionCode | None,
    now: datetime,
) -> tuple[int, list[PromotionSpec]]:
    """What promotions take off this purchase alone, and those that concern it."""
    if chosen is None:
        return 0, []
    listing, bought = chosen.listing, chosen.purchase
    matching = [spec for spec in specs if _concerns(spec, listing)]
    if not matching:
        return 0, []
    line = promotions.priced_line(listing, bought.packs, region=region)
    result = engine.evaluate([line], Situation(now=now, region=region), matching)
    return result.discount_fen, matching
