"""Who may change what about places."""

from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode


def may_override_climate(actor: Actor, county: RegionCode) -> bool:
    """Officials within their regions, and the operator."""
    return actor.governs(county)
