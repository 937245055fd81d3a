"""What the money that a year saves is made of, and after how many years what was paid is back.

Pure, by the usual figures; the ranges around them are in `energy.py`.
"""

from dataclasses import dataclass

from market.bundles import energy
from market.bundles.energy import Range
from market.bundles.reference import (
    ELECTRICITY,
    Coefficient,
    FuelRow,
    coefficients,
    fuels,
    solar_kwh_per_kw,
)
from market.bundles.types import Calculation, Winter
from market.bundles.warmth import PUMP
from market.kernel.money import Fen

Years = tuple[float | None, float | None, float | None]  # soonest, usual, latest; None is never


@dataclass(frozen=True, slots=True)
class Burnt:
    """What a winter's heat takes: kWh of heat, the fuel, the part of it that becomes heat."""

    heat_kwh: float
    fuel: FuelRow
    efficiency: float
    pump: Coefficient | None = None  # where a heat pump makes the heat

    @property
    def units(self) -> float:
        """Units of the fuel (kg, m³, kWh …)."""
        return self.heat_kwh / (self.fuel.kwh_per_unit * self.efficiency)

    @property
    def yuan(self) -> float:
        """What they cost at the usual price."""
        return self.units * self.fuel.price_yuan.usual


@dataclass(frozen=True, slots=True)
class WinterMoney:
    """The fuel of a winter before and after; part of the heat saved is taken back as warmth."""

    before: Burnt
    after: Burnt
    take_back: Coefficient
    saved_kwh: float  # of heat, before any is taken back


@dataclass(frozen=True, slots=True)
class SolarMoney:
    """What panels make in a year, all of it at the price of electricity."""

    kw: float
    kwh_per_kw: float
    power: FuelRow

    @property
    def yuan(self) -> float:
        return self.kw * self.kwh_per_kw * self.power.price_yuan.usual


@dataclass(frozen=True, slots=True)
class MoneySum:
    """The parts of the usual saving of a year."""

    winter: WinterMoney | None
    solar: SolarMoney | None

    @property
    def yuan(self) -> float:
        """What a year saves; the usual value of the range that is shown."""
        heat = self.winter.before.yuan - self.winter.after.yuan if self.winter else 0.0
        return heat + (self.solar.yuan if self.solar else 0.0)


def money_sum(found: Calculation) -> MoneySum | None:
    """How the usual saving of a calculation comes about; None where nothing is known of it."""
    if found.use is None or found.region is None:
        return None
    solar, per_kw = None, solar_kwh_per_kw(found.region.digits[:2])
    if found.use.solar_kw and per_kw is not None:
        solar = SolarMoney(found.use.solar_kw, per_kw, fuels()[ELECTRICITY])
    return MoneySum(_winter(found.use.winter) if found.use.winter else None, solar)


def _winter(winter: Winter) -> WinterMoney:
    back, saved = coefficients()["take_back"], winter.before_kwh - winter.after_kwh
    heated = winter.before_kwh - saved * (1 - back.range.usual)
    before = fuels()[winter.fuel]
    old = Burnt(winter.before_kwh, before, before.efficiency)
    new = Burnt(heated, before, before.efficiency)
    if winter.new_fuel == PUMP:
        pump = coefficients()["heat_pump"]
        new = Burnt(heated, fuels()[ELECTRICITY], pump.range.usual, pump)
    return WinterMoney(old, new, back, saved)


def money_years(found: Calculation, paid_fen: Fen) -> Years | None:
    """Years until the goods, as they are paid, and labour are earned back by what a year saves."""
    if found.use is None:
        return None
    low, high = (fen / 100 for fen in found.labour_fen)
    paid = paid_fen / 100
    cost = Range(paid + low, paid + (low + high) / 2, paid + high)
    return energy.payback_years(cost, found.use.saving.yuan)
