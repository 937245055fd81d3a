"""What holds of every evaluation, whatever the promotions and the lines."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from market.kernel.region_code import RegionCode
from market.promotions.engine import evaluate
from market.promotions.types import (
    Benefit,
    BenefitKind,
    Conditions,
    Owner,
    PricedLine,
    PromotionSpec,
    Situation,
    Step,
)

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SITUATION = Situation(NOW, RegionCode("130624104"), "home", ("CODE",))

benefits = st.one_of(
    st.builds(
        Benefit, st.just(BenefitKind.PERCENT), basis_points=st.integers(0, 10000),
        cap_fen=st.none() | st.integers(0, 5000),
    ),
    st.builds(Benefit, st.just(BenefitKind.AMOUNT), amount_fen=st.integers(0, 20000)),
    st.builds(
        Benefit, st.just(BenefitKind.THRESHOLD),
        steps=st.lists(
            st.builds(Step, st.integers(0, 30000), st.integers(0, 20000)), max_size=3
        ).map(tuple),
    ),
)  # fmt: skip
conditions = st.builds(
    Conditions,
    st.sampled_from([NOW - timedelta(1), NOW + timedelta(1)]),
    st.just(NOW + timedelta(2)),
    region_prefixes=st.sampled_from([frozenset(), frozenset({"13"}), frozenset({"51"})]),
    kind_codes=st.sampled_from([frozenset(), frozenset({"G105"})]),
    min_amount_fen=st.integers(0, 20000),
    min_star=st.integers(0, 2),
)
sellers = st.sampled_from(["a", "b"])


@st.composite
def specs(draw: st.DrawFn) -> list[PromotionSpec]:
    found = []
    for i in range(draw(st.integers(0, 6))):
        owner = draw(st.sampled_from(Owner))
        found.append(
            PromotionSpec(
                f"promo{i}",
                f"promo{i}",
                owner,
                draw(benefits),
                draw(conditions),
                seller_id=draw(sellers) if owner is Owner.SELLER else None,
                needs_code=draw(st.booleans()),
                codes=draw(st.sampled_from([frozenset(), frozenset({"CODE"})])),
                budget_left_fen=draw(st.none() | st.integers(0, 20000)),
                group=draw(st.sampled_from(["", "g"])),
                exclusive=draw(st.booleans()),
                priority=draw(st.integers(-1, 1)),
            )
        )
    return found


@st.composite
def carts(draw: st.DrawFn) -> list[PricedLine]:
    return [
        PricedLine(
            f"k{i}", f"l{i}", f"p{i}", draw(st.sampled_from(["G105", "G201"])), draw(sellers), 1,
            fen, fen, star=draw(st.none() | st.integers(1, 3)), certified=True,
        )
        for i, fen in enumerate(draw(st.lists(st.integers(0, 30000), max_size=5)))
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(carts(), specs(), st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_the_order_of_input(
    lines: list[PricedLine], promotions: list[PromotionSpec], chance: random.Random
) -> None:
    first = evaluate(lines, SITUATION, promotions)
    mixed_lines, mixed = list(lines), list(promotions)
    chance.shuffle(mixed_lines)
    chance.shuffle(mixed)
    assert evaluate(mixed_lines, SITUATION, mixed) == first


@settings(max_examples=150, deadline=None)
@given(carts(), specs())
def test_totals_caps_and_budgets_hold(
    lines: list[PricedLine], promotions: list[PromotionSpec]
) -> None:
    result = evaluate(lines, SITUATION, promotions)
    amounts = {line.key: line.amount_fen for line in lines}
    for item in result.adjustments:
        assert item.amount_fen < 0
        assert item.line_key is not None
        amounts[item.line_key] += item.amount_fen
    assert all(amount >= 0 for amount in amounts.values())
    assert 0 <= result.discount_fen <= sum(line.amount_fen for line in lines)
    totals = result.by_promotion()
    for spec in promotions:
        applied = totals.get(spec.id, 0)
        assert spec.benefit.cap_fen is None or applied <= spec.benefit.cap_fen
        assert spec.budget_left_fen is None or applied <= spec.budget_left_fen


@settings(max_examples=150, deadline=None)
@given(carts(), specs())
def test_every_promotion_has_one_verdict_that_agrees_with_the_adjustments(
    lines: list[PricedLine], promotions: list[PromotionSpec]
) -> None:
    result = evaluate(lines, SITUATION, promotions)
    totals = result.by_promotion()
    verdicts = {v.promotion_id: v for v in result.verdicts if v.promotion_id}
    assert set(verdicts) == {spec.id for spec in promotions}
    for key, verdict in verdicts.items():
        assert verdict.applied_fen == totals.get(key, 0)
        assert bool(verdict.reason_code) != verdict.applied


@settings(max_examples=100, deadline=None)
@given(carts(), specs())
def test_an_exclusive_promotion_is_alone_in_its_layer(
    lines: list[PricedLine], promotions: list[PromotionSpec]
) -> None:
    applied = {v.promotion_id for v in evaluate(lines, SITUATION, promotions).verdicts if v.applied}
    for spec in promotions:
        if spec.exclusive and spec.id in applied:
            mates = [
                other.id
                for other in promotions
                if other.id in applied
                and (other.owner is Owner.SELLER) == (spec.owner is Owner.SELLER)
                and (spec.owner is not Owner.SELLER or other.seller_id == spec.seller_id)
            ]
            assert mates == [spec.id]


def test_priority_is_no_licence_for_two_of_a_group() -> None:
    lines = [PricedLine("1", "l", "p", "G105", "a", 1, 1000, 1000)]
    benefit = Benefit(BenefitKind.AMOUNT, amount_fen=10)
    always = Conditions(NOW - timedelta(1), NOW + timedelta(1))
    spec = PromotionSpec("x", "x", Owner.PLATFORM, benefit, always, group="g")
    pair = [spec, replace(spec, id="y", priority=9)]
    assert evaluate(lines, SITUATION, pair).by_promotion() == {"y": 10}
