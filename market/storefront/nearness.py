"""How near to a place something is made. Pure.

Local is what is made in the same county, or within the distance of the site's rule.
"""

from collections.abc import Mapping
from enum import IntEnum

from market.kernel.region_code import RegionCode

_PROVINCE, _CITY, _COUNTY = 2, 4, 6


class Near(IntEnum):
    """Nearest first; local is everything up to `REACH`."""

    COUNTY = 0
    REACH = 1
    CITY = 2
    PROVINCE = 3
    FAR = 4
    UNKNOWN = 5


def nearness(
    made: str, place: RegionCode | None, km: Mapping[str, int | None], local_km: float
) -> Near:
    """How near to a place a county is (six digits; "" when not known). `km` are the kilometres
    from the place to counties."""
    if place is None or not made:
        return Near.UNKNOWN
    if made[:_COUNTY] == place.digits[:_COUNTY]:
        return Near.COUNTY
    away = km.get(made)
    if away is not None and away <= local_km:
        return Near.REACH
    if made[:_CITY] == place.digits[:_CITY]:
        return Near.CITY
    return Near.PROVINCE if made[:_PROVINCE] == place.digits[:_PROVINCE] else Near.FAR


def rings_of(near: Mapping[str, Near], place: RegionCode) -> tuple[tuple[str, ...], ...]:
    """The rings around a place by digits of regions, as lists walk them: the county, counties
    nearby, the city, the province, the country."""
    nearby = tuple(sorted(county for county, ring in near.items() if ring is Near.REACH))
    rings = (
        (place.digits[:_COUNTY],),
        nearby,
        (place.digits[:_CITY],),
        (place.digits[:_PROVINCE],),
    )
    return tuple(ring for ring in rings if ring)
