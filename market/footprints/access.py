"""Who may act on carbon declarations."""

from market.footprints.errors import DeclarationNotFound, OutsideYourRegion
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def require_maker(actor: Actor, maker_id: str) -> None:
    """Raises DeclarationNotFound unless the actor works for the maker."""
    if not actor.is_member_of_seller(maker_id):
        raise DeclarationNotFound


def require_governs(actor: Actor, region_code: str) -> None:
    """Raises OutsideYourRegion unless the region is in the actor's subtree."""
    if not actor.governs(RegionCode(region_code)):
        raise OutsideYourRegion
