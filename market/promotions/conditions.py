"""The rules of a promotion, each a small function; the first that fails is the reason told.

Pure. A rule returns None when it holds, otherwise a `Failure` with a code and parameters.
The words of every code are in `words.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from market.kernel.clock import SHANGHAI
from market.promotions.engine_types import (
    Channel,
    Conditions,
    PricedLine,
    PromotionSpec,
    PromotionState,
    Situation,
)
from market.promotions.goods import Bits, Cart, Goods


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a promotion does not apply."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


Rule = Callable[[PromotionSpec, Situation], Failure | None]


def running(spec: PromotionSpec, _: Situation) -> Failure | None:
    """Live, neither draft nor stopped."""
    return None if spec.state is PromotionState.LIVE else Failure("stopped")


def within_time(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """Its start has come, its end has not."""
    starts_at, ends_at = spec.conditions.starts_at, spec.conditions.ends_at
    if starts_at <= situation.now < ends_at:
        return None
    if situation.now < starts_at:
        return Failure("not_started", {"starts_at": starts_at})
    return Failure("ended", {"ends_at": ends_at})


def in_region(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """The delivery address lies in one of the regions."""
    prefixes = spec.conditions.region_prefixes
    if not prefixes or "" in prefixes:
        return None
    if situation.region is None:
        return Failure("region_unknown")
    if prefixes & set(situation.region.prefixes):
        return None
    return Failure("other_region", {"regions": tuple(sorted(prefixes))})


def in_zone(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """The delivery address lies in one of the climate zones; "2" stands for 2A and 2B."""
    zones = spec.conditions.zones
    if not zones:
        return None
    if not situation.zone:
        return Failure("region_unknown")
    if any(situation.zone.startswith(zone) for zone in zones):
        return None
    return Failure("other_zone", {"zones": tuple(sorted(zones)), "zone": situation.zone})


def on_channel(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """It is used here: on the site or at a till."""
    channel = spec.conditions.channel
    if channel in (Channel.BOTH, situation.channel):
        return None
    return Failure("offline_only" if channel is Channel.OFFLINE else "online_only")


def at_hours(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """The day of the week and the time of day fit."""
    wanted = spec.conditions
    first, last = wanted.from_minute, wanted.to_minute
    if not wanted.weekdays and _all_day(wanted):
        return None
    local = situation.now.astimezone(SHANGHAI)
    if wanted.weekdays and local.weekday() not in wanted.weekdays:
        return Failure("other_day", {"weekdays": tuple(sorted(wanted.weekdays))})
    minute = local.hour * 60 + local.minute
    inside = first <= minute < last if first <= last else minute >= first or minute < last
    return None if inside else Failure("other_hour", {"from_minute": first, "to_minute": last})


def uses_left(spec: PromotionSpec, _: Situation) -> Failure | None:
    """There are uses left for anyone."""
    return Failure("uses_spent") if spec.uses_left is not None and spec.uses_left <= 0 else None


def budget_left(spec: PromotionSpec, _: Situation) -> Failure | None:
    """There is money left."""
    left = spec.budget_left_fen
    return Failure("budget_spent") if left is not None and left <= 0 else None


def household_is(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """The household is one of those it is meant for."""
    flags = spec.conditions.flags
    if not flags or flags & situation.household_flags:
        return None
    if situation.household_id is None:
        return Failure("sign_in_needed")
    return Failure("flag_missing", {"flags": tuple(sorted(flags))})


def is_first_order(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """The household has not ordered before."""
    if not spec.conditions.first_order or situation.first_order:
        return None
    return Failure("sign_in_needed" if situation.first_order is None else "not_first_order")


def household_stated(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """A limit by household needs to know the household."""
    if situation.household_stated or spec.household_limit is None or not spec.asks_household:
        return None
    return Failure("household_unstated", {"limit": spec.household_limit})


def household_may(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """The household has uses left."""
    used = situation.uses_by_promotion.get(spec.id, 0)
    if spec.household_limit is None or used < spec.household_limit:
        return None
    params: dict[str, object] = {"limit": spec.household_limit}
    if spec.id in situation.used_at:
        params["used_at"] = situation.used_at[spec.id]
    return Failure("household_limit", params)


def code_given(spec: PromotionSpec, _: Situation) -> Failure | None:
    """A promotion by code needs one of its codes, with uses left."""
    if not spec.needs_code:
        return None
    if not spec.codes:
        return Failure("code_needed")
    if spec.code_uses_left is not None and spec.code_uses_left <= 0:
        return Failure("code_used_up")
    return None


Asks = Callable[[PromotionSpec], bool]

# In the order in which reasons are told: what cannot be changed first, what can be last. Each with
# whether it can fail for a promotion in any situation: most promotions ask for little.
RULES: tuple[tuple[Rule, Asks], ...] = (
    (running, lambda spec: spec.state is not PromotionState.LIVE),
    (within_time, lambda _: True),
    (in_region, lambda spec: bool(spec.conditions.region_prefixes)),
    (in_zone, lambda spec: bool(spec.conditions.zones)),
    (on_channel, lambda spec: spec.conditions.channel is not Channel.BOTH),
    (at_hours, lambda spec: bool(spec.conditions.weekdays) or not _all_day(spec.conditions)),
    (uses_left, lambda spec: spec.uses_left is not None and spec.uses_left <= 0),
    (budget_left, lambda spec: spec.budget_left_fen is not None and spec.budget_left_fen <= 0),
    (household_is, lambda spec: bool(spec.conditions.flags)),
    (is_first_order, lambda spec: spec.conditions.first_order),
    (household_stated, lambda spec: spec.asks_household and spec.household_limit is not None),
    (household_may, lambda spec: spec.household_limit is not None),
    (code_given, lambda spec: spec.needs_code),
)


def _all_day(wanted: Conditions) -> bool:
    return (wanted.from_minute, wanted.to_minute) == (0, 1440)


def first_failure(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """The first rule about the situation (not the lines) that does not hold."""
    rules: tuple[Rule, ...] | None = spec.__dict__.get("_rules")
    if rules is None:  # kept on it, as its cached properties are
        rules = tuple(rule for rule, asks in RULES if asks(spec))
        spec.__dict__["_rules"] = rules
    for rule in rules:
        failure = rule(spec, situation)
        if failure is not None:
            return failure
    return None


def select(spec: PromotionSpec, cart: Cart) -> tuple[Bits, str]:
    """The lines a promotion is about, and with none, the code of the rule that took the last."""
    wanted = spec.conditions
    found, code = _named(spec, cart), "no_matching_goods"
    if found and wanted.bundle is not None:
        groups = cart.bundled(wanted.bundle)
        if not groups:
            return 0, "bundle_missing"
        if wanted.bundle.only:
            found, code = found & groups, "not_in_bundle"
    if found and wanted.certified_only:
        found, code = cart.only(found, lambda line: line.certified), "not_certified"
    if found and wanted.min_star:
        enough = [lines for star, lines in cart.stars.items() if star >= wanted.min_star]
        found, code = found & sum(enough), "star_too_low"
    if found and wanted.campaign_id:
        enrolled = cart.situation.enrolled.get(wanted.campaign_id, frozenset())
        found = cart.only(found, lambda line: _takes_part(spec, line, enrolled))
        code = "not_enrolled"
    return found, code


def no_lines(spec: PromotionSpec, code: str) -> Failure:
    """What `select` says when it finds none, with what it takes to be told."""
    rule = spec.conditions.bundle
    if rule is None or code not in ("bundle_missing", "not_in_bundle"):
        return Failure(code)
    return Failure(code, rule.said)


def _named(spec: PromotionSpec, cart: Cart) -> Bits:
    wanted, found = spec.conditions, cart.everything
    if spec.seller_id is not None:
        found &= cart.sellers.get(spec.seller_id, 0)
    if wanted.seller_ids:
        found &= _any(cart.sellers, wanted.seller_ids)
    if wanted.kind_codes:
        found &= _any(cart.kinds, wanted.kind_codes)
    if wanted.product_ids:
        found &= _any(cart.products, wanted.product_ids)
    if spec.benefit.parts:
        found &= _any(cart.products, (part.product_id for part in spec.benefit.parts))
    return found


def _any(lines: Mapping[str, Bits], names: Iterable[str]) -> Bits:
    found = 0
    for name in names:
        found |= lines.get(name, 0)
    return found


def _takes_part(spec: PromotionSpec, line: PricedLine, enrolled: frozenset[str]) -> bool:
    """The seller is enrolled, and so is a maker who is to bear a part."""
    if line.seller_id not in enrolled:
        return False
    by_maker = any(bearing.bearer == "maker" for bearing in spec.bearings)
    return not by_maker or not line.maker_id or line.maker_id in enrolled


def amount_failure(spec: PromotionSpec, goods: Goods) -> Failure | None:
    """Whether the lines reach the least amount and the least number of packs."""
    wanted = spec.conditions
    short = wanted.min_amount_fen - goods.base_fen
    if short > 0:
        return Failure("below_minimum", {"short_fen": short, "minimum_fen": wanted.min_amount_fen})
    missing = wanted.min_quantity - goods.packs
    if missing > 0:
        return Failure("below_quantity", {"short": missing, "minimum": wanted.min_quantity})
    return None
