"""One house, one bundle, one township: quantities, options, price, carbon, warmth, labour."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from market.bundles import carbon, energy, warmth
from market.bundles.carbon import CarbonTotal
from market.bundles.compatible import clashes
from market.bundles.energy import Range
from market.bundles.gone import gone_of
from market.bundles.gone_types import Gone
from market.bundles.house import measured
from market.bundles.materials import geometry
from market.bundles.optimise import Fee
from market.bundles.options import Around, carbon_line, fill, options_for, sorted_out
from market.bundles.takeoff import TakeOff, formula, take_off
from market.bundles.types import (
    BundleView,
    Calculation,
    Choices,
    FilledSlot,
    LabourRange,
    Option,
    Refused,
    SellerFreight,
    Slot,
    UsePhase,
    Winter,
)
from market.catalogue import queries as catalogue
from market.catalogue.types import ListingView
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.regions.types import ClimateZone
from market.sellers.freight import quote
from market.sellers.queries import FreightTo, freight_to
from market.uses import queries as uses


@dataclass(frozen=True, slots=True)
class Menu:
    """All that is on offer for a house in a township, before anything is chosen."""

    bundle: BundleView
    house: Mapping[str, float]
    region: RegionCode | None
    zone: ClimateZone | None
    rows: tuple[tuple[Slot, TakeOff, tuple[Option, ...], int], ...]
    freight: FreightTo | None
    fees: Mapping[str, Fee]
    barred: Mapping[str, tuple[Refused, ...]]
    gone: Mapping[str, Gone] = field(default_factory=dict)


def calculate(
    session: Session,
    bundle: BundleView,
    choices: Choices,
    region: RegionCode | None,
    now: datetime,
    holder: str | None = None,
) -> Calculation:
    """Everything the configurator shows. Without a region: no zone factors, no freight. What is
    kept for the cart of `holder` is in stock for it."""
    return settle(menu(session, bundle, choices, region, now, holder), choices)


def menu(
    session: Session,
    bundle: BundleView,
    choices: Choices,
    region: RegionCode | None,
    now: datetime,
    holder: str | None = None,
) -> Menu:
    """What fills every slot of a house, in a fixed number of statements; a few more when
    something that was chosen or named is not to be had."""
    zone = regions.climate_zone(session, region.digits) if region else None
    house = measured(choices.house, bundle.defaults, geometry())
    offs = take_off([s.formula for s in bundle.slots], house, zone.zone if zone else None)
    freight = freight_to(session, region) if region else None
    reach = freight.reach if freight else None
    offered = _listings(session, bundle, region, freight, now, holder)
    makers = {x.maker_region for row in offered for x in row if x.maker_region}
    km = regions.distances(session, region, makers) if region and makers else {}
    fees = _fees(freight, {x.seller_id for row in offered for x in row}) if freight else {}
    around = Around(fees, region, km, house)
    rules = uses.list_rules(session) if any(slot.use_key for slot in bundle.slots) else ()
    rows, barred = [], {}
    for slot, off, listings in zip(bundle.slots, offs, offered, strict=True):
        allowed, barred[slot.key] = sorted_out(slot, listings, rules)
        options = tuple(options_for(slot, off.need, allowed, around))
        rows.append((slot, off, options, len(allowed)))
    gone = gone_of(session, rows, choices, region, reach, rules, now)
    return Menu(bundle, house, region, zone, tuple(rows), freight, fees, barred, gone)


def settle(menu: Menu, choices: Choices) -> Calculation:
    """The sums of what is chosen from a menu. Pure."""
    bundle, zone = menu.bundle, menu.zone
    slots = tuple(
        _explained(
            fill(slot, off, options, choices.options.get(slot.key), offered, menu.barred[slot.key]),
            menu.gone.get(slot.key),
        )
        for slot, off, options, offered in menu.rows
    )
    checks = warmth.checks(choices.house, slots, zone)
    winter = warmth.winter(choices.house, menu.house, slots, checks, zone)
    found = Calculation(
        bundle=bundle,
        choices=choices,
        values=menu.house,
        region=menu.region,
        zone=zone.zone if zone else None,
        slots=slots,
        freight=tuple(_freight(slots, menu.freight, menu.region)),
        carbon=_carbon(slots),
        checks=tuple(checks),
        labour=tuple(_labour(bundle, menu.house)),
        clashes=clashes(bundle.rules, slots),
    )
    return replace(found, use=_use(found, winter))


def _explained(item: FilledSlot, gone: Gone | None) -> FilledSlot:
    """The slot with what is missing from it, where that is its problem."""
    told = ("choice_gone", "named_gone", "none_here")
    return replace(item, gone=gone) if gone and item.problem in told else item


def keeping_limits(menu: Menu, choices: Choices, item: FilledSlot) -> tuple[Option, ...]:
    """The options of a slot with which its element keeps the limit of the place; all of them
    when none does."""
    if not item.slot.element:
        return item.options
    kept = tuple(
        option
        for option in item.options
        if not any(
            check.passes is False
            for check in warmth.checks(choices.house, [replace(item, chosen=option)], menu.zone)
        )
    )
    return kept or item.options


def _fees(freight: FreightTo, seller_ids: Iterable[str]) -> dict[str, Fee]:
    """Every seller's freight to the household, once and by weight."""
    found = ((seller_id, freight.fee(seller_id)) for seller_id in seller_ids)
    return {seller_id: Fee(*fee) for seller_id, fee in found if fee is not None}


def _use(found: Calculation, winter: Winter | None) -> UsePhase | None:
    """What a year saves, and after how many years the carbon is back; money: see `money.py`."""
    province = found.region.digits[:2] if found.region else ""
    panels = warmth.solar(found.slots, province) if province else None
    parts = [warmth.saving(winter, province)] if winter else []
    parts += [panels[1]] if panels else []
    if not parts:
        return None
    saved = parts[0] if len(parts) == 1 else energy.add(*parts)
    kg = float(found.carbon.kg)
    return UsePhase(
        saving=saved,
        winter=winter,
        solar_kw=panels[0] if panels else 0.0,
        carbon_years=energy.payback_years(Range.of(kg), saved.kg) if kg else None,
    )


def _listings(
    session: Session,
    bundle: BundleView,
    region: RegionCode | None,
    freight: FreightTo | None,
    now: datetime,
    holder: str | None,
) -> list[list[ListingView]]:
    """Per slot the listings of its own material and of those that may stand in, and those of
    the product its author chose."""
    wanted = {(slot.kind_code, key) for slot in bundle.slots for key in slot.materials}
    found = catalogue.listings_for_materials(session, wanted, region, now, freight, holder=holder)
    chosen = {slot.product_id for slot in bundle.slots if slot.product_id}
    named = catalogue.listings_of_products(session, chosen, region, now)
    return [
        _together(
            [x for key in slot.materials for x in found.get((slot.kind_code, key), [])],
            [x for x in named if x.product_id == slot.product_id],
        )
        for slot in bundle.slots
    ]


def _together(cheapest: list[ListingView], named: list[ListingView]) -> list[ListingView]:
    """The cheapest, and what the author chose though it is not among them."""
    known = {listing.id for listing in cheapest}
    return cheapest + [listing for listing in named if listing.id not in known]


def _freight(
    slots: Sequence[FilledSlot], freight: FreightTo | None, region: RegionCode | None
) -> list[SellerFreight]:
    """One row per seller of the chosen goods."""
    parts: dict[str, list[FilledSlot]] = {}
    for item in slots:
        if item.chosen is not None:
            parts.setdefault(item.chosen.listing.seller_id, []).append(item)
    rows = []
    for seller_id in sorted(parts):
        chosen = [item.chosen for item in parts[seller_id] if item.chosen]
        weight = sum(option.weight_g for option in chosen)
        table = freight.table(seller_id) if freight else None
        found = quote(table, region, weight) if table and region else None
        rows.append(
            SellerFreight(
                seller_id,
                chosen[0].listing.seller_name,
                sum(option.cost_fen for option in chosen),
                weight,
                found.total_fen if found else None,
            )
        )
    return rows


def _carbon(slots: Sequence[FilledSlot]) -> CarbonTotal:
    active = [item for item in slots if not item.skipped and item.need > 0]
    return carbon.add_up(
        [
            (item.chosen.carbon if item.chosen else None) or carbon_line(item.slot, item.need, None)
            for item in active
        ]
    )


def _labour(bundle: BundleView, values: Mapping[str, float]) -> list[LabourRange]:
    rows = []
    for row in bundle.labour:
        quantity = max(0.0, formula(row.quantity).evaluate(values))
        low, high = (
            int((Decimal(str(quantity)) * rate).to_integral_value())
            for rate in (row.low_fen, row.high_fen)
        )
        rows.append(LabourRange(row, quantity, low, high))
    return rows
