"""Reads of commission rules."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from market.commissions import rules
from market.commissions.models import CommissionRule
from market.commissions.types import Charge, Line, Rule, Scope

_RULES = select(CommissionRule).order_by(CommissionRule.id)


def standing(session: Session, now: datetime) -> list[Rule]:
    """The rules that hold at an instant, from the most specific on. One statement."""
    held = _RULES.where(
        CommissionRule.starts_at <= now,
        or_(CommissionRule.ends_at.is_(None), CommissionRule.ends_at > now),
    )
    return rules.ranked(rule_of(row) for row in session.scalars(held))


def list_rules(session: Session, now: datetime) -> list[Rule]:
    """The rules that hold or will, from the most specific on."""
    open_ones = _RULES.where(or_(CommissionRule.ends_at.is_(None), CommissionRule.ends_at > now))
    return rules.ranked(rule_of(row) for row in session.scalars(open_ones))


def ended_rules(session: Session, now: datetime, limit: int = 20) -> list[Rule]:
    """Rules that hold no more, the last ended first."""
    rows = select(CommissionRule).where(CommissionRule.ends_at <= now)
    found = session.scalars(rows.order_by(CommissionRule.ends_at.desc()).limit(limit))
    return [rule_of(row) for row in found]


def charges(standing_rules: Sequence[Rule], lines: Sequence[Line]) -> list[Charge]:
    """The commission of each line."""
    return [rules.charge(line, standing_rules) for line in lines]


def rule_of(row: CommissionRule) -> Rule:
    """A rule as a value."""
    return Rule(
        id=row.id,
        name=row.name,
        name_en=row.name_en,
        rate_bp=row.rate_bp,
        scope=Scope(
            product_id=row.product_id or "",
            seller_id=row.seller_id or "",
            campaign_id=row.campaign_id or "",
            zone=row.zone,
            kind_code=row.kind_code or "",
            group_code=row.group_code or "",
        ),
        min_fen=row.min_fen,
        max_fen=row.max_fen,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )
