"""One drawing in the making: marks, shared parts, hatches, and the tile they are fitted to."""

from collections.abc import Callable, Iterable, Sequence

from market.drawings import hatches
from market.drawings.figure import Figure
from market.drawings.projection import PLANES, Bounds, Point, Spot, number, project, run

RATIO = 4 / 3
FILL = 0.8
LEAST_HEIGHT = 112


class Drawing:
    """Collects SVG marks in painting order; `svg()` fits them to a tile of 4:3."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._marks: list[str] = []
        self._shared: list[str] = []
        self._hatches: dict[tuple[str, str, str, float], str] = {}
        self._bounds = Bounds()
        self._figure: Figure | None = None

    def at(self, point: Point) -> Spot:
        """Project a point and keep it inside the tile."""
        spot = project(point)
        self._bounds.add(*spot)
        return spot

    def keep(self, *spots: Spot) -> None:
        """Keep spots of the paper inside the tile."""
        for spot in spots:
            self._bounds.add(*spot)

    def mark(self, text: str) -> None:
        """A finished SVG element."""
        self._marks.append(text)

    def path(
        self, way: str, fill: str = "", stroke: str = "", width: float = 0, more: str = ""
    ) -> None:
        """A path on paper; without fill it is a line with round ends."""
        ends = "" if fill else ' stroke-linecap="round"'
        text = f'<path d="{way}" fill="{fill or "none"}"{ends}'
        text += f' stroke="{stroke}"' if stroke else ""
        text += f' stroke-width="{number(width)}"' if width else ""
        self.mark(f"{text}{more}/>")

    def face(
        self,
        points: Iterable[Point],
        fill: str,
        stroke: str = "",
        width: float = 0,
        more: str = "",
    ) -> None:
        """A flat polygon in the room."""
        self.path(f"M{run(self.at(point) for point in points)}Z", fill, stroke, width, more)

    def line(self, points: Sequence[Point], colour: str, width: float = 1) -> None:
        """A line through points of the room."""
        self.path(f"M{run(self.at(point) for point in points)}", "", colour, width)

    def on_plane(self, plane: str, origin: Point, marks: str, more: str = "") -> None:
        """Marks drawn flat (x to the right, y downwards) and laid into the plane T, L or R."""
        x, y = project(origin)
        self.mark(
            f'<g transform="matrix({PLANES[plane]} {number(x)} {number(y)})"{more}>{marks}</g>'
        )

    def hatch(self, name: str, plane: str, colour: str, scale: float = 1) -> str:
        """A fill with this hatch; made once per drawing."""
        wanted = (name, plane, colour, scale)
        if wanted not in self._hatches:
            key = self._new_key()
            self._hatches[wanted] = key
            self._shared.append(hatches.pattern(key, name, plane, colour, scale))
        return f"url(#{self._hatches[wanted]})"

    def repeat(self, paint: Callable[["Drawing"], None], places: Sequence[Point]) -> None:
        """Draw the same part at several places; the file holds it once."""
        marks, bounds = self._marks, self._bounds
        self._marks, self._bounds = [], Bounds()
        paint(self)
        part, extent = "".join(self._marks), self._bounds
        self._marks, self._bounds = marks, bounds
        key = self._new_key()
        self._shared.append(f'<g id="{key}">{part}</g>')
        for place in places:
            x, y = project(place)
            self._bounds.merge(extent, (x, y))
            self.mark(f'<use href="#{key}" x="{number(x)}" y="{number(y)}"/>')

    def measure(self, start: Point, end: Point, text: str, offset: Point = (0, 0, 0)) -> None:
        """Set the one key figure, on a dimension line from start to end."""
        self._figure = Figure(start, end, offset, text)

    def label(self, start: Point, end: Point, text: str) -> None:
        """Set a key figure that is no length, at the end of a pointing line."""
        self._figure = Figure(start, end, (0, 0, 0), text, pointing=True)

    def svg(self, ratio: float = RATIO) -> str:
        """The finished file, for a tile of this width to height."""
        bounds, width = self._bounds, _tile_width(self._bounds, ratio)
        figure = ""
        if self._figure:
            bounds = self._figure.make_room(bounds, width)
            width = max(width, (bounds.right - bounds.left) / 0.94)
            figure = self._figure.marks(width)
        height = width / ratio
        left = (bounds.left + bounds.right - width) / 2
        top = (bounds.top + bounds.bottom - height) / 2
        box = " ".join(number(value) for value in (left, top, width, height))
        shared = f"<defs>{''.join(self._shared)}</defs>" if self._shared else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" id="plain" viewBox="{box}"'
            f' stroke-width=".9" stroke-linejoin="round">{shared}{"".join(self._marks)}'
            f"{figure}</svg>\n"
        )

    def _new_key(self) -> str:
        return f"{self.key}{chr(ord('a') + len(self._shared))}"


def _tile_width(bounds: Bounds, ratio: float) -> float:
    width, height = bounds.right - bounds.left, bounds.bottom - bounds.top
    return max(height / FILL, width / FILL / ratio, LEAST_HEIGHT) * ratio
