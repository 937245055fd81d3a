"""Round things: drums, rolls, pipes, tanks, cartridges, coils."""

from market.drawings import palette
from market.drawings.canvas import Drawing
from market.drawings.palette import darker, lighter, outline
from market.drawings.projection import FLAT, WIDE, Point, number, project, run
from market.drawings.solids import (
    box,
    disc,
    ellipse,
    left_face,
    lying,
    right_face,
    round_shadow,
    shadow,
    top_face,
    upright,
)


def drums(
    d: Drawing, colour: str, band: str, *, content: str = "", small: bool = True, mark: str = ""
) -> None:
    """A large drum, open when it has a content, and a small one; `mark` tells coatings apart."""
    round_shadow(d, 12, -6, 35)
    if small:
        round_shadow(d, -22, 22, 21)
        upright(
            d,
            (-24, 20, 0),
            17,
            34,
            colour,
            top=lighter(colour, 0.2),
            foot=15.5,
            band=(0.25, 0.7, band),
        )
    top = content or lighter(colour, 0.2)
    x, y = upright(d, (10, -8, 0), 30, 58, colour, top=top, foot=27, band=(0.22, 0.68, band))
    if content:
        _open_lid(d, x, y, content)
    else:
        ellipse(d, (x, y), 24, lighter(colour, 0.3), outline(colour))
        ellipse(d, (x + 14, y + 3), 5, palette.WHITE, outline(colour))
    _DRUM_MARKS.get(mark, _no_mark)(d, x, y)


def _no_mark(d: Drawing, x: float, y: float) -> None:
    """Some drums are known by their colours."""


def _open_lid(d: Drawing, x: float, y: float, content: str) -> None:
    ink = darker(content, 0.3)
    ellipse(d, (x, y), 27, content, ink)
    d.mark(
        f'<ellipse cx="{number(x - 8)}" cy="{number(y - 3)}" rx="12" ry="4" fill="#fff"'
        ' opacity=".35"/>'
    )
    left, low = x - 30 * WIDE * 0.62, y + 30 * FLAT * 0.78
    d.path(f"M{run([(left, low)])}q1 14 4 22q4 5 7-1q1-8 3-17z", content, ink)


def _roller(d: Drawing, x: float, y: float) -> None:
    green = palette.GREEN
    d.keep((x - 28, y - 46), (x + 34, y))
    d.path(f"M{run([(x + 8, y - 4)])}l22-12-6-14", "", palette.BLACK, 2)
    d.path(f"M{run([(x + 24, y - 30)])}l-4-12", "", palette.RED, 5)
    d.path(f"M{run([(x - 20, y + 1)])}l28-14q8 0 9 8l-28 14q-8 0-9-8z", green, outline(green))


def _brush(d: Drawing, x: float, y: float) -> None:
    wood = palette.WOOD
    d.keep((x + 46, y - 34))
    d.path(f"M{run([(x + 8, y - 10)])}l30-24 7 6-27 26z", wood, outline(wood))
    d.path(f"M{run([(x - 16, y + 2)])}l22-14 12 9-16 16q-10 2-18-11z", palette.BLACK, "#20282c")


def _sun(d: Drawing, x: float, y: float) -> None:
    d.keep((x, y - 42))
    rays = "".join(
        f"M{run([(x + dx * 12, y - 24 + dy * 12)])}l{run([(dx * 5, dy * 5)])}"
        for dx, dy in ((1, 0), (-1, 0), (0, -1), (0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7))
    )
    d.mark(
        f'<circle cx="{number(x)}" cy="{number(y - 24)}" r="8.5" fill="{palette.YELLOW}"'
        f' stroke="{outline(palette.YELLOW)}"/>'
    )
    d.path(rays, "", palette.darker(palette.YELLOW, 0.15), 2.4)


def _air(d: Drawing, x: float, y: float) -> None:
    d.keep((x - 24, y - 40), (x + 34, y - 40))
    for shift in (-18, 0, 18):
        start = run([(x + shift, y - 8)])
        d.path(f"M{start}q-8-8 0-15t0-15", "", palette.BLUE, 3)


def _big_tube(d: Drawing, x: float, y: float) -> None:
    lying(
        d,
        (-44, 34, 8),
        52,
        8,
        palette.YELLOW,
        axis="x",
        cap=palette.WHITE,
        rings=(4,),
        core=palette.BLACK,
    )
    lying(d, (8, 34, 8), 12, 3.5, palette.BLACK, axis="x")


_DRUM_MARKS = {"roller": _roller, "brush": _brush, "sun": _sun, "air": _air}


def small_drum(d: Drawing, colour: str, band: str) -> None:
    """A squat can with a handle and a tube of glue before it."""
    round_shadow(d, -6, -10, 34)
    x, y = upright(d, (-6, -10, 0), 28, 36, colour, foot=27, band=(0.2, 0.75, band))
    ellipse(d, (x, y), 21, lighter(colour, 0.5), outline(colour))
    d.keep((x, y - 30))
    arch = run([(x - 24, y - 40), (x + 24, y - 40), (x + 30, y + 2)])
    d.path(f"M{run([(x - 30, y + 2)])}C{arch}", "", palette.BLACK, 1.6)
    _big_tube(d, 0, 0)


def roll(d: Drawing, colour: str, mark: str = "", figure: str = "") -> None:
    """A half opened roll; `mark`: soft (wool), tube, clear."""
    shadow(d, -44, -34, 88, 68, spread=4)
    thick = 9.0 if mark == "soft" else 2.5
    if mark == "clear":
        _clear_sheet(d, colour)
    else:
        hatch, scale = ("wool", 1.0) if mark == "soft" else ("dots", 1.0)
        box(d, (-6, -36, 0), (64, 72, thick), colour, top=lighter(colour, 0.22))
        face = top_face(-6, -36, thick, 64, 72)
        d.face(face, d.hatch(hatch, "T", darker(colour, 0.5), scale))
        if mark == "soft":
            d.face(left_face(-6, 36, 0, 64, thick), d.hatch("wool", "L", darker(colour, 0.5), 0.7))
        else:
            d.face(top_face(48, -36, thick, 10, 72), lighter(colour, 0.5))
    rings = (18.0, 14.5, 11.0, 7.0) if mark != "soft" else (20.0, 13.0, 5.0)
    radius = 27 if mark == "soft" else 22
    lying(d, (-14, -36, radius), 72, radius, colour, cap=lighter(colour, 0.15), rings=rings,
          core=lighter(colour, 0.75))  # fmt: skip
    if mark == "tube":
        lying(d, (28, -34, 15), 46, 12, palette.YELLOW, rings=(5,), core=palette.RED)
        lying(d, (28, 12, 15), 8, 5, palette.RED)
        lying(d, (28, 20, 15), 18, 3, palette.WHITE)
    if figure:
        d.measure((58, 36, 0), (58, -36, 0), figure, (10, 0, 0))


def _clear_sheet(d: Drawing, colour: str) -> None:
    """Film through which young plants are seen."""
    for x, y in ((8, -18), (34, -18), (8, 14), (34, 14)):
        sx, sy = d.at((x, y, 0))
        d.path(f"M{run([(sx, sy)])}v-9m0 3q-7-1-8-7q7 0 8 7q7-1 8-7q-7 0-8 7", "", palette.GREEN, 2)
    face = top_face(-6, -36, 4, 64, 72)
    d.face(face, lighter(colour, 0.5), outline(colour), more=' fill-opacity=".55"')
    d.face(face, d.hatch("glass", "T", "#ffffff"))


def pipes(d: Drawing, colour: str, figure: str = "") -> None:
    """Six pipes stacked as a hexagon, bores seen."""
    shadow(d, -40, -42, 72, 84, spread=3)

    def pipe(part: Drawing) -> None:
        lying(part, (0, 0, 0), 88, 12, colour, rings=(8.5,), core="#3a4a4f")

    d.repeat(pipe, [(-28, -44, 12), (-3, -44, 12), (22, -44, 12),
                    (-15.5, -44, 33), (9.5, -44, 33), (-3, -44, 54)])  # fmt: skip
    if figure:
        d.measure((10, 44, 12), (34, 44, 12), figure, (0, 12, -14))


def rebar(d: Drawing, colour: str) -> None:
    """A bundle of thin ribbed bars, tied twice."""
    shadow(d, -34, -52, 62, 104, spread=3)

    def bar(part: Drawing) -> None:
        lying(part, (0, 0, 0), 104, 5.5, colour, cap=lighter(colour, 0.1))
        for k in range(6, 104, 7):
            ax, ay = part.at((-3.4, k, 4.6))
            part.path(f"M{run([(ax, ay)])}l5 8", "", outline(colour), 1.3)

    places: list[Point] = []
    for row, count in enumerate((5, 4, 3)):
        places += [(-30 + row * 6 + k * 12, -52, 6 + row * 10) for k in range(count)]
    d.repeat(bar, places)
    for k in (-26, 26):
        a, b = d.at((-38, k, 4)), d.at((-14, k, 36))
        c, e = d.at((10, k, 34)), d.at((26, k, 4))
        d.path(f"M{run([a, b, c, e])}", "", palette.COPPER, 2.6)


def cartridges(d: Drawing, colour: str, band: str) -> None:
    """Three cartridges of sealant with their nozzles."""
    shadow(d, -40, -44, 58, 84, spread=2)

    def cartridge(part: Drawing) -> None:
        lying(part, (0, 0, 0), 64, 13, colour, cap=lighter(colour, 0.4), rings=(5,), core=band)
        lying(part, (0, 64, 0), 10, 5, band)
        lying(part, (0, 74, 0), 18, 2.6, palette.PVC)

    d.repeat(cartridge, [(-26, -44, 13), (4, -44, 13), (-11, -44, 38)])


def coil(d: Drawing, colour: str) -> None:
    """A coil of wire with its bare end and a socket."""
    round_shadow(d, -4, -4, 42)
    for k in range(6):
        x, y = d.at((-4, -4, 4 + k * 6))
        d.keep((x - 45, y), (x + 45, y - 26), (x, y + 26))
        for width, ink in (
            (7.4, outline(colour)),
            (5.8, colour if k % 2 else lighter(colour, 0.2)),
        ):
            d.mark(
                f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="42" ry="24" fill="none"'
                f' stroke="{ink}" stroke-width="{number(width)}"/>'
            )
    x, y = d.at((42, 20, 4))
    d.path(f"M{run([(x - 18, y - 8)])}q14 8 22-4", "", outline(colour), 6)
    d.path(f"M{run([(x + 3, y - 11)])}l8-10", "", palette.YELLOW, 4)
    box(d, (26, 40, 0), (26, 7, 26), palette.WHITE)
    d.on_plane(
        "L",
        (39, 47, 13),
        f'<path d="M-5-5v5M5-5v5M0 3l0 4" stroke="{palette.BLACK}" stroke-width="2.4"/>',
    )


def upright_tanks(d: Drawing, colour: str, cap: str, mark: str = "") -> None:
    """A pressure tank; `mark`: filters, salt."""
    round_shadow(d, 0, 0, 34)
    upright(d, (0, 0, 2), 27, 78, colour, top=lighter(colour, 0.5), band=(0.62, 0.78, cap))
    upright(d, (0, 0, 80), 9, 8, cap)
    if mark == "filters":
        for x, y in ((-34, 22), (-18, 42)):
            round_shadow(d, x, y, 14)
            upright(d, (x, y, 2), 11, 40, palette.ALUMINIUM, band=(0.5, 0.75, cap))
            upright(d, (x, y, 42), 12, 6, cap)
    if mark == "salt":
        box(d, (-52, 18, 0), (38, 26, 34), palette.WHITE)
        d.face(left_face(-46, 44, 6, 26, 18), palette.BLUE)
        d.on_plane(
            "L",
            (-33, 44, 15),
            '<path d="M-6 4V-4H6V4z" fill="#fff"/>',
        )


def rain_tank(d: Drawing, colour: str, cap: str) -> None:
    """A ribbed garden tank under a down pipe, rain falling into it."""
    round_shadow(d, 0, 0, 38)
    for k in range(3):
        upright(d, (0, 0, 2 + k * 22), 31, 22, colour, foot=30)
    x, y = upright(d, (0, 0, 68), 20, 5, cap)
    d.keep((x - 30, y - 40), (x, y - 40))
    d.path(f"M{run([(x - 44, y - 34)])}h34q10 0 10 10v24", "", outline(palette.STEEL), 9)
    d.path(f"M{run([(x - 44, y - 34)])}h34q10 0 10 10v24", "", palette.STEEL, 7)
    for dx, dy in ((22, -30), (36, -18), (30, -40)):
        d.path(f"M{run([(x + dx, y + dy)])}q-5 9 0 11q5-2 0-11z", palette.BLUE)


def pool_filter(d: Drawing, colour: str) -> None:
    """A sand filter beside a basin of water with a ladder."""
    shadow(d, -50, -34, 100, 72)
    box(d, (-14, -34, 0), (64, 72, 16), palette.WHITE)
    water = top_face(-8, -28, 16, 52, 60)
    d.face(water, palette.GLASS, outline(palette.BLUE))
    d.face(water, d.hatch("water", "T", palette.BLUE))
    upright(
        d,
        (-34, 8, 0),
        20,
        36,
        colour,
        top=lighter(colour, 0.4),
        foot=17,
        band=(0.3, 0.6, palette.NAVY),
    )
    upright(d, (-34, 8, 36), 8, 12, palette.BLACK)
    for y in (-16, -4):
        x, z = d.at((44, y, 20))
        d.path(f"M{run([(x - 10, z + 4)])}v-26q0-8 8-8t8 8v30", "", outline(palette.STEEL), 2.6)


def lying_tank(d: Drawing, colour: str, mark: str = "") -> None:
    """A tank on its side; `mark` soil sinks it by half, else it stands on saddles with pipes."""
    if mark == "soil":
        _sunk_tank(d, colour)
        return
    shadow(d, -46, -24, 92, 48)
    for x in (-34, 22):
        box(d, (x, -20, 0), (12, 40, 14), palette.CONCRETE)
    lying(d, (-48, 0, 34), 96, 26, colour, axis="x", rings=(19,))
    disc(d, "R", (48, 0, 34), 7, palette.BLUE)
    upright(d, (-18, 0, 58), 7, 12, palette.BLUE)
    upright(d, (18, 0, 58), 7, 12, palette.GREEN)


def _sunk_tank(d: Drawing, colour: str) -> None:
    """The ground in front of the pit hides the lower half of the tank."""
    shadow(d, -54, -44, 108, 88, spread=2)
    ground, soil = lighter(palette.SOIL, 0.45), palette.SOIL
    d.face(top_face(-54, -44, 30, 108, 88), ground, outline(soil))
    d.face(top_face(-40, -27, 30, 80, 54), darker(soil, 0.4))
    lying(d, (-36, 0, 34), 72, 24, colour, axis="x", rings=(17,))
    for x in (-20, 14):
        upright(d, (x, 0, 55), 9, 10, colour, top=palette.BLACK)
    d.face(top_face(-54, 25, 30, 108, 19), ground)
    d.face(top_face(38, -44, 30, 16, 88), ground)
    for plane, face, fill in (
        ("L", left_face(-54, 44, 0, 108, 30), soil),
        ("R", right_face(54, -44, 0, 88, 30), darker(soil)),
    ):
        d.face(face, fill, outline(soil))
        d.face(face, d.hatch("soil", plane, darker(soil, 0.5)))


def trough(d: Drawing, colour: str) -> None:
    """An open steel trough of three chambers, fat floating in the first."""
    shadow(d, -50, -26, 100, 52)
    box(
        d,
        (-50, -26, 0),
        (100, 52, 44),
        colour,
        "metal",
        planes="L",
        scale=0.9,
        top=palette.lighter(colour, 0.5),
    )
    for k, fill in enumerate((palette.YELLOW, palette.FOAM, palette.GLASS)):
        d.face(top_face(-46 + k * 32, -22, 44, 28, 44), darker(fill, 0.12), outline(colour))
        d.face(top_face(-46 + k * 32, -15, 44, 28, 37), fill)
    for k in range(3):
        x, y = project((-40 + k * 9, -6 + k * 7, 44))
        ellipse(d, (x, y), 3, lighter(palette.YELLOW, 0.6))
    disc(d, "R", (50, 0, 32), 9, palette.BLACK)


def wall_heater(d: Drawing, colour: str) -> None:
    """A water heater hanging on a tiled wall, two pipes below."""
    shadow(d, -52, -6, 104, 10, spread=3)
    wall = left_face(-52, -4, 0, 104, 92)
    box(d, (-52, -10, 0), (104, 6, 92), palette.CERAMIC)
    d.face(wall, d.hatch("grid", "L", darker(palette.CERAMIC, 0.15), 1.5))
    for x, ink in ((-10, palette.BLUE), (14, palette.RED)):
        d.line([(x, 18, 8), (x, 18, 44)], outline(ink), 5)
        d.line([(x, 18, 8), (x, 18, 44)], ink, 3.4)
    lying(d, (-40, 18, 60), 78, 22, colour, axis="x", rings=(15,))
    disc(d, "R", (38, 18, 60), 6, palette.RED)
