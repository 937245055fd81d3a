"""Whether a bundle is written for a house and its place: its picture, altitude and snow. Pure.

No public table says how high a township lies or how long snow stays on its roofs, so the
household is asked, and what it does not know is a doubt of its own.
"""

from dataclasses import dataclass
from enum import StrEnum

from market.bundles.house import HouseAnswers

HIGHEST_M = 6000
LITTLE, MUCH = "little", "much"  # what a household says of its snow; "" is not sure


@dataclass(frozen=True, slots=True)
class Site:
    """What a bundle is written for; nothing said is anything.

    `archetypes` are keys of pictures, `most_altitude_m` is metres above the sea, `little_snow`
    says that much snow on the roof was not reckoned with.
    """

    archetypes: tuple[str, ...] = ()
    most_altitude_m: int | None = None
    little_snow: bool = False


ANYWHERE = Site()


class Doubt(StrEnum):
    """Why a bundle may not suit."""

    ARCHETYPE = "archetype"
    TOO_HIGH = "too_high"
    ALTITUDE_UNKNOWN = "altitude_unknown"
    SNOW = "snow"
    SNOW_UNKNOWN = "snow_unknown"


def doubts(site: Site, house: HouseAnswers) -> tuple[Doubt, ...]:
    """Why a bundle may not suit a house, in the order of the questions."""
    found = []
    if site.archetypes and house.archetype not in site.archetypes:
        found.append(Doubt.ARCHETYPE)
    if site.most_altitude_m is not None:
        if house.altitude_m is None:
            found.append(Doubt.ALTITUDE_UNKNOWN)
        elif house.altitude_m > site.most_altitude_m:
            found.append(Doubt.TOO_HIGH)
    if site.little_snow and house.snow != LITTLE:
        found.append(Doubt.SNOW if house.snow == MUCH else Doubt.SNOW_UNKNOWN)
    return tuple(found)
