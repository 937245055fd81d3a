"""Evaluates promotions on priced lines. Pure, deterministic, independent of input order.

Two layers: first every seller's promotions on that seller's lines, then those of platform
and regions on what is left. Within a layer promotions come by priority (high first), then
by the larger possible discount, then by id. Each works on what the earlier ones left:

* of a stacking group only the first that applies is used;
* an exclusive promotion applies only alone in its layer, and once applied closes the layer.

A discount larger than the budget left is refused whole, never given in part. Discounts are
split over their lines by largest remainder, so no line and no total goes below zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from market.kernel.money import Fen, allocate
from market.promotions import benefits, conditions
from market.promotions.conditions import Failure
from market.promotions.types import (
    Adjustment,
    Evaluation,
    Owner,
    PricedLine,
    PromotionSpec,
    Situation,
    Verdict,
)


def evaluate(
    lines: Sequence[PricedLine], situation: Situation, promotions: Sequence[PromotionSpec]
) -> Evaluation:
    """Apply what may be applied and say of everything else why not."""
    state = _State(sorted(lines, key=lambda line: line.key), situation)
    sellers = [spec for spec in promotions if spec.owner is Owner.SELLER]
    for seller_id in sorted({spec.seller_id or "" for spec in sellers}):
        _layer(state, [spec for spec in sellers if (spec.seller_id or "") == seller_id])
    _layer(state, [spec for spec in promotions if spec.owner is not Owner.SELLER])
    verdicts = sorted(state.verdicts, key=lambda v: (not v.applied, v.name, v.promotion_id))
    return Evaluation(tuple(state.adjustments), (*verdicts, *_unknown_codes(situation, promotions)))


@dataclass(slots=True)
class _State:
    lines: Sequence[PricedLine]
    situation: Situation
    left: dict[str, Fen] = field(default_factory=dict)
    adjustments: list[Adjustment] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    scopes: dict[str, list[PricedLine]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left = {line.key: max(0, line.amount_fen) for line in self.lines}

    def scope(self, spec: PromotionSpec) -> list[PricedLine]:
        found = self.scopes.get(spec.id)
        if found is None:
            found = [line for line in self.lines if conditions.in_scope(spec, line)]
            self.scopes[spec.id] = found
        return found

    def base(self, lines: Iterable[PricedLine]) -> Fen:
        left = self.left
        return sum([left[line.key] for line in lines])  # faster than a generator


def _layer(state: _State, specs: Sequence[PromotionSpec]) -> None:
    """Apply the promotions of one layer in their fixed order."""
    potential = {
        spec.id: benefits.discount(spec.benefit, state.base(state.scope(spec))) for spec in specs
    }
    applied: list[PromotionSpec] = []
    for spec in sorted(specs, key=lambda s: (-s.priority, -potential[s.id], s.id)):
        base = state.base(state.scope(spec))
        failure = (
            conditions.first_failure(spec, state.situation)
            or _goods_failure(state, spec, base)
            or _stacking_failure(spec, applied)
        )
        amount = 0 if failure else _take(state, spec, base)
        if amount:
            applied.append(spec)
        elif failure is None:
            failure = _nothing(spec, base)
        state.verdicts.append(_verdict(spec, amount, failure))


def _goods_failure(state: _State, spec: PromotionSpec, base: Fen) -> Failure | None:
    lines = state.scope(spec)
    return conditions.scope_failure(spec, lines, base) or benefits.step_failure(spec.benefit, base)


def _stacking_failure(spec: PromotionSpec, applied: Sequence[PromotionSpec]) -> Failure | None:
    for other in applied:
        if other.exclusive or spec.exclusive:
            return Failure("not_combinable", {"other": other.name})
        if spec.group and other.group == spec.group:
            return Failure("one_of_group", {"other": other.name})
    return None


def _take(state: _State, spec: PromotionSpec, base: Fen) -> Fen:
    """Take the discount off its lines; 0 when there is none or the budget is too small."""
    amount = benefits.discount(spec.benefit, base)
    if amount <= 0 or (spec.budget_left_fen is not None and amount > spec.budget_left_fen):
        return 0
    lines, left = state.scope(spec), state.left
    for line, part in zip(lines, allocate(amount, [left[line.key] for line in lines]), strict=True):
        if part:
            left[line.key] -= part
            state.adjustments.append(
                Adjustment(spec.id, spec.name, line.key, -part, spec.bearer, spec.name_en)
            )
    return amount


def _nothing(spec: PromotionSpec, base: Fen) -> Failure:
    amount = benefits.discount(spec.benefit, base)
    if amount and spec.budget_left_fen is not None:
        return Failure("budget_spent")
    return Failure("nothing_off")


def _verdict(spec: PromotionSpec, amount: Fen, failure: Failure | None) -> Verdict:
    return Verdict(
        promotion_id=spec.id,
        name=spec.name,
        applied_fen=amount,
        reason_code=failure.code if failure else "",
        reason_params=dict(failure.params) if failure else {},
        owner=spec.owner,
        code=min(spec.codes, default=""),
        name_en=spec.name_en,
    )


def _unknown_codes(situation: Situation, specs: Sequence[PromotionSpec]) -> list[Verdict]:
    """A verdict for every typed code that belongs to nothing."""
    known = {code for spec in specs for code in spec.codes}
    return [
        Verdict("", code, 0, "code_unknown", {"code": code}, code=code)
        for code in sorted(set(situation.coupon_codes) - known)
    ]
