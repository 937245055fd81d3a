"""Who reviews an entry at which level. Pure."""

from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode

COUNTRY = RegionCode("")


def is_of_city(actor: Actor, region: RegionCode) -> bool:
    """An official of the very city that a place lies in; the operator stands in."""
    return actor.is_operator or any(
        own.level == "city" and own.contains(region) for own in actor.official_regions
    )


def is_of_province(actor: Actor, region: RegionCode) -> bool:
    """An official of the province (or above it); the operator stands in."""
    return actor.is_operator or any(
        own.level in ("province", "country") and own.contains(region)
        for own in actor.official_regions
    )


def is_near(actor: Actor, province: str) -> bool:
    """Whether the actor is an official of some place in a province, or above it."""
    return actor.is_operator or any(
        own.digits[:2] in ("", province) for own in actor.official_regions
    )


def acts_for(actor: Actor, region: RegionCode) -> RegionCode:
    """The smallest of the actor's regions that holds this one; the country for the operator."""
    own = [one for one in actor.official_regions if one.contains(region)]
    return COUNTRY if not own else max(own, key=lambda one: len(one.digits))


def level_of(actor: Actor, office: RegionCode) -> str:
    """The level at which somebody acts."""
    if actor.is_operator and not actor.official_regions:
        return "operator"
    return office.level


def is_superior(actor: Actor, region: RegionCode) -> bool:
    """Of a region strictly above this one, or the operator."""
    above = (one for one in actor.official_regions if one != region)
    return actor.is_operator or any(one.contains(region) for one in above)
