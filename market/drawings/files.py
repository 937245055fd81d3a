"""The files the pages show."""

import json
from pathlib import Path
from typing import Any

from market.drawings.houses import draw_house
from market.drawings.recipes import RECIPES, draw

FOLDER = Path(__file__).parents[2] / "static" / "img" / "kind"
HOUSES = FOLDER.parent / "house"
ARCHETYPES = Path(__file__).parents[1] / "bundles" / "data" / "archetypes.json"


def write_all(folder: Path = FOLDER) -> int:
    """Write every drawing, remove those without a recipe; returns how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        if old.stem not in RECIPES:
            old.unlink()
    for name in RECIPES:
        (folder / f"{name}.svg").write_text(draw(name), encoding="utf-8")
    return len(RECIPES)


def builds() -> dict[str, dict[str, Any]]:
    """How every archetype of the bundles looks; the four plain ones were drawn by hand."""
    rows = json.loads(ARCHETYPES.read_text(encoding="utf-8"))["archetypes"]
    return {row["key"]: row["picture"] for row in rows if row["picture"]}


def write_houses(folder: Path = HOUSES) -> int:
    """Write the picture of every archetype; returns how many there are."""
    for key, build in builds().items():
        (folder / f"{key}.svg").write_text(draw_house(key, build), encoding="utf-8")
    return len(builds())
