"""The outer wall cut open: layers to scale, and the temperature from room to yard. Pure.

The fall across a layer is its share of the wall's whole thermal resistance (GB 50176, as in
`insulation.py`); temperatures outside are not given, so the line has no figures there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from market.bundles.archetypes import Construction
from market.bundles.insulation import Layer, UCheck

ROOM, WALL, YARD = 66, 150, 84  # widths of the drawing's parts, in its own units
WARM, COLD = 34, 88  # heights of the line inside and outside
INSIDE, OUTSIDE = 0.11, 0.04  # m²K/W of the air films (GB 50176)
_MOST_PER_MM = 0.3
_LEAST = 5  # what is thinner could not be seen
_BELOW_FOAM = 0.06  # W/(mK)
_WOOLS = ("rw", "gw")  # how their keys begin


@dataclass(frozen=True, slots=True)
class Part:
    """One layer of the drawing, from the room outwards; a unit is not a millimetre."""

    x: float
    width: float
    hatch: str
    thickness_mm: float
    what: Construction | Layer

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Section:
    """A wall of layers, and the line of the temperature as points of an SVG polyline."""

    parts: tuple[Part, ...]
    line: str
    width: float

    @property
    def end(self) -> float:
        """Where the yard begins."""
        return self.parts[-1].x + self.parts[-1].width


def cut(wall: Construction, check: UCheck) -> Section | None:
    """The wall with what the bundle puts on it; None for what cannot be drawn to scale."""
    if check.element != "wall" or not wall.thickness_mm or wall.resistance is None:
        return None
    pieces: list[tuple[Construction | Layer, float, float, str]] = [
        (wall, wall.thickness_mm, wall.resistance, wall.hatch),
        *((layer, layer.thickness_mm, layer.resistance, _hatch(layer)) for layer in check.layers),
    ]
    scale = min(_MOST_PER_MM, WALL / sum(mm for _, mm, _, _ in pieces))
    parts, x = [], float(ROOM)
    for what, mm, _, hatch in pieces:
        width = round(max(_LEAST, mm * scale), 1)
        parts.append(Part(round(x, 1), width, hatch, mm, what))
        x += width
    line = _line(parts, [resistance for _, _, resistance, _ in pieces])
    return Section(tuple(parts), line, ROOM + WALL + YARD)


def _hatch(layer: Layer) -> str:
    if layer.conductivity >= _BELOW_FOAM:
        return "concrete"
    return "wool" if layer.material.startswith(_WOOLS) else "foam"


def _line(parts: Sequence[Part], resistances: Sequence[float]) -> str:
    whole = INSIDE + sum(resistances) + OUTSIDE
    fall = (COLD - WARM) / whole
    y = WARM + INSIDE * fall
    points = [(4.0, float(WARM)), (ROOM - 10.0, float(WARM)), (float(ROOM), y)]
    for part, resistance in zip(parts, resistances, strict=True):
        y += resistance * fall
        points.append((part.x + part.width, y))
    end = points[-1][0]
    points += [(end + 10, float(COLD)), (end + YARD - 6, float(COLD))]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
