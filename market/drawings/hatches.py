"""Hatches of the drawing standard: what a cut face is made of, seen in its own plane."""

from market.drawings.projection import PLANES, number

# name: width and height of the repeated piece, line width, path
_HATCHES: dict[str, tuple[float, float, float, str]] = {
    "masonry": (14, 14, 1.1, "M-4 18 18-4M-4 11 11-4M3 18 18 3"),
    "metal": (8, 8, 1, "M-2 10 10-2M-2 6 6-2"),
    "concrete": (
        16,
        16,
        1.2,
        "M2 4l3 1.5-3 1.7zM10 11l3.4 1-2.4 2.4zM11 3h.8M5 12h.8M14 7h.8M8 7.6h.8",
    ),
    "wool": (12, 12, 1.1, "M0 12C0 6 6 6 6 0M6 12C6 6 12 6 12 0M-6 12C-6 6 0 6 0 0"),
    "foam": (9, 9, 0.8, "M0 0 9 9M9 0 0 9"),
    "timber": (24, 9, 0.9, "M0 4C8 1 14 7 24 4M0 8.4C10 6 16 10 24 8.4"),
    "gypsum": (9, 9, 1.1, "M1 3h2M5.5 7.4h2"),
    "glass": (20, 20, 1, "M3 11l7-7M6 14 17 3"),
    "membrane": (10, 5, 2.2, "M0 1.2H6"),
    "soil": (26, 13, 1, "M1 12 8 5M5 12 12 5M9 12 16 5"),
    "water": (18, 8, 1, "M0 4q4.5-4 9 0t9 0"),
    "grid": (11, 11, 0.9, "M0 0H11M0 0V11"),
    "dots": (7, 7, 1.6, "M1.4 2h1.2M4.9 5.5h1.2"),
    "courses": (20, 9, 1, "M0 1H20"),
}


def pattern(key: str, name: str, plane: str, colour: str, scale: float) -> str:
    """The SVG pattern of one hatch in the plane T, L or R."""
    width, height, line, path = _HATCHES[name]
    sized = f" scale({number(scale)})" if scale != 1 else ""
    return (
        f'<pattern id="{key}" width="{number(width)}" height="{number(height)}"'
        f' patternUnits="userSpaceOnUse" patternTransform="matrix({PLANES[plane]} 0 0){sized}">'
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{number(line)}"/></pattern>'
    )
