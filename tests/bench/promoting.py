"""The discount engine alone: 30 lines against 200 promotions of eight kinds."""

import random
from datetime import UTC, datetime, timedelta

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
    Tier,
)
from tests.bench.services import Timing, timed, together

LINES, PROMOTIONS, TIMES = 30, 200, 200
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
KINDS = [f"G{number}" for number in range(101, 109)]
SELLERS = [f"seller{number}" for number in range(5)]
BENEFITS = (
    Benefit(BenefitKind.PERCENT, basis_points=300),
    Benefit(BenefitKind.AMOUNT, amount_fen=2_000),
    Benefit(BenefitKind.THRESHOLD, steps=(Step(50_000, 2_500), Step(400_000, 9_000))),
    Benefit(BenefitKind.QUANTITY, tiers=(Tier(5, 100), Tier(50, 300))),
    Benefit(BenefitKind.NTH_ITEM, every=3, basis_points=500, times=0),
    Benefit(BenefitKind.BUY_GET, every=10, get=1),
    Benefit(BenefitKind.BUNDLE_PRICE, every=5, amount_fen=90_000),
    Benefit(BenefitKind.FREE_DELIVERY, basis_points=1_000),
)


def promoting() -> tuple[Timing, int]:
    """(the evaluation many times over, how many of the promotions applied)."""
    source = random.Random(3)
    lines = [_line(source, number) for number in range(LINES)]
    specs = [_promotion(source, number) for number in range(PROMOTIONS)]
    situation = Situation(
        NOW, RegionCode("130624104"), "home", freight=dict.fromkeys(SELLERS, 5_000)
    )
    applied = sum(v.applied for v in evaluate(lines, situation, specs).verdicts)
    done = [timed(lambda: evaluate(lines, situation, specs)) for _ in range(TIMES)]
    return together(done), applied


def _line(source: random.Random, number: int) -> PricedLine:
    packs, price = source.randint(1, 40), source.randint(1_000, 90_000)
    return PricedLine(
        f"line{number:02}", f"listing{number}", f"product{number}", source.choice(KINDS),
        source.choice(SELLERS), packs, price, packs * price,
        star=source.choice([None, 1, 2, 3]), certified=source.random() < 0.7,
    )  # fmt: skip


def _promotion(source: random.Random, number: int) -> PromotionSpec:
    owner = source.choice([Owner.SELLER, Owner.SELLER, Owner.PLATFORM, Owner.REGION])
    conditions = Conditions(
        NOW - timedelta(days=1), NOW + timedelta(days=30),
        kind_codes=frozenset(source.sample(KINDS, source.choice([0, 0, 1, 2]))),
        min_amount_fen=source.choice([0, 0, 50_000, 10**7]),
        min_star=source.choice([0, 0, 0, 2]),
    )  # fmt: skip
    return PromotionSpec(
        f"promotion{number:03}", "", owner, source.choice(BENEFITS), conditions,
        seller_id=source.choice(SELLERS) if owner is Owner.SELLER else None,
        bearer=owner.value, budget_left_fen=10**8, priority=source.choice([0, 0, 1]),
    )  # fmt: skip
