"""The rules of a promotion, each a small function; the first that fails is the reason told.

Pure. A rule returns None when it holds, otherwise a `Failure` with a code and parameters.
The words of every code are in `words.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from market.kernel.money import Fen
from market.promotions.types import PricedLine, PromotionSpec, PromotionState, Situation


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a promotion does not apply."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


Rule = Callable[[PromotionSpec, Situation], Failure | None]


def running(spec: PromotionSpec, _: Situation) -> Failure | None:
    """Live, neither draft nor stopped."""
    return None if spec.state is PromotionState.LIVE else Failure("stopped")


def started(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """Its start has come."""
    starts_at = spec.conditions.starts_at
    return None if starts_at <= situation.now else Failure("not_started", {"starts_at": starts_at})


def not_ended(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """Its end has not."""
    ends_at = spec.conditions.ends_at
    return None if situation.now < ends_at else Failure("ended", {"ends_at": ends_at})


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


def code_given(spec: PromotionSpec, _: Situation) -> Failure | None:
    """A promotion by code needs one of its codes, with uses left."""
    if not spec.needs_code:
        return None
    if not spec.codes:
        return Failure("code_needed")
    if spec.code_uses_left is not None and spec.code_uses_left <= 0:
        return Failure("code_used_up")
    return None


def household_may(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """The household has uses left."""
    used = situation.uses_by_promotion.get(spec.id, 0)
    if spec.household_limit is None or used < spec.household_limit:
        return None
    return Failure("household_limit", {"limit": spec.household_limit})


def uses_left(spec: PromotionSpec, _: Situation) -> Failure | None:
    """There are uses left for anyone."""
    return Failure("uses_spent") if spec.uses_left is not None and spec.uses_left <= 0 else None


def budget_left(spec: PromotionSpec, _: Situation) -> Failure | None:
    """There is money left."""
    left = spec.budget_left_fen
    return Failure("budget_spent") if left is not None and left <= 0 else None


# In the order in which reasons are told: what cannot be changed first, what can be last.
RULES: tuple[Rule, ...] = (
    running,
    started,
    not_ended,
    in_region,
    uses_left,
    budget_left,
    household_may,
    code_given,
)


def first_failure(spec: PromotionSpec, situation: Situation) -> Failure | None:
    """The first rule about the situation (not the lines) that does not hold."""
    for rule in RULES:
        failure = rule(spec, situation)
        if failure is not None:
            return failure
    return None


def in_scope(spec: PromotionSpec, line: PricedLine) -> bool:
    """Whether a line counts for a promotion: its seller, kinds, products, star."""
    wanted = spec.conditions
    return (
        (spec.seller_id is None or line.seller_id == spec.seller_id)
        and (not wanted.kind_codes or line.kind_code in wanted.kind_codes)
        and (not wanted.product_ids or line.product_id in wanted.product_ids)
        and (line.certified or not wanted.certified_only)
        and (line.star or 0) >= wanted.min_star
    )


def scope_failure(
    spec: PromotionSpec, lines: Sequence[PricedLine], base_fen: Fen
) -> Failure | None:
    """Whether there are lines in scope and they reach the least amount."""
    if not lines:
        return Failure("no_matching_goods")
    short = spec.conditions.min_amount_fen - base_fen
    if short > 0:
        return Failure(
            "below_minimum", {"short_fen": short, "minimum_fen": spec.conditions.min_amount_fen}
        )
    return None
