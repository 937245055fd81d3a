"""The files the pages show."""

from pathlib import Path

from market.drawings.recipes import RECIPES, draw

FOLDER = Path(__file__).parents[2] / "static" / "img" / "kind"


def write_all(folder: Path = FOLDER) -> int:
    """Write every drawing, remove those without a recipe; returns how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        if old.stem not in RECIPES:
            old.unlink()
    for name in RECIPES:
        (folder / f"{name}.svg").write_text(draw(name), encoding="utf-8")
    return len(RECIPES)
