"""The one key figure of a drawing: an indigo dimension line with 45° ticks and a text.

The text keeps 11 to 14 px on screen whatever the size of the picture, and is absent from
thumbnails. A page that shows one particular product asks for `<code>.svg#plain`, because the
figure is the usual one of the kind and need not be the one of that product.
"""

from dataclasses import dataclass

from market.drawings.palette import INDIGO
from market.drawings.projection import Bounds, Point, Spot, number, project, run

# Widths on screen from which the text gets its next size: 11 px there, 14 px before the next one.
STEPS = (142, 181, 230, 293, 372, 473, 601)
_PIXELS = 11
_CHARACTER = 0.64


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure between two points of the room, drawn at an offset from them."""

    start: Point
    end: Point
    offset: Point
    text: str
    pointing: bool = False

    def make_room(self, bounds: Bounds, width: float) -> Bounds:
        """The bounds together with the text at its largest."""
        size = _PIXELS * width / STEPS[0]
        x, y = self._anchor(size)
        roomy = Bounds(bounds.left, bounds.top, bounds.right, bounds.bottom)
        roomy.add(x + size * _CHARACTER * len(self.text), y)
        for spot in self._line():
            roomy.add(*spot)
        return roomy

    def marks(self, width: float) -> str:
        """Style, dimension line and text for a tile of this width."""
        a, b = self._line()
        feet = "".join(
            f"M{run((project(point), spot))}"
            for point, spot in ((self.start, a), (self.end, b))
            if any(self.offset)
        )
        ticks = "".join(
            f"M{run([(x - 3, y + 3), (x + 3, y - 3)])}"
            for x, y in ((a,) if self.pointing else (a, b))
        )
        x, y = self._anchor(_PIXELS * width / STEPS[0])
        return (
            f"<style>{_sizes(width)}</style>"
            f'<g class="d" stroke="{INDIGO}" fill="{INDIGO}">'
            f'<path d="M{run((a, b))}{feet}"/><path d="{ticks}" stroke-width="1.8"/>'
            f'<text x="{number(x)}" y="{number(y)}" stroke="none"'
            f' font-size="{number(_PIXELS * width / STEPS[3])}" font-weight="600"'
            f' font-family="sans-serif">{self.text}</text></g>'
        )

    def _line(self) -> tuple[Spot, Spot]:
        a, b = (
            project((p[0] + self.offset[0], p[1] + self.offset[1], p[2] + self.offset[2]))
            for p in (self.start, self.end)
        )
        return a, b

    def _anchor(self, size: float) -> Spot:
        (ax, ay), (bx, by) = self._line()
        if self.pointing:
            return bx + 4, by + size * 0.35
        lying = abs(ax - bx) > 4
        return (ax + bx) / 2 + 6, (ay + by) / 2 + size * (0.9 if lying else 0.35)


def _sizes(width: float) -> str:
    steps = "".join(
        f"@media(min-width:{step}px){{text{{font-size:{number(_PIXELS * width / step)}px}}}}"
        for step in STEPS
    )
    return (
        f"@media(max-width:{STEPS[0] - 1}px){{.d{{display:none}}}}:target .d{{display:none}}{steps}"
    )
