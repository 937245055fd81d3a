"""What holds of every evaluation, whatever the promotions and the lines."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from market.kernel.money import allocate
from market.kernel.region_code import RegionCode
from market.promotions import tracing
from market.promotions.engine import evaluate
from market.promotions.types import (
    Bearing,
    Benefit,
    BenefitKind,
    BundlePart,
    BundleRule,
    Caps,
    Conditions,
    GiftOffer,
    GroupState,
    Layer,
    Named,
    Owner,
    PricedLine,
    PromotionSpec,
    ProofState,
    Situation,
    Step,
    Tier,
)

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
IDS = [f"promo{i}" for i in range(6)]
SITUATION = Situation(
    NOW,
    RegionCode("130624104"),
    "home",
    ("CODE",),
    zone="2B",
    first_order=True,
    freight={"a": 2500, "b": 1001},
    gifts={"gift": GiftOffer("gift", "a", "m", 700, 3)},
    proofs={key: ProofState(2, 0) for key in IDS},
    groups={key: GroupState(3, 60) for key in IDS},
    enrolled={"k": frozenset({"a"})},
)
LATER = settings(max_examples=150, deadline=None)

points = st.integers(0, 10000)
times = st.integers(0, 3)
tiers = st.lists(st.builds(Tier, st.integers(1, 60), points), max_size=3).map(tuple)
named = st.lists(
    st.builds(BundlePart, st.sampled_from(["p0", "p1", "p2"]), st.integers(1, 2)),
    min_size=1, max_size=2, unique_by=lambda part: part.product_id,
).map(tuple)  # fmt: skip
K = BenefitKind
spread_benefits = st.one_of(
    st.builds(Benefit, st.just(K.PERCENT), basis_points=points,
              cap_fen=st.none() | st.integers(0, 5000)),
    st.builds(Benefit, st.just(K.AMOUNT), amount_fen=st.integers(0, 20000)),
    st.builds(Benefit, st.just(K.QUANTITY), tiers=tiers),
)  # fmt: skip
unit_benefits = st.one_of(
    st.builds(Benefit, st.just(K.NTH_ITEM), basis_points=points, every=st.integers(1, 4),
              times=times, same_item=st.booleans()),
    st.builds(Benefit, st.just(K.BUY_GET), every=st.integers(1, 3), get=st.integers(1, 2),
              times=times),
    st.builds(Benefit, st.just(K.BUNDLE_PRICE), amount_fen=st.integers(0, 9000),
              every=st.integers(1, 4), times=times),
    st.builds(Benefit, st.just(K.TRADE_IN), amount_fen=st.integers(0, 9000),
              basis_points=st.sampled_from([0, 1500]), times=times),
    st.builds(Benefit, st.just(K.GROUP_BUY), tiers=tiers,
              closes_at=st.sampled_from([NOW, NOW + timedelta(1)])),
)  # fmt: skip
benefits = st.one_of(
    spread_benefits,
    unit_benefits,
    st.builds(Benefit, st.just(K.THRESHOLD), times=times, steps=st.lists(
        st.builds(Step, st.integers(1, 30000), st.integers(0, 20000)), max_size=3).map(tuple)),
    st.builds(Benefit, st.just(K.BUY_GET), every=st.integers(1, 3), get=st.integers(1, 2),
              gift_listing_id=st.just("gift"), times=times,
              cap_fen=st.none() | st.integers(1, 5000)),
    st.builds(Benefit, st.just(K.BUNDLE_PRICE), amount_fen=st.integers(0, 9000), parts=named,
              times=times),
    st.builds(Benefit, st.just(K.FREE_DELIVERY), basis_points=points,
              cap_fen=st.none() | st.integers(0, 2000)),
)  # fmt: skip
conditions = st.builds(
    Conditions,
    st.sampled_from([NOW - timedelta(1), NOW + timedelta(1)]),
    st.just(NOW + timedelta(2)),
    region_prefixes=st.sampled_from([frozenset(), frozenset({"13"}), frozenset({"51"})]),
    kind_codes=st.sampled_from([frozenset(), frozenset({"G105"})]),
    min_amount_fen=st.sampled_from([0, 0, 9000]),
    min_star=st.integers(0, 2),
    min_quantity=st.sampled_from([0, 0, 3]),
    zones=st.sampled_from([frozenset(), frozenset({"2"}), frozenset({"5"})]),
    campaign_id=st.sampled_from(["", "", "k"]),
    bundle=st.none() | st.none() | st.builds(
        BundleRule,
        bundles=st.sampled_from([(), (), (Named("B"),)]),
        kinds=st.sampled_from([(), (), (Named("G201"),)]),
        products=st.sampled_from([(), (), (Named("p1"),)]),
        only=st.booleans(),
    ),
)  # fmt: skip
sellers = st.sampled_from(["a", "b"])
shares = st.sampled_from(
    [(), (Bearing("platform", 6000), Bearing("region:13", 4000)),
     (Bearing("seller", 3333), Bearing("maker", 3333), Bearing("platform", 3334))]
)  # fmt: skip
caps = st.builds(Caps, st.integers(0, 10000), st.integers(0, 10000))


@st.composite
def specs(draw: st.DrawFn) -> list[PromotionSpec]:
    found = []
    for key in IDS[: draw(st.integers(0, 6))]:
        owner = draw(st.sampled_from(Owner))
        found.append(
            PromotionSpec(
                key,
                key,
                owner,
                draw(benefits),
                draw(conditions),
                seller_id=draw(sellers) if owner is Owner.SELLER else None,
                needs_code=draw(st.sampled_from([False, False, True])),
                codes=draw(st.sampled_from([frozenset(), frozenset({"CODE"})])),
                budget_left_fen=draw(st.none() | st.integers(0, 20000)),
                group=draw(st.sampled_from(["", "g"])),
                exclusive=draw(st.sampled_from([False, False, True])),
                priority=draw(st.integers(-1, 1)),
                layer=draw(st.none() | st.sampled_from(Layer)),
                bearings=draw(shares),
                bearer="platform",
            )
        )
    return found


groups = st.sampled_from(
    [{}, {"group": "g", "bundle_id": "B"}, {"group": "h", "bundle_id": "B"},
     {"group": "g", "bundle_id": "C"}, {"group": "n"}]
)  # fmt: skip


@st.composite
def carts(draw: st.DrawFn) -> list[PricedLine]:
    rows = draw(st.lists(st.tuples(st.integers(0, 9000), st.integers(1, 6)), max_size=5))
    return [
        PricedLine(
            f"k{i}", f"l{i}", f"p{i % 3}", draw(st.sampled_from(["G105", "G201"])),
            draw(sellers), packs, price, price * packs, star=draw(st.none() | st.integers(1, 3)),
            certified=True, maker_id=draw(st.sampled_from(["", "a", "m"])),
            **draw(groups),
        )
        for i, (price, packs) in enumerate(rows)
    ]  # fmt: skip


@LATER
@given(carts(), specs(), caps, st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_the_order_of_input(
    lines: list[PricedLine], promotions: list[PromotionSpec], most: Caps, chance: random.Random
) -> None:
    situation = replace(SITUATION, caps=most)
    first = evaluate(lines, situation, promotions)
    mixed_lines, mixed = list(lines), list(promotions)
    chance.shuffle(mixed_lines)
    chance.shuffle(mixed)
    assert evaluate(mixed_lines, situation, mixed) == first


@LATER
@given(carts(), specs(), caps)
def test_totals_caps_and_budgets_hold(
    lines: list[PricedLine], promotions: list[PromotionSpec], most: Caps
) -> None:
    result = evaluate(lines, replace(SITUATION, caps=most), promotions)
    gifts = {gift.key: gift.value_fen for gift in result.gifts}
    left = {line.key: line.amount_fen for line in lines} | gifts
    freight = dict(SITUATION.freight)
    for item in result.adjustments:
        assert item.amount_fen < 0
        if item.line_key is None:
            freight[item.seller_id] += item.amount_fen
        else:
            left[item.line_key] += item.amount_fen
    assert min([0, *left.values(), *freight.values()]) == 0
    assert all(left[key] == 0 for key in gifts)
    whole = sum(line.amount_fen for line in lines)
    off = {line.key: line.amount_fen - left[line.key] for line in lines}
    assert sum(off.values()) <= whole * most.order_bp // 10000
    assert all(off[x.key] <= x.amount_fen * most.line_bp // 10000 for x in lines)
    totals = result.by_promotion()
    for spec in promotions:
        applied = totals.get(spec.id, 0)
        assert spec.benefit.cap_fen is None or applied <= spec.benefit.cap_fen
        assert spec.budget_left_fen is None or applied <= spec.budget_left_fen


@LATER
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
    places = sorted(v.position for v in verdicts.values() if v.applied)
    assert places == list(range(1, len(places) + 1))


@LATER
@given(carts(), specs())
def test_a_line_bears_one_exclusive_and_one_of_a_group_in_each_layer(
    lines: list[PricedLine], promotions: list[PromotionSpec]
) -> None:
    by_id = {spec.id: spec for spec in promotions}
    on_line: dict[tuple[str, Layer], set[str]] = {}
    for item in evaluate(lines, SITUATION, promotions).adjustments:
        spot = item.line_key or f"freight:{item.seller_id}"
        layer = by_id[item.promotion_id].works_on
        on_line.setdefault((spot, layer), set()).add(item.promotion_id)
    for mates in on_line.values():
        assert len(mates) == 1 or not any(by_id[key].exclusive for key in mates)
        grouped = [key for key in mates if by_id[key].group]
        assert len(grouped) <= 1


@LATER
@given(carts(), specs())
def test_what_asks_for_a_bundle_is_given_only_with_it(
    lines: list[PricedLine], promotions: list[PromotionSpec]
) -> None:
    by_id = {spec.id: spec for spec in promotions}
    by_key = {line.key: line for line in lines}
    result = evaluate(lines, SITUATION, promotions)
    met = {spec.id: _met(spec.conditions.bundle, lines) for spec in promotions}
    for item in result.adjustments:
        rule = by_id[item.promotion_id].conditions.bundle
        if rule is None:
            continue
        groups = met[item.promotion_id]
        assert groups
        if rule.only and item.line_key in by_key:
            line = by_key[item.line_key]
            assert (line.bundle_id, line.group) in groups
    for verdict in result.verdicts:
        if verdict.reason_code == "bundle_missing":
            assert not met[verdict.promotion_id]


def _met(rule: BundleRule | None, lines: list[PricedLine]) -> set[tuple[str, str]]:
    """The groups a rule asks for, one line after the other."""
    if rule is None:
        return set()
    things = {one.id for one in (*rule.kinds, *rule.products)}
    return {
        (line.bundle_id, line.group)
        for line in lines
        if line.bundle_id
        and (not rule.bundles or line.bundle_id in {one.id for one in rule.bundles})
        and (not things or line.kind_code in things or line.product_id in things)
    }


@LATER
@given(carts(), specs())
def test_the_bearers_bear_all_of_it_in_their_shares(
    lines: list[PricedLine], promotions: list[PromotionSpec]
) -> None:
    by_id = {spec.id: spec for spec in promotions}
    borne: dict[tuple[str, str], dict[str, int]] = {}
    for item in evaluate(lines, SITUATION, promotions).adjustments:
        spot = item.line_key or item.seller_id
        split = borne.setdefault((item.promotion_id, spot), {})
        assert item.bearer not in split
        split[item.bearer] = -item.amount_fen
    for (promotion, _), split in borne.items():
        shares = [bearing.basis_points for bearing in by_id[promotion].borne]
        exact = sum(split.values()) * min(shares) / 10000
        assert max(split.values()) >= exact - 1


@st.composite
def shared(draw: st.DrawFn) -> list[PromotionSpec]:
    """Promotions that several bear; they hold always."""
    always = Conditions(NOW - timedelta(1), NOW + timedelta(1))
    cuts = draw(st.lists(st.integers(1, 9_999), min_size=1, max_size=2, unique=True).map(sorted))
    points = [high - low for low, high in pairwise([0, *cuts, 10_000])]
    bearings = tuple(map(Bearing, ("seller", "maker", "platform"), points))
    free = st.just(Benefit(K.FREE_DELIVERY, basis_points=10_000))
    return [
        PromotionSpec(key, key, Owner.PLATFORM, one, always, bearings=bearings)
        for key, one in zip(
            IDS, draw(st.tuples(spread_benefits, unit_benefits, free)), strict=False
        )
    ]


@settings(max_examples=300, deadline=None)
@given(carts(), shared(), caps)
def test_shares_are_rounded_once_on_the_whole_discount(
    lines: list[PricedLine], promotions: list[PromotionSpec], most: Caps
) -> None:
    """By promotion, every bearer gives its share of the whole, not a sum of rounded parts."""
    result = evaluate(lines, replace(SITUATION, caps=most), promotions)
    given: dict[str, dict[str, int]] = {}
    for item in result.adjustments:
        bearer = "maker" if item.bearer.startswith("maker:") else item.bearer
        split = given.setdefault(item.promotion_id, {})
        split[bearer] = split.get(bearer, 0) - item.amount_fen
    for verdict in (one for one in result.verdicts if one.applied):
        spec = next(spec for spec in promotions if spec.id == verdict.promotion_id)
        shares = allocate(verdict.applied_fen, [one.basis_points for one in spec.borne])
        wanted = {one.bearer: fen for one, fen in zip(spec.borne, shares, strict=True)}
        got = given[spec.id]
        # A maker who sells itself bears its share as the seller: the two count together.
        if "maker" in wanted:
            got["seller"] = got.get("seller", 0) + got.pop("maker", 0)
            wanted["seller"] += wanted.pop("maker")
        assert {who: fen for who, fen in got.items() if fen} == {
            who: fen for who, fen in wanted.items() if fen
        }


single = st.tuples(st.one_of(spread_benefits, unit_benefits), st.integers(0, 4), st.integers(1, 5))


@LATER
@given(carts(), single)
def test_one_more_pack_never_makes_a_discount_smaller(
    lines: list[PricedLine], chosen: tuple[Benefit, int, int]
) -> None:
    benefit, where, more = chosen
    if not lines:
        return
    always = Conditions(NOW - timedelta(1), NOW + timedelta(1))
    spec = PromotionSpec("promo0", "x", Owner.PLATFORM, benefit, always, bearer="platform")
    tiers = sorted(benefit.tiers, key=lambda tier: tier.at_least)
    if [t.basis_points for t in tiers] != sorted({t.basis_points for t in tiers}):
        return  # the desk refuses ladders that do not rise
    before = evaluate(lines, SITUATION, [spec]).discount_fen
    line = lines[where % len(lines)]
    packs = line.quantity + more
    grown = replace(line, quantity=packs, amount_fen=packs * line.unit_price_fen)
    after = evaluate([grown if x is line else x for x in lines], SITUATION, [spec]).discount_fen
    assert after >= before


def test_priority_is_no_licence_for_two_of_a_group() -> None:
    lines = [PricedLine("1", "l", "p", "G105", "a", 1, 1000, 1000)]
    benefit = Benefit(BenefitKind.AMOUNT, amount_fen=10)
    always = Conditions(NOW - timedelta(1), NOW + timedelta(1))
    spec = PromotionSpec("x", "x", Owner.PLATFORM, benefit, always, group="g")
    pair = [spec, replace(spec, id="y", priority=9)]
    assert evaluate(lines, SITUATION, pair).by_promotion() == {"y": 10}


@LATER
@given(carts(), specs(), st.sampled_from([SITUATION, replace(SITUATION, region=None)]))
def test_what_is_kept_of_an_evaluation_reads_as_it_did(
    lines: list[PricedLine], promotions: list[PromotionSpec], situation: Situation
) -> None:
    verdicts = evaluate(lines, situation, promotions).verdicts
    told = tracing.told(json.loads(json.dumps(tracing.kept(verdicts, promotions))))
    by_id = {spec.id: spec for spec in promotions}
    used = sorted((one for one in verdicts if one.applied), key=lambda one: one.position)
    assert [(x.promotion_id, x.off_fen, x.base_fen, x.uses) for x in told.steps] == [
        (one.promotion_id, one.applied_fen, one.base_fen, one.uses) for one in used
    ]
    assert all(step.benefit == by_id[step.promotion_id].benefit for step in told.steps)
    assert {(x.promotion_id, x.reason_code) for x in told.others} == {
        (one.promotion_id, one.reason_code) for one in verdicts if not one.applied
    }
    for one in told.others:
        params = next(x for x in verdicts if x.promotion_id == one.promotion_id).reason_params
        assert {key: list(value) if isinstance(value, list | tuple) else value
                for key, value in one.reason_params.items()} == {
            key: list(value) if isinstance(value, list | tuple) else value
            for key, value in params.items() if key in one.reason_params}  # fmt: skip
