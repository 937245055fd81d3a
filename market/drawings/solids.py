"""The solids everything is made of: boxes, standing and lying cylinders, shadows."""

from market.drawings.canvas import Drawing
from market.drawings.palette import SHADOW, darker, lighter, outline
from market.drawings.projection import COS, FLAT, SIN, WIDE, Point, Spot, number, project, run

_SHADOW = ' opacity=".1"'
Band = tuple[float, float, str]


def box(
    d: Drawing,
    at: Point,
    size: Point,
    colour: str,
    hatch: str = "",
    *,
    planes: str = "LR",
    scale: float = 1,
    top: str = "",
    line: str = "",
) -> None:
    """A box from its hidden lower corner; `hatch` covers the faces named in `planes`."""
    x, y, z = at
    far_x, far_y, far_z = x + size[0], y + size[1], z + size[2]
    faces: dict[str, tuple[list[Point], str, float]] = {
        "T": (
            [(x, y, far_z), (far_x, y, far_z), (far_x, far_y, far_z), (x, far_y, far_z)],
            top or lighter(colour),
            0.3,
        ),
        "L": (
            [(x, far_y, z), (far_x, far_y, z), (far_x, far_y, far_z), (x, far_y, far_z)],
            colour,
            0.4,
        ),
        "R": (
            [(far_x, y, z), (far_x, far_y, z), (far_x, far_y, far_z), (far_x, y, far_z)],
            darker(colour),
            0.55,
        ),
    }
    for plane, (points, fill, ink) in faces.items():
        d.face(points, fill, line or outline(colour))
        if hatch and plane in planes:
            d.face(points, d.hatch(hatch, plane, darker(colour, ink), scale))


def upright(
    d: Drawing,
    at: Point,
    radius: float,
    height: float,
    colour: str,
    *,
    top: str = "",
    foot: float = 0,
    band: Band | None = None,
) -> Spot:
    """A standing cylinder or bucket (`foot` = radius below); returns the middle of its top."""
    foot = foot or radius
    x, y, z = at

    def rim(share: float) -> tuple[Spot, float]:
        return project((x, y, z + height * share)), foot + (radius - foot) * share

    (low, low_r), (high, high_r) = rim(0), rim(1)
    for spot, r in ((low, low_r), (high, high_r)):
        d.keep((spot[0] - r * WIDE, spot[1] - r * FLAT), (spot[0] + r * WIDE, spot[1] + r * FLAT))
    d.path(_wall(low, low_r, high, high_r), colour, outline(colour))
    if band:
        (a, a_r), (b, b_r) = rim(band[0]), rim(band[1])
        d.path(_wall(a, a_r, b, b_r), band[2])
    d.path(_wall(low, low_r, high, high_r, 0.25), darker(colour, 0.3), more=' opacity=".45"')
    ellipse(d, high, high_r, top or lighter(colour), outline(colour))
    return high


def _wall(low: Spot, low_r: float, high: Spot, high_r: float, start: float = -1) -> str:
    """The visible mantle; `start` cuts it off left of that share of the radius."""
    drop = FLAT * (1 - start * start) ** 0.5
    (lx, ly), (hx, hy) = low, high
    return (
        f"M{run([(hx + high_r * WIDE * start, hy + high_r * drop)])}"
        f"L{run([(lx + low_r * WIDE * start, ly + low_r * drop)])}"
        f"A{run([(low_r * WIDE, low_r * FLAT)])} 0 0 0 {run([(lx + low_r * WIDE, ly)])}"
        f"L{run([(hx + high_r * WIDE, hy)])}"
        f"A{run([(high_r * WIDE, high_r * FLAT)])} 0 0 1 "
        f"{run([(hx + high_r * WIDE * start, hy + high_r * drop)])}"
    )


def ellipse(
    d: Drawing, middle: Spot, radius: float, fill: str, stroke: str = "", *, more: str = ""
) -> None:
    """A circle lying flat."""
    edge = f' stroke="{stroke}"' if stroke else ""
    d.mark(
        f'<ellipse cx="{number(middle[0])}" cy="{number(middle[1])}" rx="{number(radius * WIDE)}"'
        f' ry="{number(radius * FLAT)}" fill="{fill}"{edge}{more}/>'
    )


def lying(
    d: Drawing,
    at: Point,
    length: float,
    radius: float,
    colour: str,
    *,
    axis: str = "y",
    cap: str = "",
    rings: tuple[float, ...] = (),
    core: str = "",
) -> None:
    """A cylinder along x or y from the middle of its far end; rings on the near end."""
    x, y, z = at
    near: Point = (x, y + length, z) if axis == "y" else (x + length, y, z)
    far_spot, near_spot = project(at), project(near)
    for sx, sy in (far_spot, near_spot):
        d.keep((sx - radius * COS, sy - radius * 1.118), (sx + radius * COS, sy + radius * 1.118))
    side, turn, sweep = (1, 60, 0) if axis == "y" else (-1, 120, 1)
    tx, ty = side * radius * FLAT * COS, radius * FLAT * (1 + SIN)
    d.path(
        f"M{run([(near_spot[0] + tx, near_spot[1] + ty)])}"
        f"L{run([(far_spot[0] + tx, far_spot[1] + ty)])}"
        f"A{run([(radius * WIDE, radius * FLAT)])} {turn} 0 {sweep} "
        f"{run([(far_spot[0] - tx, far_spot[1] - ty)])}"
        f"L{run([(near_spot[0] - tx, near_spot[1] - ty)])}Z",
        colour,
        outline(colour),
    )
    circles = f'<circle r="{number(radius)}" fill="{cap or lighter(colour, 0.25)}"/>'
    for place, ring in enumerate(rings):
        fill = core if core and place == len(rings) - 1 else "none"
        circles += f'<circle r="{number(ring)}" fill="{fill}"/>'
    plane = "L" if axis == "y" else "R"
    d.on_plane(plane, near, circles, f' stroke="{outline(colour)}"')


def disc(d: Drawing, plane: str, at: Point, radius: float, fill: str) -> None:
    """A circle on a wall."""
    edge = outline(fill)
    d.on_plane(plane, at, f'<circle r="{number(radius)}" fill="{fill}" stroke="{edge}"/>')


def shadow(
    d: Drawing, x: float, y: float, width: float, depth: float, *, spread: float = 6
) -> None:
    """The shadow of something with a square base."""
    left, back, right, front = x - spread, y - spread, x + width + spread, y + depth + spread
    d.face(
        [(left, back, 0), (right, back, 0), (right, front, 0), (left, front, 0)],
        SHADOW,
        more=_SHADOW,
    )


def round_shadow(d: Drawing, x: float, y: float, radius: float) -> None:
    """The shadow of something round, spread included."""
    middle = project((x, y, 0))
    d.keep(
        (middle[0] - radius * WIDE, middle[1] - radius * FLAT),
        (middle[0] + radius * WIDE, middle[1] + radius * FLAT),
    )
    ellipse(d, middle, radius, SHADOW, more=_SHADOW)


def left_face(x: float, y: float, z: float, width: float, height: float) -> list[Point]:
    """A rectangle on a wall that looks to the lower left."""
    return [(x, y, z), (x + width, y, z), (x + width, y, z + height), (x, y, z + height)]


def right_face(x: float, y: float, z: float, depth: float, height: float) -> list[Point]:
    """A rectangle on a wall that looks to the lower right."""
    return [(x, y, z), (x, y + depth, z), (x, y + depth, z + height), (x, y, z + height)]


def top_face(x: float, y: float, z: float, width: float, depth: float) -> list[Point]:
    """A rectangle lying flat."""
    return [(x, y, z), (x + width, y, z), (x + width, y + depth, z), (x, y + depth, z)]
