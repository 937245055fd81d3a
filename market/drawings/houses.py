"""The farmhouses of the bundle pages: one picture per archetype, told from its build.

A house stands on the ground with its front (y = depth) to the lower left and its gable
(x = length) to the lower right, so that all of them look like one hand drew them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from market.drawings.canvas import Drawing
from market.drawings.palette import GLASS, SHADOW, WHITE, darker, lighter, outline
from market.drawings.projection import Point, number, project
from market.drawings.solids import box, left_face, right_face, shadow, top_face

RATIO = 3 / 2
LENGTH, DEPTH, STOREY = 88.0, 60.0, 32.0
_DOOR, _COUPLET, _PLINTH = "#A44D31", "#C73B2C", "#A9ADA6"


@dataclass(frozen=True, slots=True)
class Build:
    """What tells one archetype from another in its picture."""

    floors: int = 1
    wall: str = "#F2EFE6"
    roof: str = "#54646A"
    pitch: float = 1
    hatch: str = ""
    bays: int = 3
    chimney: bool = False
    balcony: bool = False
    frame: bool = False
    beams: bool = False
    ribs: bool = False
    gablewall: bool = False
    cave: bool = False
    tibetan: bool = False
    stilts: bool = False

    @property
    def foot(self) -> float:
        """Where the walls begin: houses on stilts stand above their ground floor."""
        return STOREY * 0.7 if self.stilts else 0

    @property
    def eaves(self) -> float:
        return self.foot + STOREY * (1 if self.stilts else self.floors)


def draw_house(key: str, build: Mapping[str, Any]) -> str:
    """The SVG of a house."""
    drawing, told = Drawing(key), Build(**build)
    if told.cave:
        _cave(drawing, told)
    else:
        _house(drawing, told)
    return drawing.svg(RATIO)


def _house(d: Drawing, b: Build) -> None:
    shadow(d, 0, 0, LENGTH, DEPTH, spread=9)
    if b.stilts:
        _stilts(d, b)
    if b.pitch:
        _back_slope(d, b)
    _walls(d, b)
    _openings(d, b)
    if b.balcony:
        _balcony(d, b)
    if b.beams:
        _beams(d, b)
    if b.pitch:
        _front_slope(d, b)
    else:
        _flat_roof(d, b)
    if b.gablewall:
        _gable_wall(d, b)
    if b.chimney:
        _chimney(d, b)


def _stilts(d: Drawing, b: Build) -> None:
    for y in (4.0, DEPTH - 8):
        for x in (4.0, LENGTH / 2 - 2, LENGTH - 8):
            box(d, (x, y, 0), (4, 4, b.foot), darker(b.wall, 0.25))
    d.face(top_face(0, 0, b.foot, LENGTH, DEPTH), darker(b.wall, 0.3), outline(b.wall))


def _walls(d: Drawing, b: Build) -> None:
    height, side = b.eaves - b.foot, darker(b.wall, 0.18)
    lean = 5.0 if b.tibetan else 0.0
    front: list[Point] = [
        (0, DEPTH, b.foot), (LENGTH, DEPTH, b.foot),
        (LENGTH - lean, DEPTH - lean, b.eaves), (lean, DEPTH - lean, b.eaves),
    ]  # fmt: skip
    gable: list[Point] = [
        (LENGTH, 0, b.foot), (LENGTH, DEPTH, b.foot),
        (LENGTH - lean, DEPTH - lean, b.eaves), (LENGTH - lean, lean, b.eaves),
    ]  # fmt: skip
    for points, fill, plane in ((front, b.wall, "L"), (gable, side, "R")):
        d.face(points, fill, outline(b.wall))
        if b.hatch:
            d.face(points, d.hatch(b.hatch, plane, darker(fill, 0.22), 0.8))
    if not b.stilts:
        d.face(left_face(0, DEPTH, 0, LENGTH, 4), _PLINTH)
        d.face(right_face(LENGTH, 0, 0, DEPTH, 4), darker(_PLINTH))
    if b.frame:
        _frame(d, b, height)


def _frame(d: Drawing, b: Build, height: float) -> None:
    for floor in range(1, b.floors + 1):
        z = STOREY * floor - 3
        d.face(left_face(0, DEPTH, z, LENGTH, 3), "#B4B9B4", outline("#B4B9B4"), 0.6)
        d.face(right_face(LENGTH, 0, z, DEPTH, 3), "#949a96", outline("#B4B9B4"), 0.6)
    for part in range(4):
        x = part * (LENGTH - 4) / 3
        d.face(left_face(x, DEPTH, 0, 4, height), "#B4B9B4", outline("#B4B9B4"), 0.6)
    for y in (0.0, DEPTH - 4):
        d.face(right_face(LENGTH, y, 0, 4, height), "#949a96", outline("#B4B9B4"), 0.6)


def _openings(d: Drawing, b: Build) -> None:
    floors = 1 if b.stilts else b.floors
    for floor in range(floors):
        z = b.foot + STOREY * floor + 10
        for bay in range(b.bays):
            if floor == 0 and bay == b.bays // 2:
                continue
            middle = LENGTH * (bay + 0.5) / b.bays
            _front_window(d, b, middle, z)
        _side_window(d, b, z)
    _door(d, b)


def _front_window(d: Drawing, b: Build, middle: float, z: float) -> None:
    wide = 9.0 if b.tibetan or b.beams else 14.0
    y = DEPTH - (5 * (z + 6) / b.eaves if b.tibetan else 0)
    x, high = middle - wide / 2, 13.0
    if b.tibetan:
        frame: list[Point] = [
            (x - 4, y, z - 2), (x + wide + 4, y, z - 2), (x + wide + 1.5, y, z + high + 1),
            (x - 1.5, y, z + high + 1),
        ]  # fmt: skip
        d.face(frame, "#2F2A28")
        d.face(left_face(x - 2, y, z + high + 1, wide + 4, 2), "#A44D31")
    else:
        d.face(left_face(x - 1, y, z - 1, wide + 2, high + 2), WHITE, outline(WHITE), 0.7)
    d.face(left_face(x, y, z, wide, high), GLASS, outline(GLASS), 0.6)
    d.line([(middle, y, z), (middle, y, z + high)], outline(GLASS), 0.6)


def _side_window(d: Drawing, b: Build, z: float) -> None:
    if b.beams or b.ribs:
        return
    y, x = DEPTH / 2 - 6, LENGTH - (5 * (z + 6) / b.eaves if b.tibetan else 0)
    d.face(right_face(x, y, z, 12, 12), darker(GLASS, 0.12), outline(GLASS), 0.7)


def _door(d: Drawing, b: Build) -> None:
    x, z = LENGTH / 2 - 7, b.foot
    d.face(left_face(x - 1.5, DEPTH, z, 17, 25), "#8f3f27", "#5b2415", 0.7)
    for leaf in (0.0, 7.4):
        d.face(left_face(x + leaf, DEPTH, z + 1, 6.6, 22), _DOOR, "#5b2415", 0.5)
    if not (b.stilts or b.tibetan):
        for side in (-5.0, 17.0):
            d.face(left_face(x + side, DEPTH, z + 5, 2.6, 17), _COUPLET)
    if b.stilts:
        for step in range(4):
            at = (x + 2, DEPTH + 3 + 4 * step, z - 5 * (step + 1))
            box(d, at, (10, 4, 5), darker(b.wall, 0.1))


def _balcony(d: Drawing, b: Build) -> None:
    z = STOREY - 2
    box(d, (2, DEPTH, z), (LENGTH - 4, 8, 3), "#C9CBC6")
    d.face(
        left_face(2, DEPTH + 8, z + 3, LENGTH - 4, 8), WHITE, outline(WHITE), 0.6, ' opacity=".85"'
    )
    for post in range(1, 10):
        x = 2 + (LENGTH - 4) * post / 10
        d.line([(x, DEPTH + 8, z + 3), (x, DEPTH + 8, z + 11)], outline(WHITE), 0.7)


def _beams(d: Drawing, b: Build) -> None:
    for part in range(9):
        at = (5 + part * (LENGTH - 12) / 8, DEPTH, b.eaves - 5)
        box(d, at, (2.6, 4, 2.6), "#8A6544")


def _ridge(b: Build) -> tuple[float, float, float]:
    """(overhang, height of the eaves' edge, height of the ridge)."""
    over = 9.0 if b.stilts else 6.0
    rise = DEPTH / 2 * 0.62 * b.pitch
    return over, b.eaves - rise * over / (DEPTH / 2), b.eaves + rise


def _verge(b: Build, over: float) -> float:
    """Where the roof ends at the near gable: a fire wall cuts it off."""
    return LENGTH + (1 if b.gablewall else over)


def _back_slope(d: Drawing, b: Build) -> None:
    over, low, high = _ridge(b)
    right = _verge(b, over)
    d.face(
        [(-over, -over, low), (right, -over, low), (right, DEPTH / 2, high),
         (-over, DEPTH / 2, high)],
        darker(b.roof, 0.12), outline(b.roof),
    )  # fmt: skip


def _front_slope(d: Drawing, b: Build) -> None:
    over, low, high = _ridge(b)
    gable: list[Point] = [
        (LENGTH, 0, b.eaves), (LENGTH, DEPTH, b.eaves), (LENGTH, DEPTH / 2, high - 1),
    ]  # fmt: skip
    d.face(gable, darker(b.wall, 0.18), outline(b.wall))
    if b.hatch:
        d.face(gable, d.hatch(b.hatch, "R", darker(b.wall, 0.36), 0.8))
    left, right, front = -over, _verge(b, over), DEPTH + over
    edge = [(right, -over, low), (right, DEPTH / 2, high), (right, DEPTH / 2, high - 3),
            (right, -over, low - 3)]  # fmt: skip
    d.face(edge, darker(b.roof, 0.4))
    d.face(
        [(left, front, low), (right, front, low), (right, DEPTH / 2, high),
         (left, DEPTH / 2, high)],
        b.roof, outline(b.roof),
    )  # fmt: skip
    rows = 24 if b.ribs else 17
    for row in range(1, rows):
        x = left + (right - left) * row / rows
        ink = darker(b.roof, 0.3) if row % 2 else lighter(b.roof, 0.12)
        d.line([(x, front, low), (x, DEPTH / 2, high)], ink, 0.8)
    fascia = darker(b.roof, 0.35)
    d.face(left_face(left, front, low - 3, right - left, 3), fascia)
    d.face([(right, front, low), (right, front, low - 3), (right, DEPTH / 2, high - 3),
            (right, DEPTH / 2, high)], fascia)  # fmt: skip
    d.line([(left, DEPTH / 2, high), (right, DEPTH / 2, high)], darker(b.roof, 0.5), 2.2)


def _flat_roof(d: Drawing, b: Build) -> None:
    lean = 5.0 if b.tibetan else -2.0
    x, y, z = lean, lean, b.eaves
    wide, deep = LENGTH - 2 * lean, DEPTH - 2 * lean
    band = "#7E3B2E" if b.tibetan else "#A4ACA4"
    box(d, (x, y, z), (wide, deep, 6), band, top=lighter(band, 0.3))
    d.face(top_face(x + 4, y + 4, z + 6, wide - 8, deep - 8), b.roof, outline(b.roof), 0.6)
    if b.tibetan:
        d.face(left_face(x, y + deep, z + 6, wide, 2), "#EDEFEA", outline("#EDEFEA"), 0.5)
        d.face(right_face(x + wide, y, z + 6, deep, 2), "#d5d7d2", outline("#EDEFEA"), 0.5)


def _gable_wall(d: Drawing, b: Build) -> None:
    """The stepped fire wall of the south, at the near gable."""
    _, _, high = _ridge(b)
    tops = (
        (0.0, high - 13),
        (15.0, high - 4),
        (24.0, high + 5),
        (36.0, high - 4),
        (45.0, high - 13),
    )
    x = LENGTH + 3
    outer: list[Point] = [(x, -3, 0), (x, DEPTH + 3, 0)]
    d.face(left_face(LENGTH, DEPTH + 3, 0, 3, tops[-1][1]), b.wall, outline(b.wall), 0.7)
    points: list[Point] = [(x, DEPTH + 3, tops[-1][1])]
    for (start, height), (_, after) in zip(reversed(tops[1:]), reversed(tops[:-1]), strict=True):
        points += [(x, start, height), (x, start, after)]
    points.append((x, -3, tops[0][1]))
    d.face([*outer, *points], darker(b.wall, 0.1), outline(b.wall))
    for floor in range(b.floors):
        window = right_face(x, DEPTH / 2 - 5, STOREY * floor + 12, 10, 11)
        d.face(window, darker(GLASS, 0.12), outline(GLASS), 0.7)
    starts = [start for start, _ in tops] + [DEPTH]
    for at, (start, height) in enumerate(tops):
        begin, end = start - (4 if at == 0 else 1), starts[at + 1] + (4 if at == 4 else 1)
        box(d, (x - 3, begin, height), (5, end - begin, 3), b.roof)


def _chimney(d: Drawing, b: Build) -> None:
    _, _, high = _ridge(b)
    box(d, (LENGTH * 0.22, DEPTH / 2 - 4, high - 6), (8, 8, 18), "#B9755A", "courses", scale=0.6)


def _cave(d: Drawing, b: Build) -> None:
    long, deep, high = 104.0, 56.0, 46.0
    shadow(d, 0, 0, long, deep, spread=8)
    box(d, (0, 0, 0), (long, deep, high), b.wall, "soil", top="#93A56B")
    face = "#CDB08A"
    d.face(left_face(6, deep, 0, long - 12, 34), face, outline(face))
    d.face(left_face(6, deep, 34, long - 12, 3), "#8B7355", outline("#8B7355"), 0.6)
    x0, y0 = project((0, deep, 0))
    marks = ""
    for bay in range(3):
        left = 12 + bay * 29.0
        arch = f"M{number(left)} 0V-14A11 11 0 0 1 {number(left + 22)}-14V0Z"
        inner = f"M{number(left + 2)} 0V-14A9 9 0 0 1 {number(left + 20)}-14V0Z"
        marks += f'<path d="{arch}" fill="#8B6B48"/><path d="{inner}" fill="{GLASS}"/>'
        marks += (
            f'<path d="M{number(left + 2)}-14H{number(left + 20)}M{number(left + 11)} 0V-23" '
            f'stroke="#8B6B48" stroke-width="1.4" fill="none"/>'
        )
        marks += f'<path d="M{number(left + 11)} 0V-14H{number(left + 18)}V0Z" fill="{_DOOR}"/>'
    d.mark(f'<g transform="matrix(.866 .5 0 1 {number(x0)} {number(y0)})">{marks}</g>')
    yard = top_face(4, deep + 2, 0, long - 8, 14)
    d.face(yard, SHADOW, more=' opacity=".06"')
