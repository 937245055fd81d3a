"""The house as a household knows it: measures with limits, defaults and the pictures.

Pure. Every measure may be 不清楚: then the default of the chosen picture counts and the
page says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from market.bundles.archetypes import (
    ARCHETYPES,
    DEFAULT_ARCHETYPE,
    Archetype,
    Construction,
    constructions,
)
from market.bundles.expressions import FormulaError
from market.bundles.takeoff import Geometry, measure
from market.kernel.i18n import N_


@dataclass(frozen=True, slots=True)
class Measure:
    """One number to ask for. `usual` is what farmhouses have; outside `least..most` is refused."""

    key: str
    label: str
    hint: str
    unit: str
    default: float
    least: float
    most: float
    step: str = "0.1"


def _m(key: str, label: str, hint: str, unit: str, *numbers: float) -> Measure:
    default, least, most = numbers
    return Measure(key, label, hint, unit, default, least, most)


MEASURES: dict[str, Measure] = {
    item.key: item
    for item in (
        _m("L", N_("长度"), N_("从东墙到西墙"), "m", 10, 3, 40),
        _m("W", N_("进深"), N_("从南墙到北墙"), "m", 8, 3, 25),
        _m("h", N_("每层层高"), N_("地面到屋顶板"), "m", 3, 2.2, 5),
        _m("door_area", N_("外门面积"), N_("所有外门加起来"), "m2", 4.2, 0, 30),
        _m("eave", N_("屋檐挑出"), N_("墙外到屋檐边"), "m", 0.5, 0, 2),
        _m("pitch_deg", N_("屋顶坡度"), N_("平屋顶填 0"), "deg", 22, 0, 60),
        _m("wwr_s", N_("南面窗占墙面"), N_("窗面积除以墙面积，0 到 0.9"), "share", 0.35, 0, 0.9),
        _m("wwr_n", N_("北面窗占墙面"), N_("窗面积除以墙面积，0 到 0.9"), "share", 0.15, 0, 0.9),
        _m("wwr_ew", N_("东西面窗占墙面"), N_("窗面积除以墙面积，0 到 0.9"), "share", 0.1, 0, 0.9),
        _m("bath_n", N_("卫生间几间"), N_("只写数字"), "room", 1, 0, 6),
        _m("kitchen_n", N_("厨房几间"), N_("只写数字"), "room", 1, 0, 4),
        _m(
            "pv_share",
            N_("屋顶能装板的部分"),
            N_("朝南、没有遮挡的那份，0 到 1"),
            "share",
            0.45,
            0,
            1,
        ),
        _m("room_l", N_("卫生间净长"), N_("墙面到墙面"), "m", 2.2, 0.8, 6),
        _m("room_w", N_("卫生间净宽"), N_("墙面到墙面"), "m", 1.8, 0.8, 6),
        _m("room_h", N_("卫生间净高"), N_("地面到梁底"), "m", 2.4, 1.8, 4),
        _m("pv_m2_per_kw", N_("每 kW 占屋顶"), N_("坡屋顶 5，平屋顶 9"), "m2", 5, 3, 15),
    )
}
ROOM = ("room_l", "room_w", "room_h")
# Derived measures a household may know better than the formula (from a plan or a tape).
TYPED_AREAS: dict[str, Measure] = {
    item.key: item
    for item in (
        _m("wall_net", N_("外墙面积，扣掉门窗"), N_("按房型先填好，可以改"), "m2", 0, 0, 3000),
        _m("window_area", N_("外窗面积"), N_("按房型先填好，可以改"), "m2", 0, 0, 1000),
        _m("roof_flat", N_("屋面面积"), N_("按房型先填好，可以改"), "m2", 0, 0, 3000),
        _m("roof_slope", N_("坡屋面面积"), N_("按房型先填好，可以改"), "m2", 0, 0, 3000),
    )
}
_ASKED_FIRST = ("wall_net", "window_area", "roof_flat", "roof_slope")


ALWAYS: Mapping[str, float] = {"people": 4, "floors": 1}


@dataclass(frozen=True, slots=True)
class HouseAnswers:
    """What a household said: a picture, numbers, typed areas, what it does not know.

    `wall_mm` None is "not sure": the wall of the picture counts. `fuel` is what heats the
    house now ("" = not sure), `altitude_m` None and `snow` "" likewise.
    """

    archetype: str = DEFAULT_ARCHETYPE
    numbers: Mapping[str, Decimal] | None = None
    areas: Mapping[str, Decimal] | None = None
    unsure: frozenset[str] = frozenset()
    wall_mm: int | None = None
    fuel: str = ""
    altitude_m: int | None = None
    snow: str = ""  # little or much on the roof, see `siting.py`

    @property
    def picture(self) -> Archetype:
        """The archetype."""
        return ARCHETYPES[self.archetype]

    @property
    def wall(self) -> Construction:
        """The outer wall as it is now."""
        return constructions()[f"brick{self.wall_mm}" if self.wall_mm else self.picture.wall]


def defaults_of(archetype: str, own: Mapping[str, float]) -> dict[str, float]:
    """Every input with its default: common ones, the picture's, the bundle's own."""
    common = {key: item.default for key, item in MEASURES.items()}
    return {**common, **ALWAYS, **ARCHETYPES[archetype].defaults, **own}


def measured(
    answers: HouseAnswers, own_defaults: Mapping[str, float], geometry: Geometry
) -> dict[str, float]:
    """All measures of the house the answers describe. Raises FormulaError on nonsense.

    The picture's own formulas stand in for those of the common geometry.
    """
    inputs = defaults_of(answers.archetype, own_defaults)
    for key, value in (answers.numbers or {}).items():
        if key not in answers.unsure:
            inputs[key] = float(value)
    known = {
        key: float(value)
        for key, value in (answers.areas or {}).items()
        if key not in answers.unsure
    }
    return measure(inputs, {**geometry, **answers.picture.geometry}, known)


def trial_house(own_defaults: Mapping[str, float], geometry: Geometry) -> dict[str, float]:
    """The test house of the operator's preview: 10 × 8 m, one storey, pitched roof."""
    return measured(HouseAnswers(), own_defaults, geometry)


__all__ = [
    "ARCHETYPES",
    "DEFAULT_ARCHETYPE",
    "MEASURES",
    "TYPED_AREAS",
    "FormulaError",
    "HouseAnswers",
    "Measure",
    "measured",
]
