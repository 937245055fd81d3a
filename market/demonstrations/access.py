"""Who may write a demonstration project and who decides about it."""

from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode

COUNTRY = RegionCode("")


def acts_for(actor: Actor, region: RegionCode) -> RegionCode:
    """The smallest of the actor's regions that holds this one; the country for the operator."""
    own = [one for one in actor.official_regions if one.contains(region)]
    return COUNTRY if actor.is_operator or not own else max(own, key=lambda one: len(one.digits))


def may_decide(actor: Actor, hands: set[str], region: RegionCode) -> bool:
    """A superior of the region that handed it in, or the operator; never one of those whose
    hands it went through."""
    if actor.account_id is None or actor.account_id in hands:
        return False
    above = (one for one in actor.official_regions if one != region)
    return actor.is_operator or any(one.contains(region) for one in above)
