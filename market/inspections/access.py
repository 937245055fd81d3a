"""Who may act on spot checks."""

from market.inspections.errors import OutsideYourRegion
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def require_governs(actor: Actor, region_code: str) -> None:
    """Raises OutsideYourRegion unless the region is in the actor's subtree."""
    if not actor.governs(RegionCode(region_code)):
        raise OutsideYourRegion
