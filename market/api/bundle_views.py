"""Reading bundles and calculating them; promotions and crews."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from market.api import feeds, paging
from market.api.blueprint import PREFIX, blueprint
from market.api.bundle_schemas import (
    BundleDetailOut,
    BundleOut,
    BundleQuery,
    CalculationIn,
    CalculationOut,
)
from market.api.operation import operation
from market.api.paging import Slice
from market.api.read_schemas import (
    PromotionOut,
    PromotionQuery,
    ProviderOut,
    ProviderQuery,
    page_of,
)
from market.api.types import Call
from market.bundles import money
from market.bundles import queries as bundles
from market.bundles import service as bundle_service
from market.bundles.asking import questions_of
from market.bundles.energy import Range
from market.bundles.house import ARCHETYPES, HouseAnswers
from market.bundles.insulation import WALLS_MM
from market.bundles.materials import geometry
from market.bundles.siting import doubts
from market.bundles.types import BundleView, Calculation, Choices, FilledSlot, Option, Priced
from market.checkout.bundle_price import price_selection
from market.db.session import reading
from market.kernel.i18n import N_
from market.kernel.region_code import RegionCode
from market.promotions import queries as promotions
from market.promotions.types import PromotionView
from market.providers import queries as providers
from market.providers.types import ProviderView
from market.regions import queries as regions
from market.web.access import API, policy
from market.web.context import now

BUNDLES, OFFERS, CREWS = "bundles", "promotions", "providers"
_ALL_OFFERS = 1_000


@blueprint.get(f"{PREFIX}/bundles")
@policy(API)
@operation(
    N_("方案，适合当地气候的在前"), tag=BUNDLES, result=page_of(BundleOut), query=BundleQuery,
    errors=(404,),
)  # fmt: skip
def list_bundles(call: Call) -> Slice[Any]:
    """The published bundles."""
    region = call.args.get("region")
    with reading() as session:
        zone = regions.climate_zone(session, region).zone if region is not None else None
        found = bundles.live_bundles(session, zone)
    ranked = [(n, view) for n, view in enumerate(found)]
    cut = paging.slice_sorted(ranked, call.args, lambda row: (row[0],), int)
    return Slice([_bundle(view) for _, view in cut.items], cut.next)


@blueprint.get(f"{PREFIX}/bundles/<slug>")
@policy(API)
@operation(N_("一套方案：问什么，有哪些材料"), tag=BUNDLES, result=BundleDetailOut, errors=(404,))
def show_bundle(call: Call, slug: str) -> dict[str, Any]:
    """A whole bundle."""
    with reading() as session:
        view = bundles.get_live(session, slug)
    asked = questions_of(view, geometry())
    return {
        **_bundle(view),
        "archetypes": list(ARCHETYPES) if asked.asks_archetype else [],
        "wall_mm": list(WALLS_MM) if asked.asks_wall else [],
        "questions": [
            {"key": q.key, "label": gettext(q.measure.label), "hint": gettext(q.measure.hint),
             "unit": q.measure.unit, "least": q.least, "most": q.most}
            for q in asked.numbers
        ],
        "slots": [
            {"key": s.key, "kind_code": s.kind_code, "name_zh": s.name_zh, "name_en": s.name_en,
             "unit": s.unit, "formula": s.quantity, "waste": s.waste,
             "zone_factors": dict(s.zone_factors)}
            for s in view.slots
        ],
        "days": list(view.days),
        "site": view.site,
    }  # fmt: skip


def _bundle(view: BundleView) -> dict[str, Any]:
    card = view.card
    kinds = dict.fromkeys(slot.kind_code for slot in view.slots)
    return {
        "slug": card.slug, "version": card.version, "name_zh": card.name_zh,
        "name_en": card.name_en, "summary_zh": card.summary_zh, "summary_en": card.summary_en,
        "zones": list(card.zones), "kind_codes": list(kinds),
    }  # fmt: skip


@blueprint.post(f"{PREFIX}/bundles/<slug>/calculation")
@policy(API)
@operation(
    N_("按房子算一套方案；什么也不存"), tag=BUNDLES, result=CalculationOut, body=CalculationIn,
    errors=(404,),
)  # fmt: skip
def calculate_bundle(call: Call, slug: str) -> dict[str, Any]:
    """Quantities, packs, price and carbon, as the configurator shows them."""
    region, at = call.body["region"], now()
    with reading() as session:
        choices = choices_of(session, slug, call.body)
        found = bundle_service.price(session, slug, choices, region, at)
        priced = price_selection(
            session, found.lines, found.bundle.card.id, region, call.account_id or None, at
        )
    return _calculation(found, priced)


def choices_of(session: Session, slug: str, body: Mapping[str, Any]) -> Choices:
    """What was chosen for a bundle. Raises ValidationError for what it does not ask or
    outside the limits it asks in, BundleNotFound.
    """
    asked = {q.key: q for q in questions_of(bundles.get_live(session, slug), geometry()).numbers}
    house = body["house"]
    wrong: dict[str, list[str]] = {}
    sorted_in: dict[bool, dict[str, Decimal]] = {True: {}, False: {}}
    for key, value in house["numbers"].items():
        question = asked.get(key)
        if question is None:
            wrong[key] = [gettext("这套方案不问这一项")]
        elif not question.least <= value <= question.most:
            wrong[key] = [
                gettext("要在 %(low)s 到 %(high)s 之间", low=question.least, high=question.most)
            ]
        else:
            sorted_in[question.is_area][key] = value
    if wrong:
        raise ValidationError({"house": {"numbers": wrong}})
    answers = HouseAnswers(
        archetype=house["archetype"],
        numbers=sorted_in[False],
        areas=sorted_in[True],
        unsure=frozenset(house["unsure"]),
        wall_mm=house["wall_mm"],
        altitude_m=house["altitude_m"],
        snow=house["snow"],
    )
    return Choices(answers, dict(body["options"]))


def _calculation(found: Calculation, priced: Priced) -> dict[str, Any]:
    low, high = found.labour_fen
    return {
        "slug": found.bundle.card.slug,
        "version": found.bundle.card.version,
        "region": found.region,
        "zone": found.zone,
        "measures": {key: round(value, 4) for key, value in found.values.items()},
        "doubts": [doubt.value for doubt in doubts(found.bundle.site, found.choices.house)],
        "slots": [_slot(item) for item in found.slots],
        "sellers": found.freight,
        "goods_fen": found.goods_fen,
        "freight_fen": found.freight_fen,
        "total_fen": found.total_fen,
        "quote": _quote(priced, found.region),
        "certified_fen": found.certified_fen,
        "certified_share": _rounded(found.certified_share),
        "local_share": _rounded(found.local_share),
        "stars": {str(star): count for star, count in found.stars.items()},
        "use": _use(found, priced),
        "carbon": found.carbon,
        "checks": [
            {"element": c.element, "before": _rounded(c.before), "after": _rounded(c.after),
             "limit": c.limit.u_max if c.limit else None, "passes": c.passes}
            for c in found.checks
        ],
        "labour_low_fen": low,
        "labour_high_fen": high,
    }  # fmt: skip


def _quote(priced: Priced, region: RegionCode | None) -> dict[str, Any]:
    return {
        "goods_fen": priced.goods_fen,
        "freight_fen": priced.freight_fen if region is not None else None,
        "sellers": priced.sellers,
        "discounts": priced.discounts,
        "subsidies": priced.taken_off,
        "payable_fen": priced.total_fen,
        "claims": priced.claimed,
        "blocked": priced.blocked,
    }


def _use(found: Calculation, priced: Priced) -> dict[str, Any] | None:
    use = found.use
    if use is None:
        return None
    winter = use.winter
    return {
        "saved_kwh": _range(use.saving.kwh), "saved_yuan": _range(use.saving.yuan),
        "saved_kg": _range(use.saving.kg),
        "heat_before_kwh": _rounded(winter.before_kwh if winter else None),
        "heat_after_kwh": _rounded(winter.after_kwh if winter else None),
        "fuel": winter.fuel if winter else None,
        "fuel_guessed": winter.fuel_is_guessed if winter else None,
        "new_fuel": winter.new_fuel if winter else None,
        "solar_kw": round(use.solar_kw, 3),
        "money_years": _years(money.money_years(found, priced.total_fen)),
        "carbon_years": _years(use.carbon_years),
    }  # fmt: skip


def _range(value: Range) -> dict[str, float]:
    return {"low": round(value.low, 2), "usual": round(value.usual, 2),
            "high": round(value.high, 2)}  # fmt: skip


def _years(years: money.Years | None) -> dict[str, float | None] | None:
    if years is None:
        return None
    soonest, usual, latest = map(_rounded, years)
    return {"soonest": soonest, "usual": usual, "latest": latest}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _slot(item: FilledSlot) -> dict[str, Any]:
    slot, off = item.slot, item.take_off
    return {
        "key": slot.key, "kind_code": slot.kind_code, "name_zh": slot.name_zh,
        "name_en": slot.name_en, "unit": slot.unit, "base": round(off.base, 4),
        "factor": off.factor, "waste": off.waste, "need": item.need, "skipped": item.skipped,
        "problem": item.problem, "chosen": item.chosen.key if item.chosen else None,
        "options": [_option(option) for option in item.options],
    }  # fmt: skip


def _option(option: Option) -> dict[str, Any]:
    listing = option.listing
    return {
        "key": option.key, "product_id": listing.product_id, "name_zh": listing.name_zh,
        "name_en": listing.name_en, "seller_id": listing.seller_id,
        "seller_name": listing.seller_name, "cost_fen": option.cost_fen,
        "leftover": option.cover.leftover, "lead_days": option.lead_days,
        "packs": [
            {"listing_id": one.id, "pack_size": one.pack_size, "packs": count,
             "price_fen": one.price_fen}
            for one, count in option.packs
        ],
    }  # fmt: skip


@blueprint.get(f"{PREFIX}/promotions")
@policy(API)
@operation(
    N_("现在有的优惠，先结束的在前"), tag=OFFERS, result=page_of(PromotionOut),
    query=PromotionQuery,
)  # fmt: skip
def list_promotions(call: Call) -> Slice[Any]:
    """Automatic promotions that hold at a place now."""
    with reading() as session:
        found = promotions.running_offers(session, call.args.get("region"), now(), _ALL_OFFERS)
    cut = paging.slice_sorted(
        found, call.args, lambda view: (paging.micros(view.draft.ends_at), view.id), int, str
    )
    return Slice([_promotion(view) for view in cut.items], cut.next)


def _promotion(view: PromotionView) -> dict[str, Any]:
    draft = view.draft
    return {
        "id": view.id, "owner": view.ownership.owner.value,
        "seller_id": view.ownership.seller_id, "name_zh": view.name_zh, "name_en": view.name_en,
        "benefit": draft.benefit, "starts_at": draft.starts_at, "ends_at": draft.ends_at,
        "regions": sorted(draft.region_prefixes), "kinds": sorted(draft.kind_codes),
        "product_ids": sorted(draft.product_ids), "min_amount_fen": draft.min_amount_fen,
        "min_star": draft.min_star, "certified_only": draft.certified_only,
        "household_limit": draft.household_limit,
    }  # fmt: skip


@blueprint.get(f"{PREFIX}/providers")
@policy(API)
@operation(
    N_("在一个乡镇干活的施工队"), tag=CREWS, result=page_of(ProviderOut), query=ProviderQuery,
    errors=(404,),
)  # fmt: skip
def list_providers(call: Call) -> Slice[Any]:
    """Approved crews for a place: nearest area first, then the better rated."""
    region = call.args["region"]
    with reading() as session:
        regions.get(session, region)
        found = feeds.crews(session, call.args)
        homes = {view.region.digits: view.region for view in found.items}
        distances = regions.distances(session, region, homes.values())
    items = [_provider(view, distances.get(view.region.digits)) for view in found.items]
    return Slice(items, found.next)


@blueprint.get(f"{PREFIX}/providers/<provider_id>")
@policy(API)
@operation(N_("一个施工队"), tag=CREWS, result=ProviderOut, errors=(404,))
def show_provider(call: Call, provider_id: str) -> dict[str, Any]:
    """One approved crew."""
    with reading() as session:
        return _provider(providers.get_provider(session, provider_id), None)


def _provider(view: ProviderView, distance_km: int | None) -> dict[str, Any]:
    tenths = view.rating.average_tenths
    return {
        "id": view.id, "name": view.name, "region": view.region,
        "introduction": view.introduction, "trades": view.trades, "areas": view.areas,
        "rating": None if tenths is None else Decimal(tenths) / 10,
        "ratings": view.rating.count, "free": view.free, "craftsmen": view.craftsmen,
        "distance_km": distance_km,
    }  # fmt: skip
