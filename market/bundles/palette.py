"""The look of a region (乡愁): colours of walls and roofs, and local craft to offer. Pure.

A product whose colour is not among them gets a word of warning; nothing is forbidden. The
palettes are samples (示例): a village's own code of appearance comes first.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from market.bundles.types import Calculation, FilledSlot

_FILE = Path(__file__).parent / "data" / "palettes.json"


@dataclass(frozen=True, slots=True)
class Craft:
    """Something made there, and the words to find it by."""

    name_zh: str
    name_en: str
    query: str


@dataclass(frozen=True, slots=True)
class Palette:
    """The usual colours of a region by surface (wall, roof)."""

    provinces: tuple[str, ...]
    name_zh: str
    name_en: str
    colours: Mapping[str, tuple[str, ...]]
    craft: tuple[Craft, ...]


@dataclass(frozen=True, slots=True)
class OffPalette:
    """A chosen product whose colour is strange there."""

    item: FilledSlot
    colour: str
    usual: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """The palette of a place and what is outside it."""

    palette: Palette
    strange: tuple[OffPalette, ...]


@lru_cache(maxsize=1)
def palettes() -> tuple[Palette, ...]:
    """Every palette; longer prefixes first."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["palettes"]
    found = [
        Palette(
            tuple(row["provinces"]), row["name_zh"], row["name_en"],
            {"wall": tuple(row["wall"]), "roof": tuple(row["roof"])},
            tuple(Craft(**craft) for craft in row["craft"]),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda p: -max(map(len, p.provinces))))


@lru_cache(maxsize=1)
def surfaces() -> dict[str, str]:
    """The surface that a generic material is seen on."""
    found: dict[str, str] = json.loads(_FILE.read_text(encoding="utf-8"))["surfaces"]
    return found


def palette_for(region: str) -> Palette | None:
    """The palette of a place by its code: the most exact prefix wins."""
    return next(
        (p for p in palettes() if any(region.startswith(prefix) for prefix in p.provinces)), None
    )


def style_of(found: Calculation) -> Style | None:
    """What of the chosen goods is seen from outside and strange; None where it is of no matter."""
    seen = [item for item in found.slots if item.is_bought and item.material_key in surfaces()]
    palette = palette_for(found.region.digits) if found.region else None
    if palette is None or not seen:
        return None
    strange = []
    for item in seen:
        usual = palette.colours[surfaces()[item.material_key]]
        colour = item.chosen.listing.attributes.get("colour") if item.chosen else None
        if isinstance(colour, str) and colour and not any(word in colour for word in usual):
            strange.append(OffPalette(item, colour, usual))
    return Style(palette, tuple(strange))
