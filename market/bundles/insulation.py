"""Heat transmission (U, W/m²K) of a wall or roof in layers, against the regional limit.

Pure. U = 1 / (surface resistances + base + Σ thickness / λ). Thermal bridges and moisture
corrections are not counted, so every figure is shown as an estimate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SURFACES = 0.15  # m²K/W, inside 0.11 and outside 0.04 (GB 50176)

WALLS_MM = (240, 370)  # the brick walls a household can tell apart; see data/constructions.csv


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of material; `material` is its key."""

    name: str
    thickness_mm: float
    conductivity: float
    name_en: str = ""
    material: str = ""

    @property
    def name_zh(self) -> str:
        return self.name

    @property
    def resistance(self) -> float:
        return self.thickness_mm / 1000 / self.conductivity


@dataclass(frozen=True, slots=True)
class Limit:
    """The greatest U allowed, with the standard it comes from."""

    u_max: float
    standard: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class UCheck:
    """Before and after the work, against the limit (None where no standard sets one)."""

    element: str
    before: float | None
    after: float
    limit: Limit | None
    layers: tuple[Layer, ...] = ()

    @property
    def passes(self) -> bool | None:
        return None if self.limit is None else round(self.after, 2) <= self.limit.u_max


def transmission(base: float, layers: Sequence[Layer]) -> float:
    """U of a construction: base resistance and added layers between two air films."""
    return 1 / (SURFACES + base + sum(layer.resistance for layer in layers))


def check(element: str, base: float, layers: Sequence[Layer], limit: Limit | None) -> UCheck:
    """A wall or roof of resistance `base` with insulation layers."""
    before, after = transmission(base, ()), transmission(base, layers)
    return UCheck(element, before, after, limit, tuple(layers))
