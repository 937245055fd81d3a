"""One house, one bundle, one township: quantities, options, price, carbon, U-values, labour."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from market.bundles import carbon, insulation
from market.bundles.archetypes import constructions
from market.bundles.carbon import CarbonLevel, CarbonLine, CarbonTotal
from market.bundles.house import measured
from market.bundles.materials import geometry, limit_for, materials
from market.bundles.options import fill, options_for
from market.bundles.takeoff import TakeOff, formula, take_off
from market.bundles.types import (
    BundleView,
    Calculation,
    Choices,
    FilledSlot,
    LabourRange,
    SellerFreight,
)
from market.catalogue import queries as catalogue
from market.catalogue.types import ListingView
from market.kernel.region_code import RegionCode
from market.regions import queries as regions
from market.regions.types import ClimateZone
from market.sellers import queries as sellers
from market.sellers.freight import quote
from market.sellers.types import FreightTable


def calculate(
    session: Session,
    bundle: BundleView,
    choices: Choices,
    region: RegionCode | None,
    now: datetime,
) -> Calculation:
    """Everything the configurator shows. Without a region: no zone factors, no freight."""
    zone = regions.climate_zone(session, region.digits) if region else None
    values = measured(choices.house, bundle.defaults, geometry())
    offs = take_off([s.formula for s in bundle.slots], values, zone.zone if zone else None)
    offered = _listings(session, bundle, region, now)
    tables = sellers.freight_tables(session, {x.seller_id for row in offered for x in row})
    slots = _fill(bundle, choices, offs, offered, tables=tables, region=region)
    return Calculation(
        bundle=bundle,
        choices=choices,
        values=values,
        region=region,
        zone=zone.zone if zone else None,
        slots=slots,
        freight=tuple(_freight(slots, tables, region)),
        carbon=_carbon(slots),
        checks=tuple(_checks(choices, slots, zone)),
        labour=tuple(_labour(bundle, values)),
    )


def _listings(
    session: Session, bundle: BundleView, region: RegionCode | None, now: datetime
) -> list[list[ListingView]]:
    wanted = [(slot.kind_code, slot.material_key) for slot in bundle.slots]
    found = catalogue.listings_for_materials(session, set(wanted), region, now)
    return [found.get(key, []) for key in wanted]


def _fill(
    bundle: BundleView,
    choices: Choices,
    offs: Sequence[TakeOff],
    offered: Sequence[Sequence[ListingView]],
    *,
    tables: Mapping[str, FreightTable],
    region: RegionCode | None,
) -> tuple[FilledSlot, ...]:
    rows = zip(bundle.slots, offs, offered, strict=True)
    return tuple(
        fill(
            slot,
            off,
            options_for(slot, off.need, listings, tables, region),
            choices.options.get(slot.key),
            len(listings),
        )
        for slot, off, listings in rows
    )


def _freight(
    slots: Sequence[FilledSlot], tables: Mapping[str, FreightTable], region: RegionCode | None
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
        table = tables.get(seller_id)
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
    return carbon.add_up([_carbon_line(s) for s in slots if not s.skipped and s.need > 0])


def _carbon_line(item: FilledSlot) -> CarbonLine:
    """The product's own value, otherwise the material's average or estimate, otherwise missing."""
    listing = item.chosen.listing if item.chosen else None
    if listing is not None and listing.carbon_kg_per_unit is not None:
        level = CarbonLevel(listing.carbon_trust or "declared")
        return CarbonLine(item.slot.key, item.need, listing.carbon_kg_per_unit, level)
    known = materials().get(item.slot.material_key or "")
    if known is not None and known.carbon_kg is not None:
        return CarbonLine(item.slot.key, item.need, known.carbon_kg, known.carbon_level)
    return CarbonLine(item.slot.key, item.need, None, CarbonLevel.MISSING)


def _checks(
    choices: Choices, slots: Sequence[FilledSlot], zone: ClimateZone | None
) -> list[insulation.UCheck]:
    """Wall, roof and window against the limit, as far as the bundle touches them."""
    active = [item for item in slots if not item.skipped and item.need > 0]

    def limit(element: str) -> insulation.Limit | None:
        return limit_for(zone.zone, zone.major, element) if zone else None

    found = []
    house = choices.house
    for element, is_now in (("wall", house.wall), ("roof", constructions()[house.picture.roof])):
        layers = _layers(active, element)
        if layers:
            base = is_now.resistance or 0.0
            found.append(insulation.check(element, base, layers, limit(element)))
    window = constructions()[house.picture.window]
    for item in active:
        known = materials().get(item.slot.material_key or "")
        if item.slot.element == "window" and known and known.u_value:
            found.append(
                insulation.UCheck("window", window.u_value, known.u_value, limit("window"))
            )
    return found


def _layers(slots: Sequence[FilledSlot], element: str) -> list[insulation.Layer]:
    layers = []
    for item in slots:
        known = materials().get(item.slot.material_key or "")
        if item.slot.element != element or not known:
            continue
        if known.thickness_mm and known.conductivity:
            count = item.slot.layers * item.take_off.factor
            layers.append(
                insulation.Layer(item.slot.name_zh, known.thickness_mm * count, known.conductivity)
            )
    return layers


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
