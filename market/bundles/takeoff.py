"""Take-off: house measures become areas and lengths, these become quantities of materials.

Pure. Formulas come from data (`data/bundles.json`, edited on the operator's screens); the
steps are kept (`base`, `factor`, `waste`) so that a page can show the sum in words.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from market.bundles.expressions import Formula, FormulaError, parse

Geometry = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SlotFormula:
    """What one slot of a bundle asks of a house."""

    key: str
    unit: str
    quantity: str
    waste: float
    zone_factors: Mapping[str, float] = field(default_factory=dict)
    lap: float = 0.0


@dataclass(frozen=True, slots=True)
class TakeOff:
    """The quantity of one slot, with its steps: base × factor × (1 + lap) × (1 + waste)."""

    key: str
    unit: str
    base: float
    factor: float
    waste: float
    quantity: float
    lap: float = 0.0

    @property
    def need(self) -> Decimal:
        """The quantity to buy at least, to three decimals and free of binary noise."""
        return Decimal(str(round(self.quantity, 6))).quantize(Decimal("0.001"))


@lru_cache(maxsize=1024)
def formula(text: str) -> Formula:
    """A parsed formula; parsing is done once per text."""
    return parse(text)


def measure(
    inputs: Mapping[str, float], geometry: Geometry, known: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Inputs plus everything derived from them, in the order of `geometry`.

    `known` holds derived measures the household typed in itself (a wall area from a plan);
    they replace the formula and everything after them follows. No area is below zero.
    """
    values = dict(inputs)
    for name, text in geometry.items():
        if known is not None and name in known:
            values[name] = known[name]
        else:
            values[name] = max(0.0, formula(text).evaluate(values))
    return values


def take_off(
    slots: Sequence[SlotFormula], values: Mapping[str, float], zone: str | None = None
) -> list[TakeOff]:
    """Quantities of all slots for a measured house in a climate zone (None: no zone factors)."""
    return [_one(slot, values, zone) for slot in slots]


def _one(slot: SlotFormula, values: Mapping[str, float], zone: str | None) -> TakeOff:
    base = max(0.0, formula(slot.quantity).evaluate(values))
    factor = float(slot.zone_factors.get(zone, 1)) if zone else 1.0
    quantity = base * factor * (1 + slot.lap) * (1 + slot.waste)
    return TakeOff(slot.key, slot.unit, base, factor, slot.waste, quantity, slot.lap)


def inputs_of(texts: Sequence[str], geometry: Geometry) -> set[str]:
    """The measures a person must give so that all `texts` can be evaluated."""
    wanted, seen = [name for text in texts for name in formula(text).names], set[str]()
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in geometry:
            wanted.extend(formula(geometry[name]).names)
        else:
            found.add(name)
    return found


def derived_of(texts: Sequence[str], geometry: Geometry) -> set[str]:
    """The derived measures that `texts` use directly."""
    return {name for text in texts for name in formula(text).names if name in geometry}


def check(text: str, known: AbstractSet[str], trial: Mapping[str, float]) -> float:
    """The value on a trial house; raises FormulaError with a position for every fault."""
    value = parse(text, known).evaluate(trial)
    if value < 0:
        raise FormulaError("negative", 1, text)
    return value
