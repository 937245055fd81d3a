"""Which questions a bundle asks of a household. Pure: read off its formulas."""

from dataclasses import dataclass
from decimal import Decimal

from market.bundles.house import MEASURES, ROOM, TYPED_AREAS, Measure
from market.bundles.takeoff import Geometry, derived_of, formula, inputs_of
from market.bundles.types import BundleView

# Asked for only when somebody opens "更多尺寸": a picture answers them well enough.
_MINOR = frozenset({"door_area", "eave", "pitch_deg", "wwr_s", "wwr_n", "wwr_ew", "pv_m2_per_kw"})


@dataclass(frozen=True, slots=True)
class Question:
    """One number to ask for, with the limits that hold for this bundle."""

    measure: Measure
    least: Decimal
    most: Decimal
    is_area: bool = False
    is_minor: bool = False

    @property
    def key(self) -> str:
        return self.measure.key


@dataclass(frozen=True, slots=True)
class Questions:
    """Everything a bundle asks: areas first, then lengths, then the small print."""

    numbers: tuple[Question, ...]
    asks_archetype: bool
    asks_wall: bool
    asks_fuel: bool = False
    asks_altitude: bool = False
    asks_snow: bool = False

    @property
    def major(self) -> list[Question]:
        return [question for question in self.numbers if not question.is_minor]

    @property
    def minor(self) -> list[Question]:
        return [question for question in self.numbers if question.is_minor]


def questions_of(bundle: BundleView, geometry: Geometry) -> Questions:
    """The questions of a bundle, in the order of the page."""
    inputs = inputs_of(bundle.formulas, geometry)
    if any(slot.room for slot in bundle.slots):
        inputs |= set(ROOM)
    derived = _reachable(bundle.formulas, geometry)
    asked = [
        *(
            _question(TYPED_AREAS[key], bundle, is_area=True)
            for key in TYPED_AREAS
            if key in derived
        ),
        *(_question(MEASURES[key], bundle) for key in MEASURES if key in inputs),
    ]
    return Questions(
        tuple(asked),
        asks_archetype="floors" in inputs or "pitch_deg" in inputs or bool(bundle.site.archetypes),
        asks_wall=any(slot.element == "wall" for slot in bundle.slots),
        asks_fuel=any(slot.element for slot in bundle.slots),
        asks_altitude=bundle.site.most_altitude_m is not None,
        asks_snow=bundle.site.little_snow,
    )


def _question(measure: Measure, bundle: BundleView, *, is_area: bool = False) -> Question:
    least, most = bundle.ranges.get(measure.key, (measure.least, measure.most))
    return Question(
        measure, Decimal(str(least)), Decimal(str(most)), is_area, measure.key in _MINOR
    )


def _reachable(texts: list[str], geometry: Geometry) -> set[str]:
    found: set[str] = set()
    waiting = derived_of(texts, geometry)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting |= {n for n in formula(geometry[name]).names if n in geometry}
    return found
