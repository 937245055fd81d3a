"""The built-up wall, roof, window and door, the heat they let out, and what a year saves. Pure.

An element that the bundle does not touch stays as it is; one that it covers in part counts by
its share of the area.
"""

from collections.abc import Mapping, Sequence

from market.bundles import energy, insulation
from market.bundles.archetypes import Construction, constructions
from market.bundles.energy import Fuel, Heating, Range, Saving
from market.bundles.house import HouseAnswers
from market.bundles.insulation import Layer, Limit, UCheck
from market.bundles.materials import limit_for, materials
from market.bundles.reference import (
    coefficients,
    fuel_of,
    fuels,
    heat_pump,
    solar_kwh_per_kw,
    usual_fuel,
    zone_degree_days,
)
from market.bundles.types import FilledSlot, HeatLoss, Winter
from market.regions.types import ClimateZone

HEAT_PUMPS = frozenset({"ashp", "fancoil"})
PUMP = "heat_pump"
_PANELS = "pv"
_AREAS = {"wall": "wall_net", "roof": "roof_flat", "window": "window_area", "door": "door_area",
          "floor": "ground_area"}  # fmt: skip


def checks(
    house: HouseAnswers, slots: Sequence[FilledSlot], zone: ClimateZone | None
) -> list[UCheck]:
    """Wall, roof, window and door against the limit, as far as the bundle touches them."""
    active = [item for item in slots if not item.skipped and item.need > 0]

    def limit(element: str) -> Limit | None:
        return limit_for(zone.zone, zone.major, element) if zone else None

    found = []
    for element in ("wall", "roof"):
        layers = _layers(active, element)
        if layers:
            base = _now(house)[element].resistance or 0.0
            found.append(insulation.check(element, base, layers, limit(element)))
    for element in ("window", "door"):
        u_value = next((u for i in active if i.slot.element == element and (u := _whole(i))), None)
        if u_value is not None:
            before = _now(house)[element].u_value
            found.append(UCheck(element, before, u_value, limit(element)))
    return found


def _now(house: HouseAnswers) -> dict[str, Construction]:
    """The constructions of the house as it is."""
    known, picture = constructions(), house.picture
    return {
        "wall": house.wall, "roof": known[picture.roof], "window": known[picture.window],
        "door": known["door_wood"], "floor": known["ground"],
    }  # fmt: skip


def _whole(item: FilledSlot) -> float | None:
    """U of a whole window or door: the product's own, otherwise the material's."""
    own = item.chosen.listing.attributes.get("u_value_w_m2k") if item.chosen else None
    if isinstance(own, int | float):
        return float(own)
    known = materials().get(item.material_key)
    return known.u_value if known else None


def _layers(slots: Sequence[FilledSlot], element: str) -> list[Layer]:
    layers = []
    for item in slots:
        known = materials().get(item.material_key)
        if item.slot.element != element or not known:
            continue
        if known.thickness_mm and known.conductivity:
            count = item.slot.layers * item.take_off.factor
            named = known if item.chosen else item.slot
            thick = known.thickness_mm * count
            layers.append(Layer(named.name_zh, thick, known.conductivity, named.name_en, known.key))
    return layers


def winter(
    house: HouseAnswers,
    values: Mapping[str, float],
    slots: Sequence[FilledSlot],
    found: Sequence[UCheck],
    zone: ClimateZone | None,
) -> Winter | None:
    """The heat of a winter; None without a place, or when nothing changes it."""
    new_pump = any(item.is_bought and item.material_key in HEAT_PUMPS for item in slots)
    if zone is None or not (found or new_pump):
        return None
    losses = _losses(house, values, slots, found)
    new_windows = any(check.element == "window" for check in found)
    known, volume = coefficients(), values["floor_area"] * values["h"]
    air_old = known["air_old"].range.usual * volume
    air_new = known["air_new"].range.usual * volume if new_windows else air_old
    areas = {row.element: row.area for row in losses}
    before = energy.heat_loss(areas, {row.element: row.before for row in losses}, air_old)
    after = energy.heat_loss(areas, {row.element: row.after for row in losses}, air_new)
    days = Range.of(zone.hdd18) if zone.hdd18 is not None else zone_degree_days()[zone.zone]
    factor = known["part_time"].range.usual
    fuel = house.fuel if house.fuel in fuels() else usual_fuel(zone.major)
    return Winter(
        losses=tuple(losses),
        air=(air_old, air_new),
        h_before=before,
        h_after=after,
        degree_days=days,
        before_kwh=energy.heat_demand(before, days.usual, factor),
        after_kwh=energy.heat_demand(after, days.usual, factor),
        fuel=fuel,
        fuel_is_guessed=fuel != house.fuel,
        new_fuel=PUMP if new_pump else fuel,
    )


def _losses(
    house: HouseAnswers,
    values: Mapping[str, float],
    slots: Sequence[FilledSlot],
    found: Sequence[UCheck],
) -> list[HeatLoss]:
    after = {check.element: check.after for check in found}
    rows = []
    for element, now in _now(house).items():
        area = values[_AREAS[element]]
        u_before = now.u_value or insulation.transmission(now.resistance or 0.0, ())
        share = _covered(slots, element, area) if element in after else 0.0
        u_after = u_before + share * (after.get(element, u_before) - u_before)
        rows.append(HeatLoss(element, area, u_before, u_after))
    return rows


def _covered(slots: Sequence[FilledSlot], element: str, area: float) -> float:
    """The share of an element that the bundle's material covers."""
    if element not in ("wall", "roof") or area <= 0:
        return 1.0
    laid = [
        item.take_off.base / item.slot.layers
        for item in slots
        if item.slot.element == element and not item.skipped and item.need > 0
    ]
    return min(1.0, max(laid, default=0.0) / area)


def saving(found: Winter, province: str) -> Saving:
    """What the winter saves a year."""
    known = coefficients()
    return energy.save_heat(
        Heating(
            h_before=found.h_before,
            h_after=found.h_after,
            degree_days=found.degree_days,
            part_time=known["part_time"].range,
            take_back=known["take_back"].range,
            before=fuel_of(found.fuel, province),
            after=_new(found, province),
        )
    )


def _new(found: Winter, province: str) -> Fuel:
    return heat_pump(province) if found.new_fuel == PUMP else fuel_of(found.fuel, province)


def solar(slots: Sequence[FilledSlot], province: str) -> tuple[float, Saving] | None:
    """(kW of the panels that are bought, what they make a year)."""
    watts = sum(x.take_off.quantity for x in slots if x.is_bought and x.material_key == _PANELS)
    per_kw = solar_kwh_per_kw(province)
    if not watts or per_kw is None:
        return None
    return watts / 1000, energy.make_power(watts / 1000, per_kw, fuel_of("electricity", province))
