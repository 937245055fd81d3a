"""Heat a house needs in a winter, and what a bundle saves of it in energy, money and carbon.

Pure. Q = f × 24 × HDD18 × H / 1000 kWh with H = Σ U × A + 0.335 × n × V (W/K): HDD18 are the
heating degree days of the place, f says that farmhouses are heated part of the time. Every
figure that is not known exactly is a range; a saving runs from its least to its most
favourable case, so that it may be below zero where the new fuel is dearer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

AIR = 0.335  # Wh/(m³K)


@dataclass(frozen=True, slots=True)
class Range:
    """Least, usual and greatest value."""

    low: float
    usual: float
    high: float

    @classmethod
    def of(cls, value: float) -> "Range":
        """A value that is known."""
        return cls(value, value, value)

    @property
    def is_exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Fuel:
    """A way to heat: yuan, kWh and kg CO2 of one unit, and how much of it becomes heat."""

    price_yuan: Range
    kwh_per_unit: float
    kg_per_unit: float
    efficiency: Range


@dataclass(frozen=True, slots=True)
class Heating:
    """What the sum of a winter starts from."""

    h_before: float
    h_after: float
    degree_days: Range
    part_time: Range
    take_back: Range
    before: Fuel
    after: Fuel


@dataclass(frozen=True, slots=True)
class Saving:
    """Saved in a year: kWh of heat (or of electricity made), yuan, kg CO2."""

    kwh: Range
    yuan: Range
    kg: Range


def heat_loss(areas: Mapping[str, float], u_values: Mapping[str, float], air: float) -> float:
    """H in W/K: every element's U (W/m²K) times its area (m²), and the air that is exchanged.

    `air` is n × V in m³/h.
    """
    return sum(u_values[key] * area for key, area in areas.items()) + AIR * air


def heat_demand(h_w_k: float, degree_days: float, part_time: float) -> float:
    """kWh of heat in a winter."""
    return part_time * 24 * degree_days * h_w_k / 1000


def fuel_units(kwh: float, fuel: Fuel, efficiency: float) -> float:
    """Units of fuel (kg, m³, kWh …) for so much heat."""
    return kwh / (fuel.kwh_per_unit * efficiency)


def save_heat(told: Heating) -> Saving:
    """What is saved a year, part of it being taken back as a warmer house."""
    usual = _case(
        told,
        told.degree_days.usual,
        told.part_time.usual,
        told.take_back.usual,
        told.before.price_yuan.usual,
        told.after.price_yuan.usual,
        told.after.efficiency.usual,
    )
    ends = (
        told.degree_days, told.part_time, told.take_back, told.before.price_yuan,
        told.after.price_yuan, told.after.efficiency,
    )  # fmt: skip
    cases = [_case(told, *case) for case in product(*(_ends(end) for end in ends))]
    if told.before == told.after:  # one fuel has one price
        cases = [
            _case(told, hdd, f, back, price, price, told.after.efficiency.usual)
            for hdd, f, back, price in product(*(_ends(end) for end in ends[:4]))
        ]
    return Saving(*(_spread(part, usual, cases) for part in range(3)))


def _ends(value: Range) -> tuple[float, ...]:
    return (value.usual,) if value.is_exact else (value.low, value.high)


def _spread(
    part: int, usual: tuple[float, float, float], cases: list[tuple[float, float, float]]
) -> Range:
    values = [case[part] for case in cases]
    return Range(min(values), usual[part], max(values))


def _case(
    told: Heating,
    degree_days: float,
    part_time: float,
    take_back: float,
    old_price: float,
    new_price: float,
    efficiency: float,
) -> tuple[float, float, float]:
    """(kWh, yuan, kg) saved in one case."""
    before = heat_demand(told.h_before, degree_days, part_time)
    bare = heat_demand(told.h_after, degree_days, part_time)
    after = before - (before - bare) * (1 - take_back)
    burnt = fuel_units(before, told.before, told.before.efficiency.usual)
    burns = fuel_units(after, told.after, efficiency)
    return (
        before - after,
        burnt * old_price - burns * new_price,
        burnt * told.before.kg_per_unit - burns * told.after.kg_per_unit,
    )


def make_power(kw: float, kwh_per_kw: float, power: Fuel) -> Saving:
    """What panels make in a year; yields differ by 15 % between roofs and years."""
    kwh = Range(0.85 * kw * kwh_per_kw, kw * kwh_per_kw, 1.15 * kw * kwh_per_kw)
    price = power.price_yuan
    return Saving(
        kwh,
        Range(kwh.low * price.low, kwh.usual * price.usual, kwh.high * price.high),
        Range(*(value * power.kg_per_unit for value in (kwh.low, kwh.usual, kwh.high))),
    )


def add(one: Saving, other: Saving) -> Saving:
    """Two savings of one house."""
    return Saving(
        *(
            Range(a.low + b.low, a.usual + b.usual, a.high + b.high)
            for a, b in ((one.kwh, other.kwh), (one.yuan, other.yuan), (one.kg, other.kg))
        )
    )


def payback_years(cost: Range, yearly: Range) -> tuple[float | None, float | None, float | None]:
    """(soonest, usual, latest) years until `cost` is earned; None is never."""

    def years(spent: float, earned: float) -> float | None:
        return spent / earned if earned > 0 else None

    return (
        years(cost.low, yearly.high), years(cost.usual, yearly.usual), years(cost.high, yearly.low),
    )  # fmt: skip
