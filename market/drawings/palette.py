"""The colours of the drawings and the two ways to light them."""

CONCRETE = "#B4B9B4"
BRICK = "#BF7350"
WHITE = "#EDEFEA"
EPS = "#E6ECEC"
GRAPHITE = "#7C868C"
XPS = "#8FB7C9"
WOOL = "#CDB35C"
FOAM = "#E3C98A"
WOOD = "#C99F63"
STEEL = "#93A5AE"
ALUMINIUM = "#C3CCD0"
BLACK = "#454C50"
GLASS = "#A9D2DE"
CERAMIC = "#E5DFCF"
TERRACOTTA = "#C0704A"
PVC = "#DDE2E2"
PIPE_GREEN = "#5FA27C"
BLUE = "#4C86B4"
NAVY = "#24456E"
COPPER = "#C58652"
YELLOW = "#E9B93A"
GREEN = "#4E9A73"
GYPSUM = "#DCD6C6"
CEMENT = "#A9AFA9"
STONE = "#A7A096"
RED = "#B2512F"
SOIL = "#9A7B5B"
DARK_WOOD = "#8A6544"

INDIGO = "#1D4F80"
SHADE = "#12242C"
SHADOW = "#0F2A22"


def blend(colour: str, other: str, share: float) -> str:
    """The colour with a share of another one in it."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def lighter(colour: str, share: float = 0.34) -> str:
    """Towards white: faces that look at the sky."""
    return blend(colour, "#ffffff", share)


def darker(colour: str, share: float = 0.2) -> str:
    """Towards the shade: faces that look away, outlines, hatches."""
    return blend(colour, SHADE, share)


def outline(colour: str) -> str:
    """The line around a face of this colour."""
    return darker(colour, 0.42)
