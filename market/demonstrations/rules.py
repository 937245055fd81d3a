"""What makes a project complete. Pure."""

from datetime import date

from market.bundles.house import MEASURES
from market.demonstrations.errors import (
    DayAhead,
    EnergyBasisMissing,
    EnergyMissing,
    EnergySourceMissing,
    MeasureOutside,
    SizeMissing,
)
from market.demonstrations.types import Energy, EnergyBasis, ProjectDraft, ProjectKind

# Greenhouses and sheds are longer than houses; metres.
FACILITY_MOST = {"L": 200.0, "W": 60.0, "h": 8.0}


def limits(kind: ProjectKind) -> dict[str, tuple[float, float]]:
    """Least and greatest length, width and height of a storey, in metres."""
    usual = {key: (MEASURES[key].least, MEASURES[key].most) for key in ("L", "W", "h")}
    if kind is not ProjectKind.FACILITY:
        return usual
    return {key: (least, FACILITY_MOST[key]) for key, (least, _most) in usual.items()}


def check(draft: ProjectDraft, today: date) -> None:
    """Raises MeasureOutside, SizeMissing, DayAhead and what `check_energy` raises."""
    numbers = draft.house.numbers or {}
    for key, (least, most) in limits(draft.kind).items():
        if key in numbers and not least <= numbers[key] <= most:
            raise MeasureOutside(least=f"{least:g}", most=f"{most:g}", field=key)
    if draft.kind is ProjectKind.FACILITY:
        missing = next((key for key in ("L", "W") if key not in numbers), None)
        if missing:
            raise SizeMissing(field=missing)
    if draft.finished_on is not None and draft.finished_on > today:
        raise DayAhead(field="finished_on")
    check_energy(draft.energy)


def check_energy(energy: Energy) -> None:
    """A figure has a basis and a source, a basis has a figure.

    Raises EnergyMissing, EnergyBasisMissing, EnergySourceMissing.
    """
    known = energy.before_kwh is not None or energy.after_kwh is not None
    if energy.basis is EnergyBasis.UNKNOWN:
        if known:
            raise EnergyBasisMissing(field="energy_basis")
        return
    if not known:
        raise EnergyMissing(field="energy_before")
    if not energy.source.strip():
        raise EnergySourceMissing(field="energy_source")
