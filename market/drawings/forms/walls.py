"""Things that stand in a wall or lean: windows, doors, sheets, roofs, tilted panes."""

from collections.abc import Callable

from market.drawings import palette
from market.drawings.canvas import Drawing
from market.drawings.palette import blend, darker, lighter, outline
from market.drawings.projection import Point, Spot, number, project
from market.drawings.solids import box, left_face, lying, right_face, shadow, top_face


def window(d: Drawing, colour: str) -> None:
    """Two leaves in a frame; the panes are seen at its cut edge."""
    _frame(d, colour, 96, 92)

    def leaf(part: Drawing) -> None:
        part.face(left_face(0, 0, 0, 37.5, 78), lighter(colour, 0.2), outline(colour))
        _glazing(part, 5, 5, 27.5, 68)

    d.repeat(leaf, [(-41, 12, 7), (3.5, 12, 7)])
    x, y = project((0, 12, 42))
    d.mark(f'<rect x="{number(x - 1.8)}" y="{number(y - 7)}" width="3.8" height="14" rx="1.8"'
           f' fill="{palette.BLACK}"/>')  # fmt: skip
    for k, fill in enumerate((palette.GLASS, "#fff", palette.GLASS, "#fff", palette.GLASS)):
        d.face(right_face(48, 1.5 + k * 2, 4, 2, 84), fill)


def curtain_wall(d: Drawing, colour: str) -> None:
    """A grid of three by two panes running past two floors."""
    shadow(d, -54, -8, 108, 20)
    box(d, (-54, 0, 0), (108, 8, 104), colour)

    def pane(part: Drawing) -> None:
        _glazing(part, 0, 0, 31, 46)

    d.repeat(pane, [(-51 + i * 35, 8, 4 + j * 50) for i in range(3) for j in range(2)])
    for x in (-18.0, 17.0):
        box(d, (x - 2, 8, 0), (4, 4, 104), colour)


def shading(d: Drawing, colour: str) -> None:
    """Turned slats before a window, with the box they roll into."""
    _frame(d, palette.WHITE, 92, 88)
    d.face(left_face(-40, 12, 6, 80, 76), palette.GLASS, outline(palette.GLASS))

    def slat(part: Drawing) -> None:
        part.face(
            [(0, 0, 4), (88, 0, 4), (88, 7, 0), (0, 7, 0)], lighter(colour, 0.2), outline(colour)
        )

    d.repeat(slat, [(-44, 14, 26 + k * 7) for k in range(8)])
    box(d, (-50, 0, 82), (100, 22, 16), darker(colour, 0.1))
    d.line([(-38, 21, 26), (-38, 21, 82)], palette.BLACK, 0.8)
    d.line([(38, 21, 26), (38, 21, 82)], palette.BLACK, 0.8)


def door(d: Drawing, colour: str) -> None:
    """A panelled door with a yellow handle."""
    shadow(d, -31, -6, 62, 20)
    box(d, (-31, 0, 0), (62, 12, 112), colour)
    ink = darker(colour, 0.5)
    d.face(left_face(-24, 12, 0, 48, 105), darker(colour, 0.28), ink)
    for z, tall in ((10, 34), (54, 44)):
        d.face(left_face(-16, 12, z, 32, tall), darker(colour, 0.14), ink)
    x, y = project((18, 12, 50))
    d.mark(f'<rect x="{number(x - 2)}" y="{number(y - 9)}" width="4.4" height="16" rx="2"'
           f' fill="{palette.YELLOW}" stroke="#6b5212" stroke-width=".7"/>')  # fmt: skip


def _frame(d: Drawing, colour: str, width: float, height: float) -> None:
    shadow(d, -width / 2, -4, width, 16)
    box(d, (-width / 2, 0, 0), (width, 12, height), colour)


def _glazing(d: Drawing, x: float, z: float, width: float, height: float) -> None:
    glass = palette.GLASS
    d.face(left_face(x, 0, z, width, height), lighter(glass, 0.15), outline(glass))
    d.face(
        [(x, 0, z + height * 0.45), (x, 0, z + height * 0.2), (x + width, 0, z + height * 0.7),
         (x + width, 0, z + height * 0.95)],
        "#fff",
        more=' opacity=".5"',
    )  # fmt: skip


def glass(d: Drawing, panes: int) -> None:
    """Standing panes with their edge seen; more than one are held apart by spacers."""
    shadow(d, -44, -16, 88, 34)
    colour = palette.GLASS
    gap = 13
    for k in range(panes):
        y = -14.0 + k * gap if panes > 1 else 0.0
        right_cut = 0 if panes == 1 else k * 6
        tall = 92 - right_cut
        d.face(left_face(-42, y + 4, 0, 84, tall), lighter(colour, 0.3), outline(colour), 0,
               ' fill-opacity=".8"')  # fmt: skip
        d.face(right_face(42, y, 0, 4, tall), palette.blend(colour, palette.GREEN, 0.6),
               outline(colour))  # fmt: skip
        d.face([(-42, y, tall), (42, y, tall), (42, y + 4, tall), (-42, y + 4, tall)],
               palette.blend(colour, palette.GREEN, 0.3), outline(colour))  # fmt: skip
        if k < panes - 1:
            box(d, (-42, y + 4, 0), (84, 9, 6), palette.STEEL)
            box(d, (36, y + 4, 0), (5, 9, tall - 8), palette.STEEL)
    y = -10 + (panes - 1) * gap if panes > 1 else 4
    tall = 92 - (panes - 1) * 6
    face = left_face(-42, y, 0, 84, tall)
    d.face(face, d.hatch("glass", "L", "#ffffff", 1.6))
    if panes == 1:
        for x in (-30, 18):
            box(d, (x, -8, 0), (12, 24, 7), palette.WOOD)


def folded_panels(d: Drawing, colour: str, other: str) -> None:
    """Metal facade panels with a folded edge, one of another metal."""
    shadow(d, -50, -12, 100, 36)
    for x, y, fill in ((-44.0, -14.0, other), (-50.0, 10.0, colour)):
        box(d, (x, y, 0), (84, 12, 88), fill, "metal", planes="R", scale=0.8)
        d.face(left_face(x + 6, y + 12, 6, 72, 76), lighter(fill, 0.25), outline(fill), 0.7)
    for k in (0, 1):
        d.line([(-40, 22, 26 + k * 36), (24, 22, 26 + k * 36)], outline(colour), 1.4)
    d.face([(-10, 22, 10), (6, 22, 10), (-16, 22, 78), (-32, 22, 78)], "#fff", more=' opacity=".4"')


def moulded_panel(d: Drawing, colour: str) -> None:
    """A gypsum panel with a relief frame and a rosette, a cornice above."""
    shadow(d, -44, -6, 88, 20)
    box(d, (-44, 0, 0), (88, 9, 82), colour, "gypsum", planes="R", scale=0.8)
    for gap, fill in ((9, darker(colour, 0.14)), (13, lighter(colour, 0.3))):
        d.face(left_face(-44 + gap, 9, gap, 88 - 2 * gap, 78 - 2 * gap), fill, outline(colour), 0.7)
    ink = outline(colour)
    petals = "".join(
        f'<ellipse rx="4.5" ry="10" cy="-9" transform="rotate({turn})"/>'
        for turn in range(0, 360, 60)
    )
    d.on_plane("L", (0, 9, 40), f'{petals}<circle r="4"/>',
               f' fill="{darker(colour, 0.1)}" stroke="{ink}" stroke-width=".7"')  # fmt: skip
    for k, out in enumerate((4, 8, 12)):
        box(d, (-44, 0, 82 + k * 5), (88 + out / 2, 9 + out, 5), colour)


def plain_panel(d: Drawing, colour: str) -> None:
    """A framed panel with a diagonal brace: anything for openings and finishes."""
    shadow(d, -46, -6, 92, 20)
    box(d, (-46, 0, 0), (92, 10, 84), colour)
    d.face(left_face(-38, 10, 8, 76, 68), lighter(colour, 0.4), outline(colour))
    d.face([(-38, 10, 8), (-28, 10, 8), (38, 10, 76), (28, 10, 76)], colour, outline(colour))


def boards(d: Drawing, colour: str) -> None:
    """Standing wood boards of different tones joined by tongues."""
    shadow(d, -46, -6, 92, 20)
    for k in range(5):
        shade = palette.blend(colour, palette.DARK_WOOD, (0, 0.45, 0.15, 0.6, 0.05)[k])
        x = -46.0 + k * 18
        tall = (92, 96, 90, 96, 93)[k]
        box(d, (x, 0, 0), (17.4, 8, tall), shade)
        for line, end in ((5, tall - 8), (11, tall - 22)):
            d.line([(x + line, 8, 14), (x + line, 8, end)], darker(shade, 0.3))
    box(d, (-46, 8, 0), (90, 4, 10), palette.DARK_WOOD)


def roof(d: Drawing, colour: str) -> None:
    """A pitch of roof tiles in overlapping rows on battens."""
    shadow(d, -46, -36, 92, 78, spread=2)
    box(d, (-46, -36, 0), (92, 6, 50), palette.WOOD)

    def row(part: Drawing) -> None:
        for k in range(7):
            x = k * 13.6
            part.face([(x, 0, 14), (x + 13, 0, 14), (x + 13, 20, 0), (x, 20, 0)],
                      colour, outline(colour))  # fmt: skip
            part.face([(x + 8, 0, 15), (x + 13, 0, 14), (x + 13, 20, 0), (x + 8, 20, 1)],
                      lighter(colour, 0.28))  # fmt: skip
            part.face([(x, 20, 0), (x + 13, 20, 0), (x + 13, 20, -4), (x, 20, -4)],
                      darker(colour, 0.3))  # fmt: skip

    d.repeat(row, [(-46, -34 + k * 17, 48 - k * 12) for k in range(4)])
    lying(d, (-48, -34, 63), 98, 6, darker(colour, 0.12), axis="x", rings=(3,))


def _on_slope(u: float, v: float) -> Point:
    """A spot of the tilted pane: u along, v downwards."""
    return -48 + 96 * u, -34 + 68 * v, 58 - 50 * v


def _slope(d: Drawing, start: Spot, end: Spot, fill: str) -> None:
    (u, v), (far_u, far_v) = start, end
    corners = ((u, v), (far_u, v), (far_u, far_v), (u, far_v))
    d.face([_on_slope(*corner) for corner in corners], fill)


def _tilted(d: Drawing, cover: Callable[[], None]) -> None:
    metal = palette.ALUMINIUM
    shadow(d, -46, -34, 92, 68, spread=2)
    for x in (-38, 34):
        box(d, (x, -30, 0), (4, 4, 52), metal)
    d.face([(48, -34, 58), (48, 34, 8), (48, 34, 4), (48, -34, 54)], darker(metal, 0.4))
    d.face(left_face(-48, 34, 4, 96, 4), darker(metal, 0.15))
    d.face([_on_slope(0, 0), _on_slope(1, 0), _on_slope(1, 1), _on_slope(0, 1)], metal,
           darker(metal, 0.4))  # fmt: skip
    cover()


def solar_panel(d: Drawing, colour: str, figure: str = "") -> None:
    """A tilted panel of cells."""

    def cells() -> None:
        for i in range(6):
            for j in range(4):
                u, v = 0.026 + 0.16 * i, 0.036 + 0.235 * j
                light = round(0.1 + 0.35 * ((i + 4 - j) / 10) ** 1.5, 2)
                _slope(d, (u, v), (u + 0.148, v + 0.223), blend(colour, "#6f9cc9", light))
        d.face([_on_slope(0.3, 0.02), _on_slope(0.48, 0.02), _on_slope(0.3, 0.98),
                _on_slope(0.12, 0.98)], "#fff", more=' opacity=".12"')  # fmt: skip

    _tilted(d, cells)
    if figure:
        d.measure(_on_slope(0, 1), _on_slope(1, 1), figure, (0, 14, -4))


def solar_heater(d: Drawing, colour: str) -> None:
    """A tilted rack of black tubes under a tank."""

    def tubes() -> None:
        for i in range(11):
            u = 0.04 + 0.92 * i / 11
            _slope(d, (u, 0.12), (u + 0.055, 0.96), colour)
        lying(d, (-50, -34, 64), 100, 12, palette.ALUMINIUM, axis="x", rings=(6,), core=palette.RED)

    _tilted(d, tubes)


def solar_system(d: Drawing, colour: str) -> None:
    """Two panels on a roof edge, an inverter and the cable between."""
    shadow(d, -52, -38, 104, 84, spread=2)
    box(d, (-52, -38, 0), (104, 10, 60), palette.WHITE)
    metal = palette.ALUMINIUM

    def panel(part: Drawing) -> None:
        part.face([(0, 0, 42), (50, 0, 42), (50, 38, 0), (0, 38, 0)], metal, outline(metal))
        for i in range(3):
            for j in range(3):
                y, far = 2 + j * 12, 12 + j * 12
                part.face(
                    [(3 + i * 15, y, 42 - y * 1.1), (16 + i * 15, y, 42 - y * 1.1),
                     (16 + i * 15, far, 42 - far * 1.1), (3 + i * 15, far, 42 - far * 1.1)],
                    colour,
                )  # fmt: skip

    d.repeat(panel, [(-52, -28, 24), (1, -28, 24)])
    box(d, (-14, 26, 0), (40, 14, 34), palette.WHITE)
    d.face(left_face(-8, 40, 18, 28, 10), "#22352f")
    d.face(left_face(-4, 40, 21, 14, 4), "#9fe0bd")
    d.face(left_face(-14, 40, 4, 40, 5), palette.YELLOW)
    d.line([(38, 10, 20), (38, 34, 2), (26, 34, 8)], palette.BLACK, 2.2)


def greenhouse(d: Drawing, colour: str) -> None:
    """Five bare hoops joined by purlins."""
    shadow(d, -44, -46, 88, 92, spread=3)
    for k in range(5):
        y = -44.0 + k * 22
        d.keep(project((0, y, 72)), project((-40, y, 0)), project((40, y, 0)))
        for ink, width in ((outline(colour), 4.6), (lighter(colour, 0.2), 3)):
            d.on_plane(
                "L",
                (0, y, 0),
                f'<path d="M-40 0V-28C-38-58-20-66 0-68C20-66 38-58 40-28V0" fill="none"'
                f' stroke="{ink}" stroke-width="{number(width)}"/>',
            )
    for x, z in ((-40, 28), (0, 68), (40, 28)):
        d.line([(x, -46, z), (x, 46, z)], outline(colour), 3)
    d.face(top_face(-24, -30, 0.5, 14, 60), palette.SOIL)
    d.face(top_face(8, -30, 0.5, 14, 60), palette.SOIL)
