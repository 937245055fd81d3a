"""Who decides about households."""

from market.households.errors import OutsideYourRegion
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def require_governs(actor: Actor, town: str) -> None:
    """Raises OutsideYourRegion unless the household lies in the actor's subtree."""
    if not actor.governs(RegionCode(town)):
        raise OutsideYourRegion
