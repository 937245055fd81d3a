"""Machines in boxes: fans, meters, batteries, controls, springs, racks."""

from market.drawings import palette
from market.drawings.canvas import Drawing
from market.drawings.palette import darker, lighter, outline
from market.drawings.projection import run
from market.drawings.solids import (
    box,
    disc,
    left_face,
    lying,
    right_face,
    round_shadow,
    shadow,
    top_face,
    upright,
)

_LEFT, _FRONT, _RIGHT = -42.0, 17.0, 42.0


def _cabinet(d: Drawing, colour: str) -> None:
    """A box of 84 by 34 by 76 on two feet."""
    shadow(d, _LEFT, -17, 84, 34, spread=7)
    for x in (-38, 30):
        box(d, (x, -17, 0), (8, 34, 6), palette.BLACK)
    box(d, (_LEFT, -17, 6), (84, 34, 76), colour)


def heat_pump(d: Drawing, colour: str, figure: str = "") -> None:
    """An outdoor unit with its fan behind a grille."""
    _cabinet(d, colour)
    blade = '<path d="M0 0C6-22 20-20 22-12C16-4 8-2 0 0Z"'
    blades = blade + "/>" + "".join(f'{blade} transform="rotate({t})"/>' for t in (120, 240))
    wire = lighter(colour, 0.3)
    d.on_plane(
        "L",
        (-6.7, _FRONT, 44),
        f'<circle r="28" fill="{darker(colour, 0.55)}"/><g fill="{darker(colour, 0.25)}">{blades}'
        f'</g><g fill="none" stroke="{wire}"><circle r="28"/><circle r="20"/><circle r="12"/>'
        '<path d="M-28 0H28M0-28V28M-20-20 20 20M20-20-20 20"/></g>'
        f'<circle r="5" fill="{wire}"/>',
    )
    d.face(left_face(25, _FRONT, 18, 13, 54), darker(colour, 0.12), darker(colour, 0.4), 0.7)
    for k in range(6):
        d.line([(28, _FRONT, 24 + k * 5), (35, _FRONT, 24 + k * 5)], darker(colour, 0.45))
    d.face(right_face(_RIGHT, -12, 16, 24, 58), d.hatch("metal", "R", darker(colour, 0.5), 0.8))
    if figure:
        d.label((_RIGHT, 0, 64), (_RIGHT + 14, -14, 64), figure)


def ventilation(d: Drawing, colour: str) -> None:
    """A fresh air unit: slots in front, two ducts at the side."""
    _cabinet(d, colour)
    for k in range(7):
        d.line([(-34, _FRONT, 22 + k * 8), (14, _FRONT, 22 + k * 8)], darker(colour, 0.4), 2.4)
    disc(d, "L", (28, _FRONT, 62), 5, palette.GREEN)
    for z, ink in ((26, palette.BLUE), (60, palette.RED)):
        lying(d, (_RIGHT, 0, z), 26, 13, palette.WHITE, axis="x", rings=(9,), core=darker(ink, 0.2))


def storage(d: Drawing, colour: str) -> None:
    """An energy store: a charge of four bars and a bolt."""
    _cabinet(d, colour)
    d.face(left_face(-34, _FRONT, 20, 36, 54), darker(colour, 0.6))
    for k in range(4):
        fill = palette.GREEN if k < 3 else palette.PIPE_GREEN
        d.face(left_face(-30, _FRONT, 24 + k * 12, 28, 9), lighter(fill, 0.1 + 0.1 * k))
    d.on_plane("L", (22, _FRONT, 48),
               f'<path d="M3-18-10 4H-1L-4 18 10-6H1z" fill="{palette.YELLOW}"'
               f' stroke="{outline(palette.YELLOW)}"/>')  # fmt: skip


def meter(d: Drawing, colour: str) -> None:
    """A control box: a display and three knobs."""
    _cabinet(d, colour)
    d.face(left_face(-32, _FRONT, 44, 64, 30), "#22352f", "#111")
    d.on_plane("L", (0, _FRONT, 52),
               '<text text-anchor="middle" font-size="20" font-weight="700" fill="#9fe0bd"'
               ' stroke="none" font-family="monospace">0842</text>')  # fmt: skip
    for k, fill in enumerate((palette.GREEN, palette.YELLOW, palette.RED)):
        disc(d, "L", (-24 + k * 24, _FRONT, 25), 7, fill)


def ground_source(d: Drawing, colour: str) -> None:
    """A heat pump on cut soil with its loop running down."""
    box(d, (-50, -30, -44), (100, 60, 44), palette.SOIL, "soil", top=lighter(palette.GREEN, 0.25))
    box(d, (-34, -14, 0), (44, 30, 46), colour)
    d.face(left_face(-28, 16, 28, 32, 12), "#22352f")
    for k in range(3):
        d.line([(-26, 16, 8 + k * 6), (0, 16, 8 + k * 6)], darker(colour, 0.4), 2)
    loop = [(-30, 30, 2), (-30, 30, -36), (-14, 30, -36), (-14, 30, -8), (4, 30, -8),
            (4, 30, -36), (22, 30, -36), (22, 30, 2)]  # fmt: skip
    for ink, width in (("#fff", 5.0), (palette.BLUE, 3.2)):
        d.line(loop[:5], ink, width)
        d.line(loop[4:], ink if ink == "#fff" else palette.RED, width)


def isolator(d: Drawing, colour: str) -> None:
    """A steel plate with a motor foot on four springs."""
    shadow(d, -44, -34, 88, 68)
    box(d, (-44, -34, 0), (88, 68, 6), colour, "metal", planes="L", scale=0.8)

    def spring(part: Drawing) -> None:
        for k in range(5):
            x, y = part.at((0, 0, 4 + k * 7))
            part.keep((x - 12, y), (x + 12, y))
            part.path(f"M{run([(x - 11, y)])}a11 6 0 0 0 22-3", "", palette.BLACK, 4.4)
            part.path(f"M{run([(x - 11, y)])}a11 6 0 0 0 22-3", "", palette.YELLOW, 2.6)

    d.repeat(spring, [(-28, -20, 6), (28, -20, 6), (-28, 20, 6), (28, 20, 6)])
    box(d, (-44, -34, 42), (88, 68, 8), palette.GREEN, "metal", planes="L", scale=0.8)
    for x, y in ((-34, -24), (34, -24), (-34, 24), (34, 24)):
        upright(d, (x, y, 50), 4, 5, palette.BLACK)


def parking(d: Drawing, colour: str) -> None:
    """A rack of two tiers with a car on each."""
    shadow(d, -50, -30, 100, 60, spread=3)
    for x in (-50, 44):
        box(d, (x, -30, 0), (6, 6, 84), colour)
    for z, paint in ((4, palette.RED), (46, palette.BLUE)):
        box(d, (-50, -26, z - 4), (100, 52, 4), palette.YELLOW)
        _car(d, z, paint)
    for x in (-50, 44):
        box(d, (x, 26, 0), (6, 6, 84), colour)


def _car(d: Drawing, z: float, colour: str) -> None:
    box(d, (-36, -14, z + 4), (72, 30, 11), colour)
    box(d, (-18, -12, z + 15), (38, 26, 10), palette.GLASS, top=colour)
    for x in (-22, 22):
        disc(d, "L", (x, 16, z + 5), 6, palette.BLACK)


def cupboard(d: Drawing, colour: str) -> None:
    """A wardrobe: one door open, shelves within, a drawer below."""
    shadow(d, -40, -20, 80, 44)
    box(d, (-40, -20, 4), (76, 40, 92), colour, "timber", planes="R")
    inside = darker(colour, 0.45)
    d.face(left_face(-36, 20, 26, 34, 66), inside, outline(colour))
    for z in (46, 68):
        d.face(left_face(-36, 20, z, 34, 3), lighter(colour, 0.2))
    d.face(left_face(-32, 20, 49, 12, 12), palette.BLUE)
    d.face(left_face(-20, 20, 71, 14, 9), palette.GREEN)
    d.face(left_face(1, 20, 26, 32, 66), lighter(colour, 0.12), outline(colour))
    d.face(left_face(-36, 20, 8, 69, 15), lighter(colour, 0.12), outline(colour))
    d.line([(-8, 20, 15), (8, 20, 15)], palette.BLACK, 2.4)
    d.line([(6, 20, 54), (6, 20, 66)], palette.BLACK, 2.4)
    d.face(right_face(-36, 20, 26, 26, 66), lighter(colour, 0.3), outline(colour))


def carton(d: Drawing, colour: str) -> None:
    """A taped carton: what has no form of its own."""
    shadow(d, -36, -30, 72, 60)
    box(d, (-36, -30, 0), (72, 60, 54), colour)
    d.face(top_face(-36, -6, 54, 72, 12), lighter(colour, 0.6))
    d.face(right_face(36, -6, 36, 12, 18), lighter(colour, 0.3))
    d.on_plane("L", (-16, 30, 14),
               f'<path d="M0 0V-16M-5-10 0-16 5-10M14 0V-16M9-10 14-16 19-10M-6 4H20" fill="none"'
               f' stroke="{darker(colour, 0.5)}" stroke-width="2.2"/>')  # fmt: skip


def cabinet(d: Drawing, colour: str) -> None:
    """A plain machine: any building service."""
    _cabinet(d, colour)
    d.face(left_face(-34, _FRONT, 14, 68, 40), lighter(colour, 0.2), outline(colour))
    for k in range(3):
        d.line([(-26, _FRONT, 62 + k * 6), (4, _FRONT, 62 + k * 6)], darker(colour, 0.4), 2)
    disc(d, "L", (26, _FRONT, 68), 6, palette.YELLOW)


def tap_joint(d: Drawing, colour: str) -> None:
    """An elbow of pipe with a flange: anything of water."""
    round_shadow(d, 10, -14, 26)
    upright(d, (10, -14, 0), 24, 6, palette.STEEL)
    upright(d, (10, -14, 6), 14, 48, colour)
    lying(d, (10, -22, 58), 56, 14, colour, rings=(10,), core="#3a4a4f")
    lying(d, (10, 28, 58), 8, 20, palette.STEEL, rings=(13, 9), core="#3a4a4f")
