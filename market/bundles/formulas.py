"""Checking formulas while they are written, with the fault in words and its place."""

from collections.abc import Mapping

from market.bundles.errors import FormulaRefused
from market.bundles.expressions import FormulaError
from market.bundles.house import trial_house
from market.bundles.materials import geometry
from market.bundles.takeoff import check
from market.bundles.units import check_units


def known_names() -> frozenset[str]:
    """Every name a formula may use."""
    return frozenset(trial_house({}, geometry()))


def checked(text: str, defaults: Mapping[str, float], unit: str, field: str = "quantity") -> float:
    """The value of a formula on the test house, counted in `unit`.

    Raises `FormulaRefused` beside its field, with the position of the fault.
    """
    try:
        house = trial_house(defaults, geometry())
        value = check(text, set(house), house)
        check_units(text, unit)
        return value
    except FormulaError as fault:
        raise FormulaRefused(fault.code, fault.position, fault.found, field=field) from fault
