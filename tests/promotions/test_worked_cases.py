"""The table of worked cases, computed by hand: input, allocation to the fen, trace."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from market.kernel.region_code import RegionCode
from market.promotions.engine import FREIGHT, evaluate
from market.promotions.types import (
    Bearing,
    Benefit,
    BenefitKind,
    BundlePart,
    BundleRule,
    Caps,
    Channel,
    Conditions,
    Evaluation,
    GiftOffer,
    GroupState,
    Named,
    Owner,
    PricedLine,
    PromotionSpec,
    ProofState,
    Situation,
    Step,
    Tier,
)

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)  # a Sunday, four in the afternoon in Shanghai
CASES = json.loads((Path(__file__).parent / "cases.json").read_text())


def a_line(row: dict[str, Any]) -> PricedLine:
    key, price, quantity = row["key"], row["price"], row["quantity"]
    return PricedLine(
        key, f"listing-{key}", row.get("product", f"product-{key}"), row.get("kind", "G105"),
        row.get("seller", "A"), quantity, price, price * quantity, star=row.get("star"),
        certified=row.get("certified", False), maker_id=row.get("maker", ""),
        group=row.get("group", ""), bundle_id=row.get("bundle", ""),
    )  # fmt: skip


def a_bundle_rule(row: dict[str, Any]) -> BundleRule:
    bundles, kinds, products = (
        tuple(Named(one, one, one) for one in row.get(key, ()))
        for key in ("bundles", "kinds", "products")
    )
    return BundleRule(bundles, kinds, products, only=row.get("only", False))


def a_promotion(row: dict[str, Any]) -> PromotionSpec:
    given = dict(row)
    owner = Owner(given.pop("owner", "seller"))
    closes = given.get("closes_at")
    benefit = Benefit(
        BenefitKind(given["kind"]),
        basis_points=given.get("basis_points", 0),
        amount_fen=given.get("amount_fen", 0),
        steps=tuple(Step(*step) for step in given.get("steps", ())),
        tiers=tuple(Tier(*tier) for tier in given.get("tiers", ())),
        parts=tuple(BundlePart(*part) for part in given.get("parts", ())),
        closes_at=datetime.fromisoformat(closes) if closes else None,
        **{
            name: given[name]
            for name in ("cap_fen", "every", "get", "times", "same_item", "gift_listing_id")
            if name in given
        },
    )
    sets = ("kind_codes", "zones", "weekdays", "flags")
    plain = (
        "min_amount_fen", "min_quantity", "min_star", "certified_only", "from_minute",
        "to_minute", "campaign_id", "first_order",
    )  # fmt: skip
    conditions = Conditions(
        NOW - timedelta(days=1),
        NOW + timedelta(days=1),
        channel=Channel(given.get("channel", "online")),
        bundle=a_bundle_rule(given["bundle"]) if "bundle" in given else None,
        **{name: frozenset(given[name]) for name in sets if name in given},
        **{name: given[name] for name in plain if name in given},
    )
    return PromotionSpec(
        given["id"], given["id"], owner, benefit, conditions,
        seller_id=given.get("seller", "A") if owner is Owner.SELLER else None,
        bearer=owner.value,
        bearings=tuple(Bearing(*one) for one in given.get("bearings", ())),
        **{
            name: given[name]
            for name in ("group", "exclusive", "priority", "budget_left_fen")
            if name in given
        },
    )  # fmt: skip


def a_situation(row: dict[str, Any]) -> Situation:
    region = row.get("region", "130624104")
    return Situation(
        NOW,
        RegionCode(region) if region else None,
        row.get("household", "home"),
        tuple(row.get("codes", ())),
        zone="2B",
        channel=Channel(row.get("channel", "online")),
        household_flags=frozenset(row.get("flags", ())),
        first_order=row.get("first_order"),
        freight=row.get("freight", {}),
        gifts={
            key: GiftOffer(key, one["seller"], one["seller"], one["price"], one["available"])
            for key, one in row.get("gifts", {}).items()
        },
        proofs={key: ProofState(*one) for key, one in row.get("proofs", {}).items()},
        groups={key: GroupState(*one) for key, one in row.get("groups", {}).items()},
        enrolled={key: frozenset(one) for key, one in row.get("enrolled", {}).items()},
        caps=Caps(*row.get("caps", (10_000, 10_000))),
    )


def allocation(result: Evaluation) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for item in result.adjustments:
        spots = found.setdefault(item.promotion_id, {})
        spot = item.line_key or FREIGHT + item.seller_id
        spots[spot] = spots.get(spot, 0) - item.amount_fen
    return found


def run(case: dict[str, Any], chance: random.Random | None = None) -> Evaluation:
    lines = [a_line(row) for row in case["lines"]]
    promotions = [a_promotion(row) for row in case["promotions"]]
    if chance is not None:
        chance.shuffle(lines)
        chance.shuffle(promotions)
    return evaluate(lines, a_situation(case.get("situation", {})), promotions)


def test_there_are_at_least_sixty_with_names_of_their_own() -> None:
    assert len(CASES) >= 60
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_worked_case(case: dict[str, Any]) -> None:
    result = run(case)
    assert allocation(result) == case["allocation"]
    verdicts = {verdict.promotion_id: verdict for verdict in result.verdicts}
    assert set(verdicts) == set(case["trace"])
    for key, expected in case["trace"].items():
        verdict = verdicts[key]
        if isinstance(expected, int):
            assert (verdict.applied_fen, verdict.reason_code) == (expected, "")
        else:
            code, params = expected
            assert (verdict.applied_fen, verdict.reason_code) == (0, code)
            assert params.items() <= dict(verdict.reason_params).items()
    gifts = {gift.promotion_id: [gift.listing_id, gift.quantity] for gift in result.gifts}
    assert gifts == case.get("gifts", {})
    cuts = {v.promotion_id: [v.cut_fen, v.cut_by] for v in result.verdicts if v.cut_fen}
    assert cuts == case.get("cuts", {})
    borne: dict[str, int] = {}
    for item in result.adjustments:
        borne[item.bearer] = borne.get(item.bearer, 0) - item.amount_fen
    assert "bearers" not in case or borne == case["bearers"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_its_order_does_not_matter(case: dict[str, Any]) -> None:
    assert run(case, random.Random(7)) == run(case)
