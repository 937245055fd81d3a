"""Who may do what with a crew's file."""

from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def may_manage(actor: Actor, provider_id: str) -> bool:
    """Members manage their own crew only."""
    return actor.is_member_of_provider(provider_id)


def may_review(actor: Actor, region: RegionCode) -> bool:
    """Officials of the crew's home region (or above it) and the operator decide."""
    return actor.governs(region)
