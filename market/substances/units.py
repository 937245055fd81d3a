"""Units of contents. Values of one kind of quantity compare; others never do. Pure."""

from decimal import Decimal

from market.kernel.i18n import N_
from market.substances.errors import UnknownUnit

# unit -> (kind of quantity, how many of its base unit)
UNITS: dict[str, tuple[str, Decimal]] = {
    "mg/kg": ("mass", Decimal(1)),
    "g/kg": ("mass", Decimal(1_000)),
    "%": ("mass", Decimal(10_000)),
    "mg/L": ("volume", Decimal(1)),
    "g/L": ("volume", Decimal(1_000)),
    "μg/m³": ("air", Decimal(1)),
    "mg/m³": ("air", Decimal(1_000)),
    "mg/(m²·h)": ("emission", Decimal(1)),
}
NAMES = {
    "mass": N_("质量分数"),
    "volume": N_("每升里的量"),
    "air": N_("释放到空气里的浓度"),
    "emission": N_("每平方米每小时释放的量"),
}


def quantity_of(unit: str) -> str:
    """The kind of quantity of a unit. Raises UnknownUnit: nothing is guessed."""
    if unit not in UNITS:
        raise UnknownUnit(field="unit", unit=unit)
    return UNITS[unit][0]


def in_base(value: Decimal, unit: str) -> Decimal:
    """The value in the base unit of its kind of quantity. Raises UnknownUnit."""
    quantity_of(unit)
    return value * UNITS[unit][1]
