"""Checking formulas while they are written, with the fault in words and its place."""

from collections.abc import Mapping

from market.bundles.errors import FormulaRefused
from market.bundles.expressions import FormulaError
from market.bundles.house import trial_house
from market.bundles.materials import geometry
from market.bundles.takeoff import check


def known_names() -> frozenset[str]:
    """Every name a formula may use."""
    return frozenset(trial_house({}, geometry()))


def checked(text: str, defaults: Mapping[str, float], field: str = "quantity") -> float:
    """The value of a formula on the test house. Raises `FormulaRefused` beside its field."""
    try:
        house = trial_house(defaults, geometry())
        return check(text, set(house), house)
    except FormulaError as fault:
        raise FormulaRefused(fault.code, fault.position, fault.found, field=field) from fault
