"""Which form, colour and mark every kind has."""

from collections.abc import Callable
from functools import partial

from market.drawings import palette as p
from market.drawings.canvas import Drawing
from market.drawings.forms import machines, rooms, stacks, vessels, walls

Recipe = Callable[[Drawing], None]

ENVELOPE: dict[str, Recipe] = {
    "G101": partial(stacks.beams, colour=p.CONCRETE, hatch="concrete", mark="loops"),
    "G102": partial(stacks.i_beams, colour=p.STEEL, hatch="metal"),
    "G103": partial(stacks.beams, colour=p.WOOD, hatch="timber", mark="grain"),
    "G104": partial(
        stacks.blocks, colour=p.BRICK, hatch="masonry", count=(3, 2, 3), size=(28, 30, 22)
    ),
    "G105": partial(
        stacks.slabs, colour=p.GRAPHITE, hatch="foam", count=4, thickness=15, figure="100 mm"
    ),
    "G106": partial(rooms.heap, colour=p.GRAPHITE, grain=p.CEMENT, mark="wet"),
    "G107": partial(stacks.bags, colour=p.GYPSUM, band=p.GREEN, count=3),
    "G108": partial(vessels.drums, colour=p.BLUE, band=p.WHITE, small=False),
}
OPENINGS_AND_FINISHES: dict[str, Recipe] = {
    "G201": partial(walls.window, colour=p.WHITE),
    "G202": partial(walls.curtain_wall, colour=p.ALUMINIUM),
    "G203": partial(walls.glass, panes=3),
    "G204": partial(walls.shading, colour=p.ALUMINIUM),
    "G205": partial(stacks.beams, colour=p.ALUMINIUM, hatch="metal", mark="chambers"),
    "G206": partial(walls.door, colour=p.RED),
    "G207": partial(walls.folded_panels, colour=p.ALUMINIUM, other=p.COPPER),
    "G208": partial(stacks.tiles, colour=p.CERAMIC, other=p.TERRACOTTA),
    "G209": rooms.toilet,
    "G210": partial(
        stacks.slabs, colour=p.STONE, hatch="gypsum", count=4, thickness=9, figure="12 mm",
        mark="inlay",
    ),
    "G211": partial(walls.moulded_panel, colour=p.GYPSUM),
    "G212": partial(
        stacks.slabs, colour=p.lighter(p.STONE, 0.45), hatch="concrete", count=2, thickness=20,
        slip=8, mark="veins",
    ),
    "G213": partial(
        stacks.slabs, colour=p.WHITE, hatch="dots", count=5, thickness=12, mark="edge"
    ),
    "G214": rooms.ceiling,
    "G215": partial(walls.boards, colour=p.WOOD),
    "G216": partial(
        stacks.slabs, colour=p.GYPSUM, hatch="gypsum", count=6, thickness=8, figure="9.5 mm",
        mark="label",
    ),
}  # fmt: skip
COATINGS: dict[str, Recipe] = {
    "G301": partial(vessels.cartridges, colour=p.WHITE, band=p.GREEN),
    "G302": partial(vessels.roll, colour=p.BLACK, figure="1 m"),
    "G303": partial(vessels.drums, colour=p.BLACK, band=p.BLUE, content=p.BLACK),
    "G304": partial(
        vessels.drums, colour=p.WHITE, band=p.GREEN, content=p.CERAMIC, mark="roller"
    ),
    "G305": partial(
        vessels.drums, colour=p.ALUMINIUM, band=p.YELLOW, content=p.WHITE, mark="sun"
    ),
    "G306": partial(vessels.drums, colour=p.WHITE, band=p.BLUE, small=False, mark="air"),
    "G307": partial(stacks.coat, colour=p.GREEN),
}  # fmt: skip
WATER: dict[str, Recipe] = {
    "G401": rooms.tap,
    "G402": rooms.valve,
    "G403": partial(vessels.pipes, colour=p.PIPE_GREEN),
    "G404": partial(vessels.pool_filter, colour=p.WHITE),
    "G405": partial(vessels.upright_tanks, colour=p.WHITE, cap=p.BLUE, mark="filters"),
    "G406": partial(vessels.upright_tanks, colour=p.GYPSUM, cap=p.BLACK, mark="salt"),
    "G407": partial(vessels.trough, colour=p.STEEL),
    "G408": partial(vessels.lying_tank, colour=p.ALUMINIUM),
    "G409": partial(vessels.rain_tank, colour=p.GREEN, cap=p.NAVY),
}
ENERGY: dict[str, Recipe] = {
    "G501": partial(machines.heat_pump, colour=p.WHITE, figure="12 kW"),
    "G502": partial(machines.ground_source, colour=p.WHITE),
    "G503": partial(machines.ventilation, colour=p.ALUMINIUM),
    "G504": partial(machines.storage, colour=p.EPS),
    "G505": partial(walls.solar_panel, colour=p.NAVY),
    "G506": rooms.lamp,
    "G507": rooms.daylight_tube,
    "G508": partial(walls.solar_system, colour=p.NAVY),
}
SERVICES: dict[str, Recipe] = {
    "G601": partial(machines.isolator, colour=p.STEEL),
    "G602": partial(machines.meter, colour=p.WHITE),
    "G603": partial(machines.parking, colour=p.STEEL),
}
GREEN_PRODUCTS: dict[str, Recipe] = {
    "A01": partial(
        stacks.slabs, colour=p.WOOD, hatch="timber", count=4, thickness=10, slip=6,
        figure="15 mm", mark="grain",
    ),
    "A02": partial(
        vessels.drums, colour=p.WHITE, band=p.BRICK, content=p.BRICK, small=False, mark="brush"
    ),
    "A03": rooms.basin,
    "A04": partial(walls.glass, panes=1),
    "A05": partial(
        stacks.blocks, colour=p.WHITE, hatch="dots", count=(2, 2, 3), size=(42, 32, 24),
        holes=True,
    ),
    "A06": partial(walls.solar_heater, colour=p.BLACK),
    "A07": partial(machines.cupboard, colour=p.WOOD),
    "A08": partial(vessels.roll, colour=p.WOOL, mark="soft"),
    "A09": partial(vessels.roll, colour=p.BLACK, mark="tube"),
    "A10": partial(
        stacks.tiles, colour=p.WHITE, other=p.lighter(p.STONE, 0.2), across=2, glossy=True
    ),
    "A11": partial(
        stacks.slabs, colour=p.DARK_WOOD, hatch="timber", count=3, thickness=12, slip=6,
        mark="grooves",
    ),
}  # fmt: skip
EVERYDAY: dict[str, Recipe] = {
    "X01": partial(stacks.bags, colour=p.CEMENT, band=p.NAVY, count=4),
    "X02": partial(rooms.heap, colour=p.STONE, grain=p.CONCRETE),
    "X03": partial(vessels.rebar, colour=p.STEEL),
    "X04": partial(walls.roof, colour=p.TERRACOTTA),
    "X05": rooms.grab_bar,
    "X06": partial(vessels.roll, colour=p.GLASS, mark="clear"),
    "X07": partial(walls.greenhouse, colour=p.STEEL),
    "X08": partial(vessels.wall_heater, colour=p.WHITE),
    "X09": rooms.radiator,
    "X10": partial(vessels.coil, colour=p.COPPER),
    "X11": partial(stacks.bags, colour=p.WHITE, band=p.YELLOW, count=2, mark="trowel"),
    "X12": rooms.pod,
    "X13": partial(vessels.lying_tank, colour=p.GREEN, mark="soil"),
    "X14": partial(vessels.small_drum, colour=p.YELLOW, band=p.RED),
    "X15": rooms.tray,
}
# What a kind added later takes until it has its own row; the number is that of its tile.
GROUPS: dict[str, Recipe] = {
    "group-1": partial(
        stacks.blocks, colour=p.CONCRETE, hatch="concrete", count=(2, 2, 2), size=(36, 32, 28)
    ),
    "group-2": partial(walls.plain_panel, colour=p.XPS),
    "group-3": partial(vessels.drums, colour=p.GYPSUM, band=p.GRAPHITE, small=True),
    "group-4": partial(machines.tap_joint, colour=p.PIPE_GREEN),
    "group-5": partial(machines.cabinet, colour=p.GYPSUM),
    "group-6": partial(machines.carton, colour=p.WOOD),
}
# Other materials of a kind, for whoever names one of them as its picture.
MATERIALS: dict[str, Recipe] = {
    "G104-aac": partial(
        stacks.blocks, colour=p.WHITE, hatch="dots", count=(2, 2, 3), size=(40, 32, 24)
    ),
    "G105-eps": partial(
        stacks.slabs, colour=p.EPS, hatch="foam", count=4, thickness=15, figure="100 mm"
    ),
    "G105-xps": partial(
        stacks.slabs, colour=p.XPS, hatch="foam", count=5, thickness=11, figure="50 mm"
    ),
    "G105-wool": partial(
        stacks.slabs, colour=p.WOOL, hatch="wool", count=3, thickness=20, figure="100 mm"
    ),
    "G105-pu": partial(
        stacks.slabs, colour=p.FOAM, hatch="dots", count=6, thickness=9, figure="40 mm"
    ),
}
RECIPES: dict[str, Recipe] = (
    ENVELOPE
    | OPENINGS_AND_FINISHES
    | COATINGS
    | WATER
    | ENERGY
    | SERVICES
    | GREEN_PRODUCTS
    | EVERYDAY
    | GROUPS
    | MATERIALS
)


def draw(name: str) -> str:
    """The SVG of a kind, a group or a material; KeyError for a name without a recipe."""
    drawing = Drawing(name)
    RECIPES[name](drawing)
    return drawing.svg()
