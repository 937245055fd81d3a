"""Who may act on a seller."""

from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def may_review(actor: Actor, region: RegionCode) -> bool:
    """Whether `actor` decides about sellers of `region`."""
    return actor.is_operator or actor.governs(region)


def may_manage(actor: Actor, seller_id: str) -> bool:
    """Whether `actor` runs this seller's desk."""
    return actor.is_member_of_seller(seller_id)
