"""Units, sums and standings of carbon declarations. Pure; exact decimals throughout."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from market.footprints.errors import (
    ConversionStated,
    FactorUnitUnfit,
    UnitNotConvertible,
    UnitUnknown,
)
from market.footprints.types import Stage, Standing
from market.kernel.clock import shanghai_date
from market.kernel.i18n import N_, Word
from market.kernel.quantity import UNITS

# Units of factors that nothing is sold by.
FACTOR_UNITS: dict[str, str] = {
    "t": UNITS["t"], "kg": "kg", "m3": "m³", "m2": "m²", "m": UNITS["m"], "l": "L",
    "kwh": "kWh", "gj": "GJ", "tkm": "t·km", "piece": UNITS["piece"],
}  # fmt: skip
GASES = {"CO2e": "kgCO₂e", "CO2": "kgCO₂"}
CATEGORIES: dict[str, str] = {
    "concrete": N_("混凝土"), "masonry": N_("砌体与水泥"), "steel": N_("钢材"),
    "metal_glass": N_("金属与玻璃"), "windows": N_("门窗"), "insulation": N_("保温"),
    "boards": N_("板材"), "pipes": N_("管材"), "plastics": N_("塑料"), "other": N_("其他"),
    "transport": N_("运输"), "electricity": N_("电力"), "fuel": N_("燃料和热力"),
}  # fmt: skip
# How many of the second unit one of the first is. Nothing else follows from physics alone.
_EXACT: dict[tuple[str, str], Decimal] = {
    ("t", "kg"): Decimal(1000),
    ("m3", "l"): Decimal(1000),
    ("kwp", "w"): Decimal(1000),
    ("kg", "t"): Decimal("0.001"),
    ("l", "m3"): Decimal("0.001"),
    ("w", "kwp"): Decimal("0.001"),
}
LABEL_PLACES = Decimal("0.0001")
YEARS = 5  # the longest a declaration may hold: ISO 14025 programmes grant five


def exact_factor(one: str, other: str) -> Decimal | None:
    """How many `other` one `one` is when the units alone say so; None when they do not."""
    return Decimal(1) if one == other else _EXACT.get((one, other))


def declared_units(product_unit: str, declared: str, stated: Decimal | None, basis: str) -> Decimal:
    """How many declared units one unit of the product is.

    Raises UnitUnknown, UnitNotConvertible without a factor and where it comes from, and
    ConversionStated when a stated factor contradicts the units.
    """
    if declared not in UNITS:
        raise UnitUnknown(field="unit", unit=declared)
    known = exact_factor(product_unit, declared)
    if known is not None:
        if stated is not None and stated != known:
            raise ConversionStated(field="per_product_unit", factor=f"{known:f}")
        return known
    if stated is None or stated <= 0 or not basis.strip():
        raise UnitNotConvertible(
            field="per_product_unit",
            unit=Word(UNITS[declared]),
            product_unit=Word(UNITS[product_unit]),
        )
    return stated


def line_kg(amount: Decimal, unit: str, kg_per_unit: Decimal, factor_unit: str) -> Decimal:
    """amount × factor, after the amount was brought to the factor's unit; exact.

    Raises FactorUnitUnfit when the units do not say how.
    """
    times = exact_factor(unit, factor_unit)
    if times is None:
        raise FactorUnitUnfit(
            field="amount_unit", unit=Word(FACTOR_UNITS.get(unit, unit)),
            factor_unit=Word(FACTOR_UNITS.get(factor_unit, factor_unit)),
        )  # fmt: skip
    return amount * times * kg_per_unit


def stage_values(
    typed: Mapping[Stage, Decimal], lines: Iterable[tuple[Stage, Decimal]]
) -> dict[Stage, Decimal]:
    """The value of each stage that has one: the sum of its bill where there is a bill, else
    what was typed. A stage nobody knows is absent, never zero."""
    sums: dict[Stage, Decimal] = {}
    for stage, kg in lines:
        sums[stage] = sums.get(stage, Decimal(0)) + kg
    found = {**typed, **sums}
    return {stage: found[stage] for stage in Stage if stage in found}


def total(stages: Mapping[Stage, Decimal]) -> Decimal | None:
    """The sum of the stages within the boundary (not D) that have a value; None without any."""
    known = [kg for stage, kg in stages.items() if stage is not Stage.BEYOND]
    return sum(known, Decimal(0)) if known else None


def label_value(making_kg: Decimal, per_product_unit: Decimal) -> Decimal:
    """kg CO2e of A1-A3 per unit of the product, rounded half up to four places.

    A1-A3 only: that is what factors of materials hold, so that both can be added up.
    """
    value = making_kg * per_product_unit
    return value.quantize(LABEL_PLACES, ROUND_HALF_UP).normalize()


@dataclass(frozen=True)
class Facts:
    """What the standing of a declaration depends on."""

    state: str
    valid_to: date | None
    withdrawn_at: datetime | None
    superseded_at: datetime | None


def standing(facts: Facts, now: datetime) -> Standing:
    """What a declaration means at an instant. Withdrawn stays withdrawn; a superseded one is no
    longer the label even while its dates would hold."""
    if facts.withdrawn_at is not None:
        return Standing.WITHDRAWN
    if facts.state != Standing.VERIFIED:
        return Standing(facts.state)
    if facts.superseded_at is not None:
        return Standing.SUPERSEDED
    if facts.valid_to is not None and shanghai_date(now) > facts.valid_to:
        return Standing.EXPIRED
    return Standing.VERIFIED
