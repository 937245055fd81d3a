"""A bundle on a few houses before it is offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.bundles.archetypes import Archetype, by_place
from market.bundles.calculate import calculate
from market.bundles.expressions import FormulaError
from market.bundles.house import HouseAnswers
from market.bundles.types import BundleView, Calculation, Choices
from market.kernel.region_code import RegionCode

HOUSES = 4


@dataclass(frozen=True, slots=True)
class TestHouse:
    """What a bundle gives for one house; no `found` when its formulas do not hold there."""

    archetype: Archetype
    found: Calculation | None


def houses_for(
    session: Session, bundle: BundleView, region: RegionCode | None, now: datetime
) -> list[TestHouse]:
    """The usual houses of a place with their sums, in as many statements each as the page of a
    household makes."""
    usual: Sequence[Archetype] = by_place(region.digits if region else None)[0][:HOUSES]
    return [TestHouse(house, _sums(session, bundle, house, region, now)) for house in usual]


def _sums(
    session: Session, bundle: BundleView, house: Archetype, region: RegionCode | None, now: datetime
) -> Calculation | None:
    choices = Choices(HouseAnswers(archetype=house.key))
    try:
        return calculate(session, bundle, choices, region, now)
    except FormulaError:
        return None
