"""What the promotions at hand ask to be known; a statement only for what is asked."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.promotions.models import (
    CampaignEnrolment,
    GroupJoin,
    GroupPurchase,
    HouseholdFlag,
    PromotionCaps,
    PromotionHousehold,
    PromotionProof,
)
from market.promotions.types import (
    BenefitKind,
    Caps,
    Facts,
    GroupState,
    PromotionSpec,
    ProofState,
)


def facts_for(
    session: Session,
    specs: Sequence[PromotionSpec],
    household_id: str | None,
    uses: Mapping[str, int] | None = None,
) -> Facts:
    """Everything the engine needs to know beside the cart; `uses` when they are read already."""
    kinds: dict[BenefitKind, list[str]] = {}
    for spec in specs:
        kinds.setdefault(spec.benefit.kind, []).append(spec.id)
    campaigns = {x.conditions.campaign_id for x in specs if x.conditions.campaign_id}
    flagged = any(spec.conditions.flags for spec in specs)
    return Facts(
        uses=uses_by_household(session, household_id) if uses is None else uses,
        flags=flags_of(session, household_id) if flagged else frozenset(),
        proofs=_proofs(session, kinds.get(BenefitKind.TRADE_IN, ()), household_id),
        groups=_groups(session, kinds.get(BenefitKind.GROUP_BUY, ()), household_id),
        enrolled=_enrolled(session, campaigns),
        caps=caps(session) if specs else Caps(),
    )


def uses_by_household(session: Session, household_id: str | None) -> dict[str, int]:
    """How often a household has used each promotion."""
    if household_id is None:
        return {}
    query = select(PromotionHousehold.promotion_id, PromotionHousehold.uses).where(
        PromotionHousehold.household_id == household_id, PromotionHousehold.uses > 0
    )
    return {row.promotion_id: row.uses for row in session.execute(query)}


def flags_of(session: Session, household_id: str | None) -> frozenset[str]:
    """What offices confirmed of a household."""
    if household_id is None:
        return frozenset()
    query = select(HouseholdFlag.flag).where(HouseholdFlag.household_id == household_id)
    return frozenset(session.scalars(query))


def caps(session: Session) -> Caps:
    """The most that promotions may take off together; without a row, everything."""
    row = session.execute(select(PromotionCaps.line_bp, PromotionCaps.order_bp)).first()
    return Caps(row.line_bp, row.order_bp) if row else Caps()


def _proofs(
    session: Session, ids: Collection[str], household_id: str | None
) -> dict[str, ProofState]:
    if not ids or household_id is None:
        return {}
    proof = PromotionProof
    rows = session.execute(
        select(
            proof.promotion_id,
            func.sum(proof.accepted - proof.used).filter(proof.state == "accepted"),
            func.count().filter(proof.state == "waiting"),
        )
        .where(proof.promotion_id.in_(ids), proof.household_id == household_id)
        .group_by(proof.promotion_id)
    )
    return {key: ProofState(int(left or 0), waiting) for key, left, waiting in rows}


def _groups(
    session: Session, ids: Collection[str], household_id: str | None
) -> dict[str, GroupState]:
    if not ids:
        return {}
    purchase, join = GroupPurchase, GroupJoin
    mine = (join.promotion_id == purchase.promotion_id) & (join.household_id == household_id)
    rows = session.execute(
        select(
            purchase.promotion_id,
            purchase.joined_packs,
            join.packs - join.bought,
            purchase.closed_at.is_not(None),
        )
        .outerjoin(join, mine)
        .where(purchase.promotion_id.in_(ids))
    )
    return {key: GroupState(int(left or 0), total, closed) for key, total, left, closed in rows}


def _enrolled(session: Session, campaigns: Collection[str]) -> dict[str, frozenset[str]]:
    if not campaigns:
        return {}
    rows = session.execute(
        select(CampaignEnrolment.campaign_id, CampaignEnrolment.seller_id).where(
            CampaignEnrolment.campaign_id.in_(campaigns), CampaignEnrolment.state == "approved"
        )
    )
    found: dict[str, set[str]] = {}
    for campaign_id, seller_id in rows:
        found.setdefault(campaign_id, set()).add(seller_id)
    return {key: frozenset(sellers) for key, sellers in found.items()}
