"""Embodied carbon: the sum of what is known, with the share of every level of trust.

Pure. A value the maker declared for the product comes before the industry average of the
material, and that before an estimate. What has none is missing, never zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class CarbonLevel(StrEnum):
    """Where a coefficient comes from, most trusted first."""

    VERIFIED = "verified"
    DECLARED = "declared"
    AVERAGE = "average"
    ESTIMATE = "estimate"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class CarbonLine:
    """One quantity and its coefficient (kg CO2e per unit), None when nobody knows it."""

    key: str
    quantity: Decimal
    kg_per_unit: Decimal | None
    level: CarbonLevel

    @property
    def kg(self) -> Decimal | None:
        return None if self.kg_per_unit is None else self.quantity * self.kg_per_unit


@dataclass(frozen=True, slots=True)
class CarbonShare:
    """How much of the total, and how many lines, rest on one level."""

    level: CarbonLevel
    kg: Decimal
    lines: int
    share: float


@dataclass(frozen=True, slots=True)
class CarbonTotal:
    """Σ known; `missing` lines of `lines` contribute nothing and are said."""

    kg: Decimal
    lines: int
    missing: int
    shares: tuple[CarbonShare, ...]

    @property
    def missing_share(self) -> float:
        return self.missing / self.lines if self.lines else 0.0


def add_up(lines: Sequence[CarbonLine]) -> CarbonTotal:
    """The total of the known lines and its make-up; shares are of the known kilograms."""
    known = [(line, line.kg) for line in lines if line.kg is not None]
    total = sum((kg for _, kg in known if kg is not None), Decimal(0))
    shares = []
    for level in CarbonLevel:
        if level is CarbonLevel.MISSING:
            continue
        own = [kg for line, kg in known if line.level is level and kg is not None]
        if own:
            part = sum(own, Decimal(0))
            shares.append(CarbonShare(level, part, len(own), float(part / total) if total else 0.0))
    return CarbonTotal(total, len(lines), len(lines) - len(known), tuple(shares))
