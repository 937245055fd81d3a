"""Who may act on schemes and claims."""

from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.subsidies.errors import OutsideYourRegion


def require_governs(actor: Actor, region_code: str) -> None:
    """Raises OutsideYourRegion unless the region is in the actor's subtree."""
    if not actor.governs(RegionCode(region_code)):
        raise OutsideYourRegion
