"""Who may run which promotion."""

from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.promotions.types import Owner


def may_manage(actor: Actor, owner: Owner, seller_id: str | None, region: RegionCode) -> bool:
    """A seller's by its members, a region's by its officials, any by operators (audited)."""
    if actor.is_operator:
        return True
    if owner is Owner.SELLER:
        return seller_id is not None and actor.is_member_of_seller(seller_id)
    if owner is Owner.REGION:
        return actor.governs(region)
    return False
