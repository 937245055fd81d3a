"""Promotions of the demonstration world."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.commissions import service as commissions
from market.commissions.types import RuleDraft, Scope
from market.kernel.clock import end_of_day, shanghai_date, start_of_day
from market.kernel.region_code import RegionCode
from market.promotions import service as promotions
from market.promotions.types import (
    Benefit,
    BenefitKind,
    Owner,
    Ownership,
    PromotionDraft,
    Step,
)
from market.seed.people import People
from market.seed.sellers import Shop

CODE = "XIANGCUN20"


def _run(
    session: Session, people: People, ownership: Ownership, draft: PromotionDraft, now: datetime,
    shop: Shop | None = None, codes: tuple[str, ...] = (),
) -> None:  # fmt: skip
    actor = shop.owner if shop else people.operator
    promotion = promotions.create_draft(session, actor, ownership, draft, now)
    if codes:
        promotions.add_codes(session, actor, promotion, codes, max_uses=500, now=now)
    promotions.schedule(session, actor, promotion, now)


def run_all(session: Session, people: People, shops: list[Shop], now: datetime) -> None:
    """A ladder, a percentage with a code, an amount off, and one with little budget left."""
    today = shanghai_date(now)
    begin, end = start_of_day(today), end_of_day(today + timedelta(days=60))
    platform = Ownership(Owner.PLATFORM)
    ladder = Benefit(BenefitKind.THRESHOLD, steps=(Step(300_000, 30_000), Step(1_000_000, 120_000)))
    _run(
        session, people, platform,
        PromotionDraft("满 3000 减 300，满 10000 减 1200", ladder, begin, end,
                       name_en="300 off 3,000, 1,200 off 10,000", budget_fen=2_000_000,
                       household_limit=3, certified_only=True),
        now,
    )  # fmt: skip
    _run(
        session, people, platform,
        PromotionDraft("新用户立减 20 元", Benefit(BenefitKind.AMOUNT, amount_fen=2_000),
                       begin, end, name_en="20 yuan off with a code", budget_fen=500_000,
                       household_limit=1,
                       needs_code=True, min_amount_fen=10_000),
        now, codes=(CODE,),
    )  # fmt: skip
    maker, shop = shops[0], next(s for s in shops if not s.is_maker)
    _run(
        session, people, Ownership(Owner.SELLER, maker.id),
        PromotionDraft("保温板 95 折", Benefit(BenefitKind.PERCENT, basis_points=500), begin, end,
                       name_en="5 % off insulation boards", kind_codes=frozenset({"G105"}),
                       budget_fen=1_000_000),
        now, maker,
    )  # fmt: skip
    _run(
        session, people, Ownership(Owner.SELLER, shop.id),
        PromotionDraft("阜平本地满 500 减 50",
                       Benefit(BenefitKind.THRESHOLD, steps=(Step(50_000, 5_000),)),
                       begin, end, name_en="50 off 500 in Fuping",
                       region_prefixes=frozenset({RegionCode("130624").digits}),
                       budget_fen=200_000, household_limit=2),
        now, shop,
    )  # fmt: skip
    _run(
        session, people, platform,
        PromotionDraft("金堂首批 95 折，最多减 60",
                       Benefit(BenefitKind.PERCENT, basis_points=500, cap_fen=6_000),
                       begin, end, name_en="5 % off for the first in Jintang, 60 at most",
                       region_prefixes=frozenset({RegionCode("510121").digits}),
                       budget_fen=7_000, household_limit=1),
        now,
    )  # fmt: skip


def set_commissions(session: Session, people: People, now: datetime) -> None:
    """What the platform keeps: a general rate, less for the zone, another for a family (示例)."""
    for name, name_en, rate_bp, scope in (
        ("一般费率（示例）", "General rate (example)", 500, Scope()),
        ("绿色建材专区（示例）", "Green zone (example)", 200, Scope(zone=True)),
        ("装饰装修类（示例）", "Decoration (example)", 300, Scope(group_code="3")),
    ):
        draft = RuleDraft(name, name_en, rate_bp, scope, None, None, now)
        commissions.begin(session, people.operator, draft, now)
