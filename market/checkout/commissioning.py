"""What the platform keeps of the lines of an order about to be written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from market.checkout.types import Quote, QuotedLine
from market.commissions import queries as commissions
from market.commissions.types import Line
from market.kernel.region_code import RegionCode
from market.orders.types import CommissionToCopy
from market.promotions import queries as promotions


def commissions_of(session: Session, quoted: Quote, now: datetime) -> dict[str, CommissionToCopy]:
    """By line, the commission as it is frozen: one statement, two when a rule asks who takes
    part in a campaign. Gifts and freight bear none."""
    rules = commissions.standing(session, now)
    sold = [line for line in quoted.buyable if not line.is_gift and line.listing is not None]
    if not rules or not sold:
        return {}
    campaigns: dict[str, frozenset[str]] = {}
    if quoted.region is not None and any(rule.prefers for rule in rules):
        campaigns = _campaigns(session, sold, quoted.region, now)
    lines = [_line(line, campaigns) for line in sold]
    return {
        line.line_id: CommissionToCopy(
            fen=charge.fen,
            usual_fen=charge.usual_fen,
            rule_id=charge.rule.id,
            rule_name=charge.rule.name,
            rule_name_en=charge.rule.name_en,
            rate_bp=charge.rule.rate_bp,
        )
        for line, charge in zip(sold, commissions.charges(rules, lines), strict=True)
        if charge.rule is not None
    }


def _campaigns(
    session: Session, sold: Sequence[QuotedLine], region: RegionCode, now: datetime
) -> dict[str, frozenset[str]]:
    sellers = {line.listing.seller_id for line in sold if line.listing and line.listing.certified}
    return promotions.taking_part(session, sellers, region, now) if sellers else {}


def _line(line: QuotedLine, campaigns: dict[str, frozenset[str]]) -> Line:
    listing = line.listing
    assert listing is not None
    by_seller = -sum(a.amount_fen for a in line.adjustments if a.bearer == "seller")
    return Line(
        base_fen=line.amount_fen - by_seller,
        product_id=listing.product_id,
        seller_id=listing.seller_id,
        kind_code=listing.kind_code,
        group_code=listing.group_code,
        certified=listing.certified,
        campaigns=campaigns.get(listing.seller_id, frozenset()),
    )
