"""Whether a promotion is for a household, asked before there is a cart or without one: joining a
village's purchase, a code for shops.

The rules and their sentences are those of the cart. Where a cart looks at the delivery address,
the household's default address counts here, at the moment it is asked: at a till goods go nowhere,
and the place of the shop says nothing about whom a promotion is meant for.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts import queries as accounts
from market.kernel.region_code import RegionCode
from market.promotions import queries
from market.promotions.conditions import Failure, first_failure
from market.promotions.errors import NotForHousehold
from market.promotions.types import Channel, PromotionSpec, Situation
from market.regions import queries as regions
from market.regions.errors import UnknownRegion

_Ordered = Callable[[Session, str], bool]
_sources: dict[str, _Ordered] = {}


def use_earlier_orders(has_ordered: _Ordered) -> None:
    """`has_ordered`: whether a household has an order. Orders lie in another package of this
    layer: who knows them is handed in at start-up."""
    _sources["orders"] = has_ordered


def situation_of(
    session: Session, spec: PromotionSpec, household_id: str, now: datetime, channel: Channel
) -> Situation:
    """The household as the rules of a promotion ask for it."""
    facts = queries.facts_for(session, [spec], household_id)
    region = home_of(session, household_id)
    return Situation(
        now=now,
        region=region,
        household_id=household_id,
        uses_by_promotion=facts.uses,
        used_at=facts.used_at,
        household_stated=facts.stated,
        zone=_zone(session, region) if spec.conditions.zones else "",
        channel=channel,
        household_flags=facts.flags,
        first_order=_is_first_order(session, spec, household_id),
        proofs=facts.proofs,
        groups=facts.groups,
        enrolled=facts.enrolled,
        caps=facts.caps,
    )


def home_of(session: Session, household_id: str) -> RegionCode | None:
    """The township of the household's default address, if it has one."""
    found = accounts.addresses(session, household_id)
    return found[0].region if found else None


def require(
    session: Session, spec: PromotionSpec, household_id: str, now: datetime, channel: Channel
) -> None:
    """Raises NotForHousehold with the first rule about the household that does not hold.

    Hours, weekdays and codes are for the moment of buying, not for this one.
    """
    lasting = replace(spec.conditions, weekdays=frozenset(), from_minute=0, to_minute=1440)
    asked = replace(spec, conditions=lasting, needs_code=False)
    situation = situation_of(session, asked, household_id, now, channel)
    failure = first_failure(asked, situation)
    if failure is not None:
        raise NotForHousehold(told(failure))


def told(failure: Failure) -> Failure:
    """A household without an address is asked for one, not to choose a township."""
    return Failure("address_missing") if failure.code == "region_unknown" else failure


def _is_first_order(session: Session, spec: PromotionSpec, household_id: str) -> bool | None:
    has_ordered = _sources.get("orders")
    if has_ordered is None or not spec.conditions.first_order:
        return None
    return not has_ordered(session, household_id)


def _zone(session: Session, region: RegionCode | None) -> str:
    if region is None:
        return ""
    try:
        return regions.climate_zone(session, region).zone
    except UnknownRegion:
        return ""
