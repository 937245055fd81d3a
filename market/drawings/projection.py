"""From room to paper: the one projection of all drawings, and short numbers for SVG."""

from collections.abc import Iterable
from dataclasses import dataclass, field

Point = tuple[float, float, float]
Spot = tuple[float, float]

COS, SIN = 0.866, 0.5
# A circle lying on the ground becomes an ellipse with these half axes.
WIDE, FLAT = 1.2247, 0.7071
# The plane of a face as SVG matrix: Top, Left (y is constant), Right (x is constant).
PLANES = {"T": ".866 .5 -.866 .5", "L": ".866 .5 0 1", "R": "-.866 .5 0 1"}


def project(point: Point) -> Spot:
    """x runs to the lower right, y to the lower left, z upwards."""
    x, y, z = point
    return (x - y) * COS, (x + y) * SIN - z


def number(value: float) -> str:
    """One decimal at most, without what SVG can do without."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        return "0"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def run(spots: Iterable[Spot]) -> str:
    """Coordinates as they stand in a path."""
    text = ""
    for value in (number(value) for spot in spots for value in spot):
        text += value if not text or value.startswith("-") else " " + value
    return text


@dataclass
class Bounds:
    """The rectangle on paper that holds what was drawn."""

    left: float = field(default=float("inf"))
    top: float = field(default=float("inf"))
    right: float = field(default=float("-inf"))
    bottom: float = field(default=float("-inf"))

    def add(self, x: float, y: float) -> None:
        """Grow so that the spot lies inside."""
        self.left, self.right = min(self.left, x), max(self.right, x)
        self.top, self.bottom = min(self.top, y), max(self.bottom, y)

    def merge(self, other: "Bounds", shift: Spot = (0, 0)) -> None:
        """Grow by another rectangle, moved."""
        self.add(other.left + shift[0], other.top + shift[1])
        self.add(other.right + shift[0], other.bottom + shift[1])
