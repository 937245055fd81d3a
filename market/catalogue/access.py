"""Who may change what in the catalogue."""

from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def may_edit_product(actor: Actor, maker_id: str) -> bool:
    """The maker's own people."""
    return actor.is_member_of_seller(maker_id)


def may_edit_listing(actor: Actor, seller_id: str) -> bool:
    """The seller's own people."""
    return actor.is_member_of_seller(seller_id)


def may_edit_kinds(actor: Actor) -> bool:
    """Operators only."""
    return actor.is_operator


def may_review_change(actor: Actor, region: RegionCode) -> bool:
    """Officials of the maker's region, and the operator."""
    return actor.governs(region)
