"""Who may act on alarms, and whose buyers one may count."""

from market.batches.errors import BatchNotFound
from market.kernel.actor import Actor
from market.kernel.region_code import RegionCode
from market.traceability.errors import AlarmOutsideRegion


def require_governs_any(actor: Actor, *counties: str) -> None:
    """Raises AlarmOutsideRegion unless one of the places is in the actor's subtree."""
    if not any(actor.governs(RegionCode(county)) for county in counties if county):
        raise AlarmOutsideRegion


def regions_of(actor: Actor) -> tuple[RegionCode, ...] | None:
    """The regions an official sees buyers of; None for the operator, who sees all."""
    if actor.is_operator:
        return None
    if not actor.is_official:
        raise BatchNotFound
    return actor.official_regions
