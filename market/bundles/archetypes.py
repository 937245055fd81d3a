"""House archetypes by region and the constructions they are built of, read once from `data/`.

All figures are samples (示例): usual sizes and make-ups of farmhouses, not surveyed. An
archetype pre-fills every number of the form and may replace formulas of the geometry: of a
cave dwelling only the front faces the air.
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Construction:
    """A wall, roof, window, door or floor as it is before the work.

    `resistance` in m²K/W without air films, or the whole `u_value` in W/(m²K) of windows and
    doors; `how` is the sum in words, `trust` is unverified or estimate. Walls have a thickness
    without plaster and the hatch they are drawn with.
    """

    key: str
    element: str
    name_zh: str
    name_en: str
    resistance: float | None
    u_value: float | None
    how: str
    source: str
    trust: str
    thickness_mm: int = 0
    hatch: str = ""


@dataclass(frozen=True, slots=True)
class Archetype:
    """One picture and the numbers it stands for; no `provinces` means usual everywhere."""

    key: str
    name_zh: str
    name_en: str
    provinces: tuple[str, ...]
    rooms: int
    storeys: int
    note_zh: str
    note_en: str
    defaults: Mapping[str, float]
    geometry: Mapping[str, str] = field(default_factory=dict)
    wall: str = "brick370"
    roof: str = "tile_ceiling"
    window: str = "single_alu"

    @property
    def note(self) -> Mapping[str, str]:
        """What it is built of, in both languages."""
        return {"name_zh": self.note_zh, "name_en": self.note_en}

    def is_usual_in(self, region: str) -> bool:
        """Whether it is a house of this place (digits of its code)."""
        return any(region.startswith(prefix) for prefix in self.provinces)


@lru_cache(maxsize=1)
def constructions() -> dict[str, Construction]:
    """Every construction by key."""
    with (_DATA / "constructions.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: _construction(row) for row in csv.DictReader(file)}


def _construction(row: dict[str, str]) -> Construction:
    resistance, u_value = (float(row[k]) if row[k] else None for k in ("resistance", "u_value"))
    return Construction(
        row["key"], row["element"], row["name_zh"], row["name_en"], resistance, u_value,
        row["how"], row["source"], row["trust"], int(row["thickness_mm"] or 0), row["hatch"],
    )  # fmt: skip


def _archetypes() -> dict[str, Archetype]:
    rows = json.loads((_DATA / "archetypes.json").read_text(encoding="utf-8"))["archetypes"]
    return {
        row["key"]: Archetype(
            **{k: v for k, v in row.items() if k not in ("provinces", "picture")},
            provinces=tuple(row["provinces"]),
        )
        for row in rows
    }


ARCHETYPES: dict[str, Archetype] = _archetypes()
DEFAULT_ARCHETYPE = "one-pitched"


def by_place(region: str | None) -> tuple[list[Archetype], list[Archetype]]:
    """(the houses of this place before the plain ones, the houses of other places)."""
    plain = [item for item in ARCHETYPES.values() if not item.provinces]
    if not region:
        named = [item for item in ARCHETYPES.values() if item.provinces]
        return named[:2] + plain, named[2:]
    near = [item for item in ARCHETYPES.values() if item.is_usual_in(region)]
    far = [item for item in ARCHETYPES.values() if item.provinces and item not in near]
    return near + plain, far
