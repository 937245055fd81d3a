"""Who may act on certificates."""

from market.certification.errors import OutsideYourRegion
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def may_enter(actor: Actor, seller_id: str) -> bool:
    """Whether `actor` enters and sees certificates of this seller."""
    return actor.is_member_of_seller(seller_id)


def require_review(actor: Actor, region: RegionCode) -> None:
    """Raises `OutsideYourRegion` unless `actor` decides there."""
    if not may_review(actor, region):
        raise OutsideYourRegion


def may_review(actor: Actor, region: RegionCode) -> bool:
    """Whether `actor` decides about certificates of sellers in `region`."""
    return actor.governs(region)
