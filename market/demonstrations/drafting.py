"""From what a house was built with to the slots of a bundle, and to the heat it needs. Pure.

A quantity that divides plausibly by the area of the part it went into becomes "so much for each
m² of it"; anything else stays the number that was used. Both are estimates from one house, and
every slot says so. The bounds of what is plausible are proposals (示例).
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from market.bundles.house import HouseAnswers, measured
from market.bundles.materials import geometry, materials
from market.bundles.takeoff import take_off
from market.bundles.types import FilledSlot, Slot, Winter
from market.bundles.warmth import checks, winter
from market.demonstrations.types import BillLine, Place, ProjectDraft, ProjectKind
from market.kernel.quantity import decimal_text
from market.regions.types import ClimateZone
from market.uses.types import Use

# What a slot may be counted in; goods in other units stay out of a clone.
UNITS = frozenset({"m2", "m", "m3", "kg", "t", "l", "w", "piece", "set", "roll"})
# Least and most of a unit for each m² of the part.
_PLAUSIBLE: Mapping[str, tuple[float, float]] = {
    "m2": (0.3, 2.6), "m": (0.1, 20), "m3": (0.005, 1), "kg": (0.05, 80), "t": (0.001, 1),
    "l": (0.02, 5), "piece": (0.05, 30), "roll": (0.005, 1),
}  # fmt: skip
_MEASURES: Mapping[Place, str] = {
    Place.WALL: "wall_net", Place.ROOF: "roof_flat", Place.WINDOW: "window_area",
    Place.DOOR: "door_area", Place.FLOOR: "floor_area",
}  # fmt: skip
_INSULATION = "G105"  # lies flat on the ceiling; other roofing follows the slope
_NAMES: Mapping[Place, tuple[str, str]] = {
    Place.WALL: ("外墙", "outer wall"), Place.ROOF: ("屋面", "roof"),
    Place.WINDOW: ("外窗", "windows"), Place.DOOR: ("外门", "outer doors"),
    Place.FLOOR: ("地面", "floor"), Place.OTHER: ("", ""),
}  # fmt: skip
_WRITTEN = {"m2": "m²", "m3": "m³"}
_TWO_LAYERS = 1.6
_STRUCTURAL = frozenset(
    {"G101", "G102", "G103", "G104", "G106", "G108", "X01", "X02", "X03", "X07"}
)
_OUTDOOR = frozenset({"G202", "G204", "G206", "G302", "G505", "G508", "X04", "X06", "X13"})


def values_of(house: HouseAnswers) -> dict[str, float]:
    """All measures of a project's house. Raises FormulaError on nonsense."""
    return measured(house, {}, geometry())


def usual_place(kind_code: str) -> Place:
    """Where goods of a kind go unless somebody says otherwise."""
    return {
        "G201": Place.WINDOW, "G202": Place.WINDOW, "G206": Place.DOOR, "G304": Place.WALL,
        "G302": Place.ROOF,
    }.get(kind_code, Place.OTHER)  # fmt: skip


def usual_use(kind_code: str, place: Place) -> Use:
    """What goods of a kind are used for in a part of the house unless somebody says otherwise."""
    if kind_code in _STRUCTURAL:
        return Use.STRUCTURAL
    if place is Place.OTHER:
        return Use.OUTDOOR if kind_code in _OUTDOOR else Use.INDOOR
    return Use.INDOOR if place is Place.FLOOR else Use.OUTDOOR


def slots_of(
    bill: Iterable[BillLine], values: Mapping[str, float], offered: AbstractSet[str]
) -> tuple[Slot, ...]:
    """A slot for each material (or kind, where that is all that is known), part, unit and use:
    bonding and render mortar of one wall are two things. The product that cost most is named
    while it is `offered`.
    """
    ordered = sorted((line for line in bill if line.unit in UNITS), key=_group)
    return tuple(_slot(list(lines), values, offered) for _key, lines in groupby(ordered, _group))


def left_out(bill: Iterable[BillLine]) -> list[BillLine]:
    """Lines in units that no slot is counted in."""
    return [line for line in bill if line.unit not in UNITS]


def _group(line: BillLine) -> tuple[int, str, str, str, str]:
    return list(Place).index(line.place), line.kind_code, line.material_key, line.unit, line.use


def _slot(
    lines: Sequence[BillLine], values: Mapping[str, float], offered: AbstractSet[str]
) -> Slot:
    lead = max(lines, key=lambda line: (line.amount_fen, line.id))
    used = sum((line.quantity for line in lines), Decimal(0))
    measure = _measure(lead)
    ratio = _ratio(used, values.get(measure, 0.0), lead.unit)
    known = materials().get(lead.material_key)
    where = _NAMES[lead.place]
    zh, en = _notes(used, lead, values.get(measure, 0.0), ratio)
    return Slot(
        key=_key(lead),
        kind_code=lead.kind_code,
        name_zh=known.name_zh if known else lead.kind_zh[:60],
        name_en=known.name_en if known else lead.kind_en[:100],
        unit=lead.unit,
        quantity=_number(used) if ratio is None else f"{_number(ratio)}*{measure}",
        waste=0.0,
        material_key=lead.material_key or None,
        purpose_zh=where[0],
        purpose_en=where[1].capitalize(),
        element=_element(lead),
        layers=2 if ratio is not None and ratio > _TWO_LAYERS and _insulates(lead) else 1,
        note_zh=zh,
        note_en=en,
        use_key=lead.use.value,
        product_id=lead.product_id if lead.product_id in offered else "",
    )


def _key(lead: BillLine) -> str:
    """Two slots of one material and part differ in their use; only the unusual one is named."""
    parts = [lead.material_key or lead.kind_code, lead.place, lead.unit]
    if lead.use is not usual_use(lead.kind_code, lead.place):
        parts.append(lead.use.value.replace("_", "-"))
    return "-".join(parts).lower()


def _measure(line: BillLine) -> str:
    if line.place is Place.ROOF and line.kind_code != _INSULATION:
        return "roof_slope"
    return _MEASURES.get(line.place, "")


def _ratio(used: Decimal, area: float, unit: str) -> Decimal | None:
    """So much for each m², to four decimals; None when that is not plausible."""
    if area <= 0 or unit not in _PLAUSIBLE:
        return None
    ratio = (used / Decimal(str(area))).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    least, most = _PLAUSIBLE[unit]
    return ratio if least <= ratio <= most else None


def _notes(used: Decimal, line: BillLine, area: float, ratio: Decimal | None) -> tuple[str, str]:
    unit, total = _WRITTEN.get(line.unit, line.unit), decimal_text(used)
    if ratio is None:
        return (
            f"估算：照示范工程用的 {total} {unit}，没有按面积折算",
            f"Estimate: the {total} {unit} of the project, not scaled by an area",
        )
    zh, en = _NAMES[line.place]
    whole, each = decimal_text(Decimal(str(round(area, 1)))), decimal_text(ratio)
    return (
        f"估算：示范工程{zh} {whole} m² 用了 {total} {unit}，每 m² {each}，含整包余量",
        f"Estimate: {total} {unit} for {whole} m² of {en}, {each} for each m², whole packs",
    )


def _number(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _insulates(line: BillLine) -> bool:
    known = materials().get(line.material_key)
    return bool(known and known.thickness_mm and known.conductivity)


def _element(line: BillLine) -> str:
    """The element whose heat loss the goods change, as far as their data say so."""
    if line.place in (Place.WALL, Place.ROOF):
        return line.place.value if _insulates(line) else ""
    known = materials().get(line.material_key)
    glazed = line.place in (Place.WINDOW, Place.DOOR) and known is not None and known.u_value
    return line.place.value if glazed and line.unit == "m2" else ""


def heat_of(
    draft: ProjectDraft, bill: Iterable[BillLine], zone: ClimateZone | None
) -> Winter | None:
    """The heat of a winter before and after, by the factors that bundles use; None for a
    facility, without a climate zone, or when nothing on the bill changes it."""
    if draft.kind is ProjectKind.FACILITY:
        return None
    values = values_of(draft.house)
    slots = slots_of(bill, values, frozenset())
    sums = take_off([slot.formula for slot in slots], values)
    filled = [FilledSlot(slot, off, (), None) for slot, off in zip(slots, sums, strict=True)]
    return winter(draft.house, values, filled, checks(draft.house, filled, zone), zone)
