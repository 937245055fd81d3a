"""Things of bath, kitchen, ceiling and yard: fixtures, lamps, heaps, trays."""

import math

from market.drawings import palette
from market.drawings.canvas import Drawing
from market.drawings.palette import darker, lighter, outline
from market.drawings.projection import number, project, run
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

_CERAMIC_LINE = "#8c9a97"


def toilet(d: Drawing) -> None:
    """A pan with its cistern."""
    white = palette.WHITE
    round_shadow(d, 0, 2, 28)
    box(d, (-22, -40, 30), (44, 18, 50), white, line=_CERAMIC_LINE)
    box(d, (-24, -42, 80), (48, 22, 5), white, line=_CERAMIC_LINE)
    upright(d, (0, 4, 0), 15, 28, white, foot=18)
    x, y = upright(d, (0, 4, 28), 27, 9, white, top="#fff")
    ellipse(d, (x, y), 19.5, "#d9e4e6", _CERAMIC_LINE)
    ellipse(d, (x, y + 3), 11.5, palette.GLASS)


def basin(d: Drawing) -> None:
    """A wash basin on its column with a tap."""
    white = palette.WHITE
    round_shadow(d, 0, 0, 22)
    upright(d, (0, 0, 0), 10, 52, white, foot=14)
    x, y = upright(d, (0, 0, 52), 38, 14, white, top="#fff", foot=20)
    ellipse(d, (x, y + 1), 30, "#d9e4e6", _CERAMIC_LINE)
    ellipse(d, (x, y + 4), 20, palette.GLASS)
    ellipse(d, (x, y + 5), 3, palette.BLACK)
    steel = palette.STEEL
    d.keep((x, y - 42))
    for ink, width in ((outline(steel), 8.0), (lighter(steel, 0.2), 6.0)):
        d.path(f"M{run([(x, y - 22)])}v-10q0-8 8-6l4 14", "", ink, width)


def tap(d: Drawing) -> None:
    """A single lever tap and one drop."""
    steel = palette.STEEL
    shadow(d, -34, -26, 68, 52, spread=2)
    box(d, (-40, -30, 0), (80, 60, 6), palette.WHITE, line="#a8b3b0")
    upright(d, (0, -6, 6), 10, 8, steel)
    upright(d, (0, -6, 14), 7, 46, steel)
    d.keep((-28, -84), (56, 6))
    d.path("M5-34C10-74 52-66 52-30V-14L40-20V-30C40-48 22-52 17-28", lighter(steel, 0.2),
           outline(steel), 1)  # fmt: skip
    d.path("M5-60-21-74q-6-2-5 3l4 5L3-54z", lighter(steel, 0.35), outline(steel))
    d.path("M46-10q-6 10 0 13q6-3 0-13z", palette.BLUE)


def valve(d: Drawing) -> None:
    """A brass valve between two flanges under a red hand wheel."""
    brass, ink = palette.COPPER, outline(palette.COPPER)
    round_shadow(d, 0, 0, 34)
    lying(d, (0, -46, 22), 10, 20, brass)
    lying(d, (0, -36, 22), 72, 12, brass)
    upright(d, (0, 0, 22), 16, 24, brass, foot=19)
    upright(d, (0, 0, 46), 5, 22, palette.STEEL)
    lying(d, (0, 36, 22), 10, 20, brass, rings=(13, 9), core="#3a4a4f")
    x, y = d.at((0, 0, 70))
    d.keep((x - 36, y - 22), (x + 36, y + 4))
    for colour, width in ((outline(palette.RED), 8.4), (palette.RED, 6.2)):
        d.mark(f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="32" ry="18" fill="none"'
               f' stroke="{colour}" stroke-width="{number(width)}"/>')  # fmt: skip
        d.path(f"M{run([(x - 30, y - 4)])}l60 8M{run([(x + 16, y - 15)])}l-32 30", "", colour,
               width - 2.4)  # fmt: skip
    ellipse(d, (x, y), 6, brass, ink)


def grab_bar(d: Drawing) -> None:
    """A grab bar on a tiled wall above a folding seat."""
    wall = palette.CERAMIC
    shadow(d, -52, -6, 104, 34, spread=2)
    box(d, (-52, -8, 0), (104, 6, 96), wall)
    d.face(left_face(-52, -2, 0, 104, 96), d.hatch("grid", "L", darker(wall, 0.15), 1.5))
    way = [(-38, 12, 88), (-38, 12, 50), (38, 12, 50)]
    for x, z in ((-38, 88), (-38, 50), (38, 50)):
        disc(d, "L", (x, -2, z), 8, palette.STEEL)
        d.line([(x, -2, z), (x, 12, z)], outline(palette.STEEL), 5)
    d.line(way, outline(palette.RED), 9)
    d.line(way, palette.RED, 6.6)
    box(d, (-20, -2, 22), (48, 34, 5), palette.WHITE)
    for k in range(4):
        d.line([(-16, 4 + k * 8, 27), (24, 4 + k * 8, 27)], palette.BLUE, 2)
    for x in (-14, 20):
        d.line([(x, 30, 22), (x, -2, 2)], palette.STEEL, 3.4)


def radiator(d: Drawing) -> None:
    """A ribbed radiator with its valve."""
    white = palette.WHITE
    shadow(d, -50, -8, 96, 18)

    def rib(part: Drawing) -> None:
        box(part, (0, 0, 0), (9, 15, 66), white)

    for x in (-46, 34):
        box(d, (x, -6, 0), (6, 12, 10), palette.BLACK)
    d.repeat(rib, [(-50 + k * 12, -8, 10) for k in range(8)])
    lying(d, (43, 0, 64), 8, 4, palette.STEEL, axis="x")
    lying(d, (43, 0, 18), 10, 4, palette.STEEL, axis="x")
    lying(d, (53, 0, 18), 10, 8, palette.RED, axis="x")
    for x in (-32, 0, 32):
        sx, sy = d.at((x, 0, 84))
        d.keep((sx, sy - 22))
        d.path(f"M{run([(sx, sy)])}q-7-7 0-12t0-12", "", palette.RED, 2.6)


def lamp(d: Drawing) -> None:
    """A round ceiling lamp and its cone of light."""
    d.face(top_face(-44, -44, 58, 88, 88), "#E3E0D6", "#b7b3a6")
    d.keep((-74, 52), (74, 52))
    d.path("M-46-44-74 52H74L46-44Z", "#F6D88A", more=' opacity=".45"')
    upright(d, (0, 0, 44), 40, 12, "#F4F1E6", top="#fff", foot=38)
    x, y = project((0, 0, 44))
    ellipse(d, (x, y), 37, "#FFF3CB", "#c9b676")


def ceiling(d: Drawing) -> None:
    """A hung grid with tiles, some not laid yet, on wires."""
    metal, tile = palette.STEEL, palette.WHITE
    for x, y in ((-48, -48), (0, -48), (48, -48), (48, 0), (-48, 0), (0, 0)):
        d.line([(x, y, 20), (x, y, 62)], outline(metal), 1.2)
    for i in range(3):
        for j in range(3):
            if (i, j) not in {(2, 2), (1, 2), (2, 0)}:
                box(d, (-46 + i * 32, -46 + j * 32, 18), (28, 28, 3), tile, "dots", planes="T")
    for k in range(4):
        at = -48 + k * 32
        box(d, (at - 1, -50, 14), (3, 100, 5), metal)
        box(d, (-50, at - 1, 14), (100, 3, 5), metal)


def daylight_tube(d: Drawing) -> None:
    """A dome on the roof, a bright duct through it, light below."""
    steel = palette.ALUMINIUM
    d.keep((-46, 78), (46, 78))
    d.path("M-22 28-46 78H46L22 28Z", "#F6D88A", more=' opacity=".5"')
    upright(d, (0, 0, -34), 18, 50, steel)
    for k in (-20, -6):
        x, y = project((0, 0, k))
        d.path(f"M{run([(x - 22, y)])}a22 12.7 0 0 0 44 0", "", outline(steel), 1)
    box(d, (-42, -42, 16), (84, 84, 9), palette.TERRACOTTA, "courses", planes="T")
    upright(d, (0, 0, 25), 24, 8, steel)
    x, y = d.at((0, 0, 33))
    d.keep((x, y - 38))
    d.path(f"M{run([(x - 27, y)])}C{run([(x - 27, y - 46), (x + 27, y - 46), (x + 27, y)])}"
           f"A27 15 0 0 1 {run([(x - 27, y)])}Z", lighter(palette.GLASS, 0.3),
           outline(palette.GLASS), 1, ' fill-opacity=".85"')  # fmt: skip
    d.path(f"M{run([(x - 16, y - 8)])}q2-18 14-20", "", "#fff", 3)


def heap(d: Drawing, colour: str, grain: str, mark: str = "") -> None:
    """A heap with larger grains on it; `mark`: shovel, or wet with a chute above."""
    shadow(d, -40, -40, 80, 80, spread=2)
    d.keep((-75, -56), (76, 40))
    d.path("M-74 8C-60-6-40-52 0-56C34-54 58-8 76 10C50 40-44 42-74 8Z", colour, outline(colour))
    d.path("M0-56C34-54 58-8 76 10C66 24 44 30 14 31C34 6 26-30 0-56Z", darker(colour, 0.25),
           more=' opacity=".6"')  # fmt: skip
    if mark == "wet":
        _wet(d, colour)
        return
    shades = (lighter(grain, 0.3), grain, darker(grain, 0.2))
    for i in range(30):
        share, turn = ((i + 0.5) / 30) ** 0.6, i * 2.4
        side = math.cos(turn)
        spot = (round(62 * side * share), round(-48 + 68 * share - 14 * share * abs(side)))
        size = 2.4 + (i % 4) * 0.8
        d.mark(f'<ellipse cx="{spot[0]}" cy="{spot[1]}" rx="{number(size)}"'
               f' ry="{number(size * 0.7)}" fill="{shades[i % 3]}"/>')  # fmt: skip
    d.keep((58, -60))
    d.path("M58-60 30-12", "", outline(palette.WOOD), 5)
    d.path("M58-60 30-12", "", palette.WOOD, 3.4)
    d.path("M37-18q-10-6-15 2l-4 18q8 2 14-4z", palette.STEEL, outline(palette.STEEL))


def _wet(d: Drawing, colour: str) -> None:
    for way in ("M-58 8q30-14 46 0t52-2", "M-40-14q22-12 36 0t36-2", "M-34 22q26-10 40 0t44-6"):
        d.path(way, "", lighter(colour, 0.45), 2.4)
    d.keep((-64, -104), (20, -60))
    steel = palette.STEEL
    d.path("M-66-92-52-106 10-72 4-52Z", steel, outline(steel))
    d.path("M-52-106 10-72 4-52Q-20-66-58-98Z", lighter(steel, 0.35), outline(steel))
    d.path("M10-72 4-52Q-6-40 0-30Q16-30 14-46Q14-60 10-72Z", colour, outline(colour))


def pod(d: Drawing) -> None:
    """A cut-open bath and kitchen pod, ready made."""
    white, wall = palette.WHITE, palette.CERAMIC
    shadow(d, -44, -40, 88, 80)
    box(d, (-44, -40, 0), (88, 80, 8), palette.CONCRETE, "concrete", scale=0.7)
    d.face(left_face(-40, -36, 8, 84, 72), lighter(wall, 0.4), outline(wall))
    d.face(left_face(-40, -36, 8, 84, 72), d.hatch("grid", "L", darker(wall, 0.12), 1.3))
    d.face(right_face(-40, -36, 8, 76, 72), wall, outline(wall))
    d.face(right_face(-40, -36, 8, 76, 72), d.hatch("grid", "R", darker(wall, 0.2), 1.3))
    box(d, (-44, -40, 80), (88, 4, 4), palette.STEEL)
    box(d, (-44, -40, 80), (4, 80, 4), palette.STEEL)
    box(d, (-2, -34, 8), (44, 20, 26), palette.PIPE_GREEN, top=white)
    ellipse(d, project((20, -24, 34)), 7, palette.GLASS, _CERAMIC_LINE)
    d.face(left_face(4, -36, 50, 32, 22), palette.GLASS, outline(palette.GLASS))
    upright(d, (-20, 8, 8), 12, 18, white, top="#fff", foot=9)
    ellipse(d, project((-20, 8, 26)), 8, palette.GLASS)
    box(d, (44, -40, 8), (0.1, 5, 72), palette.STEEL)


def tray(d: Drawing) -> None:
    """A tray of bolts, nuts and anchors."""
    shadow(d, -48, -34, 96, 68)
    box(d, (-48, -34, 0), (96, 68, 14), palette.BLUE)
    d.face(top_face(-44, -30, 14, 88, 60), darker(palette.NAVY, 0.1))
    d.line([(-4, -30, 14), (-4, 30, 14)], palette.BLUE, 3)
    steel = palette.ALUMINIUM

    def bolt(part: Drawing) -> None:
        lying(part, (0, 0, 0), 8, 7, palette.STEEL)
        lying(part, (0, 8, 0), 36, 3.6, steel)
        for k in range(16, 42, 5):
            x, y = part.at((-2.4, k, 2.6))
            part.path(f"M{run([(x, y)])}l4 6", "", outline(steel), 1)

    d.repeat(bolt, [(-34, -24, 20), (-16, -22, 20)])

    def anchor(part: Drawing) -> None:
        lying(part, (0, 0, 0), 40, 3.4, palette.RED, axis="x")
        upright(part, (0, 0, -3), 9, 3, palette.RED)

    d.repeat(anchor, [(4, -14, 20), (4, 12, 20)])
    for x, y in ((-30, 26), (-14, 28)):
        upright(d, (x, y, 14), 6, 4, palette.YELLOW, foot=6)
        ellipse(d, project((x, y, 18)), 2.6, palette.BLACK)
