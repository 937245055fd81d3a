"""Promotions, directly as rows or through the services."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from market.kernel.actor import SYSTEM
from market.kernel.region_code import RegionCode
from market.promotions import campaigns, service
from market.promotions.types import (
    Benefit,
    BenefitKind,
    CampaignDraft,
    Owner,
    Ownership,
    PromotionDraft,
    Step,
)

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def make_benefit(off: int = 10_000, at_least: int = 100_000) -> Benefit:
    """A ladder of one rung."""
    return Benefit(BenefitKind.THRESHOLD, steps=(Step(at_least, off),))


def make_draft(**overrides: Any) -> PromotionDraft:
    """满 1000 减 100 for a month from yesterday, budget 1000."""
    values: dict[str, Any] = {
        "name": "满 1000 减 100",
        "name_en": "100 off 1,000",
        "benefit": make_benefit(),
        "starts_at": START - timedelta(days=1),
        "ends_at": START + timedelta(days=30),
        "budget_fen": 100_000,
        **overrides,
    }
    return PromotionDraft(**values)


def make_running(
    session: Session,
    *,
    owner: Owner = Owner.PLATFORM,
    seller_id: str | None = None,
    region: str = "",
    codes: tuple[str, ...] = (),
    **overrides: Any,
) -> str:
    """A promotion that runs now."""
    ownership = Ownership(owner, seller_id, RegionCode(region))
    draft = make_draft(needs_code=bool(codes), **overrides)
    promotion_id = service.create_draft(session, SYSTEM, ownership, draft, START)
    if codes:
        service.add_codes(session, SYSTEM, promotion_id, codes, max_uses=None, now=START)
    service.schedule(session, SYSTEM, promotion_id, START)
    return promotion_id


def make_campaign(session: Session, *seller_ids: str, region: str = "130624") -> str:
    """A running campaign that these sellers are in."""
    draft = CampaignDraft("秋冬保温月", START - timedelta(days=1), START + timedelta(days=60))
    campaign_id = campaigns.create(session, SYSTEM, RegionCode(region), draft, START)
    for seller_id in seller_ids:
        campaigns.apply(session, campaign_id, seller_id, START)
        campaigns.decide(
            session, SYSTEM, campaign_id, seller_id, approve=True, reason="", now=START
        )
    return campaign_id
