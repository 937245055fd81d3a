"""Worked cases of the promotion engine: what is applied, what not and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from market.kernel.region_code import RegionCode
from market.promotions.engine import evaluate
from market.promotions.types import (
    Benefit,
    BenefitKind,
    Conditions,
    Evaluation,
    GiftOffer,
    Owner,
    PricedLine,
    PromotionSpec,
    PromotionState,
    Situation,
    Step,
)

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
ALWAYS = Conditions(NOW - timedelta(days=1), NOW + timedelta(days=1))
HERE = Situation(NOW, RegionCode("130624104"), "home")


def line(key: str, amount: int, seller: str = "a", **over: Any) -> PricedLine:
    return PricedLine(key, f"l{key}", f"p{key}", "G105", seller, 1, amount, amount, **over)


def percent(bp: int, cap: int | None = None) -> Benefit:
    return Benefit(BenefitKind.PERCENT, basis_points=bp, cap_fen=cap)


def amount(fen: int) -> Benefit:
    return Benefit(BenefitKind.AMOUNT, amount_fen=fen)


def ladder(*steps: tuple[int, int]) -> Benefit:
    return Benefit(BenefitKind.THRESHOLD, steps=tuple(Step(*step) for step in steps))


def of_seller(id_: str, benefit: Benefit, seller: str = "a", **over: Any) -> PromotionSpec:
    fields: dict[str, Any] = {"conditions": ALWAYS, "bearer": f"seller:{seller}", **over}
    return PromotionSpec(id_, id_, Owner.SELLER, benefit, seller_id=seller, **fields)


def of_platform(id_: str, benefit: Benefit, **over: Any) -> PromotionSpec:
    fields: dict[str, Any] = {"conditions": ALWAYS, "bearer": "platform", **over}
    return PromotionSpec(id_, id_, Owner.PLATFORM, benefit, **fields)


def reason(result: Evaluation, id_: str) -> str:
    return next(v.reason_code for v in result.verdicts if v.promotion_id == id_)


def test_a_ladder_gives_the_highest_rung_reached() -> None:
    spec = of_seller("m", ladder((300000, 30000), (500000, 60000)))
    for goods, off in ((299999, 0), (300000, 30000), (499999, 30000), (500000, 60000)):
        assert evaluate([line("1", goods)], HERE, [spec]).discount_fen == off


def test_a_ladder_not_reached_says_how_much_is_missing() -> None:
    result = evaluate([line("1", 288000)], HERE, [of_seller("m", ladder((300000, 30000)))])
    verdict = result.verdicts[0]
    assert (verdict.reason_code, verdict.reason_params["short_fen"]) == ("below_step", 12000)


def test_the_platform_layer_works_on_the_discounted_base() -> None:
    result = evaluate(
        [line("1", 100000)],
        HERE,
        [of_platform("p", percent(1000)), of_seller("s", percent(4000))],
    )
    assert result.by_promotion() == {"s": 40000, "p": 6000}


def test_sellers_promotions_touch_only_their_own_lines() -> None:
    result = evaluate(
        [line("1", 1000, "a"), line("2", 1000, "b")], HERE, [of_seller("s", percent(5000), "b")]
    )
    assert [(x.line_key, x.amount_fen) for x in result.adjustments] == [("2", -500)]


def test_discounts_are_split_to_the_fen_by_largest_remainder() -> None:
    lines = [line("1", 333), line("2", 333), line("3", 334)]
    result = evaluate(lines, HERE, [of_seller("s", amount(100))])
    assert [x.amount_fen for x in result.adjustments] == [-33, -33, -34]


def test_nothing_goes_below_zero() -> None:
    result = evaluate(
        [line("1", 500)], HERE, [of_seller("a", amount(400)), of_seller("b", amount(400))]
    )
    assert result.discount_fen == 500


def test_only_one_of_a_group_applies_the_better_one() -> None:
    specs = [of_seller("x", amount(100), group="g"), of_seller("y", amount(300), group="g")]
    result = evaluate([line("1", 1000)], HERE, specs)
    assert result.by_promotion() == {"y": 300}
    assert reason(result, "x") == "one_of_group"


def test_an_exclusive_promotion_stands_alone_in_its_layer() -> None:
    first = of_seller("x", amount(300), exclusive=True)
    result = evaluate([line("1", 1000)], HERE, [of_seller("y", amount(100)), first])
    assert result.by_promotion() == {"x": 300}
    assert reason(result, "y") == "not_combinable"
    later = replace(first, priority=-1)
    result = evaluate([line("1", 1000)], HERE, [of_seller("y", amount(100)), later])
    assert result.by_promotion() == {"y": 100}
    assert reason(result, "x") == "not_combinable"


def test_priority_comes_before_size() -> None:
    specs = [
        of_seller("small", amount(100), group="g", priority=5),
        of_seller("large", amount(300), group="g"),
    ]
    assert evaluate([line("1", 1000)], HERE, specs).by_promotion() == {"small": 100}


def test_the_cap_per_use_holds() -> None:
    result = evaluate([line("1", 100000)], HERE, [of_seller("s", percent(5000, cap=2000))])
    assert result.discount_fen == 2000


def test_a_budget_that_does_not_cover_the_whole_discount_gives_none() -> None:
    spec = of_seller("s", amount(500), budget_fen=900, budget_left_fen=400)
    result = evaluate([line("1", 1000)], HERE, [spec])
    assert result.discount_fen == 0
    assert reason(result, "s") == "budget_spent"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": PromotionState.STOPPED}, "stopped"),
        ({"conditions": replace(ALWAYS, starts_at=NOW + timedelta(1))}, "not_started"),
        ({"conditions": replace(ALWAYS, ends_at=NOW)}, "ended"),
        ({"conditions": replace(ALWAYS, region_prefixes=frozenset({"5101"}))}, "other_region"),
        ({"conditions": replace(ALWAYS, kind_codes=frozenset({"G201"}))}, "no_matching_goods"),
        ({"conditions": replace(ALWAYS, product_ids=frozenset({"px"}))}, "no_matching_goods"),
        ({"conditions": replace(ALWAYS, certified_only=True)}, "not_certified"),
        ({"conditions": replace(ALWAYS, min_star=2)}, "star_too_low"),
        ({"conditions": replace(ALWAYS, min_amount_fen=1001)}, "below_minimum"),
        ({"needs_code": True}, "code_needed"),
        ({"needs_code": True, "codes": frozenset({"X"}), "code_uses_left": 0}, "code_used_up"),
        ({"budget_fen": 100, "budget_left_fen": 0}, "budget_spent"),
        ({"uses_left": 0}, "uses_spent"),
        ({"household_limit": 1}, "household_limit"),
    ],
)
def test_the_first_failing_rule_is_named(change: dict[str, Any], code: str) -> None:
    spec = replace(of_seller("s", amount(100)), **change)
    situation = replace(HERE, uses_by_promotion={"s": 1})
    result = evaluate([line("1", 1000)], situation, [spec])
    assert (result.discount_fen, reason(result, "s")) == (0, code)


def test_a_promotion_by_region_holds_in_the_whole_subtree() -> None:
    for prefix in ("13", "1306", "130624", "130624104", ""):
        spec = of_seller(
            "s", amount(1), conditions=replace(ALWAYS, region_prefixes=frozenset({prefix}))
        )
        assert evaluate([line("1", 10)], HERE, [spec]).discount_fen == 1


def test_a_code_that_belongs_to_nothing_is_said() -> None:
    situation = replace(HERE, coupon_codes=("NOPE",))
    result = evaluate([line("1", 10)], situation, [])
    assert result.verdicts[0].reason_code == "code_unknown"


def test_free_lines_and_no_lines_take_no_discount() -> None:
    specs = [of_seller("s", amount(100)), of_platform("p", percent(10000))]
    assert evaluate([], HERE, specs).adjustments == ()
    assert evaluate([line("1", 0)], HERE, specs).adjustments == ()


def test_a_gift_under_a_cap_is_as_many_whole_packs_as_the_cap_is_worth() -> None:
    offer = GiftOffer("gift", "a", "m", 700, 9)
    here = replace(HERE, gifts={"gift": offer})
    give = Benefit(BenefitKind.BUY_GET, every=1, get=5, times=1, gift_listing_id="gift")
    found = evaluate([line("x", 10000)], here, [of_seller("g", replace(give, cap_fen=1500))])
    assert [(gift.quantity, gift.value_fen) for gift in found.gifts] == [(2, 1400)]
    none = evaluate([line("x", 10000)], here, [of_seller("g", replace(give, cap_fen=699))])
    assert reason(none, "g") == "nothing_off"
    assert not none.gifts
