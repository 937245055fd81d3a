"""Stacks: slabs, blocks on a pallet, beams, tiles on a cut floor."""

from market.drawings import palette
from market.drawings.canvas import Drawing
from market.drawings.palette import darker, lighter, outline
from market.drawings.projection import Point, number
from market.drawings.solids import box, ellipse, left_face, right_face, shadow, top_face

_WIDTH, _DEPTH = 84.0, 64.0


def slabs(
    d: Drawing,
    colour: str,
    hatch: str,
    *,
    count: int,
    thickness: float,
    slip: float = 3,
    scale: float = 1,
    figure: str = "",
    mark: str = "",
) -> None:
    """A stack of boards; `mark`: grain, grooves, veins, inlay, label, edge."""
    shadow(d, -42, -32, _WIDTH, _DEPTH)

    def slab(part: Drawing) -> None:
        box(part, (0, 0, 0), (_WIDTH, _DEPTH, thickness), colour, hatch, scale=scale)
        if mark == "edge":
            band = thickness * 0.36
            part.face(left_face(0, _DEPTH, band, _WIDTH, band), palette.RED)
            part.face(right_face(_WIDTH, 0, band, _DEPTH, band), darker(palette.RED))

    shifts = [(i % 2) * slip - slip / 2 for i in range(count - 1)] + [-slip]
    d.repeat(slab, [(-42 + o, -32, i * (thickness + 1)) for i, o in enumerate(shifts)])
    top = (count - 1) * (thickness + 1)
    _surface(d, mark, colour, (-42 - slip, -32, top + thickness))
    if figure:
        right = 42 - slip
        d.measure((right, -32, top), (right, -32, top + thickness), figure, (0, -12, 0))


def _surface(d: Drawing, mark: str, colour: str, at: Point) -> None:
    """What the upper face of the stack shows."""
    x, y, z = at
    ink = darker(colour, 0.35)
    if mark == "grain":
        for k in (16, 32, 48):
            d.line([(x, y + k, z), (x + _WIDTH, y + k, z)], outline(colour))
        for k, a in ((0, 30), (16, 58), (32, 22), (48, 50)):
            d.line([(x + a, y + k, z), (x + a, y + k + 16, z)], outline(colour))
    if mark == "grooves":
        for k in range(5, 64, 6):
            d.line([(x, y + k, z), (x + _WIDTH, y + k, z)], ink, 1.6)
    if mark == "veins":
        d.on_plane(
            "T",
            at,
            '<path d="M4 50q18-6 24-24t30-14 24-8M22 60q10-22 30-20t26-16M28 27q10 8 14 15"'
            f' fill="none" stroke="{ink}" stroke-width="1.3"/>',
        )
    if mark == "inlay":
        d.face(top_face(x + 8, y + 8, z, 68, 48), lighter(palette.TERRACOTTA, 0.3), ink)
        d.face(top_face(x + 15, y + 15, z, 54, 34), lighter(colour, 0.5), ink)
        for k in (33, 51):
            d.line([(x + k, y + 15, z), (x + k, y + 49, z)], ink)
    if mark == "label":
        d.face(top_face(x + 8, y, z, 14, _DEPTH), palette.GREEN)
        for k in (34, 60):
            d.line([(x + k, y + 8, z), (x + k, y + 56, z)], lighter(ink, 0.4), 1.2)


def blocks(
    d: Drawing,
    colour: str,
    hatch: str,
    *,
    count: tuple[int, int, int],
    size: Point,
    holes: bool = False,
) -> None:
    """Bricks or blocks on a pallet; one is already taken."""
    across, deep, high = count
    wide, thick, tall = size
    width, depth = across * wide, deep * thick
    x0, y0 = -width / 2, -depth / 2
    shadow(d, x0, y0, width, depth)
    for k in range(3):
        box(d, (x0, y0 + k * (depth - 8) / 2, 0), (width, 8, 6), palette.WOOD)
    box(d, (x0, y0, 6), (width, depth, 3), palette.WOOD)

    def block(part: Drawing) -> None:
        box(part, (0, 0, 0), (wide - 0.6, thick - 0.6, tall - 0.6), colour, hatch, scale=0.8)
        for q in (0.3, 0.7) if holes else ():
            middle = part.at((wide * q, thick / 2, tall - 0.6))
            ellipse(part, middle, 5.4, darker(colour, 0.62))

    d.repeat(
        block,
        [
            (x0 + x * wide, y0 + y * thick, 9 + z * tall)
            for z in range(high)
            for y in range(deep)
            for x in range(across)
            if z < high - 1 or x < across - 1
        ],
    )


def beams(d: Drawing, colour: str, hatch: str, mark: str = "") -> None:
    """Five beams in two layers; `mark`: loops, grain, chambers."""
    shadow(d, -42, -44, 84, 88, spread=3)

    def beam(part: Drawing) -> None:
        planes = "LRT" if mark == "grain" else "L"
        box(part, (0, 0, 0), (25, 88, 24), colour, hatch, planes=planes, scale=0.8)
        if mark == "chambers":
            hollow = darker(colour, 0.62)
            for x, z, w, h in ((3, 3, 8, 8), (14, 3, 8, 8), (3, 14, 19, 7)):
                part.face(left_face(x, 88, z, w, h), hollow)
        if mark == "loops":
            for k in (18, 70):
                part.on_plane(
                    "R",
                    (13, k, 24),
                    f'<path d="M-5 0V-5a5 5 0 0 1 10 0V0" fill="none"'
                    f' stroke="{palette.BLACK}" stroke-width="1.8"/>',
                )

    d.repeat(beam, [(-39 + k * 27, -44, 0) for k in range(3)])
    d.repeat(beam, [(-26 + k * 27, -44, 25) for k in range(2)])


def i_beams(d: Drawing, colour: str, hatch: str) -> None:
    """Three rolled steel beams, the section seen."""
    shadow(d, -40, -42, 66, 84, spread=3)

    def beam(part: Drawing) -> None:
        for x, z, w, h in ((0, 0, 30, 7), (11.5, 7, 7, 20), (0, 27, 30, 7)):
            box(part, (x, 0, z), (w, 84, h), colour, hatch, planes="L", scale=0.7)

    d.repeat(beam, [(-40, -42, 0), (-4, -42, 0), (-22, -42, 34)])


def tiles(
    d: Drawing, colour: str, other: str, *, across: int = 4, glossy: bool = False, figure: str = ""
) -> None:
    """Tiles on cut mortar and concrete; the corner is not laid yet."""
    size = 80 / across
    d_half = -40.0
    _floor(d)

    def tile(shade: str) -> None:
        def paint(part: Drawing) -> None:
            box(part, (0, 0, 0), (size - 1, size - 1, 5), shade)
            if glossy:
                part.line([(6, size - 8, 5), (size - 18, size - 8, 5)], "#fff", 2)
                part.line([(6, size - 14, 5), (size - 26, size - 14, 5)], "#fff", 2)

        last = across - 1
        open_spots = {(last, last), (last, last - 1)} if across > 2 else {(last, last)}
        d.repeat(
            paint,
            [
                (d_half + i * size, d_half + j * size, 17)
                for i in range(across)
                for j in range(across)
                if (i, j) not in open_spots and ((i + j) % 2 == 0) == (shade == colour)
            ],
        )

    tile(colour)
    tile(other)
    if across > 2:
        box(d, (25, 29, 26), (size - 1, size - 1, 5), other)
    if figure:
        d.measure((40, 40 - size, 22), (40, -40, 22), figure, (16, 0, 0))


def coat(d: Drawing, colour: str) -> None:
    """One seamless coat on concrete, with a roller's edge and a gleam."""
    _floor(d)
    box(d, (-40, -40, 17), (80, 80, 4), colour)
    d.face(
        [(-10, -40, 21), (14, -40, 21), (-16, 40, 21), (-40, 40, 21)],
        "#fff",
        more=' opacity=".25"',
    )
    ink = outline(colour)
    d.line([(-40, 18, 21.2), (40, 18, 21.2)], "#fff", 1.6)
    d.line([(-40, 23, 21.2), (40, 23, 21.2)], ink, 0.8)


def _floor(d: Drawing) -> None:
    shadow(d, -40, -40, 80, 80)
    box(d, (-40, -40, 0), (80, 80, 12), palette.CONCRETE, "concrete", scale=0.8)
    box(d, (-40, -40, 12), (80, 80, 5), palette.CEMENT, "gypsum", scale=0.6)


def bags(d: Drawing, colour: str, band: str, count: int, mark: str = "") -> None:
    """Filled bags with a coloured band; `mark`: trowel."""
    shadow(d, -36, -26, 72, 52)

    def bag(part: Drawing) -> None:
        _pillow(part, colour)
        part.face(left_face(26, 52, 2.4, 20, 11.6), band)

    d.repeat(bag, [(-36 + (-3, 3, 0)[i % 3], -26, i * 17) for i in range(count)])
    top = (count - 1) * 17 + 16
    x = -36 + (-3, 3, 0)[(count - 1) % 3]
    d.face(
        [(x + 26, -24.5, top + 1.2), (x + 46, -25, top + 0.2), (x + 46, 26, top - 2),
         (x + 26, 26, top - 2)],
        band,
    )  # fmt: skip
    if mark == "trowel":
        _notched_trowel(d, (6, 6, top + 3))


def _pillow(d: Drawing, colour: str) -> None:
    """One bag of 72 by 52 by 16: bulging sides and back."""
    low = [d.at(p) for p in ((0, 52, 3), (72, 52, 3), (72, 0, 3))]
    high = [d.at(p) for p in ((0, 52, 14), (72, 52, 14), (72, 0, 14), (0, 0, 14))]
    (ax, ay), (bx, by), (cx, cy) = low
    (hx, hy), (ix, iy), (jx, jy), (kx, ky) = high
    n = number

    def way(*values: float) -> str:
        return " ".join(n(value) for value in values)

    right = (
        f"Q{way(jx + 5, jy + 6, cx - 1, cy + 1)}Q{way((bx + cx) / 2, (by + cy) / 2 + 4, bx, by)}"
    )
    left = f"Q{way((ax + bx) / 2, (ay + by) / 2 + 4, ax + 1, ay + 1)}Q{way(hx - 5, hy + 6, hx, hy)}"
    ink = outline(colour)
    d.path(f"M{way(hx, hy)}L{way(jx, jy)}{right}{left}Z", colour, ink)
    d.path(f"M{way(ix, iy)}L{way(jx, jy)}{right}Z", darker(colour, 0.22), more=' opacity=".8"')
    mx, my = d.at((36, 26, 21))
    d.path(
        f"M{way(kx, ky)}Q{way(mx + 10, my - 14, jx, jy)}L{way(ix, iy)}L{way(hx, hy)}"
        f"Q{way(mx - 14, my - 12, kx, ky)}Z",
        lighter(colour),
        ink,
    )


def _notched_trowel(d: Drawing, at: Point) -> None:
    x, y, z = at
    steel = palette.STEEL
    d.face(top_face(x - 26, y - 10, z, 46, 22), lighter(steel), outline(steel))
    for k in range(6):
        d.face(top_face(x - 24 + k * 8, y + 12, z, 4, 4), lighter(steel), outline(steel))
    box(d, (x - 18, y - 2, z + 4), (30, 5, 5), palette.RED)
