"""Who keeps the pick list of a region."""

from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode

LEVELS = ("county", "city", "province")


def may_pick(actor: Actor, region: RegionCode) -> bool:
    """Only officials of the region or above: a platform that recommended would rank."""
    own = any(mine.contains(region) for mine in actor.official_regions)
    return own and region.level in LEVELS
